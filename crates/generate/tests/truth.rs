//! Do the books say what the written files hold? The flat log is read back here in the slowest, plainest way.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::DateTime;
use kundresa_generate::{FUNNEL_STEPS, GeneratedTruth, OutputFormat, ShopSpec, StepTruth, generate};

const SESSION_GAP_US: i64 = 30 * 60 * 1_000_000;
const WINDOW_US: i64 = 7 * 24 * 3_600_000_000;

struct Row {
    ts: i64,
    event: String,
    device: String,
    order: String,
    cents: i64,
    currency: String,
}

fn rows_by_actor(folder: &Path) -> BTreeMap<String, Vec<Row>> {
    let text = std::fs::read_to_string(folder.join("events.csv")).unwrap();
    let mut actors: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), 12, "{line}");
        let ts = DateTime::parse_from_rfc3339(fields[1]).unwrap().timestamp_micros();
        let row = Row {
            ts,
            event: fields[2].to_owned(),
            device: fields[7].to_owned(),
            order: fields[11].to_owned(),
            cents: fields[9].replace('.', "").parse().unwrap_or(0),
            currency: fields[10].to_owned(),
        };
        actors.entry(fields[0].to_owned()).or_default().push(row);
    }
    for rows in actors.values_mut() {
        assert!(rows.is_sorted_by_key(|row| row.ts), "the flat log is in time order");
    }
    actors
}

fn sessions(rows: &[Row]) -> Vec<&[Row]> {
    rows.chunk_by(|left, right| right.ts - left.ts <= SESSION_GAP_US).collect()
}

/// Furthest step by trying every entry: from each first step on, take the earliest next step inside the window.
fn level(rows: &[Row]) -> usize {
    let chain = |start: usize| {
        let mut reached = 0;
        for row in &rows[start..] {
            if reached < FUNNEL_STEPS.len()
                && row.event == FUNNEL_STEPS[reached]
                && row.ts <= rows[start].ts + WINDOW_US
            {
                reached += 1;
            }
        }
        reached
    };
    (0..rows.len()).filter(|start| rows[*start].event == FUNNEL_STEPS[0]).map(chain).max().unwrap_or(0)
}

fn recount<'a>(actors: impl Iterator<Item = &'a Vec<Row>> + Clone, data_end: i64) -> Vec<StepTruth> {
    let levels: Vec<(usize, bool)> = actors
        .clone()
        .map(|rows| (level(rows), rows.iter().any(|row| row.event == FUNNEL_STEPS[0] && row.ts + WINDOW_US > data_end)))
        .collect();
    let session_levels: Vec<usize> = actors.flat_map(|rows| sessions(rows)).map(level).collect();
    let count =
        |test: &dyn Fn(&(usize, bool)) -> bool| u64::try_from(levels.iter().filter(|x| test(x)).count()).unwrap();
    let steps = (1..=FUNNEL_STEPS.len()).map(|step| {
        let is_last = step == FUNNEL_STEPS.len();
        StepTruth {
            name: FUNNEL_STEPS[step - 1].to_owned(),
            reached: count(&|(level, _)| *level >= step),
            stopped: count(&|(level, open)| !is_last && *level == step && !open),
            open: count(&|(level, open)| !is_last && *level == step && *open),
            sessions: u64::try_from(session_levels.iter().filter(|level| **level >= step).count()).unwrap(),
        }
    });
    steps.collect()
}

fn shop(seed: u64) -> (tempfile::TempDir, GeneratedTruth) {
    let folder = tempfile::tempdir().unwrap();
    let truth = generate(&ShopSpec::of(30_000, seed), OutputFormat::Csv, folder.path()).unwrap();
    (folder, truth)
}

#[test]
fn a_plain_recount_of_the_flat_log_finds_the_books() {
    for seed in [7, 8] {
        let (folder, truth) = shop(seed);
        let mut actors = rows_by_actor(folder.path());
        let unidentified = actors.remove("").map_or(0, |rows| rows.len());
        let rows: usize = actors.values().map(Vec::len).sum();
        assert_eq!(truth.rows.unidentified, u64::try_from(unidentified).unwrap());
        assert_eq!(truth.rows.events, u64::try_from(rows + unidentified).unwrap());
        assert_eq!(truth.actors, u64::try_from(actors.len()).unwrap());
        let all: Vec<_> = actors.values().flat_map(|rows| sessions(rows)).collect();
        assert_eq!(truth.sessions, u64::try_from(all.len()).unwrap());
        let data_end = truth.rows.last_us.unwrap();
        assert_eq!(recount(actors.values(), data_end), truth.funnel);
        for (device, steps) in &truth.funnel_by_device {
            let of_device = actors.values().filter(|rows| rows[0].device == *device);
            assert_eq!(recount(of_device, data_end), *steps, "{device}");
        }
        check_orders(&actors, &truth);
        check_borders(&actors, &truth);
    }
}

fn check_orders(actors: &BTreeMap<String, Vec<Row>>, truth: &GeneratedTruth) {
    let mut seen = BTreeSet::new();
    let mut revenue: BTreeMap<String, i64> = BTreeMap::new();
    let purchases: Vec<&Row> = actors.values().flatten().filter(|row| row.event == "purchase").collect();
    for row in &purchases {
        if seen.insert(row.order.clone()) {
            *revenue.entry(row.currency.clone()).or_default() += row.cents;
        }
    }
    assert_eq!(truth.orders, u64::try_from(seen.len()).unwrap());
    assert_eq!(truth.repeated_orders, u64::try_from(purchases.len() - seen.len()).unwrap());
    assert_eq!(truth.revenue_cents, revenue);
}

fn check_borders(actors: &BTreeMap<String, Vec<Row>>, truth: &GeneratedTruth) {
    let gaps = |wanted: i64| {
        let pairs = actors.values().flat_map(|rows| rows.windows(2));
        u64::try_from(pairs.filter(|pair| pair[1].ts - pair[0].ts == wanted).count()).unwrap()
    };
    assert_eq!(truth.gaps_of_exactly_30_minutes, gaps(SESSION_GAP_US));
    assert_eq!(truth.sessions_30_minutes_and_1_us_later, gaps(SESSION_GAP_US + 1));
    assert!(gaps(0) > 0 && truth.gaps_of_exactly_30_minutes > 0 && truth.sessions_30_minutes_and_1_us_later > 0);
}

#[test]
fn observed_rates_are_near_the_planted_ones_and_tablets_lose_their_buyers_at_the_shipping_form() {
    let (_folder, truth) = shop(7);
    for planted in &truth.planted_per_cent {
        let steps = &truth.funnel_by_device[planted.device];
        let rate = |step: usize| steps[step].sessions * 100 / steps[step - 1].sessions;
        assert!(rate(2).abs_diff(u64::from(planted.begin_checkout)) <= 12, "{} {}", planted.device, rate(2));
        assert!(rate(3).abs_diff(u64::from(planted.add_shipping_info)) <= 12, "{} {}", planted.device, rate(3));
    }
}

#[test]
fn a_few_actors_write_very_many_events() {
    let (folder, _) = shop(7);
    let mut sizes: Vec<usize> = rows_by_actor(folder.path()).into_values().map(|rows| rows.len()).collect();
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(sizes[sizes.len() - 2] > 30 * median, "{median} {:?}", &sizes[sizes.len() - 4..]);
}

#[test]
fn the_number_of_events_is_near_the_one_asked_for() {
    let (_folder, truth) = shop(7);
    assert!((27_000..33_000).contains(&truth.rows.events), "{}", truth.rows.events);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let bytes = |seed| std::fs::read(shop(seed).0.path().join("events.csv")).unwrap();
    assert!(bytes(7) == bytes(7));
    assert!(bytes(7) != bytes(8));
}

#[test]
fn a_folder_that_holds_something_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x"), "").unwrap();
    let error = generate(&ShopSpec::of(10, 1), OutputFormat::Csv, folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("the folder is not empty: "), "{error}");
    assert!(generate(&ShopSpec::of(0, 1), OutputFormat::Csv, folder.path()).is_err());
}

//! Results made by hand for the renderers: a rich one, an empty one, and one that means harm.

use std::collections::BTreeMap;

use kundresa_model::document::{
    ConfigurationFile, Document, InputFacts, Provenance, ReportFigures, Results, SCHEMA_VERSION, Settings, SourceFacts,
};
use kundresa_model::phase::Phase;
use kundresa_model::quality::{LoadTotals, RejectReason, RejectedRow};
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::CartsResult;
use kundresa_model::result::flow::Flows;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, StepCounts};
use kundresa_model::result::overlap::{OverlapResult, SourcePair, SourcePersons};
use kundresa_model::result::overview::OverviewResult;
use kundresa_model::result::paths::PathsResult;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult, RuleShare};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::result::signals::{PageSignals, SignalsResult};
use kundresa_model::result::statistics::{Comparison, Interval, Method};
use kundresa_model::result::transitions::{
    CONTINUED, EXIT, NodeKind, OPEN, START, Transition, TransitionFigures, TransitionNode, TransitionsOf,
    TransitionsResult, UNCHOSEN,
};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit, Window};
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use serde_json::Value;

use crate::sections;

/// `figures` with the settings and the load of the rich report.
pub fn results<R>(figures: R) -> Results<R> {
    Results { schema_version: SCHEMA_VERSION, settings: settings(), quality: totals(), overlap: None, figures }
}

/// A report on a web shop whose checkout is broken on tablets.
pub fn rich() -> Document<ReportFigures> {
    let overlap = Some(overlap(["answers", "crm", "webshop"]));
    Document { results: Results { overlap, ..results(rich_figures()) }, provenance: provenance() }
}

/// Three sources, of which one shares nobody with the others.
pub fn overlap(names: [&str; 3]) -> OverlapResult {
    let source = |(name, persons, unidentified_events): (&str, u64, u64)| SourcePersons {
        source: name.into(),
        persons: persons.into(),
        unidentified_events,
    };
    let pair = |one: usize, other: usize, both: u64, of: [u64; 2]| SourcePair {
        one: names[one].into(),
        other: names[other].into(),
        both: both.into(),
        of_one: Rate::new(both, of[0]),
        of_other: Rate::new(both, of[1]),
    };
    OverlapResult {
        source_persons: names
            .into_iter()
            .zip([61, 412, 3_605])
            .map(|(name, persons)| source((name, persons, 7)))
            .collect(),
        source_pairs: vec![pair(0, 1, 0, [61, 412]), pair(0, 2, 0, [61, 3_605]), pair(1, 2, 390, [412, 3_605])],
    }
}

/// Two pages with answers and recordings.
pub fn signals(page: &str) -> SignalsResult {
    let cart = PageSignals {
        page: page.into(),
        events: 1_204.into(),
        sessions: 690.into(),
        persons: 512.into(),
        responses: 40.into(),
        nps: Rate::new(212, 31),
        promoters: Rate::new(9, 31),
        detractors: Rate::new(12, 31),
        emotion: Rate::new(120, 38),
        recordings: 25.into(),
        rage_clicks: Rate::new(6, 25),
        u_turns: Rate::new(11, 25),
        ..PageSignals::default()
    };
    let help = PageSignals { page: "/help".into(), recordings: 1.into(), ..PageSignals::default() };
    SignalsResult {
        signal_sources: vec!["answers".into(), page.into()],
        page_signals: vec![cart, help],
        rows_left_out: 3,
        ..SignalsResult::default()
    }
}

pub fn rich_figures() -> ReportFigures {
    let (transitions, event_transitions, pages) =
        (phase_transitions(), event_transitions(), sections::pages(sections::NAMES));
    ReportFigures {
        title: "Web shop, March 2024".into(),
        overview: sections::overview(sections::NAMES),
        sessions: sessions(),
        phases: phases(),
        flows: sections::flows(&transitions, &event_transitions, &pages),
        transitions,
        event_transitions,
        page_transitions: Some(sections::page_transitions(pages)),
        carts: sections::carts(sections::NAMES),
        paths: Some(sections::paths(sections::NAMES, "forward")),
        paths_to_conversion: Some(sections::paths(sections::NAMES, "backward")),
        signals: Some(signals("/cart")),
        funnels: vec![sections::with_surroundings(checkout(), sections::NAMES), search()],
    }
}

pub fn settings() -> Settings {
    Settings {
        time_zone: "Europe/Stockholm".into(),
        source_time_zone: Some("UTC (assumed)".into()),
        data_start_us: Some(1_709_247_612_000_000),
        data_end_us: Some(1_711_922_381_000_000),
        data_end_from: "last_activity".into(),
        by: Some("device".into()),
        taxonomy: "full".into(),
        warnings: vec![
            "times without a zone were read as UTC; set the zone with --source-time-zone: webshop".into(),
            "the last day holds less than 1 % of the median day: 2024-03-31".into(),
        ],
        ..Settings::default()
    }
}

pub fn totals() -> LoadTotals {
    LoadTotals {
        replaced: 0,
        forgotten: 0,
        rows_in: 31_146,
        events: 31_106,
        duplicates: 12,
        rejected: 28,
        rejected_by_reason: BTreeMap::from([
            (RejectReason::BadTime, 19),
            (RejectReason::MissingEvent, 2),
            (RejectReason::BadJson, 7),
        ]),
        unidentified: 214,
        actors: 6_312,
        event_id_conflicts: 3,
        repeated_rows: 41,
        repeated_orders: 9,
        bad_values: 1,
        ..LoadTotals::default()
    }
}

fn provenance() -> Provenance {
    Provenance {
        kundresa: "0.1.0".into(),
        inputs: vec![input("events_20240301.json.gz", 15_573), input("events_20240302.json.gz", 15_573)],
        sources: vec![SourceFacts {
            name: "webshop".into(),
            kind: "ga4".into(),
            mapping: [("event", "event_name"), ("time", "event_timestamp"), ("anonymous_id", "user_pseudo_id")]
                .map(|(field, column)| (field.to_owned(), column.to_owned()))
                .into(),
            time_format: "microseconds since 1970, UTC".into(),
        }],
        rejected_examples: vec![
            rejected(17, RejectReason::BadTime, "time `31/02/2024` does not follow %Y-%m-%d", "31/02/2024,view_item,c-81"),
            rejected(401, RejectReason::BadJson, "expected `,` at column 71", "{\"event_name\":\"page_view\" \"user\""),
        ],
        notes: vec!["column `campaign` stands twice; the first is read: events_20240302.json.gz".into()],
        configuration: "[report]\ntime_zone = \"Europe/Stockholm\"\n\n[[funnels]]\nname = \"Checkout\"\nsteps = [\"view_item\", \"add_to_cart\", \"begin_checkout\", \"purchase\"]\n".into(),
        configuration_file: Some(ConfigurationFile {
            path: "shop/kundresa.toml".into(),
            text: "# Ours\ntime_zone = \"Europe/Stockholm\"\n".into(),
        }),
        arguments: ["report", "shop", "--where", "device == \"mobile\""].map(Into::into).into(),
        threads: 2,
        timings_ms: BTreeMap::from([("load".into(), 412), ("analyze".into(), 88), ("report".into(), 3)]),
    }
}

fn input(path: &str, rows_in: u64) -> InputFacts {
    InputFacts {
        path: path.into(),
        source: "webshop".into(),
        format: "GA4 export, gzip".into(),
        bytes: Some(1_482_113),
        hash: "xxh3-128:9f1c2d7a5b3e4f60718293a4b5c6d7e8".into(),
        rows_in,
        rejected: 14,
    }
}

fn rejected(line: u64, reason: RejectReason, detail: &str, raw: &str) -> RejectedRow {
    let input = "events_20240301.json.gz".into();
    RejectedRow { input, line, reason, detail: detail.into(), raw: raw.into(), raw_base64: None }
}

fn spans(n: u64, values: [i64; 6]) -> Quantiles {
    let [min, p25, p50, p75, p90, max] = values.map(Some);
    Quantiles { n: n.into(), min, p25, p50, p75, p90, max }
}

pub fn sessions() -> SessionsResult {
    let figures = |sessions, session_events, single_event_sessions| SessionFigures {
        sessions,
        session_events,
        single_event_sessions,
    };
    SessionsResult {
        sessions: 8_774.into(),
        actors: 6_312.into(),
        events: 31_106,
        session_events: 30_512.into(),
        bot_events: 380,
        sessionless_events: 214.into(),
        events_after_end: 0,
        unchosen_events: 0.into(),
        unidentified_events: 214,
        capped: 2.into(),
        id_reused: 0.into(),
        started_by: BTreeMap::from([
            ("first".into(), 6_312.into()),
            ("gap".into(), 2_460.into()),
            ("cap".into(), 2.into()),
        ]),
        single_event: Rate::new(2_817, 8_774),
        events_per_session: Rate::new(30_512, 8_774),
        sessions_per_actor: Rate::new(8_774, 6_312),
        duration_us: spans(8_774, [0, 0, 250 * SECOND_US, 11 * MINUTE_US, 26 * MINUTE_US, 5 * HOUR_US]),
        by: Some(breakdown(
            "device",
            [
                ("mobile", figures(4_900.into(), 16_300.into(), 1_702.into())),
                ("desktop", figures(2_674.into(), 10_012.into(), 702.into())),
                ("tablet", figures(1_200.into(), 4_200.into(), 413.into())),
            ],
        )),
    }
}

fn breakdown<F>(dimension: &str, rows: impl IntoIterator<Item = (&'static str, F)>) -> Breakdown<F> {
    let rows = rows.into_iter().map(|(value, figures)| Segment { value: value.into(), values: 1, figures });
    Breakdown { dimension: dimension.into(), rows: rows.collect() }
}

/// Steps from (name, reached, open); stopped and the rates follow.
pub fn funnel(name: Option<&str>, candidates: u64, steps: &[(&str, u64, u64)]) -> FunnelResult {
    let entered = steps.first().map_or(0, |step| step.1);
    let last = steps.last().map_or(0, |step| step.1);
    FunnelResult {
        name: name.map(Into::into),
        unit: FunnelUnit::Actor,
        entry: FunnelEntry::Best,
        window: Window::default(),
        emulation: None,
        filter_scope: None,
        candidates: candidates.into(),
        steps: (0..steps.len()).map(|index| step(steps, index, candidates, entered)).collect(),
        conversion: Rate::new(last, entered),
        time_to_convert_us: if last > 0 {
            spans(last, [90 * SECOND_US, 9 * MINUTE_US, 26 * MINUTE_US, 3 * HOUR_US, 2 * DAY_US, 6 * DAY_US])
        } else {
            Quantiles::default()
        },
        ..FunnelResult::default()
    }
}

fn step(steps: &[(&str, u64, u64)], index: usize, candidates: u64, entered: u64) -> FunnelStepResult {
    let (name, reached, open) = steps[index];
    let before = index.checked_sub(1).map_or(candidates, |before| steps[before].1);
    let scale = 1 + 3 * i64::try_from(index).expect("few steps");
    let StepCounts { stopped, drop_off, .. } = counts(steps, index);
    FunnelStepResult {
        name: name.into(),
        when: if index == 1 { format!("event == \"{name}\" and value > 0") } else { name.into() },
        reached: reached.into(),
        stopped,
        open: open.into(),
        of_entered: Rate::new(reached, entered),
        of_previous: Rate::new(reached, before),
        drop_off,
        time_from_previous_us: if index > 0 && reached > 0 {
            spans(
                reached,
                [SECOND_US, 20 * SECOND_US, 70 * SECOND_US * scale, 5 * MINUTE_US * scale, HOUR_US * scale, 3 * DAY_US],
            )
        } else {
            Quantiles::default()
        },
        ..FunnelStepResult::default()
    }
}

fn counts(steps: &[(&str, u64, u64)], index: usize) -> StepCounts {
    let (name, reached, open) = steps[index];
    let stopped = steps.get(index + 1).map_or(0, |next| reached - next.1 - open);
    StepCounts {
        name: name.into(),
        reached: reached.into(),
        stopped: stopped.into(),
        open: open.into(),
        drop_off: Rate::new(stopped, reached - open),
    }
}

fn segment(steps: &[(&str, u64, u64)]) -> FunnelSegment {
    let (entered, last) = (steps[0].1, steps[steps.len() - 1].1);
    FunnelSegment {
        steps: (0..steps.len()).map(|index| counts(steps, index)).collect(),
        conversion: Rate::new(last, entered),
        time_to_convert_us: spans(last, [SECOND_US, MINUTE_US, 24 * MINUTE_US, HOUR_US, DAY_US, 2 * DAY_US]),
        ..FunnelSegment::default()
    }
}

/// Mobile + desktop + tablet + (other) add up to the total.
pub fn checkout() -> FunnelResult {
    let steps = |a: u64, b: (u64, u64), c: (u64, u64), d: u64, open: u64| {
        [("view_item", a, open), ("add_to_cart", b.0, b.1), ("begin_checkout", c.0, c.1), ("purchase", d, 0)]
    };
    let mut total = funnel(Some("Checkout"), 6_312, &steps(3_605, (1_518, 34), (1_021, 19), 602, 61));
    total.conversion_interval = Some(Interval { low: 0.155_2, high: 0.179_5 });
    let mut tablet = segment(&steps(510, (221, 5), (148, 3), 11, 9));
    tablet.conversion_interval = Some(Interval { low: 0.012_1, high: 0.038_2 });
    tablet.comparison = Some(Comparison {
        others: Rate::new(591, 3_095),
        method: Method::PooledZ,
        p_value: Some(0.000_01),
        p_adjusted: Some(0.000_04),
    });
    let desktop = segment(&steps(1_100, (480, 10), (330, 6), 224, 18));
    let mobile = segment(&steps(1_950, (797, 18), (528, 10), 357, 33));
    let rest = segment(&steps(45, (20, 1), (15, 0), 10, 1));
    let mut by = breakdown("device", [("mobile", mobile), ("desktop", desktop), ("tablet", tablet)]);
    by.rows.push(Segment { value: "(other)".into(), values: 4, figures: rest });
    total.by = Some(by);
    total
}

fn search() -> FunnelResult {
    funnel(None, 8_774, &[("search", 1_204, 0), ("view_item", 811, 0), ("add_to_cart", 203, 12)])
}

pub fn phases() -> PhasesResult {
    let rows = [
        (5_702, 3_900, 1_480, 0, 322, 7_100, 12_090),
        (4_010, 2_300, 1_402, 20, 288, 5_210, 9_411),
        (610, 420, 130, 4, 56, 702, 1_011),
        (1_518, 1_020, 331, 31, 136, 1_902, 4_020),
        (602, 301, 0, 188, 113, 655, 655),
        (288, 110, 0, 101, 77, 301, 902),
        (190, 22, 0, 90, 78, 241, 1_120),
        (0, 0, 0, 0, 0, 0, 0),
    ];
    PhasesResult {
        taxonomy: "full".into(),
        coverage: Some(29_209.0 / 30_512.0),
        coverage_of: Rate::new(29_209, 30_512),
        coverage_without_last_rule: Rate::new(17_119, 30_512),
        rules: rules(),
        actors: 6_312.into(),
        no_phase_actors: 38.into(),
        horizon_us: 30 * DAY_US,
        goal: "purchase".into(),
        goal_phase: "purchase".into(),
        phases: Phase::ALL.iter().zip(rows).map(|(phase, row)| phase_figures(phase.key(), row)).collect(),
        by: Some(breakdown("device", [("mobile", phase_segment(3_500, 2)), ("desktop", phase_segment(2_812, 3))])),
    }
}

fn phase_figures(phase: &str, row: (u64, u64, u64, u64, u64, u64, u64)) -> PhaseFigures {
    let (visitors, moved_on, dropped_before_goal, dropped_after_goal, open, visits, events) = row;
    let figures = |span: [i64; 6]| if visits > 0 { spans(visits, span) } else { Quantiles::default() };
    PhaseFigures {
        phase: phase.into(),
        visitors: visitors.into(),
        reached: Rate::default(),
        reached_interval: None,
        dropped_interval: None,
        moved_on: moved_on.into(),
        dropped: (dropped_before_goal + dropped_after_goal).into(),
        dropped_before_goal: dropped_before_goal.into(),
        dropped_after_goal: dropped_after_goal.into(),
        open: open.into(),
        visits: visits.into(),
        events: events.into(),
        dwell_us: figures([SECOND_US, MINUTE_US, 130 * MINUTE_US, DAY_US, 3 * DAY_US, 9 * DAY_US]),
        active_us: figures([0, SECOND_US, 45 * SECOND_US, 3 * MINUTE_US, 9 * MINUTE_US, HOUR_US]),
    }
}

fn phase_segment(actors: u64, divisor: u64) -> PhaseSegment {
    let phases = Phase::ALL.iter().enumerate().map(|(index, phase)| {
        let visitors = actors / (divisor * (index as u64 + 1));
        PhaseCounts {
            phase: phase.key().into(),
            visitors: visitors.into(),
            reached: Rate::new(visitors, actors),
            reached_interval: None,
            comparison: None,
            moved_on: visitors.into(),
            dropped: 0.into(),
            open: 0.into(),
        }
    });
    PhaseSegment { actors: actors.into(), phases: phases.collect() }
}

fn rules() -> Vec<RuleShare> {
    let rules = [
        ("purchase", Some("purchase"), 655),
        ("cart and checkout", Some("decision"), 4_020),
        ("product", Some("consideration"), 9_411),
        ("page", Some("awareness"), 12_090),
        ("unclassified", None, 1_303),
    ];
    let share = |(rule, phase, events): (&str, Option<&str>, u64)| RuleShare {
        rule: rule.into(),
        phase: phase.map(Into::into),
        events: Rate::new(events, 30_512),
    };
    rules.into_iter().map(share).collect()
}

/// Transitions from (from, to, count), sorted and with their shares.
pub fn transitions(of: TransitionsOf, nodes: &[&str], counts: &[(&str, &str, u64)]) -> TransitionsResult {
    let leaving = |from: &str| counts.iter().filter(|one| one.0 == from).map(|one| one.2).sum();
    let kind = |name: &str, pseudo: &[&str]| if pseudo.contains(&name) { NodeKind::Pseudo } else { NodeKind::Node };
    let visits = |name: &str| counts.iter().filter(|one| one.1 == name).map(|one| one.2).sum::<u64>();
    let mut transitions: Vec<Transition> = counts
        .iter()
        .map(|(from, to, count)| Transition {
            from: (*from).into(),
            from_kind: kind(from, &[START, CONTINUED]),
            to: (*to).into(),
            to_kind: kind(to, &[EXIT, OPEN, UNCHOSEN]),
            count: (*count).into(),
            actors: None,
            share: Rate::new(*count, leaving(from)),
        })
        .collect();
    transitions.sort_by(|one, other| {
        other.count.drawn().cmp(&one.count.drawn()).then_with(|| (&one.from, &one.to).cmp(&(&other.from, &other.to)))
    });
    let node = |name: &&str| TransitionNode {
        name: (*name).into(),
        visits: visits(name).into(),
        dwell_us: spans(visits(name), [SECOND_US, SECOND_US, MINUTE_US, HOUR_US, DAY_US, DAY_US]),
    };
    TransitionsResult {
        of,
        nodes: nodes.iter().map(node).collect(),
        transitions,
        no_phase_actors: 38.into(),
        regressions: 0.into(),
        regression_pairs: Vec::new(),
        by: None,
    }
}

pub fn phase_transitions() -> TransitionsResult {
    let nodes: Vec<&str> = Phase::ALL.iter().map(|phase| phase.key()).collect();
    let counts = [
        ("start", "awareness", 5_102),
        ("start", "consideration", 1_140),
        ("start", "decision", 32),
        ("awareness", "consideration", 3_512),
        ("awareness", "comparison", 120),
        ("awareness", "decision", 210),
        ("awareness", "retention", 4),
        ("awareness", "exit", 1_480),
        ("awareness", "open", 322),
        ("consideration", "awareness", 520),
        ("consideration", "comparison", 560),
        ("consideration", "decision", 1_402),
        ("consideration", "exit", 1_422),
        ("consideration", "open", 288),
        ("comparison", "consideration", 180),
        ("comparison", "decision", 240),
        ("comparison", "exit", 134),
        ("comparison", "open", 56),
        ("decision", "awareness", 26),
        ("decision", "consideration", 310),
        ("decision", "comparison", 22),
        ("decision", "purchase", 640),
        ("decision", "exit", 362),
        ("decision", "open", 136),
        ("purchase", "onboarding", 280),
        ("purchase", "retention", 96),
        ("purchase", "exit", 188),
        ("purchase", "open", 91),
        ("onboarding", "retention", 102),
        ("onboarding", "decision", 8),
        ("onboarding", "exit", 101),
        ("onboarding", "open", 77),
        ("retention", "decision", 22),
        ("retention", "exit", 90),
        ("retention", "open", 78),
    ];
    let total = transitions(TransitionsOf::Phases, &nodes, &counts);
    let part = |units, transitions: &[Transition]| TransitionFigures { units, transitions: transitions.to_vec() };
    let by = breakdown(
        "device",
        [
            ("mobile", part(3_900.into(), &total.transitions[..9])),
            ("desktop", part(2_374.into(), &total.transitions[1..4])),
            ("tv", part(0.into(), &[])),
        ],
    );
    let place = |name: &String| nodes.iter().position(|node| node == name);
    let falls =
        |pair: &&Transition| matches!((place(&pair.from), place(&pair.to)), (Some(from), Some(to)) if to < from);
    let regression_pairs: Vec<Transition> = total.transitions.iter().filter(falls).cloned().collect();
    TransitionsResult { regressions: 1_088.into(), regression_pairs, by: Some(by), ..total }
}

pub fn event_transitions() -> TransitionsResult {
    let names = [
        "page_view",
        "view_item",
        "view_item_list",
        "search",
        "add_to_cart",
        "view_cart",
        "begin_checkout",
        "add_shipping_info",
        "add_payment_info",
        "purchase",
        "share",
        "review",
        "newsletter_signup",
    ];
    let ends: Vec<&str> = names.iter().copied().chain(["exit"]).collect();
    let mut counts: Vec<(&str, &str, u64)> = vec![("start", "page_view", 7_100), ("start", "search", 1_674)];
    for (row, from) in names.iter().enumerate() {
        for (column, to) in ends.iter().enumerate() {
            let count = 4_000 / ((row as u64 + 1) * (1 + (row + 1).abs_diff(column) as u64 * 3));
            if (row + column) % 3 != 1 && count > 20 {
                counts.push((from, to, count));
            }
        }
    }
    transitions(TransitionsOf::Events, &names, &counts)
}

/// A report on nothing at all.
pub fn empty() -> Document<ReportFigures> {
    let nothing = |of| transitions(of, &[], &[]);
    let sessions = SessionsResult {
        sessions: 0.into(),
        actors: 0.into(),
        events: 0,
        session_events: 0.into(),
        bot_events: 0,
        sessionless_events: 0.into(),
        events_after_end: 0,
        unchosen_events: 0.into(),
        unidentified_events: 0,
        capped: 0.into(),
        id_reused: 0.into(),
        started_by: BTreeMap::new(),
        single_event: Rate::default(),
        events_per_session: Rate::default(),
        sessions_per_actor: Rate::default(),
        duration_us: Quantiles::default(),
        by: None,
    };
    let phases = PhasesResult {
        coverage: None,
        coverage_of: Rate::default(),
        coverage_without_last_rule: Rate::default(),
        rules: Vec::new(),
        actors: 0.into(),
        no_phase_actors: 0.into(),
        phases: Phase::ALL.iter().map(|phase| phase_figures(phase.key(), (0, 0, 0, 0, 0, 0, 0))).collect(),
        by: None,
        ..phases()
    };
    let figures = ReportFigures {
        title: "Nothing".into(),
        overview: nothing_viewed(),
        page_transitions: None,
        flows: Flows::default(),
        carts: no_carts(),
        paths: Some(no_paths()),
        paths_to_conversion: None,
        signals: None,
        sessions,
        phases,
        transitions: nothing(TransitionsOf::Phases),
        event_transitions: nothing(TransitionsOf::Events),
        funnels: vec![funnel(None, 0, &[("only", 0, 0)]), funnel(None, 0, &[("a", 0, 0), ("b", 0, 0)])],
    };
    let settings = Settings { time_zone: "UTC".into(), taxonomy: "full".into(), ..Settings::default() };
    let results =
        Results { schema_version: SCHEMA_VERSION, settings, quality: LoadTotals::default(), overlap: None, figures };
    Document { results, provenance: Provenance::default() }
}

/// The same without anything in it: every number 0, every list empty.
fn emptied<R: serde::Serialize + serde::de::DeserializeOwned>(full: &R) -> R {
    fn empty(value: &mut Value) {
        match value {
            Value::Array(list) => list.clear(),
            Value::Object(fields) => {
                fields.remove("by");
                fields.values_mut().for_each(empty);
            }
            Value::Number(number) => *number = 0.into(),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(full).expect("serializable");
    empty(&mut value);
    serde_json::from_value(value).expect("the same shape")
}

fn nothing_viewed() -> OverviewResult {
    emptied(&sections::overview(sections::NAMES))
}

fn no_carts() -> CartsResult {
    emptied(&sections::carts(sections::NAMES))
}

fn no_paths() -> PathsResult {
    emptied(&sections::paths(sections::NAMES, "forward"))
}

/// Names that try to break out of the page or the terminal.
pub const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "red \u{1b}[31m\u{1b}]0;title\u{7}",
    "abc\u{202e}gpj.exe",
    "שלום עולם",
    "🛒 кошик 买",
];

/// A report in which every name from the data is hostile or very long, with 300 transitions.
pub fn hostile() -> Document<ReportFigures> {
    let long = "very_long_name_".repeat(400);
    let mut document = rich();
    let steps: Vec<(&str, u64, u64)> = HOSTILE
        .iter()
        .copied()
        .chain([long.as_str()])
        .zip((1..=7).rev())
        .map(|(name, units)| (name, units, 0))
        .collect();
    let figures = &mut document.results.figures;
    let mut broken = funnel(Some(HOSTILE[0]), 9, &steps);
    let segments = HOSTILE.map(|value| Segment { value: value.into(), values: 1, figures: segment(&steps) });
    broken.by = Some(Breakdown { dimension: HOSTILE[1].into(), rows: segments.into() });
    figures.funnels = vec![sections::with_surroundings(broken, HOSTILE)];
    figures.overview = sections::overview(HOSTILE);
    figures.carts = sections::carts(HOSTILE);
    figures.paths = Some(sections::paths(HOSTILE, "forward"));
    figures.paths_to_conversion = Some(sections::paths(HOSTILE, "backward"));
    figures.signals = Some(signals(HOSTILE[0]));
    figures.title = HOSTILE[0].into();
    let (events, pages) = (hostile_transitions(), sections::pages(HOSTILE));
    figures.flows = sections::flows(&figures.transitions, &events, &pages);
    figures.page_transitions = Some(sections::page_transitions(pages));
    figures.event_transitions = events;
    document.results.overlap = Some(overlap([HOSTILE[0], HOSTILE[1], HOSTILE[2]]));
    document.results.settings.filter = Some(HOSTILE[0].into());
    document.results.settings.warnings = HOSTILE.map(Into::into).into();
    document.provenance.notes = vec![long.clone()];
    document.provenance.rejected_examples = vec![rejected(1, RejectReason::BadJson, HOSTILE[1], &long)];
    document.provenance.arguments = HOSTILE.map(Into::into).into();
    document.provenance.configuration_file =
        Some(ConfigurationFile { path: HOSTILE[0].into(), text: HOSTILE.join("\n") });
    document.provenance.configuration = format!("name = '{}'", HOSTILE[0]);
    document
}

/// 300 transitions between 25 events.
pub fn hostile_transitions() -> TransitionsResult {
    let made: Vec<String> = (0..25).map(|index| format!("{} {index}", HOSTILE[index % HOSTILE.len()])).collect();
    let names: Vec<&str> = made.iter().map(String::as_str).collect();
    let pairs = names.iter().flat_map(|from| names.iter().take(12).map(move |to| (*from, *to)));
    let counts: Vec<(&str, &str, u64)> = pairs.zip(1..).map(|((from, to), count)| (from, to, count)).collect();
    assert_eq!(counts.len(), 300);
    transitions(TransitionsOf::Events, &names, &counts)
}

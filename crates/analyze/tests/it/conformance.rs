//! Do the funnel kernel and the emulations of other products give the levels of the recorded cases?

use kundresa_analyze::funnel::emulate::{Buffers, Emulator, Stream};
use kundresa_analyze::funnel::kernel::{Matches, PlainKernel, PlainScratch};
use kundresa_model::spec::funnel::FunnelEntry;

/// Emulations in the order of the file's columns: strictly rising times, ClickHouse, PostHog.
///
/// Our exact level with strictly rising times is that of ClickHouse with `strict_once+strict_increase`.
const EMULATIONS: [&str; 11] = [
    "clickhouse:strict_once+strict_increase",
    "clickhouse",
    "clickhouse:strict_deduplication",
    "clickhouse:strict_order",
    "clickhouse:strict_order+allow_reentry",
    "clickhouse:strict_increase",
    "clickhouse:strict_once",
    "clickhouse:strict_once+strict_increase",
    "clickhouse:strict_deduplication+strict_order",
    "posthog",
    "posthog:strict",
];

/// One case: events, steps as lists of names, window, and the levels.
struct Case {
    id: String,
    events: Vec<(i64, String)>,
    steps: Vec<Vec<String>>,
    window: i64,
    best: usize,
    first: usize,
    emulated: Vec<usize>,
}

impl Case {
    /// Times and satisfied steps of all events, or of those that satisfy one.
    fn events(&self, all: bool) -> (Vec<i64>, Vec<u64>) {
        let satisfied = |name: &String| {
            let bit = |(index, step): (usize, &Vec<String>)| u64::from(step.contains(name)) << index;
            self.steps.iter().enumerate().map(bit).sum::<u64>()
        };
        let events = self.events.iter().map(|(t, name)| (*t, satisfied(name)));
        events.filter(|(_, steps)| all || *steps != 0).unzip()
    }

    fn level(&self, entry: FunnelEntry) -> usize {
        let (ts, steps) = self.events(false);
        let kernel = PlainKernel { steps: self.steps.len(), window_us: self.window, from_us: i64::MIN, entry };
        let reach = kernel
            .reach(Matches { ts: &ts, steps: &steps, exclusions: &[], places: &[] }, &mut PlainScratch::default());
        reach.map_or(0, |reach| reach.level)
    }

    fn emulated(&self, emulation: &str) -> usize {
        let (ts, steps) = self.events(true);
        let emulator = Emulator::new(emulation.parse().unwrap(), self.steps.len(), self.window);
        emulator.level(Stream { ts: &ts, steps: &steps }, &mut Buffers::default())
    }

    fn check(&self) {
        assert_eq!(self.level(FunnelEntry::Best), self.best, "{} with the best entry", self.id);
        assert_eq!(self.level(FunnelEntry::First), self.first, "{} with the first entry", self.id);
        assert_eq!(self.emulated.len(), EMULATIONS.len(), "{}", self.id);
        for (emulation, level) in EMULATIONS.iter().zip(&self.emulated) {
            assert_eq!(self.emulated(emulation), *level, "{} as {emulation}", self.id);
        }
    }
}

fn parse(line: &str) -> Case {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let event = |written: &str| {
        let (name, t) = written.split_once('@').unwrap();
        (t.parse().unwrap(), name.to_owned())
    };
    let names = |step: &str| step.trim().split(',').map(str::to_owned).collect();
    let levels = fields[7..].iter().flat_map(|levels| levels.split_whitespace());
    Case {
        id: fields[0].to_owned(),
        events: fields[2].split_whitespace().map(event).collect(),
        steps: fields[3].split('>').map(names).collect(),
        window: fields[4].parse().unwrap(),
        best: fields[5].parse().unwrap(),
        first: fields[6].parse().unwrap(),
        emulated: levels.map(|level| level.parse().unwrap()).collect(),
    }
}

#[test]
fn every_recorded_case_has_its_levels() {
    let cases: Vec<Case> =
        include_str!("funnel_cases.txt").lines().filter(|line| !line.starts_with('#')).map(parse).collect();
    assert_eq!(cases.len(), 45);
    cases.iter().for_each(Case::check);
}

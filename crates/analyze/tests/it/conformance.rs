//! Does the funnel kernel give the level that the recorded cases ask for?

use std::path::Path;

use kundresa_analyze::funnel::kernel::{Kernel, Matches, Scratch};
use kundresa_model::spec::funnel::FunnelEntry;

/// One case: events, steps as lists of names, window, and the level by entry.
struct Case {
    id: String,
    events: Vec<(i64, String)>,
    steps: Vec<Vec<String>>,
    window: i64,
    best: usize,
    first: usize,
}

impl Case {
    fn level(&self, entry: FunnelEntry) -> usize {
        let satisfied = |name: &String| {
            let bit = |(index, step): (usize, &Vec<String>)| u64::from(step.contains(name)) << index;
            self.steps.iter().enumerate().map(bit).sum::<u64>()
        };
        let matching = self.events.iter().map(|(t, name)| (*t, satisfied(name))).filter(|(_, steps)| *steps != 0);
        let (ts, steps): (Vec<i64>, Vec<u64>) = matching.unzip();
        let kernel = Kernel { steps: self.steps.len(), window_us: self.window, from_us: i64::MIN, entry };
        let reach = kernel.reach(Matches { ts: &ts, steps: &steps }, &mut Scratch::default());
        reach.map_or(0, |reach| reach.level)
    }

    fn check(&self) {
        assert_eq!(self.level(FunnelEntry::Best), self.best, "{} with the best entry", self.id);
        assert_eq!(self.level(FunnelEntry::First), self.first, "{} with the first entry", self.id);
    }
}

fn parse(line: &str) -> Case {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let event = |written: &str| {
        let (name, t) = written.split_once('@').unwrap();
        (t.parse().unwrap(), name.to_owned())
    };
    let names = |step: &str| step.trim().split(',').map(str::to_owned).collect();
    Case {
        id: fields[0].to_owned(),
        events: fields[2].split_whitespace().map(event).collect(),
        steps: fields[3].split('>').map(names).collect(),
        window: fields[4].parse().unwrap(),
        best: fields[5].parse().unwrap(),
        first: fields[6].parse().unwrap(),
    }
}

#[test]
fn every_restated_case_has_its_level() {
    let cases: Vec<Case> =
        include_str!("funnel_cases.txt").lines().filter(|line| !line.starts_with('#')).map(parse).collect();
    assert_eq!(cases.len(), 45);
    cases.iter().for_each(Case::check);
}

#[test]
fn every_shared_conformance_case_has_its_level() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/funnel.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the shared conformance cases are not beside this checkout");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text_of = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let level = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 45);
    for case in cases {
        let event = |event: &serde_json::Value| (event[0].as_i64().unwrap(), text_of(&event[1]));
        let step = |step: &serde_json::Value| step.as_array().unwrap().iter().map(text_of).collect();
        let case = Case {
            id: text_of(&case["id"]),
            events: case["events"].as_array().unwrap().iter().map(event).collect(),
            steps: case["steps"].as_array().unwrap().iter().map(step).collect(),
            window: case["window"].as_i64().unwrap(),
            best: level(&case["exact_distinct"]),
            first: level(&case["first_entry_only"]),
        };
        case.check();
    }
}

//! Do the inputs hold one day of the export more than once?
//!
//! BigQuery rewrites daily tables and keeps intraday ones beside them, so a folder of exports may have a day twice. Names
//! tell: `events_20240301`, `events_intraday_20240301`, `events_fresh_20240301`, in shards `-000000000000`.

use std::collections::{BTreeMap, BTreeSet};

const PREFIX: &str = "events_";
const DAY_DIGITS: usize = 8;

/// One sentence for every day that is in more than one export, in order of days.
pub(crate) fn repeated_days<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut exports = BTreeMap::<&str, BTreeMap<String, &str>>::new();
    for name in names {
        if let Some((day, export)) = export_of(name) {
            exports.entry(day).or_default().entry(export).or_insert(name);
        }
    }
    let twice = exports.into_iter().filter(|(_, inputs)| inputs.len() > 1);
    twice.map(|(day, inputs)| sentence(day, &inputs.into_values().collect())).collect()
}

fn sentence(day: &str, inputs: &BTreeSet<&str>) -> String {
    let inputs: Vec<&str> = inputs.iter().copied().collect();
    format!(
        "day {day} is in {} exports ({}); the rows of all count, so leave out all but one",
        inputs.len(),
        inputs.join(", ")
    )
}

/// The day in an input's name, and what tells its export from others of that day; shards of one export are alike.
fn export_of(name: &str) -> Option<(&str, String)> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let rest = file.strip_prefix(PREFIX)?;
    let kind = ["intraday_", "fresh_"].into_iter().find(|kind| rest.starts_with(kind)).unwrap_or("");
    let rest = &rest[kind.len()..];
    let day = rest.get(..DAY_DIGITS).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    let tail = rest[DAY_DIGITS..].split('.').next().unwrap_or("");
    let is_shard = tail.starts_with(['-', '_']) && tail[1..].bytes().all(|byte| byte.is_ascii_digit());
    let copy = if is_shard { "" } else { tail };
    Some((day, format!("{folder}/{kind}{copy}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_two_exports_is_told() {
        let names = ["events_20240301.json.gz", "events_20240301 (1).json.gz", "events_20240302.json.gz"];
        let told = repeated_days(names.into_iter());
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with("day 20240301 is in 2 exports (events_20240301 (1).json.gz, events_20240301.json.gz)"),
            "{told:?}"
        );
        assert_eq!(repeated_days(["events_20240301.json", "events_intraday_20240301.json"].into_iter()).len(), 1);
        assert_eq!(repeated_days(["new/events_20240301.json", "old/events_20240301.json"].into_iter()).len(), 1);
    }

    #[test]
    fn shards_and_other_names_are_no_repeats() {
        let shards = [
            "events_20240301-000000000000.parquet",
            "events_20240301-000000000001.parquet",
            "log.json",
            "events_2024.json",
        ];
        assert!(repeated_days(shards.into_iter()).is_empty());
    }
}

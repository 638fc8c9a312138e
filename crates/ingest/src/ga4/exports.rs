//! Which export does an input belong to, and which of several exports of a day is read?
//!
//! BigQuery rewrites daily tables and keeps intraday ones beside them, so a folder may have a day twice. Names tell the
//! kind of a table: `events_20240301`, `events_intraday_20240301`, `events_fresh_20240301`. An export may be cut into
//! shards (`-000000000000`, `_000`, `part-00000-…`, a folder of numbered files), which differ in their number alone.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};
use kundresa_model::source::{ExportKind, ExportSet};

use crate::error::IngestError;

const PREFIX: &str = "events_";
const DAY_DIGITS: usize = 8;
/// Ends of file names that say how an input is written.
const EXTENSIONS: [&str; 13] = [
    ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".pq", ".avro", ".gz", ".gzip", ".zst", ".zstd",
    ".snappy",
];

/// Patterns of revisions, in rising order.
#[derive(Debug, Default)]
pub(super) struct Revisions(Vec<GlobMatcher>);

impl Revisions {
    /// # Errors
    /// When a pattern is malformed.
    pub(super) fn try_new(patterns: &[String]) -> Result<Self, IngestError> {
        let compiled = patterns.iter().map(|pattern| {
            let bad = |error: globset::Error| IngestError::BadPattern {
                pattern: pattern.clone(),
                reason: error.kind().to_string(),
            };
            Glob::new(pattern).map(|glob| glob.compile_matcher()).map_err(bad)
        });
        Ok(Self(compiled.collect::<Result<_, _>>()?))
    }

    /// Place of the last pattern that matches, from 1; 0 without any.
    fn of(&self, name: &str) -> u32 {
        let last = self.0.iter().rposition(|pattern| pattern.is_match(name));
        last.map_or(0, |index| u32::try_from(index + 1).unwrap_or(u32::MAX))
    }

    /// The export that an input of that name belongs to.
    pub(super) fn export_of(&self, name: &str) -> ExportSet {
        let kind = table_of(name).map_or(ExportKind::Daily, |table| table.kind);
        ExportSet { kind, revision: self.of(name), path: without_shard(name) }
    }
}

/// One sentence for every day that is in more than one export, in order of days.
pub(crate) fn repeated_days<'a>(inputs: impl Iterator<Item = (&'a str, ExportSet)>) -> Vec<String> {
    let mut exports = BTreeMap::<&str, BTreeSet<ExportSet>>::new();
    for (name, set) in inputs {
        if let Some(table) = table_of(name) {
            exports.entry(table.day).or_default().insert(set);
        }
    }
    exports.into_iter().filter(|(_, sets)| sets.len() > 1).filter_map(|(day, sets)| sentence(day, sets)).collect()
}

fn sentence(day: &str, mut sets: BTreeSet<ExportSet>) -> Option<String> {
    let winner = sets.pop_last()?.path;
    let others: Vec<String> = sets.into_iter().map(|set| set.path).collect();
    let (others, replaced) = (others.join(" and "), "replaced where both hold the same day and stream");
    Some(format!("day {day} is exported more than once: {winner} counts, the rows of {others} are {replaced}"))
}

/// What a name says of the table that was exported.
struct Table<'a> {
    kind: ExportKind,
    day: &'a str,
    /// What follows the day.
    rest: &'a str,
}

/// The table in the last part of a path that names one.
fn table_of(name: &str) -> Option<Table<'_>> {
    name.rsplit('/').find_map(table_in)
}

fn table_in(part: &str) -> Option<Table<'_>> {
    let rest = part.strip_prefix(PREFIX)?;
    let (kind, rest) = match (rest.strip_prefix("intraday_"), rest.strip_prefix("fresh_")) {
        (Some(rest), _) => (ExportKind::Intraday, rest),
        (None, Some(rest)) => (ExportKind::Fresh, rest),
        (None, None) => (ExportKind::Daily, rest),
    };
    let (day, rest) = rest.split_at_checked(DAY_DIGITS)?;
    day.bytes().all(|byte| byte.is_ascii_digit()).then_some(Table { kind, day, rest })
}

/// The name without what tells the shards of one export apart.
fn without_shard(name: &str) -> String {
    let file_at = name.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, file) = name.split_at(file_at);
    let (stem, extensions) = file.split_at(stem_length(file));
    let shared = Some(shared_stem(stem)).filter(|shared| !shared.is_empty()).unwrap_or("*");
    format!("{folder}{shared}{extensions}")
}

/// Length of a file name without its extensions.
fn stem_length(file: &str) -> usize {
    let lower = file.to_ascii_lowercase();
    let mut stem = lower.as_str();
    while let Some(shorter) = EXTENSIONS.iter().find_map(|extension| stem.strip_suffix(extension)) {
        stem = shorter;
    }
    stem.len()
}

/// What the shards of one export share of their names. The day of a table is no number of a shard.
fn shared_stem(stem: &str) -> &str {
    let is_spark = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    if stem.strip_prefix("part-").is_some_and(is_spark) {
        return "part";
    }
    match table_in(stem) {
        Some(table) => {
            let kept = without_number(table.rest);
            let is_number = kept.len() < table.rest.len() && table.rest[kept.len()..].starts_with(['-', '_']);
            let rest = if is_number { kept.len() } else { table.rest.len() };
            &stem[..stem.len() - table.rest.len() + rest]
        }
        None => without_number(stem),
    }
}

/// The text without a number at its end, and without the mark before it.
fn without_number(text: &str) -> &str {
    let shorter = text.trim_end_matches(|last: char| last.is_ascii_digit());
    if shorter.len() == text.len() {
        return text;
    }
    shorter.strip_suffix(['-', '_', '.', ' ']).unwrap_or(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str], revisions: &[&str]) -> Vec<String> {
        let revisions: Vec<String> = revisions.iter().map(|pattern| (*pattern).to_owned()).collect();
        let revisions = Revisions::try_new(&revisions).unwrap();
        repeated_days(names.iter().map(|name| (*name, revisions.export_of(name))))
    }

    #[test]
    fn shards_of_one_export_have_one_path() {
        for (name, path) in [
            ("ga4/events_20240301-000000000000.json.gz", "ga4/events_20240301.json.gz"),
            ("events_intraday_20240301_000.parquet", "events_intraday_20240301.parquet"),
            ("events_20240301-000000000001.avro", "events_20240301.avro"),
            ("events_20240301.json", "events_20240301.json"),
            ("events_20240301_v2-000000000001.json", "events_20240301_v2.json"),
            ("events_20240301_v2.json", "events_20240301_v2.json"),
            ("events_20240301 (1).json", "events_20240301 (1).json"),
            ("events_20240301/000000000003.json.gz", "events_20240301/*.json.gz"),
            ("events_20240301/part-00003-tid-77-c000.snappy.parquet", "events_20240301/part.snappy.parquet"),
            ("cut.3.json", "cut.json"),
            ("cut12.JSON", "cut.JSON"),
            ("day.json", "day.json"),
        ] {
            assert_eq!(without_shard(name), path, "{name}");
        }
    }

    #[test]
    fn names_tell_kind_and_revision() {
        let revisions = Revisions::try_new(&["old/*".to_owned(), "*new*".to_owned()]).unwrap();
        let found = |name: &str| (revisions.export_of(name).kind, revisions.export_of(name).revision);
        assert_eq!(found("events_20240301.json"), (ExportKind::Daily, 0));
        assert_eq!(found("events_intraday_20240301/000.json"), (ExportKind::Intraday, 0));
        assert_eq!(found("old/events_fresh_20240301.json"), (ExportKind::Fresh, 1));
        assert_eq!(found("old/new/events_20240301.json"), (ExportKind::Daily, 2));
        assert_eq!(found("console.json"), (ExportKind::Daily, 0));
        assert!(Revisions::try_new(&["[".to_owned()]).is_err());
    }

    #[test]
    fn a_day_in_two_exports_is_told_with_the_one_that_counts() {
        let kinds = ["events_20240301.json", "events_intraday_20240301.json", "events_20240302.json"];
        let expected = "day 20240301 is exported more than once: events_20240301.json counts, the rows of \
            events_intraday_20240301.json are replaced where both hold the same day and stream";
        assert_eq!(told(&kinds, &[]), [expected]);
        let revised = ["a/events_20240301.json", "b/events_20240301.json"];
        assert!(told(&revised, &[])[0].contains("b/events_20240301.json counts"));
        assert!(told(&revised, &["b/*", "a/*"])[0].contains("a/events_20240301.json counts"));
    }

    #[test]
    fn shards_and_other_names_are_no_repeats() {
        let shards = ["events_20240301-000000000000.parquet", "events_20240301-000000000001.parquet"];
        assert!(told(&shards, &[]).is_empty());
        assert!(told(&["log.json", "events_2024.json"], &[]).is_empty());
    }
}

//! What happened between one snapshot and the next?
//!
//! Records of both are joined by their key. What is known of a record is carried on, so that a snapshot without its stage,
//! or without the record, does not make it new again.

use kundresa_model::index::index32;
use kundresa_model::natural;
use polars::prelude::{Column, DataFrame, DataFrameJoinOps, JoinArgs, JoinCoalesce, JoinType, NamedFrom, Series};

use super::read::{Record, Snapshot};
use super::{Change, Changes, SnapshotError, SnapshotRules};

/// Place of a record among those known before, and in the next snapshot.
type Pair = (Option<usize>, Option<usize>);

/// What is known of a record.
struct Known {
    record: Record,
    /// When its stage was last seen, UTC microseconds.
    seen_us: i64,
    /// When the record was last seen.
    there_us: i64,
    is_gone: bool,
}

/// Words for a deal that is won, in the languages of the page; compared without signs and case.
const WON: [&str; 5] = ["won", "closedwon", "vunnen", "vunnet", "gewonnen"];
const LOST: [&str; 5] = ["lost", "closedlost", "förlorad", "tapt", "verloren"];

/// The changes between snapshots, which are put in the order of their times.
///
/// # Errors
/// When two are of one time.
pub fn changes(mut snapshots: Vec<Snapshot>, rules: &SnapshotRules) -> Result<Changes, SnapshotError> {
    snapshots.sort_by(|one, other| one.at_us.cmp(&other.at_us).then_with(|| one.file.cmp(&other.file)));
    if let Some(pair) = snapshots.windows(2).find(|pair| pair[0].at_us == pair[1].at_us) {
        return Err(SnapshotError::SameTime { one: pair[0].file.clone(), other: pair[1].file.clone() });
    }
    let mut snapshots = snapshots.into_iter();
    let Some(first) = snapshots.next() else { return Ok(Changes::default()) };
    let mut before_us = first.at_us;
    let mut known: Vec<Known> = first.records.into_iter().map(|record| Known::new(record, before_us)).collect();
    let mut changes =
        Changes { known_at_first: known.len() as u64, known_at_last: known.len() as u64, rows: Vec::new() };
    for snapshot in snapshots {
        changes.known_at_last = snapshot.records.len() as u64;
        let mut rows = step(&mut known, snapshot.records, [before_us, snapshot.at_us], rules)?;
        rows.sort_by(|one, other| natural::compare(&one.record, &other.record));
        changes.rows.extend(rows);
        before_us = snapshot.at_us;
    }
    Ok(changes)
}

impl Known {
    fn new(record: Record, at_us: i64) -> Self {
        Self { record, seen_us: at_us, there_us: at_us, is_gone: false }
    }
}

/// What the snapshot at the second instant changes of what is known since the first.
fn step(
    known: &mut Vec<Known>,
    records: Vec<Record>,
    [before_us, at_us]: [i64; 2],
    rules: &SnapshotRules,
) -> Result<Vec<Change>, SnapshotError> {
    let pairs = joined(known, &records)?;
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    let mut rows = Vec::new();
    for (old, new) in pairs {
        let new = new.and_then(|place| records.get_mut(place)).and_then(Option::take);
        match (old, new) {
            (None, Some(record)) => {
                let event = format!("{}_created", rules.object);
                rows.push(change(event, &record, None, [before_us, at_us], rules));
                known.push(Known::new(record, at_us));
            }
            (Some(old), Some(record)) => rows.extend(again(&mut known[old], record, at_us, rules)),
            (Some(old), None) if !known[old].is_gone => {
                let old = &mut known[old];
                old.is_gone = true;
                let gone = Record { stage: None, ..old.record.clone() };
                let from = old.record.stage.clone();
                rows.push(change("record_disappeared".to_owned(), &gone, from, [old.there_us, at_us], rules));
            }
            _ => {}
        }
    }
    Ok(rows)
}

/// A record that was known before.
fn again(old: &mut Known, mut record: Record, at_us: i64, rules: &SnapshotRules) -> Option<Change> {
    let (was_gone, from) = (old.is_gone, old.record.stage.clone());
    let says_stage = record.stage.is_some();
    record.stage = record.stage.or_else(|| from.clone());
    record.email = record.email.or_else(|| old.record.email.clone());
    record.person = record.person.or_else(|| old.record.person.clone());
    let found = if record.stage != from {
        Some(change("stage_changed".to_owned(), &record, from, [old.seen_us, at_us], rules))
    } else {
        was_gone.then(|| change("record_reappeared".to_owned(), &record, from, [old.there_us, at_us], rules))
    };
    if says_stage {
        old.seen_us = at_us;
    }
    (old.there_us, old.is_gone) = (at_us, false);
    old.record = record;
    found
}

fn change(
    event: String,
    record: &Record,
    from: Option<String>,
    [since_us, time_us]: [i64; 2],
    rules: &SnapshotRules,
) -> Change {
    let own = || match rules.object.as_str() {
        "contact" => record.key.clone(),
        object => format!("{object} {}", record.key),
    };
    Change {
        time_us,
        event,
        crm_id: record.person.clone().unwrap_or_else(own),
        email: record.email.clone(),
        outcome: record.stage.as_deref().and_then(|stage| rules.outcome(stage)),
        stage: record.stage.clone(),
        from,
        since_us,
        record: record.key.clone(),
        kept: record.kept.clone(),
    }
}

impl SnapshotRules {
    /// Whether a stage ends a deal, and how.
    fn outcome(&self, stage: &str) -> Option<&'static str> {
        let is_named = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(stage));
        let words: Vec<String> =
            stage.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect();
        let reads = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        if is_named(&self.won) {
            Some("won")
        } else if is_named(&self.lost) {
            Some("lost")
        } else if self.won.is_empty() && reads(&WON) {
            Some("won")
        } else {
            (self.lost.is_empty() && reads(&LOST)).then_some("lost")
        }
    }
}

/// Every record of either side with its place on each.
fn joined(known: &[Known], records: &[Record]) -> Result<Vec<Pair>, SnapshotError> {
    let left = keyed("old", known.iter().map(|known| known.record.key.as_str()).collect())?;
    let right = keyed("new", records.iter().map(|record| record.key.as_str()).collect())?;
    let how = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    let both = left.join(&right, ["key"], ["key"], how, None)?;
    let places = |name: &str| -> Result<Vec<Option<usize>>, SnapshotError> {
        Ok(both.column(name)?.u32()?.iter().map(|place| place.map(|place| place as usize)).collect())
    };
    Ok(places("old")?.into_iter().zip(places("new")?).collect())
}

/// Keys with their places.
fn keyed(place: &str, keys: Vec<&str>) -> Result<DataFrame, SnapshotError> {
    let height = keys.len();
    let places: Vec<u32> = (0..index32(height)).collect();
    let columns: Vec<Column> = vec![Series::new("key".into(), keys).into(), Series::new(place.into(), places).into()];
    Ok(DataFrame::new(height, columns)?)
}

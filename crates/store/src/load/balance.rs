//! Does a load fit the store, and does everything add up?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kundresa_model::quality::LoadTotals;
use serde_json::Value;

use crate::error::StoreError;
use crate::generation::manifest::{StoredInput, greatest_exports};

/// Settings by key.
type Configuration = BTreeMap<String, Value>;

/// Rows that were read one way stand beside rows that were read another way only if nobody can tell: never.
///
/// # Errors
/// With the first key, in order, that differs.
pub(super) fn check_configuration(
    store: &Path,
    known: &Configuration,
    asked: &Configuration,
) -> Result<(), StoreError> {
    let keys: BTreeSet<&String> = known.keys().chain(asked.keys()).collect();
    let Some(key) = keys.into_iter().find(|key| known.get(*key) != asked.get(*key)) else { return Ok(()) };
    let show = |value: Option<&Value>| value.map_or("not set".to_owned(), |value| format!("`{value}`"));
    Err(StoreError::OtherConfiguration {
        store: store.to_owned(),
        key: key.clone(),
        known: show(known.get(key)),
        new: show(asked.get(key)),
    })
}

/// A partition whose greatest export leaves falls to the next, whose rows may never have been written, or be compacted
/// away: only loading anew brings them back.
///
/// # Errors
/// With the first such partition.
pub(super) fn check_partitions(
    store: &Path,
    before: &[StoredInput],
    stay: &[StoredInput],
    after: &[StoredInput],
) -> Result<(), StoreError> {
    let (old, new) = (greatest_exports(before), greatest_exports(after));
    for (input, set) in stay.iter().filter_map(|input| Some((input, input.set.as_ref()?))) {
        for partition in input.partitions.keys() {
            let key = (input.source.clone(), partition.clone());
            let (Some(lost_to), Some(greatest)) = (old.get(&key), new.get(&key)) else { continue };
            if set < lost_to && set == greatest {
                return Err(StoreError::PartitionReturns {
                    store: store.to_owned(),
                    source_name: key.0,
                    partition: key.1,
                    input: input.name.clone(),
                    gone: lost_to.path.clone(),
                });
            }
        }
    }
    Ok(())
}

/// `rows_in = events + duplicates + rejected + replaced + forgotten`.
pub(super) fn check_totals(what: &'static str, totals: &LoadTotals) -> Result<(), StoreError> {
    let LoadTotals { rows_in, events, duplicates, rejected, replaced, forgotten, .. } = *totals;
    if rows_in == events + duplicates + rejected + replaced + forgotten {
        return Ok(());
    }
    Err(StoreError::UnbalancedStore { what, rows_in, events, duplicates, rejected, replaced, forgotten })
}

#[cfg(test)]
mod tests {
    use kundresa_model::source::{ExportKind, ExportSet};
    use serde_json::json;

    use super::*;

    #[test]
    fn other_configuration_is_told_with_key_values_and_way_out() {
        let known = Configuration::from([("a".to_owned(), json!(1)), ("zone".to_owned(), json!("UTC"))]);
        let asked = Configuration::from([("a".to_owned(), json!(1)), ("zone".to_owned(), json!("Asia/Tokyo"))]);
        check_configuration(Path::new("s"), &known, &known).unwrap();
        let message = check_configuration(Path::new("s"), &known, &asked).unwrap_err().to_string();
        for part in ["`zone`", "`\"UTC\"`", "`\"Asia/Tokyo\"`", "`kundresa load INPUT… --into s --rebuild`"] {
            assert!(message.contains(part), "{part} in {message}");
        }
        let message = check_configuration(Path::new("s"), &known, &Configuration::new()).unwrap_err().to_string();
        assert!(message.starts_with("`a` is not set now, but the store was loaded with `1`"), "{message}");
    }

    fn export(kind: ExportKind, partitions: &[&str]) -> StoredInput {
        StoredInput {
            set: Some(ExportSet { kind, revision: 0, path: "x".to_owned() }),
            partitions: partitions.iter().map(|partition| ((*partition).to_owned(), 1)).collect(),
            ..StoredInput::default()
        }
    }

    #[test]
    fn partition_that_falls_back_to_a_lesser_export_is_refused() {
        let (intraday, daily) = (export(ExportKind::Intraday, &["d1", "d2"]), export(ExportKind::Daily, &["d1"]));
        let (before, other) = ([intraday.clone(), daily.clone()], export(ExportKind::Daily, &["d3"]));
        let stay = [intraday.clone()];
        let message =
            check_partitions(Path::new("s"), &before, &stay, &[intraday.clone(), other]).unwrap_err().to_string();
        assert!(message.contains("`d1`") && message.contains("--rebuild"), "{message}");
        check_partitions(Path::new("s"), &before, &stay, &[intraday, daily]).unwrap();
    }

    #[test]
    fn every_row_is_accounted_for() {
        let totals = LoadTotals {
            rows_in: 6,
            events: 1,
            duplicates: 1,
            rejected: 1,
            replaced: 1,
            forgotten: 2,
            ..LoadTotals::default()
        };
        check_totals("the load", &totals).unwrap();
        let message = check_totals("the load", &LoadTotals { rows_in: 7, ..totals }).unwrap_err().to_string();
        assert!(message.starts_with("7 rows came into the load, but 1 events,"), "{message}");
    }
}

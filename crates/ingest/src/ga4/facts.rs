//! What did the mapping of a GA4 source decide, and which names does it offer?

use std::collections::{BTreeMap, BTreeSet};

use super::mapping::Mapping;
use super::names::{ALIASES, PARTITION, REFUND, REVENUE, TIME, TRAFFIC, TRAFFIC_NAMES, VALUE};
use crate::field::Field;
use crate::json::scan::{Next, ScanError, Scanner};
use crate::kind::{ColumnFacts, FieldFacts, PinnedFacts};
use crate::sample::{Sample, Shape};

const REASON: &str = "fixed by the export";
/// Parameters that most properties send; a Parquet sample shows no parameters.
const USUAL_PARAMS: [&str; 10] = [
    "engagement_time_msec",
    "ga_session_number",
    "item_list_name",
    "link_url",
    "percent_scrolled",
    "promotion_name",
    "search_term",
    "session_engaged",
    "value",
    "entrances",
];
/// Examples per name.
const EXAMPLES: usize = 3;

/// Facts for inspection and provenance.
pub(super) fn facts(samples: &[&Sample], mapping: &Mapping) -> PinnedFacts {
    PinnedFacts {
        fields: fields(mapping),
        columns: columns(samples),
        time_format: "microseconds since 1970, UTC".to_owned(),
        time_zone: None,
        dialect: "BigQuery export".to_owned(),
        constant_event: mapping.constant_event.clone(),
        ..PinnedFacts::default()
    }
}

fn fields(mapping: &Mapping) -> Vec<FieldFacts> {
    let mut names: BTreeMap<Field, Vec<String>> = mapping.fields.iter().cloned().collect();
    names.insert(Field::Time, vec![TIME.to_owned()]);
    names.insert(Field::Value, [REVENUE, REFUND, VALUE].map(str::to_owned).into());
    names.insert(Field::Items, vec!["items".to_owned()]);
    names.insert(Field::Partition, PARTITION.map(str::to_owned).into());
    if mapping.has_traffic {
        for (index, field) in TRAFFIC.into_iter().enumerate() {
            names.insert(field, TRAFFIC_NAMES.iter().map(|group| group[index].to_owned()).collect());
        }
    }
    let facts = names.into_iter().map(|(field, columns)| FieldFacts {
        field: field.name().to_owned(),
        columns,
        reason: REASON.to_owned(),
    });
    facts.collect()
}

/// Names with examples: scalar columns, parameters, user properties, and the short names.
fn columns(samples: &[&Sample]) -> Vec<ColumnFacts> {
    let mut seen = Seen::default();
    for sample in samples {
        seen.add_table(sample);
        match &sample.shape {
            Shape::Json(json) => json.lines.iter().for_each(|line| seen.add_pairs(line)),
            _ => USUAL_PARAMS.iter().for_each(|name| seen.add_name(name)),
        }
    }
    for (alias, path) in ALIASES {
        let examples = seen.0.get(path).cloned();
        seen.0.entry(alias.to_owned()).or_insert_with(|| examples.unwrap_or_default());
    }
    let column =
        |(name, examples): (String, BTreeSet<String>)| ColumnFacts { name, examples: examples.into_iter().collect() };
    seen.0.into_iter().map(column).collect()
}

/// Names seen, each with a few of its values.
#[derive(Default)]
struct Seen(BTreeMap<String, BTreeSet<String>>);

impl Seen {
    fn add_name(&mut self, name: &str) {
        self.0.entry(name.to_owned()).or_default();
    }

    fn add(&mut self, name: &str, value: &str) {
        let examples = self.0.entry(name.to_owned()).or_default();
        if examples.len() < EXAMPLES && !value.is_empty() {
            examples.insert(value.chars().take(60).collect());
        }
    }

    fn add_table(&mut self, sample: &Sample) {
        let table = sample.table();
        for (index, name) in table.names.iter().enumerate().filter(|(_, name)| !LISTS.contains(&name.as_str())) {
            self.add_name(name);
            table.column(index).for_each(|value| self.add(name, value));
        }
    }

    /// Parameters and user properties of one row; a row that is not readable is rejected later, with its reason.
    fn add_pairs(&mut self, line: &str) {
        let mut scanner = Scanner::new(line);
        let _ = self.try_add_pairs(&mut scanner);
    }

    fn try_add_pairs(&mut self, scanner: &mut Scanner<'_>) -> Result<(), ScanError> {
        scanner.begin_object()?;
        while let Some(key) = scanner.next_key()? {
            let prefix = match (&*key, scanner.peek()?) {
                ("event_params", Next::Array) => "",
                ("user_properties", Next::Array) => "user.",
                _ => {
                    scanner.skip()?;
                    continue;
                }
            };
            scanner.begin_array()?;
            while scanner.next_element()? {
                if let (Some(key), Some((text, _))) = super::decode::pair(scanner)? {
                    self.add(&format!("{prefix}{key}"), &text);
                }
            }
        }
        Ok(())
    }
}

const LISTS: [&str; 3] = ["event_params", "user_properties", "items"];

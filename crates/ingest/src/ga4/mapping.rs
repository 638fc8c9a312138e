//! What of the export fills which field, after the configuration had its say?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::names::{ALIASES, EVENT, FIELDS, PARTITION, REFUND, REVENUE, SEQUENCE, TIME, TRAFFIC, TRAFFIC_NAMES, VALUE};
use super::row::is_free;
use crate::config::{SourceConfig, TimeConfig};
use crate::error::IngestError;
use crate::field::Field;
use crate::rules::Rules;

/// The pinned mapping of one GA4 source.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    /// Field → names, of which the first filled counts.
    pub(super) fields: Vec<(Field, Vec<String>)>,
    /// Whether source, medium, campaign, term and content follow the export's own places.
    pub(super) has_traffic: bool,
    /// Property → name of its place.
    pub(super) properties: BTreeMap<String, String>,
    /// Name given to every event.
    pub(super) constant_event: Option<String>,
    pub(super) rules: Arc<Rules>,
}

impl Mapping {
    /// The export's mapping with the configuration's changes.
    ///
    /// # Errors
    /// When the configuration names a field that does not exist, or sets what the export fixes.
    pub(super) fn try_new(config: &SourceConfig, rules: Rules) -> Result<Self, IngestError> {
        if config.time != TimeConfig::default() {
            return Err(bad(
                "time",
                format!("{:?}", config.time),
                "the GA4 export fixes time: event_timestamp, microseconds, UTC",
            ));
        }
        if let Some((name, _)) = config.events.first_key_value() {
            return Err(bad("events", name.clone(), "the names of GA4 events are those that analyses know"));
        }
        let shipped =
            FIELDS.iter().map(|(field, names)| (*field, names.iter().map(|name| (*name).to_owned()).collect()));
        let mut fields: BTreeMap<Field, Vec<String>> = shipped.collect();
        for (name, columns) in &config.columns {
            fields.insert(own_field(name)?, columns.names().to_vec());
        }
        if let Some(name) = config.properties.keys().find(|name| !is_free(name)) {
            return Err(bad("properties", name.clone(), "that name belongs to a canonical field"));
        }
        let has_traffic = !TRAFFIC.iter().any(|field| fields.contains_key(field));
        Ok(Self {
            fields: fields.into_iter().collect(),
            has_traffic,
            properties: config.properties.clone(),
            constant_event: config.event.clone(),
            rules: Arc::new(rules),
        })
    }

    /// Names whose values a canonical column may hold or not, since several names fill it or it holds them changed.
    pub(super) fn shared(&self) -> BTreeSet<String> {
        let is_lossy = |field: Field| matches!(field, Field::Page | Field::Bot);
        let fields = self.fields.iter().filter(|(field, names)| names.len() > 1 || is_lossy(*field));
        let mut names: BTreeSet<String> = fields.flat_map(|(_, names)| names.clone()).collect();
        names.extend([REVENUE, REFUND, VALUE].into_iter().chain(PARTITION).map(str::to_owned));
        names.extend(
            self.has_traffic.then_some(TRAFFIC_NAMES).iter().flatten().flatten().map(|name| (*name).to_owned()),
        );
        names.extend(self.constant_event.is_some().then(|| EVENT.to_owned()));
        names
    }

    /// Names whose values other columns hold exactly, under other names.
    pub(super) fn carried(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.fields.iter().flat_map(|(_, names)| names.clone()).collect();
        names.extend(SEQUENCE.into_iter().chain([TIME]).chain(ALIASES.map(|(_, path)| path)).map(str::to_owned));
        let shared = self.shared();
        names.retain(|name| !shared.contains(name));
        names
    }

    /// Fields that a row can fill.
    pub(super) fn filled(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.fields.iter().map(|(field, _)| *field).collect();
        fields.extend([Field::Value, Field::Items, Field::Partition, Field::Props]);
        if self.has_traffic {
            fields.extend(TRAFFIC);
        }
        fields
    }
}

/// A field that the configuration may fill from a place of its choice.
fn own_field(name: &str) -> Result<Field, IngestError> {
    match Field::configurable(name) {
        Some(Field::Time | Field::Value | Field::Items | Field::Props) => {
            Err(bad("columns", name.to_owned(), "the GA4 export fixes that field"))
        }
        Some(field) => Ok(field),
        None => {
            let hint = kundresa_model::suggest::hint(name, Field::configurable_names());
            Err(bad("columns", name.to_owned(), &format!("no such field{hint}")))
        }
    }
}

fn bad(key: &str, value: String, reason: &str) -> IngestError {
    IngestError::BadConfig { key: format!("sources.{key}"), value, reason: reason.to_owned() }
}

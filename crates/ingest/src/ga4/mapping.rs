//! What of the export fills which field, after the configuration had its say?

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{FIELDS, TRAFFIC};
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

    /// Fields that a row can fill.
    pub(super) fn filled(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.fields.iter().map(|(field, _)| *field).collect();
        fields.extend([Field::Value, Field::Items, Field::Props]);
        if self.has_traffic {
            fields.extend(TRAFFIC);
        }
        fields
    }
}

/// A field that the configuration may fill from a place of its choice.
fn own_field(name: &str) -> Result<Field, IngestError> {
    match Field::from_name(name) {
        Some(Field::Time | Field::Value | Field::Items | Field::Props) => {
            Err(bad("columns", name.to_owned(), "the GA4 export fixes that field"))
        }
        Some(field) => Ok(field),
        None => {
            let hint = kundresa_model::suggest::hint(name, Field::ALL.iter().map(|field| field.name()));
            Err(bad("columns", name.to_owned(), &format!("no such field{hint}")))
        }
    }
}

fn bad(key: &str, value: String, reason: &str) -> IngestError {
    IngestError::BadConfig { key: format!("sources.{key}"), value, reason: reason.to_owned() }
}

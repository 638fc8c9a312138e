//! What makes rows of a source's records: nothing, the vendor's translator, or the dated columns of the configuration?

use std::collections::BTreeMap;

use kundresa_model::suggest;

use crate::config::{Dated, SnowplowRules, SourceConfig};
use crate::error::IngestError;
use crate::mapping::guess::listed;
use crate::sample::{Sample, Shape, TextTable};
use crate::sources::{Vendor, snowplow};
use crate::translate::spread::Spread;
use crate::translate::{self, Translator};

/// How the records of a source become rows.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) vendor: Option<&'a Vendor>,
    /// Dated columns of the configuration.
    pub(super) dates: &'a BTreeMap<String, Dated>,
    /// Which rows count by the configuration.
    pub(super) rules: Option<&'a SnowplowRules>,
}

impl<'a> Reading<'a> {
    /// As the configuration says.
    pub(super) fn of(vendor: Option<&'a Vendor>, source: &'a SourceConfig) -> Self {
        Self { vendor, dates: &source.dates, rules: source.snowplow.as_ref() }
    }

    /// What makes rows of records that are none, and whether it has a use for the dated columns.
    pub(super) fn translator(self, sample: &Sample) -> Option<(Box<dyn Translator>, bool)> {
        let mut translator: Box<dyn Translator> = match self.vendor.and_then(|vendor| vendor.translator) {
            Some(translator) => translator(sample),
            None if self.has_rules() => Box::new(snowplow::Table::of(sample)),
            None if self.dates.is_empty() => return None,
            None => Box::new(Spread::of(sample, Vec::new())),
        };
        self.rules.map(|rules| translator.take_rules(rules));
        let takes_dates = self.dates.is_empty() || translator.take_dates(self.dates);
        Some((translator, takes_dates))
    }

    /// The rows of a sample, translated where its records are no rows.
    pub(super) fn table(self, sample: &Sample) -> TextTable {
        match self.translator(sample) {
            Some((mut translator, _)) => translate::table(sample, &mut *translator),
            None => sample.table(),
        }
    }

    fn has_rules(self) -> bool {
        self.rules.is_some() && self.vendor.is_some_and(|vendor| snowplow::has_rules(vendor.kind))
    }

    /// Refuses dated columns where they would say nothing.
    pub(super) fn check(self, samples: &[&Sample]) -> Result<(), IngestError> {
        for sample in samples {
            let Shape::Delimited(table) = &sample.shape else { continue };
            if let Some(column) = self.dates.keys().find(|column| !table.header.contains(column)) {
                return Err(IngestError::UnknownColumn {
                    input: sample.input.clone(),
                    field: "dates".to_owned(),
                    column: column.clone(),
                    hint: suggest::hint(column, table.header.iter().map(String::as_str)),
                    columns: listed(&table.header),
                });
            }
        }
        let is_used = |sample: &&Sample| {
            let is_text = matches!(sample.shape, Shape::Delimited(_) | Shape::Json(_));
            is_text && self.translator(sample).is_none_or(|(_, takes_dates)| takes_dates)
        };
        if self.dates.is_empty() || samples.iter().all(is_used) {
            return Ok(());
        }
        let value = self.dates.keys().cloned().collect::<Vec<_>>().join(", ");
        let reason = "only delimited text and JSON with one record per row have dated columns".to_owned();
        Err(IngestError::BadConfig { key: "sources.dates".into(), value, reason })
    }
}

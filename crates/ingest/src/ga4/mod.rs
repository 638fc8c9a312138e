//! How is the GA4 BigQuery export read, as newline-delimited JSON and as nested Parquet?
//!
//! The export fixes everything, so nothing is guessed: `names` says where each field lies, `mapping` adds the
//! configuration's changes. Both decoders (`ndjson`, `parquet`) hand over the same values, and `row` makes the event
//! of them, so one row gives one event in either encoding. Rows of an export have no order: ties are broken by the
//! export's own batch numbers, then by a hash of the row.

mod chunk;
mod columns;
mod decode;
pub(crate) mod exports;
mod facts;
mod mapping;
mod names;
mod ndjson;
mod parquet;
mod row;
#[cfg(test)]
mod same_tests;
mod shape;
mod spare;
mod trace;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_schema::DataType;
use kundresa_model::source::{EventReader, ExportSet};

use self::exports::Revisions;
use self::mapping::Mapping;
use self::names::TIME;
use crate::config::{KindName, SourceConfig};
use crate::error::{IngestError, SUPPORTED};
use crate::kind::{Kind, PartRequest, PinContext, Pinned, PinnedKind};
use crate::pin::PinnedZone;
use crate::rules::{Defaults, GA4_SYNTHETIC, PASSIVE, Rules};
use crate::sample::{JsonSample, Sample, Shape};

/// GA4 BigQuery export.
pub struct Ga4;

impl Kind for Ga4 {
    fn name(&self) -> KindName {
        KindName::Ga4
    }

    fn recognizes(&self, sample: &Sample) -> bool {
        match &sample.shape {
            Shape::Json(json) => is_export(json),
            Shape::Parquet(parquet) => {
                let field = |name: &str| parquet.schema.field_with_name(name).ok();
                let is_list = |kind: &DataType| matches!(kind, DataType::List(_) | DataType::LargeList(_));
                let has_params = field("event_params").is_some_and(|field| is_list(field.data_type()));
                has_params && field(TIME).is_some() && field("event_name").is_some()
            }
            Shape::Delimited(_) | Shape::Lines(_) => false,
        }
    }

    /// All days of an export are one source, in whichever encoding.
    fn signature(&self, _: &Sample) -> String {
        String::new()
    }

    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError> {
        let defaults = Defaults { passive: &PASSIVE, synthetic: &GA4_SYNTHETIC };
        let rules = Rules::try_new(context.source, context.config, defaults)?;
        let mapping = Mapping::try_new(context.source, rules)?;
        let revisions = Revisions::try_new(&context.source.revisions)?;
        let facts = facts::facts(samples, &mapping);
        let source = SourceConfig { kind: KindName::Ga4, ..context.source.clone() };
        let (kind, warnings) = (Box::new(PinnedGa4 { mapping, revisions, spare: Arc::default() }), Vec::new());
        let (zone, reasons) = (PinnedZone::Carried, BTreeMap::new());
        Ok(Pinned { kind, facts, warnings, source, zone, reasons })
    }
}

/// Names that only the export puts together.
fn is_export(sample: &JsonSample) -> bool {
    let has = |name: &str| sample.keys.iter().any(|key| key == name);
    has(TIME) && has("event_name") && has("event_params")
}

/// A GA4 source with its mapping.
struct PinnedGa4 {
    mapping: Mapping,
    revisions: Revisions,
    /// What was learnt of parts that have been read.
    spare: Arc<spare::Spare>,
}

impl PinnedKind for PinnedGa4 {
    fn check(&self, sample: &Sample) -> Result<(), String> {
        if Ga4.recognizes(sample) {
            return Ok(());
        }
        Err(format!("has no {TIME}, event_name and event_params, which the GA4 BigQuery export always has"))
    }

    fn has_row_order(&self) -> bool {
        false
    }

    fn export_of(&self, name: &str) -> Option<ExportSet> {
        Some(self.revisions.export_of(name))
    }

    fn allows_property(&self, name: &str) -> bool {
        row::is_free(name)
    }

    fn carried(&self) -> BTreeSet<String> {
        self.mapping.carried()
    }

    fn open(&self, request: PartRequest) -> Result<Box<dyn EventReader>, IngestError> {
        match &request.sample.shape {
            Shape::Json(sample) => {
                let work = spare::Lease::new(&self.spare, &self.mapping, &request);
                Ok(Box::new(ndjson::JsonEvents::open(work, &request, sample.array)?))
            }
            Shape::Parquet(sample) => Ok(Box::new(parquet::ParquetEvents::open(&self.mapping, &request, sample)?)),
            Shape::Delimited(_) | Shape::Lines(_) => Err(IngestError::Unsupported {
                input: request.input.name().to_owned(),
                found: "delimited text, which is not the GA4 BigQuery export".to_owned(),
                allowed: SUPPORTED,
            }),
        }
    }
}

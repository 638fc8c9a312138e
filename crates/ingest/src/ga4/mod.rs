//! How is the GA4 BigQuery export read, as newline-delimited JSON, as nested Parquet, and flattened to delimited text?
//!
//! The export fixes everything, so nothing is guessed: `names` says where each field lies, `mapping` adds the
//! configuration's changes. Both decoders (`ndjson`, `parquet`) hand over the same values, and `row` makes the event
//! of them, so one row gives one event in either encoding; `flat` puts rows together as JSON again. Rows of an export have no order: ties are broken by the
//! export's own batch numbers, then by a hash of the row.

mod chunk;
mod columns;
mod decode;
pub(crate) mod exports;
mod facts;
mod flat;
mod json_rows;
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

use std::borrow::Cow;
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
use crate::warning::LoadWarning;

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
            Shape::Delimited(delimited) => flat::is_flattened(&delimited.header),
            Shape::Lines(_) => false,
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
        let nested: Vec<Cow<'_, Sample>> = samples.iter().map(|sample| nested(sample)).collect();
        let mut facts = facts::facts(&nested.iter().map(AsRef::as_ref).collect::<Vec<_>>(), &mapping);
        if let Some(Shape::Delimited(sample)) = samples.first().map(|sample| &sample.shape) {
            facts.dialect = format!("BigQuery export, flattened: {}", flat::shape(sample));
        }
        let source = SourceConfig { kind: KindName::Ga4, ..context.source.clone() };
        let warnings = samples.iter().flat_map(|sample| doubts(sample, context.source_name)).collect();
        let kind = Box::new(PinnedGa4 { mapping, revisions, spare: Arc::default() });
        let (zone, reasons) = (PinnedZone::Carried, BTreeMap::new());
        Ok(Pinned { kind, facts, warnings, source, zone, reasons })
    }
}

/// What is doubtful about a flattened export: columns that come twice, and times that a query may have moved.
fn doubts(sample: &Sample, source: &str) -> Vec<LoadWarning> {
    let Shape::Delimited(sample) = &sample.shape else { return Vec::new() };
    let doubled = sample.duplicates.iter().map(|(column, positions)| LoadWarning::DuplicateColumn {
        source: source.to_owned(),
        column: column.clone(),
        positions: positions.clone(),
    });
    let moved = flat::zoneless_time(sample).map(|column| LoadWarning::Note {
        source: source.to_owned(),
        text: format!(
            "times in `{column}` carry no zone and are read as UTC, as BigQuery writes them; if a query moved them to \
             another zone, read the file with kind = \"delimited\" and that zone"
        ),
    });
    doubled.chain(moved).collect()
}

/// The sample in the export's own shape.
fn nested(sample: &Sample) -> Cow<'_, Sample> {
    let Shape::Delimited(flat) = &sample.shape else { return Cow::Borrowed(sample) };
    let shape = Shape::Json(flat::as_json(flat));
    Cow::Owned(Sample { input: sample.input.clone(), compression: sample.compression, shape })
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

    /// The rows of one event may lie on both sides of a border.
    fn reads_stretches(&self, sample: &Sample) -> bool {
        let may_be_cut = |sample: &Sample| match &sample.shape {
            Shape::Delimited(sample) => flat::may_be_cut(sample),
            _ => true,
        };
        sample.has_stretches() && may_be_cut(sample)
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
            Shape::Delimited(sample) => {
                let work = spare::Lease::new(&self.spare, &self.mapping, &request);
                Ok(Box::new(flat::FlatEvents::open(work, &request, sample)?))
            }
            Shape::Lines(_) => Err(IngestError::Unsupported {
                input: request.input.name().to_owned(),
                found: "lines of text, which are not the GA4 BigQuery export".to_owned(),
                allowed: SUPPORTED,
            }),
        }
    }
}

//! What must a kind of source be able to do?
//!
//! A [`Kind`] looks at a [`Sample`] and says whether it is its own; pinned, it becomes a [`PinnedKind`], which checks
//! further inputs and reads them. Adding a source is one implementation and one entry in [`kinds`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kundresa_model::source::{EventReader, ExportSet, Wanted};

use crate::builder::TABLE_ROWS;
use crate::config::{IngestConfig, KindName, SourceConfig};
use crate::error::IngestError;
use crate::input::Input;
use crate::mapping::is_free;
use crate::pin::{PinnedZone, SourcePin};
use crate::sample::Sample;
use crate::skew::ClockFacts;
use crate::sources::{Evidence, VENDORS};
use crate::text_parts::TextParts;
use crate::warning::LoadWarning;

/// A kind of source.
pub trait Kind: Send + Sync {
    /// Its name in configuration and reports.
    fn name(&self) -> KindName;

    /// Whether the sample is of this kind. The first kind of [`kinds`] that says yes reads the input.
    fn recognizes(&self, sample: &Sample) -> bool;

    /// What inputs of one source must have in common beyond the kind, so that files of different origin become
    /// different sources when the configuration does not say.
    fn signature(&self, sample: &Sample) -> String;

    /// The mapping guessed from samples and configuration. `samples` are of one source, in natural order. What is guessed
    /// may depend on their first rows together, never on where one input ends, so that cutting a file changes nothing.
    ///
    /// # Errors
    /// When a required field is missing or ambiguous, or the configuration names something that is not there.
    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError>;
}

/// What pinning may look at besides the samples.
#[derive(Clone, Copy, Debug)]
pub struct PinContext<'a> {
    /// Name of the source.
    pub source_name: &'a str,
    /// Its configuration; the default if there is none.
    pub source: &'a SourceConfig,
    /// The whole configuration.
    pub config: &'a IngestConfig,
    /// The source as an earlier load pinned it; `source` is then its configuration, and nothing is guessed.
    pub pin: Option<&'a SourcePin>,
}

/// A pinned kind with what was found on the way.
pub struct Pinned {
    /// Reads the inputs.
    pub kind: Box<dyn PinnedKind>,
    /// What was decided, for `inspect` and provenance.
    pub facts: PinnedFacts,
    /// Things to know.
    pub warnings: Vec<LoadWarning>,
    /// The configuration that would give the same mapping for any input of the source.
    pub source: SourceConfig,
    /// How the zone of its times is known.
    pub zone: PinnedZone,
    /// Canonical field → why its columns fill it.
    pub reasons: BTreeMap<String, String>,
}

/// What was decided about one source.
#[derive(Clone, Debug, Default)]
pub struct PinnedFacts {
    /// Canonical field → how it is filled, in the order of [`crate::field::Field::ALL`].
    pub fields: Vec<FieldFacts>,
    /// Columns of the source in file order.
    pub columns: Vec<ColumnFacts>,
    /// Time format in words.
    pub time_format: String,
    /// Time format as the configuration writes it; empty where the kind fixes it.
    pub time_option: String,
    /// IANA name, `UTC (assumed)`, or `None` where every time carries a zone.
    pub time_zone: Option<String>,
    /// Delimiter, preamble and the like, in words.
    pub dialect: String,
    /// How far the clocks of devices were off in the sample, where they can be corrected.
    pub clock: Option<ClockFacts>,
    /// Name given to every event, if a constant.
    pub constant_event: Option<String>,
    /// How it is known what the export looks like; `None` where nothing but its content says what it is.
    pub evidence: Option<Evidence>,
}

/// How one canonical field is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldFacts {
    /// Canonical field.
    pub field: String,
    /// Columns, of which the first filled counts.
    pub columns: Vec<String>,
    /// Why.
    pub reason: String,
}

/// One column of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Name.
    pub name: String,
    /// Up to three different filled values.
    pub examples: Vec<String>,
}

/// Reads inputs by a pinned mapping.
pub trait PinnedKind: Send + Sync {
    /// Whether the input follows the mapping.
    ///
    /// # Errors
    /// What contradicts it, as a sentence.
    fn check(&self, sample: &Sample) -> Result<(), String>;

    /// Whether the order of rows means something. Otherwise the upper half of `tie` is a hash of the raw row.
    fn has_row_order(&self) -> bool {
        true
    }

    /// The export that an input of that name belongs to, where exports of the same rows replace each other.
    fn export_of(&self, _name: &str) -> Option<ExportSet> {
        None
    }

    /// Whether several threads may read parts of an input's text.
    fn reads_stretches(&self, sample: &Sample) -> bool {
        sample.has_stretches()
    }

    /// Names of the source whose values a canonical column holds, so that `props` leaves them out.
    fn carried(&self) -> BTreeSet<String>;

    /// Whether a property may have that name.
    fn allows_property(&self, name: &str) -> bool {
        is_free(name)
    }

    /// A reader over one part.
    ///
    /// # Errors
    /// When the input can't be opened.
    fn open(&self, request: PartRequest) -> Result<Box<dyn EventReader>, IngestError>;
}

/// One part to read.
#[derive(Clone, Debug)]
pub struct PartRequest {
    /// The input.
    pub input: Arc<Input>,
    /// How it is encoded, as sampled.
    pub sample: Arc<Sample>,
    /// Name of the source.
    pub source_name: String,
    /// Rank of the input among those of its source, in natural order of names; the upper 32 bits of `tie`.
    pub rank: u32,
    /// The row group to read; `None` for text.
    pub row_group: Option<RowGroup>,
    /// Which part of a text to read; `None` for all of it, as for every text that is compressed.
    pub(crate) stretch: Option<TextStretch>,
    /// Columns the command needs.
    pub wanted: Arc<Wanted>,
    /// Most rows of a table. A sample stops after the first.
    pub table_rows: usize,
}

impl PartRequest {
    /// Most rows to decode, where only a sample is read.
    pub(crate) fn row_limit(&self) -> Option<usize> {
        (self.table_rows < TABLE_ROWS).then_some(self.table_rows)
    }
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) struct TextStretch {
    /// All parts of the text.
    pub(crate) parts: Arc<TextParts>,
    /// Which of them.
    pub(crate) index: usize,
}

/// A row group of a Parquet input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowGroup {
    /// Its index.
    pub index: usize,
    /// Rows of the file before it.
    pub first_row: u64,
}

/// Every kind, in the order in which they are asked.
pub fn kinds() -> impl Iterator<Item = &'static dyn Kind> {
    let vendors = VENDORS.iter().map(|vendor| vendor as &'static dyn Kind);
    let general: [&'static dyn Kind; 3] =
        [&crate::mapped::Delimited, &crate::mapped::Ndjson, &crate::mapped::FlatParquet];
    std::iter::once(&crate::ga4::Ga4 as &'static dyn Kind).chain(vendors).chain(general)
}

/// Tie-break of a row whose source has row order.
pub fn tie(rank: u32, row: u64, position: u32) -> u128 {
    u128::from(rank) << 96 | u128::from(row) << 32 | u128::from(position)
}

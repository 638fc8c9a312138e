//! What may the configuration say about inputs?
//!
//! These types are the `[[source]]`-level part of `kundresa.toml`. Everything has a default: without a configuration
//! the mapping is guessed, and `inspect` prints it as the lines that pin it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::ChannelConfig;

/// How inputs are read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfig {
    /// Sources by the files they own. Files that no source owns are grouped by their kind and columns.
    pub sources: Vec<SourceConfig>,
    /// Page templates.
    pub pages: PageConfig,
    /// Bots by user agent.
    pub bots: BotConfig,
    /// Channel rules.
    pub channels: ChannelConfig,
    /// Zone of times that carry none (IANA name); `UTC` settles that they are UTC.
    pub source_time_zone: Option<String>,
}

/// One source: files of one origin that share a mapping.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// Name of the source; the kind if absent.
    pub name: Option<String>,
    /// Patterns of its files, relative to the inputs' root. Empty: every file that no other source owns.
    pub files: Vec<String>,
    /// What the files are.
    pub kind: KindName,
    /// Field separator of delimited text.
    pub delimiter: Option<char>,
    /// Lines before the header of delimited text.
    pub skip_lines: Option<usize>,
    /// Column names of delimited text that has no header line.
    pub header: Vec<String>,
    /// Where and how the event time is written.
    pub time: TimeConfig,
    /// Canonical field → column, or columns of which the first filled counts.
    pub columns: BTreeMap<String, Columns>,
    /// Name of every event of this source.
    pub event: Option<String>,
    /// Event name of the source → name it gets. What is not named here keeps its name.
    pub events: BTreeMap<String, String>,
    /// Property name → column, for properties that should carry another name than their column.
    pub properties: BTreeMap<String, String>,
    /// The source's own order of events at equal times: at most three columns of whole numbers.
    pub sequence: Vec<String>,
    /// Patterns of events in which nobody acted (`*` and `?`); they join sessions but make none. Absent: the shipped list.
    pub passive_events: Option<Vec<String>>,
    /// Patterns of events that the vendor made up. Absent: the shipped list.
    pub synthetic_events: Option<Vec<String>>,
    /// Patterns of inputs in rising order. Where a day was exported more than once, the input with the last matching
    /// pattern counts. GA4 only.
    pub revisions: Vec<String>,
    /// Whether money is written with a decimal comma. Absent: found in the content.
    pub decimal_comma: Option<bool>,
}

/// Kinds of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// Found by content.
    #[default]
    Auto,
    /// Delimited text with a header.
    Delimited,
    /// One JSON object per line, or one JSON array of objects.
    Ndjson,
    /// Flat Parquet.
    Parquet,
    /// GA4 BigQuery export.
    Ga4,
    /// OTTO recommender log.
    Otto,
    /// Universal Analytics BigQuery export.
    UniversalAnalytics,
    /// Universal Analytics sessions with JSON in cells of delimited text.
    UniversalAnalyticsCsv,
}

impl KindName {
    /// Name in configuration and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Delimited => "delimited",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Ga4 => "ga4",
            Self::Otto => "otto",
            Self::UniversalAnalytics => "universal-analytics",
            Self::UniversalAnalyticsCsv => "universal-analytics-csv",
        }
    }
}

/// One column name, or several of which the first filled counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    /// One column.
    One(String),
    /// The first filled of several.
    FirstFilled(Vec<String>),
}

impl Columns {
    /// The column names in order of preference.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::FirstFilled(names) => names,
        }
    }
}

/// Where and how the event time is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimeConfig {
    /// Column of the event time.
    pub column: Option<String>,
    /// `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`, `day_first`, `month_first`, `compact`, or a pattern such as `%d/%m/%Y %H:%M:%S`.
    pub format: Option<String>,
    /// Zone of times that carry none (IANA name).
    pub zone: Option<String>,
}

/// How page addresses become pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PageConfig {
    /// Templates such as `/product/:id`; `:name` is one segment, a final `*` is any rest. The first match is the page.
    pub templates: Vec<String>,
}

/// How bots are told from people by their user agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BotConfig {
    /// Whether the shipped list of words is used.
    pub shipped: bool,
    /// Further regular expressions, compared without regard to case, anywhere in the user agent.
    pub patterns: Vec<String>,
}

impl Default for BotConfig {
    fn default() -> Self {
        Self { shipped: true, patterns: Vec::new() }
    }
}

//! What does a JSON document of Kundresa hold?
//!
//! Two objects. `results` is byte-identical for the same rows, configuration and version; `provenance` says where they
//! came from and is not compared. The schema is versioned; `kundresa schema report` and its kin print it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quality::{LoadTotals, RejectedRow};
use crate::result::carts::CartsResult;
use crate::result::flow::{Flows, PageTransitions};
use crate::result::funnel::FunnelResult;
use crate::result::overlap::OverlapResult;
use crate::result::overview::OverviewResult;
use crate::result::paths::PathsResult;
use crate::result::phases::PhasesResult;
use crate::result::sessions::SessionsResult;
use crate::result::signals::SignalsResult;
use crate::result::transitions::TransitionsResult;
use crate::spec::behaviour::BotRuleCount;
use crate::spec::request::Bots;
use crate::spec::sample::Sample;
use crate::spec::scope::FilterScope;

/// Version of the JSON documents. Fields are only added within one version.
pub const SCHEMA_VERSION: u32 = 1;

/// A whole JSON document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document<R> {
    /// Figures.
    pub results: Results<R>,
    /// Where they came from.
    pub provenance: Provenance,
}

/// Answers of one pass to several questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answers<R> {
    /// The questions as asked.
    pub questions: Vec<String>,
    /// Per question what its command alone would give.
    pub results: Vec<Results<R>>,
    /// Where all of them came from.
    pub provenance: Provenance,
}

/// Figures with everything that fixes their meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Results<R> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was asked.
    pub settings: Settings,
    /// What was loaded.
    pub quality: LoadTotals,
    /// Persons by source and by pair of sources; absent where there is one source alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<OverlapResult>,
    /// The analysis' own fields.
    #[serde(flatten)]
    pub figures: R,
}

impl<R> Results<R> {
    /// The same frame around other figures.
    pub fn with<F>(&self, figures: F) -> Results<F> {
        Results {
            schema_version: self.schema_version,
            settings: self.settings.clone(),
            quality: self.quality.clone(),
            overlap: self.overlap.clone(),
            figures,
        }
    }
}

/// The settings that fix what the figures mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// Report zone (IANA name).
    pub time_zone: String,
    /// Zone in which times without a zone were read: an IANA name, `UTC (assumed)`, or null where every time had one.
    pub source_time_zone: Option<String>,
    /// First event that takes part, UTC microseconds; null without events.
    pub data_start_us: Option<i64>,
    /// Data end, UTC microseconds; null without events.
    pub data_end_us: Option<i64>,
    /// How the data end was found: `to`, `as_of`, `last_activity` or `last_event`.
    pub data_end_from: String,
    /// `--from`, UTC microseconds.
    pub from_us: Option<i64>,
    /// `--where`, as written.
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// What `--where` had to match.
    pub filter_scope: Option<FilterScope>,
    /// `--persona`.
    #[serde(default)]
    pub persona: Option<String>,
    /// `--by`.
    pub by: Option<String>,
    /// Privacy threshold: cells of fewer actors than this are hidden; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_actors: Option<u64>,
    /// Share of the actors that took part (`--sample`), where not all did. Figures are those of the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// Which events took part by bot flag.
    pub bots: Bots,
    /// Visitors that were made bots by what they did, by rule; absent where nobody was judged by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bots_by_behaviour: Vec<BotRuleCount>,
    /// Session rules.
    pub sessions: crate::spec::sessions::SessionRules,
    /// Name of the taxonomy.
    pub taxonomy: String,
    /// Things to know when reading the figures. They depend on rows and settings only.
    pub warnings: Vec<String>,
}

/// Where the figures came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of Kundresa.
    pub kundresa: String,
    /// Inputs in natural order.
    pub inputs: Vec<InputFacts>,
    /// Sources with their pinned mapping.
    pub sources: Vec<SourceFacts>,
    /// The first rejected rows; `--rejected FILE` writes all of them.
    pub rejected_examples: Vec<RejectedRow>,
    /// Notes that depend on how the inputs were cut.
    pub notes: Vec<String>,
    /// The configuration in force, as TOML.
    pub configuration: String,
    /// The configuration file it came from; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration_file: Option<ConfigurationFile>,
    /// The command with its options, as typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Threads used.
    pub threads: usize,
    /// Wall-clock milliseconds by stage.
    pub timings_ms: BTreeMap<String, u64>,
}

/// A configuration file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigurationFile {
    /// Its path, as it was named or found.
    pub path: String,
    /// Its whole text, comments included.
    pub text: String,
}

/// One input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InputFacts {
    /// Path relative to the source's root.
    pub path: String,
    /// Name of its source.
    pub source: String,
    /// Format and compression, for example `delimited text, gzip`.
    pub format: String,
    /// Size on disk in bytes; null for standard input.
    pub bytes: Option<u64>,
    /// Content hash, `xxh3-128:` and 32 hex digits.
    pub hash: String,
    /// Canonical rows read.
    pub rows_in: u64,
    /// Rows set aside.
    pub rejected: u64,
}

/// One source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceFacts {
    /// Name of the source.
    pub name: String,
    /// Kind, for example `ga4` or `delimited`.
    pub kind: String,
    /// Canonical field → column and how it was found.
    pub mapping: BTreeMap<String, String>,
    /// Time format in words.
    pub time_format: String,
}

/// Figures of `report`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportFigures {
    /// Title of the report.
    pub title: String,
    /// Users, sessions, events, pages, channels, revenue, and days.
    pub overview: OverviewResult,
    /// Sessions.
    pub sessions: SessionsResult,
    /// Phases.
    pub phases: PhasesResult,
    /// Transitions between phases.
    pub transitions: TransitionsResult,
    /// Transitions between events.
    pub event_transitions: TransitionsResult,
    /// The most frequent transitions between pages; null if the log has no pages.
    pub page_transitions: Option<PageTransitions>,
    /// The same three in short, for pictures: the largest nodes, and the rest of each as one.
    pub flows: Flows,
    /// Carts.
    pub carts: CartsResult,
    /// Paths as the configuration asks for them; forward from the first event of a session unless it says otherwise;
    /// null under a privacy threshold.
    pub paths: Option<PathsResult>,
    /// Paths of events backward from the last step of the first funnel; null without a funnel.
    pub paths_to_conversion: Option<PathsResult>,
    /// Signals beside the web's events, by page; absent where the log has no source of signals beside others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<SignalsResult>,
    /// Funnels in the order of the configuration.
    pub funnels: Vec<FunnelResult>,
}

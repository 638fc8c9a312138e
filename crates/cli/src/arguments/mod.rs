//! What did the user type? Plain structures filled by clap; what they mean is settled in [`crate::settings`].

pub mod ask;
pub mod bench;
pub mod by_page;
pub mod carts;
pub mod common;
pub mod funnel;
pub mod overview;
pub mod paths;
pub mod phases;
pub mod reconcile;
pub mod snapshots;
pub mod store;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::quantity::whole_number;
use ask::AskArguments;
use bench::BenchArguments;
use by_page::ByPageArguments;
use carts::CartsArguments;
use common::{AnalysisArguments, InputArguments, PlainFormat, ResourceArguments, RunArguments};
use funnel::{ExplainArguments, FunnelArguments};
use overview::OverviewArguments;
use paths::PathsArguments;
use phases::{LanguageArgument, PhaseArguments, PhasesArguments};
use reconcile::ReconcileArguments;
use snapshots::SnapshotsArguments;
use store::{ForgetArguments, LoadArguments, StoreArguments};

/// Computes customer journeys from exported event logs.
#[derive(Debug, Parser)]
#[command(name = "kundresa", version, about, max_term_width = 100)]
#[command(
    after_help = "Figures are defined in docs/semantics.md. `kundresa COMMAND --help` lists a command's options."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands there are.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read an event log and write a journey report (HTML and JSON).
    Report(ReportArguments),
    /// Answer many questions in one pass: each a command without its input.
    Ask(Box<AskArguments>),
    /// Show what a log holds: columns, mapping, first events, problems; offers a kundresa.toml.
    Inspect(InspectArguments),
    /// Users, sessions, views, key events and revenue, as web analytics counts them.
    Overview(OverviewArguments),
    /// How far are these figures from those of a GA4 report, and why?
    Reconcile(ReconcileArguments),
    /// Answers to surveys, recordings and heatmaps beside the web's events of a page.
    ByPage(ByPageArguments),
    /// How far do they get along given steps, and where do they stop?
    Funnel(Box<FunnelArguments>),
    /// Why did one actor get as far as it did in a funnel, and what did the next step lack?
    Explain(Box<ExplainArguments>),
    /// What became of carts: purchased, emptied, abandoned, recovered?
    Carts(CartsArguments),
    /// Which ways do people take, forward or backward from an event?
    Paths(PathsArguments),
    /// How many sessions, of how many actors, how long?
    Sessions(AnalysisArguments),
    /// Where are people on their journey, where do they drop out?
    Phases(PhasesArguments),
    /// What follows what: phases, or events or pages within sessions.
    Transitions(TransitionsArguments),
    /// Write every event, or every session, with actor, session, phase and rule.
    Export(ExportArguments),
    /// Turn exports of the same CRM records on different days into events: stage changed, created, disappeared.
    Snapshots(Box<SnapshotsArguments>),
    /// Load inputs into a store, which every command then takes in place of them.
    Load(LoadArguments),
    /// What is in a store, is it whole, and can it be smaller?
    Store(StoreArguments),
    /// Remove people from a store, for good.
    Forget(ForgetArguments),
    /// Measure: questions over a log, and what this machine could do at best.
    Bench(Box<BenchArguments>),
    /// Generate a seeded web shop with known behaviour.
    Generate(GenerateArguments),
    /// Write a kundresa.toml that fits the data it is shown.
    Init(InitArguments),
    /// Print the JSON Schema of the configuration or of the results.
    Schema(SchemaArguments),
    /// Print shell completions.
    Completions(CompletionsArguments),
    /// Print the manual page.
    Man,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Form of the report [default: from the ending of --out, else html].
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<ReportFormat>,
    /// Where the report goes [default: report.html, with its JSON beside it; a text to standard output].
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Leave out a part of the report that takes its time.
    #[arg(long, value_enum, value_name = "PART", help_heading = "Output")]
    pub leave_out: Option<ReportPart>,
    /// Heading of the report.
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub title: Option<String>,
    /// Which phases.
    #[command(flatten)]
    pub phases: PhaseArguments,
    /// In which language.
    #[command(flatten)]
    pub language: LanguageArgument,
}

/// Parts of a report that it can go without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportPart {
    /// Paths, and those that led to the conversion.
    Paths,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that opens offline, and its figures as JSON beside it.
    Html,
    /// Plain text for mail: 80 columns, no colour.
    Text,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `transitions`.
#[derive(Debug, Args)]
pub struct TransitionsArguments {
    /// Transitions between journey phases, or between events or pages of one session.
    #[arg(long, value_enum, default_value_t = NodesArgument::Phases)]
    pub of: NodesArgument,
    /// Which phases.
    #[command(flatten)]
    pub phases: PhaseArguments,
    /// In which language.
    #[command(flatten)]
    pub language: LanguageArgument,
    /// Everything else.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
}

/// Nodes of transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NodesArgument {
    /// Journey phases.
    Phases,
    /// Event names.
    Events,
    /// Pages of views.
    Pages,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// What to write.
    #[arg(value_enum)]
    pub what: ExportArgument,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Form of the output [default: from the ending of --out, else csv].
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<ExportFormat>,
    /// Which phases.
    #[command(flatten)]
    pub phases: PhaseArguments,
    /// Where it goes, `-` for standard output [default: standard output].
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Write CSV for spreadsheets: a ' before every text that one would run as a formula.
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    pub spreadsheet: bool,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportArgument {
    /// Every event with actor, session, phase and rule.
    Events,
    /// Every session.
    Sessions,
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated text.
    Csv,
    /// Parquet.
    Parquet,
    /// XES, for process-mining tools: a trace per actor.
    Xes,
    /// Comma-separated text with the names that process-mining tools look for.
    Cases,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// About how many events (10k, 1M).
    #[arg(long, value_name = "COUNT", default_value = "100k")]
    pub events: String,
    /// Seed; the same seed gives the same rows.
    #[arg(long, default_value_t = 7, value_parser = whole_number::<u64>)]
    pub seed: u64,
    /// About how many pages the log has (csv only) [default: the shop's own].
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub pages: u32,
    /// How many channels the log has, in a column of its own (csv only) [default: none; they follow from the source].
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub channels: u32,
    /// Form of the log.
    #[arg(long = "as", value_enum, default_value_t = GenerateForm::Csv)]
    pub form: GenerateForm,
    /// Folder to write into; it is made if absent.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

/// Forms of a generated log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GenerateForm {
    /// GA4 BigQuery export as newline-delimited JSON, gzip, one file a day.
    Ga4Json,
    /// GA4 BigQuery export as nested Parquet, one file a day.
    Ga4Parquet,
    /// One flat CSV file.
    Csv,
    /// The sample folder that ships with Kundresa (ignores --events and --seed).
    Webshop,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// Where the configuration goes, `-` for standard output.
    #[arg(long, value_name = "FILE", default_value = "kundresa.toml")]
    pub out: PathBuf,
    /// Write a new file where there is one; the old one is kept beside it, as FILE.bak.
    #[arg(long)]
    pub force: bool,
    /// What to use of the machine.
    #[command(flatten)]
    pub resources: ResourceArguments,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Schema of what.
    #[arg(value_enum, default_value_t = SchemaOf::Config)]
    pub of: SchemaOf,
}

/// Schemas there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `kundresa.toml`.
    Config,
    /// JSON of `report`.
    Report,
    /// JSON of `ask`.
    Ask,
    /// JSON of `sessions`.
    Sessions,
    /// JSON of `phases`.
    Phases,
    /// JSON of `phases --explain`.
    Explained,
    /// JSON of `transitions`.
    Transitions,
    /// JSON of `funnel`.
    Funnel,
    /// JSON of `overview`.
    Overview,
    /// JSON of `reconcile`.
    Reconcile,
    /// JSON of `by-page`.
    ByPage,
    /// JSON of `carts`.
    Carts,
    /// JSON of `paths`.
    Paths,
    /// JSON of `funnel --bridge`.
    Bridge,
    /// JSON of `funnel --list-actors`.
    Actors,
    /// JSON of `explain`.
    Explain,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

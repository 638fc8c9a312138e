//! What did the user type? Plain structures filled by clap; what they mean is settled in [`crate::settings`].

pub mod common;
pub mod store;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use common::{AnalysisArguments, InputArguments, OutputArguments, PlainFormat, RunArguments};
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
    /// Show what a log holds: columns, mapping, first events, problems; offers a kundresa.toml.
    Inspect(InspectArguments),
    /// How far do they get along given steps, and where do they stop?
    Funnel(FunnelArguments),
    /// How many sessions, of how many actors, how long?
    Sessions(AnalysisArguments),
    /// Where are people on their journey, where do they drop out?
    Phases(AnalysisArguments),
    /// What follows what: phases, or events within sessions.
    Transitions(TransitionsArguments),
    /// Write every event, or every session, with actor, session, phase and rule.
    Export(ExportArguments),
    /// Load inputs into a store, which every command then takes in place of them.
    Load(LoadArguments),
    /// What is in a store, is it whole, and can it be smaller?
    Store(StoreArguments),
    /// Remove people from a store, for good.
    Forget(ForgetArguments),
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
    /// Where the HTML report goes; the JSON lies beside it with the ending `.json`.
    #[arg(long, value_name = "FILE", default_value = "report.html", help_heading = "Output")]
    pub out: PathBuf,
    /// Heading of the report.
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub title: Option<String>,
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

/// Arguments of `funnel`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kundresa funnel events.csv view_item add_to_cart begin_checkout purchase --window 1d --by device\n\n\
    Arguments that are files, folders, stores, globs or `-` are inputs; the others are steps. A step is an event name \
    (`view_item`), alternatives (`view_item|select_item`), a glob (`checkout_*`) or a predicate \
    (`event == \"view_item\" and device == \"mobile\"`). Write `name=step` to name it."
)]
pub struct FunnelArguments {
    /// Inputs (files, folders, globs, `-`; or one store), then the steps in order.
    #[arg(required = true, num_args = 1.., value_name = "INPUT… STEP…")]
    pub words: Vec<String>,
    /// A step; may be given several times. Then every positional argument is an input.
    #[arg(long = "step", value_name = "STEP", help_heading = "Funnel")]
    pub steps: Vec<String>,
    /// Use the funnel of that name in the configuration.
    #[arg(long, value_name = "NAME", help_heading = "Funnel")]
    pub name: Option<String>,
    /// Longest time from the first to the last step, inclusive (30m, 24h, 7d), or `none` [default: 7d].
    #[arg(long, value_name = "DURATION", help_heading = "Funnel")]
    pub window: Option<String>,
    /// Whose journeys count.
    #[arg(long, value_enum, help_heading = "Funnel")]
    pub unit: Option<UnitArgument>,
    /// Which entry counts: the best over all, or only the first.
    #[arg(long, value_enum, help_heading = "Funnel")]
    pub entry: Option<EntryArgument>,
    /// How to read the inputs.
    #[command(flatten)]
    pub reading: common::ReadingArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// What to print.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Units of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnitArgument {
    /// Each actor once, with its best level.
    Actor,
    /// Each session once.
    Session,
}

/// Entries of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntryArgument {
    /// The optimum over all entries.
    Best,
    /// Only the first entry time.
    First,
}

/// Arguments of `transitions`.
#[derive(Debug, Args)]
pub struct TransitionsArguments {
    /// Transitions between journey phases or between events of one session.
    #[arg(long, value_enum, default_value_t = NodesArgument::Phases)]
    pub of: NodesArgument,
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
    /// Where it goes, `-` for standard output [default: standard output].
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
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
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// About how many events (10k, 1M).
    #[arg(long, value_name = "COUNT", default_value = "100k")]
    pub events: String,
    /// Seed; the same seed gives the same rows.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
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
    /// Replace an existing file.
    #[arg(long)]
    pub force: bool,
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
    /// JSON of `sessions`.
    Sessions,
    /// JSON of `phases`.
    Phases,
    /// JSON of `transitions`.
    Transitions,
    /// JSON of `funnel`.
    Funnel,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

//! Which options do most commands share?

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::quantity::whole_number;

/// What to read and how.
#[derive(Clone, Debug, Args)]
pub struct InputArguments {
    /// Files, folders, globs, or `-` for standard input; or one store.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// How to read them.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// How inputs are read.
#[derive(Clone, Debug, Args)]
pub struct ReadingArguments {
    /// What their rows mean.
    #[command(flatten)]
    pub rules: RuleArguments,
    /// Write all rejected rows to this file as JSON lines: file, line, reason, raw text.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub rejected: Option<PathBuf>,
}

/// What rows mean, and what is refused.
#[derive(Clone, Debug, Args)]
pub struct RuleArguments {
    /// Configuration [default: kundresa.toml in the input folder, else in the current one, if there].
    // An empty environment variable is none, so the parser takes empty names.
    #[arg(long, value_name = "FILE", help_heading = "Input", env = "KUNDRESA_CONFIG", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub config: Option<PathBuf>,
    /// Zone of times that carry none (IANA name); otherwise they are read as UTC, with a warning.
    #[arg(long, value_name = "ZONE", help_heading = "Input")]
    pub source_time_zone: Option<String>,
    /// Fail on rejected rows, unreadable amounts and assumed zones.
    #[arg(long, help_heading = "Input")]
    pub strict: bool,
    /// Refuse compressed inputs that unpack to more than N times their bytes, once that is over 256 MiB [default: 200].
    #[arg(long, value_name = "N", help_heading = "Input", hide_short_help = true)]
    pub max_expansion: Option<u64>,
}

/// How to run an analysis.
#[derive(Clone, Debug, Args)]
pub struct RunArguments {
    /// Count units that start at or after this day or instant, in the report zone.
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub from: Option<String>,
    /// Data end, exclusive; later events take no part.
    #[arg(long, value_name = "TIME", help_heading = "Scope")]
    pub to: Option<String>,
    /// Report zone (IANA name) [default: the configuration's, else UTC].
    #[arg(long, value_name = "ZONE", help_heading = "Scope")]
    pub time_zone: Option<String>,
    /// Count only what matches this predicate, for example 'device == "mobile"'.
    #[arg(long = "where", value_name = "PREDICATE", help_heading = "Scope")]
    pub filter: Option<String>,
    /// What --where must match [default: event for funnels, paths and by-page, session elsewhere].
    #[arg(long, value_enum, value_name = "SCOPE", help_heading = "Scope", requires = "filter")]
    pub where_scope: Option<WhereScope>,
    /// Count only actors of this persona of the configuration.
    #[arg(long, value_name = "NAME", help_heading = "Scope")]
    pub persona: Option<String>,
    /// Break down by a column or property, or by `persona`.
    #[arg(long, value_name = "COLUMN", help_heading = "Scope")]
    pub by: Option<String>,
    /// Values shown of a breakdown; the rest becomes (other).
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Scope", value_parser = whole_number::<usize>)]
    pub top: usize,
    /// Privacy threshold: hide figures of fewer actors than N, and those that would give them away [default: the
    /// configuration's, else 0: none].
    #[arg(long, value_name = "N", help_heading = "Scope", value_parser = whole_number::<u64>)]
    pub min_actors: Option<u64>,
    /// Count a sample of the actors only (10%, 1/16), chosen by the hash of their ids; figures are those of the sample.
    #[arg(long, value_name = "SHARE", help_heading = "Scope")]
    pub sample: Option<String>,
    /// What to do with bots.
    #[arg(long, value_enum, default_value_t = BotsArgument::Exclude, help_heading = "Scope")]
    pub bots: BotsArgument,
    /// Caps on the length of a session (10,000 events, 24 hours).
    #[arg(long, value_enum, help_heading = "Scope")]
    pub caps: Option<Switch>,
    /// What to use of the machine.
    #[command(flatten)]
    pub resources: ResourceArguments,
}

/// What to use of the machine.
#[derive(Clone, Debug, Args)]
pub struct ResourceArguments {
    /// Threads [default: all].
    #[arg(long, value_name = "N", help_heading = "Resources", value_parser = whole_number::<usize>)]
    pub threads: Option<usize>,
    /// Memory to use at most (512MiB, 8GiB) [default: half of the machine].
    #[arg(long, value_name = "SIZE", help_heading = "Resources")]
    pub memory: Option<String>,
}

/// What `--where` must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhereScope {
    /// The event itself.
    Event,
    /// Any event of the session.
    Session,
    /// Any event of the actor.
    Actor,
}

/// What to do with bots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BotsArgument {
    /// Their events leave before sessions are cut.
    Exclude,
    /// They count like everybody.
    Include,
    /// Only they count.
    Only,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// What an analysis prints.
#[derive(Clone, Debug, Args)]
pub struct OutputArguments {
    /// Form of the output [default: from the ending of --out, else table].
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<OutputFormat>,
    /// Where it goes, `-` for standard output [default: standard output]. With --format csv or parquet it may be a folder
    /// (`tables/`), which gets all tables, each as a file of its name.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Which table of the result to write as CSV or Parquet; a wrong name lists them [default: the main one].
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub table: Option<String>,
    /// Write CSV for spreadsheets: a ' before every text that one would run as a formula.
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    pub spreadsheet: bool,
}

/// Forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Table,
    /// The table as plain text for mail: 80 columns of plain signs, no colour.
    Text,
    /// Results and provenance.
    Json,
    /// One flat table, or with a folder all of them, as comma-separated text.
    Csv,
    /// One flat table, or with a folder all of them, as Parquet.
    Parquet,
}

/// Arguments of an analysis without options of its own.
#[derive(Debug, Args)]
pub struct AnalysisArguments {
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// What to print.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Forms of what is no table of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

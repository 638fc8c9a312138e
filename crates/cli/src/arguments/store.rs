//! What did the user type to `load`, `store` and `forget`?

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common::{PlainFormat, ResourceArguments, RuleArguments};

/// Arguments of `load`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kundresa load ga4/ --into shop.store\n  kundresa report shop.store\n\n\
    An input is known by its path below the root. Known content is not loaded again; a known path with other content \
    replaces what was loaded from it.")]
pub struct LoadArguments {
    /// Files, folders, globs, or `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// The store, a folder; it is begun if absent.
    #[arg(long, value_name = "STORE")]
    pub into: PathBuf,
    /// How to read the inputs.
    #[command(flatten)]
    pub rules: RuleArguments,
    /// Folder that names of inputs are relative to [default: the store's, else what all inputs share].
    #[arg(long, value_name = "FOLDER", help_heading = "Input")]
    pub root: Option<PathBuf>,
    /// Name of standard input among the inputs of the store.
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub name: Option<String>,
    /// Drop what was loaded before, and how it was read.
    #[arg(long, help_heading = "Input")]
    pub rebuild: bool,
    /// What to use of the machine.
    #[command(flatten)]
    pub change: ChangeArguments,
}

/// How to change a store.
#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// What to use of the machine.
    #[command(flatten)]
    pub resources: ResourceArguments,
    /// Folder for what does not fit into memory [default: inside the store].
    #[arg(long, value_name = "FOLDER", help_heading = "Resources")]
    pub spill_dir: Option<PathBuf>,
    /// Form of the summary.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table, help_heading = "Output")]
    pub format: PlainFormat,
}

/// Arguments of `store`.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: StoreCommand,
}

/// What can be done with a store as a whole.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Show sources, inputs, sums and the largest figures of a store.
    Show(ShowArguments),
    /// Read everything in a store and compare it with what it should be; exit code 1 if it is not.
    Check(CheckArguments),
    /// Merge the runs of a store into one and leave out rows that do not count.
    Compact(CompactArguments),
}

/// Arguments of `store show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The store.
    #[arg(value_name = "STORE")]
    pub store: PathBuf,
    /// Report zone (IANA name) [default: the configuration's, else UTC].
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `store check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The store.
    #[arg(value_name = "STORE")]
    pub store: PathBuf,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `store compact`.
#[derive(Debug, Args)]
pub struct CompactArguments {
    /// The store.
    #[arg(value_name = "STORE")]
    pub store: PathBuf,
    /// How to go about it.
    #[command(flatten)]
    pub change: ChangeArguments,
}

/// Arguments of `forget`.
#[derive(Debug, Args)]
#[command(
    after_help = "Every row that carries one of the identifiers, as device, login, CRM or e-mail id, leaves events, \
    duplicates and rejected rows for good. Later loads leave such rows out."
)]
pub struct ForgetArguments {
    /// Identifiers, as they stand in the data.
    #[arg(value_name = "ACTOR", required_unless_present = "from_file")]
    pub actors: Vec<String>,
    /// The store.
    #[arg(long, value_name = "STORE")]
    pub store: PathBuf,
    /// A file of further identifiers, one a line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub from_file: Option<PathBuf>,
    /// How to go about it.
    #[command(flatten)]
    pub change: ChangeArguments,
}

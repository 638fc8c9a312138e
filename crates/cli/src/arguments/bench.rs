//! Which options does `bench` have?

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common::{InputArguments, PlainFormat, ResourceArguments, RunArguments};
use crate::quantity::whole_number;

/// Arguments of `bench`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kundresa bench run shop.store sessions \"funnel view_item add_to_cart purchase\"\n  \
    kundresa bench decode shop.store --report\n\n\
    docs/benchmarks.md tells what the figures mean, and how to compare with other engines."
)]
pub struct BenchArguments {
    /// What to measure.
    #[command(subcommand)]
    pub what: BenchCommand,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Time questions over a log, each as a process of its own: median, spread, events and bytes per second, peak memory.
    Run(BenchRunArguments),
    /// Decode the columns that questions need, and nothing else: the floor below which no answer can be.
    Decode(Box<DecodeArguments>),
    /// Read files from beginning to end.
    Read(ReadArguments),
    /// Read and copy memory.
    Memory(MemoryArguments),
}

/// Arguments of `bench run`.
#[derive(Debug, Args)]
pub struct BenchRunArguments {
    /// A file, a folder, a glob in quotes, or a store.
    #[arg(value_name = "INPUT")]
    pub input: String,
    /// What is asked, as for `ask`; all of them in one run, then each alone [default: sessions, transitions and carts].
    #[arg(value_name = "QUESTION")]
    pub questions: Vec<String>,
    /// Time the whole report as well.
    #[arg(long)]
    pub report: bool,
    /// Configuration of the runs.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Runs of each; they take turns, so that other work on the machine hits all of them.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = whole_number::<u32>)]
    pub runs: u32,
    /// What the runs may use.
    #[command(flatten)]
    pub resources: ResourceArguments,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `bench decode`.
#[derive(Debug, Args)]
pub struct DecodeArguments {
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// The columns that this question needs; may be repeated.
    #[arg(long = "ask", value_name = "QUESTION")]
    pub questions: Vec<String>,
    /// The columns that the report needs.
    #[arg(long)]
    pub report: bool,
    /// Rounds in this process.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole_number::<u32>)]
    pub rounds: u32,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `bench read`.
#[derive(Debug, Args)]
pub struct ReadArguments {
    /// Files, or folders with everything in them.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Rounds.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = whole_number::<u32>)]
    pub rounds: u32,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

/// Arguments of `bench memory`.
#[derive(Debug, Args)]
pub struct MemoryArguments {
    /// Bytes that are read and copied in each round (512MiB); far more than caches hold.
    #[arg(long, value_name = "SIZE", default_value = "512MiB")]
    pub size: String,
    /// Rounds.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = whole_number::<u32>)]
    pub rounds: u32,
    /// Threads [default: all].
    #[arg(long, value_name = "N", value_parser = whole_number::<usize>)]
    pub threads: Option<usize>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = PlainFormat::Table)]
    pub format: PlainFormat,
}

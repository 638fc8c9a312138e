//! Which options does `ask` have?

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{ReadingArguments, RunArguments};
use super::phases::{LanguageArgument, PhaseArguments};

/// Arguments of `ask`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kundresa ask shop.store sessions carts \"transitions --of events\" \\\n    \
    \"funnel view_item add_to_cart purchase --window 1d --by device\"\n\n\
    A question is a command without its input: sessions, overview, funnel, carts, paths, phases or transitions, with its own \
    options, and with --from, --where, --persona, --by, --top and --min-actors if they shall differ from those given for all. \
    It is split into words as a shell splits them, so quotes go inside: \"funnel 'value > 100' purchase\".")]
pub struct AskArguments {
    /// A file, a folder, a glob in quotes, or `-` for standard input; or a store.
    #[arg(value_name = "INPUT")]
    pub input: String,
    /// What is asked: a command without its input, in quotes where it has several words.
    #[arg(required = true, value_name = "QUESTION")]
    pub questions: Vec<String>,
    /// How to read the input.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Which phases.
    #[command(flatten)]
    pub phases: PhaseArguments,
    /// In which language.
    #[command(flatten)]
    pub language: LanguageArgument,
    /// Form of the output [default: from the ending of --out, else table].
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<AnswerFormat>,
    /// Where it goes, `-` for standard output [default: standard output].
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
}

/// Forms of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people, one table after another.
    Table,
    /// The tables as plain text for mail: 80 columns of plain signs, no colour.
    Text,
    /// One document with all results.
    Json,
}

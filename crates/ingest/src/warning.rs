//! What should a reader of the figures know about how the inputs were understood?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that was decided or left out while planning. `--strict` makes every one of them an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LoadWarning {
    /// Times carry no zone and none was configured, so they are read as UTC.
    AssumedUtc {
        /// Source name.
        source: String,
        /// Time column.
        column: String,
    },
    /// A header has the same name twice; the second is the property `name_2`.
    DuplicateColumn {
        /// Source name.
        source: String,
        /// Column name.
        column: String,
        /// Positions from 1.
        positions: Vec<usize>,
    },
    /// No column identifies who did something, so no event has an actor.
    NoIdentifier {
        /// Source name.
        source: String,
        /// Columns that might do.
        candidates: Vec<String>,
    },
    /// The identifier counts rows, so every event would be an actor of its own.
    RowNumberIdentifier {
        /// Source name.
        source: String,
        /// Column.
        column: String,
    },
    /// A file of a folder was left out.
    SkippedFile {
        /// Input name.
        input: String,
        /// Why.
        reason: String,
    },
    /// Two inputs have the same bytes and count once.
    SameContent {
        /// The input that is read.
        input: String,
        /// The one that is not.
        alias: String,
    },
    /// Something else, in words.
    Note {
        /// Source name.
        source: String,
        /// What.
        text: String,
    },
}

impl std::fmt::Display for LoadWarning {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AssumedUtc { source, column } => {
                write!(
                    out,
                    "source `{source}`: times in `{column}` carry no zone and are read as UTC; settle it with --source-time-zone"
                )
            }
            Self::DuplicateColumn { source, column, positions } => {
                let positions: Vec<String> = positions.iter().map(usize::to_string).collect();
                write!(
                    out,
                    "source `{source}`: column `{column}` occurs twice (columns {}); the later one is `{column}_2`",
                    positions.join(" and ")
                )
            }
            Self::NoIdentifier { source, candidates } => {
                let hint = if candidates.is_empty() {
                    String::new()
                } else {
                    format!("; candidates: {}", candidates.join(", "))
                };
                write!(
                    out,
                    "source `{source}`: no column identifies an actor, so no event has one; name it as `anonymous_id` or `user_id` in `columns`{hint}"
                )
            }
            Self::RowNumberIdentifier { source, column } => {
                write!(
                    out,
                    "source `{source}`: the identifier `{column}` looks like a row number, so every event is an actor of its own"
                )
            }
            Self::SkippedFile { input, reason } => write!(out, "left out {input}: {reason}"),
            Self::SameContent { input, alias } => {
                write!(out, "{alias} has the same content as {input} and is not read")
            }
            Self::Note { source, text } => write!(out, "source `{source}`: {text}"),
        }
    }
}

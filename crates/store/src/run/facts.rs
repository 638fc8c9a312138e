//! What is in a run? Written once as `run.json`, when all its files are complete.

use kundresa_model::event_times::EventTimes;
use serde::{Deserialize, Serialize};

/// Facts about the files of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunFacts {
    /// Rows with an actor, duplicates included. Row ordinals count through these first.
    pub(crate) rows: u64,
    /// Rows without an actor; their ordinals follow.
    pub(crate) unidentified_rows: u64,
    /// Actors.
    pub(crate) actors: u64,
    /// Row groups of `events.parquet`, in key order.
    pub(crate) groups: Vec<GroupFacts>,
    /// Text columns stored as codes, sorted by name; names as in event tables.
    pub(crate) coded: Vec<CodedColumn>,
    /// Text columns stored as texts, sorted by name.
    pub(crate) wide: Vec<String>,
    /// Properties that are columns here and lie in `props` for some rows all the same, since runs were merged that kept
    /// them in different places; sorted.
    #[serde(default)]
    pub(crate) mixed: Vec<String>,
    /// Which optional columns `events.parquet` has.
    pub(crate) has: Optional,
    /// Inputs with rows in this run, rising.
    pub(crate) inputs: Vec<u32>,
    /// Earliest and latest event time; `None` without rows.
    pub(crate) times: Option<(i64, i64)>,
    /// When all rows happened, duplicates included; `None` in runs of earlier versions and where that would be too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event_times: Option<EventTimes>,
    /// Flags of all rows, if they are the same; nobody need read them then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flags: Option<u8>,
    /// Every file with its size and hash.
    pub(crate) files: Vec<FileFacts>,
}

/// One row group of `events.parquet`, with the row group of `actors.parquet` of the same number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupFacts {
    /// Rows in the group.
    pub(crate) rows: u32,
    /// Actors that begin in the group.
    pub(crate) actors: u32,
    /// Key of the actor of the first row.
    pub(crate) first_key: u64,
    /// Key of the actor of the last row.
    pub(crate) last_key: u64,
    /// Whether the first rows go on with the last actor of the group before.
    pub(crate) continues: bool,
}

/// One coded text column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodedColumn {
    /// Name as in event tables.
    pub(crate) name: String,
    /// Distinct values.
    pub(crate) values: u32,
    /// First row group of `texts.parquet` with its values, in code order from 1.
    pub(crate) first_group: u32,
    /// Number of row groups there.
    pub(crate) groups: u32,
}

/// Optional columns and files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Optional {
    /// `value`.
    pub(crate) value: bool,
    /// `user_id`, `crm_id`, `email` beside the actor's own identifier.
    pub(crate) others: [bool; 3],
    /// `event_id`, with `event_ids.filter`.
    pub(crate) event_id: bool,
    /// `sequence_0..2`.
    pub(crate) sequence: [bool; 3],
    /// `position`.
    pub(crate) position: bool,
    /// `items.parquet`.
    pub(crate) items: bool,
    /// `rejected.parquet`.
    pub(crate) rejected: bool,
}

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileFacts {
    /// Name within the run's folder.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) bytes: u64,
    /// `xxh3-128:` and 32 hex digits.
    pub(crate) hash: String,
}

//! Logs of process-mining tools: XES, or the table with the same names.
//!
//! A trace is the case, whose name (`case:concept:name`) stands for the actor; an event is what `concept:name` says, at
//! `time:timestamp`. The step of its life (`lifecycle:transition`) and who did it (`org:resource`) are properties: a log
//! that writes the start and the end of an activity has two events of one name. Documented: the standard IEEE 1849.

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;

pub(super) static XES: Vendor = Vendor {
    kind: KindName::Xes,
    evidence: Evidence::Documented,
    recognizes: |sample| columns::has_all(sample, &["concept:name", "time:timestamp", "case:concept:name"]),
    preset: Preset {
        columns: &[
            (Field::Time, &["time:timestamp"]),
            (Field::Event, &["concept:name"]),
            (Field::UserId, &["case:concept:name"]),
        ],
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};

//! What changed between exports of the same records on different days?
//!
//! A CRM that keeps no history can still be exported every week. Two exports of the same records tell which stages changed
//! between them, though not when: only the days of the exports are known. A change is an event at the later day that says
//! since when it may have been so. Source: `docs/sources/crm.md#snapshots`.

mod changes;
mod error;
mod read;

use polars::frame::DataFrame;

pub use changes::changes;
pub use error::SnapshotError;
pub use read::{Snapshot, read, settled};

use crate::columns::Columns;
use crate::error::FramesError;

/// Columns of every [`table`].
pub const COLUMNS: [&str; 10] =
    ["time", "event", "crm_id", "email", "stage", "from", "outcome", "since", "object", "record"];

/// Which columns say what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotColumns {
    /// Names of the column of the record's id, of which the first that an export has counts.
    pub key: Vec<String>,
    /// The same of the stage.
    pub stage: Vec<String>,
    /// The same of an e-mail address; need not be there.
    pub email: Vec<String>,
    /// The same of the person that the record belongs to; none where records are persons.
    pub person: Vec<String>,
    /// Columns that are taken over as they are.
    pub keep: Vec<String>,
}

/// What records are, and which stages end them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotRules {
    /// What a record is: `contact`, `deal`, …
    pub object: String,
    /// Stages that mean won, beside those that read so.
    pub won: Vec<String>,
    /// Stages that mean lost.
    pub lost: Vec<String>,
}

/// One thing that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The later snapshot, UTC microseconds.
    pub time_us: i64,
    /// `stage_changed`, `…_created`, `record_disappeared` or `record_reappeared`.
    pub event: String,
    /// Whose record it is.
    pub crm_id: String,
    /// Address, if known.
    pub email: Option<String>,
    /// The stage from then on; null for a record that disappeared.
    pub stage: Option<String>,
    /// The stage before.
    pub from: Option<String>,
    /// `won` or `lost`, where the stage is one of those.
    pub outcome: Option<&'static str>,
    /// The last snapshot in which it was still otherwise, UTC microseconds.
    pub since_us: i64,
    /// Id of the record.
    pub record: String,
    /// Values of [`SnapshotColumns::keep`].
    pub kept: Vec<Option<String>>,
}

/// What snapshots gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By time, then by record in natural order.
    pub rows: Vec<Change>,
    /// Records of the first snapshot, which are no changes: nobody knows since when they are what they are.
    pub known_at_first: u64,
    /// Records in the last snapshot.
    pub known_at_last: u64,
}

/// The changes as a table that `kundresa load` reads as it is: times are instants, every other column is text.
///
/// # Errors
/// When Polars refuses a column, which no change leads to.
pub fn table(changes: &Changes, rules: &SnapshotRules, columns: &SnapshotColumns) -> Result<DataFrame, FramesError> {
    let times: Vec<[String; 2]> =
        changes.rows.iter().map(|change| [change.time_us, change.since_us].map(instant)).collect();
    let rows: Vec<(&Change, &[String; 2])> = changes.rows.iter().zip(&times).collect();
    let mut table = Columns::of(&rows)
        .text("time", |(_, [time, _])| Some(time))
        .text("event", |(change, _)| Some(&change.event))
        .text("crm_id", |(change, _)| Some(&change.crm_id))
        .text("email", |(change, _)| change.email.as_deref())
        .text("stage", |(change, _)| change.stage.as_deref())
        .text("from", |(change, _)| change.from.as_deref())
        .text("outcome", |(change, _)| change.outcome)
        .text("since", |(_, [_, since])| Some(since))
        .text("object", |_| Some(&rules.object))
        .text("record", |(change, _)| Some(&change.record));
    for (place, name) in columns.keep.iter().enumerate() {
        table = table.text(name, |(change, _)| change.kept.get(place).and_then(Option::as_deref));
    }
    table.finish()
}

/// The filled cells of one row of [`table`], with the names of their columns.
///
/// # Errors
/// When the table is another.
pub fn cells(table: &DataFrame, row: usize) -> Result<Vec<(&str, &str)>, FramesError> {
    let mut cells = Vec::new();
    for column in table.columns() {
        cells.extend(column.str()?.get(row).map(|text| (column.name().as_str(), text)));
    }
    Ok(cells)
}

/// `2024-03-12T23:59:59.999999Z`; instants outside of the calendar are its beginning.
fn instant(us: i64) -> String {
    let (second, micros) = (us.div_euclid(1_000_000), us.rem_euclid(1_000_000));
    let (day, of_day) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let day = kundresa_model::zone::date_text(day);
    format!("{day}T{:02}:{:02}:{:02}.{micros:06}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests;

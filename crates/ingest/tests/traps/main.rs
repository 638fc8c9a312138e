//! Does every trap that exports are known to set cost nothing, or say so?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod csv;
mod packed;
mod placeholders;
#[path = "../support/mod.rs"]
mod support;
mod times_and_ids;

use kundresa_ingest::{IngestConfig, LoadPlan};
use kundresa_model::quality::RejectReason;
use support::{Event, Folder, columns, read_all, rejected};

/// A file as it is read without any configuration.
struct Read {
    /// Separator and lines before the header, as `inspect` shows them.
    dialect: String,
    events: Vec<Event>,
    /// Lines of rejected rows with the reasons.
    rejected: Vec<(u64, RejectReason)>,
    warnings: Vec<String>,
}

impl Read {
    fn of(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Folder::new(&[(name, bytes.as_ref())]);
        Self::by(&folder.plan(&IngestConfig::default()).unwrap())
    }

    fn by(plan: &LoadPlan) -> Self {
        let inspection = plan.inspect().unwrap();
        let (events, reports) = read_all(plan);
        let rejected = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason));
        let rows: u64 = reports.iter().map(|report| report.rows_in).sum();
        let read = Self {
            dialect: inspection.sources[0].dialect.clone(),
            rejected: rejected.collect(),
            warnings: plan.warnings().iter().map(ToString::to_string).collect(),
            events,
        };
        assert_eq!(rows, (read.events.len() + read.rejected.len()) as u64, "a row is an event or rejected");
        read
    }

    /// Values of some columns of every event, as one text each.
    fn shown(&self, names: &[&str]) -> Vec<String> {
        columns(&self.events, names).into_iter().map(|values| values.join(" ")).collect()
    }

    /// Whether a warning has all these words.
    fn warns(&self, words: &[&str]) -> bool {
        self.warnings.iter().any(|warning| words.iter().all(|word| warning.contains(word)))
    }
}

/// What is said of a file that can't be read.
fn refused(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let folder = Folder::new(&[(name, bytes.as_ref())]);
    support::plan_of(&[&folder.file(name)], &IngestConfig::default()).err().unwrap().to_string()
}

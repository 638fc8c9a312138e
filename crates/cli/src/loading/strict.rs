//! May an input lose rows or amounts? Under `--strict` the first one that does ends the load before anything is kept.

use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectedRow};
use kundresa_model::source::{BoxError, EventReader, EventSource, SourceInput};

/// The same events, with an error at the first row that is rejected or loses its amount.
pub struct Strict<S>(pub S);

impl<S: EventSource> EventSource for Strict<S> {
    fn inputs(&self) -> &[SourceInput] {
        self.0.inputs()
    }

    fn parts(&self) -> usize {
        self.0.parts()
    }

    fn input_of(&self, part: usize) -> usize {
        self.0.input_of(part)
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        Ok(Box::new(StrictReader(self.0.open(part)?)))
    }

    fn chores(&self) -> usize {
        self.0.chores()
    }

    fn chore(&self, chore: usize) {
        self.0.chore(chore);
    }

    fn content_hash(&self, input: usize) -> Result<String, BoxError> {
        self.0.content_hash(input)
    }
}

struct StrictReader(Box<dyn EventReader>);

impl EventReader for StrictReader {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        let table = self.0.next_table()?;
        let report = self.0.report();
        match (report.rejected, report.bad_values) {
            (0, 0) => Ok(table),
            (0, bad_values) => Err(bad_amounts(&report.input, bad_values).into()),
            _ => Err(incomplete(&report.input, self.0.take_rejected().first()).into()),
        }
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.0.take_rejected()
    }

    fn report(&self) -> PartReport {
        self.0.report()
    }
}

fn bad_amounts(input: &str, bad_values: u64) -> String {
    format!("--strict refuses incomplete input: {input}: unreadable amounts: {bad_values}")
}

fn incomplete(input: &str, first: Option<&RejectedRow>) -> String {
    let first = first.map_or_else(String::new, |row| format!(":{}: {}: {}", row.line, row.reason.label(), row.detail));
    format!("--strict refuses incomplete input: {input}{first}")
}

//! In which order do the rows without an actor come, all runs together, and how few of them are held at once?
//!
//! Every run has its rows in order of time. Of each a stretch of times is known; all rows before the earliest end of those
//! stretches can be handed out, since no later stretch holds an earlier one.

use arrow_buffer::ScalarBuffer;
use kundresa_model::actor_source::Projection;

use crate::error::StoreError;
use crate::run::pages::Spare;
use crate::run::reader::{ActorRows, Columns};
use crate::stored::batches::{Kind, Part, Visit};
use crate::stored::ranges::Slice;
use crate::stored::{RunOfStore, StoredEvents};

/// Rows of one run whose times are known at once.
const STRETCH: usize = 1 << 17;

/// The rows of one run that are still to come.
struct Stream<'a> {
    run: &'a RunOfStore,
    /// Ordinal of the next row.
    next: u64,
    end: u64,
    /// Times of the next rows.
    times: ScalarBuffer<i64>,
}

impl<'a> Stream<'a> {
    fn new(run: &'a RunOfStore) -> Self {
        let facts = &run.run.facts;
        Self { run, next: facts.rows, end: facts.rows + facts.unidentified_rows, times: Vec::new().into() }
    }

    /// Knows the times of the next `rows` rows, or of all that are left.
    fn look_ahead(&mut self, rows: usize) -> Result<(), StoreError> {
        let end = self.end.min(self.next + rows as u64);
        let columns = Columns { ts: true, ..Columns::default() };
        self.times = self.run.read(Kind::Unidentified, self.next..end, &columns, &mut Spare::default())?.ts;
        Ok(())
    }

    /// The time up to which all rows are known; `None` where all rows are.
    fn known_until(&self) -> Option<i64> {
        let is_all = self.next + self.times.len() as u64 >= self.end;
        self.times.last().copied().filter(|_| !is_all)
    }

    /// Takes the rows before `until`; all that are known if there is no limit.
    fn take(&mut self, until: Option<i64>) -> Option<Part<'a>> {
        let rows = until.map_or(self.times.len(), |until| self.times.partition_point(|time| *time < until));
        let part = Part { run: self.run, slice: slice_of(self.next, rows as u64) };
        self.next += rows as u64;
        self.times = self.times.slice(rows, self.times.len() - rows);
        (rows > 0).then_some(part)
    }
}

/// Rows without an actor, as if they were those of one.
fn slice_of(first_row: u64, rows: u64) -> Slice {
    let actors = ActorRows {
        keys: vec![0],
        rows: vec![rows],
        classes: vec![0],
        ids: vec![String::new()],
        ..ActorRows::default()
    };
    Slice { actors, rows: first_row..first_row + rows }
}

impl StoredEvents {
    /// Hands out all rows without an actor.
    pub(super) fn visit_without_actor(&self, projection: &Projection, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.visit_stretches(STRETCH, projection, visit)
    }

    pub(super) fn visit_stretches(
        &self,
        stretch: usize,
        projection: &Projection,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        let mut streams: Vec<Stream<'_>> = self.runs.iter().map(Stream::new).collect();
        loop {
            streams.retain(|stream| stream.next < stream.end);
            if streams.is_empty() {
                return Ok(());
            }
            for stream in streams.iter_mut().filter(|stream| stream.times.is_empty()) {
                stream.look_ahead(stretch)?;
            }
            let until = streams.iter().filter_map(Stream::known_until).min();
            let parts: Vec<Part<'_>> = streams.iter_mut().filter_map(|stream| stream.take(until)).collect();
            if parts.is_empty() {
                look_further(&mut streams, until)?;
            }
            self.visit_parts(Kind::Unidentified, parts, projection, &mut Spare::default(), visit)?;
        }
    }
}

/// Makes the stretches longer that have no end yet because all of their rows are of one time.
fn look_further(streams: &mut [Stream<'_>], until: Option<i64>) -> Result<(), StoreError> {
    for stream in streams.iter_mut().filter(|stream| stream.known_until() == until) {
        stream.look_ahead(2 * stream.times.len())?;
    }
    Ok(())
}

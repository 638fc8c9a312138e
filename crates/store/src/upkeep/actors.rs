//! Which actors do several runs have together, and where are their rows?
//!
//! Every run has its actors in one order, so one walk over all runs at once meets each actor with all its rows.

use std::ops::Range;

use crate::error::StoreError;
use crate::run::reader::{ActorRows, Run};

/// Rows of one actor in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Index of the run among those walked.
    pub(crate) run: usize,
    /// Ordinals of the rows.
    pub(crate) rows: Range<u64>,
    /// Earliest and latest time.
    pub(crate) times: (i64, i64),
}

/// One actor with its rows in every run that has some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) key: u64,
    pub(crate) class: u8,
    pub(crate) id: String,
    /// Rising by run.
    pub(crate) shares: Vec<Share>,
}

impl Actor {
    /// Rows in all runs.
    pub(crate) fn rows(&self) -> u64 {
        self.shares.iter().map(|share| share.rows.end - share.rows.start).sum()
    }
}

/// The actors of several runs in order.
pub(crate) struct Actors<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Actors<'a> {
    /// Before the first actor.
    pub(crate) fn of(runs: &[&'a Run]) -> Self {
        Self { cursors: runs.iter().map(|run| Cursor::new(run)).collect() }
    }

    /// The next actor; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Actor>, StoreError> {
        for cursor in &mut self.cursors {
            cursor.fill()?;
        }
        let Some((key, class, id)) = self.cursors.iter().filter_map(Cursor::name).min() else { return Ok(None) };
        let mut actor = Actor { key, class, id: id.to_owned(), shares: Vec::with_capacity(1) };
        for (run, cursor) in self.cursors.iter_mut().enumerate() {
            if cursor.name().is_some_and(|name| name == (key, class, actor.id.as_str())) {
                actor.shares.push(cursor.take(run));
            }
        }
        Ok(Some(actor))
    }
}

/// A place among the actors of one run. Holds those of one row group.
struct Cursor<'a> {
    run: &'a Run,
    next_group: usize,
    next_row: u64,
    actors: ActorRows,
    place: usize,
}

impl<'a> Cursor<'a> {
    fn new(run: &'a Run) -> Self {
        Self { run, next_group: 0, next_row: 0, actors: ActorRows::default(), place: 0 }
    }

    /// Reads on where the actors held are used up.
    fn fill(&mut self) -> Result<(), StoreError> {
        while self.place == self.actors.keys.len() && self.next_group < self.run.facts.groups.len() {
            self.actors = self.run.actors(self.next_group..self.next_group + 1, true)?;
            self.place = 0;
            self.next_group += 1;
        }
        Ok(())
    }

    fn name(&self) -> Option<(u64, u8, &str)> {
        let key = self.actors.keys.get(self.place)?;
        Some((*key, self.actors.classes[self.place], self.actors.ids[self.place].as_str()))
    }

    fn take(&mut self, run: usize) -> Share {
        let first = self.next_row;
        self.next_row = first.saturating_add(self.actors.rows[self.place]);
        let times = (self.actors.first_ts[self.place], self.actors.last_ts[self.place]);
        self.place += 1;
        Share { run, rows: first..self.next_row, times }
    }
}

/// Whose are the rows of one run, asked in rising order?
pub(crate) struct RowActors<'a> {
    actors: Actors<'a>,
    rows: u64,
    actor: Option<Actor>,
}

impl<'a> RowActors<'a> {
    /// Before the first row.
    pub(crate) fn of(run: &'a Run) -> Self {
        Self { actors: Actors::of(&[run]), rows: run.facts.rows, actor: None }
    }

    /// Actor of row `row`; `None` if it has none.
    pub(crate) fn actor_of(&mut self, row: u64) -> Result<Option<&Actor>, StoreError> {
        if row >= self.rows {
            return Ok(None);
        }
        while self.actor.as_ref().is_none_or(|actor| actor.shares[0].rows.end <= row) {
            self.actor = self.actors.next()?;
            if self.actor.is_none() {
                return Ok(None);
            }
        }
        Ok(self.actor.as_ref())
    }
}

//! How are rows sorted that are more than memory holds, be it one actor's?
//!
//! As much as fits is sorted at a time and spilled as a sorted run of small pages. Then all runs are read side by side,
//! a page of each: whatever does not come after the last row of any page that has successors is complete, and is brought
//! into order together.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use rayon::ThreadPool;

use crate::error::StoreError;
use crate::shuffle::dictionaries::FINAL;
use crate::shuffle::order::compare_across;
use crate::shuffle::piece::{Piece, Slice};
use crate::shuffle::sorted::{Plan, Sorted};
use crate::shuffle::spill::{Chunk, Held, SpillFolder};
use crate::shuffle::walk::Segments;
use crate::shuffle::{Group, group_bytes, group_rows, loaded};

/// Fewest rows of a page; a page below that costs more than it saves.
const SMALL_PAGE: usize = 64;

/// Sorted runs, each the pages of rows that were sorted together.
pub(crate) struct SortedRuns<'a> {
    runs: Vec<VecDeque<Chunk>>,
    plan: &'a Plan,
    pool: &'a ThreadPool,
}

impl<'a> SortedRuns<'a> {
    /// Sorts the rows of `group`, using about `memory` bytes.
    pub(crate) fn sort(
        group: Group,
        plan: &'a Plan,
        pool: &'a ThreadPool,
        memory: u64,
        spill: &Arc<SpillFolder>,
    ) -> Result<Self, StoreError> {
        let at_once = memory / 4;
        let (bytes, rows) = (group_bytes(&group).max(1), group_rows(&group) as u64);
        let runs = bytes.div_ceil(at_once.max(1)) + 1;
        let page_rows = usize::try_from(at_once.saturating_mul(rows) / bytes / runs).unwrap_or(usize::MAX);
        let mut sorted = Self { runs: Vec::new(), plan, pool };
        let file = spill.file()?;
        for batch in batches(group, at_once) {
            let run = sorted.in_pool(|| Sorted::of(loaded(batch, plan)?, plan))?;
            let (mut pages, mut buffer) = (VecDeque::new(), Vec::new());
            let places: Vec<usize> = (0..run.order.len()).step_by(page_rows.max(SMALL_PAGE)).collect();
            for start in places {
                let end = run.order.len().min(start + page_rows.max(SMALL_PAGE));
                pages.push_back(Chunk::write(&file, &run.piece(start..end), &mut buffer)?);
            }
            sorted.runs.push(pages);
        }
        Ok(sorted)
    }

    fn in_pool<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}

/// Pieces that fit into `bytes` together; one that is larger stays alone.
fn batches(group: Group, bytes: u64) -> Vec<Group> {
    let mut batches: Vec<(u64, Group)> = Vec::new();
    for (thread, held) in group {
        let size = held.unpacked_bytes();
        match batches.last_mut() {
            Some((total, batch)) if *total + size <= bytes => {
                *total += size;
                batch.push((thread, held));
            }
            _ => batches.push((size, vec![(thread, held)])),
        }
    }
    batches.into_iter().map(|(_, batch)| batch).collect()
}

impl Segments for SortedRuns<'_> {
    fn visit(&self, visit: &mut dyn FnMut(Sorted<'_>, usize) -> Result<bool, StoreError>) -> Result<bool, StoreError> {
        let mut cursors: Vec<Cursor<'_>> = self.runs.iter().map(|run| Cursor::new(run.clone(), self.plan)).collect();
        let mut start = 0;
        loop {
            for cursor in &mut cursors {
                cursor.load()?;
            }
            let Some(segment) = self.next_segment(&mut cursors)? else { return Ok(true) };
            let rows = segment.order.len();
            if !visit(segment, start)? {
                return Ok(false);
            }
            start += rows;
        }
    }
}

impl SortedRuns<'_> {
    /// The rows that no page still to come can precede.
    fn next_segment(&self, cursors: &mut [Cursor<'_>]) -> Result<Option<Sorted<'_>>, StoreError> {
        let bounding =
            cursors.iter().enumerate().filter(|(_, cursor)| cursor.page.is_some() && !cursor.pages.is_empty());
        let bound = bounding.map(|(place, _)| place).min_by(|a, b| cursors[*a].last().cmp_row(cursors[*b].last()));
        let ends: Vec<usize> = cursors.iter().map(|cursor| cursor.end_of(bound.map(|place| &cursors[place]))).collect();
        let mut pieces = Vec::new();
        for (cursor, end) in cursors.iter_mut().zip(ends) {
            pieces.extend(cursor.take(end));
        }
        if pieces.is_empty() {
            return Ok(None);
        }
        let pieces: Group = pieces.into_iter().map(|piece| (FINAL, Held::Here(Slice::whole(piece)))).collect();
        self.in_pool(|| Sorted::of(loaded(pieces, self.plan)?, self.plan)).map(Some)
    }
}

/// A place in a sorted run.
struct Cursor<'a> {
    pages: VecDeque<Chunk>,
    plan: &'a Plan,
    page: Option<Sorted<'a>>,
    place: usize,
}

/// A row of a page.
#[derive(Clone, Copy)]
struct RowAt<'a> {
    page: &'a Sorted<'a>,
    place: usize,
}

impl RowAt<'_> {
    fn cmp_row(self, other: RowAt<'_>) -> Ordering {
        let actor = |row: RowAt<'_>| row.page.actor_at(row.place);
        self.page.actors[actor(self)].cmp(&other.page.actors[actor(other)]).then_with(|| {
            let row = |at: RowAt<'_>| at.page.order[at.place];
            compare_across((&self.page.rows, row(self)), (&other.page.rows, row(other)))
        })
    }
}

impl<'a> Cursor<'a> {
    fn new(pages: VecDeque<Chunk>, plan: &'a Plan) -> Self {
        Self { pages, plan, page: None, place: 0 }
    }

    /// Reads the next page if none is at hand.
    fn load(&mut self) -> Result<(), StoreError> {
        if self.page.is_none()
            && let Some(page) = self.pages.pop_front()
        {
            self.page = Some(Sorted::of_sorted(page.read()?, self.plan)?);
            self.place = 0;
        }
        Ok(())
    }

    /// Last row of the page at hand.
    fn last(&self) -> RowAt<'_> {
        let page = self.page.as_ref().expect("only asked of cursors with a page");
        RowAt { page, place: page.order.len() - 1 }
    }

    /// Where the rows up to the last one of `bound` end; all of them without a bound.
    fn end_of(&self, bound: Option<&Cursor<'_>>) -> usize {
        let Some(page) = &self.page else { return 0 };
        let Some(bound) = bound else { return page.order.len() };
        let (mut low, mut high) = (self.place, page.order.len());
        while low < high {
            let place = low.midpoint(high);
            let row = RowAt { page, place };
            if row.cmp_row(bound.last()).is_le() {
                low = place + 1;
            } else {
                high = place;
            }
        }
        low
    }

    /// The rows up to `end`, which are done with then.
    fn take(&mut self, end: usize) -> Option<Piece> {
        let page = self.page.as_ref().filter(|_| end > self.place)?;
        let piece = page.piece(self.place..end);
        self.place = end;
        if end == page.order.len() {
            self.page = None;
        }
        Some(piece)
    }
}

//! Which actors go into one row group when runs are merged, and how is one cut that fits into none?
//!
//! As in a load a row group holds whole actors, at most [`GROUP_ROWS`] rows of them; an actor with more gets row groups
//! of its own. It is cut between two times, so that the rows of one slice come before those of the next in every run.
//! Dropped rows are read along with those beside them, so they bound a slice as well.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::StoreError;
use crate::run::reader::{Columns, Run};
use crate::run::writer::GROUP_ROWS;
use crate::upkeep::actors::{Actor, Actors, Share};
use crate::upkeep::read::read;
use crate::upkeep::rewrite::Source;

/// Actors whose rows are written next; without any, rows without an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) actors: Vec<Actor>,
    /// Whether the only actor's rows go on from the slice before.
    pub(crate) continues: bool,
}

/// Everything that several runs hold of actors, slice by slice.
pub(crate) struct Slices<'a> {
    sources: &'a [Source<'a>],
    actors: Actors<'a>,
    next: Option<Actor>,
    giant: Option<Giant<'a>>,
    /// Most rows of a slice.
    most: usize,
}

impl<'a> Slices<'a> {
    /// Before the first.
    pub(crate) fn of(sources: &'a [Source<'a>]) -> Self {
        Self::of_at_most(sources, GROUP_ROWS)
    }

    /// [`Self::of`] with another limit than [`GROUP_ROWS`].
    pub(crate) fn of_at_most(sources: &'a [Source<'a>], most: usize) -> Self {
        let runs: Vec<&Run> = sources.iter().map(|source| source.run).collect();
        Self { sources, actors: Actors::of(&runs), next: None, giant: None, most }
    }

    /// The next slice; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Slice>, StoreError> {
        if let Some(giant) = &mut self.giant {
            if let Some(slice) = giant.next()? {
                return Ok(Some(slice));
            }
            self.giant = None;
        }
        let most = self.most as u64;
        let (mut actors, mut rows, mut span) = (Vec::new(), 0, Span::default());
        while let Some(actor) = self.next_kept()? {
            let of_actor = kept(self.sources, &actor);
            let is_giant = actor.rows() > most;
            if is_giant && actors.is_empty() {
                self.giant = Some(Giant { most: self.most, ..Giant::new(self.sources, actor) });
                return self.next();
            }
            if is_giant || rows + of_actor > most || span.with(&actor) > 2 * most {
                self.next = Some(actor);
                break;
            }
            rows += of_actor;
            actors.push(actor);
        }
        Ok((!actors.is_empty()).then_some(Slice { actors, continues: false }))
    }

    fn next_kept(&mut self) -> Result<Option<Actor>, StoreError> {
        let mut actor = self.next.take();
        loop {
            actor = match actor {
                Some(actor) if kept(self.sources, &actor) > 0 => return Ok(Some(actor)),
                _ => self.actors.next()?,
            };
            if actor.is_none() {
                return Ok(None);
            }
        }
    }
}

/// From which row on each run is read for a slice.
#[derive(Default)]
struct Span(BTreeMap<usize, u64>);

impl Span {
    /// Most rows to be read of one run, once the actor has joined.
    fn with(&mut self, actor: &Actor) -> u64 {
        let rows = |share: &Share| share.rows.end.saturating_sub(*self.0.entry(share.run).or_insert(share.rows.start));
        actor.shares.iter().map(rows).max().unwrap_or(0)
    }
}

/// Rows of an actor that are not dropped.
fn kept(sources: &[Source<'_>], actor: &Actor) -> u64 {
    let dropped = actor.shares.iter().map(|share| sources[share.run].drop.within(&share.rows));
    actor.rows() - dropped.sum::<u64>()
}

/// An actor, or the rows of none, cut by time.
pub(crate) struct Giant<'a> {
    sources: &'a [Source<'a>],
    actor: Actor,
    continues: bool,
    /// Most rows of a slice.
    most: usize,
}

impl<'a> Giant<'a> {
    fn new(sources: &'a [Source<'a>], actor: Actor) -> Self {
        Self { sources, actor, continues: false, most: GROUP_ROWS }
    }

    /// Rows without an actor, in an actor that is none.
    pub(crate) fn unidentified(sources: &'a [Source<'a>]) -> Self {
        let shares = sources.iter().enumerate().map(|(run, source)| {
            let facts = &source.run.facts;
            Share { run, rows: facts.rows..facts.rows + facts.unidentified_rows, times: (i64::MIN, i64::MAX) }
        });
        let shares = shares.filter(|share| !share.rows.is_empty()).collect();
        Self::new(sources, Actor { key: 0, class: 0, id: String::new(), shares })
    }

    /// The next slice; only where many rows have one time it has more than a row group.
    pub(crate) fn next(&mut self) -> Result<Option<Slice>, StoreError> {
        let cut = self.cut()?;
        let mut shares = Vec::new();
        for share in &mut self.actor.shares {
            let end = match cut {
                Some(cut) => first_at(self.sources[share.run].run, &share.rows, cut)?,
                None => share.rows.end,
            };
            if end > share.rows.start {
                shares.push(Share { rows: share.rows.start..end, ..share.clone() });
                share.rows.start = end;
            }
        }
        if shares.is_empty() {
            return Ok(None);
        }
        let slice = Slice { actors: vec![Actor { shares, ..self.actor.clone() }], continues: self.continues };
        // A slice that is dropped whole begins no actor.
        self.continues |= kept(self.sources, &slice.actors[0]) > 0;
        Ok(Some(slice))
    }

    /// Earliest time that is left to the slices after the next; `None` if nothing is.
    fn cut(&self) -> Result<Option<i64>, StoreError> {
        let mut times = Vec::new();
        for share in &self.actor.shares {
            let rows = share.rows.start..share.rows.end.min(share.rows.start + self.most as u64 + 1);
            times.extend_from_slice(&times_of(self.sources[share.run].run, rows)?);
        }
        if times.len() <= self.most {
            return Ok(None);
        }
        let (_, next, _) = times.select_nth_unstable(self.most);
        let next = *next;
        // Rows of one time stay together, however many.
        Ok(Some(if times.iter().any(|time| *time < next) { next } else { next.saturating_add(1) }))
    }
}

fn times_of(run: &Run, rows: Range<u64>) -> Result<Vec<i64>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    Ok(read(run, rows, &Columns { ts: true, ..Columns::default() })?.rows.ts.to_vec())
}

/// First of the rows, which lie in order of time, that is not earlier than `time`.
fn first_at(run: &Run, rows: &Range<u64>, time: i64) -> Result<u64, StoreError> {
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + GROUP_ROWS as u64);
        let times = times_of(run, start..end)?;
        let earlier = times.partition_point(|known| *known < time);
        start += earlier as u64;
        if earlier < times.len() || times.is_empty() {
            break;
        }
    }
    Ok(start)
}

//! How do rows of some runs become batches?
//!
//! Rows of one run that all count are handed out as they were decoded. Everything else is merged and gathered.

use arrow_buffer::ScalarBuffer;
use kundresa_model::actor_source::{ActorBatch, NO_VALUE, Projection};
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::error::StoreError;
use crate::run::pages::Spare;
use crate::run::reader::{ActorRows, Columns, EventRows};
use crate::shuffle::read::MOST_EVENTS;
use crate::stored::gather::gather;
use crate::stored::merge::{Merged, RunSlice, merge};
use crate::stored::orders::{OrderRows, flag_orders_again};
use crate::stored::ranges::{KeyRange, Slice, overlaps, slice, uncut};
use crate::stored::texts::Seen;
use crate::stored::{RunOfStore, StoredEvents};

/// Who takes the batches.
pub(super) type Visit<'v> = dyn FnMut(&ActorBatch<'_>) + 'v;

/// Whether rows belong to actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Actors,
    Unidentified,
}

/// What a run has in a batch.
pub(super) struct Part<'a> {
    pub(super) run: &'a RunOfStore,
    pub(super) slice: Slice,
}

/// A part whose rows are decoded.
struct ReadPart<'a> {
    run: &'a RunOfStore,
    slice: Slice,
    columns: Columns,
    rows: EventRows,
}

impl ReadPart<'_> {
    fn seen(&self) -> Seen<'_> {
        Seen { run: self.run.number, columns: &self.columns, rows: &self.rows }
    }
}

impl Part<'_> {
    /// Whether its rows can be handed out as they lie.
    fn is_as_stored(&self) -> bool {
        !self.run.unsorted && self.run.deleted.within(self.slice.rows.clone()).is_empty()
    }

    fn check_size(&self) -> Result<(), StoreError> {
        match usize::try_from(self.slice.rows.end - self.slice.rows.start) {
            Ok(events) if events <= MOST_EVENTS => Ok(()),
            other => Err(StoreError::BucketTooLarge { events: other.unwrap_or(usize::MAX), limit: MOST_EVENTS }),
        }
    }
}

impl RunOfStore {
    /// What it has in `range`, if that can be handed out as it lies.
    fn uncut(&self, range: KeyRange, spare: &mut Spare) -> Result<Option<Slice>, StoreError> {
        let is_plain = !self.unsorted && self.deleted.len() == 0;
        if is_plain { uncut(&self.run, range, spare) } else { Ok(None) }
    }
}

impl StoredEvents {
    /// Hands out the actors of one range.
    pub(super) fn visit_actors(
        &self,
        range: KeyRange,
        projection: &Projection,
        spare: &mut Spare,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        let runs: Vec<&RunOfStore> = self.runs.iter().filter(|run| overlaps(&run.run, range)).collect();
        if let [run] = runs[..]
            && !projection.actor_ids
            && let Some(slice) = run.uncut(range, spare)?
        {
            return self.visit_parts(Kind::Actors, vec![Part { run, slice }], projection, spare, visit);
        }
        // Actors of several runs are told apart by their ids.
        let with_ids = projection.actor_ids || runs.len() > 1;
        let mut parts = Vec::with_capacity(runs.len());
        for run in runs {
            let slice = slice(&run.run, &run.recent, range, with_ids)?;
            if !slice.rows.is_empty() {
                parts.push(Part { run, slice });
            }
        }
        self.visit_parts(Kind::Actors, parts, projection, spare, visit)
    }

    /// Hands out the rows of `parts` as one batch, if any of them count.
    pub(super) fn visit_parts(
        &self,
        kind: Kind,
        parts: Vec<Part<'_>>,
        projection: &Projection,
        spare: &mut Spare,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        parts.iter().try_for_each(Part::check_size)?;
        let is_as_stored = parts.len() == 1 && parts.iter().all(Part::is_as_stored);
        let with_orders = kind == Kind::Actors && !is_as_stored;
        let read = |part| self.read(kind, part, projection, with_orders, spare);
        let mut parts = parts.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        match parts.as_slice() {
            [] => return Ok(()),
            [part] if is_as_stored => self.visit_stored(kind, part, projection, visit),
            _ => self.visit_merged(kind, &mut parts, projection, visit)?,
        }
        parts.into_iter().for_each(|part| part.rows.give_back(spare));
        Ok(())
    }

    fn read<'a>(
        &self,
        kind: Kind,
        part: Part<'a>,
        projection: &Projection,
        with_orders: bool,
        spare: &mut Spare,
    ) -> Result<ReadPart<'a>, StoreError> {
        let Part { run, slice } = part;
        let mut columns = Columns { ts: true, value: projection.value, ..Columns::default() };
        projection.text.iter().for_each(|column| self.columns[*column].request(run.number, &mut columns));
        if with_orders {
            run.orders.request(&mut columns);
        }
        let rows = run.read(kind, slice.rows.clone(), &columns, spare)?;
        Ok(ReadPart { run, slice, columns, rows })
    }

    /// One run's rows as they lie: nothing is copied but what has other codes in the store.
    fn visit_stored(&self, kind: Kind, part: &ReadPart<'_>, projection: &Projection, visit: &mut Visit<'_>) {
        let ReadPart { rows, slice, .. } = part;
        let text = self.codes(part, projection);
        let absent = vec![NO_VALUE; if projection.value && rows.value.is_empty() { rows.ts.len() } else { 0 }];
        visit(&ActorBatch {
            actor_offsets: &offsets(kind, &slice.actors),
            actor_ids: if projection.actor_ids && kind == Kind::Actors { &slice.actors.ids } else { &[] },
            ts: &rows.ts,
            flags: &rows.flags,
            text: text.iter().map(|codes| &**codes).collect(),
            value: if rows.value.is_empty() { &absent } else { &rows.value },
        });
    }

    fn codes(&self, part: &ReadPart<'_>, projection: &Projection) -> Vec<ScalarBuffer<u32>> {
        let codes = |column: &usize| self.columns[*column].codes(&part.seen());
        projection.text.iter().map(codes).collect()
    }

    fn visit_merged(
        &self,
        kind: Kind,
        parts: &mut [ReadPart<'_>],
        projection: &Projection,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        let merged = self.merge(kind, parts)?;
        if merged.rows.is_empty() {
            return Ok(());
        }
        let ts = gathered(parts, &merged, 0, |part| &part.rows.ts);
        let flags = merged_flags(kind, parts, &merged)?;
        let text = self.merged_codes(parts, &merged, projection);
        let value = projection.value.then(|| gathered(parts, &merged, NO_VALUE, |part| &part.rows.value));
        let ids = if projection.actor_ids && kind == Kind::Actors { take_ids(parts, &merged) } else { Vec::new() };
        visit(&ActorBatch {
            actor_offsets: if kind == Kind::Actors { &merged.offsets } else { &[0] },
            actor_ids: &ids,
            ts: &ts,
            flags: &flags,
            text: text.iter().map(Vec::as_slice).collect(),
            value: value.as_deref().unwrap_or_default(),
        });
        Ok(())
    }

    fn merge(&self, kind: Kind, parts: &[ReadPart<'_>]) -> Result<Merged, StoreError> {
        let slices: Vec<RunSlice<'_>> = parts
            .iter()
            .map(|part| RunSlice {
                actors: &part.slice.actors,
                first_row: part.slice.rows.start,
                rows: &part.rows,
                deleted: part.run.deleted.within(part.slice.rows.clone()),
                unsorted: part.run.unsorted,
                ranks: &self.ranks,
            })
            .collect();
        let place = Columns { place: true, ..Columns::default() };
        merge(&slices, &mut |number| {
            let part = &parts[number];
            part.run.read(kind, part.slice.rows.clone(), &place, &mut Spare::default())
        })
    }

    fn merged_codes(&self, parts: &[ReadPart<'_>], merged: &Merged, projection: &Projection) -> Vec<Vec<u32>> {
        let column = |column: &usize| {
            let codes: Vec<ScalarBuffer<u32>> =
                parts.iter().map(|part| self.columns[*column].codes(&part.seen())).collect();
            let codes: Vec<&[u32]> = codes.iter().map(|codes| &**codes).collect();
            gather(&codes, NULL, &merged.rows)
        };
        projection.text.iter().map(column).collect()
    }
}

fn gathered<'a, T: Copy + 'a>(
    parts: &'a [ReadPart<'_>],
    merged: &Merged,
    missing: T,
    column: impl Fn(&'a ReadPart<'_>) -> &'a [T],
) -> Vec<T> {
    let columns: Vec<&[T]> = parts.iter().map(column).collect();
    gather(&columns, missing, &merged.rows)
}

fn merged_flags(kind: Kind, parts: &[ReadPart<'_>], merged: &Merged) -> Result<Vec<u8>, StoreError> {
    let mut flags = gathered(parts, merged, 0, |part| &part.rows.flags);
    if kind == Kind::Actors {
        let parts: Vec<OrderRows<'_>> = parts
            .iter()
            .map(|part| OrderRows {
                run: &part.run.run,
                orders: &part.run.orders,
                columns: &part.columns,
                rows: &part.rows,
            })
            .collect();
        flag_orders_again(&parts, merged, &mut flags)?;
    }
    Ok(flags)
}

/// Ids of the merged actors. Each names one actor only, so it is moved.
fn take_ids(parts: &mut [ReadPart<'_>], merged: &Merged) -> Vec<String> {
    let take =
        |(slice, place): &(u32, u32)| std::mem::take(&mut parts[*slice as usize].slice.actors.ids[*place as usize]);
    merged.actors.iter().map(take).collect()
}

/// Where each actor's rows begin; `[0]` for rows without actors.
fn offsets(kind: Kind, actors: &ActorRows) -> Vec<u32> {
    let mut offsets = Vec::with_capacity(actors.rows.len() + 1);
    let mut end = 0;
    offsets.push(0);
    if kind == Kind::Actors {
        offsets.extend(actors.rows.iter().map(|rows| {
            end += rows;
            index32(usize::try_from(end).unwrap_or(usize::MAX))
        }));
    }
    offsets
}

//! Which events of a batch take part, and into which chunks of whole actors are they cut?

use std::ops::Range;

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::index::index32;
use kundresa_model::spec::request::Bots;

use crate::options::RunOptions;
use crate::overview::is_left_out;

/// Ranges of actors, none larger than the options say unless a single actor is.
pub(crate) fn cut<'a>(offsets: &'a [u32], options: &RunOptions<'_>) -> impl Iterator<Item = Range<usize>> + 'a {
    let (most_actors, most_events) = (options.chunk_actors.max(1), options.chunk_events.max(1));
    let actors = offsets.len().saturating_sub(1);
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= actors {
            return None;
        }
        let limit = actors.min(start + most_actors);
        let fits = |end: &u32| (*end - offsets[start]) as usize <= most_events;
        let fitting = offsets[start + 1..=limit].partition_point(fits);
        let chunk = start..start + fitting.max(1);
        start = chunk.end;
        Some(chunk)
    })
}

/// Which events take part: those that `--bots` leaves in, before the data's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakingPart {
    /// Which bots leave.
    pub(crate) bots: Bots,
    /// First instant that takes no part.
    pub(crate) cut: i64,
    /// Whether it is known that all events take part, so that nobody need look.
    pub(crate) everything: bool,
}

/// Events that take no part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// By `--bots`.
    pub(crate) bots: u64,
    /// Others after the data end.
    pub(crate) after_end: u64,
}

impl TakingPart {
    fn has(self, ts: i64, flags: u8) -> bool {
        ts < self.cut && !is_left_out(self.bots, flags)
    }

    /// Those of `events` that take part.
    fn among(self, batch: &ActorBatch<'_>, events: Range<u32>) -> impl Iterator<Item = u32> {
        events.filter(move |event| self.has(batch.ts[*event as usize], batch.flags[*event as usize]))
    }

    /// How many of the events take no part.
    pub(crate) fn left_out(self, ts: &[i64], flags: &[u8]) -> LeftOut {
        let mut left_out = LeftOut::default();
        if self.everything {
            return left_out;
        }
        for (&ts, &flags) in ts.iter().zip(flags) {
            let is_bot = is_left_out(self.bots, flags);
            left_out.bots += u64::from(is_bot);
            left_out.after_end += u64::from(!is_bot && ts >= self.cut);
        }
        left_out
    }
}

/// Columns of the events of a batch that take part; buffers are used again.
#[derive(Debug, Default)]
pub(crate) struct KeptEvents {
    kept: Vec<u32>,
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    pub(crate) text: Vec<Vec<u32>>,
    pub(crate) value: Vec<i64>,
}

impl KeptEvents {
    /// Takes all events of `batch` that take part, in place of those held.
    pub(crate) fn keep(&mut self, batch: &ActorBatch<'_>, taking_part: TakingPart) {
        self.kept.clear();
        self.kept.extend(taking_part.among(batch, 0..index32(batch.events())));
        self.copy(batch);
    }

    fn copy(&mut self, batch: &ActorBatch<'_>) {
        let kept = || self.kept.iter().map(|event| *event as usize);
        self.ts.clear();
        self.ts.extend(kept().map(|event| batch.ts[event]));
        self.flags.clear();
        self.flags.extend(kept().map(|event| batch.flags[event]));
        self.text.resize_with(batch.text.len(), Vec::new);
        for (column, codes) in self.text.iter_mut().zip(&batch.text) {
            column.clear();
            column.extend(kept().map(|event| codes[event]));
        }
        self.value.clear();
        if !batch.value.is_empty() {
            self.value.extend(kept().map(|event| batch.value[event]));
        }
    }
}

/// Buffers for one chunk: always the offsets, the columns only where events had to be left out.
#[derive(Debug, Default)]
pub(crate) struct ChunkBuffers {
    offsets: Vec<u32>,
    ids: Vec<String>,
    events: KeptEvents,
}

impl ChunkBuffers {
    /// The events of `actors` in `batch` that take part, as a batch of its own, and how many were left out. Where none are
    /// left out the columns are borrowed; an actor of whom no event takes part is left out whole.
    pub(crate) fn chunk<'a>(
        &'a mut self,
        batch: &'a ActorBatch<'a>,
        actors: Range<usize>,
        taking_part: TakingPart,
    ) -> (ActorBatch<'a>, LeftOut) {
        let events = batch.actor_offsets[actors.start] as usize..batch.actor_offsets[actors.end] as usize;
        let left_out = taking_part.left_out(&batch.ts[events.clone()], &batch.flags[events.clone()]);
        let chunk = if left_out == LeftOut::default() {
            self.borrow(batch, actors, events)
        } else {
            self.copy(batch, actors, taking_part)
        };
        (chunk, left_out)
    }

    fn borrow<'a>(
        &'a mut self,
        batch: &'a ActorBatch<'a>,
        actors: Range<usize>,
        events: Range<usize>,
    ) -> ActorBatch<'a> {
        let first = batch.actor_offsets[actors.start];
        self.offsets.clear();
        self.offsets.extend(batch.actor_offsets[actors.start..=actors.end].iter().map(|offset| offset - first));
        ActorBatch {
            actor_offsets: &self.offsets,
            actor_ids: part(batch.actor_ids, actors),
            ts: &batch.ts[events.clone()],
            flags: &batch.flags[events.clone()],
            text: batch.text.iter().map(|column| &column[events.clone()]).collect(),
            value: part(batch.value, events),
        }
    }

    fn copy<'a>(&'a mut self, batch: &ActorBatch<'_>, actors: Range<usize>, taking_part: TakingPart) -> ActorBatch<'a> {
        self.keep(batch, actors, taking_part);
        self.events.copy(batch);
        ActorBatch {
            actor_offsets: &self.offsets,
            actor_ids: &self.ids,
            ts: &self.events.ts,
            flags: &self.events.flags,
            text: self.events.text.iter().map(Vec::as_slice).collect(),
            value: &self.events.value,
        }
    }

    /// Notes the events that take part, and fills offsets and ids with the actors that have any.
    fn keep(&mut self, batch: &ActorBatch<'_>, actors: Range<usize>, taking_part: TakingPart) {
        let kept = &mut self.events.kept;
        kept.clear();
        self.ids.clear();
        self.offsets.clear();
        self.offsets.push(0);
        for actor in actors {
            let before = kept.len();
            kept.extend(taking_part.among(batch, batch.actor_offsets[actor]..batch.actor_offsets[actor + 1]));
            if kept.len() > before {
                self.offsets.push(index32(kept.len()));
                self.ids.extend(batch.actor_ids.get(actor).cloned());
            }
        }
    }
}

/// That part of a column, or nothing of one that was not read.
fn part<T>(column: &[T], range: Range<usize>) -> &[T] {
    if column.is_empty() { column } else { &column[range] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_hold_whole_actors_and_a_giant_stands_alone() {
        let options = RunOptions { chunk_actors: 3, chunk_events: 10, ..RunOptions::default() };
        // Actors of 2, 3, 1, 4, 50, 9 and 1 events.
        let chunks: Vec<_> = cut(&[0, 2, 5, 6, 10, 60, 69, 70], &options).collect();
        assert_eq!(chunks, [0..3, 3..4, 4..5, 5..7]);
        assert_eq!(cut(&[0], &options).count() + cut(&[], &options).count(), 0);
    }

    #[test]
    fn bots_and_late_events_leave_and_take_empty_actors_along() {
        let ids = ["a", "b", "c"].map(str::to_owned);
        // a: one event, b: a bot's only, c: one before the cut, one at it.
        let batch = ActorBatch {
            actor_offsets: &[0, 1, 2, 4],
            actor_ids: &ids,
            ts: &[1, 2, 3, 10],
            flags: &[1, 9, 1, 1],
            text: vec![&[5, 6, 7, 8]],
            value: &[],
        };
        let mut buffers = ChunkBuffers::default();
        let (chunk, left_out) =
            buffers.chunk(&batch, 0..3, TakingPart { bots: Bots::Exclude, cut: 10, everything: false });
        assert_eq!(
            (chunk.actor_offsets, chunk.ts, chunk.text[0]),
            ([0, 1, 2].as_slice(), [1, 3].as_slice(), [5, 7].as_slice())
        );
        assert_eq!(
            (chunk.actor_ids, left_out),
            (["a", "c"].map(str::to_owned).as_slice(), LeftOut { bots: 1, after_end: 1 })
        );
        let (chunk, left_out) =
            buffers.chunk(&batch, 1..3, TakingPart { bots: Bots::Include, cut: 11, everything: false });
        assert_eq!((chunk.actor_offsets, chunk.ts), ([0, 1, 3].as_slice(), [2, 3, 10].as_slice()));
        assert_eq!(left_out, LeftOut::default());
        let (chunk, left_out) =
            buffers.chunk(&batch, 0..3, TakingPart { bots: Bots::Only, cut: 11, everything: false });
        assert_eq!((chunk.ts, left_out), ([2].as_slice(), LeftOut { bots: 3, after_end: 0 }));
    }
}

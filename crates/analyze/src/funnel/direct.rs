//! How is the plainest funnel counted: no filter, nothing but the actor to a unit, all steps told by one text column?
//!
//! What every event satisfies is then never written down: the events that satisfy a step are gathered for the whole chunk at
//! once, and actors are ranges of them.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::spec::funnel::FunnelUnit;

use super::Funnel;
use super::asked::Satisfied;
use super::count::Space;
use super::kernel::{Matches, Quick};
use super::open;
use super::tally::FunnelPartial;
use super::walk::{Candidate, View};
use crate::scope::Selection;

/// A text column, and the steps that events with each of its codes satisfy.
pub(super) type Table<'t> = (usize, &'t [u64]);

/// Events of a chunk that satisfy a step, actor by actor; buffers are used again and only grow.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    ts: Vec<i64>,
    steps: Vec<u64>,
    /// Index in the chunk.
    event: Vec<u32>,
    /// Where each actor's begin; one longer than there are actors.
    offsets: Vec<u32>,
    /// By code of the column that tells the steps, whether events with it satisfy one.
    is_wanted: Vec<u8>,
}

impl Gathered {
    /// Takes those of `chunk`, in place of what was held.
    ///
    /// Every event is written and most are overwritten by the next: a branch per event would be guessed wrong too often.
    fn fill(&mut self, chunk: &ActorChunk<'_>, (column, table): Table<'_>, required: u64) {
        let codes = chunk.text[column];
        self.event.resize(self.event.len().max(codes.len() + 1), 0);
        self.is_wanted.clear();
        self.is_wanted.extend(table.iter().map(|steps| u8::from(steps & required != 0)));
        let (events, is_wanted) = (&mut self.event[..=codes.len()], self.is_wanted.as_slice());
        let (mut len, mut event) = (0_usize, 0_u32);
        self.offsets.clear();
        self.offsets.push(0);
        for actor in 0..chunk.actors() {
            let range = chunk.events_of(actor);
            for (&code, &flags) in codes[range.clone()].iter().zip(&chunk.flags[range]) {
                events[len] = event;
                let is_repeated = flags & EventFlags::REPEATED_ORDER != 0;
                // Neither exceeds the number of events, which is an index.
                len = len.wrapping_add(usize::from(is_wanted[code as usize]) & usize::from(!is_repeated));
                event = event.wrapping_add(1);
            }
            self.offsets.push(index32(len));
        }
        let events = &self.event[..len];
        self.ts.clear();
        self.ts.extend(events.iter().map(|event| chunk.ts[*event as usize]));
        self.steps.clear();
        self.steps.extend(events.iter().map(|event| table[codes[*event as usize] as usize] & required));
    }

    /// Number of events from `from_us` on that satisfy `step`.
    fn count(&self, step: usize, from_us: i64) -> u64 {
        if from_us == i64::MIN {
            return self.steps.iter().map(|steps| steps >> step & 1).fold(0, u64::wrapping_add);
        }
        let steps = self.ts.iter().zip(&self.steps);
        steps.map(|(t, steps)| (steps >> step & 1) & u64::from(*t >= from_us)).sum()
    }

    fn of_actor(&self, actor: usize) -> Candidate<'_> {
        let range = self.offsets[actor] as usize..self.offsets[actor + 1] as usize;
        let matches =
            Matches { ts: &self.ts[range.clone()], steps: &self.steps[range.clone()], exclusions: &[], places: &[] };
        Candidate { actor, session: None, matches, events: &self.event[range] }
    }
}

impl Funnel<'_> {
    /// What tells the steps, if [`Self::count_direct`] counts what [`Self::count_chunk`] would.
    pub(super) fn direct_table(&self, selection: &Selection) -> Option<Table<'_>> {
        let by_actor = self.spec.unit != FunnelUnit::Session && self.asked.is_plain();
        let is_direct = by_actor && self.asked.optional.is_empty() && selection.is_everything();
        self.asked.step_table().filter(|_| is_direct)
    }

    /// Adds the units of `chunk`.
    pub(super) fn count_direct(
        &self,
        chunk: &ActorChunk<'_>,
        selection: Selection,
        table: Table<'_>,
        space: &mut Space,
        partial: &mut FunnelPartial,
    ) {
        let kernel = &self.asked.kernel;
        let quick = kernel.quick(table.1.iter().all(|steps| (steps & self.asked.required_bits()).count_ones() <= 1));
        let lone = quick.and_then(Quick::lone).filter(|_| !self.spec.open && self.plan.from_us == i64::MIN);
        if let Some(lone) = lone {
            return self.count_lone(chunk, selection, (table, lone), space, partial);
        }
        let Space { gathered, solver, units, .. } = space;
        gathered.fill(chunk, table, self.asked.required_bits());
        for (step, tally) in partial.steps.iter_mut().enumerate() {
            tally.events += gathered.count(step, kernel.from_us);
        }
        let view = View { chunk, selection, satisfied: Satisfied::default() };
        for actor in 0..chunk.actors() {
            let is_late = |last: usize| chunk.ts[last] >= self.plan.from_us;
            if !chunk.events_of(actor).next_back().is_some_and(is_late) {
                continue;
            }
            partial.candidates += 1;
            let candidate = gathered.of_actor(actor);
            if candidate.events.is_empty() {
                continue;
            }
            if self.spec.open {
                open::count(candidate.matches, kernel.from_us, kernel.window_us, &mut units.last, &mut partial.open);
            }
            match quick {
                Some(quick) => {
                    self.solve_quick(quick, candidate, solver, |unit| self.count_unit(&view, unit, units, partial));
                }
                None => self.solve(candidate, solver, |unit| self.count_unit(&view, unit, units, partial)),
            }
        }
    }
}

//! How is the plainest funnel counted where no event satisfies two steps, and every event counts?
//!
//! ```text
//! step of code   view -, cart 0, buy 1
//! codes          v c v | c b         events 1 3 4    steps 0 0 1    before 0 0 1 1 2 3
//! ```
//!
//! One loop over the chunk finds the events that satisfy a step, whose they are follows from how many were found before. A
//! loop per actor would end at another place each time, which no processor foresees.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;

use super::Funnel;
use super::asked::Satisfied;
use super::count::Space;
use super::direct::Table;
use super::kernel::{Matches, PlainKernel};
use super::tally::FunnelPartial;
use super::walk::{Candidate, UnitView, View};
use crate::scope::Selection;

/// Step of an event that satisfies none.
const NO_STEP: u8 = u8::MAX;

/// Events of a chunk that satisfy a step; buffers are used again and only grow.
#[derive(Clone, Debug, Default)]
pub(super) struct Lone {
    /// Index in the chunk; what lies beyond those found means nothing.
    events: Vec<u32>,
    /// The step, from 0, of each of them.
    steps: Vec<u8>,
    /// How many were found before each event of the chunk, and at its end.
    before: Vec<u32>,
    /// The step of each code.
    step_of: Vec<u8>,
    /// Times and steps of an actor with events of one time.
    ts: Vec<i64>,
    masks: Vec<u64>,
}

impl Lone {
    /// Takes the events of `chunk`, in place of those held.
    fn fill(&mut self, chunk: &ActorChunk<'_>, (column, table): Table<'_>, required: u64) {
        let codes = chunk.text[column];
        self.step_of.clear();
        self.step_of.extend(table.iter().map(|steps| match steps & required {
            0 => NO_STEP,
            step => step.trailing_zeros().to_le_bytes()[0],
        }));
        let room = self.events.len().max(codes.len() + 1);
        self.events.resize(room, 0);
        self.steps.resize(room, 0);
        self.before.resize(codes.len() + 1, 0);
        let repeated = chunk.flags.iter().fold(0, |all, flags| all | flags) & EventFlags::REPEATED_ORDER;
        let step_of = std::mem::take(&mut self.step_of);
        let step = |code: &u32| step_of[*code as usize];
        if repeated == 0 {
            self.gather(codes.iter().map(step));
        } else {
            let is_repeated = |flags: &u8| flags & EventFlags::REPEATED_ORDER != 0;
            let events = codes.iter().zip(chunk.flags);
            self.gather(events.map(|(code, flags)| if is_repeated(flags) { NO_STEP } else { step(code) }));
        }
        self.step_of = step_of;
    }

    /// Takes the events of those steps. Each is written, and overwritten by the next if it has none: a branch would be guessed
    /// wrong too often.
    #[inline]
    fn gather(&mut self, all: impl ExactSizeIterator<Item = u8>) {
        let (events, steps) = (&mut self.events[..=all.len()], &mut self.steps[..=all.len()]);
        let (mut found, mut event) = (0_u32, 0_u32);
        for (step, before) in all.zip(&mut self.before) {
            events[found as usize] = event;
            steps[found as usize] = step;
            *before = found;
            // Neither exceeds the number of events, which is an index.
            found = found.wrapping_add(u32::from(step != NO_STEP));
            event = event.wrapping_add(1);
        }
        if let Some(last) = self.before.last_mut() {
            *last = found;
        }
    }

    /// Number of events found that satisfy `step`.
    fn count(&self, step: usize) -> u64 {
        let found = self.before.last().map_or(0, |found| *found as usize);
        let step = step.to_le_bytes()[0];
        // Few enough at a time to be counted in bytes, many of which are added at once.
        let of = |steps: &[u8]| steps.iter().map(|other| u8::from(*other == step)).fold(0, u8::wrapping_add);
        self.steps[..found].chunks(255).map(|steps| u64::from(of(steps))).sum()
    }

    /// The events of an actor with those events, as they are found among all.
    fn of_actor(&self, actor: &[u32]) -> std::ops::Range<usize> {
        self.before[actor[0] as usize] as usize..self.before[actor[1] as usize] as usize
    }
}

impl Funnel<'_> {
    /// Adds the units of `chunk`.
    pub(super) fn count_lone(
        &self,
        chunk: &ActorChunk<'_>,
        selection: Selection,
        (table, kernel): (Table<'_>, PlainKernel),
        space: &mut Space,
        partial: &mut FunnelPartial,
    ) {
        let Space { lone, solver, units, .. } = space;
        lone.fill(chunk, table, self.asked.required_bits());
        for (step, tally) in partial.steps.iter_mut().enumerate() {
            tally.events += lone.count(step);
        }
        let view = View { chunk, selection, satisfied: Satisfied::default() };
        for (actor, bounds) in chunk.actor_offsets.windows(2).enumerate() {
            partial.candidates += u64::from(bounds[0] < bounds[1]);
            let range = lone.of_actor(bounds);
            if range.is_empty() {
                continue;
            }
            let events = &lone.events[range.clone()];
            let matches = || {
                let ts = events.iter().map(|event| chunk.ts[*event as usize]);
                ts.zip(lone.steps[range.clone()].iter().copied())
            };
            match kernel.reach_of_lone_steps(matches(), &mut solver.scratch.plain) {
                Ok(None) => {}
                Ok(Some(reach)) => {
                    solver.witness.clear();
                    PlainKernel::lone_witness(reach, matches(), |place| solver.witness.push(events[place]));
                    let (level, sample) = (reach.level, events.first().copied());
                    let is_open = self.is_open(level, Some(reach.latest_entry));
                    let unit = UnitView { actor, session: None, level, is_open, events: &solver.witness, sample };
                    self.count_unit(&view, unit, units, partial);
                }
                Err(_) => {
                    lone.ts.clear();
                    lone.ts.extend(matches().map(|(t, _)| t));
                    lone.masks.clear();
                    lone.masks.extend(lone.steps[range.clone()].iter().map(|step| 1_u64 << step));
                    let matches = Matches { ts: &lone.ts, steps: &lone.masks, exclusions: &[], places: &[] };
                    let candidate = Candidate { actor, session: None, matches, events };
                    self.solve(candidate, solver, |unit| self.count_unit(&view, unit, units, partial));
                }
            }
        }
    }
}

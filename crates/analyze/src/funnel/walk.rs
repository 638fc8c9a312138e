//! Which units are there in a chunk, and how far does each get?
//!
//! A *candidate* is an actor or a session that could have entered, or one of its key tuples if properties are held. It
//! yields one unit, or several where entries or attempts are counted. Counting and listing go through the same code.

use std::cmp::Ordering;
use std::ops::Range;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::spec::funnel::{FunnelUnit, Window};

use super::Funnel;
use super::asked::Satisfied;
use super::kernel::{Matches, Quick, Scratch, Solution};
use super::units::{Part, UnitEvents, run_from};
use crate::scope::Selection;

/// How far one unit got. Valid while it is shown.
#[derive(Clone, Copy, Debug)]
pub struct UnitView<'a> {
    /// Actor, by its place in the chunk.
    pub actor: usize,
    /// Session, by its place in the chunk, if sessions are the units.
    pub session: Option<usize>,
    /// Furthest required step, from 1; 0 for one that could have entered but did not, or of whom an exclusion left nothing.
    pub level: usize,
    /// Whether it may still get further.
    pub is_open: bool,
    /// The witness: for each required step up to the level its event, as an index into the chunk.
    pub events: &'a [u32],
    /// Some event of the unit that says how far it got, if it has any: all of them have the same values of held columns.
    pub sample: Option<u32>,
}

/// A unit that could have entered, with its events that say how far it got.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) actor: usize,
    pub(crate) session: Option<usize>,
    pub(crate) matches: Matches<'a>,
    /// Index in the chunk of every match.
    pub(crate) events: &'a [u32],
}

/// A chunk with what its events are to the funnel.
pub(crate) struct View<'a> {
    pub(crate) chunk: &'a ActorChunk<'a>,
    pub(crate) selection: Selection,
    pub(crate) satisfied: Satisfied,
}

/// Working space for one chunk.
#[derive(Clone, Debug)]
struct Buffers {
    events: UnitEvents,
    /// Events of the actor, unit by unit.
    grouped: Vec<u32>,
}

/// Working space for the solution of one unit after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Solver {
    pub(super) scratch: Scratch,
    pub(super) witness: Vec<u32>,
}

impl View<'_> {
    /// Whether the filter shows `event` of `actor` and it takes part in funnels at all.
    #[inline]
    pub(crate) fn shows(&self, actor: usize, event: usize) -> bool {
        !self.chunk.has(event, EventFlags::REPEATED_ORDER) & self.selection.has_event(self.chunk, actor, event)
    }

    /// Whether `event` of `actor` is in the stream of what the actor did, as far as the filter shows it.
    #[inline]
    pub(crate) fn is_in_stream(&self, actor: usize, event: usize) -> bool {
        let did = self.chunk.has(event, EventFlags::ACTIVITY) && !self.chunk.has(event, EventFlags::SYNTHETIC);
        did && self.shows(actor, event)
    }

    /// Whether `event` is in that session, if the unit has one.
    pub(crate) fn is_in_session(&self, session: Option<usize>, event: usize) -> bool {
        session.is_none_or(|session| self.chunk.session_of[event] == index32(session))
    }
}

impl<'a> Funnel<'a> {
    /// Calls `found` for every unit of `chunk`, actor by actor: also, with level 0, for those that could have entered but
    /// did not.
    pub fn for_each_unit(&self, chunk: &ActorChunk<'_>, found: &mut dyn FnMut(UnitView<'_>)) {
        let view = self.view(chunk);
        let mut solver = Solver::default();
        self.for_each_candidate(&view, |candidate| {
            let mut has_unit = false;
            self.solve(candidate, &mut solver, |unit| {
                has_unit = true;
                found(unit);
            });
            if !has_unit {
                let Candidate { actor, session, events, .. } = candidate;
                let sample = events.first().copied();
                found(UnitView { actor, session, level: 0, is_open: false, events: &[], sample });
            }
        });
    }

    pub(crate) fn view<'c>(&self, chunk: &'c ActorChunk<'c>) -> View<'c> {
        self.view_of(chunk, self.plan.select(chunk))
    }

    pub(crate) fn view_of<'c>(&self, chunk: &'c ActorChunk<'c>, selection: Selection) -> View<'c> {
        View { chunk, selection, satisfied: self.asked.satisfied(chunk) }
    }

    /// Calls `found` for every unit of `candidate`; not at all if it never entered.
    pub(crate) fn solve(
        &self,
        candidate: Candidate<'_>,
        Solver { scratch, witness }: &mut Solver,
        mut found: impl FnMut(UnitView<'_>),
    ) {
        self.asked.kernel.for_each(candidate.matches, scratch, &mut |solution| {
            found(self.unit(candidate, solution, witness));
        });
    }

    /// [`Self::solve`] by a quick kernel.
    pub(crate) fn solve_quick(
        &self,
        quick: Quick,
        candidate: Candidate<'_>,
        Solver { scratch, witness }: &mut Solver,
        found: impl FnOnce(UnitView<'_>),
    ) {
        if let Some(solution) = quick.best(candidate.matches, scratch) {
            found(self.unit(candidate, solution, witness));
        }
    }

    fn unit<'w>(&self, candidate: Candidate<'_>, solution: &Solution, witness: &'w mut Vec<u32>) -> UnitView<'w> {
        let Candidate { actor, session, events, .. } = candidate;
        witness.clear();
        witness.extend(solution.positions.iter().map(|&position| events[position]));
        let (level, is_open, sample) =
            (solution.level, self.is_open(solution.level, solution.latest_entry), events.first().copied());
        UnitView { actor, session, level, is_open, events: witness, sample }
    }

    /// Whether a unit may still get further: the window of its latest attempt that counts is not over.
    #[inline]
    pub(super) fn is_open(&self, level: usize, latest_entry: Option<i64>) -> bool {
        let is_between = (1..self.asked.levels()).contains(&level);
        let is_running = |entry| match self.spec.window {
            Window::None => true,
            Window::Within(window) => !self.data_end.is_over(entry, window.as_us()),
        };
        is_between && latest_entry.is_some_and(is_running)
    }

    /// Calls `found` for everyone in the chunk who could have entered.
    pub(crate) fn for_each_candidate(&self, view: &View<'_>, mut found: impl FnMut(Candidate<'_>)) {
        let kernel = &self.asked.kernel;
        let events = UnitEvents::new(!kernel.exclusions.is_empty(), kernel.directly != 0);
        let mut buffers = Buffers { events, grouped: Vec::new() };
        for actor in 0..view.chunk.actors() {
            match (self.spec.unit, self.asked.hold.is_empty()) {
                (FunnelUnit::Actor | FunnelUnit::Attempt, true) => self.actor(view, actor, &mut buffers, &mut found),
                (FunnelUnit::Session, true) => self.sessions(view, actor, &mut buffers, &mut found),
                (_, false) => self.pairs(view, actor, &mut buffers, &mut found),
            }
        }
    }

    fn actor(&self, view: &View<'_>, actor: usize, buffers: &mut Buffers, found: &mut impl FnMut(Candidate<'_>)) {
        let range = view.chunk.events_of(actor);
        if !self.is_candidate(view, actor, range.clone().rev()) {
            return;
        }
        let Buffers { events, grouped } = buffers;
        if self.asked.is_plain() {
            self.gather(view, actor, events);
        } else {
            grouped.clear();
            grouped.extend(range.map(index32));
            self.take(view, actor, grouped, events);
        }
        found(candidate(actor, None, events, 0..events.len()));
    }

    /// Whether the unit with `events`, latest first, could have entered.
    fn is_candidate(&self, view: &View<'_>, actor: usize, mut events: impl Iterator<Item = usize>) -> bool {
        let View { chunk, selection, .. } = view;
        let mut late = events.by_ref().take_while(|&event| chunk.ts[event] >= self.plan.from_us);
        if selection.is_by_session() {
            return late.any(|event| selection.has_event(chunk, actor, event));
        }
        late.next().is_some() && selection.allows_actor(actor)
    }

    fn sessions(&self, view: &View<'_>, actor: usize, buffers: &mut Buffers, found: &mut impl FnMut(Candidate<'_>)) {
        let (chunk, session_of) = (view.chunk, view.chunk.session_of);
        let mut chosen = chunk.sessions_of(actor).filter(|&session| self.is_chosen(view, actor, session)).peekable();
        if chosen.peek().is_none() {
            return;
        }
        let Buffers { events, grouped } = buffers;
        let is_plain = self.asked.is_plain();
        if is_plain {
            self.gather(view, actor, events);
            events.group_by_session(session_of);
        } else {
            self.group(view, actor, grouped);
        }
        let mut next = 0;
        for session in chosen {
            let all = if is_plain { events.events(0..events.len()) } else { grouped.as_slice() };
            let session_at = |event: u32| session_of[event as usize];
            next += all[next..].iter().take_while(|&&event| session_at(event) < index32(session)).count();
            let own = all[next..].iter().take_while(|&&event| session_at(event) == index32(session)).count();
            let range = next..next + own;
            next = range.end;
            if is_plain {
                found(candidate(actor, Some(session), events, range));
            } else {
                self.take(view, actor, &grouped[range], events);
                found(candidate(actor, Some(session), events, 0..events.len()));
            }
        }
    }

    fn is_chosen(&self, view: &View<'_>, actor: usize, session: usize) -> bool {
        let start = view.chunk.ts[view.chunk.sessions.first_event[session] as usize];
        start >= self.plan.from_us && view.selection.allows_session(actor, session)
    }

    /// Every key tuple of the actor, or of each of its sessions, is a candidate of its own.
    fn pairs(&self, view: &View<'_>, actor: usize, buffers: &mut Buffers, found: &mut impl FnMut(Candidate<'_>)) {
        let Buffers { events, grouped } = buffers;
        self.group(view, actor, grouped);
        let mut next = 0;
        while next < grouped.len() {
            let is_same = |one, other| self.compare_units(view.chunk, one, other) == Ordering::Equal;
            let run = run_from(grouped, next, is_same);
            next = run.end;
            let (session, own) = (self.session_of(view.chunk, grouped[run.start]), &grouped[run]);
            let counts = match session {
                Some(session) => self.is_chosen(view, actor, session),
                None => self.is_candidate(view, actor, own.iter().rev().map(|&event| event as usize)),
            };
            if counts {
                self.take(view, actor, own, events);
                found(candidate(actor, session, events, 0..events.len()));
            }
        }
    }

    fn session_of(&self, chunk: &ActorChunk<'_>, event: u32) -> Option<usize> {
        (self.spec.unit == FunnelUnit::Session).then(|| chunk.session_of[event as usize] as usize)
    }

    /// Puts the actor's events that are in any unit unit by unit, each in the total order.
    fn group(&self, view: &View<'_>, actor: usize, grouped: &mut Vec<u32>) {
        let chunk = view.chunk;
        let by_session = self.spec.unit == FunnelUnit::Session;
        let is_in_unit = |&event: &usize| {
            let has_keys = self.asked.hold.iter().all(|&column| chunk.text[column][event] != NULL);
            has_keys && (!by_session || chunk.session_of[event] != NO_SESSION)
        };
        grouped.clear();
        grouped.extend(chunk.events_of(actor).filter(is_in_unit).map(index32));
        let compare = |one: &u32, other: &u32| self.compare_units(chunk, *one as usize, *other as usize);
        if !grouped.is_sorted_by(|one, other| compare(one, other).is_le()) {
            grouped.sort_by(compare);
        }
    }

    /// Orders two events of one actor by the units they are in.
    fn compare_units(&self, chunk: &ActorChunk<'_>, one: usize, other: usize) -> Ordering {
        let by_session = match self.spec.unit {
            FunnelUnit::Session => chunk.session_of[one].cmp(&chunk.session_of[other]),
            FunnelUnit::Actor | FunnelUnit::Attempt => Ordering::Equal,
        };
        let keys = |event: usize| self.asked.hold.iter().map(move |&column| chunk.text[column][event]);
        by_session.then_with(|| keys(one).cmp(keys(other)))
    }

    /// Whether two events have the same values of the properties that are held.
    pub(crate) fn has_same_keys(&self, view: &View<'_>, one: usize, other: usize) -> bool {
        self.asked.hold.iter().all(|&column| view.chunk.text[column][one] == view.chunk.text[column][other])
    }

    /// Gathers the events of `actor` that satisfy a step and that the filter shows.
    fn gather(&self, view: &View<'_>, actor: usize, events: &mut UnitEvents) {
        let View { chunk, selection, satisfied } = view;
        let (range, steps) = (chunk.events_of(actor), (satisfied.steps.as_slice(), self.asked.required_bits()));
        if selection.is_everything() {
            events.gather(chunk, range, steps, |_| true);
        } else {
            events.gather(chunk, range, steps, |event| selection.has_event(chunk, actor, event));
        }
    }

    /// Takes the events `own` of one unit of `actor` as far as they say how far it got.
    fn take(&self, view: &View<'_>, actor: usize, own: &[u32], events: &mut UnitEvents) {
        let required = self.asked.required_bits();
        events.take(view.chunk, own, |event| {
            if !view.shows(actor, event) {
                return Part { steps: 0, exclusions: 0, is_in_stream: false };
            }
            Part {
                steps: view.satisfied.steps[event] & required,
                exclusions: self.asked.exclusions_of(&view.satisfied, event),
                is_in_stream: view.is_in_stream(actor, event) && self.asked.is_in_universe(&view.satisfied, event),
            }
        });
    }
}

fn candidate(actor: usize, session: Option<usize>, events: &UnitEvents, range: Range<usize>) -> Candidate<'_> {
    Candidate { actor, session, matches: events.matches(range.clone()), events: events.events(range) }
}

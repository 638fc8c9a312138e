//! Who got how far, by which events, and what did the next step lack?
//!
//! The units are those that the funnel counts. What was missing is told against the witness: the event nearest to the next
//! step is the first after the witness's end that satisfies it alone, else the last before; the reason is the first rule
//! that it breaks.

use std::rc::Rc;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::result::funnel_actors::{FunnelEvent, FunnelJourney, MatchedStep, Miss, MissingStep};
use kundresa_model::spec::funnel::FunnelUnit;

use super::Funnel;
use super::walk::{UnitView, View};

/// Puts the units of a funnel into words.
pub struct FunnelPeople<'a> {
    /// The funnel.
    pub funnel: Funnel<'a>,
    /// The columns of its chunks.
    pub columns: &'a dyn Columns,
}

/// What is told of a unit beyond its witness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// What the next step lacks.
    pub missing: bool,
    /// All events of the actor.
    pub timeline: bool,
}

impl FunnelPeople<'_> {
    /// Names of the required steps; in an any-order group those of its levels.
    pub fn step_names(&self) -> Vec<String> {
        self.funnel.asked.level_names.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Calls `found` with every unit of `chunk` that `picks` takes, put into words, and with the timeline of its actor if that
    /// is asked for. All units of one actor share one timeline.
    pub fn for_each(
        &self,
        chunk: &ActorChunk<'_>,
        details: Details,
        picks: impl Fn(usize, bool) -> bool,
        found: &mut dyn FnMut(FunnelJourney, Option<Rc<[FunnelEvent]>>),
    ) {
        let view = self.funnel.view(chunk);
        let mut latest: Option<(usize, Rc<[FunnelEvent]>)> = None;
        self.funnel.for_each_unit(chunk, &mut |unit| {
            if !picks(unit.level, unit.is_open) {
                return;
            }
            if details.timeline && latest.as_ref().is_none_or(|(actor, _)| *actor != unit.actor) {
                latest = Some((unit.actor, self.timeline(&view, unit.actor)));
            }
            found(self.journey(&view, unit, details), latest.as_ref().map(|(_, timeline)| Rc::clone(timeline)));
        });
    }

    fn journey(&self, view: &View<'_>, unit: UnitView<'_>, details: Details) -> FunnelJourney {
        let (chunk, actor) = (view.chunk, unit.actor);
        let is_complete = unit.level == self.funnel.asked.levels();
        let first_session = chunk.sessions.offsets[actor] as usize;
        FunnelJourney {
            actor: chunk.actor_ids.get(actor).cloned().unwrap_or_default(),
            session: unit.session.map(|session| (session - first_session) as u64 + 1),
            level: unit.level as u64,
            is_open: unit.is_open,
            matched: self.matched(view, unit),
            missing: (details.missing && !is_complete).then(|| self.missing(view, unit)),
            timeline: None,
        }
    }

    fn timeline(&self, view: &View<'_>, actor: usize) -> Rc<[FunnelEvent]> {
        view.chunk.events_of(actor).map(|event| self.event(view, actor, event)).collect()
    }

    fn matched(&self, view: &View<'_>, unit: UnitView<'_>) -> Vec<MatchedStep> {
        let names = self.step_names();
        let mut previous = None;
        let mut steps = Vec::with_capacity(unit.events.len());
        for (place, &event) in unit.events.iter().enumerate() {
            let ts = view.chunk.ts[event as usize];
            steps.push(MatchedStep {
                step: place as u64 + 1,
                name: names[place].clone(),
                event: self.event(view, unit.actor, event as usize),
                since_previous_us: previous.map(|previous| ts - previous),
            });
            previous = Some(ts);
        }
        steps
    }

    fn event(&self, view: &View<'_>, actor: usize, event: usize) -> FunnelEvent {
        let chunk = view.chunk;
        let session = chunk.session_of[event];
        let steps = view.satisfied.steps[event] & self.funnel.asked.required_bits();
        FunnelEvent {
            ts_us: chunk.ts[event],
            session: (session != NO_SESSION).then(|| u64::from(session - chunk.sessions.offsets[actor]) + 1),
            event: self.text(chunk, text::EVENT, event).unwrap_or_default(),
            page: self.text(chunk, text::PAGE, event),
            satisfies: (0..64).filter(|bit| steps >> bit & 1 == 1).map(|bit| bit + 1).collect(),
        }
    }

    fn text(&self, chunk: &ActorChunk<'_>, column: &str, event: usize) -> Option<String> {
        let (slot, dictionary) = self.columns.text(column)?;
        dictionary.value(chunk.text[slot][event]).map(str::to_owned)
    }

    fn missing(&self, view: &View<'_>, unit: UnitView<'_>) -> MissingStep {
        let bits = self.missing_steps(view, unit);
        let chunk = view.chunk;
        let satisfies = |event: &usize| view.satisfied.steps[*event] & bits != 0;
        let candidates: Vec<usize> = chunk.events_of(unit.actor).filter(satisfies).collect();
        let end = self.step_before(unit).map_or(i64::MIN, |event| chunk.ts[event as usize]);
        let is_free = |event: &&usize| !unit.events.iter().any(|own| *own as usize == **event);
        let later = candidates.iter().filter(is_free).find(|&&event| chunk.ts[event] >= end);
        let nearest = later.or_else(|| candidates.iter().rfind(is_free)).or(candidates.last()).copied();
        MissingStep {
            step: unit.level as u64 + 1,
            name: self.step_names()[unit.level].clone(),
            candidates: candidates.len() as u64,
            why: nearest.map_or(Miss::NoEvent, |event| self.why(view, unit, event)),
            nearest: nearest.map(|event| self.event(view, unit.actor, event)),
        }
    }

    /// Steps whose event the next level lacks, as bits: the next step, or in an any-order group the members that the witness
    /// can leave out.
    fn missing_steps(&self, view: &View<'_>, unit: UnitView<'_>) -> u64 {
        let groups = &self.funnel.asked.kernel.groups;
        let Some(group) = groups[unit.level] else { return 1 << unit.level };
        let members: Vec<usize> = (0..groups.len()).filter(|&step| groups[step] == Some(group)).collect();
        let taken: Vec<u64> =
            unit.events[members[0]..].iter().map(|&event| view.satisfied.steps[event as usize]).collect();
        let without =
            |member: usize| members.iter().filter(|&&other| other != member).fold(0, |bits, step| bits | 1 << step);
        let spare = members.iter().filter(|&&member| can_serve(&taken, without(member)));
        spare.fold(0, |bits, member| bits | 1 << member)
    }

    /// Event of the witness that the next level must not come before: the last one, or the last before an any-order group.
    fn step_before(&self, unit: UnitView<'_>) -> Option<u32> {
        let groups = &self.funnel.asked.kernel.groups;
        let is_own = |step: &usize| groups[unit.level].is_some() && groups[*step] == groups[unit.level];
        let own = (0..unit.level).filter(is_own).count();
        unit.events[..unit.events.len() - own].last().copied()
    }

    /// The first rule that `event` breaks as the step after the witness of `unit`.
    fn why(&self, view: &View<'_>, unit: UnitView<'_>, event: usize) -> Miss {
        let ts = view.chunk.ts[event];
        if let Some(miss) = self.takes_no_part(view, unit, event) {
            return miss;
        }
        let (Some(&first), Some(&last)) = (unit.events.first(), unit.events.last()) else {
            return self.never_entered(view, unit, event);
        };
        let at = |event: u32| view.chunk.ts[event as usize];
        let end = self.step_before(unit).map_or(i64::MIN, at);
        // Within a group the event may come before the witness's, so the window runs from the earlier of the two.
        let (start, latest) = (at(first).min(ts), at(last).max(ts));
        let window = self.funnel.asked.kernel.window_us;
        // Members of a group share it; of the first group it has no meaning, and it has none.
        let within = self.funnel.asked.kernel.within_us[unit.level];
        if unit.events.contains(&kundresa_model::index::index32(event)) {
            Miss::ServesAnotherStep
        } else if ts < end {
            Miss::TooEarly { by_us: end - ts }
        } else if latest - start > window {
            Miss::AfterWindow { by_us: latest - start - window }
        } else if ts.saturating_sub(end) > within {
            Miss::AfterWithin { by_us: ts - end - within }
        } else {
            self.disturbed(view, unit, (first as usize, last as usize), event)
        }
    }

    /// Why `event`, which satisfies step 1, is no entry that counts.
    fn never_entered(&self, view: &View<'_>, unit: UnitView<'_>, event: usize) -> Miss {
        let (asked, from_us) = (&self.funnel.asked, self.funnel.plan.from_us);
        let ts = view.chunk.ts[event];
        if ts < from_us {
            return Miss::BeforeFrom { by_us: from_us - ts };
        }
        let starts_at_once = asked.kernel.exclusions.iter().enumerate().filter(|(_, range)| range.from == 0);
        let bits = starts_at_once.fold(0, |bits, (bit, _)| bits | 1 << bit);
        let ends = |other: &usize| {
            let is_late = view.chunk.ts[*other] >= ts;
            is_late && view.shows(unit.actor, *other) && asked.exclusions_of(&view.satisfied, *other) & bits != 0
        };
        let by = view.chunk.events_of(unit.actor).find(ends);
        by.map_or(Miss::NoChain, |by| Miss::Excluded { by: self.event(view, unit.actor, by) })
    }

    /// Why `event` is none of the unit's at all.
    fn takes_no_part(&self, view: &View<'_>, unit: UnitView<'_>, event: usize) -> Option<Miss> {
        let chunk = view.chunk;
        let by_session = self.funnel.spec.unit == FunnelUnit::Session;
        let has_keys = unit.sample.is_none_or(|own| self.funnel.has_same_keys(view, own as usize, event));
        if chunk.has(event, EventFlags::REPEATED_ORDER) {
            Some(Miss::RepeatedOrder)
        } else if by_session && !view.is_in_session(unit.session, event) {
            Some(Miss::OtherSession)
        } else if !view.shows(unit.actor, event) {
            Some(Miss::HiddenByFilter)
        } else {
            (!has_keys).then_some(Miss::OtherKey)
        }
    }

    /// The event between the witness and `event` that keeps it from being next.
    fn disturbed(&self, view: &View<'_>, unit: UnitView<'_>, (first, last): (usize, usize), event: usize) -> Miss {
        let (actor, asked) = (unit.actor, &self.funnel.asked);
        let ranges = &asked.kernel.exclusions;
        let ends = |other: &usize| {
            let bits = asked.exclusions_of(&view.satisfied, *other);
            let hits = |(bit, range): (usize, &super::kernel::ExclusionRange)| {
                bits >> bit & 1 == 1 && range.from < unit.level && unit.level <= range.to
            };
            view.shows(actor, *other) && ranges.iter().enumerate().any(hits)
        };
        if let Some(by) = (first + 1..event).filter(|other| *other != last).find(ends) {
            return Miss::Excluded { by: self.event(view, actor, by) };
        }
        let is_between = |other: &usize| {
            view.is_in_stream(actor, *other)
                && asked.is_in_universe(&view.satisfied, *other)
                && view.is_in_session(unit.session, *other)
        };
        let must_be_next = asked.kernel.directly >> unit.level & 1 == 1;
        match (last + 1..event).find(is_between) {
            Some(between) if must_be_next => Miss::NotDirectly { between: self.event(view, actor, between) },
            _ => Miss::NoChain,
        }
    }
}

/// Whether the events `taken`, as masks of the steps they satisfy, find each a step of its own among `steps`.
fn can_serve(taken: &[u64], steps: u64) -> bool {
    let Some((first, rest)) = taken.split_first() else { return true };
    (0..64).filter(|step| (first & steps) >> step & 1 == 1).any(|step| can_serve(rest, steps & !(1 << step)))
}

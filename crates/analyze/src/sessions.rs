//! How many sessions are there, of how many actors, with what length?
//!
//! A session is chosen by its start and the filter; under filter scope `event`, its first activity event must match.
//! Its segment is the first filled value in it. Events are told apart without rest: in chosen sessions, in other
//! sessions, in none, left out as bots, or after the data end. Source: `docs/semantics.md#sessions`.

use std::collections::BTreeMap;

use kundresa_model::chunk::{ActorChunk, SessionStart};
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally, add_each, add_some};
use crate::privacy;
use crate::privacy::heads::{Heads, counted, split};
use crate::privacy::sessions::SessionCells;
use crate::scope::{Plan, Selection};
use crate::spans::Spans;

/// Counts sessions.
#[derive(Clone, Debug)]
pub struct SessionCounts<'a> {
    plan: Plan<'a>,
}

/// Sessions counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SessionCountsPartial {
    /// Actors with events.
    actors: u64,
    /// Actors with a chosen session.
    chosen_actors: u64,
    /// Activity events of chosen sessions.
    activity_events: u64,
    /// Events of the sessions that were not chosen.
    unchosen_events: u64,
    /// Events in no session.
    sessionless_events: u64,
    /// Chosen sessions whose vendor id was used before.
    id_reused: u64,
    /// Chosen sessions by [`SessionStart`].
    started_by: Vec<u64>,
    /// Last minus first activity event of chosen sessions, microseconds.
    durations: Spans,
    total: SessionTally,
    segments: Keyed<u32, SessionTally>,
    /// Actors behind the figures; only with a privacy threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heads: Option<SessionHeads>,
}

/// Sessions, the events in them, and sessions with a single activity event.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SessionTally {
    sessions: u64,
    events: u64,
    single: u64,
}

/// Figures of a [`SessionTally`] of which somebody might be told: sessions, single ones, the others, events.
const FIGURES: usize = 4;

/// Actors behind the figures of sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SessionHeads {
    total: Heads<FIGURES>,
    segments: Keyed<u32, Heads<FIGURES>>,
    /// Of events in chosen sessions, in the others, in none.
    places: Heads<3>,
    id_reused: Heads<1>,
    started_by: Heads<{ SessionStart::ALL.len() }>,
}

impl SessionHeads {
    /// Counts the one actor of whom `own` speaks.
    fn see(&mut self, own: &SessionCountsPartial) {
        self.total.see(own.total.columns());
        for (segment, tally) in own.segments.iter() {
            self.segments.at(*segment).see(tally.columns());
        }
        self.places.see([own.total.events, own.unchosen_events, own.sessionless_events]);
        self.id_reused.see([own.id_reused]);
        self.started_by.see(SessionStart::ALL.map(|start| own.started_by[start as usize]));
    }
}

impl Tally for SessionHeads {
    fn add(&mut self, other: Self) {
        self.total.add(other.total);
        self.segments.add(other.segments);
        self.places.add(other.places);
        self.id_reused.add(other.id_reused);
        self.started_by.add(other.started_by);
    }
}

impl SessionTally {
    fn columns(&self) -> [u64; FIGURES] {
        [self.sessions, self.single, self.sessions - self.single, self.events]
    }

    fn figures(self) -> SessionFigures {
        SessionFigures {
            sessions: self.sessions.into(),
            session_events: self.events.into(),
            single_event_sessions: self.single.into(),
        }
    }
}

impl Tally for SessionTally {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.events += other.events;
        self.single += other.single;
    }
}

impl<'a> SessionCounts<'a> {
    /// Session counts over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter or the dimension does not fit the columns.
    pub fn try_new(scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        Ok(Self { plan: Plan::try_new(scope, FilterScope::Session, context.columns)? })
    }

    fn is_chosen(&self, chunk: &ActorChunk<'_>, selection: &Selection, actor: usize, session: usize) -> bool {
        let first = chunk.sessions.first_event[session] as usize;
        chunk.ts[first] >= self.plan.from_us && selection.has_event(chunk, actor, first)
    }
}

impl SessionCountsPartial {
    /// Counts every session of `chunk`, figure by figure.
    fn count_all(&mut self, chunk: &ActorChunk<'_>) {
        let sessions = &chunk.sessions;
        let sum = |counts: &[u32]| counts.iter().map(|&count| u64::from(count)).sum::<u64>();
        let parts = |offsets: &[u32]| offsets.windows(2).filter(|bounds| bounds[0] < bounds[1]).count() as u64;
        let (events, single) =
            (sum(sessions.events), sessions.activity_events.iter().filter(|&&count| count == 1).count());
        self.total.add(SessionTally { sessions: sessions.events.len() as u64, events, single: single as u64 });
        self.activity_events += sum(sessions.activity_events);
        self.id_reused += sessions.id_reused.iter().filter(|is_reused| **is_reused).count() as u64;
        for (start, tally) in SessionStart::ALL.iter().zip(&mut self.started_by) {
            // Few enough at a time to be counted in bytes, many of which are added at once.
            let of =
                |starts: &[SessionStart]| starts.iter().map(|other| u8::from(other == start)).fold(0, u8::wrapping_add);
            *tally += sessions.start.chunks(255).map(|starts| u64::from(of(starts))).sum::<u64>();
        }
        let bounds = sessions.first_event.iter().zip(sessions.last_event);
        bounds.for_each(|(&first, &last)| self.durations.push(chunk.ts[last as usize] - chunk.ts[first as usize]));
        self.actors += parts(chunk.actor_offsets);
        self.chosen_actors += parts(sessions.offsets);
        self.sessionless_events += chunk.ts.len() as u64 - events;
    }

    fn count(&mut self, chunk: &ActorChunk<'_>, session: usize) -> SessionTally {
        let sessions = &chunk.sessions;
        let activity = u64::from(sessions.activity_events[session]);
        let [first, last] = [sessions.first_event, sessions.last_event].map(|event| event[session] as usize);
        self.activity_events += activity;
        self.id_reused += u64::from(sessions.id_reused[session]);
        self.started_by[sessions.start[session] as usize] += 1;
        self.durations.push(chunk.ts[last] - chunk.ts[first]);
        SessionTally { sessions: 1, events: u64::from(sessions.events[session]), single: u64::from(activity == 1) }
    }
}

impl Analysis for SessionCounts<'_> {
    type Partial = SessionCountsPartial;
    type Output = SessionsResult;

    fn empty(&self) -> SessionCountsPartial {
        let heads = (self.plan.threshold() > 0).then(SessionHeads::default);
        SessionCountsPartial { started_by: vec![0; SessionStart::ALL.len()], heads, ..SessionCountsPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut SessionCountsPartial) {
        let selection = self.plan.select(chunk);
        if partial.heads.is_none() && !self.plan.is_restricted() && !self.plan.has_segments() {
            return partial.count_all(chunk);
        }
        let walk = Walk { counts: self, chunk, selection, segments: self.plan.session_segments(chunk) };
        let Some(mut heads) = partial.heads.take() else {
            (0..chunk.actors()).for_each(|actor| walk.actor(actor, partial));
            return;
        };
        for actor in 0..chunk.actors() {
            let mut own = SessionCountsPartial { started_by: vec![0; SessionStart::ALL.len()], ..Default::default() };
            walk.actor(actor, &mut own);
            heads.see(&own);
            self.merge(partial, own);
        }
        partial.heads = Some(heads);
    }

    fn merge(&self, into: &mut SessionCountsPartial, from: SessionCountsPartial) {
        into.actors += from.actors;
        into.chosen_actors += from.chosen_actors;
        into.activity_events += from.activity_events;
        into.unchosen_events += from.unchosen_events;
        into.sessionless_events += from.sessionless_events;
        into.id_reused += from.id_reused;
        add_each(&mut into.started_by, from.started_by);
        into.durations.add(from.durations);
        into.total.add(from.total);
        into.segments.add(from.segments);
        add_some(&mut into.heads, from.heads);
    }

    fn finish(&self, mut partial: SessionCountsPartial, accounting: &Accounting) -> SessionsResult {
        let SessionTally { sessions, events, single } = partial.total;
        let actors = if self.plan.is_restricted() { partial.chosen_actors } else { partial.actors };
        let heads = partial.heads.take();
        let segment_heads = heads.as_ref().map(|heads| heads.segments.clone()).unwrap_or_default();
        let segments = self.plan.breakdown(
            counted(partial.segments, segment_heads),
            |segment| segment.tally.sessions,
            |segment| (segment.tally.figures(), segment.heads.of(segment.tally.columns())),
        );
        let (by, segments) = split(segments);
        let mut result = SessionsResult {
            sessions: sessions.into(),
            actors: actors.into(),
            events: accounting.events,
            session_events: events.into(),
            bot_events: accounting.bot_events,
            sessionless_events: (partial.sessionless_events + accounting.unidentified_taking_part).into(),
            events_after_end: accounting.events_after_end,
            unchosen_events: partial.unchosen_events.into(),
            unidentified_events: accounting.unidentified_events,
            capped: partial.started_by[SessionStart::Cap as usize].into(),
            id_reused: partial.id_reused.into(),
            started_by: by_reason(&partial.started_by),
            single_event: Rate::new(single, sessions),
            events_per_session: Rate::new(partial.activity_events, sessions),
            sessions_per_actor: Rate::new(sessions, actors),
            duration_us: partial.durations.quantiles(),
            by,
        };
        if let Some(heads) = heads {
            let places = [events, partial.unchosen_events, partial.sessionless_events];
            let heads = SessionCells {
                total: heads.total.of(partial.total.columns()),
                segments,
                places: heads.places.of(places),
                id_reused: heads.id_reused.of([partial.id_reused]),
                started_by: heads.started_by.0.to_vec(),
            };
            privacy::sessions::protect(&mut result, &heads, self.plan.threshold());
        }
        result
    }
}

/// One chunk with what is chosen of it.
struct Walk<'a> {
    counts: &'a SessionCounts<'a>,
    chunk: &'a ActorChunk<'a>,
    selection: Selection,
    segments: Vec<u32>,
}

impl Walk<'_> {
    fn actor(&self, actor: usize, partial: &mut SessionCountsPartial) {
        let chunk = self.chunk;
        let (mut has_chosen, mut in_sessions) = (false, 0);
        for session in chunk.sessions_of(actor) {
            let events = u64::from(chunk.sessions.events[session]);
            in_sessions += events;
            if !self.counts.is_chosen(chunk, &self.selection, actor, session) {
                partial.unchosen_events += events;
                continue;
            }
            has_chosen = true;
            let figures = partial.count(chunk, session);
            partial.total.add(figures);
            if self.counts.plan.has_segments() {
                partial.segments.at(self.segments[session]).add(figures);
            }
        }
        let events = chunk.events_of(actor).len() as u64;
        partial.actors += u64::from(events > 0);
        partial.chosen_actors += u64::from(has_chosen);
        partial.sessionless_events += events - in_sessions;
    }
}

fn by_reason(counts: &[u64]) -> BTreeMap<String, Count> {
    SessionStart::ALL.iter().zip(counts).map(|(reason, &count)| (reason.name().to_owned(), count.into())).collect()
}

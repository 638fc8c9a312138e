//! How many sessions are there, of how many actors, with what length?
//!
//! A session is chosen by its start and the filter; under filter scope `event`, its first activity event must match.
//! Its segment is the first filled value in it. Events are told apart without rest: in chosen sessions, in other
//! sessions, in none, left out as bots, or after the data end. Source: `docs/semantics.md#sessions`.

use std::collections::BTreeMap;

use kundresa_model::chunk::{ActorChunk, SessionStart};
use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::{Plan, Selection};

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
    durations: Vec<i64>,
    total: SessionFigures,
    segments: Keyed<u32, SessionFigures>,
}

impl Tally for SessionFigures {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.session_events += other.session_events;
        self.single_event_sessions += other.single_event_sessions;
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
    fn count(&mut self, chunk: &ActorChunk<'_>, session: usize) -> SessionFigures {
        let sessions = &chunk.sessions;
        let activity = u64::from(sessions.activity_events[session]);
        let [first, last] = [sessions.first_event, sessions.last_event].map(|event| event[session] as usize);
        self.activity_events += activity;
        self.id_reused += u64::from(sessions.id_reused[session]);
        self.started_by[sessions.start[session] as usize] += 1;
        self.durations.push(chunk.ts[last] - chunk.ts[first]);
        SessionFigures {
            sessions: 1,
            session_events: u64::from(sessions.events[session]),
            single_event_sessions: u64::from(activity == 1),
        }
    }
}

impl Analysis for SessionCounts<'_> {
    type Partial = SessionCountsPartial;
    type Output = SessionsResult;

    fn empty(&self) -> SessionCountsPartial {
        SessionCountsPartial { started_by: vec![0; SessionStart::ALL.len()], ..SessionCountsPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut SessionCountsPartial) {
        let selection = self.plan.select(chunk);
        let segments = self.plan.session_segments(chunk);
        let mut in_sessions = 0;
        for actor in 0..chunk.actors() {
            let mut has_chosen = false;
            for session in chunk.sessions_of(actor) {
                let events = u64::from(chunk.sessions.events[session]);
                in_sessions += events;
                if !self.is_chosen(chunk, &selection, actor, session) {
                    partial.unchosen_events += events;
                    continue;
                }
                has_chosen = true;
                let figures = partial.count(chunk, session);
                partial.total.add(figures);
                if self.plan.has_segments() {
                    partial.segments.at(segments[session]).add(figures);
                }
            }
            partial.actors += u64::from(!chunk.events_of(actor).is_empty());
            partial.chosen_actors += u64::from(has_chosen);
        }
        partial.sessionless_events += chunk.ts.len() as u64 - in_sessions;
    }

    fn merge(&self, into: &mut SessionCountsPartial, from: SessionCountsPartial) {
        into.actors += from.actors;
        into.chosen_actors += from.chosen_actors;
        into.activity_events += from.activity_events;
        into.unchosen_events += from.unchosen_events;
        into.sessionless_events += from.sessionless_events;
        into.id_reused += from.id_reused;
        add_each(&mut into.started_by, from.started_by);
        into.durations.extend(from.durations);
        into.total.add(from.total);
        into.segments.add(from.segments);
    }

    fn finish(&self, mut partial: SessionCountsPartial, accounting: &Accounting) -> SessionsResult {
        let SessionFigures { sessions, session_events, single_event_sessions } = partial.total;
        let actors = if self.plan.is_restricted() { partial.chosen_actors } else { partial.actors };
        SessionsResult {
            sessions,
            actors,
            events: accounting.events,
            session_events,
            bot_events: accounting.bot_events,
            sessionless_events: partial.sessionless_events + accounting.unidentified_taking_part,
            events_after_end: accounting.events_after_end,
            unchosen_events: partial.unchosen_events,
            unidentified_events: accounting.unidentified_events,
            capped: partial.started_by[SessionStart::Cap as usize],
            id_reused: partial.id_reused,
            started_by: by_reason(&partial.started_by),
            single_event: Rate::new(single_event_sessions, sessions),
            events_per_session: Rate::new(partial.activity_events, sessions),
            sessions_per_actor: Rate::new(sessions, actors),
            duration_us: Quantiles::of(&mut partial.durations),
            by: self.plan.breakdown(partial.segments, |figures| figures.sessions, |figures| figures),
        }
    }
}

fn by_reason(counts: &[u64]) -> BTreeMap<String, u64> {
    SessionStart::ALL.iter().zip(counts).map(|(reason, &count)| (reason.name().to_owned(), count)).collect()
}

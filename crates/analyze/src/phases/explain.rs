//! Why does one actor's journey read as it does?
//!
//! Every event with its phase and the rule that gave it, every visit, and what decided between dropped and open. The labels
//! are those that `phases` counts; nothing is computed anew. A draft is made from the actor's chunk, and decided once the
//! data end is known.

use kundresa_model::chunk::{ActorChunk, NO_RULE, NO_SESSION, UNCLASSIFIED};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::phase::{Phase, Taxonomy};
use kundresa_model::result::explained::{ExplainedEvent, ExplainedJourney, ExplainedVisit, JourneyFate};
use kundresa_model::time::DataEnd;

use super::active::ActiveWalk;
use crate::analysis::RuleInfo;
use crate::journey::{attained, dwell_us, last_seen};

/// Puts the labels of a chunk into words.
#[derive(Clone)]
pub struct Explainer<'a> {
    /// The columns of the chunk.
    pub columns: &'a dyn Columns,
    /// Taxonomy of the chunk's visits.
    pub taxonomy: Taxonomy,
    /// The rules that [`ActorChunk::rule`] points to.
    pub rules: Vec<RuleInfo>,
}

/// A journey of which it is not yet said whether it is over.
#[derive(Clone, Debug)]
pub struct JourneyDraft {
    journey: ExplainedJourney,
    attained: Option<u8>,
}

impl Explainer<'_> {
    /// The journey of `actor`, which has events.
    pub fn draft(&self, chunk: &ActorChunk<'_>, actor: usize) -> JourneyDraft {
        let last = last_seen(chunk, actor);
        let attained = attained(chunk, actor);
        let visits = self.visits(chunk, actor);
        let journey = ExplainedJourney {
            fate: JourneyFate::NoPhase,
            last_phase: visits.last().map(|visit| visit.phase.clone()),
            attained: attained.and_then(key),
            last_seen_us: chunk.ts[last],
            is_last_seen_active: chunk.has(last, EventFlags::ACTIVITY),
            over_at_us: chunk.ts[last],
            visits,
            events: self.events(chunk, actor),
        };
        JourneyDraft { journey, attained }
    }

    fn visits(&self, chunk: &ActorChunk<'_>, actor: usize) -> Vec<ExplainedVisit> {
        let first = chunk.actor_offsets[actor];
        let mut walk = ActiveWalk::new(chunk, Vec::new());
        let visits = chunk.visits_of(actor);
        visits
            .clone()
            .map(|visit| {
                let (events, active_us) = walk.events_and_active_time(visit);
                ExplainedVisit {
                    phase: self.taxonomy.keys[usize::from(chunk.visits.phase[visit])].to_owned(),
                    first_event: u64::from(chunk.visits.first_event[visit] - first) + 1,
                    last_event: u64::from(chunk.visits.last_event[visit] - first) + 1,
                    events,
                    dwell_us: (visit + 1 < visits.end).then(|| dwell_us(chunk, visit)),
                    active_us,
                }
            })
            .collect()
    }

    fn events(&self, chunk: &ActorChunk<'_>, actor: usize) -> Vec<ExplainedEvent> {
        let (mut furthest, mut visit) = (None, chunk.visits_of(actor).start);
        let first_visit = visit;
        let events = chunk.events_of(actor);
        events
            .clone()
            .map(|event| {
                let observed = Some(chunk.observed[event]).filter(|&phase| phase != UNCLASSIFIED);
                furthest = furthest.max(observed);
                let has_next = visit + 1 < chunk.visits_of(actor).end;
                visit += usize::from(has_next && chunk.visits.first_event[visit + 1] as usize == event);
                let shown = self.event(chunk, actor, event);
                ExplainedEvent {
                    attained: furthest.and_then(key),
                    visit: observed.map(|_| (visit - first_visit) as u64 + 1),
                    starts_visit: observed.is_some() && chunk.visits.first_event[visit] as usize == event,
                    ..shown
                }
            })
            .collect()
    }

    /// What is known of an event without those before it.
    fn event(&self, chunk: &ActorChunk<'_>, actor: usize, event: usize) -> ExplainedEvent {
        let observed = Phase::from_code(chunk.observed[event]);
        let session = (chunk.session_of[event] != NO_SESSION).then_some(chunk.session_of[event]);
        let opens = session.filter(|&session| chunk.sessions.first_event[session as usize] as usize == event);
        let rule = self.rules.get(usize::from(chunk.rule[event])).filter(|_| chunk.rule[event] != NO_RULE);
        ExplainedEvent {
            number: (event - chunk.events_of(actor).start) as u64 + 1,
            ts_us: chunk.ts[event],
            is_day_precision: chunk.has(event, EventFlags::DAY_PRECISION),
            session: session.map(|session| u64::from(session - chunk.sessions.offsets[actor]) + 1),
            session_started_by: opens.map(|session| chunk.sessions.start[session as usize].name().to_owned()),
            event: self.text(chunk, text::EVENT, event).unwrap_or_default(),
            page: self.text(chunk, text::PAGE, event),
            stage: self.text(chunk, text::STAGE, event),
            observed: observed.map(|phase| phase.key().to_owned()),
            phase: observed.map(|phase| self.taxonomy.key_of(phase).to_owned()),
            attained: None,
            rule: rule.map(|rule| rule.name.clone()),
            visit: None,
            starts_visit: false,
            is_activity: chunk.has(event, EventFlags::ACTIVITY),
            is_synthetic: chunk.has(event, EventFlags::SYNTHETIC),
            is_repeated_order: chunk.has(event, EventFlags::REPEATED_ORDER),
        }
    }

    fn text(&self, chunk: &ActorChunk<'_>, column: &str, event: usize) -> Option<String> {
        let (slot, dictionary) = self.columns.text(column)?;
        dictionary.value(chunk.text[slot][event]).map(str::to_owned)
    }
}

impl JourneyDraft {
    /// The journey, given when the data ends, after which time without activity a journey is over, and what it aims at.
    pub fn decided(self, data_end: DataEnd, horizon_us: i64, goal: Phase) -> ExplainedJourney {
        let last_seen_us = self.journey.last_seen_us;
        let has_goal = self.attained >= Some(goal as u8);
        let fate = match self.attained {
            None => JourneyFate::NoPhase,
            Some(_) if !data_end.is_over(last_seen_us, horizon_us) => JourneyFate::Open,
            Some(_) if has_goal => JourneyFate::DroppedAfterGoal,
            Some(_) => JourneyFate::DroppedBeforeGoal,
        };
        ExplainedJourney { fate, over_at_us: last_seen_us.saturating_add(horizon_us), ..self.journey }
    }
}

fn key(phase: u8) -> Option<String> {
    Phase::from_code(phase).map(|phase| phase.key().to_owned())
}

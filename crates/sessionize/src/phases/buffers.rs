//! Where do the phases and visits of one chunk lie?

use kundresa_model::chunk::{NO_RULE, UNCLASSIFIED, Visits};
use kundresa_model::index::index32;

use super::history::History;

/// Phases and visits of one chunk; reused, so that a long run allocates a few times only.
#[derive(Debug, Default)]
pub struct PhaseBuffers {
    pub(super) observed: Vec<u8>,
    pub(super) rule: Vec<u16>,
    pub(super) visits: VisitBuffers,
    /// Alternatives of rules that hold, history apart, per word of rules and event.
    pub(super) candidates: Vec<Vec<u64>>,
    pub(super) history: History,
    /// Alternatives of rules that the history at hand allows, per word.
    pub(super) allowed: Vec<u64>,
    /// What each kind of history has seen before each event; empty unless asked for.
    pub(super) seen: [Vec<u8>; 3],
}

impl PhaseBuffers {
    /// Observed canonical phase per event, or [`UNCLASSIFIED`].
    pub fn observed(&self) -> &[u8] {
        &self.observed
    }

    /// Index of the rule per event, or [`NO_RULE`].
    pub fn rule(&self) -> &[u16] {
        &self.rule
    }

    /// Canonical phases seen before each event, by kind of history; empty unless the labeler keeps them.
    pub fn history(&self) -> [&[u8]; 3] {
        [&self.seen[0], &self.seen[1], &self.seen[2]]
    }

    /// Maximal runs of one taxonomy phase, actor by actor.
    pub fn visits(&self) -> Visits<'_> {
        let VisitBuffers { offsets, phase, first_event, last_event, visits, .. } = &self.visits;
        let all = ..*visits;
        Visits { offsets, phase: &phase[all], first_event: &first_event[all], last_event: &last_event[all] }
    }

    pub(super) fn reset(&mut self, events: usize, sessions: usize, words: usize) {
        self.seen.iter_mut().for_each(Vec::clear);
        self.observed.clear();
        self.observed.resize(events, UNCLASSIFIED);
        self.rule.clear();
        self.rule.resize(events, NO_RULE);
        self.visits.reset(events);
        self.candidates.resize_with(words, Vec::new);
        self.history.begin_chunk(sessions);
    }
}

/// Visits of one chunk.
#[derive(Debug, Default)]
pub(super) struct VisitBuffers {
    offsets: Vec<u32>,
    /// How many there are. The other columns have room for as many as there are events.
    visits: usize,
    phase: Vec<u8>,
    first_event: Vec<u32>,
    last_event: Vec<u32>,
    /// Whether the actor at hand has a visit.
    has_visit: bool,
}

impl VisitBuffers {
    fn reset(&mut self, events: usize) {
        self.offsets.clear();
        self.offsets.push(0);
        self.visits = 0;
        self.has_visit = false;
        if self.phase.len() <= events {
            self.phase.resize(events + 1, UNCLASSIFIED);
            self.first_event.resize(events + 1, 0);
            self.last_event.resize(events + 1, 0);
        }
    }

    /// Adds an event, observed in that phase of the taxonomy, to the visit at hand or to a new one. No branch on which, which
    /// none could foresee: every event writes the visit that it is in.
    #[inline]
    pub(super) fn see(&mut self, event: u32, phase: u8) {
        let latest = self.visits.saturating_sub(1);
        let is_new = !self.has_visit | (self.phase[latest] != phase);
        self.visits += usize::from(is_new);
        self.has_visit = true;
        let at = self.visits - 1;
        self.phase[at] = phase;
        self.last_event[at] = event;
        let first = &mut self.first_event[at];
        *first = if is_new { event } else { *first };
    }

    /// Ends the visit at hand, and the actor.
    pub(super) fn end_actor(&mut self) {
        self.has_visit = false;
        self.offsets.push(index32(self.visits));
    }
}

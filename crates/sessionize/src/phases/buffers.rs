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
        let VisitBuffers { offsets, phase, first_event, last_event, .. } = &self.visits;
        Visits { offsets, phase, first_event, last_event }
    }

    pub(super) fn reset(&mut self, events: usize, sessions: usize, words: usize) {
        self.seen.iter_mut().for_each(Vec::clear);
        self.observed.clear();
        self.observed.resize(events, UNCLASSIFIED);
        self.rule.clear();
        self.rule.resize(events, NO_RULE);
        self.visits.reset();
        self.candidates.resize_with(words, Vec::new);
        self.history.begin_chunk(sessions);
    }
}

/// Visits of one chunk.
#[derive(Debug)]
pub(super) struct VisitBuffers {
    offsets: Vec<u32>,
    phase: Vec<u8>,
    first_event: Vec<u32>,
    last_event: Vec<u32>,
    /// Phase of the visit at hand, or [`UNCLASSIFIED`].
    current: u8,
    /// Its latest event.
    latest: u32,
}

impl Default for VisitBuffers {
    fn default() -> Self {
        let nothing = Vec::new;
        let (offsets, first_event, last_event) = (nothing(), nothing(), nothing());
        Self { offsets, phase: Vec::new(), first_event, last_event, current: UNCLASSIFIED, latest: 0 }
    }
}

impl VisitBuffers {
    fn reset(&mut self) {
        self.offsets.clear();
        self.offsets.push(0);
        self.phase.clear();
        self.first_event.clear();
        self.last_event.clear();
        self.current = UNCLASSIFIED;
    }

    /// Adds an event, observed in that phase of the taxonomy, to the visit at hand or to a new one.
    #[inline]
    pub(super) fn see(&mut self, event: u32, phase: u8) {
        if phase != self.current {
            self.end();
            self.current = phase;
            self.phase.push(phase);
            self.first_event.push(event);
        }
        self.latest = event;
    }

    #[inline]
    fn end(&mut self) {
        if self.current != UNCLASSIFIED {
            self.last_event.push(self.latest);
        }
    }

    /// Ends the visit at hand, and the actor.
    pub(super) fn end_actor(&mut self) {
        self.end();
        self.current = UNCLASSIFIED;
        self.offsets.push(index32(self.phase.len()));
    }
}

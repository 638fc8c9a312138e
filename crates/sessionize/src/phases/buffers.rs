//! Where do the phases and visits of one chunk lie?

use kundresa_model::chunk::{NO_RULE, UNCLASSIFIED, Visits};
use kundresa_model::index::index32;

use super::history::History;

/// Phases and visits of one chunk; reused, so that a long run allocates a few times only.
#[derive(Debug, Default)]
pub struct PhaseBuffers {
    pub(super) observed: Vec<u8>,
    pub(super) rule: Vec<u16>,
    offsets: Vec<u32>,
    phase: Vec<u8>,
    first_event: Vec<u32>,
    last_event: Vec<u32>,
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
        Visits {
            offsets: &self.offsets,
            phase: &self.phase,
            first_event: &self.first_event,
            last_event: &self.last_event,
        }
    }

    pub(super) fn reset(&mut self, events: usize, sessions: usize, words: usize) {
        self.seen.iter_mut().for_each(Vec::clear);
        self.observed.clear();
        self.observed.resize(events, UNCLASSIFIED);
        self.rule.clear();
        self.rule.resize(events, NO_RULE);
        self.offsets.clear();
        self.offsets.push(0);
        self.phase.clear();
        self.first_event.clear();
        self.last_event.clear();
        self.candidates.resize_with(words, Vec::new);
        self.history.begin_chunk(sessions);
    }

    /// Adds the visits of an actor's events, observed before, in the taxonomy's phases.
    pub(super) fn add_visits(&mut self, events: std::ops::Range<u32>, of_canonical: [u8; 8]) {
        let observed = &self.observed[events.start as usize..events.end as usize];
        let mut current = UNCLASSIFIED;
        let mut last = events.start;
        for (event, observed) in events.zip(observed) {
            let Some(phase) = of_canonical.get(usize::from(*observed)) else { continue };
            if *phase != current {
                if current != UNCLASSIFIED {
                    self.last_event.push(last);
                }
                current = *phase;
                self.phase.push(current);
                self.first_event.push(event);
            }
            last = event;
        }
        if current != UNCLASSIFIED {
            self.last_event.push(last);
        }
        self.offsets.push(index32(self.phase.len()));
    }
}

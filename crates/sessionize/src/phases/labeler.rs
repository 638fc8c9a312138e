//! Which phase does each event of a chunk get?

use std::ops::Range;

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::NO_SESSION;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::mask::{Columns, EventColumns, MaskWord};
use kundresa_model::spec::phases::PhaseSpec;

use super::candidates::{CandidateTable, Codes};
use super::history::History;
use super::rules::{all_rules, asked_phases, unknown_columns, words};
use super::{PhaseBuffers, PhaseError, RuleInfo, UnknownColumn};
use crate::sessions::SessionBuffers;

/// Gives events their observed phase and joins them to visits.
#[derive(Clone, Debug)]
pub struct PhaseLabeler {
    rules: Vec<RuleInfo>,
    words: Vec<MaskWord>,
    /// Phase code of each rule.
    phase_of: Vec<u8>,
    /// Phase of each rule in the taxonomy.
    visit_of: Vec<u8>,
    /// What all rules make of an event's texts, if that is one look-up.
    table: Option<CandidateTable>,
    /// Phases that make a difference to later events, a bit each.
    asked_phases: u8,
    unknown_columns: Vec<UnknownColumn>,
    keeps_history: bool,
}

impl PhaseLabeler {
    /// The labeler for these rules over the columns of a plan. A column that no input has is null throughout.
    ///
    /// # Errors
    /// For a rule that can't be read or compiled, a name used twice, and too many rules.
    pub fn try_new(spec: &PhaseSpec, columns: &dyn Columns) -> Result<Self, PhaseError> {
        let rules = all_rules(spec)?;
        let words = words(&rules, columns)?;
        let of_canonical = spec.taxonomy.taxonomy().of_canonical;
        Ok(Self {
            table: if let [only] = words.as_slice() { CandidateTable::of(&only.masks) } else { None },
            words,
            asked_phases: asked_phases(&rules)?,
            unknown_columns: unknown_columns(spec, columns)?,
            phase_of: rules.iter().map(|rule| rule.phase as u8).collect(),
            visit_of: rules.iter().map(|rule| of_canonical[rule.phase as usize]).collect(),
            keeps_history: false,
            rules: rules.into_iter().map(|rule| RuleInfo { name: rule.name, phase: rule.phase }).collect(),
        })
    }

    /// The same labeler, which also writes down what each event's history is.
    #[must_use]
    pub fn keeping_history(self) -> Self {
        Self { keeps_history: true, ..self }
    }

    /// The rules in the order in which they are tried; [`PhaseBuffers::rule`] holds indices into it.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// Columns that configured rules read and no input has, in rule order: likely misspelled, worth a warning.
    pub fn unknown_columns(&self) -> &[UnknownColumn] {
        &self.unknown_columns
    }

    /// Whether money must be projected.
    pub fn reads_value(&self) -> bool {
        self.words.iter().any(|word| word.masks.reads_value())
    }

    /// Phases and visits of the batch, in place of what `out` held.
    ///
    /// - **Input:** whole actors in total order, and the sessions of the same batch.
    /// - **Output:** per event the phase and index of the first rule that matches; visits in the taxonomy's phases.
    /// - **History:** only events strictly earlier in the total order count, simultaneous ones before it included. A
    ///   session begun by a cap or by midnight is one with the session it continues, for `same_session_after` and
    ///   `session_after` alike. An event in no session has no `same_session_after`, and every session with an event before
    ///   it is an earlier one; it counts itself for later events' `after` only.
    ///   Where it is kept, every event has one, vendor-made rows too.
    /// - **Vendor-made rows** stay unclassified and leave no history.
    pub fn label(&self, batch: &ActorBatch<'_>, sessions: &SessionBuffers, out: &mut PhaseBuffers) {
        out.reset(batch.events(), sessions.root().len(), self.words.len());
        if let (Some(table), [only]) = (&self.table, self.words.as_slice()) {
            let first = |alternatives: u64, allowed: &[u64]| only.first_of(alternatives & allowed[0]);
            return match table.codes(&batch.text) {
                Codes::One(codes) => {
                    self.label_by(batch, sessions, out, |event, allowed| first(table.of_one(codes[event]), allowed));
                }
                Codes::Two(one, other) => self.label_by(batch, sessions, out, |event, allowed| {
                    first(table.of_two(one[event], other[event]), allowed)
                }),
            };
        }
        let mut candidates = std::mem::take(&mut out.candidates);
        for (word, candidates) in self.words.iter().zip(&mut candidates) {
            let columns = EventColumns { text: &batch.text, value: batch.value, history: [&[]; 3] };
            word.masks.alternatives_into(&columns, 0..batch.events(), candidates);
        }
        self.label_by(batch, sessions, out, |event, allowed| {
            let words = self.words.iter().zip(&candidates).zip(allowed);
            words.into_iter().find_map(|((word, candidates), allowed)| word.first_of(candidates[event] & allowed))
        });
        out.candidates = candidates;
    }

    /// As [`Self::label`], where `first` says which rule matches an event first, given the alternatives that its history allows.
    fn label_by(
        &self,
        batch: &ActorBatch<'_>,
        sessions: &SessionBuffers,
        out: &mut PhaseBuffers,
        first: impl Fn(usize, &[u64]) -> Option<u32>,
    ) {
        for bounds in batch.actor_offsets.windows(2) {
            let events = bounds[0] as usize..bounds[1] as usize;
            if self.keeps_history {
                self.label_actor::<true>(batch, events, sessions, out, &first);
            } else {
                self.label_actor::<false>(batch, events, sessions, out, &first);
            }
        }
    }

    fn label_actor<const KEEPS_HISTORY: bool>(
        &self,
        batch: &ActorBatch<'_>,
        events: Range<usize>,
        sessions: &SessionBuffers,
        out: &mut PhaseBuffers,
        first: &impl Fn(usize, &[u64]) -> Option<u32>,
    ) {
        let mut walk = Walk { labeler: self, history: &mut out.history, allowed: &mut out.allowed };
        walk.begin();
        let labels = out.observed[events.clone()].iter_mut().zip(&mut out.rule[events.clone()]);
        let seen = sessions.session_of()[events.clone()].iter().zip(&batch.flags[events.clone()]);
        let mut at_hand = NO_SESSION;
        for ((event, (session, flags)), (observed, rule)) in events.zip(seen).zip(labels) {
            if *session != at_hand {
                at_hand = *session;
                walk.enter(if at_hand == NO_SESSION { NO_SESSION } else { sessions.root()[at_hand as usize] });
            }
            if KEEPS_HISTORY {
                out.seen.iter_mut().zip(walk.history.sets()).for_each(|(seen, set)| seen.push(set));
            }
            if EventFlags(*flags).has(EventFlags::SYNTHETIC) {
                continue;
            }
            if let Some(first) = first(event, walk.allowed) {
                *rule = u16::try_from(first).expect("there are at most MAX_RULES rules");
                *observed = self.phase_of[first as usize];
                out.visits.see(index32(event), self.visit_of[first as usize]);
                if KEEPS_HISTORY || self.asked_phases >> *observed & 1 == 1 {
                    walk.record(*observed);
                }
            }
        }
        out.visits.end_actor();
    }
}

/// The walk over one actor's events.
struct Walk<'a> {
    labeler: &'a PhaseLabeler,
    history: &'a mut History,
    /// Alternatives of rules that the history allows, per word; kept until the history changes.
    allowed: &'a mut Vec<u64>,
}

impl Walk<'_> {
    fn begin(&mut self) {
        self.history.begin_actor();
        self.allow();
    }

    #[inline]
    fn enter(&mut self, session: u32) {
        if self.history.enter(session) {
            self.allow();
        }
    }

    #[inline]
    fn record(&mut self, phase: u8) {
        if self.history.record(phase) {
            self.allow();
        }
    }

    fn allow(&mut self) {
        self.allowed.clear();
        self.allowed.extend(self.labeler.words.iter().map(|word| word.masks.allowed(self.history.sets())));
    }
}

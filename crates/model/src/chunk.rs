//! What does an analysis see?
//!
//! A chunk of whole actors as struct of arrays: their events (bots and everything after the data end already gone),
//! the sessions and phase visits computed for them, and one shared context. All indices are local to the chunk.
//!
//! ```text
//! actor_offsets  0           4       6
//! ts             a a a a     b b
//! session_of     0 0 1 -     2 2          -  = NO_SESSION
//! observed       A C D u     C P          u  = unclassified
//! visits         [A][C][D]   [C][P]
//! ```

use crate::event_table::EventFlags;
use crate::mask::EventColumns;

/// Session index of an event that is in no session.
pub const NO_SESSION: u32 = u32::MAX;

/// Phase code of an unclassified event, in `observed` and `taxonomy_phase`.
pub const UNCLASSIFIED: u8 = u8::MAX;

/// Rule index of an unclassified event.
pub const NO_RULE: u16 = u16::MAX;

/// Whole actors with their events, sessions and phases.
#[derive(Clone, Debug)]
pub struct ActorChunk<'a> {
    /// Event offsets per actor; one longer than there are actors.
    pub actor_offsets: &'a [u32],
    /// Ids of the actors, if projected, else empty.
    pub actor_ids: &'a [String],
    /// Event times, UTC microseconds, in the total order within each actor.
    pub ts: &'a [i64],
    /// [`EventFlags`] bits per event.
    pub flags: &'a [u8],
    /// Codes per projected text column, in the order of the plan.
    pub text: &'a [&'a [u32]],
    /// Money in micro-units ([`crate::actor_source::NO_VALUE`] where none); empty if not projected.
    pub value: &'a [i64],
    /// Session index per event, or [`NO_SESSION`].
    pub session_of: &'a [u32],
    /// The sessions, actor by actor, each actor's in order of start.
    pub sessions: Sessions<'a>,
    /// Observed canonical phase per event ([`crate::phase::Phase`] as u8), or [`UNCLASSIFIED`].
    pub observed: &'a [u8],
    /// Index of the rule that assigned the phase, or [`NO_RULE`].
    pub rule: &'a [u16],
    /// Per kind of history ([`crate::predicate::HistoryKind::ALL`]) the canonical phases seen before each event, a bit per
    /// phase; empty unless a predicate asks.
    pub history: [&'a [u8]; 3],
    /// Maximal runs of one taxonomy phase, actor by actor.
    pub visits: Visits<'a>,
}

/// Sessions as struct of arrays.
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a> {
    /// Session offsets per actor; one longer than there are actors.
    pub offsets: &'a [u32],
    /// First activity event of the session (event index in the chunk).
    pub first_event: &'a [u32],
    /// Last activity event of the session.
    pub last_event: &'a [u32],
    /// Events in the session, those without activity included.
    pub events: &'a [u32],
    /// Activity events in the session.
    pub activity_events: &'a [u32],
    /// Why the session began, as [`SessionStart`].
    pub start: &'a [SessionStart],
    /// Whether a vendor's id was used again after more than 24 hours.
    pub id_reused: &'a [bool],
}

/// Why a session began. When several reasons hold at once the first in this order is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SessionStart {
    /// The actor's first activity.
    First = 0,
    /// A gap strictly greater than the timeout.
    Gap = 1,
    /// Another vendor session id.
    Id = 2,
    /// A new campaign.
    Campaign = 3,
    /// Local midnight.
    Midnight = 4,
    /// The session before was capped; this one carries on.
    Cap = 5,
}

impl SessionStart {
    /// All reasons in order.
    pub const ALL: [Self; 6] = [Self::First, Self::Gap, Self::Id, Self::Campaign, Self::Midnight, Self::Cap];

    /// Name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Gap => "gap",
            Self::Id => "id",
            Self::Campaign => "campaign",
            Self::Midnight => "midnight",
            Self::Cap => "cap",
        }
    }
}

/// Phase visits as struct of arrays.
#[derive(Clone, Copy, Debug)]
pub struct Visits<'a> {
    /// Visit offsets per actor; one longer than there are actors.
    pub offsets: &'a [u32],
    /// Phase of the visit as an index into the taxonomy's phases.
    pub phase: &'a [u8],
    /// First event of the visit (event index in the chunk).
    pub first_event: &'a [u32],
    /// Last event of the visit in its phase.
    pub last_event: &'a [u32],
}

impl<'a> ActorChunk<'a> {
    /// What predicates look at.
    pub fn columns(&self) -> EventColumns<'a> {
        EventColumns { text: self.text, value: self.value, history: self.history }
    }

    /// Number of actors.
    pub fn actors(&self) -> usize {
        self.actor_offsets.len().saturating_sub(1)
    }

    /// Event range of actor `actor`.
    pub fn events_of(&self, actor: usize) -> std::ops::Range<usize> {
        self.actor_offsets[actor] as usize..self.actor_offsets[actor + 1] as usize
    }

    /// Session range of actor `actor`.
    pub fn sessions_of(&self, actor: usize) -> std::ops::Range<usize> {
        self.sessions.offsets[actor] as usize..self.sessions.offsets[actor + 1] as usize
    }

    /// Visit range of actor `actor`.
    pub fn visits_of(&self, actor: usize) -> std::ops::Range<usize> {
        self.visits.offsets[actor] as usize..self.visits.offsets[actor + 1] as usize
    }

    /// Whether event `event` has all of `bits`.
    pub fn has(&self, event: usize, bits: u8) -> bool {
        EventFlags(self.flags[event]).has(bits)
    }
}

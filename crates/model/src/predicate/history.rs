//! What may a predicate ask about the events before this one?

use crate::phase::Phase;

/// Whether an event of the same actor, strictly earlier in the total order, was observed in a canonical phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// Where the earlier event lies.
    pub kind: HistoryKind,
    /// Its observed canonical phase.
    pub phase: Phase,
}

/// Where an earlier event lies. A session begun by a cap or by midnight is one with the session it continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryKind {
    /// Anywhere.
    After = 0,
    /// In the session of the event.
    SameSessionAfter = 1,
    /// In an earlier session.
    SessionAfter = 2,
}

impl HistoryKind {
    /// All kinds, in the order in which columns of history come.
    pub const ALL: [Self; 3] = [Self::After, Self::SameSessionAfter, Self::SessionAfter];

    /// Name in predicates and in phase rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::After => "after",
            Self::SameSessionAfter => "same_session_after",
            Self::SessionAfter => "session_after",
        }
    }
}

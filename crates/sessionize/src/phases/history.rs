//! Which phases has an actor been observed in before this event: at all, in this session, in earlier ones?

use kundresa_model::chunk::NO_SESSION;

/// Number of canonical phases; sets of phases are the bits of a byte.
const PHASES: usize = 8;

/// What the walk over one actor's events has seen.
///
/// Sessions are meant as their roots: one begun by a cap or by midnight is the same as the one before. Sessions may
/// overlap, and are earlier or later by their start. An event in no session has nothing before it in its session, and
/// every session with an event before it is an earlier one.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Phases of any earlier event.
    pub seen: u8,
    /// Phases of earlier events of the session at hand.
    pub in_session: u8,
    /// Phases of earlier events in sessions that started before the one at hand.
    pub in_earlier_sessions: u8,
    /// Root of the session at hand, or [`NO_SESSION`].
    session: u32,
    /// First session that each phase was seen in, or [`NO_SESSION`].
    first_session: [u32; PHASES],
    /// Phases seen in each session of the chunk.
    of_session: Vec<u8>,
}

impl History {
    pub fn begin_chunk(&mut self, sessions: usize) {
        self.of_session.clear();
        self.of_session.resize(sessions, 0);
    }

    pub fn begin_actor(&mut self) {
        (self.seen, self.in_session, self.in_earlier_sessions) = (0, 0, 0);
        self.session = NO_SESSION;
        self.first_session = [NO_SESSION; PHASES];
    }

    /// The phases seen, in the order of [`kundresa_model::predicate::HistoryKind::ALL`].
    #[inline]
    pub fn sets(&self) -> [u8; 3] {
        [self.seen, self.in_session, self.in_earlier_sessions]
    }

    /// Moves on to an event of that session; whether its history may be another one than that of the event before.
    #[inline]
    pub fn enter(&mut self, session: u32) -> bool {
        if self.seen == 0 {
            self.session = session;
            return false;
        }
        let is_other = session != self.session;
        if is_other {
            self.switch(session);
        }
        is_other
    }

    #[inline(never)]
    fn switch(&mut self, session: u32) {
        self.session = session;
        self.in_session = if session == NO_SESSION { 0 } else { self.of_session[session as usize] };
        let earlier = self.first_session.iter().enumerate().filter(|(_, first)| **first < session);
        self.in_earlier_sessions = earlier.fold(0, |bits, (phase, _)| bits | 1 << phase);
    }

    /// Notes that the event at hand was observed in the phase of that code; whether that was news.
    #[inline]
    pub fn record(&mut self, phase: u8) -> bool {
        let known = if self.session == NO_SESSION { self.seen } else { self.seen & self.in_session };
        let is_news = known >> phase & 1 == 0;
        if is_news {
            self.note(phase);
        }
        is_news
    }

    #[inline(never)]
    fn note(&mut self, phase: u8) {
        let bit = 1 << phase;
        self.seen |= bit;
        if self.session != NO_SESSION {
            self.in_session |= bit;
            self.of_session[self.session as usize] = self.in_session;
            let first = &mut self.first_session[usize::from(phase)];
            *first = self.session.min(*first);
        }
    }
}

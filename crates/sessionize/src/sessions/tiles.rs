//! Where do sessions end by gaps alone, if all events are activity? Then they lie side by side, and where they begin says all.
//!
//! Most logs are such logs. Beginnings are hard to foresee, so each event is noted as one, over the note before if that was
//! none: a branch would be guessed wrong too often.

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::SessionStart;
use kundresa_model::index::index32;

use super::{Limits, SessionBuffers, is_activity};

/// Cuts the events of `batch`, unless one of them is no activity or a session would exceed its limits; then what `out` holds
/// is of no use.
pub(super) fn cut(batch: &ActorBatch<'_>, limits: Limits, out: &mut SessionBuffers) -> bool {
    if !batch.flags.iter().fold(true, |all, flags| all & is_activity(*flags)) {
        return false;
    }
    let (mut session_of, mut heads) = (std::mem::take(&mut out.session_of), std::mem::take(&mut out.heads));
    // After the last beginning, one more event may be noted.
    heads.resize(heads.len().max(batch.events() + 1), 0);
    let mut sessions = 0;
    for bounds in batch.actor_offsets.windows(2) {
        let range = bounds[0] as usize..bounds[1] as usize;
        sessions = cut_actor(bounds[0], &batch.ts[range.clone()], limits, sessions, &mut heads, &mut session_of[range]);
        out.offsets.push(sessions);
    }
    let end = batch.actor_offsets.last().copied().unwrap_or(0);
    heads[sessions as usize] = end;
    let is_within = out.take_tiles(batch, limits, &heads[..=sessions as usize]);
    (out.session_of, out.heads) = (session_of, heads);
    is_within
}

/// Notes where the sessions of one actor begin, after the first `sessions`; returns how many there are then.
#[inline]
fn cut_actor(
    first: u32,
    ts: &[i64],
    limits: Limits,
    mut sessions: u32,
    heads: &mut [u32],
    session_of: &mut [u32],
) -> u32 {
    let Some((own, others)) = session_of.split_first_mut() else { return sessions };
    heads[sessions as usize] = first;
    *own = sessions;
    sessions += 1;
    let mut event = first;
    for (pair, session) in ts.windows(2).zip(others) {
        // Neither exceeds the number of events, which is an index.
        event = event.wrapping_add(1);
        heads[sessions as usize] = event;
        sessions = sessions.wrapping_add(u32::from(pair[1] > pair[0].saturating_add(limits.timeout_us)));
        *session = sessions.wrapping_sub(1);
    }
    sessions
}

impl SessionBuffers {
    /// Takes the sessions that begin at `heads`, whose last is the end of all; `false` if one exceeds its limits.
    fn take_tiles(&mut self, batch: &ActorBatch<'_>, limits: Limits, heads: &[u32]) -> bool {
        let Some((_, firsts)) = heads.split_last() else { return false };
        self.first_event.extend_from_slice(firsts);
        self.last_event.extend(heads[1..].iter().map(|next| next - 1));
        self.events.extend(heads.windows(2).map(|pair| pair[1] - pair[0]));
        self.activity_events.extend_from_slice(&self.events);
        self.root.extend(0..index32(firsts.len()));
        self.id_reused.resize(firsts.len(), false);
        self.start.resize(firsts.len(), SessionStart::Gap);
        for bounds in self.offsets.windows(2).filter(|bounds| bounds[0] < bounds[1]) {
            self.start[bounds[0] as usize] = SessionStart::First;
        }
        if (limits.events, limits.span_us) == (u32::MAX, i64::MAX) {
            return true;
        }
        let ends = self.first_event.iter().zip(&self.last_event).zip(&self.events);
        ends.fold(true, |within, ((first, last), events)| {
            let span_us = batch.ts[*last as usize].saturating_sub(batch.ts[*first as usize]);
            within & (*events <= limits.events) & (span_us <= limits.span_us)
        })
    }
}

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
    note_beginnings(batch, limits, &mut session_of);
    let sessions = number(&mut session_of, &mut heads);
    let mut end = 0;
    for bounds in batch.actor_offsets.windows(2) {
        end = if bounds[0] < bounds[1] { session_of[bounds[1] as usize - 1] + 1 } else { end };
        out.offsets.push(end);
    }
    let is_within = out.take_tiles(batch, limits, &heads[..=sessions]);
    (out.session_of, out.heads) = (session_of, heads);
    is_within
}

/// Sets what is 1 for the first event of each session, and 0 for others. Actors come second: a loop for each would end at another
/// place each time, which no processor foresees.
fn note_beginnings(batch: &ActorBatch<'_>, limits: Limits, is_first: &mut [u32]) {
    for (pair, is_first) in batch.ts.windows(2).zip(is_first.iter_mut().skip(1)) {
        *is_first = u32::from(pair[1] > pair[0].saturating_add(limits.timeout_us));
    }
    for bounds in batch.actor_offsets.windows(2).filter(|bounds| bounds[0] < bounds[1]) {
        is_first[bounds[0] as usize] = 1;
    }
}

/// Makes numbers of sessions of their beginnings, and lists these in `heads`, followed by the end of all; returns how many there are.
fn number(sessions: &mut [u32], heads: &mut Vec<u32>) -> usize {
    // After the last beginning, one more event may be noted.
    heads.resize(heads.len().max(sessions.len() + 1), 0);
    let (mut begun, mut event) = (0_u32, 0_u32);
    for session in sessions {
        heads[begun as usize] = event;
        // Neither exceeds the number of events, which is an index.
        begun = begun.wrapping_add(*session);
        event = event.wrapping_add(1);
        *session = begun.wrapping_sub(1);
    }
    heads[begun as usize] = event;
    begun as usize
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

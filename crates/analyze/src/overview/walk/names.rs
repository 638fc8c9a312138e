//! How many events have each name, and how many users had one?

use super::super::tally::{NameTally, OverviewPartial};
use super::Walk;

/// Names of events that have a bit each.
pub(super) const MOST_FEW: usize = u64::BITS as usize;

/// How names of events are counted.
#[derive(Clone, Copy)]
pub(super) struct Names {
    /// Whether their events are counted elsewhere, all of the chunk at once.
    pub(super) are_counted: bool,
    /// Whether those that an actor has had are bits of a number.
    pub(super) are_few: bool,
}

/// Counts events by name, of a chunk of which all are counted.
pub(super) fn count_names(codes: &[u32], names: &mut [NameTally]) {
    codes.iter().for_each(|code| names[*code as usize].events += 1);
}

impl Walk<'_> {
    #[inline]
    pub(super) fn name(&mut self, actor: usize, event: usize, key_events: u64, partial: &mut OverviewPartial) {
        let code = self.chunk.text[self.overview.fields.event.slot][event] as usize;
        let name = &mut partial.names[code];
        name.events += u64::from(!self.names.are_counted);
        name.key_events += key_events;
        if self.names.are_few {
            self.room.seen |= 1 << code;
            return;
        }
        // Actors of one chunk are far fewer than 2³².
        let stamp = u32::try_from(actor + 1).unwrap_or(u32::MAX);
        name.users += u64::from(self.room.seen_by[code] != stamp);
        self.room.seen_by[code] = stamp;
    }

    /// Counts the actor at hand under the names that its events have, if there are few.
    pub(super) fn count_users_of_names(&mut self, partial: &mut OverviewPartial) {
        let mut seen = std::mem::take(&mut self.room.seen);
        while seen != 0 {
            partial.names[seen.trailing_zeros() as usize].users += 1;
            seen &= seen - 1;
        }
    }

    /// Counts the names of `events` of `actor`, none of them a key event. `seen` has a bit for each, if there are few.
    #[inline]
    pub(in super::super) fn plain_names(
        &mut self,
        actor: usize,
        events: std::ops::Range<usize>,
        seen: u64,
        partial: &mut OverviewPartial,
    ) {
        if self.names.are_counted && self.names.are_few {
            self.room.seen |= seen;
        } else {
            events.for_each(|event| self.name(actor, event, 0, partial));
        }
    }
}

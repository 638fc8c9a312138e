//! By how many actors was an item viewed, added, left, bought? Each actor counts once per item.

use crate::keyed::Keyed;

use super::tally::ItemTally;

/// What an actor did with an item, as an index into [`ItemTally::actors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Touch {
    /// Looked at it.
    Viewed = 0,
    /// Put it into a cart.
    Added = 1,
    /// Left it in an abandoned cart.
    Left = 2,
    /// Bought it.
    Bought = 3,
}

/// What one actor did, with repeats up to a bound; used again for the next actor.
#[derive(Clone, Debug, Default)]
pub(super) struct Touches {
    of_items: Vec<(u32, Touch)>,
    /// Length from which repeats are dropped.
    limit: usize,
}

/// Repeats are not worth looking for below this length.
const FEW: usize = 4_096;

impl Touches {
    /// Notes that the actor did `touch` with `item`.
    pub(super) fn note(&mut self, item: u32, touch: Touch) {
        self.of_items.push((item, touch));
        if self.of_items.len() > self.limit.max(FEW) {
            self.drop_repeats();
            self.limit = 2 * self.of_items.len();
        }
    }

    /// Counts the actor, and forgets it.
    pub(super) fn count(&mut self, items: &mut Keyed<u32, ItemTally>) {
        self.drop_repeats();
        for (item, touch) in self.of_items.drain(..) {
            items.at(item).actors[touch as usize] += 1;
        }
        self.limit = 0;
    }

    fn drop_repeats(&mut self) {
        self.of_items.sort_unstable();
        self.of_items.dedup();
    }
}

//! What is in each cart of an actor, item by item?
//!
//! One pool of lines for all carts of an actor, in which the lines of a cart are linked. Clearing keeps the memory, and
//! costs no more than the actor's own lines.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use kundresa_model::index::index32;

const NONE: u32 = u32::MAX;

/// All that a cart has had of one item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Number of the item.
    pub(super) item: u32,
    /// Units put in so far.
    pub(super) added: u64,
    /// Units taken out so far, never more than were there.
    pub(super) removed: u64,
    /// Value of what is there, micro-units.
    worth: i128,
    cart: u32,
    next: u32,
}

impl Held {
    /// Units there.
    pub(super) fn quantity(&self) -> u64 {
        self.added - self.removed
    }
}

/// Carts by number, each with its lines.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// First line of each cart.
    heads: Vec<u32>,
    lines: Vec<Held>,
    place: HashMap<(u32, u32), u32, FixedState>,
}

/// What a removal took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Removed {
    /// Units that were there.
    pub(super) quantity: u64,
    /// Their value, micro-units.
    pub(super) worth: i128,
}

impl Contents {
    /// Forgets all carts.
    pub(super) fn clear(&mut self) {
        for line in self.lines.drain(..) {
            self.place.remove(&(line.cart, line.item));
        }
        self.heads.clear();
    }

    /// A new, empty cart; they are numbered from 0.
    pub(super) fn open(&mut self) {
        self.heads.push(NONE);
    }

    /// Puts units of an item with their value into `cart`.
    pub(super) fn add(&mut self, cart: u32, item: u32, quantity: u32, worth: i128) {
        let (heads, lines) = (&mut self.heads, &mut self.lines);
        let place = *self.place.entry((cart, item)).or_insert_with(|| {
            let place = index32(lines.len());
            let next = std::mem::replace(&mut heads[cart as usize], place);
            lines.push(Held { item, added: 0, removed: 0, worth: 0, cart, next });
            place
        });
        let line = &mut lines[place as usize];
        line.added += u64::from(quantity);
        line.worth += worth;
    }

    /// Takes at most `quantity` units of an item out of `cart`. They take their share of the item's value with them.
    pub(super) fn remove(&mut self, cart: u32, item: u32, quantity: u32) -> Removed {
        let place = self.place.get(&(cart, item));
        let line = place.map(|place| &mut self.lines[*place as usize]).filter(|line| line.quantity() > 0);
        let Some(line) = line else { return Removed { quantity: 0, worth: 0 } };
        let there = line.quantity();
        let taken = there.min(u64::from(quantity));
        let worth = share(line.worth, taken, there);
        line.removed += taken;
        line.worth -= worth;
        Removed { quantity: taken, worth }
    }

    /// The lines of `cart`, those that became empty included.
    pub(super) fn of(&self, cart: u32) -> impl Iterator<Item = &Held> {
        let mut next = self.heads[cart as usize];
        std::iter::from_fn(move || {
            let line = self.lines.get(next as usize)?;
            next = line.next;
            Some(line)
        })
    }
}

/// `part` of `whole` units' share of `worth`, rounded down; exact where all units have the same price. No product overflows.
pub(super) fn share(worth: i128, part: u64, whole: u64) -> i128 {
    let (part, whole) = (i128::from(part), i128::from(whole));
    worth.div_euclid(whole) * part + (worth.rem_euclid(whole) * part).div_euclid(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_takes_its_share_and_never_more_than_there_is() {
        let mut contents = Contents::default();
        contents.open();
        contents.add(0, 7, 2, 20);
        contents.add(0, 7, 1, 4);
        // 24 for three units: one of them takes 8.
        assert_eq!(contents.remove(0, 7, 1), Removed { quantity: 1, worth: 8 });
        assert_eq!(contents.remove(0, 8, 1), Removed { quantity: 0, worth: 0 });
        assert_eq!(contents.remove(0, 7, 9), Removed { quantity: 2, worth: 16 });
        assert_eq!(contents.remove(0, 7, 1), Removed { quantity: 0, worth: 0 });
        contents.clear();
        contents.open();
        assert_eq!(contents.of(0).count(), 0);
        assert_eq!(contents.remove(0, 7, 1), Removed { quantity: 0, worth: 0 });
    }

    #[test]
    fn shares_are_rounded_down_and_never_overflow() {
        assert_eq!((share(10, 1, 3), share(10, 3, 3), share(-10, 1, 3)), (3, 10, -4));
        assert_eq!(
            share(i128::from(i64::MAX) * 1_000_000_000, 999_999_999, 1_000_000_000) / i128::from(i64::MAX),
            999_999_999
        );
    }
}

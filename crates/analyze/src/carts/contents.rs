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
    /// None of an item yet, in a cart that nobody else numbers.
    pub(super) fn nothing_of(item: u32) -> Self {
        Self { item, added: 0, removed: 0, worth: 0, cart: 0, next: NONE }
    }

    /// Units there.
    pub(super) fn quantity(&self) -> u64 {
        self.added - self.removed
    }

    /// Puts units with their value in.
    #[inline]
    pub(super) fn put(&mut self, quantity: u32, worth: i128) {
        self.added += u64::from(quantity);
        self.worth += worth;
    }

    /// Takes at most `quantity` units out. They take their share of the value with them.
    #[inline]
    pub(super) fn take(&mut self, quantity: u32) -> Removed {
        let there = self.quantity();
        if there == 0 {
            return Removed { quantity: 0, worth: 0 };
        }
        let taken = there.min(u64::from(quantity));
        let worth = share(self.worth, taken, there);
        self.removed += taken;
        self.worth -= worth;
        Removed { quantity: taken, worth }
    }
}

/// Up to this many lines of a cart are looked through, one after the other.
const FEW_LINES: u32 = 16;

/// The lines of one cart.
#[derive(Clone, Copy, Debug)]
struct Cart {
    /// The latest.
    head: u32,
    lines: u32,
}

/// Carts by number, each with its lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    carts: Vec<Cart>,
    lines: Vec<Held>,
    /// Lines of carts that have more than a few.
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
        if !self.place.is_empty() {
            for line in &self.lines {
                self.place.remove(&(line.cart, line.item));
            }
        }
        self.lines.clear();
        self.carts.clear();
    }

    /// A new, empty cart; they are numbered from 0.
    pub(super) fn open(&mut self) {
        self.carts.push(Cart { head: NONE, lines: 0 });
    }

    /// The line of an item in `cart`.
    #[inline]
    fn find(&self, cart: u32, item: u32) -> Option<u32> {
        let Cart { head, lines } = self.carts[cart as usize];
        if lines > FEW_LINES {
            return self.place.get(&(cart, item)).copied();
        }
        let mut next = head;
        while let Some(line) = self.lines.get(next as usize) {
            if line.item == item {
                return Some(next);
            }
            next = line.next;
        }
        None
    }

    /// An empty line of an item that `cart` has had none of.
    fn begin(&mut self, cart: u32, item: u32) -> u32 {
        let place = index32(self.lines.len());
        let own = &mut self.carts[cart as usize];
        let next = std::mem::replace(&mut own.head, place);
        self.lines.push(Held { cart, next, ..Held::nothing_of(item) });
        own.lines += 1;
        if own.lines > FEW_LINES {
            let mut unplaced = if own.lines == FEW_LINES + 1 { place } else { NONE };
            self.place.insert((cart, item), place);
            while let Some(line) = self.lines.get(unplaced as usize) {
                self.place.insert((cart, line.item), unplaced);
                unplaced = line.next;
            }
        }
        place
    }

    /// Puts units of an item with their value into `cart`.
    pub(super) fn add(&mut self, cart: u32, item: u32, quantity: u32, worth: i128) {
        let place = self.find(cart, item).unwrap_or_else(|| self.begin(cart, item));
        self.lines[place as usize].put(quantity, worth);
    }

    /// Takes at most `quantity` units of an item out of `cart`. They take their share of the item's value with them.
    pub(super) fn remove(&mut self, cart: u32, item: u32, quantity: u32) -> Removed {
        let nothing = Removed { quantity: 0, worth: 0 };
        self.find(cart, item).map_or(nothing, |place| self.lines[place as usize].take(quantity))
    }

    /// The lines of `cart`, those that became empty included.
    pub(super) fn of(&self, cart: u32) -> impl Iterator<Item = &Held> {
        let mut next = self.carts[cart as usize].head;
        std::iter::from_fn(move || {
            let line = self.lines.get(next as usize)?;
            next = line.next;
            Some(line)
        })
    }
}

/// `part` of `whole` units' share of `worth`, rounded down; exact where all units have the same price. No product overflows.
pub(super) fn share(worth: i128, part: u64, whole: u64) -> i128 {
    if part == 0 || part == whole {
        return if part == 0 { 0 } else { worth };
    }
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
    fn carts_of_many_items_hold_what_those_of_few_do() {
        let mut contents = Contents::default();
        for _ in 0..3 {
            contents.open();
            contents.open();
            for item in 0..3 * FEW_LINES {
                contents.add(0, item, 2, 10);
                contents.add(1, item % FEW_LINES, 1, 5);
                contents.add(0, item / 2, 1, 5);
            }
            for item in 0..3 * FEW_LINES {
                let of_halves = 2 * u64::from(item < 3 * FEW_LINES / 2);
                assert_eq!(contents.remove(0, item, 9).quantity, 2 + of_halves);
                assert_eq!(contents.remove(1, item, 9).quantity, if item < FEW_LINES { 3 } else { 0 });
            }
            assert_eq!([0, 1].map(|cart| contents.of(cart).count()), [3 * FEW_LINES as usize, FEW_LINES as usize]);
            contents.clear();
        }
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

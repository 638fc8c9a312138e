//! In which order do carts read an actor's events?
//!
//! By time, at equal times adds before removals, then looks at the cart, checkout, purchases; then in the total order.

use kundresa_model::spec::carts::CartEvent;

/// One event that does something to carts. Compares as carts read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Queued {
    /// Its time.
    pub(super) ts: i64,
    /// What it does.
    pub(super) what: CartEvent,
    /// Its place in the chunk.
    pub(super) event: u32,
}

/// Events of one actor; used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    events: Vec<Queued>,
    is_out_of_order: bool,
}

impl Queue {
    /// Forgets the actor.
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.is_out_of_order = false;
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Appends the next event of the total order.
    pub(super) fn push(&mut self, event: Queued) {
        self.is_out_of_order |= self.events.last().is_some_and(|last| *last > event);
        self.events.push(event);
    }

    /// The events as carts read them.
    pub(super) fn in_order(&mut self) -> &[Queued] {
        if std::mem::take(&mut self.is_out_of_order) {
            self.events.sort_unstable();
        }
        &self.events
    }
}

//! How would sessions count carts, and where do the two differ?
//!
//! A session with an add and no purchase counts as an abandoned cart there. Each counted session meets the first counted
//! cart that was opened in it; whatever has no partner is told apart.

use kundresa_model::chunk::{ActorChunk, NO_SESSION};

use super::episodes::State;
use super::tally::SessionTally;

const NONE: u32 = u32::MAX;

/// What a session holds.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Its first add in the total order, or [`NONE`].
    first_add: u32,
    has_purchase: bool,
    /// Outcome of the first counted cart opened in it.
    cart: Option<State>,
}

/// The sessions of a chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionView {
    marks: Vec<Mark>,
}

impl SessionView {
    /// Nothing seen yet in the sessions of `chunk`.
    pub(super) fn begin(&mut self, chunk: &ActorChunk<'_>) {
        self.marks.clear();
        self.marks.resize(chunk.sessions.first_event.len(), Mark { first_add: NONE, has_purchase: false, cart: None });
    }

    fn mark(&mut self, session: u32) -> Option<&mut Mark> {
        if session == NO_SESSION { None } else { self.marks.get_mut(session as usize) }
    }

    /// Notes an add; the smallest event of a session counts.
    pub(super) fn see_add(&mut self, session: u32, event: u32) {
        if let Some(mark) = self.mark(session) {
            mark.first_add = mark.first_add.min(event);
        }
    }

    /// Notes a purchase.
    pub(super) fn see_purchase(&mut self, session: u32) {
        if let Some(mark) = self.mark(session) {
            mark.has_purchase = true;
        }
    }

    /// Counts a chosen cart by the session it was opened in; carts come in the order of opening.
    pub(super) fn count_cart(
        &mut self,
        session: u32,
        state: State,
        is_chosen: impl Fn(usize) -> bool,
        tally: &mut SessionTally,
    ) {
        let abandoned = u64::from(state.is_abandoned());
        match self.mark(session).filter(|mark| mark.first_add != NONE && is_chosen(mark.first_add as usize)) {
            None => tally.carts_outside += abandoned,
            Some(Mark { cart: Some(_), .. }) => tally.further_carts += abandoned,
            Some(mark) => mark.cart = Some(state),
        }
    }

    /// Counts the sessions of `actor` that have an add which `is_chosen`.
    pub(super) fn count_sessions(
        &self,
        chunk: &ActorChunk<'_>,
        actor: usize,
        is_chosen: impl Fn(usize) -> bool,
        tally: &mut SessionTally,
    ) {
        let marks = &self.marks[chunk.sessions_of(actor)];
        for mark in marks.iter().filter(|mark| mark.first_add != NONE && is_chosen(mark.first_add as usize)) {
            tally.with_add += 1;
            let is_abandoned = mark.cart.is_some_and(State::is_abandoned);
            if mark.has_purchase {
                tally.left_beside_purchase += u64::from(is_abandoned);
                continue;
            }
            tally.without_purchase += 1;
            match mark.cart {
                None => tally.added_to_older_cart += 1,
                Some(State::Purchased) => tally.bought_elsewhere += 1,
                Some(State::Emptied) => tally.emptied += 1,
                Some(State::Running) => tally.open += 1,
                Some(_) => {}
            }
        }
    }
}

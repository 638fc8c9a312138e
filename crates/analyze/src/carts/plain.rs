//! What became of carts where nothing tells one from another?
//!
//! Without ids of carts and without items somebody has one cart at a time, full of units that are all alike. It is played event
//! by event, and counted as soon as nothing can happen to it any more. What happens to it is for [`Episode`] to say, as it is
//! of all carts.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::spec::carts::CartEvent;

use super::contents::{Held, Removed};
use super::episodes::{Activity, Episode, Worth};
use super::items::NO_ITEM;
use super::session_view::SessionView;
use super::tally::{CartTally, CartsPartial, ItemTally};
use super::touches::Touch;
use super::{Carts, NO_LINE, Room, Walk, is_left};
use crate::keyed::Tally;
use crate::scope::Selection;

/// The cart at hand.
#[derive(Clone, Copy, Debug)]
struct PlainCart {
    episode: Episode,
    held: Held,
}

impl PlainCart {
    fn opened_by(activity: &Activity<'_>) -> Self {
        Self { episode: Episode::opened_by(activity), held: Held::nothing_of(NO_ITEM) }
    }

    /// Puts a unit in.
    fn add(&mut self, activity: &Activity<'_>) {
        self.episode.touch(activity);
        let worth = Worth::of_event(activity.value);
        self.held.put(1, worth.total());
        self.episode.put(1, worth, activity.currency);
    }

    /// Takes a unit out; whether there was none.
    fn remove(&mut self, activity: &Activity<'_>) -> bool {
        self.episode.touch(activity);
        let removed = self.held.take(1);
        let Removed { quantity, .. } = removed;
        self.episode.take(removed);
        quantity == 0
    }
}

/// Somebody whose carts are counted.
struct Person<'w> {
    chunk: &'w ActorChunk<'w>,
    selection: &'w Selection,
    actor: usize,
    sessions: &'w mut SessionView,
    /// What carts held, and purchases took.
    units: ItemTally,
}

impl Carts<'_> {
    /// Plays the gathered events of `actor`, and counts what becomes of carts.
    pub(super) fn play_plain(&self, walk: &mut Walk<'_>, actor: usize, partial: &mut CartsPartial) {
        let Walk { chunk, selection, room } = walk;
        let Room { sessions, queue, .. } = &mut **room;
        let mut person = Person { chunk, selection, actor, sessions, units: ItemTally::default() };
        let deadlines = self.deadlines();
        let mut cart: Option<PlainCart> = None;
        for queued in queue.in_order() {
            let activity = self.activity(chunk, *queued, &[NO_LINE]);
            let running =
                cart.as_mut().and_then(|cart| cart.episode.is_running(activity.ts, deadlines).then_some(cart));
            match (activity.what, running) {
                (CartEvent::Add, running) => {
                    person.sessions.see_add(chunk.session_of[activity.event as usize], activity.event);
                    match running {
                        Some(cart) => cart.add(&activity),
                        None => {
                            self.count_over(cart.take(), &mut person, partial);
                            cart.insert(PlainCart::opened_by(&activity)).add(&activity);
                        }
                    }
                }
                (CartEvent::Remove, running) => {
                    let was_too_much = running.is_none_or(|cart| cart.remove(&activity));
                    partial.oddities.removed_too_much += u64::from(was_too_much);
                }
                (CartEvent::Purchase, running) => self.buy(running, &activity, &mut person, partial),
                (_, Some(cart)) => cart.episode.touch(&activity),
                (_, None) => {}
            }
        }
        if let Some(cart) = &mut cart {
            cart.episode.settle(self.data_end, deadlines);
        }
        self.count_over(cart, &mut person, partial);
        self.end(person, partial);
    }

    /// Buys the running cart, or none.
    fn buy(
        &self,
        running: Option<&mut PlainCart>,
        activity: &Activity<'_>,
        person: &mut Person<'_>,
        partial: &mut CartsPartial,
    ) {
        let event = activity.event as usize;
        person.sessions.see_purchase(person.chunk.session_of[event]);
        let (chosen_by, units) = match running {
            Some(cart) => {
                cart.episode.buy(activity.ts);
                (cart.episode.opened as usize, Some(cart.held.quantity()))
            }
            None => (event, None),
        };
        if !self.is_chosen(person.chunk, person.selection, person.actor, chosen_by) {
            return;
        }
        if units.is_none() {
            self.count_by_place(person.chunk, event, CartTally::of_purchase(), partial);
        }
        person.units.bought += units.unwrap_or(1);
    }

    /// Counts a cart to which nothing can happen any more, if it is chosen.
    fn count_over(&self, cart: Option<PlainCart>, person: &mut Person<'_>, partial: &mut CartsPartial) {
        let Some(PlainCart { episode, held }) = cart else { return };
        let Person { chunk, selection, actor, .. } = *person;
        let is_chosen = |event: usize| self.is_chosen(chunk, selection, actor, event);
        if !is_chosen(episode.opened as usize) {
            return;
        }
        self.count_cart(chunk, actor, &episode, partial);
        let session = chunk.session_of[episode.opened as usize];
        person.sessions.count_cart(session, episode.state, is_chosen, &mut partial.sessions);
        person.units.count(&held, episode.state);
        // Each actor counts once.
        person.units.actors[Touch::Added as usize] = 1;
        person.units.actors[Touch::Left as usize] |= u64::from(is_left(&held, episode.state));
    }

    /// Counts what can only be known in the end.
    fn end(&self, person: Person<'_>, partial: &mut CartsPartial) {
        let Person { chunk, selection, actor, sessions, mut units } = person;
        if units.added > 0 || units.bought > 0 {
            units.actors[Touch::Bought as usize] = u64::from(units.bought > 0);
            partial.items.at(NO_ITEM).add(units);
        }
        let is_chosen = |event: usize| self.is_chosen(chunk, selection, actor, event);
        sessions.count_sessions(chunk, actor, is_chosen, &mut partial.sessions);
    }
}

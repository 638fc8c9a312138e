//! What became of carts?
//!
//! - **Unit:** a cart from the add that opens it to its outcome; see [`episodes`].
//! - **Chosen:** a cart by the event that opens it, and with it the purchase that takes it; a purchase without a cart, and
//!   a look at an item, by itself; a session by its first add. Filters never change what carts are.
//! - **Segment and day:** those of the same events.
//! - **Repeated orders** do nothing: they are no activity either.
//!
//! Source: `docs/semantics.md#carts-and-checkout`.

mod abandonment;
mod contents;
mod episodes;
mod figures;
mod find;
mod heads;
mod items;
mod plain;
mod protect;
mod queue;
mod session_view;
mod tally;
mod touches;

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::result::carts::CartsResult;
use kundresa_model::spec::carts::{CartEvent, CartSpec};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::Tally;
use crate::scope::{Plan, Selection};
use contents::Held;
use episodes::{Activity, Deadlines, Episode, Episodes, Money, State};
use find::{Events, Finder, Found};
use items::{ItemTable, Line, NO_ITEM};
use queue::{Queue, Queued};
use session_view::SessionView;
pub use tally::CartsPartial;
use tally::{CartTally, MoneyTally};
use touches::{Touch, Touches};

/// Counts carts.
#[derive(Clone, Debug)]
pub struct Carts<'a> {
    spec: CartSpec,
    plan: Plan<'a>,
    /// Which events do something to carts.
    finder: Finder,
    items: ItemTable,
    /// Whether nothing tells carts, and what is in them, from one another.
    is_plain: bool,
    data_end: DataEnd,
    zone: ZoneTable,
    cart_ids: Option<usize>,
    events: Option<(usize, &'a Dictionary)>,
    pages: Option<(usize, &'a Dictionary)>,
    currencies: Option<(usize, &'a Dictionary)>,
    top: usize,
}

/// One chunk with what the filter chooses in it.
struct Walk<'a> {
    chunk: &'a ActorChunk<'a>,
    selection: Selection,
    room: &'a mut Room,
}

/// Room for what is known of one chunk, used again for the next.
#[derive(Clone, Debug)]
pub(super) struct Room {
    sessions: SessionView,
    episodes: Episodes,
    queue: Queue,
    /// Purchases of the actor, with the number of the cart each took.
    purchases: Vec<(u32, Option<u32>)>,
    touches: Touches,
}

const NO_LINE: Line = Line { item: NO_ITEM, quantity: 1, price: NO_VALUE };

impl<'a> Carts<'a> {
    /// The analysis of `spec` over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When an event of the specification, the filter or the dimension does not fit the columns.
    pub fn try_new(spec: &CartSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let columns = context.columns;
        let items = ItemTable::try_new(spec, columns)?;
        let has_cart_ids = columns.text(text::CART_ID).is_some_and(|(_, values)| values.codes() > 1);
        Ok(Self {
            is_plain: items.is_plain() && !has_cart_ids,
            plan: Plan::try_new(scope, FilterScope::Session, columns)?,
            finder: Finder::try_new(spec, columns, items.is_known())?,
            items,
            data_end: context.data_end,
            zone: context.zone.clone(),
            cart_ids: columns.text(text::CART_ID).map(|(place, _)| place),
            events: columns.text(text::EVENT),
            pages: columns.text(text::PAGE),
            currencies: columns.text(text::CURRENCY),
            top: scope.top,
            spec: spec.clone(),
        })
    }

    fn deadlines(&self) -> Deadlines {
        Deadlines { abandon_after: self.spec.abandon_after.as_us(), recover_within: self.spec.recover_within.as_us() }
    }

    fn room(&self) -> (Box<Room>, Events) {
        let room = Room {
            sessions: SessionView::default(),
            episodes: Episodes::new(self.deadlines()),
            queue: Queue::default(),
            purchases: Vec::new(),
            touches: Touches::default(),
        };
        (Box::new(room), Events::default())
    }

    fn is_chosen(&self, chunk: &ActorChunk<'_>, selection: &Selection, actor: usize, event: usize) -> bool {
        chunk.ts[event] >= self.plan.from_us && selection.has_event(chunk, actor, event)
    }

    /// Gathers what the actor did to carts by the events `found`, and counts looks at items.
    fn gather(&self, walk: &mut Walk<'_>, actor: usize, found: &[Found], partial: &mut CartsPartial) {
        let chunk = walk.chunk;
        walk.room.queue.clear();
        for &Found { event, what } in found {
            let place = event as usize;
            if what == CartEvent::ViewItem {
                self.count_view(walk, actor, place, partial);
            } else if what == CartEvent::Purchase && chunk.has(place, EventFlags::REPEATED_ORDER) {
                partial.oddities.repeated_orders += 1;
            } else {
                walk.room.queue.push(Queued { ts: chunk.ts[place], what, event });
            }
        }
    }

    fn count_view(&self, walk: &mut Walk<'_>, actor: usize, event: usize, partial: &mut CartsPartial) {
        let mut single = [NO_LINE];
        let items = self.items.of(walk.chunk, event, &mut single);
        partial.oddities.unreadable_items += u64::from(items.is_unreadable);
        if !self.is_chosen(walk.chunk, &walk.selection, actor, event) {
            return;
        }
        for line in items.lines.iter().filter(|line| line.item != NO_ITEM) {
            partial.items.at(line.item).viewed += 1;
            walk.room.touches.note(line.item, Touch::Viewed);
        }
    }

    /// Plays the gathered events.
    fn play(&self, walk: &mut Walk<'_>, partial: &mut CartsPartial) {
        let Walk { chunk, room, .. } = walk;
        let Room { sessions, episodes, queue, purchases, .. } = &mut **room;
        episodes.clear();
        purchases.clear();
        for queued in queue.in_order() {
            let mut single = [NO_LINE];
            let items = self.items.of(chunk, queued.event as usize, &mut single);
            partial.oddities.unreadable_items += u64::from(items.is_unreadable);
            partial.oddities.odd_quantities += u64::from(items.is_odd);
            let activity = self.activity(chunk, *queued, items.lines);
            let session = chunk.session_of[queued.event as usize];
            match queued.what {
                CartEvent::Add => {
                    sessions.see_add(session, queued.event);
                    episodes.add(&activity);
                }
                CartEvent::Remove => {
                    partial.oddities.removed_too_much += u64::from(episodes.remove(&activity));
                }
                CartEvent::Purchase => {
                    sessions.see_purchase(session);
                    purchases.push((queued.event, episodes.purchase(&activity)));
                }
                _ => episodes.proceed(&activity),
            }
        }
        episodes.settle(self.data_end);
    }

    fn activity<'l>(&self, chunk: &ActorChunk<'_>, queued: Queued, lines: &'l [Line]) -> Activity<'l> {
        let event = queued.event as usize;
        let code = |place: Option<usize>| place.map_or(NULL, |place| chunk.text[place][event]);
        Activity {
            what: queued.what,
            event: queued.event,
            ts: queued.ts,
            cart: code(self.cart_ids),
            lines,
            value: chunk.value.get(event).copied().unwrap_or(NO_VALUE),
            currency: code(self.currencies.map(|(place, _)| place)),
        }
    }

    /// Everything about one actor, of whom `found` is what may do something to carts.
    fn actor(&self, walk: &mut Walk<'_>, actor: usize, found: &[Found], partial: &mut CartsPartial) {
        self.gather(walk, actor, found, partial);
        if self.is_plain {
            self.play_plain(walk, actor, partial);
            return;
        }
        if !walk.room.queue.is_empty() {
            self.play(walk, partial);
            self.count_actor(walk, actor, partial);
        }
        walk.room.touches.count(&mut partial.items);
    }

    /// Shows each actor to heads; counted alone, those without any such event too.
    fn count_alone(
        &self,
        walk: &mut Walk<'_>,
        found: &[Found],
        heads: &mut heads::CartHeads,
        partial: &mut CartsPartial,
    ) {
        let mut rest = found;
        for actor in 0..walk.chunk.actors() {
            let mut own = self.empty();
            own.heads = None;
            self.actor(walk, actor, of_actor(walk.chunk, actor, &mut rest), &mut own);
            heads.see(&own);
            partial.add(own);
        }
    }

    fn count_actor(&self, walk: &mut Walk<'_>, actor: usize, partial: &mut CartsPartial) {
        let Walk { chunk, selection, room } = walk;
        let Room { sessions, episodes, purchases, touches, .. } = &mut **room;
        let is_chosen = |event: usize| self.is_chosen(chunk, selection, actor, event);
        for (number, episode) in (0_u32..).zip(episodes.all()) {
            if !is_chosen(episode.opened as usize) {
                continue;
            }
            self.count_cart(chunk, actor, episode, partial);
            let session = chunk.session_of[episode.opened as usize];
            sessions.count_cart(session, episode.state, is_chosen, &mut partial.sessions);
            count_contents(episodes, number, episode.state, partial, touches);
        }
        for &(event, number) in purchases.iter() {
            let opened = number.map(|number| episodes.all()[number as usize].opened);
            if is_chosen(opened.unwrap_or(event) as usize) {
                self.count_purchase(
                    chunk,
                    event as usize,
                    number.map(|number| episodes.contents(number)),
                    partial,
                    touches,
                );
            }
        }
        sessions.count_sessions(chunk, actor, is_chosen, &mut partial.sessions);
    }

    /// Counts a chosen purchase of a cart with that content, or of none.
    fn count_purchase<'h>(
        &self,
        chunk: &ActorChunk<'_>,
        event: usize,
        content: Option<impl Iterator<Item = &'h Held>>,
        partial: &mut CartsPartial,
        touches: &mut Touches,
    ) {
        if content.is_none() {
            self.count_by_place(chunk, event, CartTally::of_purchase(), partial);
        }
        let mut buy = |item: u32, units: u64| {
            if units > 0 {
                partial.items.at(item).bought += units;
                touches.note(item, Touch::Bought);
            }
        };
        let mut single = [NO_LINE];
        let lines = self.items.of(chunk, event, &mut single).lines;
        match content.filter(|_| lines.iter().all(|line| line.item == NO_ITEM)) {
            Some(content) => content.for_each(|held| buy(held.item, held.quantity())),
            None => lines.iter().for_each(|line| buy(line.item, u64::from(line.quantity))),
        }
    }

    /// Counts everything about a chosen cart but its items.
    fn count_cart(&self, chunk: &ActorChunk<'_>, actor: usize, episode: &Episode, partial: &mut CartsPartial) {
        let is_judged = self.data_end.is_over(episode.last_ts, self.spec.recover_within.as_us());
        self.count_by_place(chunk, episode.opened as usize, CartTally::of(episode, is_judged), partial);
        let abandoned = episode.state.is_abandoned();
        let step = &mut partial.steps[figures::step_index(episode.furthest)];
        step.carts += 1;
        step.abandoned += u64::from(abandoned);
        match episode.money {
            Money::In(currency) => partial.money.at(currency).add(MoneyTally::of(episode)),
            Money::None => partial.without_value += 1,
        }
        match episode.state {
            State::Purchased => partial.times_to_purchase.push(episode.bought_ts - episode.opened_ts),
            State::Recovered => partial.times_to_recover.push(episode.bought_ts - episode.last_ts),
            _ => {}
        }
        if abandoned {
            partial.times_to_abandon.push(episode.last_ts - episode.opened_ts);
            let page = self.pages.map_or(NULL, |(place, _)| abandonment::last_page(chunk, place, actor, episode));
            *partial.pages.at(page) += 1;
            let (code, tally) = abandonment::next_action(chunk, self.events.map(|(place, _)| place), actor, episode);
            partial.next.at(code).add(tally);
        }
    }

    /// Adds `tally` to the total, and to the segment and day of `event`.
    fn count_by_place(&self, chunk: &ActorChunk<'_>, event: usize, tally: CartTally, partial: &mut CartsPartial) {
        partial.total.add(tally);
        partial.days.at(self.zone.local_day(chunk.ts[event])).add(tally);
        if self.plan.has_segments() {
            partial.segments.at(self.plan.segment_at(chunk, event)).add(tally);
        }
    }
}

/// Counts what a chosen cart held.
fn count_contents(episodes: &Episodes, number: u32, state: State, partial: &mut CartsPartial, touches: &mut Touches) {
    for held in episodes.contents(number) {
        partial.items.at(held.item).count(held, state);
        touches.note(held.item, Touch::Added);
        if is_left(held, state) {
            touches.note(held.item, Touch::Left);
        }
    }
}

/// Whether something of it stayed behind in a cart that ended like this.
fn is_left(held: &Held, state: State) -> bool {
    held.quantity() > 0 && !matches!(state, State::Purchased | State::Recovered | State::Running)
}

/// Those at the beginning of `rest` that are events of `actor`; they are taken off.
fn of_actor<'f>(chunk: &ActorChunk<'_>, actor: usize, rest: &mut &'f [Found]) -> &'f [Found] {
    let end = chunk.actor_offsets[actor + 1];
    let count = rest.iter().take_while(|found| found.event < end).count();
    let (own, others) = rest.split_at(count);
    *rest = others;
    own
}

impl Analysis for Carts<'_> {
    type Partial = CartsPartial;
    type Output = CartsResult;

    fn empty(&self) -> CartsPartial {
        let heads = (self.plan.threshold() > 0).then(Default::default);
        CartsPartial { steps: vec![Default::default(); figures::STEPS.len()], heads, ..CartsPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut CartsPartial) {
        if self.finder.is_empty() {
            return;
        }
        let (mut room, mut events) = std::mem::take(&mut partial.room).unwrap_or_else(|| self.room());
        room.sessions.begin(chunk);
        let mut walk = Walk { chunk, selection: self.plan.select(chunk), room: &mut room };
        let mut rest = self.finder.find(chunk, &mut events);
        if let Some(mut heads) = partial.heads.take() {
            self.count_alone(&mut walk, rest, &mut heads, partial);
            partial.heads = Some(heads);
        } else {
            for actor in 0..chunk.actors() {
                let found = of_actor(chunk, actor, &mut rest);
                if !found.is_empty() {
                    self.actor(&mut walk, actor, found, partial);
                }
            }
        }
        partial.room = Some((room, events));
    }

    fn merge(&self, into: &mut CartsPartial, from: CartsPartial) {
        into.add(from);
    }

    fn finish(&self, partial: CartsPartial, _accounting: &Accounting) -> CartsResult {
        self.figures(partial)
    }
}

//! What becomes of each cart of one actor?
//!
//! ```text
//!             add                      purchase
//!  (none) ─────────► running ───────────────────────► purchased
//!                       │ ├── remove to nothing ────► emptied
//!                       │ └── data ends ────────────► running (open)
//!                       │ longer than T without activity
//!                       ▼
//!                   abandoned ── purchase ──────────► recovered        R counts from the last activity
//!                       │ ├───── remove to nothing ─► emptied later    before T ran out
//!                       │ └───── data ends ─────────► abandoned (recovery open)
//!                       └─────── R is over ─────────► lost
//! ```
//!
//! - **Key:** the event's cart id, else none. A running cart takes every activity of its key and nothing opens beside it.
//! - **Input:** events in the order in which carts read them: by time, then by what they do, then by total order.
//! - **Deadlines** are judged when the cart is looked at again; an event exactly at one is in time.
//! - **A purchase** takes at most one cart: see [`Episodes::purchase`].
//!
//! Source: `docs/semantics.md#carts-and-checkout`.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::time::DataEnd;

use super::contents::{Contents, Held, Removed, share};
use super::items::Line;

/// Deadlines in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    /// T: from the last activity until a cart is abandoned.
    pub(super) abandon_after: i64,
    /// R: from the same activity until it can't be recovered any more.
    pub(super) recover_within: i64,
}

/// Where a cart stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not over; when the data ends, open.
    Running,
    /// Bought in time.
    Purchased,
    /// Emptied in time.
    Emptied,
    /// Abandoned, and may still be recovered.
    Abandoned,
    /// Abandoned, then bought.
    Recovered,
    /// Abandoned, then emptied.
    EmptiedLater,
    /// Abandoned, and R is over.
    Lost,
}

impl State {
    /// Whether the cart was abandoned, whatever came later.
    pub(super) fn is_abandoned(self) -> bool {
        matches!(self, Self::Abandoned | Self::Recovered | Self::EmptiedLater | Self::Lost)
    }
}

/// In which currency a cart has its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Money {
    /// Code of the currency of all adds.
    In(u32),
    /// In none: an add has no value, or adds have several currencies.
    None,
}

/// One cart from its opening on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    /// Code of the cart id; null for none.
    cart: u32,
    /// Event that opened it.
    pub(super) opened: u32,
    /// When.
    pub(super) opened_ts: i64,
    /// Last event, in the total order, of the cart's latest activity up to its outcome.
    pub(super) last: u32,
    /// When.
    pub(super) last_ts: i64,
    /// When it was bought.
    pub(super) bought_ts: i64,
    /// Furthest step up to its outcome.
    pub(super) furthest: CartEvent,
    /// Where it stands.
    pub(super) state: State,
    /// Currency of its value.
    pub(super) money: Money,
    /// Value up to the outcome, micro-units.
    pub(super) worth: i128,
    /// Largest value up to the outcome, micro-units.
    pub(super) peak: i128,
    /// Units in it now.
    units: u64,
    /// Number of its latest activity, later than the outcome included.
    order: u32,
}

/// What one event does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activity<'a> {
    /// What it does; never looking at an item.
    pub(super) what: CartEvent,
    /// Its place in the chunk.
    pub(super) event: u32,
    /// Its time.
    pub(super) ts: i64,
    /// Code of its cart id.
    pub(super) cart: u32,
    /// What it moves.
    pub(super) lines: &'a [Line],
    /// Money of the event, or [`NO_VALUE`].
    pub(super) value: i64,
    /// Code of its currency.
    pub(super) currency: u32,
}

/// The carts of one actor; used again for the next.
#[derive(Clone, Debug)]
pub(super) struct Episodes {
    deadlines: Deadlines,
    /// In the order of opening.
    episodes: Vec<Episode>,
    contents: Contents,
    /// Latest cart without an id.
    plain: Option<u32>,
    /// Latest cart of each id.
    of_cart: HashMap<u32, u32, FixedState>,
    /// Carts and the number of an activity; the last entry of a cart is its latest activity.
    recent: Vec<(u32, u32)>,
    activities: u32,
}

impl Episodes {
    /// No carts yet.
    pub(super) fn new(deadlines: Deadlines) -> Self {
        Self {
            deadlines,
            episodes: Vec::new(),
            contents: Contents::default(),
            plain: None,
            of_cart: HashMap::default(),
            recent: Vec::new(),
            activities: 0,
        }
    }

    /// Forgets the actor and keeps the memory.
    pub(super) fn clear(&mut self) {
        for episode in self.episodes.drain(..).filter(|episode| episode.cart != NULL) {
            self.of_cart.remove(&episode.cart);
        }
        self.contents.clear();
        self.plain = None;
        self.recent.clear();
        self.activities = 0;
    }

    /// All carts in the order of opening.
    pub(super) fn all(&self) -> &[Episode] {
        &self.episodes
    }

    /// What the cart of that number has held.
    pub(super) fn contents(&self, number: u32) -> impl Iterator<Item = &Held> {
        self.contents.of(number)
    }

    /// Puts something in: into the running cart of the key, else into a new one. No units open nothing.
    pub(super) fn add(&mut self, activity: &Activity<'_>) {
        let units = units(activity.lines);
        let running = self.running_of(activity.cart, activity.ts);
        let Some(number) = running.or_else(|| (units > 0).then(|| self.open(activity))) else { return };
        self.touch(number, activity);
        let worth = Worth::of(activity, units);
        let mut before = 0;
        for line in activity.lines.iter().filter(|line| line.quantity > 0) {
            before += u64::from(line.quantity);
            self.contents.add(number, line.item, line.quantity, worth.of_line(line, before, units));
        }
        self.episodes[number as usize].put(units, worth, activity.currency);
    }

    /// Takes something out of the running cart of the key. Whether more was asked for than was there.
    pub(super) fn remove(&mut self, activity: &Activity<'_>) -> bool {
        let asked = units(activity.lines);
        let Some(number) = self.running_of(activity.cart, activity.ts) else { return asked > 0 };
        self.touch(number, activity);
        let (mut quantity, mut worth) = (0, 0);
        for line in activity.lines {
            let removed = self.contents.remove(number, line.item, line.quantity);
            quantity += removed.quantity;
            worth += removed.worth;
        }
        self.episodes[number as usize].take(Removed { quantity, worth });
        quantity < asked
    }

    /// Looks at the cart or goes on to checkout.
    pub(super) fn proceed(&mut self, activity: &Activity<'_>) {
        if let Some(number) = self.running_of(activity.cart, activity.ts) {
            self.touch(number, activity);
        }
    }

    /// Buys a cart: the running one of the purchase's cart id, else the running one without an id; a purchase without a
    /// cart id the running one with the latest activity. The number of the cart, or `None` if there is none.
    pub(super) fn purchase(&mut self, activity: &Activity<'_>) -> Option<u32> {
        let number = if activity.cart == NULL {
            self.latest_running(activity.ts)
        } else {
            self.running_of(activity.cart, activity.ts).or_else(|| self.running_of(NULL, activity.ts))
        }?;
        self.episodes[number as usize].buy(activity.ts);
        Some(number)
    }

    /// Judges every deadline by the end of the data.
    pub(super) fn settle(&mut self, end: DataEnd) {
        self.episodes.iter_mut().for_each(|episode| episode.settle(end, self.deadlines));
    }

    fn open(&mut self, activity: &Activity<'_>) -> u32 {
        let number = index32(self.episodes.len());
        self.contents.open();
        self.episodes.push(Episode::opened_by(activity));
        if activity.cart == NULL {
            self.plain = Some(number);
        } else {
            self.of_cart.insert(activity.cart, number);
        }
        number
    }

    /// Notes that the running cart `number` was active.
    fn touch(&mut self, number: u32, activity: &Activity<'_>) {
        let episode = &mut self.episodes[number as usize];
        episode.order = self.activities;
        self.recent.push((number, self.activities));
        self.activities += 1;
        episode.touch(activity);
    }

    /// The running cart of the key at `ts`.
    fn running_of(&mut self, cart: u32, ts: i64) -> Option<u32> {
        let latest = if cart == NULL { self.plain } else { self.of_cart.get(&cart).copied() };
        latest.filter(|&number| self.is_running(number, ts))
    }

    /// The running cart with the latest activity at `ts`. Entries taken off are out of date, or of carts that never run again.
    fn latest_running(&mut self, ts: i64) -> Option<u32> {
        while let Some(&(number, order)) = self.recent.last() {
            if self.episodes[number as usize].order == order && self.is_running(number, ts) {
                return Some(number);
            }
            self.recent.pop();
        }
        None
    }

    /// Whether the cart runs at `ts`, once the deadlines before `ts` are judged.
    fn is_running(&mut self, number: u32, ts: i64) -> bool {
        self.episodes[number as usize].is_running(ts, self.deadlines)
    }
}

impl Episode {
    /// An empty cart, which that event opens.
    pub(super) fn opened_by(activity: &Activity<'_>) -> Self {
        Self {
            cart: activity.cart,
            opened: activity.event,
            opened_ts: activity.ts,
            last: activity.event,
            last_ts: activity.ts,
            bought_ts: activity.ts,
            furthest: CartEvent::Add,
            state: State::Running,
            money: Money::In(activity.currency),
            worth: 0,
            peak: 0,
            units: 0,
            order: 0,
        }
    }

    /// Whether it runs at `ts`, once the deadlines before `ts` are judged.
    #[inline]
    pub(super) fn is_running(&mut self, ts: i64, deadlines: Deadlines) -> bool {
        let Deadlines { abandon_after, recover_within } = deadlines;
        if self.state == State::Running && ts > self.last_ts.saturating_add(abandon_after) {
            self.state = State::Abandoned;
        }
        if self.state == State::Abandoned && ts > self.last_ts.saturating_add(recover_within) {
            self.state = State::Lost;
        }
        matches!(self.state, State::Running | State::Abandoned)
    }

    /// Judges both deadlines by the end of the data.
    pub(super) fn settle(&mut self, end: DataEnd, deadlines: Deadlines) {
        if self.state == State::Running && end.is_over(self.last_ts, deadlines.abandon_after) {
            self.state = State::Abandoned;
        }
        if self.state == State::Abandoned && end.is_over(self.last_ts, deadlines.recover_within) {
            self.state = State::Lost;
        }
    }

    /// Notes, of a cart that is not over, that it was active.
    #[inline]
    pub(super) fn touch(&mut self, activity: &Activity<'_>) {
        if self.state != State::Running {
            return;
        }
        let is_same_time = self.last_ts == activity.ts;
        self.last = if is_same_time { self.last.max(activity.event) } else { activity.event };
        self.last_ts = activity.ts;
        if activity.what != CartEvent::Remove {
            self.furthest = self.furthest.max(activity.what);
        }
    }

    /// Puts units in.
    #[inline]
    pub(super) fn put(&mut self, units: u64, worth: Worth, currency: u32) {
        self.units += units;
        if units > 0 && self.state == State::Running {
            self.gain(worth, currency);
        }
    }

    /// Takes out what was there; nothing left ends it.
    #[inline]
    pub(super) fn take(&mut self, removed: Removed) {
        self.units -= removed.quantity;
        let was_running = self.state == State::Running;
        if was_running {
            self.worth -= removed.worth;
        }
        if self.units == 0 {
            self.state = if was_running { State::Emptied } else { State::EmptiedLater };
        }
    }

    /// Buys it.
    #[inline]
    pub(super) fn buy(&mut self, ts: i64) {
        self.state = if self.state == State::Running { State::Purchased } else { State::Recovered };
        self.bought_ts = ts;
    }

    /// Adds the value of what an add put in.
    fn gain(&mut self, worth: Worth, currency: u32) {
        if worth == Worth::Unknown || self.money != Money::In(currency) {
            self.money = Money::None;
        }
        self.worth += worth.total();
        self.peak = self.peak.max(self.worth);
    }
}

/// Value of what an add puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// Every line has a price; the sum, micro-units.
    Priced(i128),
    /// The event's own value, spread over its units.
    OfEvent(i128),
    /// Neither.
    Unknown,
}

impl Worth {
    /// Of lines without prices.
    #[inline]
    pub(super) fn of_event(value: i64) -> Self {
        if value == NO_VALUE { Self::Unknown } else { Self::OfEvent(i128::from(value)) }
    }

    fn of(activity: &Activity<'_>, units: u64) -> Self {
        let mut lines = activity.lines.iter().filter(|line| line.quantity > 0);
        if units > 0 && lines.clone().all(|line| line.price != NO_VALUE) {
            return Self::Priced(lines.by_ref().map(price).sum());
        }
        Self::of_event(activity.value)
    }

    /// All of it.
    pub(super) fn total(self) -> i128 {
        match self {
            Self::Priced(sum) | Self::OfEvent(sum) => sum,
            Self::Unknown => 0,
        }
    }

    /// The part of `line`, which ends after `end` of `units` units. Parts add up to the whole.
    fn of_line(self, line: &Line, end: u64, units: u64) -> i128 {
        match self {
            Self::Priced(_) => price(line),
            Self::OfEvent(value) => share(value, end, units) - share(value, end - u64::from(line.quantity), units),
            Self::Unknown => 0,
        }
    }
}

fn price(line: &Line) -> i128 {
    i128::from(line.price) * i128::from(line.quantity)
}

fn units(lines: &[Line]) -> u64 {
    lines.iter().map(|line| u64::from(line.quantity)).sum()
}

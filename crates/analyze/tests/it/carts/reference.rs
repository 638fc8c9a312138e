//! A slow, obvious version: a cart is the list of its events, and every question about it is answered from that list anew.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::event_table::EventFlags;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{
    CartCounts, CartDay, CartItem, CartNextAction, CartOddities, CartPage, CartSessionView, CartStep, CartValue,
    CartsResult,
};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::spec::carts::{CartEvent, CartSpec};
use kundresa_model::time::{DAY_US, DataEnd};

use super::log::{Event, Journey, plain};
use crate::support::sessions_of;

/// An item, units, and the price of one.
type Line = (&'static str, u64, Option<i128>);

/// The lists of items that random logs use, read by hand; whether unreadable, whether odd.
pub const LISTS: [(&str, &[Line], bool, bool); 8] = [
    ("", &[("", 1, None)], false, false),
    (r#"[{"id":"a","price":0.000003}]"#, &[("a", 1, Some(3))], false, false),
    (
        r#"[{"id":"a","quantity":2,"price":0.000005},{"id":"b","price":0.000001}]"#,
        &[("a", 2, Some(5)), ("b", 1, Some(1))],
        false,
        false,
    ),
    (r#"[{"id":"b","quantity":3}]"#, &[("b", 3, None)], false, false),
    (r#"[{"id":"a","quantity":0}]"#, &[("a", 0, None)], false, false),
    ("{no json", &[("", 1, None)], true, false),
    (r#"[{"id":"b","quantity":"x","price":0.000002}]"#, &[("b", 1, Some(2))], false, true),
    (r#"[{"name":"c"},{"id":"a"}]"#, &[("c", 1, None), ("a", 1, None)], false, false),
];

const KINDS: [(&str, CartEvent); 8] = [
    ("add_to_cart", CartEvent::Add),
    ("remove_from_cart", CartEvent::Remove),
    ("view_cart", CartEvent::ViewCart),
    ("begin_checkout", CartEvent::BeginCheckout),
    ("add_shipping_info", CartEvent::Shipping),
    ("add_payment_info", CartEvent::Payment),
    ("purchase", CartEvent::Purchase),
    ("view_item", CartEvent::ViewItem),
];

fn kind(event: &Event) -> Option<CartEvent> {
    KINDS.iter().find(|(name, _)| *name == event.name).map(|(_, kind)| *kind)
}

fn lines(event: &Event) -> &'static [Line] {
    LISTS.iter().find(|(text, ..)| *text == event.items).unwrap().1
}

fn units(event: &Event) -> u64 {
    lines(event).iter().map(|(_, quantity, _)| quantity).sum()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Purchased,
    Emptied,
    Open,
    Recovered,
    EmptiedLater,
    Lost,
    Waiting,
}

impl Fate {
    fn is_abandoned(self) -> bool {
        matches!(self, Self::Recovered | Self::EmptiedLater | Self::Lost | Self::Waiting)
    }
}

/// A cart as its events in the order of carts, and the purchase that took it.
#[derive(Clone, Debug)]
struct Cart {
    key: &'static str,
    events: Vec<usize>,
    purchase: Option<usize>,
}

/// What a cart holds of one item.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    added: u64,
    removed: u64,
    worth: i128,
}

type Contents = BTreeMap<&'static str, Held>;

/// One actor's shop.
struct Shop<'a> {
    journey: &'a Journey,
    spec: &'a CartSpec,
}

impl Shop<'_> {
    fn ts(&self, at: usize) -> i64 {
        self.journey[at].ts
    }

    /// What is in the cart after its first `count` events, value and largest value on the way.
    fn contents(&self, cart: &Cart, count: usize) -> (Contents, i128, i128) {
        let (mut contents, mut peak) = (Contents::new(), 0);
        for &at in &cart.events[..count] {
            let event = &self.journey[at];
            match kind(event).unwrap() {
                CartEvent::Add => put_in(&mut contents, event),
                CartEvent::Remove => take_out(&mut contents, event),
                _ => {}
            }
            peak = peak.max(contents.values().map(|held| held.worth).sum());
        }
        let worth = contents.values().map(|held| held.worth).sum();
        (contents, worth, peak)
    }

    fn is_empty(&self, cart: &Cart, count: usize) -> bool {
        self.contents(cart, count).0.values().all(|held| held.added == held.removed)
    }

    /// Position in the cart's events of the last activity before it was abandoned.
    fn abandoned_at(&self, cart: &Cart, is_over: &dyn Fn(i64) -> bool) -> Option<usize> {
        let after = self.spec.abandon_after.as_us();
        let mut times: Vec<i64> = cart.events.iter().map(|&at| self.ts(at)).collect();
        times.extend(cart.purchase.map(|at| self.ts(at)));
        let by_gap = (0..times.len() - 1).find(|&at| times[at + 1] > times[at] + after);
        let last = cart.events.len() - 1;
        let ended = cart.purchase.is_some() || self.is_empty(cart, cart.events.len());
        by_gap.or_else(|| (!ended && is_over(times[last] + after)).then_some(last))
    }

    fn fate(&self, cart: &Cart, is_over: &dyn Fn(i64) -> bool) -> Fate {
        let is_empty = self.is_empty(cart, cart.events.len());
        let bought = cart.purchase.is_some();
        match self.abandoned_at(cart, is_over) {
            None if bought => Fate::Purchased,
            None if is_empty => Fate::Emptied,
            None => Fate::Open,
            Some(_) if bought => Fate::Recovered,
            Some(_) if is_empty => Fate::EmptiedLater,
            Some(at) if is_over(self.ts(cart.events[at]) + self.spec.recover_within.as_us()) => Fate::Lost,
            Some(_) => Fate::Waiting,
        }
    }

    /// Running carts, by number, when an event at `ts` comes: a deadline is over only after it.
    fn running(&self, carts: &[Cart], ts: i64) -> Vec<usize> {
        let runs = |&number: &usize| {
            matches!(self.fate(&carts[number], &|deadline| ts > deadline), Fate::Open | Fate::Waiting)
        };
        (0..carts.len()).filter(runs).collect()
    }

    /// Events as carts read them.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.journey.len()).filter(|&at| kind(&self.journey[at]).is_some()).collect();
        order.retain(|&at| !is_repeated(&self.journey[at]));
        order.sort_by_key(|&at| (self.ts(at), kind(&self.journey[at]), at));
        order
    }

    /// All carts, purchases without one, and removals of too much.
    fn play(&self) -> (Vec<Cart>, Vec<usize>, u64) {
        let (mut carts, mut orphans, mut too_much) = (Vec::<Cart>::new(), Vec::new(), 0);
        let order = self.order();
        let place = |at: usize| order.iter().position(|&other| other == at).unwrap();
        for &at in &order {
            let event = &self.journey[at];
            let running = self.running(&carts, event.ts);
            let of_key = |key: &str| running.iter().copied().find(|&number| carts[number].key == key);
            let own = of_key(event.cart);
            match (kind(event).unwrap(), own) {
                (CartEvent::ViewItem, _) => {}
                (CartEvent::Purchase, own) => {
                    let latest =
                        running.iter().copied().max_by_key(|&number| place(*carts[number].events.last().unwrap()));
                    match if event.cart.is_empty() { latest } else { own.or(of_key("")) } {
                        Some(number) => carts[number].purchase = Some(at),
                        None => orphans.push(at),
                    }
                }
                (CartEvent::Add, None) if units(event) > 0 => {
                    carts.push(Cart { key: event.cart, events: vec![at], purchase: None });
                }
                (CartEvent::Remove, None) => too_much += u64::from(units(event) > 0),
                (_, None) => {}
                (what, Some(number)) => {
                    let before = self.contents(&carts[number], carts[number].events.len()).0;
                    carts[number].events.push(at);
                    too_much += u64::from(what == CartEvent::Remove && is_too_much(&before, event));
                }
            }
        }
        (carts, orphans, too_much)
    }
}

fn is_repeated(event: &Event) -> bool {
    event.name == "purchase" && event.flags & EventFlags::REPEATED_ORDER != 0
}

/// Value of each line of an add, if it has one: prices where all lines have one, else the event's own by units.
fn worths(event: &Event) -> Option<Vec<i128>> {
    let lines: Vec<&Line> = lines(event).iter().filter(|(_, quantity, _)| *quantity > 0).collect();
    if let Some(prices) = lines.iter().map(|(_, quantity, price)| Some((*price)? * i128::from(*quantity))).collect() {
        return Some(prices);
    }
    let (value, all) = (i128::from(event.value?), i128::from(units(event)));
    let ends = lines.iter().scan(0, |end, (_, quantity, _)| {
        *end += i128::from(*quantity);
        Some(*end)
    });
    let parts: Vec<i128> = [0].into_iter().chain(ends).map(|end| (value * end).div_euclid(all)).collect();
    Some(parts.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

fn put_in(contents: &mut Contents, event: &Event) {
    let lines = lines(event).iter().filter(|(_, quantity, _)| *quantity > 0);
    let worths = if units(event) > 0 { worths(event) } else { None };
    for (at, (item, quantity, _)) in lines.enumerate() {
        let held = contents.entry(item).or_default();
        held.added += quantity;
        held.worth += worths.as_ref().map_or(0, |worths| worths[at]);
    }
}

fn take_out(contents: &mut Contents, event: &Event) {
    for (item, quantity, _) in lines(event) {
        let Some(held) = contents.get_mut(item) else { continue };
        let there = held.added - held.removed;
        let taken = there.min(*quantity);
        if taken > 0 {
            held.worth -= (held.worth * i128::from(taken)).div_euclid(i128::from(there));
            held.removed += taken;
        }
    }
}

fn is_too_much(before: &Contents, event: &Event) -> bool {
    let mut asked: BTreeMap<&str, u64> = BTreeMap::new();
    lines(event).iter().for_each(|(item, quantity, _)| *asked.entry(item).or_default() += quantity);
    asked.iter().any(|(item, asked)| before.get(item).map_or(0, |held| held.added - held.removed) < *asked)
}

/// Everything about one chosen cart.
struct Row {
    fate: Fate,
    is_judged: bool,
    segment: &'static str,
    day: i64,
}

/// What a random log is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub spec: CartSpec,
    pub end: DataEnd,
    /// `--from`.
    pub from: i64,
    /// `--where 'device == "mobile"' --where-scope actor`.
    pub mobile: bool,
}

impl Asked {
    fn chooses(&self, journey: &Journey, at: usize) -> bool {
        let actor = !self.mobile || journey.iter().any(|event| event.device == "mobile");
        actor && journey[at].ts >= self.from
    }
}

/// Figures collected by hand.
#[derive(Default)]
struct Book {
    rows: Vec<Row>,
    orphans: Vec<(&'static str, i64)>,
    items: BTreeMap<&'static str, CartItem>,
    steps: [(u64, u64); 5],
    pages: BTreeMap<&'static str, u64>,
    next: BTreeMap<Option<&'static str>, (u64, u64)>,
    value: BTreeMap<&'static str, CartValue>,
    without_value: u64,
    times: [Vec<i64>; 3],
    view: CartSessionView,
    odd: CartOddities,
}

/// The result for `log`, slowly.
pub fn slow(log: &[Journey], asked: &Asked) -> CartsResult {
    let mut book = Book::default();
    for journey in log {
        book.actor(&Shop { journey, spec: &asked.spec }, asked);
    }
    book.result(asked)
}

impl Book {
    fn actor(&mut self, shop: &Shop<'_>, asked: &Asked) {
        let journey = shop.journey;
        let (carts, orphans, too_much) = shop.play();
        self.odd.removed_too_much += too_much.into();
        self.oddities(journey);
        let is_over = |deadline: i64| asked.end.at >= deadline;
        let fates: Vec<Fate> = carts.iter().map(|cart| shop.fate(cart, &is_over)).collect();
        let mut touched: [BTreeSet<&'static str>; 4] = Default::default();
        for (cart, &fate) in carts.iter().zip(&fates).filter(|(cart, _)| asked.chooses(journey, cart.events[0])) {
            self.cart(shop, cart, fate, asked, &mut touched);
        }
        for &at in orphans.iter().filter(|&&at| asked.chooses(journey, at)) {
            self.orphans.push((journey[at].device, journey[at].ts));
            self.buy(lines(&journey[at]), &mut touched);
        }
        for event in (0..journey.len()).filter(|&at| asked.chooses(journey, at)).map(|at| &journey[at]) {
            if kind(event) == Some(CartEvent::ViewItem) {
                for (item, ..) in lines(event).iter().filter(|(item, ..)| !item.is_empty()) {
                    self.item(item).viewed.quantity += 1.into();
                    touched[0].insert(item);
                }
            }
        }
        self.sessions(journey, &carts, &fates, asked);
        for (item, count) in touched[0]
            .iter()
            .map(|item| (*item, 0))
            .chain(touched[1].iter().map(|item| (*item, 1)))
            .chain(touched[2].iter().map(|item| (*item, 2)))
            .chain(touched[3].iter().map(|item| (*item, 3)))
        {
            let row = self.item(item);
            [&mut row.viewed, &mut row.added, &mut row.left, &mut row.bought][count].actors += 1.into();
        }
    }

    fn oddities(&mut self, journey: &Journey) {
        for event in journey {
            let (_, _, unreadable, odd) = LISTS.iter().find(|(text, ..)| *text == event.items).unwrap();
            match kind(event) {
                Some(CartEvent::Purchase) if is_repeated(event) => self.odd.repeated_orders += 1.into(),
                Some(CartEvent::ViewItem) => self.odd.unreadable_items += u64::from(*unreadable).into(),
                Some(_) => {
                    self.odd.unreadable_items += u64::from(*unreadable).into();
                    self.odd.odd_quantities += u64::from(*odd).into();
                }
                None => {}
            }
        }
    }

    fn item(&mut self, item: &'static str) -> &mut CartItem {
        let name = if item.is_empty() { "(not set)" } else { item };
        let new = || CartItem {
            item: name.to_owned(),
            name: (item == "c").then(|| "c".to_owned()),
            values: 1,
            ..CartItem::default()
        };
        self.items.entry(item).or_insert_with(new)
    }

    fn buy(&mut self, lines: &[Line], touched: &mut [BTreeSet<&'static str>; 4]) {
        for (item, quantity, _) in lines.iter().filter(|(_, quantity, _)| *quantity > 0) {
            self.item(item).bought.quantity += (*quantity).into();
            touched[3].insert(item);
        }
    }

    fn cart(
        &mut self,
        shop: &Shop<'_>,
        cart: &Cart,
        fate: Fate,
        asked: &Asked,
        touched: &mut [BTreeSet<&'static str>; 4],
    ) {
        let journey = shop.journey;
        let is_over = |deadline: i64| asked.end.at >= deadline;
        let abandoned = shop.abandoned_at(cart, &is_over);
        // Events up to the outcome.
        let until = abandoned.map_or(cart.events.len(), |at| at + 1);
        let opened = cart.events[0];
        let last_ts = shop.ts(cart.events[until - 1]);
        let is_judged = fate.is_abandoned() && is_over(last_ts + asked.spec.recover_within.as_us());
        self.rows.push(Row {
            fate,
            is_judged,
            segment: journey[opened].device,
            day: shop.ts(opened).div_euclid(DAY_US),
        });
        let steps = cart.events[..until].iter().map(|&at| match kind(&journey[at]).unwrap() {
            CartEvent::ViewCart => 1,
            CartEvent::BeginCheckout => 2,
            CartEvent::Shipping => 3,
            CartEvent::Payment => 4,
            _ => 0,
        });
        let step = &mut self.steps[steps.max().unwrap()];
        step.0 += 1;
        step.1 += u64::from(fate.is_abandoned());
        self.money(shop, cart, fate, until);
        match fate {
            Fate::Purchased => self.times[1].push(shop.ts(cart.purchase.unwrap()) - shop.ts(opened)),
            Fate::Recovered => self.times[2].push(shop.ts(cart.purchase.unwrap()) - last_ts),
            _ => {}
        }
        if fate.is_abandoned() {
            self.times[0].push(last_ts - shop.ts(opened));
            self.left_behind(shop, &cart.events[..until]);
        }
        self.contents(&shop.contents(cart, cart.events.len()).0, fate, touched);
        if let Some(at) = cart.purchase {
            let named = lines(&journey[at]).iter().any(|(item, ..)| !item.is_empty());
            let contents = shop.contents(cart, cart.events.len()).0;
            let content: Vec<Line> =
                contents.iter().map(|(item, held)| (*item, held.added - held.removed, None)).collect();
            self.buy(if named { lines(&journey[at]) } else { &content }, touched);
        }
    }

    fn contents(&mut self, contents: &Contents, fate: Fate, touched: &mut [BTreeSet<&'static str>; 4]) {
        for (item, held) in contents {
            let there = held.added - held.removed;
            let row = self.item(item);
            row.added.quantity += held.added.into();
            row.removed += held.removed.into();
            touched[1].insert(item);
            match fate {
                Fate::Purchased | Fate::Recovered => row.sold += there.into(),
                Fate::Open => row.open += there.into(),
                _ => {
                    row.left.quantity += there.into();
                    if there > 0 {
                        touched[2].insert(item);
                    }
                }
            }
        }
    }

    fn money(&mut self, shop: &Shop<'_>, cart: &Cart, fate: Fate, until: usize) {
        let adds = cart.events[..until].iter().map(|&at| &shop.journey[at]);
        let adds: Vec<&Event> = adds.filter(|event| kind(event) == Some(CartEvent::Add) && units(event) > 0).collect();
        let currencies: BTreeSet<&str> = adds.iter().map(|event| event.currency).collect();
        if currencies.len() > 1 || adds.iter().any(|event| worths(event).is_none()) {
            self.without_value += 1;
            return;
        }
        let (_, worth, peak) = shop.contents(cart, until);
        let currency = if adds[0].currency.is_empty() { "(not set)" } else { adds[0].currency };
        let value = self.value.entry(currency).or_default();
        value.currency = currency.to_owned();
        value.carts += 1;
        value.peak.0 += peak;
        if fate.is_abandoned() {
            value.abandoned_carts += 1;
            value.abandoned_peak.0 += peak;
            value.abandoned.0 += worth;
        }
        if fate == Fate::Recovered {
            value.recovered_carts += 1;
            value.recovered.0 += worth;
        }
    }

    fn left_behind(&mut self, shop: &Shop<'_>, events: &[usize]) {
        let journey = shop.journey;
        let date = shop.ts(*events.last().unwrap());
        let last = *events.iter().filter(|&&at| shop.ts(at) == date).max().unwrap();
        let sessions = sessions_of(&plain(journey));
        let session_of = |at: usize| sessions.iter().position(|session| session.events.contains(&at));
        // A session begins with its first activity.
        let begun = |at: usize| session_of(at).is_some_and(|session| at >= sessions[session].activity[0]);
        let before =
            (0..last).rev().filter(|&at| session_of(last).is_some() && session_of(at) == session_of(last) && begun(at));
        let page = [last].into_iter().chain(before).map(|at| journey[at].page).find(|page| !page.is_empty());
        *self.pages.entry(page.unwrap_or("(not set)")).or_default() += 1;
        let acts = |event: &Event| event.flags & (EventFlags::ACTIVITY | EventFlags::SYNTHETIC) == EventFlags::ACTIVITY;
        let next = (last + 1..journey.len()).find(|&at| acts(&journey[at]));
        let same = next.is_some_and(|next| session_of(last).is_some() && session_of(next) == session_of(last));
        let row = self.next.entry(next.map(|at| journey[at].name)).or_default();
        row.0 += 1;
        row.1 += u64::from(same);
    }

    fn sessions(&mut self, journey: &Journey, carts: &[Cart], fates: &[Fate], asked: &Asked) {
        let sessions = sessions_of(&plain(journey));
        let mut partnered = BTreeSet::new();
        let (mut with_add, mut without) = (0, 0);
        for session in &sessions {
            let has = |what: CartEvent, at: usize| kind(&journey[at]) == Some(what) && !is_repeated(&journey[at]);
            let first = session.events.iter().copied().find(|&at| has(CartEvent::Add, at));
            if first.is_none_or(|first| !asked.chooses(journey, first)) {
                continue;
            }
            let chosen = |number: &usize| asked.chooses(journey, carts[*number].events[0]);
            let opened_here = |number: &usize| session.events.contains(&carts[*number].events[0]);
            let here: Vec<usize> = (0..carts.len()).filter(|number| chosen(number) && opened_here(number)).collect();
            let cart = here.first().map(|&number| fates[number]);
            partnered.extend(here.first().copied());
            let further = here.iter().skip(1).filter(|&&number| fates[number].is_abandoned()).count();
            partnered.extend(here.iter().skip(1));
            self.view.further_carts += (further as u64).into();
            with_add += 1;
            if session.events.iter().any(|&at| has(CartEvent::Purchase, at)) {
                self.view.left_beside_purchase += u64::from(cart.is_some_and(Fate::is_abandoned)).into();
                continue;
            }
            without += 1;
            match cart {
                None => self.view.added_to_older_cart += 1.into(),
                Some(Fate::Purchased) => self.view.bought_elsewhere += 1.into(),
                Some(Fate::Emptied) => self.view.emptied += 1.into(),
                Some(Fate::Open) => self.view.open += 1.into(),
                Some(_) => {}
            }
        }
        let outside = |number: &usize| asked.chooses(journey, carts[*number].events[0]) && !partnered.contains(number);
        let left = (0..carts.len()).filter(outside).filter(|&number| fates[number].is_abandoned()).count();
        self.view.carts_outside += (left as u64).into();
        let Rate { numerator, denominator, .. } = self.view.abandoned;
        self.view.abandoned = Rate::new(numerator + without, denominator + with_add);
    }

    fn result(mut self, asked: &Asked) -> CartsResult {
        let all = counts(self.rows.iter(), self.orphans.len());
        let days: BTreeSet<i64> = self
            .rows
            .iter()
            .map(|row| row.day)
            .chain(self.orphans.iter().map(|(_, ts)| ts.div_euclid(DAY_US)))
            .collect();
        let day = |day: i64| {
            let orphans = self.orphans.iter().filter(|(_, ts)| ts.div_euclid(DAY_US) == day).count();
            CartDay::of(day, counts(self.rows.iter().filter(|row| row.day == day), orphans))
        };
        let mut items: Vec<CartItem> = self.items.clone().into_values().collect();
        items.sort_by_key(|row| {
            (
                std::cmp::Reverse((row.left.quantity.drawn(), row.added.quantity.drawn())),
                row.item != "(not set)",
                row.item.clone(),
            )
        });
        let times = &mut self.times;
        let [to_abandon, to_purchase, to_recover] = times.each_mut().map(|times| Quantiles::of(times));
        CartsResult {
            abandon_after: asked.spec.abandon_after,
            recover_within: asked.spec.recover_within,
            time_to_abandon_us: to_abandon,
            time_to_purchase_us: to_purchase,
            time_to_recover_us: to_recover,
            last_steps: self.last_steps(all.abandoned.drawn()),
            last_pages: ranked(
                self.pages.iter().map(|(page, carts)| (*page, (*carts, 0))),
                all.abandoned.drawn(),
                |page, carts, _| CartPage { page: page.to_owned(), values: 1, carts },
            ),
            next_actions: ranked(
                self.next.iter().map(|(event, carts)| (*event, *carts)),
                all.abandoned.drawn(),
                |event, carts, same| CartNextAction {
                    event: event.map(str::to_owned),
                    values: 1,
                    carts,
                    same_session: same.into(),
                },
            ),
            value: self.value.values().cloned().collect(),
            carts_without_value: self.without_value.into(),
            items,
            session_view: self.view,
            oddities: self.odd,
            days: days.into_iter().map(day).collect(),
            by: Some(self.by()),
            carts: all,
        }
    }

    fn last_steps(&self, abandoned: u64) -> Vec<CartStep> {
        let steps =
            [CartEvent::Add, CartEvent::ViewCart, CartEvent::BeginCheckout, CartEvent::Shipping, CartEvent::Payment];
        let row = |(step, (carts, left)): (CartEvent, (u64, u64))| CartStep {
            step,
            carts: carts.into(),
            abandoned: left.into(),
            share: Rate::new(left, abandoned),
        };
        steps.into_iter().zip(self.steps).map(row).collect()
    }

    fn by(&self) -> Breakdown<CartCounts> {
        let values: BTreeSet<&str> =
            self.rows.iter().map(|row| row.segment).chain(self.orphans.iter().map(|(device, _)| *device)).collect();
        let segment = |device: &str| Segment {
            value: if device.is_empty() { "(not set)".to_owned() } else { device.to_owned() },
            values: 1,
            figures: counts(
                self.rows.iter().filter(|row| row.segment == device),
                self.orphans.iter().filter(|(orphan, _)| *orphan == device).count(),
            ),
        };
        let mut rows: Vec<_> = values.into_iter().map(segment).collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.figures.opened.drawn()), row.value.clone()));
        Breakdown { dimension: "device".to_owned(), rows }
    }
}

/// By falling count; names come in order.
fn ranked<N, R>(rows: impl Iterator<Item = (N, (u64, u64))>, of: u64, row: impl Fn(N, Rate, u64) -> R) -> Vec<R> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(_, (carts, _))| std::cmp::Reverse(*carts));
    rows.into_iter().map(|(name, (carts, same))| row(name, Rate::new(carts, of), same)).collect()
}

fn counts<'a>(rows: impl Iterator<Item = &'a Row>, orphans: usize) -> CartCounts {
    let rows: Vec<&Row> = rows.collect();
    let of = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count() as u64;
    let fate = |fate: Fate| of(&|row| row.fate == fate);
    let (opened, open) = (rows.len() as u64, fate(Fate::Open));
    let abandoned = of(&|row| row.fate.is_abandoned());
    CartCounts {
        opened: opened.into(),
        purchased: fate(Fate::Purchased).into(),
        emptied: fate(Fate::Emptied).into(),
        abandoned: abandoned.into(),
        open: open.into(),
        recovered: fate(Fate::Recovered).into(),
        emptied_later: fate(Fate::EmptiedLater).into(),
        lost: fate(Fate::Lost).into(),
        recovery_open: fate(Fate::Waiting).into(),
        purchases: (fate(Fate::Purchased) + fate(Fate::Recovered) + orphans as u64).into(),
        purchases_without_cart: (orphans as u64).into(),
        purchase_rate: Rate::new(fate(Fate::Purchased), opened - open),
        abandonment_rate: Rate::new(abandoned, opened - open),
        recovery_rate: Rate::new(of(&|row| row.is_judged && row.fate == Fate::Recovered), of(&|row| row.is_judged)),
    }
}

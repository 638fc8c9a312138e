//! Does the overview equal a count figure by figure, and does everything add up?

use std::collections::{BTreeMap, BTreeSet};

use kundresa_analyze::{Accounting, Analysis, Overview, Unidentified};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::chunk::{ActorChunk, SessionStart};
use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::mask::Columns;
use kundresa_model::phase::TaxonomyName;
use kundresa_model::rate::Rate;
use kundresa_model::result::money::Sum;
use kundresa_model::result::overview::{EngagedBy, NewUsersBy, OverviewResult, Revenue, VisitFigures};
use kundresa_model::result::segments::Segment;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::scope::FilterScope;
use kundresa_model::time::{DAY_US, Duration, HOUR_US};
use kundresa_model::zone::{ZoneTable, date_text};
use proptest::prelude::*;

use crate::support::{
    Event, Journey, Setting, TICK, TestScope, first_device, journeys, scopes, sessions_of, settings, with_chunk,
};

const PAGES: [&str; 4] = ["(not set)", "/", "/cart", "/item"];
const CHANNELS: [&str; 4] = ["", "Direct", "Email", "Organic Search"];
const CURRENCIES: [&str; 3] = ["(not set)", "EUR", "SEK"];
const DEVICES: [&str; 4] = ["(not set)", "desktop", "mobile", "tablet"];
/// `first_visit` is the fifth name; the others are views, key events, purchases and refunds.
const NAMES: [&str; 6] = ["", "a", "b", "c", "d", "first_visit"];
const LOOKBACK: i64 = 4 * TICK;
const AFTER: i64 = 2 * TICK;
/// Seconds in the foreground by code.
const FOREGROUND_S: [i64; 3] = [0, TICK / 1_000_000, 2 * TICK / 1_000_000];

/// What an event has beside the columns that all tests have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extra {
    page: u32,
    channel: u32,
    vendor_channel: u32,
    foreground: u32,
    /// Code of 1 or 2, or null.
    number: u32,
    currency: u32,
    value: i64,
}

fn extras() -> impl Strategy<Value = Vec<Extra>> {
    let value = prop_oneof![1 => Just(NO_VALUE), 3 => -5i64..1_000];
    let fields = (0..4u32, 0..4u32, prop_oneof![6 => Just(0), 1 => 1..4u32], 0..3u32, 0..3u32, 0..3u32, value);
    let extra = fields.prop_map(|(page, channel, vendor_channel, foreground, number, currency, value)| Extra {
        page,
        channel,
        vendor_channel,
        foreground,
        number,
        currency,
        value,
    });
    prop::collection::vec(extra, 1..40)
}

/// The columns of a log.
pub struct Shop {
    dictionaries: Vec<(&'static str, Dictionary)>,
}

impl Shop {
    /// With time in the foreground or without.
    pub fn new(has_engagement: bool) -> Self {
        let of = |values: &[&str]| Dictionary::new(values[1..].iter().map(|value| (*value).to_owned()).collect());
        let foreground = FOREGROUND_S.map(|seconds| (seconds * 1_000).to_string());
        let foreground: Vec<&str> = foreground.iter().map(String::as_str).collect();
        let time = if has_engagement { "time" } else { "other" };
        let dictionaries = vec![
            ("event", of(&NAMES)),
            ("device", of(&DEVICES)),
            ("page", of(&PAGES)),
            ("channel", of(&CHANNELS)),
            ("session_channel", of(&CHANNELS)),
            (time, of(&foreground)),
            ("ga_session_number", of(&["", "1", "2"])),
            ("currency", of(&CURRENCIES)),
        ];
        Self { dictionaries }
    }
}

impl Columns for Shop {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        let place = self.dictionaries.iter().position(|(column, _)| *column == name)?;
        Some((place, &self.dictionaries[place].1))
    }
}

/// Views are `a`, key events `b`, purchases `c`, refunds `d`; lists have two rows.
pub fn spec() -> OverviewSpec {
    let one = |name: &str| vec![name.to_owned()];
    OverviewSpec {
        views: one("a"),
        key_events: one("b"),
        purchases: one("c"),
        refunds: one("d"),
        engaged_after: Duration::from_us(AFTER),
        engagement_time_msec: "time".to_owned(),
        channel_lookback: Duration::from_us(LOOKBACK),
        rows: 2,
    }
}

/// The columns beside those of the test's chunk: page to currency, and money.
fn columns_of(extras: &[Extra]) -> ([Vec<u32>; 6], Vec<i64>) {
    let column = |of: fn(&Extra) -> u32| extras.iter().map(of).collect::<Vec<u32>>();
    let text = [
        column(|extra| extra.page),
        column(|extra| extra.channel),
        column(|extra| extra.vendor_channel),
        column(|extra| extra.foreground),
        column(|extra| extra.number),
        column(|extra| extra.currency),
    ];
    (text, extras.iter().map(|extra| extra.value).collect())
}

/// Runs over chunks of so many actors each, later ones first, then the events without an actor.
pub fn run(overview: &Overview<'_>, log: &Log, actors: usize, setting: &Setting) -> OverviewResult {
    overview.finish(partials(overview, log, actors, setting).1, &Accounting::default())
}

/// What was counted of each chunk, as it is written, and of everything.
pub fn partials<'a>(
    overview: &Overview<'a>,
    log: &Log,
    actors: usize,
    setting: &Setting,
) -> (Vec<String>, <Overview<'a> as Analysis>::Partial) {
    let mut parts = Vec::new();
    let mut whole = overview.empty();
    let mut first = 0;
    for part in log.journeys.chunks(actors.max(1)) {
        let events = part.iter().map(Vec::len).sum::<usize>();
        let extras: Vec<Extra> = (first..first + events).map(|event| log.extra(event)).collect();
        first += events;
        let (text, value) = columns_of(&extras);
        let mut partial = overview.empty();
        with_chunk(part, &setting.taxonomy, |chunk| {
            let all: Vec<&[u32]> = chunk.text.iter().copied().chain(text.iter().map(Vec::as_slice)).collect();
            overview.visit(&ActorChunk { text: &all, value: &value, ..chunk.clone() }, &mut partial);
        });
        let data = serde_json::to_string(&partial).unwrap();
        let before = std::mem::replace(&mut whole, serde_json::from_str(&data).unwrap());
        overview.merge(&mut whole, before);
        parts.push(data);
    }
    let extras: Vec<Extra> = (0..log.unidentified.len()).map(|event| log.extra(event)).collect();
    let (text, value) = columns_of(&extras);
    let of = |get: fn(&Event) -> u32| log.unidentified.iter().map(get).collect::<Vec<u32>>();
    let (names, devices) = (of(|event| event.event), of(|event| event.device));
    let all: Vec<&[u32]> = [&names, &devices].into_iter().chain(&text).map(Vec::as_slice).collect();
    let ts: Vec<i64> = log.unidentified.iter().map(|event| event.ts).collect();
    let flags: Vec<u8> = log.unidentified.iter().map(|event| event.flags).collect();
    overview.visit_unidentified(&Unidentified { ts: &ts, flags: &flags, text: &all, value: &value }, &mut whole);
    (parts, whole)
}

/// A log: journeys, events without an actor, and what their events have, by turns.
#[derive(Clone, Debug)]
pub struct Log {
    /// Actors.
    pub journeys: Vec<Journey>,
    /// Events without an actor.
    pub unidentified: Journey,
    /// What their events have, by turns.
    pub extras: Vec<Extra>,
}

impl Log {
    fn extra(&self, event: usize) -> Extra {
        self.extras[event % self.extras.len()]
    }
}

/// Any log.
pub fn logs() -> impl Strategy<Value = Log> {
    (journeys(), journeys(), extras()).prop_map(|(journeys, others, extras)| Log {
        journeys,
        unidentified: others.into_iter().next().unwrap_or_default(),
        extras,
    })
}

// The slow version: lists of events, sessions and users, and one figure after the other.

/// An event with everything that is known of it.
#[derive(Clone, Copy, Debug)]
struct Row {
    actor: Option<usize>,
    /// Session and its number among those of the log.
    session: Option<usize>,
    event: Event,
    extra: Extra,
    segment: u32,
}

impl Row {
    fn day(&self) -> i64 {
        (self.event.ts + 9 * HOUR_US).div_euclid(DAY_US)
    }

    fn has(&self, flag: u8) -> bool {
        self.event.flags & flag != 0
    }

    fn is_view(&self) -> bool {
        self.event.event == 1 && !self.has(EventFlags::SYNTHETIC)
    }

    fn is_key(&self) -> bool {
        self.event.event == 2 && !self.has(EventFlags::REPEATED_ORDER)
    }

    fn is_purchase(&self) -> bool {
        self.event.event == 3 && !self.has(EventFlags::REPEATED_ORDER)
    }

    fn is_refund(&self) -> bool {
        self.event.event == 4
    }

    fn foreground_us(&self) -> u64 {
        u64::try_from(FOREGROUND_S[self.extra.foreground as usize]).unwrap() * 1_000_000
    }

    fn click(&self) -> Option<&'static str> {
        let is_click = self.event.is_activity() && !self.has(EventFlags::SYNTHETIC) && self.extra.channel > 1;
        is_click.then_some(CHANNELS[self.extra.channel as usize])
    }
}

/// A session with everything that is known of it.
#[derive(Clone, Debug)]
struct Unit {
    actor: usize,
    segment: u32,
    start: i64,
    duration: i64,
    engaged: [bool; 2],
    landing: &'static str,
    exit: &'static str,
    channel: &'static str,
    by_vendor: bool,
    is_later: bool,
    number: usize,
}

struct Slow {
    rows: Vec<Row>,
    units: Vec<Unit>,
    /// Position in `rows` of actors' first activity events, where these are counted.
    first_events: BTreeMap<usize, i64>,
    segment_of: Vec<u32>,
    by_time: usize,
    by_row: usize,
}

impl Slow {
    fn of(log: &Log, scope: &TestScope, has_engagement: bool) -> Self {
        let mut slow = Self {
            rows: Vec::new(),
            units: Vec::new(),
            first_events: BTreeMap::new(),
            segment_of: Vec::new(),
            by_time: 1,
            by_row: 1,
        };
        let (mut first, mut sessions) = (0, 0);
        for (actor, journey) in log.journeys.iter().enumerate() {
            let extras: Vec<Extra> = (first..first + journey.len()).map(|event| log.extra(event)).collect();
            first += journey.len();
            slow.actor(actor, journey, &extras, scope, &mut sessions);
            if has_engagement && extras.iter().any(|extra| extra.foreground > 0) {
                slow.by_time = 0;
            }
            if journey.iter().any(|event| event.event == 5) {
                slow.by_row = 0;
            }
        }
        for (number, event) in log.unidentified.iter().enumerate() {
            if scope.is_late(event.ts) && scope.matches(event) {
                let extra = log.extra(number);
                slow.rows.push(Row { actor: None, session: None, event: *event, extra, segment: event.device });
            }
        }
        slow
    }

    fn actor(&mut self, actor: usize, journey: &Journey, extras: &[Extra], scope: &TestScope, numbers: &mut usize) {
        let sessions = sessions_of(journey);
        let row = |at: usize, session: Option<usize>, segment: u32| Row {
            actor: Some(actor),
            session,
            event: journey[at],
            extra: extras[at],
            segment,
        };
        self.segment_of.push(first_device(journey, 0..journey.len()));
        let mut beginnings = 0;
        for (index, session) in sessions.iter().enumerate() {
            *numbers += 1;
            beginnings += usize::from(!matches!(session.start(index), SessionStart::Cap | SessionStart::Midnight));
            let first = session.activity[0];
            let sees = scope.filter_scope == FilterScope::Event || scope.sees(journey, first);
            if !(scope.is_late(journey[first].ts) && sees) {
                continue;
            }
            let segment = first_device(journey, session.events.clone());
            let by_event = scope.filter_scope == FilterScope::Event;
            let counted: Vec<usize> =
                session.events.iter().copied().filter(|&at| !by_event || scope.matches(&journey[at])).collect();
            self.rows.extend(counted.iter().map(|&at| row(at, Some(*numbers), segment)));
            if counted.iter().any(|&at| journey[at].is_activity()) {
                let events: Vec<Row> = session.activity.iter().map(|&at| row(at, None, segment)).collect();
                let before: Vec<Row> = (0..first).map(|at| row(at, None, segment)).collect();
                self.units.push(unit(actor, *numbers, &events, &before, beginnings > 1));
            }
        }
        for at in 0..journey.len() {
            let is_alone = !sessions.iter().any(|session| session.events.contains(&at));
            if is_alone && scope.chooses(journey, at) {
                self.rows.push(row(at, None, journey[at].device));
            }
        }
        let first = (0..journey.len()).find(|&at| journey[at].is_activity());
        let session_of = |at: usize| sessions.iter().find(|session| session.events.contains(&at));
        let is_counted = |at: usize| match session_of(at) {
            None => scope.chooses(journey, at),
            Some(session) => {
                let start = session.activity[0];
                scope.is_late(journey[start].ts) && scope.sees(journey, at)
            }
        };
        if let Some(at) = first.filter(|&at| is_counted(at)) {
            self.first_events.insert(actor, row(at, None, 0).day());
        }
    }

    fn rows(&self, keep: impl Fn(&Row) -> bool) -> u64 {
        self.rows.iter().filter(|row| keep(row)).count() as u64
    }

    fn actors(&self, keep: impl Fn(&Row) -> bool) -> BTreeSet<usize> {
        self.rows.iter().filter(|row| keep(row)).filter_map(|row| row.actor).collect()
    }

    fn users(&self) -> BTreeSet<usize> {
        self.actors(|row| row.event.is_activity())
    }

    fn active(&self) -> BTreeSet<usize> {
        let by_event = self.actors(|row| {
            row.event.is_activity() && (row.event.event == 5 || self.by_time == 0 && row.extra.foreground > 0)
        });
        let engaged = self.units.iter().filter(|unit| unit.engaged[self.by_time]).map(|unit| unit.actor);
        engaged.chain(by_event).collect()
    }

    /// New users with the day on which they are new.
    fn new_users(&self) -> BTreeMap<usize, i64> {
        if self.by_row == 1 {
            return self.first_events.clone();
        }
        let mut days = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.event.event == 5 && row.event.is_activity()) {
            if let Some(actor) = row.actor {
                let day = days.entry(actor).or_insert(row.day());
                *day = (*day).min(row.day());
            }
        }
        days
    }

    fn returning(&self) -> BTreeSet<usize> {
        let numbered = self.actors(|row| row.event.is_activity() && row.extra.number == 2);
        self.units.iter().filter(|unit| unit.is_later).map(|unit| unit.actor).chain(numbered).collect()
    }

    fn money(&self, keep: impl Fn(&Row) -> bool) -> Vec<Revenue> {
        let mut all: BTreeMap<&str, [Vec<i64>; 2]> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| keep(row) && row.extra.value != NO_VALUE) {
            let is = [row.is_purchase(), row.is_refund()];
            for (kind, _) in is.iter().enumerate().filter(|(_, is)| **is) {
                all.entry(CURRENCIES[row.extra.currency as usize]).or_default()[kind].push(row.extra.value);
            }
        }
        let mut money: Vec<Revenue> = all
            .into_iter()
            .map(|(currency, [paid, back])| {
                let [revenue, refunded] = [&paid, &back].map(|values| values.iter().copied().map(i128::from).sum());
                Revenue {
                    currency: currency.to_owned(),
                    purchases: paid.len() as u64,
                    revenue: Sum(revenue),
                    average_order: half_even(revenue, paid.len()),
                    refunds: back.len() as u64,
                    refunded: Sum(refunded),
                }
            })
            .collect();
        money.sort_by_key(|money| std::cmp::Reverse(money.purchases));
        money
    }

    fn engaged(&self, keep: impl Fn(&Unit) -> bool) -> Rate {
        let units: Vec<&Unit> = self.units.iter().filter(|unit| keep(unit)).collect();
        Rate::new(units.iter().filter(|unit| unit.engaged[self.by_time]).count() as u64, units.len() as u64)
    }

    fn visits(&self, name: impl Fn(&Unit) -> &'static str) -> Vec<Segment<VisitFigures>> {
        let rows = top_two(self.units.iter().map(&name));
        let figures = |(value, values, names): (String, u64, Vec<&'static str>)| {
            let units = |unit: &Unit| names.contains(&name(unit));
            let numbers: Vec<usize> = self.units.iter().filter(|unit| units(unit)).map(|unit| unit.number).collect();
            let inside = |row: &Row| row.session.is_some_and(|session| numbers.contains(&session));
            let engaged = self.engaged(units);
            let figures = VisitFigures {
                sessions: engaged.denominator.into(),
                engaged_sessions: engaged,
                bounces: Rate::new(engaged.denominator - engaged.numerator, engaged.denominator),
                key_events: self.rows(|row| inside(row) && row.is_key()).into(),
                key_event_sessions: Rate::new(self.sessions_with_key(&numbers), engaged.denominator),
                purchases: self.rows(|row| inside(row) && row.is_purchase()).into(),
                revenue: self.money(inside),
            };
            Segment { value, values, figures }
        };
        rows.into_iter().map(figures).collect()
    }

    fn sessions_with_key(&self, numbers: &[usize]) -> u64 {
        let with = |number: &&usize| self.rows.iter().any(|row| row.session == Some(**number) && row.is_key());
        numbers.iter().filter(with).count() as u64
    }
}

fn half_even(sum: i128, n: usize) -> Option<Sum> {
    // Exact in a float: sums are small. Halves are exact too.
    let n = i32::try_from(n).ok().filter(|n| *n > 0)?;
    let mean = i32::try_from(sum).unwrap();
    let rounded = (f64::from(mean) / f64::from(n)).round_ties_even();
    #[expect(clippy::cast_possible_truncation, reason = "means of small numbers")]
    Some(Sum(rounded as i128))
}

/// Value, number of values, values: the two most frequent, then the rest.
fn top_two(names: impl Iterator<Item = &'static str>) -> Vec<(String, u64, Vec<&'static str>)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let mut order: Vec<(&'static str, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let (shown, rest) = order.split_at(order.len().min(2));
    let mut rows: Vec<_> = shown.iter().map(|(name, _)| ((*name).to_owned(), 1, vec![*name])).collect();
    if !rest.is_empty() {
        rows.push(("(other)".to_owned(), rest.len() as u64, rest.iter().map(|(name, _)| *name).collect()));
    }
    rows
}

/// What is known of a session from its activity events and the events before it.
fn unit(actor: usize, number: usize, events: &[Row], before: &[Row], is_later: bool) -> Unit {
    let duration = events[events.len() - 1].event.ts - events[0].event.ts;
    let views: Vec<&Row> = events.iter().filter(|row| row.is_view()).collect();
    let does_much = views.len() >= 2 || events.iter().any(Row::is_key);
    let foreground: u64 = events.iter().map(Row::foreground_us).sum();
    let pages = |rows: &[&Row]| -> Vec<&'static str> {
        rows.iter().filter(|row| row.extra.page > 0).map(|row| PAGES[row.extra.page as usize]).collect()
    };
    let (viewed, passed) = (pages(&views), pages(&events.iter().collect::<Vec<_>>()));
    let pages = if viewed.is_empty() { passed } else { viewed };
    let vendor = events.iter().find(|row| row.extra.vendor_channel > 0);
    let last_click = before.iter().rev().find(|row| row.click().is_some());
    let recent = last_click.filter(|row| events[0].event.ts - row.event.ts <= LOOKBACK).and_then(Row::click);
    let channel = vendor.map(|row| CHANNELS[row.extra.vendor_channel as usize]);
    Unit {
        actor,
        number,
        segment: events[0].segment,
        start: events[0].day(),
        duration,
        engaged: [does_much || foreground >= AFTER.unsigned_abs(), does_much || duration >= AFTER],
        landing: pages.first().unwrap_or(&"(not set)"),
        exit: pages.last().unwrap_or(&"(not set)"),
        channel: channel.or_else(|| events.iter().find_map(Row::click)).or(recent).unwrap_or("Direct"),
        by_vendor: vendor.is_some(),
        is_later,
    }
}

fn check_total(slow: &Slow, result: &OverviewResult) {
    let (users, new, engaged) = (slow.users(), slow.new_users(), slow.engaged(|_| true));
    let sessions = slow.units.len() as u64;
    let numbers: Vec<usize> = slow.units.iter().map(|unit| unit.number).collect();
    let inside = |row: &Row| row.session.is_some_and(|session| numbers.contains(&session));
    let of_users = |actors: BTreeSet<usize>| actors.intersection(&users).count() as u64;
    assert_eq!(result.users, users.len() as u64);
    assert_eq!(result.active_users, slow.active().len() as u64);
    assert_eq!(result.new_users, new.len() as u64);
    assert_eq!(result.returning_users, slow.returning().len() as u64);
    assert_eq!((result.sessions, result.engaged_sessions), (sessions.into(), engaged));
    let duration: i64 = slow.units.iter().map(|unit| unit.duration).sum();
    assert_eq!(result.duration_us_per_session, Rate::new(duration.unsigned_abs(), sessions));
    assert_eq!(result.events, slow.rows.len() as u64);
    assert_eq!(result.unidentified_events, slow.rows(|row| row.actor.is_none()));
    assert_eq!(result.events_per_session, Rate::new(slow.rows(inside), sessions));
    assert_eq!(result.views, slow.rows(Row::is_view));
    assert_eq!(result.views_per_session, Rate::new(slow.rows(|row| inside(row) && row.is_view()), sessions));
    assert_eq!(result.key_events, slow.rows(Row::is_key));
    assert_eq!(result.key_event_sessions, Rate::new(slow.sessions_with_key(&numbers), sessions));
    assert_eq!(result.key_event_users, Rate::new(of_users(slow.actors(Row::is_key)), users.len() as u64));
    assert_eq!(result.purchases, slow.rows(Row::is_purchase));
    assert_eq!(result.purchasers, Rate::new(of_users(slow.actors(Row::is_purchase)), users.len() as u64));
    assert_eq!(result.purchases_without_value, slow.rows(|row| row.is_purchase() && row.extra.value == NO_VALUE));
    assert_eq!(
        result.repeated_orders,
        slow.rows(|row| row.actor.is_some() && row.event.flags & EventFlags::REPEATED_ORDER != 0)
    );
    assert_eq!(result.refunds, slow.rows(Row::is_refund));
    assert_eq!(result.revenue, slow.money(|_| true));
    let foreground: u64 = slow.rows.iter().filter(|row| row.actor.is_some()).map(Row::foreground_us).sum();
    let expected = (slow.by_time == 0).then_some(foreground);
    assert_eq!(result.engagement.map(|engagement| engagement.total_us.drawn()), expected);
    assert_eq!(result.engaged_by == EngagedBy::EngagementTime, slow.by_time == 0);
    assert_eq!(result.new_users_by == NewUsersBy::FirstVisit, slow.by_row == 0);
    assert_eq!(result.vendor_channel_sessions, slow.units.iter().filter(|unit| unit.by_vendor).count() as u64);
}

fn check_lists(slow: &Slow, result: &OverviewResult) {
    assert_eq!(result.landing_pages, slow.visits(|unit| unit.landing));
    assert_eq!(result.channels, slow.visits(|unit| unit.channel));
    let exits: Vec<(String, u64, u64)> =
        result.exit_pages.iter().map(|row| (row.value.clone(), row.values, row.figures.sessions.drawn())).collect();
    let expected: Vec<(String, u64, u64)> = top_two(slow.units.iter().map(|unit| unit.exit))
        .into_iter()
        .map(|(value, values, names)| {
            (value, values, slow.units.iter().filter(|unit| names.contains(&unit.exit)).count() as u64)
        })
        .collect();
    assert_eq!(exits, expected);
    let names = top_two(slow.rows.iter().map(|row| NAMES[row.event.event as usize]));
    assert_eq!(result.events_by_name.len(), names.len());
    for (row, (value, values, names)) in result.events_by_name.iter().zip(names) {
        let is = |event: &Row| names.contains(&NAMES[event.event.event as usize]);
        assert_eq!((&row.value, row.values, row.figures.events.drawn()), (&value, values, slow.rows(is)));
        assert_eq!(row.figures.users, (values == 1).then(|| (slow.actors(is).len() as u64).into()));
        assert_eq!(row.figures.key_events, slow.rows(|row| is(row) && row.is_key()));
    }
}

fn check_days(slow: &Slow, result: &OverviewResult, scope: &TestScope, setting: &Setting) {
    let new = slow.new_users();
    let days: BTreeSet<i64> = slow.rows.iter().map(Row::day).chain(slow.units.iter().map(|unit| unit.start)).collect();
    let listed: Vec<i64> = match (days.first(), days.last()) {
        (Some(first), Some(last)) => (*first..=*last).collect(),
        _ => Vec::new(),
    };
    assert_eq!(result.days.len(), listed.len());
    for (row, day) in result.days.iter().zip(listed) {
        let on = |row: &Row| row.day() == day;
        assert_eq!(row.day, date_text(day));
        assert_eq!(row.users, slow.actors(|row| on(row) && row.event.is_activity()).len() as u64);
        assert_eq!(row.new_users, new.values().filter(|on| **on == day).count() as u64);
        assert_eq!(row.engaged_sessions, slow.engaged(|unit| unit.start == day));
        assert_eq!(row.sessions, row.engaged_sessions.denominator);
        assert_eq!(row.events, slow.rows(on));
        assert_eq!(row.views, slow.rows(|row| on(row) && row.is_view()));
        assert_eq!(row.key_events, slow.rows(|row| on(row) && row.is_key()));
        assert_eq!(row.purchases, slow.rows(|row| on(row) && row.is_purchase()));
        assert_eq!(row.refunds, slow.rows(|row| on(row) && row.is_refund()));
        assert_eq!(row.revenue, slow.money(on));
        let [start, end] = [day, day + 1].map(|day| day * DAY_US - 9 * HOUR_US);
        assert_eq!(row.is_complete, scope.is_late(start) && end <= setting.data_end + 1);
    }
}

fn check_segments(slow: &Slow, result: &OverviewResult) {
    let Some(by) = &result.by else { return };
    let users = slow.users();
    for row in by.rows.iter().filter(|row| row.value != "(other)") {
        let code = u32::try_from(DEVICES.iter().position(|device| *device == row.value).unwrap()).unwrap();
        let own = |actors: BTreeSet<usize>| {
            actors.iter().filter(|actor| slow.segment_of[**actor] == code && users.contains(*actor)).count() as u64
        };
        let inside = |row: &Row| row.segment == code;
        let figures = &row.figures;
        assert_eq!(figures.users, own(users.clone()));
        assert_eq!(figures.active_users, own(slow.active()));
        assert_eq!(figures.new_users, own(slow.new_users().into_keys().collect()));
        assert_eq!(figures.returning_users, own(slow.returning()));
        assert_eq!(figures.purchasers, own(slow.actors(Row::is_purchase)));
        assert_eq!(figures.engaged_sessions, slow.engaged(|unit| unit.segment == code));
        assert_eq!(figures.events, slow.rows(inside));
        assert_eq!(figures.views, slow.rows(|row| inside(row) && row.is_view()));
        assert_eq!(figures.key_events, slow.rows(|row| inside(row) && row.is_key()));
        assert_eq!(figures.purchases, slow.rows(|row| inside(row) && row.is_purchase()));
        assert_eq!(figures.refunds, slow.rows(|row| inside(row) && row.is_refund()));
        assert_eq!(figures.revenue, slow.money(inside));
    }
}

/// What adds up to the total, over days and over segments.
fn check_sums(result: &OverviewResult) {
    let days =
        |figure: fn(&kundresa_model::result::overview::DayFigures) -> Count| result.days.iter().map(figure).sum();
    let all = [result.sessions, result.events, result.views, result.key_events, result.purchases, result.new_users];
    let by_day: [Count; 6] = [
        days(|day| day.sessions),
        days(|day| day.events),
        days(|day| day.views),
        days(|day| day.key_events),
        days(|day| day.purchases),
        days(|day| day.new_users),
    ];
    assert_eq!(by_day, all);
    assert_eq!(result.engaged_sessions.part() + result.bounces.part(), result.sessions);
    let sum = |rows: &[Segment<VisitFigures>]| rows.iter().map(|row| row.figures.sessions).sum::<Count>();
    assert_eq!([sum(&result.landing_pages), sum(&result.channels)], [result.sessions; 2]);
    if let Some(by) = &result.by {
        let mut sums = [Count::default(); 7];
        for figures in by.rows.iter().map(|row| &row.figures) {
            let own = [figures.sessions, figures.events, figures.views, figures.key_events, figures.purchases];
            for (sum, own) in sums.iter_mut().zip(own.into_iter().chain([figures.new_users, figures.users])) {
                *sum += own;
            }
        }
        assert_eq!(sums[..6], all);
        assert_eq!(sums[6], result.users);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_overview_equals_a_count_figure_by_figure(
        log in logs(),
        scope in scopes(),
        setting in settings(),
        has_engagement in any::<bool>(),
        chunk in 1..4usize,
    ) {
        let shop = Shop::new(has_engagement);
        let dictionaries = crate::support::Dictionaries::default();
        let mut context = setting.context(&dictionaries);
        context.columns = &shop;
        context.zone = ZoneTable::try_new("Asia/Tokyo").unwrap();
        let overview = Overview::try_new(&spec(), &scope.scope(), &context).unwrap();
        let result = run(&overview, &log, usize::MAX, &setting);
        prop_assert_eq!(&run(&overview, &log, chunk, &setting), &result);
        let slow = Slow::of(&log, &scope, has_engagement);
        check_total(&slow, &result);
        check_lists(&slow, &result);
        check_days(&slow, &result, &scope, &setting);
        check_segments(&slow, &result);
        check_sums(&result);
    }
}

#[test]
fn an_empty_log_has_no_figures_and_no_rates() {
    let setting = crate::phases::setting_at(0);
    let (shop, dictionaries) = (Shop::new(true), crate::support::Dictionaries::default());
    let mut context = setting.context(&dictionaries);
    context.columns = &shop;
    let overview = Overview::try_new(&OverviewSpec::default(), &TestScope::everything().scope(), &context).unwrap();
    let log = Log { journeys: Vec::new(), unidentified: Vec::new(), extras: Vec::new() };
    let result = run(&overview, &log, 1, &Setting { taxonomy: TaxonomyName::Full.taxonomy(), ..setting });
    assert_eq!((result.users, result.sessions, result.events), (0.into(), 0.into(), 0.into()));
    let rates = [result.bounces, result.views_per_session, result.key_event_users, result.duration_us_per_session];
    assert_eq!(rates.map(Rate::value), [None; 4]);
    assert_eq!((result.engagement, result.days.len(), result.revenue.len()), (None, 0, 0));
}

#[test]
fn events_of_the_configuration_must_be_readable() {
    let setting = crate::phases::setting_at(0);
    let dictionaries = crate::support::Dictionaries::default();
    let error = |spec: OverviewSpec| {
        let made = Overview::try_new(&spec, &TestScope::everything().scope(), &setting.context(&dictionaries));
        made.map(drop).unwrap_err().to_string()
    };
    let of = |text: &str| OverviewSpec { key_events: vec![text.to_owned()], ..OverviewSpec::default() };
    assert!(error(of("event ==")).starts_with("key_events of [overview]: "));
    assert!(error(of("devise == \"mobile\"")).contains("did you mean `device`?"));
}

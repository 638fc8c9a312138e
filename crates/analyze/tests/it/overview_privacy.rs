//! Can anything that the overview hides from somebody with a privacy threshold be worked out again?
//!
//! What each actor alone has in a figure tells how many actors are behind it. The attack knows everything that is shown, and
//! every sum of the documentation.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_analyze::{Accounting, Analysis, Overview};
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::overview::{
    DayFigures, EventFigures, ExitFigures, OverviewResult, OverviewSegment, Revenue, VisitFigures,
};
use kundresa_model::result::segments::Segment;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::scope::Scope;
use kundresa_model::zone::ZoneTable;
use proptest::prelude::*;
use serde_json::Value;

use crate::overview::{Log, Shop, logs, partials, run, spec};
use crate::privacy::Attack;
use crate::support::{Setting, scopes, settings};

/// Figures of one row by name.
type Row = BTreeMap<String, Count>;

fn less(all: Count, part: Count) -> Count {
    all.shown().zip(part.shown()).map_or(Count::HIDDEN, |(all, part)| all.saturating_sub(part).into())
}

/// Figures that a row always has.
fn row<const N: usize>(figures: [(&str, Count); N]) -> Row {
    figures.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

/// Users, those who did a thing, and those who did not.
fn add_people(row: &mut Row, users: Count, did: &[(&str, Count)]) {
    row.insert("users".to_owned(), users);
    for (name, count) in did {
        row.insert((*name).to_owned(), *count);
        row.insert(format!("not {name}"), less(users, *count));
    }
}

fn add_sessions(row: &mut Row, sessions: Count, engaged: Rate, bounces: Rate, with_key: Option<Rate>) {
    row.insert("sessions".to_owned(), sessions);
    row.insert("engaged".to_owned(), engaged.part());
    row.insert("bounced".to_owned(), bounces.part());
    if let Some(with_key) = with_key {
        row.insert("with key event".to_owned(), with_key.part());
        row.insert("without key event".to_owned(), less(with_key.base(), with_key.part()));
    }
}

/// Purchases and refunds with an amount by currency. A currency that is not listed may be hidden.
fn add_money(row: &mut Row, revenue: &[Revenue]) {
    for money in revenue {
        row.insert(format!("paid {}", money.currency), money.purchases.into());
        row.insert(format!("back {}", money.currency), money.refunds.into());
    }
}

fn total(result: &OverviewResult) -> Row {
    let mut all = row([
        ("events", result.events),
        ("views", result.views),
        ("key events", result.key_events),
        ("purchases", result.purchases),
        ("paid nothing", result.purchases_without_value),
        ("refunds", result.refunds),
        ("foreground", result.engagement.map_or(0.into(), |engagement| engagement.total_us)),
        ("repeated", result.repeated_orders),
        ("vendor's channel", result.vendor_channel_sessions),
        ("own channel", less(result.sessions, result.vendor_channel_sessions)),
    ]);
    let did = [
        ("active", result.active_users),
        ("new", result.new_users),
        ("returning", result.returning_users),
        ("buying", result.purchasers.part()),
        ("key", result.key_event_users.part()),
    ];
    add_people(&mut all, result.users, &did);
    let (engaged, bounces) = (result.engaged_sessions, result.bounces);
    add_sessions(&mut all, result.sessions, engaged, bounces, Some(result.key_event_sessions));
    add_money(&mut all, &result.revenue);
    all
}

fn day(day: &DayFigures) -> Row {
    let mut all = row([
        ("events", day.events),
        ("views", day.views),
        ("key events", day.key_events),
        ("purchases", day.purchases),
        ("refunds", day.refunds),
        ("new", day.new_users),
    ]);
    add_sessions(&mut all, day.sessions, day.engaged_sessions, less_rate(day.engaged_sessions), None);
    add_money(&mut all, &day.revenue);
    all
}

fn less_rate(rate: Rate) -> Rate {
    Rate::of(less(rate.base(), rate.part()), rate.base())
}

fn segment(of: &OverviewSegment) -> Row {
    let mut all = row([
        ("events", of.events),
        ("views", of.views),
        ("key events", of.key_events),
        ("purchases", of.purchases),
        ("refunds", of.refunds),
        ("foreground", of.engagement_us.unwrap_or_default()),
    ]);
    let did = [
        ("active", of.active_users),
        ("new", of.new_users),
        ("returning", of.returning_users),
        ("buying", of.purchasers),
    ];
    add_people(&mut all, of.users, &did);
    add_sessions(&mut all, of.sessions, of.engaged_sessions, of.bounces, Some(of.key_event_sessions));
    add_money(&mut all, &of.revenue);
    all
}

fn visits(of: &VisitFigures) -> Row {
    let mut all = row([("key events", of.key_events), ("purchases", of.purchases)]);
    add_sessions(&mut all, of.sessions, of.engaged_sessions, of.bounces, Some(of.key_event_sessions));
    add_money(&mut all, &of.revenue);
    all
}

/// Cells of a row by name: what each actor alone has in it, and what is shown.
type Cells = BTreeMap<String, usize>;

fn cells(attack: &mut Attack, alone: &[Vec<Row>], shown: &Row) -> Cells {
    let names: BTreeSet<&String> = shown.keys().chain(alone.iter().flatten().flat_map(BTreeMap::keys)).collect();
    let mut cells = Cells::new();
    for name in names {
        let of = |own: &Vec<Row>| own.iter().filter_map(|row| row.get(name)).map(|count| count.drawn()).sum();
        let each: Vec<u64> = alone.iter().map(of).collect();
        let unlisted = if each.iter().all(|own| *own == 0) { 0.into() } else { Count::HIDDEN };
        let shown = shown.get(name).copied().unwrap_or(unlisted);
        cells.insert(name.clone(), attack.of_each(each.into_iter(), shown));
    }
    let of = |start: &str| -> Vec<usize> {
        cells.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, cell)| *cell).collect()
    };
    for (sum, parts) in [
        ("sessions", ["engaged", "bounced"]),
        ("sessions", ["with key event", "without key event"]),
        ("sessions", ["vendor's channel", "own channel"]),
        ("users", ["active", "not active"]),
        ("users", ["new", "not new"]),
        ("users", ["returning", "not returning"]),
        ("users", ["buying", "not buying"]),
        ("users", ["key", "not key"]),
    ] {
        if let (Some(sum), Some(one), Some(other)) = (cells.get(sum), cells.get(parts[0]), cells.get(parts[1])) {
            attack.sum(*sum, [*one, *other]);
        }
    }
    // Purchases and refunds without an amount are only counted in the total, but are what the others leave over.
    for (sum, with, without) in [("purchases", "paid ", "paid nothing"), ("refunds", "back ", "back nothing")] {
        let Some(all) = cells.get(sum) else { continue };
        let mut parts = of(with);
        if !cells.contains_key(without) {
            let figure = |own: &Vec<Row>, start: &str| -> u64 {
                let figures = own.iter().flatten().filter(|(name, _)| name.starts_with(start));
                figures.map(|(_, count)| count.drawn()).sum()
            };
            let each = alone.iter().map(|own| figure(own, sum) - figure(own, with));
            parts.push(attack.of_each(each, Count::HIDDEN));
        }
        attack.sum(*all, parts);
    }
    cells
}

/// Cells of a list, whose rows add up to the total; what happens in sessions does with what happens outside of them.
fn list<'a, F: Clone + 'a>(
    attack: &mut Attack,
    all: (&Cells, &Cells),
    rows: &[Segment<F>],
    alone: impl Fn(usize) -> &'a [Segment<F>],
    actors: usize,
    figures: fn(&F) -> Row,
) {
    let named: Vec<String> = rows.iter().map(|row| row.value.clone()).collect();
    let mut parts = Vec::new();
    for row in rows {
        let is_own =
            |own: &&Segment<F>| own.value == row.value || row.value == "(other)" && !named.contains(&own.value);
        let of = |actor: usize| alone(actor).iter().filter(is_own).map(|row| figures(&row.figures)).collect();
        let alone: Vec<Vec<Row>> = (0..actors).map(of).collect();
        parts.push(cells(attack, &alone, &figures(&row.figures)));
    }
    add_up(attack, all, &parts);
}

fn add_up(attack: &mut Attack, (total, outside): (&Cells, &Cells), parts: &[Cells]) {
    if parts.is_empty() {
        return;
    }
    let names: BTreeSet<&String> = parts.iter().flat_map(BTreeMap::keys).collect();
    for (name, sum) in names.into_iter().filter_map(|name| Some((name, total.get(name)?))) {
        let parts = parts.iter().filter_map(|part| part.get(name));
        attack.sum(*sum, parts.chain(outside.get(name)).copied());
    }
}

/// What is outside of the sessions that channels add up to is shown nowhere.
fn outside(attack: &mut Attack, alone: &[OverviewResult]) -> Cells {
    let apart = |own: &OverviewResult| -> Row {
        let mut left = total(own);
        for visits in own.channels.iter().map(|row| visits(&row.figures)) {
            visits.iter().for_each(|(name, count)| *left.get_mut(name).unwrap() = less(left[name], *count));
        }
        left
    };
    let alone: Vec<Row> = alone.iter().map(apart).collect();
    let is_of_events = |name: &&String| {
        ["key events", "purchases"].contains(&&***name)
            || ["paid ", "back "].iter().any(|start| name.starts_with(start))
    };
    let names: BTreeSet<&String> = alone.iter().flat_map(BTreeMap::keys).filter(is_of_events).collect();
    let cell = |name: &String| {
        let each = alone.iter().map(|own| own.get(name).map_or(0, |count| count.drawn()));
        (name.clone(), attack.of_each(each, Count::HIDDEN))
    };
    names.into_iter().map(cell).collect()
}

fn attack(alone: &[OverviewResult], shown: &OverviewResult, threshold: u64) {
    let mut attack = Attack::new(threshold);
    let actors = alone.len();
    let all = cells(&mut attack, &alone.iter().map(|own| vec![total(own)]).collect::<Vec<_>>(), &total(shown));
    let (nothing, outside) = (Cells::new(), outside(&mut attack, alone));
    let mut days = Vec::new();
    for on in &shown.days {
        let of = |own: &OverviewResult| own.days.iter().filter(|own| own.day == on.day).cloned().collect();
        let own_days: Vec<Vec<DayFigures>> = alone.iter().map(of).collect();
        let rows: Vec<Vec<Row>> = own_days.iter().map(|own| own.iter().map(day).collect()).collect();
        let cells = cells(&mut attack, &rows, &day(on));
        let users: Vec<u64> = own_days.iter().map(|own| own.iter().map(|day| day.users.drawn()).sum()).collect();
        let new = cells["new"];
        let on = attack.of_each(users.iter().copied(), on.users);
        let known = own_days
            .iter()
            .zip(&users)
            .map(|(own, users)| users - own.iter().map(|day| day.new_users.drawn()).sum::<u64>());
        let known = attack.of_each(known, Count::HIDDEN);
        attack.sum(on, [new, known]);
        let absent = alone.iter().zip(&users).map(|(own, users)| own.users.drawn() - users);
        let absent = attack.of_each(absent, Count::HIDDEN);
        attack.sum(all["users"], [on, absent]);
        days.push(cells);
    }
    add_up(&mut attack, (&all, &nothing), &days);
    let by = |result: &OverviewResult| result.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let segments: Vec<_> = alone.iter().map(by).collect();
    list(&mut attack, (&all, &nothing), &by(shown), |actor| &segments[actor], actors, segment);
    list(&mut attack, (&all, &outside), &shown.landing_pages, |actor| &alone[actor].landing_pages, actors, visits);
    list(&mut attack, (&all, &outside), &shown.channels, |actor| &alone[actor].channels, actors, visits);
    let exits = |figures: &ExitFigures| row([("sessions", figures.sessions)]);
    list(&mut attack, (&all, &nothing), &shown.exit_pages, |actor| &alone[actor].exit_pages, actors, exits);
    let names = |figures: &EventFigures| row([("events", figures.events), ("key events", figures.key_events)]);
    list(&mut attack, (&all, &nothing), &shown.events_by_name, |actor| &alone[actor].events_by_name, actors, names);
    users_of_names(&mut attack, all["users"], alone, shown);
    for (name, of) in [
        ("events", per_session as fn(&OverviewResult) -> [Rate; 2]),
        ("views", |own| {
            let [events, views] = per_session(own);
            [views, events]
        }),
    ] {
        let inside = attack.of_each(alone.iter().map(|own| of(own)[0].numerator), of(shown)[0].part());
        let count = |own: &OverviewResult| if name == "events" { own.events } else { own.views };
        let left = alone.iter().map(|own| count(own).drawn() - of(own)[0].numerator);
        let left = attack.of_each(left, Count::HIDDEN);
        attack.sum(all[name], [inside, left]);
    }
    attack.tells_of_nobody("the overview");
}

fn per_session(result: &OverviewResult) -> [Rate; 2] {
    [result.events_per_session, result.views_per_session]
}

/// Actors with an event of one name; the other users have none.
fn users_of_names(attack: &mut Attack, users: usize, alone: &[OverviewResult], shown: &OverviewResult) {
    let named: Vec<&String> = shown.events_by_name.iter().map(|row| &row.value).collect();
    for row in &shown.events_by_name {
        let Some(with) = row.figures.users else { continue };
        // The rest may be a single name.
        let is_own = |own: &String| *own == row.value || row.value == "(other)" && !named.contains(&own);
        let has = |own: &OverviewResult| u64::from(own.events_by_name.iter().any(|own| is_own(&own.value)));
        let with = attack.of_each(alone.iter().map(has), with);
        // Who only has events without activity is no user.
        if alone.iter().all(|own| has(own) <= own.users.drawn()) {
            let without = attack.of_each(alone.iter().map(|own| own.users.drawn() - has(own)), Count::HIDDEN);
            attack.sum(users, [with, without]);
        }
    }
}

/// The result of each actor alone, with what only the whole log tells of its columns.
fn apart(overview: &Overview<'_>, log: &Log, setting: &Setting) -> Vec<OverviewResult> {
    let (parts, whole) = partials(overview, log, 1, setting);
    let whole = serde_json::to_value(&whole).unwrap();
    let own = |text: &String| {
        let mut own: Value = serde_json::from_str(text).unwrap();
        own["seen"] = whole["seen"].clone();
        overview.finish(serde_json::from_value(own).unwrap(), &Accounting::default())
    };
    parts.iter().map(own).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_overview_tells_of_no_small_group(
        parts in prop::collection::vec(logs(), 3),
        test in scopes(),
        setting in settings(),
        has_engagement in any::<bool>(),
        threshold in 2..7_u64,
    ) {
        let log = Log {
            journeys: parts.iter().flat_map(|part| part.journeys.clone()).collect(),
            unidentified: Vec::new(),
            extras: parts.iter().flat_map(|part| part.extras.clone()).collect(),
        };
        let shop = Shop::new(has_engagement);
        let dictionaries = crate::support::Dictionaries::default();
        let mut context = setting.context(&dictionaries);
        context.columns = &shop;
        context.zone = ZoneTable::try_new("Asia/Tokyo").unwrap();
        let all = (OverviewSpec { rows: usize::MAX, ..spec() }, Scope { top: usize::MAX, ..test.scope() });
        let alone = apart(&Overview::try_new(&all.0, &all.1, &context).unwrap(), &log, &setting);
        let scope = Scope { min_actors: threshold, ..test.scope() };
        let shown = run(&Overview::try_new(&spec(), &scope, &context).unwrap(), &log, 3, &setting);
        attack(&alone, &shown, threshold);
    }
}

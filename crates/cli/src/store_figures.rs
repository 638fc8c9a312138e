//! Which events does a store hold: how many of each name, from when to when, worth how much?
//!
//! Plain sums over all events, bots included, except that purchases count as analyses count them: no bots, no repeated
//! orders. Other tools that read the folder find the same.

use std::collections::BTreeMap;

use anyhow::Result;
use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;

/// Name of the event whose value is counted.
pub const PURCHASE: &str = "purchase";

/// Sums over the events of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Events by name.
    pub events: BTreeMap<String, u64>,
    /// Purchases by currency; the empty text stands for none.
    pub purchases: BTreeMap<String, Purchases>,
    /// First and last event, UTC microseconds.
    pub span_us: Option<(i64, i64)>,
}

/// Purchases in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purchases {
    /// Those with a value.
    pub with_value: u64,
    /// All of them.
    pub orders: u64,
    /// Sum of their values in micro-units.
    pub micros: i128,
}

/// The figures of `events`.
///
/// # Errors
/// When events can't be read.
pub fn of(events: &dyn ActorSource) -> Result<StoreFigures> {
    let columns = Columns::of(events);
    let mut tally = Tally::default();
    for range in 0..events.ranges() {
        let visit = &mut |batch: &ActorBatch<'_>| tally.add(batch, &columns);
        events.visit_range(range, &columns.projection, visit).map_err(anyhow::Error::from_boxed)?;
    }
    let visit = &mut |batch: &ActorBatch<'_>| tally.add(batch, &columns);
    events.visit_unidentified(&columns.projection, visit).map_err(anyhow::Error::from_boxed)?;
    Ok(tally.finish(&columns))
}

/// The columns read, with their dictionaries.
struct Columns<'a> {
    projection: Projection,
    /// Position in the projection, and values.
    event: Option<(usize, &'a Dictionary)>,
    currency: Option<(usize, &'a Dictionary)>,
    /// Code of the event `purchase`.
    purchase: Option<u32>,
}

impl<'a> Columns<'a> {
    fn of(events: &'a dyn ActorSource) -> Self {
        let mut projection = Projection { text: Vec::new(), value: true, actor_ids: false };
        let mut project = |name: &str| {
            let column = events.text_columns().iter().position(|column| column == name)?;
            projection.text.push(column);
            Some((projection.text.len() - 1, events.dictionary(column)))
        };
        let (event, currency) = (project(text::EVENT), project(text::CURRENCY));
        let purchase = event.and_then(|(_, names)| names.code(PURCHASE));
        Self { projection, event, currency, purchase }
    }
}

#[derive(Default)]
struct Tally {
    events: BTreeMap<u32, u64>,
    purchases: BTreeMap<u32, Purchases>,
    span_us: Option<(i64, i64)>,
}

impl Tally {
    fn add(&mut self, batch: &ActorBatch<'_>, columns: &Columns<'_>) {
        let code = |column: Option<(usize, &Dictionary)>, row: usize| column.map_or(0, |(at, _)| batch.text[at][row]);
        for row in 0..batch.events() {
            let event = code(columns.event, row);
            *self.events.entry(event).or_default() += 1;
            self.stretch(batch.ts[row]);
            let flags = EventFlags(batch.flags[row]);
            let counts = !flags.has(EventFlags::BOT) && !flags.has(EventFlags::REPEATED_ORDER);
            if counts && Some(event) == columns.purchase {
                self.purchases.entry(code(columns.currency, row)).or_default().add(batch.value[row]);
            }
        }
    }

    fn stretch(&mut self, ts: i64) {
        self.span_us = Some(self.span_us.map_or((ts, ts), |(first, last)| (first.min(ts), last.max(ts))));
    }

    fn finish(self, columns: &Columns<'_>) -> StoreFigures {
        let name = |column: Option<(usize, &Dictionary)>, code: u32| {
            column.and_then(|(_, values)| values.value(code)).unwrap_or_default().to_owned()
        };
        let events = self.events.into_iter().map(|(code, count)| (name(columns.event, code), count));
        let purchases = self.purchases.into_iter().map(|(code, sum)| (name(columns.currency, code), sum));
        StoreFigures { events: events.collect(), purchases: purchases.collect(), span_us: self.span_us }
    }
}

impl Purchases {
    fn add(&mut self, value: i64) {
        self.orders += 1;
        if value != NO_VALUE {
            self.with_value += 1;
            self.micros += i128::from(value);
        }
    }
}

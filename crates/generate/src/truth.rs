//! What exactly did the made-up visitors do?
//!
//! The books are kept where behaviour is decided, visit by visit, and never by reading the written events back: they are
//! an answer to check an analysis against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{Kind, ShopEvent};
use crate::journey::Played;
use crate::rates::{Device, FUNNEL_STEPS, PlantedRates, RATES};
use crate::script::LONGEST_WAIT_US;
use crate::visitor::Visitor;

const LEVELS: usize = FUNNEL_STEPS.len() + 1;
/// Window of the planted funnel: 7 days, inclusive.
const WINDOW_US: i64 = 7 * 24 * 3_600_000_000;

/// Counts that an analysis of the written files must find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedTruth {
    /// Seed of the shop.
    pub seed: u64,
    /// Rows as written, all files together.
    pub rows: RowTruth,
    /// Distinct identified visitors (client ids) with at least one event.
    pub actors: u64,
    /// Sessions of identified visitors: a gap strictly over 30 minutes starts one.
    pub sessions: u64,
    /// The same by device of the visitor.
    pub sessions_by_device: BTreeMap<String, u64>,
    /// Pairs of neighbouring events of one session that lie exactly 30 minutes apart.
    pub gaps_of_exactly_30_minutes: u64,
    /// Sessions that begin one microsecond too late to belong to the one before.
    pub sessions_30_minutes_and_1_us_later: u64,
    /// Funnel of identified visitors, window 7 days, best entry.
    pub funnel: Vec<StepTruth>,
    /// The same by device.
    pub funnel_by_device: BTreeMap<String, Vec<StepTruth>>,
    /// Distinct orders of identified visitors.
    pub orders: u64,
    /// Purchase rows of identified visitors that repeat an order already reported.
    pub repeated_orders: u64,
    /// Value of the orders of identified visitors, each once, by currency, in hundredths.
    pub revenue_cents: BTreeMap<String, i64>,
    /// The chances the visitors were made with.
    #[serde(skip_deserializing)]
    pub planted_per_cent: Vec<PlantedRates>,
}

/// Rows as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowTruth {
    /// All rows.
    pub events: u64,
    /// Rows without any identifier.
    pub unidentified: u64,
    /// Rows the vendor makes up (GA4 formats only).
    pub synthetic: u64,
    /// Rows equal to an earlier row in everything.
    pub repeated_rows: u64,
    /// Rows by event name.
    pub by_event: BTreeMap<String, u64>,
    /// Rows by file, names relative to the folder.
    pub by_file: BTreeMap<String, u64>,
    /// Time of the first event, UTC microseconds.
    pub first_us: Option<i64>,
    /// Time of the last event that is not the vendor's own, UTC microseconds.
    pub last_us: Option<i64>,
}

/// One step of the planted funnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTruth {
    /// Event name.
    pub name: String,
    /// Visitors that reached the step.
    pub reached: u64,
    /// Visitors whose furthest step this is, and whose window is over.
    pub stopped: u64,
    /// Visitors whose furthest step this is so far, with a look at a product less than 7 days before the last event.
    pub open: u64,
    /// Sessions that hold this step and all before it.
    pub sessions: u64,
}

/// Running counts over visits and journeys of identified visitors.
#[derive(Default)]
pub(crate) struct JourneyTally {
    sessions: [u64; 3],
    session_levels: [[u64; LEVELS]; 3],
    actor_levels: [[u64; LEVELS]; 3],
    /// Device, level and last look at a product of every visitor that stopped before the last step.
    unfinished: Vec<(Device, usize, i64)>,
    long_waits: u64,
    short_absences: u64,
    orders: u64,
    repeated_orders: u64,
    revenue_cents: BTreeMap<&'static str, i64>,
}

impl JourneyTally {
    /// Notes one visit.
    pub(crate) fn add_visit(&mut self, played: &Played) {
        let visitor = &played.visit.visitor;
        if !visitor.has_consent {
            return;
        }
        let device = visitor.device as usize;
        self.sessions[device] += 1;
        self.session_levels[device][played.level_in_visit] += 1;
        self.short_absences += u64::from(played.is_short_absence);
        self.add_waits(played);
        self.add_orders(played);
    }

    fn add_waits(&mut self, played: &Played) {
        let gaps = played.actions.windows(2).map(|pair| pair[1].ts_us - pair[0].ts_us);
        let long = gaps.filter(|gap| *gap == LONGEST_WAIT_US).count();
        self.long_waits += u64::try_from(long).expect("a visit has few actions");
    }

    fn add_orders(&mut self, played: &Played) {
        let currency = played.visit.visitor.place.currency;
        let mut purchases = played.actions.iter().filter(|action| action.kind == Kind::Purchase);
        if let Some(first) = purchases.next() {
            self.orders += 1;
            *self.revenue_cents.entry(currency.code()).or_default() += first.cents(currency).unwrap_or_default();
            self.repeated_orders += u64::try_from(purchases.count()).expect("a visit has few actions");
        }
    }

    /// Notes a visitor who will not come again.
    pub(crate) fn end_journey(&mut self, visitor: &Visitor, level: usize, last_view_us: Option<i64>) {
        if !visitor.has_consent {
            return;
        }
        self.actor_levels[visitor.device as usize][level] += 1;
        if let Some(view) = last_view_us.filter(|_| level + 1 < LEVELS) {
            self.unfinished.push((visitor.device, level, view));
        }
    }

    /// The counts, with the rows as they were written.
    pub(crate) fn into_truth(self, seed: u64, rows: RowTruth) -> GeneratedTruth {
        let data_end = rows.last_us.unwrap_or(i64::MIN);
        let by_device = Device::ALL.map(|device| self.steps(&[device], data_end));
        let names = Device::ALL.map(|device| device.name().to_owned());
        GeneratedTruth {
            seed,
            actors: self.actor_levels.iter().flatten().sum(),
            sessions: self.sessions.iter().sum(),
            sessions_by_device: names.clone().into_iter().zip(self.sessions).collect(),
            gaps_of_exactly_30_minutes: self.long_waits,
            sessions_30_minutes_and_1_us_later: self.short_absences,
            funnel: self.steps(&Device::ALL, data_end),
            funnel_by_device: names.into_iter().zip(by_device).collect(),
            orders: self.orders,
            repeated_orders: self.repeated_orders,
            revenue_cents: self.revenue_cents.iter().map(|(code, cents)| ((*code).to_owned(), *cents)).collect(),
            planted_per_cent: RATES.to_vec(),
            rows,
        }
    }

    fn steps(&self, devices: &[Device], data_end: i64) -> Vec<StepTruth> {
        let at = |levels: &[[u64; LEVELS]; 3], level: usize| -> u64 {
            devices.iter().map(|device| levels[*device as usize][level]).sum()
        };
        let from = |levels, level| (level..LEVELS).map(|level| at(levels, level)).sum();
        let is_open = |entry: &&(Device, usize, i64), level| {
            devices.contains(&entry.0) && entry.1 == level && entry.2 + WINDOW_US > data_end
        };
        (1..LEVELS)
            .map(|level| {
                let open = self.unfinished.iter().filter(|entry| is_open(entry, level)).count();
                let open = u64::try_from(open).expect("a count of entries in memory");
                let ended = if level + 1 == LEVELS { 0 } else { at(&self.actor_levels, level) };
                StepTruth {
                    name: FUNNEL_STEPS[level - 1].to_owned(),
                    reached: from(&self.actor_levels, level),
                    stopped: ended - open,
                    open,
                    sessions: from(&self.session_levels, level),
                }
            })
            .collect()
    }
}

impl RowTruth {
    /// Notes one row written to `file`.
    pub(crate) fn add(&mut self, event: &ShopEvent, file: &str) {
        self.add_row(event.action.kind.name(), file);
        self.unidentified += u64::from(!event.visit.visitor.has_consent);
        self.synthetic += u64::from(event.action.kind.is_synthetic());
        self.repeated_rows += u64::from(event.action.is_repeated);
        let ts = event.action.ts_us;
        self.first_us = Some(self.first_us.map_or(ts, |first| first.min(ts)));
        if !event.action.kind.is_synthetic() {
            self.last_us = Some(self.last_us.map_or(ts, |last| last.max(ts)));
        }
    }

    /// Notes a row that is no event of the shop itself.
    pub(crate) fn add_row(&mut self, event: &str, file: &str) {
        self.events += 1;
        *count_of(&mut self.by_event, event) += 1;
        *count_of(&mut self.by_file, file) += 1;
    }
}

fn count_of<'a>(counts: &'a mut BTreeMap<String, u64>, name: &str) -> &'a mut u64 {
    if !counts.contains_key(name) {
        counts.insert(name.to_owned(), 0);
    }
    counts.get_mut(name).expect("just inserted")
}

//! How do millions of visits become one stream of events in time order, in little memory?
//!
//! Visits are played in order of their start. An event leaves once no later visit can begin before it. Only visitors who
//! will come back, and the visits going on, are in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::arrivals::Arrivals;
use crate::event::ShopEvent;
use crate::journey::{Journey, PATROL_US};
use crate::spec::ShopSpec;
use crate::truth::JourneyTally;
use crate::visits::Errand;

const HOUR_US: i64 = 3_600_000_000;
/// No visit begins in the last hours, so that all of them end inside the shop's days.
const QUIET_HOURS: usize = 6;
/// Events of an ordinary visitor over the whole journey, times 100, as measured over a million events.
const EVENTS_PER_HUNDRED_VISITORS: u64 = 1_910;
/// Events per page pair of a heavy actor, times 10.
const EVENTS_PER_TEN_PATROL_PAGES: u64 = 47;
/// A heavy actor's visit has at most this many page pairs: it must end before the next begins.
const MOST_PATROL_PAGES: u64 = 25;

/// All events of a shop in time order; equal times in the order in which they happened.
pub(crate) struct Simulation {
    seed: u64,
    last_start_us: i64,
    arrivals: Arrivals,
    next_index: u64,
    next_arrival: Option<i64>,
    returning: BinaryHeap<Reverse<Waiting>>,
    ready: BinaryHeap<Reverse<Ready>>,
    order: u64,
    /// What happened, actor by actor.
    pub(crate) tally: JourneyTally,
}

impl Simulation {
    /// The shop of `spec`, opening at the local midnight `start_us`.
    pub(crate) fn new(spec: &ShopSpec, start_us: i64) -> Self {
        let hours = usize::try_from(spec.days).expect("32 bits fit") * 24 - QUIET_HOURS;
        let heavy_events = if spec.heavy_actors == 0 { 0 } else { spec.events / 20 };
        let visitors = ((spec.events - heavy_events) * 100 / EVENTS_PER_HUNDRED_VISITORS).max(1);
        let span = i64::try_from(hours).expect("a shop lasts fewer hours than that") * HOUR_US;
        let arrivals = Arrivals::new(spec.seed, start_us, hours, visitors);
        let mut simulation = Self {
            seed: spec.seed,
            last_start_us: start_us + span,
            next_index: 0,
            next_arrival: arrivals.at(0),
            arrivals,
            returning: BinaryHeap::new(),
            ready: BinaryHeap::new(),
            order: 0,
            tally: JourneyTally::default(),
        };
        simulation.send_heavy_actors(spec, start_us, visitors, heavy_events);
        simulation
    }

    fn send_heavy_actors(&mut self, spec: &ShopSpec, start_us: i64, visitors: u64, heavy_events: u64) {
        let visits = spec.heavy_actors * u64::from(spec.days) * 8;
        let pages = (heavy_events * 10 / EVENTS_PER_TEN_PATROL_PAGES).checked_div(visits).unwrap_or(0);
        for heavy in 0..spec.heavy_actors {
            let first = start_us + PATROL_US / 6 + i64::try_from(heavy).expect("few heavy actors") % HOUR_US;
            let errand = Errand::Patrol(pages.clamp(1, MOST_PATROL_PAGES));
            self.wait(Journey::new(visitors + heavy, first, errand), first);
        }
    }

    fn wait(&mut self, journey: Journey, at_us: i64) {
        self.returning.push(Reverse(Waiting { at_us, journey }));
    }

    /// Start of the earliest visit not yet played.
    fn next_start(&self) -> Option<i64> {
        let returning = self.returning.peek().map(|waiting| waiting.0.at_us);
        returning.into_iter().chain(self.next_arrival).min()
    }

    fn play_next(&mut self, start_us: i64) {
        let mut journey = self.take_journey(start_us);
        let played = journey.play(self.seed, start_us);
        self.tally.add_visit(&played);
        match journey.next_us.filter(|next| *next < self.last_start_us) {
            Some(next) => self.wait(journey, next),
            None => self.tally.end_journey(&played.visit.visitor, journey.level, journey.last_view_us),
        }
        for action in played.actions {
            let event = ShopEvent { order: self.order, visit: played.visit.clone(), action };
            self.ready.push(Reverse(Ready(event)));
            self.order += 1;
        }
    }

    /// The journey whose next visit starts at `start_us`: somebody who returns, else a new visitor.
    fn take_journey(&mut self, start_us: i64) -> Journey {
        let is_return = self.returning.peek().is_some_and(|waiting| waiting.0.at_us == start_us);
        if let Some(waiting) = is_return.then(|| self.returning.pop()).flatten() {
            return waiting.0.journey;
        }
        let journey = Journey::new(self.next_index, start_us, Errand::Shop);
        self.next_index += 1;
        self.next_arrival = self.arrivals.at(self.next_index);
        journey
    }
}

/// A journey that goes on at a known time; ordered by that, then by visitor.
struct Waiting {
    at_us: i64,
    journey: Journey,
}

impl Waiting {
    fn key(&self) -> (i64, u64) {
        (self.at_us, self.journey.index)
    }
}

/// An event that may leave soon; ordered by time, then by how things happened.
struct Ready(ShopEvent);

impl Ready {
    fn key(&self) -> (i64, u64) {
        (self.0.action.ts_us, self.0.order)
    }
}

/// Total order by the type's key.
macro_rules! ordered_by_key {
    ($($type:ty),*) => {$(
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }
        impl Eq for $type {}
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $type {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.key().cmp(&other.key())
            }
        }
    )*};
}
ordered_by_key!(Waiting, Ready);

impl Iterator for Simulation {
    type Item = ShopEvent;

    fn next(&mut self) -> Option<ShopEvent> {
        loop {
            let start = self.next_start();
            let earliest = self.ready.peek().map(|ready| ready.0.0.action.ts_us);
            match (start, earliest) {
                (None, None) => return None,
                (Some(start), earliest) if earliest.is_none_or(|earliest| earliest >= start) => self.play_next(start),
                _ => return self.ready.pop().map(|ready| ready.0.0),
            }
        }
    }
}

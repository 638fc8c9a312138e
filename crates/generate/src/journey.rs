//! When does a visitor come back, and why?

use std::rc::Rc;

use crate::dice::Dice;
use crate::event::{Action, Kind, Visit};
use crate::script::LONGEST_WAIT_US;
use crate::visitor::Visitor;
use crate::visits::{Circumstances, Errand, Outcome, play};
use crate::world::RETURN_TRAFFIC;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
/// Nobody comes more often, heavy actors aside.
const MOST_VISITS: u32 = 12;

/// What has to be remembered of a visitor between two visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Journey {
    pub(crate) index: u64,
    /// Start of the next visit; `None` when there is none.
    pub(crate) next_us: Option<i64>,
    first_us: i64,
    turn: u32,
    errand: Errand,
    /// Furthest funnel step so far.
    pub(crate) level: usize,
    /// Time of the last look at a product.
    pub(crate) last_view_us: Option<i64>,
    /// Whether a cart was left behind before, so that each is returned to at most once.
    has_returned: bool,
    /// Whether the next visit begins 30 minutes and one microsecond after this one.
    is_short_absence: bool,
}

/// One visit as it happened.
pub(crate) struct Played {
    pub(crate) visit: Rc<Visit>,
    pub(crate) actions: Vec<Action>,
    pub(crate) level_in_visit: usize,
    /// Whether it began 30 minutes and one microsecond after the visit before.
    pub(crate) is_short_absence: bool,
}

impl Journey {
    /// The journey of visitor `index`, who comes first at `first_us`.
    pub(crate) fn new(index: u64, first_us: i64, errand: Errand) -> Self {
        Self {
            index,
            next_us: Some(first_us),
            first_us,
            turn: 0,
            errand,
            level: 0,
            last_view_us: None,
            has_returned: false,
            is_short_absence: false,
        }
    }

    /// Plays the next visit, which starts at `start_us`, and plans the one after it.
    pub(crate) fn play(&mut self, seed: u64, start_us: i64) -> Played {
        let visitor = Visitor::meet(seed, self.index, self.first_us);
        let mut dice = Dice::new(seed, self.index, u64::from(self.turn) + 1);
        let traffic = if self.turn == 0 { visitor.first_traffic } else { dice.weighted(&RETURN_TRAFFIC) };
        let is_logged_in = visitor.login.is_some() && dice.percent(60);
        let at = Circumstances {
            start_us,
            turn: self.turn,
            rates: visitor.device.rates(),
            order: self.index * 100 + u64::from(self.turn % 100),
        };
        let outcome = play(&self.errand, &mut dice, &at);
        let session_id = start_us.div_euclid(1_000_000);
        let visit = Rc::new(Visit { visitor, traffic, session_id, number: self.turn + 1, is_logged_in });
        let is_short_absence = std::mem::take(&mut self.is_short_absence);
        self.remember(&outcome);
        self.plan(&mut dice, start_us, &outcome);
        Played { visit, actions: outcome.actions, level_in_visit: outcome.level_in_visit, is_short_absence }
    }

    fn remember(&mut self, outcome: &Outcome) {
        self.turn += 1;
        self.level = self.level.max(outcome.level);
        let view = outcome.actions.iter().rev().find(|action| action.kind == Kind::ViewItem);
        self.last_view_us = view.map(|action| action.ts_us).or(self.last_view_us);
    }

    fn plan(&mut self, dice: &mut Dice, start_us: i64, outcome: &Outcome) {
        let end_us = outcome.actions.last().map_or(start_us, |action| action.ts_us);
        if let Errand::Patrol(_) = self.errand {
            let slot = start_us - start_us.rem_euclid(PATROL_US) + PATROL_US;
            let next = slot + dice.between(0, HOUR_US);
            self.next_us = Some(next.max(end_us + LONGEST_WAIT_US + 1));
            return;
        }
        self.next_us = None;
        if self.turn < MOST_VISITS {
            self.come_back(dice, end_us, outcome);
        }
    }

    fn come_back(&mut self, dice: &mut Dice, end_us: i64, outcome: &Outcome) {
        if dice.percent(2) {
            // The shortest absence that is a new session.
            self.is_short_absence = true;
            return self.next(Errand::Shop, end_us + LONGEST_WAIT_US + 1);
        }
        if let Some(product) = outcome.bought {
            let errand = if dice.percent(50) { Errand::Review(product) } else { Errand::Shop };
            let after = days_later(dice, 1, 5);
            if dice.percent(50) {
                self.next(errand, end_us + after);
            }
            return;
        }
        if !outcome.cart.is_empty() && !self.has_returned && dice.percent(40) {
            self.has_returned = true;
            let after = if dice.percent(40) { dice.between(HOUR_US, 5 * HOUR_US) } else { days_later(dice, 1, 3) };
            return self.next(Errand::ReturnToCart(outcome.cart.clone()), end_us + after);
        }
        if dice.percent(if outcome.level > 0 { 30 } else { 12 }) {
            let after = days_later(dice, 1, 6);
            self.next(Errand::Shop, end_us + after);
        }
    }

    fn next(&mut self, errand: Errand, at_us: i64) {
        self.errand = errand;
        self.next_us = Some(at_us);
    }
}

/// Heavy actors come once in every three hours.
pub(crate) const PATROL_US: i64 = 3 * HOUR_US;

/// About the same time of day, `low..=high` days later.
fn days_later(dice: &mut Dice, low: i64, high: i64) -> i64 {
    dice.between(low, high) * DAY_US + dice.between(-2 * HOUR_US, 2 * HOUR_US)
}

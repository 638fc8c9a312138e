//! How does one visit unfold, page by page?
//!
//! A script moves a clock and writes down actions. Waits between two actions are at most 30 minutes, sometimes exactly
//! that: the border at which a session still holds together.

use crate::dice::Dice;
use crate::event::{Action, Batch, Item, Kind, Page};

/// The longest wait inside a visit, microseconds.
pub(crate) const LONGEST_WAIT_US: i64 = 30 * 60 * SECOND_US;
const SECOND_US: i64 = 1_000_000;
/// Waits of exactly [`LONGEST_WAIT_US`] in one visit, so that a visit stays within hours.
const MOST_LONG_WAITS: u32 = 2;

/// The actions of one visit, while it is being played.
pub(crate) struct Script<'a> {
    pub(crate) dice: &'a mut Dice,
    pub(crate) actions: Vec<Action>,
    clock_us: i64,
    page: Page,
    came_from: Option<Page>,
    batch: Batch,
    long_waits: u32,
}

impl<'a> Script<'a> {
    /// A visit that lands on `page` at `start_us`; `is_first` adds the vendor's `first_visit`.
    pub(crate) fn land(dice: &'a mut Dice, start_us: i64, page: Page, is_first: bool) -> Self {
        let batch = Batch { page: start_us / 1000, request: 1, index: 0 };
        let mut script =
            Self { dice, actions: Vec::new(), clock_us: start_us, page, came_from: None, batch, long_waits: 0 };
        script.tie(Kind::SessionStart, &[]);
        if is_first {
            script.tie(Kind::FirstVisit, &[]);
        }
        script.tie(Kind::PageView, &[]);
        script
    }

    /// Time of the last action.
    pub(crate) fn last_us(&self) -> i64 {
        self.actions.last().map_or(self.clock_us, |action| action.ts_us)
    }

    /// Lets `low..=high` seconds pass, or sometimes exactly half an hour; never more than that since the last action.
    pub(crate) fn wait(&mut self, low: i64, high: i64) {
        if self.long_waits < MOST_LONG_WAITS && self.dice.one_in(300) {
            self.long_waits += 1;
            self.clock_us = self.last_us() + LONGEST_WAIT_US;
        } else {
            let later = self.clock_us + self.dice.between(low * SECOND_US, high * SECOND_US);
            self.clock_us = later.min(self.last_us() + LONGEST_WAIT_US);
        }
    }

    /// Loads another page after reading this one.
    pub(crate) fn go(&mut self, page: Page) {
        self.leave();
        self.came_from = Some(self.page);
        self.page = page;
        self.batch = Batch { page: self.clock_us / 1000, request: 1, index: 0 };
        self.tie(Kind::PageView, &[]);
        if self.dice.one_in(250) {
            self.repeat_last();
        }
    }

    /// Something done on this page after a moment.
    pub(crate) fn act(&mut self, kind: Kind, items: &[Item]) {
        self.wait(1, 25);
        self.batch.request += 1;
        self.batch.index = 0;
        self.tie(kind, items);
    }

    /// Something that happens together with the last action: the same microsecond, the next place in the batch.
    pub(crate) fn tie(&mut self, kind: Kind, items: &[Item]) {
        self.batch.index += 1;
        self.actions.push(Action {
            ts_us: self.clock_us,
            kind,
            page: self.page,
            came_from: self.came_from,
            items: items.to_vec(),
            order: None,
            nps: None,
            engagement_ms: 0,
            batch: self.batch,
            is_repeated: false,
        });
    }

    /// The page's own event, half of the time in the same microsecond as its page view.
    pub(crate) fn show(&mut self, kind: Kind, items: &[Item]) {
        if self.dice.percent(50) { self.tie(kind, items) } else { self.act(kind, items) }
    }

    /// The action written last.
    pub(crate) fn last(&mut self) -> &mut Action {
        self.actions.last_mut().expect("a script begins with its landing page")
    }

    /// Writes the last action a second time, equal in everything.
    pub(crate) fn repeat_last(&mut self) {
        let same = Action { is_repeated: true, ..self.last().clone() };
        self.actions.push(same);
    }

    /// Reads the page: now and then a scroll, and the vendor's own note on how long it was in view.
    fn leave(&mut self) {
        let before = self.clock_us;
        if self.dice.percent(30) {
            self.act(Kind::Scroll, &[]);
        }
        self.wait(4, 110);
        if self.dice.percent(25) && self.clock_us - before < LONGEST_WAIT_US {
            self.batch.request += 1;
            self.batch.index = 0;
            self.tie(Kind::UserEngagement, &[]);
            self.last().engagement_ms = (self.clock_us - before) / 1000;
            self.clock_us += self.dice.between(1_000, 900_000);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_in_a_row_never_leave_the_visit() {
        for turn in 0..500 {
            let mut dice = Dice::new(7, 1, turn);
            let mut script = Script::land(&mut dice, 0, Page::Home, true);
            for _ in 0..10 {
                script.wait(200, 300);
            }
            script.act(Kind::Review, &[]);
            assert_eq!(script.last().ts_us, LONGEST_WAIT_US);
        }
    }
}

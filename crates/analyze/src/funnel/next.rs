//! What did units do right after they stopped?
//!
//! The next event of the stream (activity, not made up by the vendor, shown by the filter) after the last of the witness's
//! events in the total order. Sessions look at their own events; held properties are not looked at, since the question is
//! what somebody did instead.

use kundresa_model::dictionary::Dictionary;
use kundresa_model::result::funnel::{NextAction, NextActions};
use kundresa_model::result::segments::{NOT_SET, OTHER};
use serde::{Deserialize, Serialize};

use super::walk::{UnitView, View};
use crate::keyed::{Keyed, Tally};

/// Names that are told apart.
const TOP: usize = 10;

/// Units that stopped at one step, by what they did next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct NextTally {
    /// By code of the event's name.
    actions: Keyed<u32, u64>,
    nothing_more: u64,
}

impl Tally for NextTally {
    fn add(&mut self, other: Self) {
        self.actions.add(other.actions);
        self.nothing_more += other.nothing_more;
    }
}

/// Index in the chunk of what `unit`, which has entered, did next.
pub(crate) fn next_action(view: &View<'_>, unit: UnitView<'_>) -> Option<usize> {
    let last = unit.events.iter().copied().max()? as usize;
    let rest = last + 1..view.chunk.events_of(unit.actor).end;
    rest.into_iter().find(|&event| view.is_in_stream(unit.actor, event) && view.is_in_session(unit.session, event))
}

impl NextTally {
    /// Counts a unit whose next event has that name.
    pub(crate) fn count(&mut self, name: Option<u32>) {
        match name {
            Some(code) => *self.actions.at(code) += 1,
            None => self.nothing_more += 1,
        }
    }

    /// The most frequent names, and the rest.
    pub(crate) fn finish(self, names: &Dictionary) -> NextActions {
        let name = |code| names.value(code).unwrap_or(NOT_SET).to_owned();
        let mut actions: Vec<NextAction> = self
            .actions
            .into_sorted()
            .into_iter()
            .map(|(code, units)| NextAction { event: name(code), units })
            .collect();
        // An event that is called `(other)` belongs to the rest, as in breakdowns.
        actions.sort_by_cached_key(|next| (next.event == OTHER, std::cmp::Reverse(next.units), next.event.clone()));
        let shown = actions.iter().take(TOP).take_while(|next| next.event != OTHER).count();
        let rest = actions.split_off(shown);
        NextActions {
            actions,
            other: rest.iter().map(|next| next.units).sum(),
            other_names: rest.len() as u64,
            nothing_more: self.nothing_more,
        }
    }
}

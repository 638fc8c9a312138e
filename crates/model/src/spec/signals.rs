//! Which signals stand beside the web's events of a page?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::text;
use crate::spec::asks::Asks;
use crate::spec::calendar::CalendarUnit;

/// Pages shown per period unless said otherwise.
pub const DEFAULT_PAGES: usize = 50;

/// Columns of a score from 0 to 10 for recommendation.
pub const NPS: [&str; 1] = ["nps"];
/// Columns of a score from 1 to 5.
pub const EMOTION: [&str; 1] = ["emotion"];
/// Columns that say how many rage clicks a recording has.
pub const RAGE_CLICKS: [&str; 4] = ["Rage clicks", "Rage Clicks", "rage clicks", "rage_clicks"];
/// Columns that say how often the visitor went straight back to the page before.
pub const U_TURNS: [&str; 7] =
    ["U-turns", "U-Turns", "u-turns", "u_turns", "Quick backs", "Quick Backs", "quick_backs"];
/// Columns that say how many clicks did nothing.
pub const DEAD_CLICKS: [&str; 4] = ["Dead clicks", "Dead Clicks", "dead clicks", "dead_clicks"];

/// A table by page and period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignalsSpec {
    /// Names of the sources whose events are signals; those of all others are the web's.
    pub sources: Vec<String>,
    /// Periods of the report zone; the whole time where there is none.
    pub period: Option<CalendarUnit>,
    /// Pages shown per period.
    pub pages: usize,
}

impl Default for SignalsSpec {
    fn default() -> Self {
        Self { sources: Vec::new(), period: None, pages: DEFAULT_PAGES }
    }
}

impl SignalsSpec {
    /// Columns beside those that every log has.
    pub fn columns() -> impl Iterator<Item = &'static str> {
        let scores = NPS.into_iter().chain(EMOTION);
        scores.chain(RAGE_CLICKS).chain(U_TURNS).chain(DEAD_CLICKS)
    }

    /// What it reads.
    pub(super) fn asks(asks: &mut Asks) {
        [text::EVENT, text::SOURCE_NAME, text::PAGE]
            .into_iter()
            .chain(Self::columns())
            .for_each(|name| asks.reads(name));
    }
}

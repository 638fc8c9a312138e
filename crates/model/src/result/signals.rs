//! What do people say and do on the pages of the web?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::spec::calendar::CalendarUnit;

/// Signals beside the web's events, joined by page and period and by nothing else: a row tells what happened on a page, not
/// that the same people did both. Source: `docs/semantics.md#by-page`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignalsResult {
    /// Sources whose events are signals, by name.
    pub signal_sources: Vec<String>,
    /// Periods; null for the whole time.
    pub period: Option<CalendarUnit>,
    /// Pages with a signal, by period, then by falling number of signals, then by name.
    pub page_signals: Vec<PageSignals>,
    /// Rows with a signal that are not shown.
    pub rows_left_out: u64,
    /// Signals on no page.
    pub signals_without_page: u64,
    /// Clicks by element of pages, as heatmaps count them: reference tables that were given beside the log.
    pub heatmaps: Vec<PageClicks>,
}

/// One page in one period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageSignals {
    /// Path of the page, after templates.
    pub page: String,
    /// First day of the period; null for the whole time.
    pub start: Option<String>,
    /// Events of the web on it.
    pub events: Count,
    /// Sessions with such an event.
    pub sessions: Count,
    /// Actors with such an event.
    pub persons: Count,
    /// Answers given on it.
    pub responses: Count,
    /// Scores from 0 to 10 for recommendation: their sum out of their number, which is the mean.
    pub nps: Rate,
    /// Scores of 9 and 10.
    pub promoters: Rate,
    /// Scores of 0 to 6.
    pub detractors: Rate,
    /// Scores from 1 to 5: their sum out of their number.
    pub emotion: Rate,
    /// Recordings that begin on it.
    pub recordings: Count,
    /// Of them with rage clicks, out of those that say.
    pub rage_clicks: Rate,
    /// Of them with a return straight to the page before, out of those that say.
    pub u_turns: Rate,
    /// Of them with clicks that did nothing, out of those that say.
    pub dead_clicks: Rate,
}

/// Clicks on one element of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageClicks {
    /// Path of the page; null where the heatmap does not say.
    pub page: Option<String>,
    /// The heatmap, by the name of its file.
    pub heatmap: String,
    /// The element, as the heatmap names it.
    pub element: String,
    /// Clicks on it out of all clicks of the heatmap.
    pub clicks: Rate,
}

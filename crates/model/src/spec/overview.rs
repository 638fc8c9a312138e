//! Which events are views, key events and purchases?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event_table::VALUE;
use crate::field::{PURCHASES, text};
use crate::spec::asks::Asks;
use crate::time::{DAY_US, Duration, SECOND_US};

/// What `overview` counts. Events are given as in funnel steps: names, `a|b`, globs, or predicates.
/// Source: `docs/semantics.md#overview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OverviewSpec {
    /// Events that are views of a page or screen.
    pub views: Vec<String>,
    /// Events that matter most; GA4 calls them key events.
    pub key_events: Vec<String>,
    /// Events whose `value` is revenue.
    pub purchases: Vec<String>,
    /// Events whose `value` was paid back.
    pub refunds: Vec<String>,
    /// A session of at least this length is engaged.
    pub engaged_after: Duration,
    /// Column with the milliseconds for which the page was in the foreground.
    pub engagement_time_msec: String,
    /// A session without a source of its own takes the last one before it, if that is at most this old.
    pub channel_lookback: Duration,
    /// Events, pages and channels listed before the rest becomes `(other)`.
    pub rows: usize,
}

/// Property with the vendor's own channel of a session, which knows clicks before the log begins.
pub const VENDOR_CHANNEL: &str = "session_channel";
/// Property with the vendor's own number of a session among those of its actor, from 1.
pub const VENDOR_SESSION_NUMBER: &str = "ga_session_number";
/// Events that the vendor makes up for an actor it has not seen before.
pub const FIRST_EVENTS: &str = "first_visit|first_open";
/// Event that the vendor makes up for time in the foreground.
pub const ENGAGEMENT_EVENT: &str = "user_engagement";

impl Default for OverviewSpec {
    fn default() -> Self {
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            views: of(&["page_view", "screen_view"]),
            key_events: of(&[
                "purchase",
                "in_app_purchase",
                "first_open",
                "app_store_subscription_convert",
                "app_store_subscription_renew",
                "qualify_lead",
                "close_convert_lead",
            ]),
            purchases: of(&PURCHASES),
            refunds: of(&["refund", "app_store_refund"]),
            engaged_after: Duration::from_us(10 * SECOND_US),
            engagement_time_msec: "engagement_time_msec".to_owned(),
            channel_lookback: Duration::from_us(90 * DAY_US),
            rows: 10,
        }
    }
}

impl OverviewSpec {
    /// Adds the columns and predicates that `overview` reads. Default events are not asked for: nobody misses those that a
    /// log does not have, and of all of them only the name is read.
    pub(super) fn asks(&self, asks: &mut Asks) {
        for ((key, list), (_, default)) in self.lists().into_iter().zip(Self::default().lists()) {
            let own = list.iter().filter(|step| !default.contains(step));
            own.for_each(|step| asks.step(format!("{key} of [overview]"), step));
        }
        if ![Self::default().engagement_time_msec.as_str(), ""].contains(&self.engagement_time_msec.as_str()) {
            asks.named("overview.engagement_time_msec", &self.engagement_time_msec);
        }
        let columns = [text::EVENT, text::PAGE, text::CHANNEL, text::CURRENCY, VENDOR_CHANNEL, VENDOR_SESSION_NUMBER];
        columns.into_iter().chain([self.engagement_time_msec.as_str(), VALUE]).for_each(|column| asks.reads(column));
    }

    /// The lists of events, with their keys.
    pub fn lists(&self) -> [(&'static str, &[String]); 4] {
        [
            ("views", &self.views),
            ("key_events", &self.key_events),
            ("purchases", &self.purchases),
            ("refunds", &self.refunds),
        ]
    }
}

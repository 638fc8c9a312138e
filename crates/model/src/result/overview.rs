//! How much is going on, in the figures of web analytics?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::money::Sum;
use crate::result::segments::{Breakdown, Segment};
use crate::result::statistics::{Comparison, Interval};

/// Result of `overview`.
///
/// `engaged_sessions + bounces = sessions`. Over `days`, and over the rows of `by`, these add up to the total: sessions, engaged sessions,
/// new users, events, views, key events, purchases, refunds and revenue; over the rows of `by` users too. Over
/// `landing_pages`, `exit_pages` and `channels` sessions add up, over `events_by_name` events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverviewResult {
    /// Actors with activity.
    pub users: Count,
    /// Users with an engaged session, a first visit, or time in the foreground.
    pub active_users: Count,
    /// Users seen for the first time.
    pub new_users: Count,
    /// How first times are known.
    pub new_users_by: NewUsersBy,
    /// Users with a session that was not their first.
    pub returning_users: Count,
    /// Sessions.
    pub sessions: Count,
    /// Sessions per user with activity.
    pub sessions_per_user: Rate,
    /// Engaged sessions out of sessions.
    pub engaged_sessions: Rate,
    /// How the length of a session was taken.
    pub engaged_by: EngagedBy,
    /// A session of this length is engaged, microseconds; so is one with two views or a key event.
    pub engaged_after_us: u64,
    /// Sessions that were not engaged, out of sessions.
    pub bounces: Rate,
    /// Time in the foreground; null if the log has none.
    pub engagement: Option<Engagement>,
    /// Last minus first activity event of sessions, microseconds, summed, per session.
    pub duration_us_per_session: Rate,
    /// Events, those without an actor included.
    pub events: Count,
    /// Those of them without an actor.
    pub unidentified_events: u64,
    /// Events in sessions, per session.
    pub events_per_session: Rate,
    /// Views, those without an actor included.
    pub views: Count,
    /// Those of them without an actor.
    pub unidentified_views: u64,
    /// Views in sessions, per session.
    pub views_per_session: Rate,
    /// Key events, those without an actor included.
    pub key_events: Count,
    /// Those of them without an actor.
    pub unidentified_key_events: u64,
    /// Sessions with a key event, out of sessions.
    pub key_event_sessions: Rate,
    /// Users with a key event, out of users.
    pub key_event_users: Rate,
    /// Interval of that share; null without users, or where the share is hidden.
    #[serde(default)]
    pub key_event_users_interval: Option<Interval>,
    /// Purchases, each order once, those without an actor included.
    pub purchases: Count,
    /// Those of them without an actor.
    pub unidentified_purchases: u64,
    /// Purchases that name no amount.
    pub purchases_without_value: Count,
    /// Purchase events whose order the actor had reported before; they are no purchases and no key events.
    pub repeated_orders: Count,
    /// Users with a purchase, out of users.
    pub purchasers: Rate,
    /// Interval of that share; null without users, or where the share is hidden.
    #[serde(default)]
    pub purchasers_interval: Option<Interval>,
    /// Refund events, those without an actor included.
    pub refunds: Count,
    /// Money by currency: most purchases first, then by currency.
    pub revenue: Vec<Revenue>,
    /// Events by name: most events first, then by name.
    pub events_by_name: Vec<Segment<EventFigures>>,
    /// Sessions by the page they began on: most sessions first, then by page; empty if the log has no pages.
    pub landing_pages: Vec<Segment<VisitFigures>>,
    /// Sessions by the page they ended on: most sessions first, then by page; empty if the log has no pages.
    pub exit_pages: Vec<Segment<ExitFigures>>,
    /// Sessions by channel: most sessions first, then by channel; empty if the log has no channels.
    pub channels: Vec<Segment<VisitFigures>>,
    /// Sessions whose channel the vendor says; the others' was computed.
    pub vendor_channel_sessions: Count,
    /// Days of the report zone, oldest first.
    pub days: Vec<DayFigures>,
    /// By dimension: each session has its first filled value, each user that of the whole journey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<OverviewSegment>>,
}

/// How first times are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewUsersBy {
    /// The log has rows that say so (`first_visit`, `first_open`).
    FirstVisit,
    /// Nothing earlier of the actor is in the log.
    FirstEvent,
}

/// How the length of a session was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngagedBy {
    /// By the time in the foreground that its events report.
    EngagementTime,
    /// By its last minus its first activity event, since no event of the log reports time in the foreground.
    Duration,
}

/// Time in the foreground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Engagement {
    /// All of it, microseconds.
    pub total_us: Count,
    /// Per session, microseconds.
    pub us_per_session: Rate,
    /// Per active user, microseconds.
    pub us_per_active_user: Rate,
}

/// Money in one currency. Currencies are never added up, and refunds never taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revenue {
    /// Currency code; [`crate::result::segments::NOT_SET`] where the data names none.
    pub currency: String,
    /// Purchases with an amount.
    pub purchases: u64,
    /// What they brought in, gross, in units of the currency.
    pub revenue: Sum,
    /// Revenue per purchase with an amount, rounded half-even to 10⁻⁶; null without any.
    pub average_order: Option<Sum>,
    /// Refunds with an amount.
    pub refunds: u64,
    /// What they gave back, as the data writes it.
    pub refunded: Sum,
}

/// Figures of one event name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventFigures {
    /// Events, those without an actor included.
    pub events: Count,
    /// Those of them without an actor.
    pub unidentified_events: u64,
    /// Actors with such an event; null for several names together, where they don't add up.
    pub users: Option<Count>,
    /// How many of the events are key events.
    pub key_events: Count,
}

/// Sessions that have a landing page, or a channel, in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VisitFigures {
    /// Sessions.
    pub sessions: Count,
    /// Engaged ones out of them.
    pub engaged_sessions: Rate,
    /// The others out of them.
    pub bounces: Rate,
    /// Key events in them.
    pub key_events: Count,
    /// Sessions with a key event out of them.
    pub key_event_sessions: Rate,
    /// Purchases in them.
    pub purchases: Count,
    /// Money of purchases and refunds in them, by currency.
    pub revenue: Vec<Revenue>,
}

/// Sessions that ended on one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExitFigures {
    /// Sessions.
    pub sessions: Count,
}

/// Figures of one day of the report zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DayFigures {
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Whether the whole day lies between `--from` and the data end.
    pub is_complete: bool,
    /// Users with activity on that day; a user of two days counts on both.
    pub users: Count,
    /// Users first seen on that day.
    pub new_users: Count,
    /// Sessions that began on that day.
    pub sessions: Count,
    /// Engaged ones out of them.
    pub engaged_sessions: Rate,
    /// Events on that day, whenever their session began.
    pub events: Count,
    /// Views among them.
    pub views: Count,
    /// Key events among them.
    pub key_events: Count,
    /// Purchases among them.
    pub purchases: Count,
    /// Refunds among them.
    pub refunds: Count,
    /// Money of these purchases and refunds, by currency.
    pub revenue: Vec<Revenue>,
}

/// Figures of one segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverviewSegment {
    /// As in the total.
    pub users: Count,
    /// As in the total.
    pub active_users: Count,
    /// As in the total.
    pub new_users: Count,
    /// As in the total.
    pub returning_users: Count,
    /// As in the total.
    pub sessions: Count,
    /// As in the total.
    pub engaged_sessions: Rate,
    /// As in the total.
    pub bounces: Rate,
    /// Time in the foreground, microseconds; null if the log has none.
    pub engagement_us: Option<Count>,
    /// As in the total.
    pub events: Count,
    /// As in the total.
    pub views: Count,
    /// As in the total.
    pub key_events: Count,
    /// As in the total.
    pub key_event_sessions: Rate,
    /// As in the total.
    pub purchases: Count,
    /// Users with a purchase.
    pub purchasers: Count,
    /// Users with a purchase, out of users.
    #[serde(default)]
    pub purchaser_share: Rate,
    /// Interval of that share.
    #[serde(default)]
    pub purchaser_interval: Option<Interval>,
    /// That share compared with that of all other segments; null where it, or what it is compared with, is hidden.
    #[serde(default)]
    pub purchaser_comparison: Option<Comparison>,
    /// As in the total.
    pub refunds: Count,
    /// As in the total.
    pub revenue: Vec<Revenue>,
}

//! What do reports call figures and dimensions?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A figure that both sides know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Users with activity.
    Users,
    /// Users with an engaged session, a first visit, or time in the foreground.
    ActiveUsers,
    /// Users seen for the first time.
    NewUsers,
    /// Users with a session that was not their first.
    ReturningUsers,
    /// Sessions.
    Sessions,
    /// Engaged sessions.
    EngagedSessions,
    /// Events.
    Events,
    /// Views.
    Views,
    /// Key events.
    KeyEvents,
    /// Purchases.
    Purchases,
    /// Users with a purchase.
    Purchasers,
    /// Gross revenue of purchases.
    Revenue,
}

/// Names of figures in reports, in lower case. What is not here is left out of comparisons: rates follow from these, and
/// names in other languages can be given in English.
const FIGURES: [(&str, Figure); 22] = [
    ("total users", Figure::Users),
    ("active users", Figure::ActiveUsers),
    ("users", Figure::ActiveUsers),
    ("new users", Figure::NewUsers),
    ("first-time users", Figure::NewUsers),
    ("returning users", Figure::ReturningUsers),
    ("sessions", Figure::Sessions),
    ("engaged sessions", Figure::EngagedSessions),
    ("event count", Figure::Events),
    ("views", Figure::Views),
    ("screen views", Figure::Views),
    ("pageviews", Figure::Views),
    ("key events", Figure::KeyEvents),
    ("conversions", Figure::KeyEvents),
    ("ecommerce purchases", Figure::Purchases),
    ("purchases", Figure::Purchases),
    ("transactions", Figure::Purchases),
    ("total purchasers", Figure::Purchasers),
    ("purchase revenue", Figure::Revenue),
    ("gross purchase revenue", Figure::Revenue),
    ("total revenue", Figure::Revenue),
    ("ecommerce revenue", Figure::Revenue),
];

impl Figure {
    /// The figure that a column of a report holds.
    pub fn of_column(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        FIGURES.iter().find(|(known, _)| *known == name).map(|(_, figure)| *figure)
    }

    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::ActiveUsers => "active_users",
            Self::NewUsers => "new_users",
            Self::ReturningUsers => "returning_users",
            Self::Sessions => "sessions",
            Self::EngagedSessions => "engaged_sessions",
            Self::Events => "events",
            Self::Views => "views",
            Self::KeyEvents => "key_events",
            Self::Purchases => "purchases",
            Self::Purchasers => "purchasers",
            Self::Revenue => "revenue",
        }
    }

    /// Whether the figures of rows add up to that of all.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Events | Self::Views | Self::KeyEvents | Self::Purchases | Self::Revenue)
    }

    /// Whether people are counted.
    pub(super) fn counts_people(self) -> bool {
        matches!(self, Self::Users | Self::ActiveUsers | Self::NewUsers | Self::ReturningUsers | Self::Purchasers)
    }
}

/// What rows of a report are about, where both sides know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Everything together.
    Total,
    /// The name of the event.
    Event,
    /// The day.
    Day,
    /// The channel of the session.
    Channel,
    /// The page that the session began on.
    LandingPage,
}

/// How a column of a report names what its rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// As a value of that dimension.
    As(Dimension),
    /// As a number of days since the first.
    NthDay,
    /// As a day with its hour.
    DayHour,
}

impl Named {
    /// What a column of a report says.
    pub(super) fn of_column(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        Some(match name.as_str() {
            "event name" => Self::As(Dimension::Event),
            "date" | "day" => Self::As(Dimension::Day),
            "nth day" => Self::NthDay,
            "landing page" | "landing page + query string" => Self::As(Dimension::LandingPage),
            _ if name.starts_with("date + hour") => Self::DayHour,
            _ if name.starts_with("session") && name.ends_with("channel group") => Self::As(Dimension::Channel),
            "session primary channel group (default channel group)" => Self::As(Dimension::Channel),
            _ => return None,
        })
    }
}

/// Whether a column of a report names things even where it holds numbers.
pub(super) fn is_dimension(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let words = ["date", "nth", "hour", "minute", "week", "month", "year", "id", "name", "path", "title", "segment"];
    Named::of_column(&name).is_some() || name.split([' ', '-']).any(|word| words.contains(&word))
}

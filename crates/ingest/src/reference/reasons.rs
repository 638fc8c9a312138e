//! Why may a figure of a report differ from ours? `docs/why-it-differs-from-ga4.md` says more of each.

use kundresa_model::result::overview::OverviewResult;
use kundresa_model::result::segments::OTHER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ReferenceTable;
use super::compare::ComparedFigure;
use super::words::{Dimension, Figure};

/// A known reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The log does not have all days of the report.
    Period,
    /// The log has nothing of that name.
    NotInTheLog,
    /// Too few people to be shown, or several currencies.
    NotShown,
    /// Days are those of the property's zone there.
    TimeZone,
    /// The report folds rare rows into `(other)`.
    OtherRow,
    /// The report hides rows of few people.
    Thresholding,
    /// Explorations over many events are sampled.
    Sampling,
    /// Large counts of people and sessions are estimated there.
    Estimated,
    /// People without consent are modelled there.
    Consent,
    /// An order counts once here.
    Deduplication,
    /// Total revenue has refunds taken off and advertising added there.
    TotalRevenue,
    /// Sessions are cut by pauses here, and counted by their ids there.
    SessionRule,
    /// Key events are those of the property there, and of the configuration here.
    KeyEventList,
    /// Bots leave by their user agent here.
    Bots,
    /// Late events, and rows that are excluded from the export.
    LateEvents,
    /// The log has rows that the property never saw.
    MoreSources,
}

impl Reason {
    /// What it is and what to do, as a sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::Period => "the log does not hold every day of the report: read the missing days as well",
            Self::NotInTheLog => "the log has nothing of that name, or calls it otherwise",
            Self::NotShown => {
                "the figure is hidden by the privacy threshold, not known in this breakdown, or in several currencies"
            }
            Self::TimeZone => "GA4's days are those of the property's time zone: set the same with --time-zone",
            Self::OtherRow => {
                "the report folds what is rare into (other): compare totals, or shorten the report's period"
            }
            Self::Thresholding => "GA4 hides rows of few people where Google signals are on: compare totals",
            Self::Sampling => "explorations over more than 10 million events are sampled: compare a standard report",
            Self::Estimated => "GA4 estimates large counts of users and sessions, within 1 to 3 %",
            Self::Consent => {
                "GA4 models people without consent: set the property's reporting identity to Device-based to compare"
            }
            Self::Deduplication => "an order that is reported twice counts once here",
            Self::TotalRevenue => {
                "Total revenue has refunds taken off and advertising added: compare Gross purchase revenue"
            }
            Self::SessionRule => {
                "sessions are cut at pauses of 30 minutes here and counted by their ids there: set use_vendor_id = true under [sessions]"
            }
            Self::KeyEventList => "key events are those of the property there: list the same under [overview]",
            Self::Bots => "bots that say so in their user agent are left out here: --bots include counts them",
            Self::LateEvents => {
                "the export was made before late events came, or leaves events out: export days again after three days"
            }
            Self::MoreSources => {
                "the log may hold what the property never saw: other streams or properties, server and CRM logs; read the export alone"
            }
        }
    }
}

/// Figures nearer than this are the same: money is rounded to cents in reports.
const SAME: f64 = 0.011;

/// Reasons that fit a difference.
pub(super) fn reasons(compared: &ComparedFigure, table: &ReferenceTable, ours: &OverviewResult) -> Vec<Reason> {
    let Some(difference) = compared.difference else { return vec![Reason::NotShown] };
    if difference.abs() < SAME {
        return Vec::new();
    }
    let known = KNOWN.iter().filter(|(_, fits)| fits(compared, table, ours));
    known.map(|(reason, _)| *reason).collect()
}

type Fits = fn(&ComparedFigure, &ReferenceTable, &OverviewResult) -> bool;

/// All reasons, those that explain most first, with when they may be one.
const KNOWN: [(Reason, Fits); 15] = [
    (Reason::Period, lacks_days),
    (Reason::NotInTheLog, |one, _, _| one.ours == Some(0.0) && !one.value.is_empty() && one.value != OTHER),
    (Reason::TimeZone, |one, _, _| one.dimension == Dimension::Day),
    (Reason::OtherRow, |one, table, _| has_other(table) && (is_more(one) || one.value == OTHER)),
    (Reason::TotalRevenue, |one, _, _| one.column.to_lowercase().contains("total revenue")),
    (Reason::Deduplication, |one, _, _| is_less(one) && is_sale(one)),
    (Reason::SessionRule, |one, _, _| is_visit(one)),
    (Reason::KeyEventList, |one, _, _| one.figure == Figure::KeyEvents),
    (Reason::Consent, |one, _, _| is_less(one) && (one.figure.counts_people() || is_visit(one))),
    (Reason::Estimated, |one, _, _| is_near(one) && (one.figure.counts_people() || is_visit(one))),
    (Reason::Sampling, |one, table, _| one.figure == Figure::Events && one.theirs > 1e7 && !table.report.contains(':')),
    (Reason::Thresholding, |one, _, _| {
        is_more(one) && (one.figure.counts_people() || one.dimension != Dimension::Total)
    }),
    (Reason::LateEvents, |one, _, _| is_less(one)),
    (Reason::Bots, |one, _, _| is_less(one)),
    (Reason::MoreSources, |one, _, _| is_more(one)),
];

fn is_more(one: &ComparedFigure) -> bool {
    one.difference.is_some_and(|difference| difference > 0.0)
}

fn is_less(one: &ComparedFigure) -> bool {
    one.difference.is_some_and(|difference| difference < 0.0)
}

/// Whether the two are nearer than an estimate is wrong.
fn is_near(one: &ComparedFigure) -> bool {
    one.theirs > 1e4 && one.ratio.is_some_and(|ratio| (ratio - 1.0).abs() < 0.03)
}

fn is_sale(one: &ComparedFigure) -> bool {
    matches!(one.figure, Figure::Purchases | Figure::Revenue)
}

fn is_visit(one: &ComparedFigure) -> bool {
    matches!(one.figure, Figure::Sessions | Figure::EngagedSessions)
}

fn has_other(table: &ReferenceTable) -> bool {
    table.rows.iter().any(|row| row.dimensions.iter().any(|value| value == OTHER))
}

/// Whether the report has days that the log has not.
fn lacks_days(one: &ComparedFigure, table: &ReferenceTable, ours: &OverviewResult) -> bool {
    let days = || ours.days.iter().map(|day| day.day.as_str());
    if one.dimension == Dimension::Day {
        return !days().any(|day| day == one.value);
    }
    let (first, last) = (days().min(), days().max());
    let before = table.start.as_deref().zip(first).is_some_and(|(start, first)| start < first);
    let after = table.end.as_deref().zip(last).is_some_and(|(end, last)| end > last);
    before || after || first.is_none()
}

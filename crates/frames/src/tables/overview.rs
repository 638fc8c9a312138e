//! Which tables show the overview?

use kundresa_model::count::Count;
use kundresa_model::result::overview::{OverviewResult, OverviewSegment, Revenue, VisitFigures};
use kundresa_model::result::statistics::Comparison;

use super::funnel::method_key;
use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &OverviewResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, days(result)?, events(result)?, pages(result)?, channels(result)?, revenue(result)?])
}

/// The total or one segment; `all` only for the total.
struct OverviewRow<'a> {
    part: Part<'a>,
    figures: OverviewSegment,
    all: Option<&'a OverviewResult>,
}

fn overview_rows(result: &OverviewResult) -> Vec<OverviewRow<'_>> {
    let total = OverviewSegment {
        users: result.users,
        active_users: result.active_users,
        new_users: result.new_users,
        returning_users: result.returning_users,
        sessions: result.sessions,
        engaged_sessions: result.engaged_sessions,
        bounces: result.bounces,
        engagement_us: result.engagement.map(|engagement| engagement.total_us),
        events: result.events,
        views: result.views,
        key_events: result.key_events,
        key_event_sessions: result.key_event_sessions,
        purchases: result.purchases,
        purchasers: result.purchasers.part(),
        purchaser_share: result.purchasers,
        purchaser_interval: result.purchasers_interval,
        purchaser_comparison: None,
        refunds: result.refunds,
        revenue: Vec::new(),
    };
    let total = OverviewRow { part: Part::Total, figures: total, all: Some(result) };
    let by_segment =
        segments(result.by.as_ref()).map(|(part, figures)| OverviewRow { part, figures: figures.clone(), all: None });
    std::iter::once(total).chain(by_segment).collect()
}

/// The main table. Money is in `overview_revenue`, since one row has several currencies.
pub fn main(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let frame = part_columns(&overview_rows(result), |row| row.part)
        .count("users", |row| Some(row.figures.users))
        .count("active_users", |row| Some(row.figures.active_users))
        .count("new_users", |row| Some(row.figures.new_users))
        .count("returning_users", |row| Some(row.figures.returning_users))
        .count("sessions", |row| Some(row.figures.sessions))
        .rate("sessions_per_user", |row| row.all.map(|all| all.sessions_per_user))
        .rate("engaged_sessions", |row| Some(row.figures.engaged_sessions))
        .rate("bounces", |row| Some(row.figures.bounces))
        .count("engagement_us", |row| row.figures.engagement_us)
        .rate("duration_us_per_session", |row| row.all.map(|all| all.duration_us_per_session))
        .count("events", |row| Some(row.figures.events))
        .count("unidentified_events", |row| row.all.map(|all| all.unidentified_events))
        .rate("events_per_session", |row| row.all.map(|all| all.events_per_session))
        .count("views", |row| Some(row.figures.views))
        .count("unidentified_views", |row| row.all.map(|all| all.unidentified_views))
        .rate("views_per_session", |row| row.all.map(|all| all.views_per_session))
        .count("key_events", |row| Some(row.figures.key_events))
        .rate("key_event_sessions", |row| Some(row.figures.key_event_sessions))
        .rate("key_event_users", |row| row.all.map(|all| all.key_event_users))
        .count("purchases", |row| Some(row.figures.purchases))
        .count("purchasers", |row| Some(row.figures.purchasers))
        .rate("purchaser_share", |row| Some(row.figures.purchaser_share))
        .number("purchaser_share_low", |row| row.figures.purchaser_interval.map(|interval| interval.low))
        .number("purchaser_share_high", |row| row.figures.purchaser_interval.map(|interval| interval.high))
        .rate("others_purchaser_share", |row| comparison(row).map(|comparison| comparison.others))
        .text("test", |row| comparison(row).map(|comparison| method_key(comparison.method)))
        .number("p_value", |row| comparison(row).and_then(|comparison| comparison.p_value))
        .number("p_adjusted", |row| comparison(row).and_then(|comparison| comparison.p_adjusted))
        .count("repeated_orders", |row| row.all.map(|all| all.repeated_orders))
        .count("refunds", |row| Some(row.figures.refunds))
        .finish()?;
    Ok(NamedFrame::new("overview", frame))
}

fn comparison<'r>(row: &'r OverviewRow<'_>) -> Option<&'r Comparison> {
    row.figures.purchaser_comparison.as_ref()
}

fn days(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.days)
        .text("day", |day| Some(&day.day))
        .text("is_complete", |day| Some(if day.is_complete { "true" } else { "false" }))
        .count("users", |day| Some(day.users))
        .count("new_users", |day| Some(day.new_users))
        .count("sessions", |day| Some(day.sessions))
        .rate("engaged_sessions", |day| Some(day.engaged_sessions))
        .count("events", |day| Some(day.events))
        .count("views", |day| Some(day.views))
        .count("key_events", |day| Some(day.key_events))
        .count("purchases", |day| Some(day.purchases))
        .count("refunds", |day| Some(day.refunds))
        .finish()?;
    Ok(NamedFrame::new("overview_days", frame))
}

fn events(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.events_by_name)
        .text("event", |row| Some(&row.value))
        .count("names", |row| Some(row.values))
        .count("events", |row| Some(row.figures.events))
        .count("unidentified_events", |row| Some(row.figures.unidentified_events))
        .count("users", |row| row.figures.users)
        .count("key_events", |row| Some(row.figures.key_events))
        .finish()?;
    Ok(NamedFrame::new("overview_events", frame))
}

/// Where sessions begin, or end; `visits` only for the first.
struct PageRow<'a> {
    end: &'static str,
    page: &'a str,
    pages: u64,
    sessions: Count,
    visits: Option<&'a VisitFigures>,
}

fn pages(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let landing = result.landing_pages.iter().map(|row| PageRow {
        end: "landing",
        page: &row.value,
        pages: row.values,
        sessions: row.figures.sessions,
        visits: Some(&row.figures),
    });
    let exit = result.exit_pages.iter().map(|row| PageRow {
        end: "exit",
        page: &row.value,
        pages: row.values,
        sessions: row.figures.sessions,
        visits: None,
    });
    let rows: Vec<PageRow<'_>> = landing.chain(exit).collect();
    let frame = Columns::of(&rows)
        .text("end", |row| Some(row.end))
        .text("page", |row| Some(row.page))
        .count("pages", |row| Some(row.pages))
        .count("sessions", |row| Some(row.sessions))
        .rate("engaged_sessions", |row| row.visits.map(|visits| visits.engaged_sessions))
        .rate("bounces", |row| row.visits.map(|visits| visits.bounces))
        .count("key_events", |row| row.visits.map(|visits| visits.key_events))
        .rate("key_event_sessions", |row| row.visits.map(|visits| visits.key_event_sessions))
        .count("purchases", |row| row.visits.map(|visits| visits.purchases))
        .finish()?;
    Ok(NamedFrame::new("overview_pages", frame))
}

fn channels(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.channels)
        .text("channel", |row| Some(&row.value))
        .count("channels", |row| Some(row.values))
        .count("sessions", |row| Some(row.figures.sessions))
        .rate("engaged_sessions", |row| Some(row.figures.engaged_sessions))
        .rate("bounces", |row| Some(row.figures.bounces))
        .count("key_events", |row| Some(row.figures.key_events))
        .rate("key_event_sessions", |row| Some(row.figures.key_event_sessions))
        .count("purchases", |row| Some(row.figures.purchases))
        .finish()?;
    Ok(NamedFrame::new("overview_channels", frame))
}

/// Money in one currency, and what it belongs to.
struct RevenueRow<'a> {
    part: &'static str,
    value: Option<&'a str>,
    money: &'a Revenue,
    /// Exact sums as decimal text.
    revenue: String,
    average_order: Option<String>,
    refunded: String,
}

fn revenue_rows<'a>(
    part: &'static str,
    value: Option<&'a str>,
    revenue: &'a [Revenue],
) -> impl Iterator<Item = RevenueRow<'a>> {
    revenue.iter().map(move |money| RevenueRow {
        part,
        value,
        money,
        revenue: money.revenue.to_string(),
        average_order: money.average_order.map(|average| average.to_string()),
        refunded: money.refunded.to_string(),
    })
}

/// Of the total, of days, segments, landing pages and channels.
fn revenue(result: &OverviewResult) -> Result<NamedFrame, FramesError> {
    let mut rows: Vec<RevenueRow<'_>> = revenue_rows("total", None, &result.revenue).collect();
    rows.extend(result.days.iter().flat_map(|day| revenue_rows("day", Some(&day.day), &day.revenue)));
    for (part, list) in [("landing_page", &result.landing_pages), ("channel", &result.channels)] {
        rows.extend(list.iter().flat_map(|row| revenue_rows(part, Some(&row.value), &row.figures.revenue)));
    }
    let by = result.by.iter().flat_map(|by| &by.rows);
    rows.extend(by.flat_map(|row| revenue_rows("segment", Some(&row.value), &row.figures.revenue)));
    let frame = Columns::of(&rows)
        .text("part", |row| Some(row.part))
        .text("value", |row| row.value)
        .text("currency", |row| Some(&row.money.currency))
        .count("purchases", |row| Some(row.money.purchases))
        .text("revenue", |row| Some(&row.revenue))
        .text("average_order", |row| row.average_order.as_deref())
        .count("refunds", |row| Some(row.money.refunds))
        .text("refunded", |row| Some(&row.refunded))
        .finish()?;
    Ok(NamedFrame::new("overview_revenue", frame))
}

//! How does the overview look on a terminal? One screen of figures, then tables.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::overview::{
    DayFigures, EngagedBy, EventFigures, ExitFigures, NewUsersBy, OverviewResult, OverviewSegment, Revenue,
    VisitFigures,
};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::Interval;

use super::Style;
use super::table;
use crate::format;
use crate::words;

/// Days shown; earlier ones are counted.
const MOST_DAYS: usize = 31;
/// Longest page, event or channel in a table.
const LONGEST: usize = 26;

/// Figures, then money, days, events, pages, channels and segments.
pub fn blocks(overview: &OverviewResult, style: &Style) -> Vec<String> {
    let mut blocks = vec![format!("{}\n{}", table::heading("Overview"), table::pairs(&figures(overview), style))];
    let currency = only_currency(&overview.revenue);
    let lists = [
        (!overview.revenue.is_empty()).then(|| revenue(&overview.revenue, style)),
        (!overview.days.is_empty()).then(|| days(&overview.days, currency, style)),
        (!overview.events_by_name.is_empty()).then(|| events(overview, style)),
        (!overview.landing_pages.is_empty()).then(|| visits("Landing page", &overview.landing_pages, currency, style)),
        (!overview.exit_pages.is_empty()).then(|| exits(overview, style)),
        (!overview.channels.is_empty()).then(|| visits("Channel", &overview.channels, currency, style)),
        overview.by.as_ref().map(|by| segments(by, currency, style)),
    ];
    blocks.extend(lists.into_iter().flatten());
    blocks
}

fn figures(overview: &OverviewResult) -> Vec<(&'static str, String)> {
    let mut rows = people(overview);
    rows.extend(behaviour(overview));
    rows.extend(outcomes(overview));
    rows
}

fn people(overview: &OverviewResult) -> Vec<(&'static str, String)> {
    let new = match overview.new_users_by {
        NewUsersBy::FirstVisit => "new (first visit reported)",
        NewUsersBy::FirstEvent => "new (nothing earlier in the data)",
    };
    let users = format!(
        "{}  {} active, {} {new}, {} returning",
        format::count(overview.users),
        format::count(overview.active_users),
        format::count(overview.new_users),
        format::count(overview.returning_users)
    );
    let sessions = format!("{}  {}", format::count(overview.sessions), per(overview.sessions_per_user, "per user"));
    let length = match overview.engaged_by {
        EngagedBy::EngagementTime => "in the foreground",
        EngagedBy::Duration => "long",
    };
    let after = format::duration(i64::try_from(overview.engaged_after_us).unwrap_or(i64::MAX));
    let engaged = format!("{} sessions: {after} {length}, 2 views or a key event", share(overview.engaged_sessions));
    let bounced = format!("{} sessions: the others", share(overview.bounces));
    vec![("Users", users), ("Sessions", sessions), ("Engaged", engaged), ("Bounced", bounced)]
}

fn behaviour(overview: &OverviewResult) -> Vec<(&'static str, String)> {
    let lasting = format!(
        "{} per session (n = {}), from first to last activity",
        format::mean_duration(overview.duration_us_per_session),
        format::count(overview.duration_us_per_session.base())
    );
    let engagement = overview.engagement.map_or_else(
        || "not in this data".to_owned(),
        |engagement| {
            format!(
                "{} per session (n = {}), {} per active user (n = {})",
                format::mean_duration(engagement.us_per_session),
                format::count(engagement.us_per_session.base()),
                format::mean_duration(engagement.us_per_active_user),
                format::count(engagement.us_per_active_user.base())
            )
        },
    );
    let events = counted(overview.events, overview.unidentified_events, overview.events_per_session);
    let views = counted(overview.views, overview.unidentified_views, overview.views_per_session);
    vec![("In foreground", engagement), ("Duration", lasting), ("Events", events), ("Views", views)]
}

fn outcomes(overview: &OverviewResult) -> Vec<(&'static str, String)> {
    let mut key_events = format!(
        "{}  in {} sessions, by {} users",
        format::count(overview.key_events),
        share(overview.key_event_sessions),
        share(overview.key_event_users)
    );
    key_events += &sure(overview.key_event_users_interval);
    key_events += &also(overview.unidentified_key_events, "without an actor");
    let mut purchases = format!("{}  by {} users", format::count(overview.purchases), share(overview.purchasers));
    purchases += &sure(overview.purchasers_interval);
    for (number, what) in [
        (overview.unidentified_purchases.into(), "without an actor"),
        (overview.purchases_without_value, "without an amount"),
        (overview.repeated_orders, "repeated and not counted"),
    ] {
        purchases += &also(number, what);
    }
    let refunds = format!("{}  never taken off revenue", format::count(overview.refunds));
    vec![("Key events", key_events), ("Purchases", purchases), ("Refunds", refunds)]
}

fn counted(all: Count, unidentified: u64, per_session: Rate) -> String {
    let per_session = per(per_session, "per session");
    format!("{}  {per_session}{}", format::count(all), also(unidentified, "without an actor"))
}

fn per(rate: Rate, of: &str) -> String {
    format!("{} {of} (n = {})", format::ratio(rate), format::count(rate.base()))
}

fn share(rate: Rate) -> String {
    format!("{} ({})", format::count(rate.part()), format::per_cent_of(rate))
}

fn sure(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |interval| format!(" (95 % interval {})", format::interval(interval)))
}

fn also(number: impl Into<Count>, what: &str) -> String {
    let number = number.into();
    if number == 0 { String::new() } else { format!("; {} {what}", format::count(number)) }
}

/// The currency of all amounts, if it is one.
fn only_currency(revenue: &[Revenue]) -> Option<&str> {
    match revenue {
        [only] => Some(&only.currency),
        _ => None,
    }
}

fn revenue(revenue: &[Revenue], style: &Style) -> String {
    let rows = revenue.iter().map(|money| {
        vec![
            words::elided(&money.currency, LONGEST),
            format::count(money.purchases),
            format::money(money.revenue.0, ""),
            money.average_order.map_or_else(|| format::DASH.to_owned(), |average| format::mean_money(average.0, "")),
            format::count(money.refunds),
            format::money(money.refunded.0, ""),
        ]
    });
    let head = ["Currency", "Purchases", "Revenue, gross", "Per purchase", "Refunds", "Refunded"];
    table::table(&head, "lrrrrr", rows.collect(), style)
}

/// What was earned in the only currency; nothing where there are several, which are never added up. Purchases without an
/// amount that may be shown earned nothing that is known.
fn earned(revenue: &[Revenue], purchases: Count, currency: Option<&str>) -> Option<String> {
    let currency = currency?;
    let own = revenue.iter().find(|money| money.currency == currency);
    Some(match own {
        None if purchases.is_hidden() => format::HIDDEN.to_owned(),
        None if purchases != 0 => format::DASH.to_owned(),
        _ => format::money(own.map_or(0, |money| money.revenue.0), ""),
    })
}

/// Columns of the table of days; those that are false give way to revenue, for want of room.
const DAY_COLUMNS: [(&str, bool); 8] = [
    ("Users", true),
    ("New", false),
    ("Sessions", true),
    ("Engaged", false),
    ("Events", true),
    ("Views", true),
    ("Key", false),
    ("Bought", true),
];
/// The same of the table of segments.
const SEGMENT_COLUMNS: [(&str, bool); 7] = [
    ("Users", true),
    ("Sessions", true),
    ("Engaged", false),
    ("Events", true),
    ("Views", false),
    ("Key", true),
    ("Bought", true),
];

/// Places of the columns that are shown.
fn shown(columns: &'static [(&str, bool)], currency: Option<&str>) -> impl Iterator<Item = usize> {
    let is_narrow = currency.is_some();
    (0..columns.len()).filter(move |place| columns[*place].1 || !is_narrow)
}

fn heads(first: &str, columns: &'static [(&str, bool)], currency: Option<&str>) -> (Vec<String>, String) {
    let names = shown(columns, currency).map(|place| columns[place].0.to_owned());
    let head: Vec<String> = std::iter::once(first.to_owned()).chain(names).collect();
    let alignment = format!("l{}", "r".repeat(head.len() - 1));
    (head, alignment)
}

fn with_currency(head: &mut Vec<String>, alignment: &mut String, currency: Option<&str>) {
    if let Some(currency) = currency {
        head.push(format!("Revenue {}", words::elided(currency, 9)));
        alignment.push('r');
    }
}

fn table_of(head: &[String], alignment: &str, rows: Vec<Vec<String>>, style: &Style) -> String {
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table::table(&head, alignment, rows, style)
}

fn days(days: &[DayFigures], currency: Option<&str>, style: &Style) -> String {
    let (mut head, mut alignment) = heads("Day", &DAY_COLUMNS, currency);
    with_currency(&mut head, &mut alignment, currency);
    let earlier = days.len().saturating_sub(MOST_DAYS);
    let rows = days[earlier..].iter().map(|day| day_row(day, currency)).collect();
    let mut text = table_of(&head, &alignment, rows, style);
    if earlier > 0 {
        text += &format!(
            "\nThe last {MOST_DAYS} days; {} more before them are in the JSON.",
            format::count(earlier as u64)
        );
    }
    if days.iter().any(|day| !day.is_complete) {
        text += "\n* not the whole day: --from or the end of the data lies in it.";
    }
    text
}

fn day_row(day: &DayFigures, currency: Option<&str>) -> Vec<String> {
    let mut row = vec![if day.is_complete { day.day.clone() } else { format!("{} *", day.day) }];
    let engaged = day.engaged_sessions.part();
    let counts =
        [day.users, day.new_users, day.sessions, engaged, day.events, day.views, day.key_events, day.purchases];
    row.extend(shown(&DAY_COLUMNS, currency).map(|place| format::count(counts[place])));
    row.extend(earned(&day.revenue, day.purchases, currency));
    row
}

fn events(overview: &OverviewResult, style: &Style) -> String {
    let row = |segment: &Segment<EventFigures>| {
        let figures = segment.figures;
        vec![
            name(&segment.value, segment.values),
            format::count(figures.events),
            format::per_cent(Rate::of(figures.events, overview.events)),
            figures.users.map_or_else(|| format::DASH.to_owned(), format::count),
            format::count(figures.key_events),
        ]
    };
    let share = format!("Of {}", format::count(overview.events));
    let head = ["Event", "Events", &share, "Actors", "Key events"];
    table::table(&head, "lrrrr", overview.events_by_name.iter().map(row).collect(), style)
}

fn name(value: &str, values: u64) -> String {
    let shown = words::elided(value, LONGEST);
    if values > 1 { format!("{shown} {}", format::count(values)) } else { shown }
}

fn visits(of: &str, rows: &[Segment<VisitFigures>], currency: Option<&str>, style: &Style) -> String {
    let mut head: Vec<String> = [of, "Sessions", "Engaged", "Bounced", "Key events"].map(str::to_owned).into();
    let mut alignment = "lrrrr".to_owned();
    with_currency(&mut head, &mut alignment, currency);
    let rows = rows.iter().map(|segment| {
        let figures = &segment.figures;
        let mut row = vec![
            name(&segment.value, segment.values),
            format::count(figures.sessions),
            format::per_cent(figures.engaged_sessions),
            format::per_cent(figures.bounces),
            format::count(figures.key_events),
        ];
        row.extend(earned(&figures.revenue, figures.purchases, currency));
        row
    });
    table_of(&head, &alignment, rows.collect(), style)
}

fn exits(overview: &OverviewResult, style: &Style) -> String {
    let row = |segment: &Segment<ExitFigures>| {
        let sessions = segment.figures.sessions;
        let share = Rate::of(sessions, overview.sessions);
        vec![
            name(&segment.value, segment.values),
            format::count(sessions),
            format::per_cent_of(share),
            table::bar(sessions.drawn(), 0, 0, overview.sessions.drawn(), 12),
        ]
    };
    let rows = overview.exit_pages.iter().map(row).collect();
    table::table(&["Exit page", "Sessions", "Share", ""], "lrrl", rows, style)
}

fn segments(by: &Breakdown<OverviewSegment>, currency: Option<&str>, style: &Style) -> String {
    let (mut head, mut alignment) = heads(&words::elided(&by.dimension, LONGEST), &SEGMENT_COLUMNS, currency);
    with_currency(&mut head, &mut alignment, currency);
    let rows = by.rows.iter().map(|segment| {
        let figures = &segment.figures;
        let count = format::count;
        let cells = [
            count(figures.users),
            count(figures.sessions),
            format::per_cent(figures.engaged_sessions),
            count(figures.events),
            count(figures.views),
            count(figures.key_events),
            count(figures.purchases),
        ];
        let mut row = vec![name(&segment.value, segment.values)];
        row.extend(shown(&SEGMENT_COLUMNS, currency).map(|place| cells[place].clone()));
        row.extend(earned(&figures.revenue, figures.purchases, currency));
        row
    });
    table_of(&head, &alignment, rows.collect(), style)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(micros: i128) -> Vec<Revenue> {
        let sum = kundresa_model::result::money::Sum(micros);
        let average_order = Some(sum);
        vec![Revenue { currency: "EUR".into(), purchases: 1, revenue: sum, average_order, refunds: 0, refunded: sum }]
    }

    fn day() -> DayFigures {
        DayFigures {
            day: "2024-03-04".to_owned(),
            is_complete: false,
            users: 12_345.into(),
            new_users: 2_345.into(),
            sessions: 23_456.into(),
            engaged_sessions: Rate::new(20_000, 23_456),
            events: 345_678.into(),
            views: 45_678.into(),
            key_events: 1_234.into(),
            purchases: 1_234.into(),
            refunds: 0.into(),
            revenue: money(123_456_780_000),
        }
    }

    #[test]
    fn days_beside_one_currency_fit_on_a_screen() {
        let text = days(&[day()], Some("EUR"), &Style::default());
        assert!(text.contains("Revenue EUR") && text.contains("123,456.78") && !text.contains("Engaged"), "{text}");
        assert!(text.contains("2024-03-04 *"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let text = days(&[day()], None, &Style::default());
        assert!(text.contains("Engaged") && !text.contains("Revenue"), "{text}");
    }
}

//! Which few numbers matter, how did they go from day to day, and where did people come from and leave?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::overview::{
    DayFigures, EngagedBy, EventFigures, ExitFigures, NewUsersBy, OverviewResult, Revenue, VisitFigures,
};
use kundresa_model::result::segments::Segment;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::chart::{self, Kind};
use super::columns::{self, Column, Plot};
use super::texts::{chart as chart_texts, common, overview as texts};
use super::{Section, View, cell, figures};
use crate::locale::{Locale, Text};

/// Days shown, the latest ones; the document has all.
const MOST_DAYS: usize = 92;
/// Rows of a list.
const MOST_ROWS: usize = 15;

/// Days, events, channels and pages.
pub fn section(view: &View<'_>) -> Section {
    let (locale, overview) = (view.locale, &view.figures().overview);
    Section {
        id: "overview",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            @if overview.days.is_empty() { (cell::nothing(locale.say(&texts::NO_DAYS))) }
            @else { (days(locale, overview)) }
            div.pairs {
                div { (events(locale, overview)) }
                @if !overview.channels.is_empty() {
                    div { (visits(locale, "channels", &texts::CHANNELS, &texts::CHANNEL, &overview.channels, overview)) }
                }
                @if !overview.landing_pages.is_empty() {
                    div { (visits(locale, "landing", &texts::LANDING_PAGES, &texts::PAGE, &overview.landing_pages, overview)) }
                }
                @if !overview.exit_pages.is_empty() { div { (exits(locale, overview)) } }
            }
        },
    }
}

/// One figure by day: what it is called, how it is read from a day, and the highest of it.
struct Daily<'a> {
    name: &'a str,
    of: Box<dyn Fn(&DayFigures) -> Count + 'a>,
    told: Box<dyn Fn(&DayFigures) -> String + 'a>,
}

fn days(locale: Locale, overview: &OverviewResult) -> Markup {
    let skipped = overview.days.len().saturating_sub(MOST_DAYS);
    let shown = &overview.days[skipped..];
    let caption = html! {
        (locale.say(&texts::DAYS_CAPTION))
        @if skipped > 0 {
            " " (locale.fill(&texts::DAYS_SKIPPED, &[&locale.count(shown.len() as u64), &locale.count(skipped as u64)]))
        }
    };
    let picture = html! {
        div.panels { @for daily in dailies(locale, overview) { (panel(locale, shown, &daily)) } }
        @if shown.iter().any(|day| !day.is_complete) { (incomplete_legend(locale)) }
    };
    chart::figure(locale, Kind::Trend, "days", &picture, &caption, &day_table(locale, shown, overview))
}

/// What the hatching means.
pub fn incomplete_legend(locale: Locale) -> Markup {
    html! {
        ul.legend aria-label=(locale.say(&common::LEGEND)) {
            li {
                svg.swatch aria-hidden="true" { rect.incomplete fill="url(#fill-incomplete)" width="100%" height="100%" {} }
                (locale.say(&chart_texts::INCOMPLETE))
            }
        }
    }
}

fn dailies(locale: Locale, overview: &OverviewResult) -> Vec<Daily<'_>> {
    let count = move |name: &'static Text, of: fn(&DayFigures) -> Count| Daily {
        name: locale.say(name),
        of: Box::new(of),
        told: Box::new(move |day| locale.count(of(day))),
    };
    let mut dailies = vec![count(&texts::USERS, |day| day.users), count(&texts::SESSIONS, |day| day.sessions)];
    if is_some(overview.views) {
        dailies.push(count(&texts::VIEWS, |day| day.views));
    }
    match overview.revenue.first() {
        Some(main) => dailies.push(revenue_by_day(locale, main)),
        None if is_some(overview.key_events) => dailies.push(count(&texts::KEY_EVENTS, |day| day.key_events)),
        None => dailies.push(count(&texts::EVENTS, |day| day.events)),
    }
    dailies
}

fn is_some<C: Into<Count>>(count: C) -> bool {
    count.into().is_some()
}

/// Purchases by day, since amounts of several currencies can't be one column; the amount of the main one is in the words.
fn revenue_by_day<'a>(locale: Locale, main: &'a Revenue) -> Daily<'a> {
    Daily {
        name: locale.say(&texts::PURCHASES),
        of: Box::new(|day| day.purchases),
        told: Box::new(move |day| {
            let own = day.revenue.iter().find(|revenue| revenue.currency == main.currency);
            let amount = own.map(|own| format!(", {}", locale.money(own.revenue.0, &locale.elided(&own.currency, 12))));
            locale.count(day.purchases) + &amount.unwrap_or_default()
        }),
    }
}

fn panel(locale: Locale, days: &[DayFigures], daily: &Daily<'_>) -> Markup {
    let column = |day: &DayFigures| {
        let mut tip = format!("{}: {} {}", locale.day_named(&day.day), daily.name, (daily.told)(day));
        if !day.is_complete {
            tip += &format!(" ({})", locale.say(&chart_texts::NOT_OVER));
        }
        Column { value: (daily.of)(day), base: None, is_incomplete: !day.is_complete, tip }
    };
    let highest = days.iter().filter_map(|day| (daily.of)(day).shown()).max();
    let end = |day: Option<&DayFigures>| day.map_or_else(String::new, |day| locale.day_named(&day.day));
    let label = locale.fill(&texts::BY_DAY, &[&daily.name]);
    html! {
        div.panel {
            p.panel-name { (daily.name) }
            (columns::plot(&Plot {
                label: &label,
                top: highest.map_or_else(|| locale.hidden(), |highest| locale.count(highest)),
                ends: [end(days.first()), end(days.last())],
                columns: days.iter().map(column).collect(),
            }))
        }
    }
}

fn day_table(locale: Locale, days: &[DayFigures], overview: &OverviewResult) -> Markup {
    let heads = [
        &texts::USERS,
        &texts::NEW_USERS,
        &texts::SESSIONS,
        &texts::ENGAGED,
        &texts::EVENTS,
        &texts::VIEWS,
        &texts::KEY_EVENTS,
        &texts::PURCHASES,
    ];
    figures::table(
        locale,
        &html! { (locale.say(&texts::DAY_TABLE_CAPTION)) },
        days.len(),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::DAY)) }
                @for head in heads { th.n scope="col" { (locale.say(head)) } }
                @for revenue in &overview.revenue { th.n scope="col" { (revenue_head(locale, revenue)) } }
            } }
            tbody { @for day in days { (day_row(locale, day, &overview.revenue)) } }
        },
    )
}

fn revenue_head(locale: Locale, revenue: &Revenue) -> Markup {
    html! { (locale.say(&texts::REVENUE)) " " (cell::segment(locale, &revenue.currency)) }
}

fn day_row(locale: Locale, day: &DayFigures, currencies: &[Revenue]) -> Markup {
    html! {
        tr {
            th scope="row" {
                (locale.day_named(&day.day))
                @if !day.is_complete { small { (locale.say(&chart_texts::NOT_OVER)) } }
            }
            (cell::count_cell(locale, day.users))
            (cell::count_cell(locale, day.new_users))
            (cell::count_cell(locale, day.sessions))
            (cell::rate_cell(locale, day.engaged_sessions))
            (cell::count_cell(locale, day.events))
            (cell::count_cell(locale, day.views))
            (cell::count_cell(locale, day.key_events))
            (cell::count_cell(locale, day.purchases))
            @for currency in currencies { (earned_cell(locale, &day.revenue, &currency.currency)) }
        }
    }
}

fn earned_cell(locale: Locale, revenue: &[Revenue], currency: &str) -> Markup {
    match revenue.iter().find(|own| own.currency == currency) {
        Some(own) => figures::money_cell(locale, own.revenue, ""),
        None => html! { td.n { (crate::locale::DASH) } },
    }
}

fn more(locale: Locale, rows: usize) -> Markup {
    cell::more_in_json(locale, rows.saturating_sub(MOST_ROWS))
}

fn events(locale: Locale, overview: &OverviewResult) -> Markup {
    let rows = &overview.events_by_name;
    let caption = html! { (locale.say(&texts::EVENTS_CAPTION)) (more(locale, rows.len())) };
    let table = figures::table(
        locale,
        &caption,
        rows.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::EVENT)) }
                th.n scope="col" { (locale.say(&texts::EVENTS)) }
                th.n scope="col" { (locale.say(&texts::USERS)) }
                th scope="col" { (share_head(locale, overview.events)) }
            } }
            tbody { @for row in rows.iter().take(MOST_ROWS) { (event_row(locale, row, overview.events)) } }
        },
    );
    html! { h3 { (locale.say(&texts::TOP_EVENTS)) } (chart::bars("events", &table)) }
}

fn event_row(locale: Locale, row: &Segment<EventFigures>, all: Count) -> Markup {
    let users = row.figures.users;
    html! {
        tr {
            (segment_head(locale, row))
            (cell::count_cell(locale, row.figures.events))
            @match users { Some::<Count>(users) => (cell::count_cell(locale, users)), None => td.n { (crate::locale::DASH) } }
            (bar_cell(locale, row.figures.events, all))
        }
    }
}

fn segment_head<F>(locale: Locale, row: &Segment<F>) -> Markup {
    html! {
        th scope="row" {
            (cell::segment(locale, &row.value))
            @if row.values > 1 { small { (locale.counted(row.values, &texts::VALUE_ONE, &texts::VALUE_MANY)) } }
        }
    }
}

/// What shares below are of.
fn share_head(locale: Locale, all: Count) -> String {
    locale.fill(&chart_texts::SHARE_OF, &[&locale.count(all)])
}

/// A bar of a part of `all`, and the share.
fn bar_cell<C: Into<Count>>(locale: Locale, part: C, all: Count) -> Markup {
    let rate = Rate::of(part.into(), all);
    html! { td.plot { (bar::mini(Part::Went, rate)) small { (locale.per_cent(rate)) } } }
}

/// Sessions by the page they began on, or by channel.
fn visits(
    locale: Locale,
    id: &str,
    title: &Text,
    head: &Text,
    rows: &[Segment<VisitFigures>],
    overview: &OverviewResult,
) -> Markup {
    let caption = html! { (locale.say(&texts::VISITS_CAPTION)) (more(locale, rows.len())) };
    let table = figures::table(
        locale,
        &caption,
        rows.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(head)) }
                th.n scope="col" { (locale.say(&texts::SESSIONS)) }
                th.n scope="col" { (locale.say(&texts::ENGAGED)) }
                th.n scope="col" { (locale.say(&texts::KEY_EVENTS)) }
                th scope="col" { (share_head(locale, overview.sessions)) }
            } }
            tbody {
                @for row in rows.iter().take(MOST_ROWS) {
                    tr {
                        (segment_head(locale, row))
                        (cell::count_cell(locale, row.figures.sessions))
                        (cell::rate_cell(locale, row.figures.engaged_sessions))
                        (cell::count_cell(locale, row.figures.key_events))
                        (bar_cell(locale, row.figures.sessions, overview.sessions))
                    }
                }
            }
        },
    );
    html! { h3 { (locale.say(title)) } (chart::bars(id, &table)) }
}

fn exits(locale: Locale, overview: &OverviewResult) -> Markup {
    let rows: &[Segment<ExitFigures>] = &overview.exit_pages;
    let caption = html! { (locale.say(&texts::EXITS_CAPTION)) (more(locale, rows.len())) };
    let table = figures::table(
        locale,
        &caption,
        rows.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::PAGE)) }
                th.n scope="col" { (locale.say(&texts::SESSIONS)) }
                th scope="col" { (share_head(locale, overview.sessions)) }
            } }
            tbody {
                @for row in rows.iter().take(MOST_ROWS) {
                    tr {
                        (segment_head(locale, row))
                        (cell::count_cell(locale, row.figures.sessions))
                        (bar_cell(locale, row.figures.sessions, overview.sessions))
                    }
                }
            }
        },
    );
    html! { h3 { (locale.say(&texts::EXIT_PAGES)) } (chart::bars("exits", &table)) }
}

/// How first times are known, for the card of new users.
pub fn new_users_by(by: NewUsersBy) -> &'static Text {
    match by {
        NewUsersBy::FirstVisit => &texts::FIRST_VISIT,
        NewUsersBy::FirstEvent => &texts::FIRST_EVENT,
    }
}

/// What makes a session engaged, for its card.
pub fn engaged_by(by: EngagedBy) -> &'static Text {
    match by {
        EngagedBy::EngagementTime => &texts::ENGAGED_FOREGROUND,
        EngagedBy::Duration => &texts::ENGAGED_LONG,
    }
}

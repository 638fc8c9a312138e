//! How does a whole report look as a text that stands alone, in a mail for instance?
//!
//! Title and period first, then the few numbers that matter, every funnel, the phases and the carts. How it was counted
//! and what was rejected follow, as under every result.

use kundresa_model::count::Count;
use kundresa_model::document::{ReportFigures, Results, Settings};
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::overview::OverviewResult;

use super::Style;
use super::{carts, funnel, phases, signals, table};
use crate::facts;
use crate::findings;
use crate::format;
use crate::words;

/// All blocks.
pub fn blocks(results: &Results<ReportFigures>, style: &Style) -> Vec<String> {
    let figures = &results.figures;
    let mut blocks = vec![masthead(figures, &results.settings, style), numbers(figures, style)];
    for (index, result) in figures.funnels.iter().enumerate() {
        blocks.push(funnel::top(result, index, style));
        blocks.push(funnel::result(result, style));
    }
    blocks.push(phases::top(&figures.phases, style));
    if [figures.carts.carts.opened, figures.carts.carts.purchases].map(Count::from).iter().any(|count| count.is_some())
    {
        blocks.extend(carts::short(&figures.carts, style));
    }
    blocks.extend(figures.signals.iter().flat_map(|signals| signals::blocks(signals, style)));
    blocks
}

fn masthead(figures: &ReportFigures, settings: &Settings, style: &Style) -> String {
    let title = words::elided(&figures.title, style.columns());
    let line = "=".repeat(title.chars().count());
    let zone = facts::zone(settings);
    let period = match settings.data_start_us {
        None => "No events in the data".to_owned(),
        start => format!(
            "{} to {}, {}",
            format::instant_or_dash(start, &zone),
            format::instant_or_dash(settings.data_end_us, &zone),
            zone.name()
        ),
    };
    format!("{}\n{line}\n{period}", table::heading(&title))
}

fn numbers(figures: &ReportFigures, style: &Style) -> String {
    let overview = &figures.overview;
    let mut rows = vec![
        ("Users", format!("{}, {} of them new", format::count(overview.users), format::count(overview.new_users))),
        ("Sessions", sessions(figures)),
        ("Engaged", format!("{} sessions", format::per_cent_of(overview.engaged_sessions))),
    ];
    rows.extend(figures.funnels.first().map(conversion));
    rows.extend(money(overview));
    rows.extend(figures.funnels.first().and_then(loss));
    format!("{}\n{}", table::heading("The numbers that matter"), table::pairs(&rows, style))
}

fn sessions(figures: &ReportFigures) -> String {
    let median = format::median(&figures.sessions.duration_us);
    format!("{}, half of them no longer than {median}", format::count(figures.overview.sessions))
}

fn conversion(main: &FunnelResult) -> (&'static str, String) {
    ("Conversion", format!("{} who entered {}", format::per_cent_of(main.conversion), funnel::title(main, 0)))
}

/// One line per currency; amounts of several are never added.
fn money(overview: &OverviewResult) -> Vec<(&'static str, String)> {
    let one = |revenue: &kundresa_model::result::overview::Revenue| {
        let sum = format::money(revenue.revenue.0, &words::elided(&revenue.currency, 12));
        ("Revenue", format!("{sum} gross, {}", format::counted(revenue.purchases, "purchase", "purchases")))
    };
    overview.revenue.iter().map(one).collect()
}

fn loss(main: &FunnelResult) -> Option<(&'static str, String)> {
    let step = findings::largest_loss(main)?;
    let (here, next) = (main.steps.get(step)?, main.steps.get(step + 1)?);
    let name = |name: &str| words::elided(name, table::LONGEST_NAME);
    let text = format!(
        "between {} and {}: {}, {} whose time is over",
        name(&here.name),
        name(&next.name),
        words::counted_units(here.stopped, main.unit),
        format::per_cent_of(here.drop_off)
    );
    Some(("Most are lost", text))
}

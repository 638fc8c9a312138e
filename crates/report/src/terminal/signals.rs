//! How do signals by page look on a terminal?

use kundresa_model::rate::Rate;
use kundresa_model::result::signals::{PageSignals, SignalsResult};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format::{self, DASH};
use crate::words;

/// Rows shown of each table; the other forms of output have all.
const MOST_ROWS: usize = 40;

/// What the tables mean, the pages, and the heatmaps.
pub fn blocks(signals: &SignalsResult, style: &Style) -> Vec<String> {
    let mut blocks = vec![about(signals, style)];
    if !signals.page_signals.is_empty() {
        blocks.push(pages(signals, style));
        blocks.push(troubles(signals, style));
    }
    if !signals.heatmaps.is_empty() {
        blocks.push(heatmaps(signals, style));
    }
    blocks
}

fn about(signals: &SignalsResult, style: &Style) -> String {
    let sources: Vec<String> = signals.signal_sources.iter().map(|name| words::elided(name, LONGEST_NAME)).collect();
    let mut rows = vec![
        ("Joined", "by page: a line tells what happened on a page, not that the same people did both".to_owned()),
        ("Signals", sources.join(", ")),
    ];
    if signals.signals_without_page > 0 {
        rows.push(("No page", format::counted(signals.signals_without_page, "signal", "signals")));
    }
    let hidden = signals.page_signals.len().saturating_sub(MOST_ROWS) as u64 + signals.rows_left_out;
    if hidden > 0 {
        rows.push((
            "Not shown",
            format!("{}; --rows and --format csv show more", format::counted(hidden, "line", "lines")),
        ));
    }
    if signals.page_signals.is_empty() {
        rows.push(("Pages", "no page has a signal".to_owned()));
    }
    format!("{}\n{}", table::heading("Signals by page"), table::pairs(&rows, style))
}

fn shown(signals: &SignalsResult) -> impl Iterator<Item = (&PageSignals, Vec<String>)> {
    signals.page_signals.iter().take(MOST_ROWS).map(|row| {
        let start = row.start.clone();
        (row, start.into_iter().chain([words::elided(&row.page, LONGEST_NAME)]).collect())
    })
}

/// A table whose lines begin with a page, and with a period where there are several.
fn by_page(
    signals: &SignalsResult,
    heads: &[&str],
    alignment: &str,
    cells: impl Fn(&PageSignals) -> Vec<String>,
    style: &Style,
) -> String {
    let period = signals.period.map(|_| "From");
    let head: Vec<&str> = period.into_iter().chain(["Page"]).chain(heads.iter().copied()).collect();
    let left = if period.is_some() { "ll" } else { "l" };
    let rows = shown(signals).map(|(row, names)| names.into_iter().chain(cells(row)).collect());
    table::table(&head, &format!("{left}{alignment}"), rows.collect(), style)
}

fn pages(signals: &SignalsResult, style: &Style) -> String {
    let heads = ["Events", "Sessions", "Persons", "Answers", "NPS", "Mean (n)", "Emotion (n)"];
    let cells = |row: &PageSignals| {
        vec![
            format::count(row.events),
            format::count(row.sessions),
            format::count(row.persons),
            format::count(row.responses),
            format::points(row.promoters, row.detractors).trim_end_matches(" points").to_owned(),
            mean(row.nps),
            mean(row.emotion),
        ]
    };
    let body = by_page(signals, &heads, "rrrrrrr", cells, style);
    format!("{}\n{body}", table::heading("The web beside answers, by page"))
}

fn troubles(signals: &SignalsResult, style: &Style) -> String {
    let cells = |row: &PageSignals| {
        vec![format::count(row.recordings), share(row.rage_clicks), share(row.u_turns), share(row.dead_clicks)]
    };
    let body = by_page(signals, &["Recordings", "Rage clicks", "U-turns", "Dead clicks"], "rrrr", cells, style);
    format!("{}\n{body}", table::heading("Recordings that begin there, and those with trouble, by page"))
}

/// `7.25 (4)`.
fn mean(scores: Rate) -> String {
    match scores.base().shown() {
        Some(0) => DASH.to_owned(),
        Some(n) => format!("{} ({})", format::ratio(scores), format::count(n)),
        None => format::ratio(scores),
    }
}

/// A share of nobody is a dash: no recording says anything about it.
fn share(rate: Rate) -> String {
    if rate.base() == 0 { DASH.to_owned() } else { format::per_cent_of(rate) }
}

fn heatmaps(signals: &SignalsResult, style: &Style) -> String {
    let name = |name: &str| words::elided(name, LONGEST_NAME);
    let rows = signals.heatmaps.iter().take(MOST_ROWS).map(|row| {
        vec![
            row.page.as_deref().map_or_else(|| DASH.to_owned(), name),
            name(&row.element),
            format::count(row.clicks.part()),
            format::per_cent_of(row.clicks),
        ]
    });
    let body = table::table(&["Page", "Element", "Clicks", "Of the heatmap"], "llrr", rows.collect(), style);
    format!("{}\n{body}", table::heading("Heatmaps, as they were exported"))
}

//! What do the two sides say of the same thing?

use kundresa_model::count::Count;
use kundresa_model::result::money::Sum;
use kundresa_model::result::overview::{OverviewResult, Revenue, VisitFigures};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parse::day_of;
use super::reasons::{Reason, reasons};
use super::words::{Dimension, Figure, Named};
use super::{ReferenceRow, ReferenceTable};

/// One figure of a report beside ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedFigure {
    /// The report.
    pub report: String,
    /// What the figure is about.
    pub dimension: Dimension,
    /// Which of it: the event, the day, the channel, the page; empty for everything together.
    pub value: String,
    /// The figure.
    pub figure: Figure,
    /// What the report calls it.
    pub column: String,
    /// What the report says.
    pub theirs: f64,
    /// What the log says; null where that is hidden, or would add up currencies.
    pub ours: Option<f64>,
    /// Ours minus theirs.
    pub difference: Option<f64>,
    /// Ours out of theirs; null where theirs is zero.
    pub ratio: Option<f64>,
    /// Known reasons why the two may differ, those that fit best first; none where they are equal.
    pub reasons: Vec<Reason>,
}

/// Every figure of a report that the log has as well: all together first, then row by row. `ours` must name all events,
/// channels and pages.
pub fn compare(table: &ReferenceTable, ours: &OverviewResult) -> Vec<ComparedFigure> {
    let metrics = || {
        let known = |(at, column)| Figure::of_column(column).map(|figure| (at, figure, column));
        table.metrics.iter().map(String::as_str).enumerate().filter_map(known)
    };
    let comparison = Comparison { table, ours };
    let totals = metrics().filter_map(|metric| {
        let theirs = total(table, metric.0, metric.1)?;
        Some(comparison.of(Dimension::Total, "", metric, theirs))
    });
    let mut compared: Vec<ComparedFigure> = totals.collect();
    for (dimension, value, row) in rows(table) {
        let figures = metrics().filter(|metric| comparison.has(dimension, metric.1));
        let figures = figures.filter_map(|metric| Some((metric, (*row.metrics.get(metric.0)?)?)));
        compared.extend(figures.map(|(metric, theirs)| comparison.of(dimension, &value, metric, theirs)));
    }
    compared
}

/// What a report says of everything together.
fn total(table: &ReferenceTable, at: usize, figure: Figure) -> Option<f64> {
    if let Some(totals) = &table.totals {
        return *totals.get(at)?;
    }
    match table.rows.as_slice() {
        [only] if table.dimensions.is_empty() => *only.metrics.get(at)?,
        rows if figure.adds_up() => rows.iter().map(|row| row.metrics.get(at).copied().flatten()).sum(),
        _ => None,
    }
}

/// Rows that are about something both sides know; hours are added up to days.
fn rows(table: &ReferenceTable) -> Vec<(Dimension, String, ReferenceRow)> {
    let [name] = table.dimensions.as_slice() else { return Vec::new() };
    let Some(named) = Named::of_column(name) else { return Vec::new() };
    let mut found = Vec::<(Dimension, String, ReferenceRow)>::new();
    for row in &table.rows {
        let Some(value) = row.dimensions.first() else { continue };
        let (dimension, value) = match named {
            Named::As(Dimension::Day) => (Dimension::Day, day_of(value)),
            Named::As(dimension) => (dimension, Some(value.clone())),
            Named::NthDay => (Dimension::Day, nth_day(table.start.as_deref(), value)),
            Named::DayHour => (Dimension::Day, value.get(..8).and_then(day_of)),
        };
        let Some(value) = value else { continue };
        let same_day = match named {
            Named::DayHour => found.iter_mut().rfind(|(_, known, _)| *known == value),
            _ => None,
        };
        match same_day {
            Some((_, _, day)) => add(table, day, row),
            None => found.push((dimension, value, row.clone())),
        }
    }
    if named == Named::DayHour {
        found.iter_mut().for_each(|(_, _, row)| keep_additive(table, row));
    }
    found
}

/// Adds an hour to its day.
fn add(table: &ReferenceTable, day: &mut ReferenceRow, hour: &ReferenceRow) {
    for at in 0..table.metrics.len() {
        if let (Some(Some(day)), Some(Some(hour))) = (day.metrics.get_mut(at), hour.metrics.get(at)) {
            *day += hour;
        }
    }
}

/// A user or session of two hours is none of two.
fn keep_additive(table: &ReferenceTable, day: &mut ReferenceRow) {
    for (column, metric) in table.metrics.iter().zip(&mut day.metrics) {
        *metric = metric.filter(|_| Figure::of_column(column).is_some_and(Figure::adds_up));
    }
}

fn nth_day(start: Option<&str>, index: &str) -> Option<String> {
    let start = chrono::NaiveDate::parse_from_str(start?, "%Y-%m-%d").ok()?;
    let day = start.checked_add_days(chrono::Days::new(index.trim().parse().ok()?))?;
    Some(day.format("%Y-%m-%d").to_string())
}

struct Comparison<'a> {
    table: &'a ReferenceTable,
    ours: &'a OverviewResult,
}

impl Comparison<'_> {
    /// Whether we count that figure row by row.
    fn has(&self, dimension: Dimension, figure: Figure) -> bool {
        use Figure::{EngagedSessions, Events, KeyEvents, NewUsers, Purchases, Revenue, Sessions, Users, Views};
        let known: &[Figure] = match dimension {
            Dimension::Total => return true,
            Dimension::Event => &[Events, Users, KeyEvents],
            Dimension::Day => {
                &[Users, NewUsers, Sessions, EngagedSessions, Events, Views, KeyEvents, Purchases, Revenue]
            }
            Dimension::Channel | Dimension::LandingPage => &[Sessions, EngagedSessions, KeyEvents, Purchases, Revenue],
        };
        known.contains(&figure)
    }

    fn of(&self, dimension: Dimension, value: &str, metric: (usize, Figure, &str), theirs: f64) -> ComparedFigure {
        let (_, figure, column) = metric;
        let ours = match dimension {
            Dimension::Total => self.total(figure),
            Dimension::Event => self.event(value, figure),
            Dimension::Day => self.day(value, figure),
            Dimension::Channel => self.visits(&self.ours.channels, value, figure),
            Dimension::LandingPage => self.visits(&self.ours.landing_pages, value, figure),
        };
        let mut compared = ComparedFigure {
            report: self.table.report.clone(),
            dimension,
            value: value.to_owned(),
            figure,
            column: column.to_owned(),
            theirs,
            ours,
            difference: ours.map(|ours| ours - theirs),
            ratio: ours.filter(|_| theirs != 0.0).map(|ours| ours / theirs),
            reasons: Vec::new(),
        };
        compared.reasons = reasons(&compared, self.table, self.ours);
        compared
    }

    fn total(&self, figure: Figure) -> Option<f64> {
        let ours = self.ours;
        match figure {
            Figure::Users => number(ours.users),
            Figure::ActiveUsers => number(ours.active_users),
            Figure::NewUsers => number(ours.new_users),
            Figure::ReturningUsers => number(ours.returning_users),
            Figure::Sessions => number(ours.sessions),
            Figure::EngagedSessions => number(ours.engaged_sessions.part()),
            Figure::Events => number(ours.events),
            Figure::Views => number(ours.views),
            Figure::KeyEvents => number(ours.key_events),
            Figure::Purchases => number(ours.purchases),
            Figure::Purchasers => number(ours.purchasers.part()),
            Figure::Revenue => revenue(&ours.revenue),
        }
    }

    fn event(&self, name: &str, figure: Figure) -> Option<f64> {
        let Some(event) = self.ours.events_by_name.iter().find(|event| event.value == name) else { return Some(0.0) };
        match figure {
            Figure::Events => number(event.figures.events),
            Figure::Users => event.figures.users.and_then(number),
            Figure::KeyEvents => number(event.figures.key_events),
            _ => None,
        }
    }

    fn day(&self, day: &str, figure: Figure) -> Option<f64> {
        let Some(day) = self.ours.days.iter().find(|known| known.day == day) else { return Some(0.0) };
        match figure {
            Figure::Users => number(day.users),
            Figure::NewUsers => number(day.new_users),
            Figure::Sessions => number(day.sessions),
            Figure::EngagedSessions => number(day.engaged_sessions.part()),
            Figure::Events => number(day.events),
            Figure::Views => number(day.views),
            Figure::KeyEvents => number(day.key_events),
            Figure::Purchases => number(day.purchases),
            Figure::Revenue => revenue(&day.revenue),
            _ => None,
        }
    }

    fn visits(
        &self,
        segments: &[kundresa_model::result::segments::Segment<VisitFigures>],
        value: &str,
        figure: Figure,
    ) -> Option<f64> {
        let Some(segment) = segments.iter().find(|segment| segment.value == value) else { return Some(0.0) };
        let visits = &segment.figures;
        match figure {
            Figure::Sessions => number(visits.sessions),
            Figure::EngagedSessions => number(visits.engaged_sessions.part()),
            Figure::KeyEvents => number(visits.key_events),
            Figure::Purchases => number(visits.purchases),
            Figure::Revenue => revenue(&visits.revenue),
            _ => None,
        }
    }
}

fn number(count: Count) -> Option<f64> {
    count.shown().map(|count| count as f64)
}

/// Revenue in the one currency there is; several are not added up.
fn revenue(revenue: &[Revenue]) -> Option<f64> {
    match revenue {
        [] => Some(0.0),
        [only] => Some(units(only.revenue)),
        _ => None,
    }
}

fn units(sum: Sum) -> f64 {
    sum.0 as f64 / 1e6
}

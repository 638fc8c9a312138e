//! Which tables show a funnel?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult, StepCounts};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::statistics::{Comparison, Interval, Method};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit, Window};
use kundresa_model::spec::scope::FilterScope;

use super::funnel_around;
use super::{NamedFrame, Part, part_columns, segments};
use crate::error::FramesError;

pub fn tables(result: &FunnelResult) -> Result<Vec<NamedFrame>, FramesError> {
    let mut tables = vec![main(result)?, conversion(result)?];
    tables.extend(funnel_around::tables(result)?);
    Ok(tables)
}

/// The main table.
pub fn main(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let frame = part_columns(&step_rows(result), |row| row.part)
        .count("step", |row| Some(row.step))
        .text("name", |row| Some(row.name))
        .text("when", |row| Some(row.when))
        .count("reached", |row| Some(row.reached))
        .count("stopped", |row| Some(row.stopped))
        .count("open", |row| Some(row.open))
        .rate("of_entered", |row| Some(row.of_entered))
        .rate("of_previous", |row| row.of_previous)
        .rate("drop_off", |row| Some(row.drop_off))
        .quantiles("time_from_previous", |row| row.time_from_previous)
        .finish()?;
    Ok(NamedFrame::new("funnel", frame))
}

/// One step of the total or of a segment.
struct StepRow<'a> {
    part: Part<'a>,
    step: u64,
    name: &'a str,
    when: &'a str,
    reached: Count,
    stopped: Count,
    open: Count,
    of_entered: Rate,
    of_previous: Option<Rate>,
    drop_off: Rate,
    time_from_previous: Option<&'a Quantiles>,
}

fn step_rows(result: &FunnelResult) -> Vec<StepRow<'_>> {
    let total = result.steps.iter().zip(1..).map(|(figures, step)| total_row(step, figures));
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, figures)| {
        let steps = result.steps.iter().zip(&figures.steps).enumerate();
        steps.map(move |(index, (step, _))| segment_row(part, &step.when, &figures.steps, index))
    });
    total.chain(by_segment).collect()
}

fn total_row(step: u64, figures: &FunnelStepResult) -> StepRow<'_> {
    StepRow {
        part: Part::Total,
        step,
        name: &figures.name,
        when: &figures.when,
        reached: figures.reached,
        stopped: figures.stopped,
        open: figures.open,
        of_entered: figures.of_entered,
        of_previous: Some(figures.of_previous),
        drop_off: figures.drop_off,
        time_from_previous: Some(&figures.time_from_previous_us),
    }
}

/// A segment knows no candidates, since a unit has its value from step 1: its step 1 has no rate of the previous step.
fn segment_row<'a>(part: Part<'a>, when: &'a str, steps: &'a [StepCounts], index: usize) -> StepRow<'a> {
    let counts = &steps[index];
    let entered = steps.first().map_or(Count::default(), |first| first.reached);
    let previous = index.checked_sub(1).map(|previous| steps[previous].reached);
    StepRow {
        part,
        step: index as u64 + 1,
        name: &counts.name,
        when,
        reached: counts.reached,
        stopped: counts.stopped,
        open: counts.open,
        of_entered: Rate::of(counts.reached, entered),
        of_previous: previous.map(|previous| Rate::of(counts.reached, previous)),
        drop_off: counts.drop_off,
        time_from_previous: None,
    }
}

/// The whole funnel, or one segment of it, in one row.
struct ConversionRow<'a> {
    part: Part<'a>,
    conversion: Rate,
    interval: Option<Interval>,
    comparison: Option<&'a Comparison>,
    time_to_convert: &'a Quantiles,
}

fn conversion(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let total = ConversionRow {
        part: Part::Total,
        conversion: result.conversion,
        interval: result.conversion_interval,
        comparison: None,
        time_to_convert: &result.time_to_convert_us,
    };
    let by_segment = segments(result.by.as_ref()).map(|(part, figures)| ConversionRow {
        part,
        conversion: figures.conversion,
        interval: figures.conversion_interval,
        comparison: figures.comparison.as_ref(),
        time_to_convert: &figures.time_to_convert_us,
    });
    let rows: Vec<_> = std::iter::once(total).chain(by_segment).collect();
    let frame = part_columns(&rows, |row| row.part)
        .text("name", |_| result.name.as_deref())
        .text("unit", |_| Some(unit_key(result.unit)))
        .text("entry", |_| Some(entry_key(result.entry)))
        .whole("window_us", |_| window_us(result.window))
        .text("filter_scope", |_| result.filter_scope.map(scope_key))
        .count("candidates", |row| row.part.segment().is_none().then_some(result.candidates))
        .rate("conversion", |row| Some(row.conversion))
        .number("conversion_low", |row| row.interval.map(|interval| interval.low))
        .number("conversion_high", |row| row.interval.map(|interval| interval.high))
        .rate("others_conversion", |row| row.comparison.map(|comparison| comparison.others))
        .text("test", |row| row.comparison.map(|comparison| method_key(comparison.method)))
        .number("p_value", |row| row.comparison.and_then(|comparison| comparison.p_value))
        .number("p_adjusted", |row| row.comparison.and_then(|comparison| comparison.p_adjusted))
        .quantiles("time_to_convert", |row| Some(row.time_to_convert))
        .finish()?;
    Ok(NamedFrame::new("funnel_conversion", frame))
}

pub(super) fn method_key(method: Method) -> &'static str {
    match method {
        Method::PooledZ => "pooled_z",
        Method::FisherExact => "fisher_exact",
        Method::Undefined => "undefined",
        Method::NotIndependent => "not_independent",
    }
}

/// Length of the window; null for no limit.
fn window_us(window: Window) -> Option<i64> {
    match window {
        Window::Within(duration) => Some(duration.as_us()),
        Window::None => None,
    }
}

fn unit_key(unit: FunnelUnit) -> &'static str {
    match unit {
        FunnelUnit::Actor => "actor",
        FunnelUnit::Session => "session",
        FunnelUnit::Attempt => "attempt",
    }
}

fn entry_key(entry: FunnelEntry) -> &'static str {
    match entry {
        FunnelEntry::Best => "best",
        FunnelEntry::First => "first",
        FunnelEntry::Every => "every",
    }
}

fn scope_key(scope: FilterScope) -> &'static str {
    match scope {
        FilterScope::Event => "event",
        FilterScope::Session => "session",
        FilterScope::Actor => "actor",
    }
}

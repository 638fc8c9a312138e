//! Which tables show what happened beside the steps of a funnel?
//!
//! Most funnels have no money, no optional steps and no trend; those tables have no rows then.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult, StepCounts};
use kundresa_model::result::money::Amount;

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &FunnelResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![times(result)?, next(result)?, value(result)?, optional(result)?, open(result)?, trend(result)?])
}

fn numbered(result: &FunnelResult) -> impl Iterator<Item = (u64, &FunnelStepResult)> {
    (1..).zip(&result.steps)
}

/// How many times of one span lie up to a bound, and above the one before.
struct TimeRow<'a> {
    /// Step that the span ends at; null for first to last.
    step: Option<u64>,
    name: Option<&'a str>,
    /// Null above all bounds.
    up_to_us: Option<i64>,
    n: u64,
}

fn times(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let bounds = || result.time_bounds_us.iter().copied().map(Some).chain([None]);
    let between = numbered(result).flat_map(|(step, figures)| {
        bounds().zip(&figures.time_from_previous_counts).map(move |(up_to_us, &n)| TimeRow {
            step: Some(step),
            name: Some(&figures.name),
            up_to_us,
            n,
        })
    });
    let whole = bounds().zip(&result.time_to_convert_counts);
    let whole = whole.map(|(up_to_us, &n)| TimeRow { step: None, name: None, up_to_us, n });
    let rows: Vec<TimeRow<'_>> = between.chain(whole).collect();
    let frame = Columns::of(&rows)
        .count("step", |row| row.step)
        .text("name", |row| row.name)
        .whole("up_to_us", |row| row.up_to_us)
        .count("n", |row| Some(row.n))
        .finish()?;
    Ok(NamedFrame::new("funnel_times", frame))
}

/// Units that stopped at a step, by what they did next.
struct NextRow<'a> {
    step: u64,
    name: &'a str,
    /// `action`, `other` or `nothing_more`.
    kind: &'static str,
    event: Option<&'a str>,
    units: u64,
}

fn next(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let mut rows = Vec::new();
    for (step, figures) in numbered(result) {
        let Some(next) = &figures.next else { continue };
        let row = |kind, event, units| NextRow { step, name: &figures.name, kind, event, units };
        rows.extend(next.actions.iter().map(|action| row("action", Some(action.event.as_str()), action.units)));
        rows.push(row("other", None, next.other));
        rows.push(row("nothing_more", None, next.nothing_more));
    }
    let frame = Columns::of(&rows)
        .count("step", |row| Some(row.step))
        .text("name", |row| Some(row.name))
        .text("kind", |row| Some(row.kind))
        .text("event", |row| row.event)
        .count("units", |row| Some(row.units))
        .finish()?;
    Ok(NamedFrame::new("funnel_next", frame))
}

/// Money at a step in one currency; sums are decimal text, which rounds nothing.
struct ValueRow<'a> {
    step: u64,
    name: &'a str,
    of: &'static str,
    amount: &'a Amount,
    sum: String,
}

fn value<'a>(result: &'a FunnelResult) -> Result<NamedFrame, FramesError> {
    let mut rows = Vec::new();
    for (step, figures) in numbered(result) {
        for (of, amounts) in [("reached", &figures.value), ("stopped", &figures.stopped_value)] {
            let row =
                |amount: &'a Amount| ValueRow { step, name: &figures.name, of, amount, sum: amount.sum.to_string() };
            rows.extend(amounts.iter().map(row));
        }
    }
    let frame = Columns::of(&rows)
        .count("step", |row| Some(row.step))
        .text("name", |row| Some(row.name))
        .text("of", |row| Some(row.of))
        .text("currency", |row| Some(row.amount.currency.as_str()))
        .count("n", |row| Some(row.amount.n))
        .text("sum", |row| Some(row.sum.as_str()))
        .finish()?;
    Ok(NamedFrame::new("funnel_value", frame))
}

fn optional(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.optional)
        .count("after_step", |step| Some(step.after))
        .text("name", |step| Some(step.name.as_str()))
        .text("when", |step| Some(step.when.as_str()))
        .rate("attached", |step| Some(step.attached))
        .quantiles("time_from_previous", |step| Some(&step.time_from_previous_us))
        .finish()?;
    Ok(NamedFrame::new("funnel_optional", frame))
}

fn open(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let rows: Vec<_> = (1u64..).zip(result.open_funnel.iter().flatten()).collect();
    let frame = Columns::of(&rows)
        .count("step", |(step, _)| Some(*step))
        .text("name", |(_, figures)| Some(figures.name.as_str()))
        .count("units", |(_, figures)| Some(figures.units))
        .rate("continued", |(_, figures)| Some(figures.continued))
        .count("entered_here", |(_, figures)| Some(figures.entered_here))
        .finish()?;
    Ok(NamedFrame::new("funnel_open", frame))
}

/// One step of one bucket.
struct TrendRow<'a> {
    start: &'a str,
    is_incomplete: bool,
    step: u64,
    counts: &'a StepCounts,
    conversion: Rate,
}

fn trend(result: &FunnelResult) -> Result<NamedFrame, FramesError> {
    let buckets = result.trend.iter().flat_map(|trend| &trend.buckets);
    let rows: Vec<TrendRow<'_>> = buckets
        .flat_map(|bucket| {
            (1..).zip(&bucket.steps).map(|(step, counts)| TrendRow {
                start: &bucket.start,
                is_incomplete: bucket.is_incomplete,
                step,
                counts,
                conversion: bucket.conversion,
            })
        })
        .collect();
    let frame = Columns::of(&rows)
        .text("start", |row| Some(row.start))
        .count("is_incomplete", |row| Some(u64::from(row.is_incomplete)))
        .count("step", |row| Some(row.step))
        .text("name", |row| Some(row.counts.name.as_str()))
        .count("reached", |row| Some(row.counts.reached))
        .count("stopped", |row| Some(row.counts.stopped))
        .count("open", |row| Some(row.counts.open))
        .rate("drop_off", |row| Some(row.counts.drop_off))
        .rate("conversion", |row| Some(row.conversion))
        .finish()?;
    Ok(NamedFrame::new("funnel_trend", frame))
}

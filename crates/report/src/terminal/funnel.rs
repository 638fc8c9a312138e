//! How does a funnel look on a terminal?

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::spec::funnel::Window;

use super::Style;
use super::paint::{OPEN, STOPPED, WENT};
use super::table::{self, LONGEST_NAME};
use crate::findings::{self, SegmentGap};
use crate::format;
use crate::words;

/// Segment gaps put into words.
const MOST_GAPS: usize = 3;

/// Heading, steps, times and segments of the funnel; `index` names one without a name.
pub fn blocks(funnel: &FunnelResult, index: usize, style: &Style) -> Vec<String> {
    let mut blocks = vec![top(funnel, index, style), result(funnel, style)];
    blocks.extend(times(funnel, style));
    blocks.extend(funnel.by.as_ref().map(|by| segments(funnel, by, style)));
    blocks
}

/// Heading and steps only.
pub fn top(funnel: &FunnelResult, index: usize, style: &Style) -> String {
    let heading = table::heading(&format!("Funnel  {}", title(funnel, index)));
    let rules = table::paragraph(&rules(funnel), style);
    format!("{heading}\n{rules}\n\n{}\n\n{}", steps(funnel, style), table::paragraph(&legend(), style))
}

/// Name of the funnel, else its first and last step.
pub fn title(funnel: &FunnelResult, index: usize) -> String {
    let name = |step: &FunnelStepResult| words::elided(&step.name, LONGEST_NAME);
    match (&funnel.name, funnel.steps.as_slice()) {
        (Some(name), _) => words::elided(name, 60),
        (None, [first, .., last]) => format!("{} → {}", name(first), name(last)),
        (None, [only]) => name(only),
        (None, []) => format::count(index as u64 + 1),
    }
}

fn rules(funnel: &FunnelResult) -> String {
    let window = match funnel.window {
        Window::Within(span) => format!("at most {} from the first step to the last", format::duration(span.as_us())),
        Window::None => "no limit of time".to_owned(),
    };
    let could = format!("{} could have entered", format::count(funnel.candidates));
    format!("{}, {}; {window}; {could}", words::units(funnel.unit), words::entry(funnel.entry))
}

fn legend() -> String {
    format!("{WENT} went on   {STOPPED} stopped here, of those whose time is over   {OPEN} still in time")
}

fn steps(funnel: &FunnelResult, style: &Style) -> String {
    let entered = funnel.steps.first().map_or(0, |step| step.reached);
    let width = if style.is_wide() { 24 } else { 12 };
    let of_entered = format!("Of {}\nwho entered", format::count(entered));
    let head = ["", "Step", &of_entered, "Reached, of\nstep before", "Stopped here", "Still\nin time"];
    let rows = funnel.steps.iter().enumerate().map(|(index, step)| step_row(step, index, entered, width)).collect();
    table::table(&head, "rllrrr", rows, style)
}

fn step_row(step: &FunnelStepResult, index: usize, entered: u64, width: usize) -> Vec<String> {
    let went = step.reached.saturating_sub(step.stopped).saturating_sub(step.open);
    let bar = table::bar(went, step.stopped, step.open, entered, width);
    vec![
        format::count(index as u64 + 1),
        words::elided(&step.name, LONGEST_NAME),
        format!("{bar}\n{}", format::per_cent(step.of_entered)),
        format!("{}\n{}", format::count(step.reached), format::per_cent_of(step.of_previous)),
        format!("{}\n{}", format::count(step.stopped), format::per_cent_of(step.drop_off)),
        format::count(step.open),
    ]
}

/// Conversion and the largest loss in words.
pub fn result(funnel: &FunnelResult, style: &Style) -> String {
    if funnel.conversion.denominator == 0 {
        return "Nobody entered this funnel.".to_owned();
    }
    let mut text = format!("Conversion {} reached the last step", format::per_cent_of(funnel.conversion));
    if let Some(median) = funnel.time_to_convert_us.p50 {
        text += &format!(", half of them within {}", format::duration(median));
    }
    let gaps = findings::segment_gaps(funnel);
    let gaps = gaps.iter().take(MOST_GAPS).map(|gap| format!("▲ {}", gap_sentence(funnel, gap)));
    let lines: Vec<String> = [text + "."].into_iter().chain(gaps).collect();
    lines.iter().map(|line| table::paragraph(line, style)).collect::<Vec<_>>().join("\n")
}

fn gap_sentence(funnel: &FunnelResult, gap: &SegmentGap) -> String {
    let (dimension, value) = funnel.by.as_ref().map_or(("", ""), |by| {
        (by.dimension.as_str(), by.rows.get(gap.row).map_or("", |segment| segment.value.as_str()))
    });
    let step = funnel.steps.get(gap.step).map_or("", |step| step.name.as_str());
    format!(
        "{} “{}”: {} stop after {}, against {} in all other segments; {} more than at their rate.",
        words::elided(dimension, LONGEST_NAME),
        words::elided(value, LONGEST_NAME),
        format::per_cent_of(gap.here),
        words::elided(step, LONGEST_NAME),
        format::per_cent_of(gap.elsewhere),
        format::count(gap.excess)
    )
}

fn times(funnel: &FunnelResult, style: &Style) -> Option<String> {
    if funnel.steps.len() < 2 {
        return None;
    }
    let between = funnel.steps.iter().skip(1).map(|step| {
        let name = words::elided(&step.name, LONGEST_NAME);
        (format!("to {name}"), &step.time_from_previous_us)
    });
    let rows = between.chain([("first to last".to_owned(), &funnel.time_to_convert_us)]).map(|(name, span)| {
        let at = |us: Option<i64>| format::duration_or_dash(us);
        vec![name, format::count(span.n), at(span.p25), at(span.p50), at(span.p75), at(span.p90)]
    });
    let head = ["Time from the step before", "n", "25 % by", "Median", "75 % by", "90 % by"];
    Some(table::table(&head, "lrrrrr", rows.collect(), style))
}

fn segments(funnel: &FunnelResult, by: &Breakdown<FunnelSegment>, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let head = [dimension.as_str(), "Entered", "Converted", "Most stop after"];
    let all = (funnel.steps.first().map_or(0, |step| step.reached), funnel.conversion);
    let mut rows: Vec<Vec<String>> = by.rows.iter().map(segment_row).collect();
    rows.push(vec![
        "All".to_owned(),
        format::count(all.0),
        format::per_cent_of(all.1),
        weakest(total_drop_offs(funnel)),
    ]);
    table::table(&head, "lrrl", rows, style)
}

fn segment_row(segment: &Segment<FunnelSegment>) -> Vec<String> {
    let figures = &segment.figures;
    let values = if segment.values > 1 { format!(" {} values", format::count(segment.values)) } else { String::new() };
    vec![
        words::elided(&segment.value, LONGEST_NAME) + &values,
        format::count(figures.steps.first().map_or(0, |step| step.reached)),
        format::per_cent_of(figures.conversion),
        weakest(figures.steps.iter().map(|step| (step.name.as_str(), step.drop_off))),
    ]
}

fn total_drop_offs(funnel: &FunnelResult) -> impl Iterator<Item = (&str, Rate)> {
    funnel.steps.iter().map(|step| (step.name.as_str(), step.drop_off))
}

/// The step with the highest share that stopped; ties go to the earlier step.
fn weakest<'a>(drop_offs: impl Iterator<Item = (&'a str, Rate)>) -> String {
    let is_higher = |one: Rate, other: Rate| {
        u128::from(one.numerator) * u128::from(other.denominator)
            > u128::from(other.numerator) * u128::from(one.denominator)
    };
    let lossy = drop_offs.filter(|(_, rate)| rate.numerator > 0);
    let worst = lossy.reduce(|worst, next| if is_higher(next.1, worst.1) { next } else { worst });
    worst.map_or_else(
        || format::DASH.to_owned(),
        |(name, rate)| format!("{}\n{}", words::elided(name, LONGEST_NAME), format::per_cent_of(rate)),
    )
}

//! How does a funnel look on a terminal?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::Interval;
use kundresa_model::spec::funnel::Window;

use super::Style;
use super::funnel_around;
use super::funnel_certainty;
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
    blocks.extend(funnel_around::blocks(funnel, style));
    if let Some(by) = &funnel.by {
        blocks.push(segments(funnel, by, style));
        blocks.extend(funnel_certainty::paragraph(funnel, by, style));
    }
    blocks
}

/// Heading and steps only.
pub fn top(funnel: &FunnelResult, index: usize, style: &Style) -> String {
    let heading = table::heading(&format!("Funnel  {}", title(funnel, index)));
    let rules = table::paragraph(
        &[emulated(funnel), Some(rules(funnel))].into_iter().flatten().collect::<Vec<_>>().join("\n"),
        style,
    );
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

/// That somebody else's definition was counted.
fn emulated(funnel: &FunnelResult) -> Option<String> {
    let product = funnel.emulation?;
    Some(format!(
        "EMULATION of {product}: levels as that product gives them, not by Kundresa's definition. It says nothing about \
         times, or about who may still get further.\n"
    ))
}

fn rules(funnel: &FunnelResult) -> String {
    let window = match funnel.window {
        Window::Within(span) => format!("at most {} from the first step to the last", format::duration(span.as_us())),
        Window::None => "no limit of time".to_owned(),
    };
    let could = format!("{} could have entered", format::count(funnel.candidates));
    let units = if funnel.hold.is_empty() {
        words::units(funnel.unit).to_owned()
    } else {
        format!("{}, each once per value of {}", words::units(funnel.unit), funnel.hold.join(" and "))
    };
    let ended = words::exclusions(funnel).map(|ended| format!("; an attempt that {ended}")).unwrap_or_default();
    let entry =
        if funnel.emulation.is_some() { "entries as that product takes them" } else { words::entry(funnel.entry) };
    format!("{units}, {entry}; {window}; {could}{ended}")
}

fn legend() -> String {
    format!("{WENT} went on   {STOPPED} stopped here, of those whose time is over   {OPEN} still in time")
}

fn steps(funnel: &FunnelResult, style: &Style) -> String {
    let entered = funnel.steps.first().map_or(Count::default(), |step| step.reached);
    let width = if style.is_wide() { 24 } else { 12 };
    let of_entered = format!("Of {}\nwho entered", format::count(entered));
    let head = ["", "Step", &of_entered, "Reached, of\nstep before", "Stopped here", "Still\nin time"];
    let rows = (0..funnel.steps.len()).map(|index| step_row(&funnel.steps, index, entered, width)).collect();
    table::table(&head, "rllrrr", rows, style)
}

/// Nothing where a part of it is hidden.
fn step_bar(step: &FunnelStepResult, entered: Count, width: usize) -> String {
    let Some(entered) = entered.shown() else { return String::new() };
    let parts = step.reached.shown().zip(step.stopped.shown()).zip(step.open.shown());
    parts.map_or_else(String::new, |((reached, stopped), open)| {
        let went = reached.saturating_sub(stopped).saturating_sub(open);
        table::bar(went, stopped, open, entered, width)
    })
}

fn step_row(steps: &[FunnelStepResult], index: usize, entered: Count, width: usize) -> Vec<String> {
    let step = &steps[index];
    let bar = step_bar(step, entered, width);
    vec![
        format::count(index as u64 + 1),
        [Some(words::elided(&step.name, LONGEST_NAME)), funnel_around::timing(step)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n"),
        format!("{bar}\n{}", format::per_cent(step.of_entered)),
        format!("{}\n{}", format::count(step.reached), of_previous(step, index)),
        format!("{}\n{}", format::count(step.stopped), format::per_cent_of(step.drop_off)),
        format::count(step.open),
    ]
}

/// Share of the step before; for step 1 of the candidates, unless one of them may enter several times.
fn of_previous(step: &FunnelStepResult, index: usize) -> String {
    let has_no_base = index == 0 && step.of_previous.base() == 0 && step.reached.shown() != Some(0);
    if has_no_base { String::new() } else { format::per_cent_of(step.of_previous) }
}

/// Conversion and the largest loss in words.
pub fn result(funnel: &FunnelResult, style: &Style) -> String {
    if funnel.conversion.base() == 0 {
        return "Nobody entered this funnel.".to_owned();
    }
    if funnel.conversion.is_hidden() {
        return format!("Conversion {}.", format::HIDDEN);
    }
    let mut text = format!("Conversion {} reached the last step", format::per_cent_of(funnel.conversion));
    if let Some(interval) = funnel.conversion_interval {
        text += &format!(" (95 % interval {})", format::interval(interval));
    }
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
    if funnel.steps.len() < 2 || funnel.emulation.is_some() {
        return None;
    }
    let between = funnel.steps.iter().skip(1).map(|step| {
        let name = words::elided(&step.name, LONGEST_NAME);
        (format!("to {name}"), &step.time_from_previous_us)
    });
    let rows = between.chain([("first to last".to_owned(), &funnel.time_to_convert_us)]).map(|(name, span)| {
        let at = |us: Option<i64>| {
            if span.n.is_hidden() { format::HIDDEN.to_owned() } else { format::duration_or_dash(us) }
        };
        vec![name, format::count(span.n), at(span.p25), at(span.p50), at(span.p75), at(span.p90)]
    });
    let head = ["Time from the step before", "n", "25 % by", "Median", "75 % by", "90 % by"];
    Some(table::table(&head, "lrrrrr", rows.collect(), style))
}

fn segments(funnel: &FunnelResult, by: &Breakdown<FunnelSegment>, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let conversion = if funnel.conversion_interval.is_some() { "Converted\n95 % interval" } else { "Converted" };
    let head = [dimension.as_str(), "Entered", conversion, "Most stop after"];
    let all = (funnel.steps.first().map_or(Count::default(), |step| step.reached), funnel.conversion);
    let mut rows: Vec<Vec<String>> = by.rows.iter().map(segment_row).collect();
    rows.push(vec![
        "All".to_owned(),
        format::count(all.0),
        converted(all.1, funnel.conversion_interval),
        weakest(total_drop_offs(funnel)),
    ]);
    table::table(&head, "lrrl", rows, style)
}

fn segment_row(segment: &Segment<FunnelSegment>) -> Vec<String> {
    let figures = &segment.figures;
    let values = if segment.values > 1 { format!(" {} values", format::count(segment.values)) } else { String::new() };
    vec![
        words::elided(&segment.value, LONGEST_NAME) + &values,
        format::count(figures.steps.first().map_or(Count::default(), |step| step.reached)),
        converted(figures.conversion, figures.conversion_interval),
        weakest(figures.steps.iter().map(|step| (step.name.as_str(), step.drop_off))),
    ]
}

fn converted(conversion: Rate, interval: Option<Interval>) -> String {
    let share = format::per_cent_of(conversion);
    interval.map_or(share.clone(), |interval| format!("{share}\n{}", format::interval(interval)))
}

fn total_drop_offs(funnel: &FunnelResult) -> impl Iterator<Item = (&str, Rate)> + Clone {
    funnel.steps.iter().map(|step| (step.name.as_str(), step.drop_off))
}

/// The step with the highest share that stopped; ties go to the earlier step. Not told where one of them is hidden.
fn weakest<'a>(drop_offs: impl Iterator<Item = (&'a str, Rate)> + Clone) -> String {
    if drop_offs.clone().any(|(_, rate)| rate.is_hidden()) {
        return format::HIDDEN.to_owned();
    }
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

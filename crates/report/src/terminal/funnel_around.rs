//! How does what happened beside the steps of a funnel look on a terminal?

use kundresa_model::count::Count;
use kundresa_model::result::funnel::{
    FunnelResult, FunnelStepResult, FunnelTrend, NextActions, OpenStep, OptionalStep,
};
use kundresa_model::result::money::Amount;
use kundresa_model::spec::calendar::CalendarUnit;

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// Next actions named per step.
const MOST_ACTIONS: usize = 3;

/// Buckets of a trend shown; the latest are.
const MOST_BUCKETS: usize = 62;

/// The blocks that the funnel has something to say in.
pub fn blocks(funnel: &FunnelResult, style: &Style) -> Vec<String> {
    let parts = [
        optional(&funnel.optional, style),
        next(&funnel.steps, style),
        value(&funnel.steps, style),
        funnel.open_funnel.as_ref().map(|steps| open(steps, style)),
        funnel.trend.as_ref().map(|trend| self::trend(trend, style)),
    ];
    parts.into_iter().flatten().collect()
}

/// What a step asks for beside its predicate, or nothing.
pub fn timing(step: &FunnelStepResult) -> Option<String> {
    let parts = [
        step.group.map(|_| "in any order".to_owned()),
        step.directly.then(|| "directly".to_owned()),
        step.within.map(|span| format!("within {}", format::duration(span.as_us()))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn name(name: &str) -> String {
    words::elided(name, LONGEST_NAME)
}

fn optional(steps: &[OptionalStep], style: &Style) -> Option<String> {
    let rows: Vec<Vec<String>> = steps
        .iter()
        .map(|step| {
            vec![
                name(&step.name),
                format!("step {}", format::count(step.after)),
                format::count(step.attached.part()),
                format::per_cent_of(step.attached),
                format::median(&step.time_from_previous_us),
            ]
        })
        .collect();
    let head = ["Optional step", "After", "Took it", "Of those\nwho went on", "Median time\nfrom step before"];
    (!rows.is_empty()).then(|| table::table(&head, "llrrr", rows, style))
}

fn next(steps: &[FunnelStepResult], style: &Style) -> Option<String> {
    let stopped = steps.iter().filter(|step| step.stopped.is_some());
    let rows: Vec<Vec<String>> = stopped
        .filter_map(|step| {
            let next = step.next.as_ref()?;
            Some(vec![name(&step.name), format::count(step.stopped), format::count(next.nothing_more), actions(next)])
        })
        .collect();
    let head = ["Stopped after", "All", "Nothing\nmore", "What the others did next"];
    (!rows.is_empty()).then(|| table::table(&head, "lrrl", rows, style))
}

fn actions(next: &NextActions) -> String {
    let shown = next.actions.iter().take(MOST_ACTIONS);
    let named: Vec<String> =
        shown.map(|action| format!("{} {}", name(&action.event), format::count(action.units))).collect();
    let has_more = next.actions.len() > MOST_ACTIONS || next.other > 0;
    match (named.is_empty(), has_more) {
        (true, false) => format::DASH.to_owned(),
        (true, true) => format!("other events {}", format::count(next.other)),
        (_, false) => named.join(", "),
        (_, true) => format!("{}, …", named.join(", ")),
    }
}

fn value(steps: &[FunnelStepResult], style: &Style) -> Option<String> {
    let rows: Vec<Vec<String>> = steps
        .iter()
        .filter(|step| !step.value.is_empty())
        .map(|step| vec![name(&step.name), amounts(&step.value), amounts(&step.stopped_value)])
        .collect();
    let head = ["Value at", "All who reached it", "Who stopped there"];
    (!rows.is_empty()).then(|| table::table(&head, "lrr", rows, style))
}

/// One line per currency, each with the number of amounts it sums.
fn amounts(amounts: &[Amount]) -> String {
    let lines: Vec<String> = amounts
        .iter()
        .map(|amount| format!("{} ({})", format::money(amount.sum.0, &amount.currency), format::count(amount.n)))
        .collect();
    if lines.is_empty() { format::DASH.to_owned() } else { lines.join("\n") }
}

fn open(steps: &[OpenStep], style: &Style) -> String {
    let rows = steps.iter().map(|step| {
        vec![
            name(&step.name),
            format::count(step.units),
            format::count(step.continued.part()),
            format::per_cent_of(step.continued),
            format::count(step.entered_here),
        ]
    });
    let head = ["Open funnel", "Did it", "Came from\nstep before", "Of those who\ndid that", "Entered\nhere"];
    table::table(&head, "lrrrr", rows.collect(), style)
}

fn trend(trend: &FunnelTrend, style: &Style) -> String {
    let bucket = match trend.bucket {
        CalendarUnit::Day => "Entered on",
        CalendarUnit::Week => "Week from",
        CalendarUnit::Month => "Month from",
    };
    let left_out = trend.buckets.len().saturating_sub(MOST_BUCKETS);
    let rows = trend.buckets.iter().skip(left_out).map(|bucket| {
        vec![
            bucket.start.clone(),
            format::count(bucket.steps.first().map_or(Count::default(), |step| step.reached)),
            format::count(bucket.conversion.part()),
            format::per_cent(bucket.conversion),
            if bucket.is_incomplete { "may still rise".to_owned() } else { String::new() },
        ]
    });
    let table = table::table(&[bucket, "Entered", "Converted", "Rate", ""], "lrrrl", rows.collect(), style);
    match left_out {
        0 => table,
        more => format!("{table}\n… and {} before, use --format json or csv", format::count(more as u64)),
    }
}

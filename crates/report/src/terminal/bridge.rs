//! How does the comparison with other products look on a terminal?

use kundresa_model::result::bridge::{BridgeDefinition, BridgeResult, BridgeRule, Rule};
use kundresa_model::spec::funnel::Window;

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// All blocks: every definition's funnel, and the rules that move actors.
pub fn blocks(result: &BridgeResult, style: &Style) -> Vec<String> {
    let heading = table::heading(&format!("Comparison  {}", title(result)));
    let what = table::paragraph(&base(result), style);
    let mut blocks = vec![format!("{heading}\n{what}\n\n{}", definitions(result, style))];
    blocks.push(table::paragraph(
        "Higher and lower: actors that get further, or less far, than by Kundresa's definition; all others get equally \
         far. The other rows are emulations, to compare figures with.",
        style,
    ));
    blocks.push(rules(result, style));
    blocks
}

fn title(result: &BridgeResult) -> String {
    let name = |index: usize| words::elided(&result.steps[index].name, LONGEST_NAME);
    match (&result.name, result.steps.len()) {
        (Some(name), _) => words::elided(name, 60),
        (None, 0) => "no steps".to_owned(),
        (None, 1) => name(0),
        (None, steps) => format!("{} → {}", name(0), name(steps - 1)),
    }
}

fn base(result: &BridgeResult) -> String {
    let window = match result.window {
        Window::Within(span) => format!("at most {} from the first step to the last", format::duration(span.as_us())),
        Window::None => "no limit of time".to_owned(),
    };
    format!("{} could have entered; {window}", format::counted(result.candidates, "actor", "actors"))
}

fn definitions(result: &BridgeResult, style: &Style) -> String {
    let ours: Vec<u64> = result.steps.iter().map(|step| step.reached).collect();
    let first = vec![
        "Kundresa".to_owned(),
        step_by_step(&ours),
        format::per_cent_of(result.conversion),
        String::new(),
        String::new(),
    ];
    let others = result.definitions.iter().map(|definition| {
        vec![
            name(&definition.definition),
            step_by_step(&definition.reached),
            format::per_cent_of(definition.conversion),
            format::count(definition.higher),
            format::count(definition.lower),
        ]
    });
    let rows = std::iter::once(first).chain(others).collect();
    table::table(&["Definition", "Reached, step by step", "Converted", "Higher", "Lower"], "llrrr", rows, style)
}

fn step_by_step(reached: &[u64]) -> String {
    reached.iter().map(|actors| format::count(*actors)).collect::<Vec<_>>().join(" → ")
}

/// Name of a definition, its modes below each other.
fn name(key: &str) -> String {
    let (product, modes) = key.split_once(':').unwrap_or((key, ""));
    let product = match product {
        "first_entry" => "first entry only",
        "clickhouse" => "ClickHouse",
        "posthog" => "PostHog",
        "mixpanel" => "Mixpanel",
        other => other,
    };
    let modes = modes.split('+').filter(|mode| !mode.is_empty()).map(|mode| format!("\n{mode}"));
    product.to_owned() + &modes.collect::<String>()
}

fn rules(result: &BridgeResult, style: &Style) -> String {
    let heading = table::heading("Which rule moves whom");
    let rows: Vec<Vec<String>> = result.definitions.iter().flat_map(rule_rows).collect();
    if rows.is_empty() {
        return format!("{heading}\nNone moves anybody: all definitions agree on these events.");
    }
    let head = ["Definition", "Rule", "Moves\nfirst", "Up", "Down", "Reach the\nlast step"];
    let explained = table::paragraph(
        "Rules are switched on from top to bottom. An actor counts under “moves first” at the first rule that moves it, if \
         the whole definition moves it; “up” and “down” count it at every rule.",
        style,
    );
    format!("{heading}\n{}\n\n{explained}", table::table(&head, "llrrrr", rows, style))
}

/// The rules that move somebody; the definition stands in the first row only.
fn rule_rows(definition: &BridgeDefinition) -> Vec<Vec<String>> {
    let moving = definition.rules.iter().filter(|rule| rule.raised + rule.lowered > 0);
    let moved = definition.higher + definition.lower;
    let first = |rule: &BridgeRule| match moved {
        0 => format::count(rule.moved),
        _ => format!("{} of {}", format::count(rule.moved), format::count(moved)),
    };
    moving
        .enumerate()
        .map(|(index, rule)| {
            vec![
                if index == 0 { name(&definition.definition) } else { String::new() },
                words_for(rule.rule).to_owned(),
                first(rule),
                format::count(rule.raised),
                format::count(rule.lowered),
                signed(rule.change.last().copied().unwrap_or(0)),
            ]
        })
        .collect()
}

fn words_for(rule: Rule) -> &'static str {
    match rule {
        Rule::FirstEntry => "only the first entry counts",
        Rule::SharedEvents => "one event may serve several steps",
        Rule::StrictlyLater => "each step later than the one before",
        Rule::EqualTimes => "equal times step by step",
        Rule::ForeignEvents => "an event of no step breaks the chain",
        Rule::OutOfTurn => "a step out of turn breaks it",
        Rule::Repeats => "a step reached before ends it",
        Rule::GracePeriod => "2 s in either order",
        Rule::Algorithm => "the rest: how the product searches",
    }
}

fn signed(change: i64) -> String {
    let digits = format::count(change.unsigned_abs());
    match change {
        0 => digits,
        1.. => format!("+{digits}"),
        _ => format!("−{digits}"),
    }
}

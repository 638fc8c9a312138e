//! How do lists of actors, and one actor's way through a funnel, look on a terminal?

use kundresa_model::result::funnel_actors::{
    ActorListing, ActorTimeline, ExplainedFunnel, FunnelActors, FunnelEvent, FunnelJourney, Miss, MissingStep,
};
use kundresa_model::zone::ZoneTable;

use super::Style;
use super::table;
use crate::format;
use crate::words;

/// Longest id or name in a table.
const LONGEST: usize = 28;

/// The units at a step of a funnel.
pub fn list(actors: &FunnelActors, zone: &ZoneTable, style: &Style) -> Vec<String> {
    let step = actors.step_name.as_str();
    let which = match actors.listing {
        ActorListing::Reached => "reached",
        ActorListing::Stopped => "stopped at",
        ActorListing::Open => "are open at",
    };
    let found = words::counted_units(actors.found, actors.unit);
    let title = table::heading(&format!("Who {which} step {}, {}", actors.step, words::elided(step, LONGEST)));
    let shown = actors.units.len() as u64;
    let sentence = match actors.more {
        0 => format!("{found}. The list names people: treat it as personal data."),
        more => format!(
            "{found}; the first {} by id, {} more with --limit. The list names people: treat it as personal data.",
            format::count(shown),
            format::count(more)
        ),
    };
    let mut blocks = vec![format!("{title}\n{}", table::paragraph(&sentence, style))];
    if !actors.units.is_empty() {
        let rows = actors.units.iter().map(|unit| row(unit, zone)).collect();
        blocks.push(table::table(&["Actor", "Step", "State", "Entered", "Last step"], "lrlll", rows, style));
    }
    blocks.extend(actors.timelines.iter().map(|timeline| events(timeline, zone, style)));
    blocks
}

fn row(unit: &FunnelJourney, zone: &ZoneTable) -> Vec<String> {
    let at = |event: Option<&FunnelEvent>| format::instant_or_dash(event.map(|event| event.ts_us), zone);
    let id = match unit.session {
        Some(session) => format!("{} #{}", words::elided(&unit.actor, LONGEST), session),
        None => words::elided(&unit.actor, LONGEST),
    };
    vec![
        id,
        unit.level.to_string(),
        if unit.is_open { "open" } else { "" }.to_owned(),
        at(unit.matched.first().map(|step| &step.event)),
        at(unit.matched.last().map(|step| &step.event)),
    ]
}

fn events(timeline: &ActorTimeline, zone: &ZoneTable, style: &Style) -> String {
    let rows = timeline.events.iter().map(|event| {
        let steps: Vec<String> = event.satisfies.iter().map(u64::to_string).collect();
        vec![
            format::instant(event.ts_us, zone),
            words::elided(&event.event, LONGEST),
            event.page.as_deref().map_or_else(String::new, |page| words::elided(page, 20)),
            steps.join(" "),
        ]
    });
    let title = table::heading(&format!("Events of {}", words::elided(&timeline.actor, LONGEST)));
    format!("{title}\n{}", table::table(&["Time", "Event", "Page", "Fits"], "lllr", rows.collect(), style))
}

/// One actor's units, each with its witness and what it lacks.
pub fn explained(explained: &ExplainedFunnel, zone: &ZoneTable, style: &Style) -> Vec<String> {
    let title = table::heading(&format!("{} in the funnel", words::elided(&explained.actor, 60)));
    if explained.units.is_empty() {
        let text = "Could not have entered: no event or session from --from on that the filter chooses.";
        return vec![format!("{title}\n{}", table::paragraph(text, style))];
    }
    let mut blocks = vec![];
    for (index, unit) in explained.units.iter().enumerate() {
        let head = if index == 0 { format!("{title}\n") } else { String::new() };
        let sentence = table::paragraph(&state(explained, unit), style);
        blocks.push(format!("{head}{}", sentence.trim_end()));
        if !unit.matched.is_empty() {
            blocks.push(witness(unit, zone, style));
        }
        blocks.extend(unit.missing.as_ref().map(|missing| table::paragraph(&lacks(missing, zone), style)));
    }
    blocks
}

fn state(explained: &ExplainedFunnel, unit: &FunnelJourney) -> String {
    let of = explained.steps.len();
    let who = unit.session.map_or_else(String::new, |session| format!("Session {session}: "));
    let end = match (unit.level == of as u64, unit.is_open) {
        (true, _) => "converted",
        (false, true) => "may still get further",
        (false, false) => "stopped there",
    };
    format!("{who}reached step {} of {of}, {end}; window {}.", unit.level, explained.window)
}

fn witness(unit: &FunnelJourney, zone: &ZoneTable, style: &Style) -> String {
    let rows = unit.matched.iter().map(|step| {
        vec![
            format!("{} {}", step.step, words::elided(&step.name, 20)),
            format::instant(step.event.ts_us, zone),
            words::elided(&step.event.event, 20),
            step.event.page.as_deref().map_or_else(String::new, |page| words::elided(page, 16)),
            format::duration_or_dash(step.since_previous_us),
        ]
    });
    table::table(&["Step", "Time", "Event", "Page", "Since"], "llllr", rows.collect(), style)
}

/// What the next step lacks, as sentences.
fn lacks(missing: &MissingStep, zone: &ZoneTable) -> String {
    let step = format!("step {}, {}", missing.step, words::elided(&missing.name, LONGEST));
    let Some(nearest) = &missing.nearest else {
        return format!("Missing is {step}: no event of this actor fits it.");
    };
    let fits = format::counted(missing.candidates, "event fits", "events fit");
    let name = |event: &FunnelEvent| {
        format!("{} at {}", words::elided(&event.event, LONGEST), format::instant(event.ts_us, zone))
    };
    format!("Missing is {step}. {fits} it; the nearest, {}, {}.", name(nearest), because(&missing.why, name))
}

fn because(why: &Miss, name: impl Fn(&FunnelEvent) -> String) -> String {
    let span = |us: &i64| format::duration(*us);
    match why {
        Miss::NoEvent => "is none".to_owned(),
        Miss::HiddenByFilter => "is hidden by the filter".to_owned(),
        Miss::RepeatedOrder => "repeats an order that was counted before".to_owned(),
        Miss::OtherSession => "is in another session or in none".to_owned(),
        Miss::OtherKey => "has another value of a property that is held, or none".to_owned(),
        Miss::ServesAnotherStep => "serves an earlier step, and an event serves only one".to_owned(),
        Miss::TooEarly { by_us } => format!("came {} before the last step reached", span(by_us)),
        Miss::BeforeFrom { by_us } => format!("lies {} before --from", span(by_us)),
        Miss::AfterWindow { by_us } => format!("came {} after the window had closed", span(by_us)),
        Miss::AfterWithin { by_us } => format!("came {} later than `within` allows after the step before", span(by_us)),
        Miss::Excluded { by } => format!("came after an exclusion, {}, had ended the attempt", name(by)),
        Miss::NotDirectly { between } => format!("is not the very next event: {} lies between", name(between)),
        Miss::NoChain => "fits no chain that has all steps before it".to_owned(),
    }
}

//! How does one actor's journey look on a terminal?
//!
//! Two lines an event: time, name, phase observed and phase attained; below them the page and the rule. A star begins a
//! visit. Runs of events of one session stand under a heading of their own.

use kundresa_model::result::explained::{ExplainedEvent, ExplainedJourney, ExplainedJourneys, JourneyFate};
use kundresa_model::zone::ZoneTable;

use super::Style;
use super::table;
use crate::format;
use crate::phase_names::PhaseNames;
use crate::words;

/// Widths of the columns beside the time, in characters: 2 + 10 + 26 + 2 + 19 + the rest makes a screen of 80.
const EVENT: usize = 25;
const PHASE: usize = 18;

/// Every journey of that name.
pub fn blocks(explained: &ExplainedJourneys, zone: &ZoneTable, style: &Style) -> Vec<String> {
    let names = PhaseNames::new(&explained.taxonomy, style.language);
    let view = View { explained, names, zone, style };
    explained.journeys.iter().flat_map(|journey| view.journey(journey)).collect()
}

struct View<'a> {
    explained: &'a ExplainedJourneys,
    names: PhaseNames,
    zone: &'a ZoneTable,
    style: &'a Style,
}

impl View<'_> {
    fn journey(&self, journey: &ExplainedJourney) -> Vec<String> {
        let title = table::heading(&format!("Journey of {}", words::elided(&self.explained.actor, 60)));
        let summary = table::paragraph(&self.summary(journey), self.style);
        let mut blocks = vec![format!("{title}\n{}\n{}", summary.trim_end(), self.visits(journey))];
        let head = format!(
            "  {:<10}{:<width$}  {:<phase$}  Attained so far\n  {:<10}{:<width$}  Rule",
            "Time",
            "Event",
            "Phase",
            "",
            "Page",
            width = EVENT,
            phase = PHASE
        );
        blocks.push(format!("{head}\n  (* begins a visit to a phase)"));
        let runs = journey.events.chunk_by(|one, next| one.session == next.session);
        blocks.extend(runs.map(|run| self.run(run)));
        blocks
    }

    fn summary(&self, journey: &ExplainedJourney) -> String {
        let events = format::counted(journey.events.len() as u64, "event", "events");
        let visits = format::counted(journey.visits.len() as u64, "visit to a phase", "visits to phases");
        format!("{events}, {visits}. {}", self.fate(journey))
    }

    /// What became of the journey, and what decided it.
    fn fate(&self, journey: &ExplainedJourney) -> String {
        let goal = self.names.canonical(&self.explained.goal);
        let last = journey.last_phase.as_deref().map_or_else(String::new, |key| self.names.of(key));
        let attained = journey.attained.as_deref().map_or_else(String::new, |key| self.names.canonical(key));
        let seen = format::instant(journey.last_seen_us, self.zone);
        let kind =
            if journey.is_last_seen_active { "The last activity" } else { "The last event (there is no activity)" };
        let horizon = format::duration(self.explained.horizon_us);
        let over = format::instant(journey.over_at_us, self.zone);
        let when = format!("{kind} was at {seen}; {horizon} later is {over}");
        match journey.fate {
            JourneyFate::NoPhase => "No event has a phase, so there is no journey to tell of.".to_owned(),
            JourneyFate::Open => {
                format!("Still open in {last}, furthest {attained}. {when}, after the data end.")
            }
            JourneyFate::DroppedBeforeGoal => {
                format!("Lost in {last} before {goal}, furthest {attained}. {when}, not after the data end.")
            }
            JourneyFate::DroppedAfterGoal => {
                format!("Ended in {last} after {goal}, furthest {attained}. {when}, not after the data end.")
            }
        }
    }

    fn visits(&self, journey: &ExplainedJourney) -> String {
        if journey.visits.is_empty() {
            return String::new();
        }
        let rows = journey.visits.iter().zip(1u64..).map(|(visit, number)| {
            vec![
                format::count(number),
                self.names.of(&visit.phase),
                format!("{} to {}", visit.first_event, visit.last_event),
                format::count(visit.events),
                format::duration_or_dash(visit.dwell_us),
                format::duration(visit.active_us),
            ]
        });
        let head = ["Visit", "Phase", "Events", "In phase", "Until the next", "Active"];
        format!("\n{}", table::table(&head, "rlrrrr", rows.collect(), self.style))
    }

    /// Events of one session, or in no session, that follow each other.
    fn run(&self, run: &[ExplainedEvent]) -> String {
        let mut lines = vec![table::heading(&self.run_title(run))];
        let mut day = run.first().map_or_else(String::new, |event| self.day(event));
        for event in run {
            let own = self.day(event);
            if own != day {
                lines.push(format!("  {own}"));
                day = own;
            }
            lines.push(self.event(event));
            lines.extend(below(event));
        }
        lines.join("\n")
    }

    fn run_title(&self, run: &[ExplainedEvent]) -> String {
        let day = run.first().map_or_else(String::new, |event| self.day(event));
        let started = run.iter().find_map(|event| event.session_started_by.as_deref());
        match (run.first().and_then(|event| event.session), started) {
            (Some(session), Some(why)) => {
                format!("Session {}, {day}: {}", format::count(session), words::session_start(why))
            }
            (Some(session), None) => format!("Session {}, {day}, goes on", format::count(session)),
            (None, _) => format!("In no session, {day}"),
        }
    }

    fn day(&self, event: &ExplainedEvent) -> String {
        let shown = format::instant(event.ts_us, self.zone);
        shown.split_once(' ').map_or(shown.clone(), |(day, _)| day.to_owned())
    }

    fn event(&self, event: &ExplainedEvent) -> String {
        let shown = format::instant(event.ts_us, self.zone);
        let time = match (event.is_day_precision, shown.split_once(' ')) {
            (false, Some((_, time))) => time.get(..8).unwrap_or(time).to_owned(),
            _ => "that day".to_owned(),
        };
        let name = words::elided(&event.event, EVENT - 1);
        let star = if event.starts_visit { '*' } else { ' ' };
        let phase = self.names.of(event.phase.as_deref().unwrap_or(kundresa_model::phase::UNCLASSIFIED_KEY));
        let attained =
            event.attained.as_deref().map_or_else(|| format::DASH.to_owned(), |key| self.names.canonical(key));
        format!("  {time:<10}{name:<width$}{star} {phase:<column$}  {attained}", width = EVENT, column = PHASE)
    }
}

/// Page or stage, and the rule or why there is none.
fn below(event: &ExplainedEvent) -> Option<String> {
    let place = event.page.as_deref().or(event.stage.as_deref());
    let place = place.map_or_else(String::new, |text| words::elided(text, EVENT - 1));
    let why = match &event.rule {
        Some(rule) => words::elided(rule, 40),
        None if event.is_synthetic => "made up by the vendor".to_owned(),
        None => "no rule matches".to_owned(),
    };
    let passive = if event.is_activity { "" } else { " (no activity)" };
    Some(format!("  {:<10}{place:<width$}  {why}{passive}", "", width = EVENT))
}

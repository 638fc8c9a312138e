//! How do sessions look on a terminal?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::segments::Breakdown;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// Counts, lengths, beginnings and segments.
pub fn blocks(sessions: &SessionsResult, style: &Style) -> Vec<String> {
    let mut blocks = vec![format!("{}\n{}", table::heading("Sessions"), table::pairs(&counts(sessions), style))];
    blocks.push(lengths(sessions, style));
    if !sessions.started_by.is_empty() {
        blocks.push(beginnings(sessions, style));
    }
    blocks.extend(sessions.by.as_ref().map(|by| segments(by, style)));
    blocks
}

/// Actors, sessions and events in words.
pub fn counts(sessions: &SessionsResult) -> Vec<(&'static str, String)> {
    let per = |rate: Rate, of: &str| format!("{} {of} (n = {})", format::ratio(rate), format::count(rate.base()));
    vec![
        (
            "Sessions",
            format!("{}  {}", format::count(sessions.sessions), per(sessions.sessions_per_actor, "per actor")),
        ),
        ("Actors", format::count(sessions.actors)),
        (
            "Events",
            format!(
                "{}  {}",
                format::count(sessions.events),
                per(sessions.events_per_session, "active ones per session")
            ),
        ),
        ("Single event", format!("{} sessions", format::per_cent_of(sessions.single_event))),
        ("Where", places(sessions)),
    ]
}

fn places(sessions: &SessionsResult) -> String {
    let mut text = format!("{} in these sessions", format::counted(sessions.session_events, "event", "events"));
    let others: [(Count, &str); 4] = [
        (sessions.unchosen_events, "in sessions not chosen"),
        (sessions.bot_events.into(), "left out by --bots"),
        (sessions.sessionless_events, "in no session"),
        (sessions.events_after_end.into(), "after the end of the data"),
    ];
    for (events, place) in others.iter().filter(|(events, _)| *events != 0) {
        text += &format!(", {} {place}", format::count(*events));
    }
    let marked = [(sessions.capped, "carried on after a cap"), (sessions.id_reused, "with a vendor id used again")];
    for (count, what) in marked.iter().filter(|(count, _)| *count != 0) {
        text += &format!("; {} {what}", format::counted(*count, "session", "sessions"));
    }
    text
}

fn lengths(sessions: &SessionsResult, style: &Style) -> String {
    let span = &sessions.duration_us;
    let row = [span.min, span.p25, span.p50, span.p75, span.p90, span.max].map(format::duration_or_dash);
    let row = std::iter::once(format::count(span.n)).chain(row).collect();
    let head = ["Length of n", "Shortest", "25 % by", "Median", "75 % by", "90 % by", "Longest"];
    table::table(&head, "rrrrrrr", vec![row], style)
}

fn beginnings(sessions: &SessionsResult, style: &Style) -> String {
    let rows = words::by_falling_count(&sessions.started_by).into_iter().map(|(reason, count)| {
        let share = Rate::of(count, sessions.sessions);
        vec![
            words::session_start(reason),
            format::count(count),
            format::per_cent_of(share),
            table::bar(count.drawn(), 0, 0, sessions.sessions.drawn(), 12),
        ]
    });
    table::table(&["Begun by", "Sessions", "Share", ""], "lrrl", rows.collect(), style)
}

fn segments(by: &Breakdown<SessionFigures>, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let rows = by.rows.iter().map(|segment| {
        let figures = segment.figures;
        vec![
            words::elided(&segment.value, LONGEST_NAME),
            format::count(figures.sessions),
            format::count(figures.session_events),
            format::per_cent_of(Rate::of(figures.single_event_sessions, figures.sessions)),
        ]
    });
    table::table(&[&dimension, "Sessions", "Events", "Single event"], "lrrr", rows.collect(), style)
}

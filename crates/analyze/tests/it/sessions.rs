//! Do session counts equal a count by hand, and do events add up?

use std::collections::BTreeMap;

use kundresa_analyze::{Accounting, Analysis, SessionCounts};
use kundresa_model::chunk::SessionStart;
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use proptest::prelude::*;

use crate::support::{
    Dictionaries, Journey, Session, TestScope, first_device, journeys, scopes, segments, sessions_of, settings,
    with_chunk,
};

/// A chosen session as one row.
#[derive(Clone, Debug)]
struct Row {
    events: u64,
    activity: u64,
    duration: i64,
    start: SessionStart,
    id_reused: bool,
}

fn row(journey: &Journey, index: usize, session: &Session) -> Row {
    let times: Vec<i64> = session.activity.iter().map(|&at| journey[at].ts).collect();
    Row {
        events: session.events.len() as u64,
        activity: session.activity.len() as u64,
        duration: times[times.len() - 1] - times[0],
        start: session.start(index),
        id_reused: session.label == 3,
    }
}

fn figures(rows: &[Row]) -> SessionFigures {
    SessionFigures {
        sessions: (rows.len() as u64).into(),
        session_events: rows.iter().map(|row| Count::from(row.events)).sum(),
        single_event_sessions: (rows.iter().filter(|row| row.activity == 1).count() as u64).into(),
    }
}

fn by_segment(scope: &TestScope, rows: &[(u32, Row)]) -> Option<Breakdown<SessionFigures>> {
    let segment = |(value, values, rows): (String, u64, Vec<Row>)| Segment { value, values, figures: figures(&rows) };
    let rows = segments(scope, rows)?.into_iter().map(segment).collect();
    Some(Breakdown { dimension: "device".to_owned(), rows })
}

/// Everything but the counts of the whole log, session by session.
fn slow(scope: &TestScope, log: &[Journey]) -> SessionsResult {
    let (mut rows, mut unchosen, mut sessionless, mut chosen_actors) = (Vec::new(), 0, 0, 0);
    for journey in log {
        let (before, sessions) = (rows.len(), sessions_of(journey));
        sessionless += (0..journey.len()).filter(|at| !sessions.iter().any(|s| s.events.contains(at))).count();
        for (index, session) in sessions.iter().enumerate() {
            if scope.chooses(journey, session.activity[0]) {
                rows.push((first_device(journey, session.events.clone()), row(journey, index, session)));
            } else {
                unchosen += session.events.len();
            }
        }
        chosen_actors += u64::from(rows.len() > before);
    }
    let plain: Vec<Row> = rows.iter().map(|(_, row)| row.clone()).collect();
    let actors = if scope.is_restricted() { chosen_actors } else { log.len() as u64 };
    let total = figures(&plain);
    let started = |reason| plain.iter().filter(|row| row.start == reason).count() as u64;
    SessionsResult {
        sessions: total.sessions,
        actors: actors.into(),
        events: 0,
        session_events: total.session_events,
        bot_events: 0,
        sessionless_events: (sessionless as u64).into(),
        events_after_end: 0,
        unchosen_events: (unchosen as u64).into(),
        unidentified_events: 0,
        capped: started(SessionStart::Cap).into(),
        id_reused: (plain.iter().filter(|row| row.id_reused).count() as u64).into(),
        started_by: SessionStart::ALL
            .iter()
            .map(|&reason| (reason.name().to_owned(), started(reason).into()))
            .collect(),
        single_event: Rate::of(total.single_event_sessions, total.sessions),
        events_per_session: Rate::new(plain.iter().map(|row| row.activity).sum(), total.sessions.drawn()),
        sessions_per_actor: Rate::new(total.sessions.drawn(), actors),
        duration_us: Quantiles::of(&mut plain.iter().map(|row| row.duration).collect::<Vec<_>>()),
        by: by_segment(scope, &rows),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn session_counts_equal_a_count_session_by_session(log in journeys(), scope in scopes(), setting in settings()) {
        let columns = Dictionaries::default();
        let analysis = SessionCounts::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
        let result = crate::support::run(&analysis, &log, &setting.taxonomy);
        prop_assert_eq!(result, slow(&scope, &log));
    }

    #[test]
    fn events_are_told_apart_without_rest(log in journeys(), scope in scopes(), setting in settings(), bots in 0..9u64, late in 0..9u64) {
        let columns = Dictionaries::default();
        let analysis = SessionCounts::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
        let in_chunks: usize = log.iter().map(Vec::len).sum();
        let accounting = Accounting {
            events: in_chunks as u64 + bots + late + 2,
            bot_events: bots,
            events_after_end: late,
            unidentified_events: 3,
            unidentified_taking_part: 2,
        };
        let mut partial = analysis.empty();
        with_chunk(&log, &setting.taxonomy, |chunk| analysis.visit(chunk, &mut partial));
        let result = analysis.finish(partial, &accounting);
        let parts = [result.session_events, result.unchosen_events, result.bot_events.into(), result.sessionless_events, result.events_after_end.into()];
        prop_assert_eq!(parts.into_iter().sum::<Count>(), result.events);
        prop_assert_eq!(result.started_by.values().copied().sum::<Count>(), result.sessions);
        if let Some(by) = result.by {
            let sum = |figure: fn(&SessionFigures) -> Count| by.rows.iter().map(|row| figure(&row.figures)).sum::<Count>();
            prop_assert_eq!(sum(|figures| figures.sessions), result.sessions);
            prop_assert_eq!(sum(|figures| figures.session_events), result.session_events);
        }
    }
}

#[test]
fn an_empty_log_has_no_sessions_and_no_rates() {
    let setting = crate::phases::setting_at(0);
    let columns = Dictionaries::default();
    let scope = TestScope::everything();
    let analysis = SessionCounts::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
    let result = crate::support::run(&analysis, &[], &setting.taxonomy);
    assert_eq!((result.sessions, result.single_event.value(), result.duration_us.p50), (0.into(), None, None));
    assert_eq!(
        result.started_by,
        SessionStart::ALL.iter().map(|r| (r.name().to_owned(), 0.into())).collect::<BTreeMap<_, _>>()
    );
}

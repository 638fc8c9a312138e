//! Do signals stand beside the web's events of their page and period, with the right number of people behind them?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::overlap::OverlapResult;
use kundresa_model::result::signals::{PageSignals, SignalsResult};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_model::spec::signals::SignalsSpec;
use kundresa_model::time::{DAY_US, MINUTE_US};

use super::support::{Event, TestSource, everything, request, spec};
use crate::{RunOptions, run};

fn event(minute: i64, source: &str, name: &str, texts: &[(&'static str, &str)]) -> Event {
    let mut event = Event::new(minute * MINUTE_US, name);
    event.texts.insert("source_name", source.to_owned());
    event.texts.extend(texts.iter().map(|(column, value)| (*column, (*value).to_owned())));
    event
}

/// Two visitors of the web, of whom one answers under the same identifier; two more answers and three recordings of others.
fn log() -> TestSource {
    let web = |minute, page| event(minute, "web", "page_view", &[("page", page)]);
    let answer = |minute, page, nps| event(minute, "hotjar", "survey_response", &[("page", page), ("nps", nps)]);
    let recording = |minute, page, rage| event(minute, "clips", "recording", &[("page", page), ("Rage clicks", rage)]);
    TestSource::new(
        vec![
            vec![web(0, "/cart"), web(5, "/cart"), answer(6, "/cart", "9"), web(100, "/cart"), web(2000, "/")],
            vec![web(1, "/cart")],
            vec![answer(10, "/cart", "3")],
            vec![recording(11, "/cart", "2"), recording(2000, "/cart", "0")],
            vec![recording(12, "/help", "")],
        ],
        vec![answer(13, "/cart", "not a score"), event(14, "hotjar", "survey_response", &[]), web(15, "/cart")],
    )
}

fn spec_of(period: Option<CalendarUnit>) -> SignalsSpec {
    SignalsSpec { sources: vec!["clips".to_owned(), "hotjar".to_owned()], period, ..SignalsSpec::default() }
}

fn counted(request: Request) -> SignalsResult {
    let outcome = run(&log(), &spec(), &[request], &RunOptions::default()).expect("counted");
    let [AnalysisResult::Signals(result)] = outcome.results.as_slice() else { panic!("{:?}", outcome.results) };
    result.clone()
}

#[test]
fn a_line_is_a_page_and_everything_on_it() {
    let found = counted(request(AnalysisSpec::Signals(spec_of(None))));
    let cart = PageSignals {
        page: "/cart".to_owned(),
        start: None,
        events: 5.into(),
        sessions: 3.into(),
        persons: 2.into(),
        responses: 3.into(),
        nps: Rate::new(12, 2),
        promoters: Rate::new(1, 2),
        detractors: Rate::new(1, 2),
        emotion: Rate::new(0, 0),
        recordings: 2.into(),
        rage_clicks: Rate::new(1, 2),
        u_turns: Rate::new(0, 0),
        dead_clicks: Rate::new(0, 0),
    };
    let help = PageSignals { page: "/help".to_owned(), recordings: 1.into(), ..PageSignals::default() };
    assert_eq!(found.page_signals, [cart, help]);
    assert_eq!((found.signals_without_page, found.rows_left_out), (1, 0));
}

#[test]
fn days_are_those_of_the_report_zone() {
    let found = counted(request(AnalysisSpec::Signals(spec_of(Some(CalendarUnit::Day)))));
    let lines: Vec<_> = found.page_signals.iter().map(|row| (row.start.as_deref(), row.page.as_str())).collect();
    assert_eq!(lines, [(Some("1970-01-01"), "/cart"), (Some("1970-01-01"), "/help"), (Some("1970-01-02"), "/cart")]);
    assert_eq!((found.page_signals[2].recordings, found.page_signals[2].events), (1.into(), 0.into()));
}

#[test]
fn from_leaves_out_earlier_events_of_both_sides() {
    let scope = Scope { from_us: Some(DAY_US), ..everything() };
    let found = counted(Request { analysis: AnalysisSpec::Signals(spec_of(None)), scope });
    let [cart] = found.page_signals.as_slice() else { panic!("{found:?}") };
    assert_eq!((cart.recordings, cart.events, cart.responses), (1.into(), 0.into(), 0.into()));
}

#[test]
fn a_threshold_hides_what_few_people_said() {
    let scope = Scope { min_actors: 2, ..everything() };
    let found = counted(Request { analysis: AnalysisSpec::Signals(spec_of(None)), scope });
    let cart = &found.page_signals[0];
    assert_eq!((cart.persons, cart.responses), (2.into(), 3.into()));
    // One promoter and one detractor; the recordings are of one person.
    assert!(cart.promoters.is_hidden() && cart.detractors.is_hidden());
    assert_eq!((cart.recordings, cart.rage_clicks), (Count::HIDDEN, Rate::HIDDEN));
    assert_eq!(found.page_signals[1].recordings, Count::HIDDEN);
}

#[test]
fn persons_of_sources_are_told_beside() {
    let outcome = run(&log(), &spec(), &[request(AnalysisSpec::Overlap)], &RunOptions::default()).expect("counted");
    let [AnalysisResult::Overlap(OverlapResult { source_persons, source_pairs })] = outcome.results.as_slice() else {
        panic!("{:?}", outcome.results)
    };
    let persons: Vec<_> = source_persons
        .iter()
        .map(|source| (source.source.as_str(), source.persons.drawn(), source.unidentified_events))
        .collect();
    assert_eq!(persons, [("clips", 2, 0), ("hotjar", 2, 2), ("web", 2, 1)]);
    let both: Vec<_> =
        source_pairs.iter().map(|pair| (pair.one.as_str(), pair.other.as_str(), pair.both.drawn())).collect();
    assert_eq!(both, [("clips", "hotjar", 0), ("clips", "web", 0), ("hotjar", "web", 1)]);
    assert_eq!(source_pairs[2].of_one, Rate::new(1, 2));
}

//! Hand-made results and the CSV they must give.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, StepCounts};
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult, RuleShare};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::result::transitions::{
    EXIT, START, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit, Window};

use super::*;
use crate::write_csv;

fn csv(result: &AnalysisResult) -> Vec<(&'static str, String)> {
    let text = |frame: &DataFrame| {
        let mut bytes = Vec::new();
        write_csv(frame, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let tables = tables(result).unwrap();
    assert!(table(result).unwrap().equals_missing(&tables[0].frame));
    tables.into_iter().map(|table| (table.name, text(&table.frame))).collect()
}

fn by<F>(segments: Vec<(&str, u64, F)>) -> Option<Breakdown<F>> {
    let rows =
        segments.into_iter().map(|(value, values, figures)| Segment { value: value.to_owned(), values, figures });
    Some(Breakdown { dimension: "device".to_owned(), rows: rows.collect() })
}

fn step(name: &str, counts: [u64; 3], candidates: u64, previous: Option<u64>) -> FunnelStepResult {
    let [reached, stopped, open] = counts;
    FunnelStepResult {
        name: name.to_owned(),
        when: format!("event = {name}"),
        reached,
        stopped,
        open,
        of_entered: Rate::new(reached, 4),
        of_previous: Rate::new(reached, previous.unwrap_or(candidates)),
        drop_off: Rate::new(stopped, reached - open),
        time_from_previous_us: previous.map_or_else(Quantiles::default, |_| Quantiles::of(&mut [7, 5])),
    }
}

fn counts(name: &str, [reached, stopped, open]: [u64; 3]) -> StepCounts {
    StepCounts { name: name.to_owned(), reached, stopped, open, drop_off: Rate::new(stopped, reached - open) }
}

fn segment(view: [u64; 3], buy: [u64; 3]) -> FunnelSegment {
    FunnelSegment {
        conversion: Rate::new(buy[0], view[0]),
        steps: vec![counts("view", view), counts("buy", buy)],
        time_to_convert_us: Quantiles::default(),
    }
}

#[test]
fn a_funnel_is_one_row_per_step_and_segment() {
    let result = FunnelResult {
        name: None,
        unit: FunnelUnit::Actor,
        entry: FunnelEntry::Best,
        window: Window::None,
        filter_scope: None,
        candidates: 8,
        steps: vec![step("view", [4, 1, 1], 8, None), step("buy", [2, 0, 0], 8, Some(4))],
        conversion: Rate::new(2, 4),
        time_to_convert_us: Quantiles::of(&mut [7, 5]),
        by: by(vec![("mobile", 1, segment([4, 1, 1], [2, 0, 0])), ("(other)", 3, segment([0; 3], [0; 3]))]),
    };
    let tables = csv(&AnalysisResult::Funnel(result));
    let steps = "\
dimension,segment,segment_values,step,name,when,reached,stopped,open,of_entered_numerator,of_entered_denominator,\
of_entered_value,of_previous_numerator,of_previous_denominator,of_previous_value,drop_off_numerator,\
drop_off_denominator,drop_off_value,time_from_previous_n,time_from_previous_min_us,time_from_previous_p25_us,\
time_from_previous_p50_us,time_from_previous_p75_us,time_from_previous_p90_us,time_from_previous_max_us
,,,1,view,event = view,4,1,1,4,4,1.0,4,8,0.5,1,3,0.3333333333333333,0,,,,,,
,,,2,buy,event = buy,2,0,0,2,4,0.5,2,4,0.5,0,2,0.0,2,5,5,5,7,7,7
device,mobile,1,1,view,event = view,4,1,1,4,4,1.0,,,,1,3,0.3333333333333333,,,,,,,
device,mobile,1,2,buy,event = buy,2,0,0,2,4,0.5,2,4,0.5,0,2,0.0,,,,,,,
device,(other),3,1,view,event = view,0,0,0,0,0,,,,,0,0,,,,,,,,
device,(other),3,2,buy,event = buy,0,0,0,0,0,,0,0,,0,0,,,,,,,,
";
    let conversion = "\
dimension,segment,segment_values,name,unit,entry,window_us,filter_scope,candidates,conversion_numerator,\
conversion_denominator,conversion_value,time_to_convert_n,time_to_convert_min_us,time_to_convert_p25_us,\
time_to_convert_p50_us,time_to_convert_p75_us,time_to_convert_p90_us,time_to_convert_max_us
,,,,actor,best,,,8,2,4,0.5,2,5,5,5,7,7,7
device,mobile,1,,actor,best,,,,2,4,0.5,0,,,,,,
device,(other),3,,actor,best,,,,0,0,,0,,,,,,
";
    assert_eq!(tables, [("funnel", steps.to_owned()), ("funnel_conversion", conversion.to_owned())]);
}

#[test]
fn transitions_are_one_row_per_pair_and_segment() {
    let pair = |from: &str, to: &str, count| Transition {
        from: from.to_owned(),
        to: to.to_owned(),
        count,
        share: Rate::new(count, 2),
    };
    let pairs = vec![pair(START, "a", 2), pair("a", EXIT, 2)];
    let result = TransitionsResult {
        of: TransitionsOf::Events,
        nodes: vec![TransitionNode { name: "a".to_owned(), visits: 2, dwell_us: Quantiles::default() }],
        transitions: pairs.clone(),
        no_phase_actors: 0,
        regressions: 0,
        by: by(vec![("mobile", 1, TransitionFigures { units: 2, transitions: pairs })]),
    };
    let tables = csv(&AnalysisResult::Transitions(result));
    let transitions = "\
dimension,segment,segment_values,units,of,from,to,count,share_numerator,share_denominator,share_value
,,,,events,start,a,2,2,2,1.0
,,,,events,a,exit,2,2,2,1.0
device,mobile,1,2,events,start,a,2,2,2,1.0
device,mobile,1,2,events,a,exit,2,2,2,1.0
";
    let nodes = "\
name,visits,dwell_n,dwell_min_us,dwell_p25_us,dwell_p50_us,dwell_p75_us,dwell_p90_us,dwell_max_us
a,2,0,,,,,,
";
    assert_eq!(tables, [("transitions", transitions.to_owned()), ("transition_nodes", nodes.to_owned())]);
}

#[test]
fn sessions_are_one_row_with_the_reasons_beside_it() {
    let result = SessionsResult {
        sessions: 3,
        actors: 2,
        events: 7,
        session_events: 6,
        bot_events: 0,
        sessionless_events: 1,
        events_after_end: 0,
        unchosen_events: 0,
        unidentified_events: 0,
        capped: 0,
        id_reused: 0,
        started_by: [("first".to_owned(), 2), ("gap".to_owned(), 1)].into(),
        single_event: Rate::new(1, 3),
        events_per_session: Rate::new(6, 3),
        sessions_per_actor: Rate::new(3, 2),
        duration_us: Quantiles::of(&mut [0, 10, 20]),
        by: by(vec![("mobile", 1, SessionFigures { sessions: 3, session_events: 6, single_event_sessions: 1 })]),
    };
    let tables = csv(&AnalysisResult::Sessions(result));
    let sessions = "\
dimension,segment,segment_values,sessions,actors,events,session_events,bot_events,sessionless_events,events_after_end,\
unchosen_events,unidentified_events,capped,id_reused,single_event_numerator,single_event_denominator,single_event_value,\
events_per_session_numerator,events_per_session_denominator,events_per_session_value,sessions_per_actor_numerator,\
sessions_per_actor_denominator,sessions_per_actor_value,duration_n,duration_min_us,duration_p25_us,duration_p50_us,\
duration_p75_us,duration_p90_us,duration_max_us
,,,3,2,7,6,0,1,0,0,0,0,0,1,3,0.3333333333333333,6,3,2.0,3,2,1.5,3,0,0,10,20,20,20
device,mobile,1,3,,,6,,,,,,,,1,3,0.3333333333333333,,,,,,,,,,,,,
";
    let started_by = "reason,sessions\nfirst,2\ngap,1\n";
    assert_eq!(tables, [("sessions", sessions.to_owned()), ("sessions_started_by", started_by.to_owned())]);
}

#[test]
fn phases_are_one_row_per_phase_and_segment_with_rules_and_coverage_beside_them() {
    let phase = PhaseFigures {
        phase: "awareness".to_owned(),
        visitors: 4,
        moved_on: 1,
        dropped: 2,
        dropped_before_goal: 2,
        dropped_after_goal: 0,
        open: 1,
        visits: 5,
        events: 9,
        dwell_us: Quantiles::of(&mut [3]),
        active_us: Quantiles::default(),
    };
    let segment = PhaseCounts { phase: "awareness".to_owned(), visitors: 4, moved_on: 1, dropped: 2, open: 1 };
    let rule = |rule: &str, phase: Option<&str>, events| RuleShare {
        rule: rule.to_owned(),
        phase: phase.map(str::to_owned),
        events: Rate::new(events, 10),
    };
    let result = PhasesResult {
        taxonomy: "full".to_owned(),
        coverage: Some(0.9),
        coverage_of: Rate::new(9, 10),
        coverage_without_last_rule: Rate::new(0, 10),
        rules: vec![rule("pages", Some("awareness"), 9), rule("unclassified", None, 1)],
        actors: 4,
        no_phase_actors: 0,
        horizon_us: 30,
        goal: "purchase".to_owned(),
        phases: vec![phase],
        by: by(vec![("mobile", 1, PhaseSegment { actors: 4, phases: vec![segment] })]),
    };
    let tables = csv(&AnalysisResult::Phases(result));
    let phases = "\
dimension,segment,segment_values,actors,phase,visitors,moved_on,dropped,dropped_before_goal,dropped_after_goal,open,\
visits,events,dwell_n,dwell_min_us,dwell_p25_us,dwell_p50_us,dwell_p75_us,dwell_p90_us,dwell_max_us,active_n,\
active_min_us,active_p25_us,active_p50_us,active_p75_us,active_p90_us,active_max_us
,,,4,awareness,4,1,2,2,0,1,5,9,1,3,3,3,3,3,3,0,,,,,,
device,mobile,1,4,awareness,4,1,2,,,1,,,,,,,,,,,,,,,,
";
    let rules = "\
rule,phase,events_numerator,events_denominator,events_value
pages,awareness,9,10,0.9
unclassified,,1,10,0.1
";
    let coverage = "\
taxonomy,goal,horizon_us,actors,no_phase_actors,coverage_numerator,coverage_denominator,coverage_value,\
coverage_without_last_rule_numerator,coverage_without_last_rule_denominator,coverage_without_last_rule_value
full,purchase,30,4,0,9,10,0.9,0,10,0.0
";
    let expected = [("phases", phases), ("phase_rules", rules), ("phase_coverage", coverage)];
    assert_eq!(tables, expected.map(|(name, text)| (name, text.to_owned())));
}

//! Hand-made results and the CSV they must give.

use std::collections::BTreeMap;

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{
    FunnelResult, FunnelSegment, FunnelStepResult, FunnelTrend, NextAction, NextActions, OpenStep, OptionalStep,
    StepCounts, TrendBucket,
};
use kundresa_model::result::money::{Amount, Sum};
use kundresa_model::result::overview::{
    EngagedBy, EventFigures, ExitFigures, NewUsersBy, OverviewResult, Revenue, VisitFigures,
};
use kundresa_model::result::paths::{
    Flow, PathFigures, PathLink, PathNode, PathStep, PathTreeNode, PathVariant, PathsResult, StepKind,
};
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult, RuleShare};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::result::statistics::Interval;
use kundresa_model::result::transitions::{
    EXIT, NodeKind, START, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit, Window};
use kundresa_model::spec::paths::{PathDirection, PathNodes, PathUnit, Repeats};

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
        reached: reached.into(),
        stopped: stopped.into(),
        open: open.into(),
        of_entered: Rate::new(reached, 4),
        of_previous: Rate::new(reached, previous.unwrap_or(candidates)),
        drop_off: Rate::new(stopped, reached - open),
        time_from_previous_us: previous.map_or_else(Quantiles::default, |_| Quantiles::of(&mut [7, 5])),
        ..FunnelStepResult::default()
    }
}

fn counts(name: &str, [reached, stopped, open]: [u64; 3]) -> StepCounts {
    StepCounts {
        name: name.to_owned(),
        reached: reached.into(),
        stopped: stopped.into(),
        open: open.into(),
        drop_off: Rate::new(stopped, reached - open),
    }
}

fn segment(view: [u64; 3], buy: [u64; 3]) -> FunnelSegment {
    FunnelSegment {
        conversion: Rate::new(buy[0], view[0]),
        steps: vec![counts("view", view), counts("buy", buy)],
        ..FunnelSegment::default()
    }
}

#[test]
fn a_funnel_is_one_row_per_step_and_segment() {
    let result = FunnelResult {
        name: None,
        unit: FunnelUnit::Actor,
        entry: FunnelEntry::Best,
        window: Window::None,
        emulation: None,
        filter_scope: None,
        candidates: 8.into(),
        steps: vec![step("view", [4, 1, 1], 8, None), step("buy", [2, 0, 0], 8, Some(4))],
        conversion: Rate::new(2, 4),
        time_to_convert_us: Quantiles::of(&mut [7, 5]),
        by: by(vec![("mobile", 1, segment([4, 1, 1], [2, 0, 0])), ("(other)", 3, segment([0; 3], [0; 3]))]),
        ..FunnelResult::default()
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
conversion_denominator,conversion_value,conversion_low,conversion_high,others_conversion_numerator,\
others_conversion_denominator,others_conversion_value,test,p_value,p_adjusted,time_to_convert_n,time_to_convert_min_us,time_to_convert_p25_us,\
time_to_convert_p50_us,time_to_convert_p75_us,time_to_convert_p90_us,time_to_convert_max_us
,,,,actor,best,,,8,2,4,0.5,,,,,,,,,2,5,5,5,7,7,7
device,mobile,1,,actor,best,,,,2,4,0.5,,,,,,,,,0,,,,,,
device,(other),3,,actor,best,,,,0,0,,,,,,,,,,0,,,,,,
";
    // Nothing was asked for around it: those tables have columns, but no rows.
    let (filled, empty): (Vec<_>, Vec<_>) = tables.into_iter().partition(|(_, csv)| csv.lines().count() > 1);
    assert!(empty.iter().all(|(name, csv)| name.starts_with("funnel_") && csv.lines().count() == 1));
    assert_eq!(filled, [("funnel", steps.to_owned()), ("funnel_conversion", conversion.to_owned())]);
}

#[test]
fn what_stands_around_a_funnel_has_tables_of_its_own() {
    let amount = |currency: &str, n, micros| Amount { currency: currency.to_owned(), n, sum: Sum(micros) };
    let action = |event: &str, units| NextAction { event: event.to_owned(), units };
    let next =
        NextActions { actions: vec![action("help", 2), action("=1+1", 1)], other: 3, other_names: 2, nothing_more: 1 };
    let view = FunnelStepResult {
        next: Some(next),
        value: vec![amount("EUR", 2, 7_500_000), amount("SEK", 1, -1)],
        stopped_value: vec![amount("EUR", 1, 4_500_000)],
        ..step("view", [9, 7, 1], 9, None)
    };
    let buy = FunnelStepResult { time_from_previous_counts: vec![1, 0, 1], ..step("buy", [2, 0, 0], 9, Some(9)) };
    let open = |name: &str, units: u64, continued, entered: u64| OpenStep {
        name: name.to_owned(),
        units: units.into(),
        continued,
        entered_here: entered.into(),
    };
    let bucket = TrendBucket {
        start: "2024-03-04".to_owned(),
        is_incomplete: true,
        steps: vec![counts("view", [3, 1, 1]), counts("buy", [1, 0, 0])],
        conversion: Rate::new(1, 3),
    };
    let coupon = OptionalStep {
        name: "coupon".to_owned(),
        when: "apply_coupon".to_owned(),
        after: 1,
        attached: Rate::new(1, 2),
        time_from_previous_us: Quantiles::of(&mut [4]),
    };
    let result = FunnelResult {
        steps: vec![view, buy],
        time_bounds_us: vec![1_000_000, 10_000_000],
        time_to_convert_counts: vec![0, 2, 0],
        optional: vec![coupon],
        open_funnel: Some(vec![open("view", 9, Rate::default(), 9), open("buy", 4, Rate::new(2, 9), 2)]),
        trend: Some(FunnelTrend { bucket: CalendarUnit::Week, buckets: vec![bucket] }),
        ..FunnelResult::default()
    };
    let tables: BTreeMap<&str, String> = csv(&AnalysisResult::Funnel(result)).into_iter().collect();
    for (name, expected) in [
        (
            "funnel_times",
            "step,name,up_to_us,n\n2,buy,1000000,1\n2,buy,10000000,0\n2,buy,,1\n,,1000000,0\n,,10000000,2\n,,,0\n",
        ),
        (
            "funnel_next",
            "step,name,kind,event,units\n1,view,action,help,2\n1,view,action,=1+1,1\n1,view,other,,3\n1,view,nothing_more,,1\n",
        ),
        (
            "funnel_value",
            "step,name,of,currency,n,sum\n1,view,reached,EUR,2,7.5\n1,view,reached,SEK,1,-0.000001\n1,view,stopped,EUR,1,4.5\n",
        ),
        (
            "funnel_open",
            "step,name,units,continued_numerator,continued_denominator,continued_value,entered_here\n1,view,9,0,0,,9\n2,buy,4,2,9,0.2222222222222222,2\n",
        ),
    ] {
        assert_eq!(tables[name], expected, "{name}");
    }
    let last = |name: &str| tables[name].lines().last().unwrap_or_default().to_owned();
    assert_eq!(last("funnel_optional"), "1,coupon,apply_coupon,1,2,0.5,1,4,4,4,4,4,4");
    assert!(last("funnel_trend").starts_with("2024-03-04,1,2,buy,1,0,0,0,1,0.0,1,3,0.333"), "{}", last("funnel_trend"));
}

#[test]
fn transitions_are_one_row_per_pair_and_segment() {
    let kind = |name: &str| if [START, EXIT].contains(&name) { NodeKind::Pseudo } else { NodeKind::Node };
    let pair = |from: &str, to: &str, count| Transition {
        from: from.to_owned(),
        from_kind: kind(from),
        to: to.to_owned(),
        to_kind: kind(to),
        count: u64::into(count),
        actors: None,
        share: Rate::new(count, 2),
    };
    let pairs = vec![pair(START, "a", 2), pair("a", EXIT, 2)];
    let result = TransitionsResult {
        of: TransitionsOf::Events,
        nodes: vec![TransitionNode { name: "a".to_owned(), visits: 2.into(), dwell_us: Quantiles::default() }],
        transitions: pairs.clone(),
        no_phase_actors: 0.into(),
        regressions: 0.into(),
        regression_pairs: Vec::new(),
        by: by(vec![("mobile", 1, TransitionFigures { units: 2.into(), transitions: pairs })]),
    };
    let tables = csv(&AnalysisResult::Transitions(result));
    let transitions = "\
dimension,segment,segment_values,units,of,from,from_kind,to,to_kind,count,actors,share_numerator,share_denominator,share_value
,,,,events,start,pseudo,a,node,2,,2,2,1.0
,,,,events,a,node,exit,pseudo,2,,2,2,1.0
device,mobile,1,2,events,start,pseudo,a,node,2,,2,2,1.0
device,mobile,1,2,events,a,node,exit,pseudo,2,,2,2,1.0
";
    let nodes = "\
name,visits,dwell_n,dwell_min_us,dwell_p25_us,dwell_p50_us,dwell_p75_us,dwell_p90_us,dwell_max_us
a,2,0,,,,,,
";
    assert_eq!(tables, [("transitions", transitions.to_owned()), ("transition_nodes", nodes.to_owned())]);
}

/// Two paths, a and a b.
fn paths() -> PathsResult {
    let flow = |come, out, end| Flow { come, out, other: 0, end };
    let share = |count| Rate::new(count, 2);
    let step = |depth, name: &str, kind, flow: Flow| PathStep {
        depth,
        name: name.to_owned(),
        kind,
        values: 1,
        flow,
        share: share(flow.come),
    };
    let line = |parent, depth, name: &str, flow: Flow| PathTreeNode {
        parent,
        depth,
        name: name.to_owned(),
        kind: StepKind::Node,
        values: 1,
        flow,
        share: share(flow.come),
    };
    let variant = |nodes: &[&str], covered| PathVariant {
        nodes: nodes.iter().map(|node| (*node).to_owned()).collect(),
        is_cut: false,
        count: 1,
        share: share(1),
        coverage: share(covered),
    };
    let variants = vec![variant(&["a"], 1), variant(&["a", "b"], 2)];
    let tree = vec![line(None, 1, "a", flow(2, 1, 1)), line(Some(0), 2, "b", flow(1, 0, 1))];
    let figures = PathFigures { units: 2, tree: tree[..1].to_vec(), ..PathFigures::default() };
    PathsResult {
        of: PathNodes::Events,
        direction: PathDirection::Forward,
        anchor: None,
        occurrence: None,
        repeats: Repeats::Raw,
        unit: PathUnit::Session,
        depth: 5,
        counted_depth: 5,
        width: 5,
        units: 2,
        units_with_path: share(2),
        paths: 2,
        steps: vec![step(1, "a", StepKind::Node, flow(2, 1, 1)), step(2, "exit", StepKind::End, flow(1, 0, 1))],
        links: vec![PathLink {
            depth: 1,
            from: "a".to_owned(),
            from_kind: StepKind::Node,
            to: "exit".to_owned(),
            to_kind: StepKind::End,
            count: 1,
            share: share(1),
        }],
        tree,
        distinct_variants: 2,
        variants,
        nodes: vec![PathNode {
            name: "a".to_owned(),
            occurrences: 2,
            units: share(2),
            entries: 2,
            exits: 1,
            exit_rate: share(1),
            bounces: 1,
            bounce_rate: share(1),
            repeats: 0,
            returns: 0,
            there_and_back: 0,
            units_returning: share(0),
        }],
        by: by(vec![("mobile", 1, figures)]),
    }
}

#[test]
fn paths_are_a_tree_and_four_tables_beside_it() {
    let tables = csv(&AnalysisResult::Paths(paths()));
    let share = "share_numerator,share_denominator,share_value";
    let tree = format!(
        "\
dimension,segment,segment_values,line,parent_line,depth,name,kind,values,in,out,other,end,{share}
,,,1,,1,a,node,1,2,1,0,1,2,2,1.0
,,,2,1,2,b,node,1,1,0,0,1,1,2,0.5
device,mobile,1,1,,1,a,node,1,2,1,0,1,2,2,1.0
"
    );
    let steps = format!(
        "\
dimension,segment,segment_values,depth,name,kind,values,in,out,other,end,{share}
,,,1,a,node,1,2,1,0,1,2,2,1.0
,,,2,exit,end,1,1,0,0,1,1,2,0.5
"
    );
    let links = format!("depth,from,from_kind,to,to_kind,count,{share}\n1,a,node,exit,end,1,1,2,0.5\n");
    let variants = format!(
        "\
dimension,segment,segment_values,rank,path,nodes,ends,count,{share},coverage_numerator,coverage_denominator,coverage_value
,,,1,a,1,whole,1,1,2,0.5,1,2,0.5
,,,2,a > b,2,whole,1,1,2,0.5,2,2,1.0
"
    );
    let nodes = "\
name,occurrences,units_numerator,units_denominator,units_value,entries,exits,exit_rate_numerator,exit_rate_denominator,\
exit_rate_value,bounces,bounce_rate_numerator,bounce_rate_denominator,bounce_rate_value,repeats,returns,there_and_back,\
units_returning_numerator,units_returning_denominator,units_returning_value
a,2,2,2,1.0,2,1,1,2,0.5,1,1,2,0.5,0,0,0,0,2,0.0
";
    let expected = [
        ("paths", tree),
        ("paths_steps", steps),
        ("paths_links", links),
        ("paths_variants", variants),
        ("paths_nodes", nodes.to_owned()),
    ];
    assert_eq!(tables, expected);
}

#[test]
fn sessions_are_one_row_with_the_reasons_beside_it() {
    let result = SessionsResult {
        sessions: 3.into(),
        actors: 2.into(),
        events: 7,
        session_events: 6.into(),
        bot_events: 0,
        sessionless_events: 1.into(),
        events_after_end: 0,
        unchosen_events: 0.into(),
        unidentified_events: 0,
        capped: 0.into(),
        id_reused: 0.into(),
        started_by: [("first".to_owned(), 2.into()), ("gap".to_owned(), 1.into())].into(),
        single_event: Rate::new(1, 3),
        events_per_session: Rate::new(6, 3),
        sessions_per_actor: Rate::new(3, 2),
        duration_us: Quantiles::of(&mut [0, 10, 20]),
        by: by(vec![(
            "mobile",
            1,
            SessionFigures { sessions: 3.into(), session_events: 6.into(), single_event_sessions: 1.into() },
        )]),
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
        visitors: 4.into(),
        reached: Rate::new(4, 8),
        reached_interval: Some(Interval { low: 0.25, high: 0.75 }),
        moved_on: 1.into(),
        dropped: 2.into(),
        dropped_interval: None,
        dropped_before_goal: 2.into(),
        dropped_after_goal: 0.into(),
        open: 1.into(),
        visits: 5.into(),
        events: 9.into(),
        dwell_us: Quantiles::of(&mut [3]),
        active_us: Quantiles::default(),
    };
    let segment = PhaseCounts {
        phase: "awareness".to_owned(),
        visitors: 4.into(),
        reached: Rate::new(4, 8),
        reached_interval: None,
        comparison: None,
        moved_on: 1.into(),
        dropped: 2.into(),
        open: 1.into(),
    };
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
        actors: 4.into(),
        no_phase_actors: 0.into(),
        horizon_us: 30,
        goal: "purchase".to_owned(),
        goal_phase: "purchase".to_owned(),
        phases: vec![phase],
        by: by(vec![("mobile", 1, PhaseSegment { actors: 4.into(), phases: vec![segment] })]),
    };
    let tables = csv(&AnalysisResult::Phases(result));
    let phases = "\
dimension,segment,segment_values,actors,phase,visitors,moved_on,dropped,dropped_before_goal,dropped_after_goal,open,\
visits,events,dwell_n,dwell_min_us,dwell_p25_us,dwell_p50_us,dwell_p75_us,dwell_p90_us,dwell_max_us,active_n,\
active_min_us,active_p25_us,active_p50_us,active_p75_us,active_p90_us,active_max_us,reached_numerator,\
reached_denominator,reached_value,reached_low,reached_high,dropped_low,dropped_high,others_reached_numerator,\
others_reached_denominator,others_reached_value,test,p_value,p_adjusted
,,,4,awareness,4,1,2,2,0,1,5,9,1,3,3,3,3,3,3,0,,,,,,,4,8,0.5,0.25,0.75,,,,,,,,
device,mobile,1,4,awareness,4,1,2,,,1,,,,,,,,,,,,,,,,,4,8,0.5,,,,,,,,,,
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

fn revenue(currency: &str, micros: i128) -> Revenue {
    Revenue {
        currency: currency.to_owned(),
        purchases: 2,
        revenue: Sum(micros),
        average_order: Some(Sum(micros / 2)),
        refunds: 0,
        refunded: Sum(0),
    }
}

/// Two users, three sessions, and two purchases of one of them in each of two currencies.
fn overview() -> OverviewResult {
    let rate = Rate::new(1, 3);
    let visits = VisitFigures {
        sessions: 3.into(),
        engaged_sessions: rate,
        bounces: Rate::new(2, 3),
        key_events: 4.into(),
        key_event_sessions: rate,
        purchases: 4.into(),
        revenue: vec![revenue("EUR", 10_500_000)],
    };
    let row = |value: &str| Segment { value: value.to_owned(), values: 1, figures: visits.clone() };
    OverviewResult {
        users: 2.into(),
        active_users: 2.into(),
        new_users: 1.into(),
        new_users_by: NewUsersBy::FirstEvent,
        returning_users: 1.into(),
        sessions: 3.into(),
        sessions_per_user: Rate::new(3, 2),
        engaged_sessions: rate,
        engaged_by: EngagedBy::Duration,
        engaged_after_us: 10_000_000,
        bounces: Rate::new(2, 3),
        engagement: None,
        duration_us_per_session: Rate::new(60, 3),
        events: 9.into(),
        unidentified_events: 1,
        events_per_session: Rate::new(8, 3),
        views: 5.into(),
        unidentified_views: 0,
        views_per_session: Rate::new(5, 3),
        key_events: 4.into(),
        unidentified_key_events: 0,
        key_event_sessions: rate,
        key_event_users: Rate::new(1, 2),
        key_event_users_interval: None,
        purchases: 4.into(),
        unidentified_purchases: 0,
        purchases_without_value: 0.into(),
        repeated_orders: 0.into(),
        purchasers: Rate::new(1, 2),
        purchasers_interval: None,
        refunds: 0.into(),
        revenue: vec![revenue("EUR", 10_500_000), revenue("SEK", 2)],
        events_by_name: vec![Segment {
            value: "(other)".to_owned(),
            values: 2,
            figures: EventFigures { events: 9.into(), unidentified_events: 1, users: None, key_events: 4.into() },
        }],
        landing_pages: vec![row("/")],
        exit_pages: vec![Segment { value: "/cart".to_owned(), values: 1, figures: ExitFigures { sessions: 3.into() } }],
        channels: vec![row("Email")],
        vendor_channel_sessions: 0.into(),
        days: Vec::new(),
        by: None,
    }
}

#[test]
fn the_overview_becomes_six_tables_and_money_stays_exact() {
    let tables = csv(&AnalysisResult::Overview(Box::new(overview())));
    let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
    let of = |name: &str| tables.iter().find(|(table, _)| *table == name).unwrap().1.lines().collect::<Vec<_>>();
    assert_eq!(
        names,
        ["overview", "overview_days", "overview_events", "overview_pages", "overview_channels", "overview_revenue"]
    );
    assert!(of("overview")[1].starts_with(",,,2,2,1,1,3,3,2,1.5,1,3,0.3333333333333333,"));
    assert_eq!(of("overview_events")[1], "(other),2,9,1,,4");
    assert_eq!(of("overview_pages")[2], "exit,/cart,1,3,,,,,,,,,,,");
    assert_eq!(
        of("overview_revenue")[1..],
        [
            "total,,EUR,2,10.5,5.25,0,0",
            "total,,SEK,2,0.000002,0.000001,0,0",
            "landing_page,/,EUR,2,10.5,5.25,0,0",
            "channel,Email,EUR,2,10.5,5.25,0,0"
        ]
    );
}

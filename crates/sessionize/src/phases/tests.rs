use kundresa_model::chunk::{NO_RULE, NO_SESSION, UNCLASSIFIED};
use kundresa_model::event_table::EventFlags;
use kundresa_model::mask::{Columns, EventColumns, MaskError, MaskSet};
use kundresa_model::phase::{Phase, TaxonomyName};
use kundresa_model::predicate::{HistoryKind, parse_predicate};
use kundresa_model::spec::phases::{PhaseRule, PhaseSpec, RuleSet};
use kundresa_model::spec::sessions::SessionRules;
use kundresa_model::time::MINUTE_US;
use kundresa_model::zone::ZoneTable;
use proptest::prelude::*;

use super::*;
use crate::fixture::{Event, Log, event};
use crate::sessions::{SessionBuffers, SessionColumns, Sessionizer};

fn sessions(log: &Log, rules: &SessionRules) -> SessionBuffers {
    let mut sessions = SessionBuffers::default();
    let sessionizer = Sessionizer::new(rules, &ZoneTable::utc(), SessionColumns::new(rules, log));
    sessionizer.sessionize(&log.batch(), &mut sessions);
    sessions
}

fn label_in(actors: &[Vec<Event>], spec: &PhaseSpec, rules: &SessionRules) -> PhaseBuffers {
    let log = Log::new(actors);
    let labeler = PhaseLabeler::try_new(spec, &log).unwrap_or_else(|error| panic!("{error}"));
    let mut phases = PhaseBuffers::default();
    labeler.label(&log.batch(), &sessions(&log, rules), &mut phases);
    phases
}

/// Key of each event's phase; `-` for unclassified.
fn label(actor: &[Event], spec: &PhaseSpec) -> Vec<&'static str> {
    label_with(actor, spec, &SessionRules::default())
}

fn label_with(actor: &[Event], spec: &PhaseSpec, rules: &SessionRules) -> Vec<&'static str> {
    let phases = label_in(&[actor.to_vec()], spec, rules);
    phases.observed().iter().map(|code| Phase::from_code(*code).map_or("-", Phase::key)).collect()
}

fn names(text: &'static str) -> Vec<Event> {
    text.split_whitespace().map(|name| event("10:00", name)).collect()
}

fn rule(name: &str, phase: Phase, when: &str) -> PhaseRule {
    let when = Some(when.to_owned()).filter(|when| !when.is_empty());
    PhaseRule {
        name: name.to_owned(),
        phase,
        when,
        unless: None,
        after: None,
        same_session_after: None,
        session_after: None,
    }
}

fn own(rules: Vec<PhaseRule>) -> PhaseSpec {
    PhaseSpec { rules, default_rules: false, ..PhaseSpec::default() }
}

#[test]
fn each_default_event_has_its_phase() {
    for (phase, events) in [
        ("purchase", "purchase"),
        ("advocacy", "share review"),
        ("decision", "add_to_cart view_cart begin_checkout add_shipping_info add_payment_info"),
        ("comparison", "compare compare_items filter_items filter_list"),
        ("consideration", "view_item select_item view_item_list search add_to_wishlist"),
        ("awareness", "page_view view_promotion"),
        ("-", "scroll remove_from_cart login"),
    ] {
        for name in events.split_whitespace() {
            assert_eq!(label(&[event("10:00", name)], &PhaseSpec::default()), [phase], "{name}");
        }
    }
}

#[test]
fn pages_and_scores_have_their_phase() {
    let page = |path| label(&[event("10:00", "page_view").with("page", path)], &PhaseSpec::default())[0];
    assert_eq!((page("/p/1/reviews"), page("/compare/a-b"), page("/")), ("comparison", "comparison", "awareness"));
    let score = |nps| label(&[event("10:00", "survey").with("nps", nps)], &PhaseSpec::default())[0];
    assert_eq!((score("9"), score("10.0"), score("8"), score("great")), ("advocacy", "advocacy", "-", "-"));
}

#[test]
fn after_a_purchase_the_same_session_is_onboarding_and_later_ones_are_retention() {
    let actor = [
        event("10:00", "view_item"),
        event("10:01", "purchase"),
        event("10:02", "view_item"),
        event("10:03", "scroll"),
        event("10:04", "add_to_cart"),
        event("10:05", "remove_from_cart"),
        event("12:00", "page_view"),
        event("12:01", "begin_checkout"),
        event("12:02", "purchase"),
        event("12:03", "page_view"),
        event("12:04", "share"),
    ];
    assert_eq!(
        label(&actor, &PhaseSpec::default()),
        [
            "consideration",
            "purchase",
            "onboarding",
            "onboarding",
            "decision",
            "-",
            "retention",
            "decision",
            "purchase",
            "onboarding",
            "advocacy",
        ]
    );
}

#[test]
fn history_is_strictly_earlier_in_the_total_order() {
    let spec = own(vec![
        PhaseRule { after: Some(Phase::Purchase), ..rule("again", Phase::Retention, "event == \"buy\"") },
        rule("buy", Phase::Purchase, "event == \"buy\""),
    ]);
    assert_eq!(label(&names("buy buy buy"), &spec), ["purchase", "retention", "retention"]);
}

#[test]
fn sessions_begun_by_midnight_or_a_cap_continue_the_one_before() {
    let actor = [event("23:50", "purchase"), event("24:05", "page_view"), event("25:00", "page_view")];
    let rules = SessionRules { split_at_midnight: true, ..SessionRules::default() };
    assert_eq!(label_with(&actor, &PhaseSpec::default(), &rules), ["purchase", "onboarding", "retention"]);
}

#[test]
fn midnight_continues_the_session_of_the_same_vendor_id() {
    let actor = [
        event("23:50", "purchase").id("1"),
        event("23:55", "page_view").id("2"),
        event("24:05", "page_view").id("1"),
        event("24:10", "page_view").id("2"),
    ];
    let rules = SessionRules { split_at_midnight: true, use_vendor_id: true, ..SessionRules::default() };
    assert_eq!(label_with(&actor, &PhaseSpec::default(), &rules), ["purchase", "retention", "onboarding", "retention"]);
}

#[test]
fn an_event_in_no_session_is_later_than_every_session_before_it() {
    let actor = [event("10:00", "purchase"), event("15:00", "crm_note").passive()];
    assert_eq!(label(&actor, &PhaseSpec::default()), ["purchase", "retention"]);
}

#[test]
fn an_event_in_no_session_leaves_history_for_after_only() {
    let actor = [event("10:00", "purchase").passive(), event("10:01", "page_view"), event("12:00", "page_view")];
    assert_eq!(label(&actor, &PhaseSpec::default()), ["purchase", "awareness", "awareness"]);
    let spec = own(vec![
        rule("buy", Phase::Purchase, "event == \"purchase\""),
        PhaseRule { after: Some(Phase::Purchase), ..rule("then", Phase::Retention, "") },
    ]);
    assert_eq!(label(&actor, &spec), ["purchase", "retention", "retention"]);
}

#[test]
fn vendor_made_rows_are_never_classified_and_leave_no_history() {
    let actor = [event("10:00", "purchase").synthetic(), event("10:01", "page_view")];
    assert_eq!(label(&actor, &PhaseSpec::default()), ["-", "awareness"]);
}

#[test]
fn own_rules_come_before_the_default_ones_and_keep_their_number() {
    let spec = PhaseSpec { rules: vec![rule("fans", Phase::Advocacy, "page like \"/fans*\"")], ..PhaseSpec::default() };
    let phases = label_in(
        &[vec![event("10:00", "view_item").with("page", "/fans/1"), event("10:01", "view_item"), event("10:02", "x")]],
        &spec,
        &SessionRules::default(),
    );
    assert_eq!((phases.rule(), phases.observed()), (&[0, 7, NO_RULE][..], &[7, 1, UNCLASSIFIED][..]));
}

#[test]
fn unless_is_no_hindrance_where_its_column_is_null() {
    let spec = own(vec![PhaseRule {
        unless: Some("page == \"/x\" or not (nps < 5 and page is not null)".into()),
        ..rule("rest", Phase::Awareness, "")
    }]);
    let of = |page, nps| label(&[event("10:00", "a").with("page", page).with("nps", nps)], &spec)[0];
    // `not (nps < 5 and page is not null)` matches where nps is 5 or more or page is null, and is unknown where only nps is null.
    assert_eq!(
        (of("/a", ""), of("/a", "3"), of("/x", "3"), of("/a", "7"), of("", "3")),
        ("awareness", "awareness", "-", "-", "-")
    );
}

#[test]
fn visits_are_runs_of_one_phase_that_unclassified_events_do_not_break() {
    let phases = label_in(
        &[
            names("scroll view_item scroll search page_view scroll view_item"),
            vec![],
            names("scroll"),
            names("purchase"),
        ],
        &PhaseSpec::default(),
        &SessionRules::default(),
    );
    let visits = phases.visits();
    assert_eq!(visits.offsets, [0, 3, 3, 3, 4]);
    assert_eq!(visits.phase, [1, 0, 1, 4]);
    assert_eq!((visits.first_event, visits.last_event), (&[1, 4, 6, 8][..], &[3, 4, 6, 8][..]));
}

#[test]
fn seven_stages_join_onboarding_and_retention() {
    let spec = PhaseSpec { taxonomy: TaxonomyName::SevenStage, ..PhaseSpec::default() };
    let actor = vec![
        event("10:00", "purchase"),
        event("10:01", "page_view"),
        event("12:00", "page_view"),
        event("12:01", "share"),
    ];
    let phases = label_in(&[actor], &spec, &SessionRules::default());
    assert_eq!(phases.observed(), [4, 5, 6, 7]);
    assert_eq!((phases.visits().phase, phases.visits().first_event), (&[4, 5, 6][..], &[0, 1, 3][..]));
}

#[test]
fn more_rules_than_a_word_holds_still_match_first_to_last() {
    let across = |number: usize| format!("event == \"e{number}\" or page == \"/{number}\"");
    let mut rules: Vec<PhaseRule> =
        (0..150).map(|number| rule(&format!("rule {number}"), Phase::Comparison, &across(number))).collect();
    rules.push(rule("last", Phase::Awareness, ""));
    let actor = ["e0", "e63", "e64", "e149", "other"].map(|name| event("10:00", name));
    let actor = [actor.to_vec(), vec![event("10:00", "other").with("page", "/149")]].concat();
    let phases = label_in(&[actor], &own(rules), &SessionRules::default());
    assert_eq!(phases.rule(), [0, 63, 64, 149, 150, 149]);
}

#[test]
fn columns_that_the_rules_read_are_known_before_the_data() {
    let columns: Vec<String> = phase_columns(&PhaseSpec::default()).expect("default rules").into_iter().collect();
    assert_eq!(columns, ["event", "nps", "page"]);
    let spec =
        own(vec![PhaseRule { unless: Some("plan == \"x\"".into()), ..rule("a", Phase::Awareness, "value > 1") }]);
    assert_eq!(phase_columns(&spec).expect("valid").into_iter().collect::<Vec<_>>(), ["plan"]);
}

#[test]
fn unknown_columns_of_own_rules_are_told_and_match_nothing() {
    let log = Log::new(&[names("page_view")]);
    let spec = PhaseSpec {
        rules: vec![rule("typo", Phase::Purchase, "pages != \"/a\" or value > 3")],
        ..PhaseSpec::default()
    };
    let labeler = PhaseLabeler::try_new(&spec, &log).expect("only a warning");
    assert!(labeler.reads_value());
    let error = MaskError::UnknownColumn { name: "pages".into(), hint: " (did you mean `page`?)".into() };
    assert_eq!(labeler.unknown_columns(), [UnknownColumn { rule: "typo".into(), error }]);
    assert_eq!(label(&names("page_view"), &spec), ["awareness"]);
}

#[test]
fn default_rules_over_missing_columns_need_no_warning() {
    struct OnlyEvent(Log);
    impl Columns for OnlyEvent {
        fn text(&self, name: &str) -> Option<(usize, &kundresa_model::dictionary::Dictionary)> {
            self.0.text(name).filter(|_| name == "event")
        }
    }
    let log = OnlyEvent(Log::new(&[names("page_view")]));
    let labeler = PhaseLabeler::try_new(&PhaseSpec::default(), &log).expect("default rules");
    assert!(labeler.unknown_columns().is_empty() && !labeler.reads_value());
    assert_eq!(labeler.rules().len(), 8);
}

#[test]
fn errors_name_the_rule() {
    let log = Log::new(&[]);
    let error = |rules: Vec<PhaseRule>| {
        PhaseLabeler::try_new(&PhaseSpec { rules, ..PhaseSpec::default() }, &log).expect_err("invalid").to_string()
    };
    let message = error(vec![rule("fans", Phase::Advocacy, "event = \"x\"")]);
    assert!(message.starts_with("when of phase rule `fans`: `=` is not an operator"), "{message}");
    let unless = PhaseRule { unless: Some("(".into()), ..rule("fans", Phase::Advocacy, "") };
    assert!(error(vec![unless]).starts_with("unless of phase rule `fans`"));
    assert!(
        error(vec![rule("a", Phase::Advocacy, "page matches \"(\""), rule("b", Phase::Advocacy, "")]).contains("`a`")
    );
    assert!(error(vec![rule("purchase", Phase::Purchase, "")]).contains("two phase rules are called `purchase`"));
    let many = (0..=MAX_RULES).map(|number| rule(&number.to_string(), Phase::Purchase, "")).collect();
    assert!(error(many).contains("at most 1024 fit"));
}

/// Whether a predicate matches each event of the log; `None` without a predicate.
type Matching = Option<Vec<bool>>;

fn matching(text: Option<&String>, log: &Log) -> Matching {
    let predicate = parse_predicate(text?).expect("a valid rule");
    let set = MaskSet::try_new(&[predicate], log).expect("known columns");
    let batch = log.batch();
    Some(
        (0..batch.events())
            .map(|event| {
                set.matches(&EventColumns { text: &batch.text, value: batch.value, history: [&[]; 3] }, event) == 1
            })
            .collect(),
    )
}

/// The slow obvious version: every rule in turn, history by looking back over all earlier events of the actor.
fn slow_label(events: std::ops::Range<usize>, rules: &[PhaseRule], log: &Log, sessions: &SessionBuffers) -> Vec<u16> {
    let session = |event: usize| {
        let session = sessions.session_of()[event];
        (session != NO_SESSION).then(|| sessions.root()[session as usize])
    };
    let conditions: Vec<_> =
        rules.iter().map(|rule| (matching(rule.when.as_ref(), log), matching(rule.unless.as_ref(), log))).collect();
    let mut found: Vec<Option<usize>> = Vec::new();
    for event in events.clone() {
        let seen = |phase: Option<Phase>, where_to: &dyn Fn(usize) -> bool| {
            let mut before = events.clone().zip(&found).filter(|(before, _)| where_to(*before));
            phase.is_none() || before.any(|(_, rule)| rule.map(|rule| rules[rule].phase) == phase)
        };
        let own = session(event);
        let holds = |(rule, (when, unless)): (&PhaseRule, &(Matching, Matching))| {
            when.as_ref().is_none_or(|when| when[event])
                && !unless.as_ref().is_some_and(|unless| unless[event])
                && seen(rule.after, &|_| true)
                && seen(rule.same_session_after, &|before| own.is_some() && session(before) == own)
                && seen(rule.session_after, &|before| {
                    session(before).is_some_and(|before| own.is_none_or(|own| before < own))
                })
        };
        let is_made = EventFlags(log.batch().flags[event]).has(EventFlags::SYNTHETIC);
        found.push(rules.iter().zip(&conditions).position(|rule| !is_made && holds(rule)));
    }
    found.into_iter().map(|rule| rule.map_or(NO_RULE, |rule| u16::try_from(rule).expect("few rules"))).collect()
}

fn any_event() -> impl Strategy<Value = Event> {
    const NAMES: [&str; 6] = ["purchase", "page_view", "view_item", "share", "add_to_cart", "scroll"];
    let flags = prop_oneof![8 => Just(1u8), 2 => Just(0), 1 => Just(5), 1 => Just(3)];
    let texts = |texts: &'static [&'static str]| prop::sample::select(texts);
    (
        prop::sample::select(NAMES.as_slice()),
        prop_oneof![0i64..20, 20i64..100],
        flags,
        texts(&["", "1", "2"]),
        texts(&["", "/a"]),
    )
        .prop_map(|(name, gap, flags, id, page)| Event {
            at_us: gap * MINUTE_US,
            flags,
            ..event("0:00", name).id(id).with("page", page)
        })
}

fn any_actor() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(any_event(), 0..20).prop_map(|mut actor| {
        // Drawn as gaps, from late in the evening.
        let mut at_us = 23 * 60 * MINUTE_US;
        for event in &mut actor {
            at_us += event.at_us;
            event.at_us = at_us;
        }
        actor
    })
}

fn any_rule() -> impl Strategy<Value = PhaseRule> {
    let when = prop::option::of(prop::sample::select(
        ["event == \"page_view\"", "event like \"*e*\"", "page == \"/a\"", "event == \"share\" or page is null"]
            .as_slice(),
    ));
    let phase = || prop::sample::select(Phase::ALL.as_slice());
    let history = || prop::option::weighted(0.3, phase());
    (when.clone(), when, phase(), history(), history(), history()).prop_map(
        |(when, unless, phase, after, same_session_after, session_after)| PhaseRule {
            name: String::new(),
            phase,
            when: when.map(str::to_owned),
            unless: unless.map(str::to_owned),
            after,
            same_session_after,
            session_after,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn labels_agree_with_looking_back_over_all_events(
        actors in prop::collection::vec(any_actor(), 1..4),
        mut rules in prop::collection::vec(any_rule(), 0..6),
        [use_vendor_id, split_at_midnight, default_rules] in any::<[bool; 3]>(),
    ) {
        rules.iter_mut().enumerate().for_each(|(index, rule)| rule.name = index.to_string());
        let session_rules = SessionRules { use_vendor_id, split_at_midnight, ..SessionRules::default() };
        let spec = PhaseSpec { rules: rules.clone(), default_rules, ..PhaseSpec::default() };
        let log = Log::new(&actors);
        let sessions = sessions(&log, &session_rules);
        let phases = label_in(&actors, &spec, &session_rules);
        if default_rules {
            rules.extend(rules_of(RuleSet::default()));
        }
        let mut first = 0;
        for actor in &actors {
            let events = first..first + actor.len();
            let expected = slow_label(events.clone(), &rules, &log, &sessions);
            prop_assert_eq!(&phases.rule()[events], expected.as_slice());
            first += actor.len();
        }
        check_visits(&actors, &phases)?;
        prop_assert_eq!(phases.history(), [&[] as &[u8]; 3]);
        let labeler = PhaseLabeler::try_new(&spec, &log).expect("labeled before").keeping_history();
        let mut kept = PhaseBuffers::default();
        labeler.label(&log.batch(), &sessions, &mut kept);
        prop_assert_eq!(kept.observed(), phases.observed());
        check_history(&actors, &kept, &sessions)?;
    }

    /// The keys of history and predicates that say the same give the same labels.
    #[test]
    fn keys_of_history_are_predicates(actors in prop::collection::vec(any_actor(), 1..4), rules in prop::collection::vec(any_rule(), 1..5)) {
        let named = |rules: Vec<PhaseRule>| {
            let rules = rules.into_iter().enumerate().map(|(index, rule)| PhaseRule { name: index.to_string(), ..rule });
            PhaseSpec { rules: rules.collect(), ..PhaseSpec::default() }
        };
        let written = rules.iter().map(|rule| {
            let keys = HistoryKind::ALL.into_iter().zip([rule.after, rule.same_session_after, rule.session_after]);
            let history = keys.filter_map(|(kind, phase)| Some(format!("{}(\"{}\")", kind.name(), phase?.key())));
            let when = rule.when.iter().map(|when| format!("({when})")).chain(history).collect::<Vec<_>>().join(" and ");
            let when = Some(when).filter(|when| !when.is_empty());
            PhaseRule { when, after: None, same_session_after: None, session_after: None, ..rule.clone() }
        });
        let (keys, predicates) = (named(rules.clone()), named(written.collect()));
        let rules = SessionRules::default();
        let (keys, predicates) = (label_in(&actors, &keys, &rules), label_in(&actors, &predicates, &rules));
        prop_assert_eq!(keys.rule(), predicates.rule());
    }
}

/// The kept history against looking back over all earlier events.
fn check_history(actors: &[Vec<Event>], phases: &PhaseBuffers, sessions: &SessionBuffers) -> Result<(), TestCaseError> {
    let root = |event: usize| match sessions.session_of()[event] {
        NO_SESSION => None,
        session => Some(sessions.root()[session as usize]),
    };
    let mut first = 0;
    for actor in actors {
        for event in first..first + actor.len() {
            let mut expected = [0u8; 3];
            for before in (first..event).filter(|before| phases.observed()[*before] != UNCLASSIFIED) {
                let bit = 1 << phases.observed()[before];
                expected[0] |= bit;
                expected[1] |= if root(event).is_some() && root(before) == root(event) { bit } else { 0 };
                let is_earlier = root(before).is_some_and(|before| root(event).is_none_or(|own| before < own));
                expected[2] |= if is_earlier { bit } else { 0 };
            }
            prop_assert_eq!(phases.history().map(|seen| seen[event]), expected, "event {}", event);
        }
        first += actor.len();
    }
    Ok(())
}

#[test]
fn unless_may_ask_for_history_and_ends_it() {
    let rule = PhaseRule { unless: Some("after(\"consideration\")".into()), ..rule("first", Phase::Consideration, "") };
    assert_eq!(label(&names("a b c"), &own(vec![rule])), ["consideration", "-", "-"]);
}

/// Visits against the classified events alone, cut where the phase changes.
fn check_visits(actors: &[Vec<Event>], phases: &PhaseBuffers) -> Result<(), TestCaseError> {
    let visits = phases.visits();
    let mut first = 0;
    for (index, actor) in actors.iter().enumerate() {
        let events = first..first + actor.len();
        let classified: Vec<usize> = events.clone().filter(|event| phases.observed()[*event] != UNCLASSIFIED).collect();
        let runs: Vec<&[usize]> = classified.chunk_by(|a, b| phases.observed()[*a] == phases.observed()[*b]).collect();
        let range = visits.offsets[index] as usize..visits.offsets[index + 1] as usize;
        prop_assert_eq!(range.len(), runs.len());
        for (visit, run) in range.zip(runs) {
            prop_assert_eq!(visits.first_event[visit] as usize, run[0]);
            prop_assert_eq!(visits.last_event[visit] as usize, run[run.len() - 1]);
            prop_assert_eq!(visits.phase[visit], phases.observed()[run[0]]);
        }
        first = events.end;
    }
    Ok(())
}

//! Does the comparison with other products add up, and does it say what each of them says alone?

use kundresa_analyze::funnel::emulate::{Buffers, Emulator, Stream};
use kundresa_analyze::{AnalyzeError, Bridge, Emulated, Funnel};
use kundresa_model::result::bridge::{BridgeDefinition, BridgeResult, Rule};
use kundresa_model::spec::funnel::{Emulation, FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit};
use proptest::prelude::*;

use crate::any_order::stream;
use crate::attempts::{kernel, solutions};
use crate::phases::{at, setting_at};
use crate::support::{Dictionaries, Event, Journey, Setting, TestScope, journeys, run, scopes, settings};

fn spec(window: &str) -> FunnelSpec {
    let steps = ["a|b", "b", "c"].map(FunnelStep::of).to_vec();
    FunnelSpec { steps, window: window.parse().unwrap(), ..FunnelSpec::default() }
}

fn bridge(spec: &FunnelSpec, scope: &TestScope, setting: &Setting, log: &[Journey]) -> BridgeResult {
    let columns = Dictionaries::default();
    let analysis = Bridge::try_new(spec, &scope.scope(), &setting.context(&columns)).unwrap();
    run(&analysis, log, &setting.taxonomy)
}

/// What `definition` says alone: candidates and the actors at each step.
fn alone(
    definition: &str,
    spec: &FunnelSpec,
    scope: &TestScope,
    setting: &Setting,
    log: &[Journey],
) -> (u64, Vec<u64>) {
    let (columns, scope) = (Dictionaries::default(), scope.scope());
    let context = setting.context(&columns);
    let result = match definition.parse::<Emulation>() {
        Ok(emulation) => run(&Emulated::try_new(spec, emulation, &scope, &context).unwrap(), log, &setting.taxonomy),
        Err(_) => {
            let entry = if definition == "first_entry" { FunnelEntry::First } else { FunnelEntry::Best };
            let spec = FunnelSpec { entry, ..spec.clone() };
            run(&Funnel::try_new(&spec, &scope, &context).unwrap(), log, &setting.taxonomy)
        }
    };
    (result.candidates.drawn(), result.steps.iter().map(|step| step.reached.drawn()).collect())
}

fn check_sums(result: &BridgeResult, definition: &BridgeDefinition) {
    assert_eq!(definition.higher + definition.equal + definition.lower, result.candidates);
    assert_eq!(definition.rules.iter().map(|rule| rule.moved).sum::<u64>(), definition.higher + definition.lower);
    for (step, ours) in result.steps.iter().enumerate() {
        let change: i64 = definition.rules.iter().map(|rule| rule.change[step]).sum();
        assert_eq!(
            ours.reached.checked_add_signed(change),
            Some(definition.reached[step]),
            "{}",
            definition.definition
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn every_definition_is_what_it_is_alone_and_its_rules_add_up(
        log in journeys(),
        scope in scopes(),
        setting in settings(),
        window in prop::sample::select(vec!["0s", "1d", "2d", "none"]),
    ) {
        let spec = spec(window);
        let scope = TestScope { by: false, ..scope };
        let result = bridge(&spec, &scope, &setting, &log);
        let ours: Vec<u64> = result.steps.iter().map(|step| step.reached).collect();
        prop_assert_eq!((result.candidates, ours), alone("", &spec, &scope, &setting, &log));
        for definition in &result.definitions {
            check_sums(&result, definition);
            let alone = alone(&definition.definition, &spec, &scope, &setting, &log);
            prop_assert_eq!((result.candidates, definition.reached.clone()), alone, "{}", &definition.definition);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    /// ClickHouse with `strict_once` searches all chains of distinct events, as we do.
    #[test]
    fn strict_once_is_our_exact_level(events in stream(4, 9), window in 0..8i64) {
        let level = |emulation: &str| level(emulation, 4, window, &events);
        let ours = solutions(&kernel(4, window, false), &events).first().map_or(0, |one| one.level);
        prop_assert_eq!(level("clickhouse:strict_once"), ours);
        prop_assert!(level("clickhouse:strict_once+strict_increase") <= ours);
        prop_assert!(level("clickhouse") >= ours);
        prop_assert!(level("posthog") <= ours);
    }

    /// Where no two events share a time and no event satisfies two steps, the products without further rules agree.
    #[test]
    fn products_agree_on_distinct_times_and_separate_steps(
        names in prop::collection::vec((1..4i64, 0..4u32), 0..10),
        window in 0..12i64,
    ) {
        let mut now = 0;
        let events: Vec<(i64, u64)> = names.into_iter().map(|(gap, name)| {
            now += gap;
            (now, if name == 3 { 0 } else { 1 << name })
        }).collect();
        let level = |emulation: &str| level(emulation, 3, window, &events);
        let ours = solutions(&kernel(3, window, false), &events).first().map_or(0, |one| one.level);
        for product in ["clickhouse", "clickhouse:strict_increase", "clickhouse:strict_once", "posthog"] {
            prop_assert_eq!(level(product), ours, "{}", product);
        }
    }
}

fn level(emulation: &str, steps: usize, window: i64, events: &[(i64, u64)]) -> usize {
    let (ts, masks): (Vec<i64>, Vec<u64>) = events.iter().copied().unzip();
    let emulator = Emulator::new(emulation.parse().unwrap(), steps, window);
    emulator.level(Stream { ts: &ts, steps: &masks }, &mut Buffers::default())
}

#[test]
fn mixpanel_counts_the_first_entry_and_has_two_seconds_of_grace() {
    const SECOND: i64 = 1_000_000;
    let level = |events: &[(i64, u64)]| {
        level("mixpanel", 2, 60 * SECOND, &events.iter().map(|(t, mask)| (t * SECOND, *mask)).collect::<Vec<_>>())
    };
    assert_eq!(level(&[(0, 1), (60, 2)]), 2);
    assert_eq!(level(&[(0, 1), (61, 2)]), 1);
    // The later entry would convert, but the first is the only one.
    assert_eq!(level(&[(0, 1), (100, 1), (110, 2)]), 1);
    // B two seconds before A is within the grace period, three are not.
    assert_eq!(level(&[(8, 2), (10, 1)]), 2);
    assert_eq!(level(&[(7, 2), (10, 1)]), 1);
}

/// a@1, then a foreign e, then b and c; steps a|b, b, c.
///
/// Ours: level 3. Foreign events break chains: level 1 by `strict_order`, moved by that rule.
#[test]
fn a_moved_actor_is_told_by_the_rule_that_moves_it() {
    let log = [vec![
        at(1, None),
        Event { event: 5, ..at(2, None) },
        Event { event: 2, ..at(3, None) },
        Event { event: 3, ..at(4, None) },
    ]];
    let result = bridge(&spec("7d"), &TestScope::everything(), &setting_at(90), &log);
    assert_eq!(result.steps.iter().map(|step| step.reached).collect::<Vec<_>>(), [1, 1, 1]);
    let strict = result.definitions.iter().find(|one| one.definition == "clickhouse:strict_order").unwrap();
    assert_eq!((strict.higher, strict.equal, strict.lower, strict.reached.clone()), (0, 0, 1, vec![1, 0, 0]));
    let moved: Vec<(Rule, u64)> = strict.rules.iter().map(|rule| (rule.rule, rule.moved)).collect();
    assert_eq!(moved, [(Rule::SharedEvents, 0), (Rule::ForeignEvents, 1), (Rule::OutOfTurn, 0)]);
    assert_eq!(strict.rules[1].change, [0, -1, -1]);
}

#[test]
fn options_that_other_products_do_not_know_are_refused() {
    let columns = Dictionaries::default();
    let (setting, scope) = (setting_at(0), TestScope::everything().scope());
    let session = FunnelSpec { unit: FunnelUnit::Session, ..spec("7d") };
    let error = Emulated::try_new(&session, Emulation::Mixpanel, &scope, &setting.context(&columns)).unwrap_err();
    let option = "a unit other than the actor";
    assert_eq!(error, AnalyzeError::NotEmulated { product: "`as = mixpanel`".to_owned(), option });
    let hold = FunnelSpec { hold: vec!["device".to_owned()], ..spec("7d") };
    let error = Bridge::try_new(&hold, &scope, &setting.context(&columns)).unwrap_err();
    let product = "the comparison with other products".to_owned();
    assert_eq!(error, AnalyzeError::NotEmulated { product, option: "`hold`" });
    let many = FunnelSpec { steps: vec![FunnelStep::of("a"); 33], ..FunnelSpec::default() };
    assert!(Emulated::try_new(&many, "clickhouse".parse().unwrap(), &scope, &setting.context(&columns)).is_err());
    assert!(Emulated::try_new(&many, Emulation::Mixpanel, &scope, &setting.context(&columns)).is_ok());
}

#[test]
fn groups_are_checked_and_sixty_five_steps_are_too_many() {
    let columns = Dictionaries::default();
    let (setting, scope) = (setting_at(0), TestScope::everything().scope());
    let error = |spec: FunnelSpec| Funnel::try_new(&spec, &scope, &setting.context(&columns)).unwrap_err();
    let group = |members: usize| vec![FunnelStep { group: Some(1), ..FunnelStep::of("a") }; members];
    assert_eq!(error(FunnelSpec { steps: group(9), ..spec("7d") }), AnalyzeError::GroupSize { found: 9, limit: 8 });
    let open = FunnelSpec { steps: group(2), open: true, ..spec("7d") };
    assert!(error(open).to_string().starts_with("open does not go with an any-order group"));
    let many = FunnelSpec { steps: vec![FunnelStep::of("a"); 65], ..spec("7d") };
    assert_eq!(error(many), AnalyzeError::StepCount { found: 65, limit: 64 });
}

//! Is the money at every step of a funnel that of the witnesses' events, by currency?

use std::collections::BTreeMap;

use kundresa_analyze::{Accounting, Analysis, Funnel};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::money::Amount;
use kundresa_model::result::segments::NOT_SET;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep, FunnelUnit, Window};
use kundresa_model::time::Duration;
use proptest::prelude::*;

use crate::phases::{at, setting_at};
use crate::support::{Dictionaries, Event, Journey, Setting, TICK, TestScope, journeys, settings, with_chunk};

/// The columns of a test, where the device is the currency as well.
struct WithMoney(Dictionaries);

impl Columns for WithMoney {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        self.0.text(if name == text::CURRENCY { "device" } else { name })
    }
}

/// Sums by step, whether the unit stopped there, and currency: how many amounts, and micro-units.
type Sums = BTreeMap<(usize, bool, String), (u64, i128)>;

/// Lets `visit` see `log` with `value` per event.
fn with_values<R>(log: &[Journey], value: &[i64], setting: &Setting, visit: impl FnOnce(&ActorChunk<'_>) -> R) -> R {
    with_chunk(log, &setting.taxonomy, |chunk| visit(&ActorChunk { value, ..chunk.clone() }))
}

fn funnel<'a>(spec: &FunnelSpec, columns: &'a WithMoney, setting: &Setting) -> Funnel<'a> {
    let context = kundresa_analyze::Context { columns, ..setting.context(&columns.0) };
    Funnel::try_new(spec, &TestScope::everything().scope(), &context).unwrap()
}

fn result(spec: &FunnelSpec, log: &[Journey], value: &[i64], setting: &Setting) -> FunnelResult {
    let columns = WithMoney(Dictionaries::default());
    let funnel = funnel(spec, &columns, setting);
    let mut partial = funnel.empty();
    with_values(log, value, setting, |chunk| funnel.visit(chunk, &mut partial));
    funnel.finish(partial, &Accounting::default())
}

/// Added up unit by unit, from the witnesses alone.
fn slow(spec: &FunnelSpec, log: &[Journey], value: &[i64], setting: &Setting) -> Sums {
    let columns = WithMoney(Dictionaries::default());
    let funnel = funnel(spec, &columns, setting);
    let mut sums = Sums::new();
    with_values(log, value, setting, |chunk| {
        funnel.for_each_unit(chunk, &mut |unit| {
            for (step, &event) in
                unit.events.iter().enumerate().filter(|(_, event)| value[**event as usize] != NO_VALUE)
            {
                let has_stopped = step + 1 == unit.level && unit.level < spec.steps.len() && !unit.is_open;
                let device = columns.0.device.value(chunk.text[1][event as usize]).unwrap_or(NOT_SET);
                for stopped in [Some(false), has_stopped.then_some(true)].into_iter().flatten() {
                    let sum = sums.entry((step, stopped, device.to_owned())).or_default();
                    *sum = (sum.0 + 1, sum.1 + i128::from(value[event as usize]));
                }
            }
        });
    });
    sums
}

fn told(result: &FunnelResult) -> Sums {
    let mut sums = Sums::new();
    for (at, step) in result.steps.iter().enumerate() {
        for (stopped, amounts) in [(false, &step.value), (true, &step.stopped_value)] {
            assert!(amounts.is_sorted_by(|one, other| one.currency < other.currency), "{amounts:?}");
            sums.extend(amounts.iter().map(|one| ((at, stopped, one.currency.clone()), (one.n, one.sum.0))));
        }
    }
    sums
}

fn a_then_b() -> FunnelSpec {
    FunnelSpec { steps: ["a", "b"].map(FunnelStep::of).to_vec(), ..FunnelSpec::default() }
}

#[test]
fn the_money_of_those_who_stop_is_a_part_of_the_money_at_the_step() {
    // desktop (1): 2 units at A; actor 1 goes on, actor 2 stops. mobile (2): A without money, B for 7.
    let event = |tick: i64, event: u32, device: u32| Event { event, device, ..at(tick, None) };
    let log = [vec![event(0, 1, 1), event(1, 2, 2)], vec![event(0, 1, 1)], vec![event(0, 1, 2), event(1, 2, 2)]];
    let value = [3_000_000, 5_000_000, 4_500_000, NO_VALUE, 2_000_000];
    let result = result(&a_then_b(), &log, &value, &setting_at(90));
    let amounts = |amounts: &[Amount]| {
        amounts.iter().map(|one| (one.currency.clone(), one.n, one.sum.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(amounts(&result.steps[0].value), [("desktop".to_owned(), 2, "7.5".to_owned())]);
    assert_eq!(amounts(&result.steps[0].stopped_value), [("desktop".to_owned(), 1, "4.5".to_owned())]);
    assert_eq!(amounts(&result.steps[1].value), [("mobile".to_owned(), 2, "7".to_owned())]);
    assert_eq!(amounts(&result.steps[1].stopped_value), []);
}

fn specs() -> impl Strategy<Value = FunnelSpec> {
    let steps = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "a|d"]), 1..4);
    let unit = prop_oneof![Just(FunnelUnit::Actor), Just(FunnelUnit::Session), Just(FunnelUnit::Attempt)];
    (steps, unit, 0..9i64).prop_map(|(steps, unit, window)| FunnelSpec {
        steps: steps.into_iter().map(FunnelStep::of).collect(),
        unit,
        window: Window::Within(Duration::from_us(window * TICK)),
        ..FunnelSpec::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn money_adds_up_over_the_witnesses(
        spec in specs(),
        log in journeys(),
        drawn in prop::collection::vec(prop_oneof![1 => Just(NO_VALUE), 3 => -5_000_000..9_000_000i64], 200),
        setting in settings(),
    ) {
        let events: usize = log.iter().map(Vec::len).sum();
        let value: Vec<i64> = drawn.into_iter().cycle().take(events).collect();
        prop_assert_eq!(told(&result(&spec, &log, &value, &setting)), slow(&spec, &log, &value, &setting));
    }
}

//! Do funnels of 64 steps work, whatever their predicates?

use kundresa_analyze::Funnel;
use kundresa_analyze::funnel::kernel::PlainKernel;
use kundresa_model::event_table::EventFlags;
use kundresa_model::mask::{MaskSet, in_words_of_known};
use kundresa_model::predicate::parse_predicate;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, MAX_STEPS};
use proptest::prelude::*;

use crate::kernel::search;
use crate::phases::{at, setting_at};
use crate::support::{Dictionaries, Event, Journey, TICK, TestScope, journeys, with_chunk};

const EVENTS: [&str; 6] = ["", "a", "b", "c", "d", "e"];
const DEVICES: [&str; 4] = ["", "desktop", "mobile", "tablet"];

/// Codes of event and device that step `number` asks for: three alternatives across columns, none of which join.
fn pairs(number: u32) -> [(u32, u32); 3] {
    [0, 1, 2].map(|other| (1 + (number + other) % 5, 1 + (number / 5 + other) % 3))
}

fn when(number: u32) -> String {
    let one = |(event, device): (u32, u32)| {
        format!("event == \"{}\" and device == \"{}\"", EVENTS[event as usize], DEVICES[device as usize])
    };
    pairs(number).map(one).join(" or ")
}

fn spec(steps: u32) -> FunnelSpec {
    let steps = (0..steps).map(|number| FunnelStep::of(&when(number))).collect();
    FunnelSpec { steps, window: "7d".parse().unwrap(), ..FunnelSpec::default() }
}

fn satisfied(event: &Event) -> u64 {
    let steps = (0..64).filter(|&step| pairs(step).contains(&(event.event, event.device)));
    steps.fold(0, |mask, step| mask | 1 << step)
}

/// Times of the witness of every actor, none where nobody entered.
fn computed(log: &[Journey]) -> Vec<Vec<i64>> {
    let (columns, setting) = (Dictionaries::default(), setting_at(1_000));
    let funnel = Funnel::try_new(&spec(64), &TestScope::everything().scope(), &setting.context(&columns)).unwrap();
    with_chunk(log, &setting.taxonomy, |chunk| {
        let mut found = vec![Vec::new(); log.len()];
        funnel.for_each_unit(chunk, &mut |unit| {
            found[unit.actor] = unit.events.iter().map(|&event| chunk.ts[event as usize]).collect();
        });
        found
    })
}

fn slow(journey: &Journey) -> Vec<i64> {
    let kernel = PlainKernel { steps: 64, window_us: 21 * TICK, from_us: i64::MIN, entry: FunnelEntry::Best };
    let events: Vec<(i64, u64)> = journey.iter().map(|event| (event.ts, satisfied(event))).collect();
    search(kernel, &events).map_or_else(Vec::new, |found| found.times)
}

#[test]
fn the_steps_do_not_fit_one_mask_and_need_three_words() {
    let columns = Dictionaries::default();
    let predicates: Vec<_> = (0..64).map(|number| parse_predicate(&when(number)).unwrap()).collect();
    // 64 steps of 3 alternatives are 192, and 16 of them fit one mask of 64.
    assert!(MaskSet::try_new(&predicates, &columns).is_err());
    assert!(in_words_of_known(&predicates, &columns).unwrap().len() >= 3);
}

#[test]
fn sixty_four_steps_with_or_across_columns_are_reached_one_by_one() {
    let event = |step: u32| {
        let (event, device) = pairs(step)[step as usize % 3];
        Event { event, device, ..at(i64::from(step) / 10, None) }
    };
    let journey: Journey = (0..64).map(event).collect();
    assert_eq!(computed(std::slice::from_ref(&journey))[0].len(), MAX_STEPS);
    let mut shorter = journey;
    shorter.pop();
    assert_eq!(computed(&[shorter])[0].len(), MAX_STEPS - 1);
}

#[test]
fn a_column_that_no_input_has_is_told_with_its_step() {
    let mut spec = spec(64);
    spec.steps[40].when = "event == \"a\" or devise == \"mobile\"".to_owned();
    let (columns, setting) = (Dictionaries::default(), setting_at(0));
    let error = Funnel::try_new(&spec, &TestScope::everything().scope(), &setting.context(&columns)).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("step 41: no column or property is called `devise` (did you mean `device`?)"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn sixty_four_steps_equal_exhaustive_search(mut log in journeys()) {
        log.iter_mut().flatten().for_each(|event| event.flags &= !EventFlags::REPEATED_ORDER);
        let expected: Vec<Vec<i64>> = log.iter().map(slow).collect();
        prop_assert_eq!(computed(&log), expected);
    }
}

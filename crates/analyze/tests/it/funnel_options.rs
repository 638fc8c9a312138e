//! Do the figures around a funnel follow from its units, and do they add up, under every combination of options?

use std::collections::BTreeMap;

use kundresa_analyze::{AnalyzeError, Funnel};
use kundresa_model::event_table::EventFlags;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult, NextActions};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::{
    Exclusion, FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, MAX_STEPS, OnExclusion, Window,
};
use kundresa_model::spec::scope::FilterScope;
use kundresa_model::time::{DAY_US, Duration};
use kundresa_model::zone::ZoneTable;
use proptest::prelude::*;

use crate::phases::{at, setting_at};
use crate::support::{
    Dictionaries, Event, Journey, Setting, TICK, TestScope, journeys, run, scopes, sessions_of, settings, with_chunk,
};

const NAMES: [&str; 6] = ["", "a", "b", "c", "d", "e"];

/// A unit as [`Funnel::for_each_unit`] shows it; events are positions in the actor's journey.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    actor: usize,
    session: Option<usize>,
    is_open: bool,
    events: Vec<usize>,
}

fn units(funnel: &Funnel<'_>, setting: &Setting, log: &[Journey]) -> Vec<Unit> {
    let mut units = Vec::new();
    with_chunk(log, &setting.taxonomy, |chunk| {
        funnel.for_each_unit(chunk, &mut |unit| {
            let first = chunk.events_of(unit.actor).start;
            let first_session = chunk.sessions_of(unit.actor).start;
            assert_eq!(unit.level, unit.events.len());
            units.push(Unit {
                actor: unit.actor,
                session: unit.session.map(|session| session - first_session),
                is_open: unit.is_open,
                events: unit.events.iter().map(|&event| event as usize - first).collect(),
            });
        });
    });
    units
}

/// Steps by the codes of their events; the flag says whether the step is optional.
fn spec_of(steps: &[(Vec<u32>, bool)]) -> FunnelSpec {
    let step = |(codes, optional): &(Vec<u32>, bool)| {
        let when = codes.iter().map(|&code| NAMES[code as usize]).collect::<Vec<_>>().join("|");
        FunnelStep { optional: *optional, ..FunnelStep::of(&when) }
    };
    FunnelSpec { steps: steps.iter().map(step).collect(), ..FunnelSpec::default() }
}

fn satisfies(step: &FunnelStep, event: &Event) -> bool {
    step.when.split('|').any(|name| name == NAMES[event.event as usize])
}

prop_compose! {
    fn steps()(
        first in prop::collection::btree_set(1..=5u32, 1..3),
        rest in prop::collection::vec((prop::collection::btree_set(1..=5u32, 1..3), prop::bool::weighted(0.3)), 0..4),
    ) -> Vec<(Vec<u32>, bool)> {
        let first = (first.into_iter().collect(), false);
        let rest = rest.into_iter().map(|(codes, optional)| (codes.into_iter().collect(), optional));
        std::iter::once(first).chain(rest).collect()
    }
}

prop_compose! {
    /// Any funnel that is no contradiction.
    fn specs()(
        steps in steps(),
        timing in prop::collection::vec((prop::option::of(0..5i64), prop::bool::weighted(0.3)), 4),
        window in prop_oneof![4 => (0..9i64).prop_map(Some), 1 => Just(None)],
        unit in prop_oneof![Just(FunnelUnit::Actor), Just(FunnelUnit::Session), Just(FunnelUnit::Attempt)],
        entry in prop_oneof![Just(FunnelEntry::Best), Just(FunnelEntry::First), Just(FunnelEntry::Every)],
        hold in any::<bool>(),
        open in any::<bool>(),
        trend in prop::option::of(prop::sample::select(vec![CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month])),
        exclusion in prop::option::of((1..=5u32, any::<bool>())),
        has_timing in prop::bool::weighted(0.4),
        in_any_order in prop::bool::weighted(0.2),
    ) -> FunnelSpec {
        let mut spec = spec_of(&steps);
        let ticks = |ticks: i64| Duration::from_us(ticks * TICK);
        for (step, (within, directly)) in spec.steps.iter_mut().skip(1).zip(timing) {
            if has_timing && !step.optional {
                step.within = within.map(ticks);
                step.directly = directly;
            }
        }
        spec.window = window.map_or(Window::None, |window| Window::Within(ticks(window)));
        if spec.steps.iter().filter(|step| !step.optional).count() > 1 && let Some((code, is_void)) = exclusion {
            spec.exclusions.push(Exclusion { when: NAMES[code as usize].to_owned(), from: None, to: None });
            spec.on_exclusion = if is_void { OnExclusion::Void } else { OnExclusion::Truncate };
        }
        let hold = if hold { vec!["device".to_owned()] } else { Vec::new() };
        let spec = FunnelSpec { unit, entry, hold, open, trend, ..spec };
        without_contradictions(if in_any_order { grouped(spec) } else { spec })
    }
}

/// The first two steps in any order, or those after the first, if they are required, without what says nothing there.
fn grouped(mut spec: FunnelSpec) -> FunnelSpec {
    let is_first = spec.hold.is_empty();
    let members = if is_first { 0..2 } else { 1..3 };
    if spec.steps.get(members.clone()).is_none_or(|steps| steps.iter().any(|step| step.optional)) {
        return spec;
    }
    let of_first = &spec.steps[members.start];
    let shared = if is_first { (None, false) } else { (of_first.within, of_first.directly) };
    for step in &mut spec.steps[members] {
        step.group = Some(0);
        (step.within, step.directly) = shared;
    }
    FunnelSpec { open: false, ..spec }
}

fn without_contradictions(spec: FunnelSpec) -> FunnelSpec {
    let entry = if spec.unit == FunnelUnit::Attempt { FunnelEntry::Best } else { spec.entry };
    FunnelSpec { entry, ..spec }
}

/// Everything a slow version needs to look at one unit.
struct Slow<'a> {
    spec: &'a FunnelSpec,
    scope: &'a TestScope,
    log: &'a [Journey],
}

impl Slow<'_> {
    fn required(&self) -> Vec<&FunnelStep> {
        self.spec.steps.iter().filter(|step| !step.optional).collect()
    }

    /// Whether the event takes part at all.
    fn shows(&self, actor: usize, position: usize) -> bool {
        let journey = &self.log[actor];
        journey[position].flags & EventFlags::REPEATED_ORDER == 0 && self.scope.sees(journey, position)
    }

    fn session_at(&self, actor: usize, position: usize) -> Option<usize> {
        sessions_of(&self.log[actor]).iter().position(|session| session.events.contains(&position))
    }

    /// What the unit did next.
    fn next(&self, unit: &Unit) -> Option<&'static str> {
        let journey = &self.log[unit.actor];
        let last = *unit.events.iter().max().unwrap();
        let is_next = |&position: &usize| {
            let event = &journey[position];
            event.is_activity()
                && event.flags & EventFlags::SYNTHETIC == 0
                && self.shows(unit.actor, position)
                && (unit.session.is_none() || unit.session == self.session_at(unit.actor, position))
        };
        (last + 1..journey.len()).find(is_next).map(|position| NAMES[journey[position].event as usize])
    }

    /// Times between the optional steps that the unit took and the required ones before them, by place of the step.
    fn optional(&self, unit: &Unit) -> BTreeMap<usize, i64> {
        let journey = &self.log[unit.actor];
        let mut taken: Vec<usize> = unit.events.clone();
        let mut found = BTreeMap::new();
        let (mut after, mut earliest) = (0, i64::MIN);
        for (place, step) in self.spec.steps.iter().enumerate() {
            if !step.optional {
                after += 1;
                earliest = i64::MIN;
                continue;
            }
            let Some(&before) = unit.events.get(after - 1) else { break };
            let limit = match unit.events.get(after) {
                Some(&next) => journey[next].ts,
                None if after == self.required().len() => {
                    journey[unit.events[0]].ts.saturating_add(self.spec.window.as_us())
                }
                None => break,
            };
            let fits = |&position: &usize| {
                let event = &journey[position];
                let held = self.spec.hold.is_empty() || event.device == journey[unit.events[0]].device;
                let in_session = unit.session.is_none() || unit.session == self.session_at(unit.actor, position);
                let in_time = event.ts >= journey[before].ts.max(earliest) && event.ts <= limit;
                satisfies(step, event) && held && in_session && in_time && self.shows(unit.actor, position)
            };
            if let Some(position) = (0..journey.len()).filter(|position| !taken.contains(position)).find(fits) {
                taken.push(position);
                earliest = journey[position].ts;
                found.insert(place, journey[position].ts - journey[before].ts);
            }
        }
        found
    }

    /// Events of a candidate, by positions in its journey: of the unit itself, those that take part.
    fn events_of(&self, actor: usize, session: Option<usize>, device: Option<u32>) -> Vec<usize> {
        let from = if self.spec.unit == FunnelUnit::Session { None } else { self.scope.from };
        let belongs = |&position: &usize| {
            let event = &self.log[actor][position];
            self.shows(actor, position)
                && from.is_none_or(|from| event.ts >= from)
                && (session.is_none() || session == self.session_at(actor, position))
                && device.is_none_or(|device| event.device == device)
        };
        (0..self.log[actor].len()).filter(belongs).collect()
    }

    /// All candidates: actor, session, device held.
    fn candidates(&self) -> Vec<(usize, Option<usize>, Option<u32>)> {
        let devices: Vec<Option<u32>> =
            if self.spec.hold.is_empty() { vec![None] } else { vec![Some(1), Some(2), Some(3)] };
        let mut all = Vec::new();
        for (actor, journey) in self.log.iter().enumerate() {
            let has = |device: Option<u32>, position: usize| device.is_none_or(|own| journey[position].device == own);
            let by_event = self.scope.filter_scope == FilterScope::Event;
            for &device in &devices {
                if self.spec.unit == FunnelUnit::Session {
                    for (index, session) in sessions_of(journey).iter().enumerate() {
                        let start = session.activity[0];
                        let chosen = self.scope.is_late(journey[start].ts)
                            && (by_event || self.scope.sees(journey, start))
                            && session.events.iter().any(|&position| has(device, position));
                        all.extend(chosen.then_some((actor, Some(index), device)));
                    }
                } else {
                    let counts = |position: usize| {
                        self.scope.is_late(journey[position].ts)
                            && has(device, position)
                            && (by_event || self.scope.sees(journey, position))
                    };
                    all.extend((0..journey.len()).any(counts).then_some((actor, None, device)));
                }
            }
        }
        all
    }
}

fn sum(next: &NextActions) -> u64 {
    next.actions.iter().map(|action| action.units).sum::<u64>() + next.other + next.nothing_more
}

fn check_steps(slow: &Slow<'_>, result: &FunnelResult, entered: &[Unit]) {
    let steps = slow.required();
    for (index, step) in result.steps.iter().enumerate() {
        let level = index + 1;
        let is_last = level == steps.len();
        let at =
            |is_open: bool| entered.iter().filter(move |unit| unit.events.len() == level && unit.is_open == is_open);
        assert_eq!(step.reached, entered.iter().filter(|unit| unit.events.len() >= level).count() as u64);
        assert_eq!(step.open, at(true).count() as u64);
        assert_eq!(step.stopped, if is_last { 0 } else { at(false).count() as u64 });
        let next_reached = result.steps.get(level).map_or(0.into(), |next| next.reached);
        assert!(!is_last || step.open == 0);
        assert!(is_last || step.reached == next_reached + step.stopped + step.open);
        assert_eq!(step.time_from_previous_counts.iter().sum::<u64>(), step.time_from_previous_us.n);
        assert_eq!(step.next.is_none(), is_last);
        let Some(next) = &step.next else { continue };
        assert_eq!(sum(next), step.stopped);
        let mut names: BTreeMap<&str, u64> = BTreeMap::new();
        at(false).filter_map(|unit| slow.next(unit)).for_each(|name| *names.entry(name).or_default() += 1);
        let shown: BTreeMap<&str, u64> = next.actions.iter().map(|next| (next.event.as_str(), next.units)).collect();
        assert_eq!(shown, names, "five names are never too many to show");
        assert!(next.actions.is_sorted_by_key(|next| (std::cmp::Reverse(next.units), next.event.clone())));
    }
    assert_eq!(result.time_to_convert_counts.iter().sum::<u64>(), result.time_to_convert_us.n);
    assert_eq!(result.time_to_convert_us.n, result.conversion.numerator);
}

fn check_optional(slow: &Slow<'_>, result: &FunnelResult, entered: &[Unit]) {
    let taken: Vec<BTreeMap<usize, i64>> = entered.iter().map(|unit| slow.optional(unit)).collect();
    let places = (0..slow.spec.steps.len()).filter(|&place| slow.spec.steps[place].optional);
    for (place, optional) in places.zip(&result.optional) {
        let times: Vec<i64> = taken.iter().filter_map(|taken| taken.get(&place)).copied().collect();
        assert_eq!(optional.attached.numerator, times.len() as u64);
        let after = usize::try_from(optional.after).unwrap();
        assert_eq!(after, slow.spec.steps[..place].iter().filter(|step| !step.optional).count());
        assert_eq!(optional.attached.denominator, result.steps[after.min(result.steps.len() - 1)].reached);
        assert!(optional.attached.numerator <= optional.attached.denominator);
        assert_eq!(optional.time_from_previous_us.max, times.iter().max().copied());
    }
}

fn check_candidates(slow: &Slow<'_>, result: &FunnelResult) {
    let candidates = slow.candidates();
    assert_eq!(result.candidates, candidates.len() as u64);
    let steps = slow.required();
    let mut events = vec![0; steps.len()];
    let (mut continued, mut units) = (vec![0; steps.len()], vec![0; steps.len()]);
    for (actor, session, device) in candidates {
        let own = slow.events_of(actor, session, device);
        let journey = &slow.log[actor];
        let does = |step: usize| own.iter().filter(move |&&at| satisfies(slow.required()[step], &journey[at]));
        let follows = |one: usize, other: usize| {
            let gap = journey[other].ts - journey[one].ts;
            one != other && gap >= 0 && gap <= slow.spec.window.as_us()
        };
        for step in 0..steps.len() {
            events[step] += does(step).count() as u64;
            units[step] += u64::from(does(step).next().is_some());
            let came = step > 0 && does(step - 1).any(|&one| does(step).any(|&other| follows(one, other)));
            continued[step] += u64::from(came);
        }
    }
    assert_eq!(result.steps.iter().map(|step| step.events).collect::<Vec<_>>(), events);
    assert_eq!(result.open_funnel.is_some(), slow.spec.open);
    for (index, step) in result.open_funnel.iter().flatten().enumerate() {
        assert_eq!((step.units.drawn(), step.continued.numerator), (units[index], continued[index]));
        assert_eq!(step.entered_here, units[index] - continued[index]);
        assert_eq!(step.continued.denominator, if index == 0 { 0 } else { units[index - 1] });
    }
}

fn check_parts(slow: &Slow<'_>, result: &FunnelResult, entered: &[Unit], setting: &Setting) {
    let total = |of: fn(&FunnelStepResult) -> u64| result.steps.iter().map(of).collect::<Vec<_>>();
    let whole =
        [total(|step| step.reached.drawn()), total(|step| step.stopped.drawn()), total(|step| step.open.drawn())];
    let steps = result.steps.len();
    if let Some(by) = &result.by {
        let sum = |step: usize, of: fn(&kundresa_model::result::funnel::StepCounts) -> u64| {
            by.rows.iter().map(|row| of(&row.figures.steps[step])).sum::<u64>()
        };
        let sums = [
            (0..steps).map(|step| sum(step, |counts| counts.reached.drawn())).collect::<Vec<_>>(),
            (0..steps).map(|step| sum(step, |counts| counts.stopped.drawn())).collect(),
            (0..steps).map(|step| sum(step, |counts| counts.open.drawn())).collect(),
        ];
        // A scope that shows no segment still has the rest; without units there are no rows.
        assert!(by.rows.is_empty() && entered.is_empty() || sums == whole);
    }
    let Some(trend) = &result.trend else { return };
    let mut sums = [vec![0; steps], vec![0; steps], vec![0; steps]];
    for (bucket, step) in trend.buckets.iter().flat_map(|bucket| (0..steps).map(move |step| (bucket, step))) {
        let counts = &bucket.steps[step];
        sums[0][step] += counts.reached.drawn();
        sums[1][step] += counts.stopped.drawn();
        sums[2][step] += counts.open.drawn();
        assert!(step + 1 == steps || counts.reached == bucket.steps[step + 1].reached + counts.stopped + counts.open);
        let enters_once = matches!(slow.spec.entry, FunnelEntry::First | FunnelEntry::Every);
        assert!(bucket.is_incomplete || counts.open == 0 || !enters_once, "open only by a later entry");
    }
    assert_eq!(sums, whole);
    let starts: Vec<&str> = trend.buckets.iter().map(|bucket| bucket.start.as_str()).collect();
    assert!(starts.is_sorted() && starts.len() == std::collections::BTreeSet::from_iter(&starts).len());
    if trend.bucket == CalendarUnit::Day {
        let day = |unit: &Unit| slow.log[unit.actor][unit.events[0]].ts.div_euclid(DAY_US);
        for (index, bucket) in trend.buckets.iter().enumerate() {
            let first = entered.iter().map(day).min().unwrap();
            let own = first + i64::try_from(index).unwrap();
            assert_eq!(bucket.steps[0].reached, entered.iter().filter(|unit| day(unit) == own).count() as u64);
            let is_over = match slow.spec.window {
                Window::None => false,
                Window::Within(window) => (own + 1) * DAY_US + window.as_us() <= setting.data_end,
            };
            assert_eq!(bucket.is_incomplete, !is_over);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn figures_follow_from_units_under_all_options(
        spec in specs(),
        log in journeys(),
        scope in scopes(),
        setting in settings(),
    ) {
        let columns = Dictionaries::default();
        let funnel = Funnel::try_new(&spec, &scope.scope(), &setting.context(&columns)).unwrap();
        let result = run(&funnel, &log, &setting.taxonomy);
        let entered: Vec<Unit> =
            units(&funnel, &setting, &log).into_iter().filter(|unit| !unit.events.is_empty()).collect();
        let slow = Slow { spec: &spec, scope: &scope, log: &log };
        check_steps(&slow, &result, &entered);
        check_optional(&slow, &result, &entered);
        check_candidates(&slow, &result);
        check_parts(&slow, &result, &entered, &setting);
    }

    #[test]
    fn an_actor_is_converted_iff_it_has_a_converted_attempt(
        spec in specs(),
        log in journeys(),
        scope in scopes(),
        setting in settings(),
    ) {
        let columns = Dictionaries::default();
        let converted = |unit: FunnelUnit| {
            let spec = FunnelSpec { unit, entry: FunnelEntry::Best, hold: Vec::new(), ..spec.clone() };
            let funnel = Funnel::try_new(&spec, &scope.scope(), &setting.context(&columns)).unwrap();
            let steps = spec.steps.iter().filter(|step| !step.optional).count();
            let all = units(&funnel, &setting, &log).into_iter().filter(|unit| unit.events.len() == steps);
            all.map(|unit| unit.actor).collect::<std::collections::BTreeSet<_>>()
        };
        prop_assert_eq!(converted(FunnelUnit::Actor), converted(FunnelUnit::Attempt));
    }

    #[test]
    fn holding_a_property_is_a_funnel_per_actor_and_value(
        spec in specs(),
        log in journeys(),
        scope in scopes(),
        setting in settings(),
    ) {
        // Sessions and actors of a filter are those of the whole journey, so only events may be filtered here.
        let scope = TestScope { filter_scope: FilterScope::Event, ..scope };
        let spec = FunnelSpec { unit: FunnelUnit::Actor, hold: vec!["device".to_owned()], ..spec };
        let of_device = |journey: &Journey, device: u32| -> Journey {
            journey.iter().filter(|event| event.device == device).copied().collect()
        };
        let split = log.iter().flat_map(|journey| (1..=3).map(move |device| of_device(journey, device)));
        let split: Vec<Journey> = split.filter(|journey| !journey.is_empty()).collect();
        let columns = Dictionaries::default();
        let figures = |spec: &FunnelSpec, log: &[Journey]| {
            let funnel = Funnel::try_new(spec, &scope.scope(), &setting.context(&columns)).unwrap();
            let mut result = run(&funnel, log, &setting.taxonomy);
            // What somebody did instead is looked for in the whole journey.
            result.steps.iter_mut().for_each(|step| step.next = None);
            // Tuples of values repeat within actors, so nothing is said about chance.
            for row in result.by.iter_mut().flat_map(|by| &mut by.rows) {
                (row.figures.conversion_interval, row.figures.comparison) = (None, None);
            }
            FunnelResult { hold: Vec::new(), conversion_interval: None, ..result }
        };
        let plain = FunnelSpec { hold: Vec::new(), ..spec.clone() };
        prop_assert_eq!(figures(&spec, &log), figures(&plain, &split));
    }
}

fn result_of(spec: &FunnelSpec, tick: i64, log: &[Journey]) -> FunnelResult {
    let (columns, setting) = (Dictionaries::default(), setting_at(tick));
    let funnel = Funnel::try_new(spec, &TestScope::everything().scope(), &setting.context(&columns)).unwrap();
    run(&funnel, log, &setting.taxonomy)
}

fn event(tick: i64, code: u32) -> Event {
    Event { event: code, ..at(tick, None) }
}

#[test]
fn o1_an_optional_step_that_nobody_took_changes_nothing() {
    // A C with steps A, B (optional), C: converted, B attached 0 of 1.
    let spec = spec_of(&[(vec![1], false), (vec![2], true), (vec![3], false)]);
    let result = result_of(&spec, 90, &[vec![event(1, 1), event(2, 3)]]);
    assert_eq!((result.steps.len(), result.conversion.numerator), (2, 1));
    let attached = result.optional[0].attached;
    assert_eq!((attached.numerator, attached.denominator, result.optional[0].after), (0, 1, 1));
}

#[test]
fn an_optional_step_lies_between_its_neighbours_and_takes_an_event_of_its_own() {
    // B before A and B after C do not count; the trailing D does, up to the end of the window (7 d = 21 ticks) after A.
    let steps = [(vec![1], false), (vec![2], true), (vec![3], false), (vec![4], true)];
    let attached = |log: &[Event]| {
        let result = result_of(&spec_of(&steps), 90, &[log.to_vec()]);
        result.optional.iter().map(|step| step.attached.numerator).collect::<Vec<_>>()
    };
    assert_eq!(attached(&[event(0, 2), event(1, 1), event(3, 3), event(4, 2), event(22, 4)]), [0, 1]);
    assert_eq!(attached(&[event(1, 1), event(2, 2), event(3, 3), event(23, 4)]), [1, 0]);
    assert_eq!(attached(&[event(1, 1), event(3, 3), event(3, 2)]), [1, 0], "equal times, in either order");
    // A, A (optional), A needs three of them.
    let same = spec_of(&[(vec![1], false), (vec![1], true), (vec![1], false)]);
    let result = result_of(&same, 90, &[vec![event(1, 1), event(2, 1)]]);
    assert_eq!((result.conversion.numerator, result.optional[0].attached.numerator), (1, 0));
}

fn level_of(spec: &FunnelSpec, log: &[Event]) -> usize {
    let result = result_of(spec, 90, &[log.to_vec()]);
    result.steps.iter().filter(|step| step.reached.is_some()).count()
}

#[test]
fn directly_looks_at_the_stream_of_the_unit() {
    let mut spec = spec_of(&[(vec![1], false), (vec![2], false), (vec![3], false)]);
    spec.steps[1..].iter_mut().for_each(|step| step.directly = true);
    let log = |codes: &[u32]| (0..).zip(codes).map(|(tick, &code)| event(tick, code)).collect::<Vec<_>>();
    // AABBCC: only A B stand side by side, and then another B comes.
    assert_eq!(level_of(&spec, &log(&[1, 1, 2, 2, 3, 3])), 2);
    assert_eq!(level_of(&spec, &log(&[1, 4, 1, 2, 3])), 3, "a later clean chain wins");
    // A D B C: D separates, unless it is outside of the universe, made up by the vendor, no activity, or a repeated order.
    let mut with_d = log(&[1, 4, 2, 3]);
    assert_eq!(level_of(&spec, &with_d), 1);
    for flags in [0, EventFlags::ACTIVITY | EventFlags::SYNTHETIC, EventFlags::ACTIVITY | EventFlags::REPEATED_ORDER] {
        with_d[1].flags = flags;
        assert_eq!(level_of(&spec, &with_d), 3, "flags {flags}");
    }
    let universe = |text: &str| FunnelSpec { universe: Some(text.to_owned()), ..spec.clone() };
    assert_eq!(level_of(&universe("event != \"d\""), &log(&[1, 4, 2, 3])), 3);
    // An event outside of the universe satisfies no `directly` step.
    assert_eq!(level_of(&universe("event != \"b\""), &log(&[1, 2, 3])), 1);
    // Sessions that interleave have streams of their own: A in 0, D in 1, B and C in 0.
    let by_session = FunnelSpec { unit: FunnelUnit::Session, ..spec.clone() };
    let mut interleaved = log(&[1, 4, 2, 3]);
    (0..4).for_each(|at| interleaved[at].session = Some(u8::from(at == 1)));
    assert_eq!((level_of(&by_session, &interleaved), level_of(&spec, &interleaved)), (3, 1));
    // So have held values: A of desktop, D of mobile.
    let held = FunnelSpec { hold: vec!["device".to_owned()], ..spec };
    let mut devices = log(&[1, 4, 2, 3]);
    (0..4).for_each(|at| devices[at].device = if at == 1 { 2 } else { 1 });
    assert_eq!(level_of(&held, &devices), 3);
}

#[test]
fn an_exclusion_ends_attempts_of_its_own_unit_only() {
    let spec = spec_of(&[(vec![1], false), (vec![2], false)]);
    let ended = |on_exclusion| FunnelSpec {
        exclusions: vec![Exclusion { when: "d".to_owned(), from: None, to: None }],
        on_exclusion,
        ..spec.clone()
    };
    let log = [event(1, 1), event(2, 4), event(3, 2)];
    assert_eq!(level_of(&spec, &log), 2);
    assert_eq!(level_of(&ended(OnExclusion::Truncate), &log), 1);
    assert_eq!(level_of(&ended(OnExclusion::Void), &log), 0);
    let held = FunnelSpec { hold: vec!["device".to_owned()], ..ended(OnExclusion::Void) };
    let mut devices = log;
    (0..3).for_each(|at| devices[at].device = if at == 1 { 2 } else { 1 });
    assert_eq!(level_of(&held, &devices), 2);
}

#[test]
fn an_open_funnel_counts_from_step_to_step() {
    // W = 3 ticks. B@0 A@1 B@2 C@9: B came from A, C is too late after B and entered there.
    let spec = FunnelSpec {
        open: true,
        window: "1d".parse().unwrap(),
        ..spec_of(&[(vec![1], false), (vec![2], false), (vec![3], false)])
    };
    let result = result_of(&spec, 90, &[vec![event(0, 2), event(1, 1), event(2, 2), event(9, 3)], vec![event(1, 2)]]);
    let open = result.open_funnel.unwrap();
    let rows: Vec<(u64, u64, u64)> =
        open.iter().map(|step| (step.units.drawn(), step.continued.numerator, step.entered_here.drawn())).collect();
    assert_eq!(rows, [(1, 0, 1), (2, 1, 1), (1, 0, 1)]);
    assert_eq!(open[2].continued.denominator, 2);
}

#[test]
fn a_week_over_the_change_of_clocks_has_the_entries_of_its_local_days() {
    // 2024-03-31 (a Sunday) has 23 hours in Stockholm: 21:59 UTC is still that day, 22:00 UTC is Monday.
    let sunday = 19_813 * DAY_US;
    let hour = |hour: i64, minute: i64| sunday + (hour * 60 + minute) * 60_000_000;
    let log: Vec<Journey> = [hour(21, 59), hour(22, 0)].map(|ts| vec![Event { ts, ..event(0, 1) }]).to_vec();
    let spec = FunnelSpec { trend: Some(CalendarUnit::Week), ..spec_of(&[(vec![1], false), (vec![2], false)]) };
    let (columns, setting) = (Dictionaries::default(), Setting { data_end: hour(22, 0) + 7 * DAY_US, ..setting_at(0) });
    let context = kundresa_analyze::Context {
        zone: ZoneTable::try_new("Europe/Stockholm").unwrap(),
        ..setting.context(&columns)
    };
    let funnel = Funnel::try_new(&spec, &TestScope::everything().scope(), &context).unwrap();
    let trend = run(&funnel, &log, &setting.taxonomy).trend.unwrap();
    let rows: Vec<(&str, u64, bool)> = trend
        .buckets
        .iter()
        .map(|bucket| (bucket.start.as_str(), bucket.steps[0].reached.drawn(), bucket.is_incomplete))
        .collect();
    // The first week ended at 22:00 UTC, so its window of 7 days is over exactly at the data end.
    assert_eq!(rows, [("2024-03-25", 1, false), ("2024-04-01", 1, true)]);
}

#[test]
fn contradictions_are_refused_with_their_place() {
    let columns = Dictionaries::default();
    let setting = setting_at(0);
    let error = |spec: FunnelSpec| {
        Funnel::try_new(&spec, &TestScope::everything().scope(), &setting.context(&columns)).unwrap_err().to_string()
    };
    let plain = || spec_of(&[(vec![1], false), (vec![2], false), (vec![3], false)]);
    let with = |change: &dyn Fn(&mut FunnelSpec)| {
        let mut spec = plain();
        change(&mut spec);
        error(spec)
    };
    assert_eq!(with(&|spec| spec.steps[0].directly = true), "step 1 (`a`) can't be directly: no step comes before it");
    assert_eq!(
        with(&|spec| spec.steps[0].within = "1h".parse().ok()),
        "step 1 (`a`) can't be within: no step comes before it"
    );
    assert_eq!(
        with(&|spec| spec.steps[0].optional = true),
        "step 1 (`a`) can't be optional: a journey enters and its window begins at the first step"
    );
    let exclusion = |from, to| Exclusion { when: "d".to_owned(), from, to };
    for (from, to) in [(Some(0), None), (Some(2), Some(2)), (Some(3), Some(2)), (None, Some(4))] {
        let text = with(&|spec| spec.exclusions.push(exclusion(from, to)));
        assert!(text.starts_with("the exclusion `d` counts from step"), "{text}");
    }
    let text = with(&|spec| spec.hold.push("devise".to_owned()));
    assert_eq!(text, "hold: no column or property is called `devise` (did you mean `device`?)");
    let text = with(&|spec| spec.universe = Some("event == \"a\"".to_owned()));
    assert!(text.starts_with("`universe` needs a step that is `directly`"), "{text}");
    let grouped = |change: &dyn Fn(&mut FunnelSpec)| {
        with(&|spec| {
            spec.steps[..2].iter_mut().for_each(|step| step.group = Some(0));
            change(spec);
        })
    };
    assert_eq!(
        grouped(&|spec| spec.steps[..2].iter_mut().for_each(|step| step.directly = true)),
        "step 1 (`a`) can't be directly: no step comes before it"
    );
    let text = with(&|spec| {
        spec.steps[1..].iter_mut().for_each(|step| step.group = Some(0));
        spec.steps[2].within = "1h".parse().ok();
    });
    assert!(text.starts_with("the members `b`, `c` of an any-order group must have the same `within`"), "{text}");
    let text = with(&|spec| {
        spec.steps[1].optional = true;
        spec.exclusions.push(exclusion(Some(2), None));
    });
    assert_eq!(
        text,
        "step 2 (`b`) can't be the border of an exclusion: it is optional, so nobody is asked to reach it"
    );
    let many = FunnelSpec { steps: vec![FunnelStep::of("a"); MAX_STEPS + 1], ..FunnelSpec::default() };
    let context = setting.context(&columns);
    let error = Funnel::try_new(&many, &TestScope::everything().scope(), &context).unwrap_err();
    assert_eq!(error, AnalyzeError::StepCount { found: 65, limit: 64 });
}

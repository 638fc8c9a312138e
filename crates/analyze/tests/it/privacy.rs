//! Does a privacy threshold hide every small group, and can nothing that is hidden be worked out again?
//!
//! The attack below knows what is shown, which cells are hidden and every identity of the documentation, and solves for the
//! hidden cells. It is written apart from the table that decides what to hide, and calculates in whole numbers.

use kundresa_analyze::{
    EventTransitions, Funnel, PhaseTransitions, PhaseVisits, SessionCounts, check_threshold, protect,
};
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::funnel::{FunnelResult, StepCounts};
use kundresa_model::result::phases::{PhaseCounts, PhasesResult};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use kundresa_model::result::transitions::{Transition, TransitionsOf, TransitionsResult};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit};
use kundresa_model::spec::paths::PathSpec;
use kundresa_model::spec::request::AnalysisSpec;
use kundresa_model::spec::scope::Scope;
use proptest::prelude::*;

use crate::support::{Dictionaries, Journey, Setting, journeys, scopes, settings};

/// What somebody knows who wants to know more.
#[derive(Default)]
pub struct Attack {
    /// Actors below which a cell must be hidden.
    pub threshold: u64,
    shown: Vec<Count>,
    actors: Vec<u64>,
    /// Sums of cells with their factors that are zero.
    sums: Vec<Vec<(usize, i128)>>,
}

impl Attack {
    /// Somebody who knows the identities of the documentation.
    pub fn new(threshold: u64) -> Self {
        Self { threshold, ..Self::default() }
    }

    /// A cell of `actors` as it is `shown`.
    pub fn cell(&mut self, actors: Count, shown: Count) -> usize {
        let actors = actors.shown().unwrap();
        let is_fine = shown.is_hidden() || actors == 0 || actors >= self.threshold;
        assert!(is_fine, "{shown:?} of {actors} actors is shown");
        self.shown.push(shown);
        self.actors.push(actors);
        self.shown.len() - 1
    }

    /// Notes that `total` is the sum of `parts`.
    pub fn sum(&mut self, total: usize, parts: impl IntoIterator<Item = usize>) {
        self.sums.push(parts.into_iter().map(|part| (part, 1)).chain([(total, -1)]).collect());
    }

    /// Notes that `one` and `other` add up to the same.
    pub fn equal(&mut self, one: impl IntoIterator<Item = usize>, other: impl IntoIterator<Item = usize>) {
        let minus = other.into_iter().map(|cell| (cell, -1));
        self.sums.push(one.into_iter().map(|cell| (cell, 1)).chain(minus).collect());
    }

    /// A cell whose count, and whose actors, are told by what each actor alone has in it.
    pub fn of_each(&mut self, alone: impl Iterator<Item = u64>, shown: Count) -> usize {
        let alone: Vec<u64> = alone.collect();
        let actors = alone.iter().filter(|count| **count > 0).count() as u64;
        assert!(shown.is_hidden() || shown == alone.iter().sum::<u64>(), "{shown:?} of {alone:?}");
        self.cell(actors.into(), shown)
    }

    /// No hidden cell has only one possible value.
    pub fn fails(&self, of: &str) {
        let told = self.told();
        assert!(told.is_empty(), "hidden cells of {of} can be worked out: {told:?}");
    }

    /// No hidden cell of a small group has only one possible value; a large one may be hidden for want of a finer choice.
    pub fn tells_of_nobody(&self, of: &str) {
        let is_small = |cell: &usize| 0 < self.actors[*cell] && self.actors[*cell] < self.threshold;
        let told: Vec<usize> = self.told().into_iter().filter(is_small).collect();
        assert!(
            told.is_empty(),
            "small cells of {of} can be worked out: {told:?} of {:?} {:?} {:?}",
            self.shown,
            self.actors,
            self.sums
        );
    }

    /// Hidden cells that have only one possible value.
    fn told(&self) -> Vec<usize> {
        let unknown: Vec<usize> = (0..self.shown.len()).filter(|&cell| self.shown[cell].is_hidden()).collect();
        let row = |sum: &Vec<(usize, i128)>| -> Vec<i128> {
            let factor = |cell: &usize| sum.iter().filter(|(other, _)| other == cell).map(|(_, factor)| factor).sum();
            unknown.iter().map(factor).collect()
        };
        let mut rows: Vec<Vec<i128>> = self.sums.iter().map(row).collect();
        reduce(&mut rows, unknown.len());
        let alone = |row: Vec<i128>| {
            let mut filled = (0..row.len()).filter(|column| row[*column] != 0);
            filled.next().filter(|_| filled.next().is_none()).map(|column| unknown[column])
        };
        rows.into_iter().filter_map(alone).collect()
    }
}

/// Reduced row echelon form modulo a prime that is far above every factor.
fn reduce(rows: &mut [Vec<i128>], columns: usize) {
    const PRIME: i128 = 1_000_000_007;
    let inverse = |number: i128| {
        let (mut power, mut base, mut exponent) = (1, number.rem_euclid(PRIME), PRIME - 2);
        while exponent > 0 {
            power = if exponent & 1 == 1 { power * base % PRIME } else { power };
            (base, exponent) = (base * base % PRIME, exponent >> 1);
        }
        power
    };
    let mut next = 0;
    for column in 0..columns {
        let Some(pivot) = (next..rows.len()).find(|&row| rows[row][column] % PRIME != 0) else { continue };
        rows.swap(next, pivot);
        let scale = inverse(rows[next][column]);
        rows[next].iter_mut().for_each(|factor| *factor = (*factor * scale).rem_euclid(PRIME));
        let lead = rows[next].clone();
        for row in (0..rows.len()).filter(|row| *row != next) {
            let factor = rows[row][column];
            rows[row].iter_mut().zip(&lead).for_each(|(own, lead)| *own = (*own - factor * lead).rem_euclid(PRIME));
        }
        next += 1;
    }
}

/// The segment of `value` in the result of one actor; what has no row of its own is of `(other)`.
pub fn segment_of<F: Clone>(by: Option<&Breakdown<F>>, value: &str, named: &[String]) -> Vec<F> {
    let is_own = |row: &&Segment<F>| row.value == value || value == "(other)" && !named.contains(&row.value);
    by.map_or(Vec::new(), |by| by.rows.iter().filter(is_own).map(|row| row.figures.clone()).collect())
}

fn sessions(scope: &Scope, setting: &Setting, log: &[Journey]) -> SessionsResult {
    let columns = Dictionaries::default();
    let analysis = SessionCounts::try_new(scope, &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

fn attack_sessions(alone: &[SessionsResult], shown: &SessionsResult, threshold: u64) {
    let mut attack = Attack { threshold, ..Attack::default() };
    let others = |single: Rate| Rate::of(single.part(), single.base());
    let single = others(shown.single_event);
    let left = single.base().shown().map_or(Count::HIDDEN, |base| (base - single.numerator).into());
    let total = [
        attack.of_each(alone.iter().map(|own| own.sessions.drawn()), shown.sessions),
        attack.of_each(alone.iter().map(|own| own.single_event.numerator), single.part()),
        attack.of_each(alone.iter().map(|own| own.sessions.drawn() - own.single_event.numerator), left),
    ];
    attack.sum(total[0], [total[1], total[2]]);
    assert!(single.is_hidden() || !shown.sessions.is_hidden());
    let places = [
        attack.of_each(alone.iter().map(|own| own.session_events.drawn()), shown.session_events),
        attack.of_each(alone.iter().map(|own| own.unchosen_events.drawn()), shown.unchosen_events),
        attack.of_each(alone.iter().map(|own| own.sessionless_events.drawn()), shown.sessionless_events),
    ];
    let many = u64::from(u32::MAX);
    let everything: u64 =
        alone.iter().map(|own| (own.session_events + own.unchosen_events + own.sessionless_events).drawn()).sum();
    let is_everybody_few = shown.actors.is_hidden() || places.iter().all(|&place| attack.shown[place].is_hidden());
    let all = attack.cell(many.into(), if is_everybody_few { Count::HIDDEN } else { everything.into() });
    attack.sum(all, places);
    let starts: Vec<usize> = shown
        .started_by
        .iter()
        .map(|(reason, shown)| attack.of_each(alone.iter().map(|own| own.started_by[reason].drawn()), *shown))
        .collect();
    attack.sum(total[0], starts);
    let rows = shown.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let named: Vec<String> = rows.iter().map(|row| row.value.clone()).collect();
    let mut segments = [Vec::new(), Vec::new(), Vec::new()];
    for row in &rows {
        let of = |figure: fn(&SessionFigures) -> u64| -> Vec<u64> {
            let own = |own: &SessionsResult| segment_of(own.by.as_ref(), &row.value, &named).iter().map(figure).sum();
            alone.iter().map(own).collect()
        };
        let figures = row.figures;
        let cells = [
            attack.of_each(of(|own| own.sessions.drawn()).into_iter(), figures.sessions),
            attack.of_each(of(|own| own.single_event_sessions.drawn()).into_iter(), figures.single_event_sessions),
        ];
        let several = of(|own| own.sessions.drawn() - own.single_event_sessions.drawn()).into_iter();
        let several = attack.of_each(
            several,
            Rate::of(figures.single_event_sessions, figures.sessions)
                .base()
                .shown()
                .map_or(Count::HIDDEN, |base| (base - figures.single_event_sessions.drawn()).into()),
        );
        attack.sum(cells[0], [cells[1], several]);
        let events = attack.of_each(of(|own| own.session_events.drawn()).into_iter(), figures.session_events);
        segments[0].push(cells[0]);
        segments[1].push(cells[1]);
        segments[2].push(events);
    }
    if !rows.is_empty() {
        for (sum, parts) in [total[0], total[1], places[0]].into_iter().zip(segments) {
            attack.sum(sum, parts);
        }
    }
    attack.tells_of_nobody("sessions");
    assert!(!shown.sessions.is_hidden() || shown.duration_us.n.is_hidden());
    large(&shown.duration_us, threshold);
}

fn event_transitions(scope: &Scope, setting: &Setting, log: &[Journey]) -> TransitionsResult {
    let columns = Dictionaries::default();
    let analysis = EventTransitions::try_new(scope, &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

/// Actors who went a way, told by the ways of each alone.
fn actors_are_those_of(alone: &[TransitionsResult], full: &TransitionsResult) {
    for pair in &full.transitions {
        let is_same = |own: &Transition| (&own.from, &own.to) == (&pair.from, &pair.to);
        let actors = alone.iter().filter(|own| own.transitions.iter().any(is_same)).count() as u64;
        assert_eq!(pair.actors, Some(actors.into()), "{pair:?}");
    }
}

fn hidden_with(rate: Rate, made_of: &[Count]) {
    assert_eq!(rate.is_hidden(), made_of.iter().any(|count| count.is_hidden()), "{rate:?} of {made_of:?}");
}

fn large(quantiles: &Quantiles, threshold: u64) {
    assert!(quantiles.n.is_hidden() || quantiles.n == 0 || quantiles.n.shown().unwrap() >= threshold);
}

fn logs() -> impl Strategy<Value = Vec<Journey>> {
    prop::collection::vec(journeys(), 4).prop_map(|logs| logs.concat())
}

fn spec() -> FunnelSpec {
    let mut steps = ["a", "b", "c|d"].map(FunnelStep::of).to_vec();
    steps.insert(1, FunnelStep { optional: true, ..FunnelStep::of("e") });
    let trend = Some(CalendarUnit::Week);
    FunnelSpec { steps, trend, open: true, window: "2d".parse().unwrap(), ..FunnelSpec::default() }
}

fn funnel(scope: &Scope, setting: &Setting, log: &[Journey]) -> FunnelResult {
    let columns = Dictionaries::default();
    let analysis = Funnel::try_new(&spec(), scope, &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

fn protected_funnel(result: &FunnelResult, threshold: u64) -> FunnelResult {
    let mut result = AnalysisResult::Funnel(result.clone());
    protect(&mut result, threshold);
    let AnalysisResult::Funnel(result) = result else { unreachable!("still a funnel") };
    result
}

/// Cells of the steps with their identity; at the last step nobody stops.
fn steps(attack: &mut Attack, full: &[[Count; 3]], shown: &[[Count; 3]]) -> Vec<[usize; 3]> {
    let cells: Vec<[usize; 3]> =
        full.iter().zip(shown).map(|(full, shown)| [0, 1, 2].map(|at| attack.cell(full[at], shown[at]))).collect();
    for pair in cells.windows(2) {
        attack.sum(pair[0][0], [pair[1][0], pair[0][1], pair[0][2]]);
    }
    cells
}

fn counts(steps: &[StepCounts]) -> Vec<[Count; 3]> {
    steps.iter().map(|step| [step.reached, step.stopped, step.open]).collect()
}

fn add_up(attack: &mut Attack, total: &[[usize; 3]], parts: &[Vec<[usize; 3]>]) {
    for (step, cells) in total.iter().enumerate().filter(|_| !parts.is_empty()) {
        for (at, &cell) in cells.iter().enumerate() {
            attack.sum(cell, parts.iter().map(|part| part[step][at]));
        }
    }
}

fn attack_funnel(full: &FunnelResult, shown: &FunnelResult, threshold: u64) {
    let mut attack = Attack { threshold, ..Attack::default() };
    let of = |result: &FunnelResult| -> Vec<[Count; 3]> {
        result.steps.iter().map(|step| [step.reached, step.stopped, step.open]).collect()
    };
    let total = steps(&mut attack, &of(full), &of(shown));
    let rows = |result: &FunnelResult| result.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let mut parts = Vec::new();
    for (full, shown) in rows(full).iter().zip(&rows(shown)) {
        parts.push(steps(&mut attack, &counts(&full.figures.steps), &counts(&shown.figures.steps)));
        let figures = &shown.figures;
        hidden_with(figures.conversion, &[figures.steps[0].reached, figures.steps[2].reached]);
        assert!(!figures.conversion.is_hidden() || figures.conversion_interval.is_none());
        assert!(!figures.conversion.is_hidden() || figures.comparison.is_none());
        figures.steps.iter().for_each(|step| hidden_with(step.drop_off, &[step.reached, step.stopped, step.open]));
        large(&figures.time_to_convert_us, threshold);
        assert!(!figures.steps[2].reached.is_hidden() || figures.time_to_convert_us.n.is_hidden());
    }
    add_up(&mut attack, &total, &parts);
    let buckets = |result: &FunnelResult| result.trend.as_ref().map_or(Vec::new(), |trend| trend.buckets.clone());
    let parts: Vec<_> = buckets(full)
        .iter()
        .zip(&buckets(shown))
        .map(|(full, shown)| steps(&mut attack, &counts(&full.steps), &counts(&shown.steps)))
        .collect();
    add_up(&mut attack, &total, &parts);
    let candidates = attack.cell(full.candidates, shown.candidates);
    // Who never entered is not shown, but candidates without those who did.
    let left = full.candidates.shown().unwrap() - full.steps[0].reached.shown().unwrap();
    if 0 < left && left < threshold {
        let left = attack.cell(left.into(), Count::HIDDEN);
        attack.sum(candidates, [total[0][0], left]);
    }
    attack.fails("the funnel");
    steps_beside(shown, threshold);
}

/// Everything beside the counts of the steps.
fn steps_beside(shown: &FunnelResult, threshold: u64) {
    let mut before = shown.candidates;
    for step in &shown.steps {
        hidden_with(step.drop_off, &[step.reached, step.stopped, step.open]);
        hidden_with(step.of_entered, &[step.reached, shown.steps[0].reached]);
        hidden_with(step.of_previous, &[step.reached, before]);
        before = step.reached;
        large(&step.time_from_previous_us, threshold);
        assert!(step.time_from_previous_counts.iter().all(|n| *n == 0 || *n >= threshold));
        assert!(!step.reached.is_hidden() || step.events.is_hidden() && step.time_from_previous_us.n.is_hidden());
        assert!(!step.stopped.is_hidden() || step.next.is_none());
        if let Some(next) = &step.next {
            let few = |units: u64| 0 < units && units < threshold;
            assert!(!few(next.other) && !few(next.nothing_more) && next.actions.iter().all(|one| !few(one.units)));
        }
    }
    let few = |count: Count| count.shown().is_some_and(|actors| 0 < actors && actors < threshold);
    let open = shown.open_funnel.iter().flatten();
    assert!(open.clone().all(|step| !few(step.units) && !few(step.entered_here) && !few(step.continued.part())));
    let is_any_hidden = shown.steps.iter().any(|step| step.reached.is_hidden() || step.stopped.is_hidden());
    assert!(!is_any_hidden || open.clone().all(|step| step.units.is_hidden()));
    assert!(shown.optional.iter().all(|step| !few(step.attached.part())));
}

/// Cells of the steps of a funnel whose units repeat within actors, of one place in each alone.
fn unit_steps(attack: &mut Attack, alone: &[Vec<Vec<StepCounts>>], shown: &[StepCounts]) -> Vec<[usize; 3]> {
    let of = |step: &StepCounts| [step.reached, step.stopped, step.open];
    let mut cells: Vec<[usize; 3]> = Vec::new();
    for (index, step) in shown.iter().enumerate() {
        let figure =
            |own: &Vec<Vec<StepCounts>>, at: usize| own.iter().map(|steps| of(&steps[index])[at].drawn()).sum();
        let cell = |at: usize| attack.of_each(alone.iter().map(|own| figure(own, at)), of(step)[at]);
        cells.push([0, 1, 2].map(cell));
        hidden_with(step.drop_off, &of(step));
    }
    for pair in cells.windows(2) {
        attack.sum(pair[0][0], [pair[1][0], pair[0][1], pair[0][2]]);
    }
    cells
}

fn steps_of(result: &FunnelResult) -> Vec<StepCounts> {
    let counts = |step: &kundresa_model::result::funnel::FunnelStepResult| StepCounts {
        name: step.name.clone(),
        reached: step.reached,
        stopped: step.stopped,
        open: step.open,
        drop_off: step.drop_off,
    };
    result.steps.iter().map(counts).collect()
}

fn attack_units(alone: &[FunnelResult], shown: &FunnelResult, threshold: u64) {
    let mut attack = Attack::new(threshold);
    let own: Vec<Vec<Vec<StepCounts>>> = alone.iter().map(|own| vec![steps_of(own)]).collect();
    let total = unit_steps(&mut attack, &own, &steps_of(shown));
    let rows = shown.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let named: Vec<String> = rows.iter().map(|row| row.value.clone()).collect();
    let mut parts = Vec::new();
    for row in &rows {
        let own = |own: &FunnelResult| -> Vec<Vec<StepCounts>> {
            segment_of(own.by.as_ref(), &row.value, &named).into_iter().map(|figures| figures.steps).collect()
        };
        let own: Vec<_> = alone.iter().map(own).collect();
        parts.push(unit_steps(&mut attack, &own, &row.figures.steps));
        large(&row.figures.time_to_convert_us, threshold);
    }
    add_up(&mut attack, &total, &parts);
    let mut parts = Vec::new();
    for bucket in shown.trend.iter().flat_map(|trend| &trend.buckets) {
        let own = |own: &FunnelResult| -> Vec<Vec<StepCounts>> {
            let buckets = own.trend.iter().flat_map(|trend| &trend.buckets);
            buckets.filter(|own| own.start == bucket.start).map(|own| own.steps.clone()).collect()
        };
        let own: Vec<_> = alone.iter().map(own).collect();
        parts.push(unit_steps(&mut attack, &own, &bucket.steps));
    }
    add_up(&mut attack, &total, &parts);
    let candidates = attack.of_each(alone.iter().map(|own| own.candidates.drawn()), shown.candidates);
    if shown.unit != FunnelUnit::Attempt && shown.entry != FunnelEntry::Every {
        let never = alone.iter().map(|own| own.candidates.drawn() - own.steps[0].reached.drawn());
        let never = attack.of_each(never, Count::HIDDEN);
        attack.sum(candidates, [total[0][0], never]);
    }
    attack.tells_of_nobody("a funnel of units");
    for (index, step) in shown.steps.iter().enumerate() {
        let reached = alone.iter().filter(|own| own.steps[index].reached.drawn() > 0).count() as u64;
        assert!(step.events.is_hidden() || step.events == 0 || reached >= threshold);
        assert!(step.next.is_none() && step.value.is_empty() && step.time_from_previous_counts.is_empty());
        assert!(!step.reached.is_hidden() || step.time_from_previous_us.n.is_hidden());
    }
    assert!(shown.optional.iter().all(|step| step.attached.is_hidden() && step.time_from_previous_us.n.is_hidden()));
    assert!(shown.open_funnel.iter().flatten().all(|step| step.units.is_hidden()));
}

fn phases(scope: &Scope, setting: &Setting, log: &[Journey]) -> PhasesResult {
    let columns = Dictionaries::default();
    let analysis = PhaseVisits::try_new(scope, &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

fn attack_phases(full: &PhasesResult, shown: &PhasesResult, threshold: u64, is_restricted: bool) {
    let mut attack = Attack { threshold, ..Attack::default() };
    let actors = attack.cell(full.actors, shown.actors);
    let no_phase = attack.cell(full.no_phase_actors, shown.no_phase_actors);
    let mut ends = vec![no_phase];
    let mut total = Vec::new();
    for (full, shown) in full.phases.iter().zip(&shown.phases) {
        let cells = [
            attack.cell(full.visitors, shown.visitors),
            attack.cell(full.moved_on, shown.moved_on),
            attack.cell(full.dropped, shown.dropped),
            attack.cell(full.open, shown.open),
        ];
        let goal = [
            attack.cell(full.dropped_before_goal, shown.dropped_before_goal),
            attack.cell(full.dropped_after_goal, shown.dropped_after_goal),
        ];
        attack.sum(cells[0], cells[1..].iter().copied());
        attack.sum(cells[2], goal);
        let (visits, stays) = (attack.cell(full.visitors, shown.visits), attack.cell(0.into(), shown.dwell_us.n));
        attack.cell(full.visitors, shown.events);
        // A visit without a next is one of a visitor that did not move on.
        if !is_restricted {
            attack.sums.push(vec![(visits, 1), (stays, -1), (cells[2], -1), (cells[3], -1)]);
        }
        let active = attack.cell(full.visitors, shown.active_us.n);
        attack.sum(visits, [active]);
        large(&shown.dwell_us, threshold);
        large(&shown.active_us, threshold);
        ends.extend([cells[2], cells[3]]);
        total.push(cells);
    }
    if !is_restricted {
        attack.sum(actors, ends);
    }
    let rows = |result: &PhasesResult| result.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let mut parts = Vec::new();
    for (full, shown) in rows(full).iter().zip(&rows(shown)) {
        let own = attack.cell(full.figures.actors, shown.figures.actors);
        let of = |phase: &PhaseCounts| [phase.visitors, phase.moved_on, phase.dropped, phase.open];
        let pairs = full.figures.phases.iter().zip(&shown.figures.phases);
        let cells: Vec<[usize; 4]> =
            pairs.map(|(full, shown)| [0, 1, 2, 3].map(|at| attack.cell(of(full)[at], of(shown)[at]))).collect();
        cells.iter().for_each(|cells| attack.sum(cells[0], cells[1..].iter().copied()));
        parts.push((own, cells));
    }
    if !parts.is_empty() {
        attack.sum(actors, parts.iter().map(|(own, _)| *own));
        for (phase, cells) in total.iter().enumerate() {
            for (at, cell) in cells.iter().enumerate() {
                attack.sum(*cell, parts.iter().map(|(_, part)| part[phase][at]));
            }
        }
    }
    attack.fails("phases");
}

fn transitions(scope: &Scope, setting: &Setting, log: &[Journey]) -> TransitionsResult {
    let columns = Dictionaries::default();
    let analysis = PhaseTransitions::try_new(scope, &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

/// Cells of pairs, with rows and columns of phases that are equal; a row's sum is known from any shown share.
fn square(attack: &mut Attack, full: &[Transition], shown: &[Transition]) -> Vec<(String, String, usize)> {
    let mut cells = Vec::new();
    for pair in full {
        let other = shown.iter().find(|other| (&other.from, &other.to) == (&pair.from, &pair.to)).unwrap();
        assert_eq!(other.actors.unwrap().is_hidden(), other.count.is_hidden());
        assert!(other.share.is_hidden() || !other.count.is_hidden());
        cells.push((pair.from.clone(), pair.to.clone(), attack.cell(pair.actors.unwrap(), other.count)));
    }
    let mut nodes: Vec<&String> = full.iter().map(|pair| &pair.from).collect();
    nodes.dedup();
    for node in nodes {
        let (mut row, mut column) = (Vec::new(), Vec::new());
        row.extend(cells.iter().filter(|(from, _, _)| from == node).map(|(_, _, cell)| *cell));
        column.extend(cells.iter().filter(|(_, to, _)| to == node).map(|(_, _, cell)| (*cell, -1)));
        let told = shown.iter().find(|pair| pair.from == *node && !pair.share.is_hidden());
        if let Some(pair) = told {
            let sum = attack.cell(0.into(), pair.share.base());
            attack.sum(sum, row.clone());
        }
        if !column.is_empty() {
            attack.sums.push(row.into_iter().map(|cell| (cell, 1)).chain(column).collect());
        }
    }
    cells
}

fn attack_transitions(full: &TransitionsResult, shown: &TransitionsResult, threshold: u64, is_restricted: bool) {
    let mut attack = Attack { threshold, ..Attack::default() };
    let total = square(&mut attack, &full.transitions, &shown.transitions);
    attack.cell(full.no_phase_actors, shown.no_phase_actors);
    for node in &shown.nodes {
        let (visits, stays) = (attack.cell(0.into(), node.visits), attack.cell(0.into(), node.dwell_us.n));
        let row = |is_part: &dyn Fn(&str) -> bool| -> Vec<usize> {
            total.iter().filter(|(from, to, _)| *from == node.name && is_part(to)).map(|(_, _, cell)| *cell).collect()
        };
        attack.sum(visits, row(&|_| true));
        let next = row(&|to| to != "exit" && to != "open");
        // Only visits of phases have a length.
        if !next.is_empty() && full.of == TransitionsOf::Phases {
            attack.sum(stays, next);
        }
        large(&node.dwell_us, threshold);
    }
    let regressions = attack.cell(0.into(), shown.regressions);
    let falls = |from: &str, to: &str| full.regression_pairs.iter().any(|pair| (&*pair.from, &*pair.to) == (from, to));
    attack.sum(regressions, total.iter().filter(|(from, to, _)| falls(from, to)).map(|(_, _, cell)| *cell));
    let rows = |result: &TransitionsResult| result.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let mut parts = Vec::new();
    for (full, shown) in rows(full).iter().zip(&rows(shown)) {
        let cells = square(&mut attack, &full.figures.transitions, &shown.figures.transitions);
        let units = attack.cell(full.figures.units, shown.figures.units);
        if !is_restricted {
            attack.sum(units, cells.iter().filter(|(from, _, _)| from == "start").map(|(_, _, cell)| *cell));
        }
        parts.push(cells);
    }
    for (from, to, cell) in total.iter().filter(|_| !parts.is_empty()) {
        let same = |other: &&(String, String, usize)| (&other.0, &other.1) == (from, to);
        attack.sum(*cell, parts.iter().flat_map(|part| part.iter().find(same)).map(|(_, _, cell)| *cell));
    }
    attack.fails("transitions");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_small_group_is_shown_or_can_be_worked_out(
        log in logs(), test in scopes(), setting in settings(), threshold in 1..7u64,
    ) {
        let scope = Scope { min_actors: threshold, ..test.scope() };
        let full = funnel(&scope, &setting, &log);
        attack_funnel(&full, &protected_funnel(&full, threshold), threshold);
        let full = phases(&scope, &setting, &log);
        let mut shown = AnalysisResult::Phases(full.clone());
        protect(&mut shown, threshold);
        let AnalysisResult::Phases(shown) = shown else { panic!("still phases") };
        attack_phases(&full, &shown, threshold, test.is_restricted());
        let full = transitions(&scope, &setting, &log);
        let mut shown = AnalysisResult::Transitions(full.clone());
        protect(&mut shown, threshold);
        let AnalysisResult::Transitions(shown) = shown else { panic!("still transitions") };
        attack_transitions(&full, &shown, threshold, test.is_restricted());
    }

    #[test]
    fn funnels_of_units_that_repeat_tell_of_no_small_group(
        log in logs(), test in scopes(), setting in settings(), threshold in 2..7u64, kind in 0..5,
    ) {
        let mut asked = spec();
        match kind {
            0 => asked.unit = FunnelUnit::Session,
            1 => asked.unit = FunnelUnit::Attempt,
            2 => asked.entry = FunnelEntry::Every,
            3 => asked.hold = vec!["device".to_owned()],
            _ => (asked.unit, asked.hold) = (FunnelUnit::Session, vec!["device".to_owned()]),
        }
        let columns = Dictionaries::default();
        let context = setting.context(&columns);
        let open = Funnel::try_new(&asked, &Scope { top: usize::MAX, ..test.scope() }, &context).unwrap();
        let alone: Vec<FunnelResult> =
            log.chunks(1).map(|own| crate::support::run(&open, own, &setting.taxonomy)).collect();
        let scope = Scope { min_actors: threshold, ..test.scope() };
        let shown = crate::support::run(&Funnel::try_new(&asked, &scope, &context).unwrap(), &log, &setting.taxonomy);
        let whole = protected_funnel(&shown, threshold);
        prop_assert_eq!(&whole, &shown);
        attack_units(&alone, &shown, threshold);
    }

    #[test]
    fn sessions_and_their_transitions_tell_of_no_small_group(
        log in logs(), test in scopes(), setting in settings(), threshold in 2..7u64,
    ) {
        let scope = Scope { min_actors: threshold, ..test.scope() };
        let open = Scope { top: usize::MAX, ..test.scope() };
        let alone: Vec<SessionsResult> = log.chunks(1).map(|own| sessions(&open, &setting, own)).collect();
        attack_sessions(&alone, &sessions(&scope, &setting, &log), threshold);
        let alone: Vec<TransitionsResult> = log.chunks(1).map(|own| event_transitions(&open, &setting, own)).collect();
        let full = event_transitions(&scope, &setting, &log);
        actors_are_those_of(&alone, &full);
        let mut shown = AnalysisResult::Transitions(full.clone());
        protect(&mut shown, threshold);
        let AnalysisResult::Transitions(mut shown) = shown else { panic!("still transitions") };
        prop_assert!(shown.transitions.iter().all(|pair| pair.actors.is_none()));
        let rows = shown.by.iter_mut().flat_map(|by| &mut by.rows);
        let segments = rows.flat_map(|row| &mut row.figures.transitions);
        shown.transitions.iter_mut().chain(segments).for_each(|pair| pair.actors = Some(pair.count));
        attack_transitions(&full, &shown, threshold, test.is_restricted());
    }

    #[test]
    fn segments_of_few_are_part_of_the_rest(
        log in logs(), test in scopes(), setting in settings(), threshold in 1..7u64,
    ) {
        let scope = Scope { min_actors: threshold, by: Some("device".to_owned()), ..test.scope() };
        let by = phases(&scope, &setting, &log).by.unwrap();
        let few: Vec<&str> = by.rows.iter().filter(|row| row.figures.actors.drawn() < threshold).map(|row| &*row.value).collect();
        // Only everybody together may be too few.
        prop_assert!(few.is_empty() || few == ["(other)"] && by.rows.len() == 1);
        let all = phases(&test.scope(), &setting, &log);
        prop_assert_eq!(by.rows.iter().map(|row| row.figures.actors).sum::<Count>(), all.actors);
    }

    #[test]
    fn without_a_threshold_nothing_changes(log in logs(), test in scopes(), setting in settings()) {
        let full = funnel(&test.scope(), &setting, &log);
        prop_assert_eq!(&protected_funnel(&full, 0), &full);
        // Everybody is a group of one.
        let one = Scope { min_actors: 1, ..test.scope() };
        prop_assert_eq!(protected_funnel(&funnel(&one, &setting, &log), 1), full);
        prop_assert_eq!(phases(&one, &setting, &log), phases(&test.scope(), &setting, &log));
    }
}

#[test]
fn cells_that_do_not_know_their_actors_are_refused() {
    let funnel = |change: fn(&mut FunnelSpec)| {
        let mut spec = spec();
        change(&mut spec);
        check_threshold(&AnalysisSpec::Funnel(spec)).is_ok()
    };
    assert!(funnel(|_| {}) && funnel(|spec| spec.entry = FunnelEntry::First));
    assert!(funnel(|spec| spec.entry = FunnelEntry::Every) && funnel(|spec| spec.unit = FunnelUnit::Session));
    assert!(funnel(|spec| spec.unit = FunnelUnit::Attempt) && funnel(|spec| spec.hold = vec!["device".to_owned()]));
    assert!(!funnel(|spec| spec.emulation = "mixpanel".parse().ok()));
    assert!(check_threshold(&AnalysisSpec::Phases).is_ok() && check_threshold(&AnalysisSpec::PhaseTransitions).is_ok());
    assert!(
        check_threshold(&AnalysisSpec::Sessions).is_ok() && check_threshold(&AnalysisSpec::EventTransitions).is_ok()
    );
    let error = check_threshold(&AnalysisSpec::Paths(PathSpec::default())).unwrap_err().to_string();
    assert!(error.starts_with("a privacy threshold can't be kept here: cells count paths"), "{error}");
}

//! Does a privacy threshold hide every small group, and can nothing that is hidden be worked out again?
//!
//! The attack below knows what is shown, which cells are hidden and every identity of the documentation, and solves for the
//! hidden cells. It is written apart from the table that decides what to hide, and calculates in whole numbers.

use kundresa_analyze::{Funnel, PhaseTransitions, PhaseVisits, check_threshold, protect};
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::funnel::{FunnelResult, StepCounts};
use kundresa_model::result::phases::{PhaseCounts, PhasesResult};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::transitions::{Transition, TransitionsResult};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit};
use kundresa_model::spec::request::AnalysisSpec;
use kundresa_model::spec::scope::Scope;
use proptest::prelude::*;

use crate::support::{Dictionaries, Journey, Setting, journeys, scopes, settings};

/// What somebody knows who wants to know more.
#[derive(Default)]
struct Attack {
    threshold: u64,
    shown: Vec<Count>,
    /// Sums of cells with their factors that are zero.
    sums: Vec<Vec<(usize, i128)>>,
}

impl Attack {
    /// A cell of `actors` as it is `shown`.
    fn cell(&mut self, actors: Count, shown: Count) -> usize {
        let actors = actors.shown().unwrap();
        let is_fine = shown.is_hidden() || actors == 0 || actors >= self.threshold;
        assert!(is_fine, "{shown:?} of {actors} actors is shown");
        self.shown.push(shown);
        self.shown.len() - 1
    }

    fn sum(&mut self, total: usize, parts: impl IntoIterator<Item = usize>) {
        self.sums.push(parts.into_iter().map(|part| (part, 1)).chain([(total, -1)]).collect());
    }

    /// No hidden cell has only one possible value.
    fn fails(&self, of: &str) {
        let unknown: Vec<usize> = (0..self.shown.len()).filter(|&cell| self.shown[cell].is_hidden()).collect();
        let row = |sum: &Vec<(usize, i128)>| -> Vec<i128> {
            let factor = |cell: &usize| sum.iter().filter(|(other, _)| other == cell).map(|(_, factor)| factor).sum();
            unknown.iter().map(factor).collect()
        };
        let mut rows: Vec<Vec<i128>> = self.sums.iter().map(row).collect();
        reduce(&mut rows, unknown.len());
        for row in rows {
            assert_ne!(row.iter().filter(|factor| **factor != 0).count(), 1, "a hidden cell of {of} can be worked out");
        }
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
        if !next.is_empty() {
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
    assert!(!funnel(|spec| spec.entry = FunnelEntry::Every));
    assert!(!funnel(|spec| spec.unit = FunnelUnit::Session));
    assert!(!funnel(|spec| spec.unit = FunnelUnit::Attempt));
    assert!(!funnel(|spec| spec.hold = vec!["device".to_owned()]));
    assert!(!funnel(|spec| spec.emulation = "mixpanel".parse().ok()));
    assert!(check_threshold(&AnalysisSpec::Phases).is_ok() && check_threshold(&AnalysisSpec::PhaseTransitions).is_ok());
    let error = check_threshold(&AnalysisSpec::Sessions).unwrap_err().to_string();
    assert!(
        error.starts_with("a privacy threshold can't be kept here: cells count sessions and their events"),
        "{error}"
    );
}

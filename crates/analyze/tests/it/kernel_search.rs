//! What does a funnel kernel have to find? Read off the definitions, over all chains and all attempts; slow and obvious.

use std::ops::Range;

use kundresa_analyze::funnel::kernel::{ExclusionRange, Kernel, Matches, NO_PLACE, Scratch, Solution};
use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};

/// One event of a unit, as bits of the steps and exclusions it satisfies.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub t: i64,
    pub steps: u64,
    pub exclusions: u64,
    pub place: u32,
}

/// Events in their order, and the step that each serves.
#[derive(Clone, Debug, Default)]
struct Chain {
    events: Vec<usize>,
    serves: Vec<usize>,
}

/// All chains of one entry, and what remains of them.
struct Attempt {
    start: usize,
    chains: Vec<Chain>,
    level: usize,
    is_ended: bool,
}

/// Definitions applied to the events of one unit.
struct Definitions<'a> {
    kernel: &'a Kernel,
    events: &'a [Event],
}

impl Definitions<'_> {
    fn is_total_order(&self) -> bool {
        self.kernel.directly != 0
    }

    /// What "before" compares: times, or positions in the total order.
    fn key(&self, at: usize) -> i64 {
        if self.is_total_order() { i64::try_from(at).unwrap() } else { self.events[at].t }
    }

    /// Steps of the any-order group that the step at `place` is in.
    fn group(&self, place: usize) -> Range<usize> {
        let groups = &self.kernel.groups;
        let is_same = |other: &usize| *other == place || (groups[place].is_some() && groups[*other] == groups[place]);
        let members: Vec<usize> = (0..groups.len()).filter(is_same).collect();
        members[0]..members[members.len() - 1] + 1
    }

    /// Whether the event `next` may stand behind `chain`, whatever it serves there.
    fn may_follow(&self, chain: &Chain, next: usize) -> bool {
        let (first, last) = (chain.events[0], chain.events[chain.events.len() - 1]);
        let (a, b) = (self.events[last], self.events[next]);
        let in_order = if self.is_total_order() { next > last } else { b.t >= a.t && !chain.events.contains(&next) };
        let in_window = self.kernel.window_us == i64::MAX || b.t <= self.events[first].t + self.kernel.window_us;
        let group = self.group(chain.events.len());
        let Some(before) = group.start.checked_sub(1) else { return in_order && in_window };
        let within = self.kernel.within_us[group.start];
        let is_within = within == i64::MAX || b.t <= self.events[chain.events[before]].t + within;
        let is_next = a.place != NO_PLACE && b.place != NO_PLACE && b.place == a.place + 1;
        let is_direct = self.kernel.directly >> group.start & 1 == 0 || is_next;
        in_order && in_window && is_within && is_direct
    }

    fn extend(&self, chain: &mut Chain, chains: &mut Vec<Chain>) {
        chains.push(chain.clone());
        if chain.events.len() == self.kernel.steps {
            return;
        }
        for next in (0..self.events.len()).filter(|&next| self.may_follow(chain, next)).collect::<Vec<_>>() {
            self.serve(chain, next, chains);
        }
    }

    /// Goes on with the event `next` in every place that is free for it.
    fn serve(&self, chain: &mut Chain, next: usize, chains: &mut Vec<Chain>) {
        for step in self.group(chain.events.len()) {
            if self.events[next].steps >> step & 1 == 1 && !chain.serves.contains(&step) {
                chain.events.push(next);
                chain.serves.push(step);
                self.extend(chain, chains);
                chain.events.pop();
                chain.serves.pop();
            }
        }
    }

    fn is_entry(&self, at: usize) -> bool {
        let is_late = self.events[at].t >= self.kernel.from_us;
        is_late && self.group(0).any(|step| self.events[at].steps >> step & 1 == 1)
    }

    /// Entry events, in groups that make one attempt.
    fn entries(&self) -> Vec<Vec<usize>> {
        let entries: Vec<usize> = (0..self.events.len()).filter(|&at| self.is_entry(at)).collect();
        let alone = self.kernel.entry == FunnelEntry::Every;
        let mut groups: Vec<Vec<usize>> =
            entries.chunk_by(|a, b| !alone && self.key(*a) == self.key(*b)).map(<[usize]>::to_vec).collect();
        if self.kernel.entry == FunnelEntry::First {
            groups.truncate(1);
        }
        groups
    }

    fn ends(&self, at: usize, start: usize, progress: usize) -> bool {
        let (event, first) = (self.events[at], self.events[start]);
        let is_entered = self.key(start) <= self.key(at);
        let is_running = self.kernel.window_us == i64::MAX || event.t <= first.t + self.kernel.window_us;
        let excludes = |(index, range): (usize, &ExclusionRange)| {
            let is_step =
                (range.from..=range.to).flat_map(|step| self.group(step)).any(|step| event.steps >> step & 1 == 1);
            let is_between = range.from < progress && progress < range.to + 1;
            event.exclusions >> index & 1 == 1 && !is_step && is_between
        };
        is_entered && is_running && self.kernel.exclusions.iter().enumerate().any(excludes)
    }

    fn chains(&self, entries: &[usize]) -> Vec<Chain> {
        let mut chains = Vec::new();
        entries.iter().for_each(|&entry| self.serve(&mut Chain::default(), entry, &mut chains));
        chains
    }

    fn attempt(&self, entries: &[usize]) -> Attempt {
        let mut chains = self.chains(entries);
        let is_by = |chain: &Chain, at: usize| chain.events.iter().all(|&event| self.key(event) <= self.key(at));
        let longest = |chains: &[Chain]| chains.iter().map(|chain| chain.events.len()).max().unwrap_or(0);
        let start = entries[0];
        for at in 0..self.events.len() {
            let progress =
                chains.iter().filter(|chain| is_by(chain, at)).map(|chain| chain.events.len()).max().unwrap_or(0);
            if !self.ends(at, start, progress) {
                continue;
            }
            if self.kernel.on_exclusion == OnExclusion::Void {
                return Attempt { start, chains: Vec::new(), level: 0, is_ended: true };
            }
            chains.retain(|chain| is_by(chain, at));
            return Attempt { start, chains, level: progress, is_ended: true };
        }
        let level = longest(&chains);
        Attempt { start, chains, level, is_ended: false }
    }

    fn solution(&self, attempts: &[Attempt]) -> Solution {
        let level = attempts.iter().map(|attempt| attempt.level).max().unwrap_or(0);
        let counting = attempts.iter().filter(|attempt| attempt.level == level);
        let chains = counting.flat_map(|attempt| &attempt.chains).filter(|chain| chain.events.len() == level);
        let rank = |chain: &&Chain| {
            let keys: Vec<i64> = chain.events.iter().map(|&at| self.key(at)).collect();
            (keys[level - 1], -keys[0], keys, chain.events.clone())
        };
        let positions = if level == 0 { Vec::new() } else { chains.min_by_key(rank).unwrap().events.clone() };
        let surviving = attempts.iter().filter(|attempt| !attempt.is_ended);
        Solution { level, latest_entry: surviving.map(|attempt| self.events[attempt.start].t).max(), positions }
    }

    fn solutions(&self) -> Vec<Solution> {
        let attempts: Vec<Attempt> = self.entries().iter().map(|group| self.attempt(group)).collect();
        let units = attempts.chunks(if self.kernel.entry == FunnelEntry::Every { 1 } else { attempts.len().max(1) });
        units.map(|attempts| self.solution(attempts)).collect()
    }

    /// The best over the events whose keys are in a span, as if there were no others.
    fn best_in(&self, keys: Range<i64>) -> Option<Solution> {
        let inside: Vec<usize> = (0..self.events.len()).filter(|&at| keys.contains(&self.key(at))).collect();
        let events: Vec<Event> = inside.iter().map(|&at| self.events[at]).collect();
        let mut found = Definitions { kernel: self.kernel, events: &events }.solutions().pop()?;
        found.positions.iter_mut().for_each(|position| *position = inside[*position]);
        Some(found)
    }

    /// Converted attempts: keys of their first and last event, and their chain.
    fn converted(&self) -> Vec<(i64, i64, Solution)> {
        let end = (0..self.events.len()).map(|at| self.key(at)).max().map_or(0, |last| last + 1);
        let is_done = |keys: Range<i64>| self.best_in(keys).is_some_and(|best| best.level == self.kernel.steps);
        let (mut found, mut after) = (Vec::new(), 0);
        // The first key by which a chain converts, then the latest start that still does.
        while let Some(last) = (after..end).find(|&last| is_done(after..last + 1)) {
            let start = (after..=last).rev().find(|&start| is_done(start..last + 1)).unwrap();
            found.push((start, last, self.best_in(start..last + 1).unwrap()));
            after = last + 1;
        }
        found
    }

    /// Attempts as units, by the words of the definition.
    fn attempts(&self) -> Vec<Solution> {
        let converted = self.converted();
        let mut all: Vec<(i64, Solution)> = converted.iter().map(|(start, _, one)| (*start, one.clone())).collect();
        let mut lasts_to = -1;
        for at in (0..self.events.len()).filter(|&at| self.is_entry(at)) {
            let key = self.key(at);
            let is_inside = converted.iter().any(|(start, last, _)| (*start..=*last).contains(&key));
            if is_inside || key <= lasts_to {
                continue;
            }
            let next = converted.iter().map(|(start, ..)| *start).find(|&start| start > key);
            let in_time = |other: &usize| {
                let t = self.events[*other].t;
                self.kernel.window_us == i64::MAX || t <= self.events[at].t + self.kernel.window_us
            };
            let is_before = |other: &usize| next.is_none_or(|next| self.key(*other) < next);
            lasts_to = (at..self.events.len()).filter(in_time).filter(is_before).map(|at| self.key(at)).max().unwrap();
            let mut inside = self.best_in(key..lasts_to + 1).unwrap();
            inside.latest_entry = inside.latest_entry.filter(|_| next.is_none()).map(|_| self.events[at].t);
            all.push((key, inside));
        }
        all.sort_by_key(|(start, _)| *start);
        all.into_iter().map(|(_, solution)| solution).collect()
    }
}

/// What `kernel` has to find, from the definitions alone. Times are not negative.
pub fn search(kernel: &Kernel, events: &[Event]) -> Vec<Solution> {
    let definitions = Definitions { kernel, events };
    let found = if kernel.attempts { definitions.attempts() } else { definitions.solutions() };
    found.into_iter().map(|solution| comparable(kernel, events, solution)).collect()
}

/// What `kernel` finds.
pub fn computed(kernel: &Kernel, events: &[Event], scratch: &mut Scratch) -> Vec<Solution> {
    let ts: Vec<i64> = events.iter().map(|event| event.t).collect();
    let steps: Vec<u64> = events.iter().map(|event| event.steps).collect();
    let exclusions: Vec<u64> = events.iter().map(|event| event.exclusions).collect();
    let places: Vec<u32> = events.iter().map(|event| event.place).collect();
    let exclusions = if kernel.exclusions.is_empty() { &[] } else { &exclusions[..] };
    let places = if kernel.directly == 0 { &[] } else { &places[..] };
    let mut found = Vec::new();
    let matches = Matches { ts: &ts, steps: &steps, exclusions, places };
    kernel.for_each(matches, scratch, &mut |solution| {
        if is_free(kernel) {
            assert_is_chain(kernel, events, solution);
        }
        found.push(comparable(kernel, events, solution.clone()));
    });
    found
}

/// Whether it is not fixed which of several simultaneous events a chain takes.
fn is_free(kernel: &Kernel) -> bool {
    kernel.directly == 0 && kernel.groups.iter().any(Option::is_some)
}

/// Some chain consists of just these events.
fn assert_is_chain(kernel: &Kernel, events: &[Event], solution: &Solution) {
    let sorted = |positions: &[usize]| {
        let mut sorted = positions.to_vec();
        sorted.sort_unstable();
        sorted
    };
    let positions = sorted(&solution.positions);
    let definitions = Definitions { kernel, events };
    let mut entries = positions.iter().copied().filter(|&at| definitions.is_entry(at));
    let is_chain = entries.any(|entry| {
        let chains = definitions.chains(&[entry]);
        chains.iter().any(|chain| sorted(&chain.events) == positions)
    });
    assert!(is_chain || positions.is_empty(), "{positions:?} is no chain");
}

/// The latest entry is promised only for units that did not reach the last step. Which of several simultaneous events serves
/// in a group is not promised, but for the entry where every entry counts.
fn comparable(kernel: &Kernel, events: &[Event], solution: Solution) -> Solution {
    let latest_entry = solution.latest_entry.filter(|_| solution.level < kernel.steps);
    let mut positions = solution.positions;
    if is_free(kernel) {
        let fixed = usize::from(kernel.entry == FunnelEntry::Every);
        for position in positions.iter_mut().skip(fixed) {
            *position = events.iter().position(|event| event.t == events[*position].t).unwrap();
        }
    }
    Solution { latest_entry, positions, ..solution }
}

/// A funnel of `steps` steps without any limit.
pub fn unlimited(steps: usize) -> Kernel {
    Kernel {
        steps,
        window_us: i64::MAX,
        from_us: i64::MIN,
        entry: FunnelEntry::Best,
        attempts: false,
        within_us: vec![i64::MAX; steps],
        directly: 0,
        exclusions: Vec::new(),
        on_exclusion: OnExclusion::Truncate,
        groups: vec![None; steps],
    }
}

//! What does a funnel kernel have to find? Read off the definitions, over all chains and all attempts; slow and obvious.

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

/// Positions of the events that serve steps 1, 2, ….
type Chain = Vec<usize>;

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

    fn may_follow(&self, chain: &Chain, next: usize) -> bool {
        let (first, last, step) = (chain[0], chain[chain.len() - 1], chain.len());
        let (a, b) = (self.events[last], self.events[next]);
        let in_order = if self.is_total_order() { next > last } else { b.t >= a.t && !chain.contains(&next) };
        let in_window = self.kernel.window_us == i64::MAX || b.t <= self.events[first].t + self.kernel.window_us;
        let within = self.kernel.within_us[step];
        let is_within = within == i64::MAX || b.t <= a.t + within;
        let is_next = a.place != NO_PLACE && b.place != NO_PLACE && b.place == a.place + 1;
        let is_direct = self.kernel.directly >> step & 1 == 0 || is_next;
        b.steps >> step & 1 == 1 && in_order && in_window && is_within && is_direct
    }

    fn extend(&self, chain: &mut Chain, chains: &mut Vec<Chain>) {
        chains.push(chain.clone());
        if chain.len() == self.kernel.steps {
            return;
        }
        for next in 0..self.events.len() {
            if self.may_follow(chain, next) {
                chain.push(next);
                self.extend(chain, chains);
                chain.pop();
            }
        }
    }

    /// Entry events, in groups that make one attempt.
    fn entries(&self) -> Vec<Vec<usize>> {
        let is_entry = |at: &usize| self.events[*at].steps & 1 == 1 && self.events[*at].t >= self.kernel.from_us;
        let entries: Vec<usize> = (0..self.events.len()).filter(is_entry).collect();
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
            let is_step = (range.from..=range.to).any(|step| event.steps >> step & 1 == 1);
            let is_between = range.from < progress && progress < range.to + 1;
            event.exclusions >> index & 1 == 1 && !is_step && is_between
        };
        is_entered && is_running && self.kernel.exclusions.iter().enumerate().any(excludes)
    }

    fn attempt(&self, entries: &[usize]) -> Attempt {
        let mut chains = Vec::new();
        entries.iter().for_each(|&entry| self.extend(&mut vec![entry], &mut chains));
        let is_by = |chain: &Chain, at: usize| chain.iter().all(|&event| self.key(event) <= self.key(at));
        let start = entries[0];
        for at in 0..self.events.len() {
            let progress = chains.iter().filter(|chain| is_by(chain, at)).map(Vec::len).max().unwrap_or(0);
            if !self.ends(at, start, progress) {
                continue;
            }
            if self.kernel.on_exclusion == OnExclusion::Void {
                return Attempt { start, chains: Vec::new(), level: 0, is_ended: true };
            }
            chains.retain(|chain| is_by(chain, at));
            return Attempt { start, chains, level: progress, is_ended: true };
        }
        let level = chains.iter().map(Vec::len).max().unwrap_or(0);
        Attempt { start, chains, level, is_ended: false }
    }

    fn solution(&self, attempts: &[Attempt]) -> Solution {
        let level = attempts.iter().map(|attempt| attempt.level).max().unwrap_or(0);
        let counting = attempts.iter().filter(|attempt| attempt.level == level);
        let chains = counting.flat_map(|attempt| &attempt.chains).filter(|chain| chain.len() == level);
        let rank = |chain: &&Chain| {
            let keys: Vec<i64> = chain.iter().map(|&at| self.key(at)).collect();
            (keys[level - 1], -keys[0], keys, (*chain).clone())
        };
        let positions = if level == 0 { Vec::new() } else { chains.min_by_key(rank).unwrap().clone() };
        let surviving = attempts.iter().filter(|attempt| !attempt.is_ended);
        Solution { level, latest_entry: surviving.map(|attempt| self.events[attempt.start].t).max(), positions }
    }
}

/// What `kernel` has to find, from the definitions alone.
pub fn search(kernel: &Kernel, events: &[Event]) -> Vec<Solution> {
    let definitions = Definitions { kernel, events };
    let attempts: Vec<Attempt> = definitions.entries().iter().map(|group| definitions.attempt(group)).collect();
    let units = attempts.chunks(if kernel.entry == FunnelEntry::Every { 1 } else { attempts.len().max(1) });
    units.map(|attempts| comparable(kernel, definitions.solution(attempts))).collect()
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
    kernel.for_each(matches, scratch, &mut |solution| found.push(comparable(kernel, solution.clone())));
    found
}

/// The latest entry is promised only for units that did not reach the last step.
fn comparable(kernel: &Kernel, solution: Solution) -> Solution {
    let latest_entry = solution.latest_entry.filter(|_| solution.level < kernel.steps);
    Solution { latest_entry, ..solution }
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

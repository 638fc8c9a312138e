//! Which attempts did a unit make, and how far did each get?
//!
//! Converted attempts first: where a chain reaches the last step at t with start s, [s, t] is an attempt, everything is
//! forgotten, and the search goes on after t. What is left are gaps. In a gap the first event of step 1 that lies in no
//! attempt opens an unconverted one. It lasts W, or to the end of its gap; its level is that of the events inside it.
//!
//! ```text
//! steps A, B; W = 60      A@0  A@50  B@70
//!                         [0]  [50 .. 70]     the later start converts, so the earlier one ends at 50
//! ```
//!
//! Borders are ticks; where a step is `directly`, every event is a tick of its own. Only an attempt after the last
//! converted one may be open, and whatever ends the chains inside it does not shorten it.
//! Source: `docs/semantics.md#funnels`.

use std::ops::Range;

use super::{Kernel, Matches, Scratch, Solution};

impl<'a> Matches<'a> {
    /// The matches in `range`; positions of their solutions count from its begin.
    pub(super) fn slice(&self, range: Range<usize>) -> Matches<'a> {
        Matches {
            ts: &self.ts[range.clone()],
            steps: &self.steps[range.clone()],
            exclusions: part(self.exclusions, range.clone()),
            places: part(self.places, range),
        }
    }
}

/// A range of a column that may be empty because nobody asked for it.
fn part<T>(column: &[T], range: Range<usize>) -> &[T] {
    if column.is_empty() { column } else { &column[range] }
}

impl Kernel {
    /// Calls `found` once per attempt, in the order of their start.
    pub(super) fn each_attempt(&self, matches: Matches<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(&Solution)) {
        let (mut converted, mut inside) = std::mem::take(&mut scratch.attempts);
        let mut from = 0;
        while self.best(matches.slice(from..matches.ts.len()), scratch, &mut converted) {
            if converted.level < self.steps {
                break;
            }
            shift(&mut converted, from);
            let attempt = self.borders(matches, &converted);
            self.each_unconverted(matches, from..attempt.start, &mut inside, scratch, found);
            converted.latest_entry = None;
            found(&converted);
            from = attempt.end;
        }
        self.each_unconverted(matches, from..matches.ts.len(), &mut inside, scratch, found);
        scratch.attempts = (converted, inside);
    }

    /// The events from the start of a chain to its end, whole ticks.
    fn borders(&self, matches: Matches<'_>, chain: &Solution) -> Range<usize> {
        let (first, last) = (chain.positions[0], chain.positions[self.steps - 1]);
        if self.follows_total_order() {
            return first..last + 1;
        }
        let before = matches.ts.partition_point(|&t| t < matches.ts[first]);
        before..matches.ts.partition_point(|&t| t <= matches.ts[last])
    }

    /// The unconverted attempts in a gap. A gap that ends before the last match ends with a converted attempt.
    fn each_unconverted(
        &self,
        matches: Matches<'_>,
        gap: Range<usize>,
        inside: &mut Solution,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&Solution),
    ) {
        let is_last = gap.end == matches.ts.len();
        let entries = self.entry_steps();
        let mut from = gap.start;
        while let Some(first) = (from..gap.end).find(|&event| self.opens(matches, event, entries)) {
            let start = matches.ts[first];
            let in_time = matches.ts[first..gap.end].partition_point(|&t| t.saturating_sub(start) <= self.window_us);
            // Events of the tick that stand before the entry may serve later steps, since ties have no order.
            let tick = if self.follows_total_order() { first } else { tick_begin(matches.ts, first, from) };
            let range = tick..first + in_time;
            from = range.end;
            if self.best(matches.slice(range.clone()), scratch, inside) {
                shift(inside, range.start);
                inside.latest_entry = inside.latest_entry.filter(|_| is_last).map(|_| start);
                found(inside);
            }
        }
    }

    fn opens(&self, matches: Matches<'_>, event: usize, entries: u64) -> bool {
        matches.steps[event] & entries != 0 && matches.ts[event] >= self.from_us
    }

    /// Steps that an entry satisfies: step 1, or all of its any-order group.
    pub(super) fn entry_steps(&self) -> u64 {
        let first = self.groups.first().copied().flatten();
        let members = self.groups.iter().take_while(|group| first.is_some() && **group == first).count();
        (0..members.max(1)).map(|step| 1 << step).sum()
    }
}

fn shift(solution: &mut Solution, by: usize) {
    solution.positions.iter_mut().for_each(|position| *position += by);
}

/// The first event of the tick of `event` that is not before `from`.
fn tick_begin(ts: &[i64], event: usize, from: usize) -> usize {
    from + ts[from..event].partition_point(|&t| t < ts[event])
}

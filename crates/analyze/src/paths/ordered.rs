//! In which order do prefixes stand, and how many paths pass through each?
//!
//! Prefixes in the order of a book's contents: each directly before those that continue it, siblings by code. Codes are
//! sorted by value, so the position of a prefix also says which of two paths comes first by name.

use super::forest::{Forest, NO_PARENT, Prefix};

/// The prefixes of one tree in order. The first is the segment, which all paths pass through.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered {
    prefixes: Vec<Prefix>,
    passed: Vec<u64>,
    /// Position after all prefixes that continue this one.
    after: Vec<usize>,
}

impl Ordered {
    /// The prefixes of `forest`, which has one segment at most.
    pub(super) fn of(forest: Forest) -> Self {
        let mut ordered = Self::default();
        ordered.place(&forest.into_prefixes());
        ordered.sum();
        ordered
    }

    fn place(&mut self, prefixes: &[Prefix]) {
        self.prefixes.reserve_exact(prefixes.len());
        let mut by_parent: Vec<u32> = (0..kundresa_model::index::index32(prefixes.len())).collect();
        let of = |at: u32| &prefixes[at as usize];
        by_parent.sort_unstable_by_key(|&at| (of(at).parent, of(at).code));
        let children = |parent: u32| {
            let start = by_parent.partition_point(|&at| of(at).parent < parent);
            let end = by_parent.partition_point(|&at| of(at).parent <= parent);
            &by_parent[start..end]
        };
        let mut waiting: Vec<(u32, u32)> = children(NO_PARENT).iter().map(|&at| (at, NO_PARENT)).collect();
        while let Some((at, parent)) = waiting.pop() {
            let own = kundresa_model::index::index32(self.prefixes.len());
            self.prefixes.push(Prefix { parent, ..*of(at) });
            let below = children(at);
            waiting.extend(below.iter().rev().map(|&child| (child, own)));
        }
    }

    fn sum(&mut self) {
        self.passed = self.prefixes.iter().map(|prefix| prefix.ended + prefix.cut).collect();
        self.after = (1..=self.prefixes.len()).collect();
        for at in (1..self.prefixes.len()).rev() {
            let parent = self.prefixes[at].parent as usize;
            self.passed[parent] += self.passed[at];
            self.after[parent] = self.after[parent].max(self.after[at]);
        }
    }

    /// Number of prefixes, the segment included.
    pub(super) fn len(&self) -> usize {
        self.prefixes.len()
    }

    /// The prefix at `at`.
    pub(super) fn prefix(&self, at: usize) -> &Prefix {
        &self.prefixes[at]
    }

    /// Paths that begin with the prefix at `at`.
    pub(super) fn passed(&self, at: usize) -> u64 {
        self.passed[at]
    }

    /// All paths.
    pub(super) fn paths(&self) -> u64 {
        self.passed.first().copied().unwrap_or(0)
    }

    /// Positions of the prefixes that have one node more than that at `at`, by code.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.after.get(at).copied().unwrap_or(0);
        std::iter::successors(Some(at + 1), |&child| self.after.get(child).copied())
            .take_while(move |&child| child < end)
    }

    /// The prefix at `at` with one more node.
    pub(super) fn child(&self, at: usize, code: u32) -> Option<usize> {
        self.children(at).find(|&child| self.prefixes[child].code == code)
    }

    /// Nodes of the prefix at `at`.
    pub(super) fn nodes(&self, mut at: usize) -> Vec<u32> {
        let mut codes = Vec::with_capacity(self.prefixes[at].depth as usize);
        while self.prefixes[at].depth > 0 {
            codes.push(self.prefixes[at].code);
            at = self.prefixes[at].parent as usize;
        }
        codes.reverse();
        codes
    }
}

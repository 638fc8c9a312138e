//! How are paths counted in memory that grows with distinct paths only?
//!
//! Beginnings of paths that are equal are one prefix, which knows the prefix before it and its last node. A path costs one
//! look-up per node. Under each segment stands a tree of its own:
//!
//! ```text
//! paths  a b, a b c, a d     segment ─ a ┬ b ─ c
//!                                        └ d
//! ```
//!
//! **Cap.** If there are more than `most` prefixes, the deepest layer is given up, and paths go on behind the one before.
//! The depth that remains is the largest whose prefixes, over all actors together, fit. It does not depend on threads or
//! on the order of merging: a part never gives up a layer that the whole could keep, since it has no more prefixes than
//! the whole, and what it keeps is exact.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;
use serde::{Deserialize, Serialize};

use crate::keyed::{Keyed, Tally};

/// Parent of the prefixes that have none: the segments.
pub(super) const NO_PARENT: u32 = u32::MAX;

/// Prefixes kept at most; around 64 bytes each.
pub(super) const MOST_PREFIXES: usize = 4_000_000;

/// Paths so far, by prefix.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Forest {
    most: usize,
    depth: u32,
    /// Each after its parent.
    prefixes: Vec<Prefix>,
    /// By [`key`] of parent and code.
    #[serde(skip)]
    children: HashMap<u64, u32, FixedState>,
}

/// A beginning of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Prefix {
    /// The prefix without its last node.
    pub(super) parent: u32,
    /// Its last node; at depth 0 the segment.
    pub(super) code: u32,
    /// Number of its nodes.
    pub(super) depth: u32,
    /// Paths that end with it.
    pub(super) ended: u64,
    /// Paths that go on, but were followed no further.
    pub(super) cut: u64,
}

/// What of a forest is written down.
#[derive(Deserialize)]
struct Written {
    most: usize,
    depth: u32,
    prefixes: Vec<Prefix>,
}

impl From<Written> for Forest {
    fn from(Written { most, depth, prefixes }: Written) -> Self {
        let mut forest = Self::new(depth, most);
        forest.absorb(prefixes);
        forest
    }
}

fn key(parent: u32, code: u32) -> u64 {
    u64::from(parent) << 32 | u64::from(code)
}

impl Forest {
    /// No paths, of up to `depth` nodes, in up to `most` prefixes.
    pub(super) fn new(depth: u32, most: usize) -> Self {
        Self { most, depth, ..Self::default() }
    }

    /// Nodes of a path that are kept apart.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Each prefix after its parent.
    pub(super) fn prefixes(&self) -> &[Prefix] {
        &self.prefixes
    }

    /// Counts one path of `segment`; `goes_on` tells that it has more nodes.
    #[inline]
    pub(super) fn count(&mut self, segment: u32, path: &[u32], goes_on: bool) {
        let kept = path.len().min(self.depth as usize);
        let mut at = self.child(NO_PARENT, segment);
        for &code in &path[..kept] {
            at = self.child(at, code);
        }
        let is_cut = goes_on || kept < path.len();
        let prefix = &mut self.prefixes[at as usize];
        prefix.cut += u64::from(is_cut);
        prefix.ended += u64::from(!is_cut);
        self.shrink();
    }

    /// All segments as one, and each for itself; both under the segment 0.
    pub(super) fn split(self) -> (Self, Keyed<u32, Self>) {
        let mut parts: Keyed<u32, Self> = Keyed::default();
        let mut segments = Vec::with_capacity(self.prefixes.len());
        let mut places = Vec::with_capacity(self.prefixes.len());
        for prefix in &self.prefixes {
            let (segment, parent) = match prefix.parent {
                NO_PARENT => (prefix.code, NO_PARENT),
                parent => (segments[parent as usize], places[parent as usize]),
            };
            let part = parts.at(segment);
            (part.depth, part.most) = (self.depth, usize::MAX);
            let at = part.child(parent, if parent == NO_PARENT { NULL } else { prefix.code });
            (part.prefixes[at as usize].ended, part.prefixes[at as usize].cut) = (prefix.ended, prefix.cut);
            segments.push(segment);
            places.push(at);
        }
        let mut total = Self::new(self.depth, usize::MAX);
        let united = |prefix: Prefix| Prefix { code: if prefix.depth == 0 { NULL } else { prefix.code }, ..prefix };
        total.absorb(self.prefixes.into_iter().map(united));
        (total, parts)
    }

    /// Adds `prefixes`, each after its parent; what is deeper than this forest is cut.
    pub(super) fn absorb(&mut self, prefixes: impl IntoIterator<Item = Prefix>) {
        let mut places = Vec::new();
        for prefix in prefixes {
            let parent = if prefix.parent == NO_PARENT { NO_PARENT } else { places[prefix.parent as usize] };
            let is_too_deep = prefix.depth > self.depth;
            let at = if is_too_deep { parent } else { self.child(parent, prefix.code) };
            let own = &mut self.prefixes[at as usize];
            own.cut += prefix.cut + if is_too_deep { prefix.ended } else { 0 };
            own.ended += if is_too_deep { 0 } else { prefix.ended };
            places.push(at);
        }
    }

    #[inline]
    fn child(&mut self, parent: u32, code: u32) -> u32 {
        let prefixes = &mut self.prefixes;
        *self.children.entry(key(parent, code)).or_insert_with(|| {
            let depth = if parent == NO_PARENT { 0 } else { prefixes[parent as usize].depth + 1 };
            prefixes.push(Prefix { parent, code, depth, ended: 0, cut: 0 });
            index32(prefixes.len() - 1)
        })
    }

    /// Gives up layers until the prefixes fit; the first is always kept.
    #[inline]
    fn shrink(&mut self) {
        while self.prefixes.len() > self.most && self.depth > 1 {
            self.shorten(self.depth - 1);
        }
    }

    #[cold]
    fn shorten(&mut self, depth: u32) {
        let prefixes = std::mem::take(&mut self.prefixes);
        self.children.clear();
        self.depth = depth;
        self.absorb(prefixes);
    }
}

impl Tally for Forest {
    fn add(&mut self, other: Self) {
        if self.prefixes.is_empty() && self.depth == 0 {
            *self = other;
            return;
        }
        if other.prefixes.is_empty() {
            return;
        }
        if other.depth < self.depth {
            self.shorten(other.depth);
        }
        self.absorb(other.prefixes);
        self.shrink();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(forest: &Forest) -> Vec<(Vec<u32>, u64, u64)> {
        let path = |prefix: &Prefix| {
            let mut codes = vec![prefix.code];
            let mut parent = prefix.parent;
            while parent != NO_PARENT {
                codes.push(forest.prefixes[parent as usize].code);
                parent = forest.prefixes[parent as usize].parent;
            }
            codes.reverse();
            codes
        };
        let mut all: Vec<_> = forest.prefixes.iter().map(|prefix| (path(prefix), prefix.ended, prefix.cut)).collect();
        all.sort();
        all
    }

    #[test]
    fn the_depth_that_fits_is_the_same_however_paths_are_dealt() {
        // With the segment: 1 + 2 prefixes of depth 1, 4 of depth 2, 8 of depth 3.
        let paths: Vec<[u32; 3]> = (0..8).map(|bits| [bits >> 2 & 1, bits >> 1 & 1, bits & 1]).collect();
        for (most, depth) in [(15, 3), (14, 2), (7, 2), (6, 1), (1, 1)] {
            let mut whole = Forest::new(3, most);
            paths.iter().for_each(|path| whole.count(0, path, false));
            assert_eq!(whole.depth(), depth, "{most}");
            for parts in 2..8 {
                let mut merged = Forest::default();
                for part in 0..parts {
                    let mut forest = Forest::new(3, most);
                    paths.iter().skip(part).step_by(parts).for_each(|path| forest.count(0, path, false));
                    merged.add(forest);
                }
                assert_eq!((merged.depth(), sorted(&merged)), (depth, sorted(&whole)), "{most}, {parts}");
            }
        }
    }

    #[test]
    fn what_is_given_up_goes_on_behind_the_layer_that_is_kept() {
        let mut forest = Forest::new(2, 3);
        forest.count(0, &[7, 8], false);
        forest.count(0, &[7], false);
        forest.count(0, &[7, 9], false);
        assert_eq!(sorted(&forest), [(vec![0], 0, 0), (vec![0, 7], 1, 2)]);
    }
}

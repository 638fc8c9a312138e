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
//! Where few codes meet few prefixes, which is where nearly all paths pass, the look-up is one in a table of (prefix, code).
//!
//! **Layers.** Prefixes of one length are a layer with a table of its own, so that the deepest one can be given up at the cost
//! of itself: paths of a hundred nodes may have to give up dozens, one after the other.
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

/// Cells of a layer that are a table; it takes 4 MiB at most.
const MOST_CELLS: usize = 1 << 20;
/// Parent of the prefixes that have none: the segments.
pub(super) const NO_PARENT: u32 = u32::MAX;

/// Paths so far, by prefix.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Forest {
    most: usize,
    depth: u32,
    /// Codes of nodes, if that is known, else 0.
    #[serde(skip)]
    codes: usize,
    /// Prefixes of all layers.
    #[serde(skip)]
    prefixes: usize,
    /// By number of nodes; the first are the segments.
    layers: Vec<Layer>,
}

/// The prefixes of one length.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Layer {
    prefixes: Vec<Counts>,
    /// One more than their places, by [`cell`] of parent and code, of those whose cells are among the first; 0 for none.
    #[serde(skip)]
    cells: Vec<u32>,
    /// Places of the others, by [`key`] of parent and code.
    #[serde(skip)]
    places: HashMap<u64, u32, FixedState>,
}

/// A prefix in its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    /// Place of the prefix without the last node, in the layer before.
    parent: u32,
    code: u32,
    ended: u64,
    cut: u64,
}

/// A beginning of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    layers: Vec<Layer>,
}

impl From<Written> for Forest {
    fn from(Written { most, depth, layers }: Written) -> Self {
        let mut forest = Self::new(depth, most);
        forest.absorb(layers);
        forest
    }
}

fn key(parent: u32, code: u32) -> u64 {
    u64::from(parent) << 32 | u64::from(code)
}

/// Where the prefix with one more node than `parent` has its place without any look-up, if that is one of `codes`. Those
/// without a parent, the segments, lie side by side.
#[inline]
fn cell(parent: u32, code: u32, codes: usize) -> Option<usize> {
    let code = code as usize;
    let cell = match parent {
        NO_PARENT => code,
        _ if code >= codes => return None,
        parent => (parent as usize).saturating_mul(codes).saturating_add(code),
    };
    (cell < MOST_CELLS).then_some(cell)
}

impl Layer {
    /// Place of a prefix, and whether it is new.
    #[inline]
    fn place(&mut self, parent: u32, code: u32, codes: usize) -> (u32, bool) {
        let next = index32(self.prefixes.len());
        let place = match cell(parent, code, codes) {
            Some(cell) => match self.cells.get(cell) {
                Some(number) if *number > 0 => return (*number - 1, false),
                _ => self.fill(cell, next),
            },
            None => *self.places.entry(key(parent, code)).or_insert(next),
        };
        if place == next {
            self.prefixes.push(Counts { parent, code, ended: 0, cut: 0 });
        }
        (place, place == next)
    }

    #[inline(never)]
    fn fill(&mut self, cell: usize, place: u32) -> u32 {
        if self.cells.len() <= cell {
            self.cells.resize((cell + 1).next_power_of_two(), 0);
        }
        self.cells[cell] = place + 1;
        place
    }
}

impl Forest {
    /// No paths, of up to `depth` nodes, in up to `most` prefixes.
    pub(super) fn new(depth: u32, most: usize) -> Self {
        Self { most, depth, ..Self::default() }
    }

    /// The same, still without paths, over nodes of `codes` codes.
    pub(super) fn over(self, codes: usize) -> Self {
        Self { codes, ..self }
    }

    /// Nodes of a path that are kept apart.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Each prefix after its parent, which it names by position.
    pub(super) fn into_prefixes(self) -> Vec<Prefix> {
        let mut prefixes = Vec::with_capacity(self.prefixes);
        let mut above = 0;
        for (depth, layer) in (0u32..).zip(self.layers) {
            let start = index32(prefixes.len());
            prefixes.extend(layer.prefixes.into_iter().map(|Counts { parent, code, ended, cut }| {
                let parent = if parent == NO_PARENT { NO_PARENT } else { above + parent };
                Prefix { parent, code, depth, ended, cut }
            }));
            above = start;
        }
        prefixes
    }

    /// Counts a path of `segment` so many times; `goes_on` tells that it has more nodes.
    #[inline]
    pub(super) fn count(&mut self, segment: u32, path: &[u32], goes_on: bool, times: u64) {
        let kept = path.len().min(self.depth as usize);
        let mut at = self.place(0, NO_PARENT, segment);
        for (depth, &code) in (1..).zip(&path[..kept]) {
            at = self.place(depth, at, code);
        }
        let is_cut = goes_on || kept < path.len();
        let prefix = &mut self.layers[kept].prefixes[at as usize];
        *(if is_cut { &mut prefix.cut } else { &mut prefix.ended }) += times;
        self.shrink();
    }

    /// All segments as one, and each for itself; both under the segment 0.
    pub(super) fn split(mut self) -> (Self, Keyed<u32, Self>) {
        let mut parts: Keyed<u32, Self> = Keyed::default();
        // Segment of each prefix of the layer before, and its place there.
        let mut above: Vec<(u32, u32)> = Vec::new();
        for (depth, layer) in self.layers.iter().enumerate() {
            let part_of = |prefix: &Counts| {
                let (segment, parent, code) = match prefix.parent {
                    NO_PARENT => (prefix.code, NO_PARENT, NULL),
                    parent => (above[parent as usize].0, above[parent as usize].1, prefix.code),
                };
                let part = parts.at(segment);
                (part.depth, part.most) = (self.depth, usize::MAX);
                let at = part.place(depth, parent, code);
                part.layers[depth].prefixes[at as usize] = Counts { parent, code, ..*prefix };
                (segment, at)
            };
            above = layer.prefixes.iter().map(part_of).collect();
        }
        let mut total = Self::new(self.depth, usize::MAX);
        self.layers.iter_mut().take(1).flat_map(|layer| &mut layer.prefixes).for_each(|segment| segment.code = NULL);
        total.absorb(self.layers);
        (total, parts)
    }

    /// Adds `layers`; what is deeper than this forest is cut.
    fn absorb(&mut self, layers: Vec<Layer>) {
        // Where the prefixes of the layer before stand here.
        let mut above: Vec<u32> = Vec::new();
        for (depth, layer) in layers.into_iter().enumerate() {
            let kept = depth.min(self.depth as usize);
            let is_too_deep = kept < depth;
            let add = |prefix: Counts| {
                let parent = if prefix.parent == NO_PARENT { NO_PARENT } else { above[prefix.parent as usize] };
                let at = if is_too_deep { parent } else { self.place(depth, parent, prefix.code) };
                let own = &mut self.layers[kept].prefixes[at as usize];
                own.cut += prefix.cut + if is_too_deep { prefix.ended } else { 0 };
                own.ended += if is_too_deep { 0 } else { prefix.ended };
                at
            };
            above = layer.prefixes.into_iter().map(add).collect();
        }
    }

    #[inline]
    fn place(&mut self, depth: usize, parent: u32, code: u32) -> u32 {
        if self.layers.len() <= depth {
            self.layers.push(Layer::default());
        }
        let (place, is_new) = self.layers[depth].place(parent, code, self.codes);
        self.prefixes += usize::from(is_new);
        place
    }

    /// Gives up layers until the prefixes fit; the first is always kept.
    #[inline]
    fn shrink(&mut self) {
        while self.prefixes > self.most && self.depth > 1 {
            self.shorten(self.depth - 1);
        }
    }

    /// Gives up what is deeper than `depth`: those paths go on behind it.
    #[cold]
    fn shorten(&mut self, depth: u32) {
        self.depth = depth;
        while self.layers.len() > depth as usize + 1 {
            let deepest = self.layers.pop().unwrap_or_default().prefixes;
            self.prefixes -= deepest.len();
            let Some(above) = self.layers.last_mut() else { break };
            deepest.iter().for_each(|prefix| above.prefixes[prefix.parent as usize].cut += prefix.ended + prefix.cut);
        }
    }
}

impl Tally for Forest {
    fn add(&mut self, other: Self) {
        if self.prefixes == 0 && self.depth == 0 {
            *self = other;
            return;
        }
        if other.prefixes == 0 {
            return;
        }
        if other.depth < self.depth {
            self.shorten(other.depth);
        }
        self.absorb(other.layers);
        self.shrink();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(forest: &Forest) -> Vec<(Vec<u32>, u64, u64)> {
        let prefixes = forest.clone().into_prefixes();
        let path = |prefix: &Prefix| {
            let mut codes = vec![prefix.code];
            let mut parent = prefix.parent;
            while parent != NO_PARENT {
                codes.push(prefixes[parent as usize].code);
                parent = prefixes[parent as usize].parent;
            }
            codes.reverse();
            codes
        };
        let mut all: Vec<_> = prefixes.iter().map(|prefix| (path(prefix), prefix.ended, prefix.cut)).collect();
        all.sort();
        all
    }

    #[test]
    fn the_depth_that_fits_is_the_same_however_paths_are_dealt() {
        // With the segment: 1 + 2 prefixes of depth 1, 4 of depth 2, 8 of depth 3.
        let paths: Vec<[u32; 3]> = (0..8).map(|bits| [bits >> 2 & 1, bits >> 1 & 1, bits & 1]).collect();
        for ((most, depth), codes) in
            [(15, 3), (14, 2), (7, 2), (6, 1), (1, 1)].into_iter().flat_map(|most| [(most, 0), (most, 1), (most, 2)])
        {
            let mut whole = Forest::new(3, most).over(codes);
            paths.iter().for_each(|path| whole.count(0, path, false, 1));
            assert_eq!(whole.depth(), depth, "{most}");
            for parts in 2..8 {
                let mut merged = Forest::default();
                for part in 0..parts {
                    let mut forest = Forest::new(3, most);
                    paths.iter().skip(part).step_by(parts).for_each(|path| forest.count(0, path, false, 1));
                    merged.add(forest);
                }
                assert_eq!((merged.depth(), sorted(&merged)), (depth, sorted(&whole)), "{most}, {parts}");
            }
        }
    }

    #[test]
    fn what_is_given_up_goes_on_behind_the_layer_that_is_kept() {
        let mut forest = Forest::new(2, 3);
        forest.count(0, &[7, 8], false, 1);
        forest.count(0, &[7], false, 1);
        forest.count(0, &[7, 9], false, 1);
        assert_eq!(sorted(&forest), [(vec![0], 0, 0), (vec![0, 7], 1, 2)]);
    }
}

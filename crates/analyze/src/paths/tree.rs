//! Which beginnings of paths are worth a line, and how do paths go on from each?
//!
//! The largest prefixes are shown, each under the one before it; a node shows at most `width` of those that continue it.
//! Siblings that are not shown are one line, `(other)`, whose paths are not followed further. A segment fills the same
//! lines, so that they add up.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use kundresa_model::index::index32;
use kundresa_model::result::paths::{Flow, StepKind};

use super::ordered::Ordered;

/// Lines of a tree, without figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape(Vec<Line>);

#[derive(Clone, Copy, Debug)]
struct Line {
    parent: Option<usize>,
    depth: u32,
    /// `None` for the siblings that are not shown.
    code: Option<u32>,
}

/// A line with its figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filled {
    pub(super) parent: Option<u32>,
    pub(super) depth: u32,
    pub(super) kind: StepKind,
    pub(super) code: u32,
    pub(super) values: u64,
    pub(super) flow: Flow,
}

impl Shape {
    /// The `most` largest prefixes of `tree`, at most `width` under each; of equals the shorter, then the first by name.
    pub(super) fn of(tree: &Ordered, width: u32, most: u32) -> Self {
        let mut shape = Self::default();
        if tree.len() > 0 {
            shape.add_under(tree, &chosen(tree, width, most), 0, None);
        }
        shape
    }

    /// Adds what is under the prefix at `at`, whose line is `parent`.
    fn add_under(&mut self, tree: &Ordered, chosen: &BTreeSet<usize>, at: usize, parent: Option<usize>) {
        let depth = tree.prefix(at).depth + 1;
        for child in largest_first(tree, at).into_iter().filter(|child| chosen.contains(child)) {
            self.0.push(Line { parent, depth, code: Some(tree.prefix(child).code) });
            let own = self.0.len() - 1;
            self.add_under(tree, chosen, child, Some(own));
        }
        if tree.children(at).any(|child| !chosen.contains(&child)) {
            self.0.push(Line { parent, depth, code: None });
        }
    }

    /// The lines with the paths of `tree`; lines without any are left out.
    pub(super) fn fill(&self, tree: &Ordered) -> Vec<Filled> {
        // Where the prefix of each line stands in `tree`, and which of its children have lines.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.0.len());
        for line in &self.0 {
            let above = line.parent.map_or((tree.len() > 0).then_some(0), |parent| places[parent]);
            places.push(above.zip(line.code).and_then(|(above, code)| tree.child(above, code)));
        }
        let shown: BTreeSet<usize> = places.iter().copied().flatten().collect();
        let mut numbers = vec![None; self.0.len()];
        let mut lines = Vec::new();
        for (at, line) in self.0.iter().enumerate() {
            let parent = line.parent.and_then(|parent| numbers[parent]);
            let above = line.parent.map_or((tree.len() > 0).then_some(0), |parent| places[parent]);
            let filled = match (line.code, places[at], above) {
                (Some(code), Some(place), _) => Some((StepKind::Node, code, 1, flow_of(tree, &shown, place))),
                (None, _, Some(above)) => rest_of(tree, &shown, above),
                _ => None,
            };
            if let Some((kind, code, values, flow)) = filled {
                numbers[at] = Some(index32(lines.len()));
                lines.push(Filled { parent, depth: line.depth, kind, code, values, flow });
            }
        }
        lines
    }
}

/// Positions of the prefixes that are shown: the largest, each only after the one before it.
fn chosen(tree: &Ordered, width: u32, most: u32) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    let mut waiting = BinaryHeap::new();
    let open = |at: usize, waiting: &mut BinaryHeap<_>| {
        let children = largest_first(tree, at).into_iter().take(width as usize);
        waiting.extend(children.map(|at| (tree.passed(at), Reverse(tree.prefix(at).depth), Reverse(at))));
    };
    open(0, &mut waiting);
    while chosen.len() < most as usize {
        let Some((_, _, Reverse(at))) = waiting.pop() else { break };
        chosen.insert(at);
        open(at, &mut waiting);
    }
    chosen
}

/// Children by falling paths, then by name.
fn largest_first(tree: &Ordered, at: usize) -> Vec<usize> {
    let mut children: Vec<usize> = tree.children(at).collect();
    children.sort_by_key(|&child| Reverse(tree.passed(child)));
    children
}

fn flow_of(tree: &Ordered, shown: &BTreeSet<usize>, at: usize) -> Flow {
    let prefix = tree.prefix(at);
    let to_shown: u64 = tree.children(at).filter(|child| shown.contains(child)).map(|child| tree.passed(child)).sum();
    let (come, out) = (tree.passed(at), to_shown + prefix.cut);
    Flow { come, out, other: come - out - prefix.ended, end: prefix.ended }
}

/// The children without a line, as one.
fn rest_of(tree: &Ordered, shown: &BTreeSet<usize>, above: usize) -> Option<(StepKind, u32, u64, Flow)> {
    let mut flow = Flow::default();
    let mut values = 0;
    for child in tree.children(above).filter(|child| !shown.contains(child)) {
        values += 1;
        flow.come += tree.passed(child);
        flow.end += tree.prefix(child).ended;
    }
    flow.out = flow.come - flow.end;
    (values > 0).then_some((StepKind::Other, 0, values, flow))
}

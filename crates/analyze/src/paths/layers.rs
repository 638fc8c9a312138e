//! How many paths go from which node to which, depth by depth?
//!
//! Paths that differ before meet again in the layers: a step is (depth, node), whatever came before it. The most frequent
//! nodes of a depth are shown, the rest is one step, `(other)`, that paths leave for shown nodes again.
//!
//! ```text
//! depth 1     2        3
//! a 5 ──3──► b 3 ──2─► exit 2          a: in 5 = out 3 + other 1 + end 1
//!   ├──1──► other 1 ─► b 1
//!   └──1──► exit 1
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::result::paths::{Flow, StepKind};

use super::ordered::Ordered;
use crate::keyed::{Keyed, Tally};

/// A step of a layer: what it is, and its node (0 for the others).
pub(super) type Place = (StepKind, u32);

const OTHER: Place = (StepKind::Other, 0);
const END: Place = (StepKind::End, 0);
const BEYOND: Place = (StepKind::Beyond, 0);

/// The nodes that are shown, by depth.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown(BTreeSet<(u32, u32)>);

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) depth: u32,
    pub(super) place: Place,
    pub(super) values: u64,
    pub(super) flow: Flow,
}

/// One link, between positions in [`Layers::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) count: u64,
}

/// Steps and links in the order of the result.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers {
    pub(super) steps: Vec<Step>,
    pub(super) links: Vec<Link>,
}

impl Shown {
    /// The `width` most frequent nodes of every depth; of equally frequent ones the first by name.
    pub(super) fn of(tree: &Ordered, width: u32) -> Self {
        let mut nodes = by_node(tree);
        nodes.sort_unstable_by_key(|&((depth, code), paths)| (depth, Reverse(paths), code));
        let layers = nodes.chunk_by(|(one, _), (next, _)| one.0 == next.0);
        Self(layers.flat_map(|layer| layer.iter().take(width as usize)).map(|(node, _)| *node).collect())
    }

    fn place(&self, depth: u32, code: u32) -> Place {
        if self.0.contains(&(depth, code)) { (StepKind::Node, code) } else { OTHER }
    }
}

/// Paths through each (depth, node).
fn by_node(tree: &Ordered) -> Vec<((u32, u32), u64)> {
    let mut nodes: Keyed<(u32, u32), u64> = Keyed::default();
    for at in 1..tree.len() {
        let prefix = tree.prefix(at);
        *nodes.at((prefix.depth, prefix.code)) += tree.passed(at);
    }
    nodes.into_sorted()
}

impl Layers {
    /// The layers of `tree` with the nodes `shown`.
    pub(super) fn of(tree: &Ordered, shown: &Shown) -> Self {
        let (steps, places) = steps(tree, shown);
        let links = links(tree, shown);
        let mut layers = Self { steps, links: Vec::with_capacity(links.len()) };
        for ((depth, from, to), count) in links {
            let (from, to) = (places[&(depth, from)], places[&(depth + 1, to)]);
            layers.links.push(Link { from, to, count });
            let kind = layers.steps[to].place.0;
            let flow = &mut layers.steps[from].flow;
            match kind {
                StepKind::Node | StepKind::Beyond => flow.out += count,
                StepKind::Other => flow.other += count,
                StepKind::End => flow.end += count,
            }
        }
        layers.links.sort_unstable_by_key(|link| (link.from, link.to));
        layers
    }
}

/// Links by depth and ends, with their paths.
fn links(tree: &Ordered, shown: &Shown) -> Vec<((u32, Place, Place), u64)> {
    let mut links: Keyed<(u32, Place, Place), u64> = Keyed::default();
    for at in 1..tree.len() {
        let prefix = tree.prefix(at);
        let own = shown.place(prefix.depth, prefix.code);
        if prefix.depth > 1 {
            let before = tree.prefix(prefix.parent as usize);
            *links.at((before.depth, shown.place(before.depth, before.code), own)) += tree.passed(at);
        }
        for (to, paths) in [(END, prefix.ended), (BEYOND, prefix.cut)] {
            if paths > 0 {
                *links.at((prefix.depth, own, to)) += paths;
            }
        }
    }
    links.into_sorted()
}

/// What a step counts before its links are known.
#[derive(Clone, Copy, Debug, Default)]
struct Come {
    values: u64,
    paths: u64,
}

impl Tally for Come {
    fn add(&mut self, other: Self) {
        self.values += other.values;
        self.paths += other.paths;
    }
}

/// Steps in order with what comes to them, and where each stands.
fn steps(tree: &Ordered, shown: &Shown) -> (Vec<Step>, BTreeMap<(u32, Place), usize>) {
    let mut come: Keyed<(u32, Place), Come> = Keyed::default();
    for ((depth, code), paths) in by_node(tree) {
        come.at((depth, shown.place(depth, code))).add(Come { values: 1, paths });
    }
    for at in 1..tree.len() {
        let prefix = tree.prefix(at);
        for (place, paths) in [(END, prefix.ended), (BEYOND, prefix.cut)] {
            if paths > 0 {
                come.at((prefix.depth + 1, place)).add(Come { values: 0, paths });
            }
        }
    }
    let mut steps: Vec<Step> =
        come.into_sorted().into_iter().map(|((depth, place), come)| step(depth, place, come)).collect();
    steps.sort_by_key(|step| (step.depth, step.place.0, Reverse(step.flow.come), step.place.1));
    let places = steps.iter().enumerate().map(|(at, step)| ((step.depth, step.place), at)).collect();
    (steps, places)
}

/// What leaves a node is added by its links; what ends or goes beyond leaves by itself.
fn step(depth: u32, place: Place, come: Come) -> Step {
    let none = Flow { come: come.paths, ..Flow::default() };
    let flow = match place.0 {
        StepKind::Node | StepKind::Other => none,
        StepKind::End => Flow { end: come.paths, ..none },
        StepKind::Beyond => Flow { out: come.paths, ..none },
    };
    Step { depth, place, values: come.values.max(1), flow }
}

//! How do counted prefixes and nodes become the result? Names, shares, order.

use std::cmp::Reverse;

use kundresa_model::rate::Rate;
use kundresa_model::result::paths::{
    BEYOND, PathFigures, PathLink, PathNode, PathStep, PathTreeNode, PathVariant, PathsResult, StepKind,
};
use kundresa_model::result::segments::{Breakdown, NOT_SET, OTHER};
use kundresa_model::result::transitions::{EXIT, START};
use kundresa_model::spec::paths::PathDirection;

use super::forest::Forest;
use super::layers::{Layers, Place, Shown, Step};
use super::nodes::{NodeCounts, NodeTable};
use super::ordered::Ordered;
use super::tree::Shape;
use super::variants::most_frequent;
use super::{Paths, PathsPartial, Units};
use crate::keyed::{Keyed, Tally};

/// Everything of one segment.
#[derive(Default)]
struct Part {
    units: Units,
    paths: Forest,
}

impl Tally for Part {
    fn add(&mut self, other: Self) {
        self.units.add(other.units);
        self.paths.add(other.paths);
    }
}

impl Paths<'_> {
    /// The result of everything counted.
    pub(super) fn result(&self, partial: PathsPartial) -> PathsResult {
        let PathsPartial { total: units, paths, nodes, segments, .. } = partial;
        let (forest, parts) = if self.plan.has_segments() { paths.split() } else { (paths, Keyed::default()) };
        let counted_depth = forest.depth();
        let tree = Ordered::of(forest);
        let shown = Shown::of(&tree, self.spec.width);
        let shape = Shape::of(&tree, self.spec.width, self.spec.tree);
        let layers = Layers::of(&tree, &shown);
        let total = self.figures(units, &tree, &layers, &shape);
        PathsResult {
            of: self.spec.nodes,
            direction: self.spec.direction,
            anchor: self.spec.anchor.clone(),
            occurrence: self.spec.anchor.as_ref().map(|_| self.spec.occurrence),
            repeats: self.spec.repeats,
            unit: self.spec.unit,
            depth: self.spec.depth,
            counted_depth,
            width: self.spec.width,
            units: total.units,
            units_with_path: total.units_with_path,
            paths: total.paths,
            links: self.links(&layers),
            steps: total.steps,
            tree: total.tree,
            distinct_variants: total.distinct_variants,
            variants: total.variants,
            nodes: self.nodes(nodes, units.units),
            by: self.breakdown(segments, parts, &shown, &shape),
        }
    }

    fn breakdown(
        &self,
        segments: Keyed<u32, Units>,
        parts: Keyed<u32, Forest>,
        shown: &Shown,
        shape: &Shape,
    ) -> Option<Breakdown<PathFigures>> {
        let mut both: Keyed<u32, Part> = Keyed::default();
        segments.into_sorted().into_iter().for_each(|(segment, units)| both.at(segment).units = units);
        parts.into_sorted().into_iter().for_each(|(segment, paths)| both.at(segment).paths = paths);
        let figures = |part: Part| {
            let units = part.units;
            let tree = Ordered::of(part.paths);
            self.figures(units, &tree, &Layers::of(&tree, shown), shape)
        };
        self.plan.breakdown(both, |part| part.units.units, figures)
    }

    fn figures(&self, units: Units, tree: &Ordered, layers: &Layers, shape: &Shape) -> PathFigures {
        let paths = tree.paths();
        let (distinct_variants, variants) = self.variants(tree);
        PathFigures {
            units: units.units,
            units_with_path: Rate::new(units.with_path, units.units),
            paths,
            steps: layers.steps.iter().map(|step| self.step(step, paths)).collect(),
            tree: self.tree(shape, tree),
            distinct_variants,
            variants,
        }
    }

    fn step(&self, step: &Step, paths: u64) -> PathStep {
        PathStep {
            depth: step.depth,
            name: self.place_name(step.place).to_owned(),
            kind: step.place.0,
            values: step.values,
            flow: step.flow,
            share: Rate::new(step.flow.come, paths),
        }
    }

    fn links(&self, layers: &Layers) -> Vec<PathLink> {
        let link = |link: &super::layers::Link| {
            let [from, to] = [link.from, link.to].map(|at| layers.steps[at]);
            PathLink {
                depth: from.depth,
                from: self.place_name(from.place).to_owned(),
                from_kind: from.place.0,
                to: self.place_name(to.place).to_owned(),
                to_kind: to.place.0,
                count: link.count,
                share: Rate::new(link.count, from.flow.come),
            }
        };
        layers.links.iter().map(link).collect()
    }

    fn tree(&self, shape: &Shape, tree: &Ordered) -> Vec<PathTreeNode> {
        let lines = shape.fill(tree).into_iter().map(|line| PathTreeNode {
            parent: line.parent,
            depth: line.depth,
            name: self.place_name((line.kind, line.code)).to_owned(),
            kind: line.kind,
            values: line.values,
            flow: line.flow,
            share: Rate::new(line.flow.come, tree.paths()),
        });
        lines.collect()
    }

    fn variants(&self, tree: &Ordered) -> (u64, Vec<PathVariant>) {
        let (distinct, most) = most_frequent(tree, self.spec.variants);
        let paths = tree.paths();
        let mut covered = 0;
        let variants = most.into_iter().map(|variant| {
            covered += variant.count;
            PathVariant {
                nodes: tree.nodes(variant.at).into_iter().map(|code| self.name(code).to_owned()).collect(),
                is_cut: variant.is_cut,
                count: variant.count,
                share: Rate::new(variant.count, paths),
                coverage: Rate::new(covered, paths),
            }
        });
        (distinct, variants.collect())
    }

    fn nodes(&self, table: NodeTable, units: u64) -> Vec<PathNode> {
        let mut nodes: Vec<(u32, NodeCounts)> = table.into_counts().collect();
        nodes.sort_by_key(|(code, counts)| (Reverse(counts.occurrences), *code));
        let node = |(code, counts): (u32, NodeCounts)| PathNode {
            name: self.name(code).to_owned(),
            occurrences: counts.occurrences,
            units: Rate::new(counts.units, units),
            entries: counts.entries,
            exits: counts.exits,
            exit_rate: Rate::new(counts.exits, counts.occurrences),
            bounces: counts.bounces,
            bounce_rate: Rate::new(counts.bounces, counts.entries),
            repeats: counts.repeats,
            returns: counts.returns,
            there_and_back: counts.there_and_back,
            units_returning: Rate::new(counts.units_returning, counts.units),
        };
        nodes.into_iter().map(node).collect()
    }

    fn place_name(&self, (kind, code): Place) -> &str {
        match (kind, self.spec.direction) {
            (StepKind::Node, _) => self.name(code),
            (StepKind::Other, _) => OTHER,
            (StepKind::End, PathDirection::Forward) => EXIT,
            (StepKind::End, PathDirection::Backward) => START,
            (StepKind::Beyond, _) => BEYOND,
        }
    }

    fn name(&self, code: u32) -> &str {
        self.names.value(code).unwrap_or(NOT_SET)
    }
}

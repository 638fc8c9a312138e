//! What are the paths of a log, found the obvious way: with texts, whole lists, and counting again for every figure?

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::rate::Rate;
use kundresa_model::result::paths::{
    Flow, PathFigures, PathLink, PathNode, PathStep, PathTreeNode, PathVariant, PathsResult, StepKind,
};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathSpec, PathUnit, Repeats};
use kundresa_model::spec::scope::FilterScope;

use crate::support::{Event, Journey, TestScope, first_device, segments, sessions_of};

/// An event on the way of a unit.
struct Stop {
    name: String,
    is_node: bool,
    is_anchor: bool,
}

/// A unit: all its nodes, and its paths, cut to the depth, each with whether it goes on.
#[derive(Clone)]
struct Unit {
    nodes: Vec<String>,
    paths: Vec<(Vec<String>, bool)>,
}

/// Anchors that tests use, and which events they match.
pub const ANCHORS: [&str; 3] = ["b", "c|d", "device == \"mobile\""];

fn matches_anchor(anchor: &str, event: &Event) -> bool {
    match anchor {
        "b" => event.event == 2,
        "c|d" => [3, 4].contains(&event.event),
        "device == \"mobile\"" => event.device == 2,
        other => unreachable!("{other}"),
    }
}

fn stop(spec: &PathSpec, event: &Event) -> Option<Stop> {
    let has = |bit| event.flags & bit != 0;
    if !event.is_activity() || (has(EventFlags::SYNTHETIC) && !spec.synthetic) {
        return None;
    }
    let (name, is_node) = match spec.nodes {
        PathNodes::Events => (["", "a", "b", "c", "d", "e"][event.event as usize], true),
        // Views are the events a, b and c; pages are devices.
        PathNodes::Pages => {
            (["(not set)", "desktop", "mobile", "tablet"][event.device as usize], event.event <= 3 && event.device != 0)
        }
    };
    let is_anchor = spec.anchor.as_ref().is_some_and(|anchor| matches_anchor(anchor, event));
    let is_anchor = is_anchor && !has(EventFlags::REPEATED_ORDER);
    (is_node || is_anchor).then(|| Stop { name: name.to_owned(), is_node, is_anchor })
}

fn without_repeats(nodes: Vec<String>, repeats: Repeats) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for node in nodes {
        let goes = match repeats {
            Repeats::Raw => false,
            Repeats::Collapse => kept.last() == Some(&node),
            Repeats::FirstVisit => kept.contains(&node),
        };
        if !goes {
            kept.push(node);
        }
    }
    kept
}

fn starts(spec: &PathSpec, stops: &[Stop]) -> Vec<usize> {
    let at = |of: fn(&Stop) -> bool| (0..stops.len()).filter(|&at| of(&stops[at])).collect::<Vec<usize>>();
    let first = |all: Vec<usize>| all.first().copied().into_iter().collect();
    let last = |all: Vec<usize>| all.last().copied().into_iter().collect();
    match (&spec.anchor, spec.occurrence, spec.direction) {
        (None, _, PathDirection::Forward) => first(at(|stop| stop.is_node)),
        (None, _, PathDirection::Backward) => last(at(|stop| stop.is_node)),
        (Some(_), Occurrence::First, _) => first(at(|stop| stop.is_anchor)),
        (Some(_), Occurrence::Last, _) => last(at(|stop| stop.is_anchor)),
        (Some(_), Occurrence::Every, _) if spec.repeats != Repeats::Collapse => at(|stop| stop.is_anchor),
        (Some(_), Occurrence::Every, _) => {
            // Of every run of one name, its first anchor.
            let mut starts = Vec::new();
            let mut at = 0;
            for run in stops.chunk_by(|one, next| one.name == next.name) {
                starts.extend(run.iter().position(|stop| stop.is_anchor).map(|place| at + place));
                at += run.len();
            }
            starts
        }
    }
}

fn unit(spec: &PathSpec, events: &[&Event]) -> Option<Unit> {
    let stops: Vec<Stop> = events.iter().filter_map(|event| stop(spec, event)).collect();
    let names = |stops: &[Stop]| stops.iter().filter(|stop| stop.is_node).map(|stop| stop.name.clone()).collect();
    let nodes: Vec<String> = names(&stops);
    if nodes.is_empty() {
        return None;
    }
    let path = |start: usize| {
        let mut rest: Vec<String> = match spec.direction {
            PathDirection::Forward => names(&stops[start + 1..]),
            PathDirection::Backward => names(&stops[..start]),
        };
        if spec.direction == PathDirection::Backward {
            rest.reverse();
        }
        let whole: Vec<String> = [stops[start].name.clone()].into_iter().chain(rest).collect();
        let mut path = without_repeats(whole, spec.repeats);
        let goes_on = path.len() > spec.depth as usize;
        path.truncate(spec.depth as usize);
        (path, goes_on)
    };
    Some(Unit { nodes, paths: starts(spec, &stops).into_iter().map(path).collect() })
}

/// Units of the log with the device of their segment.
fn units(spec: &PathSpec, scope: &TestScope, log: &[Journey]) -> Vec<(u32, Unit)> {
    let mut units = Vec::new();
    for journey in log {
        let mut add = |device: u32, positions: Vec<usize>| {
            let events: Vec<&Event> = positions.into_iter().map(|at| &journey[at]).collect();
            units.extend(unit(spec, &events).map(|unit| (device, unit)));
        };
        if spec.unit == PathUnit::Actor {
            let seen = (0..journey.len()).filter(|&at| scope.chooses(journey, at)).collect();
            add(first_device(journey, 0..journey.len()), seen);
            continue;
        }
        for session in sessions_of(journey) {
            let start = session.activity[0];
            let hides_events = scope.filter_scope == FilterScope::Event;
            if scope.is_late(journey[start].ts) && (hides_events || scope.sees(journey, start)) {
                let shown = |at: &usize| !hides_events || scope.matches(&journey[*at]);
                let seen = session.activity.iter().copied().filter(shown).collect();
                add(first_device(journey, session.events.clone()), seen);
            }
        }
    }
    units
}

type Paths = Vec<(Vec<String>, bool)>;
type Label = (StepKind, String);

fn paths_of(units: &[Unit]) -> Paths {
    units.iter().flat_map(|unit| unit.paths.clone()).collect()
}

/// Largest first, then by the key.
fn ranked<K: Ord + Clone>(counts: &BTreeMap<K, u64>) -> Vec<K> {
    let mut keys: Vec<K> = counts.keys().cloned().collect();
    keys.sort_by_key(|key| u64::MAX - counts[key]);
    keys
}

fn shown(spec: &PathSpec, paths: &Paths) -> BTreeSet<(usize, String)> {
    let mut shown = BTreeSet::new();
    for depth in 1..=spec.depth as usize {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (path, _) in paths.iter().filter(|(path, _)| path.len() >= depth) {
            *counts.entry(path[depth - 1].clone()).or_default() += 1;
        }
        shown.extend(ranked(&counts).into_iter().take(spec.width as usize).map(|name| (depth, name)));
    }
    shown
}

/// What a path passes through, depth by depth, its end included.
fn labels(spec: &PathSpec, shown: &BTreeSet<(usize, String)>, path: &(Vec<String>, bool)) -> Vec<Label> {
    let label = |(at, name): (usize, &String)| match shown.contains(&(at + 1, name.clone())) {
        true => (StepKind::Node, name.clone()),
        false => (StepKind::Other, "(other)".to_owned()),
    };
    let end = if spec.direction == PathDirection::Forward { "exit" } else { "start" };
    let end = if path.1 { (StepKind::Beyond, "…") } else { (StepKind::End, end) };
    path.0.iter().enumerate().map(label).chain([(end.0, end.1.to_owned())]).collect()
}

fn steps(spec: &PathSpec, shown: &BTreeSet<(usize, String)>, paths: &Paths) -> (Vec<PathStep>, Vec<PathLink>) {
    let all: Vec<Vec<Label>> = paths.iter().map(|path| labels(spec, shown, path)).collect();
    let (mut steps, mut links) = (Vec::new(), Vec::new());
    for depth in 0..=spec.depth as usize {
        let here: Vec<&Vec<Label>> = all.iter().filter(|labels| labels.len() > depth).collect();
        let mut come: BTreeMap<Label, u64> = BTreeMap::new();
        here.iter().for_each(|labels| *come.entry(labels[depth].clone()).or_default() += 1);
        let mut order: Vec<Label> = come.keys().cloned().collect();
        order.sort_by_key(|label| (label.0, u64::MAX - come[label], label.1.clone()));
        for label in order {
            let through: Vec<&&Vec<Label>> = here.iter().filter(|labels| labels[depth] == label).collect();
            let to = |kinds: &[StepKind]| {
                let next = through.iter().filter_map(|labels| labels.get(depth + 1));
                next.filter(|next| kinds.contains(&next.0)).count() as u64
            };
            let mut flow = Flow {
                come: come[&label],
                out: to(&[StepKind::Node, StepKind::Beyond]),
                other: to(&[StepKind::Other]),
                end: to(&[StepKind::End]),
            };
            match label.0 {
                StepKind::End => flow.end = flow.come,
                StepKind::Beyond => flow.out = flow.come,
                StepKind::Node | StepKind::Other => {}
            }
            let hidden: BTreeSet<&String> = paths
                .iter()
                .filter_map(|(path, _)| path.get(depth))
                .filter(|name| !shown.contains(&(depth + 1, (*name).clone())))
                .collect();
            steps.push(PathStep {
                depth: index32(depth) + 1,
                name: label.1.clone(),
                kind: label.0,
                values: if label.0 == StepKind::Other { hidden.len() as u64 } else { 1 },
                flow,
                share: Rate::new(flow.come, paths.len() as u64),
            });
            let mut next: BTreeMap<Label, u64> = BTreeMap::new();
            let followers = through.iter().filter_map(|labels| labels.get(depth + 1));
            followers.for_each(|label| *next.entry(label.clone()).or_default() += 1);
            links.extend(next.into_iter().map(|(to, count)| PathLink {
                depth: index32(depth) + 1,
                from: label.1.clone(),
                from_kind: label.0,
                to: to.1,
                to_kind: to.0,
                count,
                share: Rate::new(count, flow.come),
            }));
        }
    }
    let place = |depth: u32, kind: StepKind, name: &str| {
        steps.iter().position(|step: &PathStep| (step.depth, step.kind, step.name.as_str()) == (depth, kind, name))
    };
    links.sort_by_key(|link| {
        let from = place(link.depth, link.from_kind, &link.from);
        (from, place(link.depth + 1, link.to_kind, &link.to))
    });
    (steps, links)
}

fn prefixes(paths: &Paths) -> BTreeMap<Vec<String>, u64> {
    let mut counts = BTreeMap::new();
    for (path, _) in paths {
        (1..=path.len()).for_each(|length| *counts.entry(path[..length].to_vec()).or_default() += 1);
    }
    counts
}

fn children(counts: &BTreeMap<Vec<String>, u64>, parent: &[String]) -> Vec<Vec<String>> {
    let below = counts.iter().filter(|(path, _)| path.len() == parent.len() + 1 && path.starts_with(parent));
    ranked(&below.map(|(path, count)| (path.clone(), *count)).collect())
}

/// The prefixes with a line.
fn chosen(spec: &PathSpec, counts: &BTreeMap<Vec<String>, u64>) -> BTreeSet<Vec<String>> {
    let mut chosen: BTreeSet<Vec<String>> = BTreeSet::new();
    for _ in 0..spec.tree {
        let mut candidates: Vec<Vec<String>> = children(counts, &[]).into_iter().take(spec.width as usize).collect();
        for parent in &chosen {
            candidates.extend(children(counts, parent).into_iter().take(spec.width as usize));
        }
        candidates.retain(|path| !chosen.contains(path));
        candidates.sort_by_key(|path| (u64::MAX - counts[path], path.len(), path.clone()));
        chosen.extend(candidates.into_iter().next());
    }
    chosen
}

/// Lines of the tree: `order` are the prefixes of the total, `counts` those of the part that is shown.
struct Lines<'a> {
    chosen: &'a BTreeSet<Vec<String>>,
    order: &'a BTreeMap<Vec<String>, u64>,
    counts: &'a BTreeMap<Vec<String>, u64>,
    paths: &'a Paths,
    lines: Vec<PathTreeNode>,
}

impl Lines<'_> {
    fn flow(&self, path: &Vec<String>) -> Flow {
        let come = self.counts[path];
        let end = self.paths.iter().filter(|(whole, goes_on)| whole == path && !goes_on).count() as u64;
        let cut = self.paths.iter().filter(|(whole, goes_on)| whole == path && *goes_on).count() as u64;
        let (with_line, without): (Vec<_>, Vec<_>) =
            children(self.counts, path).into_iter().partition(|child| self.chosen.contains(child));
        let sum = |children: Vec<Vec<String>>| children.iter().map(|child| self.counts[child]).sum::<u64>();
        Flow { come, out: sum(with_line) + cut, other: sum(without), end }
    }

    fn line(&mut self, parent: Option<u32>, depth: usize, label: (StepKind, &str), values: u64, flow: Flow) -> u32 {
        self.lines.push(PathTreeNode {
            parent,
            depth: index32(depth),
            name: label.1.to_owned(),
            kind: label.0,
            values,
            flow,
            share: Rate::new(flow.come, self.paths.len() as u64),
        });
        index32(self.lines.len()) - 1
    }

    fn add_under(&mut self, above: &[String], parent: Option<u32>) {
        for path in children(self.order, above) {
            if self.chosen.contains(&path) && self.counts.contains_key(&path) {
                let label = (StepKind::Node, path[path.len() - 1].as_str());
                let own = self.line(parent, path.len(), label, 1, self.flow(&path));
                self.add_under(&path, Some(own));
            }
        }
        let rest: Vec<Vec<String>> =
            children(self.counts, above).into_iter().filter(|path| !self.chosen.contains(path)).collect();
        if !rest.is_empty() {
            let flows: Vec<Flow> = rest.iter().map(|path| self.flow(path)).collect();
            let come = flows.iter().map(|flow| flow.come).sum();
            let end = flows.iter().map(|flow| flow.end).sum();
            let flow = Flow { come, out: come - end, other: 0, end };
            self.line(parent, above.len() + 1, (StepKind::Other, "(other)"), rest.len() as u64, flow);
        }
    }
}

fn tree(chosen: &BTreeSet<Vec<String>>, total: &Paths, paths: &Paths) -> Vec<PathTreeNode> {
    let (order, counts) = (prefixes(total), prefixes(paths));
    let mut lines = Lines { chosen, order: &order, counts: &counts, paths, lines: Vec::new() };
    lines.add_under(&[], None);
    lines.lines
}

fn variants(spec: &PathSpec, paths: &Paths) -> (u64, Vec<PathVariant>) {
    let mut counts: BTreeMap<(Vec<String>, bool), u64> = BTreeMap::new();
    paths.iter().for_each(|path| *counts.entry(path.clone()).or_default() += 1);
    let all = paths.len() as u64;
    let order = ranked(&counts);
    let upto = |rank: usize| order[..=rank].iter().map(|variant| counts[variant]).sum();
    let variant = |(rank, (nodes, is_cut)): (usize, &(Vec<String>, bool))| PathVariant {
        nodes: nodes.clone(),
        is_cut: *is_cut,
        count: counts[&(nodes.clone(), *is_cut)],
        share: Rate::new(counts[&(nodes.clone(), *is_cut)], all),
        coverage: Rate::new(upto(rank), all),
    };
    (counts.len() as u64, order.iter().enumerate().take(spec.variants as usize).map(variant).collect())
}

fn nodes(units: &[Unit]) -> Vec<PathNode> {
    let names: BTreeSet<&String> = units.iter().flat_map(|unit| &unit.nodes).collect();
    let count = |of: &dyn Fn(&[String]) -> usize| units.iter().map(|unit| of(&unit.nodes) as u64).sum::<u64>();
    let node = |name: &String| {
        let times = |nodes: &[String]| nodes.iter().filter(|node| *node == name).count();
        let repeats = |nodes: &[String]| nodes.windows(2).filter(|pair| pair[0] == *name && pair[1] == *name).count();
        // Every run of the name but the first is a return.
        let returns = |nodes: &[String]| {
            nodes.chunk_by(|one, next| one == next).filter(|run| run[0] == *name).count().saturating_sub(1)
        };
        let there_and_back = |nodes: &[String]| {
            let runs: Vec<&String> = nodes.chunk_by(|one, next| one == next).map(|run| &run[0]).collect();
            runs.windows(3).filter(|three| three[0] == name && three[2] == name).count()
        };
        let (occurrences, with) = (count(&times), count(&|nodes| usize::from(times(nodes) > 0)));
        let entries = count(&|nodes| usize::from(nodes[0] == *name));
        let exits = count(&|nodes| usize::from(nodes[nodes.len() - 1] == *name));
        let bounces = count(&|nodes| usize::from(times(nodes) == nodes.len()));
        PathNode {
            name: name.clone(),
            occurrences,
            units: Rate::new(with, units.len() as u64),
            entries,
            exits,
            exit_rate: Rate::new(exits, occurrences),
            bounces,
            bounce_rate: Rate::new(bounces, entries),
            repeats: count(&repeats),
            returns: count(&returns),
            there_and_back: count(&there_and_back),
            units_returning: Rate::new(count(&|nodes| usize::from(returns(nodes) > 0)), with),
        }
    };
    let mut nodes: Vec<PathNode> = names.into_iter().map(node).collect();
    nodes.sort_by_key(|node| u64::MAX - node.occurrences);
    nodes
}

/// The result from the definition.
pub fn slow(spec: &PathSpec, scope: &TestScope, log: &[Journey]) -> PathsResult {
    let units = units(spec, scope, log);
    let plain: Vec<Unit> = units.iter().map(|(_, unit)| unit.clone()).collect();
    let total = paths_of(&plain);
    let (shown, chosen) = (shown(spec, &total), chosen(spec, &prefixes(&total)));
    let with_path = |units: &[Unit]| {
        Rate::new(units.iter().filter(|unit| !unit.paths.is_empty()).count() as u64, units.len() as u64)
    };
    let segment = |(value, values, units): (String, u64, Vec<Unit>)| {
        let paths = paths_of(&units);
        let (distinct_variants, variants) = variants(spec, &paths);
        let figures = PathFigures {
            units: units.len() as u64,
            units_with_path: with_path(&units),
            paths: paths.len() as u64,
            steps: steps(spec, &shown, &paths).0,
            tree: tree(&chosen, &total, &paths),
            distinct_variants,
            variants,
        };
        Segment { value, values, figures }
    };
    let by = segments(scope, &units)
        .map(|rows| Breakdown { dimension: "device".to_owned(), rows: rows.into_iter().map(segment).collect() });
    let (distinct_variants, variants) = variants(spec, &total);
    let (steps, links) = steps(spec, &shown, &total);
    PathsResult {
        of: spec.nodes,
        direction: spec.direction,
        anchor: spec.anchor.clone(),
        occurrence: spec.anchor.as_ref().map(|_| spec.occurrence),
        repeats: spec.repeats,
        unit: spec.unit,
        depth: spec.depth,
        counted_depth: spec.depth,
        width: spec.width,
        units: plain.len() as u64,
        units_with_path: with_path(&plain),
        paths: total.len() as u64,
        steps,
        links,
        tree: tree(&chosen, &total, &total),
        distinct_variants,
        variants,
        nodes: nodes(&plain),
        by,
    }
}

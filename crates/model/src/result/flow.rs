//! How do units move between nodes, in few enough links for one picture?
//!
//! The largest nodes keep their name and the rest becomes one node on either side, so that nothing is left out: the links
//! of an end add up to it, and both sides add up to the same.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::segments::OTHER;
use crate::result::transitions::{CONTINUED, EXIT, NodeKind, OPEN, START, TransitionsOf, TransitionsResult, UNCHOSEN};

/// Transitions of a report, each in short.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flows {
    /// Between phases: all of them.
    pub phases: FlowResult,
    /// Between events.
    pub events: FlowResult,
    /// Between pages; null if the log has no pages.
    pub pages: Option<FlowResult>,
}

/// Transitions between the largest nodes. `sources` and `targets` add up to the same; so do the links of each end to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlowResult {
    /// What units come from: the start, then nodes as in [`TransitionsResult::nodes`], then `(other)`.
    pub sources: Vec<FlowEnd>,
    /// What units go to: nodes, `(other)`, then the ends.
    pub targets: Vec<FlowEnd>,
    /// By falling count, then in the order of the ends.
    pub links: Vec<FlowLink>,
}

/// A node on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowEnd {
    /// Phase key, event name or page; else what the kind is called.
    pub name: String,
    /// What it is, so that an event that is called `exit` is not mistaken.
    pub kind: FlowKind,
    /// Nodes that it sums; more than one only for `(other)`.
    pub values: u64,
    /// Transitions on this side of it.
    pub count: Count,
}

/// What an end is, in the order in which ends stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowKind {
    /// The journey or session begins.
    Start,
    /// The journey began before `--from` or outside of the filter.
    Continued,
    /// A phase, event or page.
    Node,
    /// All smaller nodes.
    Other,
    /// The next visit is outside of the filter.
    Unchosen,
    /// The journey may go on.
    Open,
    /// The journey or session is over.
    Exit,
}

/// Transitions from one end to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowLink {
    /// Position in `sources`.
    pub from: u32,
    /// Position in `targets`.
    pub to: u32,
    /// Transitions.
    pub count: Count,
    /// Out of all from that source.
    pub share: Rate,
}

/// The most frequent transitions between pages; a log may have as many as there are pairs of pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageTransitions {
    /// As in `transitions`, but `nodes` and `transitions` are cut after the largest.
    #[serde(flatten)]
    pub most_frequent: TransitionsResult,
    /// Pages that were cut.
    pub pages_left_out: u64,
    /// Transitions that were cut.
    pub transitions_left_out: u64,
}

impl PageTransitions {
    /// The first `most` pages and transitions of `result`, and of each of its segments.
    pub fn of(mut result: TransitionsResult, most: usize) -> Self {
        let pages_left_out = result.nodes.len().saturating_sub(most) as u64;
        let transitions_left_out = result.transitions.len().saturating_sub(most) as u64;
        result.nodes.truncate(most);
        result.transitions.truncate(most);
        let segments = result.by.iter_mut().flat_map(|by| &mut by.rows);
        segments.for_each(|segment| segment.figures.transitions.truncate(most));
        Self { most_frequent: result, pages_left_out, transitions_left_out }
    }
}

/// An end before it has its place: pseudo-nodes and the rest have no name of their own.
type Key<'a> = (FlowKind, usize, &'a str);

impl FlowResult {
    /// The transitions of `result` with at most `most` nodes by name.
    pub fn of(result: &TransitionsResult, most: usize) -> Self {
        let places: BTreeMap<&str, usize> =
            result.nodes.iter().enumerate().map(|(place, node)| (node.name.as_str(), place)).collect();
        let end = |end| key(&places, end, most, result.of);
        let mut counts: BTreeMap<(Key<'_>, Key<'_>), Count> = BTreeMap::new();
        for transition in &result.transitions {
            *counts.entry((end(transition.source()), end(transition.target()))).or_default() += transition.count;
        }
        let summed = result.nodes.len().saturating_sub(most).max(1) as u64;
        let (sources, source_places) = ends(counts.iter().map(|((from, _), count)| (*from, *count)), summed);
        let (targets, target_places) = ends(counts.iter().map(|((_, to), count)| (*to, *count)), summed);
        let link = |((from, to), count): (&(Key<'_>, Key<'_>), &Count)| {
            let (from, to) = (source_places[from], target_places[to]);
            let share = Rate::of(*count, sources[from].count);
            FlowLink { from: position(from), to: position(to), count: *count, share }
        };
        let mut links: Vec<FlowLink> = counts.iter().map(link).collect();
        links.sort_by_key(|link| (std::cmp::Reverse(link.count.drawn()), link.from, link.to));
        Self { sources, targets, links }
    }
}

fn position(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The end that a transition names, among the `most` largest nodes and what stands before and after them.
fn key<'a>(
    places: &BTreeMap<&'a str, usize>,
    (name, kind): (&str, NodeKind),
    most: usize,
    of: TransitionsOf,
) -> Key<'a> {
    match (kind, name) {
        (NodeKind::Pseudo, START) => (FlowKind::Start, 0, START),
        (NodeKind::Pseudo, CONTINUED) => (FlowKind::Continued, 0, CONTINUED),
        (NodeKind::Pseudo, UNCHOSEN) => (FlowKind::Unchosen, 0, UNCHOSEN),
        (NodeKind::Pseudo, OPEN) => (FlowKind::Open, 0, OPEN),
        (NodeKind::Pseudo, EXIT) => (FlowKind::Exit, 0, EXIT),
        (NodeKind::Pseudo, _) => (FlowKind::Other, 0, OTHER),
        (NodeKind::Node, name) => match places.get_key_value(name) {
            Some((name, place)) if *place < most || of == TransitionsOf::Phases => (FlowKind::Node, *place, name),
            _ => (FlowKind::Other, 0, OTHER),
        },
    }
}

/// Ends in their order with their sums, and the place of each.
fn ends<'a>(counts: impl Iterator<Item = (Key<'a>, Count)>, summed: u64) -> (Vec<FlowEnd>, BTreeMap<Key<'a>, usize>) {
    let mut sums: BTreeMap<Key<'a>, Count> = BTreeMap::new();
    counts.for_each(|(key, count)| *sums.entry(key).or_default() += count);
    let places = sums.keys().enumerate().map(|(place, key)| (*key, place)).collect();
    let end = |((kind, _, name), count): (Key<'a>, Count)| {
        let values = if kind == FlowKind::Other { summed } else { 1 };
        FlowEnd { name: name.to_owned(), kind, values, count }
    };
    (sums.into_iter().map(end).collect(), places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::quantiles::Quantiles;
    use crate::result::transitions::{Transition, TransitionNode};

    /// `@start` is the pseudo-node, `start` what the data calls so.
    fn end(written: &str) -> (String, NodeKind) {
        written
            .strip_prefix('@')
            .map_or((written.to_owned(), NodeKind::Node), |name| (name.to_owned(), NodeKind::Pseudo))
    }

    fn result(of: TransitionsOf, nodes: &[&str], transitions: &[(&str, &str, u64)]) -> TransitionsResult {
        let node =
            |name: &&str| TransitionNode { name: (*name).into(), visits: 0.into(), dwell_us: Quantiles::default() };
        let transition = |(from, to, count): &(&str, &str, u64)| Transition {
            from: end(from).0,
            from_kind: end(from).1,
            to: end(to).0,
            to_kind: end(to).1,
            count: (*count).into(),
            actors: None,
            share: Rate::default(),
        };
        TransitionsResult {
            of,
            nodes: nodes.iter().map(node).collect(),
            transitions: transitions.iter().map(transition).collect(),
            no_phase_actors: 0.into(),
            regressions: 0.into(),
            regression_pairs: Vec::new(),
            by: None,
        }
    }

    fn told(ends: &[FlowEnd]) -> Vec<(&str, FlowKind, u64, u64)> {
        ends.iter().map(|end| (end.name.as_str(), end.kind, end.values, end.count.drawn())).collect()
    }

    #[test]
    fn small_nodes_are_one_end_and_every_end_is_the_sum_of_its_links() {
        // Sessions: a c, a c, a d, b exit. b is node 2 of 2 that keep their name, c and d are summed.
        let moves = [("@start", "a", 3), ("a", "c", 2), ("c", "@exit", 2), ("a", "d", 1), ("d", "@exit", 1)];
        let moves: Vec<_> = moves.into_iter().chain([("@start", "b", 1), ("b", "@exit", 1)]).collect();
        let flow = FlowResult::of(&result(TransitionsOf::Pages, &["a", "b", "c", "d"], &moves), 2);
        use FlowKind::{Exit, Node, Other, Start};
        assert_eq!(
            told(&flow.sources),
            [("start", Start, 1, 4), ("a", Node, 1, 3), ("b", Node, 1, 1), ("(other)", Other, 2, 3)]
        );
        assert_eq!(
            told(&flow.targets),
            [("a", Node, 1, 3), ("b", Node, 1, 1), ("(other)", Other, 2, 3), ("exit", Exit, 1, 4)]
        );
        // start a 3, a (other) 3, (other) exit 3, start b 1, b exit 1.
        let links: Vec<(u32, u32, u64)> = flow.links.iter().map(|one| (one.from, one.to, one.count.drawn())).collect();
        assert_eq!(links, [(0, 0, 3), (1, 2, 3), (3, 3, 3), (0, 1, 1), (2, 3, 1)]);
        assert_eq!(flow.links[3].share, Rate::new(1, 4));
    }

    #[test]
    fn an_event_with_the_name_of_an_end_stays_an_event() {
        let flow = FlowResult::of(
            &result(TransitionsOf::Events, &["exit"], &[("@start", "exit", 2), ("exit", "@exit", 2)]),
            5,
        );
        assert_eq!(told(&flow.targets), [("exit", FlowKind::Node, 1, 2), ("exit", FlowKind::Exit, 1, 2)]);
        assert_eq!(FlowResult::of(&result(TransitionsOf::Events, &[], &[]), 5), FlowResult::default());
    }

    #[test]
    fn pages_are_cut_and_what_is_cut_is_counted() {
        let all = result(TransitionsOf::Pages, &["a", "b", "c"], &[("@start", "a", 2), ("a", "@exit", 2)]);
        let cut = PageTransitions::of(all, 1);
        assert_eq!((cut.pages_left_out, cut.transitions_left_out), (2, 1));
        assert_eq!((cut.most_frequent.nodes.len(), cut.most_frequent.transitions.len()), (1, 1));
    }
}

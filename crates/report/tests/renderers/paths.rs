//! Paths on the terminal.

use kundresa_model::rate::Rate;
use kundresa_model::result::paths::{Flow, PathNode, PathTreeNode, PathVariant, PathsResult, StepKind};
use kundresa_model::spec::paths::{PathDirection, PathNodes, PathUnit, Repeats};
use kundresa_report::terminal::{self, Style};

use crate::fixture::{self, results};

/// A line of the tree: parent, depth, name, kind, values, and in, out, other, end.
type Line = (Option<u32>, u32, &'static str, StepKind, u64, [u64; 4]);

fn tree_node((parent, depth, name, kind, values, [come, out, other, end]): Line) -> PathTreeNode {
    let flow = Flow { come, out, other, end };
    PathTreeNode { parent, depth, name: name.into(), kind, values, flow, share: Rate::new(come, 5) }
}

fn node(name: &str, occurrences: u64, units: u64, entries: u64, exits: u64) -> PathNode {
    let bounces = u64::from(name == "b");
    PathNode {
        name: name.into(),
        occurrences,
        units: Rate::new(units, 5),
        entries,
        exits,
        exit_rate: Rate::new(exits, occurrences),
        bounces,
        bounce_rate: Rate::new(bounces, entries),
        repeats: 0,
        returns: 0,
        there_and_back: 0,
        units_returning: Rate::new(0, units),
    }
}

/// The sessions `a b c`, `a b d`, `a b`, `a c`, `b`, with a tree of 4 and three variants of the five.
fn five_sessions() -> PathsResult {
    let tree = [
        (None, 1, "a", StepKind::Node, 1, [4, 4, 0, 0]),
        (Some(0), 2, "b", StepKind::Node, 1, [3, 0, 2, 1]),
        (Some(1), 3, "(other)", StepKind::Other, 2, [2, 0, 0, 2]),
        (Some(0), 2, "c", StepKind::Node, 1, [1, 0, 0, 1]),
        (None, 1, "b", StepKind::Node, 1, [1, 0, 0, 1]),
    ];
    let variants = [["a", "b"].as_slice(), &["a", "b", "c"], &["a", "b", "d"]];
    let variant = |(number, nodes): (u64, &&[&str])| PathVariant {
        nodes: nodes.iter().map(|&name| name.into()).collect(),
        is_cut: false,
        count: 1,
        share: Rate::new(1, 5),
        coverage: Rate::new(number, 5),
    };
    PathsResult {
        of: PathNodes::Events,
        direction: PathDirection::Forward,
        anchor: None,
        occurrence: None,
        repeats: Repeats::Raw,
        unit: PathUnit::Session,
        depth: 5,
        counted_depth: 5,
        width: 5,
        units: 5,
        units_with_path: Rate::new(5, 5),
        paths: 5,
        steps: Vec::new(),
        links: Vec::new(),
        tree: tree.map(tree_node).to_vec(),
        distinct_variants: 5,
        variants: (1..).zip(&variants).map(variant).collect(),
        nodes: vec![node("a", 4, 4, 4, 0), node("b", 4, 4, 1, 2), node("c", 2, 2, 0, 2), node("d", 1, 1, 0, 1)],
        by: None,
    }
}

fn shown(result: PathsResult) -> String {
    terminal::paths(&results(result), &fixture::rich().provenance, &Style::default())
}

#[test]
fn paths_at_eighty_columns() {
    insta::assert_snapshot!(shown(five_sessions()));
}

#[test]
fn paths_that_were_cut_short_say_so_and_fit_the_screen() {
    let shown = shown(PathsResult { depth: 100, counted_depth: 5, ..five_sessions() });
    assert!(shown.contains("5 nodes instead of 100"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn without_paths_there_is_no_table() {
    let empty = PathsResult {
        units: 0,
        units_with_path: Rate::new(0, 0),
        paths: 0,
        tree: Vec::new(),
        distinct_variants: 0,
        variants: Vec::new(),
        nodes: Vec::new(),
        ..five_sessions()
    };
    let shown = shown(empty);
    assert!(!shown.contains("Of 0") && shown.starts_with("Paths of events"), "{shown}");
}

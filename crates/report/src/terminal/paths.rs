//! How do paths look on a terminal?

use kundresa_model::result::paths::{PathFigures, PathNode, PathTreeNode, PathVariant, PathsResult, StepKind};
use kundresa_model::result::segments::Breakdown;
use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathUnit, Repeats};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// Nodes listed; the rest is counted.
const MOST_NODES: usize = 15;
/// Longest name in a tree or a variant.
const LONGEST_NODE: usize = 26;
/// Width of a line's beginning in a tree.
const LONGEST_LINE: usize = 40;

/// What was followed, the tree, the most frequent paths, the nodes, segments.
pub fn blocks(result: &PathsResult, style: &Style) -> Vec<String> {
    let mut blocks = vec![format!("{}\n{}", table::heading(heading(result)), table::pairs(&followed(result), style))];
    if result.paths > 0 {
        blocks.push(tree(result, style));
        if !result.variants.is_empty() {
            blocks.push(variants(result, style));
        }
    }
    if !result.nodes.is_empty() {
        blocks.push(nodes(result, style));
    }
    blocks.extend(result.by.as_ref().map(|by| segments(by, result, style)));
    blocks
}

fn heading(result: &PathsResult) -> &'static str {
    match (result.of, result.direction) {
        (PathNodes::Events, PathDirection::Forward) => "Paths of events",
        (PathNodes::Pages, PathDirection::Forward) => "Paths of pages",
        (PathNodes::Events, PathDirection::Backward) => "Paths of events, backward",
        (PathNodes::Pages, PathDirection::Backward) => "Paths of pages, backward",
    }
}

fn units(unit: PathUnit) -> (&'static str, &'static str) {
    match unit {
        PathUnit::Session => ("session", "sessions"),
        PathUnit::Actor => ("actor", "actors"),
    }
}

fn followed(result: &PathsResult) -> Vec<(&'static str, String)> {
    let (unit, units) = units(result.unit);
    let node = if result.of == PathNodes::Events { "event" } else { "page" };
    let mut rows = vec![("From", from(result, unit))];
    rows.push(("Repeats", repeats(result.repeats).to_owned()));
    rows.push(("Depth", depth(result)));
    let with_node = format!("{} with {}", format::counted(result.units, unit, units), article(node));
    let paths = format::counted(result.paths, "path", "paths");
    rows.push(match result.anchor {
        None => ("Paths", format!("{paths}, one for each of {with_node}")),
        Some(_) => {
            let with_path = result.units_with_path;
            let share = format::per_cent(with_path);
            ("Paths", format!("{paths} in {} of {with_node} ({share})", format::count(with_path.numerator)))
        }
    });
    rows
}

fn article(node: &str) -> String {
    let article = if node.starts_with('e') { "an" } else { "a" };
    format!("{article} {node}")
}

fn from(result: &PathsResult, unit: &str) -> String {
    let (place, onward) = match result.direction {
        PathDirection::Forward => ("start", "to what came after"),
        PathDirection::Backward => ("end", "to what came before"),
    };
    let begin = match (&result.anchor, result.occurrence) {
        (None, _) => format!("the {place} of the {unit}"),
        (Some(anchor), Some(Occurrence::Last)) => format!("the last {} of the {unit}", words::elided(anchor, 200)),
        (Some(anchor), Some(Occurrence::Every)) => format!("every {} of the {unit}", words::elided(anchor, 200)),
        (Some(anchor), _) => format!("the first {} of the {unit}", words::elided(anchor, 200)),
    };
    format!("{begin}, {onward}")
}

fn repeats(repeats: Repeats) -> &'static str {
    match repeats {
        Repeats::Raw => "counted every time",
        Repeats::Collapse => "directly after itself a node counts once",
        Repeats::FirstVisit => "on one path a node counts once",
    }
}

fn depth(result: &PathsResult) -> String {
    let nodes = |depth: u32| format::counted(u64::from(depth), "node", "nodes");
    if result.counted_depth < result.depth {
        return format!(
            "{} instead of {}: longer paths differ too much to be kept; fewer distinct nodes, as by page templates or \
             --where, allow more",
            nodes(result.counted_depth),
            format::count(u64::from(result.depth)),
        );
    }
    format!("{}, the first included", nodes(result.depth))
}

/// The tree, with what went on, ended, and the rest.
fn tree(result: &PathsResult, style: &Style) -> String {
    let rows = result.tree.iter().enumerate().map(|(at, line)| {
        let Flow { went, end } = Flow::of(line);
        vec![
            format!("{}{}", branch(&result.tree, at), line_name(line, at, &result.tree)),
            format::count(line.flow.come),
            format::per_cent(line.share),
            format::count(end),
            table::bar(went, end, 0, result.paths, 12),
        ]
    });
    let end = if result.direction == PathDirection::Forward { "End here" } else { "Begin here" };
    let of = format!("Of {}", format::count(result.paths));
    table::table(&["Path", "Paths", &of, end, ""], "lrrrl", rows.collect(), style)
}

/// What a bar shows of a line.
struct Flow {
    went: u64,
    end: u64,
}

impl Flow {
    fn of(line: &PathTreeNode) -> Self {
        Self { went: line.flow.out + line.flow.other, end: line.flow.end }
    }
}

fn line_name(line: &PathTreeNode, at: usize, tree: &[PathTreeNode]) -> String {
    let room = LONGEST_LINE.saturating_sub(branch(tree, at).chars().count()).max(8);
    match line.kind {
        StepKind::Other => format!("other ({})", format::count(line.values)),
        _ => words::elided(&line.name, room),
    }
}

/// The lines in front of a name: a line down for every ancestor with a later sibling, then the turn to the name.
fn branch(tree: &[PathTreeNode], at: usize) -> String {
    let mut signs = Vec::new();
    let mut child = at;
    while let Some(parent) = tree[child].parent {
        let has_later = tree[child + 1..].iter().any(|line| line.parent == Some(parent));
        signs.push(match (child == at, has_later) {
            (true, true) => "├ ",
            (true, false) => "└ ",
            (false, true) => "│ ",
            (false, false) => "  ",
        });
        child = parent as usize;
    }
    signs.into_iter().rev().collect()
}

fn variants(result: &PathsResult, style: &Style) -> String {
    let rows = result.variants.iter().map(|variant| {
        vec![
            format::count(variant.count),
            format::per_cent(variant.share),
            format::per_cent(variant.coverage),
            shown_variant(variant, result.direction),
        ]
    });
    let of = format!("Of {}", format::count(result.paths));
    let table = table::table(&["Paths", &of, "So far", "Exact path"], "rrrl", rows.collect(), style);
    let distinct = format::counted(result.distinct_variants, "distinct path", "distinct paths");
    let cut = if result.variants.iter().any(|variant| variant.is_cut) { "; … goes on after that" } else { "" };
    format!("{table}\n{distinct} of up to {} nodes{cut}", format::count(u64::from(result.counted_depth)))
}

fn shown_variant(variant: &PathVariant, direction: PathDirection) -> String {
    let arrow = if direction == PathDirection::Forward { " → " } else { " ← " };
    let names = variant.nodes.iter().map(|name| words::elided(name, LONGEST_NODE));
    names.chain(variant.is_cut.then(|| "…".to_owned())).collect::<Vec<_>>().join(arrow)
}

fn nodes(result: &PathsResult, style: &Style) -> String {
    let (_, units) = units(result.unit);
    let node = if result.of == PathNodes::Events { "Event" } else { "Page" };
    let rows = result.nodes.iter().take(MOST_NODES).map(node_row).collect();
    let head = [node, "Times", "In", "Enter", "Bounce", "Exit", "of times", "Repeats", "Returns"];
    let table = table::table(&head, "lrrrrrrrr", rows, style);
    let more = result.nodes.len().saturating_sub(MOST_NODES);
    let more = if more == 0 {
        String::new()
    } else {
        format!("… and {} more, use --format json\n", format::count(more as u64))
    };
    format!(
        "{}\n{table}\n{more}{}",
        table::heading("Where they enter, leave and come back"),
        table::paragraph(
            &format!(
                "In, Enter, Bounce, Exit: {units} that have it, begin with it, have nothing else, end with it. \
                 Repeats: directly after itself. Returns: after something else. n = {} {units}",
                format::count(result.units)
            ),
            style
        )
    )
}

fn node_row(node: &PathNode) -> Vec<String> {
    vec![
        words::elided(&node.name, LONGEST_NODE),
        format::count(node.occurrences),
        format::count(node.units.numerator),
        format::count(node.entries),
        format::count(node.bounces),
        format::count(node.exits),
        format::per_cent(node.exit_rate),
        format::count(node.repeats),
        format::count(node.returns),
    ]
}

fn segments(by: &Breakdown<PathFigures>, result: &PathsResult, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let rows = by.rows.iter().map(|segment| {
        let figures = &segment.figures;
        let most = figures.variants.first().map_or_else(
            || format::DASH.to_owned(),
            |one| format!("{} ({})", shown_variant(one, result.direction), format::per_cent(one.share)),
        );
        vec![
            words::elided(&segment.value, LONGEST_NODE),
            format::count(figures.units),
            format::count(figures.paths),
            most,
        ]
    });
    let units = if result.unit == PathUnit::Session { "Sessions" } else { "Actors" };
    let table = table::table(&[&dimension, units, "Paths", "Most frequent"], "lrrl", rows.collect(), style);
    format!("{table}\nTrees of the segments: use --format csv")
}

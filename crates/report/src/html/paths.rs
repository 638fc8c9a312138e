//! Which ways do people take, step by step, and which whole ways are most frequent?
//!
//! The tree is made of elements that open and close by themselves, so it needs no script. Under every node stand the nodes
//! that come next, the rest of them, and how many ended there; these add up to it.

use kundresa_model::rate::Rate;
use kundresa_model::result::paths::{PathTreeNode, PathVariant, PathsResult, StepKind};
use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathUnit};
use maud::{Markup, html};

use super::bar::{self, Part};
use super::chart::{self, Kind};
use super::texts::paths as texts;
use super::{Section, View, cell, figures};
use crate::locale::{Locale, Text};

/// Nodes of a tree on the page; a configuration may ask for thousands.
const MOST_NODES: usize = 150;
/// Whole paths on the page.
const MOST_VARIANTS: usize = 30;
/// Depth down to which the tree is open at first.
const OPEN_DEPTH: u32 = 2;
/// Longest name of a node.
const LONGEST: usize = 48;

/// Paths forward, and those that lead to the conversion.
pub fn section(view: &View<'_>) -> Section {
    let (locale, report) = (view.locale, view.figures());
    Section {
        id: "paths",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            @match &report.paths {
                Some(forward) => (one(locale, forward, "paths")),
                None => (cell::nothing(locale.say(&texts::LEFT_OUT))),
            }
            @if let Some(backward) = &report.paths_to_conversion { (one(locale, backward, "paths-back")) }
        },
    }
}

fn one(locale: Locale, result: &PathsResult, id: &str) -> Markup {
    html! {
        h3 { (title(locale, result)) }
        p.rules { (rules(locale, result)) }
        @if result.tree.is_empty() { (cell::nothing(locale.say(&texts::NOTHING))) }
        @else {
            (chart::figure(locale, Kind::Paths, id, &tree(locale, result), &tree_caption(locale, result), &tree_table(locale, result)))
            (variants(locale, result))
        }
    }
}

fn title(locale: Locale, result: &PathsResult) -> Markup {
    match (result.direction, &result.anchor) {
        (PathDirection::Forward, None) => html! { (locale.say(&texts::FORWARD)) },
        (PathDirection::Backward, None) => html! { (locale.say(&texts::BACKWARD)) },
        (PathDirection::Forward, Some(anchor)) => {
            locale.markup(&texts::FORWARD_FROM, &[&cell::short(locale, anchor, 60)])
        }
        (PathDirection::Backward, Some(anchor)) => {
            locale.markup(&texts::BACKWARD_FROM, &[&cell::short(locale, anchor, 60)])
        }
    }
}

fn rules(locale: Locale, result: &PathsResult) -> Markup {
    let of = match result.of {
        PathNodes::Events => &texts::OF_EVENTS,
        PathNodes::Pages => &texts::OF_PAGES,
    };
    let unit = match result.unit {
        PathUnit::Session => &texts::IN_SESSIONS,
        PathUnit::Actor => &texts::OF_ACTORS,
    };
    let paths = cell::count(locale, result.paths);
    html! {
        (locale.markup(of, &[&locale.count(u64::from(result.counted_depth))])) " "
        (locale.markup(unit, &[&paths, &cell::rate(locale, result.units_with_path)]))
        @if let Some(occurrence) = result.occurrence { " " (locale.say(occurrence_of(occurrence))) }
    }
}

fn occurrence_of(occurrence: Occurrence) -> &'static Text {
    match occurrence {
        Occurrence::First => &texts::FIRST,
        Occurrence::Last => &texts::LAST,
        Occurrence::Every => &texts::EVERY,
    }
}

/// The nodes with their places under each node; the first list is that of depth 1.
fn children(result: &PathsResult) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut roots = Vec::new();
    let mut children = vec![Vec::new(); result.tree.len()];
    for (place, node) in result.tree.iter().enumerate().take(MOST_NODES) {
        let under = node.parent.and_then(|parent| children.get_mut(parent as usize));
        under.unwrap_or(&mut roots).push(place);
    }
    (roots, children)
}

fn tree(locale: Locale, result: &PathsResult) -> Markup {
    let (roots, children) = children(result);
    html! { ul.tree { @for place in roots { (branch(locale, result, &children, place)) } } }
}

fn branch(locale: Locale, result: &PathsResult, children: &[Vec<usize>], place: usize) -> Markup {
    let Some(node) = result.tree.get(place) else { return Markup::default() };
    let below = children.get(place).map_or(&[][..], Vec::as_slice);
    html! {
        li {
            @if below.is_empty() { div.leaf { (row(locale, node, result)) } }
            @else {
                details open[node.depth < OPEN_DEPTH] {
                    summary { (row(locale, node, result)) }
                    ul {
                        @for place in below { (branch(locale, result, children, *place)) }
                        @if is_some(node.flow.end) { li { div.leaf.end { (end_row(locale, node, result)) } } }
                    }
                }
            }
        }
    }
}

fn is_some<C: Into<kundresa_model::count::Count>>(count: C) -> bool {
    count.into().is_some()
}

fn row(locale: Locale, node: &PathTreeNode, result: &PathsResult) -> Markup {
    let name = node_name(locale, node);
    let part = if node.kind == StepKind::Other { Part::Ended } else { Part::Went };
    html! {
        span.step-of { bdi { (name) } }
        (bar::mini(part, node.share))
        span.n { (cell::count(locale, node.flow.come)) " " small { (locale.per_cent(node.share)) } }
        @if is_some(node.flow.end) && (node.depth >= result.counted_depth || is_all_end(node)) {
            small.ended { (locale.fill(end_text(result), &[&locale.count(node.flow.end)])) }
        }
    }
}

/// Whether every path of the node ends there, so that nothing stands below it.
fn is_all_end(node: &PathTreeNode) -> bool {
    let [come, end] = [node.flow.come.into(), node.flow.end.into()];
    let (come, end): (kundresa_model::count::Count, kundresa_model::count::Count) = (come, end);
    come == end
}

fn end_text(result: &PathsResult) -> &'static Text {
    match result.direction {
        PathDirection::Forward => &texts::END_HERE,
        PathDirection::Backward => &texts::BEGIN_HERE,
    }
}

fn end_row(locale: Locale, node: &PathTreeNode, result: &PathsResult) -> Markup {
    let name = locale.say(match result.direction {
        PathDirection::Forward => &texts::ENDS,
        PathDirection::Backward => &texts::BEGINS,
    });
    let share = Rate::of(node.flow.end.into(), result.paths.into());
    html! {
        span.step-of { (name) }
        (bar::mini(Part::Stopped, share))
        span.n { (cell::count(locale, share.part())) " " small { (locale.per_cent(share)) } }
    }
}

fn node_name(locale: Locale, node: &PathTreeNode) -> String {
    match node.kind {
        StepKind::Other => locale.fill(&texts::OTHERS, &[&locale.count(node.values)]),
        _ => locale.elided(&node.name, LONGEST),
    }
}

fn tree_caption(locale: Locale, result: &PathsResult) -> Markup {
    let hidden = result.tree.len().saturating_sub(MOST_NODES);
    html! {
        (locale.say(match result.direction {
            PathDirection::Forward => &texts::TREE_CAPTION,
            PathDirection::Backward => &texts::TREE_CAPTION_BACK,
        }))
        (cell::more_in_json(locale, hidden))
    }
}

fn tree_table(locale: Locale, result: &PathsResult) -> Markup {
    let rows = result.tree.len().min(MOST_NODES);
    figures::table(
        locale,
        &html! { (locale.say(&texts::TABLE_CAPTION)) },
        rows,
        &html! {
            thead { tr {
                th.n scope="col" { (locale.say(&texts::DEPTH)) }
                th scope="col" { (locale.say(&texts::WAY)) }
                th.n scope="col" { (locale.say(&texts::PATHS)) }
                th.n scope="col" { (locale.say(&texts::SHARE)) }
                th.n scope="col" { (locale.say(match result.direction {
                    PathDirection::Forward => &texts::ENDED,
                    PathDirection::Backward => &texts::BEGUN,
                })) }
            } }
            tbody {
                @for place in 0..rows { (table_row(locale, result, place)) }
            }
        },
    )
}

fn table_row(locale: Locale, result: &PathsResult, place: usize) -> Markup {
    let node = &result.tree[place];
    html! {
        tr {
            (cell::count_cell(locale, u64::from(node.depth)))
            th scope="row" { bdi { (way(locale, result, place)) } }
            (cell::count_cell(locale, node.flow.come))
            (cell::rate_cell(locale, node.share))
            (cell::count_cell(locale, node.flow.end))
        }
    }
}

/// The names from the first node down to this one.
fn way(locale: Locale, result: &PathsResult, place: usize) -> String {
    let up = std::iter::successors(result.tree.get(place), |node| result.tree.get(node.parent? as usize));
    let mut names: Vec<String> = up.map(|node| node_name(locale, node)).collect();
    names.reverse();
    names.join(" → ")
}

fn variants(locale: Locale, result: &PathsResult) -> Markup {
    let shown = result.variants.len().min(MOST_VARIANTS);
    let caption = locale.markup(&texts::VARIANTS_CAPTION, &[&cell::count(locale, result.distinct_variants)]);
    html! {
        h4 { (locale.say(&texts::VARIANTS)) }
        (figures::table(locale, &caption, shown, &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::WAY)) }
                th.n scope="col" { (locale.say(&texts::PATHS)) }
                th.n scope="col" { (locale.say(&texts::SHARE)) }
                th.n scope="col" { (locale.say(&texts::COVERAGE)) }
                (cell::share_axis(locale))
            } }
            tbody { @for variant in result.variants.iter().take(MOST_VARIANTS) { (variant_row(locale, variant, result)) } }
        }))
    }
}

/// A path read in the order of time.
fn variant_row(locale: Locale, variant: &PathVariant, result: &PathsResult) -> Markup {
    let mut nodes: Vec<String> = variant.nodes.iter().map(|node| locale.elided(node, LONGEST)).collect();
    if variant.is_cut {
        nodes.push("…".to_owned());
    }
    if result.direction == PathDirection::Backward {
        nodes.reverse();
    }
    html! {
        tr {
            th.way scope="row" {
                @for (place, node) in nodes.iter().enumerate() { @if place > 0 { span.arrow { " → " } } bdi { (node) } }
            }
            (cell::count_cell(locale, variant.count))
            (cell::rate_cell(locale, variant.share))
            (cell::rate_cell(locale, variant.coverage))
            td.plot { (bar::mini(Part::Went, variant.coverage)) }
        }
    }
}

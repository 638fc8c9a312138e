//! What leads where, drawn as links between two rows of nodes?
//!
//! Left stands what comes before, right what comes next, so nothing runs in circles and every journey that ends, stays
//! open or goes somewhere small has a node of its own. A link is as thick as its count. The layout is made here, without
//! a script; it only places what [`FlowResult`] counts.

use kundresa_model::result::flow::{FlowEnd, FlowKind, FlowLink, FlowResult};
use kundresa_model::result::transitions::TransitionsOf;
use maud::{Markup, html};

use super::chart::{self, Kind};
use super::texts::{chart as chart_texts, sankey as texts};
use super::{cell, figures};
use crate::locale::{Locale, Text};
use crate::phase_names::PhaseNames;

/// Width of the picture, of the labels on either side, and of a node, in its own units.
const WIDTH: f64 = 760.0;
const LABELS: f64 = 196.0;
const NODE: f64 = 10.0;
/// Height that all nodes of a side have together, and what lies between two.
const THICKNESS: f64 = 380.0;
const GAP: f64 = 8.0;
/// Least height of a node with its label.
const LEAST: f64 = 30.0;
const MARGIN: f64 = 10.0;
/// Thinnest link that can still be seen.
const THINNEST: f64 = 0.6;
/// Longest name of a node.
const LONGEST: usize = 26;
/// Rows of the table.
const MOST_ROWS: usize = 40;

/// What a picture is of.
pub struct Sankey<'a> {
    /// Anchor; never made from data.
    pub id: &'static str,
    /// What its nodes are.
    pub of: TransitionsOf,
    /// Links and nodes.
    pub flow: &'a FlowResult,
    /// Words for phases.
    pub names: PhaseNames,
}

/// Where a node lies.
struct Placed {
    top: f64,
    height: f64,
    /// Middle of the room that it has with its label.
    middle: f64,
}

/// The picture with its table, or a sentence without a link.
pub fn figure(locale: Locale, sankey: &Sankey<'_>) -> Markup {
    if sankey.flow.links.is_empty() {
        return cell::nothing(locale.say(&texts::NOTHING));
    }
    let caption = html! { (locale.say(&texts::CAPTION)) (summed(locale, sankey)) };
    chart::figure(locale, Kind::Sankey, sankey.id, &picture(locale, sankey), &caption, &table(locale, sankey))
}

fn summed(locale: Locale, sankey: &Sankey<'_>) -> Markup {
    let other = sankey.flow.targets.iter().chain(&sankey.flow.sources).find(|end| end.kind == FlowKind::Other);
    html! {
        @if let Some(other) = other { " " (locale.markup(&texts::SUMMED, &[&cell::count(locale, other.values)])) }
    }
}

fn picture(locale: Locale, sankey: &Sankey<'_>) -> Markup {
    let flow = sankey.flow;
    let total = flow.sources.iter().map(|end| end.count.drawn()).sum::<u64>().max(1);
    let scale = THICKNESS / total as f64;
    let height = side_height(&flow.sources, scale).max(side_height(&flow.targets, scale)) + 2.0 * MARGIN;
    let (sources, targets) = (placed(&flow.sources, scale, height), placed(&flow.targets, scale, height));
    let title = format!("{}-picture", sankey.id);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(locale.say(&chart_texts::PICTURE_SCROLLS)) {
            svg.sankey role="img" aria-labelledby=(title) viewBox={ "0 0 " (WIDTH) " " (short(height)) } {
                title id=(title) { (locale.say(title_of(sankey.of))) }
                g.links { (links(locale, sankey, &sources, &targets, scale)) }
                g.nodes {
                    @for (place, end) in flow.sources.iter().enumerate() {
                        (node(locale, sankey, end, &sources[place], Side::From, place))
                    }
                    @for (place, end) in flow.targets.iter().enumerate() {
                        (node(locale, sankey, end, &targets[place], Side::To, place))
                    }
                }
            }
        }
    }
}

fn title_of(of: TransitionsOf) -> &'static Text {
    match of {
        TransitionsOf::Phases => &texts::BETWEEN_PHASES,
        TransitionsOf::Events => &texts::BETWEEN_EVENTS,
        TransitionsOf::Pages => &texts::BETWEEN_PAGES,
    }
}

fn room(end: &FlowEnd, scale: f64) -> f64 {
    (end.count.drawn() as f64 * scale).max(LEAST)
}

fn side_height(ends: &[FlowEnd], scale: f64) -> f64 {
    ends.iter().map(|end| room(end, scale) + GAP).sum::<f64>() - GAP
}

/// Nodes from top to bottom, the side in the middle of the picture and each node in the middle of its room.
fn placed(ends: &[FlowEnd], scale: f64, height: f64) -> Vec<Placed> {
    let mut top = (height - side_height(ends, scale)) / 2.0;
    let place = |end: &FlowEnd| {
        let (room, own) = (room(end, scale), end.count.drawn() as f64 * scale);
        let placed = Placed { top: top + (room - own) / 2.0, height: own.max(1.0), middle: top + room / 2.0 };
        top += room + GAP;
        placed
    };
    ends.iter().map(place).collect()
}

/// A side of the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    From,
    To,
}

impl Side {
    fn key(self) -> &'static str {
        if self == Self::From { "from" } else { "to" }
    }

    fn x(self) -> f64 {
        if self == Self::From { LABELS } else { WIDTH - LABELS - NODE }
    }
}

/// Links leave a node in the order of where they lead, and arrive in the order of where they come from, so that few cross.
fn links(locale: Locale, sankey: &Sankey<'_>, sources: &[Placed], targets: &[Placed], scale: f64) -> Markup {
    let mut ordered: Vec<&FlowLink> = sankey.flow.links.iter().filter(|link| link.count.is_some()).collect();
    ordered.sort_by_key(|link| (link.from, link.to));
    let (mut left, mut arrived) = (vec![0.0; sources.len()], vec![0.0; targets.len()]);
    let drawn = ordered.into_iter().filter_map(|link| {
        let (from, to) = (link.from as usize, link.to as usize);
        let thickness = link.count.drawn() as f64 * scale;
        let start = sources.get(from)?.top + left[from] + thickness / 2.0;
        let end = targets.get(to)?.top + arrived[to] + thickness / 2.0;
        left[from] += thickness;
        arrived[to] += thickness;
        Some(path(locale, sankey, link, (start, end), thickness.max(THINNEST)))
    });
    html! { @for link in drawn { (link) } }
}

fn path(locale: Locale, sankey: &Sankey<'_>, link: &FlowLink, (start, end): (f64, f64), thickness: f64) -> Markup {
    let tip = sentence(locale, sankey, link);
    let (left, right) = (Side::From.x() + NODE, Side::To.x());
    let middle = (left + right) / 2.0;
    let [start, end] = [start, end].map(short);
    let kind = sankey.flow.targets.get(link.to as usize).map_or(FlowKind::Node, |end| end.kind);
    html! {
        path class={ "mark link " (class(kind)) } fill="none" stroke-width=(format!("{thickness:.1}"))
            data-from={ "from-" (link.from) } data-to={ "to-" (link.to) } data-value=[link.count.shown()] data-tip=(tip)
            d=(format!("M{left} {start}C{middle} {start} {middle} {end} {right} {end}")) {
            title { (tip) }
        }
    }
}

fn class(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Node | FlowKind::Start | FlowKind::Continued => "went",
        FlowKind::Other => "other",
        FlowKind::Open => "open",
        FlowKind::Exit | FlowKind::Unchosen => "stopped",
    }
}

fn fill(kind: FlowKind) -> Option<&'static str> {
    match kind {
        FlowKind::Exit | FlowKind::Unchosen => Some("url(#fill-stopped)"),
        FlowKind::Open => Some("url(#fill-open)"),
        FlowKind::Other => Some("url(#fill-ended)"),
        FlowKind::Node | FlowKind::Start | FlowKind::Continued => None,
    }
}

fn node(locale: Locale, sankey: &Sankey<'_>, end: &FlowEnd, placed: &Placed, side: Side, place: usize) -> Markup {
    let (x, anchor) = match side {
        Side::From => (LABELS - 10.0, "end"),
        Side::To => (WIDTH - LABELS + 10.0, "start"),
    };
    let name = name(locale, sankey, end, 200);
    let tip = format!("{name}: {}", locale.counted(end.count, &texts::MOVE_ONE, &texts::MOVE_MANY));
    html! {
        g class={ "node " (class(end.kind)) } {
            rect.mark x=(side.x()) y=(short(placed.top)) width=(NODE) height=(short(placed.height)) fill=[fill(end.kind)]
                data-node={ (side.key()) "-" (place) } data-value=[end.count.shown()] data-tip=(tip) { title { (tip) } }
            text.name x=(x) y=(short(placed.middle - 2.0)) text-anchor=(anchor) { (self::name(locale, sankey, end, LONGEST)) }
            text.count x=(x) y=(short(placed.middle + 12.0)) text-anchor=(anchor) { (locale.count(end.count)) }
        }
    }
}

/// A coordinate with one decimal.
fn short(number: f64) -> String {
    format!("{number:.1}")
}

fn name(locale: Locale, sankey: &Sankey<'_>, end: &FlowEnd, most: usize) -> String {
    let is_journey = sankey.of == TransitionsOf::Phases;
    let text = match end.kind {
        FlowKind::Node if is_journey => return sankey.names.of(&end.name),
        FlowKind::Node => return locale.elided(&end.name, most),
        FlowKind::Start if is_journey => &texts::JOURNEY_BEGINS,
        FlowKind::Start => &texts::SESSION_BEGINS,
        FlowKind::Continued => &texts::BEGAN_EARLIER,
        FlowKind::Other => return locale.fill(&texts::OTHER, &[&locale.count(end.values)]),
        FlowKind::Unchosen => &texts::UNCHOSEN,
        FlowKind::Open => &texts::STILL_OPEN,
        FlowKind::Exit if is_journey => &texts::JOURNEY_ENDS,
        FlowKind::Exit => &texts::SESSION_ENDS,
    };
    locale.say(text).to_owned()
}

fn sentence(locale: Locale, sankey: &Sankey<'_>, link: &FlowLink) -> String {
    let [from, to] = names(locale, sankey, link, 80);
    format!("{from} → {to}: {}, {}", locale.count(link.count), locale.per_cent_of(link.share))
}

fn names(locale: Locale, sankey: &Sankey<'_>, link: &FlowLink, most: usize) -> [String; 2] {
    let of = |ends: &[FlowEnd], place: u32| {
        ends.get(place as usize).map_or_else(String::new, |end| name(locale, sankey, end, most))
    };
    [of(&sankey.flow.sources, link.from), of(&sankey.flow.targets, link.to)]
}

fn table(locale: Locale, sankey: &Sankey<'_>) -> Markup {
    let links = &sankey.flow.links;
    let hidden = links.len().saturating_sub(MOST_ROWS);
    let caption = html! {
        (locale.say(&texts::TABLE_CAPTION))
        (cell::more_in_json(locale, hidden))
    };
    figures::table(
        locale,
        &caption,
        links.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::FROM)) }
                th scope="col" { (locale.say(&texts::TO)) }
                th.n scope="col" { (locale.say(&texts::COUNT)) }
                th.n scope="col" { (locale.say(&texts::SHARE)) }
            } }
            tbody {
                @for link in links.iter().take(MOST_ROWS) {
                    @let [from, to] = names(locale, sankey, link, 80);
                    tr {
                        th scope="row" { bdi { (from) } }
                        td { bdi { (to) } }
                        (cell::count_cell(locale, link.count))
                        (cell::rate_cell(locale, link.share))
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kundresa_model::language::Language;
    use kundresa_model::rate::Rate;

    fn end(name: &str, kind: FlowKind, count: u64) -> FlowEnd {
        FlowEnd { name: name.to_owned(), kind, values: 1, count: count.into() }
    }

    fn link(from: u32, to: u32, count: u64) -> FlowLink {
        FlowLink { from, to, count: count.into(), share: Rate::new(count, 4) }
    }

    #[test]
    fn nodes_of_a_side_lie_below_each_other_and_are_as_high_as_their_count() {
        let ends = [end("a", FlowKind::Node, 3), end("b", FlowKind::Exit, 1)];
        let placed = placed(&ends, 100.0, 500.0);
        // 300 + 8 + 100 = 408 of 500: the first begins at 46, the second at 354.
        assert_eq!((placed[0].top, placed[0].height, placed[1].top, placed[1].height), (46.0, 300.0, 354.0, 100.0));
    }

    #[test]
    fn links_are_as_thick_as_their_count_and_name_their_ends() {
        let flow = FlowResult {
            sources: vec![end("start", FlowKind::Start, 4)],
            targets: vec![end("<a>", FlowKind::Node, 3), end("exit", FlowKind::Exit, 1)],
            links: vec![link(0, 0, 3), link(0, 1, 1)],
        };
        let names = PhaseNames::new("full", Language::En);
        let sankey = Sankey { id: "test", of: TransitionsOf::Pages, flow: &flow, names };
        let drawn = figure(Locale::default(), &sankey).into_string();
        assert!(drawn.contains(r#"stroke-width="285.0" data-from="from-0" data-to="to-0" data-value="3""#), "{drawn}");
        assert!(drawn.contains(r#"stroke-width="95.0" data-from="from-0" data-to="to-1" data-value="1""#), "{drawn}");
        assert!(drawn.contains("Session begins → &lt;a&gt;: 3, 75.0 % of 4") && !drawn.contains("<a>"), "{drawn}");
    }
}

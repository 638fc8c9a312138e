//! How do journeys move between the phases, as a picture?
//!
//! Phases stand in a row in journey order. An arc above leads forward, an arc below leads back; its width is its count.
//! The same numbers stand in the table below the picture, so the picture may leave small labels out.

use kundresa_model::count::Count;
use kundresa_model::result::transitions::{CONTINUED, EXIT, OPEN, START, Transition, TransitionsResult};
use maud::{Markup, html};

use super::cell;
use crate::format;
use crate::words;

const PITCH: f64 = 122.0;
const BOX_WIDTH: f64 = 98.0;
const BOX_HEIGHT: f64 = 104.0;
const MARGIN: f64 = 12.0;
const FIRST_RISE: f64 = 40.0;
const RISE_PER_PHASE: f64 = 24.0;
const WIDEST: f64 = 22.0;
/// Arcs whose count is written on them.
const LABELLED: usize = 10;

struct Arc<'a> {
    transition: &'a Transition,
    from: usize,
    to: usize,
    labelled: bool,
}

impl Arc<'_> {
    fn span(&self) -> usize {
        self.from.abs_diff(self.to)
    }

    fn leads_forward(&self) -> bool {
        self.to > self.from
    }
}

/// The picture, or nothing without a phase.
pub fn flow(result: &TransitionsResult) -> Markup {
    let arcs = arcs(result);
    let Some(most) = arcs.iter().map(|arc| arc.transition.count.drawn()).max() else { return Markup::default() };
    let (above, below) = (room(&arcs, true), room(&arcs, false));
    let (width, height) = (PITCH * result.nodes.len() as f64, above + BOX_HEIGHT + below);
    html! {
        figure {
            div.scroll tabindex="0" role="group" aria-label="Picture, scrolls sideways" {
                svg.flow role="img" aria-labelledby="flow-picture flow-description" viewBox={ "0 0 " (width) " " (height) } {
                    title #flow-picture { "Moves between journey phases" }
                    desc #flow-description { (description(&arcs)) }
                    g.arcs { @for arc in &arcs { (path(arc, most, above)) } }
                    @for (index, node) in result.nodes.iter().enumerate() {
                        (phase_box(result, index, above, node.visits))
                    }
                    g.labels { @for arc in arcs.iter().filter(|arc| arc.labelled) { (label(arc, above)) } }
                }
            }
            figcaption {
                "Arcs above lead forward, arcs below lead back; the wider, the more visits. The "
                (format::count(LABELLED as u64)) " widest carry their count. "
                em { "Begin" } " and " em { "end" } " are journeys that start or are over in the phase; "
                em { "open" } " ones may go on."
            }
        }
    }
}

fn arcs(result: &TransitionsResult) -> Vec<Arc<'_>> {
    let place = |name: &str| result.nodes.iter().position(|node| node.name == name);
    let between = result.transitions.iter().filter_map(|transition| {
        let (from, to) = (place(&transition.from)?, place(&transition.to)?);
        (from != to && transition.count.is_some()).then_some((transition, from, to))
    });
    between
        .enumerate()
        .map(|(rank, (transition, from, to))| Arc { transition, from, to, labelled: rank < LABELLED })
        .collect()
}

fn room(arcs: &[Arc<'_>], forward: bool) -> f64 {
    let spans = arcs.iter().filter(|arc| arc.leads_forward() == forward).map(Arc::span);
    spans.max().map_or(MARGIN, |span| rise(span) + WIDEST / 2.0 + MARGIN + 4.0)
}

fn rise(span: usize) -> f64 {
    FIRST_RISE + RISE_PER_PHASE * span.saturating_sub(1) as f64
}

fn centre(index: usize) -> f64 {
    PITCH * (index as f64 + 0.5)
}

fn path(arc: &Arc<'_>, most: u64, above: f64) -> Markup {
    let forward = arc.leads_forward();
    let (start, end) = ends(arc);
    let base = if forward { above } else { above + BOX_HEIGHT };
    let control = if forward { base - rise(arc.span()) * 4.0 / 3.0 } else { base + rise(arc.span()) * 4.0 / 3.0 };
    let width = (WIDEST * arc.transition.count.drawn() as f64 / most as f64).max(1.0);
    html! {
        path class=(if forward { "forward" } else { "back" }) fill="none" stroke-width=(format!("{width:.1}"))
            d=(format!("M{start:.1} {base:.1}C{start:.1} {control:.1} {end:.1} {control:.1} {end:.1} {base:.1}")) {
            title { (sentence(arc.transition)) }
        }
    }
}

/// Arcs leave right of the middle of a box and arrive left of it when they lead forward, and the other way round.
fn ends(arc: &Arc<'_>) -> (f64, f64) {
    let shift = if arc.leads_forward() { BOX_WIDTH / 5.0 } else { -BOX_WIDTH / 5.0 };
    (centre(arc.from) + shift, centre(arc.to) - shift)
}

fn label(arc: &Arc<'_>, above: f64) -> Markup {
    let (start, end) = ends(arc);
    let apex = if arc.leads_forward() { above - rise(arc.span()) } else { above + BOX_HEIGHT + rise(arc.span()) };
    html! {
        text x=(format!("{:.1}", (start + end) / 2.0)) y=(format!("{:.1}", apex + 4.0)) text-anchor="middle" {
            (format::count(arc.transition.count))
        }
    }
}

fn phase_box(result: &TransitionsResult, index: usize, top: f64, visits: Count) -> Markup {
    let name = &result.nodes[index].name;
    let counted = |from: &[&str], to: &[&str]| -> Count {
        let both =
            result.transitions.iter().filter(|one| from.contains(&one.from.as_str()) && to.contains(&one.to.as_str()));
        both.map(|one| one.count).sum()
    };
    let (begin, end) = (counted(&[START, CONTINUED], &[name]), counted(&[name], &[EXIT]));
    let lines = [
        (21.0, "name", words::elided(&words::phase(name), 14)),
        (39.0, "visits", format::counted(visits, "visit", "visits")),
        (58.0, "small", format!("begin {}", format::count(begin))),
        (75.0, "small", format!("end {}", format::count(end))),
        (92.0, "small", format!("open {}", format::count(counted(&[name], &[OPEN])))),
    ];
    html! {
        g.empty[visits == 0] {
            rect.node x=(centre(index) - BOX_WIDTH / 2.0 - 8.0) y=(top) width=(BOX_WIDTH + 16.0) height=(BOX_HEIGHT) rx="6" {}
            @for (offset, class, text) in &lines {
                text class=(class) x=(centre(index)) y=(top + offset) text-anchor="middle" { (text) }
            }
        }
    }
}

fn sentence(transition: &Transition) -> String {
    format!(
        "{} to {}: {}, {}",
        words::phase(&transition.from),
        words::phase(&transition.to),
        format::count(transition.count),
        format::per_cent_of(transition.share)
    )
}

fn description(arcs: &[Arc<'_>]) -> String {
    let widest: Vec<String> = arcs.iter().filter(|arc| arc.labelled).map(|arc| sentence(arc.transition)).collect();
    format!("The most frequent moves: {}.", widest.join("; "))
}

/// A note for a report without moves between phases.
pub fn flow_or_note(result: &TransitionsResult) -> Markup {
    let drawn = flow(result);
    if drawn.0.is_empty() { cell::nothing("Nobody moved from one phase to another.") } else { drawn }
}

//! Which paths does one unit give?
//!
//! ```text
//! stops  a b x b c x        forward from x: first x b c x, last x, every both
//! anchor     *     *        backward from x: first x b a, last x c b x b a
//! ```
//!
//! A path begins with its anchor and then takes node after node until the unit has no more, or the depth is full.

use kundresa_model::spec::paths::{Occurrence, PathDirection, PathSpec, Repeats};

use super::streams::Stop;

/// Room for one path, used again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    nodes: Vec<u32>,
    recent: Vec<u32>,
}

/// How paths are followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Follow {
    direction: PathDirection,
    /// Without an anchor `None`.
    occurrence: Option<Occurrence>,
    repeats: Repeats,
    depth: usize,
}

impl Follow {
    pub(super) fn new(spec: &PathSpec) -> Self {
        Self {
            direction: spec.direction,
            occurrence: spec.anchor.as_ref().map(|_| spec.occurrence),
            repeats: spec.repeats,
            depth: spec.depth as usize,
        }
    }

    /// Calls `path` with the nodes of every path in `stops`, and whether it goes on after them.
    pub(super) fn paths(&self, stops: &[Stop], buffers: &mut Buffers, mut path: impl FnMut(&[u32], bool)) {
        let is_anchor = |stop: &Stop| stop.is_anchor;
        let start = match self.occurrence {
            None => self.first_node(stops),
            Some(Occurrence::First) => stops.iter().position(is_anchor),
            Some(Occurrence::Last) => stops.iter().rposition(is_anchor),
            Some(Occurrence::Every) => return self.every(stops, buffers, path),
        };
        if let Some(start) = start {
            let goes_on = self.path(stops, start, &mut buffers.nodes);
            path(&buffers.nodes, goes_on);
        }
    }

    fn every(&self, stops: &[Stop], buffers: &mut Buffers, mut path: impl FnMut(&[u32], bool)) {
        match (self.repeats, self.direction) {
            (Repeats::FirstVisit, PathDirection::Forward) => self.sweep(stops.iter().rev(), buffers, path),
            (Repeats::FirstVisit, PathDirection::Backward) => self.sweep(stops.iter(), buffers, path),
            (Repeats::Raw | Repeats::Collapse, _) => {
                // Where repeats are collapsed a run of one node is one occurrence; its first anchor stands for all.
                let mut begun = None;
                for (at, stop) in stops.iter().enumerate() {
                    begun = begun.filter(|code| *code == stop.code);
                    if stop.is_anchor && !(self.repeats == Repeats::Collapse && begun.is_some()) {
                        begun = Some(stop.code);
                        let goes_on = self.path(stops, at, &mut buffers.nodes);
                        path(&buffers.nodes, goes_on);
                    }
                }
            }
        }
    }

    /// Every path of first visits, from stops against the direction: a list of what came latest, moved to the front each
    /// time, is the order in which a path meets nodes first. One more than the depth says whether it goes on.
    fn sweep<'s>(
        &self,
        stops: impl Iterator<Item = &'s Stop>,
        buffers: &mut Buffers,
        mut path: impl FnMut(&[u32], bool),
    ) {
        let Buffers { nodes, recent } = buffers;
        recent.clear();
        for stop in stops {
            if !stop.is_anchor && recent.first() == Some(&stop.code) {
                continue;
            }
            nodes.clear();
            nodes.push(stop.code);
            nodes.extend(recent.iter().filter(|code| **code != stop.code));
            if stop.is_anchor {
                path(&nodes[..nodes.len().min(self.depth)], nodes.len() > self.depth);
            }
            if stop.is_node {
                nodes.truncate(self.depth + 1);
                std::mem::swap(nodes, recent);
            }
        }
    }

    fn first_node(&self, stops: &[Stop]) -> Option<usize> {
        match self.direction {
            PathDirection::Forward => stops.iter().position(|stop| stop.is_node),
            PathDirection::Backward => stops.iter().rposition(|stop| stop.is_node),
        }
    }

    /// Puts the path that begins at `start` into `nodes`; whether it goes on after them.
    fn path(&self, stops: &[Stop], start: usize, nodes: &mut Vec<u32>) -> bool {
        nodes.clear();
        nodes.push(stops[start].code);
        match self.direction {
            PathDirection::Forward => self.go_on(stops[start + 1..].iter(), nodes),
            PathDirection::Backward => self.go_on(stops[..start].iter().rev(), nodes),
        }
    }

    #[inline]
    fn go_on<'s>(&self, rest: impl Iterator<Item = &'s Stop>, nodes: &mut Vec<u32>) -> bool {
        for stop in rest.filter(|stop| stop.is_node) {
            if self.is_passed_over(stop.code, nodes) {
                continue;
            }
            if nodes.len() == self.depth {
                return true;
            }
            nodes.push(stop.code);
        }
        false
    }

    #[inline]
    fn is_passed_over(&self, code: u32, nodes: &[u32]) -> bool {
        match self.repeats {
            Repeats::Raw => false,
            Repeats::Collapse => nodes.last() == Some(&code),
            Repeats::FirstVisit => nodes.contains(&code),
        }
    }
}

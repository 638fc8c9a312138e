//! Which ways do people take, forward or backward from where?
//!
//! - **Unit:** a session, or an actor with all activity. A unit without a node takes no part.
//! - **Node:** an activity event's name, or the page of a view. Rows that the vendor made up are none unless asked for.
//! - **Path:** begins with the anchor (without one with the unit's first node, backward the last) and takes node after
//!   node up to the depth. It has no deadline, so nothing is open: what the unit did up to the data end is its path.
//! - **Chosen:** a session starts at or after `--from`; of an actor, events from then on are seen. The filter hides events
//!   (scope `event`), sessions, or actors.
//! - **Segment:** the first filled value in the session, or in the journey.
//!
//! Many units of a chunk are alike; where they are short they are counted together ([`packed`]).
//! Paths are counted by prefix ([`forest`]), and everything that is shown of them is read off the prefixes at the end:
//! [`layers`], [`tree`] and [`variants`]. Figures of single nodes ([`nodes`]) look at whole units.
//! Source: `docs/semantics.md#paths`.

mod finish;
mod follow;
mod forest;
mod layers;
mod nodes;
mod ordered;
mod packed;
mod short;
mod streams;
mod tree;
mod variants;

use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::{Columns, MaskSet};
use kundresa_model::predicate::{Predicate, parse_step};
use kundresa_model::result::paths::PathsResult;
use kundresa_model::result::segments::NOT_SET;
use kundresa_model::spec::paths::{MAX_DEPTH, MAX_SHOWN, PathNodes, PathSpec, PathUnit};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally};
use crate::scope::Plan;
use follow::{Buffers, Follow};
use forest::Forest;
use nodes::NodeTable;
use packed::{Packing, packed, unpacked};
use short::ShortUnits;
use streams::{Room, Stop, Streams, whole};

/// Counts paths.
#[derive(Clone, Debug)]
pub struct Paths<'a> {
    spec: PathSpec,
    plan: Plan<'a>,
    follow: Follow,
    /// The column of the nodes.
    column: usize,
    names: &'a Dictionary,
    /// Code of what has no name, which only an anchor can lack.
    unnamed: u32,
    steps: MaskSet,
    /// Column that alone decides, and by its codes the steps.
    steps_by_code: Option<(usize, Vec<u64>)>,
    /// Bit of an event that is a view; 0 if every event is a node.
    view: u64,
    /// Bit of an event that matches the anchor; 0 without one.
    anchor: u64,
    most_prefixes: usize,
    packing: Packing,
    /// By code of the nodes the packed stop of a plain event, if the code alone decides and every event is a stop.
    stop_by_code: Option<Vec<u64>>,
    /// Cells of units of few events, where the code decides.
    short: ShortUnits,
}

/// Paths counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PathsPartial {
    total: Units,
    paths: Forest,
    nodes: NodeTable,
    segments: Keyed<u32, Units>,
    #[serde(skip)]
    buffers: Buffers,
    #[serde(skip)]
    room: Room,
    /// Buffer: short units of one chunk, by segment and packed stops.
    #[serde(skip)]
    alike: Keyed<(u32, u64), u64>,
    /// Buffer: segments of the sessions of a chunk.
    #[serde(skip)]
    segment_of: Vec<u32>,
    /// Buffer: units of few events of one chunk, by cell.
    #[serde(skip)]
    short: Vec<u32>,
    /// Buffer: stops of one unit.
    #[serde(skip)]
    stops: Vec<Stop>,
}

/// Units with a node.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Units {
    units: u64,
    with_path: u64,
}

impl Tally for Units {
    fn add(&mut self, other: Self) {
        self.units += other.units;
        self.with_path += other.with_path;
    }
}

impl<'a> Paths<'a> {
    /// The paths of `spec` over `scope`; filters are of scope `event` unless they say otherwise.
    ///
    /// # Errors
    /// When a number is out of its range, when there is no column of nodes, or when a step, the filter or the dimension
    /// does not fit the columns.
    pub fn try_new(spec: &PathSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        check_paths(spec)?;
        let columns = context.columns;
        let (column, names) = match spec.nodes {
            PathNodes::Events => columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?,
            PathNodes::Pages => columns.text(text::PAGE).ok_or(AnalyzeError::NoPageColumn)?,
        };
        let (steps, view, anchor) = steps(spec, columns)?;
        let plan = Plan::try_new(scope, FilterScope::Event, columns)?;
        let paths = Self {
            short: ShortUnits::of(names.codes(), plan.segment_codes()),
            plan,
            follow: Follow::new(spec),
            column,
            names,
            unnamed: names.code(NOT_SET).unwrap_or(NULL),
            steps_by_code: steps.by_code().map(|(column, matches)| (column, matches.to_vec())),
            steps,
            view,
            anchor,
            most_prefixes: spec.most_prefixes.unwrap_or(PathSpec::MOST_PREFIXES) as usize,
            packing: Packing::of(names.codes()),
            spec: spec.clone(),
            stop_by_code: None,
        };
        Ok(Self { stop_by_code: paths.stops_by_code(), ..paths })
    }

    /// What [`Self::stop`] says of plain events by code, if the code decides alone and all of them are stops.
    fn stops_by_code(&self) -> Option<Vec<u64>> {
        let matches = match &self.steps_by_code {
            _ if self.view != 0 => return None,
            _ if self.anchor == 0 => &vec![0; self.names.codes()],
            Some((column, matches)) if *column == self.column => matches,
            _ => return None,
        };
        let stop = |(code, matched): (u32, &u64)| Stop {
            code: if code == NULL { self.unnamed } else { code },
            is_node: true,
            is_anchor: matched & self.anchor != 0,
        };
        Some((0..).zip(matches).map(stop).map(packed).collect())
    }

    /// What `event`, an activity that the filter shows, is on the way of its unit.
    #[inline]
    fn stop(&self, chunk: &ActorChunk<'_>, event: usize) -> Option<Stop> {
        let flags = EventFlags(chunk.flags[event]);
        if flags.has(EventFlags::SYNTHETIC) && !self.spec.synthetic {
            return None;
        }
        let code = chunk.text[self.column][event];
        let matched = match &self.steps_by_code {
            _ if self.view | self.anchor == 0 => 0,
            Some((column, matches)) => matches[chunk.text[*column][event] as usize],
            None => self.steps.matches(&chunk.columns(), event),
        };
        let is_node = self.view == 0 || (matched & self.view != 0 && code != NULL);
        let is_anchor = matched & self.anchor != 0 && !flags.has(EventFlags::REPEATED_ORDER);
        let code = if code == NULL { self.unnamed } else { code };
        (is_node || is_anchor).then_some(Stop { code, is_node, is_anchor })
    }

    /// Counts a unit; short ones only when [`Self::count_alike`] is called, which must follow.
    #[inline]
    fn see(&self, stops: &[Stop], segment: u32, partial: &mut PathsPartial) {
        match self.packing.pack(stops) {
            Some(packed) => *partial.alike.at((segment, packed)) += 1,
            None => self.count(stops, 1, segment, partial),
        }
    }

    /// As [`Self::see`] for `session`, given all its events.
    #[inline]
    fn see_whole(
        &self,
        Whole { chunk, stop_by_code, is_plain }: Whole<'_>,
        session: usize,
        segment: u32,
        partial: &mut PathsPartial,
    ) {
        let Some(events) = whole(chunk, session) else { return };
        if is_plain || !has_odd(&chunk.flags[events.clone()]) {
            let codes = &chunk.text[self.column][events.clone()];
            if codes.len() <= self.short.most() {
                partial.short[self.short.cell(segment, codes)] += 1;
                return;
            }
            if let Some(packed) = self.packing.join(codes.iter().map(|code| stop_by_code[*code as usize])) {
                *partial.alike.at((segment, packed)) += 1;
                return;
            }
        }
        let mut stops = std::mem::take(&mut partial.stops);
        stops.clear();
        stops.extend(events.filter_map(|event| self.stop(chunk, event)));
        if !stops.is_empty() {
            self.see(&stops, segment, partial);
        }
        partial.stops = stops;
    }

    /// Counts the short units that were seen.
    fn count_alike(&self, partial: &mut PathsPartial) {
        self.count_short(partial);
        let (mut alike, mut stops) = (std::mem::take(&mut partial.alike), std::mem::take(&mut partial.stops));
        alike.drain(|(segment, packed), units| {
            self.packing.unpack(packed, &mut stops);
            self.count(&stops, units, segment, partial);
        });
        (partial.alike, partial.stops) = (alike, stops);
    }

    /// Counts the units that have cells.
    fn count_short(&self, partial: &mut PathsPartial) {
        let Some(stop_by_code) = &self.stop_by_code else { return };
        let (mut short, mut codes, mut stops) =
            (std::mem::take(&mut partial.short), Vec::new(), std::mem::take(&mut partial.stops));
        for (cell, units) in short.iter_mut().enumerate().filter(|(_, units)| **units > 0) {
            let segment = self.short.unit(cell, &mut codes);
            stops.clear();
            stops.extend(codes.iter().map(|code| unpacked(stop_by_code[*code as usize])));
            self.count(&stops, u64::from(std::mem::take(units)), segment, partial);
        }
        (partial.short, partial.stops) = (short, stops);
    }

    /// Counts that many units with these stops.
    fn count(&self, stops: &[Stop], units: u64, segment: u32, partial: &mut PathsPartial) {
        let nodes = stops.iter().filter(|stop| stop.is_node).map(|stop| stop.code);
        if !partial.nodes.count(nodes, units) {
            return;
        }
        let PathsPartial { paths, buffers, .. } = partial;
        let mut has_path = false;
        self.follow.paths(stops, buffers, |nodes, goes_on| {
            has_path = true;
            paths.count(segment, nodes, goes_on, units);
        });
        let tally = Units { units, with_path: if has_path { units } else { 0 } };
        partial.total.add(tally);
        if self.plan.has_segments() {
            partial.segments.at(segment).add(tally);
        }
    }
}

/// A chunk of sessions whose events are one after the other and all of them activity.
#[derive(Clone, Copy)]
struct Whole<'a> {
    chunk: &'a ActorChunk<'a>,
    stop_by_code: &'a [u64],
    /// Whether what a stop is follows from the code of every event.
    is_plain: bool,
}

/// Whether the code alone does not tell what one of these events is.
#[inline]
fn has_odd(flags: &[u8]) -> bool {
    flags.iter().fold(0, |all, flags| all | flags) & (EventFlags::SYNTHETIC | EventFlags::REPEATED_ORDER) != 0
}

/// Refuses numbers that no path can have.
///
/// # Errors
/// With the first number that is out of its range.
pub fn check_paths(spec: &PathSpec) -> Result<(), AnalyzeError> {
    let ranges = [
        ("depth", spec.depth, 1, MAX_DEPTH),
        ("width", spec.width, 1, MAX_SHOWN),
        ("tree", spec.tree, 1, MAX_SHOWN),
        ("variants", spec.variants, 0, MAX_SHOWN),
    ];
    match ranges.into_iter().find(|(_, found, least, most)| !(least..=most).contains(&found)) {
        None => Ok(()),
        Some((what, found, least, most)) => Err(AnalyzeError::PathRange { what, found, least, most }),
    }
}

/// What makes a view and the anchor, compiled, with the bit of each.
fn steps(spec: &PathSpec, columns: &dyn Columns) -> Result<(MaskSet, u64, u64), AnalyzeError> {
    let mut predicates: Vec<Predicate> = Vec::new();
    let mut add = |place: &str, written: Option<&str>| -> Result<u64, AnalyzeError> {
        let Some(written) = written else { return Ok(0) };
        predicates
            .push(parse_step(written).map_err(|error| AnalyzeError::Predicate { place: place.to_owned(), error })?);
        Ok(1 << (predicates.len() - 1))
    };
    let view = add("views", Some(spec.views.as_str()).filter(|_| spec.nodes == PathNodes::Pages))?;
    let anchor = add("anchor", spec.anchor_step().as_deref())?;
    let place = || if anchor == 0 { "views".to_owned() } else { "anchor".to_owned() };
    let steps = MaskSet::try_new(&predicates, columns).map_err(|error| AnalyzeError::Mask { place: place(), error })?;
    Ok((steps, view, anchor))
}

impl Analysis for Paths<'_> {
    type Partial = PathsPartial;
    type Output = PathsResult;

    fn empty(&self) -> PathsPartial {
        PathsPartial {
            paths: Forest::new(self.spec.depth, self.most_prefixes).over(self.names.codes()),
            nodes: NodeTable::new(self.names.codes()),
            ..PathsPartial::default()
        }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut PathsPartial) {
        let selection = self.plan.select(chunk);
        let streams = Streams { chunk, selection: &selection, from_us: self.plan.from_us };
        let stop = |event: usize| self.stop(chunk, event);
        match self.spec.unit {
            PathUnit::Session => {
                let (mut room, mut segments) =
                    (std::mem::take(&mut partial.room), std::mem::take(&mut partial.segment_of));
                self.plan.session_segments_into(chunk, &mut segments);
                let segment = |session: usize| segments.get(session).copied().unwrap_or(NULL);
                match self.stop_by_code.as_ref().filter(|_| streams.are_whole()) {
                    Some(stop_by_code) => {
                        partial.short.resize(self.short.cells(self.plan.segment_codes()), 0);
                        let chunk = Whole { chunk, stop_by_code, is_plain: !has_odd(chunk.flags) };
                        (0..streams.chunk.sessions.first_event.len())
                            .for_each(|session| self.see_whole(chunk, session, segment(session), partial));
                    }
                    None => streams.of_sessions(stop, &mut room, |session, stops| {
                        self.see(stops, segment(session), partial);
                    }),
                }
                self.count_alike(partial);
                (partial.room, partial.segment_of) = (room, segments);
            }
            PathUnit::Actor => streams.of_actors(stop, |actor, stops| {
                self.count(stops, 1, self.plan.journey_segment(chunk, actor), partial);
            }),
        }
    }

    fn merge(&self, into: &mut PathsPartial, from: PathsPartial) {
        into.total.add(from.total);
        into.paths.add(from.paths);
        into.nodes.add(from.nodes);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: PathsPartial, _accounting: &Accounting) -> PathsResult {
        self.result(partial)
    }
}

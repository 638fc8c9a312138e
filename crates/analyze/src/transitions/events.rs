//! Which event, or page, follows which within a session?
//!
//! ```text
//! session_of  0 0 1 0 1
//! event       a b a a c        0: start→a a→b b→a a→exit    1: start→a a→c c→exit
//! ```
//!
//! Consecutive activity events of one session, the vendor's synthetic rows included. Sessions may interleave where a
//! vendor's id is trusted, so each follows its own chain. A session is chosen by its start and by the filter; under
//! filter scope `event` only matching events are seen, and sessions without one are no units. A node's `dwell_us` is
//! empty: dwell belongs to phase visits. Between pages the same holds of the pages of views. Source: `docs/semantics.md#paths`.

use std::cmp::Reverse;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::MaskSet;
use kundresa_model::predicate::parse_step;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_model::result::transitions::{
    EXIT, NodeKind, START, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use super::named_transitions;
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally, add_each};
use crate::privacy::heads::{Counted, Heads, Join, counted};
use crate::scope::{Plan, Selection};

/// Up to this many codes a full matrix is counted in, which then takes at most 2 MiB.
const DENSE_CODES: usize = 512;
/// Up to this many counts of (segment, from, to) are kept in a matrix for each chunk, whose actors fill a good part of it.
const CHUNK_CELLS: usize = 1 << 13;
/// Matrices that pairs are counted in by turns.
const TABLES: usize = 4;
/// Code of the pseudo-nodes before the first and after the last; no node has it, since none is null.
const BOUNDARY: u32 = 0;
/// Code of all nodes that are not told apart; no dictionary is that long.
const REST: u32 = u32::MAX;
/// Nodes that are told apart under a privacy threshold.
const MOST_KEPT: usize = 40;
/// The same where there are segments, each of which has them all.
const MOST_KEPT_BY_SEGMENT: usize = 12;
/// Marks a session that is not chosen, where others have the code of their latest event.
const UNCHOSEN_SESSION: u32 = u32::MAX;

/// Counts transitions between events.
#[derive(Clone, Debug)]
pub struct EventTransitions<'a> {
    plan: Plan<'a>,
    column: usize,
    names: &'a Dictionary,
    /// Which events are views; `None` between events.
    views: Option<Views>,
    /// [`CHUNK_CELLS`], except in tests.
    most_cells: usize,
}

/// Which events are views.
#[derive(Clone, Debug)]
struct Views {
    masks: MaskSet,
    /// Column that alone decides, and by its codes how.
    by_code: Option<(usize, Vec<bool>)>,
}

impl Views {
    fn new(masks: MaskSet) -> Self {
        let by_code =
            masks.by_code().map(|(column, matches)| (column, matches.iter().map(|matches| *matches != 0).collect()));
        Self { masks, by_code }
    }

    #[inline]
    fn has(&self, chunk: &ActorChunk<'_>, event: usize) -> bool {
        match &self.by_code {
            Some((column, is_view)) => is_view[chunk.text[*column][event] as usize],
            None => self.masks.matches(&chunk.columns(), event) != 0,
        }
    }
}

/// Transitions between events counted so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventTransitionsPartial {
    /// Of all segments together; where there are any, nothing until the end.
    pairs: PairCounts,
    segments: Keyed<u32, SegmentPairs>,
    /// Actors behind the pairs, of all segments together and of each; only with a privacy threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heads: Option<(PairHeads, Keyed<u32, PairHeads>)>,
    #[serde(skip)]
    buffers: Buffers,
}

/// Room for what is known of one chunk, used again and again.
#[derive(Clone, Debug, Default)]
struct Buffers {
    chains: Chains,
    segment_of: Vec<u32>,
    /// Counts of the chunk by segment, from and to, if they are few.
    cells: Vec<u32>,
}

/// How far each session of a chunk has come.
#[derive(Clone, Debug, Default)]
struct Chains {
    /// Per session the code of its latest event: [`BOUNDARY`] before the first, or [`UNCHOSEN_SESSION`].
    chains: Vec<u32>,
    /// Session and page of views; those beyond what was found mean nothing.
    nodes: Vec<(u32, u32)>,
}

/// Actors behind pairs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct PairHeads {
    sessions: Heads<1>,
    pairs: Keyed<(u32, u32), Heads<1>>,
}

impl Tally for PairHeads {
    fn add(&mut self, other: Self) {
        self.sessions.add(other.sessions);
        self.pairs.add(other.pairs);
    }
}

impl Join for PairHeads {
    fn join(&mut self, other: &Self) {
        self.sessions.join(&other.sessions);
        self.pairs.join(&other.pairs);
    }

    fn ranked(&self) -> u64 {
        self.sessions.ranked()
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct SegmentPairs {
    sessions: u64,
    pairs: Keyed<(u32, u32), u64>,
}

/// Counts of (from, to) codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum PairCounts {
    /// `codes × codes`, row by row.
    Dense { codes: usize, counts: Vec<u64> },
    /// Only pairs that occur.
    Sparse(Keyed<(u32, u32), u64>),
}

impl PairCounts {
    fn new(codes: usize) -> Self {
        if codes > DENSE_CODES {
            return Self::Sparse(Keyed::default());
        }
        Self::Dense { codes, counts: vec![0; codes * codes] }
    }

    #[inline]
    fn count(&mut self, from: u32, to: u32) {
        match self {
            Self::Dense { codes, counts } => counts[from as usize * *codes + to as usize] += 1,
            Self::Sparse(pairs) => *pairs.at((from, to)) += 1,
        }
    }

    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Dense { counts, .. }, Self::Dense { counts: other, .. }) => add_each(counts, other),
            (pairs, other) => other.into_sorted().into_iter().for_each(|(pair, count)| pairs.raise(pair, count)),
        }
    }

    fn raise(&mut self, (from, to): (u32, u32), by: u64) {
        match self {
            Self::Dense { codes, counts } => counts[from as usize * *codes + to as usize] += by,
            Self::Sparse(pairs) => *pairs.at((from, to)) += by,
        }
    }

    fn into_sorted(self) -> Vec<((u32, u32), u64)> {
        let (codes, counts) = match self {
            Self::Sparse(pairs) => return pairs.into_sorted(),
            Self::Dense { codes, counts } => (codes, counts),
        };
        let pairs = (0u32..).take(codes).flat_map(|from| (0u32..).take(codes).map(move |to| (from, to)));
        pairs.zip(counts).filter(|(_, count)| *count > 0).collect()
    }
}

impl Tally for SegmentPairs {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.pairs.add(other.pairs);
    }
}

impl<'a> EventTransitions<'a> {
    /// Transitions between events over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter or the dimension does not fit the columns, or when the column `event` was not projected.
    pub fn try_new(scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let (column, names) = context.columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?;
        let plan = Plan::try_new(scope, FilterScope::Session, context.columns)?;
        Ok(Self { plan, column, names, views: None, most_cells: CHUNK_CELLS })
    }

    /// Transitions between the pages of those events that match the step `views`.
    ///
    /// # Errors
    /// When there are no pages, or when the step, the filter or the dimension does not fit the columns.
    pub fn of_pages(views: &str, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let (column, names) = context.columns.text(text::PAGE).ok_or(AnalyzeError::NoPageColumn)?;
        let place = || "views".to_owned();
        let predicate = parse_step(views).map_err(|error| AnalyzeError::Predicate { place: place(), error })?;
        let views = MaskSet::try_new(&[predicate], context.columns)
            .map_err(|error| AnalyzeError::Mask { place: place(), error })?;
        let plan = Plan::try_new(scope, FilterScope::Session, context.columns)?;
        Ok(Self { plan, column, names, views: Some(Views::new(views)), most_cells: CHUNK_CELLS })
    }

    /// Whether `event` is a view with a page, and no row that the vendor made up; between events always.
    #[inline]
    fn is_node(&self, chunk: &ActorChunk<'_>, event: usize) -> bool {
        self.views.as_ref().is_none_or(|views| {
            chunk.text[self.column][event] != BOUNDARY
                && !chunk.has(event, EventFlags::SYNTHETIC)
                && views.has(chunk, event)
        })
    }

    /// Per session [`BOUNDARY`], or [`UNCHOSEN_SESSION`].
    fn begin_chains(&self, chunk: &ActorChunk<'_>, selection: &Selection, chains: &mut Vec<u32>) {
        chains.clear();
        let sessions = chunk.sessions.first_event.len();
        if self.plan.has_all(selection) {
            chains.resize(sessions, BOUNDARY);
            return;
        }
        chains.resize(sessions, UNCHOSEN_SESSION);
        for actor in 0..chunk.actors() {
            for session in chunk.sessions_of(actor) {
                let start = chunk.ts[chunk.sessions.first_event[session] as usize];
                if start >= self.plan.from_us && selection.allows_session(actor, session) {
                    chains[session] = BOUNDARY;
                }
            }
        }
    }

    /// Calls `pair` with session, code and next code for every count that the chosen sessions of `chunk` give.
    fn walk(
        &self,
        chunk: &ActorChunk<'_>,
        selection: &Selection,
        Chains { chains, nodes }: &mut Chains,
        pair: impl FnMut(usize, u32, u32),
    ) {
        self.begin_chains(chunk, selection, chains);
        let by_code = self.views.as_ref().and_then(|views| views.by_code.as_ref());
        if self.views.is_none() && selection.is_everything() {
            follow(chunk, self.column, chains, |_| true, pair);
        } else if self.plan.has_all(selection)
            && let Some((column, is_view)) = by_code
        {
            follow_nodes(views_of(chunk, self.column, chunk.text[*column], is_view, nodes), chains, pair);
        } else {
            let is_node = |event| selection.shows_event(event) && self.is_node(chunk, event);
            follow(chunk, self.column, chains, is_node, pair);
        }
    }

    /// Counts the pairs of `chunk` in a matrix; false if there would be too many cells.
    fn count_cells(
        &self,
        chunk: &ActorChunk<'_>,
        selection: &Selection,
        EventTransitionsPartial { pairs, segments, buffers, .. }: &mut EventTransitionsPartial,
    ) -> bool {
        let codes = self.names.codes();
        let square = codes.saturating_mul(codes);
        let all = square.saturating_mul(self.plan.segment_codes());
        if all > self.most_cells || codes > DENSE_CODES {
            return false;
        }
        let Buffers { chains, segment_of, cells } = buffers;
        cells.clear();
        cells.resize(all, 0);
        let place = |from: u32, to: u32| from as usize * codes + to as usize;
        let first = |session: usize| segment_of.get(session).map_or(0, |segment| *segment as usize * square);
        let mut count = |session, from, to| cells[first(session) + place(from, to)] += 1;
        if self.views.is_some() || !self.plan.has_all(selection) {
            self.walk(chunk, selection, chains, count);
        } else if self.plan.has_segments() || !lie_in_a_row(chunk) {
            if !follow_all(chunk, self.column, &mut count) {
                cells.fill(0);
                self.walk(chunk, selection, chains, |session, from, to| cells[first(session) + place(from, to)] += 1);
            }
        } else {
            cells.resize(square * TABLES, 0);
            count_in_a_row(chunk, self.column, codes, cells);
            let (all, others) = cells.split_at_mut(square);
            for other in others.chunks_exact(square.max(1)) {
                all.iter_mut().zip(other).for_each(|(sum, count)| *sum += count);
            }
            cells.truncate(square);
        }
        let of_pairs = || (0u32..).take(codes).flat_map(|from| (0u32..).take(codes).map(move |to| (from, to)));
        for (segment, cells) in (0u32..).zip(cells.chunks_exact(square.max(1))) {
            for (pair, count) in of_pairs().zip(cells).filter(|(_, count)| **count > 0) {
                let count = u64::from(*count);
                if self.plan.has_segments() {
                    let segment = segments.at(segment);
                    segment.sessions += if pair.0 == BOUNDARY { count } else { 0 };
                    *segment.pairs.at(pair) += count;
                } else {
                    pairs.raise(pair, count);
                }
            }
        }
        true
    }

    /// Counts the actors behind the pairs of `chunk`.
    fn count_heads(
        &self,
        chunk: &ActorChunk<'_>,
        selection: &Selection,
        (all, segments): &mut (PairHeads, Keyed<u32, PairHeads>),
    ) {
        let mut actor_of = Vec::with_capacity(chunk.sessions.first_event.len());
        for actor in 0..chunk.actors() {
            actor_of.extend(chunk.sessions_of(actor).map(|_| actor));
        }
        let segment_of = self.plan.session_segments(chunk);
        let (mut ways, mut begun, mut chains) = (Vec::new(), Vec::new(), Chains::default());
        self.walk(chunk, selection, &mut chains, |session, from, to| {
            let (segment, actor) = (segment_of.get(session).copied().unwrap_or(0), actor_of[session]);
            ways.push(((from, to), actor, segment));
            if from == BOUNDARY {
                begun.push((actor, segment));
            }
        });
        for list in distinct(ways).chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
            all.pairs.at(list[0].0).see([1]);
            list.iter().for_each(|(pair, _, segment)| segments.at(*segment).pairs.at(*pair).see([1]));
        }
        for list in distinct(begun).chunk_by(|one, next| one.0 == next.0) {
            all.sessions.see([1]);
            list.iter().for_each(|(_, segment)| segments.at(*segment).sessions.see([1]));
        }
    }

    fn name(&self, code: u32) -> &str {
        if code == REST { OTHER } else { self.names.value(code).unwrap_or(NOT_SET) }
    }

    fn transitions(&self, pairs: &[((u32, u32), u64)], heads: Option<&Keyed<(u32, u32), Heads<1>>>) -> Vec<Transition> {
        let end = |code, boundary| match code {
            BOUNDARY => (boundary, NodeKind::Pseudo),
            REST => (OTHER, NodeKind::Pseudo),
            code => (self.name(code), NodeKind::Node),
        };
        let actors = |pair| heads.map(|heads| heads.get(pair).map_or(0, Join::ranked));
        let named = |&((from, to), count): &_| (end(from, START), end(to, EXIT), count, actors((from, to)));
        named_transitions(pairs.iter().map(named))
    }

    /// Codes that are told apart under a privacy threshold: the most frequent, none of which is called like a pseudo-node.
    /// The sums of more would take too long to look through.
    fn kept(&self, pairs: &[((u32, u32), u64)]) -> Vec<u32> {
        let most = if self.plan.has_segments() { MOST_KEPT_BY_SEGMENT } else { MOST_KEPT };
        let mut visits: Keyed<u32, u64> = Keyed::default();
        pairs.iter().for_each(|&((from, _), count)| *visits.at(from) += count);
        let mut nodes = visits.into_sorted();
        nodes.retain(|(code, _)| *code != BOUNDARY && ![START, EXIT, OTHER].contains(&self.name(*code)));
        nodes.sort_by_key(|&(code, visits)| (Reverse(visits), code));
        let mut kept: Vec<u32> = nodes.into_iter().take(most).map(|(code, _)| code).collect();
        kept.push(BOUNDARY);
        kept.sort_unstable();
        kept
    }

    fn nodes(&self, pairs: &[((u32, u32), u64)]) -> Vec<TransitionNode> {
        let mut visits: Keyed<u32, u64> = Keyed::default();
        for &((from, _), count) in pairs {
            *visits.at(from) += count;
        }
        let mut nodes = visits.into_sorted();
        nodes.retain(|(code, _)| *code != BOUNDARY);
        nodes.sort_by_key(|&(code, visits)| (Reverse(visits), code));
        let node = |(code, visits): (u32, u64)| TransitionNode {
            name: self.name(code).to_owned(),
            visits: Count::from(visits),
            dwell_us: Quantiles::default(),
        };
        nodes.into_iter().map(node).collect()
    }
}

impl Analysis for EventTransitions<'_> {
    type Partial = EventTransitionsPartial;
    type Output = TransitionsResult;

    fn empty(&self) -> EventTransitionsPartial {
        EventTransitionsPartial {
            pairs: PairCounts::new(self.names.codes()),
            segments: Keyed::default(),
            heads: (self.plan.threshold() > 0).then(Default::default),
            buffers: Buffers::default(),
        }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut EventTransitionsPartial) {
        let selection = self.plan.select(chunk);
        if let Some(heads) = &mut partial.heads {
            self.count_heads(chunk, &selection, heads);
        }
        self.plan.session_segments_into(chunk, &mut partial.buffers.segment_of);
        if self.count_cells(chunk, &selection, partial) {
            return;
        }
        let EventTransitionsPartial { pairs, segments, buffers, .. } = partial;
        let Buffers { chains, segment_of, .. } = buffers;
        if !self.plan.has_segments() {
            return self.walk(chunk, &selection, chains, |_, from, to| pairs.count(from, to));
        }
        self.walk(chunk, &selection, chains, |session, from, to| {
            let segment = segments.at(segment_of[session]);
            segment.sessions += u64::from(from == BOUNDARY);
            *segment.pairs.at((from, to)) += 1;
        });
    }

    fn merge(&self, into: &mut EventTransitionsPartial, from: EventTransitionsPartial) {
        into.pairs.add(from.pairs);
        into.segments.add(from.segments);
        if let (Some((all, segments)), Some((other, other_segments))) = (&mut into.heads, from.heads) {
            all.add(other);
            segments.add(other_segments);
        }
    }

    fn finish(&self, partial: EventTransitionsPartial, _accounting: &Accounting) -> TransitionsResult {
        let mut all_pairs = partial.pairs;
        for (_, segment) in partial.segments.iter() {
            segment.pairs.iter().for_each(|(pair, count)| all_pairs.raise(*pair, *count));
        }
        let mut pairs = all_pairs.into_sorted();
        let is_counted = partial.heads.is_some();
        let kept = is_counted.then(|| self.kept(&pairs));
        let (mut all, segment_heads) = partial.heads.unwrap_or_default();
        if let Some(kept) = &kept {
            pairs = fold(pairs, kept, Tally::add);
            all.pairs = fold_heads(all.pairs, kept);
        }
        let segment = |Counted { tally, heads }: Counted<SegmentPairs, PairHeads>| {
            let mut pairs = tally.pairs.into_sorted();
            let mut heads = heads.pairs;
            if let Some(kept) = &kept {
                pairs = fold(pairs, kept, Tally::add);
                heads = fold_heads(heads, kept);
            }
            let transitions = self.transitions(&pairs, is_counted.then_some(&heads));
            TransitionFigures { units: tally.sessions.into(), transitions }
        };
        TransitionsResult {
            of: if self.views.is_some() { TransitionsOf::Pages } else { TransitionsOf::Events },
            nodes: self.nodes(&pairs),
            transitions: self.transitions(&pairs, is_counted.then_some(&all.pairs)),
            no_phase_actors: Count::default(),
            regressions: Count::default(),
            regression_pairs: Vec::new(),
            by: self.plan.breakdown(
                counted(partial.segments, segment_heads),
                |segment| segment.tally.sessions,
                segment,
            ),
        }
    }
}

/// Calls `pair` with session, code and next code for every step between events that are nodes, and the first and last steps of
/// all sessions in `chains`. Most events are of the same session as the one before, whose chain is then at hand.
#[inline]
fn follow(
    chunk: &ActorChunk<'_>,
    column: usize,
    chains: &mut [u32],
    is_node: impl Fn(usize) -> bool,
    mut pair: impl FnMut(usize, u32, u32),
) {
    let (mut at_hand, mut latest) = (NO_SESSION, UNCHOSEN_SESSION);
    let events = chunk.session_of.iter().zip(chunk.flags).zip(chunk.text[column]);
    for (event, ((&session, &flags), &code)) in events.enumerate() {
        if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
            continue;
        }
        if session != at_hand {
            if let Some(chain) = chains.get_mut(at_hand as usize) {
                *chain = latest;
            }
            (at_hand, latest) = (session, chains[session as usize]);
        }
        if latest != UNCHOSEN_SESSION && is_node(event) {
            pair(session as usize, latest, code);
            latest = code;
        }
    }
    if let Some(chain) = chains.get_mut(at_hand as usize) {
        *chain = latest;
    }
    leave(chains, pair);
}

/// Calls `pair` for the last step of every session.
fn leave(chains: &[u32], mut pair: impl FnMut(usize, u32, u32)) {
    for (session, latest) in chains.iter().enumerate() {
        if *latest != BOUNDARY && *latest != UNCHOSEN_SESSION {
            pair(session, *latest, BOUNDARY);
        }
    }
}

/// Session and page of the events in sessions that are views, by their codes in another column. As [`follow`] sees them, and
/// without a branch on what is one, which none could foresee.
fn views_of<'n>(
    chunk: &ActorChunk<'_>,
    pages: usize,
    codes: &[u32],
    is_view: &[bool],
    nodes: &'n mut Vec<(u32, u32)>,
) -> &'n [(u32, u32)] {
    if nodes.len() < codes.len() {
        nodes.resize(codes.len(), (NO_SESSION, BOUNDARY));
    }
    let mut count = 0;
    let events = chunk.session_of.iter().zip(chunk.flags).zip(chunk.text[pages]).zip(codes);
    for (((&session, &flags), &page), &code) in events {
        nodes[count] = (session, page);
        let is_node = (flags & (EventFlags::ACTIVITY | EventFlags::SYNTHETIC) == EventFlags::ACTIVITY)
            & (session != NO_SESSION)
            & (page != BOUNDARY)
            & is_view[code as usize];
        count += usize::from(is_node);
    }
    &nodes[..count]
}

/// As [`follow`], given the nodes in their order.
fn follow_nodes(nodes: &[(u32, u32)], chains: &mut [u32], mut pair: impl FnMut(usize, u32, u32)) {
    for &(session, code) in nodes {
        let latest = std::mem::replace(&mut chains[session as usize], code);
        pair(session as usize, latest, code);
    }
    leave(chains, pair);
}

/// The same where every event with activity is a node, and nothing is left out. Only for sessions that follow each other; false
/// as soon as one goes on after a later one began. There is no branch on where a session begins, which none could foresee.
#[inline]
fn follow_all(chunk: &ActorChunk<'_>, column: usize, mut pair: impl FnMut(usize, u32, u32)) -> bool {
    let (mut before, mut latest) = (0, BOUNDARY);
    let events = chunk.session_of.iter().zip(chunk.flags).zip(chunk.text[column]);
    for ((&session, &flags), &code) in events {
        if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
            continue;
        }
        if session < before {
            return false;
        }
        let from = if session == before { latest } else { BOUNDARY };
        pair(session as usize, from, code);
        (before, latest) = (session, code);
    }
    let codes = chunk.text[column];
    for (session, &last) in chunk.sessions.last_event.iter().enumerate() {
        pair(session, codes[last as usize], BOUNDARY);
    }
    true
}

/// Whether every event is activity in a session, and each session's events follow each other: so it is in most logs.
fn lie_in_a_row(chunk: &ActorChunk<'_>) -> bool {
    let is_activity = chunk.flags.iter().fold(EventFlags::ACTIVITY, |all, flags| all & flags) != 0;
    let follow = |rise: bool, pair: &[u32]| rise & (pair[0] <= pair[1]);
    let has_session = chunk.session_of.last() != Some(&NO_SESSION);
    is_activity && has_session && chunk.session_of.windows(2).fold(true, follow)
}

/// Counts the pairs of a chunk whose events [lie in a row](lie_in_a_row) in [`TABLES`] matrices in turn: the same pair often comes
/// again right away, and would have to wait for its last count.
fn count_in_a_row(chunk: &ActorChunk<'_>, column: usize, codes: usize, cells: &mut [u32]) {
    let (sessions, events) = (chunk.session_of, chunk.text[column]);
    let square = codes * codes;
    let Some(first) = events.first() else { return };
    cells[*first as usize] += 1;
    let mut table = 0;
    for (session, event) in sessions.windows(2).zip(events.windows(2)) {
        let from = if session[0] == session[1] { event[0] } else { BOUNDARY };
        cells[table + from as usize * codes + event[1] as usize] += 1;
        table = if table + square < cells.len() { table + square } else { 0 };
    }
    for last in chunk.sessions.last_event {
        cells[events[*last as usize] as usize * codes] += 1;
    }
}

fn distinct<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Pairs of `kept` codes; others are [`REST`], and pairs that become one are put together by `add`.
fn fold<T: Tally>(pairs: Vec<((u32, u32), T)>, kept: &[u32], add: impl Fn(&mut T, T)) -> Vec<((u32, u32), T)> {
    let code = |code: u32| if kept.binary_search(&code).is_ok() { code } else { REST };
    let mut folded: Keyed<(u32, u32), T> = Keyed::default();
    pairs.into_iter().for_each(|((from, to), tally)| add(folded.at((code(from), code(to))), tally));
    folded.into_sorted()
}

fn fold_heads(heads: Keyed<(u32, u32), Heads<1>>, kept: &[u32]) -> Keyed<(u32, u32), Heads<1>> {
    let mut folded = Keyed::default();
    for (pair, heads) in fold(heads.into_sorted(), kept, |one: &mut Heads<1>, other| one.join(&other)) {
        *folded.at(pair) = heads;
    }
    folded
}

#[cfg(test)]
mod tests {
    use kundresa_model::chunk::{Sessions, Visits};
    use kundresa_model::mask::Columns;
    use proptest::prelude::*;

    use super::*;

    struct Texts([Dictionary; 2]);

    impl Columns for Texts {
        fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
            let place = [text::EVENT, "device"].iter().position(|known| *known == name)?;
            Some((place, &self.0[place]))
        }
    }

    fn partial(of: &EventTransitions<'_>, session_of: &[u32], flags: &[u8], codes: &[u32], devices: &[u32]) -> String {
        let firsts = [0; 4];
        let is_in = |session: u32, event: usize| session_of[event] == session && flags[event] == EventFlags::ACTIVITY;
        let last = |session| (0..flags.len()).rev().find(|event| is_in(session, *event));
        // As it always is, each session has activity.
        let Some(lasts) = (0..4).map(last).collect::<Option<Vec<usize>>>() else { return String::new() };
        let lasts: Vec<u32> = lasts.into_iter().map(|last| u32::try_from(last).expect("few")).collect();
        let chunk = ActorChunk {
            actor_offsets: &[0, u32::try_from(flags.len()).expect("few")],
            actor_ids: &[],
            ts: &vec![0; flags.len()],
            flags,
            text: &[codes, devices],
            value: &[],
            session_of,
            sessions: Sessions {
                offsets: &[0, 4],
                first_event: &firsts,
                last_event: &lasts,
                events: &firsts,
                activity_events: &firsts,
                start: &[kundresa_model::chunk::SessionStart::First; 4],
                id_reused: &[false; 4],
            },
            observed: &[],
            rule: &[],
            history: [&[]; 3],
            visits: Visits { offsets: &[0, 0], phase: &[], first_event: &[], last_event: &[] },
        };
        let mut partial = of.empty();
        // Twice, so that buffers are used again.
        of.visit(&chunk, &mut partial);
        of.visit(&chunk, &mut partial);
        serde_json::to_string(&partial).expect("numbers")
    }

    proptest! {
        #[test]
        fn a_matrix_counts_what_pairs_do_one_by_one(
            mut events in prop::collection::vec((0_u32..5, 1_u32..4, 0_u32..3, prop::bool::weighted(0.8)), 20..60),
            has_segments in any::<bool>(),
            is_in_order in any::<bool>(),
        ) {
            if is_in_order {
                events.sort_by_key(|event| event.0);
            }
            let texts = |values: &[&str]| Dictionary::new(values.iter().map(|value| (*value).to_owned()).collect());
            let columns = Texts([texts(&["a", "b", "c"]), texts(&["d", "e"])]);
            let scope = Scope { by: has_segments.then(|| "device".to_owned()), ..Scope::default() };
            let plan = Plan::try_new(&scope, FilterScope::Session, &columns).expect("a known column");
            let fast = EventTransitions { plan, column: 0, names: &columns.0[0], views: None, most_cells: CHUNK_CELLS };
            let slow = EventTransitions { most_cells: 0, ..fast.clone() };
            let session_of: Vec<u32> = events.iter().map(|event| if event.0 == 4 { NO_SESSION } else { event.0 }).collect();
            let codes: Vec<u32> = events.iter().map(|event| event.1).collect();
            let devices: Vec<u32> = events.iter().map(|event| event.2).collect();
            let flags: Vec<u8> = events.iter().map(|event| u8::from(event.3) * EventFlags::ACTIVITY).collect();
            let [fast, slow] = [fast, slow].map(|of| partial(&of, &session_of, &flags, &codes, &devices));
            prop_assert_eq!(fast, slow);
        }
    }

    #[test]
    fn few_and_many_names_count_alike() {
        let pairs = [(0, 2), (2, 3), (2, 3), (3, 0), (0, 2)];
        let [few, many] = [4, DENSE_CODES + 1].map(|codes| {
            let mut counts = PairCounts::new(codes);
            let mut other = PairCounts::new(codes);
            pairs.iter().for_each(|&(from, to)| counts.count(from, to));
            pairs.iter().take(2).for_each(|&(from, to)| other.count(from, to));
            counts.add(other);
            counts.into_sorted()
        });
        assert_eq!(few, many);
        assert_eq!(few, [((0, 2), 3), ((2, 3), 3), ((3, 0), 1)]);
    }
}

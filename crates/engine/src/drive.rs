//! How do threads share one pass over the ranges of a source?
//!
//! Every thread takes the next free range, in order, into a state of its own; a range once begun is finished, so the first
//! range that fails is the same on any number of threads.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use kundresa_analyze::{Accounting, Unidentified};
use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::dictionary::NULL;
use kundresa_model::source::BoxError;
use rayon::ThreadPool;

use crate::chunks::{ChunkBuffers, KeptEvents, LeftOut, TakingPart, cut};
use crate::error::EngineError;
use crate::labels::LabelBuffers;
use crate::options::RunOptions;
use crate::plan::Plan;
use crate::registry::AnyPartial;
use crate::watch::Matched;

/// A pool of that many threads.
pub(crate) fn pool(options: &RunOptions<'_>) -> Result<ThreadPool, EngineError> {
    let threads = options.threads.max(1);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|source| EngineError::Threads { threads, source })
}

/// Visits every range of `source` with the states of all threads, which come back in no meaningful order.
pub(crate) fn scan_ranges<S: Send>(
    source: &dyn ActorSource,
    projection: &Projection,
    pool: &ThreadPool,
    state: &(dyn Fn() -> S + Sync),
    visit: &(dyn Fn(&mut S, &ActorBatch<'_>) + Sync),
) -> Result<Vec<S>, EngineError> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let thread = || -> Result<S, (usize, BoxError)> {
        let mut state = state();
        while !stop.load(Ordering::Acquire) {
            let range = next.fetch_add(1, Ordering::Relaxed);
            if range >= source.ranges() {
                break;
            }
            if let Err(error) = source.visit_range(range, projection, &mut |batch| visit(&mut state, batch)) {
                stop.store(true, Ordering::Release);
                return Err((range, error));
            }
        }
        Ok(state)
    };
    let (mut states, mut failures) = (Vec::new(), Vec::new());
    for done in pool.broadcast(|_| thread()) {
        match done {
            Ok(state) => states.push(state),
            Err(failure) => failures.push(failure),
        }
    }
    match failures.into_iter().min_by_key(|(range, _)| *range) {
        Some((_, error)) => Err(EngineError::Read(error)),
        None => Ok(states),
    }
}

/// What a pass counted.
pub(crate) struct Counted {
    /// One partial per analysis.
    pub(crate) partials: Vec<AnyPartial>,
    /// Events that reached no chunk, and all events.
    pub(crate) accounting: Accounting,
    /// Actors of the source, whether they take part or not.
    pub(crate) actors: u64,
    /// Predicates that have matched an event.
    pub(crate) matched: Matched,
}

struct ThreadState {
    counted: Counted,
    chunks: ChunkBuffers,
    labels: LabelBuffers,
    masks: Vec<u64>,
}

/// One pass over everything in the plan's source.
pub(crate) fn count(plan: &Plan<'_>, pool: &ThreadPool, options: &RunOptions<'_>) -> Result<Counted, EngineError> {
    let done = AtomicU64::new(0);
    let state = || ThreadState {
        counted: Counted {
            partials: plan.analyses.iter().map(|analysis| analysis.empty()).collect(),
            accounting: Accounting::default(),
            actors: 0,
            matched: plan.watch.nothing(),
        },
        masks: Vec::new(),
        chunks: ChunkBuffers::default(),
        labels: LabelBuffers::default(),
    };
    let visit = |state: &mut ThreadState, batch: &ActorBatch<'_>| {
        visit_batch(plan, options, state, batch);
        tell_progress(options, &done, batch.events());
    };
    let states = scan_ranges(plan.source, &plan.projection, pool, &state, &visit)?;
    let mut threads = states.into_iter().map(|thread| thread.counted);
    let mut counted = threads.next().unwrap_or_else(|| state().counted);
    for thread in threads {
        plan.merge_on(pool, &mut counted, thread);
    }
    count_unidentified(plan, &mut counted)?;
    Ok(counted)
}

/// Adds `events` to what is done and tells so.
pub(crate) fn tell_progress(options: &RunOptions<'_>, done: &AtomicU64, events: usize) {
    let before = done.fetch_add(events as u64, Ordering::Relaxed);
    if let Some(progress) = options.progress {
        progress(before + events as u64);
    }
}

fn visit_batch(plan: &Plan<'_>, options: &RunOptions<'_>, state: &mut ThreadState, batch: &ActorBatch<'_>) {
    let ThreadState { counted, chunks, labels, masks } = state;
    counted.actors += batch.actors() as u64;
    for actors in cut(batch.actor_offsets, options) {
        let (mut part, left_out) = chunks.chunk(batch, actors, plan.taking_part);
        account(&mut counted.accounting, part.events(), left_out);
        let chunk = plan.labeling.chunk(&mut part, labels);
        plan.watch.see(&chunk, &mut counted.matched, masks);
        for (analysis, partial) in plan.analyses.iter().zip(&mut counted.partials) {
            analysis.visit(&chunk, partial);
        }
    }
}

/// Counts the events of one chunk and those left out of it.
pub(crate) fn account(accounting: &mut Accounting, events: usize, left_out: LeftOut) {
    accounting.events += events as u64 + left_out.bots + left_out.after_end;
    accounting.bot_events += left_out.bots;
    accounting.events_after_end += left_out.after_end;
}

/// Shows the events without an actor to the analyses, and counts them.
fn count_unidentified(plan: &Plan<'_>, counted: &mut Counted) -> Result<(), EngineError> {
    let mut masks = Vec::new();
    let Counted { accounting, matched, partials, .. } = counted;
    let mut account = |batch: &ActorBatch<'_>| accounting.add(account_batch(batch, plan.taking_part));
    let mut visit = |events: &Unidentified<'_>| {
        plan.watch.see_unidentified(events, matched, &mut masks);
        for (analysis, partial) in plan.analyses.iter().zip(&mut *partials) {
            analysis.visit_unidentified(events, partial);
        }
    };
    each_unidentified(plan.source, &plan.projection, plan.taking_part, &mut account, &mut visit)
}

/// Shows the events without an actor that take part to `visit`, and every batch of them, whole, to `account` before.
pub(crate) fn each_unidentified(
    source: &dyn ActorSource,
    projection: &Projection,
    taking_part: TakingPart,
    account: &mut dyn FnMut(&ActorBatch<'_>),
    visit: &mut dyn FnMut(&Unidentified<'_>),
) -> Result<(), EngineError> {
    let (mut kept, mut nobody) = (KeptEvents::default(), Vec::new());
    let mut show = |batch: &ActorBatch<'_>| {
        account(batch);
        kept.keep(batch, taking_part);
        // Nobody is no persona.
        nobody.resize(kept.ts.len(), NULL);
        let text: Vec<&[u32]> = kept.text.iter().chain([&nobody]).map(Vec::as_slice).collect();
        visit(&Unidentified { ts: &kept.ts, flags: &kept.flags, text: &text, value: &kept.value });
    };
    source.visit_unidentified(projection, &mut show).map_err(EngineError::Read)
}

/// Counts the events without an actor.
pub(crate) fn account_unidentified(
    source: &dyn ActorSource,
    taking_part: TakingPart,
) -> Result<Accounting, EngineError> {
    let mut all = Accounting::default();
    let mut visit = |batch: &ActorBatch<'_>| all.add(account_batch(batch, taking_part));
    source.visit_unidentified(&Projection::default(), &mut visit).map_err(EngineError::Read)?;
    Ok(all)
}

fn account_batch(batch: &ActorBatch<'_>, taking_part: TakingPart) -> Accounting {
    let left_out = taking_part.left_out(batch.ts, batch.flags);
    let events = batch.events() as u64;
    Accounting {
        events,
        bot_events: left_out.bots,
        events_after_end: left_out.after_end,
        unidentified_events: events,
        unidentified_taking_part: events - left_out.bots - left_out.after_end,
    }
}

//! What do events without an actor add?
//!
//! They are in no session and of no user. To the filter each is a session and an actor of its own.

use kundresa_model::chunk::{ActorChunk, NO_SESSION, Sessions, Visits};
use kundresa_model::index::index32;

use super::Overview;
use super::events::kind;
use super::tally::{EventTally, OverviewPartial};
use crate::analysis::Unidentified;
use crate::keyed::Tally;

/// Adds `events` to `partial`.
pub(super) fn count(overview: &Overview<'_>, events: &Unidentified<'_>, partial: &mut OverviewPartial) {
    let offsets: Vec<u32> = (0..=index32(events.ts.len())).collect();
    let no_offsets = vec![0; offsets.len()];
    let chunk = ActorChunk {
        actor_offsets: &offsets,
        actor_ids: &[],
        ts: events.ts,
        flags: events.flags,
        text: events.text,
        value: events.value,
        history: [&[]; 3],
        session_of: &vec![NO_SESSION; events.ts.len()],
        sessions: Sessions {
            offsets: &no_offsets,
            first_event: &[],
            last_event: &[],
            events: &[],
            activity_events: &[],
            start: &[],
            id_reused: &[],
        },
        observed: &[],
        rule: &[],
        visits: Visits { offsets: &no_offsets, phase: &[], first_event: &[], last_event: &[] },
    };
    partial.names.resize(overview.fields.event.values.codes(), Default::default());
    let selection = overview.plan.select(&chunk);
    for event in 0..events.ts.len() {
        if events.ts[event] >= overview.plan.from_us && selection.has_event(&chunk, event, event) {
            one(overview, &chunk, event, partial);
        }
    }
}

fn one(overview: &Overview<'_>, chunk: &ActorChunk<'_>, event: usize, partial: &mut OverviewPartial) {
    let (fields, day) = (&overview.fields, overview.zone.local_day(chunk.ts[event]));
    let kinds = overview.kinds.of(&chunk.columns(), chunk.flags[event], event);
    let tally = EventTally { engagement: 0, ..fields.tally(chunk.text, chunk.value, kinds, event) };
    let segment = overview.plan.has_segments().then(|| overview.plan.segment_at(chunk, event));
    let name = &mut partial.names[chunk.text[fields.event.slot][event] as usize];
    name.events += 1;
    name.unidentified += 1;
    name.key_events += tally.key_events;
    partial.unidentified.add(tally);
    partial.days.at(day).events.add(tally);
    if let Some(segment) = segment {
        partial.segments.at(segment).events.add(tally);
    }
    if kinds & (kind::PURCHASE | kind::REFUND) == 0 {
        return;
    }
    if let Some((currency, money)) = fields.money(chunk.text, chunk.value, kinds, event) {
        partial.money.at(currency).add(money);
        partial.days.at(day).money.at(currency).add(money);
        if let Some(segment) = segment {
            partial.segments.at(segment).money.at(currency).add(money);
        }
    }
}

//! Where was somebody when a cart was left behind, and what did they do next?

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;

use super::episodes::Episode;
use super::tally::NextTally;

/// Code of the page of the cart's last activity, else of the latest event before it in the same session that has one.
pub(super) fn last_page(chunk: &ActorChunk<'_>, column: usize, actor: usize, episode: &Episode) -> u32 {
    let (pages, last) = (chunk.text[column], episode.last as usize);
    let session = chunk.session_of[last];
    if pages[last] != NULL || session == NO_SESSION {
        return pages[last];
    }
    let first = chunk.sessions.first_event[session as usize] as usize;
    let before = first.max(chunk.events_of(actor).start)..last;
    let known = before.rev().find(|&event| pages[event] != NULL && chunk.session_of[event] == session);
    known.map_or(NULL, |event| pages[event])
}

/// Code of the actor's next activity in the total order that the vendor did not make up, null for none; and whether it is
/// in the session of the cart's last activity.
pub(super) fn next_action(
    chunk: &ActorChunk<'_>,
    column: Option<usize>,
    actor: usize,
    episode: &Episode,
) -> (u32, NextTally) {
    let last = episode.last as usize;
    let is_action = |&event: &usize| chunk.has(event, EventFlags::ACTIVITY) && !chunk.has(event, EventFlags::SYNTHETIC);
    let next = (last + 1..chunk.events_of(actor).end).find(is_action);
    let session = chunk.session_of[last];
    let same = next.is_some_and(|event| session != NO_SESSION && chunk.session_of[event] == session);
    let code = next.zip(column).map_or(NULL, |(event, column)| chunk.text[column][event]);
    (code, NextTally { carts: 1, same_session: u64::from(same) })
}

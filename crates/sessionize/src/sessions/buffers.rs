//! Where do the sessions of one chunk lie?

use kundresa_model::chunk::{NO_SESSION, SessionStart, Sessions};
use kundresa_model::index::index32;

use super::general::Scratch;

/// Sessions of one chunk; reused, so that a long run allocates a few times only.
#[derive(Debug, Default)]
pub struct SessionBuffers {
    pub(super) session_of: Vec<u32>,
    pub(super) offsets: Vec<u32>,
    pub(super) first_event: Vec<u32>,
    pub(super) last_event: Vec<u32>,
    pub(super) events: Vec<u32>,
    pub(super) activity_events: Vec<u32>,
    pub(super) start: Vec<SessionStart>,
    pub(super) id_reused: Vec<bool>,
    pub(super) root: Vec<u32>,
    /// Working space.
    pub(super) heads: Vec<u32>,
    pub(super) scratch: Scratch,
}

impl SessionBuffers {
    /// Session index per event, or [`NO_SESSION`].
    pub fn session_of(&self) -> &[u32] {
        &self.session_of
    }

    /// The sessions, actor by actor.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions {
            offsets: &self.offsets,
            first_event: &self.first_event,
            last_event: &self.last_event,
            events: &self.events,
            activity_events: &self.activity_events,
            start: &self.start,
            id_reused: &self.id_reused,
        }
    }

    /// The session that each session continues, through any number of caps and midnights; itself for most.
    pub fn root(&self) -> &[u32] {
        &self.root
    }

    pub(super) fn reset(&mut self, events: usize) {
        self.session_of.clear();
        self.session_of.resize(events, NO_SESSION);
        self.offsets.clear();
        self.offsets.push(0);
        for column in
            [&mut self.first_event, &mut self.last_event, &mut self.events, &mut self.activity_events, &mut self.root]
        {
            column.clear();
        }
        self.start.clear();
        self.id_reused.clear();
    }

    /// A new session with nothing in it yet; `continues` is the session that a cap or midnight cut off.
    pub(super) fn begin(&mut self, first_event: u32, start: SessionStart, continues: Option<u32>) -> u32 {
        let session = index32(self.first_event.len());
        self.first_event.push(first_event);
        self.last_event.push(first_event);
        self.events.push(0);
        self.activity_events.push(0);
        self.start.push(start);
        self.id_reused.push(false);
        self.root.push(continues.map_or(session, |before| self.root[before as usize]));
        session
    }

    pub(super) fn end_actor(&mut self) {
        self.offsets.push(index32(self.first_event.len()));
    }
}

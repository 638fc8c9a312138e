//! What is known of a session that is not counted as a whole, while its events are seen?

use kundresa_model::dictionary::NULL;

use super::super::events::{NO_CHANNEL, kind};
use super::super::tally::EventTally;
use super::event::Seen;

/// Views that make a session engaged.
const ENGAGED_VIEWS: u32 = 2;

/// What is known of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionNote {
    pub(super) is_chosen: bool,
    /// Whether an activity event of it is counted.
    pub(super) is_counted: bool,
    /// Whether it was counted as a whole, so that nothing of it is left to be counted.
    pub(super) is_whole: bool,
    /// Day on which it begins, if that is known yet.
    pub(super) day: Option<i64>,
    /// Its counted events.
    pub(super) counted: EventTally,
    // Of the whole session:
    pub(super) views: u32,
    pub(super) has_key_event: bool,
    pub(super) foreground_us: u64,
    /// Pages of the first and the last view.
    pub(super) viewed: [u32; 2],
    /// First and last page of any event.
    pub(super) passed: [u32; 2],
    /// What the vendor says, the first click in it, the last one before it.
    pub(super) channels: [u32; 3],
}

impl Default for SessionNote {
    fn default() -> Self {
        Self {
            is_chosen: false,
            is_counted: false,
            is_whole: false,
            day: None,
            counted: EventTally::default(),
            views: 0,
            has_key_event: false,
            foreground_us: 0,
            viewed: [NULL; 2],
            passed: [NULL; 2],
            channels: [NO_CHANNEL; 3],
        }
    }
}

impl SessionNote {
    pub(super) fn add(&mut self, seen: Seen, page: u32) {
        let is_view = seen.kinds & kind::VIEW != 0;
        self.views = self.views.saturating_add(u32::from(is_view));
        self.has_key_event |= seen.kinds & kind::KEY != 0;
        self.foreground_us = self.foreground_us.saturating_add(seen.tally.engagement);
        self.add_page(page, is_view);
    }

    #[inline]
    pub(super) fn add_page(&mut self, page: u32, is_view: bool) {
        if page == NULL {
            return;
        }
        // No branch on what is a view, which none could foresee: what is none counts as one without a page.
        let viewed = if is_view { page } else { NULL };
        let or = |page: u32, other: u32| if page == NULL { other } else { page };
        self.passed = [or(self.passed[0], page), page];
        self.viewed = [or(self.viewed[0], viewed), or(viewed, self.viewed[1])];
    }

    /// What the vendor says, and the click that an event of the session is: the first of each stay.
    #[inline]
    pub(super) fn add_channels(&mut self, channels: [u32; 2]) {
        for (known, channel) in self.channels.iter_mut().zip(channels) {
            if *known == NO_CHANNEL {
                *known = channel;
            }
        }
    }

    /// By time in the foreground, by duration.
    pub(super) fn is_engaged(&self, after_us: u64, duration_us: u64) -> [bool; 2] {
        [self.foreground_us, duration_us].map(|length| self.has_key_event | is_engaged(self.views, length, after_us))
    }

    /// The first (0) or last (1) page viewed, without views that of any event.
    pub(super) fn page(&self, end: usize) -> u32 {
        if self.viewed[end] == NULL { self.passed[end] } else { self.viewed[end] }
    }
}

/// Whether so many views, or so much time, make a session engaged. No branch: about as many are as are not.
#[inline]
pub(in super::super) fn is_engaged(views: u32, length_us: u64, after_us: u64) -> bool {
    (views >= ENGAGED_VIEWS) | (length_us >= after_us)
}

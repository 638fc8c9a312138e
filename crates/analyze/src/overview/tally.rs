//! What has been counted so far? Whole numbers only; sums over disjoint actors.
//!
//! Two things are settled by the whole log and therefore only in the end: whether sessions are measured by time in the
//! foreground or by their duration, and whether new users are those with a first visit or those with nothing before. Both
//! answers are counted ([`Two`]), and [`Seen`] chooses.

use kundresa_model::result::money::Sum;
use serde::{Deserialize, Serialize};

use super::heads::OverviewHeads;
use super::walk::Room;
use crate::coded::{Coded, Raised};
use crate::keyed::{Keyed, Tally, add_each};

/// Counted by each of two definitions: by what the vendor reports, and by what is seen.
pub(super) type Two = [u64; 2];

/// Money by code of the currency.
pub(super) type Money = Keyed<u32, MoneyTally>;

/// Everything counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OverviewPartial {
    pub(super) seen: Seen,
    pub(super) users: UserTally,
    pub(super) sessions: SessionTally,
    pub(super) events: EventTally,
    pub(super) unidentified: EventTally,
    /// Events in sessions, and views among them.
    pub(super) in_sessions: Two,
    pub(super) repeated_orders: u64,
    pub(super) money: Money,
    /// By code of the event name.
    pub(super) names: Vec<NameTally>,
    /// By code of the page.
    pub(super) landing: Coded<VisitTally>,
    /// By code of the page.
    pub(super) exit: Coded<u64>,
    /// By number of the channel.
    pub(super) channels: Keyed<u32, VisitTally>,
    pub(super) vendor_channel_sessions: u64,
    /// By day since 1970 in the report zone.
    pub(super) days: Keyed<i64, DayTally>,
    pub(super) segments: Keyed<u32, SegmentTally>,
    /// Actors behind the figures; only with a privacy threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) heads: Option<Box<OverviewHeads>>,
    /// Buffers.
    #[serde(skip)]
    pub(super) room: Room,
}

/// What the log has, whatever is chosen of it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seen {
    /// Events that report time in the foreground.
    pub(super) engagement: u64,
    /// Events that say that their actor is new.
    pub(super) first: u64,
}

/// Users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UserTally {
    pub(super) users: u64,
    pub(super) active: Two,
    pub(super) new: Two,
    pub(super) returning: u64,
    pub(super) with_key_event: u64,
    pub(super) purchasers: u64,
}

/// Sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionTally {
    pub(super) sessions: u64,
    pub(super) engaged: Two,
    pub(super) with_key_event: u64,
    /// Microseconds.
    pub(super) duration: u64,
}

/// Events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EventTally {
    pub(super) events: u64,
    pub(super) views: u64,
    pub(super) key_events: u64,
    pub(super) purchases: u64,
    pub(super) refunds: u64,
    pub(super) without_value: u64,
    /// Microseconds in the foreground.
    pub(super) engagement: u64,
}

/// Money in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MoneyTally {
    pub(super) purchases: u64,
    pub(super) revenue: Sum,
    pub(super) refunds: u64,
    pub(super) refunded: Sum,
}

/// Events of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NameTally {
    pub(super) events: u64,
    pub(super) unidentified: u64,
    pub(super) users: u64,
    pub(super) key_events: u64,
    /// How many names were put together; 0 in a partial.
    #[serde(skip)]
    pub(super) names: u64,
}

/// Sessions that have something in common, with what happened in them. What is raised of most lies at the start of a line of the
/// cache, where there is one tally per page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[repr(C, align(64))]
pub(super) struct VisitTally {
    pub(super) sessions: SessionTally,
    pub(super) events: EventTally,
    pub(super) money: Money,
}

/// One day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct DayTally {
    pub(super) users: u64,
    pub(super) new: Two,
    pub(super) sessions: SessionTally,
    pub(super) events: EventTally,
    pub(super) money: Money,
}

/// One segment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct SegmentTally {
    pub(super) users: UserTally,
    pub(super) sessions: SessionTally,
    pub(super) events: EventTally,
    pub(super) money: Money,
}

fn add_two(into: &mut Two, from: Two) {
    into[0] += from[0];
    into[1] += from[1];
}

impl Tally for Seen {
    fn add(&mut self, other: Self) {
        self.engagement += other.engagement;
        self.first += other.first;
    }
}

impl Tally for UserTally {
    fn add(&mut self, other: Self) {
        self.users += other.users;
        add_two(&mut self.active, other.active);
        add_two(&mut self.new, other.new);
        self.returning += other.returning;
        self.with_key_event += other.with_key_event;
        self.purchasers += other.purchasers;
    }
}

impl Tally for SessionTally {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        add_two(&mut self.engaged, other.engaged);
        self.with_key_event += other.with_key_event;
        self.duration = self.duration.saturating_add(other.duration);
    }
}

impl Tally for EventTally {
    #[inline]
    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.views += other.views;
        if other.has_more() {
            self.add_more(other);
        }
    }
}

impl EventTally {
    /// Whether there is anything but events and views, which most sessions and days of actors have nothing else of.
    #[inline]
    fn has_more(self) -> bool {
        self.key_events | self.purchases | self.refunds | self.without_value | self.engagement != 0
    }

    fn add_more(&mut self, other: Self) {
        self.key_events += other.key_events;
        self.purchases += other.purchases;
        self.refunds += other.refunds;
        self.without_value += other.without_value;
        self.engagement = self.engagement.saturating_add(other.engagement);
    }

    /// What is left without `part`.
    pub(super) fn less(self, part: Self) -> Self {
        Self {
            events: self.events.saturating_sub(part.events),
            views: self.views.saturating_sub(part.views),
            key_events: self.key_events.saturating_sub(part.key_events),
            purchases: self.purchases.saturating_sub(part.purchases),
            refunds: self.refunds.saturating_sub(part.refunds),
            without_value: self.without_value.saturating_sub(part.without_value),
            engagement: self.engagement.saturating_sub(part.engagement),
        }
    }
}

impl MoneyTally {
    /// How many purchases and refunds are left without those of `part`.
    pub(super) fn less(self, part: Self) -> Self {
        Self {
            purchases: self.purchases.saturating_sub(part.purchases),
            refunds: self.refunds.saturating_sub(part.refunds),
            ..Self::default()
        }
    }
}

impl Tally for MoneyTally {
    fn add(&mut self, other: Self) {
        self.purchases += other.purchases;
        self.revenue.0 += other.revenue.0;
        self.refunds += other.refunds;
        self.refunded.0 += other.refunded.0;
    }
}

impl Tally for NameTally {
    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.unidentified += other.unidentified;
        self.users += other.users;
        self.key_events += other.key_events;
        self.names += other.names;
    }
}

impl Raised for VisitTally {
    fn is_raised(&self) -> bool {
        self.sessions.sessions > 0
    }
}

impl Tally for VisitTally {
    fn add(&mut self, other: Self) {
        self.sessions.add(other.sessions);
        self.events.add(other.events);
        self.money.add(other.money);
    }
}

impl Tally for DayTally {
    fn add(&mut self, other: Self) {
        self.users += other.users;
        add_two(&mut self.new, other.new);
        self.sessions.add(other.sessions);
        self.events.add(other.events);
        self.money.add(other.money);
    }
}

impl Tally for SegmentTally {
    fn add(&mut self, other: Self) {
        self.users.add(other.users);
        self.sessions.add(other.sessions);
        self.events.add(other.events);
        self.money.add(other.money);
    }
}

impl Tally for OverviewPartial {
    fn add(&mut self, other: Self) {
        self.seen.add(other.seen);
        self.users.add(other.users);
        self.sessions.add(other.sessions);
        self.events.add(other.events);
        self.unidentified.add(other.unidentified);
        add_two(&mut self.in_sessions, other.in_sessions);
        self.repeated_orders += other.repeated_orders;
        self.money.add(other.money);
        add_each(&mut self.names, other.names);
        self.landing.add(other.landing);
        self.exit.add(other.exit);
        self.channels.add(other.channels);
        self.vendor_channel_sessions += other.vendor_channel_sessions;
        self.days.add(other.days);
        self.segments.add(other.segments);
        if let (Some(heads), Some(other)) = (&mut self.heads, other.heads) {
            heads.add(*other);
        }
    }
}

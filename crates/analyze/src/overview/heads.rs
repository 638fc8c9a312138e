//! How many actors are behind the figures of the overview? Counted only with a privacy threshold.

use serde::{Deserialize, Serialize};

use super::tally::{EventTally, Money, MoneyTally, OverviewPartial, SessionTally, VisitTally};
use crate::keyed::{Keyed, Tally, add_each};
use crate::privacy::heads::{Heads, Join};

/// Figures of sessions by each of the two definitions of engagement: sessions, engaged, bounced twice; with a key event and
/// without.
pub(super) type SessionFigures = [u64; 7];

/// Figures of events: events, views, key events, purchases, refunds, purchases without value, time in the foreground.
pub(super) type EventFigures = [u64; 7];

/// Purchases and refunds with an amount.
pub(super) type MoneyFigures = [u64; 2];

impl SessionTally {
    pub(super) fn figures(&self) -> SessionFigures {
        let Self { sessions, engaged, with_key_event, .. } = *self;
        [
            sessions,
            engaged[0],
            sessions - engaged[0],
            engaged[1],
            sessions - engaged[1],
            with_key_event,
            sessions - with_key_event,
        ]
    }
}

impl EventTally {
    pub(super) fn figures(&self) -> EventFigures {
        let Self { events, views, key_events, purchases, refunds, without_value, engagement } = *self;
        [events, views, key_events, purchases, refunds, without_value, engagement]
    }
}

impl MoneyTally {
    pub(super) fn figures(&self) -> MoneyFigures {
        [self.purchases, self.refunds]
    }
}

/// Refunds that name no amount.
pub(super) fn refunds_without(events: &EventTally, money: &Money) -> u64 {
    let with: u64 = money.iter().map(|(_, tally)| tally.refunds).sum();
    events.refunds.saturating_sub(with)
}

/// Actors behind what happened in one place: the total, a day, a segment, a page, a channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct PlaceHeads {
    pub(super) sessions: Heads<7>,
    pub(super) events: Heads<7>,
    pub(super) money: Keyed<u32, Heads<2>>,
    /// Of refunds that name no amount.
    pub(super) refunds_without: Heads<1>,
}

impl PlaceHeads {
    fn see(&mut self, sessions: &SessionTally, events: &EventTally, money: &Money) {
        self.sessions.see(sessions.figures());
        self.events.see(events.figures());
        self.refunds_without.see([refunds_without(events, money)]);
        for (currency, tally) in money.iter() {
            self.money.at(*currency).see(tally.figures());
        }
    }
}

impl Tally for PlaceHeads {
    fn add(&mut self, other: Self) {
        self.sessions.add(other.sessions);
        self.events.add(other.events);
        self.money.add(other.money);
        self.refunds_without.add(other.refunds_without);
    }
}

impl Join for PlaceHeads {
    fn join(&mut self, other: &Self) {
        self.sessions.join(&other.sessions);
        self.events.join(&other.events);
        self.money.join(&other.money);
        self.refunds_without.join(&other.refunds_without);
    }

    fn ranked(&self) -> u64 {
        self.sessions.ranked()
    }
}

impl OverviewPartial {
    /// What happened in counted sessions: each has one channel.
    pub(super) fn inside(&self) -> VisitTally {
        let mut inside = VisitTally::default();
        self.channels.iter().for_each(|(_, visits)| inside.add(visits.clone()));
        inside
    }

    /// What happened outside of them.
    pub(super) fn outside(&self, inside: &VisitTally) -> (EventTally, Money) {
        let mut money = Money::default();
        for (currency, tally) in self.money.iter() {
            let inside = inside.money.get(*currency).copied().unwrap_or_default();
            *money.at(*currency) = tally.less(inside);
        }
        (self.events.less(inside.events), money)
    }
}

/// Actors behind all figures that do not count actors themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OverviewHeads {
    pub(super) total: PlaceHeads,
    pub(super) days: Keyed<i64, PlaceHeads>,
    pub(super) segments: Keyed<u32, PlaceHeads>,
    pub(super) landing: Keyed<u32, PlaceHeads>,
    pub(super) exit: Keyed<u32, Heads<1>>,
    pub(super) channels: Keyed<u32, PlaceHeads>,
    /// Of key events, by code of the event name.
    pub(super) names: Vec<Heads<2>>,
    /// In counted sessions, which landing pages and channels add up to, and outside of them.
    pub(super) inside: PlaceHeads,
    pub(super) outside: PlaceHeads,
    /// Of sessions whose channel the vendor says, and of the others.
    pub(super) vendor_channels: Heads<2>,
    pub(super) repeated_orders: Heads<1>,
}

impl OverviewHeads {
    /// Counts the one actor of whom `own` speaks.
    pub(super) fn see(&mut self, own: &OverviewPartial) {
        self.total.see(&own.sessions, &own.events, &own.money);
        for (day, tally) in own.days.iter() {
            self.days.at(*day).see(&tally.sessions, &tally.events, &tally.money);
        }
        for (segment, tally) in own.segments.iter() {
            self.segments.at(*segment).see(&tally.sessions, &tally.events, &tally.money);
        }
        for (page, tally) in own.landing.iter() {
            self.landing.at(page).see(&tally.sessions, &tally.events, &tally.money);
        }
        for (channel, tally) in own.channels.iter() {
            self.channels.at(*channel).see(&tally.sessions, &tally.events, &tally.money);
        }
        for (page, sessions) in own.exit.iter() {
            self.exit.at(page).see([*sessions]);
        }
        self.names.resize(own.names.len().max(self.names.len()), Heads::default());
        for (heads, name) in self.names.iter_mut().zip(&own.names).filter(|(_, name)| name.events > 0) {
            heads.see([name.events, name.key_events]);
        }
        let inside = own.inside();
        let (events, money) = own.outside(&inside);
        self.inside.see(&inside.sessions, &inside.events, &inside.money);
        self.outside.see(&SessionTally::default(), &events, &money);
        self.vendor_channels.see([own.vendor_channel_sessions, own.sessions.sessions - own.vendor_channel_sessions]);
        self.repeated_orders.see([own.repeated_orders]);
    }
}

impl Tally for OverviewHeads {
    fn add(&mut self, other: Self) {
        self.total.add(other.total);
        self.days.add(other.days);
        self.segments.add(other.segments);
        self.landing.add(other.landing);
        self.exit.add(other.exit);
        self.channels.add(other.channels);
        add_each(&mut self.names, other.names);
        self.inside.add(other.inside);
        self.outside.add(other.outside);
        self.vendor_channels.add(other.vendor_channels);
        self.repeated_orders.add(other.repeated_orders);
    }
}

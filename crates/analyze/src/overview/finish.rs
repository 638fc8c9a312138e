//! How do counts become the result?

use kundresa_model::rate::Rate;
use kundresa_model::result::money::Sum;
use kundresa_model::result::overview::{
    DayFigures, EngagedBy, Engagement, EventFigures, ExitFigures, NewUsersBy, OverviewResult, OverviewSegment, Revenue,
    VisitFigures,
};
use kundresa_model::result::segments::Segment;
use kundresa_model::time::DAY_US;
use kundresa_model::zone::date_text;

use super::Overview;
use super::ranking::{named, ranked};
use super::tally::{
    DayTally, EventTally, Money, MoneyTally, NameTally, OverviewPartial, Seen, SegmentTally, SessionTally, Two,
    VisitTally,
};
use crate::keyed::{Keyed, Tally};

/// Days between the first and the last are listed even if nothing happened on them, unless there are more than this.
const MOST_EMPTY_DAYS: i64 = 10_000;

/// The result of what was counted.
pub(super) fn result(overview: &Overview<'_>, mut partial: OverviewPartial) -> OverviewResult {
    let finish = Finish { overview, seen: partial.seen };
    let [landing, channels] =
        [&mut partial.landing, &mut partial.channels].map(|visits| std::mem::take(visits).into_sorted());
    let page = overview.fields.page.map(|page| page.values);
    let landing_pages = page.map(|values| finish.visits(named(landing, Some(values)))).unwrap_or_default();
    let exits = std::mem::take(&mut partial.exit).into_sorted();
    let exit_pages = page.map(|values| finish.exits(named(exits, Some(values)))).unwrap_or_default();
    let named_channels = channels.into_iter().map(|(number, visits)| (finish.channel(number), visits)).collect();
    let lists = Lists {
        revenue: finish.revenue(std::mem::take(&mut partial.money)),
        events_by_name: finish.events_by_name(std::mem::take(&mut partial.names)),
        landing_pages,
        exit_pages,
        channels: if overview.fields.has_channels() { finish.visits(named_channels) } else { Vec::new() },
        days: finish.days(std::mem::take(&mut partial.days)),
        segments: std::mem::take(&mut partial.segments),
    };
    finish.whole(&partial, lists)
}

/// The parts of a result that are lists.
struct Lists {
    revenue: Vec<Revenue>,
    events_by_name: Vec<Segment<EventFigures>>,
    landing_pages: Vec<Segment<VisitFigures>>,
    exit_pages: Vec<Segment<ExitFigures>>,
    channels: Vec<Segment<VisitFigures>>,
    days: Vec<DayFigures>,
    segments: Keyed<u32, SegmentTally>,
}

/// What the log has, and thereby which definitions hold.
struct Finish<'a> {
    overview: &'a Overview<'a>,
    seen: Seen,
}

impl Finish<'_> {
    fn has_engagement(&self) -> bool {
        self.seen.engagement > 0
    }

    fn engaged(&self, two: Two) -> u64 {
        two[usize::from(!self.has_engagement())]
    }

    fn new_users(&self, two: Two) -> u64 {
        two[usize::from(self.seen.first == 0)]
    }

    fn whole(&self, partial: &OverviewPartial, lists: Lists) -> OverviewResult {
        let OverviewPartial { users, sessions, events, unidentified, .. } = *partial;
        let mut all = events;
        all.add(unidentified);
        let engaged = self.engaged(sessions.engaged);
        let active_users = self.engaged(users.active);
        let per_session = |number: u64| Rate::new(number, sessions.sessions);
        OverviewResult {
            users: users.users,
            active_users,
            new_users: self.new_users(users.new),
            new_users_by: if self.seen.first > 0 { NewUsersBy::FirstVisit } else { NewUsersBy::FirstEvent },
            returning_users: users.returning,
            sessions: sessions.sessions,
            sessions_per_user: Rate::new(sessions.sessions, users.users),
            engaged_sessions: per_session(engaged),
            engaged_by: if self.has_engagement() { EngagedBy::EngagementTime } else { EngagedBy::Duration },
            engaged_after_us: self.overview.engaged_after_us,
            bounces: per_session(sessions.sessions - engaged),
            engagement: self.has_engagement().then(|| Engagement {
                total_us: events.engagement,
                us_per_session: per_session(events.engagement),
                us_per_active_user: Rate::new(events.engagement, active_users),
            }),
            duration_us_per_session: per_session(sessions.duration),
            events: all.events,
            unidentified_events: unidentified.events,
            events_per_session: per_session(partial.in_sessions[0]),
            views: all.views,
            unidentified_views: unidentified.views,
            views_per_session: per_session(partial.in_sessions[1]),
            key_events: all.key_events,
            unidentified_key_events: unidentified.key_events,
            key_event_sessions: per_session(sessions.with_key_event),
            key_event_users: Rate::new(users.with_key_event, users.users),
            purchases: all.purchases,
            unidentified_purchases: unidentified.purchases,
            purchases_without_value: all.without_value,
            repeated_orders: partial.repeated_orders,
            purchasers: Rate::new(users.purchasers, users.users),
            refunds: all.refunds,
            revenue: lists.revenue,
            events_by_name: lists.events_by_name,
            landing_pages: lists.landing_pages,
            exit_pages: lists.exit_pages,
            channels: lists.channels,
            vendor_channel_sessions: partial.vendor_channel_sessions,
            days: lists.days,
            by: self.overview.plan.breakdown(
                lists.segments,
                |segment| segment.sessions.sessions,
                |segment| self.segment(segment),
            ),
        }
    }

    fn segment(&self, segment: SegmentTally) -> OverviewSegment {
        let SegmentTally { users, sessions, events, money } = segment;
        let engaged = self.engaged(sessions.engaged);
        OverviewSegment {
            users: users.users,
            active_users: self.engaged(users.active),
            new_users: self.new_users(users.new),
            returning_users: users.returning,
            sessions: sessions.sessions,
            engaged_sessions: Rate::new(engaged, sessions.sessions),
            bounces: Rate::new(sessions.sessions - engaged, sessions.sessions),
            engagement_us: self.has_engagement().then_some(events.engagement),
            events: events.events,
            views: events.views,
            key_events: events.key_events,
            key_event_sessions: Rate::new(sessions.with_key_event, sessions.sessions),
            purchases: events.purchases,
            purchasers: users.purchasers,
            refunds: events.refunds,
            revenue: self.revenue(money),
        }
    }

    fn revenue(&self, money: Money) -> Vec<Revenue> {
        let currencies = self.overview.fields.currency.map(|currency| currency.values);
        let mut all = named(money.into_sorted(), currencies);
        all.sort_by_cached_key(|(currency, money)| (std::cmp::Reverse(money.purchases), currency.clone()));
        let revenue = |(currency, money): (String, MoneyTally)| Revenue {
            currency,
            purchases: money.purchases,
            revenue: money.revenue,
            average_order: average(money.revenue, money.purchases),
            refunds: money.refunds,
            refunded: money.refunded,
        };
        all.into_iter().map(revenue).collect()
    }

    fn events_by_name(&self, names: Vec<NameTally>) -> Vec<Segment<EventFigures>> {
        let coded = (0..).zip(names).filter(|(_, name)| name.events > 0);
        let all = named(coded, Some(self.overview.fields.event.values));
        ranked(
            all,
            self.overview.rows,
            |name| name.events,
            |name, values| EventFigures {
                events: name.events,
                unidentified_events: name.unidentified,
                users: (values == 1).then_some(name.users),
                key_events: name.key_events,
            },
        )
    }

    fn channel(&self, number: u32) -> String {
        self.overview.fields.channels.get(number as usize).cloned().unwrap_or_default()
    }

    fn visits(&self, all: Vec<(String, VisitTally)>) -> Vec<Segment<VisitFigures>> {
        ranked(all, self.overview.rows, |visits| visits.sessions.sessions, |visits, _| self.visit_figures(visits))
    }

    fn exits(&self, all: Vec<(String, u64)>) -> Vec<Segment<ExitFigures>> {
        ranked(all, self.overview.rows, |sessions| *sessions, |sessions, _| ExitFigures { sessions })
    }

    fn visit_figures(&self, visits: VisitTally) -> VisitFigures {
        let VisitTally { sessions, events, money } = visits;
        let SessionTally { sessions, engaged, with_key_event, .. } = sessions;
        let engaged = self.engaged(engaged);
        VisitFigures {
            sessions,
            engaged_sessions: Rate::new(engaged, sessions),
            bounces: Rate::new(sessions - engaged, sessions),
            key_events: events.key_events,
            key_event_sessions: Rate::new(with_key_event, sessions),
            purchases: events.purchases,
            revenue: self.revenue(money),
        }
    }

    /// Every day from the first to the last on which anything was counted.
    fn days(&self, days: Keyed<i64, DayTally>) -> Vec<DayFigures> {
        let days = days.into_sorted();
        let span = days.first().zip(days.last()).map_or(0, |((first, _), (last, _))| last - first);
        let mut all = Vec::with_capacity(days.len());
        let mut next = None;
        for (day, tally) in days {
            if span <= MOST_EMPTY_DAYS {
                all.extend((next.unwrap_or(day)..day).map(|empty| self.day(empty, DayTally::default())));
            }
            all.push(self.day(day, tally));
            next = Some(day + 1);
        }
        all
    }

    fn day(&self, day: i64, tally: DayTally) -> DayFigures {
        let [start, end] = [day, day + 1].map(|day| self.overview.zone.to_utc(day.saturating_mul(DAY_US)));
        let DayTally { users, new, sessions, events, money } = tally;
        let EventTally { events, views, key_events, purchases, refunds, .. } = events;
        DayFigures {
            day: date_text(day),
            is_complete: start >= self.overview.plan.from_us && end <= self.overview.data_end.cut,
            users,
            new_users: self.new_users(new),
            sessions: sessions.sessions,
            engaged_sessions: Rate::new(self.engaged(sessions.engaged), sessions.sessions),
            events,
            views,
            key_events,
            purchases,
            refunds,
            revenue: self.revenue(money),
        }
    }
}

/// `sum / n`, rounded half-even to whole micro-units; `None` for nothing.
fn average(sum: Sum, n: u64) -> Option<Sum> {
    let n = i128::from(n);
    let (quotient, rest) = (sum.0.checked_div_euclid(n)?, sum.0.checked_rem_euclid(n)?);
    let is_up = 2 * rest > n || (2 * rest == n && quotient % 2 != 0);
    Some(Sum(quotient + i128::from(is_up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_half_even_and_need_something() {
        for (sum, n, rounded) in [(10, 4, 2), (14, 4, 4), (-10, 4, -2), (-14, 4, -4), (7, 3, 2), (8, 3, 3), (0, 5, 0)] {
            assert_eq!(average(Sum(sum), n), Some(Sum(rounded)), "{sum} / {n}");
        }
        assert_eq!(average(Sum(0), 0), None);
    }
}

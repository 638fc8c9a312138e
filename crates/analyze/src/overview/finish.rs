//! How do counts become the result?

use std::collections::BTreeMap;

use kundresa_model::rate::Rate;
use kundresa_model::result::money::Sum;
use kundresa_model::result::overview::{
    DayFigures, EngagedBy, Engagement, EventFigures, ExitFigures, NewUsersBy, OverviewResult, OverviewSegment, Revenue,
    VisitFigures,
};
use kundresa_model::result::segments::{Breakdown, NOT_SET, Segment};
use kundresa_model::time::DAY_US;
use kundresa_model::zone::date_text;

use super::Overview;
use super::heads::{OverviewHeads, PlaceHeads, refunds_without};
use super::protect::{OverviewCells, PlaceCells, protect};
use super::ranking::{named, ranked};
use super::tally::{
    DayTally, EventTally, Money, MoneyTally, NameTally, OverviewPartial, Seen, SegmentTally, SessionTally, Two,
    VisitTally,
};
use crate::keyed::{Keyed, Tally};
use crate::privacy::heads::{Cell, Counted, Heads, counted, split, split_rows};
use crate::statistics::{against_others, wilson};

/// Days between the first and the last are listed even if nothing happened on them, unless there are more than this.
const MOST_EMPTY_DAYS: i64 = 10_000;

/// The result of what was counted.
pub(super) fn result(overview: &Overview<'_>, mut partial: OverviewPartial) -> OverviewResult {
    let finish = Finish { overview, seen: partial.seen };
    let heads = partial.heads.take();
    let mut behind = heads.clone().map_or_else(OverviewHeads::default, |heads| *heads);
    behind.names.resize(partial.names.len(), Heads::default());
    let inside = partial.inside();
    let (outside_events, outside_money) = partial.outside(&inside);
    let landing =
        counted(std::mem::take(&mut partial.landing).into_keyed(), std::mem::take(&mut behind.landing)).into_sorted();
    let channels = counted(std::mem::take(&mut partial.channels), std::mem::take(&mut behind.channels)).into_sorted();
    let exits = counted(std::mem::take(&mut partial.exit).into_keyed(), std::mem::take(&mut behind.exit)).into_sorted();
    let page = overview.fields.page.map(|page| page.values);
    let landing = page.map(|values| finish.visits(named(landing, Some(values)))).unwrap_or_default();
    let exits = page.map(|values| finish.exits(named(exits, Some(values)))).unwrap_or_default();
    let named_channels = channels.into_iter().map(|(number, visits)| (finish.channel(number), visits)).collect();
    let channels = if overview.fields.has_channels() { finish.visits(named_channels) } else { Vec::new() };
    let names = std::mem::take(&mut partial.names).into_iter().zip(std::mem::take(&mut behind.names));
    let names = finish.events_by_name(names.map(|(tally, heads)| Counted { tally, heads }));
    let days = finish.days(counted(std::mem::take(&mut partial.days), std::mem::take(&mut behind.days)));
    let segments = counted(std::mem::take(&mut partial.segments), std::mem::take(&mut behind.segments));
    let by = overview.plan.breakdown(
        segments,
        |segment| segment.tally.sessions.sessions,
        |segment| {
            let SegmentTally { sessions, events, money, .. } = &segment.tally;
            let cells = finish.place(sessions, events, money, &segment.heads);
            (finish.segment(segment.tally), cells)
        },
    );
    let total = finish.place(&partial.sessions, &partial.events, &partial.money, &behind.total);
    let inside = finish.place(&inside.sessions, &inside.events, &inside.money, &behind.inside);
    let outside = finish.place(&SessionTally::default(), &outside_events, &outside_money, &behind.outside);
    let (by, by_cells) = split(by);
    let (landing_pages, landing_cells) = split_rows(landing);
    let (exit_pages, exit_cells) = split_rows(exits);
    let (channels, channel_cells) = split_rows(channels);
    let (events_by_name, name_cells) = split_rows(names);
    let (days, day_cells) = days.into_iter().unzip();
    let revenue = finish.revenue(std::mem::take(&mut partial.money));
    let lists = Lists { revenue, events_by_name, landing_pages, exit_pages, channels, days, by };
    let mut result = finish.whole(&partial, lists);
    add_certainty(&mut result);
    if let Some(heads) = heads {
        let cells = OverviewCells {
            total,
            inside,
            outside,
            days: day_cells,
            by: by_cells,
            landing: landing_cells,
            channels: channel_cells,
            exits: exit_cells,
            names: name_cells,
            vendor_channels: heads.vendor_channels.0,
            repeated_orders: heads.repeated_orders.0[0],
        };
        protect(&mut result, &cells, overview.plan.threshold());
    }
    result
}

/// The parts of a result that are lists.
struct Lists {
    revenue: Vec<Revenue>,
    events_by_name: Vec<Segment<EventFigures>>,
    landing_pages: Vec<Segment<VisitFigures>>,
    exit_pages: Vec<Segment<ExitFigures>>,
    channels: Vec<Segment<VisitFigures>>,
    days: Vec<DayFigures>,
    by: Option<Breakdown<OverviewSegment>>,
}

/// Adds intervals, and compares segments: a user is of one segment, so they share none.
fn add_certainty(result: &mut OverviewResult) {
    result.key_event_users_interval = wilson(result.key_event_users);
    result.purchasers_interval = wilson(result.purchasers);
    let Some(by) = &mut result.by else { return };
    let shares: Vec<Rate> = by.rows.iter().map(|row| row.figures.purchaser_share).collect();
    for (row, comparison) in by.rows.iter_mut().zip(against_others(&shares, result.purchasers)) {
        row.figures.purchaser_interval = wilson(row.figures.purchaser_share);
        row.figures.purchaser_comparison = Some(comparison);
    }
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
            users: users.users.into(),
            active_users: active_users.into(),
            new_users: self.new_users(users.new).into(),
            new_users_by: if self.seen.first > 0 { NewUsersBy::FirstVisit } else { NewUsersBy::FirstEvent },
            returning_users: users.returning.into(),
            sessions: sessions.sessions.into(),
            sessions_per_user: Rate::new(sessions.sessions, users.users),
            engaged_sessions: per_session(engaged),
            engaged_by: if self.has_engagement() { EngagedBy::EngagementTime } else { EngagedBy::Duration },
            engaged_after_us: self.overview.engaged_after_us,
            bounces: per_session(sessions.sessions - engaged),
            engagement: self.has_engagement().then(|| Engagement {
                total_us: events.engagement.into(),
                us_per_session: per_session(events.engagement),
                us_per_active_user: Rate::new(events.engagement, active_users),
            }),
            duration_us_per_session: per_session(sessions.duration),
            events: all.events.into(),
            unidentified_events: unidentified.events,
            events_per_session: per_session(partial.in_sessions[0]),
            views: all.views.into(),
            unidentified_views: unidentified.views,
            views_per_session: per_session(partial.in_sessions[1]),
            key_events: all.key_events.into(),
            unidentified_key_events: unidentified.key_events,
            key_event_sessions: per_session(sessions.with_key_event),
            key_event_users: Rate::new(users.with_key_event, users.users),
            purchases: all.purchases.into(),
            unidentified_purchases: unidentified.purchases,
            purchases_without_value: all.without_value.into(),
            repeated_orders: partial.repeated_orders.into(),
            key_event_users_interval: None,
            purchasers: Rate::new(users.purchasers, users.users),
            purchasers_interval: None,
            refunds: all.refunds.into(),
            revenue: lists.revenue,
            events_by_name: lists.events_by_name,
            landing_pages: lists.landing_pages,
            exit_pages: lists.exit_pages,
            channels: lists.channels,
            vendor_channel_sessions: partial.vendor_channel_sessions.into(),
            days: lists.days,
            by: lists.by,
        }
    }

    fn segment(&self, segment: SegmentTally) -> OverviewSegment {
        let SegmentTally { users, sessions, events, money } = segment;
        let engaged = self.engaged(sessions.engaged);
        OverviewSegment {
            users: users.users.into(),
            active_users: self.engaged(users.active).into(),
            new_users: self.new_users(users.new).into(),
            returning_users: users.returning.into(),
            sessions: sessions.sessions.into(),
            engaged_sessions: Rate::new(engaged, sessions.sessions),
            bounces: Rate::new(sessions.sessions - engaged, sessions.sessions),
            engagement_us: self.has_engagement().then_some(events.engagement.into()),
            events: events.events.into(),
            views: events.views.into(),
            key_events: events.key_events.into(),
            key_event_sessions: Rate::new(sessions.with_key_event, sessions.sessions),
            purchases: events.purchases.into(),
            purchasers: users.purchasers.into(),
            purchaser_share: Rate::new(users.purchasers, users.users),
            purchaser_interval: None,
            purchaser_comparison: None,
            refunds: events.refunds.into(),
            revenue: self.revenue(money),
        }
    }

    /// What the privacy threshold looks at in one place.
    fn place(&self, sessions: &SessionTally, events: &EventTally, money: &Money, heads: &PlaceHeads) -> PlaceCells {
        let all = heads.sessions.of(sessions.figures());
        let by_definition = 1 + 2 * usize::from(!self.has_engagement());
        let mut amounts = BTreeMap::new();
        for (code, tally) in money.iter() {
            let own = heads.money.get(*code).copied().unwrap_or_default().of(tally.figures());
            let name = self.currency(*code).to_owned();
            let cells: &mut [Cell; 2] = amounts.entry(name).or_default();
            for (sum, cell) in cells.iter_mut().zip(own) {
                *sum = (sum.0 + cell.0, sum.1.max(cell.1));
            }
        }
        PlaceCells {
            sessions: vec![all[0], all[by_definition], all[by_definition + 1], all[5], all[6]],
            events: heads.events.of(events.figures()),
            money: amounts,
            refunds_without: (refunds_without(events, money), heads.refunds_without.0[0]),
        }
    }

    fn currency(&self, code: u32) -> &str {
        self.overview.fields.currency.and_then(|currency| currency.values.value(code)).unwrap_or(NOT_SET)
    }

    fn limits(&self) -> (usize, u64) {
        (self.overview.rows, self.overview.plan.threshold())
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

    fn events_by_name(
        &self,
        names: impl Iterator<Item = Counted<NameTally, Heads<2>>>,
    ) -> Vec<Segment<(EventFigures, Vec<Cell>)>> {
        let coded = (0..).zip(names).filter(|(_, name)| name.tally.events > 0);
        let all = named(coded, Some(self.overview.fields.event.values));
        let figures = |Counted { tally, heads }: Counted<NameTally, Heads<2>>, values| {
            let figures = EventFigures {
                events: tally.events.into(),
                unidentified_events: tally.unidentified,
                users: (values == 1).then_some(tally.users.into()),
                key_events: tally.key_events.into(),
            };
            (figures, heads.of([tally.events, tally.key_events]))
        };
        ranked(all, self.limits(), |name| name.tally.events, figures)
    }

    fn channel(&self, number: u32) -> String {
        self.overview.fields.channels.get(number as usize).cloned().unwrap_or_default()
    }

    fn visits(&self, all: Vec<(String, Counted<VisitTally, PlaceHeads>)>) -> Vec<Segment<(VisitFigures, PlaceCells)>> {
        let figures = |Counted { tally, heads }: Counted<VisitTally, PlaceHeads>, _| {
            let cells = self.place(&tally.sessions, &tally.events, &tally.money, &heads);
            (self.visit_figures(tally), cells)
        };
        ranked(all, self.limits(), |visits| visits.tally.sessions.sessions, figures)
    }

    fn exits(&self, all: Vec<(String, Counted<u64, Heads<1>>)>) -> Vec<Segment<(ExitFigures, Vec<Cell>)>> {
        let figures = |Counted { tally, heads }: Counted<u64, Heads<1>>, _| {
            (ExitFigures { sessions: tally.into() }, heads.of([tally]))
        };
        ranked(all, self.limits(), |sessions| sessions.tally, figures)
    }

    fn visit_figures(&self, visits: VisitTally) -> VisitFigures {
        let VisitTally { sessions, events, money } = visits;
        let SessionTally { sessions, engaged, with_key_event, .. } = sessions;
        let engaged = self.engaged(engaged);
        VisitFigures {
            sessions: sessions.into(),
            engaged_sessions: Rate::new(engaged, sessions),
            bounces: Rate::new(sessions - engaged, sessions),
            key_events: events.key_events.into(),
            key_event_sessions: Rate::new(with_key_event, sessions),
            purchases: events.purchases.into(),
            revenue: self.revenue(money),
        }
    }

    /// Every day from the first to the last on which anything was counted.
    fn days(&self, days: Keyed<i64, Counted<DayTally, PlaceHeads>>) -> Vec<(DayFigures, PlaceCells)> {
        let days = days.into_sorted();
        let span = days.first().zip(days.last()).map_or(0, |((first, _), (last, _))| last - first);
        let mut all = Vec::with_capacity(days.len());
        let mut next = None;
        for (day, tally) in days {
            if span <= MOST_EMPTY_DAYS {
                all.extend((next.unwrap_or(day)..day).map(|empty| self.day(empty, Counted::default())));
            }
            all.push(self.day(day, tally));
            next = Some(day + 1);
        }
        all
    }

    fn day(&self, day: i64, Counted { tally, heads }: Counted<DayTally, PlaceHeads>) -> (DayFigures, PlaceCells) {
        let cells = self.place(&tally.sessions, &tally.events, &tally.money, &heads);
        let [start, end] = [day, day + 1].map(|day| self.overview.zone.to_utc(day.saturating_mul(DAY_US)));
        let DayTally { users, new, sessions, events, money } = tally;
        let EventTally { events, views, key_events, purchases, refunds, .. } = events;
        let figures = DayFigures {
            day: date_text(day),
            is_complete: start >= self.overview.plan.from_us && end <= self.overview.data_end.cut,
            users: users.into(),
            new_users: self.new_users(new).into(),
            sessions: sessions.sessions.into(),
            engaged_sessions: Rate::new(self.engaged(sessions.engaged), sessions.sessions),
            events: events.into(),
            views: views.into(),
            key_events: key_events.into(),
            purchases: purchases.into(),
            refunds: refunds.into(),
            revenue: self.revenue(money),
        };
        (figures, cells)
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

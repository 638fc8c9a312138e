//! How are sessions that are counted as a whole added up?
//!
//! By day, segment and channel in cells of a few numbers each, which lie side by side and stay in the first cache; once a chunk is
//! over the cells are added to the tallies, which are larger and must be looked up. Pages are too many for that: sessions wait
//! for theirs ([`super::walk`]).

use super::tally::{EventTally, OverviewPartial, SessionTally, VisitTally};
use super::walk::Walk;
use crate::keyed::Tally;

/// Keys that have a cell; sessions of others are added to their tallies one by one.
const MOST_CELLS: usize = 1 << 12;
/// Days before the first one seen that have a cell.
const DAYS_BEFORE: i64 = 512;

/// What is to be counted of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    pub(super) events: u32,
    pub(super) views: u32,
    /// By time in the foreground, of which there is none, and by duration.
    pub(super) is_engaged: [bool; 2],
    /// Whether its user has not been seen on its day before.
    pub(super) is_first_of_day: bool,
    pub(super) has_vendor_channel: bool,
    /// Microseconds.
    pub(super) duration: u64,
    /// Of the first and the last view, without views of the first and the last event.
    pub(super) pages: [u32; 2],
}

impl Whole {
    #[inline]
    fn sessions(&self) -> SessionTally {
        let engaged = self.is_engaged.map(u64::from);
        SessionTally { sessions: 1, engaged, with_key_event: 0, duration: self.duration }
    }

    #[inline]
    fn events(&self) -> EventTally {
        EventTally { events: u64::from(self.events), views: u64::from(self.views), ..EventTally::default() }
    }

    /// Adds it to the tally of the page on which it begins.
    #[inline]
    pub(super) fn add_to(&self, landing: &mut VisitTally) {
        landing.sessions.add(self.sessions());
        landing.events.add(self.events());
    }
}

/// Sessions of one chunk that have something in common.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Sessions, the engaged ones by both definitions, their events and views, users of a day, sessions with a channel of the vendor's.
    counts: [u32; 8],
    duration: u64,
}

impl Cell {
    #[inline]
    fn add(&mut self, whole: &Whole) {
        let [by_foreground, by_duration] = whole.is_engaged.map(u32::from);
        let (is_first, has_vendor) = (u32::from(whole.is_first_of_day), u32::from(whole.has_vendor_channel));
        let counts = [1, by_foreground, by_duration, whole.events, whole.views, is_first, has_vendor, 0];
        // None exceeds the events of a chunk, which are counted in 32 bits.
        self.counts.iter_mut().zip(counts).for_each(|(sum, count)| *sum = sum.wrapping_add(count));
        self.duration = self.duration.saturating_add(whole.duration);
    }

    fn sessions(&self) -> SessionTally {
        let [sessions, by_foreground, by_duration, ..] = self.counts.map(u64::from);
        SessionTally { sessions, engaged: [by_foreground, by_duration], with_key_event: 0, duration: self.duration }
    }

    fn events(&self) -> EventTally {
        let [_, _, _, events, views, ..] = self.counts.map(u64::from);
        EventTally { events, views, ..EventTally::default() }
    }

    fn users(&self) -> u64 {
        u64::from(self.counts[5])
    }

    fn with_vendor_channel(&self) -> u64 {
        u64::from(self.counts[6])
    }
}

/// Cells by a number; all are empty between chunks.
#[derive(Clone, Debug, Default)]
struct Row {
    /// Number of the first.
    first: i64,
    cells: Vec<Cell>,
}

impl Row {
    /// Counts a session under `number`, or says that it has no cell.
    #[inline]
    fn count(&mut self, number: i64, whole: &Whole) -> bool {
        // Numbers before the first wrap to ones far behind all cells.
        let index = number.wrapping_sub(self.first).cast_unsigned();
        if index >= self.cells.len() as u64 && !self.make_room(index) {
            return false;
        }
        self.cells[usize::try_from(index).unwrap_or(usize::MAX)].add(whole);
        true
    }

    #[cold]
    fn make_room(&mut self, index: u64) -> bool {
        let Some(cells) = usize::try_from(index).ok().and_then(|index| index.checked_add(1)) else { return false };
        if cells > MOST_CELLS {
            return false;
        }
        self.cells.resize(cells, Cell::default());
        true
    }

    /// Calls `each` with what was counted, and forgets it.
    fn drain(&mut self, mut each: impl FnMut(i64, Cell)) {
        for (number, cell) in (self.first..).zip(&mut self.cells) {
            if cell.counts[0] > 0 {
                each(number, std::mem::take(cell));
            }
        }
    }
}

/// The cells of a chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    days: Row,
    segments: Row,
    channels: Row,
    /// Whether it was settled which days have a cell.
    knows_days: bool,
}

impl Walk<'_> {
    /// Counts a session by its day, channel and segment; its pages wait.
    #[inline]
    pub(super) fn count_whole(
        &mut self,
        whole: Whole,
        [day, channel]: [i64; 2],
        segment: Option<u32>,
        partial: &mut OverviewPartial,
    ) {
        let cells = &mut self.room.cells;
        if !cells.knows_days {
            (cells.days.first, cells.knows_days) = (day.saturating_sub(DAYS_BEFORE), true);
        }
        let mut alone = Cell::default();
        if !cells.days.count(day, &whole) {
            alone.add(&whole);
            add_day(partial, day, alone);
        }
        if !cells.channels.count(channel, &whole) {
            alone = Cell::default();
            alone.add(&whole);
            add_channel(partial, channel, alone);
        }
        if let Some(segment) = segment
            && !cells.segments.count(i64::from(segment), &whole)
        {
            alone = Cell::default();
            alone.add(&whole);
            add_segment(partial, i64::from(segment), alone);
        }
        self.room.wholes.push(whole);
    }

    /// Adds what the cells hold to `partial`, and empties them.
    pub(super) fn drain_cells(&mut self, partial: &mut OverviewPartial) {
        let Cells { days, segments, channels, .. } = &mut self.room.cells;
        days.drain(|day, cell| add_day(partial, day, cell));
        channels.drain(|channel, cell| add_channel(partial, channel, cell));
        segments.drain(|segment, cell| add_segment(partial, segment, cell));
    }
}

/// Every session has one day, so the totals are counted with them.
fn add_day(partial: &mut OverviewPartial, day: i64, cell: Cell) {
    let (sessions, events) = (cell.sessions(), cell.events());
    let tally = partial.days.at(day);
    tally.users += cell.users();
    tally.sessions.add(sessions);
    tally.events.add(events);
    partial.sessions.add(sessions);
    partial.events.add(events);
    partial.in_sessions[0] += events.events;
    partial.in_sessions[1] += events.views;
    partial.vendor_channel_sessions += cell.with_vendor_channel();
}

fn add_channel(partial: &mut OverviewPartial, channel: i64, cell: Cell) {
    let tally = partial.channels.at(code(channel));
    tally.sessions.add(cell.sessions());
    tally.events.add(cell.events());
}

fn add_segment(partial: &mut OverviewPartial, segment: i64, cell: Cell) {
    let tally = partial.segments.at(code(segment));
    tally.sessions.add(cell.sessions());
    tally.events.add(cell.events());
}

/// Channels and segments are numbered in 32 bits.
fn code(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn whole(events: u32) -> Whole {
        Whole {
            events,
            views: events / 2,
            is_engaged: [events > 3, events > 2],
            is_first_of_day: events.is_multiple_of(2),
            has_vendor_channel: events.is_multiple_of(3),
            duration: if events > 5 { u64::MAX / 2 } else { u64::from(events) },
            pages: [0; 2],
        }
    }

    proptest! {
        #[test]
        fn a_row_counts_as_a_map_does(
            first in prop_oneof![Just(0_i64), Just(-700), any::<i64>().prop_map(|first| first / 2)],
            chunks in prop::collection::vec(prop::collection::vec((-2_i64..5_000, 1_u32..8), 0..60), 1..4),
        ) {
            let mut row = Row { first, cells: Vec::new() };
            for chunk in chunks {
                let (mut slow, mut beyond) = (BTreeMap::<i64, Vec<u32>>::new(), 0);
                for (offset, events) in chunk {
                    let is_near = usize::try_from(offset).is_ok_and(|offset| offset < MOST_CELLS);
                    prop_assert_eq!(row.count(first + offset, &whole(events)), is_near);
                    if is_near {
                        slow.entry(first + offset).or_default().push(events);
                    } else {
                        beyond += 1;
                    }
                }
                prop_assert!(beyond == 0 || row.cells.len() <= MOST_CELLS);
                let mut found = BTreeMap::new();
                row.drain(|number, cell| assert!(found.insert(number, cell).is_none()));
                prop_assert!(found.keys().eq(slow.keys()));
                for (number, cell) in found {
                    let all = slow[&number].iter().map(|events| whole(*events));
                    let (mut sessions, mut events) = (SessionTally::default(), EventTally::default());
                    all.clone().for_each(|whole| sessions.add(whole.sessions()));
                    all.clone().for_each(|whole| events.add(whole.events()));
                    prop_assert_eq!((cell.sessions(), cell.events()), (sessions, events));
                    let count = |is: fn(&Whole) -> bool| all.clone().filter(is).count() as u64;
                    prop_assert_eq!(cell.users(), count(|whole| whole.is_first_of_day));
                    prop_assert_eq!(cell.with_vendor_channel(), count(|whole| whole.has_vendor_channel));
                }
            }
        }
    }
}

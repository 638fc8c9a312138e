//! When did it happen by the clock of the server, where a source tells what the clock of the device said?
//!
//! Clocks of devices are wrong. Where a device tells when an event was made and when it was sent, and a server when it was
//! received, what passed between the first two is right even if the clock is not:
//!
//! ```text
//! corrected = received − (sent − created)
//! ```
//!
//! An event that was sent before it was made, or that waited for more than [`LONGEST_WAIT_US`], says nothing of a clock:
//! its time stays, unless the source has another column to fall back to.

use kundresa_model::quality::ClockCounts;
use kundresa_model::time::DAY_US;
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Field;
use crate::mapped::row::Cells;
use crate::placeholder::is_placeholder;
use crate::time::{Detected, Instant, TimeFormat, TimeReader, detect};

/// Longest time that an event may have waited on its device before it was sent.
pub const LONGEST_WAIT_US: i64 = 30 * DAY_US;

/// The time by the server's clock; `None` where the three can't be true together.
pub fn corrected(created_us: i64, sent_us: i64, received_us: i64) -> Option<i64> {
    let waited = sent_us.checked_sub(created_us).filter(|waited| (0..=LONGEST_WAIT_US).contains(waited))?;
    received_us.checked_sub(waited).filter(|time| TimeReader::are_instants(&[*time]))
}

/// Columns of the three times, all of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When the event was made, by the device's clock; one of the columns of the event time.
    pub created: String,
    /// When it was sent, by the same clock.
    pub sent: String,
    /// When it was received, by the server's clock.
    pub received: String,
}

/// The columns of a [`Clock`] by their place in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockCells {
    pub(crate) created: usize,
    pub(crate) sent: usize,
    pub(crate) received: usize,
}

/// How far the clocks of a sample were off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockFacts {
    /// Column of the time that is corrected.
    pub created: String,
    /// Column of when it was sent.
    pub sent: String,
    /// Column of when it was received.
    pub received: String,
    /// Rows of the sample whose time was moved.
    pub corrected: u64,
    /// Rows whose three times can't be true together.
    pub implausible: u64,
    /// Median of how far times were moved, in microseconds; null where none was.
    pub median_us: Option<i64>,
    /// Furthest that a time was moved, in microseconds.
    pub most_us: Option<i64>,
}

/// Reads the event time of rows where the device's clock can be corrected.
#[derive(Debug)]
pub(crate) struct Clocks {
    cells: ClockCells,
    counts: ClockCounts,
    /// How far each time was moved, where somebody wants to know.
    moved: Option<Vec<i64>>,
}

impl Clocks {
    pub(crate) fn new(cells: ClockCells) -> Self {
        Self { cells, counts: ClockCounts::default(), moved: None }
    }

    /// Begins another part: nothing was corrected yet.
    pub(crate) fn begin(&mut self) {
        self.counts = ClockCounts::default();
    }

    pub(crate) fn counts(&self) -> ClockCounts {
        self.counts
    }

    /// The event time of a row: the first filled of `columns`, read by `read`. The device's time counts by the server's
    /// clock; where that can't be told the columns behind it count, and without any of them it counts as it is.
    pub(crate) fn instant<E>(
        &mut self,
        columns: &[usize],
        cells: &impl Cells,
        time: &mut TimeReader,
        read: impl Fn(&mut TimeReader, Option<&str>) -> Result<Instant, E>,
    ) -> Result<Instant, E> {
        let mut as_it_is = None;
        for column in columns {
            let Some(text) = filled(cells, *column) else { continue };
            let instant = read(time, Some(text))?;
            if *column != self.cells.created {
                return Ok(instant);
            }
            if let Some(ts_us) = self.by_the_server(instant, cells, time) {
                return Ok(Instant { ts_us, day_precision: false });
            }
            as_it_is = Some(instant);
        }
        as_it_is.map_or_else(|| read(time, None), Ok)
    }

    /// The time by the server's clock, as far as the row says it.
    fn by_the_server(&mut self, created: Instant, cells: &impl Cells, time: &mut TimeReader) -> Option<i64> {
        let (sent, received) = (filled(cells, self.cells.sent), filled(cells, self.cells.received));
        let (sent, received) = sent.zip(received).filter(|_| !created.day_precision)?;
        let server = any_time(time, sent).zip(any_time(time, received));
        let Some(ts_us) = server.and_then(|(sent, received)| corrected(created.ts_us, sent, received)) else {
            self.counts.implausible += 1;
            return None;
        };
        if ts_us != created.ts_us {
            self.counts.corrected += 1;
            let moved = i64::try_from(ts_us.abs_diff(created.ts_us)).unwrap_or(i64::MAX);
            self.moved.iter_mut().for_each(|all| all.push(moved));
        }
        Some(ts_us)
    }

    /// How far the clocks of rows were off.
    pub(crate) fn facts<C: Cells>(
        clock: &Clock,
        cells: ClockCells,
        columns: &[usize],
        rows: impl Iterator<Item = C>,
        mut time: TimeReader,
    ) -> ClockFacts {
        let mut clocks = Self { moved: Some(Vec::new()), ..Self::new(cells) };
        for row in rows {
            // A row without a readable time is rejected when it is read in earnest.
            let _ =
                clocks.instant(columns, &row, &mut time, |time, text| time.read(text.unwrap_or_default().trim_ascii()));
        }
        let mut moved = clocks.moved.unwrap_or_default();
        moved.sort_unstable();
        ClockFacts {
            created: clock.created.clone(),
            sent: clock.sent.clone(),
            received: clock.received.clone(),
            corrected: clocks.counts.corrected,
            implausible: clocks.counts.implausible,
            median_us: moved.get(moved.len().saturating_sub(1) / 2).copied(),
            most_us: moved.last().copied(),
        }
    }
}

fn filled(cells: &impl Cells, column: usize) -> Option<&str> {
    cells.cell(column).map(str::trim_ascii).filter(|text| !is_placeholder(Field::Time, text))
}

/// An instant in the format of the event time, as ISO, or as a number since 1970. A mere date is none.
fn any_time(time: &mut TimeReader, text: &str) -> Option<i64> {
    let read = time.read(text).or_else(|wrong| match detect(std::iter::once(text)) {
        Detected::Format(format @ (TimeFormat::Iso | TimeFormat::Epoch(_))) => {
            let written = format.parse(text).ok_or(wrong)?;
            let us = written.local_us.checked_sub(written.offset_us.unwrap_or(0)).ok_or(wrong)?;
            time.read_native(us, written.offset_us.is_some(), written.date_only)
        }
        _ => Err(wrong),
    });
    read.ok().filter(|instant| !instant.day_precision).map(|instant| instant.ts_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_clock_that_is_wrong_is_moved_by_how_wrong_it_is() {
        for (created, sent, received, expected) in [
            (100, 110, 1_110, Some(1_100)),
            (100, 100, 100, Some(100)),
            (5_000, 5_010, 110, Some(100)),
            (100, 99, 1_000, None),
            (0, LONGEST_WAIT_US / SECOND, LONGEST_WAIT_US / SECOND, Some(0)),
            (0, LONGEST_WAIT_US / SECOND + 1, LONGEST_WAIT_US / SECOND, None),
        ] {
            let found = corrected(created * SECOND, sent * SECOND, received * SECOND);
            assert_eq!(found, expected.map(|seconds| seconds * SECOND), "{created} {sent} {received}");
        }
        assert_eq!(corrected(i64::MIN, i64::MAX, 0), None);
        assert_eq!(corrected(0, 1, i64::MIN), None);
    }
}

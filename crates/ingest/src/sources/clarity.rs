//! Microsoft Clarity's list of recordings: one row per visit, below some lines about the project.
//!
//! Date and time are those of whoever looked at the list, cut to the minute and in a zone that nobody names. The link to
//! the recording knows better: `ss` is the start in milliseconds UTC, and its path ends with the visit. A row becomes a
//! `session_start` on its first page and a `session_end` on its last, as much later as the visit was long. Seen: a real
//! export of 561 visits.

use kundresa_model::quality::RejectReason;

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

const LINK: &str = "Recording link";
const DURATION: &str = "Session duration";

pub(super) static RECORDINGS: Vendor = Vendor {
    kind: KindName::Clarity,
    evidence: Evidence::Seen,
    recognizes: |sample| {
        matches!(sample.shape, Shape::Delimited(_))
            && columns::has_all(sample, &["Clarity user ID", "Entry URL", "Exit URL", DURATION, LINK])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["start"]),
            (Field::Event, &["event"]),
            (Field::PageUrl, &["page"]),
            (Field::SessionHint, &["session"]),
            (Field::AnonymousId, &["Clarity user ID"]),
            (Field::Referrer, &["Referrer:", "Referrer"]),
            (Field::Browser, &["Browser"]),
            (Field::Device, &["Device"]),
            (Field::Os, &["OS"]),
            (Field::Country, &["Country"]),
            (Field::Page, &[]),
        ],
        time_format: Some("epoch_ms"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Recordings::of(sample))),
    synthetic: &[],
};

struct Recordings {
    names: Vec<String>,
    link: usize,
    duration: usize,
    entry: usize,
    exit: usize,
}

const START: usize = 0;
const EVENT: usize = 1;
const PAGE: usize = 2;
const SESSION: usize = 3;
const SECONDS: usize = 4;
/// Cells before those of the row.
const OWN: usize = 5;

impl Recordings {
    fn of(sample: &Sample) -> Self {
        let names = columns::names(sample).to_vec();
        let place = |column: &str| names.iter().position(|name| name == column).unwrap_or(usize::MAX);
        let (link, duration, entry, exit) = (place(LINK), place(DURATION), place("Entry URL"), place("Exit URL"));
        Self { names, link, duration, entry, exit }
    }

    fn push(&self, event: &str, at_ms: i64, page: usize, link: &str, record: Raw<'_>, rows: &mut Rows) {
        rows.begin();
        rows.write(START, at_ms);
        rows.set(EVENT, event);
        rows.set(PAGE, record.field(page));
        rows.set(SESSION, session(link));
        if let Some(seconds) = seconds(record.field(self.duration)) {
            rows.write(SECONDS, seconds);
        }
        for index in 0..self.names.len() {
            rows.set(OWN + index, record.field(index));
        }
    }
}

impl Translator for Recordings {
    fn columns(&self) -> Vec<String> {
        let own = ["start", "event", "page", "session", "duration_s"].map(str::to_owned);
        own.into_iter().chain(self.names.iter().cloned()).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let link = record.field(self.link);
        let Some(start_ms) = start(link) else {
            let detail = format!("`{LINK}` says no start in milliseconds (`?ss=…`)");
            return Err(NoRow::new(RejectReason::MissingTime, detail));
        };
        self.push("session_start", start_ms, self.entry, link, record, rows);
        match seconds(record.field(self.duration)).and_then(|seconds| start_ms.checked_add(seconds * 1000)) {
            Some(end_ms) => self.push("session_end", end_ms, self.exit, link, record, rows),
            None => {
                rows.begin();
                let detail = format!("`{DURATION}` is not written as 01:30 or 1:01:30");
                rows.refuse(NoRow::new(RejectReason::BadTime, detail));
            }
        }
        Ok(())
    }
}

/// The start of a recording, by its link.
fn start(link: &str) -> Option<i64> {
    let (_, query) = link.split_once('?')?;
    let mut values = query.split(['&', '#']).filter_map(|part| part.strip_prefix("ss="));
    values.find_map(|value| value.parse().ok())
}

/// The visit, which is the last part of the link's path.
fn session(link: &str) -> &str {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Seconds of `MM:SS` or `HH:MM:SS`.
fn seconds(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.split(':').map(|part| part.parse::<u32>().ok().map(i64::from)).collect::<Option<_>>()?;
    match parts.as_slice() {
        [minutes, seconds] => Some(minutes * 60 + seconds),
        [hours, minutes, seconds] => Some((hours * 60 + minutes) * 60 + seconds),
        _ => None,
    }
}

//! Hotjar (now Contentsquare): answers to surveys and feedback, and lists of recordings.
//!
//! An answer is one row with a column per question, whose header is the question in any language. `Date Submitted` has no
//! zone; it is read as UTC unless the configuration says otherwise. `User` is a short name for the screen, the visitor is
//! `Hotjar User ID`. The score of a question for recommendation is also kept as `nps`, that of an emotion as `emotion`.
//! Documented: by programs that read the export. Unverified: the list of recordings, of which no real file was found.

use std::collections::BTreeMap;

use super::{Evidence, Preset, Vendor, columns};
use crate::config::{Dated, KindName};
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::spread::{DATE, EVENT, Moment, Spread};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static RESPONSES: Vendor = Vendor {
    kind: KindName::HotjarResponses,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        matches!(sample.shape, Shape::Delimited(_))
            && columns::has_all(sample, &["Number", "User", "Date Submitted", "Source URL"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::AnonymousId, &["Hotjar User ID"]),
            (Field::UserId, &["User ID", "user_id"]),
            (Field::UserId, &[]),
            (Field::PageUrl, &["Source URL"]),
            (Field::Country, &["Country"]),
            (Field::Device, &["Device"]),
            (Field::Browser, &["Browser"]),
            (Field::Os, &["OS"]),
            (Field::Value, &[]),
            (Field::Stage, &[]),
        ],
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Responses::of(sample))),
    synthetic: &[],
};

pub(super) static RECORDINGS: Vendor = Vendor {
    kind: KindName::HotjarRecordings,
    evidence: Evidence::Unverified,
    recognizes: |sample| {
        let has = |wanted: &str| columns::names(sample).iter().any(|name| name.eq_ignore_ascii_case(wanted));
        matches!(sample.shape, Shape::Delimited(_))
            && has("Date")
            && has("Duration")
            && (has("Rage clicks") || has("U-turns"))
            && (has("Landing page") || has("Entry page"))
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["Date", "Start time", "Recorded at"]),
            (Field::AnonymousId, &["Hotjar User ID", "User ID", "User"]),
            (Field::SessionHint, &["Recording ID", "Recording URL", "Recording", "URL"]),
            (Field::PageUrl, &["Landing page", "Landing Page", "Landing page URL", "Entry page", "Entry Page"]),
            (Field::Referrer, &["Referrer", "Referrer URL"]),
            (Field::Country, &["Country"]),
            (Field::Device, &["Device"]),
            (Field::Browser, &["Browser"]),
            (Field::Os, &["OS", "Operating system"]),
            (Field::Value, &[]),
        ],
        zone: Some("UTC"),
        event: Some("recording"),
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};

const NPS: &str = "nps";
const EMOTION: &str = "emotion";

/// Answers, with their scores under names that do not depend on the question.
struct Responses {
    spread: Spread,
    nps: Option<String>,
    emotion: Option<String>,
}

impl Responses {
    fn of(sample: &Sample) -> Self {
        let moments = vec![Moment::event("Date Submitted", "survey_response")];
        let names = columns::names(sample);
        let first = |is_it: &dyn Fn(&str) -> bool| {
            names.iter().find(|name| !name.starts_with("Tags for:") && is_it(&name.to_lowercase())).cloned()
        };
        let is_free = |name: &&str| !names.iter().any(|known| known == *name);
        let made: Vec<&str> = [NPS, EMOTION].into_iter().filter(is_free).collect();
        Self {
            nps: first(&|name| name.contains("nps") || (name.contains("how likely") && name.contains("recommend"))),
            emotion: first(&|name| name.starts_with("emotion")),
            spread: Spread::of(sample, moments).with(&made),
        }
    }
}

impl Translator for Responses {
    fn columns(&self) -> Vec<String> {
        self.spread.columns()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.spread.read(record)?;
        for (cell, column, most) in [(NPS, &self.nps, 10), (EMOTION, &self.emotion, 5)] {
            let Some(column) = column else { continue };
            let score = self.spread.get(column).to_owned();
            if score.parse::<u8>().is_ok_and(|score| score <= most) {
                self.spread.set(cell, &score);
            }
        }
        self.spread.hand_out(rows)
    }

    fn take_dates(&mut self, dates: &BTreeMap<String, Dated>) -> bool {
        self.spread.take_dates(dates)
    }
}

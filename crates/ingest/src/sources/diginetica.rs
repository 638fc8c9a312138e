//! Diginetica's search challenge: views of items, and purchases.
//!
//! Text with semicolons whose time is a day and the milliseconds since its visit began (`timeframe`), so that the order
//! within a visit is known and the hour is not: a visit is placed at the start of its day, UTC. `NA` is nobody. A visit
//! stands for its visitor where no user is named. Documented: the challenge's description.

use chrono::NaiveDate;
use kundresa_model::quality::RejectReason;

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static DIGINETICA: Vendor = Vendor {
    kind: KindName::Diginetica,
    evidence: Evidence::Documented,
    recognizes: |sample| matches!(sample.shape, Shape::Delimited(_)) && Visits::places(sample).is_some(),
    preset: Preset {
        columns: &[
            (Field::Time, &["at"]),
            (Field::Event, &["event"]),
            (Field::AnonymousId, &["visit"]),
            (Field::SessionHint, &["visit"]),
            (Field::UserId, &["user_id", "userId"]),
            (Field::OrderId, &["ordernumber"]),
        ],
        time_format: Some("epoch_ms"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Visits::of(sample))),
    synthetic: &[],
};

struct Visits {
    names: Vec<String>,
    places: Option<Places>,
}

#[derive(Clone, Copy)]
struct Places {
    visit: usize,
    day: usize,
    offset: usize,
    is_purchase: bool,
}

/// Cells before those of the row.
const OWN: usize = 3;

impl Visits {
    fn of(sample: &Sample) -> Self {
        Self { names: columns::names(sample).to_vec(), places: Self::places(sample) }
    }

    fn places(sample: &Sample) -> Option<Places> {
        let place = |wanted: &[&str]| columns::names(sample).iter().position(|name| wanted.contains(&name.as_str()));
        let is_purchase = place(&["ordernumber"]).is_some();
        place(&["item_id", "itemId", "ordernumber"])?;
        let (day, offset) = (place(&["eventdate"])?, place(&["timeframe"])?);
        Some(Places { visit: place(&["session_id", "sessionId"])?, day, offset, is_purchase })
    }
}

impl Translator for Visits {
    fn columns(&self) -> Vec<String> {
        ["at", "event", "visit"].into_iter().map(str::to_owned).chain(self.names.iter().cloned()).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let Some(places) = self.places else {
            return Err(NoRow::new(RejectReason::MissingTime, "no column `eventdate`"));
        };
        let (day, offset) = (record.field(places.day), record.field(places.offset));
        let start_ms = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
        let start_ms = start_ms.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis());
        let at = start_ms.zip(offset.parse::<i64>().ok()).and_then(|(start, offset)| start.checked_add(offset));
        let Some(at) = at else {
            let detail = format!("`{day}` and `{offset}` are no day with milliseconds (eventdate, timeframe)");
            return Err(NoRow::new(RejectReason::BadTime, detail));
        };
        rows.begin();
        rows.write(0, at);
        rows.set(1, if places.is_purchase { "purchase" } else { "view_item" });
        rows.set(2, record.field(places.visit));
        for index in (0..self.names.len()).filter(|index| *index != places.visit) {
            rows.set(OWN + index, record.field(index));
        }
        Ok(())
    }
}

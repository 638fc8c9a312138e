//! Pipedrive's export of deals: one row per deal with the days on which it was created, moved, won or lost.
//!
//! Columns are called after what they belong to (`Deal - Won time`, `Person - ID`). A deal's last change of stage is
//! known, its earlier ones are not. Times are those of the user's zone and carry none. Unverified.

use super::crm::{Owner, PERSON, Records, as_written};
use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::mapping::guess::STAGE_CHANGED;
use crate::sample::Shape;
use crate::translate::spread::{DATE, EVENT, Moment, STAGE, Stage};

pub(super) static DEALS: Vendor = Vendor {
    kind: KindName::Pipedrive,
    evidence: Evidence::Unverified,
    recognizes: |sample| {
        matches!(sample.shape, Shape::Delimited(_))
            && columns::has_all(sample, &["Deal - Title"])
            && !moments(columns::names(sample)).is_empty()
    },
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::Stage, &[STAGE]),
            (Field::CrmId, &[PERSON]),
            (Field::Email, &["Person - Email", "Person - Email - Work", "Person - Email - Home"]),
            (Field::Value, &["Deal - Value"]),
            (Field::Currency, &["Deal - Currency of Value", "Deal - Currency"]),
        ],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Records::of(sample, moments(columns::names(sample)), &OWNER))),
    synthetic: &[],
};

static OWNER: Owner =
    Owner { persons: &["Person - ID"], records: &[("Deal - ID", "deal"), ("Deal - Title", "deal")], id: as_written };

fn moments(names: &[String]) -> Vec<Moment> {
    let has = |column: &str| names.iter().any(|name| name == column);
    let first = |wanted: &[&'static str]| wanted.iter().copied().find(|column| has(column));
    let created =
        first(&["Deal - Deal created", "Deal - Add time"]).map(|column| Moment::event(column, "deal_created"));
    let moved = first(&["Deal - Last stage change", "Deal - Stage change time"]).filter(|_| has("Deal - Stage"));
    let moved = moved.map(|column| Moment {
        stage: Some(Stage::In("Deal - Stage".to_owned())),
        ..Moment::event(column, STAGE_CHANGED)
    });
    let won = first(&["Deal - Won time"]).map(|column| Moment::stage(column, STAGE_CHANGED, "won"));
    let lost = first(&["Deal - Lost time"]).map(|column| Moment::stage(column, STAGE_CHANGED, "lost"));
    [created, moved, won, lost].into_iter().flatten().collect()
}

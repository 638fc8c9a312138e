//! OTTO recommender log: one JSON object per session with all its events.
//!
//! `{"session": 0, "events": [{"aid": 1517085, "ts": 1659304800025, "type": "clicks"}]}`. A session is a shopper's whole
//! history of four weeks, so `session` names the shopper and visits are cut anew. The first
//! session is number 0, which elsewhere names nobody; so shoppers are called `session-0` and so on. Times are milliseconds UTC; events of a
//! session come in order. Seen: the data set's own test file (20 sessions, 862 events).

use serde::Deserialize;

use super::{Evidence, Preset, Vendor};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static OTTO: Vendor = Vendor {
    kind: KindName::Otto,
    evidence: Evidence::Seen,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["ts"]),
            (Field::AnonymousId, &["session"]),
            (Field::Event, &["type"]),
            (Field::SessionHint, &[]),
        ],
        time_format: Some("epoch_ms"),
        events: &[("clicks", "view_item"), ("carts", "add_to_cart"), ("orders", "purchase")],
        ..Preset::NONE
    },
    translator: Some(|_| Box::new(Sessions)),
    synthetic: &[],
};

fn recognizes(sample: &Sample) -> bool {
    let Shape::Json(json) = &sample.shape else { return false };
    let has = |name: &str| json.keys.iter().any(|key| key == name);
    has("session") && has("events") && json.lines.first().is_some_and(|line| line.contains("\"aid\""))
}

struct Sessions;

const SESSION: usize = 0;
const TIME: usize = 1;
const TYPE: usize = 2;
const AID: usize = 3;

#[derive(Deserialize)]
struct Session<'a> {
    session: u64,
    #[serde(borrow)]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    aid: u64,
    ts: i64,
    #[serde(rename = "type")]
    kind: &'a str,
}

impl Translator for Sessions {
    fn columns(&self) -> Vec<String> {
        ["session", "ts", "type", "aid"].map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let session: Session<'_> = serde_json::from_str(record.text)
            .map_err(|error| NoRow::new(RejectReason::BadJson, format!("no session with its events: {error}")))?;
        for event in &session.events {
            rows.begin();
            rows.write(SESSION, format_args!("session-{}", session.session));
            rows.write(TIME, event.ts);
            rows.set(TYPE, event.kind);
            rows.write(AID, event.aid);
        }
        Ok(())
    }
}

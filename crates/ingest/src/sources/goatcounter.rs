//! GoatCounter's CSV export, version 2: one row per view or event.
//!
//! The first column is called `2Path`: the version of the format, and a name. `Session` is a visitor for as long as GoatCounter
//! remembers one, eight hours at most. Where `Event` is true, the path is the name of an event. `Bot` is a number that says
//! why a view is taken for a program's, 0 for people. Seen upstream.

use super::{Evidence, Preset, Vendor, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static GOATCOUNTER: Vendor = Vendor {
    kind: KindName::Goatcounter,
    evidence: Evidence::Documented,
    recognizes: |sample| nested::has_columns(sample, &["2Path", "Session", "FirstVisit", "Event", "Bot"]),
    preset: Preset {
        columns: &[
            (Field::Time, &["Date", "Date(RFC3339)", "Date (RFC 3339)"]),
            (Field::Event, &["event_name"]),
            (Field::AnonymousId, &["Session"]),
            (Field::SessionHint, &["Session"]),
            (Field::PageUrl, &["page_path"]),
            (Field::PageTitle, &["Title"]),
            (Field::Referrer, &["Referrer"]),
            (Field::UserAgent, &["UserAgent"]),
            (Field::Browser, &["Browser"]),
            (Field::Os, &["System"]),
            (Field::Country, &["Location"]),
            (Field::Bot, &["is_bot"]),
        ],
        time_format: Some("iso"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Hits { header: nested::header(sample) })),
    synthetic: &[],
};

struct Hits {
    header: Vec<String>,
}

impl Translator for Hits {
    fn columns(&self) -> Vec<String> {
        let derived = ["event_name", "page_path", "is_bot"].map(str::to_owned);
        self.header.iter().cloned().chain(derived).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        nested::cells(record, &self.header, &[], rows);
        let field = |name: &str| {
            let place = self.header.iter().position(|column| column == name);
            place.map_or("", |place| record.field(place))
        };
        let is_event = matches!(field("Event").to_ascii_lowercase().as_str(), "1" | "true");
        let (name, page) = if is_event { (field("2Path"), "") } else { ("page_view", field("2Path")) };
        let is_bot = if matches!(field("Bot"), "" | "0") { "" } else { "true" };
        for (place, text) in [name, page, is_bot].into_iter().enumerate() {
            rows.set(self.header.len() + place, text);
        }
        Ok(())
    }
}

//! GoatCounter's CSV export, version 2: one row per view or event.
//!
//! The first column is called `2Path`: the version of the format, and a name. `Session` is a visitor for as long as GoatCounter
//! remembers one, eight hours at most. Where `Event` is true, the path is the name of an event. `Bot` is a number that says
//! why a view is taken for a program's, 0 for people. Seen upstream.

use super::{Evidence, Preset, Vendor, columns, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static GOATCOUNTER: Vendor = Vendor {
    kind: KindName::Goatcounter,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        columns::is_delimited(sample) && columns::has_all(sample, &["2Path", "Session", "FirstVisit", "Event", "Bot"])
    },
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
    translator: Some(|sample| Box::new(Hits::of(nested::header(sample)))),
    synthetic: &[],
};

struct Hits {
    header: Vec<String>,
    /// Columns of path, mark of events, and mark of programs.
    places: [Option<usize>; 3],
}

impl Hits {
    fn of(header: Vec<String>) -> Self {
        let places = ["2Path", "Event", "Bot"].map(|name| header.iter().position(|column| column == name));
        Self { header, places }
    }
}

impl Translator for Hits {
    fn columns(&self) -> Vec<String> {
        let derived = ["event_name", "page_path", "is_bot"].map(str::to_owned);
        self.header.iter().cloned().chain(derived).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        nested::cells(record, &self.header, &[], rows);
        let [path, event, bot] = self.places.map(|place| place.map_or("", |place| record.field(place)));
        let is_event = event == "1" || event.eq_ignore_ascii_case("true");
        let (name, page) = if is_event { (path, "") } else { ("page_view", path) };
        let is_bot = if matches!(bot, "" | "0") { "" } else { "true" };
        for (place, text) in [name, page, is_bot].into_iter().enumerate() {
            rows.set(self.header.len() + place, text);
        }
        Ok(())
    }
}

//! Which rows count, if those of Snowplow's own model of the web are asked for?
//!
//! A row that was sent long after it happened, or before, has a clock that is not to be trusted; a view without the id of a
//! page view belongs to none. Views of one page with one id are one: the id stands for the event's own, so that all but the
//! first are duplicates.

use kundresa_model::quality::RejectReason;

use super::super::columns;
use crate::config::SnowplowRules;
use crate::json::flatten::flatten;
use crate::sample::Sample;
use crate::time::TimeFormat;
use crate::translate::{NoRow, Raw, Rows, Translator};

/// Property that keeps the id of a view that got the page view's.
pub(super) const OWN_ID: &str = "native_event_id";
const DAY_US: u64 = 86_400_000_000;

/// What the rules ask of a row.
pub(super) struct Judged<'a> {
    pub(super) event: &'a str,
    pub(super) created: &'a str,
    pub(super) sent: &'a str,
    /// The id of its page view.
    pub(super) page_view: Option<&'a str>,
}

impl Judged<'_> {
    /// Refuses a row that does not count.
    pub(super) fn check(&self, rules: &SnowplowRules) -> Result<(), NoRow> {
        let refused = |detail: String| Err(NoRow::new(RejectReason::ExcludedBySource, detail));
        let apart = instant(self.sent).zip(instant(self.created)).map(|(sent, created)| sent.abs_diff(created));
        let most = rules.late_days.map(|days| u64::from(days) * DAY_US);
        if let (Some(apart), Some(most)) = (apart, most)
            && apart > most
        {
            let days = most / DAY_US;
            return refused(format!("created {} and sent {}, over late_days = {days} apart", self.created, self.sent));
        }
        match (rules.page_views, self.page_view) {
            (true, _) if !matches!(self.event, "page_view" | "page_ping") => {
                refused(format!("`{}` is no view or ping of a page (page_views)", self.event))
            }
            (true, None) => refused("no id of a page view (page_views)".to_owned()),
            _ => Ok(()),
        }
    }

    /// The id that stands for the event's own.
    pub(super) fn id(&self, rules: &SnowplowRules) -> Option<&str> {
        self.page_view.filter(|_| rules.page_views && self.event == "page_view")
    }
}

fn instant(text: &str) -> Option<i64> {
    let written = TimeFormat::Iso.parse(text)?;
    Some(written.local_us - written.offset_us.unwrap_or(0))
}

/// Rows of a warehouse's table, where rules are asked for.
pub(crate) struct Table {
    names: Vec<String>,
    rules: SnowplowRules,
    path: String,
    others: Vec<(String, String)>,
}

impl Table {
    /// For rows of the sample's columns.
    pub(crate) fn of(sample: &Sample) -> Self {
        let names = columns::names(sample).to_vec();
        Self { names, rules: SnowplowRules::default(), path: String::new(), others: Vec::new() }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The id in the column of the entity `web_page`, or in that of a model's table.
    fn page_view(&self, rows: &Rows) -> Option<String> {
        const WEB_PAGE: &str = "contexts_com_snowplowanalytics_snowplow_web_page_1";
        if let Some(id) = self.place("page_view_id").and_then(|place| rows.filled(place)) {
            return Some(id.to_owned());
        }
        let entity = rows.filled(self.names.iter().position(|name| name.starts_with(WEB_PAGE))?)?;
        let entities: serde_json::Value = serde_json::from_str(entity).ok()?;
        let id = entities.get(0).unwrap_or(&entities).get("id")?.as_str()?;
        Some(id.to_owned()).filter(|id| !id.is_empty())
    }

    fn fill(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        if record.is_delimited() {
            (0..self.names.len()).for_each(|place| rows.set(place, record.field(place)));
            return Ok(());
        }
        let Self { names, path, others, .. } = self;
        others.clear();
        let read = flatten(record.text, path, |name, value| match names.iter().position(|known| known == name) {
            Some(place) => rows.set(place, value.text()),
            None => others.push((name.to_owned(), value.text().to_owned())),
        });
        read.map_err(|error| NoRow::new(RejectReason::BadJson, format!("no JSON object: {error}")))?;
        others.iter().for_each(|(name, value)| rows.other(name, crate::json::flatten::Flat::Text(value)));
        Ok(())
    }
}

impl Translator for Table {
    fn columns(&self) -> Vec<String> {
        self.names.iter().cloned().chain([OWN_ID.to_owned()]).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        rows.begin();
        self.fill(record, rows)?;
        let page_view = self.page_view(rows);
        let get = |name: &str| self.place(name).and_then(|place| rows.filled(place)).unwrap_or_default();
        let judged = Judged {
            event: get("event"),
            created: get("dvce_created_tstamp"),
            sent: get("dvce_sent_tstamp"),
            page_view: page_view.as_deref(),
        };
        judged.check(&self.rules)?;
        let id = judged.id(&self.rules).map(str::to_owned);
        if let (Some(id), Some(place)) = (id, self.place("event_id")) {
            let own = rows.filled(place).unwrap_or_default().to_owned();
            rows.set(self.names.len(), &own);
            rows.set(place, &id);
        }
        Ok(())
    }

    fn take_rules(&mut self, rules: &SnowplowRules) -> bool {
        self.rules = rules.clone();
        true
    }
}

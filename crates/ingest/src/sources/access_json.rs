//! Access log as JSON, one request per line: nginx with `escape=json`, Caddy, Traefik.
//!
//! nginx writes what its configuration names, by custom its own variables (`remote_addr`, `request`, `status`,
//! `http_user_agent`); Caddy nests the request and its headers, of which each is a list, and has seconds in `ts`; Traefik
//! has names of its own (`ClientHost`, `RequestPath`). So parts are found by their names, the best first, and what is
//! left are properties. Lines that Caddy and Traefik write about other things are no requests.

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;

use super::request::{COLUMNS, PRESET, Request, instant};
use super::request_parts::{PARTS, Part, are_requests, request};
use super::{Evidence, Vendor};
use crate::config::KindName;
use crate::json::flatten::{Flat, flatten};
use crate::limits::MOST_COLUMNS;
use crate::mapping::aliases::normalised;
use crate::sample::{Sample, Shape};
use crate::time::EpochUnit;
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static ACCESS_JSON: Vendor = Vendor {
    kind: KindName::AccessJson,
    evidence: Evidence::Documented,
    recognizes,
    preset: PRESET,
    translator: Some(|_| Box::new(AccessJson::default())),
    synthetic: &[],
};

/// Names of each part as they are compared, the best first.
const NAMES: [(Part, &[&str]); PARTS] = [
    (Part::Time, &["timeiso8601", "startutc", "msec", "timelocal", "@timestamp", "timestamp", "time", "ts", "date"]),
    (
        Part::Ip,
        &[
            "remoteaddr",
            "request.clientip",
            "request.remoteip",
            "request.remoteaddr",
            "clienthost",
            "remoteip",
            "clientip",
            "ip",
        ],
    ),
    (Part::Forwarded, &["httpxforwardedfor", "xforwardedfor", "request.headers.xforwardedfor", "requestxforwardedfor"]),
    (Part::User, &["remoteuser", "clientusername", "userid", "user"]),
    (Part::Scheme, &["scheme", "requestscheme"]),
    (Part::Site, &["httphost", "request.host", "requesthost", "host", "servername", "vhost"]),
    (Part::Method, &["requestmethod", "request.method", "method"]),
    (Part::Target, &["requesturi", "request.uri", "requestpath", "uri", "path", "url"]),
    (Part::Line, &["request", "requestline"]),
    (Part::Protocol, &["serverprotocol", "request.proto", "requestprotocol", "protocol"]),
    (Part::Status, &["status", "downstreamstatus", "statuscode"]),
    (Part::Bytes, &["bodybytessent", "bytessent", "downstreamcontentsize", "size", "bytes"]),
    (
        Part::Referrer,
        &["httpreferrer", "httpreferer", "request.headers.referer", "requestreferer", "referer", "referrer"],
    ),
    (Part::Agent, &["httpuseragent", "request.headers.useragent", "requestuseragent", "useragent", "agent"]),
];

/// Which part a name says, and how well.
fn part_of(name: &str) -> Option<(Part, usize)> {
    let name = normalised(name);
    NAMES.iter().find_map(|(part, names)| Some((*part, names.iter().position(|known| *known == name)?)))
}

fn recognizes(sample: &Sample) -> bool {
    let Shape::Json(json) = &sample.shape else { return false };
    let parts: Vec<Part> = json.keys.iter().filter_map(|key| part_of(key)).map(|(part, _)| part).collect();
    are_requests(|part| parts.contains(&part), &json.keys)
}

/// A value with its name and how good that is. Both stand in the translator's text.
#[derive(Clone)]
struct Found {
    rank: usize,
    name: Range<usize>,
    text: Range<usize>,
    is_json: bool,
}

#[derive(Default)]
struct AccessJson {
    /// Names that were met.
    known: HashMap<String, Option<(Part, usize)>>,
    path: String,
    /// Names and values of parts of the record at hand.
    text: String,
}

impl Translator for AccessJson {
    fn columns(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let Self { known, path, text } = self;
        text.clear();
        let mut found: [Option<Found>; PARTS] = [const { None }; PARTS];
        rows.begin();
        let read = flatten(record.text, path, |name, value| {
            let part = known.get(name).copied().unwrap_or_else(|| {
                let part = part_of(name);
                if known.len() < MOST_COLUMNS {
                    known.insert(name.to_owned(), part);
                }
                part
            });
            let Some((part, rank)) = part else { return rows.other(name, value) };
            let slot = &mut found[part as usize];
            if slot.as_ref().is_some_and(|better| better.rank < rank) {
                return rows.other(name, value);
            }
            let is_json = matches!(value, Flat::Json(_));
            let mut keep = |part: &str| {
                text.push_str(part);
                text.len() - part.len()..text.len()
            };
            let value = Found { rank, name: keep(name), text: keep(value.text()), is_json };
            let is_other = |worse: &Found| worse.rank > rank || text[worse.name.clone()] != *name;
            if let Some(worse) = slot.replace(value).filter(is_other) {
                worse.keep(text, rows);
            }
        });
        read.map_err(|error| NoRow::new(RejectReason::BadJson, error.to_string()))?;
        let text: &str = text;
        let texts = found.each_ref().map(|found| found.as_ref().map_or(Cow::Borrowed(""), |found| found.value(text)));
        if [Part::Line, Part::Target].iter().all(|part| texts[*part as usize].is_empty()) {
            return Err(NoRow::new(RejectReason::BadLine, "it tells of no request"));
        }
        found.iter().flatten().filter(|found| found.is_of_many(text)).for_each(|found| found.keep(text, rows));
        let text = |part: Part| &*texts[part as usize];
        Request { time: time(text(Part::Time)), ..request(text) }.fill(rows);
        Ok(())
    }
}

impl Found {
    /// The value; of a list the first.
    fn value<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let value = &text[self.text.clone()];
        if self.is_json && value.starts_with('[') {
            let list: Vec<String> = serde_json::from_str(value).unwrap_or_default();
            return Cow::Owned(list.into_iter().next().unwrap_or_default());
        }
        Cow::Borrowed(value)
    }

    /// Whether it is a list of which only the first has a place.
    fn is_of_many(&self, text: &str) -> bool {
        self.is_json && serde_json::from_str(&text[self.text.clone()]).is_ok_and(|list: Vec<&str>| list.len() > 1)
    }

    /// Keeps it as a property.
    fn keep(&self, text: &str, rows: &mut Rows) {
        let value = &text[self.text.clone()];
        let value = if self.is_json { Flat::Json(value) } else { Flat::Text(value) };
        rows.other(&text[self.name.clone()], value);
    }
}

/// A time in any of the ways in which these logs write it, numbers as ISO.
fn time(text: &str) -> Cow<'_, str> {
    let whole = text.split('.').next().unwrap_or_default();
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return instant(text);
    }
    let unit = match whole.len() {
        0..=11 => EpochUnit::Seconds,
        12..=14 => EpochUnit::Millis,
        15..=17 => EpochUnit::Micros,
        _ => EpochUnit::Nanos,
    };
    let time = unit.parse(text.as_bytes()).and_then(chrono::DateTime::from_timestamp_micros);
    time.map_or(Cow::Borrowed(text), |time| Cow::Owned(time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)))
}

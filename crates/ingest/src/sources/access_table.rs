//! Access log as a table: one request per row under a header.
//!
//! Public copies of logs come as CSV or TSV: address, time, method, path, status and size in columns, the user agent
//! often left out, the time in any format. Seen: an hour and more of NASA's log of 1995 (`host`, `logname`, `time` in
//! seconds, `method`, `url`, `response`, `bytes`, and two blank fields behind them).

use super::request::{COLUMNS, PRESET, Request, filled, instant};
use super::request_parts::{PARTS, Part, are_requests, request};
use super::{Evidence, Preset, Vendor};
use crate::config::KindName;
use crate::json::flatten::Flat;
use crate::mapping::aliases::normalised;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static ACCESS_TABLE: Vendor = Vendor {
    kind: KindName::AccessTable,
    evidence: Evidence::Seen,
    recognizes,
    preset: Preset { time_format: None, ..PRESET },
    translator: Some(|sample| Box::new(AccessTable::of(sample))),
    synthetic: &[],
};

/// Names of each part as they are compared, the best first.
const NAMES: [(Part, &[&str]); PARTS] = [
    (Part::Time, &["time", "timestamp", "datetime", "date", "timelocal", "timeiso8601"]),
    (Part::Ip, &["ip", "host", "remoteaddr", "remotehost", "clientip", "ipaddress", "remoteip", "client", "addr"]),
    (Part::Forwarded, &[]),
    (Part::User, &["user", "remoteuser", "username", "authuser", "userid"]),
    (Part::Scheme, &[]),
    (Part::Site, &["vhost", "servername", "site", "domain", "virtualhost"]),
    (Part::Method, &["method", "requestmethod", "httpmethod", "verb"]),
    (Part::Target, &["url", "uri", "path", "requesturi", "requesturl", "requestpath", "endpoint"]),
    (Part::Line, &["request", "requestline"]),
    (Part::Protocol, &["protocol", "httpversion", "serverprotocol"]),
    (Part::Status, &["status", "statuscode", "response", "responsecode", "httpstatus"]),
    (Part::Bytes, &["bytes", "size", "bodybytessent", "bytessent", "responsesize", "contentsize", "contentlength"]),
    (Part::Referrer, &["referrer", "referer", "httpreferer", "httpreferrer"]),
    (Part::Agent, &["useragent", "agent", "httpuseragent"]),
];

/// The column of each part of a header.
fn places(header: &[String]) -> [Option<usize>; PARTS] {
    let header: Vec<String> = header.iter().map(|name| normalised(name)).collect();
    NAMES.map(|(_, names)| names.iter().find_map(|name| header.iter().position(|known| known == name)))
}

/// The size too, without which no other log has all the rest.
fn recognizes(sample: &Sample) -> bool {
    let Shape::Delimited(table) = &sample.shape else { return false };
    let places = places(&table.header);
    let has = |part: Part| places[part as usize].is_some();
    has(Part::Bytes) && are_requests(has, &table.header)
}

struct AccessTable {
    places: [Option<usize>; PARTS],
    /// Columns without a part, under their names.
    others: Vec<(usize, String)>,
}

impl AccessTable {
    fn of(sample: &Sample) -> Self {
        let header = match &sample.shape {
            Shape::Delimited(table) => table.header.as_slice(),
            _ => &[],
        };
        let places = places(header);
        let named = header.iter().enumerate().filter(|(index, _)| !places.contains(&Some(*index)));
        Self { places, others: named.map(|(index, name)| (index, name.clone())).collect() }
    }
}

impl Translator for AccessTable {
    fn columns(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let part = |part: Part| self.places[part as usize].map_or("", |index| record.field(index));
        let bytes = if part(Part::Bytes) == "-" { "0" } else { part(Part::Bytes) };
        let request = Request { time: instant(part(Part::Time)), bytes, ..request(part) };
        request.write(rows);
        for (index, name) in &self.others {
            rows.other(name, Flat::Text(filled(record.field(*index))));
        }
        Ok(())
    }
}

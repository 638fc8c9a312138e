//! W3C extended log: IIS, CloudFront, and whatever else begins with `#Fields:`.
//!
//! `#Fields: date time c-ip cs-method cs-uri-stem …` names the values of the lines after it. It may come again in the
//! middle of a file and name others (a server was set up anew, or files were put together), after blanks, and between
//! blank lines. Times are UTC; those in `date-local` and `time-local` carry no zone. Where there is no date, `#Date:`
//! has it. IIS separates by blanks, writes `+` for a blank in a value, and quotes cookies that have some; CloudFront
//! separates by tabs and percent-encodes values, the user agent twice. Seen: files of both in tests of log analysers.

use std::borrow::Cow;

use super::fields::{all_fields, hex};
use super::request::{COLUMNS, PRESET, Request, filled, write_cookies};
use super::{Evidence, Vendor};
use crate::config::KindName;
use crate::json::flatten::Flat;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator, readable};
use kundresa_model::quality::RejectReason;

pub(super) static W3C_LOG: Vendor = Vendor {
    kind: KindName::W3cLog,
    evidence: Evidence::Seen,
    recognizes,
    preset: PRESET,
    translator: Some(|_| Box::new(W3cLog::default())),
    synthetic: &[],
};

fn recognizes(sample: &Sample) -> bool {
    let Shape::Lines(lines) = &sample.shape else { return false };
    lines.has_directives && lines.lines.iter().any(|line| line.trim_ascii_start().starts_with(FIELDS))
}

const FIELDS: &str = "#Fields:";

/// What a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Date,
    Time,
    LocalDate,
    LocalTime,
    Ip,
    Forwarded,
    User,
    Scheme,
    /// The name that was asked for, before that of the distribution that answered.
    AskedSite,
    Site,
    Method,
    Stem,
    Query,
    Uri,
    Protocol,
    Status,
    Bytes,
    Referrer,
    Agent,
    Cookie,
}

const NAMES: [(&str, Part); 25] = [
    ("date", Part::Date),
    ("time", Part::Time),
    ("date-local", Part::LocalDate),
    ("time-local", Part::LocalTime),
    ("c-ip", Part::Ip),
    ("x-forwarded-for", Part::Forwarded),
    ("cs(x-forwarded-for)", Part::Forwarded),
    ("cs-username", Part::User),
    ("cs-protocol", Part::Scheme),
    ("x-host-header", Part::AskedSite),
    ("cs(host)", Part::Site),
    ("cs-host", Part::Site),
    ("cs-method", Part::Method),
    ("cs-uri-stem", Part::Stem),
    ("cs-uri-query", Part::Query),
    ("cs-uri", Part::Uri),
    ("cs-version", Part::Protocol),
    ("cs-protocol-version", Part::Protocol),
    ("sc-status", Part::Status),
    ("sc-bytes", Part::Bytes),
    ("cs(referer)", Part::Referrer),
    ("cs(referrer)", Part::Referrer),
    ("cs(user-agent)", Part::Agent),
    ("cs(cookie)", Part::Cookie),
    ("cs-cookie", Part::Cookie),
];

const PARTS: usize = Part::Cookie as usize + 1;

/// What the lines since the last directive mean.
#[derive(Default)]
struct W3cLog {
    /// Names of the values.
    names: Vec<String>,
    /// Value of each part.
    places: [Option<usize>; PARTS],
    /// Values without a part.
    others: Vec<usize>,
    /// Date of the log, where lines have none.
    date: String,
}

impl W3cLog {
    fn directive(&mut self, line: &str) {
        if let Some(names) = line.strip_prefix(FIELDS) {
            self.names = names.split_ascii_whitespace().map(str::to_owned).collect();
            self.places = [None; PARTS];
            for (index, name) in self.names.iter().enumerate() {
                let part = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
                if let Some(place) = part.map(|(_, part)| &mut self.places[*part as usize]) {
                    place.get_or_insert(index);
                }
            }
            self.forget_spare_times();
            self.others = (0..self.names.len()).filter(|index| !self.places.contains(&Some(*index))).collect();
        } else if let Some(date) = line.strip_prefix("#Date:") {
            self.date = date.split_ascii_whitespace().next().unwrap_or_default().to_owned();
        }
    }

    /// Local times beside those in UTC, and the name of a distribution beside the one that was asked for, are properties.
    fn forget_spare_times(&mut self) {
        if self.places[Part::Time as usize].is_some() {
            self.places[Part::LocalDate as usize] = None;
            self.places[Part::LocalTime as usize] = None;
        }
        if self.places[Part::AskedSite as usize].is_some() {
            self.places[Part::Site as usize] = None;
        }
    }

    fn request<'a>(&self, line: &Values<'a>) -> Request<'a> {
        let part = |part: Part| self.places[part as usize].map_or("", |index| filled(line.values[index]));
        let site = if part(Part::AskedSite).is_empty() { part(Part::Site) } else { part(Part::AskedSite) };
        Request {
            time: self.time(part).into(),
            ip: part(Part::Ip),
            forwarded: part(Part::Forwarded),
            user: part(Part::User).into(),
            scheme: part(Part::Scheme),
            host: site,
            method: part(Part::Method),
            target: target(part),
            protocol: part(Part::Protocol),
            status: part(Part::Status),
            bytes: part(Part::Bytes),
            referrer: part(Part::Referrer).into(),
            agent: line.text(part(Part::Agent)),
        }
    }

    /// When it was, in UTC, or by the clock of the server.
    fn time<'a>(&self, part: impl Fn(Part) -> &'a str) -> String {
        match (part(Part::Date), part(Part::Time), part(Part::LocalDate), part(Part::LocalTime)) {
            ("", "", date, time) if !date.is_empty() => [date, "T", time].concat(),
            (_, "", ..) => String::new(),
            ("", time, ..) => [self.date.as_str(), "T", time, "Z"].concat(),
            (date, time, ..) => [date, "T", time, "Z"].concat(),
        }
    }
}

fn target<'a>(part: impl Fn(Part) -> &'a str) -> Cow<'a, str> {
    match (part(Part::Stem), part(Part::Query)) {
        ("", _) => part(Part::Uri).into(),
        (stem, "") => stem.into(),
        (stem, query) => [stem, "?", query].concat().into(),
    }
}

/// The values of a line.
struct Values<'a> {
    values: Vec<&'a str>,
    /// Whether tabs separate them; values are percent-encoded then.
    has_tabs: bool,
}

impl<'a> Values<'a> {
    /// Of a line that probably has so many.
    fn of(line: &'a str, number: usize) -> Self {
        let has_tabs = memchr::memchr(b'\t', line.as_bytes()).is_some();
        let mut values = Vec::with_capacity(number);
        if has_tabs {
            let ends = memchr::memchr_iter(b'\t', line.as_bytes()).chain([line.len()]);
            let mut start = 0;
            values.extend(ends.map(|end| line[std::mem::replace(&mut start, end + 1)..end].trim()));
        } else {
            values.extend(all_fields(line).map(|field| field.text));
        }
        Self { values, has_tabs }
    }

    /// A value that is text for people, without what stands for its blanks.
    fn text(&self, value: &'a str) -> Cow<'a, str> {
        if self.has_tabs { percent_decoded(value) } else { without_plus(value) }
    }
}

/// Text that was encoded once or twice: `Mozilla/5.0%2520(X11)`.
fn percent_decoded(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    let once = decoded_once(value);
    let is_encoded_still = memchr::memmem::find(once.as_bytes(), b"%20").is_some();
    Cow::Owned(if is_encoded_still { decoded_once(&once) } else { once })
}

fn decoded_once(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some(at) = memchr::memchr(b'%', rest) {
        bytes.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let pair = after.first_chunk::<2>();
        match pair.and_then(|[high, low]| Some(hex(*high)? << 4 | hex(*low)?)) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest);
    String::from_utf8(bytes).unwrap_or_else(|error| readable(error.as_bytes()).into_owned())
}

/// `Mozilla/5.0+(X11;+Linux)` with blanks. Where two stand together, the second was in the text: `;++http://`.
fn without_plus(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'+', value.as_bytes()).is_none() || memchr::memchr(b' ', value.as_bytes()).is_some() {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let (mut after_blank, mut from) = (false, 0);
    for at in memchr::memchr_iter(b'+', value.as_bytes()) {
        text.push_str(&value[from..at]);
        after_blank = from < at || !after_blank;
        text.push(if after_blank { ' ' } else { '+' });
        from = at + 1;
    }
    text.push_str(&value[from..]);
    Cow::Owned(text)
}

impl Translator for W3cLog {
    fn columns(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let line = record.text.trim_ascii();
        if line.starts_with('#') {
            self.directive(line);
            return Ok(());
        }
        if self.names.is_empty() {
            return Err(NoRow::new(RejectReason::BadLine, "no line `#Fields:` says what its values are"));
        }
        // A tab at the end has an empty value behind it.
        let line = Values::of(record.text, self.names.len());
        let (found, expected) = (line.values.len(), self.names.len());
        if found != expected {
            let detail = format!("{found} values, the line `#Fields:` before it names {expected}");
            return Err(NoRow::new(RejectReason::FieldCount, detail));
        }
        self.request(&line).write(rows);
        for index in &self.others {
            rows.other(&self.names[*index], Flat::Text(filled(line.values[*index])));
        }
        if let Some(index) = self.places[Part::Cookie as usize] {
            write_cookies(&line.text(line.values[index]), rows);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_stands_for_blanks() {
        for (value, text) in [
            ("Mozilla/5.0%2520(X11;%2520Linux)", "Mozilla/5.0 (X11; Linux)"),
            ("Mozilla/5.0%20(X11)", "Mozilla/5.0 (X11)"),
            ("100%25%20sure", "100% sure"),
            ("%C3%A5%a4%zz%", "å\\xa4%zz%"),
            ("plain", "plain"),
        ] {
            assert_eq!(percent_decoded(value), text, "{value}");
        }
        for (value, text) in [
            ("Mozilla/5.0+(X11;+Linux)", "Mozilla/5.0 (X11; Linux)"),
            ("a;++http://x.example", "a; +http://x.example"),
            ("quoted a+b", "quoted a+b"),
        ] {
            assert_eq!(without_plus(value), text, "{value}");
        }
    }
}

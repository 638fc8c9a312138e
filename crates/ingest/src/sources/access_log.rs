//! Access log of a web server: common and combined format, and both with the site in front.
//!
//! `1.2.3.4 - frank [10/Oct/2000:13:55:36 -0700] "GET /p HTTP/1.0" 200 2326 "http://a.example/" "Mozilla/4.08"`, the default
//! of Apache and nginx and of many others. The site may stand in front (`shop.example:443 1.2.3.4 - …`), or in place of
//! the second field. Quotes in quotes are `\"`, other bytes `\xC3`; bytes that are no text, as old servers wrote them,
//! are kept. The request may be `-` or bytes of another protocol. A size `-` is 0. What follows the user agent are
//! properties. Lines are in the order in which answers ended, so times go back and forth. Seen: 10,000 lines of a public
//! site.

use std::borrow::Cow;

use super::fields::{Odd, all_fields, next_field, unescaped};
use super::request::{COLUMNS, PRESET, Request, filled, instant};
use super::{Evidence, Vendor};
use crate::config::KindName;
use crate::json::flatten::Flat;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static ACCESS_LOG: Vendor = Vendor {
    kind: KindName::AccessLog,
    evidence: Evidence::Seen,
    recognizes,
    preset: PRESET,
    translator: Some(|_| Box::new(AccessLog)),
    synthetic: &[],
};

fn recognizes(sample: &Sample) -> bool {
    let Shape::Lines(lines) = &sample.shape else { return false };
    !lines.has_directives && lines.lines.iter().take(20).any(|line| parse(line).is_some())
}

struct AccessLog;

impl Translator for AccessLog {
    fn columns(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let line = parse(record.text).ok_or_else(|| {
            let expected = "an address, two names, [a time], \"a request\", a status and a size were expected";
            NoRow::new(RejectReason::BadLine, expected)
        })?;
        // Without its offset a time means nothing: servers write their own clock's.
        if !line.time.contains(' ') {
            return Err(NoRow::new(RejectReason::BadTime, format!("`{}` has no offset such as +0100", line.time)));
        }
        line.request().write(rows);
        rows.other("ident", Flat::Text(filled(line.ident)));
        others(line.rest, rows);
        Ok(())
    }
}

/// A line in its parts, escapes left in.
#[derive(Debug, PartialEq)]
struct Line<'a> {
    host: &'a str,
    ip: &'a str,
    ident: &'a str,
    user: &'a str,
    time: &'a str,
    request: &'a str,
    status: &'a str,
    bytes: &'a str,
    referrer: &'a str,
    agent: &'a str,
    /// What comes behind.
    rest: &'a str,
}

fn parse(line: &str) -> Option<Line<'_>> {
    let (front, time, behind) = around_time(line)?;
    let [host, ip, ident, user] = names(front)?;
    let mut rest = behind;
    let request = next_field(&mut rest).filter(|field| field.quoted)?.text;
    let status = next_field(&mut rest)?.text;
    let bytes = next_field(&mut rest)?.text;
    let is_number = |text: &str| text == "-" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number(status) || !is_number(bytes) {
        return None;
    }
    let mut quoted = || {
        let mut ahead = rest;
        let field = next_field(&mut ahead).filter(|field| field.quoted)?;
        rest = ahead;
        Some(field.text)
    };
    let (referrer, agent) = (quoted().unwrap_or_default(), quoted().unwrap_or_default());
    Some(Line { host, ip, ident, user, time, request, status, bytes, referrer, agent, rest })
}

/// What stands before the time, the time, and what stands behind it. Names before it may have brackets.
fn around_time(line: &str) -> Option<(&str, &str, &str)> {
    let begins = |at: &usize| {
        let bytes = &line.as_bytes()[*at..];
        bytes.len() > 6
            && bytes.starts_with(b" [")
            && bytes[2].is_ascii_digit()
            && bytes[4] == b'/'
            && bytes[5].is_ascii_uppercase()
    };
    let brackets = memchr::memchr_iter(b'[', line.as_bytes());
    let start = brackets.filter_map(|bracket| bracket.checked_sub(1)).find(begins)?;
    let length = line[start..].find(']')?;
    Some((&line[..start], &line[start + 2..start + length], &line[start + length + 1..]))
}

/// Site, address, identity and user. A user may have blanks.
fn names(front: &str) -> Option<[&str; 4]> {
    let (first, rest) = word(front)?;
    let (second, rest) = word(rest)?;
    // An identity is hardly ever known; a second word that is an address has a site before it, if a user is left for it.
    let (names, user) = match word(rest) {
        Some((ident, user)) if second != "-" => ([first, second, ident], user),
        _ if second.contains('.') => ([second, first, "-"], rest),
        _ => (["-", first, second], rest),
    };
    let [host, ip, ident] = names;
    (!user.is_empty()).then_some([host, ip, ident, user])
}

/// The first word, and what stands behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let (word, behind) = text.trim_ascii_start().split_once(' ')?;
    Some((word, behind.trim_ascii_start()))
}

impl Line<'_> {
    fn request(&self) -> Request<'_> {
        let mut request = Request {
            time: instant(self.time),
            ip: self.ip,
            user: unescaped(self.user, Odd::Escape),
            host: self.host,
            status: self.status,
            bytes: if self.bytes == "-" { "0" } else { self.bytes },
            referrer: unescaped(self.referrer, Odd::Percent),
            agent: unescaped(self.agent, Odd::Escape),
            ..Request::default()
        };
        request.set_line(self.request);
        if let Cow::Borrowed(target) = request.target {
            let odd = if request.method.is_empty() { Odd::Escape } else { Odd::Percent };
            request.target = unescaped(target, odd);
        }
        request
    }
}

/// Fields behind the user agent: `name=value` under its name, others by their place.
fn others(rest: &str, rows: &mut Rows) {
    for (place, field) in (1..).zip(all_fields(rest)) {
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !COLUMNS.contains(&name)
        };
        match field.text.split_once('=').filter(|(name, _)| !field.quoted && is_name(name)) {
            Some((name, value)) => rows.other(name, Flat::Text(filled(value.trim_matches('"')))),
            None => {
                let value = unescaped(field.text, Odd::Escape);
                rows.other(&format!("extra_{place}"), Flat::Text(filled(&value)));
            }
        }
    }
}

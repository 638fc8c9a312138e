//! What is a request to a web server to an analysis: which event, on which page, by which visitor?
//!
//! Every log of requests fills the same cells, so that what counts as a page, an asset or an error is the same in all of
//! them, and a user who wants it otherwise says so in one way. A log names no visitors. By default one is a hash of
//! address and user agent; `visitor` in the configuration chooses another rule.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use twox_hash::XxHash3_128;

use super::Preset;
use super::request_event::{event_name, is_asset};
use crate::field::Field;
use crate::json::flatten::Flat;
use crate::page::host_of;
use crate::sample::TextTable;
use crate::translate::Rows;

/// Names of the cells.
pub(super) const COLUMNS: [&str; 14] = [
    "time",
    "event",
    VISITOR,
    "user",
    "url",
    "referrer",
    "user_agent",
    IP,
    "method",
    "status",
    "bytes",
    "host",
    "file",
    FILE_REFERRER,
];

/// Place of the address of a file; that of the page that it is a part of comes next.
const FILE: usize = 12;
/// Cell of the page that a file is a part of.
const FILE_REFERRER: &str = "file_referrer";
/// Cell of the hash of address and user agent.
pub(super) const VISITOR: &str = "visitor";
/// Cell of the visitor's address.
pub(super) const IP: &str = "ip";
/// Begins the names of cookies.
pub(super) const COOKIE: &str = "cookie.";

/// What the cells mean.
pub(super) const PRESET: Preset = Preset {
    columns: &[
        (Field::Time, &["time"]),
        (Field::Event, &["event"]),
        (Field::AnonymousId, &[VISITOR]),
        (Field::UserId, &["user"]),
        (Field::PageUrl, &["url"]),
        (Field::Page, &[]),
        (Field::Referrer, &["referrer"]),
        (Field::UserAgent, &["user_agent"]),
    ],
    time_format: Some("iso"),
    are_requests: true,
    ..Preset::NONE
};

/// What a log says of one request. Empty where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Request<'a> {
    /// When, written as in ISO 8601.
    pub(super) time: Cow<'a, str>,
    /// Address of whoever asked, with or without a port.
    pub(super) ip: &'a str,
    /// Addresses that proxies passed on, the first of which is the visitor's.
    pub(super) forwarded: &'a str,
    /// Who logged in.
    pub(super) user: Cow<'a, str>,
    /// `http` or `https`.
    pub(super) scheme: &'a str,
    /// The site that was asked.
    pub(super) host: &'a str,
    /// GET and the like.
    pub(super) method: &'a str,
    /// Path and query, or a whole address.
    pub(super) target: Cow<'a, str>,
    /// `HTTP/1.1` and the like.
    pub(super) protocol: &'a str,
    /// Status of the answer.
    pub(super) status: &'a str,
    /// Bytes of the answer.
    pub(super) bytes: &'a str,
    /// The page that led here.
    pub(super) referrer: Cow<'a, str>,
    /// The program that asked.
    pub(super) agent: Cow<'a, str>,
}

impl<'a> Request<'a> {
    /// Takes `GET /path HTTP/1.1` apart. What is no such line (bytes of another protocol, an empty connection) stays whole
    /// in `target`.
    pub(super) fn set_line(&mut self, line: &'a str) {
        let (method, target, protocol) = parts_of_line(line);
        (self.method, self.target, self.protocol) = (method, target.into(), protocol);
    }

    /// Begins a row and fills its cells.
    pub(super) fn write(&self, rows: &mut Rows) {
        rows.begin();
        self.fill(rows);
    }

    /// Fills the cells of a row that was begun.
    pub(super) fn fill(&self, rows: &mut Rows) {
        let (address, session) = self.address();
        let ip = self.visitor_ip();
        let path = path_of_target(&address);
        let is_asset = is_asset(path);
        rows.set(0, &self.time);
        rows.set(1, event_name(self.method, path, self.status, is_asset));
        rows.set(3, filled(&self.user));
        // Nobody looks at a file, and what leads to it is the page that it is a part of.
        let [url, referrer] = if is_asset { [FILE, FILE + 1] } else { [4, 5] };
        if is_address(&address) {
            self.write_url(rows, url, &address);
        } else {
            rows.other("request", Flat::Text(filled(&self.target)));
        }
        rows.set(referrer, filled(&self.referrer));
        rows.set(6, filled(&self.agent));
        rows.set(7, ip);
        rows.set(8, filled(self.method));
        rows.set(9, filled(self.status));
        rows.set(10, filled(self.bytes));
        rows.set(11, filled(self.host));
        rows.other("protocol", Flat::Text(filled(self.protocol)));
        rows.other("jsessionid", Flat::Text(session));
        if !ip.is_empty() {
            let visitor = written(visitor_of(ip, filled(&self.agent)));
            rows.set(2, std::str::from_utf8(&visitor).unwrap_or_default());
        }
        let own = without_port(filled(self.ip));
        if own != ip {
            rows.other("remote_ip", Flat::Text(own));
        }
        // The proxies on the way.
        let forwarded = filled(self.forwarded);
        if !forwarded.is_empty() && without_port(forwarded) != ip {
            rows.other("forwarded", Flat::Text(forwarded));
        }
    }

    /// Address of the visitor: the first that proxies passed on, else whoever asked.
    fn visitor_ip(&self) -> &str {
        if self.forwarded.is_empty() {
            return without_port(filled(self.ip));
        }
        let passed_on = self.forwarded.split(',').map(|address| filled(address.trim_matches(['"', ' ', '+'])));
        let own = without_port(filled(self.ip));
        passed_on.map(without_port).find(|address| address.contains(['.', ':'])).unwrap_or(own)
    }

    fn write_url(&self, rows: &mut Rows, column: usize, address: &str) {
        let (host, scheme) = (filled(self.host), filled(self.scheme));
        if host.is_empty() && address.starts_with("//") {
            // What stands behind two slashes would be a host.
            rows.write(column, format_args!("/{}", address.trim_start_matches('/')));
            rows.other("request", Flat::Text(&self.target));
        } else if host.is_empty() || !address.starts_with('/') {
            rows.set(column, address);
        } else if scheme.is_empty() {
            rows.write(column, format_args!("//{host}{address}"));
        } else {
            rows.write(column, format_args!("{scheme}://{host}{address}"));
        }
    }

    /// The target without a session id in its path, and that id.
    fn address(&self) -> (Cow<'_, str>, &str) {
        let target = &*self.target;
        let end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
        let path = &target.as_bytes()[..end];
        let begins = |at: &usize| {
            let part = path.get(*at..*at + SESSION_ID.len());
            part.is_some_and(|part| part.eq_ignore_ascii_case(SESSION_ID.as_bytes()))
        };
        let Some(at) = memchr::memchr_iter(b';', path).find(begins) else { return (Cow::Borrowed(target), "") };
        let id = at + SESSION_ID.len();
        let id_end = target[id..end].find(['/', ';']).map_or(end, |length| id + length);
        (Cow::Owned(format!("{}{}", &target[..at], &target[id_end..])), &target[id..id_end])
    }
}

const SESSION_ID: &str = ";jsessionid=";

fn parts_of_line(line: &str) -> (&str, &str, &str) {
    let Some((method, rest)) = line.split_once(' ') else { return ("", line, "") };
    let is_method = |byte: u8| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_';
    if !method.starts_with(|first: char| first.is_ascii_uppercase()) || !method.bytes().all(is_method) {
        return ("", line, "");
    }
    match rest.rsplit_once(' ') {
        Some((target, protocol)) if protocol.starts_with("HTTP/") => (method, target.trim_ascii(), protocol),
        _ => (method, rest.trim_ascii(), ""),
    }
}

/// Whether a target is a path or an address, and not `*`, a name with a port, or bytes of another protocol.
pub(super) fn is_address(target: &str) -> bool {
    target.starts_with('/') || target.starts_with("http://") || target.starts_with("https://")
}

/// A value of a log; a dash is none.
pub(super) fn filled(text: &str) -> &str {
    if text == "-" { "" } else { text }
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time of a log: `10/Oct/2000:13:55:36 -0700` as `2000-10-10T13:55:36 -0700`, with brackets or without; any other text
/// as it is.
pub(super) fn instant(time: &str) -> Cow<'_, str> {
    let bare = time.trim_matches(['[', ']']);
    let parts = || {
        let (day, rest) = bare.split_once('/')?;
        let (month, rest) = rest.split_once('/')?;
        let (year, clock) = rest.split_once(':')?;
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
        let tens = if month < 10 { "-0" } else { "-1" };
        Some(Cow::Owned([year, tens, DIGITS[month % 10], "-", day, "T", clock].concat()))
    };
    parts().unwrap_or(Cow::Borrowed(bare))
}

/// The cookies of a request as properties, each under its name.
pub(super) fn write_cookies(cookies: &str, rows: &mut Rows) {
    for cookie in filled(cookies).split(';').map(str::trim) {
        match cookie.split_once('=') {
            Some((name, value)) => rows.other(&format!("{COOKIE}{name}"), Flat::Text(value)),
            None => rows.other("cookie", Flat::Text(cookie)),
        }
    }
}

/// The own site of a log: the one whose pages have most files of the first rows, if that is more than half of those that
/// say.
pub(crate) fn own_host(table: &TextTable) -> Option<String> {
    let place = table.names.iter().position(|name| name == FILE_REFERRER)?;
    let mut hosts = BTreeMap::<Arc<str>, usize>::new();
    table.column(place).filter_map(host_of).for_each(|host| *hosts.entry(host).or_default() += 1);
    let all: usize = hosts.values().sum();
    let (host, most) = hosts.into_iter().max_by_key(|(_, count)| *count)?;
    (most * 2 > all).then(|| host.to_string())
}

/// `10.0.0.1` of `10.0.0.1:2817`, `::1` of `[::1]:2817`.
fn without_port(address: &str) -> &str {
    if let Some((inner, _)) = address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inner;
    }
    match address.split_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => address,
    }
}

/// One number per address and user agent.
fn visitor_of(ip: &str, agent: &str) -> u64 {
    let parts = [ip.as_bytes(), &[0], agent.as_bytes()];
    let length = parts.iter().map(|part| part.len()).sum();
    let (mut short, mut long) = ([0; 512], Vec::new());
    let text = if length <= short.len() {
        &mut short[..length]
    } else {
        long.resize(length, 0);
        long.as_mut_slice()
    };
    let mut at = 0;
    for part in parts {
        text[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    u64::try_from(XxHash3_128::oneshot(text) >> 64).unwrap_or_default()
}

/// A number as 16 hexadecimal digits.
fn written(number: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(number.to_be_bytes()) {
        let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    digits
}

/// The path that a target names, without query.
fn path_of_target(target: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
    &target[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_line_is_taken_apart_or_stays_whole() {
        for (line, parts) in [
            ("GET / HTTP/1.1", ("GET", "/", "HTTP/1.1")),
            ("GET /a b HTTP/1.0", ("GET", "/a b", "HTTP/1.0")),
            ("GET /a", ("GET", "/a", "")),
            ("VERSION-CONTROL /a HTTP/1.1", ("VERSION-CONTROL", "/a", "HTTP/1.1")),
            ("-", ("", "-", "")),
            ("", ("", "", "")),
            ("- http://shop.example:80- -", ("", "- http://shop.example:80- -", "")),
            ("\u{16} x", ("", "\u{16} x", "")),
        ] {
            assert_eq!(parts_of_line(line), parts, "{line}");
        }
    }

    #[test]
    fn a_session_id_in_the_path_is_taken_out() {
        for (target, address, id) in [
            ("/a;jsessionid=7F?x=1", "/a?x=1", "7F"),
            ("/a;JSESSIONID=7F", "/a", "7F"),
            ("/a;jsessionid=7F/b;c=d", "/a/b;c=d", "7F"),
            ("/a?x=;jsessionid=7F", "/a?x=;jsessionid=7F", ""),
            ("/å;jsession", "/å;jsession", ""),
        ] {
            let request = Request { target: target.into(), ..Request::default() };
            let (found, session) = request.address();
            assert_eq!((&*found, session), (address, id), "{target}");
        }
    }

    #[test]
    fn ports_are_no_part_of_an_address() {
        for (written, address) in [
            ("10.0.0.1:2817", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("dial.example:80", "dial.example"),
            ("[", "["),
        ] {
            assert_eq!(without_port(written), address, "{written}");
        }
    }
}

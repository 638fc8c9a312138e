//! Is nothing lost? The lines of a text are those that were kept and those that were rejected, byte for byte.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::collections::BTreeSet;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::{RejectReason, RejectedRow};
use proptest::prelude::*;
use support::{Event, Folder};

const HEADER: &[u8] = b"time,user_id,event,page\n";

fn config(kind: &str) -> IngestConfig {
    let time = "time = { column = \"time\", format = \"iso\" }\ncolumns = { event = \"event\", user_id = \"user_id\", page = \"page\" }\n";
    let kind = match kind {
        "delimited" => "kind = \"delimited\"\ndelimiter = \",\"\nskip_lines = 0\n",
        _ => "kind = \"ndjson\"\n",
    };
    support::config(&format!("source_time_zone = \"UTC\"\n[[sources]]\n{kind}{time}"))
}

/// Events without their tie-break, which counts rows, and the rejected rows. `None` if the text is no input at all.
fn load(text: &[u8], config: &IngestConfig) -> Option<(Vec<Event>, Vec<RejectedRow>, u64)> {
    let folder = Folder::new(&[("x", text)]);
    let (mut events, reports) = support::read_all(&folder.plan(config).ok()?);
    events.iter_mut().for_each(|event| drop(event.remove("tie")));
    let rows_in = reports.iter().map(|report| report.rows_in).sum();
    Some((events, reports.into_iter().flat_map(|report| report.rejected).collect(), rows_in))
}

/// The lines of a text with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Where each rejected row stands: its raw text is exactly that of its lines, without the last line end.
fn lines_of(rejected: &[RejectedRow], lines: &[&[u8]]) -> BTreeSet<usize> {
    let mut taken = BTreeSet::new();
    for row in rejected {
        let raw = row.raw_bytes().unwrap();
        let first = usize::try_from(row.line).unwrap() - 1;
        let last = first + raw.iter().filter(|byte| **byte == b'\n').count();
        let whole = lines[first..=last].concat();
        let whole = whole.strip_suffix(b"\n").unwrap_or(&whole);
        let whole = whole.strip_suffix(b"\r").unwrap_or(whole);
        assert_eq!(raw, whole, "line {}", row.line);
        assert!((first..=last).all(|line| taken.insert(line)), "line {} is rejected twice", row.line);
    }
    taken
}

/// What was kept, loaded by itself, gives the same events and nothing to reject.
fn check(text: &[u8], config: &IngestConfig) {
    let Some((events, rejected, rows_in)) = load(text, config) else { return };
    assert_eq!(rows_in, events.len() as u64 + rejected.len() as u64);
    let marked = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let all = lines(marked);
    let taken = lines_of(&rejected, &all);
    let kept: Vec<&[u8]> = (0..all.len()).filter(|line| !taken.contains(line)).map(|line| all[line]).collect();
    let kept = kept.concat();
    let again = load(&kept, config).map(|(events, rejected, _)| (events, rejected)).unwrap_or_default();
    assert_eq!(again, (events, Vec::new()), "{:?}", String::from_utf8_lossy(&kept));
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"2024-01-31T10:00:00Z",
        b"u1",
        b"view",
        b"/a",
        b",",
        b",",
        b",",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r\n",
        b"\xff",
        b"\xc3",
        b"\0",
        b" ",
        b"\xc3\xa9",
        b"x",
        b"\"a\nb\"",
        b"\xef\xbb\xbf",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

fn csv_row() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec![&b"\n"[..], b"\r\n", b"\n\n"]);
    let good = ("[a-z]{1,3}", "[a-z\n\", ]{0,6}", end.clone()).prop_map(|(user, page, end)| {
        let row = format!("2024-01-31T10:00:00Z,{user},view,\"{}\"", page.replace('"', "\"\""));
        [row.as_bytes(), end].concat()
    });
    prop_oneof![3 => good, 2 => (noise(), end).prop_map(|(noise, end)| [noise.as_slice(), end].concat())]
}

fn json_row() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec![&b"\n"[..], b"\r\n", b" \n", b"\n\n"]);
    let good = ("[a-z]{1,3}", "\\PC{0,6}", end.clone()).prop_map(|(user, page, end)| {
        let row = serde_json::json!({ "time": "2024-01-31T10:00:00Z", "user_id": user, "event": "view", "page": page });
        [row.to_string().as_bytes(), end].concat()
    });
    let pieces: Vec<&[u8]> =
        vec![b"{", b"}", b"\"time\"", b":", b"\"", b"[", b"]", b",", b"\\u12", b"\xff", b"\0", b"1e9", b" "];
    let noise = prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => good, 2 => (noise, end).prop_map(|(noise, end)| [noise.as_slice(), end].concat())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_of_delimited_text_are_kept_or_rejected(rows in prop::collection::vec(csv_row(), 0..12), tail in noise(), mark: bool) {
        let mark = if mark { "\u{feff}".as_bytes() } else { b"" };
        check(&[mark, HEADER, &rows.concat(), &tail].concat(), &config("delimited"));
    }

    #[test]
    fn lines_of_objects_are_kept_or_rejected(rows in prop::collection::vec(json_row(), 0..12), cut in 0usize..20, mark: bool) {
        let mark = if mark { "\u{feff}".as_bytes() } else { b"" };
        let first = b"{\"time\":\"2024-01-31T10:00:00Z\",\"event\":\"first\"}\n";
        let mut text = [mark, &first[..], &rows.concat()].concat();
        text.truncate(text.len() - cut.min(text.len() - mark.len() - first.len()));
        check(&text, &config("ndjson"));
    }

    #[test]
    fn elements_of_an_array_are_kept_or_rejected(rows in prop::collection::vec(json_row(), 1..12)) {
        // Elements that hold no comma, bracket or quote of their own stay elements.
        let elements: Vec<Vec<u8>> = rows.into_iter().filter(|row| serde_json::from_slice::<serde_json::Value>(row).is_ok() || !row.iter().any(|byte| b",[]{}\"\n".contains(byte))).collect();
        let elements: Vec<&[u8]> = elements.iter().map(|row| row.trim_ascii()).filter(|row| !row.is_empty()).collect();
        let text = [b"[{\"time\":\"2024-01-31\",\"event\":\"first\"},\n", elements.join(&b",\n"[..]).as_slice(), b"]"].concat();
        let (events, rejected, rows_in) = load(&text, &config("ndjson")).unwrap();
        prop_assert_eq!(rows_in, elements.len() as u64 + 1);
        prop_assert_eq!(events.len() + rejected.len(), elements.len() + 1);
        let bad = elements.iter().filter(|row| !row.starts_with(b"{\"event\"") && !row.starts_with(b"{\"time\""));
        let bad: Vec<Vec<u8>> = bad.map(|row| row.to_vec()).collect();
        prop_assert_eq!(rejected.iter().map(|row| row.raw_bytes().unwrap()).collect::<Vec<_>>(), bad);
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_exactly() {
    let text =
        [HEADER, b"2024-01-31T10:00:00Z,u,view,/a\r\n2024-01-31T10:00:00Z,\xff\xfe,\xc3,\"/\r\n\x80\"\r\n"].concat();
    let (events, rejected, _) = load(&text, &config("delimited")).unwrap();
    assert_eq!((events.len(), rejected.len()), (1, 1));
    assert_eq!((rejected[0].line, rejected[0].reason), (3, RejectReason::BadUtf8));
    assert_eq!(rejected[0].raw_bytes().unwrap(), b"2024-01-31T10:00:00Z,\xff\xfe,\xc3,\"/\r\n\x80\"");
    assert!(rejected[0].raw_base64.is_some());
}

#[test]
fn a_line_of_twenty_megabytes_is_rejected_whole() {
    let long = "y".repeat(20 << 20);
    for (kind, text) in [
        ("delimited", format!("{}2024-01-31,u,{long},/\n2024-01-31,u,e,/\n", String::from_utf8_lossy(HEADER))),
        (
            "ndjson",
            format!("{{\"time\":\"2024-01-31\",\"event\":\"e\"}}\n{{\"time\":\"2024-01-31\",\"event\":\"{long}\"}}\n"),
        ),
    ] {
        let (events, rejected, _) = load(text.as_bytes(), &config(kind)).unwrap();
        assert_eq!((events.len(), rejected.len()), (1, 1), "{kind}");
        assert_eq!(rejected[0].reason, RejectReason::LineTooLong);
        assert_eq!(rejected[0].raw, text.lines().nth(1).unwrap(), "{kind}");
    }
}

#[test]
fn a_row_of_ten_megabytes_is_an_event() {
    let long = "y".repeat(10 << 20);
    let text = format!("{}2024-01-31,u,view,{long}\n", String::from_utf8_lossy(HEADER));
    let (events, rejected, _) = load(text.as_bytes(), &config("delimited")).unwrap();
    assert_eq!((events.len(), rejected.len()), (1, 0));
    assert_eq!(events[0]["page"].len(), 10 << 20);
}

/// Every line ends inside a quote, whether it begins inside one or not: from any line on, the rest is one open record.
#[test]
fn quotes_that_never_close_cost_no_endless_time() {
    let mut text = HEADER.to_vec();
    (0..3_000_000).for_each(|_| text.extend_from_slice(b"a\"b,\"c\n"));
    let begun = std::time::Instant::now();
    let (events, rejected, _) = load(&text, &config("delimited")).unwrap();
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    assert!(events.is_empty());
    let all = lines(&text);
    assert_eq!(lines_of(&rejected, &all).len(), all.len() - 1);
}

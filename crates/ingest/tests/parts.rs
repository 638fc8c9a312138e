//! A text that is cut into parts says what it says as a stream.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::io::Write;

use kundresa_ingest::{IngestConfig, LoadPlan};
use kundresa_model::quality::PartReport;
use kundresa_model::source::{EventSource, Wanted};
use proptest::prelude::*;
use support::{Event, Folder, gzip, read_of};
use twox_hash::XxHash3_128;

/// Events, rejected rows with everything said of them, and sums of the reports.
type Said = (Vec<Event>, Vec<String>, [u64; 3]);

fn said(plan: &LoadPlan, part_bytes: u64, backwards: bool) -> Said {
    let wanted = Wanted { text: Default::default(), everything: true };
    let source = plan.events_in_parts(wanted, part_bytes);
    // Whoever opens a part first finds its borders.
    if backwards {
        (0..source.parts()).rev().for_each(|part| drop(source.open(part).unwrap()));
    }
    let (events, reports) = read_of(&source);
    let sum = |of: fn(&PartReport) -> u64| reports.iter().map(|report| of(&report.report)).sum();
    let rejected = reports.iter().flat_map(|report| &report.rejected).map(|row| format!("{row:?}")).collect();
    (events, rejected, [sum(|report| report.rows_in), sum(|report| report.rejected), sum(|report| report.bad_values)])
}

fn hash_of(bytes: &[u8]) -> String {
    format!("xxh3-128:{:032x}", XxHash3_128::oneshot(bytes))
}

/// The hash that reading all of the only input gives.
fn hash_beside_reading(plan: &LoadPlan, part_bytes: u64) -> String {
    let source = plan.events_in_parts(Wanted::default(), part_bytes).hashed_along();
    (0..source.chores()).for_each(|chore| source.chore(chore));
    read_of(&source);
    source.content_hash(0).unwrap()
}

/// Checks that both say the same; false if the text is refused.
fn agrees(name: &str, text: &[u8], part_bytes: u64) -> bool {
    let config = IngestConfig::default();
    let plan = |bytes: &[u8]| Folder::new(&[(name, bytes)]).plan_kept(&config);
    let ((_kept, cut), (_kept_too, whole)) = (plan(text), plan(&gzip(text)));
    // Which kind of source a text is may hang on its size, but not on its container.
    let (Ok(cut), Ok(whole)) = (cut, whole) else { return false };
    let expected = said(&whole, u64::MAX, false);
    for backwards in [false, true] {
        assert_eq!(said(&cut, part_bytes, backwards), expected, "{}", String::from_utf8_lossy(text));
    }
    for (plan, bytes) in [(&cut, text), (&whole, &gzip(text))] {
        assert_eq!(hash_beside_reading(plan, part_bytes), hash_of(bytes));
    }
    true
}

fn csv_row() -> impl Strategy<Value = Vec<u8>> {
    let time = prop::sample::select(vec![
        "2024-01-31 10:00:00",
        "2024-02-01T07:30:00.5Z",
        "\"2024-02-01 23:59:59\"",
        "soon",
        "",
    ]);
    let event = prop::sample::select(vec![
        "view",
        "\"add, to\ncart\"",
        "\"say \"\"hi\"\"\"",
        "say \"hi\"",
        "\"a\"b",
        "(not set)",
        "",
        " buy ",
    ]);
    let page = prop::sample::select(vec![
        "/",
        "/a?b=c",
        "\"/x\ny\"",
        "https://shop.example/cart?utm_source=mail",
        "null",
        "\u{e5}",
    ]);
    let value = prop::sample::select(vec!["1.50", "", "x", "-3", "\"1e3\"", "0.0000005"]);
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\n\n", "\n  \n", ",more\n", "\r"]);
    (time, event, page, value, end, "[a-c]{1,3}", 0_u8..40).prop_map(|(time, event, page, value, end, user, odd)| {
        let mut row = format!("{time},{user},{event},{page},{value}{end}").into_bytes();
        if odd == 0 {
            row[0] = 0xff;
        }
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_table_of_text_may_be_cut_anywhere(
        rows in prop::collection::vec(csv_row(), 1..40),
        part_bytes in 1_u64..400,
        mark: bool,
        open in 0_u8..6,
        ends: bool,
    ) {
        let mut text = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        text.extend_from_slice(b"event_time,user_id,event_name,page_url,value\n");
        // Rows that leave no doubt what the columns are.
        (0..60).for_each(|day| writeln!(text, "2024-01-{:02} 10:00:00,u,view,/p,1.0", day % 28 + 1).unwrap());
        rows.iter().for_each(|row| text.extend_from_slice(row));
        if open == 0 {
            text.extend_from_slice(b"2024-01-01 10:00:00,u,\"view,/\n2024-01-01 10:00:00,u,view,/,\n");
        }
        text.extend_from_slice(if ends { b"2024-01-31 10:00:00,u,view,/,7\n" } else { b"2024-01-31 10:00:00,u,view,/,7" });
        prop_assert!(agrees("a.csv", &text, part_bytes));
    }

    #[test]
    fn a_text_of_lines_may_be_cut_anywhere(
        rows in prop::collection::vec(("[a-c]{1,3}", 0_u8..12, prop::sample::select(vec!["\n", "\r\n", "\n\n", "\n \n"])), 1..60),
        part_bytes in 1_u64..400,
        mark: bool,
    ) {
        let mut text = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        for (user, odd, end) in &rows {
            match odd {
                0 => text.extend_from_slice(b"{\"broken\": "),
                1 => text.extend_from_slice(b"{\"timestamp\": \"\xff\"}"),
                _ => write!(text, "{{\"timestamp\":\"2024-01-{odd:02}T10:00:00Z\",\"user_id\":\"{user}\",\"event\":\"view\",\"n\":{odd}}}").unwrap(),
            }
            text.extend_from_slice(end.as_bytes());
        }
        agrees("a.ndjson", &text, part_bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn lines_of_an_order_stay_together(
        rows in prop::collection::vec((0_u8..4, any::<bool>(), prop::sample::select(vec!["Mug", "\"Mug,\n\"\"blue\"\"\"", "x,too,many"])), 1..40),
        part_bytes in 1_u64..400,
    ) {
        let mut text = b"Name,Email,Financial Status,Paid at,Created at,Lineitem quantity,Lineitem name,Lineitem price,Total\n".to_vec();
        for row in 0..20 {
            writeln!(text, "#9{row},a@example.com,paid,,2024-01-31 13:05:22 -0500,1,Mug,1.0,1.0").unwrap();
        }
        for (order, is_first, item) in &rows {
            let name = if *order == 0 { String::new() } else { format!("#100{order}") };
            let created = if *is_first { "2024-01-31 13:05:22 -0500" } else { "" };
            writeln!(text, "{name},a@example.com,,,{created},1,{item},2.0,").unwrap();
        }
        prop_assert!(agrees("orders.csv", &text, part_bytes));
    }

    #[test]
    fn rows_of_an_event_stay_together(
        rows in prop::collection::vec((0_u8..3, 0_u8..3, prop::sample::select(vec!["page_title", "\"page_title\"", "a,b"]), "[a-b]"), 1..40),
        part_bytes in 1_u64..400,
    ) {
        let mut text = b"event_timestamp,event_name,user_pseudo_id,event_params_key,event_params_value_string_value\n".to_vec();
        for (time, name, key, value) in &rows {
            writeln!(text, "170955000000000{time},view_{name},u1,{key},{value}").unwrap();
        }
        agrees("events.csv", &text, part_bytes);
    }

    #[test]
    fn directives_hold_in_later_parts(
        rows in prop::collection::vec((0_u8..6, "[a-c]{1,3}"), 1..40),
        part_bytes in 1_u64..300,
    ) {
        let mut text = b"#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n".to_vec();
        for (kind, path) in &rows {
            match kind {
                0 => text.extend_from_slice(b"#Fields: time c-ip cs-method cs-uri-stem\r\n#Date: 2024-02-03 00:00:00\r\n"),
                1 => text.extend_from_slice(b" #Fields: date time c-ip cs-method cs-uri-stem sc-status\n\n"),
                2 => writeln!(text, "07:00:01 10.0.0.1 GET /{path}").unwrap(),
                _ => writeln!(text, "2024-03-04 07:00:01 10.0.0.1 GET /{path} 200").unwrap(),
            }
        }
        prop_assert!(agrees("site.log", &text, part_bytes));
    }
}

#[test]
fn every_sample_may_be_cut_anywhere() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources");
    let mut cut = 0;
    for folder in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let (name, text) = (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
            if !["gz", "zip", "py"].iter().any(|ending| name.ends_with(ending)) {
                cut += [1, 37, 200, 1500].iter().filter(|part_bytes| agrees(&name, &text, **part_bytes)).count();
            }
        }
    }
    assert!(cut > 100, "{cut} of the samples were read");
}

#[test]
fn a_record_that_is_longer_than_its_part_is_read_as_a_stream() {
    let mut text = b"event_time,user_id,event_name,page_url,value\n".to_vec();
    for row in 0..3000 {
        let page = if row == 1000 { "\"/long\n".to_owned() + &"x".repeat(3 << 20) + "\"" } else { "/p".to_owned() };
        writeln!(text, "2024-01-31 10:00:00,u{row},view,{page},1.0").unwrap();
    }
    assert!(agrees("a.csv", &text, 4096));
}

#[test]
fn a_text_that_was_read_is_hashed_without_reading_it_again() {
    let mut text = b"\xef\xbb\xbfevent_time,user_id,event_name\n".to_vec();
    (0..3000).for_each(|row| writeln!(text, "2024-01-31 10:00:00,u{row},view").unwrap());
    for name in ["a.csv", "a.csv.gz"] {
        let bytes = if name == "a.csv" { text.clone() } else { gzip(&text) };
        let (folder, plan) = Folder::new(&[(name, &bytes)]).plan_kept(&IngestConfig::default());
        let source = plan.unwrap().events_in_parts(Wanted::default(), 4096).hashed_along();
        assert_eq!(source.chores(), usize::from(name == "a.csv.gz"), "what is cut is hashed as it is cut");
        (0..source.chores()).for_each(|chore| source.chore(chore));
        read_of(&source);
        std::fs::remove_file(folder.file(name)).unwrap();
        assert_eq!(source.content_hash(0).unwrap(), hash_of(&bytes));
    }
}

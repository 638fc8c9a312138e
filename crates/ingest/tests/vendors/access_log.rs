//! Common and combined access logs, with and without the site in front.

use std::collections::BTreeSet;
use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::summary;
use super::support::{Event, Folder, config, gzip, read_all, rejected};

const COMBINED: &str = include_str!("../../../../sample_data/sources/access-log/combined.log");
const WITH_SITE: &str = include_str!("../../../../sample_data/sources/access-log/with_site.log");

fn events_of(bytes: &[u8], config: &IngestConfig) -> Vec<Event> {
    let folder = Folder::new(&[("access.log", bytes)]);
    read_all(&folder.plan(config).unwrap()).0
}

/// The events of lines under a time, with everything before it and behind it.
fn lines(lines: &[(&str, &str)]) -> Vec<Event> {
    let text: String =
        lines.iter().map(|(front, behind)| format!("{front} [10/Oct/2000:13:55:36 -0700] {behind}\n")).collect();
    events_of(text.as_bytes(), &IngestConfig::default())
}

/// Values of a column; empty where there is none.
pub(super) fn column<'a>(events: &'a [Event], name: &str) -> Vec<&'a str> {
    events.iter().map(|event| event.get(name).map_or("", String::as_str)).collect()
}

#[test]
fn a_request_is_an_event_named_by_its_answer() {
    let events = events_of(COMBINED.as_bytes(), &IngestConfig::default());
    let shown: Vec<String> = events
        .iter()
        .map(|event| {
            let of = |name: &str| event.get(name).map_or("", String::as_str).to_owned();
            format!("{} {} {} {}", of("ts").trim_end_matches("000000"), of("event"), of("page_url"), of("page"))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1709535601 page_view / /",
            "1709535602 asset  ",
            "1709535602 asset  ",
            "1709535700 page_view /product/17?ref=start /product/17",
            "1709535780 redirect /cart /cart",
            "1709535781 page_view /cart /cart",
            "1709535720 redirect /old /old",
            "1709535720 page_view /new?utm_source=letter&utm_medium=email /new",
            "1709535900 http_error /gone.html /gone.html",
            "1709535750 page_view /search?q=\"red\" /search",
            "1709535751 page_view /café /café",
            "1709535840 http_error  ",
            "1709535849 http_error  ",
            "1709535960 asset  ",
        ]
    );
}

#[test]
fn everything_that_a_line_says_is_kept() {
    let events = events_of(COMBINED.as_bytes(), &IngestConfig::default());
    let props = column(&events, "props");
    assert_eq!(
        props[2],
        r#"{"protocol":"HTTP/1.1","ip":"192.0.2.10","method":"GET","status":"304","bytes":"0","file":"/logo.png?v=2","file_referrer":"https://shop.example/"}"#
    );
    assert!(props[3].contains(r#""jsessionid":"8A2F""#), "{}", props[3]);
    assert!(props[12].contains(r#""request":"\\x16\\x03\\x01\\x02""#), "{}", props[12]);
    assert_eq!(column(&events, "user_id")[4], "anna");
    assert_eq!(column(&events, "user_agent")[9], r#"Say "hello" \ 1.0"#);
    assert_eq!(column(&events, "referrer")[0], "https://www.google.com/");
    assert_eq!(column(&events, "source")[7], "letter");
}

#[test]
fn the_site_may_stand_in_front() {
    let (folder, plan) = Folder::text("a.log", WITH_SITE).plan_kept(&IngestConfig::default());
    let (events, reports) = read_all(&plan.unwrap());
    assert!(rejected(&reports).is_empty());
    assert_eq!(column(&events, "page_url"), ["//shop.example:443/", "//blog.example/start"]);
    assert_eq!(column(&events, "user_id"), ["", "John Doe"]);
    let props = column(&events, "props");
    for part in [r#""rt":"0.012""#, r#""uct":"0.001""#, r#""extra_3":"203.0.113.9""#, r#""host":"shop.example:443""#] {
        assert!(props[0].contains(part), "{part} in {}", props[0]);
    }
    drop(folder);
    let events = lines(&[
        ("1.2.3.4 shop.example -", "\"GET / HTTP/1.1\" 200 1"),
        ("1.2.3.4 - John Doe", "\"GET / HTTP/1.1\" 200 1"),
        ("shop.example dial.isp.example - -", "\"GET http://shop.example/a HTTP/1.1\" 200 1"),
        ("2001:db8::1 - -", "\"GET / HTTP/1.1\" 200 1"),
    ]);
    assert_eq!(column(&events, "page_url"), ["//shop.example/", "/", "http://shop.example/a", "/"]);
    assert_eq!(column(&events, "user_id"), ["", "John Doe", "", ""]);
    assert!(column(&events, "props")[3].contains("\"ip\":\"2001:db8::1\""));
}

#[test]
fn odd_requests_and_sizes_are_events() {
    let events = lines(&[
        ("1.1.1.1 - -", "\"\" 400 -"),
        ("1.1.1.1 - -", "\"GET /a\" 200 -"),
        ("1.1.1.1 - -", "\"OPTIONS * HTTP/1.0\" 200 -"),
        ("1.1.1.1 - -", "\"CONNECT mail.example:25 HTTP/1.0\" 405 0"),
        ("1.1.1.1 - -", "\"GET /with blank HTTP/1.0\" 200 0"),
        ("1.1.1.1 - -", "\"HEAD / HTTP/1.0\" 200 0"),
        ("1.1.1.1 - -", "\"GET / HTTP/1.0\" 200 7 \"-\" \"open end"),
    ]);
    let names = ["http_error", "page_view", "http_request", "http_error", "page_view", "http_request", "page_view"];
    assert_eq!(column(&events, "event"), names);
    assert_eq!(column(&events, "page_url"), ["", "/a", "", "", "/with blank", "/", "/"]);
    assert!(column(&events, "props")[2].contains("\"request\":\"*\""));
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let line = |path: &[u8]| {
        let mut line = b"1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /".to_vec();
        line.extend_from_slice(path);
        line.extend_from_slice(b" HTTP/1.0\" 200 1 \"-\" \"\xa4\xa4\"\n");
        line
    };
    let text = [line(b"\xa4\xa4.htm"), line(b"\xa4\xe5.htm"), line("å".as_bytes())].concat();
    let events = events_of(&text, &IngestConfig::default());
    assert_eq!(column(&events, "page"), ["/%A4%A4.htm", "/%A4%E5.htm", "/å"]);
    assert_eq!(column(&events, "user_agent"), ["\\xa4\\xa4"; 3]);
}

#[test]
fn a_line_that_is_none_is_rejected_alone() {
    let text = format!(
        "{COMBINED}1.1.1.1 - - [10/Oct/2000:13:55:36] \"GET / HTTP/1.0\" 200 1\n\
         1.1.1.1 - - [10/Okt/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 1\n\
         1.1.1.1 - - [10/Oct/2000:13:55:36 +0000] GET 200 1\n"
    );
    let folder = Folder::text("access.log", &text);
    let (_, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    let bad = [
        (15, RejectReason::BadLine),
        (16, RejectReason::BadTime),
        (17, RejectReason::BadTime),
        (18, RejectReason::BadLine),
    ];
    assert_eq!(found, bad);
    let zipped = Folder::new(&[("access.log.2.gz", &gzip(text.as_bytes()))]);
    let (events, reports) = read_all(&zipped.plan(&IngestConfig::default()).unwrap());
    assert_eq!(events, read_all(&folder.plan(&IngestConfig::default()).unwrap()).0);
    assert_eq!(rejected(&reports).len(), bad.len());
}

fn visitors(rule: &str) -> (usize, Vec<String>) {
    let config = config(&format!("[[sources]]\n{rule}\n"));
    let folder = Folder::text("access.log", COMBINED);
    let plan = folder.plan(&config).unwrap();
    let notes = plan.warnings().iter().map(ToString::to_string).collect();
    let (events, _) = read_all(&plan);
    let ids: BTreeSet<&str> = column(&events, "anonymous_id").into_iter().filter(|id| !id.is_empty()).collect();
    (ids.len(), notes)
}

#[test]
fn a_rule_says_who_a_visitor_is_and_a_note_which_one_nobody_chose() {
    let (count, notes) = visitors("");
    assert_eq!((count, notes.len()), (5, 1));
    assert!(notes[0].contains("same IP address and user agent"), "{notes:?}");
    assert_eq!(visitors("visitor = \"ip_and_agent\""), (5, Vec::new()));
    assert_eq!(visitors("visitor = \"ip\""), (5, Vec::new()));
    assert_eq!(visitors("visitor = \"user\"").0, 0);
    assert_eq!(visitors("columns = { anonymous_id = \"ip\" }"), (5, Vec::new()));
}

#[test]
fn only_logs_of_requests_have_visitors_to_choose() {
    let config = config("source_time_zone = \"UTC\"\n[[sources]]\nvisitor = \"ip\"\n");
    let folder = Folder::text("a.csv", "user_id,event_name,timestamp\nu,a,2024-01-01T10:00:00Z\n");
    let error = folder.plan(&config).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("sources.visitor") && error.contains("anonymous_id"), "{error}");
}

#[test]
fn lines_that_nobody_knows_are_shown() {
    let text = "owner bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 requester 3E57427F3EXAMPLE REST.GET.VERSIONING -\n";
    let folder = Folder::text("access.log", text);
    let error = super::plan_of(&[&folder.file("access.log")], &IngestConfig::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("owner bucket [06/Feb/2019"), "{error}");
}

#[test]
fn a_table_with_a_line_in_a_cell_is_a_table() {
    let line = COMBINED.lines().next().unwrap().replace([',', '"'], "");
    let text = format!("user_id,event,line,time\nu,a,{line},2024-01-01T10:00:00Z\n");
    let folder = Folder::text("a.csv", &text);
    assert_eq!(folder.plan(&IngestConfig::default()).unwrap().sources()[0].kind().name(), "delimited");
}

#[test]
fn the_shipped_samples_are_one_source() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/access-log");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.rejected), (&["access-log"][..], 16, 1));
}

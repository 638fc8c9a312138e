//! Adobe Analytics data feed.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, plan_of, read_all, rejected};
use super::{sample, shown};

const KIND: &str = "adobe-data-feed";

#[test]
fn hits_are_events_under_the_names_of_the_lookup_archive() {
    let names = ["ts", "event", "anonymous_id", "session_hint", "event_id", "value", "items", "order_id", "page_title"];
    let (found, reports) = shown(&sample(KIND), KIND, &names);
    let (visitor, visit) = ("11112222333344445555.42", "11112222333344445555.42.3.1706695200");
    let row = |number: i64, event: &str, rest: [&str; 4]| {
        let (ts, id) = ((1_706_695_200 + number) * 1_000_000, format!("18446744073709551615.{number}"));
        [&ts.to_string(), event, visitor, visit, &id].into_iter().chain(rest).map(str::to_owned).collect::<Vec<_>>()
    };
    let (two, three) = (
        r#"[{"id":"007","category":"Kitchen"}]"#,
        r#"[{"id":"007","category":"Kitchen","quantity":2},{"id":"C;8","quantity":1}]"#,
    );
    let five = r#"[{"id":"007","category":"Kitchen","price":9.5,"quantity":2},{"id":"008","price":5.5,"quantity":1}]"#;
    assert_eq!(
        found,
        [
            row(1, "page_view", ["", "", "", "Cups \t and\\more"]),
            row(2, "view_item", ["", two, "", ""]),
            row(3, "add_to_cart", ["", three, "", ""]),
            row(4, "link", ["", "", "", ""]),
            row(5, "purchase", ["24500000", five, "T-1", ""]),
            row(6, "page_view", ["", "", "T-1", ""]),
        ]
    );
    let left: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(left, [(3, RejectReason::ExcludedBySource), (4, RejectReason::ExcludedBySource)]);
    let rows: u64 = reports.iter().map(|report| report.rows_in).sum();
    assert_eq!(rows, 8, "as the manifest says");
}

/// The files of the sample, unpacked, with something done to the hits.
fn folder(change: impl Fn(String) -> String) -> Folder {
    use std::io::Read;
    let read = |name: &str| {
        let mut text = String::new();
        let bytes = std::fs::read(sample(KIND).join(name)).unwrap();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        text
    };
    let lookup = read("shop_2024-01-31-lookup_data.tar.gz");
    let header = lookup.split('\0').find(|text| text.starts_with("hitid_high")).unwrap();
    let hits = change(read("01-shop_2024-01-31.tsv.gz"));
    Folder::new(&[
        ("column_headers.tsv", header.as_bytes()),
        ("hit_data.tsv", hits.as_bytes()),
        ("browser.tsv", b"1\tChrome\n"),
    ])
}

#[test]
fn the_header_may_be_a_file_beside() {
    let folder = folder(|hits| format!("{hits}a\tb\n"));
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(columns(&events, &["event"]).concat(), ["page_view", "view_item", "add_to_cart", "link"]);
    let left: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(left, [(5, RejectReason::FieldCount)]);
}

#[test]
fn a_header_in_front_is_no_row() {
    let folder = folder(|hits| hits);
    let header = std::fs::read_to_string(folder.file("column_headers.tsv")).unwrap();
    let hits = std::fs::read_to_string(folder.file("hit_data.tsv")).unwrap();
    let whole = Folder::text("hits.tsv", &format!("{header}{}", hits.replace('\n', "\t\n")));
    let (events, reports) = read_all(&whole.plan(&IngestConfig::default()).unwrap());
    assert_eq!((events.len(), rejected(&reports).len()), (4, 0));
}

#[test]
fn a_feed_without_its_header_says_what_is_missing() {
    let line = (0..400).map(|number| number.to_string()).collect::<Vec<_>>().join("\t");
    let folder = Folder::text("hit_data.tsv", &format!("{line}\n{line}\n"));
    let error = plan_of(&[&folder.file("hit_data.tsv")], &IngestConfig::default()).err().unwrap().to_string();
    assert!(error.contains("column_headers.tsv"), "{error}");
}

const HEADER: &str = "hitid_high\thitid_low\thit_time_gmt\tpost_visid_high\tpost_visid_low\tpost_event_list\tpost_page_event\tbrowser\tos\tcountry\tgeo_country\tlast";

/// Two views and two links.
const HITS: &str = "1\t1\t1706695200\t7\t8\t2,200,100=4,10001\t0\t4711\t31\t5\tswe\tx\n\
    1\t2\t1706695210\t7\t8\t201:serial,200\t0\t99\t0\t5\t\tx\n\
    1\t3\t1706695220\t7\t8\t100,20100\t10\t4711\t31\t\tswe\tx\n\
    1\t4\t1706695230\t7\t8\t777\t10\t\t\t\tswe\tx\n";

fn hits(tables: &[(&str, &str)]) -> (Vec<Vec<String>>, Vec<String>) {
    let files = [("feed/column_headers.tsv", HEADER), ("feed/hit_data.tsv", HITS)];
    let files: Vec<(&str, &[u8])> = files.iter().chain(tables).map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = Folder::new(&files);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert_eq!(plan.sources().iter().map(|source| source.kind().name()).collect::<Vec<_>>(), [KIND]);
    let (events, _) = read_all(&plan);
    let warnings = plan.warnings().iter().map(ToString::to_string).collect();
    (columns(&events, &["event", "country", "props"]), warnings)
}

#[test]
fn tables_beside_the_header_turn_numbers_into_words() {
    let (found, warnings) = hits(&[
        (
            "feed/event.tsv",
            "2\tProduct View\n200\tNewsletter \\t seen\n201\tSign-up\n10001\tInstance of eVar102\n20100\tPlay \"video\"\n",
        ),
        ("feed/browser.tsv", "1\tLynx\n4711\tFirefox 35.0\n"),
        ("feed/operating_systems.tsv", "31\tWindows XP\n0\tNot Specified\n"),
        ("feed/country.tsv", "5\tSweden\r\n"),
        ("other/browser.tsv", "4711\tof another feed\n"),
    ]);
    let names: Vec<_> = found.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let expected = [("view_item", "swe"), ("page_view", "Sweden"), ("Play \"video\"", "swe"), ("link", "swe")];
    assert_eq!(names, expected);
    let (first, second, last) = (&found[0][2], &found[1][2], &found[3][2]);
    for part in [
        r#""events":["Product View","Newsletter \t seen"]"#,
        r#""browser_name":"Firefox 35.0""#,
        r#""os_name":"Windows XP""#,
        r#""browser":"4711""#,
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert!(second.contains(r#""events":["Sign-up","Newsletter"#), "{second}");
    assert!(
        !second.contains("browser_name") && !second.contains("os_name"),
        "an unknown number has no words: {second}"
    );
    assert!(!last.contains("events\":[") && last.contains("777"), "{last}");
    assert!(warnings.iter().all(|warning| !warning.contains("stay the numbers")), "{warnings:?}");
}

#[test]
fn without_tables_numbers_stay_and_a_note_says_so() {
    let (found, warnings) = hits(&[]);
    assert_eq!(found.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["view_item", "page_view", "link", "link"]);
    assert!(found[0][2].contains(r#""browser":"4711""#), "{}", found[0][2]);
    assert!(warnings.iter().any(|warning| warning.contains("event.tsv")), "{warnings:?}");
}

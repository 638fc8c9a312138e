//! What referrers and user agents tell where a source has no columns of its own for it.

use std::collections::BTreeMap;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use kundresa_ingest::IngestConfig;

use super::access_log::column;
use super::support::{Event, Folder, config, parquet_of, read, read_all, wanted};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0";
const HEADER: [&str; 6] = ["user_id", "event_name", "timestamp", "page_url", "referrer", "user_agent"];
const ROWS: [[&str; 6]; 8] = [
    ["u", "a", "2024-01-01T10:00:00Z", "https://www.shop.example/", "https://www.google.de/search?q=x", FIREFOX],
    ["u", "a", "2024-01-01T10:00:01Z", "https://www.shop.example/b", "https://shop.example/", FIREFOX],
    ["u", "a", "2024-01-01T10:00:02Z", "https://www.shop.example/b", "https://blog.shop.example/", ""],
    ["u", "a", "2024-01-01T10:00:03Z", "https://www.shop.example/b", "https://l.instagram.com/", "curl/8.4.0"],
    [
        "u",
        "a",
        "2024-01-01T10:00:04Z",
        "https://www.shop.example/b?utm_medium=email",
        "https://www.google.de/",
        FIREFOX,
    ],
    ["u", "a", "2024-01-01T10:00:05Z", "https://www.shop.example/b?gclid=7", "https://www.google.de/", FIREFOX],
    ["u", "a", "2024-01-01T10:00:06Z", "https://www.shop.example/b", "https://Garden.example:8080/x", FIREFOX],
    ["u", "a", "2024-01-01T10:00:07Z", "https://www.shop.example/b", "", FIREFOX],
];
/// Source, medium and channel of each row.
const ORIGINS: [[&str; 3]; 8] = [
    ["google", "organic", "Organic Search"],
    ["", "", ""],
    ["", "", ""],
    ["l.instagram.com", "referral", "Organic Social"],
    ["", "email", "Email"],
    ["google", "cpc", "Paid Search"],
    ["garden.example", "referral", "Referral"],
    ["", "", ""],
];

fn csv(extra: &str, value: &str) -> String {
    let mut text = format!("{}{extra}\n", HEADER.join(","));
    ROWS.iter().for_each(|row| text.push_str(&format!("{}{value}\n", row.join(","))));
    text
}

fn events(name: &str, text: &[u8]) -> Vec<Event> {
    read_all(&Folder::new(&[(name, text)]).plan(&IngestConfig::default()).unwrap()).0
}

fn origins(events: &[Event]) -> Vec<[&str; 3]> {
    let [source, medium, channel] = ["source", "medium", "channel"].map(|name| column(events, name));
    (0..events.len()).map(|row| [source[row], medium[row], channel[row]]).collect()
}

#[test]
fn a_referrer_tells_where_a_visit_comes_from_in_every_format() {
    let json: String = ROWS
        .iter()
        .map(|row| {
            let object: BTreeMap<&str, &str> = HEADER.into_iter().zip(*row).collect();
            serde_json::to_string(&object).unwrap() + "\n"
        })
        .collect();
    let columns = (0..HEADER.len()).map(|index| {
        let values: ArrayRef = std::sync::Arc::new(StringArray::from_iter_values(ROWS.iter().map(|row| row[index])));
        (HEADER[index], values)
    });
    let parquet = parquet_of(&RecordBatch::try_from_iter(columns).unwrap(), true, 3);
    for (name, text) in [("a.csv", csv("", "").into_bytes()), ("a.jsonl", json.into_bytes()), ("a.parquet", parquet)] {
        let events = events(name, &text);
        assert_eq!(origins(&events), ORIGINS, "{name}");
        assert_eq!(
            column(&events, "browser"),
            ["Firefox", "Firefox", "", "", "Firefox", "Firefox", "Firefox", "Firefox"]
        );
        assert_eq!((column(&events, "device")[0], column(&events, "os")[0]), ("desktop", "Linux"), "{name}");
    }
}

#[test]
fn a_part_of_the_columns_says_the_same() {
    let folder = Folder::text("a.csv", &csv("", ""));
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    for name in ["source", "medium", "channel", "device"] {
        let (some, _) = read(&plan, wanted(&[name]));
        let (all, _) = read_all(&plan);
        assert_eq!(column(&some, name), column(&all, name), "{name}");
    }
}

#[test]
fn what_a_source_says_itself_is_left_alone() {
    let events = events("a.csv", csv(",utm_source,device", ",letter,tablet").as_bytes());
    assert_eq!(column(&events, "source"), ["letter"; 8]);
    assert_eq!(column(&events, "medium"), [""; 8]);
    assert_eq!(column(&events, "device"), ["tablet"; 8]);
    assert_eq!(column(&events, "browser")[0], "Firefox");
}

const LOG: &str = concat!(
    "1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 1 \"https://search.example/\" \"x\"\n",
    "1.1.1.1 - - [10/Oct/2000:13:55:37 -0700] \"GET /a.css HTTP/1.1\" 200 1 \"https://www.shop.example/\" \"x\"\n",
    "1.1.1.1 - - [10/Oct/2000:13:55:38 -0700] \"GET /b HTTP/1.1\" 200 1 \"https://shop.example/\" \"x\"\n",
    "1.1.1.1 - - [10/Oct/2000:13:55:39 -0700] \"GET //wp-login.php HTTP/1.1\" 404 1 \"-\" \"x\"\n",
);

#[test]
fn a_log_without_a_site_is_that_of_the_pages_that_ask_for_files() {
    let folder = Folder::text("access.log", LOG);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert_eq!(plan.sources()[0].pin().source.own_hosts, ["www.shop.example"]);
    let (events, _) = read_all(&plan);
    assert_eq!(column(&events, "source"), ["search.example", "", "", ""]);
    assert_eq!(column(&events, "page")[3], "/wp-login.php");
    let config = config("[[sources]]\nown_hosts = [\"Search.example\"]\n");
    let (events, _) = read_all(&folder.plan(&config).unwrap());
    assert_eq!(column(&events, "source"), ["", "", "shop.example", ""], "nobody is referred to a file");
}

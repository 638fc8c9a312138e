//! Event names that a configuration changes.

use kundresa_ingest::IngestConfig;

use super::support::{Folder, config, read_all};

const ROWS: [(&str, &str); 4] =
    [("seen", "view_item"), ("cart", "cart"), ("seen", "view_item"), (" seen ", "view_item")];

fn names(name: &str, text: &str, config: &IngestConfig) -> Vec<(String, String)> {
    let (events, _) = read_all(&Folder::text(name, text).plan(config).unwrap());
    events.iter().map(|event| (event["event"].clone(), event.get("props").cloned().unwrap_or_default())).collect()
}

#[test]
fn an_event_keeps_the_name_of_its_source_beside_the_new_one() {
    let config = config("source_time_zone = \"UTC\"\n[[sources]]\nevents = { seen = \"view_item\" }\n");
    let csv: String = ROWS.iter().map(|(raw, _)| format!("u,{raw},2024-01-01T10:00:00Z\n")).collect();
    let json: String = ROWS
        .iter()
        .map(|(raw, _)| {
            format!("{{\"user_id\":\"u\",\"event_name\":\"{raw}\",\"timestamp\":\"2024-01-01T10:00:00Z\"}}\n")
        })
        .collect();
    let props = |raw: &str, name: &str| {
        let raw = raw.trim();
        if raw == name { String::new() } else { format!("{{\"event_name\":\"{raw}\"}}") }
    };
    let expected: Vec<_> = ROWS.iter().map(|(raw, name)| ((*name).to_owned(), props(raw, name))).collect();
    assert_eq!(names("a.csv", &format!("user_id,event_name,timestamp\n{csv}"), &config), expected);
    assert_eq!(names("a.jsonl", &json, &config), expected);
}

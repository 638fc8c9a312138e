//! Words that stand for nothing: null where a figure would count them, and kept as they were written elsewhere.

use kundresa_ingest::IngestConfig;
use kundresa_model::source::Wanted;

use super::Read;
use super::support::{Folder, read};

/// Every placeholder that was seen in exports.
const WORDS: [&str; 11] = [
    "(not set)",
    "(none)",
    "(direct)",
    "(data deleted)",
    "<Other>",
    "(other)",
    "not available in demo dataset",
    "-",
    "NA",
    "NULL",
    "",
];

/// A row of which some columns hold a word.
fn row(word: &str) -> String {
    format!(
        "time,event,user_id,city,order_id,page_title,device,revenue,plan\n\
         2024-01-31T10:00:00Z,view,{word},{word},{word},{word},{word},{word},{word}\n"
    )
}

#[test]
fn placeholders_are_null_in_canonical_columns() {
    for word in WORDS {
        for word in [word.to_owned(), word.to_lowercase(), word.to_uppercase(), format!(" {word} ")] {
            let found = Read::of("a.csv", row(&word));
            let event = &found.events[0];
            for column in ["user_id", "city", "order_id", "page_title", "device", "value"] {
                assert_eq!(event.get(column), None, "`{word}` as {column}");
            }
            assert!(found.rejected.is_empty(), "{word}");
        }
    }
}

#[test]
fn properties_keep_placeholders() {
    for word in WORDS.into_iter().filter(|word| !word.is_empty()) {
        let found = Read::of("a.csv", row(word));
        assert_eq!(found.events[0]["props"], format!("{{\"plan\":\"{word}\"}}"));
    }
}

#[test]
fn raw_text_of_a_mapped_column_stays_a_property_under_its_own_name() {
    for word in WORDS.into_iter().filter(|word| !word.is_empty()) {
        let text = format!("time,event,user_id,geo_city\n2024-01-31T10:00:00Z,view,u1,{word}\n");
        let folder = Folder::text("a.csv", &text);
        let wanted = Wanted { text: ["geo_city", "city"].map(str::to_owned).into(), everything: false };
        let (events, _) = read(&folder.plan(&IngestConfig::default()).unwrap(), wanted);
        assert_eq!((events[0].get("city"), events[0]["geo_city"].as_str()), (None, word));
    }
}

#[test]
fn direct_and_none_are_the_direct_channel() {
    for (source, medium, channel) in [
        ("(direct)", "(none)", Some("Direct")),
        ("(direct)", "(not set)", Some("Direct")),
        ("(Direct)", "(None)", Some("Direct")),
        ("(not set)", "(not set)", None),
        ("-", "-", None),
        ("google", "organic", Some("Organic Search")),
    ] {
        let text =
            format!("time,event,user_id,utm_source,utm_medium\n2024-01-31T10:00:00Z,view,u1,{source},{medium}\n");
        let found = Read::of("a.csv", text);
        let event = &found.events[0];
        assert_eq!(event.get("channel").map(String::as_str), channel, "{source} / {medium}");
        let is_kept = channel.is_some();
        assert_eq!(event.get("source").map(String::as_str), is_kept.then_some(source), "{source} / {medium}");
    }
}

#[test]
fn namibia_is_no_placeholder() {
    let text = "time,event,user_id,country\n2024-01-31T10:00:00Z,view,u1,NA\n";
    assert_eq!(Read::of("a.csv", text).events[0]["country"], "NA");
}

#[test]
fn a_dash_in_a_log_is_nothing() {
    let log = "1.2.3.4 - - [31/Jan/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 - \"-\" \"-\"\n";
    let found = Read::of("access.log", log);
    let event = &found.events[0];
    for column in ["user_id", "referrer", "user_agent", "source", "value"] {
        assert_eq!(event.get(column), None, "{column}");
    }
    assert_eq!(event["page"], "/a");
}

#[test]
fn na_is_nobody_in_diginetica() {
    let text = "session_id;user_id;item_id;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n1;NULL;31331;1031018;2016-05-09\n";
    let found = Read::of("train-item-views.csv", text);
    assert_eq!(found.shown(&["user_id", "anonymous_id"]), [" 1", " 1"]);
}

#[test]
fn placeholders_of_ga4_are_null_and_direct_survives() {
    let row = r#"{"event_timestamp":"1706695200000000","event_name":"purchase","user_pseudo_id":"1.2","event_params":[{"key":"source","value":{"string_value":"(direct)"}},{"key":"medium","value":{"string_value":"(none)"}}],"geo":{"city":"(not set)","country":"Sweden"},"device":{"category":"<Other>"},"ecommerce":{"transaction_id":"(not set)"},"items":[]}"#;
    let found = Read::of("events.ndjson", format!("{row}\n"));
    let event = &found.events[0];
    for column in ["city", "device", "order_id"] {
        assert_eq!(event.get(column), None, "{column}");
    }
    assert_eq!((event["source"].as_str(), event["channel"].as_str()), ("(direct)", "Direct"));
}

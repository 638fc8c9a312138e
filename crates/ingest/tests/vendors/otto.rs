//! OTTO recommender log.

use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::summary;
use super::support::{Folder, config, read_all, rejected};

const LOG: &str = concat!(
    r#"{"session":7,"events":[{"aid":15,"ts":1659304800025,"type":"clicks"},{"aid":15,"ts":1659304801000,"type":"carts"}]}"#,
    "\n",
    r#"{"session":8,"events":[{"aid":2,"ts":1659304800025,"type":"orders"},{"aid":3,"ts":1659304800025,"type":"new"}]}"#,
    "\n\n",
    r#"{"session":9,"events":[]}"#,
    "\n",
);

#[test]
fn every_event_of_a_session_is_an_event_of_its_shopper() {
    let (folder, plan) = Folder::text("train.jsonl", LOG).plan_kept(&IngestConfig::default());
    let plan = plan.unwrap();
    let (events, _) = read_all(&plan);
    let shown: Vec<_> = events
        .iter()
        .map(|event| (event["anonymous_id"].as_str(), event["ts"].as_str(), event["event"].as_str(), &event["props"]))
        .collect();
    let props = |aid: u32, kind: &str| format!("{{\"aid\":\"{aid}\",\"type\":\"{kind}\"}}");
    assert_eq!(
        shown,
        [
            ("session-7", "1659304800025000", "view_item", &props(15, "clicks")),
            ("session-7", "1659304801000000", "add_to_cart", &props(15, "carts")),
            ("session-8", "1659304800025000", "purchase", &props(2, "orders")),
            ("session-8", "1659304800025000", "new", &"{\"aid\":\"3\"}".to_owned()),
        ]
    );
    assert!(events[2]["tie"] < events[3]["tie"], "rows of one record keep their order");
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    drop(folder);
}

#[test]
fn the_shipped_sample_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/otto/sessions.jsonl");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.actors, found.rejected), (&["otto"][..], 8, 3, 0));
}

#[test]
fn a_cell_may_be_read_in_another_way() {
    let config = config(
        "[[sources]]\nname = \"shop\"\ncolumns = { user_id = \"session\", page = \"aid\" }\nproperties = { raw = \"type\" }\n",
    );
    let folder = Folder::text("train.jsonl", LOG);
    let (events, _) = read_all(&folder.plan(&config).unwrap());
    assert_eq!(
        (events[0]["user_id"].as_str(), events[0]["page"].as_str(), events[0]["raw"].as_str()),
        ("session-7", "15", "clicks")
    );
}

#[test]
fn a_session_that_is_none_is_rejected_whole() {
    let text =
        format!("{LOG}{}\n{}\n", r#"{"session":10,"events":[{"aid":1,"ts":"x","type":"clicks"}]}"#, "{\"session\":");
    let folder = Folder::text("train.jsonl", &text);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 4);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(5, RejectReason::BadJson), (6, RejectReason::BadJson)]);
}

#[test]
fn events_are_called_as_the_configuration_says() {
    let config = config("[[sources]]\nevents = { clicks = \"look\", new = \"novelty\" }\n");
    let folder = Folder::text("train.jsonl", LOG);
    let (events, _) = read_all(&folder.plan(&config).unwrap());
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str()).collect();
    assert_eq!(names, ["look", "add_to_cart", "purchase", "novelty"]);
}

//! Access logs as JSON: nginx, Caddy, Traefik.

use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::access_log::column;
use super::summary;
use super::support::{Folder, gzip, read_all, rejected};

const NGINX: &str = include_str!("../../../../sample_data/sources/access-json/nginx.jsonl");
const CADDY: &str = include_str!("../../../../sample_data/sources/access-json/caddy.jsonl");
const TRAEFIK: &str = include_str!("../../../../sample_data/sources/access-json/traefik.jsonl");

#[test]
fn variables_of_nginx_are_known_by_their_names() {
    let text = format!("{NGINX}{{\"remote_addr\":\n");
    let folder = Folder::text("access.json", &text);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "event"), ["page_view", "http_error"]);
    assert_eq!(column(&events, "ts"), ["1709539200125000", "1709539201000000"]);
    let urls = ["https://shop.example/start?utm_source=letter&utm_medium=email", "https://shop.example/cart"];
    assert_eq!(column(&events, "page_url"), urls);
    assert_eq!(column(&events, "user_id"), ["", "anna"]);
    assert_eq!(column(&events, "user_agent")[1], "Mozilla/5.0 \"quoted\"");
    let props = column(&events, "props");
    for part in [
        "\"ip\":\"192.0.2.40\"",
        "\"remote_ip\":\"10.0.0.9\"",
        "\"time_local\":\"04/Mar/2024:09:00:00 +0100\"",
        "\"request_time\":\"0.004\"",
        "\"status\":\"200\"",
    ] {
        assert!(props[0].contains(part), "{part} in {}", props[0]);
    }
    let found: Vec<_> = rejected(&reports).into_iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(found, [(3, RejectReason::BadLine), (4, RejectReason::BadJson)]);
    let zipped = Folder::new(&[("access.json.gz", &gzip(text.as_bytes()))]);
    assert_eq!(read_all(&zipped.plan(&IngestConfig::default()).unwrap()).0, events);
}

#[test]
fn caddy_nests_and_traefik_has_names_of_its_own() {
    let folder = Folder::text("access.log", CADDY);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "ts"), ["1709539204524000"]);
    assert_eq!(column(&events, "page_url"), ["//shop.example/"]);
    assert_eq!(column(&events, "referrer"), ["https://duckduckgo.com/"]);
    assert!(column(&events, "user_agent")[0].contains("iPhone"));
    assert!(column(&events, "props")[0].contains("\"request.headers.Accept\":[\"*/*\"]"), "{:?}", events[0]);
    assert_eq!(rejected(&reports).len(), 1, "certificates are no requests");
    let folder = Folder::text("access.log", TRAEFIK);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "event"), ["http_error"]);
    assert_eq!(column(&events, "ts"), ["1709539205123456"]);
    assert_eq!(column(&events, "page_url"), ["http://shop.example/nothing"]);
    assert_eq!(column(&events, "referrer"), ["https://www.reddit.com/"]);
    assert!(column(&events, "props")[0].contains("\"time\":\"2024-03-04T08:00:05Z\""), "{:?}", events[0]);
}

#[test]
fn the_shipped_samples_are_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/access-json");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.rejected), (&["access-json"][..], 4, 2));
}

//! Access logs as tables.

use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::access_log::column;
use super::summary;
use super::support::{Folder, gzip, read_all, rejected};

const TABLE: &str = include_str!("../../../../sample_data/sources/access-table/requests.tsv");

#[test]
fn a_row_is_a_request() {
    let folder = Folder::text("log.tsv", TABLE);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "event"), ["page_view", "asset", "http_error"]);
    assert_eq!(column(&events, "page"), ["/history/apollo/", "", "/cgi-bin/form"]);
    assert_eq!(column(&events, "ts")[0], "804571201000000");
    let props = column(&events, "props");
    assert!(props[2].contains("\"bytes\":\"0\"") && props[2].contains("\"ip\":\"dial7.isp.example\""), "{}", props[2]);
    assert_eq!(column(&events, "anonymous_id").iter().filter(|id| id.len() == 16).count(), 3);
    assert_eq!(
        rejected(&reports).into_iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
        [(5, RejectReason::FieldCount)]
    );
    let zipped = Folder::new(&[("log.tsv.gz", &gzip(TABLE.as_bytes()))]);
    assert_eq!(read_all(&zipped.plan(&IngestConfig::default()).unwrap()).0, events);
}

#[test]
fn a_request_line_and_bracketed_times_are_read_too() {
    let text = "ip,timestamp,request,status,size,user_agent,country\n\
                192.0.2.1,[04/Mar/2024:08:00:00 +0100],\"GET /a?b=1 HTTP/1.1\",200,17,Mozilla/5.0,SE\n";
    let folder = Folder::text("log.csv", text);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "page_url"), ["/a?b=1"]);
    assert_eq!(column(&events, "ts"), ["1709535600000000"]);
    assert_eq!(column(&events, "country"), ["SE"]);
}

#[test]
fn a_log_of_events_with_an_address_is_none_of_these() {
    let text = "ip,timestamp,event,url,method,status,bytes,user_id\n1.1.1.1,2024-01-01T00:00:00Z,buy,/a,GET,200,1,u\n";
    let folder = Folder::text("log.csv", text);
    assert_eq!(folder.plan(&IngestConfig::default()).unwrap().sources()[0].kind().name(), "delimited");
}

#[test]
fn the_shipped_sample_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/access-table");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.rejected), (&["access-table"][..], 3, 1));
}

//! Logs of the load balancers of AWS.

use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::access_log::column;
use super::summary;
use super::support::{Folder, gzip, read_all, rejected};

const ALB: &str = include_str!("../../../../sample_data/sources/alb/alb.log");
const ELB: &str = include_str!("../../../../sample_data/sources/alb/elb.log");

#[test]
fn fields_are_known_by_their_order() {
    let folder = Folder::text("lb.log", ALB);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "event"), ["page_view", "asset", "http_error"]);
    let urls = ["https://shop.example/start?utm_source=letter&utm_medium=email", "", ""];
    assert_eq!(column(&events, "page_url"), urls);
    assert_eq!(column(&events, "ts"), ["1709539200186641", "1709539205000000", "1709539209500000"]);
    assert_eq!(column(&events, "medium")[0], "email");
    let props = column(&events, "props");
    for part in [
        "\"ip\":\"192.0.2.30\"",
        "\"connection\":\"https\"",
        "\"elb\":\"app/shop/50dc6c495c0c9188\"",
        "\"target\":\"10.0.0.1:80\"",
        "\"target_status\":\"200\"",
        "\"received_bytes\":\"34\"",
        "\"bytes\":\"366\"",
        "\"trace_id\":\"Root=1-58337262-36d228ad5d99923122bbe354\"",
        "\"domain_name\":\"shop.example\"",
        "\"actions_executed\":\"forward\"",
        "\"target_status_code_list\":\"200\"",
    ] {
        assert!(props[0].contains(part), "{part} in {}", props[0]);
    }
    assert!(
        props[1].contains("\"ip\":\"2001:db8::7\"") && props[1].contains("\"conn_trace_id\":\"TID_1\""),
        "{}",
        props[1]
    );
    assert!(props[2].contains("\"request\":\"- http://shop.example:80- -\""), "{}", props[2]);
    assert_eq!(
        rejected(&reports).into_iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
        [(4, RejectReason::BadLine)]
    );
    let zipped = Folder::new(&[("lb.log.gz", &gzip(ALB.as_bytes()))]);
    assert_eq!(read_all(&zipped.plan(&IngestConfig::default()).unwrap()).0, events);
}

#[test]
fn a_classic_load_balancer_begins_with_the_time() {
    let folder = Folder::text("lb.log", ELB);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "event"), ["page_view", "http_error"]);
    assert_eq!(column(&events, "page_url"), ["http://shop.example/", "http://shop.example:8080/pay"]);
    assert_eq!(column(&events, "user_agent")[0], "curl/7.38.0");
}

#[test]
fn the_shipped_samples_are_one_source() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/alb");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.rejected), (&["alb"][..], 5, 1));
}

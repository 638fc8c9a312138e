//! W3C extended logs: IIS and CloudFront.

use std::path::Path;

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::access_log::column;
use super::summary;
use super::support::{Folder, config, gzip, read_all, rejected};

const IIS: &str = include_str!("../../../../sample_data/sources/w3c-log/iis.log");
const CLOUDFRONT: &str = include_str!("../../../../sample_data/sources/w3c-log/cloudfront.log");

#[test]
fn columns_change_in_the_middle_of_a_file() {
    let folder = Folder::text("u_ex240304.log", IIS);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    let (events, reports) = read_all(&plan);
    assert_eq!(column(&events, "event"), ["page_view", "asset", "redirect", "page_view", "http_error"]);
    let urls = ["/", "", "/login.aspx", "//shop.example/cart.aspx?id=7&x=1", "//shop.example/missing"];
    assert_eq!(column(&events, "page_url"), urls);
    assert_eq!(column(&events, "user_id"), ["", "", "SHOP\\anna", "SHOP\\anna", ""]);
    assert_eq!(column(&events, "ts")[0], "1709535601000000");
    let agents = column(&events, "user_agent");
    assert!(agents[0].starts_with("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"));
    assert_eq!(agents[4], "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)");
    let props = column(&events, "props");
    assert!(props[0].contains("\"time-taken\":\"31\""), "{}", props[0]);
    for part in
        ["\"cookie.visitor\":\"8f2a\"", "\"cookie.lang\":\"sv SE\"", "\"cookie\":\"theme\"", "\"bytes\":\"4096\""]
    {
        assert!(props[3].contains(part), "{part} in {}", props[3]);
    }
    assert_eq!(plan.source_time_zone(), None, "W3C times are UTC");
    let line = IIS.lines().count() as u64;
    assert_eq!(
        rejected(&reports).into_iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
        [(line, RejectReason::FieldCount)]
    );
    let zipped = Folder::new(&[("u_ex240304.log.gz", &gzip(IIS.as_bytes()))]);
    assert_eq!(read_all(&zipped.plan(&IngestConfig::default()).unwrap()).0, events);
}

#[test]
fn tabs_separate_what_is_percent_encoded() {
    let folder = Folder::text("E2.2024-03-04-08.abc", CLOUDFRONT);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    let agents = column(&events, "user_agent");
    assert!(agents[0].contains("(Macintosh; Intel Mac OS X 10_15_7)"), "{}", agents[0]);
    assert!(agents[1].contains("(iPad; CPU OS 16_3 like Mac OS X)"), "{}", agents[1]);
    let urls = ["https://shop.example/?utm_source=letter&utm_medium=email", ""];
    assert_eq!(column(&events, "page_url"), urls);
    assert_eq!(column(&events, "source")[0], "letter");
    assert!(column(&events, "props")[1].contains("\"file\":\"https://shop.example/a%20b.jpg\""));
    let props = column(&events, "props");
    assert!(
        props[0].contains("\"cookie.lang\":\"sv\"")
            && props[0].contains("\"cs(Host)\":\"d111111abcdef8.cloudfront.net\"")
    );
    assert!(
        props[1].contains("\"ip\":\"203.0.113.9\"") && props[1].contains("\"remote_ip\":\"10.1.1.1\""),
        "{}",
        props[1]
    );
}

#[test]
fn a_cookie_may_name_the_visitor() {
    let config = config("[[sources]]\nvisitor = { cookie = \"visitor\" }\n");
    let folder = Folder::text("cloudfront", CLOUDFRONT);
    let plan = folder.plan(&config).unwrap();
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    let (events, _) = read_all(&plan);
    let visitors = column(&events, "anonymous_id");
    assert_eq!((visitors[0], visitors[1].len()), ("77", 16));
}

#[test]
fn a_date_may_stand_in_front_and_a_clock_may_be_local() {
    let dated = "#Version: 1.0\n#Date: 2002-05-02 17:42:15\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n17:42:15 192.0.2.1 GET /a 200\n";
    let folder = Folder::text("ex020502.log", dated);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(column(&events, "ts"), ["1020361335000000"]);
    let local = "#Fields:  date-local time-local c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n\n2012-08-15 10:00:13.250 192.0.2.1 GET /a 200 \"Mozilla/5.0 (X11)\"\n";
    let folder = Folder::text("local.log", local);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert_eq!(plan.source_time_zone().as_deref(), Some("UTC (assumed)"));
    let (events, _) = read_all(&folder.plan(&config("source_time_zone = \"Europe/Stockholm\"\n")).unwrap());
    assert_eq!(column(&events, "ts"), ["1345017613250000"]);
    assert_eq!(column(&events, "user_agent"), ["Mozilla/5.0 (X11)"]);
}

#[test]
fn lines_that_nothing_explains_are_rejected() {
    let text = format!("#Version: 1.0\n2024-03-04 08:00:00 GET\n{}", CLOUDFRONT);
    let folder = Folder::text("x.log", &text);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 2);
    assert_eq!(
        rejected(&reports).into_iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
        [(2, RejectReason::BadLine)]
    );
}

#[test]
fn the_shipped_samples_are_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources/w3c-log");
    let found = summary(Path::new(path), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind.as_slice(), found.events, found.rejected), (&["w3c-log"][..], 7, 1));
}

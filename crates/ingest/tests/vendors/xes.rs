//! XES, and the table with the same names.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::samples::{path, sample_of};
use super::support::{Folder, read_all, rejected};

#[test]
fn an_event_of_a_trace_is_an_event_of_its_case() {
    let read = sample_of("xes", "xes/orders.xes", "");
    assert_eq!(
        read.told(&["user_id", "event", "props"]),
        [
            concat!(
                "2024-05-06T07:00:00 | case 1 | Receive \"order\" | ",
                r#"{"case:amount":59.80,"lifecycle:transition":"start","org:resource":"Ada","lines":2}"#
            ),
            concat!(
                "2024-05-06T07:05:00 | case 1 | Receive \"order\" | ",
                r#"{"case:amount":59.80,"lifecycle:transition":"complete"}"#
            ),
            concat!(
                "2024-05-07T12:00:00 | case 1 | Send & bill | ",
                r#"{"case:amount":59.80,"address.city":"Malmö","parcels.parcel":"P-1"}"#
            ),
            "2024-05-06T08:00:00 | case 2 | Receive \"order\" | ",
        ]
    );
    let found: Vec<_> = rejected(&read.reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(5, RejectReason::MissingTime), (6, RejectReason::MissingTime)]);
}

#[test]
fn a_table_of_the_same_names_is_the_same() {
    let text = "case:concept:name,concept:name,time:timestamp,org:resource\nc1,A,2024-05-06T09:00:00+02:00,Ada\n";
    let plan = Folder::text("log.csv", text).plan_kept(&IngestConfig::default());
    let plan = (plan.0, plan.1.unwrap());
    let (events, _) = read_all(&plan.1);
    assert_eq!(plan.1.sources()[0].kind().name(), "xes");
    assert_eq!((events[0]["user_id"].as_str(), events[0]["event"].as_str()), ("c1", "A"));
}

#[test]
fn a_log_that_was_cut_off_says_so_and_other_xml_is_none() {
    let text = std::fs::read_to_string(path("xes/orders.xes")).unwrap();
    let cut = &text[..text.len() / 2];
    let error = Folder::text("a.xes", cut).plan(&IngestConfig::default()).err().unwrap().to_string();
    assert!(error.contains("a.xes"), "{error}");
    let folder = Folder::text("a.xml", "<?xml version=\"1.0\"?><feed><entry/></feed>");
    let error = super::support::plan_of(&[&folder.file("a.xml")], &IngestConfig::default()).err().unwrap();
    assert!(error.to_string().contains("XML"), "{error}");
    let deep = format!("<log><trace><event>{}", "<list key=\"a\">".repeat(1000));
    let error = Folder::text("a.xes", &deep).plan(&IngestConfig::default()).err().unwrap().to_string();
    assert!(error.contains("a.xes"), "{error}");
}

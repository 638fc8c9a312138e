//! Is anything lost where an export comes in another container than usual, or says less than usual?

use kundresa_ingest::IngestConfig;

use super::support::{Event, Folder, columns, gzip, plan_of, read_all};

/// The kind of a file of that name and text, its events, and how many rows were rejected.
fn read(name: &str, bytes: &[u8]) -> (&'static str, Vec<Event>, usize) {
    let folder = Folder::new(&[(name, bytes)]);
    let plan = plan_of(&[&folder.file(name)], &IngestConfig::default()).unwrap();
    let kind = plan.sources()[0].kind().name();
    let (events, reports) = read_all(&plan);
    (kind, events, reports.iter().map(|report| report.rejected.len()).sum())
}

#[test]
fn orders_as_json_are_rows_like_others() {
    let line =
        r#"{"order_id":"7","billing_email":"a@shop.example","order_date":"2024-03-04T09:00:00Z","event":"order"}"#;
    let (kind, events, rejected) = read("orders.ndjson", line.as_bytes());
    assert_eq!((kind, events.len(), rejected), ("ndjson", 1, 0));
}

#[test]
fn a_session_without_hits_is_one_however_its_empty_list_is_written() {
    for hits in ["[]", "[ ]", "[\\n]"] {
        let hits = hits.replace("\\n", " ");
        let line = format!(
            r#"{{"fullVisitorId":"1","visitId":"2","visitStartTime":"1501583974","totals":{{"visits":"1"}},"hits":{hits}}}"#
        );
        let (kind, events, rejected) = read("ga_sessions.json", line.as_bytes());
        assert_eq!((kind, rejected), ("universal-analytics", 0));
        assert_eq!(columns(&events, &["event"]), [["session_start"]], "{hits}");
    }
}

#[test]
fn a_visit_whose_rows_repeat_too_much_is_set_aside_whole() {
    let visit = |id: usize, hits: usize| {
        let (id, hits) = ("7".repeat(id), vec![r#"{"hitNumber":"1","time":"0","type":"PAGE"}"#; hits].join(","));
        format!(r#"{{"fullVisitorId":"{id}","visitId":"2","visitStartTime":"1501583974","hits":[{hits}]}}"#)
    };
    let text = format!("{}\n{}\n{}\n", visit(9, 2), visit(64 << 10, 1100), visit(8, 3));
    let (kind, events, rejected) = read("ga_sessions.json", text.as_bytes());
    assert_eq!((kind, events.len(), rejected), ("universal-analytics", 5, 1));
}

#[test]
fn blank_quoted_fields_behind_the_last_say_nothing_in_plain_and_packed_files() {
    let text = b"user_id,event,timestamp\na,x,2024-03-04T09:00:00Z,\"\"\nb,x,2024-03-04T09:00:01Z,\t\nc,x,2024-03-04T09:00:02Z,\"\"\"\"\n";
    let (_, plain, rejected) = read("log.csv", text);
    let (_, packed, rejected_packed) = read("log.csv.gz", &gzip(text));
    assert_eq!((plain.len(), rejected), (2, 1));
    assert_eq!((packed.len(), rejected_packed), (plain.len(), rejected));
}

#[test]
fn stages_of_another_crm_are_not_salesforce() {
    let text = "deal_id,stage_name,close_date,created_date,user_id,event,timestamp\n1,won,2024-03-04,2024-03-01,7,note,2024-03-02T09:00:00Z\n";
    let (kind, ..) = read("deals.csv", text.as_bytes());
    assert_eq!(kind, "delimited");
}

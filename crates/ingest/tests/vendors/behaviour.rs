//! What tools that watch visitors export: answers, recordings, and figures that are no events.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::samples::{sample, sample_of};
use super::support::{Folder, config, read_all, rejected};

#[test]
fn an_answer_has_a_property_per_question() {
    let read = sample_of("hotjar-responses", "hotjar/survey_responses.csv", "");
    assert_eq!(
        read.told(&["anonymous_id", "user_id", "event", "page", "country"]),
        [
            "2024-05-06T07:15:20 | 0c1d2e3f-0000-4000-8000-000000000001 | 00017 | survey_response | /checkout | Sweden",
            "2024-05-06T08:40:02 | 0c1d2e3f-0000-4000-8000-000000000002 |  | survey_response | /cart | Norway",
            "2024-05-07T19:01:44 | 0c1d2e3f-0000-4000-8000-000000000003 |  | survey_response | / | Sweden",
        ]
    );
    let props: serde_json::Value = serde_json::from_str(&read.events[1]["props"]).unwrap();
    assert_eq!((&props["nps"], &props["emotion"]), (&"3".into(), &"2".into()));
    assert_eq!(props["Vad kan vi göra\nbättre?"], "Frakten är dyr;\noch långsam");
    assert_eq!(props["User"], "b2c3d4e5");
    assert!(!read.events[2]["props"].contains("nps"), "no answer is no score");
    let read = sample("hotjar/survey_responses.csv", &config("source_time_zone = \"Europe/Stockholm\""));
    assert_eq!(read.told(&[])[0], "2024-05-06T07:15:20 | ", "the export's own zone is stronger than a general one");
    let read = sample("hotjar/survey_responses.csv", &config("[[sources]]\ntime = { zone = \"Europe/Stockholm\" }"));
    assert_eq!(read.told(&[])[0], "2024-05-06T05:15:20 | ");
}

#[test]
fn a_recording_of_hotjar_is_one_event_with_its_figures() {
    let read = sample_of("hotjar-recordings", "hotjar/recordings.csv", "");
    let shown = read.told(&["anonymous_id", "event", "page", "session_hint"]);
    assert_eq!(shown[0], "2024-05-06T09:31:00 | u-1 | recording | / | r-1");
    assert!(read.events[0]["props"].contains(r#""Rage clicks":"2","U-turns":"1""#), "{}", read.events[0]["props"]);
}

#[test]
fn a_recording_of_clarity_begins_when_its_link_says() {
    let read = sample_of("clarity", "clarity/recordings.csv", "");
    assert_eq!(
        read.told(&["anonymous_id", "event", "page", "session_hint", "referrer"]),
        [
            "2024-05-06T06:00:30.500 | u1aaaa | session_start | / | s1xyz | https://search.example.com/",
            "2024-05-06T06:02:45.500 | u1aaaa | session_end | /cart | s1xyz | https://search.example.com/",
            "2024-05-06T06:30:30 | u2bbbb | session_start | /product/7 | s2xyz | ",
            "2024-05-06T07:32:33 | u2bbbb | session_end | /product/9 | s2xyz | ",
            "2024-05-07T20:29:59 | u1aaaa | session_start | / | s3xyz | ",
            "2024-05-07T20:29:59 | u1aaaa | session_end | / | s3xyz | ",
        ]
    );
    assert!(read.events[0]["props"].contains(r#""duration_s":"135""#), "{}", read.events[0]["props"]);
}

#[test]
fn a_recording_that_can_not_be_placed_is_set_aside() {
    let header = "Session duration,Entry URL,Exit URL,Clarity user ID,Recording link\n";
    let text = format!(
        "{header}01:00,https://a/,https://b/,u,https://c/player/p/u/s\nlong,https://a/,https://b/,u,https://c/p/u/s?sd=1&ss=1714975230500\n"
    );
    let (events, reports) = read_all(&Folder::text("c.csv", &text).plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 1);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(2, RejectReason::MissingTime), (3, RejectReason::BadTime)]);
}

#[test]
fn figures_are_refused_by_what_they_are() {
    for (text, words) in [
        (
            "\"\",\"Metric\",\"Top pages\",\"No. of sessions\"\n\"\",\"Popular pages\",\"https://a/\",\"12\"\n",
            "Clarity dashboard",
        ),
        ("Selector,Clicks,%\n#buy,120,44\n.nav,80,30\n", "heatmap"),
    ] {
        let folder = Folder::new(&[
            ("a.csv", text.as_bytes()),
            ("b.csv", b"user_id,event,timestamp\nu,a,2024-01-01T00:00:00Z\n"),
        ]);
        let plan = folder.plan(&IngestConfig::default()).unwrap();
        let skipped = plan.warnings()[0].to_string();
        assert!(skipped.contains("a.csv") && skipped.contains(words), "{skipped}");
        let error = super::support::plan_of(&[&folder.file("a.csv")], &IngestConfig::default()).err().unwrap();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn contentsquare_has_sessions_or_page_views() {
    let columns = ["anonymous_id", "user_id", "event", "session_hint", "page", "country"];
    let read = sample("contentsquare/pageviews.csv", &IngestConfig::default());
    assert_eq!((read.kind, &read.warnings), ("contentsquare-pageviews", &Vec::new()));
    assert_eq!(
        read.told(&columns),
        [
            "2024-05-01T08:00:00.250 | 5066017809039612144 |  | page_view | 1 | / | SE",
            "2024-05-01T08:00:09 | 5066017809039612144 |  | page_view | 1 | /cup | SE",
            "2024-05-01T10:00:00 | -3066017809039612145 | 0042 | page_view | 3 | /cart | NO",
        ]
    );
    let found: Vec<_> = rejected(&read.reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(5, RejectReason::BadTime)]);
    let read = sample("contentsquare/sessions.jsonl", &IngestConfig::default());
    assert_eq!((read.kind, &read.warnings), ("contentsquare-sessions", &Vec::new()));
    assert_eq!(
        read.told(&columns),
        [
            "2024-05-01T08:00:00.250 | 5066017809039612144 |  | session_start | 1 | / | SE",
            "2024-05-01T10:00:00 | -3066017809039612145 | 0042 | session_start | 3 | /cart | NO",
        ]
    );
}

#[test]
fn a_project_with_sessions_is_not_contentsquares_by_that_alone() {
    let text = "project_id,user_id,session_id,event,session_start\n1,2,3,open,2024-05-01T10:00:00Z\n";
    let plan = Folder::text("a.csv", text).plan_kept(&IngestConfig::default());
    assert_eq!(plan.1.unwrap().sources()[0].kind().name(), "delimited");
}

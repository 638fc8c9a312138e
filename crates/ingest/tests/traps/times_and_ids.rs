//! Times in another unit than they seem, and ids that are none: what `inspect` has to say of them.

use kundresa_ingest::IngestConfig;

use super::support::{Folder, config, read_all, utc};
use super::{Read, refused};

/// RetailRocket's events, whose times are milliseconds elsewhere.
fn shop(time: &str) -> String {
    format!("timestamp,visitorid,event,itemid,transactionid\n{time},u1,view,5,\n{time},u2,view,6,\n")
}

const SECOND: &str = "1433221332";

#[test]
fn seconds_milliseconds_and_microseconds_are_told_apart() {
    for (digits, words) in [("", "seconds"), ("117", "milliseconds"), ("117000", "microseconds")] {
        let text = format!("time,user_id,event\n{SECOND}{digits},u1,view\n");
        let folder = Folder::text("a.csv", &text);
        let plan = folder.plan(&IngestConfig::default()).unwrap();
        assert_eq!(plan.inspect().unwrap().sources[0].time_format, format!("{words} since 1970 (UTC)"));
        let ts: i64 = read_all(&plan).0[0]["ts"].parse().unwrap();
        assert_eq!(ts / 1_000_000, SECOND.parse::<i64>().unwrap());
    }
}

#[test]
fn another_unit_than_in_other_exports_of_the_kind_is_taken_and_told() {
    let usual = Read::of("events.csv", shop("1433221332117"));
    assert_eq!((usual.events[0]["ts"].as_str(), usual.warnings.len()), ("1433221332117000", 0));
    for (digits, unit, format) in [("", "seconds", "epoch_s"), ("117000", "microseconds", "epoch_us")] {
        let read = Read::of("events.csv", shop(&format!("{SECOND}{digits}")));
        assert!(read.events[0]["ts"].starts_with(SECOND), "{:?}", read.events[0]);
        let words = ["events.csv", "`timestamp`", SECOND, unit, "not milliseconds", format];
        assert!(read.warns(&words), "{:?}", read.warnings);
    }
}

#[test]
fn another_unit_shows_in_translated_records_too() {
    let text = r#"{"session":7,"events":[{"aid":15,"ts":1659304800,"type":"clicks"}]}"#;
    let read = Read::of("train.jsonl", text);
    assert_eq!(read.events[0]["ts"], utc("2022-07-31T22:00:00Z"));
    assert!(read.warns(&["train.jsonl", "`ts`", "seconds", "not milliseconds"]), "{:?}", read.warnings);
}

#[test]
fn what_the_configuration_says_of_the_unit_holds() {
    let folder = Folder::text("events.csv", &shop(SECOND));
    for (toml, ts) in [("epoch_s", "1433221332000000"), ("epoch_ms", "1433221332000")] {
        let plan = folder.plan(&config(&format!("[[sources]]\ntime = {{ format = \"{toml}\" }}"))).unwrap();
        assert_eq!((read_all(&plan).0[0]["ts"].as_str(), plan.warnings().len()), (ts, 0));
    }
}

#[test]
fn the_suggested_configuration_keeps_the_unit() {
    let folder = Folder::text("events.csv", &shop(SECOND));
    let toml = folder.plan(&IngestConfig::default()).unwrap().inspect().unwrap().suggested_toml();
    assert!(toml.contains("format = \"epoch_s\""), "{toml}");
    let plan = folder.plan(&config(&toml)).unwrap();
    assert_eq!((read_all(&plan).0[0]["ts"].as_str(), plan.warnings().len()), ("1433221332000000", 0));
}

#[test]
fn a_file_in_another_unit_contradicts_the_others() {
    for (first, second) in [("1433221332117", SECOND), (SECOND, "1433221332117")] {
        let files = [("a.csv", shop(first)), ("b.csv", shop(second))];
        let plain = files.clone().map(|(name, text)| (name, text.replace("visitorid", "user_id")));
        for files in [files, plain] {
            let folder = Folder::new(&[(files[0].0, files[0].1.as_bytes()), (files[1].0, files[1].1.as_bytes())]);
            let error = folder.plan(&IngestConfig::default()).err().unwrap().to_string();
            assert!(error.contains("a.csv") && error.contains("b.csv") && error.contains(second), "{error}");
        }
    }
}

#[test]
fn dates_that_can_be_either_way_are_asked_for() {
    let contacts = |date: &str| format!("contact_id,lifecycle_stage,date\nc1,lead,{date}\nc2,lead,02/03/2024\n");
    assert!(refused("a.csv", contacts("01/02/2024")).contains("day first or month first"));
    let read = Read::of("a.csv", contacts("31/01/2024"));
    assert_eq!(read.events[1]["ts"], (utc("2024-03-03T00:00:00Z").parse::<i64>().unwrap() - 1).to_string());
}

fn persons(ids: impl Iterator<Item = u32>) -> Read {
    let rows: String = ids.map(|id| format!("2024-01-31T10:00:00Z,{id},view\n")).collect();
    Read::of("a.csv", format!("time,user_id,event\n{rows}"))
}

#[test]
fn row_numbers_are_no_persons_without_a_word() {
    let warns = |ids: &mut dyn Iterator<Item = u32>| persons(ids).warns(&["`user_id`", "row number"]);
    assert!(warns(&mut (1..40)));
    assert!(warns(&mut (1000..1040)));
    assert!(warns(&mut (1..40).rev()), "sorted the other way");
    assert!(warns(&mut (0..40).map(|row| row * 7 % 40 + 1)), "sorted by something else");
    assert!(warns(&mut (1..80).filter(|row| row % 40 != 0)), "with a row taken out");
    assert!(!warns(&mut (1..40).map(|row| row / 2)), "persons who come again");
    assert!(!warns(&mut (1..40).map(|row| row * 3)), "numbers with gaps");
    assert!(!warns(&mut (1..10)), "too few to tell");
}

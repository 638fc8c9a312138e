//! Parquet whose texts are read as dictionaries, and whose money as numbers, says what it says as plain text.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use kundresa_ingest::IngestConfig;
use proptest::prelude::*;
use support::{Event, Folder, parquet_of, read_all, rejected};

#[derive(Clone, Debug)]
struct Row {
    event: Option<&'static str>,
    user: String,
    page: Option<&'static str>,
    source: Option<&'static str>,
    value: Option<f64>,
}

fn row() -> impl Strategy<Value = Row> {
    let text = |texts: &[&'static str]| prop::option::weighted(0.9, prop::sample::select(texts.to_vec()));
    let value = prop_oneof![
        Just(None),
        Just(Some(f64::NAN)),
        any::<f64>().prop_map(Some),
        (0_u32..2_000_000).prop_map(|cents| Some(f64::from(cents) / 100.0)),
    ];
    (
        prop::option::weighted(
            0.97,
            prop::sample::select(vec!["view", " buy ", "a name of more than twenty-four bytes", "é"]),
        ),
        "[a-c]{1,2}|guest|null|",
        text(&[
            "https://shop.example/p/1?utm_medium=mail",
            "/cart",
            "/a-path-of-more-than-twenty-four-bytes",
            "(not set)",
            "null",
            "",
        ]),
        text(&["google", "(direct)", "(none)", "Null", "   ", "mail\t"]),
        value,
    )
        .prop_map(|(event, user, page, source, value)| Row { event, user, page, source, value })
}

/// A file with the rows; money as numbers, or as their text.
fn parquet(rows: &[Row], has_dictionaries: bool, has_numbers: bool) -> Vec<u8> {
    let texts = |of: fn(&Row) -> Option<&str>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<StringArray>()) };
    let value: ArrayRef = if has_numbers {
        Arc::new(rows.iter().map(|row| row.value).collect::<Float64Array>())
    } else {
        Arc::new(rows.iter().map(|row| row.value.map(|value| value.to_string())).collect::<StringArray>())
    };
    let times = (0..rows.len()).map(|row| 1_700_000_000_000_000 + i64::try_from(row).unwrap() * 1_000_000);
    let columns: [(&str, ArrayRef); 6] = [
        ("event_time", Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"))),
        ("event_name", texts(|row| row.event)),
        ("user_id", texts(|row| Some(&row.user))),
        ("page_url", texts(|row| row.page)),
        ("source", texts(|row| row.source)),
        ("value", value),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap();
    parquet_of(&batch, has_dictionaries, 50)
}

fn said(bytes: &[u8]) -> (Vec<Event>, usize) {
    let folder = Folder::new(&[("a.parquet", bytes)]);
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    (events, rejected(&reports).len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_way_to_store_a_table_says_the_same(rows in prop::collection::vec(row(), 1..160)) {
        // One row that leaves no doubt what the columns are.
        let mut all = vec![Row { event: Some("view"), user: "u1".into(), page: Some("/"), source: Some("google"), value: Some(1.5) }; 40];
        all.extend(rows);
        let expected = said(&parquet(&all, false, false));
        for (has_dictionaries, has_numbers) in [(true, false), (false, true), (true, true)] {
            prop_assert_eq!(&said(&parquet(&all, has_dictionaries, has_numbers)), &expected);
        }
    }
}

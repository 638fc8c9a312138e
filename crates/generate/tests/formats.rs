//! Do all formats hold the same shop?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use flate2::read::MultiGzDecoder;
use kundresa_generate::{GeneratedTruth, OutputFormat, ShopSpec, generate};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What is compared of a row: time, name, client id, category of the device, first item, revenue.
type Key = (i64, String, Option<String>, String, Option<String>, Option<String>);

fn shop(format: OutputFormat) -> (tempfile::TempDir, GeneratedTruth) {
    let folder = tempfile::tempdir().unwrap();
    let truth = generate(&ShopSpec::of(5_000, 3), format, folder.path()).unwrap();
    (folder, truth)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn json_rows(path: &Path) -> Vec<Key> {
    let mut text = String::new();
    MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let maybe = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        (
            row["event_timestamp"].as_str().unwrap().parse().unwrap(),
            maybe(&row["event_name"]).unwrap(),
            maybe(&row["user_pseudo_id"]),
            maybe(&row["device"]["category"]).unwrap(),
            maybe(&row["items"][0]["item_id"]),
            row["ecommerce"]["purchase_revenue"].as_f64().map(|value| value.to_string()),
        )
    };
    text.lines().map(row).collect()
}

fn parquet_rows(path: &Path) -> Vec<Key> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let text = |column: &arrow_array::ArrayRef, row: usize| {
            let column = column.as_string::<i32>();
            (!arrow_array::Array::is_null(column, row)).then(|| column.value(row).to_owned())
        };
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let (items, money) = (column("items").as_list::<i32>(), column("ecommerce").as_struct());
        let revenue =
            money.column_by_name("purchase_revenue").unwrap().as_primitive::<arrow_array::types::Float64Type>();
        for row in 0..batch.num_rows() {
            let first = items.value(row);
            let id = first.as_struct().column_by_name("item_id").unwrap();
            rows.push((
                column("event_timestamp").as_primitive::<Int64Type>().value(row),
                text(column("event_name"), row).unwrap(),
                text(column("user_pseudo_id"), row),
                text(column("device").as_struct().column_by_name("category").unwrap(), row).unwrap(),
                if arrow_array::Array::is_empty(&first) { None } else { text(id, 0) },
                arrow_array::Array::is_valid(revenue, row).then(|| revenue.value(row).to_string()),
            ));
        }
    }
    rows
}

#[test]
fn json_and_parquet_hold_the_same_rows_day_by_day() {
    let ((json, json_truth), (parquet, parquet_truth)) = (shop(OutputFormat::Ga4Json), shop(OutputFormat::Ga4Parquet));
    let (json_files, parquet_files) = (files(json.path()), files(parquet.path()));
    assert_eq!(json_files.len(), parquet_files.len());
    assert!(json_files.len() > 25);
    let mut total = 0;
    for (json, parquet) in json_files.iter().zip(&parquet_files) {
        let (left, right) = (json_rows(json), parquet_rows(parquet));
        assert_eq!(left, right, "{json:?}");
        assert!(left.len() < 50 || !left.is_sorted_by_key(|row| row.0), "rows of a day are scrambled: {json:?}");
        total += left.len();
    }
    assert_eq!(json_truth.rows.events, u64::try_from(total).unwrap());
    assert_eq!(json_truth.funnel, parquet_truth.funnel);
}

#[test]
fn the_flat_log_is_the_same_shop_without_the_rows_the_vendor_makes_up() {
    let ((_json, ga4), (_csv, flat)) = (shop(OutputFormat::Ga4Json), shop(OutputFormat::Csv));
    assert_eq!((ga4.actors, ga4.sessions, &ga4.funnel), (flat.actors, flat.sessions, &flat.funnel));
    assert_eq!(ga4.rows.events - ga4.rows.synthetic, flat.rows.events);
    assert_eq!(ga4.rows.unidentified, flat.rows.unidentified);
    let own = |truth: &GeneratedTruth| -> BTreeMap<String, u64> {
        let mut names = truth.rows.by_event.clone();
        names.retain(|name, _| !["session_start", "first_visit", "user_engagement"].contains(&name.as_str()));
        names
    };
    assert_eq!(own(&ga4), own(&flat));
}

//! Are amounts of several currencies converted into one, exactly and whatever they are read from?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

#[path = "support/mod.rs"]
mod support;

use std::path::PathBuf;

use kundresa_ingest::IngestConfig;
use kundresa_ingest::currency::CurrencyConfig;
use kundresa_model::quality::CurrencyCounts;
use support::{Folder, columns, read, read_all, wanted};

const RATES: &str = "Date,USD,SEK,\n2024-02-02,1.0883,11.2325,\n2024-01-31,1.0837,N/A,\n";
const NAMES: [&str; 5] = ["value", "currency", "items", "original_value", "original_currency"];

fn csv() -> String {
    [
        "user_id,event,time,value,currency,items",
        "u,buy,2024-01-31T10:00:00Z,108.37,USD,\"[{\"\"id\"\":\"\"7\"\",\"\"price\"\":54.185}]\"",
        "u,buy,2024-02-03T10:00:00Z,1123.25,sek,",
        "u,buy,2024-02-03T10:00:00Z,50,eur,",
        "u,buy,2024-01-31T23:59:59Z,11,SEK,",
        "u,buy,2024-02-10T10:00:00Z,1,USD,",
        "u,buy,2024-02-03T10:00:00Z,1,points,",
        "u,buy,2024-02-03T10:00:00Z,1,,",
        "u,look,2024-02-03T10:00:00Z,,USD,",
        "u,look,2024-02-03T10:00:00Z,,,",
    ]
    .map(|line| format!("{line}\n"))
    .concat()
}

fn jsonl() -> String {
    [
        r#"{"user_id":"u","event":"buy","time":"2024-01-31T10:00:00Z","value":108.37,"currency":"USD","items":"[{\"id\":\"7\",\"price\":54.185}]"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-02-03T10:00:00Z","value":"1123.25","currency":"sek"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-02-03T10:00:00Z","value":50,"currency":"eur"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-01-31T23:59:59Z","value":11,"currency":"SEK"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-02-10T10:00:00Z","value":1,"currency":"USD"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-02-03T10:00:00Z","value":1,"currency":"points"}"#,
        r#"{"user_id":"u","event":"buy","time":"2024-02-03T10:00:00Z","value":1}"#,
        r#"{"user_id":"u","event":"look","time":"2024-02-03T10:00:00Z","currency":"USD"}"#,
        r#"{"user_id":"u","event":"look","time":"2024-02-03T10:00:00Z"}"#,
    ]
    .map(|line| format!("{line}\n"))
    .concat()
}

fn expected() -> Vec<[&'static str; 5]> {
    let items = r#"[{"id":"7","price":"50","original_price":54.185}]"#;
    vec![
        ["100000000", "EUR", items, "108.37", "USD"],
        ["100000000", "EUR", "", "1123.25", "sek"],
        ["50000000", "EUR", "", "", ""],
        ["11000000", "SEK", "", "", ""],
        ["1000000", "USD", "", "", ""],
        ["1000000", "points", "", "", ""],
        ["1000000", "", "", "", ""],
        ["", "EUR", "", "", "USD"],
        ["", "", "", "", ""],
    ]
}

fn config(folder: &Folder, base: &str) -> IngestConfig {
    let currency = CurrencyConfig {
        base: base.to_owned(),
        rates: "rates.csv".to_owned(),
        days_back: 7,
        hash: None,
        folder: folder.0.path().to_owned(),
    };
    IngestConfig { currency: Some(currency), ..IngestConfig::default() }
}

#[test]
fn amounts_prices_and_currencies_are_those_of_the_base() {
    for (name, text) in [("a.csv", csv()), ("a.jsonl", jsonl())] {
        let folder = Folder::new(&[(name, text.as_bytes()), ("rates.csv", RATES.as_bytes())]);
        let plan = folder.plan(&config(&folder, "EUR")).unwrap();
        assert!(plan.warnings().is_empty(), "the table of rates is no input: {:?}", plan.warnings());
        let (events, reports) = read(&plan, wanted(&NAMES));
        assert_eq!(columns(&events, &NAMES), expected(), "{name}");
        let unconverted = [("(not set)", 1), ("SEK", 1), ("USD", 1), ("points", 1)];
        let unconverted = unconverted.map(|(currency, rows)| (currency.to_owned(), rows)).into();
        assert_eq!(reports[0].currencies, CurrencyCounts { converted: 2, unconverted });
    }
}

#[test]
fn a_command_that_asks_for_no_currency_gets_converted_amounts_too() {
    let folder = Folder::new(&[("a.csv", csv().as_bytes()), ("rates.csv", RATES.as_bytes())]);
    let (events, _) = read(&folder.plan(&config(&folder, "EUR")).unwrap(), wanted(&[]));
    let values: Vec<&str> = expected().iter().map(|row| row[0]).collect();
    assert_eq!(columns(&events, &["value"]).concat(), values);
    assert!(events.iter().all(|event| !event.contains_key("original_value")));
}

#[test]
fn another_base_goes_by_way_of_the_euro() {
    let folder = Folder::new(&[("a.csv", csv().as_bytes()), ("rates.csv", RATES.as_bytes())]);
    let (events, _) = read_all(&folder.plan(&config(&folder, "USD")).unwrap());
    let found = columns(&events, &["value", "currency"]);
    assert_eq!(found[0], ["108370000", "USD"]);
    assert_eq!(found[1], ["108830000", "USD"], "100 euros");
    assert_eq!(found[2], ["54415000", "USD"], "50 euros");
}

#[test]
fn a_load_keeps_what_was_before() {
    let folder = Folder::new(&[("a.csv", csv().as_bytes()), ("rates.csv", RATES.as_bytes())]);
    let config = config(&folder, "EUR");
    let plan = folder.plan(&config).unwrap();
    let wanted = plan.load_wanted(&config, &Default::default());
    assert!(plan.columns().contains("original_currency"));
    let (events, _) = read(&plan, wanted);
    assert_eq!(columns(&events, &NAMES), expected());
}

#[test]
fn rates_that_are_not_those_of_before_are_refused() {
    let folder = Folder::new(&[("a.csv", csv().as_bytes()), ("rates.csv", RATES.as_bytes())]);
    let mut config = config(&folder, "EUR");
    let currency = config.currency.as_mut().unwrap();
    currency.hash = Some(currency.rates().unwrap().hash().to_owned());
    assert!(folder.plan(&config).is_ok());
    std::fs::write(folder.file("rates.csv"), format!("{RATES}2024-01-30,1,1,\n")).unwrap();
    let message = folder.plan(&config).err().unwrap().to_string();
    assert!(message.contains("amounts were converted by other rates"), "{message}");
}

#[test]
fn tables_that_cannot_be_read_say_where() {
    let folder = Folder::new(&[("a.csv", csv().as_bytes()), ("rates.csv", b"date,currency,rate\n2024-01-31,USD,x\n")]);
    let message = folder.plan(&config(&folder, "EUR")).err().unwrap().to_string();
    assert!(message.contains("rates.csv:2: `x` is no rate"), "{message}");
    std::fs::remove_file(folder.file("rates.csv")).unwrap();
    let message = folder.plan(&config(&folder, "EUR")).err().unwrap().to_string();
    assert!(message.contains("can't read the rates"), "{message}");
    let sample = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/currencies"));
    assert!(sample.join("ecb.csv").exists());
}

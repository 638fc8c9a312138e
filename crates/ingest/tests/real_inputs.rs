//! Do real exports that other projects publish load without options? They lie beside the repository and are not shipped.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use kundresa_ingest::{IngestConfig, LoadWarning};
use support::{plan_of, read_all, shared};

#[test]
fn retentioneering_demo_log_is_whole() {
    let Some(folder) = shared("retentioneering-5") else { return };
    let plan = plan_of(&[&folder], &IngestConfig::default()).unwrap();
    let (events, reports) = read_all(&plan);
    let of = |input: &str| reports.iter().find(|report| report.input == input).unwrap();
    assert_eq!((of("ecom.csv.gz").rows_in, of("ecom.csv.gz").rejected.len()), (31_106, 0));
    assert!(reports.iter().all(|report| report.rejected.is_empty()), "{reports:?}");
    let ecom: Vec<_> = events.iter().filter(|event| event.contains_key("channel")).collect();
    assert_eq!(ecom.len(), 31_106);
    let actors: std::collections::BTreeSet<_> = ecom.iter().map(|event| &event["user_id"]).collect();
    let purchases = ecom.iter().filter(|event| event["event"] == "purchase").count();
    assert_eq!((actors.len(), purchases), (600, 470));
    assert_eq!((ecom[0]["device"].as_str(), ecom[0]["session_hint"].as_str()), ("desktop", "sess_000001"));
}

#[test]
fn ga4_table_with_a_repeated_column_loads_with_a_warning() {
    let Some(folder) = shared("fivetran-seeds/dbt_ga4_export") else { return };
    let plan = plan_of(&[&folder], &IngestConfig::default()).unwrap();
    let repeated = |warning: &LoadWarning| matches!(warning, LoadWarning::DuplicateColumn { column, .. } if column == "param_session_engaged");
    assert!(plan.warnings().iter().any(repeated), "{:?}", plan.warnings());
    let (events, reports) = read_all(&plan);
    assert!(reports[0].rejected.is_empty(), "{:?}", reports[0].rejected);
    let purchase = events.iter().find(|event| event["event"] == "purchase").unwrap();
    for (column, value) in [
        ("anonymous_id", "pseudo_123"),
        ("user_id", "user_123"),
        ("value", "29990000"),
        ("order_id", "txn_123"),
        ("medium", "organic"),
        ("session_hint", "session_123"),
        ("device", "desktop"),
        ("sequence_2", "1"),
    ] {
        assert_eq!(purchase.get(column).map(String::as_str), Some(value), "{column}: {purchase:?}");
    }
}

#[test]
fn product_analytics_tables_load() {
    for (path, identifier, zone) in [
        ("fivetran-seeds/dbt_mixpanel/event.csv", "anonymous_id", Some("UTC (assumed)")),
        ("fivetran-seeds/dbt_amplitude/amplitude_event_data.csv", "anonymous_id", Some("UTC")),
    ] {
        let Some(file) = shared(path) else { return };
        let plan = plan_of(&[&file], &IngestConfig::default()).unwrap();
        assert_eq!(plan.source_time_zone().as_deref(), zone, "{path}");
        let (events, reports) = read_all(&plan);
        assert!(reports[0].rejected.is_empty(), "{path}: {:?}", reports[0].rejected.first());
        assert!(events.iter().any(|event| event.contains_key(identifier)), "{path}");
    }
}

//! Do real exports load without any configuration, and do they hold what their publishers say? They lie beside the
//! repository and are not shipped.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::summary;
use super::support::{Event, config, plan_of, read, read_all, rejected, shared, wanted};

/// What a sample must give: kinds, events, actors, first and last time, the three most frequent events, and the highest
/// number of rejected rows.
struct Pin {
    path: &'static str,
    kind: &'static [&'static str],
    events: usize,
    actors: usize,
    first: &'static str,
    last: &'static str,
    top: &'static [(&'static str, usize)],
    most_rejected: usize,
}

const PINS: &[Pin] = &[
    Pin {
        path: "fivetran-seeds/dbt_hubspot/contact_data.csv",
        kind: &["hubspot-contacts"],
        events: 44,
        actors: 22,
        first: "2020-05-22T16:46:41Z",
        last: "2021-04-02T01:12:17Z",
        top: &[("contact_created", 22), ("first_conversion", 22)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/deal_data.csv",
        kind: &["hubspot-deals"],
        events: 44,
        actors: 44,
        first: "2019-10-07T20:36:05Z",
        last: "2021-01-15T23:14:50Z",
        top: &[("deal_created", 44)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/deal_stage_data.csv",
        kind: &["hubspot-deal-stages"],
        events: 14,
        actors: 14,
        first: "2021-01-07T06:49:18Z",
        last: "2021-01-12T06:47:26Z",
        top: &[("stage_changed", 14)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/email_event_data.csv",
        kind: &["hubspot-emails"],
        events: 100,
        actors: 19,
        first: "2020-03-16T18:58:05.148Z",
        last: "2020-05-24T20:57:24.023Z",
        top: &[("email_open", 90), ("email_sent", 4), ("email_delivered", 3)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/contact_property_history_data.csv",
        kind: &["hubspot-history"],
        events: 100,
        actors: 97,
        first: "2019-03-09T06:37:17.054Z",
        last: "2020-06-08T16:17:51.839Z",
        top: &[("property_changed", 100)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/deal_property_history_data.csv",
        kind: &["hubspot-history"],
        events: 100,
        actors: 96,
        first: "2019-10-16T15:50:57.201Z",
        last: "2020-07-08T13:42:35.233Z",
        top: &[("property_changed", 100)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_hubspot/contact_form_submission_data.csv",
        kind: &["hubspot-forms"],
        events: 5,
        actors: 5,
        first: "2023-07-05T12:05:00Z",
        last: "2023-11-01T10:20:00Z",
        top: &[("form_submitted", 5)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_salesforce",
        kind: &["salesforce"],
        events: 6,
        actors: 5,
        first: "2019-11-11T17:23:34Z",
        last: "2019-11-11T17:23:34Z",
        top: &[("contact_created", 4), ("lead_converted", 1), ("lead_created", 1)],
        most_rejected: 20,
    },
    Pin {
        path: "fivetran-seeds/dbt_shopify/shopify_abandoned_checkout_data.csv",
        kind: &["shopify-checkouts"],
        events: 3,
        actors: 3,
        first: "2020-05-11T01:01:30.111111Z",
        last: "2021-11-11T02:05:13.111111Z",
        top: &[("begin_checkout", 3)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_shopify/shopify_gql_abandoned_checkout_data.csv",
        kind: &["shopify-checkouts"],
        events: 8,
        actors: 5,
        first: "2025-07-09T01:00:00Z",
        last: "2025-07-17T10:00:00Z",
        top: &[("begin_checkout", 5), ("checkout_completed", 3)],
        most_rejected: 5,
    },
    Pin {
        path: "fivetran-seeds/dbt_shopify/shopify_order_data.csv",
        kind: &["shopify-order-rows"],
        events: 10,
        actors: 7,
        first: "2020-09-09T22:57:51Z",
        last: "2025-05-05T14:00:00Z",
        top: &[("purchase", 8), ("order_closed", 2)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_shopify/shopify_gql_order_data.csv",
        kind: &["shopify-order-rows"],
        events: 11,
        actors: 4,
        first: "2025-07-12T07:00:00Z",
        last: "2025-07-19T08:00:00Z",
        top: &[("order_closed", 4), ("purchase", 4), ("cancellation", 3)],
        most_rejected: 5,
    },
    Pin {
        path: "elastic-weblogs/apache_logs",
        kind: &["access-log"],
        events: 10_000,
        actors: 1_862,
        first: "2015-05-17T10:05:00Z",
        last: "2015-05-20T21:05:59Z",
        top: &[("asset", 5_580), ("page_view", 4_009), ("http_error", 220)],
        most_rejected: 0,
    },
    Pin {
        path: "nasa-http-1995-sample/nasa_19950701.tsv",
        kind: &["access-table"],
        events: 9_999,
        actors: 936,
        first: "1995-07-01T04:00:01Z",
        last: "1995-07-01T07:39:44Z",
        top: &[("asset", 5_999), ("page_view", 3_535), ("redirect", 408)],
        most_rejected: 0,
    },
    Pin {
        path: "nasa-http-1995-sample/nasa_19950801.tsv",
        kind: &["access-table"],
        events: 9_999,
        actors: 853,
        first: "1995-08-01T04:00:01Z",
        last: "1995-08-01T11:54:42Z",
        top: &[("asset", 6_515), ("page_view", 3_210), ("redirect", 136)],
        most_rejected: 0,
    },
    Pin {
        path: "otto/train.jsonl",
        kind: &["otto"],
        events: 862,
        actors: 20,
        first: "2022-07-31T22:00:00.025Z",
        last: "2022-08-28T21:59:57.885Z",
        top: &[("view_item", 800), ("add_to_cart", 52), ("purchase", 10)],
        most_rejected: 0,
    },
    Pin {
        path: "snowplow-web-0.15.2-apache/source/snowplow_web_events.csv",
        kind: &["snowplow-warehouse"],
        events: 160,
        actors: 43,
        first: "2020-07-03T15:55:18.542Z",
        last: "2021-03-11T21:42:15.543Z",
        top: &[("page_view", 50), ("cmp_visible", 33), ("consent_preferences", 32)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_mixpanel/event.csv",
        kind: &["mixpanel"],
        events: 5,
        actors: 3,
        first: "2020-08-01T10:16:46Z",
        last: "2025-02-27T08:58:02Z",
        top: &[("playthrough_25", 2), ("plays", 1), ("playthrough_29", 1)],
        most_rejected: 0,
    },
    // One of four data files, which are equal to the byte, and the same hits with a header.
    Pin {
        path: "adobe-datafeed-sample",
        kind: &["adobe-data-feed"],
        events: 20,
        actors: 3,
        first: "2015-02-10T08:13:06Z",
        last: "2015-02-10T08:29:20Z",
        top: &[("view_item", 12), ("page_view", 8)],
        most_rejected: 0,
    },
    Pin {
        path: "fivetran-seeds/dbt_ga4_export/event_data.csv",
        kind: &["ga4"],
        events: 6,
        actors: 4,
        first: "2024-09-10T12:35:00Z",
        last: "2024-09-10T13:15:00Z",
        top: &[("add_to_cart", 1), ("begin_checkout", 1), ("checkout", 1)],
        most_rejected: 0,
    },
];

/// How often each status was answered in the samples of web servers' logs.
const STATUSES: [(&str, &[(&str, usize)]); 3] = [
    (
        "elastic-weblogs/apache_logs",
        &[("200", 9_126), ("206", 45), ("301", 164), ("304", 445), ("403", 2), ("404", 213), ("416", 2), ("500", 3)],
    ),
    ("nasa-http-1995-sample/nasa_19950701.tsv", &[("200", 9_012), ("302", 408), ("304", 531), ("404", 48)]),
    (
        "nasa-http-1995-sample/nasa_19950801.tsv",
        &[("200", 9_046), ("302", 136), ("304", 688), ("403", 1), ("404", 128)],
    ),
];

#[test]
fn statuses_of_web_servers_are_those_that_were_counted() {
    for (path, counts) in STATUSES {
        let Some(path) = shared(path) else { return };
        let plan = plan_of(&[&path], &IngestConfig::default()).unwrap();
        let (events, _) = read(&plan, wanted(&["status"]));
        let mut found = BTreeMap::<&str, usize>::new();
        events.iter().for_each(|event| *found.entry(&event["status"]).or_default() += 1);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), counts, "{}", path.display());
    }
}

#[test]
fn samples_are_read_as_they_were_pinned() {
    for pin in PINS {
        let Some(path) = shared(pin.path) else { return };
        let found = summary(&path, &IngestConfig::default()).unwrap();
        let top: Vec<(&str, usize)> = found.top.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(
            (
                found.kind.as_slice(),
                found.events,
                found.actors,
                found.first.as_str(),
                found.last.as_str(),
                top.as_slice()
            ),
            (pin.kind, pin.events, pin.actors, pin.first, pin.last, pin.top),
            "{}",
            pin.path
        );
        assert!(found.rejected <= pin.most_rejected, "{}: {} rejected", pin.path, found.rejected);
    }
}

/// Everything else in these folders holds no events, and is left out by name.
#[test]
fn lists_of_a_warehouse_are_left_out() {
    for (folder, kinds) in [
        (
            "fivetran-seeds/dbt_hubspot",
            &[
                "hubspot-contacts",
                "hubspot-deal-stages",
                "hubspot-deals",
                "hubspot-emails",
                "hubspot-forms",
                "hubspot-history",
            ][..],
        ),
        ("fivetran-seeds/dbt_shopify", &["shopify-checkouts", "shopify-order-rows"]),
    ] {
        let Some(path) = shared(folder) else { return };
        assert_eq!(summary(&path, &IngestConfig::default()).unwrap().kind, kinds, "{folder}");
    }
}

#[test]
fn events_of_amplitude_tables_load() {
    let Some(path) = shared("fivetran-seeds/dbt_amplitude/amplitude_event_data.csv") else { return };
    let found = summary(&path, &IngestConfig::default()).unwrap();
    assert_eq!((found.kind, found.events, found.actors, found.rejected), (vec!["amplitude"], 10, 3, 0));
    assert_eq!((&*found.first, &*found.last), ("2025-02-01T19:42:58.123Z", "2025-03-01T19:42:58.123Z"));
    assert_eq!((found.top[0].1, &found.top[1], found.top[2].1), (3, &("watch_test_amplitude_2".to_owned(), 3), 2));
}

#[test]
fn every_data_file_of_the_adobe_manifest_has_its_records() {
    let Some(folder) = shared("adobe-datafeed-sample") else { return };
    let lookup = folder.join("suiteid_2015-02-10-lookup_data.tar.gz");
    let mut total = 0;
    for name in ["01-suiteid_2015-02-10.tsv.gz", "02-suiteid_2015-02-10.tsv.gz"] {
        let plan = plan_of(&[&folder.join(name), &lookup], &IngestConfig::default()).unwrap();
        let (events, reports) = read_all(&plan);
        assert_eq!((events.len(), rejected(&reports).len()), (10, 0), "Record-Count of {name}");
        total += events.len();
    }
    assert_eq!(total, 20, "Total-Records");
}

/// A time as Snowplow's tables write it, in milliseconds.
fn millis(text: &str) -> Option<i64> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
        .ok()
        .map(|time| time.and_utc().timestamp_millis())
}

/// What the options leave out is checked here, and so is what no option does: the length of sessions, and whose they are.
#[test]
fn the_rules_of_snowplow_give_the_figures_of_snowplow() {
    const DAYS: i64 = 3 * 86_400_000;
    let Some(path) = shared("snowplow-web-0.15.2-apache/source/snowplow_web_events.csv") else { return };
    let rules = config("[[sources]]\nsnowplow = { late_days = 3, page_views = true }\n");
    let (mut events, reports) = read_all(&plan_of(&[&path], &rules).unwrap());
    let left: Vec<_> = reports.iter().flat_map(|report| &report.rejected).collect();
    let left_out = |word: &str| left.iter().filter(|row| row.detail.contains(word)).count();
    assert_eq!((events.len(), left.len()), (56, 104));
    assert!(left.iter().all(|row| row.reason == RejectReason::ExcludedBySource));
    let reasons = ["late_days", "no view or ping", "no id of a page view"];
    assert_eq!(reasons.map(left_out), [3, 100, 1]);
    let collected = |event: &Event| {
        let props: serde_json::Value = serde_json::from_str(&event["props"]).unwrap();
        props["collector_tstamp"].as_str().and_then(millis).unwrap()
    };
    events.sort_by_key(collected);
    let mut seen = BTreeSet::new();
    events.retain(|event| seen.insert(event["event_id"].clone()));
    let is_view = |event: &&Event| event["event"] == "page_view";
    assert_eq!(events.iter().filter(is_view).count(), 46);
    let mut first = BTreeMap::<String, &Event>::new();
    events.iter().for_each(|event| _ = first.entry(event["session_hint"].clone()).or_insert(event));
    let is_early = |event: &&Event| collected(event) - collected(first[&event["session_hint"]]) <= DAYS;
    let views = events.iter().filter(is_view).filter(is_early).count();
    let users: BTreeSet<_> = first.values().filter_map(|event| event.get("anonymous_id")).collect();
    assert_eq!((views, first.len(), users.len()), (43, 18, 11));
}

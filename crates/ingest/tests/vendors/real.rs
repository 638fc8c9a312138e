//! Do real exports load without any configuration, and do they hold what their publishers say? They lie beside the
//! repository and are not shipped.

use std::path::PathBuf;

use kundresa_ingest::IngestConfig;

use super::summary;

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
        path: "otto/train.jsonl",
        kind: &["otto"],
        events: 862,
        // Twenty sessions; the one with the number 0 is nobody's, as a user 0 is in other logs.
        actors: 19,
        first: "2022-07-31T22:00:00.025Z",
        last: "2022-08-28T21:59:57.885Z",
        top: &[("view_item", 800), ("add_to_cart", 52), ("purchase", 10)],
        most_rejected: 0,
    },
];

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
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

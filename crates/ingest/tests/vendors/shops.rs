//! Logs and exports of shops.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::samples::sample_of;
use super::support::{Folder, config, read_all, rejected};

#[test]
fn rees46_rows_are_events_of_one_product() {
    let read = sample_of("rees46", "rees46/2024-05.csv", "");
    assert_eq!(read.events.len(), 10);
    let columns = ["user_id", "event", "value", "session_hint"];
    assert_eq!(
        read.told(&columns)[..2],
        [
            "2024-05-01T08:00:00 | 541312140 | view_item | 130760000 | d7b6543d-7b54-4d4c-8a3f-0c9a5a3a0001",
            "2024-05-01T08:01:30 | 541312140 | view_item | 130760000 | d7b6543d-7b54-4d4c-8a3f-0c9a5a3a0001",
        ]
    );
    assert!(read.events[0]["props"].contains("\"category_id\":\"2053013555631882655\""), "no digit is lost");
    assert!(!read.events[5]["props"].contains("category_code"), "what is blank is nothing");
    assert_eq!(read.events.iter().filter(|event| event["event"] == "add_to_cart").count(), 3, "copies of rows stay");
    assert_eq!(read.events[8]["event"], "remove_from_cart");
}

#[test]
fn retailrocket_times_are_milliseconds_and_only_purchases_have_an_order() {
    let read = sample_of("retailrocket", "retailrocket/events.csv", "");
    assert_eq!(read.events.len(), 8);
    let told = read.told(&["anonymous_id", "event", "order_id", "props"]);
    assert_eq!(
        told[1..4],
        [
            "2024-05-01T08:01:00.500 | 257597 | add_to_cart |  | {\"itemid\":\"355908\",\"event\":\"addtocart\"}",
            "2024-05-01T08:02:00 | 257597 | purchase | 4000 | {\"itemid\":\"355908\",\"event\":\"transaction\"}",
            "2024-05-01T08:02:00 | 257597 | purchase | 4000 | {\"itemid\":\"102019\",\"event\":\"transaction\"}",
        ]
    );
}

#[test]
fn lines_of_a_shopify_order_are_one_purchase() {
    let read = sample_of("shopify-orders", "shopify/orders_export.csv", "");
    assert_eq!(
        read.told(&["email", "event", "order_id", "value", "currency"]),
        [
            "2024-01-31T18:05:22 | ada@example.com | purchase | #1001 | 69580000 | USD",
            "2024-01-31T18:05:30 | ada@example.com | payment | #1001 |  | USD",
            "2024-02-01T14:00:00 | ada@example.com | fulfillment | #1001 |  | USD",
            "2024-02-02T15:00:00 | bo@example.com | purchase | #1002 | 12960000 | USD",
            "2024-02-03T13:00:00 | bo@example.com | cancellation | #1002 |  | USD",
            "2024-03-05T23:21:00 | ada@example.com | purchase | #1003 | 26600000 | USD",
            "2024-03-05T23:21:04 | ada@example.com | payment | #1003 |  | USD",
            "2024-03-06T16:00:00 | ada@example.com | fulfillment | #1003 |  | USD",
        ]
    );
    let items = concat!(
        r#"[{"quantity":2,"name":"Mug, blue","price":19.90,"compare_at_price":24.90,"id":"MUG-B","#,
        r#""requires_shipping":"true","taxable":"true","fulfillment_status":"fulfilled","brand":"Pottery"},"#,
        r#"{"quantity":1,"name":"Saucer","price":20.00,"id":"SAU-1","#,
        r#""requires_shipping":"true","taxable":"true","fulfillment_status":"pending","brand":"Pottery"}]"#,
    );
    assert_eq!(read.events[0]["items"], items);
    assert!(read.events[0]["props"].contains(r#""Notes":"Leave at the door,\nplease""#));
    assert!(!read.events[0].contains_key("source"), "the channel of a sale is no traffic source");
}

const HEADER: &str = "Name,Email,Financial Status,Total,Created at,Paid at,Lineitem name,Lineitem price\n";

#[test]
fn a_shopify_line_without_its_order_is_set_aside() {
    let text = format!(
        "{HEADER}#9,a@b.c,,,,,Lost,1\n#10,a@b.c,paid,3.50,2024-01-01 10:00:00 +0000,nonsense,Mug,3.50\n#10,a@b.c,,,,,Spoon,1\n#11,too,few\n\
         #12,d@b.c,paid,1,2024-01-02 10:00:00 +0000,2024-01-02 10:00:01 +0000,Fork,1\n"
    );
    let (events, reports) = read_all(&Folder::text("o.csv", &text).plan(&IngestConfig::default()).unwrap());
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str()).collect();
    assert_eq!(names, ["purchase", "purchase", "payment"]);
    assert!(events[0]["items"].contains("Mug") && events[0]["items"].contains("Spoon"));
    assert_eq!(
        rejected(&reports),
        [
            (2, RejectReason::MissingTime, "#9,a@b.c,,,,,Lost,1".to_owned()),
            (5, RejectReason::FieldCount, "#11,too,few".to_owned()),
            (3, RejectReason::BadTime, "#10,a@b.c,paid,3.50,2024-01-01 10:00:00 +0000,nonsense,Mug,3.50".to_owned()),
        ]
    );
}

#[test]
fn lines_of_an_order_that_is_none_are_set_aside_one_by_one() {
    let text = format!(
        "{HEADER}#10,a@b.c,paid,3.50,yesterday,,Mug,3.50\r\n#10,a@b.c,,,,,Spoon,1\r\n#11,a@b.c,paid,1,2024-01-01 10:00:00 +0000,2024-01-01 10:00:00 +0000,Mug,3.50\n"
    );
    let (events, reports) = read_all(&Folder::text("o.csv", &text).plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 2);
    assert_eq!(
        rejected(&reports),
        [
            (2, RejectReason::BadTime, "#10,a@b.c,paid,3.50,yesterday,,Mug,3.50".to_owned()),
            (3, RejectReason::BadTime, "#10,a@b.c,,,,,Spoon,1".to_owned()),
        ]
    );
}

#[test]
fn an_order_without_a_name_is_an_order() {
    let text = format!(
        "{HEADER},a@b.c,paid,1,2024-01-01 10:00:00 +0000,,Mug,1\n,a@b.c,,,,,Spoon,1\n,d@b.c,paid,2,2024-01-02 10:00:00 +0000,,Fork,2\n"
    );
    let (events, reports) = read_all(&Folder::text("o.csv", &text).plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 2);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(3, RejectReason::MissingTime)], "whose a further line is can't be told");
}

#[test]
fn what_a_later_line_says_differently_stays_with_its_item() {
    let text = format!(
        "{HEADER}#10,a@b.c,paid,3.50,2024-01-01 10:00:00 +0000,,Mug,3.50\n#10,other@b.c,,,,,Spoon,1\n#10,a@b.c,paid,9,2024-01-02 10:00:00 +0000,,Again,9\n"
    );
    let (events, _) = read_all(&Folder::text("o.csv", &text).plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 2, "a line with a date of its own begins an order");
    assert_eq!(events[0]["email"], "a@b.c");
    assert!(events[0]["items"].contains(r#""name":"Spoon","price":1,"Email":"other@b.c""#), "{}", events[0]["items"]);
}

#[test]
fn a_checkout_without_an_end_was_abandoned() {
    let read = sample_of("shopify-checkouts", "shopify/abandoned_checkout.csv", "");
    assert_eq!(
        read.told(&["user_id", "event", "cart_id", "value", "page", "order_id"]),
        [
            "2024-04-01T10:06:50.111 | 700 | begin_checkout | c0ffee01 | 61360000 | /collections/mugs | ",
            "2024-04-01T11:00:00 | 701 | begin_checkout | c0ffee02 | 25000000 | / | ",
            "2024-04-01T11:10:00 | 701 | checkout_completed | c0ffee02 |  | / | ",
            "2024-04-01T11:20:00 | 701 | checkout_closed | c0ffee02 |  | / | ",
        ]
    );
    assert!(read.events[0]["props"].contains(r#""abandoned":"true""#));
    assert!(read.events[1]["props"].contains(r#""abandoned":"false""#));
    let found: Vec<_> = rejected(&read.reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(4, RejectReason::ExcludedBySource)]);
}

#[test]
fn lines_of_a_woocommerce_order_repeat_the_order() {
    let read = sample_of("woocommerce", "woocommerce/orders.csv", "source_time_zone = \"Europe/Stockholm\"");
    assert_eq!(
        read.told(&["user_id", "email", "event", "order_id", "value", "items"]),
        [
            concat!(
                "2024-05-03T10:00:00 | 17 | ada@example.com | purchase | 4711 | 349000000 | ",
                r#"[{"id":"88","name":"Kettle","quantity":1,"total":299.00},{"id":"89","name":"Filter","quantity":2,"total":50.00}]"#
            ),
            "2024-05-03T10:00:41 | 17 | ada@example.com | payment | 4711 |  | ",
            "2024-05-05T06:30:00 | 17 | ada@example.com | fulfillment | 4711 |  | ",
            concat!(
                "2024-05-04T07:10:00 |  | bo@example.com | purchase | 4712 | 50000000 | ",
                r#"[{"id":"89","name":"Filter","quantity":2,"total":50.00}]"#
            ),
        ]
    );
}

#[test]
fn diginetica_times_are_a_day_and_an_offset() {
    let read = sample_of("diginetica", "diginetica/train-item-views.csv", "");
    assert_eq!(
        read.told(&["anonymous_id", "user_id", "event", "session_hint"]),
        [
            "2016-05-09T00:08:46.309 | 1 |  | view_item | 1",
            "2016-05-09T00:17:11.018 | 1 |  | view_item | 1",
            "2016-05-10T00:04:03.569 | 2 | 00017 | view_item | 2",
            "2016-05-10T00:01:15.848 | 2 | 00017 | view_item | 2",
        ]
    );
    let text = "sessionId;userId;timeframe;eventdate;ordernumber\n150;18278;17100868;2016-05-06;16421\n151;NA;x;2016-05-06;1\n";
    let (events, reports) = read_all(&Folder::text("p.csv", text).plan(&IngestConfig::default()).unwrap());
    assert_eq!((events[0]["event"].as_str(), events[0]["order_id"].as_str()), ("purchase", "16421"));
    assert_eq!(rejected(&reports), [(3, RejectReason::BadTime, "151;NA;x;2016-05-06;1".to_owned())]);
}

#[test]
fn yoochoose_has_no_header_and_is_read_by_configuration() {
    let config = config(
        "[[sources]]\nheader = [\"SessionId\", \"Timestamp\", \"ItemId\", \"Category\"]\nevent = \"view_item\"\n\
         columns = { anonymous_id = \"SessionId\", session_hint = \"SessionId\" }\n",
    );
    let text = "1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,S\n";
    let (events, _) = read_all(&Folder::text("yoochoose-clicks.dat", text).plan(&config).unwrap());
    let shown = super::support::columns(&events, &["anonymous_id", "event", "props"]);
    assert_eq!(shown[1], ["1", "view_item", "{\"ItemId\":\"214536500\",\"Category\":\"S\"}"]);
}

#[test]
fn yoochoose_clicks_are_known_without_a_header() {
    let read = sample_of("yoochoose-clicks", "yoochoose/yoochoose-clicks.dat", "");
    assert_eq!((read.kind, read.events.len(), &read.warnings), ("yoochoose-clicks", 8, &Vec::new()));
    let told = read.told(&["anonymous_id", "session_hint", "event", "props"]);
    assert_eq!(
        told[1..3],
        [
            "2014-04-07T10:54:09.868 | 1 | 1 | view_item | {\"ItemId\":\"214536500\",\"Category\":\"0\"}",
            "2014-04-07T10:57:00.306 | 1 | 1 | view_item | {\"ItemId\":\"214536506\",\"Category\":\"S\"}",
        ]
    );
    assert_eq!(rejected(&read.reports), []);
}

#[test]
fn yoochoose_purchases_without_a_price_have_no_money_and_keep_their_zeros() {
    let read = sample_of("yoochoose-buys", "yoochoose/yoochoose-buys.dat", "");
    assert_eq!((read.kind, &read.warnings), ("yoochoose-buys", &Vec::new()));
    let told = read.told(&["anonymous_id", "event", "value", "items"]);
    assert_eq!(
        told,
        [
            r#"2014-04-07T12:14:58.314 | 4 | purchase | 12462000000 | [{"id":"214836765","price":12462,"quantity":1}]"#,
            r#"2014-04-07T12:14:58.325 | 4 | purchase | 3138000000 | [{"id":"214537850","price":1046,"quantity":3}]"#,
            r#"2014-04-07T14:05:11.005 | 2 | purchase |  | [{"id":"214662742"}]"#,
            r#"2014-04-07T14:05:11.017 | 2 | purchase |  | [{"id":"214716982","price":3245}]"#,
        ]
    );
    assert!(read.events[2]["props"].contains(r#""Price":"0","Quantity":"0""#), "{}", read.events[2]["props"]);
}

#[test]
fn bad_lines_of_yoochoose_are_set_aside_and_both_files_are_two_sources() {
    let clicks = "1,2014-04-07T10:51:09.277Z,214536502,0\n".repeat(200) + "1,never,214536502,0\n1,2\n";
    let buys = "1,2014-04-07T10:51:09.277Z,214536502,5,1\n".repeat(3);
    let folder = Folder::new(&[("clicks.dat", clicks.as_bytes()), ("buys.dat", buys.as_bytes())]);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    let kinds: Vec<&str> = plan.sources().iter().map(|source| source.kind().name()).collect();
    assert_eq!(kinds, ["yoochoose-buys", "yoochoose-clicks"]);
    let (events, reports) = read_all(&plan);
    assert_eq!(events.len(), 203);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(201, RejectReason::BadTime), (202, RejectReason::FieldCount)]);
}

#[test]
fn clicks_that_were_prepared_are_the_same_clicks() {
    let read = sample_of("yoochoose-clicks", "yoochoose/prepared.tsv", "");
    assert_eq!((read.kind, &read.warnings), ("yoochoose-clicks", &Vec::new()));
    let told = read.told(&["anonymous_id", "event", "props"]);
    assert_eq!(told[0], "2014-04-07T10:51:09.277 | 1 | view_item | {\"ItemId\":\"214536502\"}");
    assert_eq!(told.len(), 3);
}

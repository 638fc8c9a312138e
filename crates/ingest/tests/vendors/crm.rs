//! Records, histories and e-mails of CRMs.

use kundresa_ingest::IngestConfig;
use kundresa_ingest::sources::Evidence;
use kundresa_model::event_table::EventFlags;
use kundresa_model::quality::RejectReason;

use super::samples::sample_of;
use super::support::{Folder, config, read_all, rejected};

#[test]
fn every_filled_date_of_a_hubspot_contact_is_an_event() {
    let read = sample_of("hubspot-contacts", "hubspot/contacts.csv", "source_time_zone = \"UTC\"");
    assert_eq!(
        read.told(&["crm_id", "email", "event", "stage"]),
        [
            "2024-03-01T09:14:00 | 51 | ada@example.com | contact_created | ",
            "2024-03-01T09:14:00 | 51 | ada@example.com | lifecycle_stage_changed | subscriber",
            "2024-03-04T10:00:00 | 51 | ada@example.com | lifecycle_stage_changed | lead",
            "2024-03-10T08:30:00 | 51 | ada@example.com | lifecycle_stage_changed | marketingqualifiedlead",
            "2024-03-20T16:05:00 | 51 | ada@example.com | lifecycle_stage_changed | opportunity",
            "2024-04-02T11:45:00 | 51 | ada@example.com | lifecycle_stage_changed | customer",
            "2024-03-12T14:30:00 | 52 | bo@example.com | contact_created | ",
            "2024-03-12T14:30:00 | 52 | bo@example.com | lifecycle_stage_changed | lead",
            "2024-03-15T07:02:00 | 53 |  | contact_created | ",
            "2024-03-15T07:02:00 | 53 |  | lifecycle_stage_changed | subscriber",
        ]
    );
    let props = &read.events[0]["props"];
    assert!(props.contains(r#""Original Source":"Organic Search""#) && !props.contains("Became"), "{props}");
}

#[test]
fn a_hubspot_deal_belongs_to_its_first_contact_or_to_itself() {
    let read = sample_of("hubspot-deals", "hubspot/deals.csv", "source_time_zone = \"UTC\"");
    assert_eq!(
        read.told(&["crm_id", "event", "stage", "value"]),
        [
            "2024-03-18T10:00:00 | 51 | deal_created |  | 12000500000",
            "2024-03-18T10:00:00 | 51 | stage_changed | Appointment scheduled | 12000500000",
            "2024-04-02T11:45:00 | 51 | stage_changed | Closed won | 12000500000",
            "2024-03-25T13:20:00 | deal 9002 | deal_created |  | 800000000",
            "2024-03-26T09:00:00 | deal 9002 | stage_changed | Appointment scheduled | 800000000",
        ]
    );
}

#[test]
fn internal_names_mean_the_same_as_labels() {
    let text = "hs_object_id,email,lifecyclestage,createdate,hs_lifecyclestage_lead_date,hs_v2_date_entered_customer,hs_v2_date_entered_1234\n\
                1,a@b.c,customer,2024-01-01T08:00:00.000Z,2024-01-02T08:00:00.000Z,2024-01-03T08:00:00.000Z,\n";
    let (events, _) = read_all(&Folder::text("c.csv", text).plan(&IngestConfig::default()).unwrap());
    let stages: Vec<&str> = events.iter().filter_map(|event| event.get("stage")).map(String::as_str).collect();
    assert_eq!(stages, ["lead", "customer"]);
}

#[test]
fn a_change_of_a_stage_is_told_from_other_changes() {
    let read = sample_of("hubspot-history", "hubspot/contact_property_history.csv", "source_time_zone = \"UTC\"");
    assert_eq!(
        read.told(&["crm_id", "event", "stage", "source"]),
        [
            "2024-03-04T10:00:00.123 | 51 | lifecycle_stage_changed | lead | ",
            "2024-03-10T08:30:00 | 51 | lifecycle_stage_changed | marketingqualifiedlead | ",
            "2024-03-12T14:30:00 | 52 | property_changed |  | ",
        ]
    );
    assert!(read.events[2]["props"].contains(r#""name":"hs_lead_status""#));
}

#[test]
fn emails_are_named_canonically_and_opens_by_machines_are_bots() {
    let read = sample_of("hubspot-emails", "hubspot/email_events.csv", "");
    assert_eq!(
        read.shown(&["email", "event", "event_id", "campaign"])[2..5],
        [
            "ada@example.com | email_open | e-3 | 77",
            "ada@example.com | email_open | e-4 | 77",
            "ada@example.com | email_click | e-5 | 77",
        ]
    );
    let flags: Vec<u8> = read.events.iter().map(|event| event["flags"].parse().unwrap()).collect();
    assert_ne!(flags[2] & EventFlags::BOT, 0);
    assert_eq!(flags[3] & EventFlags::BOT, 0);
}

#[test]
fn salesforce_records_and_histories_name_the_same_opportunity() {
    let records = sample_of("salesforce", "salesforce/opportunity.csv", "");
    assert_eq!(
        records.told(&["crm_id", "event", "stage", "value", "source"]),
        [
            "2024-02-01T09:00:00 | 0061G00000Ja7B6QAJ | opportunity_created |  | 1500000000 | Web",
            "2024-02-20T23:59:59.999999 | 0061G00000Ja7B6QAJ | stage_changed | Closed Won | 1500000000 | Web",
            "2024-03-01T09:00:00 | 0061G00000Ja7B7QAJ | opportunity_created |  | 300000000 | ",
        ]
    );
    let is_day = |index: usize| {
        let flags: u8 = records.events[index]["flags"].parse().unwrap();
        flags & EventFlags::DAY_PRECISION != 0
    };
    assert!(is_day(1) && !is_day(0), "a close date is known to the day");
    let found: Vec<_> = rejected(&records.reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(4, RejectReason::ExcludedBySource)]);

    let history = sample_of("salesforce-history", "salesforce/opportunity_field_history.csv", "");
    assert_eq!(
        history.told(&["crm_id", "event", "stage"]),
        [
            "2024-02-01T09:00:00 | 0061G00000Ja7B6QAJ | property_changed | ",
            "2024-02-10T10:30:00 | 0061G00000Ja7B6QAJ | stage_changed | Proposal/Price Quote",
            "2024-02-11T10:30:00 | 0061G00000Ja7B6QAJ | property_changed | ",
            "2024-02-20T15:00:00 | 0061G00000Ja7B6QAJ | stage_changed | Closed Won",
        ]
    );
}

#[test]
fn the_last_lines_of_a_salesforce_report_are_set_aside() {
    let text = "\"Opportunity Name\",\"Stage\",\"Amount\",\"Close Date\",\"Created Date\",\"Closed\"\n\
                \"Mugs\",\"Closed Won\",\"300.00\",\"2/28/2024\",\"1/31/2024\",\"1\"\n\
                \"Spoons\",\"Prospecting\",\"30.00\",\"6/30/2024\",\"2/1/2024\",\"0\"\n\n\n\
                \"Opportunities\"\n\"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved.\"\n";
    let (events, reports) = read_all(&Folder::text("report.csv", text).plan(&IngestConfig::default()).unwrap());
    assert_eq!(
        super::support::columns(&events, &["crm_id", "event", "stage"]),
        [
            ["opportunity Mugs", "opportunity_created", ""],
            ["opportunity Mugs", "stage_changed", "Closed Won"],
            ["opportunity Spoons", "opportunity_created", ""],
        ]
    );
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(6, RejectReason::FieldCount), (7, RejectReason::FieldCount)]);
}

#[test]
fn a_log_with_common_names_is_no_history_of_hubspot() {
    let text = "contact_id,timestamp,source,name,value\n1,2024-01-01T00:00:00Z,google,purchase,5\n1,2024-01-02T00:00:00Z,google,view,\n";
    let plan = Folder::text("a.csv", text).plan_kept(&IngestConfig::default());
    assert_eq!(plan.1.unwrap().sources()[0].kind().name(), "delimited");
}

#[test]
fn pipedrive_deals_are_won_and_lost() {
    let read = sample_of("pipedrive", "pipedrive/deals.csv", "source_time_zone = \"UTC\"");
    assert_eq!(
        read.told(&["crm_id", "event", "stage", "value", "currency"]),
        [
            "2024-04-01T09:00:00 | 7 | deal_created |  | 900000000 | EUR",
            "2024-04-10T10:00:00 | 7 | stage_changed | Negotiations Started | 900000000 | EUR",
            "2024-04-12T16:30:00 | 7 | stage_changed | won | 900000000 | EUR",
            "2024-04-02T09:00:00 | deal 32 | deal_created |  | 120000000 | EUR",
            "2024-04-20T12:00:00 | deal 32 | stage_changed | lost | 120000000 | EUR",
        ]
    );
}

const SWEDISH: &str = "Post-ID;E-post;Ägare;Blev lead;Blev kund;Anmäld\n\
                       7;a@b.c;Eva;2024-02-01;2024-03-05 10:00;\n8;;Eva;;;2024-03-01 09:00\n9;;Eva;;;\n";

#[test]
fn any_crm_has_dates_by_configuration() {
    let config = config(
        "source_time_zone = \"UTC\"\n[[sources]]\ncolumns = { crm_id = \"Post-ID\", email = \"E-post\" }\n\
         dates = { \"Blev lead\" = \"lead\", \"Blev kund\" = \"customer\", \"Anmäld\" = { event = \"sign_up\" } }\n",
    );
    let folder = Folder::text("kontakter.csv", SWEDISH);
    let plan = folder.plan(&config).unwrap();
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    let (events, reports) = read_all(&plan);
    let shown = super::support::columns(&events, &["crm_id", "email", "event", "stage", "props"]);
    assert_eq!(
        shown,
        [
            ["7", "a@b.c", "stage_changed", "customer", "{\"Ägare\":\"Eva\"}"],
            ["7", "a@b.c", "stage_changed", "lead", "{\"Ägare\":\"Eva\"}"],
            ["8", "", "sign_up", "", "{\"Ägare\":\"Eva\"}"],
        ]
    );
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(4, RejectReason::MissingTime)]);
    let suggested = self::config(&plan.inspect().unwrap().suggested_toml());
    let (again, _) = read_all(&folder.plan(&suggested).unwrap());
    assert_eq!(again, events, "what inspection suggests means the same");
}

#[test]
fn an_export_that_nobody_confirmed_says_so() {
    let plan =
        super::support::plan_of(&[&super::samples::path("pipedrive/deals.csv")], &IngestConfig::default()).unwrap();
    let evidence = plan.sources()[0].facts().evidence;
    assert_eq!(evidence, Some(Evidence::Unverified));
    assert!(evidence.unwrap().words().starts_with("unverified"));
}

#[test]
fn json_has_dates_too_and_a_known_export_gets_further_ones() {
    let config = config(
        "[[sources]]\ncolumns = { user_id = \"id\" }\ndates = { \"joined.at\" = { event = \"join\", stage = \"member\" } }\n",
    );
    let text = "{\"id\":1,\"joined\":{\"at\":\"2024-01-01T00:00:00Z\"},\"plan\":\"pro\"}\n{\"id\":2}\nno\n";
    let (events, reports) = read_all(&Folder::text("a.jsonl", text).plan(&config).unwrap());
    let shown = super::support::columns(&events, &["user_id", "event", "stage", "props"]);
    assert_eq!(shown, [["1", "join", "member", "{\"plan\":\"pro\"}"]]);
    assert_eq!(rejected(&reports).len(), 2);

    let config = self::config(
        "source_time_zone = \"UTC\"\n[[sources]]\ndates = { \"Visited the fair\" = { event = \"fair\" } }\n",
    );
    let text = "Record ID,Email,Lifecycle Stage,Create Date,Visited the fair\n1,a@b.c,lead,2024-01-01 10:00,2024-01-02 10:00\n";
    let (events, _) = read_all(&Folder::text("a.csv", text).plan(&config).unwrap());
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str()).collect();
    assert_eq!(names, ["contact_created", "fair"]);
}

#[test]
fn dates_are_refused_where_they_say_nothing() {
    let config = config("[[sources]]\ndates = { x = \"lead\" }\n");
    let log = r#"{"session":7,"events":[{"aid":15,"ts":1659304800025,"type":"clicks"}]}"#;
    let error = Folder::text("a.jsonl", log).plan(&config).err().unwrap().to_string();
    assert!(error.contains("sources.dates"), "{error}");
    let error = Folder::text("a.csv", "id,y\n1,2024-01-01\n").plan(&config).err().unwrap().to_string();
    assert!(error.contains("`x`"), "{error}");
}

#[test]
fn hubspot_is_known_in_other_languages() {
    let read = sample_of("hubspot-contacts", "hubspot/kontakte_de.csv", "source_time_zone = \"UTC\"");
    assert_eq!((read.kind, &read.warnings), ("hubspot-contacts", &Vec::new()));
    assert_eq!(
        read.told(&["crm_id", "email", "event", "stage"]),
        [
            "2024-03-01T09:14:00 | 51 | ada@example.com | contact_created | ",
            "2024-03-01T09:14:00 | 51 | ada@example.com | lifecycle_stage_changed | subscriber",
            "2024-03-04T10:00:00 | 51 | ada@example.com | lifecycle_stage_changed | lead",
            "2024-04-02T11:45:00 | 51 | ada@example.com | lifecycle_stage_changed | customer",
            "2024-03-12T14:30:00 | 52 | bo@example.com | contact_created | ",
            "2024-03-12T14:30:00 | 52 | bo@example.com | lifecycle_stage_changed | lead",
        ]
    );
    let read = sample_of("hubspot-deals", "hubspot/affarer_sv.csv", "source_time_zone = \"UTC\"");
    assert_eq!((read.kind, &read.warnings), ("hubspot-deals", &Vec::new()));
    assert_eq!(
        read.told(&["crm_id", "event", "stage", "value"]),
        [
            "2024-03-18T10:00:00 | 51 | deal_created |  | 12000500000",
            "2024-03-18T10:00:00 | 51 | stage_changed | Möte bokat | 12000500000",
            "2024-04-02T11:45:00 | 51 | stage_changed | Vunnen | 12000500000",
            "2024-03-25T13:20:00 | deal 9002 | deal_created |  | 800000000",
            "2024-03-26T09:00:00 | deal 9002 | stage_changed | Möte bokat | 800000000",
        ]
    );
}

#[test]
fn words_of_hubspot_alone_are_no_export_of_it_and_more_can_be_named() {
    let plain = "ID de registro,Correo,Fecha de creación\n1,a@b.c,2024-01-01 08:00\n";
    let kind = |folder: &Folder, toml: &str| {
        let toml = format!("source_time_zone = \"UTC\"\n{toml}");
        folder.plan(&config(&toml)).map(|plan| plan.sources()[0].kind().name()).unwrap_or("none")
    };
    assert_ne!(kind(&Folder::text("a.csv", plain), ""), "hubspot-contacts");
    let whole = "ID de fiche,E-mail,Phase du cycle de vie,Date de création,Client depuis\n7,a@b.c,Client,2024-01-01 08:00,2024-02-01 08:00\n";
    let folder = Folder::text("a.csv", whole);
    assert_eq!(kind(&folder, ""), "hubspot-contacts");
    let toml = "source_time_zone = \"UTC\"\n[[sources]]\ndates = { \"Client depuis\" = { event = \"lifecycle_stage_changed\", stage = \"customer\" } }\n";
    let plan = folder.plan(&config(toml)).unwrap();
    let facts = plan.inspect().unwrap();
    assert!(facts.sources[0].evidence.is_some_and(|evidence| evidence == Evidence::Unverified));
    let (events, _) = read_all(&plan);
    let stages: Vec<&str> = events.iter().filter_map(|event| event.get("stage")).map(String::as_str).collect();
    assert_eq!((events.len(), stages), (2, vec!["customer"]));
}

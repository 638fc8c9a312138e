//! HubSpot: records of contacts and deals with a column per date, their histories, and what became of e-mails.
//!
//! A contact's columns `Became a customer date`, or `hs_v2_date_entered_customer` by internal names, say when it reached a
//! stage of the life cycle; a deal's `Date entered "Closed won (Sales Pipeline)"` say it of the pipeline. Each filled one
//! is an event. Stages of the life cycle are named as HubSpot names them internally (`marketingqualifiedlead`), so that
//! they are the same in records and histories. A close date alone is a plan and no event unless a column says that the
//! deal is closed. Times without a zone are those of the account. Documented: histories and names of properties. Seen:
//! the schemas in the tests of Fivetran's models. Unverified: the labels of the app's own export, in English and in the
//! [languages](labels) into which it translates them; `columns` and `dates` in the configuration name what differs.

mod labels;

use super::crm::{Changes, History, Owner, PERSON, Records, as_written};
use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::mapping::guess::STAGE_CHANGED;
use crate::sample::{Sample, Shape};
use crate::translate::spread::{DATE, EVENT, Moment, STAGE, Stage};

const LIFECYCLE: &str = "lifecycle_stage_changed";

pub(super) static CONTACTS: Vendor = Vendor {
    kind: KindName::HubspotContacts,
    evidence: Evidence::Unverified,
    recognizes: |sample| is_text(sample) && is_contact(sample) && !contact_moments(columns::names(sample)).is_empty(),
    preset: RECORDS,
    translator: Some(|sample| Box::new(Records::of(sample, contact_moments(columns::names(sample)), &CONTACT))),
    synthetic: &[],
};

pub(super) static DEALS: Vendor = Vendor {
    kind: KindName::HubspotDeals,
    evidence: Evidence::Unverified,
    recognizes: |sample| is_text(sample) && is_deal(sample) && !deal_moments(columns::names(sample)).is_empty(),
    preset: RECORDS,
    translator: Some(|sample| Box::new(Records::of(sample, deal_moments(columns::names(sample)), &DEAL))),
    synthetic: &[],
};

pub(super) static DEAL_STAGES: Vendor = Vendor {
    kind: KindName::HubspotDealStages,
    evidence: Evidence::Seen,
    recognizes: |sample| {
        // A deal's amount can be called `value`; then the table has a column for the stage.
        let is_stage = !has_any(sample, &["stage", "Stage", "deal_stage", "stage_name"]);
        is_text(sample) && is_stage && columns::has_all(sample, &["deal_id", "value", "date_entered"])
    },
    preset: RECORDS,
    translator: Some(|sample| {
        let entered =
            Moment { stage: Some(Stage::In("value".to_owned())), ..Moment::event("date_entered", STAGE_CHANGED) };
        Box::new(Records::of(sample, vec![entered], &DEAL))
    }),
    synthetic: &[],
};

const RECORDS: Preset = Preset {
    columns: &[
        (Field::Time, &[DATE]),
        (Field::Event, &[EVENT]),
        (Field::Stage, &[STAGE]),
        (Field::CrmId, &[PERSON]),
        (Field::Email, &labels::EMAILS),
        (Field::Value, &labels::AMOUNTS),
        (Field::Currency, &labels::CURRENCIES),
        // The record's owner and the way in which a property was set are no visitors and no traffic.
        (Field::UserId, &[]),
        (Field::AnonymousId, &[]),
        (Field::Source, &[]),
        (Field::EventId, &[]),
    ],
    ..Preset::NONE
};

static CONTACT: Owner = Owner { persons: &labels::CONTACT_IDS, records: &[], id: as_written };

static DEAL: Owner = Owner { persons: &labels::CONTACTS_OF_DEAL, records: &labels::DEAL_IDS, id: as_written };

/// Whether there is a column of that label in English or another language, in small letters.
fn has_label(sample: &Sample, label: &str) -> bool {
    columns::names(sample).iter().any(|name| base(name) == label)
}

fn has_record_id(sample: &Sample) -> bool {
    has_any(sample, &labels::RECORD_IDS)
}

fn is_text(sample: &Sample) -> bool {
    matches!(sample.shape, Shape::Delimited(_) | Shape::Json(_))
}

fn has_any(sample: &Sample, columns: &[&str]) -> bool {
    columns.iter().any(|column| columns::has_all(sample, &[column]))
}

fn is_deal(sample: &Sample) -> bool {
    let is_english = has_any(sample, &["Record ID", "hs_object_id", "properties.hs_object_id", "deal_id"])
        && has_any(
            sample,
            &["Deal Name", "dealname", "property_dealname", "properties.dealname", "Deal Stage", "dealstage"],
        );
    // Words of other languages are common ones, so all must be there.
    is_english || (has_record_id(sample) && has_label(sample, "deal name") && has_label(sample, "deal stage"))
}

fn is_contact(sample: &Sample) -> bool {
    let by_label = columns::has_all(sample, &["Record ID"]);
    let by_name = has_any(sample, &["hs_object_id", "properties.hs_object_id"]);
    let by_table = columns::has_all(sample, &["id", "property_email"]);
    let is_person = has_any(sample, &["Email", "email", "property_email", "properties.email", "Lifecycle Stage"]);
    let is_english = (by_label || by_name || by_table) && is_person;
    // Words of other languages are common ones; the life cycle is HubSpot's.
    let is_translated = has_record_id(sample) && has_label(sample, "email") && has_label(sample, "lifecycle stage");
    (is_english || is_translated) && !is_deal(sample)
}

/// A name as labels and internal names share it: small letters, in English, without the prefix of a table.
fn base(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = ["property_", "properties."].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
    labels::english(name).unwrap_or(name).to_owned()
}

fn contact_moments(names: &[String]) -> Vec<Moment> {
    let moments = names.iter().filter_map(|name| {
        let base = base(name);
        match base.as_str() {
            "create date" | "createdate" => Some(Moment::event(name, "contact_created")),
            "first conversion date" | "first_conversion_date" => Some(Moment::event(name, "first_conversion")),
            _ => {
                let stage = lifecycle_stage(&base)?;
                Some(Moment { is_single: true, ..Moment::stage(name, LIFECYCLE, stage) })
            }
        }
    });
    moments.collect()
}

/// The stage that a column says the day of.
fn lifecycle_stage(base: &str) -> Option<String> {
    let label = base.strip_prefix("became an ").or_else(|| base.strip_prefix("became a "));
    let label = label.and_then(|rest| rest.strip_suffix(" date"));
    let internal = base.strip_prefix("hs_lifecyclestage_").and_then(|rest| rest.strip_suffix("_date"));
    let entered = base.strip_prefix("hs_v2_date_entered_").or_else(|| base.strip_prefix("hs_date_entered_"));
    let quoted = || entered_stage(base);
    let translated = || labels::lifecycle_stage(base).map(str::to_owned);
    let stage = label.or(internal).or(entered).map(str::to_owned);
    stage.or_else(quoted).or_else(translated).map(|stage| lifecycle_name(&stage))
}

/// The internal name of a stage that HubSpot ships; others stay as they are written.
fn lifecycle_name(stage: &str) -> String {
    const SHIPPED: [&str; 8] = [
        "subscriber",
        "lead",
        "marketingqualifiedlead",
        "salesqualifiedlead",
        "opportunity",
        "customer",
        "evangelist",
        "other",
    ];
    let joined: String = stage.chars().filter(|character| !matches!(character, ' ' | '_')).collect();
    if SHIPPED.contains(&joined.as_str()) { joined } else { stage.to_owned() }
}

/// The stage of `Date entered "Closed won (Sales Pipeline)"`.
fn entered_stage(name: &str) -> Option<String> {
    let (prefix, quoted) = name.trim().strip_suffix('"')?.split_once('"')?;
    if !labels::says_entered(&prefix.to_lowercase()) {
        return None;
    }
    let stage = match quoted.rsplit_once(" (") {
        Some((stage, pipeline)) if pipeline.ends_with(')') => stage,
        _ => quoted,
    };
    Some(stage.to_owned())
}

fn deal_moments(names: &[String]) -> Vec<Moment> {
    let find = |wanted: &[&str]| names.iter().find(|name| wanted.contains(&base(name).as_str()));
    let mut moments: Vec<Moment> = Vec::new();
    moments.extend(find(&["create date", "createdate"]).map(|name| Moment::event(name, "deal_created")));
    for name in names {
        let base = base(name);
        let internal = base.strip_prefix("hs_v2_date_entered_").or_else(|| base.strip_prefix("hs_date_entered_"));
        // The stage at hand is one of the others, or the column beside says which.
        let stage = internal.filter(|stage| *stage != "current_stage").map(str::to_owned);
        let stage = stage.or_else(|| entered_stage(name));
        moments.extend(stage.map(|stage| Moment::stage(name, STAGE_CHANGED, stage)));
    }
    if moments.iter().any(|moment| moment.stage.is_some()) {
        return moments;
    }
    let Some(stage) = find(&["deal stage", "dealstage"]) else { return moments };
    let into_stage = |column: &String, only_if: Option<&String>| Moment {
        stage: Some(Stage::In(stage.clone())),
        only_if: only_if.cloned(),
        ..Moment::event(column, STAGE_CHANGED)
    };
    if let Some(column) = find(&["date entered current stage", "hs_v2_date_entered_current_stage"]) {
        moments.push(into_stage(column, None));
    } else if let (Some(column), Some(closed)) =
        (find(&["close date", "closedate"]), find(&["is deal closed?", "is closed (numeric)", "hs_is_closed"]))
    {
        moments.push(into_stage(column, Some(closed)));
    }
    moments
}

pub(super) static HISTORY: Vendor = Vendor {
    kind: KindName::HubspotHistory,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        let whose = ["contact_id", "contactId", "deal_id", "dealId", "Object ID", "Record ID"];
        matches!(sample.shape, Shape::Delimited(_))
            && has_any(sample, &whose)
            && is_history(sample)
            && has_any(sample, CHANGES.value)
            && has_any(sample, &["timestamp", "Timestamp"])
            && has_any(sample, &["source", "sourceType", "Source"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp", "Timestamp"]),
            (Field::Event, &[EVENT]),
            (Field::Stage, &[STAGE]),
            (Field::CrmId, &[PERSON]),
            (Field::Value, &[]),
            (Field::UserId, &[]),
            (Field::Source, &[]),
            (Field::EventId, &[]),
        ],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(History::of(sample, &CHANGES))),
    synthetic: &[],
};

/// `name` and `value` are common names; then something else must be HubSpot's.
fn is_history(sample: &Sample) -> bool {
    has_any(sample, &["property", "Property", "Property name"])
        || (has_any(sample, &["name"]) && has_any(sample, &["source_id", "sourceId", "_fivetran_synced"]))
}

static CHANGES: Changes = Changes {
    owner: Owner {
        persons: &["contact_id", "contactId", "Object ID", "Record ID"],
        records: &[("deal_id", "deal"), ("dealId", "deal")],
        id: as_written,
    },
    property: &["name", "property", "Property", "Property name"],
    value: &["value", "Value", "Property value", "New value"],
    stages: &[
        ("lifecyclestage", LIFECYCLE),
        ("Lifecycle Stage", LIFECYCLE),
        ("dealstage", STAGE_CHANGED),
        ("Deal Stage", STAGE_CHANGED),
    ],
};

pub(super) static EMAIL_EVENTS: Vendor = Vendor {
    kind: KindName::HubspotEmails,
    evidence: Evidence::Seen,
    recognizes: |sample| {
        columns::has_all(sample, &["created", "type", "recipient"])
            && has_any(sample, &["email_campaign_id", "emailCampaignId"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["created"]),
            (Field::Event, &["type"]),
            (Field::Email, &["recipient"]),
            (Field::EventId, &["id"]),
            (Field::Campaign, &["email_campaign_id", "emailCampaignId"]),
            (Field::Bot, &["filtered_event", "filteredEvent"]),
            (Field::Source, &[]),
        ],
        zone: Some("UTC"),
        events: &[
            ("OPEN", "email_open"),
            ("CLICK", "email_click"),
            ("PROCESSED", "email_processed"),
            ("SENT", "email_sent"),
            ("DELIVERED", "email_delivered"),
            ("BOUNCE", "email_bounced"),
            ("DROPPED", "email_dropped"),
            ("DEFERRED", "email_deferred"),
            ("SPAMREPORT", "spam_report"),
            ("STATUSCHANGE", "status_change"),
            ("FORWARD", "email_forward"),
            ("PRINT", "email_print"),
        ],
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};

pub(super) static FORMS: Vendor = Vendor {
    kind: KindName::HubspotForms,
    evidence: Evidence::Seen,
    recognizes: |sample| columns::has_all(sample, &["timestamp", "form_id", "contact_id", "conversion_id"]),
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp"]),
            (Field::CrmId, &["contact_id"]),
            (Field::PageUrl, &["page_url"]),
            (Field::PageTitle, &[]),
        ],
        zone: Some("UTC"),
        event: Some("form_submitted"),
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};

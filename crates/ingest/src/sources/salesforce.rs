//! Salesforce: opportunities, leads and contacts with their dates, and the histories of opportunities and fields.
//!
//! Names of columns are those of the interface (`StageName`), which Data Loader writes, or the same in small letters
//! (`stage_name`), as warehouses have them. Ids come with 15 or 18 characters; those of 15 get the other three, so that
//! they match. The close date of an open opportunity is a plan and no event. A lead that was converted goes on as its
//! contact. Each row of a history is the opportunity as it was from then on, and a change of its stage even where only
//! its amount changed; in a history of fields only a change of the stage is one. Seen: the schemas in the tests of
//! Fivetran's models, whose times are UTC. Unverified: reports with labels, whose last lines (`Copyright (c) …`) are set
//! aside as rows of too few fields.

use std::borrow::Cow;

use super::crm::{Changes, History, Owner, PERSON, Records};
use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::mapping::guess::STAGE_CHANGED;
use crate::sample::{Sample, Shape};
use crate::translate::spread::{DATE, EVENT, Moment, STAGE, Stage};

pub(super) static RECORDS: Vendor = Vendor {
    kind: KindName::Salesforce,
    evidence: Evidence::Seen,
    recognizes: |sample| matches!(sample.shape, Shape::Delimited(_)) && object(sample).is_some(),
    preset: Preset { zone: Some("UTC"), ..PRESET },
    translator: Some(|sample| {
        let moments = object(sample).map(|object| moments(object, columns::names(sample))).unwrap_or_default();
        Box::new(Records::of(sample, moments, &RECORD))
    }),
    synthetic: &[],
};

pub(super) static HISTORY: Vendor = Vendor {
    kind: KindName::SalesforceHistory,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        let whose = ["OpportunityId", "opportunity_id", "LeadId", "lead_id", "ContactId", "contact_id"];
        matches!(sample.shape, Shape::Delimited(_))
            && has_any(sample, &whose)
            && has_any(sample, CHANGES.property)
            && has_any(sample, CHANGES.value)
            && has_any(sample, &["CreatedDate", "created_date"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["CreatedDate", "created_date"]),
            (Field::Event, &[EVENT]),
            (Field::Stage, &[STAGE]),
            (Field::CrmId, &[PERSON]),
            (Field::EventId, &["Id", "id"]),
            (Field::UserId, &[]),
            (Field::Value, &[]),
        ],
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(History::of(sample, &CHANGES))),
    synthetic: &[],
};

const PRESET: Preset = Preset {
    columns: &[
        (Field::Time, &[DATE]),
        (Field::Event, &[EVENT]),
        (Field::Stage, &[STAGE]),
        (Field::CrmId, &[PERSON]),
        (Field::Email, &["Email", "email"]),
        (Field::Value, &["Amount", "amount"]),
        (Field::Currency, &["CurrencyIsoCode", "currency_iso_code"]),
        (Field::Source, &["LeadSource", "lead_source", "Lead Source"]),
        (Field::Country, &["MailingCountry", "mailing_country", "Country", "country"]),
        // Campaigns of the CRM are no campaigns of an address.
        (Field::Campaign, &[]),
        (Field::UserId, &[]),
        (Field::AnonymousId, &[]),
        (Field::EventId, &[]),
        (Field::PageTitle, &[]),
        (Field::PageUrl, &[]),
        (Field::OrderId, &[]),
    ],
    ..Preset::NONE
};

static RECORD: Owner = Owner {
    persons: &["ConvertedContactId", "converted_contact_id", "ContactId", "contact_id", "Contact ID"],
    records: &[
        ("OpportunityId", ""),
        ("opportunity_id", ""),
        ("Opportunity ID", ""),
        ("Id", ""),
        ("id", ""),
        ("Lead ID", ""),
        (REPORTED, "opportunity"),
    ],
    id: long_id,
};

static CHANGES: Changes = Changes {
    owner: Owner {
        persons: &["ContactId", "contact_id", "LeadId", "lead_id"],
        records: &[("OpportunityId", ""), ("opportunity_id", "")],
        id: long_id,
    },
    property: &["Field", "field"],
    value: &["NewValue", "new_value"],
    stages: &[("StageName", STAGE_CHANGED), ("Status", STAGE_CHANGED)],
};

/// A column that reports on opportunities have.
const REPORTED: &str = "Opportunity Name";

/// What the records of a table are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Object {
    Opportunity,
    /// One row per state of an opportunity.
    OpportunityHistory,
    Lead,
    Contact,
}

fn has_any(sample: &Sample, columns: &[&str]) -> bool {
    columns.iter().any(|column| columns::has_all(sample, &[column]))
}

fn object(sample: &Sample) -> Option<Object> {
    let has = |names: &[&str]| names.iter().all(|name| field(columns::names(sample), name).is_some());
    if has(&["StageName", "_fivetran_start"]) || has(&["StageName", "OpportunityId", "CreatedDate"]) {
        return Some(Object::OpportunityHistory);
    }
    // Other CRMs have stages and close dates too.
    let own = [REPORTED, "OwnerId", "AccountId", "IsClosed", "IsWon", "ForecastCategory", "_fivetran_synced"];
    if has(&["StageName", "CloseDate", "CreatedDate"]) && own.iter().any(|name| has(&[name])) {
        return Some(Object::Opportunity);
    }
    let is_table = has(&["CreatedDate", "LastModifiedDate", "OwnerId", "Email"]) && !has(&["_fivetran_start"]);
    match () {
        () if is_table && has(&["IsConverted"]) => Some(Object::Lead),
        () if is_table && has(&["AccountId", "LastName"]) => Some(Object::Contact),
        () => None,
    }
}

/// The column of a field: `StageName`, `stage_name` or `Stage Name`; reports call two of them otherwise.
fn field<'a>(names: &'a [String], wanted: &str) -> Option<&'a String> {
    let joined = |name: &str| {
        let kept = name.chars().filter(|character| !matches!(character, '_' | ' '));
        kept.collect::<String>().to_ascii_lowercase()
    };
    let is_report = names.iter().any(|name| name == REPORTED);
    let label = match wanted {
        "StageName" if is_report => "stage",
        "IsClosed" if is_report => "closed",
        _ => "",
    };
    let wanted = joined(wanted);
    names.iter().find(|name| joined(name) == wanted || name.eq_ignore_ascii_case(label))
}

fn moments(object: Object, names: &[String]) -> Vec<Moment> {
    let at = |column: &str, event: &str| field(names, column).map(|column| Moment::event(column, event));
    let into_stage = |column: &str, only_if: Option<&str>| {
        let stage = field(names, "StageName")?;
        let only_if = match only_if {
            Some(column) => Some(field(names, column)?.clone()),
            None => None,
        };
        let moment = Moment::event(field(names, column)?, STAGE_CHANGED);
        Some(Moment { stage: Some(Stage::In(stage.clone())), only_if, ..moment })
    };
    let found = match object {
        Object::Opportunity => {
            let changed = into_stage("LastStageChangeDate", None).or_else(|| into_stage("CloseDate", Some("IsClosed")));
            vec![at("CreatedDate", "opportunity_created"), changed]
        }
        Object::OpportunityHistory => {
            vec![into_stage("_fivetran_start", None).or_else(|| into_stage("CreatedDate", None))]
        }
        Object::Lead => vec![at("CreatedDate", "lead_created"), at("ConvertedDate", "lead_converted")],
        Object::Contact => vec![at("CreatedDate", "contact_created")],
    };
    found.into_iter().flatten().collect()
}

/// An id of 15 characters, in which case matters, with the three that say which letters are capitals.
fn long_id(id: &str) -> Cow<'_, str> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    if id.len() != 15 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Cow::Borrowed(id);
    }
    let letter = |part: &[u8]| {
        let capitals = part.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
        char::from(LETTERS[capitals.map(|(place, _)| 1 << place).sum::<usize>()])
    };
    Cow::Owned(id.chars().chain(id.as_bytes().chunks(5).map(letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_fifteen_characters_gets_its_other_three() {
        for (short, long) in [
            ("0061G00000Ja7B6", "0061G00000Ja7B6QAJ"),
            ("0031G00001S3ckZ", "0031G00001S3ckZQAR"),
            ("00Q1G00000nDnM5", "00Q1G00000nDnM5UAK"),
        ] {
            assert_eq!(long_id(short), long);
            assert_eq!(long_id(long), long);
        }
        assert_eq!(long_id("0061G00000Ja7-6"), "0061G00000Ja7-6");
    }
}

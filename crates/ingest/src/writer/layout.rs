//! Which columns does a writer need, and which of them leave with its tables?

use super::origin::{AGENT, tells_origin};
use super::{RAW_PAGE, UTM, WriterSpec};
use crate::builder::Layout;
use crate::field::{FIELDS, Field};

/// Which columns a writer needs and exports.
pub(super) struct Columns {
    pub(super) needed: [bool; FIELDS],
    exported: Vec<String>,
    hidden: Vec<String>,
    pub(super) properties: Vec<String>,
}

impl Columns {
    pub(super) fn of(spec: &WriterSpec<'_>) -> Self {
        let can = |field: Field| spec.fields.contains(&field);
        let address = spec.utm_from_address && can(Field::PageUrl);
        let referrer = tells_origin(spec);
        let traffic = |field: Field| can(field) || address || (referrer && ORIGIN.contains(&field));
        let possible = |field: Field| match field {
            Field::Page => can(Field::Page) || can(Field::PageUrl),
            Field::Channel => can(field) || traffic(Field::Source) || traffic(Field::Medium),
            _ if UTM.contains(&field) => traffic(field),
            _ if AGENT.contains(&field) => can(field) || can(Field::UserAgent),
            _ => can(field),
        };
        let wants = |field: Field| ALWAYS.contains(&field) || spec.wanted.wants(field.name());
        let exported: Vec<Field> =
            Field::ALL.into_iter().filter(|field| field.is_text() && possible(*field) && wants(*field)).collect();
        let mut needed = [false; FIELDS];
        for field in Field::ALL {
            needed[field as usize] = can(field)
                && (!field.is_text()
                    || field == Field::UserAgent
                    || exported.contains(&field)
                    || feeds(field, &exported, address)
                    || feeds_origin(field, &exported, referrer));
        }
        let hidden: Vec<Field> = Field::ALL
            .into_iter()
            .filter(|field| field.is_text() && !exported.contains(field))
            .filter(|field| {
                needed[*field as usize]
                    || (address && feeds(*field, &exported, address))
                    || feeds_origin(*field, &exported, referrer)
            })
            .collect();
        Self::named(spec, needed, &exported, &hidden)
    }

    fn named(spec: &WriterSpec<'_>, needed: [bool; FIELDS], exported: &[Field], hidden: &[Field]) -> Self {
        let names = |fields: &[Field]| fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>();
        let mut exported = names(exported);
        exported.extend(spec.properties.iter().cloned());
        let mut hidden = names(hidden);
        hidden.push(RAW_PAGE.to_owned());
        Self { needed, exported, hidden, properties: spec.properties.to_vec() }
    }

    pub(super) fn layout(&self, spec: &WriterSpec<'_>) -> Layout {
        Layout {
            source_name: spec.source_name.to_owned(),
            text: self.exported.clone(),
            hidden: self.hidden.clone(),
            passing: PASSING.map(|field| field.name().to_owned()).into(),
            identifiers: spec.fields.iter().filter_map(|field| field.identifier()).collect(),
            event_id: spec.fields.contains(&Field::EventId),
            value: spec.fields.contains(&Field::Value),
            sequence: spec.sequence,
        }
    }
}

/// Text fields that every table has where the source can fill them.
const ALWAYS: [Field; 3] = [Field::Event, Field::OrderId, Field::Partition];

/// Text fields whose values hardly ever come again, or are long.
const PASSING: [Field; 3] = [Field::OrderId, Field::Items, Field::Props];

/// Whether short values of a field are remembered.
pub(super) fn is_short(field: Field, columns: &Columns) -> bool {
    field.is_text() && columns.needed[field as usize] && !PASSING.contains(&field)
}

/// What a referrer tells.
const ORIGIN: [Field; 2] = [Field::Source, Field::Medium];

/// Whether an exported field is derived from `field` by way of referrers. What they tell is told as a whole.
fn feeds_origin(field: Field, exported: &[Field], referrer: bool) -> bool {
    let is_asked = exported.contains(&Field::Channel) || ORIGIN.iter().any(|told| exported.contains(told));
    referrer && is_asked && (field == Field::Referrer || ORIGIN.contains(&field))
}

/// Whether an exported field is derived from `field`.
fn feeds(field: Field, exported: &[Field], address: bool) -> bool {
    let channel = exported.contains(&Field::Channel);
    match field {
        Field::Source | Field::Medium | Field::Campaign => channel,
        Field::PageUrl => {
            exported.contains(&Field::Page) || (address && (channel || UTM.iter().any(|utm| exported.contains(utm))))
        }
        _ => false,
    }
}

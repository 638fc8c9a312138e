//! Which stage does the sales department give a visitor, and when?

use std::collections::BTreeMap;
use std::path::Path;

use kundresa_model::zone::ZoneTable;

use crate::csv::write_fields;
use crate::error::GenerateError;
use crate::event::{Kind, ShopEvent};
use crate::files::LineFile;
use crate::sample::{CRM_EVENT, CRM_FILE};
use crate::truth::RowTruth;

/// Stages in the order in which they can be reached.
const STAGES: [&str; 4] = ["lead", "customer", "loyal customer", "ambassador"];

/// The CRM of the sample: dates only, one row per change, identified by contact and by client id.
pub(crate) struct CrmBook {
    zone: ZoneTable,
    /// Changes from this day on are not in the export yet.
    first_missing_day: i64,
    contacts: BTreeMap<String, Contact>,
    changes: Vec<Change>,
}

struct Contact {
    number: usize,
    /// Stages reached.
    reached: usize,
    orders: Vec<u64>,
}

struct Change {
    number: usize,
    client_id: String,
    stage: &'static str,
    day: i64,
}

impl CrmBook {
    /// A book whose export lacks `first_missing_day` and later days.
    pub(crate) fn new(zone: ZoneTable, first_missing_day: i64) -> Self {
        Self { zone, first_missing_day, contacts: BTreeMap::new(), changes: Vec::new() }
    }

    /// Looks at an event and notes a change of stage, if it makes one.
    pub(crate) fn note(&mut self, event: &ShopEvent) {
        let visitor = &event.visit.visitor;
        let day = self.zone.local_day(event.action.ts_us);
        let is_mark = matches!(event.action.kind, Kind::NewsletterSignup | Kind::Purchase | Kind::Review);
        if !visitor.has_consent || !is_mark || day >= self.first_missing_day {
            return;
        }
        let number = self.contacts.len() + 1;
        let contact = self.contacts.entry(visitor.client_id.clone()).or_insert_with(|| Contact::new(number));
        let stage = contact.stage_after(event);
        if stage > contact.reached {
            contact.reached = stage;
            let (number, client_id) = (contact.number, visitor.client_id.clone());
            self.changes.push(Change { number, client_id, stage: STAGES[stage - 1], day });
        }
    }

    /// Writes the export.
    pub(crate) fn write(&self, folder: &Path, rows: &mut RowTruth) -> Result<(), GenerateError> {
        let mut file = LineFile::create(folder.join(CRM_FILE), "contact_id,client_id,stage,changed_on\n")?;
        for change in &self.changes {
            let date = chrono::DateTime::from_timestamp(change.day * 86_400, 0).unwrap_or_default();
            let fields = [
                format!("C-{:04}", change.number),
                change.client_id.clone(),
                change.stage.to_owned(),
                date.format("%Y-%m-%d").to_string(),
            ];
            file.add(|line| write_fields(&fields, line))?;
            rows.add_row(CRM_EVENT, CRM_FILE);
        }
        file.close()
    }
}

impl Contact {
    fn new(number: usize) -> Self {
        Self { number, reached: 0, orders: Vec::new() }
    }

    /// Number of stages reached with this event.
    fn stage_after(&mut self, event: &ShopEvent) -> usize {
        if let Some(order) = event.action.order.filter(|order| !self.orders.contains(order)) {
            self.orders.push(order);
        }
        match event.action.kind {
            Kind::Review if event.action.nps >= Some(9) => 4,
            Kind::Purchase => 1 + self.orders.len().min(2),
            Kind::NewsletterSignup => 1,
            _ => 0,
        }
    }
}

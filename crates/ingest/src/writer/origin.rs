//! Where does an event come from by its referrer, and on what does it run by its user agent?
//!
//! Sources that don't say themselves: a search engine is its name with the medium `organic`, any other site its host with
//! `referral`, the own site nothing. What `utm_…` says comes before the referrer, and so does the mark of a paid click.
//! Every answer is found once per distinct value.

use std::sync::Arc;

use super::derived::remembered;
use super::{EventWriter, WriterSpec};
use crate::agent::Agent;
use crate::builder::{EventTableBuilder, NO_TEXT, Slot};
use crate::field::Field;
use crate::page::{host_of, is_same_site};

/// What a user agent tells.
pub(super) const AGENT: [Field; 3] = [Field::Device, Field::Os, Field::Browser];

/// Parameters with which engines mark paid clicks, and what they stand for.
const CLICKS: [(&str, [&str; 2]); 5] = [
    ("gclid=", ["google", "cpc"]),
    ("gbraid=", ["google", "cpc"]),
    ("wbraid=", ["google", "cpc"]),
    ("msclkid=", ["bing", "cpc"]),
    ("yclid=", ["yandex", "cpc"]),
];

/// Columns that are filled from a user agent or a referrer.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Device, system and browser, where the source has no such column.
    pub(super) agent: [Option<Slot>; 3],
    /// Source and medium, where the source has neither but a referrer.
    pub(super) origin: Option<[Slot; 2]>,
}

impl Targets {
    pub(super) fn of(spec: &WriterSpec<'_>, builder: &EventTableBuilder) -> Self {
        let can = |field: Field| spec.fields.contains(&field);
        let agent = AGENT.map(|field| {
            let is_open = can(Field::UserAgent) && !can(field);
            builder.slot(field.name()).filter(|_| is_open)
        });
        let origin = tells_origin(spec)
            .then(|| Some([builder.slot(Field::Source.name())?, builder.slot(Field::Medium.name())?]))
            .flatten();
        Self { agent, origin }
    }
}

/// Whether referrers tell where visitors come from, since nothing else does.
pub(super) fn tells_origin(spec: &WriterSpec<'_>) -> bool {
    let can = |field: Field| spec.fields.contains(&field);
    spec.utm_from_address && can(Field::Referrer) && !can(Field::Source) && !can(Field::Medium)
}

/// What an address says about where its visitor comes from.
#[derive(Clone, Default)]
pub(super) struct AddressOrigin {
    host: Option<Arc<str>>,
    /// Codes of source and medium of a paid click.
    click: Option<[u32; 2]>,
}

/// What a referrer says.
#[derive(Clone, Default)]
pub(super) struct Referred {
    host: Option<Arc<str>>,
    /// Codes of source and medium.
    codes: [u32; 2],
}

impl EventWriter {
    /// Codes of device, system and browser of the user agent of that code.
    pub(super) fn agent_codes(&mut self, agent: u32) -> [u32; 3] {
        if agent == NO_TEXT {
            return [NO_TEXT; 3];
        }
        if let Some(codes) = *remembered(&mut self.memo.agent, agent) {
            return codes;
        }
        let text = self.slots[Field::UserAgent as usize].and_then(|slot| self.builder.text_of(slot, agent));
        let Agent { device, os, browser } = Agent::of(text.unwrap_or_default());
        let mut codes = [NO_TEXT; 3];
        for ((code, slot), name) in codes.iter_mut().zip(self.targets.agent).zip([device, os, browser]) {
            if let (Some(slot), Some(name)) = (slot, name) {
                *code = self.builder.intern(slot, name);
            }
        }
        *remembered(&mut self.memo.agent, agent) = Some(codes);
        codes
    }

    /// Codes of source and medium that the referrer of that code gives on a page of that address.
    pub(super) fn origin_codes(&mut self, targets: [Slot; 2], referrer: u32, address: u32) -> [u32; 2] {
        let page = self.address_origin(targets, address);
        if let Some(click) = page.click {
            return click;
        }
        let host = page.host;
        let Some(referred) = self.referred(targets, referrer) else { return [NO_TEXT; 2] };
        let is_own = referred.host.zip(host).is_some_and(|(other, own)| is_same_site(&other, &own));
        if is_own { [NO_TEXT; 2] } else { referred.codes }
    }

    fn referred(&mut self, targets: [Slot; 2], code: u32) -> Option<Referred> {
        if code == NO_TEXT {
            return None;
        }
        if let Some(referred) = remembered(&mut self.memo.referrers, code) {
            return Some(referred.clone());
        }
        let text = self.slots[Field::Referrer as usize].and_then(|slot| self.builder.text_of(slot, code));
        let host = text.and_then(host_of);
        let mut codes = [NO_TEXT; 2];
        if let Some(host) = host.as_deref().filter(|host| !self.rules.is_own_host(host)) {
            let (source, medium) = self.rules.channels.origin(host);
            codes = [self.builder.intern(targets[0], source), self.builder.intern(targets[1], medium)];
        }
        let referred = Referred { host, codes };
        *remembered(&mut self.memo.referrers, code) = Some(referred.clone());
        Some(referred)
    }

    fn address_origin(&mut self, targets: [Slot; 2], code: u32) -> AddressOrigin {
        if code == NO_TEXT {
            return AddressOrigin::default();
        }
        if let Some(origin) = remembered(&mut self.memo.address_origins, code) {
            return origin.clone();
        }
        let text = self.slots[Field::PageUrl as usize].and_then(|slot| self.builder.text_of(slot, code));
        let text = text.unwrap_or_default().to_owned();
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let marks = |(mark, _): &&(&str, [&str; 2])| query.split('&').any(|part| part.starts_with(mark));
        let click = CLICKS.iter().find(marks).map(|(_, [source, medium])| {
            [self.builder.intern(targets[0], source), self.builder.intern(targets[1], medium)]
        });
        let origin = AddressOrigin { host: host_of(&text), click };
        *remembered(&mut self.memo.address_origins, code) = Some(origin.clone());
        origin
    }

    /// Fills what the row's user agent and referrer tell.
    pub(super) fn derive_from_agent_and_referrer(&mut self) {
        let code = |writer: &Self, field: Field| {
            writer.slots[field as usize].map_or(NO_TEXT, |slot| writer.builder.code(slot))
        };
        if self.targets.agent.iter().any(Option::is_some) {
            let codes = self.agent_codes(code(self, Field::UserAgent));
            let targets = self.targets.agent.into_iter().zip(codes);
            targets.for_each(|(slot, code)| slot.into_iter().for_each(|slot| self.builder.set_code(slot, code)));
        }
        let Some(targets) = self.targets.origin else { return };
        if targets.iter().all(|slot| self.builder.code(*slot) == NO_TEXT) {
            let (referrer, address) = (code(self, Field::Referrer), code(self, Field::PageUrl));
            let codes = self.origin_codes(targets, referrer, address);
            targets.into_iter().zip(codes).for_each(|(slot, code)| self.builder.set_code(slot, code));
        }
    }

    /// Fills what user agents and referrers of the rows from `from` on tell.
    pub(super) fn derive_from_agents_and_referrers(&mut self, from: usize) {
        let code = |writer: &Self, field: Field, row: usize| {
            writer.slots[field as usize].map_or(NO_TEXT, |slot| writer.builder.codes(slot)[row])
        };
        if self.targets.agent.iter().any(Option::is_some) {
            for row in from..self.rows() {
                let codes = self.agent_codes(code(self, Field::UserAgent, row));
                let targets = self.targets.agent.into_iter().zip(codes);
                targets.for_each(|(slot, code)| self.fill_gap(slot, row, code));
            }
        }
        let Some(targets) = self.targets.origin else { return };
        for row in from..self.rows() {
            if targets.iter().all(|slot| self.builder.codes(*slot)[row] == NO_TEXT) {
                let (referrer, address) = (code(self, Field::Referrer, row), code(self, Field::PageUrl, row));
                let codes = self.origin_codes(targets, referrer, address);
                targets.into_iter().zip(codes).for_each(|(slot, code)| self.fill_gap(Some(slot), row, code));
            }
        }
    }
}

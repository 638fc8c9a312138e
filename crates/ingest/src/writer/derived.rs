//! What follows from the codes that a row has: flags, bot, page, campaign, channel?
//!
//! Every answer is found once per distinct value, whether rows come one by one or in columns.

use hashbrown::HashMap;
use kundresa_model::event_table::EventFlags;

use super::origin::{AddressOrigin, Referred};
use super::{CHANGED, EventWriter, UTM};
use crate::builder::{NO_TEXT, Slot};
use crate::field::Field;
use crate::page::{campaign_of, path_of};
use crate::placeholder::is_placeholder;

/// Codes of what an address says: page, source, medium, campaign, term, content.
pub(super) type AddressCodes = [u32; 6];

/// Answers per distinct value. They hold as long as no code is forgotten.
#[derive(Default)]
pub(super) struct Memo {
    event_flags: Vec<Option<u8>>,
    bot_agent: Vec<Option<bool>>,
    address: Vec<Option<AddressCodes>>,
    page: Vec<Option<u32>>,
    channel: HashMap<[u32; 3], u32>,
    pub(super) agent: Vec<Option<[u32; 3]>>,
    pub(super) referrers: Vec<Option<Referred>>,
    pub(super) address_origins: Vec<Option<AddressOrigin>>,
    /// Sums of the generations of all columns below.
    generations: u32,
}

/// Fields of whose codes answers are remembered, or are made.
const LINKED: [Field; 14] = [
    Field::Event,
    Field::Page,
    Field::PageUrl,
    Field::Source,
    Field::Medium,
    Field::Campaign,
    Field::Term,
    Field::Content,
    Field::Channel,
    Field::UserAgent,
    Field::Device,
    Field::Os,
    Field::Browser,
    Field::Referrer,
];

impl EventWriter {
    /// Forgets what was remembered of codes that the builder forgot.
    pub(super) fn forget_stale(&mut self) {
        let linked = LINKED.iter().filter_map(|field| self.slots[*field as usize]);
        let linked: Vec<Slot> = linked.chain(self.raw_page).collect();
        let generations = |writer: &Self| linked.iter().map(|slot| writer.builder.generation(*slot)).sum();
        if generations(self) != self.memo.generations {
            linked.iter().for_each(|slot| self.builder.forget(*slot));
            self.memo = Memo { generations: generations(self), ..Memo::default() };
        }
        for (memo, slot) in self.short.iter_mut().zip(self.slots) {
            if let Some((memo, slot)) = memo.as_mut().zip(slot) {
                memo.hold_for(self.builder.generation(slot));
            }
        }
        for (memo, slot) in self.short_properties.iter_mut().zip(&self.properties) {
            memo.hold_for(self.builder.generation(*slot));
        }
    }

    /// Code of a page as it is written, with [`CHANGED`] if the page is called something else.
    pub(super) fn page_of(&mut self, slot: Slot, value: &str) -> u32 {
        let Some(raw) = self.raw_page else { return NO_TEXT };
        let code = self.builder.intern(raw, value);
        *remembered(&mut self.memo.page, code).get_or_insert_with(|| {
            let page = self.rules.pages.page(path_of(value));
            let mark = if page == value { 0 } else { CHANGED };
            self.builder.intern(slot, &page) | mark
        })
    }

    /// Flags that the event's name gives.
    #[inline]
    pub(super) fn event_flags(&mut self, event: u32) -> u8 {
        match self.memo.event_flags.get(event as usize) {
            Some(Some(flags)) => *flags,
            _ => self.remember_flags(event),
        }
    }

    fn remember_flags(&mut self, event: u32) -> u8 {
        *remembered(&mut self.memo.event_flags, event).get_or_insert_with(|| {
            let name = self.slots[Field::Event as usize].and_then(|slot| self.builder.text_of(slot, event));
            self.rules.event_flags(name.unwrap_or_default())
        })
    }

    /// [`EventFlags::BOT`] if the user agent of that code is a program's.
    pub(super) fn agent_flags(&mut self, slot: Slot, agent: u32) -> u8 {
        let is_bot = *remembered(&mut self.memo.bot_agent, agent).get_or_insert_with(|| {
            self.builder.text_of(slot, agent).is_some_and(|agent| self.rules.bots.is_match(agent))
        });
        if is_bot { EventFlags::BOT } else { 0 }
    }

    /// The column of addresses, if something follows from it.
    pub(super) fn telling_address(&self) -> Option<Slot> {
        let tells = self.utm_from_address || self.slots[Field::Page as usize].is_some();
        self.slots[Field::PageUrl as usize].filter(|_| tells)
    }

    /// What the address of that code says.
    pub(super) fn address(&mut self, slot: Slot, code: u32) -> AddressCodes {
        match *remembered(&mut self.memo.address, code) {
            Some(codes) => codes,
            None => self.remember_address(slot, code),
        }
    }

    fn remember_address(&mut self, slot: Slot, code: u32) -> AddressCodes {
        let address = self.builder.text_of(slot, code).unwrap_or_default().to_owned();
        let mut codes = [NO_TEXT; 6];
        if let Some(page) = self.slots[Field::Page as usize] {
            let name = self.rules.pages.page(path_of(&address));
            codes[0] = self.builder.intern(page, &name);
        }
        if self.utm_from_address {
            for ((field, code), value) in UTM.into_iter().zip(&mut codes[1..]).zip(campaign_of(&address)) {
                let value = value.filter(|value| !value.is_empty() && !is_placeholder(field, value));
                if let (Some(slot), Some(value)) = (self.slots[field as usize], value) {
                    *code = self.builder.intern(slot, &value);
                }
            }
        }
        *remembered(&mut self.memo.address, code) = Some(codes);
        codes
    }

    /// Code of the channel of that source, medium and campaign.
    pub(super) fn channel_of(&mut self, slot: Slot, key: [u32; 3]) -> u32 {
        if key[0] == NO_TEXT && key[1] == NO_TEXT {
            return NO_TEXT;
        }
        match self.memo.channel.get(&key) {
            Some(code) => *code,
            None => self.remember_channel(slot, key),
        }
    }

    fn remember_channel(&mut self, slot: Slot, key: [u32; 3]) -> u32 {
        let part = |field: Field, code| self.slots[field as usize].and_then(|slot| self.builder.text_of(slot, code));
        let (source, medium) = (part(Field::Source, key[0]), part(Field::Medium, key[1]));
        let group = self.rules.channels.group(source, medium, part(Field::Campaign, key[2])).map(str::to_owned);
        let code = group.map_or(NO_TEXT, |group| self.builder.intern(slot, &group));
        self.memo.channel.insert(key, code);
        code
    }
}

/// The answer for a code.
pub(super) fn remembered<T: Clone>(memo: &mut Vec<Option<T>>, code: u32) -> &mut Option<T> {
    let index = code as usize;
    if memo.len() <= index {
        memo.resize(index + 1, None);
    }
    &mut memo[index]
}

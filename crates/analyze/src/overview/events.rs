//! What is an event to the overview: a view, a key event, a purchase, a refund, a click?

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::{Columns, EventColumns, MaskSet};
use kundresa_model::predicate::{Predicate, parse_step};
use kundresa_model::result::money::Sum;
use kundresa_model::spec::overview::{
    ENGAGEMENT_EVENT, FIRST_EVENTS, OverviewSpec, VENDOR_CHANNEL, VENDOR_SESSION_NUMBER,
};

use super::tally::{EventTally, MoneyTally};
use crate::error::AnalyzeError;

/// The channel of sessions that nobody brought.
pub(super) const DIRECT: &str = "Direct";
/// No channel is known.
pub(super) const NO_CHANNEL: u32 = u32::MAX;
/// More in one event is no measurement: a page is not in the foreground for longer than a day without an event.
const MOST_ENGAGEMENT_MSEC: u64 = 24 * 60 * 60 * 1_000;

/// Bits of the kinds that an event is of, as [`EventKinds`] tells them.
pub(super) mod kind {
    /// A page or screen was shown.
    pub(in super::super) const VIEW: u64 = 1;
    /// What matters most.
    pub(in super::super) const KEY: u64 = 1 << 1;
    /// Brings revenue.
    pub(in super::super) const PURCHASE: u64 = 1 << 2;
    /// Gives money back.
    pub(in super::super) const REFUND: u64 = 1 << 3;
    /// The vendor says that the actor is new.
    pub(in super::super) const FIRST: u64 = 1 << 4;
    /// The vendor says that there was time in the foreground.
    pub(in super::super) const ENGAGEMENT: u64 = 1 << 5;
}

/// Finds the kinds of events.
#[derive(Clone, Debug)]
pub(super) struct EventKinds {
    masks: MaskSet,
    /// Kind of each predicate of `masks`.
    kinds: Vec<u64>,
    /// Column that alone decides, and kinds by its codes.
    by_code: Option<(usize, Vec<u64>)>,
}

impl EventKinds {
    /// The kinds that `spec` names.
    pub(super) fn try_new(spec: &OverviewSpec, columns: &dyn Columns) -> Result<Self, AnalyzeError> {
        let (mut predicates, mut kinds) = (Vec::new(), Vec::new());
        let own = [kind::VIEW, kind::KEY, kind::PURCHASE, kind::REFUND];
        for ((key, list), kind) in spec.lists().into_iter().zip(own) {
            if let Some(predicate) = any_of(key, list)? {
                predicates.push(predicate);
                kinds.push(kind);
            }
        }
        for (names, kind) in [(FIRST_EVENTS, kind::FIRST), (ENGAGEMENT_EVENT, kind::ENGAGEMENT)] {
            predicates.extend(parse_step(names).ok());
            kinds.push(kind);
        }
        let place = || "[overview]".to_owned();
        let masks =
            MaskSet::try_new(&predicates, columns).map_err(|error| AnalyzeError::Mask { place: place(), error })?;
        let mut all = Self { masks, kinds, by_code: None };
        let by_code = |masks: &[u64]| masks.iter().map(|matches| all.matched(*matches)).collect();
        all.by_code = all.masks.by_code().map(|(column, masks)| (column, by_code(masks)));
        Ok(all)
    }

    /// The column that alone decides, and kinds by its codes.
    pub(super) fn by_code(&self) -> Option<(usize, &[u64])> {
        self.by_code.as_ref().map(|(column, kinds)| (*column, kinds.as_slice()))
    }

    /// The kinds of the predicates `matches`.
    fn matched(&self, mut matches: u64) -> u64 {
        let mut kinds = 0;
        while matches != 0 {
            kinds |= self.kinds[matches.trailing_zeros() as usize];
            matches &= matches - 1;
        }
        kinds
    }

    /// Kinds of event `event`, with what its flags say: what the vendor made up is no view, and an order that was reported
    /// before is neither a purchase nor a key event.
    #[inline]
    pub(super) fn of(&self, columns: &EventColumns<'_>, flags: u8, event: usize) -> u64 {
        let kinds = match &self.by_code {
            Some((column, kinds)) => kinds[columns.text[*column][event] as usize],
            None => self.matched(self.masks.matches(columns, event)),
        };
        if flags & (EventFlags::SYNTHETIC | EventFlags::REPEATED_ORDER) == 0 { kinds } else { kinds & !barred(flags) }
    }
}

fn barred(flags: u8) -> u64 {
    let synthetic = if flags & EventFlags::SYNTHETIC == 0 { 0 } else { kind::VIEW };
    let repeated = if flags & EventFlags::REPEATED_ORDER == 0 { 0 } else { kind::PURCHASE | kind::KEY };
    synthetic | repeated
}

/// An event that satisfies any of the steps; `None` without steps.
fn any_of(key: &str, steps: &[String]) -> Result<Option<Predicate>, AnalyzeError> {
    let mut all = None;
    for step in steps {
        let predicate = parse_step(step)
            .map_err(|error| AnalyzeError::Predicate { place: format!("{key} of [overview]"), error })?;
        all = Some(match all.take() {
            None => predicate,
            Some(before) => Predicate::Or(Box::new(before), Box::new(predicate)),
        });
    }
    Ok(all)
}

/// Where the log keeps what is counted, and what its codes mean.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    /// Names of events.
    pub(super) event: Text<'a>,
    /// Pages, if the log has any.
    pub(super) page: Option<Text<'a>>,
    /// Currencies, if the log has any.
    pub(super) currency: Option<Text<'a>>,
    /// Numbers of channels by code of `channel`, if the log has any.
    channel: Option<(usize, Vec<u32>)>,
    /// The same by code of the vendor's own.
    vendor_channel: Option<(usize, Vec<u32>)>,
    /// Names of channels by their number.
    pub(super) channels: Vec<String>,
    /// Number of the channel of sessions that nobody brought.
    pub(super) direct: u32,
    /// Microseconds in the foreground by code.
    engagement: Option<(usize, Vec<Option<u64>>)>,
    /// Whether the vendor counted sessions before, by code.
    later_session: Option<(usize, Vec<bool>)>,
}

/// A text column with its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    pub(super) slot: usize,
    pub(super) values: &'a Dictionary,
}

impl<'a> Fields<'a> {
    /// The fields among `columns`.
    pub(super) fn try_new(spec: &OverviewSpec, columns: &'a dyn Columns) -> Result<Self, AnalyzeError> {
        let filled = |name: &str| {
            let (slot, values) = columns.text(name)?;
            (values.codes() > 1).then_some(Text { slot, values })
        };
        let (event, event_values) = columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?;
        let [channel, vendor_channel] = [text::CHANNEL, VENDOR_CHANNEL].map(filled);
        let channels = channel_names([channel, vendor_channel]);
        let numbered = |column: Text<'_>| (column.slot, by_code(column, NO_CHANNEL, |name| number_of(&channels, name)));
        Ok(Self {
            event: Text { slot: event, values: event_values },
            page: filled(text::PAGE),
            currency: filled(text::CURRENCY),
            channel: channel.map(numbered),
            vendor_channel: vendor_channel.map(numbered),
            engagement: filled(&spec.engagement_time_msec)
                .map(|column| (column.slot, by_code(column, None, foreground_us))),
            later_session: filled(VENDOR_SESSION_NUMBER).map(|column| (column.slot, by_code(column, false, is_later))),
            direct: number_of(&channels, DIRECT),
            channels,
        })
    }

    /// Whether the log tells where anybody came from.
    pub(super) fn has_channels(&self) -> bool {
        self.channel.is_some() || self.vendor_channel.is_some()
    }

    /// Whether the log tells of time in the foreground.
    #[inline]
    pub(super) fn has_engagement(&self) -> bool {
        self.engagement.is_some()
    }

    /// Whether the vendor counts sessions.
    #[inline]
    pub(super) fn has_later_session(&self) -> bool {
        self.later_session.is_some()
    }

    /// The click that an event is: its channel, if that is another than direct.
    #[inline]
    pub(super) fn click(&self, text: &[&[u32]], event: usize) -> u32 {
        self.channel.as_ref().map_or(NO_CHANNEL, |(slot, numbers)| {
            let channel = numbers[text[*slot][event] as usize];
            if channel == self.direct { NO_CHANNEL } else { channel }
        })
    }

    /// The vendor's channel of the event's session.
    #[inline]
    pub(super) fn vendor_channel(&self, text: &[&[u32]], event: usize) -> u32 {
        self.vendor_channel.as_ref().map_or(NO_CHANNEL, |(slot, numbers)| numbers[text[*slot][event] as usize])
    }

    /// Page of an event.
    #[inline]
    pub(super) fn page(&self, text: &[&[u32]], event: usize) -> u32 {
        self.page.map_or(NULL, |page| text[page.slot][event])
    }

    /// Microseconds in the foreground that an event reports, if it does.
    #[inline]
    pub(super) fn engagement(&self, text: &[&[u32]], event: usize) -> Option<u64> {
        self.engagement.as_ref().and_then(|(slot, spans)| spans[text[*slot][event] as usize])
    }

    /// Whether the vendor counted sessions of the actor before that of the event.
    #[inline]
    pub(super) fn is_in_later_session(&self, text: &[&[u32]], event: usize) -> bool {
        self.later_session.as_ref().is_some_and(|(slot, later)| later[text[*slot][event] as usize])
    }

    /// Money of a purchase or refund, with the code of its currency. `None` if it names no amount.
    pub(super) fn money(&self, text: &[&[u32]], value: &[i64], kinds: u64, event: usize) -> Option<(u32, MoneyTally)> {
        let amount = value.get(event).copied().filter(|amount| *amount != NO_VALUE)?;
        let currency = self.currency.map_or(NULL, |currency| text[currency.slot][event]);
        let mut money = MoneyTally::default();
        if kinds & kind::PURCHASE != 0 {
            money.purchases = 1;
            money.revenue = Sum(i128::from(amount));
        }
        if kinds & kind::REFUND != 0 {
            money.refunds = 1;
            money.refunded = Sum(i128::from(amount));
        }
        Some((currency, money))
    }

    /// One event of these kinds.
    #[inline]
    pub(super) fn tally(&self, text: &[&[u32]], value: &[i64], kinds: u64, event: usize) -> EventTally {
        let is = |bit: u64| u64::from(kinds & bit != 0);
        let has_value = value.get(event).is_some_and(|amount| *amount != NO_VALUE);
        EventTally {
            events: 1,
            views: is(kind::VIEW),
            key_events: is(kind::KEY),
            purchases: is(kind::PURCHASE),
            refunds: is(kind::REFUND),
            without_value: if has_value { 0 } else { is(kind::PURCHASE) },
            engagement: self.engagement(text, event).unwrap_or(0),
        }
    }
}

/// All channels by name, [`DIRECT`] among them.
fn channel_names(columns: [Option<Text<'_>>; 2]) -> Vec<String> {
    let values = columns.into_iter().flatten().flat_map(|column| column.values.values());
    let mut names: Vec<String> = values.map(|name| canonical(name).to_owned()).chain([DIRECT.to_owned()]).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn canonical(name: &str) -> &str {
    if name.eq_ignore_ascii_case(DIRECT) { DIRECT } else { name }
}

fn number_of(channels: &[String], name: &str) -> u32 {
    let place = channels.binary_search_by(|known| known.as_str().cmp(canonical(name))).ok();
    place.and_then(|place| u32::try_from(place).ok()).unwrap_or(NO_CHANNEL)
}

/// What each code of a column means; `null` for null.
fn by_code<T: Clone>(column: Text<'_>, null: T, meaning: impl Fn(&str) -> T) -> Vec<T> {
    std::iter::once(null).chain(column.values.values().iter().map(|value| meaning(value))).collect()
}

fn foreground_us(msec: &str) -> Option<u64> {
    let msec: u64 = msec.trim().parse().ok()?;
    (msec > 0 && msec <= MOST_ENGAGEMENT_MSEC).then_some(msec * 1_000)
}

fn is_later(number: &str) -> bool {
    number.trim().parse::<u64>().is_ok_and(|number| number > 1)
}

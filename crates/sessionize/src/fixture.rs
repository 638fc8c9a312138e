//! Small logs written out by hand or drawn at random, as batches.

use kundresa_model::actor_source::{ActorBatch, NO_VALUE};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::mask::Columns;
use kundresa_model::money::parse_micros;

/// Text columns of a [`Log`], in the order of its batches.
pub const COLUMNS: [&str; 7] = ["event", "source", "medium", "campaign", "session_hint", "page", "nps"];

/// One event; empty texts are null.
#[derive(Clone, Debug)]
pub struct Event {
    pub at_us: i64,
    pub flags: u8,
    pub texts: [&'static str; 7],
    pub value: i64,
}

/// Activity of that name at a time of day such as `10:00` or `10:30:00.001`.
pub fn event(at: &str, name: &'static str) -> Event {
    Event { at_us: clock(at), flags: EventFlags::ACTIVITY, texts: [name, "", "", "", "", "", ""], value: NO_VALUE }
}

/// Activity at each of the times.
pub fn events(times: &str) -> Vec<Event> {
    times.split_whitespace().map(|at| event(at, "page_view")).collect()
}

fn clock(text: &str) -> i64 {
    let mut parts = text.split(':').map(|part| parse_micros(part).expect("a number"));
    let mut next = || parts.next().unwrap_or(0);
    (next() * 60 + next()) * 60 + next()
}

impl Event {
    pub fn with(mut self, column: &str, text: &'static str) -> Self {
        self.texts[slot(column)] = text;
        self
    }

    pub fn source(self, text: &'static str) -> Self {
        self.with("source", text)
    }

    pub fn id(self, text: &'static str) -> Self {
        self.with("session_hint", text)
    }

    pub fn text(&self, column: &str) -> Option<&'static str> {
        Some(self.texts[slot(column)]).filter(|text| !text.is_empty())
    }

    pub fn passive(mut self) -> Self {
        self.flags &= !EventFlags::ACTIVITY;
        self
    }

    pub fn day_precision(mut self) -> Self {
        self.flags |= EventFlags::DAY_PRECISION;
        self
    }

    pub fn synthetic(mut self) -> Self {
        self.flags |= EventFlags::SYNTHETIC;
        self
    }

    pub fn has(&self, bits: u8) -> bool {
        EventFlags(self.flags).has(bits)
    }
}

fn slot(column: &str) -> usize {
    COLUMNS.iter().position(|name| *name == column).expect("a column of the fixture")
}

/// Events of several actors with everything a batch borrows from.
pub struct Log {
    offsets: Vec<u32>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    value: Vec<i64>,
    columns: Vec<(Dictionary, Vec<u32>)>,
}

impl Log {
    pub fn new(actors: &[Vec<Event>]) -> Self {
        let all: Vec<&Event> = actors.iter().flatten().collect();
        let mut offsets = vec![0];
        for actor in actors {
            offsets.push(offsets[offsets.len() - 1] + u32::try_from(actor.len()).expect("few events"));
        }
        let columns = COLUMNS.iter().map(|name| column(&all, name)).collect();
        Self {
            offsets,
            ts: all.iter().map(|event| event.at_us).collect(),
            flags: all.iter().map(|event| event.flags).collect(),
            value: all.iter().map(|event| event.value).collect(),
            columns,
        }
    }

    pub fn batch(&self) -> ActorBatch<'_> {
        ActorBatch {
            actor_offsets: &self.offsets,
            actor_ids: &[],
            ts: &self.ts,
            flags: &self.flags,
            text: self.columns.iter().map(|column| column.1.as_slice()).collect(),
            value: &self.value,
        }
    }
}

fn column(all: &[&Event], name: &str) -> (Dictionary, Vec<u32>) {
    let texts = || all.iter().map(|event| event.text(name));
    let dictionary = Dictionary::new(texts().flatten().map(str::to_owned).collect());
    let codes = texts().map(|text| text.and_then(|text| dictionary.code(text)).unwrap_or(0)).collect();
    (dictionary, codes)
}

impl Columns for Log {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        let slot = COLUMNS.iter().position(|column| *column == name)?;
        Some((slot, &self.columns[slot].0))
    }
}

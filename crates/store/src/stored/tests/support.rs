//! Logs cut into runs on disk, and what must come out of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow_array::LargeStringArray;
use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;

use crate::actor_key::identifier_hash;
use crate::block::{Block, Places};
use crate::generation::disk::Disk;
use crate::generation::manifest::{Manifest, StoredInput, StoredSource};
use crate::run::deleted::{Deleted, Why};
use crate::run::facts::Optional;
use crate::run::reader::Run;
use crate::run::writer::{Layout, RunWriter};
use crate::stored::StoredEvents;

/// Source `b` with ordered inputs 0 and 1 (1 comes first), source `a` without row order with 2 and 3.
pub(crate) fn manifest() -> Manifest {
    let source =
        |name: &str, has_row_order| StoredSource { name: name.to_owned(), has_row_order, ..Default::default() };
    let input = |id, source: &str, name: &str| StoredInput {
        id,
        source: source.to_owned(),
        name: name.to_owned(),
        ..Default::default()
    };
    Manifest {
        sources: vec![source("b", true), source("a", false)],
        inputs: vec![input(0, "b", "day10"), input(1, "b", "day9"), input(2, "a", "x"), input(3, "a", "w")],
        next_input: 4,
        ..Manifest::empty()
    }
}

/// How a run keeps the property `coupon`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coupons {
    Coded,
    Wide,
    InProps,
    /// In a column for source `b`, in `props` for source `a`.
    Mixed,
}

/// One event with everything that the store keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Class and identifier; none without an actor.
    pub(super) actor: Option<(u8, String)>,
    pub(super) ts: i64,
    pub(super) by_day: bool,
    pub(super) sequence: Option<i64>,
    pub(super) input: u32,
    /// Differs from that of any other.
    pub(super) row: u64,
    pub(super) event: String,
    pub(super) order: Option<String>,
    pub(super) coupon: Option<String>,
    pub(super) device: Option<String>,
    pub(super) value: Option<i64>,
    pub(super) run: usize,
    pub(super) counts: bool,
}

impl Event {
    pub(super) fn new(actor: &str, ts: i64, row: u64, run: usize) -> Self {
        Self {
            actor: Some((0, actor.to_owned())),
            ts,
            by_day: false,
            sequence: None,
            input: 0,
            row,
            event: "view".to_owned(),
            order: None,
            coupon: None,
            device: None,
            value: None,
            run,
            counts: true,
        }
    }

    /// Key cut to two bits on top, so that ids collide and ranges have borders.
    fn key(&self) -> u64 {
        let (class, id) = self.actor.clone().unwrap_or_default();
        identifier_hash(&[&[class], id.as_bytes()].concat()) & (3 << 62)
    }

    fn order(&self) -> impl Ord + use<> {
        let source = u32::from(self.input < 2);
        let input = if self.input == 0 { 1 } else { 0 };
        let sequence = self.sequence.unwrap_or(i64::MIN);
        (self.actor.is_none(), self.key(), self.actor.clone(), self.ts, self.by_day, source, sequence, input, self.row)
    }

    fn source(&self) -> &'static str {
        if self.input < 2 { "b" } else { "a" }
    }

    fn text(&self, name: &str) -> Option<String> {
        match name {
            text::EVENT => Some(self.event.clone()),
            text::SOURCE_NAME => Some(self.source().to_owned()),
            text::ORDER_ID => self.order.clone(),
            "coupon" => self.coupon.clone(),
            text::DEVICE => self.device.clone(),
            _ => None,
        }
    }

    fn is_coupon_in_column(&self, coupons: Coupons) -> bool {
        coupons != Coupons::InProps && (coupons != Coupons::Mixed || self.source() == "b")
    }

    fn props(&self, coupons: Coupons) -> Option<String> {
        let coupon = self.coupon.as_ref().filter(|_| !self.is_coupon_in_column(coupons));
        let quoted = |text: &String| serde_json::to_string(text).unwrap();
        coupon.map(|coupon| format!("{{\"other\":1,\"coupon\":{}}}", quoted(coupon)))
    }
}

/// Flags of events in order, actor by actor, with repeated orders marked the obvious way.
fn flags(events: &[Event]) -> Vec<u8> {
    let mut seen = BTreeSet::new();
    let flag = |event: &Event| {
        let order = (event.event == "purchase").then(|| event.actor.clone().zip(event.order.clone())).flatten();
        let is_repeated = order.is_some_and(|order| !seen.insert(order));
        let bit = |is_set, bit| if is_set { bit } else { 0 };
        EventFlags::ACTIVITY
            | bit(event.by_day, EventFlags::DAY_PRECISION)
            | bit(is_repeated, EventFlags::REPEATED_ORDER)
    };
    events.iter().map(flag).collect()
}

/// An event as it is handed out: time, flags, texts in the order asked for, money.
pub(super) type Told = (i64, u8, Vec<Option<String>>, i64);

/// Actors with their events, in order; rows without an actor under no name at the end.
pub(super) type Contents = Vec<(Option<String>, Vec<Told>)>;

/// What a store with those events must hand out.
pub(super) fn expected(events: &[Event], names: &[&str]) -> Contents {
    let mut events: Vec<Event> = events.iter().filter(|event| event.counts).cloned().collect();
    events.sort_by_key(Event::order);
    let flags = flags(&events);
    let mut contents = Contents::new();
    let mut last = None;
    for (event, flags) in events.iter().zip(flags) {
        if last != Some(&event.actor) {
            contents.push((event.actor.as_ref().map(|(_, id)| id.clone()), Vec::new()));
            last = Some(&event.actor);
        }
        let texts = names.iter().map(|name| event.text(name)).collect();
        contents.last_mut().unwrap().1.push((event.ts, flags, texts, event.value.unwrap_or(NO_VALUE)));
    }
    contents
}

/// What `store` hands out for those columns, money and ids included.
pub(super) fn contents(store: &StoredEvents, names: &[&str], stretch: usize) -> Contents {
    let column = |name: &&str| store.text_columns().iter().position(|known| known == name).expect(name);
    let projection = Projection { text: names.iter().map(column).collect(), value: true, actor_ids: true };
    let mut contents = Contents::new();
    for range in 0..store.ranges() {
        let mut visit = |batch: &ActorBatch<'_>| {
            assert_eq!(batch.actor_ids.len(), batch.actors());
            for (id, bounds) in batch.actor_ids.iter().zip(batch.actor_offsets.windows(2)) {
                let rows = bounds[0] as usize..bounds[1] as usize;
                contents.push((Some(id.clone()), rows.map(|row| told(store, &projection, batch, row)).collect()));
            }
        };
        store.visit_range(range, &projection, &mut visit).unwrap();
    }
    let mut unidentified = Vec::new();
    let mut visit = |batch: &ActorBatch<'_>| {
        assert_eq!((batch.actors(), batch.actor_ids.len()), (0, 0));
        unidentified.extend((0..batch.events()).map(|row| told(store, &projection, batch, row)));
    };
    store.visit_stretches(stretch, &projection, &mut visit).unwrap();
    contents.extend((!unidentified.is_empty()).then_some((None, unidentified)));
    contents
}

fn told(store: &StoredEvents, projection: &Projection, batch: &ActorBatch<'_>, row: usize) -> Told {
    let text = |(column, codes): (&usize, &&[u32])| store.dictionary(*column).value(codes[row]).map(str::to_owned);
    let texts = projection.text.iter().zip(&batch.text).map(text).collect();
    (batch.ts[row], batch.flags[row], texts, batch.value[row])
}

/// How a log lies on disk.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Per run: how it keeps coupons.
    pub(super) coupons: Vec<Coupons>,
    /// Most rows of a row group.
    pub(super) group: usize,
    /// Whether rows of one time lie in another than the total order.
    pub(super) unsorted: bool,
}

/// The store of `events` in the given form.
pub(super) fn store(folder: &Path, events: &[Event], form: &Form, asked: &BTreeSet<String>) -> StoredEvents {
    let run = |(number, coupons): (usize, &Coupons)| {
        let mut of_run: Vec<Event> = events.iter().filter(|event| event.run == number).cloned().collect();
        of_run.sort_by_key(Event::order);
        if form.unsorted {
            of_run.reverse();
            of_run
                .sort_by_key(|event| (event.actor.is_none(), event.key(), event.actor.clone(), event.ts, event.by_day));
        }
        let run = write_run(&folder.join(number.to_string()), &of_run, *coupons, form.group);
        let gone = of_run.iter().enumerate().filter(|(_, event)| !event.counts);
        (Arc::new(run), Deleted::new(gone.map(|(row, _)| (row as u64, Why::Replaced)).collect()), form.unsorted)
    };
    let runs = form.coupons.iter().enumerate().map(run).collect();
    StoredEvents::open(&manifest(), runs, asked).unwrap()
}

/// Columns of events of one run.
struct RunColumns {
    layout: Layout,
    coupons: Coupons,
    flags: Vec<u8>,
}

fn write_run(folder: &Path, events: &[Event], coupons: Coupons, group: usize) -> Run {
    let coded = |name: &str| {
        let values = events.iter().filter(|event| name != "coupon" || event.is_coupon_in_column(coupons));
        (name.to_owned(), Dictionary::new(values.filter_map(|event| event.text(name)).collect()))
    };
    let mut names = vec![text::DEVICE, text::EVENT, text::ORDER_ID, text::SOURCE_NAME];
    if matches!(coupons, Coupons::Coded | Coupons::Mixed) {
        names.insert(0, "coupon");
    }
    let wide = match coupons {
        Coupons::Coded => Vec::new(),
        Coupons::Wide => vec!["coupon".to_owned()],
        Coupons::InProps | Coupons::Mixed => vec![text::PROPS.to_owned()],
    };
    let coded = names.into_iter().map(coded).filter(|(_, dictionary)| dictionary.codes() > 1).collect();
    let value = events.iter().any(|event| event.value.is_some());
    let sequence = [events.iter().any(|event| event.sequence.is_some()), false, false];
    let layout = Layout { coded, wide, mixed: Vec::new(), has: Optional { value, sequence, ..Optional::default() } };
    let columns = RunColumns { flags: flags(events), layout, coupons };
    let (mut writer, encoder) = RunWriter::create(&Disk::default(), folder, &columns.layout).unwrap();
    for (rows, continues) in groups(events, group) {
        let block = columns.block(events, rows.clone(), continues);
        let encoded = encoder.encode(block.clone()).unwrap();
        match events[rows.start].actor {
            Some(_) => writer.append(encoded).unwrap(),
            None => writer.append_unidentified(encoded).unwrap(),
        }
    }
    writer.finish().unwrap();
    Run::open(folder).unwrap()
}

/// Rows of each group and whether it goes on with an actor.
fn groups(events: &[Event], most: usize) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut groups: Vec<(std::ops::Range<usize>, bool)> = Vec::new();
    let mut start = 0;
    for actor in events.chunk_by(|a, b| a.actor == b.actor) {
        let end = start + actor.len();
        let has_room = |last: &(std::ops::Range<usize>, bool)| end - last.0.start <= most && !last.1;
        match groups.last_mut().filter(|last| has_room(last) && actor[0].actor.is_some()) {
            Some((rows, _)) => rows.end = end,
            None => {
                let cuts = (start..end).step_by(most).map(|cut| cut..end.min(cut + most));
                groups.extend(cuts.map(|rows| (rows.clone(), rows.start > start && actor[0].actor.is_some())));
            }
        }
        start = end;
    }
    groups
}

impl RunColumns {
    fn block(&self, events: &[Event], rows: std::ops::Range<usize>, continues: bool) -> Block {
        let flags = self.flags[rows.clone()].to_vec();
        let events = &events[rows];
        let actors: Vec<&[Event]> =
            events.chunk_by(|a, b| a.actor == b.actor).filter(|actor| actor[0].actor.is_some()).collect();
        let mut offsets = vec![0];
        offsets.extend(actors.iter().scan(0, |end, actor| {
            *end += index32(actor.len());
            Some(*end)
        }));
        let has = self.layout.has;
        Block {
            keys: actors.iter().map(|actor| actor[0].key()).collect(),
            classes: actors.iter().filter_map(|actor| actor[0].actor.as_ref().map(|(class, _)| *class)).collect(),
            ids: actors.iter().filter_map(|actor| actor[0].actor.as_ref().map(|(_, id)| id.clone())).collect(),
            offsets,
            continues,
            ts: events.iter().map(|event| event.ts).collect(),
            flags,
            value: events.iter().filter(|_| has.value).map(|event| event.value.unwrap_or(NO_VALUE)).collect(),
            text: self.layout.coded.iter().map(|(name, dictionary)| self.codes(events, name, dictionary)).collect(),
            wide: self.layout.wide.iter().map(|name| Some(self.texts(events, name))).collect(),
            place: Places {
                sequence: [
                    events.iter().filter(|_| has.sequence[0]).map(|event| event.sequence.unwrap_or(i64::MIN)).collect(),
                    Vec::new(),
                    Vec::new(),
                ],
                input: events.iter().map(|event| event.input).collect(),
                row: events.iter().map(|event| event.row).collect(),
                position: Vec::new(),
            },
            ..Block::default()
        }
    }

    fn codes(&self, events: &[Event], name: &str, dictionary: &Dictionary) -> Vec<u32> {
        let is_here = |event: &&Event| name != "coupon" || event.is_coupon_in_column(self.coupons);
        let code = |event: &Event| {
            Some(event).filter(is_here).and_then(|event| dictionary.code(&event.text(name)?)).unwrap_or(NULL)
        };
        events.iter().map(code).collect()
    }

    fn texts(&self, events: &[Event], name: &str) -> LargeStringArray {
        let text = |event: &Event| if name == text::PROPS { event.props(self.coupons) } else { event.text(name) };
        events.iter().map(text).collect()
    }
}

//! How do the values of one row become one event?

use std::sync::Arc;

use arrow_schema::DataType;
use kundresa_model::event_table::column_type;
use kundresa_model::quality::RejectReason;
use kundresa_model::source::Wanted;

use super::columns::Scratch;
use super::mapping::Mapping;
use super::names::{
    ALIASES, EVENT, PARTITION, PURCHASES, REFUND, REFUNDS, REVENUE, SEQUENCE, TIME, TRAFFIC, TRAFFIC_NAMES, VALUE,
    place_of,
};
use super::values::{Places, Values};
use crate::field::Field;
use crate::kind::PartRequest;
use crate::mapped::row as mapped;
use crate::placeholder::is_placeholder;
use crate::writer::{EventWriter, WriterSpec};

/// What is read of each row, and what each value is for.
#[derive(Clone, Debug)]
pub(super) struct RowPlan {
    /// Places to read.
    pub(super) places: Places,
    /// Whether items are wanted.
    pub(super) wants_items: bool,
    /// Whether everything else is wanted, as one JSON object.
    pub(super) wants_props: bool,
    pub(super) time: usize,
    pub(super) sequence: [usize; 3],
    pub(super) event: usize,
    pub(super) fields: Vec<(Field, Vec<usize>)>,
    pub(super) traffic: Vec<Vec<(Field, usize)>>,
    pub(super) revenue: usize,
    pub(super) refund: usize,
    pub(super) value: usize,
    /// Day and stream.
    pub(super) partition: [usize; 2],
    pub(super) properties: Vec<usize>,
    /// Places whose values go into `props` as well, with their names: no single canonical column is sure to hold them.
    pub(super) repeated: Vec<(usize, String, Option<Field>)>,
}

/// A row that is no event.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) reason: RejectReason,
    pub(super) detail: String,
}

impl From<mapped::Refused> for Refused {
    fn from(mapped::Refused { reason, detail }: mapped::Refused) -> Self {
        Self { reason, detail }
    }
}

/// Turns rows of one part into tables.
pub(super) struct RowWriter {
    pub(super) plan: RowPlan,
    pub(super) writer: EventWriter,
    pub(super) constant_event: Option<String>,
    pub(super) partition: String,
    pub(super) scratch: Scratch,
}

impl RowWriter {
    /// For one part.
    pub(super) fn new(mapping: &Mapping, request: &PartRequest) -> Self {
        let properties = properties(mapping, &request.wanted);
        let names: Vec<String> = properties.iter().map(|(name, _)| name.clone()).collect();
        let writer = EventWriter::new(&WriterSpec {
            source_name: &request.source_name,
            fields: &mapping.filled(),
            properties: &names,
            sequence: true,
            utm_from_address: mapping.has_traffic,
            wanted: &request.wanted,
            table_rows: request.table_rows,
            rules: Arc::clone(&mapping.rules),
        });
        let plan = RowPlan::new(mapping, &writer, &properties);
        Self {
            plan,
            writer,
            constant_event: mapping.constant_event.clone(),
            partition: String::new(),
            scratch: Scratch::default(),
        }
    }

    /// Writes one row, with the hash of its raw text; a refused one leaves no trace.
    pub(super) fn write(&mut self, values: &mut Values, hash: u64) -> Result<(), Refused> {
        self.write_time(values)?;
        self.write_fields(values);
        self.write_traffic(values);
        self.write_value(values);
        for (index, place) in self.plan.properties.iter().enumerate() {
            self.writer.set_property(index, values.get(*place).unwrap_or_default());
        }
        let whole = |place: usize| values.get(place).and_then(|text| whole(text.trim_ascii()));
        self.writer.set_sequence(self.plan.sequence.map(whole));
        self.write_partition(values);
        self.write_lists(values);
        self.writer
            .finish_row(u128::from(hash) << 64)
            .map_err(|missing| Refused { reason: missing.reason(), ..no_event() })
    }

    fn write_time(&mut self, values: &Values) -> Result<(), Refused> {
        self.writer.set_time(read_time(values.get(self.plan.time))?, false);
        Ok(())
    }

    fn write_fields(&mut self, values: &Values) {
        for (field, places) in &self.plan.fields {
            let filled = |value: &&str| !is_placeholder(*field, value.trim_ascii());
            if let Some(value) = places.iter().filter_map(|place| values.get(*place)).find(filled) {
                self.writer.set(*field, value);
            }
        }
        if let Some(name) = &self.constant_event {
            self.writer.set(Field::Event, name);
        }
    }

    /// All fields come from one place, so that a source never meets the campaign of another link. What that place leaves
    /// open, the writer takes from the address of the page.
    fn write_traffic(&mut self, values: &Values) {
        let is_filled = |(field, place): &(Field, usize)| {
            values.get(*place).is_some_and(|value| !is_placeholder(*field, value.trim_ascii()))
        };
        if let Some(group) = self.plan.traffic.iter().find(|group| group.iter().any(is_filled)) {
            for (field, place) in group {
                self.writer.set(*field, values.get(*place).unwrap_or_default());
            }
        }
    }

    fn write_value(&mut self, values: &Values) {
        let event = values.get(self.plan.event).unwrap_or_default();
        let own = match event {
            event if PURCHASES.contains(&event) => values.get(self.plan.revenue),
            event if REFUNDS.contains(&event) => values.get(self.plan.refund),
            _ => None,
        };
        if let Some(amount) = own.or_else(|| values.get(self.plan.value)) {
            self.writer.set_value_text(amount.trim_ascii());
        }
    }

    fn write_partition(&mut self, values: &Values) {
        let [day, stream] = self.plan.partition.map(|place| values.get(place).unwrap_or_default());
        if day.is_empty() || stream.is_empty() {
            return self.writer.set(Field::Partition, day);
        }
        self.partition.clear();
        self.partition.extend([day, " ", stream]);
        self.writer.set(Field::Partition, &self.partition);
    }

    fn write_lists(&mut self, values: &mut Values) {
        if !values.items.is_empty() {
            values.items.push(']');
            self.writer.set(Field::Items, &values.items);
        }
        if self.plan.wants_props {
            self.repeat_as_extras(values);
            self.writer.set(Field::Props, values.props());
        }
    }
}

/// The event time that a text says.
pub(super) fn read_time(text: Option<&str>) -> Result<i64, Refused> {
    let text = text.map_or("", str::trim_ascii);
    if text.is_empty() {
        return Err(Refused { reason: RejectReason::MissingTime, detail: format!("{TIME} is empty") });
    }
    whole(text).ok_or_else(|| Refused {
        reason: RejectReason::BadTime,
        detail: format!("{TIME} `{text}` is not a whole number of microseconds"),
    })
}

/// A whole number. Up to 18 digits need no care.
#[inline]
pub(super) fn whole(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 18 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    Some(text.bytes().fold(0_i64, |number, digit| number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'))))
}

/// Why a row without an event name is refused.
pub(super) fn no_event() -> Refused {
    Refused { reason: RejectReason::MissingEvent, detail: "event_name is empty".to_owned() }
}

impl RowWriter {
    /// A value whose name is that of a canonical column is repeated only where the column holds another.
    fn repeat_as_extras(&self, values: &mut Values) {
        for (place, name, field) in &self.plan.repeated {
            let text = values.get(*place).map_or("", str::trim_ascii);
            if !field.is_some_and(|field| self.writer.holds(field, text)) {
                values.repeat_as_extra(*place, name);
            }
        }
    }
}

impl RowPlan {
    fn new(mapping: &Mapping, writer: &EventWriter, properties: &[(String, String)]) -> Self {
        let mut places = Places::default();
        let mut number = |name: &str| places.number(place_of(name));
        let needed = mapping.fields.iter().filter(|(field, _)| writer.needs(*field));
        let fields = needed.map(|(field, names)| (*field, names.iter().map(|name| number(name)).collect())).collect();
        let traffic = if mapping.has_traffic { traffic(writer, &mut number) } else { Vec::new() };
        let properties: Vec<usize> = properties.iter().map(|(_, name)| number(name)).collect();
        let wants_props = writer.needs(Field::Props);
        Self {
            time: number(TIME),
            sequence: SEQUENCE.map(&mut number),
            event: number(EVENT),
            fields,
            traffic,
            revenue: number(REVENUE),
            refund: number(REFUND),
            value: number(VALUE),
            partition: PARTITION.map(&mut number),
            repeated: if wants_props { repeated(mapping, &properties, &mut number) } else { Vec::new() },
            properties,
            wants_items: writer.needs(Field::Items),
            wants_props,
            places,
        }
    }
}

/// Names that `props` keeps although something else reads them, unless a property has them.
fn repeated(
    mapping: &Mapping,
    properties: &[usize],
    number: &mut impl FnMut(&str) -> usize,
) -> Vec<(usize, String, Option<Field>)> {
    let named = mapping.shared().into_iter().map(|name| (number(&name), Field::from_name(&name), name));
    named.filter(|(place, ..)| !properties.contains(place)).map(|(place, field, name)| (place, name, field)).collect()
}

/// Places of the traffic source. If one of its fields is needed, source, medium and campaign are read to tell which place
/// fills it.
fn traffic(writer: &EventWriter, number: &mut impl FnMut(&str) -> usize) -> Vec<Vec<(Field, usize)>> {
    if !TRAFFIC.iter().any(|field| writer.needs(*field)) {
        return Vec::new();
    }
    let group = |names: [&str; 5]| TRAFFIC.into_iter().zip(names.map(&mut *number)).collect();
    TRAFFIC_NAMES.map(group).into()
}

/// Wanted properties with the names of their places.
fn properties(mapping: &Mapping, wanted: &Wanted) -> Vec<(String, String)> {
    let named = mapping.properties.iter().map(|(name, place)| (name.as_str(), place.as_str()));
    let aliases = ALIASES.iter().map(|(name, _)| (*name, *name));
    let offered = named.chain(aliases).filter(|(name, _)| wanted.wants(name));
    let mut found: Vec<(String, String)> = offered.map(|(name, place)| (name.to_owned(), place.to_owned())).collect();
    for name in &wanted.text {
        if is_free(name) && !found.iter().any(|(other, _)| other == name) {
            found.push((name.clone(), name.clone()));
        }
    }
    found
}

/// Whether a property may have that name: neither a system column nor a canonical one.
pub(super) fn is_free(name: &str) -> bool {
    let is_text = matches!(column_type(name), DataType::Dictionary(_, _));
    is_text && Field::from_name(name).is_none() && name != kundresa_model::field::text::SOURCE_NAME
}

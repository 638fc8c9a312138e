//! How does a row of JSON become the values that are wanted of it?
//!
//! A pull scanner walks the object once; what nobody asked for is skipped as text. 64-bit integers come as text or as
//! numbers, booleans as booleans or text, absent values as absent keys or `null`.

use std::borrow::Cow;

use hashbrown::HashMap;
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::mapping::Mapping;
use super::row::{Refused, RowWriter};
use super::values::{ITEM_MEMBERS, Places, Values, hash64, is_json_number, number_text, push_item};
use crate::error::{IngestError, read_error};
use crate::json::records::{self, Records};
use crate::json::scan::{Next, Scalar, ScanError, Scanner};
use crate::kind::PartRequest;
use crate::lines::Line;
use crate::rejects::Rejects;
use crate::writer::EventWriter;

/// Reads the events of one JSON input.
pub(super) struct JsonEvents {
    records: Records,
    decoder: RowDecoder,
    rows: RowWriter,
    values: Values,
    rejects: Rejects,
    input: String,
    /// Rows of the input before this part.
    rows_before: u64,
    is_done: bool,
}

impl JsonEvents {
    /// At the first row.
    pub(super) fn open(mapping: &Mapping, request: &PartRequest, is_array: bool) -> Result<Self, IngestError> {
        let rows = RowWriter::new(mapping, request);
        let (records, rows_before) = records::open_part(request, is_array)?;
        Ok(Self {
            records,
            rows_before,
            decoder: RowDecoder::new(&rows.plan.places, rows.plan.wants_items, rows.plan.wants_props),
            values: Values::new(rows.plan.places.count()),
            rows,
            rejects: Rejects::new(request.input.name(), &request.source_name),
            input: request.input.name().to_owned(),
            is_done: false,
        })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.rows.writer.is_full() && !self.rejects.is_full() {
            let rows_in = self.rows_before + self.rejects.rows_in();
            let next = self.records.next_line();
            let next = next.map_err(|cause| read_error(&self.input, rows_in, cause))?;
            let Some(line) = next else {
                self.is_done = true;
                return Ok(());
            };
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            self.rejects.row();
            if let Err(Refused { reason, detail }) = write(line, &mut self.decoder, &mut self.values, &mut self.rows) {
                self.rows.writer.abandon_row();
                self.rejects.reject(line.number, reason, detail, line.bytes);
            }
        }
        Ok(())
    }
}

fn write(line: Line<'_>, decoder: &mut RowDecoder, values: &mut Values, rows: &mut RowWriter) -> Result<(), Refused> {
    if line.too_long {
        let detail = "longer than 16 MiB".to_owned();
        return Err(Refused { reason: RejectReason::LineTooLong, detail });
    }
    let text = std::str::from_utf8(line.bytes)
        .map_err(|_| Refused { reason: RejectReason::BadUtf8, detail: "bytes that are not UTF-8".to_owned() })?;
    let read = decoder.read(text.trim_ascii(), values);
    read.map_err(|error| Refused { reason: RejectReason::BadJson, detail: error.to_string() })?;
    rows.write(values, hash64(text.trim_ascii().as_bytes()))
}

/// Writes rows of JSON that come from elsewhere.
pub(super) struct JsonRows {
    decoder: RowDecoder,
    rows: RowWriter,
    values: Values,
}

impl JsonRows {
    /// For one part.
    pub(super) fn new(mapping: &Mapping, request: &PartRequest) -> Self {
        let rows = RowWriter::new(mapping, request);
        let decoder = RowDecoder::new(&rows.plan.places, rows.plan.wants_items, rows.plan.wants_props);
        Self { decoder, values: Values::new(rows.plan.places.count()), rows }
    }

    /// Writes the row that `text` holds.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Refused> {
        let line = Line { number: 0, bytes: text.as_bytes(), too_long: false };
        let written = write(line, &mut self.decoder, &mut self.values, &mut self.rows);
        if written.is_err() {
            self.rows.writer.abandon_row();
        }
        written
    }

    /// Whether the scalar at a path is read.
    pub(super) fn wants_leaf(&self, path: &str) -> bool {
        self.decoder.wants_props || self.rows.plan.places.leaves.contains_key(path)
    }

    /// Whether the parameter of a key is read.
    pub(super) fn wants_param(&self, key: &str) -> bool {
        self.decoder.wants_props || self.decoder.params.contains_key(key)
    }

    /// Whether items are read.
    pub(super) fn wants_items(&self) -> bool {
        self.decoder.wants_items
    }

    /// Where the events are.
    pub(super) fn writer(&mut self) -> &mut EventWriter {
        &mut self.rows.writer
    }

    /// Values that could not be read.
    pub(super) fn bad_values(&self) -> u64 {
        self.rows.writer.bad_values()
    }
}

impl EventReader for JsonEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        if !self.is_done {
            self.fill()?;
        }
        Ok(self.rows.writer.take_table(&self.input, self.is_done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.writer.bad_values())
    }
}

/// Knows which keys lead to wanted values.
struct RowDecoder {
    root: Branch,
    params: HashMap<String, usize>,
    users: HashMap<String, usize>,
    wants_items: bool,
    wants_props: bool,
    /// Names of what the value at hand stands in, joined by points, where that is of use.
    path: String,
}

/// The wanted members of one record.
#[derive(Default)]
struct Branch {
    members: HashMap<String, Branch>,
    /// Number of the place, if this is a wanted scalar.
    place: Option<usize>,
}

impl Branch {
    fn insert(&mut self, path: &str, place: usize) {
        let end = path.split('.').fold(self, |branch, key| branch.members.entry(key.to_owned()).or_default());
        end.place = Some(place);
    }
}

/// Which list of keys and values.
#[derive(Clone, Copy)]
enum Pairs {
    Params,
    Users,
}

type Scanned<T> = Result<T, ScanError>;

impl RowDecoder {
    fn new(places: &Places, wants_items: bool, wants_props: bool) -> Self {
        let mut root = Branch::default();
        for (path, place) in &places.leaves {
            root.insert(path, *place);
        }
        Self {
            root,
            params: places.params.clone(),
            users: places.users.clone(),
            wants_items,
            wants_props,
            path: String::new(),
        }
    }

    /// Reads the one object that `text` holds.
    fn read(&mut self, text: &str, values: &mut Values) -> Scanned<()> {
        let mut path = std::mem::take(&mut self.path);
        let read = self.read_object(text, &mut path, values);
        self.path = path;
        read
    }

    fn read_object(&self, text: &str, path: &mut String, values: &mut Values) -> Scanned<()> {
        values.clear();
        let mut scanner = Scanner::new(text);
        scanner.begin_object()?;
        while let Some(key) = scanner.next_key()? {
            match (&*key, scanner.peek()?) {
                ("event_params", Next::Array) => self.pairs(&mut scanner, Pairs::Params, values)?,
                ("user_properties", Next::Array) => self.pairs(&mut scanner, Pairs::Users, values)?,
                ("items", Next::Array) => self.items(&mut scanner, values)?,
                _ => {
                    path.clear();
                    path.push_str(&key);
                    self.member(&mut scanner, self.root.members.get(&*key), path, values)?;
                }
            }
        }
        scanner.end()
    }

    /// A member at `path`; `branch` says what is wanted of it.
    fn member(
        &self,
        scanner: &mut Scanner<'_>,
        branch: Option<&Branch>,
        path: &mut String,
        values: &mut Values,
    ) -> Scanned<()> {
        if branch.is_none() && !self.wants_props {
            return scanner.skip().map(drop);
        }
        match scanner.peek()? {
            Next::Object => self.record(scanner, branch, path, values),
            Next::Array => scanner.skip().map(drop),
            Next::Scalar => {
                let Some(text) = scalar_text(scanner.scalar()?) else { return Ok(()) };
                match branch.and_then(|branch| branch.place) {
                    Some(place) => values.set(place, &text, false),
                    None if self.wants_props => values.add_extra(path, &text, false),
                    None => {}
                }
                Ok(())
            }
        }
    }

    fn record(
        &self,
        scanner: &mut Scanner<'_>,
        branch: Option<&Branch>,
        path: &mut String,
        values: &mut Values,
    ) -> Scanned<()> {
        let length = path.len();
        scanner.begin_object()?;
        while let Some(key) = scanner.next_key()? {
            let inner = branch.and_then(|branch| branch.members.get(&*key));
            path.truncate(length);
            path.push('.');
            path.push_str(&key);
            self.member(scanner, inner, path, values)?;
        }
        Ok(())
    }

    fn pairs(&self, scanner: &mut Scanner<'_>, which: Pairs, values: &mut Values) -> Scanned<()> {
        let places = match which {
            Pairs::Params => &self.params,
            Pairs::Users => &self.users,
        };
        if places.is_empty() && !self.wants_props {
            return scanner.skip().map(drop);
        }
        scanner.begin_array()?;
        while scanner.next_element()? {
            let (Some(key), Some((text, is_number))) = pair(scanner)? else { continue };
            match (places.get(&*key), which) {
                (Some(place), _) => values.set(*place, &text, is_number),
                (None, _) if !self.wants_props => {}
                (None, Pairs::Params) => values.add_extra(&key, &text, is_number),
                (None, Pairs::Users) => values.add_extra(&format!("user.{key}"), &text, is_number),
            }
        }
        Ok(())
    }

    fn items(&self, scanner: &mut Scanner<'_>, values: &mut Values) -> Scanned<()> {
        if !self.wants_items {
            return scanner.skip().map(drop);
        }
        scanner.begin_array()?;
        while scanner.next_element()? {
            let members = item(scanner)?;
            push_item(&mut values.items, |index| members[index].as_deref());
        }
        Ok(())
    }
}

/// Text of a scalar in canonical form.
fn scalar_text(scalar: Scalar<'_>) -> Option<Cow<'_, str>> {
    match scalar {
        Scalar::Null => None,
        Scalar::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        Scalar::Number(token) => Some(number_text(token)),
        Scalar::Text(text) => Some(text),
    }
}

pub(super) type Value<'a> = (Cow<'a, str>, bool);

/// Key and value of one parameter, in whichever order they come; the value with whether it is a number.
pub(super) fn pair<'a>(scanner: &mut Scanner<'a>) -> Scanned<(Option<Cow<'a, str>>, Option<Value<'a>>)> {
    let (mut name, mut value) = (None, None);
    if scanner.peek()? != Next::Object {
        return scanner.skip().map(|_| (None, None));
    }
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        match (&*key, scanner.peek()?) {
            ("key", Next::Scalar) => name = scalar_text(scanner.scalar()?),
            ("value", Next::Object) => value = pair_value(scanner)?,
            _ => drop(scanner.skip()?),
        }
    }
    Ok((name, value))
}

/// The one member of a value that is filled.
fn pair_value<'a>(scanner: &mut Scanner<'a>) -> Scanned<Option<Value<'a>>> {
    let mut value = None;
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        let is_number = match &*key {
            "string_value" => false,
            "int_value" | "float_value" | "double_value" => true,
            _ => {
                scanner.skip()?;
                continue;
            }
        };
        if scanner.peek()? != Next::Scalar {
            scanner.skip()?;
        } else if let Some(text) = scalar_text(scanner.scalar()?) {
            let is_number = is_number && is_json_number(&text);
            value.get_or_insert((text, is_number));
        }
    }
    Ok(value)
}

/// The kept members of one item.
fn item<'a>(scanner: &mut Scanner<'a>) -> Scanned<[Option<Cow<'a, str>>; ITEM_MEMBERS.len()]> {
    let mut members = [const { None }; ITEM_MEMBERS.len()];
    if scanner.peek()? != Next::Object {
        return scanner.skip().map(|_| members);
    }
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        let member = ITEM_MEMBERS.iter().position(|(name, _, _)| *name == key);
        match (member, scanner.peek()?) {
            (Some(member), Next::Scalar) => members[member] = scalar_text(scanner.scalar()?),
            _ => drop(scanner.skip()?),
        }
    }
    Ok(members)
}

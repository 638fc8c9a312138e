//! Which mapping do names and contents of a sample suggest, and what does the configuration say instead?
//!
//! A name alone is never enough where contents can contradict it: times must read as times, money as money, an event id
//! must hardly ever repeat. What is configured is taken at its word; an empty column name takes a field away.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::money::parse_micros;
use kundresa_model::suggest;

use super::aliases::{ALIASES, fit, normalised};
use super::{MappedField, Mapping, is_free};
use crate::config::{SourceConfig, TimeConfig};
use crate::error::IngestError;
use crate::field::Field;
use crate::kind::PinContext;
use crate::pin::PinnedZone;
use crate::placeholder::{is_placeholder, is_placeholder_identifier};
use crate::sample::TextTable;
use crate::skew::Clock;
use crate::sources::crm;
use crate::time::{Detected, TimeFormat, detect};
use crate::warning::LoadWarning;

/// What is known about a source before its mapping.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// Name of the input that decides.
    pub input: &'a str,
    /// Its first rows.
    pub table: &'a TextTable,
    /// Column names that occur more than once, with positions from 1.
    pub duplicates: &'a [(String, Vec<usize>)],
    /// Whether rows may have columns that the sample does not show (JSON).
    pub open: bool,
}

/// A mapping with what should be known about it.
#[derive(Debug)]
pub struct Guessed {
    /// The mapping.
    pub mapping: Mapping,
    /// Zone of times that carry none: an IANA name, `UTC (assumed)`, or `None` where every time carries one.
    pub time_zone: Option<String>,
    /// How that is known.
    pub zone: PinnedZone,
    /// Things to know.
    pub warnings: Vec<LoadWarning>,
}

/// Event name of a source that has stages and no events.
pub const STAGE_CHANGED: &str = "stage_changed";

/// Fields of which all fitting columns are used, the first filled one counting.
const FIRST_FILLED: [Field; 5] = [Field::Source, Field::Medium, Field::Campaign, Field::Term, Field::Content];

/// Names that are event names only if their values look like it.
const WEAK_EVENT_NAMES: [&str; 3] = ["eventlabel", "name", "type"];

/// Names that vendors give to nothing but the id of one delivery; repeats of it are deliveries of the same event.
const DELIVERY_IDS: [&str; 4] = ["messageid", "insertid", "eventuuid", "hitid"];

/// Below this many values, repeats say nothing against an event id: a handful of rows may well be one event twice.
const FEW_VALUES: usize = 20;

/// The mapping of a source.
///
/// # Errors
/// When time or event name have no column, a column that is needed is ambiguous, or the configuration does not fit.
pub fn guess(evidence: Evidence<'_>, context: PinContext<'_>) -> Result<Guessed, IngestError> {
    Guess::new(evidence, context)?.finish()
}

struct Guess<'a> {
    evidence: Evidence<'a>,
    context: PinContext<'a>,
    fields: BTreeMap<Field, MappedField>,
    taken: BTreeSet<usize>,
    time: Option<TimeFormat>,
    warnings: Vec<LoadWarning>,
}

impl<'a> Guess<'a> {
    fn new(evidence: Evidence<'a>, context: PinContext<'a>) -> Result<Self, IngestError> {
        let mut guess = Self {
            evidence,
            context,
            fields: BTreeMap::new(),
            taken: BTreeSet::new(),
            time: None,
            warnings: Vec::new(),
        };
        guess.take_configured()?;
        for (field, _) in ALIASES {
            match field {
                Field::Time => guess.take_time()?,
                _ if guess.fields.contains_key(&field) => {}
                _ => guess.take_named(field),
            }
        }
        guess.fields.retain(|_, mapped| !mapped.columns.is_empty());
        Ok(guess)
    }

    fn source(&self) -> &'a SourceConfig {
        self.context.source
    }

    fn names(&self) -> &'a [String] {
        &self.evidence.table.names
    }

    fn column(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let index = self.names().iter().position(|known| known == name);
        let table = self.evidence.table;
        index.into_iter().flat_map(move |index| table.column(index))
    }

    fn filled(&self, index: usize) -> Vec<&'a str> {
        let values = self.evidence.table.column(index).map(str::trim);
        values.filter(|value| !is_placeholder(Field::Event, value)).collect()
    }

    fn map(&mut self, field: Field, columns: Vec<String>, reason: String) {
        for name in &columns {
            self.taken.extend(self.names().iter().position(|known| known == name));
        }
        self.fields.insert(field, MappedField { field, columns, reason });
    }

    fn take_configured(&mut self) -> Result<(), IngestError> {
        if let Some(column) = &self.source().time.column {
            let column = self.resolved("time", column)?;
            self.map(Field::Time, vec![column], "configured".into());
        }
        for (name, columns) in &self.source().columns {
            let field = Field::configurable(name).ok_or_else(|| unknown_field(name))?;
            let named = columns.names().iter().filter(|column| !column.is_empty());
            let columns = named.map(|column| self.resolved(name, column)).collect::<Result<Vec<_>, _>>()?;
            if !self.fields.contains_key(&field) {
                self.map(field, columns, "configured".into());
            }
        }
        if let Some(name) = self.source().properties.keys().find(|name| !is_free(name)) {
            let reason = "the name belongs to a column that every event has; choose another".to_owned();
            return Err(IngestError::BadConfig { key: "properties".into(), value: name.clone(), reason });
        }
        for column in self.source().properties.values().chain(&self.source().sequence) {
            self.resolved("a property", column)?;
        }
        Ok(())
    }

    /// The column that the configuration names; `x_1` is the first of two columns `x`.
    fn resolved(&self, field: &str, column: &str) -> Result<String, IngestError> {
        if self.names().iter().any(|name| name == column) || self.evidence.open {
            return Ok(column.to_owned());
        }
        let first =
            column.strip_suffix("_1").filter(|base| self.evidence.duplicates.iter().any(|(name, _)| name == base));
        if first.is_some() {
            return Ok(column.to_owned());
        }
        Err(IngestError::UnknownColumn {
            input: self.evidence.input.to_owned(),
            field: field.to_owned(),
            column: column.to_owned(),
            hint: suggest::hint(column, self.names().iter().map(String::as_str)),
            columns: listed(self.names()),
        })
    }

    /// Columns whose name fits the field, best first: filled before empty, plain before prefixed, then by preference.
    fn candidates(&self, field: Field) -> Vec<usize> {
        let mut found: Vec<_> = self
            .names()
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.taken.contains(index))
            .filter_map(|(index, name)| {
                fit(field, &normalised(name)).map(|fit| (self.filled(index).is_empty(), fit, index))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(.., index)| index).collect()
    }

    fn take_named(&mut self, field: Field) {
        let fitting: Vec<usize> =
            self.candidates(field).into_iter().filter(|index| self.content_fits(field, *index)).collect();
        let count = if FIRST_FILLED.contains(&field) { fitting.len() } else { 1 };
        let mut columns: Vec<String> = fitting.iter().take(count).map(|index| self.names()[*index].clone()).collect();
        if columns.is_empty() {
            return;
        }
        if field == Field::Event {
            columns.extend(self.segment_type(&columns[0]));
        }
        self.map(field, columns, "by its name".into());
    }

    /// Segment names track calls in `event` and all others in `type` (page, screen, identify).
    fn segment_type(&self, event: &str) -> Option<String> {
        let other = self.names().iter().find(|name| name.as_str() == "type" && *name != event)?;
        let calls = ["track", "page", "screen", "identify", "group", "alias"];
        let mut values = self.column(other).peekable();
        values.peek()?;
        values.all(|value| calls.contains(&value)).then(|| other.clone())
    }

    fn content_fits(&self, field: Field, index: usize) -> bool {
        let filled = self.filled(index);
        if filled.is_empty() {
            return true;
        }
        let name = normalised(&self.names()[index]);
        let half = |fits: &dyn Fn(&str) -> bool| filled.iter().filter(|value| fits(value)).count() * 2 >= filled.len();
        match field {
            Field::Event if WEAK_EVENT_NAMES.contains(&name.as_str()) => {
                self.has_identifier() && looks_like_event_names(&filled)
            }
            Field::EventId if DELIVERY_IDS.contains(&name.as_str()) => distinct(&filled) * 2 >= filled.len(),
            Field::EventId if name == "eventid" => filled.len() < FEW_VALUES || distinct(&filled) * 2 >= filled.len(),
            Field::EventId => distinct(&filled) * 20 >= filled.len() * 19,
            Field::PageUrl => half(&|value| value.contains("://") || (name != "page" && value.starts_with('/'))),
            Field::Device if name == "platform" => half(&is_device_word),
            Field::Value => half(&|value| parse_micros(&value.replacen(',', ".", 1)).is_some()),
            Field::Currency => half(&|value| value.len() <= 4),
            Field::Bot => half(&|value| {
                ["true", "false", "0", "1", "yes", "no"].iter().any(|word| word.eq_ignore_ascii_case(value))
            }),
            _ => true,
        }
    }

    /// Whether some column could say who did something; a list of products also has a name and a time.
    fn has_identifier(&self) -> bool {
        let configured = self.fields.values().any(|mapped| mapped.field.identifier().is_some());
        let identifiers = Field::ALL.into_iter().filter(|field| field.identifier().is_some());
        let names: Vec<String> = self.names().iter().map(|name| normalised(name)).collect();
        configured || identifiers.into_iter().any(|field| names.iter().any(|name| fit(field, name).is_some()))
    }

    fn take_time(&mut self) -> Result<(), IngestError> {
        let configured = self.source().time.format.as_deref().map(TimeFormat::from_option).transpose()?;
        if let Some(mapped) = self.fields.get(&Field::Time) {
            let column = mapped.columns.first().cloned().unwrap_or_default();
            self.time = Some(match configured {
                Some(format) => format,
                None => self.format_of(&column)?,
            });
            return Ok(());
        }
        let named = self.candidates(Field::Time);
        let found = named.iter().copied().find_map(|index| Some((index, self.time_at(index, configured.as_ref())?)));
        match found.map(|(index, format)| (self.names()[index].clone(), format)) {
            Some((column, format)) => {
                self.time = Some(format);
                self.map(Field::Time, vec![column], "by its name, and its values are times".into());
                Ok(())
            }
            None => self.take_time_by_content(&named),
        }
    }

    /// The format of a column by its values: the configured one if any value follows it.
    fn time_at(&self, index: usize, configured: Option<&TimeFormat>) -> Option<TimeFormat> {
        if self.evidence.table.rows.is_empty() {
            return Some(configured.cloned().unwrap_or(TimeFormat::Iso));
        }
        let values = self.filled(index);
        match configured {
            Some(format) => values.iter().any(|value| format.parse(value).is_some()).then(|| format.clone()),
            None => match detect(values.into_iter()) {
                Detected::Format(format) => Some(format),
                _ => None,
            },
        }
    }

    /// The only column whose values are written as dates, if no name helps.
    fn take_time_by_content(&mut self, named: &[usize]) -> Result<(), IngestError> {
        if let Some(index) = named.iter().find(|index| !self.filled(**index).is_empty()) {
            return self.format_of(&self.names()[*index].clone()).map(|format| self.time = Some(format));
        }
        // Names that begin with `_` are the loader's own (`_fivetran_synced`, `_airbyte_emitted_at`).
        let own = |index: &usize| !self.names()[*index].starts_with('_');
        let written =
            |index: &usize| own(index) && !matches!(self.time_at(*index, None), None | Some(TimeFormat::Epoch(_)));
        let found: Vec<usize> =
            (0..self.names().len()).filter(|index| !self.taken.contains(index)).filter(written).collect();
        match found.as_slice() {
            [only] if !self.evidence.table.rows.is_empty() => {
                self.time = self.time_at(*only, None);
                self.map(
                    Field::Time,
                    vec![self.names()[*only].clone()],
                    "the only column whose values are times".into(),
                );
                Ok(())
            }
            _ => Err(self.missing("event time", "time = { column = \"…\" }")),
        }
    }

    fn format_of(&self, column: &str) -> Result<TimeFormat, IngestError> {
        let values: Vec<&str> =
            self.column(column).map(str::trim).filter(|value| !is_placeholder(Field::Time, value)).collect();
        let (input, column) = (self.evidence.input.to_owned(), column.to_owned());
        let example = values.first().copied().unwrap_or_default().to_owned();
        match detect(values.iter().copied()) {
            Detected::Format(format) => Ok(format),
            Detected::Unknown if example.is_empty() => Ok(TimeFormat::Iso),
            Detected::Ambiguous => Err(IngestError::AmbiguousTime { input, column, example }),
            Detected::Unknown => {
                let odd = values.iter().find(|value| detect(std::iter::once(**value)) == Detected::Unknown);
                Err(IngestError::UnknownTime { input, column, example: odd.map_or(example, |odd| (*odd).to_owned()) })
            }
        }
    }

    fn missing(&self, field: &'static str, line: &str) -> IngestError {
        let name = self.source().name.as_deref().unwrap_or(self.context.source_name);
        let data =
            self.names().iter().any(|name| matches!(detect(std::iter::once(name.as_str())), Detected::Format(_)));
        let header = if data && !self.evidence.open {
            "\n  header = [\"…\", \"…\"]   # if the file has no header line"
        } else {
            ""
        };
        IngestError::MissingField {
            input: self.evidence.input.to_owned(),
            field,
            columns: listed(self.names()),
            lines: format!("  [[sources]]\n  name = \"{name}\"\n  {line}{header}"),
        }
    }

    fn finish(mut self) -> Result<Guessed, IngestError> {
        let constant_event = self.constant_event()?;
        self.check_duplicates()?;
        self.check_identifiers();
        let format = self.time.clone().unwrap_or(TimeFormat::Iso);
        let zone = self.zone(&format);
        let time_zone = zone.words();
        self.warn_days(&format);
        self.take_pinned_reasons();
        let mapping = Mapping {
            constant_event,
            properties: self.source().properties.clone(),
            sequence: self.sequence()?,
            clock: self.clock()?,
            zoned_only: zone == Zone::Carried,
            zone: zone.name(),
            decimal_comma: self.source().decimal_comma.unwrap_or_else(|| self.has_decimal_comma()),
            renames_events: !self.context.source.events.is_empty(),
            fields: self.fields.into_values().collect(),
            time_format: format,
        };
        Ok(Guessed { mapping, time_zone, zone: zone.kind(), warnings: self.warnings })
    }

    /// The columns that correct a device's clock, which only the configuration or a vendor's preset names.
    fn clock(&self) -> Result<Option<Clock>, IngestError> {
        let times = self.fields.get(&Field::Time).map_or(&[][..], |mapped| &mapped.columns);
        let TimeConfig { sent, received, created, .. } = &self.source().time;
        let refused = |key: &str, value: &str, reason: String| {
            Err(IngestError::BadConfig { key: format!("time.{key}"), value: value.to_owned(), reason })
        };
        let (sent, received) = match (sent, received) {
            (Some(sent), Some(received)) => {
                (self.resolved("time.sent", sent)?, self.resolved("time.received", received)?)
            }
            (None, None) => return Ok(None),
            (Some(column), None) => {
                return refused(
                    "sent",
                    column,
                    "without `received` it corrects no clock; name both columns".to_owned(),
                );
            }
            (None, Some(column)) => {
                return refused(
                    "received",
                    column,
                    "without `sent` it corrects no clock; name both columns".to_owned(),
                );
            }
        };
        let Some(created) = created.as_ref().or_else(|| times.first()) else { return Ok(None) };
        if !times.contains(created) {
            let reason = format!("it is none of the columns of the event time, {}", listed(times));
            return refused("created", created, reason);
        }
        if [&sent, &received].contains(&created) || sent == received {
            return refused("sent", &sent, "the three times are of three columns".to_owned());
        }
        Ok(Some(Clock { created: created.clone(), sent, received }))
    }

    fn constant_event(&mut self) -> Result<Option<String>, IngestError> {
        if let Some(name) = &self.source().event {
            self.fields.remove(&Field::Event);
            return Ok(Some(name.clone()));
        }
        if self.fields.contains_key(&Field::Event) {
            return Ok(None);
        }
        if self.fields.contains_key(&Field::Stage) {
            return Ok(Some(STAGE_CHANGED.to_owned()));
        }
        Err(self.missing("event name", "columns = { event = \"…\" }   # or event = \"a_name\" for every row"))
    }

    fn take_pinned_reasons(&mut self) {
        let Some(pin) = self.context.pin else { return };
        for mapped in self.fields.values_mut() {
            if let Some(reason) = pin.reasons.get(mapped.field.name()) {
                mapped.reason.clone_from(reason);
            }
        }
    }

    fn sequence(&self) -> Result<Vec<String>, IngestError> {
        let configured = &self.source().sequence;
        if self.context.pin.is_some() {
            return Ok(configured.clone());
        }
        if configured.len() > 3 {
            let (value, reason) = (configured.join(", "), "at most three columns".to_owned());
            return Err(IngestError::BadConfig { key: "sequence".into(), value, reason });
        }
        if !configured.is_empty() {
            return Ok(configured.clone());
        }
        let ga4 = ["batch_page_id", "batch_ordering_id", "batch_event_index"];
        let known = |name: &&str| self.names().iter().any(|column| column == name);
        Ok(ga4.iter().filter(|name| known(name)).map(|name| (*name).to_owned()).collect())
    }

    /// A repeated name is an error only where a canonical field reads it.
    fn check_duplicates(&mut self) -> Result<(), IngestError> {
        for (name, positions) in self.evidence.duplicates {
            let first = format!("{name}_1");
            let reader = self.fields.values().find(|mapped| mapped.columns.contains(name));
            // A pin names the first of the columns as it is read, without its number.
            if let Some(mapped) = reader.filter(|_| self.context.pin.is_none()) {
                return Err(IngestError::DuplicateColumn {
                    input: self.evidence.input.to_owned(),
                    field: mapped.field.name(),
                    column: name.clone(),
                    first: positions.first().copied().unwrap_or(0),
                    second: positions.get(1).copied().unwrap_or(0),
                });
            }
            for mapped in self.fields.values_mut() {
                mapped.columns.iter_mut().filter(|column| **column == first).for_each(|column| column.clone_from(name));
            }
            let (source, column) = (self.context.source_name.to_owned(), name.clone());
            self.warnings.push(LoadWarning::DuplicateColumn { source, column, positions: positions.clone() });
        }
        Ok(())
    }

    fn check_identifiers(&mut self) {
        let source = self.context.source_name.to_owned();
        let columns: Vec<String> = self
            .fields
            .values()
            .filter(|mapped| mapped.field.identifier().is_some())
            .flat_map(|mapped| mapped.columns.clone())
            .collect();
        if columns.is_empty() {
            let hints = ["session", "visit", "user", "customer", "client", "id"];
            let candidate = |name: &&String| hints.iter().any(|hint| normalised(name).contains(hint));
            let candidates = self.names().iter().filter(candidate).take(5).cloned().collect();
            self.warnings.push(LoadWarning::NoIdentifier { source, candidates });
            return;
        }
        let counting: Vec<String> = columns.into_iter().filter(|column| counts_rows(self.column(column))).collect();
        let warning = |column| LoadWarning::RowNumberIdentifier { source: source.clone(), column };
        self.warnings.extend(counting.into_iter().map(warning));
    }

    fn has_decimal_comma(&self) -> bool {
        let Some(mapped) = self.fields.get(&Field::Value) else { return false };
        let values: Vec<&str> = mapped.columns.iter().flat_map(|column| self.column(column)).collect();
        let comma = |value: &&str| value.contains(',') && !value.contains('.');
        values.iter().any(comma) && !values.iter().any(|value| value.contains('.') && !value.contains(','))
    }

    /// A log of events whose times are mere dates has no sessions; that is rarely meant.
    fn warn_days(&mut self, format: &TimeFormat) {
        let column =
            self.fields.get(&Field::Time).and_then(|mapped| mapped.columns.first()).cloned().unwrap_or_default();
        let mut written = self.column(&column).filter_map(|value| format.parse(value.trim())).peekable();
        let days = written.peek().is_some() && written.all(|written| written.date_only);
        if days && !self.fields.contains_key(&Field::Stage) {
            let text = format!("times in `{column}` are known to the day only, so its events belong to no session");
            self.warnings.push(LoadWarning::Note { source: self.context.source_name.to_owned(), text });
        }
    }

    fn zone(&mut self, format: &TimeFormat) -> Zone {
        let column =
            self.fields.get(&Field::Time).and_then(|mapped| mapped.columns.first()).cloned().unwrap_or_default();
        match self.context.pin.map(|pin| pin.zone) {
            Some(PinnedZone::Carried) => return Zone::Carried,
            Some(PinnedZone::Assumed) => return self.assumed_zone(column),
            Some(PinnedZone::Settled) | None => {}
        }
        if let Some(zone) = self.source().time.zone.as_ref().or(self.context.config.source_time_zone.as_ref()) {
            return Zone::Settled(zone.clone());
        }
        let mut written = self.column(&column).filter_map(|value| format.parse(value.trim()));
        let naive = written.any(|written| written.offset_us.is_none());
        if !naive {
            return Zone::Carried;
        }
        if vendor_is_utc(self.names()) {
            return Zone::Settled("UTC".to_owned());
        }
        self.assumed_zone(column)
    }

    fn assumed_zone(&mut self, column: String) -> Zone {
        self.warnings.push(LoadWarning::AssumedUtc { source: self.context.source_name.to_owned(), column });
        Zone::Assumed
    }
}

/// How the zone of a source's times is known.
#[derive(Clone, Debug, PartialEq)]
enum Zone {
    /// Each time carries it.
    Carried,
    /// By configuration or by the vendor's documentation.
    Settled(String),
    /// Nobody says.
    Assumed,
}

impl Zone {
    fn name(&self) -> String {
        match self {
            Self::Settled(name) => name.clone(),
            _ => "UTC".to_owned(),
        }
    }

    fn kind(&self) -> PinnedZone {
        match self {
            Self::Carried => PinnedZone::Carried,
            Self::Settled(_) => PinnedZone::Settled,
            Self::Assumed => PinnedZone::Assumed,
        }
    }

    fn words(&self) -> Option<String> {
        match self {
            Self::Carried => None,
            Self::Settled(name) => Some(name.clone()),
            Self::Assumed => Some("UTC (assumed)".to_owned()),
        }
    }
}

/// Vendors whose documented times are UTC without saying so in the value: Amplitude, Snowplow, and CRMs whose records
/// Fivetran loaded into a warehouse. (What it loads from Mixpanel may be in the project's zone.)
fn vendor_is_utc(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|known| known == name);
    has("amplitude_id")
        || (has("_fivetran_synced") && has(crm::PERSON))
        || (has("collector_tstamp") && has("derived_tstamp"))
}

fn unknown_field(name: &str) -> IngestError {
    let names: Vec<&str> = Field::configurable_names().collect();
    IngestError::UnknownField {
        field: name.to_owned(),
        hint: suggest::hint(name, names.iter().copied()),
        allowed: names.join(", "),
    }
}

/// Names of columns for a message, at most forty of them.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(40).map(String::as_str).collect();
    let rest = names.len().saturating_sub(40);
    let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn distinct(values: &[&str]) -> usize {
    values.iter().collect::<BTreeSet<_>>().len()
}

/// Not numbers, not almost all different.
fn looks_like_event_names(values: &[&str]) -> bool {
    let numbers = values.iter().filter(|value| value.parse::<f64>().is_ok()).count();
    numbers * 2 < values.len() && (values.len() < 50 || distinct(values) * 10 <= values.len() * 9)
}

fn is_device_word(value: &str) -> bool {
    let words =
        ["desktop", "mobile", "tablet", "phone", "smartphone", "computer", "pc", "laptop", "tv", "smart tv", "console"];
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether at least twenty values are whole numbers that count rows: nearly all one more than the one before, or each of
/// a stretch of numbers once, as where rows were sorted anew.
fn counts_rows<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let numbers: Option<Vec<i64>> =
        values.filter(|value| !is_placeholder_identifier(value)).map(|value| value.trim().parse().ok()).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() >= 20) else { return false };
    let is_next = |pair: &&[i64]| pair[1].checked_sub(pair[0]) == Some(1);
    let next = numbers.windows(2).filter(is_next).count();
    let once = numbers.iter().collect::<BTreeSet<_>>();
    let length = once.first().zip(once.last()).and_then(|(first, last)| last.checked_sub(**first));
    let is_stretch =
        once.len() == numbers.len() && length.and_then(|length| usize::try_from(length).ok()) == Some(once.len() - 1);
    next * 20 >= (numbers.len() - 1) * 19 || is_stretch
}

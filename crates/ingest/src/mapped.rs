//! How are flat sources read whose mapping is guessed: delimited text, NDJSON and flat Parquet?

pub(crate) mod chunk;
pub(crate) mod columns;
pub(crate) mod delimited;
mod doubts;
mod ndjson;
mod parquet;
mod reading;
pub(crate) mod row;
pub(crate) mod spare;
mod text_chunk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kundresa_model::source::EventReader;
use kundresa_model::zone::ZoneTable;

use self::reading::Reading;
use crate::config::{Dated, KindName, SnowplowRules, SourceConfig};
use crate::error::{IngestError, SUPPORTED};
use crate::field::Field;
use crate::kind::{ColumnFacts, FieldFacts, Kind, PartRequest, PinContext, Pinned, PinnedFacts, PinnedKind};
use crate::mapping::Mapping;
use crate::mapping::guess::{Evidence, Guessed, guess};
use crate::pin::{reasons, settled};
use crate::rules::{Defaults, GA4_SYNTHETIC, PASSIVE, Rules};
use crate::sample::{SAMPLE_ROWS, Sample, Shape, TextTable};
use crate::skew::{ClockCells, ClockFacts, Clocks};
use crate::sources::{Vendor, adobe, request};
use crate::time::{EpochUnit, TimeFormat, TimeReader};
use crate::translate::TranslatedEvents;
use crate::translate::spread::DATED;
use crate::warning::LoadWarning;

/// Delimited text with a header.
pub struct Delimited;
/// NDJSON, or one JSON array.
pub struct Ndjson;
/// Flat Parquet.
pub struct FlatParquet;

impl Kind for Delimited {
    fn name(&self) -> KindName {
        KindName::Delimited
    }

    fn recognizes(&self, sample: &Sample) -> bool {
        matches!(sample.shape, Shape::Delimited(_))
    }

    fn signature(&self, sample: &Sample) -> String {
        signature(sample)
    }

    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError> {
        pin(self.name(), None, samples, context)
    }
}

impl Kind for Ndjson {
    fn name(&self) -> KindName {
        KindName::Ndjson
    }

    fn recognizes(&self, sample: &Sample) -> bool {
        matches!(sample.shape, Shape::Json(_))
    }

    /// Keys come and go from object to object, so only the columns of time and event tell sources apart.
    fn signature(&self, sample: &Sample) -> String {
        let (source, config) = Default::default();
        let context = PinContext { source_name: "", source: &source, config: &config, pin: None };
        match guessed(&[sample], &sample.table(), &context) {
            Ok(guessed) => {
                format!("{:?} {:?}", guessed.mapping.columns(Field::Time), guessed.mapping.columns(Field::Event))
            }
            Err(_) => signature(sample),
        }
    }

    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError> {
        pin(self.name(), None, samples, context)
    }
}

impl Kind for FlatParquet {
    fn name(&self) -> KindName {
        KindName::Parquet
    }

    fn recognizes(&self, sample: &Sample) -> bool {
        matches!(sample.shape, Shape::Parquet(_))
    }

    fn signature(&self, sample: &Sample) -> String {
        signature(sample)
    }

    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError> {
        pin(self.name(), None, samples, context)
    }
}

/// The names of all columns, which tell tables of different columns apart.
pub(crate) fn signature(sample: &Sample) -> String {
    let mut names = sample.table().names;
    names.sort_unstable();
    names.join("\u{1f}")
}

/// The first rows of a source: those of its first inputs in natural order, so that cutting a file changes nothing.
fn pooled(reading: Reading<'_>, samples: &[&Sample]) -> TextTable {
    let mut pool = TextTable::default();
    for sample in samples {
        if pool.rows.len() >= SAMPLE_ROWS {
            break;
        }
        let table = reading.table(sample);
        let places: Vec<usize> = table.names.iter().map(|name| place(&mut pool.names, name)).collect();
        for row in table.rows.into_iter().take(SAMPLE_ROWS - pool.rows.len()) {
            let mut cells = vec![None; pool.names.len()];
            places.iter().zip(row).for_each(|(place, cell)| cells[*place] = cell);
            pool.rows.push(cells);
        }
    }
    pool
}

fn place(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

fn guessed(samples: &[&Sample], table: &TextTable, context: &PinContext<'_>) -> Result<Guessed, IngestError> {
    let first = samples.first().map_or("", |sample| sample.input.as_str());
    let (duplicates, open) = match samples.first().map(|sample| &sample.shape) {
        Some(Shape::Delimited(sample)) => (sample.duplicates.as_slice(), false),
        Some(Shape::Json(_) | Shape::Lines(_)) => (&[][..], true),
        _ => (&[][..], false),
    };
    // What a pin names may be missing from an input; `check` then says so.
    let open = open || context.pin.is_some();
    guess(Evidence { input: first, table, duplicates, open }, *context)
}

/// The mapping of a vendor's export: its preset, where the configuration says nothing else.
pub(crate) fn pin_vendor(
    vendor: &'static Vendor,
    samples: &[&Sample],
    context: &PinContext<'_>,
) -> Result<Pinned, IngestError> {
    let own = context.source;
    let reading = Reading::of(Some(vendor), own);
    let table = pooled(reading, samples);
    let is_open = samples.first().is_some_and(|sample| has_open_names(sample));
    let mut source = vendor.preset.under(own, |name| is_open || table.names.iter().any(|known| known == name));
    if vendor.preset.are_requests && source.own_hosts.is_empty() {
        source.own_hosts.extend(request::own_host(&table));
    }
    let is_usual = own.time.format.is_some() || context.pin.is_some();
    let other_unit = if is_usual { None } else { doubts::other_unit(&mut source, reading, samples) };
    let source = if context.pin.is_some() { own.clone() } else { source };
    let mut pinned = pin(vendor.kind, Some(vendor), samples, &PinContext { source: &source, ..*context })?;
    if context.pin.is_none() {
        let is_own = |field: &str| {
            own.columns.contains_key(field)
                || (field == Field::Time.name() && own.time.column.is_some())
                || (field == Field::AnonymousId.name() && own.visitor.is_some())
        };
        let fields = pinned.facts.fields.iter_mut().map(|fact| (fact.field.as_str(), &mut fact.reason));
        let reasons = pinned.reasons.iter_mut().map(|(field, reason)| (field.as_str(), reason));
        let configured = fields.chain(reasons).filter(|(field, reason)| *reason == "configured" && !is_own(field));
        configured.for_each(|(_, reason)| *reason = BY_FORMAT.to_owned());
    }
    let note = |text| LoadWarning::Note { source: context.source_name.to_owned(), text };
    if vendor.kind == KindName::AdobeDataFeed {
        pinned.warnings.extend(adobe::without_words(samples).map(note));
    }
    pinned.warnings.extend(other_unit.map(note));
    let is_chosen = pinned.reasons.get(Field::AnonymousId.name()).is_none_or(|reason| reason != BY_FORMAT);
    if vendor.preset.are_requests && !is_chosen {
        pinned.warnings.push(note(UNCHOSEN_VISITOR.to_owned()));
    }
    Ok(pinned)
}

/// Why a preset's columns fill a field.
const BY_FORMAT: &str = "by the format";

/// What to know about visitors that nobody named.
const UNCHOSEN_VISITOR: &str = "the log names no visitors, so whoever has the same IP address and user agent counts as one; settle \
     it with visitor = \"ip_and_agent\", or choose \"ip\", \"user\" or { cookie = \"…\" }";

/// Whether rows may have names that the sample does not show.
fn has_open_names(sample: &Sample) -> bool {
    matches!(sample.shape, Shape::Json(_) | Shape::Lines(_))
}

fn pin(
    kind: KindName,
    vendor: Option<&'static Vendor>,
    samples: &[&Sample],
    context: &PinContext<'_>,
) -> Result<Pinned, IngestError> {
    refuse_revisions(context.source)?;
    let dates = Arc::new(context.source.dates.clone());
    let only = context.source.snowplow.clone();
    let reading = Reading { vendor, dates: &dates, rules: only.as_ref() };
    reading.check(samples)?;
    let has_dates_alone = !dates.is_empty() && vendor.is_none_or(|vendor| vendor.translator.is_none());
    let dated = (has_dates_alone && context.pin.is_none()).then(|| DATED.under(context.source, |_| true));
    let context = &PinContext { source: dated.as_ref().unwrap_or(context.source), ..*context };
    let table = pooled(reading, samples);
    let guessed = match guessed(samples, &table, context) {
        // Times of several formats across inputs are a contradiction that `check` names; the first input decides.
        Err(IngestError::UnknownTime { .. }) if samples.len() > 1 => {
            guessed(&samples[..1], &pooled(reading, &samples[..1]), context)?
        }
        other => other?,
    };
    let synthetic = vendor.map_or(&GA4_SYNTHETIC[..], |vendor| vendor.synthetic);
    let rules = Rules::try_new(context.source, context.config, Defaults { passive: &PASSIVE, synthetic })?;
    let zone = Arc::new(ZoneTable::try_new(&guessed.mapping.zone)?);
    let time = TimeReader::new(guessed.mapping.time_format.clone(), zone, guessed.mapping.zoned_only);
    let clock = clock_facts(&table, &guessed.mapping, &time);
    let mut warnings = guessed.warnings;
    warnings.extend(clock.as_ref().and_then(|clock| implausible(clock, context.source_name)));
    let evidence = vendor.map(|vendor| vendor.evidence);
    let facts = PinnedFacts { evidence, clock, ..facts(samples, &table, &guessed.mapping, guessed.time_zone) };
    warnings.extend(inexact_ids(samples, &guessed.mapping, context.source_name));
    warnings.extend(doubts::mangled_ids(&table, &guessed.mapping, context.source_name));
    let unit = doubts::settled_unit(&guessed.mapping, reading, samples, context);
    let delimiter = samples.first().and_then(|sample| delimiter(sample));
    let source = settled(context.source, kind, &guessed.mapping, guessed.zone, delimiter);
    let reasons = reasons(&guessed.mapping);
    let spare = Arc::default();
    let kind = MappedKind {
        vendor,
        dates,
        only,
        mapping: Arc::new(guessed.mapping),
        rules: Arc::new(rules),
        time,
        unit,
        spare,
    };
    let (kind, zone) = (Box::new(kind), guessed.zone);
    Ok(Pinned { kind, facts, warnings, source, zone, reasons })
}

/// Fields whose values tell things apart.
const IDS: [Field; 7] = [
    Field::AnonymousId,
    Field::UserId,
    Field::CrmId,
    Field::EventId,
    Field::OrderId,
    Field::CartId,
    Field::SessionHint,
];

/// A note for every id that a Parquet file keeps as a floating-point number and that shows to be more than a whole number
/// within 2^53: digits were lost before we saw it, so it may match no other source and even join two that differ.
fn inexact_ids(samples: &[&Sample], mapping: &Mapping, source: &str) -> Vec<LoadWarning> {
    let parquet = samples.iter().filter_map(|sample| match &sample.shape {
        Shape::Parquet(sample) => Some(sample),
        _ => None,
    });
    let inexact = |name: &str| {
        parquet.clone().find_map(|sample| {
            let at = sample.columns.iter().position(|column| column == name)?;
            if !sample.floats.contains(&at) {
                return None;
            }
            let mut values = sample.rows.iter().filter_map(|row| row[at].as_deref());
            values.find(|value| value.parse::<i64>().is_ok_and(|id| id.abs() >= 1 << 53) || value.contains('.'))
        })
    };
    let columns = IDS.into_iter().flat_map(|field| mapping.columns(field).iter().map(move |name| (field, name)));
    let note = |(field, name): (Field, &String)| {
        let value = inexact(name)?;
        let text = format!(
            "the {} in column `{name}` is a floating-point number such as {value}, which keeps about 16 digits and no \
             zeros at its ends: ids may differ from those of other sources, or fall together; export it as text",
            field.name()
        );
        Some(LoadWarning::Note { source: source.to_owned(), text })
    };
    columns.filter_map(note).collect()
}

fn facts(samples: &[&Sample], table: &TextTable, mapping: &Mapping, time_zone: Option<String>) -> PinnedFacts {
    let columns = table
        .names
        .iter()
        .enumerate()
        .map(|(index, name)| ColumnFacts { name: name.clone(), examples: examples(table, index) });
    let fields = mapping.fields.iter().map(|mapped| FieldFacts {
        field: mapped.field.name().to_owned(),
        columns: mapped.columns.clone(),
        reason: mapped.reason.clone(),
    });
    PinnedFacts {
        fields: fields.collect(),
        columns: columns.collect(),
        time_format: mapping.time_format.words(),
        time_option: mapping.time_format.option().to_owned(),
        time_zone,
        dialect: samples.first().map_or_else(String::new, |sample| dialect(sample)),
        constant_event: mapping.constant_event.clone(),
        evidence: None,
        clock: None,
    }
}

/// A row of a table, by the places of its columns.
struct TableRow<'a>(&'a [Option<String>]);

impl row::Cells for TableRow<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.0.get(index)?.as_deref()
    }
}

/// How far the clocks of a sample are off.
fn clock_facts(table: &TextTable, mapping: &Mapping, time: &TimeReader) -> Option<ClockFacts> {
    let clock = mapping.clock.as_ref()?;
    let place = |name: &String| table.names.iter().position(|known| known == name).unwrap_or(usize::MAX);
    let cells =
        ClockCells { created: place(&clock.created), sent: place(&clock.sent), received: place(&clock.received) };
    let columns: Vec<usize> = mapping.columns(Field::Time).iter().map(place).collect();
    Some(Clocks::facts(clock, cells, &columns, table.rows.iter().map(|row| TableRow(row)), time.clone()))
}

/// A note on times of the sample that can't be true together.
fn implausible(clock: &ClockFacts, source: &str) -> Option<LoadWarning> {
    let text = format!(
        "{} of the first rows have a `{}` and a `{}` that can't be true together (sent before it was made, or more than 30 \
         days after), so the clock of their device is not corrected",
        clock.implausible, clock.created, clock.sent
    );
    (clock.implausible > 0).then(|| LoadWarning::Note { source: source.to_owned(), text })
}

fn examples(table: &TextTable, index: usize) -> Vec<String> {
    let mut found = Vec::<String>::new();
    for value in table.column(index).map(str::trim).filter(|value| !value.is_empty()) {
        if found.len() == 3 {
            break;
        }
        if !found.iter().any(|known| known == value) {
            found.push(value.chars().take(60).collect());
        }
    }
    found
}

/// Only exports that replace each other have revisions.
fn refuse_revisions(source: &SourceConfig) -> Result<(), IngestError> {
    if source.revisions.is_empty() {
        return Ok(());
    }
    let reason = "only the GA4 export has revisions; any other input is replaced by one of the same name".to_owned();
    Err(IngestError::BadConfig { key: "sources.revisions".into(), value: source.revisions.join(", "), reason })
}

fn delimiter(sample: &Sample) -> Option<u8> {
    match &sample.shape {
        Shape::Delimited(sample) => Some(sample.dialect.delimiter),
        _ => None,
    }
}

fn dialect(sample: &Sample) -> String {
    match &sample.shape {
        Shape::Delimited(sample) => {
            let separator = match sample.dialect.delimiter {
                b',' => "comma".to_owned(),
                b';' => "semicolon".to_owned(),
                b'\t' => "tab".to_owned(),
                b'|' => "bar".to_owned(),
                other => char::from(other).to_string(),
            };
            match sample.dialect.skip_lines {
                0 => format!("separated by {separator}"),
                lines => format!("separated by {separator}, {lines} lines before the header"),
            }
        }
        _ => String::new(),
    }
}

/// A pinned flat source.
pub(crate) struct MappedKind {
    vendor: Option<&'static Vendor>,
    /// Dated columns of the configuration.
    dates: Arc<BTreeMap<String, Dated>>,
    /// Which rows count by the configuration.
    only: Option<SnowplowRules>,
    mapping: Arc<Mapping>,
    rules: Arc<Rules>,
    time: TimeReader,
    /// In which unit times must count.
    unit: Option<EpochUnit>,
    /// Writers of parts that have been read.
    spare: Arc<spare::Spare>,
}

impl MappedKind {
    fn reading(&self) -> Reading<'_> {
        Reading { vendor: self.vendor, dates: &self.dates, rules: self.only.as_ref() }
    }
}

impl PinnedKind for MappedKind {
    fn check(&self, sample: &Sample) -> Result<(), String> {
        let table = self.reading().table(sample);
        let open = has_open_names(sample);
        let missing = self.mapping.used_columns().find(|name| !open && !table.names.iter().any(|known| known == name));
        if let Some(name) = missing {
            return Err(format!("it has no column `{name}`"));
        }
        let columns = self.mapping.columns(Field::Time);
        let values: Vec<&str> = doubts::times(&table, columns).map(|(_, value)| value).collect();
        let format = &self.mapping.time_format;
        let wrong: Vec<&&str> = values.iter().filter(|value| format.parse(value).is_none()).collect();
        match wrong.first() {
            Some(example) if wrong.len() * 2 > values.len() => {
                Err(format!("its times such as `{example}` do not follow the format {}", format.option()))
            }
            _ if self.unit.is_some_and(|unit| doubts::unit(&table, columns).is_some_and(|other| other != unit)) => {
                let example = values.first().copied().unwrap_or_default();
                Err(format!("its times such as `{example}` count in another unit than {}", format.words()))
            }
            _ if self.mapping.zoned_only && mostly_naive(format, &values) => {
                Err("its times carry no zone, unlike those of the others".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn carried(&self) -> BTreeSet<String> {
        self.mapping.carried().into_iter().map(str::to_owned).collect()
    }

    fn reads_stretches(&self, sample: &Sample) -> bool {
        let may_be_cut = || {
            let translator = self.reading().translator(sample);
            translator.is_none_or(|(translator, _)| !translator.folds() || translator.shared().is_some())
        };
        sample.has_stretches() && (!matches!(sample.shape, Shape::Delimited(_)) || may_be_cut())
    }

    fn open(&self, request: PartRequest) -> Result<Box<dyn EventReader>, IngestError> {
        if let Some((translator, _)) = self.reading().translator(&request.sample) {
            let mut known = translator.columns();
            // What several columns may fill is kept where another one did.
            let used = self.mapping.used_columns().filter(|name| !known.iter().any(|known| known == name));
            let used: Vec<String> = used.map(str::to_owned).collect();
            known.extend(used);
            let writer = spare::PartWriter::new(self, &request, &known, true);
            return Ok(Box::new(TranslatedEvents::open(translator, writer, &request)?));
        }
        match &request.sample.shape {
            Shape::Delimited(_) => Ok(Box::new(delimited::DelimitedEvents::open(self, &request)?)),
            Shape::Json(_) => Ok(Box::new(ndjson::JsonEvents::open(self, &request)?)),
            Shape::Parquet(_) => Ok(Box::new(parquet::ParquetEvents::open(self, &request)?)),
            Shape::Lines(_) => {
                let (input, found) = (request.input.name().to_owned(), "lines of text".to_owned());
                Err(IngestError::Unsupported { input, found, allowed: SUPPORTED })
            }
        }
    }
}

/// Whether more than half of the times say nothing of their zone. Mere dates do not count.
fn mostly_naive(format: &TimeFormat, values: &[&str]) -> bool {
    let written = values.iter().filter_map(|value| format.parse(value)).filter(|written| !written.date_only);
    let (naive, zoned): (Vec<_>, Vec<_>) = written.partition(|written| written.offset_us.is_none());
    naive.len() > zoned.len()
}

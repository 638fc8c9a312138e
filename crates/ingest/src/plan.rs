//! Which sources do the inputs make up, and how is each of them read?
//!
//! Every input is sampled once. Inputs are grouped into sources by the configuration, else by kind and columns, never by
//! file names, so cutting a file into pieces changes no source. One mapping is pinned per source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::GlobSet;
use kundresa_model::document::{InputFacts, SourceFacts};
use kundresa_model::field::text;
use kundresa_model::natural;
use kundresa_model::quality::PartReport;
use kundresa_model::source::{EventReader, SourceInput, Wanted};

use crate::builder::TABLE_ROWS;
use crate::config::{IngestConfig, KindName, SourceConfig};
use crate::currency::{CurrencyConfig, ORIGINAL_CURRENCY, ORIGINAL_VALUE, Rates};
use crate::discover::{Inputs, Skipped};
use crate::error::{IngestError, SUPPORTED};
use crate::events::Events;
use crate::field::Field;
use crate::ga4::exports::repeated_days;
use crate::headless::{Sidecar, take_sidecars};
use crate::input::Input;
use crate::kind::{Kind, PartRequest, PinContext, Pinned, PinnedFacts, PinnedKind, RowGroup, TextStretch, kinds};
use crate::pin::{self, PinGroup, SourcePin};
use crate::promote::promoted;
use crate::rules::glob_set;
use crate::sample::{Hints, SAMPLE_ROWS, Sample, Shape};
use crate::sources::refuse_foreign;
use crate::text_parts::{PART_BYTES, TextParts};
use crate::warning::LoadWarning;

/// Inputs grouped into sources with pinned mappings.
pub struct LoadPlan {
    sources: Vec<PinnedSource>,
    warnings: Vec<LoadWarning>,
}

/// One source.
pub struct PinnedSource {
    name: String,
    kind: KindName,
    inputs: Vec<PlannedInput>,
    facts: PinnedFacts,
    pinned: Arc<dyn PinnedKind>,
    pin: SourcePin,
    warnings: Vec<LoadWarning>,
    rates: Option<Arc<Rates>>,
}

/// One input of a source.
#[derive(Clone, Debug)]
pub struct PlannedInput {
    /// The input.
    pub input: Arc<Input>,
    /// How it is encoded and which columns it has; its rows are gone.
    pub sample: Arc<Sample>,
}

/// The plan for reading `inputs`.
///
/// # Errors
/// When an input that was named can't be read, no input is data, an input contradicts the mapping of its source, or
/// the configuration does not fit. Files of folders that are no event data are left out with a warning.
pub fn plan(inputs: Inputs, config: &IngestConfig) -> Result<LoadPlan, IngestError> {
    plan_pinned(inputs, config, &[])
}

/// The plan for reading `inputs` into a store whose sources are `pins`: inputs of a pinned source are read by its
/// pin under its name, and other sources get names that no pin has. Without pins this is [`plan`].
///
/// # Errors
/// As for [`plan`]; an input that contradicts a pin is a contradiction of the input that the pin came from.
pub fn plan_pinned(inputs: Inputs, config: &IngestConfig, pins: &[SourcePin]) -> Result<LoadPlan, IngestError> {
    let mut planner = Planner::new(config, pins)?;
    let inputs = inputs.with_archives_opened()?;
    planner.warn_skipped(inputs.skipped);
    let (sidecars, inputs) = take_sidecars(inputs.inputs);
    planner.sidecars = sidecars.into();
    let kept = planner.without_copies(inputs)?.into_iter().filter(|input| !planner.is_rates(input)).collect::<Vec<_>>();
    let mut groups = BTreeMap::<GroupKey, Vec<Member>>::new();
    for input in kept {
        if let Some((key, member)) = planner.sampled(input)? {
            push_member(groups.entry(key).or_default(), member);
        }
    }
    planner.warn_idle(&groups);
    for (key, members) in groups {
        planner.add_source(&key, members)?;
    }
    planner.finish()
}

/// An input with its sample, rows included.
type Member = (Arc<Input>, Sample);

/// Rows of a sample that are kept for checking once the mapping has rows enough to be guessed from.
const CHECKED_ROWS: usize = 50;

fn push_member(members: &mut Vec<Member>, mut member: Member) {
    let pooled: usize = members.iter().map(|(_, sample)| sample.rows()).sum();
    if pooled >= SAMPLE_ROWS {
        member.1.truncate(CHECKED_ROWS);
    }
    members.push(member);
}

/// What inputs of one source share. Configured sources come first, in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    /// Index in the configuration; `usize::MAX` where no source owns the input.
    owner: usize,
    kind: &'static str,
    signature: String,
}

struct Planner<'a> {
    config: &'a IngestConfig,
    pins: &'a [SourcePin],
    owners: Vec<GlobSet>,
    sidecars: Arc<[Sidecar]>,
    sources: Vec<PinnedSource>,
    warnings: Vec<LoadWarning>,
    rates: Option<Arc<Rates>>,
}

/// The files that each source owns, if names and separators of the sources are usable.
pub(crate) fn check_sources(config: &IngestConfig) -> Result<Vec<GlobSet>, IngestError> {
    let mut names = BTreeSet::new();
    if let Some(twice) =
        config.sources.iter().filter_map(|source| source.name.as_ref()).find(|name| !names.insert(*name))
    {
        let reason = "two sources have that name".to_owned();
        return Err(IngestError::BadConfig { key: "sources.name".into(), value: twice.clone(), reason });
    }
    let mut delimiters = config.sources.iter().filter_map(|source| source.delimiter);
    if let Some(delimiter) = delimiters.find(|delimiter| !delimiter.is_ascii()) {
        let reason = "a separator is one ASCII character".to_owned();
        return Err(IngestError::BadConfig { key: "delimiter".into(), value: delimiter.to_string(), reason });
    }
    config.sources.iter().map(|source| glob_set(&source.files)).collect()
}

impl<'a> Planner<'a> {
    fn new(config: &'a IngestConfig, pins: &'a [SourcePin]) -> Result<Self, IngestError> {
        let owners = check_sources(config)?;
        let sidecars = Arc::default();
        let rates = config.currency.as_ref().map(CurrencyConfig::rates).transpose()?.map(Arc::new);
        Ok(Self { config, pins, owners, sidecars, sources: Vec::new(), warnings: Vec::new(), rates })
    }

    fn warn_skipped(&mut self, skipped: Vec<Skipped>) {
        let expected = ["configuration", "documentation", "left by the program that wrote the export"];
        let skipped = skipped.into_iter().filter(|file| !expected.contains(&file.reason.as_str()));
        let warning = skipped.map(|file| LoadWarning::SkippedFile { input: file.name, reason: file.reason });
        self.warnings.extend(warning);
    }

    /// Whether a file of a folder is the table of rates.
    fn is_rates(&self, input: &Input) -> bool {
        let rates = self.config.currency.as_ref().map(|currency| currency.folder.join(&currency.rates));
        let (Some(rates), Some(path), false) = (rates, input.path(), input.is_named()) else { return false };
        let is_named_so = rates.file_name() == path.file_name();
        is_named_so && rates.canonicalize().is_ok_and(|rates| path.canonicalize().is_ok_and(|path| path == rates))
    }

    fn skip(&mut self, input: &Input, reason: String) {
        self.warnings.push(LoadWarning::SkippedFile { input: input.name().to_owned(), reason });
    }

    /// Inputs in natural order, of equal contents only the first. Only inputs of equal size are hashed.
    fn without_copies(&mut self, mut inputs: Vec<Arc<Input>>) -> Result<Vec<Arc<Input>>, IngestError> {
        inputs.sort_by(|a, b| natural::compare(a.name(), b.name()));
        let mut by_size = BTreeMap::<u64, Vec<Arc<Input>>>::new();
        for input in &inputs {
            by_size.entry(input.size()?).or_default().push(Arc::clone(input));
        }
        let mut aliases = BTreeSet::new();
        for (_, same_size) in by_size.into_iter().filter(|(size, group)| *size > 0 && group.len() > 1) {
            let mut first = BTreeMap::<u128, Arc<Input>>::new();
            for input in same_size {
                if let Some(original) = first.get(&input.hash()?) {
                    let (input_name, alias) = (original.name().to_owned(), input.name().to_owned());
                    aliases.insert(alias.clone());
                    self.warnings.push(LoadWarning::SameContent { input: input_name, alias });
                } else {
                    first.insert(input.hash()?, input);
                }
            }
        }
        inputs.retain(|input| !aliases.contains(input.name()));
        Ok(inputs)
    }

    /// The source configuration that owns an input: the first whose patterns match, else the first without patterns.
    fn owner(&self, name: &str) -> Option<usize> {
        let by_pattern = self.owners.iter().position(|patterns| patterns.is_match(name));
        by_pattern.or_else(|| self.config.sources.iter().position(|source| source.files.is_empty()))
    }

    fn sampled(&mut self, input: Arc<Input>) -> Result<Option<(GroupKey, Member)>, IngestError> {
        let owner = self.owner(input.name());
        let source = owner.map(|index| &self.config.sources[index]);
        if input.size()? == 0 {
            self.skip(&input, "an empty file".to_owned());
            return Ok(None);
        }
        let taken = Sample::take(&input, &self.hints(source));
        if let Some((key, sample)) = self.sampled_as_pinned(&input, owner, taken.as_ref().ok()) {
            return Ok(Some((key, (input, sample))));
        }
        let sample = match taken {
            Ok(sample) => sample,
            Err(IngestError::Unsupported { found, .. }) if found == EMPTY || !input.is_named() => {
                self.skip(&input, found);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(Some((key_of(&sample, owner, source)?, (input, sample))))
    }

    /// The sample by the separator of a pinned source, if the input is one of its own then and none otherwise.
    fn sampled_as_pinned(
        &self,
        input: &Input,
        owner: Option<usize>,
        taken: Option<&Sample>,
    ) -> Option<(GroupKey, Sample)> {
        let source = owner.map(|index| &self.config.sources[index]);
        let is_pinned = |sample: &Sample| key_of(sample, owner, source).is_ok_and(|key| self.pin_of(&key).is_some());
        if self.pins.is_empty() || taken.is_some_and(is_pinned) {
            return None;
        }
        let delimited = self.pins.iter().filter(|pin| pin.kind == KindName::Delimited);
        delimited.into_iter().find_map(|pin| {
            let sample = Sample::take(input, &self.hints(Some(&pin.source))).ok()?;
            let key = key_of(&sample, owner, None).ok()?;
            self.pin_of(&key).is_some_and(|found| found.name == pin.name).then_some((key, sample))
        })
    }

    fn hints(&self, source: Option<&SourceConfig>) -> Hints {
        Hints { sidecars: Arc::clone(&self.sidecars), ..hints(source) }
    }

    /// The pin of the source that inputs with that key belong to.
    fn pin_of(&self, key: &GroupKey) -> Option<&'a SourcePin> {
        let group = self.group_of(key);
        let is_kind = |pin: &SourcePin| key.kind.is_empty() || pin.kind.name() == key.kind;
        self.pins.iter().find(|pin| pin.group == group && is_kind(pin))
    }

    fn group_of(&self, key: &GroupKey) -> PinGroup {
        match self.config.sources.get(key.owner) {
            Some(source) => PinGroup::owned_by(source),
            None => PinGroup::Signature(key.signature.clone()),
        }
    }

    fn add_source(&mut self, key: &GroupKey, members: Vec<Member>) -> Result<(), IngestError> {
        let shipped = SourceConfig::default();
        let (owner, pin) = (self.config.sources.get(key.owner), self.pin_of(key));
        let source = pin.map(|pin| &pin.source).or(owner).unwrap_or(&shipped);
        let Some((_, first)) = members.first() else { return Ok(()) };
        let kind = match pin.and_then(|pin| kind_named(pin.kind)) {
            Some(kind) => kind,
            None => kind_of(first, Some(source))?,
        };
        let named = pin.map(|pin| pin.name.clone()).or_else(|| source.name.clone());
        let name = named.unwrap_or_else(|| self.free_name(kind.name().name()));
        refuse_foreign(kind.name(), source)?;
        let samples: Vec<&Sample> = members.iter().map(|(_, sample)| sample).collect();
        let context = PinContext { source_name: &name, source, config: self.config, pin };
        match kind.pin(&samples, &context) {
            Ok(pinned) => self.add_pinned(self.new_pin(key, kind.name(), first, &context, &pinned), members, pinned),
            Err(IngestError::MissingField { field, .. })
                if owner.is_none() && members.iter().all(|(input, _)| !input.is_named()) =>
            {
                members.iter().for_each(|(input, _)| self.skip(input, format!("it has no column for the {field}")));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The pin of a source that was just understood from `first` and others.
    fn new_pin(
        &self,
        key: &GroupKey,
        kind: KindName,
        first: &Sample,
        context: &PinContext<'_>,
        pinned: &Pinned,
    ) -> SourcePin {
        SourcePin {
            name: context.source_name.to_owned(),
            kind,
            group: self.group_of(key),
            pinned_by: context.pin.map_or(&first.input, |pin| &pin.pinned_by).clone(),
            source: pinned.source.clone(),
            zone: pinned.zone,
            reasons: pinned.reasons.clone(),
        }
    }

    fn add_pinned(&mut self, pin: SourcePin, members: Vec<Member>, pinned: Pinned) -> Result<(), IngestError> {
        for (input, sample) in &members {
            check(pin.kind, &*pinned.kind, sample).map_err(|why| IngestError::Contradiction {
                input: input.name().to_owned(),
                source_name: pin.name.clone(),
                pinned_by: pin.pinned_by.clone(),
                why,
            })?;
        }
        let planned = members.into_iter().map(|(input, mut sample)| {
            sample.truncate(0);
            PlannedInput { input, sample: Arc::new(sample) }
        });
        let Pinned { kind, facts, mut warnings, .. } = pinned;
        warnings.sort();
        warnings.dedup();
        self.warnings.extend(warnings.iter().cloned());
        let (name, inputs, pinned) = (pin.name.clone(), planned.collect(), Arc::from(kind));
        let rates = self.rates.clone();
        self.sources.push(PinnedSource { name, kind: pin.kind, inputs, facts, pinned, pin, warnings, rates });
        Ok(())
    }

    /// Configured sources that own nothing while something is owned by none: a pattern is probably misspelt.
    fn warn_idle(&mut self, groups: &BTreeMap<GroupKey, Vec<Member>>) {
        if !groups.keys().any(|key| key.owner == usize::MAX) {
            return;
        }
        // What an earlier load pinned need not come again.
        let known = |source: &SourceConfig| self.pins.iter().any(|pin| pin.group == PinGroup::owned_by(source));
        let sources = self.config.sources.iter().enumerate().filter(|(_, source)| !known(source));
        let idle = sources.filter(|(index, _)| !groups.keys().any(|key| key.owner == *index));
        let warning = idle.map(|(_, source)| LoadWarning::Note {
            source: source.name.clone().unwrap_or_default(),
            text: format!("no input matches its files = {:?}, and some inputs are owned by no source", source.files),
        });
        self.warnings.extend(warning);
    }

    /// `kind`, or `kind-2` and so on if that is taken.
    fn free_name(&self, kind: &str) -> String {
        let configured = self.config.sources.iter().filter_map(|source| source.name.as_deref());
        let mut taken: BTreeSet<&str> =
            configured.chain(self.sources.iter().map(|source| source.name.as_str())).collect();
        taken.extend(pin::names(self.pins));
        let mut name = kind.to_owned();
        let mut number = 2;
        while taken.contains(name.as_str()) {
            name = format!("{kind}-{number}");
            number += 1;
        }
        name
    }

    fn finish(mut self) -> Result<LoadPlan, IngestError> {
        if self.sources.is_empty() {
            let skipped: Vec<String> = self.warnings.iter().map(LoadWarning::to_string).collect();
            let skipped = if skipped.is_empty() { String::new() } else { format!(":\n  {}", skipped.join("\n  ")) };
            return Err(IngestError::NoFiles { place: "what was given".into(), skipped });
        }
        self.warnings.sort();
        self.warnings.dedup();
        Ok(LoadPlan { sources: self.sources, warnings: self.warnings })
    }
}

fn check(name: KindName, pinned: &dyn PinnedKind, sample: &Sample) -> Result<(), String> {
    match kind_named(name).is_some_and(|kind| kind.recognizes(sample)) {
        true => pinned.check(sample),
        false => Err(format!("it is {}", sample.encoding())),
    }
}

fn kind_named(name: KindName) -> Option<&'static dyn Kind> {
    kinds().find(|kind| kind.name() == name)
}

fn key_of(sample: &Sample, owner: Option<usize>, source: Option<&SourceConfig>) -> Result<GroupKey, IngestError> {
    let kind = kind_of(sample, source)?;
    Ok(match owner {
        Some(owner) => GroupKey { owner, kind: "", signature: String::new() },
        None => GroupKey { owner: usize::MAX, kind: kind.name().name(), signature: kind.signature(sample) },
    })
}

/// How an input without a byte of text is called.
const EMPTY: &str = "an empty file";

fn hints(source: Option<&SourceConfig>) -> Hints {
    let Some(source) = source else { return Hints::default() };
    let delimiter = source.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()).filter(u8::is_ascii);
    Hints { delimiter, skip_lines: source.skip_lines, header: source.header.clone(), ..Hints::default() }
}

fn kind_of(sample: &Sample, source: Option<&SourceConfig>) -> Result<&'static dyn Kind, IngestError> {
    let asked = source.map_or(KindName::Auto, |source| source.kind);
    let mut fitting = kinds().filter(|kind| kind.recognizes(sample));
    let kind = fitting.find(|kind| asked == KindName::Auto || kind.name() == asked);
    kind.ok_or_else(|| {
        let found = match asked {
            KindName::Auto => format!("{} in no format that is known: `{}`", sample.encoding(), sample.first_line()),
            asked => format!("{}, which is not the configured kind `{}`", sample.encoding(), asked.name()),
        };
        IngestError::Unsupported { input: sample.input.clone(), found, allowed: SUPPORTED }
    })
}

impl PinnedSource {
    /// Name of the source.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kind.
    pub fn kind(&self) -> KindName {
        self.kind
    }

    /// Its inputs in natural order; the first decided the mapping.
    pub fn inputs(&self) -> &[PlannedInput] {
        &self.inputs
    }

    /// What was decided.
    pub fn facts(&self) -> &PinnedFacts {
        &self.facts
    }

    /// Names of text columns and properties that its events can have.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = [text::EVENT, text::SOURCE_NAME].map(str::to_owned).into();
        let mapped: BTreeSet<&str> = self.facts.fields.iter().map(|fact| fact.field.as_str()).collect();
        let has = |field: Field| mapped.contains(field.name());
        names.extend(self.facts.columns.iter().map(|column| column.name.clone()));
        names.extend(
            mapped
                .iter()
                .filter(|name| Field::from_name(name).is_some_and(Field::is_text))
                .map(|name| (*name).to_owned()),
        );
        let address = has(Field::PageUrl);
        names.extend((address || has(Field::Page)).then(|| text::PAGE.to_owned()));
        let refers = has(Field::Referrer);
        names.extend((address || refers || has(Field::Source) || has(Field::Medium)).then(|| text::CHANNEL.to_owned()));
        if refers {
            names.extend([text::SOURCE, text::MEDIUM].map(str::to_owned));
        }
        if self.rates.is_some() {
            names.extend([ORIGINAL_VALUE, ORIGINAL_CURRENCY].map(str::to_owned));
        }
        if has(Field::UserAgent) {
            names.extend([text::DEVICE, text::OS, text::BROWSER].map(str::to_owned));
        }
        if address {
            names.extend([text::SOURCE, text::MEDIUM, text::CAMPAIGN, text::TERM, text::CONTENT].map(str::to_owned));
        }
        names
    }

    /// The events of this source alone, each text in one part.
    pub(crate) fn events(&self, wanted: Wanted) -> Events {
        Events::of(std::slice::from_ref(self), wanted, None)
    }

    /// What a store keeps, so that later loads read this source by the same mapping.
    pub fn pin(&self) -> &SourcePin {
        &self.pin
    }

    /// Zone of times that carry none: an IANA name, `UTC (assumed)`, or `None` where every time carries one.
    pub fn time_zone(&self) -> Option<&str> {
        self.facts.time_zone.as_deref()
    }

    /// Whether its events can have money.
    pub fn has_value(&self) -> bool {
        self.facts.fields.iter().any(|fact| fact.field == Field::Value.name())
    }

    /// Whether the order of its rows means something. Otherwise the upper half of `tie` is a hash of the raw row.
    pub fn has_row_order(&self) -> bool {
        self.pinned.has_row_order()
    }

    /// What was assumed of this source alone, as sentences; `--strict` makes them errors.
    pub fn warnings(&self) -> BTreeSet<String> {
        self.warnings.iter().map(LoadWarning::to_string).collect()
    }

    /// For the provenance of a document.
    pub fn source_facts(&self) -> SourceFacts {
        let fields = self.facts.fields.iter();
        SourceFacts {
            name: self.name.clone(),
            kind: self.kind.name().to_owned(),
            mapping: fields
                .map(|fact| (fact.field.clone(), format!("{} ({})", fact.columns.join(", else "), fact.reason)))
                .collect(),
            time_format: self.facts.time_format.clone(),
        }
    }

    /// Names that a store loaded with `wanted` can answer for: [`Self::columns`] without the source's own names of what
    /// a canonical column holds. Those would be null in every row.
    pub fn stored_columns(&self, wanted: &Wanted) -> BTreeSet<String> {
        let carried = self.carried();
        let canonical = |name: &str| self.facts.fields.iter().any(|fact| fact.field == name);
        let is_stored = |name: &String| !carried.contains(name) || wanted.text.contains(name) || canonical(name);
        self.columns().into_iter().filter(is_stored).collect()
    }

    /// Names of the source whose values a canonical column holds.
    pub(crate) fn carried(&self) -> BTreeSet<String> {
        self.pinned.carried()
    }

    /// Whether a property may have that name.
    pub(crate) fn allows_property(&self, name: &str) -> bool {
        self.pinned.allows_property(name)
    }

    /// A reader of the first rows of an input; `None` if it can't be opened or has none.
    pub(crate) fn open_front(
        &self,
        input: &PlannedInput,
        wanted: &Arc<Wanted>,
        rows: usize,
    ) -> Option<Box<dyn EventReader>> {
        let mut request = self.requests_of(0, input, wanted, None).into_iter().next()?;
        request.table_rows = rows;
        self.pinned.open(request).ok()
    }

    /// Rates by which its amounts are converted.
    pub(crate) fn rates(&self) -> Option<Arc<Rates>> {
        self.rates.clone()
    }

    /// How its inputs are read.
    pub(crate) fn pinned(&self) -> Arc<dyn PinnedKind> {
        Arc::clone(&self.pinned)
    }

    pub(crate) fn source_input(&self, planned: &PlannedInput) -> SourceInput {
        let name = planned.input.name();
        SourceInput {
            source: self.name.clone(),
            name: name.to_owned(),
            has_row_order: self.has_row_order(),
            set: self.pinned.export_of(name),
        }
    }

    /// One sentence for every part that several inputs hold as exports of their own.
    fn notes(&self) -> Vec<String> {
        let names = self.inputs.iter().map(|planned| planned.input.name());
        let told = repeated_days(names.filter_map(|name| Some((name, self.pinned.export_of(name)?))));
        told.into_iter().map(|text| format!("source `{}`: {text}", self.name)).collect()
    }

    pub(crate) fn requests(&self, wanted: &Arc<Wanted>, part_bytes: Option<u64>) -> Vec<PartRequest> {
        let inputs = self.inputs.iter().enumerate();
        inputs.flat_map(|(rank, member)| self.requests_of(rank, member, wanted, part_bytes)).collect()
    }

    fn requests_of(
        &self,
        rank: usize,
        member: &PlannedInput,
        wanted: &Arc<Wanted>,
        part_bytes: Option<u64>,
    ) -> Vec<PartRequest> {
        let request = |row_group: Option<RowGroup>, stretch: Option<TextStretch>| PartRequest {
            input: Arc::clone(&member.input),
            sample: Arc::clone(&member.sample),
            source_name: self.name.clone(),
            rank: u32::try_from(rank).unwrap_or(u32::MAX),
            row_group,
            stretch,
            wanted: Arc::clone(wanted),
            table_rows: TABLE_ROWS,
        };
        if let Shape::Parquet(sample) = &member.sample.shape {
            return sample.row_groups.iter().map(|group| request(Some(*group), None)).collect();
        }
        match (part_bytes, member.input.size()) {
            (Some(part_bytes), Ok(size)) if self.pinned.reads_stretches(&member.sample) => {
                let parts = TextParts::new(part_bytes);
                let stretches = (0..parts.count(size)).map(|index| TextStretch { parts: Arc::clone(&parts), index });
                stretches.map(|stretch| request(None, Some(stretch))).collect()
            }
            _ => vec![request(None, None)],
        }
    }
}

impl LoadPlan {
    /// Sources in the order of their names' making: configured ones first.
    pub fn sources(&self) -> &[PinnedSource] {
        &self.sources
    }

    /// Things to know, sorted. `--strict` makes them errors.
    pub fn warnings(&self) -> &[LoadWarning] {
        &self.warnings
    }

    /// Things to know that are no doubts: which export of a day is read. Sorted by source and day.
    pub fn notes(&self) -> Vec<String> {
        self.sources.iter().flat_map(PinnedSource::notes).collect()
    }

    /// What to read when a store is loaded: everything. Properties with a column of their own are named in `text`: those
    /// that the configuration renames, those of `also` (what phases, funnels and the like ask for), then those that are
    /// filled in at least half a percent of the first rows of a source, most frequent first, 128 in all. What else a row
    /// has is in `props`. Reads the first rows of every input once more.
    pub fn load_wanted(&self, config: &IngestConfig, also: &BTreeSet<String>) -> Wanted {
        let pinned = self.sources.iter().map(|source| &source.pin.source);
        let renamed = config.sources.iter().chain(pinned).flat_map(|source| source.properties.keys());
        let is_property = |name: &&String| self.sources.iter().any(|source| source.allows_property(name));
        let mut named: BTreeSet<String> = renamed.chain(also).filter(is_property).cloned().collect();
        if config.currency.is_some() {
            named.extend([ORIGINAL_VALUE, ORIGINAL_CURRENCY].map(str::to_owned));
        }
        Wanted { text: promoted(&self.sources, named), everything: true }
    }

    /// Names of text columns and properties that events can have, for hints about unknown names.
    pub fn columns(&self) -> BTreeSet<String> {
        self.sources.iter().flat_map(PinnedSource::columns).collect()
    }

    /// The events, with the columns that a command needs.
    pub fn events(&self, wanted: Wanted) -> Events {
        self.events_in_parts(wanted, PART_BYTES)
    }

    /// The events, texts being cut into parts of so many bytes. Nothing depends on that number but how evenly threads share
    /// a text.
    pub fn events_in_parts(&self, wanted: Wanted, part_bytes: u64) -> Events {
        Events::of(&self.sources, wanted, Some(part_bytes))
    }

    /// Zone in which times without a zone are read: an IANA name, `UTC (assumed)`, several joined by commas, or `None`
    /// where every time carries one.
    pub fn source_time_zone(&self) -> Option<String> {
        let zones: BTreeSet<&str> =
            self.sources.iter().filter_map(|source| source.facts.time_zone.as_deref()).collect();
        (!zones.is_empty()).then(|| zones.into_iter().collect::<Vec<_>>().join(", "))
    }

    /// Sources for the provenance of a document.
    pub fn source_facts(&self) -> Vec<SourceFacts> {
        self.sources.iter().map(PinnedSource::source_facts).collect()
    }

    /// Inputs for the provenance of a document, with the rows that `reports` counted. Hashes every input.
    ///
    /// # Errors
    /// When an input can't be read any more.
    pub fn input_facts(&self, reports: &[PartReport]) -> Result<Vec<InputFacts>, IngestError> {
        let mut rows = BTreeMap::<(&str, &str), (u64, u64)>::new();
        for report in reports {
            let counts = rows.entry((&report.source, &report.input)).or_default();
            counts.0 += report.rows_in;
            counts.1 += report.rejected;
        }
        let mut facts = Vec::new();
        for source in &self.sources {
            for member in &source.inputs {
                let (rows_in, rejected) =
                    rows.get(&(source.name.as_str(), member.input.name())).copied().unwrap_or_default();
                facts.push(input_facts(source, member, rows_in, rejected)?);
            }
        }
        facts.sort_by(|a, b| natural::compare(&a.path, &b.path));
        Ok(facts)
    }
}

fn input_facts(
    source: &PinnedSource,
    member: &PlannedInput,
    rows_in: u64,
    rejected: u64,
) -> Result<InputFacts, IngestError> {
    let from_disk = member.input.path().is_some();
    Ok(InputFacts {
        path: member.input.name().to_owned(),
        source: source.name.clone(),
        format: member.sample.encoding(),
        bytes: if from_disk { Some(member.input.size()?) } else { None },
        hash: member.input.content_hash()?,
        rows_in,
        rejected,
    })
}

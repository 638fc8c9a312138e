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
use kundresa_model::source::{BoxError, EventReader, EventSource, Wanted};

use crate::config::{IngestConfig, KindName, SourceConfig};
use crate::discover::{Inputs, Skipped};
use crate::error::{IngestError, SUPPORTED};
use crate::field::Field;
use crate::ga4::days::repeated_days;
use crate::input::Input;
use crate::kind::{Kind, PartRequest, PinContext, Pinned, PinnedFacts, PinnedKind, RowGroup, kinds};
use crate::rules::glob_set;
use crate::sample::{Hints, SAMPLE_ROWS, Sample, Shape};
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
    let mut planner = Planner::new(config)?;
    planner.warn_skipped(inputs.skipped);
    let kept = planner.without_copies(inputs.inputs)?;
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
    owners: Vec<GlobSet>,
    sources: Vec<PinnedSource>,
    warnings: Vec<LoadWarning>,
}

impl<'a> Planner<'a> {
    fn new(config: &'a IngestConfig) -> Result<Self, IngestError> {
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
        let owners = config.sources.iter().map(|source| glob_set(&source.files)).collect::<Result<_, _>>()?;
        Ok(Self { config, owners, sources: Vec::new(), warnings: Vec::new() })
    }

    fn warn_skipped(&mut self, skipped: Vec<Skipped>) {
        let skipped = skipped.into_iter().filter(|file| file.reason == "not a data format");
        let warning = skipped.map(|file| LoadWarning::SkippedFile { input: file.name, reason: file.reason });
        self.warnings.extend(warning);
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
        let sample = match Sample::take(&input, &hints(source)) {
            Ok(sample) => sample,
            Err(IngestError::Unsupported { found, .. }) if found == EMPTY || !input.is_named() => {
                self.skip(&input, found);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let kind = kind_of(&sample, source)?;
        let key = match owner {
            Some(owner) => GroupKey { owner, kind: "", signature: String::new() },
            None => GroupKey { owner: usize::MAX, kind: kind.name().name(), signature: kind.signature(&sample) },
        };
        Ok(Some((key, (input, sample))))
    }

    fn add_source(&mut self, key: &GroupKey, members: Vec<Member>) -> Result<(), IngestError> {
        let shipped = SourceConfig::default();
        let owner = self.config.sources.get(key.owner);
        let source = owner.unwrap_or(&shipped);
        let Some((_, first)) = members.first() else { return Ok(()) };
        let kind = kind_of(first, Some(source))?;
        let name = source.name.clone().unwrap_or_else(|| self.free_name(kind.name().name()));
        let samples: Vec<&Sample> = members.iter().map(|(_, sample)| sample).collect();
        let context = PinContext { source_name: &name, source, config: self.config };
        match kind.pin(&samples, &context) {
            Ok(pinned) => self.add_pinned(name, kind.name(), members, pinned),
            Err(IngestError::MissingField { field, .. })
                if owner.is_none() && members.iter().all(|(input, _)| !input.is_named()) =>
            {
                members.iter().for_each(|(input, _)| self.skip(input, format!("it has no column for the {field}")));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn add_pinned(
        &mut self,
        name: String,
        kind: KindName,
        members: Vec<Member>,
        pinned: Pinned,
    ) -> Result<(), IngestError> {
        let pinned_by = members.first().map_or("", |(first, _)| first.name()).to_owned();
        for (input, sample) in &members {
            check(kind, &*pinned.kind, sample).map_err(|why| IngestError::Contradiction {
                input: input.name().to_owned(),
                source_name: name.clone(),
                pinned_by: pinned_by.clone(),
                why,
            })?;
        }
        let planned = members.into_iter().map(|(input, mut sample)| {
            sample.truncate(0);
            PlannedInput { input, sample: Arc::new(sample) }
        });
        self.warnings.extend(pinned.warnings);
        let inputs: Vec<PlannedInput> = planned.collect();
        if kind == KindName::Ga4 {
            let told = repeated_days(inputs.iter().map(|planned| planned.input.name()));
            self.warnings.extend(told.into_iter().map(|text| LoadWarning::Note { source: name.clone(), text }));
        }
        self.sources.push(PinnedSource { name, kind, inputs, facts: pinned.facts, pinned: Arc::from(pinned.kind) });
        Ok(())
    }

    /// Configured sources that own nothing while something is owned by none: a pattern is probably misspelt.
    fn warn_idle(&mut self, groups: &BTreeMap<GroupKey, Vec<Member>>) {
        if !groups.keys().any(|key| key.owner == usize::MAX) {
            return;
        }
        let idle =
            self.config.sources.iter().enumerate().filter(|(index, _)| !groups.keys().any(|key| key.owner == *index));
        let warning = idle.map(|(_, source)| LoadWarning::Note {
            source: source.name.clone().unwrap_or_default(),
            text: format!("no input matches its files = {:?}, and some inputs are owned by no source", source.files),
        });
        self.warnings.extend(warning);
    }

    /// `kind`, or `kind-2` and so on if that is taken.
    fn free_name(&self, kind: &str) -> String {
        let configured = self.config.sources.iter().filter_map(|source| source.name.as_deref());
        let taken: BTreeSet<&str> = configured.chain(self.sources.iter().map(|source| source.name.as_str())).collect();
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
    let kind = kinds().into_iter().find(|kind| kind.name() == name);
    match kind.is_some_and(|kind| kind.recognizes(sample)) {
        true => pinned.check(sample),
        false => Err(format!("it is {}", sample.encoding())),
    }
}

/// How an input without a byte of text is called.
const EMPTY: &str = "an empty file";

fn hints(source: Option<&SourceConfig>) -> Hints {
    let Some(source) = source else { return Hints::default() };
    let delimiter = source.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()).filter(u8::is_ascii);
    Hints { delimiter, skip_lines: source.skip_lines, header: source.header.clone() }
}

fn kind_of(sample: &Sample, source: Option<&SourceConfig>) -> Result<&'static dyn Kind, IngestError> {
    let asked = source.map_or(KindName::Auto, |source| source.kind);
    let mut fitting = kinds().into_iter().filter(|kind| kind.recognizes(sample));
    let kind = fitting.find(|kind| asked == KindName::Auto || kind.name() == asked);
    kind.ok_or_else(|| IngestError::Unsupported {
        input: sample.input.clone(),
        found: format!("{}, which is not the configured kind `{}`", sample.encoding(), asked.name()),
        allowed: SUPPORTED,
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
        names.extend((address || has(Field::Source) || has(Field::Medium)).then(|| text::CHANNEL.to_owned()));
        if address {
            names.extend([text::SOURCE, text::MEDIUM, text::CAMPAIGN, text::TERM, text::CONTENT].map(str::to_owned));
        }
        names
    }

    /// The events of this source alone.
    pub(crate) fn events(&self, wanted: Wanted) -> Events {
        let requests = self.requests(&Arc::new(wanted));
        Events { parts: requests.into_iter().map(|request| (Arc::clone(&self.pinned), request)).collect() }
    }

    fn requests(&self, wanted: &Arc<Wanted>) -> Vec<PartRequest> {
        let mut requests = Vec::new();
        for (rank, member) in self.inputs.iter().enumerate() {
            let request = |row_group: Option<RowGroup>| PartRequest {
                input: Arc::clone(&member.input),
                sample: Arc::clone(&member.sample),
                source_name: self.name.clone(),
                rank: u32::try_from(rank).unwrap_or(u32::MAX),
                row_group,
                wanted: Arc::clone(wanted),
            };
            match &member.sample.shape {
                Shape::Parquet(sample) => requests.extend(sample.row_groups.iter().map(|group| request(Some(*group)))),
                _ => requests.push(request(None)),
            }
        }
        requests
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

    /// Names of text columns and properties that events can have, for hints about unknown names.
    pub fn columns(&self) -> BTreeSet<String> {
        self.sources.iter().flat_map(PinnedSource::columns).collect()
    }

    /// The events, with the columns that a command needs.
    pub fn events(&self, wanted: Wanted) -> Events {
        let wanted = Arc::new(wanted);
        let parts = self.sources.iter().flat_map(|source| {
            source.requests(&wanted).into_iter().map(|request| (Arc::clone(&source.pinned), request))
        });
        Events { parts: parts.collect() }
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
        let mapping = |source: &PinnedSource| {
            let fields = source.facts.fields.iter();
            fields
                .map(|fact| (fact.field.clone(), format!("{} ({})", fact.columns.join(", else "), fact.reason)))
                .collect()
        };
        let facts = self.sources.iter().map(|source| SourceFacts {
            name: source.name.clone(),
            kind: source.kind.name().to_owned(),
            mapping: mapping(source),
            time_format: source.facts.time_format.clone(),
        });
        facts.collect()
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
            counts.1 += report.rejected.len() as u64;
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
        hash: format!("xxh3-128:{:032x}", member.input.hash()?),
        rows_in,
        rejected,
    })
}

/// Events that are ready to be read, part by part.
pub struct Events {
    parts: Vec<(Arc<dyn PinnedKind>, PartRequest)>,
}

impl EventSource for Events {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        let (kind, request) = self.parts.get(part).ok_or("no such part")?;
        Ok(kind.open(request.clone())?)
    }
}

//! How do results of one run travel from the machine that saw some of the actors to the one that finishes?
//!
//! A [`PartialSet`] is plain data with an envelope that says what it belongs to: the configuration and data end it was
//! counted under, and the dictionaries that its codes point into. Sets of disjoint actors merge in any order.

use std::collections::BTreeMap;

use kundresa_analyze::Accounting;
use kundresa_model::spec::request::{Request, RunSpec};
use kundresa_model::time::DataEnd;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::columns::ReadColumns;
use crate::drive::Counted;
use crate::error::EngineError;
use crate::overview::{DataEndFrom, Period};
use crate::plan::Plan;
use crate::registry;

/// Version of the envelope and of every partial in it.
pub const FORMAT_VERSION: u32 = 1;

/// Partial results of disjoint actors, as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialSet {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub format_version: u32,
    /// Hash of everything that changes results: rules, requests and data end.
    pub configuration: String,
    /// Hash of the names and values of the text columns read.
    pub dictionaries: String,
    /// Events seen, those that take no part included.
    pub rows: u64,
    /// Actors seen.
    pub actors: u64,
    period: PeriodFacts,
    accounting: Accounting,
    matched: Vec<u64>,
    partials: Vec<serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PeriodFacts {
    data_end_at_us: Option<i64>,
    data_end_cut_us: Option<i64>,
    data_end_from: DataEndFrom,
    start_us: Option<i64>,
    days: BTreeMap<i64, u64>,
}

impl PeriodFacts {
    fn of(period: &Period) -> Self {
        Self {
            data_end_at_us: period.data_end.map(|end| end.at),
            data_end_cut_us: period.data_end.map(|end| end.cut),
            data_end_from: period.from,
            start_us: period.start_us,
            days: period.days.clone(),
        }
    }

    fn period(&self) -> Period {
        let data_end = self.data_end_at_us.zip(self.data_end_cut_us).map(|(at, cut)| DataEnd { at, cut });
        Period { data_end, from: self.data_end_from, start_us: self.start_us, days: self.days.clone() }
    }

    fn merge(&mut self, other: Self) {
        self.start_us = [self.start_us, other.start_us].into_iter().flatten().min();
        other.days.into_iter().for_each(|(day, events)| *self.days.entry(day).or_default() += events);
    }
}

/// What partials must agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    configuration: String,
    dictionaries: String,
}

impl Envelope {
    /// The envelope of a run.
    pub(crate) fn new(spec: &RunSpec, requests: &[Request], period: &Period, columns: &ReadColumns<'_>) -> Self {
        let end = period.data_end.map(|end| (end.at, end.cut));
        let configuration = serde_json::to_vec(&(FORMAT_VERSION, spec, requests, end, period.from));
        let mut texts = Vec::new();
        for (name, dictionary) in columns.read() {
            // 0xFF occurs in no UTF-8 text, so no two lists of values look alike.
            texts.extend_from_slice(name.as_bytes());
            texts.extend_from_slice(&[0xFF, 0xFF]);
            for value in dictionary.values() {
                texts.extend_from_slice(value.as_bytes());
                texts.push(0xFF);
            }
        }
        Self { configuration: hash(&configuration.unwrap_or_default()), dictionaries: hash(&texts) }
    }
}

fn hash(bytes: &[u8]) -> String {
    format!("xxh3-128:{:032x}", XxHash3_128::oneshot(bytes))
}

impl PartialSet {
    /// What was counted, as data.
    pub(crate) fn write(
        counted: &Counted,
        plan: &Plan<'_>,
        requests: &[Request],
        period: &Period,
        envelope: Envelope,
    ) -> Result<Self, EngineError> {
        let mut partials = Vec::with_capacity(requests.len());
        for ((analysis, partial), request) in plan.analyses.iter().zip(&counted.partials).zip(requests) {
            partials.push(analysis.write(partial).map_err(|error| unreadable(request, error))?);
        }
        Ok(Self {
            format_version: FORMAT_VERSION,
            configuration: envelope.configuration,
            dictionaries: envelope.dictionaries,
            rows: counted.accounting.events,
            actors: counted.actors,
            period: PeriodFacts::of(period),
            accounting: counted.accounting,
            matched: counted.matched.clone(),
            partials,
        })
    }

    /// What was counted, from data whose envelope has been checked.
    pub(crate) fn read(self, plan: &Plan<'_>, requests: &[Request]) -> Result<Counted, EngineError> {
        let mut partials = Vec::with_capacity(requests.len());
        let data = self.partials.into_iter().chain(std::iter::repeat(serde_json::Value::Null));
        for ((analysis, data), request) in plan.analyses.iter().zip(data).zip(requests) {
            partials.push(analysis.read(data).map_err(|error| unreadable(request, error))?);
        }
        Ok(Counted { partials, accounting: self.accounting, actors: self.actors, matched: self.matched })
    }

    /// The time that its results speak of.
    pub(crate) fn period(&self) -> Period {
        self.period.period()
    }

    /// Adds the days of other actors.
    pub(crate) fn merge_period(&mut self, other: &Self) {
        self.period.merge(other.period.clone());
    }

    /// Whether the set can be read at all.
    pub(crate) fn check_version(&self) -> Result<(), EngineError> {
        let hint = "count every part with one version of this program";
        check("format version", &FORMAT_VERSION, &self.format_version, hint)
    }

    /// Whether the set belongs to a run of that envelope.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), EngineError> {
        let hint = "count every part under the same rules, requests and data end; set the end with --to";
        check("analysis configuration or data end", &envelope.configuration, &self.configuration, hint)?;
        let hint = "codes of texts mean nothing without their dictionaries; load the parts together";
        check("dictionaries", &envelope.dictionaries, &self.dictionaries, hint)
    }
}

fn check<T: PartialEq + ToString>(
    what: &'static str,
    left: &T,
    right: &T,
    hint: &'static str,
) -> Result<(), EngineError> {
    if left == right {
        return Ok(());
    }
    Err(EngineError::PartialMismatch { what, left: left.to_string(), right: right.to_string(), hint })
}

fn unreadable(request: &Request, source: serde_json::Error) -> EngineError {
    EngineError::PartialData { analysis: registry::title(&request.analysis), source }
}

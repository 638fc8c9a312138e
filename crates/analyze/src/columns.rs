//! Which columns must be read to answer a request?

use std::collections::BTreeSet;

use kundresa_model::event_table::VALUE;
use kundresa_model::field::text;
use kundresa_model::predicate::{ParseError, parse_predicate, parse_step};
use kundresa_model::spec::request::{AnalysisSpec, Request};

/// Names of the text columns that `request` reads: for its filter, steps, breakdown and nodes. Money (`value`) is not among them.
///
/// # Errors
/// When a predicate can't be read.
pub fn columns(request: &Request) -> Result<BTreeSet<String>, ParseError> {
    let mut names = predicate_columns(request)?;
    names.remove(VALUE);
    names.extend(request.scope.by.clone());
    if request.analysis == AnalysisSpec::EventTransitions {
        names.insert(text::EVENT.to_owned());
    }
    Ok(names)
}

/// Whether a predicate of `request` compares money, so that `value` must be projected.
///
/// # Errors
/// When a predicate can't be read.
pub fn reads_value(request: &Request) -> Result<bool, ParseError> {
    Ok(predicate_columns(request)?.contains(VALUE))
}

fn predicate_columns(request: &Request) -> Result<BTreeSet<String>, ParseError> {
    let mut predicates = Vec::new();
    if let Some(filter) = &request.scope.filter {
        predicates.push(parse_predicate(filter)?);
    }
    if let AnalysisSpec::Funnel(spec) = &request.analysis {
        for step in &spec.steps {
            predicates.push(parse_step(&step.when)?);
        }
    }
    Ok(predicates.iter().flat_map(|predicate| predicate.columns()).map(str::to_owned).collect())
}

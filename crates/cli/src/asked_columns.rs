//! Does the log have the columns that filters, steps and breakdowns name? If not, the error names the nearest that it has.
//!
//! The engine sees only the columns that were read; here it is known which others there are.

use anyhow::{Result, bail};
use kundresa_model::event_table::{EVENT_ID, VALUE};
use kundresa_model::predicate::{parse_predicate, parse_step};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::suggest;

use crate::loaded::Loaded;

/// Canonical fields that are no text columns.
const NOT_TEXT: [&str; 8] = ["anonymous_id", "user_id", "crm_id", "email", EVENT_ID, "time", "ts", "bot"];

/// A column, and where it was asked for.
struct Asked {
    place: String,
    name: String,
}

/// Refuses `requests` that name a column which the log does not have.
pub fn check(loaded: &Loaded, requests: &[Request]) -> Result<()> {
    for request in requests {
        for asked in predicate_columns(request)? {
            if asked.name == VALUE && !loaded.facts.has_value {
                bail!(
                    "{}: no column of this log is money (`value`)\nhint: name one in kundresa.toml: columns = {{ value = \"…\" }}",
                    asked.place
                );
            }
            check_text(&asked, loaded)?;
        }
        if let Some(name) = request.scope.by.clone() {
            check_dimension(&Asked { place: "--by".to_owned(), name }, loaded)?;
        }
    }
    Ok(())
}

fn check_dimension(asked: &Asked, loaded: &Loaded) -> Result<()> {
    if asked.name == VALUE {
        bail!("--by: `{VALUE}` is money and gives no segments; break down by a text column or property");
    }
    check_text(asked, loaded)
}

fn check_text(asked: &Asked, loaded: &Loaded) -> Result<()> {
    let Asked { place, name } = asked;
    let mut known = loaded.facts.columns.clone();
    let events = &loaded.events;
    // Sources without a header show a column only by its values.
    known.extend(
        events
            .text_columns()
            .iter()
            .enumerate()
            .filter(|(index, _)| events.dictionary(*index).codes() > 1)
            .map(|(_, name)| name.clone()),
    );
    if name == VALUE || known.contains(name) {
        return Ok(());
    }
    if NOT_TEXT.contains(&name.as_str()) {
        bail!(
            "{place}: `{name}` says who, when or which row, and can't be asked for here: name a text column or a property"
        );
    }
    match suggest::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => bail!("{place}: no column or property is called `{name}` (did you mean `{near}`?)"),
        None => {
            bail!("{place}: no column or property is called `{name}`\nhint: `kundresa inspect` shows those there are")
        }
    }
}

/// Columns of the filter, then of each step.
fn predicate_columns(request: &Request) -> Result<Vec<Asked>> {
    let mut asked = Vec::new();
    let mut add = |place: &str, names: Vec<&str>| {
        asked.extend(names.into_iter().map(|name| Asked { place: place.to_owned(), name: name.to_owned() }));
    };
    if let Some(filter) = &request.scope.filter {
        add("--where", parse_predicate(filter)?.columns());
    }
    if let AnalysisSpec::Funnel(spec) = &request.analysis {
        for step in &spec.steps {
            add(&format!("step `{}`", step.name), parse_step(&step.when)?.columns());
        }
    }
    Ok(asked)
}

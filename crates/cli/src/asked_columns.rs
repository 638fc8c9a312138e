//! Does the log have the columns that filters, steps and breakdowns name? If not, the error names the nearest that it has.
//!
//! The engine sees only the columns that were read; here it is known which others there are.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use kundresa_model::document::SourceFacts;
use kundresa_model::event_table::{EVENT_ID, VALUE};
use kundresa_model::predicate::{Condition, Predicate};
use kundresa_model::spec::asks::{AskedColumn, Asks, ColumnNeed};
use kundresa_model::spec::personas::{PERSONA, Persona};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::suggest;

use crate::config;
use crate::loaded::{InputList, Loaded};
use crate::settings::{PERSONA_HINT, Reading};

/// Canonical fields that are no text columns.
const NOT_TEXT: [&str; 8] = ["anonymous_id", "user_id", "crm_id", "email", EVENT_ID, "time", "ts", "bot"];

/// Of these, those that say who somebody is.
const IDENTIFIERS: [&str; 4] = ["anonymous_id", "user_id", "crm_id", "email"];

/// Kinds of sources whose rows may hold any name.
const OPEN_KINDS: [&str; 2] = ["ndjson", "ga4"];

/// A column, and where it was asked for.
struct Asked {
    place: String,
    name: String,
    /// What was written there: the predicate, or the name itself.
    written: String,
    /// Whether the predicate only asks whether it is null.
    is_null_test: bool,
}

/// Why a column can't be asked for, or what to know when it is (`Ok`).
type Verdict = Result<Option<String>, String>;

/// Refuses `requests` that name a column which the log does not have, and tells which may not be there; what the
/// configuration names is pointed at there.
pub fn check(reading: &Reading, loaded: &Loaded, personas: &[Persona], requests: &[Request]) -> Result<Vec<String>> {
    let known = known(loaded);
    let mut warnings = Vec::new();
    for request in requests {
        let asks = request.asks(personas);
        let mut judge = |asked: &Asked, verdict: Verdict| match verdict {
            Ok(warning) => {
                warnings.extend(warning.map(|warning| format!("{}: {warning}", asked.place)));
                Ok(())
            }
            Err(fault) => {
                let section = section(reading, request, &asked.place);
                Err(config::refuse_asked(&reading.places, section.as_deref(), &asked.place, &asked.written, &fault))
            }
        };
        for asked in predicate_columns(&asks)? {
            judge(&asked, predicate_column(&asked, loaded, &known))?;
        }
        for AskedColumn { place, name, .. } in asks.columns.into_iter().filter(|asked| asked.need == ColumnNeed::Named)
        {
            let asked = Asked { place, written: name.clone(), name, is_null_test: false };
            judge(&asked, named_column(&asked, loaded, personas, &known))?;
        }
    }
    warnings.sort_unstable();
    warnings.dedup();
    Ok(warnings)
}

/// Key of the configuration under which `place` may be written; `None` for what options alone can say.
fn section(reading: &Reading, request: &Request, place: &str) -> Option<String> {
    let config = &reading.config;
    if place.starts_with("persona ") {
        return Some("personas".to_owned());
    }
    match &request.analysis {
        _ if ["--where", "--by"].contains(&place) => None,
        AnalysisSpec::Funnel(spec) | AnalysisSpec::Bridge(spec) => {
            let is_it = |funnel: &&_| **funnel == *spec;
            let same_name = |name: &String| config.funnels.iter().position(|funnel| funnel.name.as_ref() == Some(name));
            let place = config.funnels.iter().position(|funnel| is_it(&funnel));
            place.or_else(|| spec.name.as_ref().and_then(same_name)).map(|index| format!("funnels[{}]", index + 1))
        }
        AnalysisSpec::Overview(_) => Some("overview".to_owned()),
        AnalysisSpec::Carts(_) => Some("carts".to_owned()),
        AnalysisSpec::Paths(_) => Some("paths".to_owned()),
        _ => None,
    }
}

fn predicate_column(asked: &Asked, loaded: &Loaded, known: &BTreeSet<String>) -> Verdict {
    if asked.name != VALUE {
        return text_column(asked, loaded, known);
    }
    let message =
        "no column of this log is money (`value`)\nhint: name one in kundresa.toml: columns = { value = \"…\" }";
    if loaded.facts.has_value { Ok(None) } else { Err(message.to_owned()) }
}

fn named_column(asked: &Asked, loaded: &Loaded, personas: &[Persona], known: &BTreeSet<String>) -> Verdict {
    if asked.name == PERSONA && personas.is_empty() && !known.contains(&asked.name) {
        let message = "the configuration has no personas, and no column or property is called so";
        return Err(format!("{message}\n{PERSONA_HINT}"));
    }
    if asked.name == VALUE {
        return Err(format!("`{VALUE}` is money and has no texts: name a text column or a property"));
    }
    text_column(asked, loaded, known)
}

/// Columns that the log has.
fn known(loaded: &Loaded) -> BTreeSet<String> {
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
    known
}

fn text_column(asked: &Asked, loaded: &Loaded, known: &BTreeSet<String>) -> Verdict {
    let name = asked.name.as_str();
    let is_read = loaded.events.text_columns().contains(&asked.name);
    if !is_read && NOT_TEXT.contains(&name) {
        return Err(no_text(name));
    }
    if known.contains(name) {
        return Ok(None);
    }
    let near = suggest::nearest(name, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
    if asked.is_null_test && is_read && has_any_column(loaded) {
        return Ok(Some(format!("no row has a column or property `{name}`{near}, so it is null throughout")));
    }
    let hint = if near.is_empty() { "\nhint: `kundresa inspect` shows those there are" } else { "" };
    Err(format!("no column or property is called `{name}`{near}{hint}"))
}

/// Whether rows may have names that nobody has seen. A store knows the names of all its rows.
fn has_any_column(loaded: &Loaded) -> bool {
    let is_open = |source: &SourceFacts| OPEN_KINDS.contains(&source.kind.as_str());
    matches!(loaded.facts.inputs, InputList::Read(..)) && loaded.facts.sources.iter().any(is_open)
}

/// Why a canonical field that is no text column can't be asked for, and what to do instead.
fn no_text(name: &str) -> String {
    let (why, hint) = match name {
        name if IDENTIFIERS.contains(&name) => (
            "says who somebody is: it makes the actor and is no column of the events",
            "`kundresa explain ACTOR` and `kundresa phases --explain ACTOR` show one person; `kundresa export` writes the \
             actor of every event",
        ),
        "time" | "ts" => ("is the time of the event, and no text", "--from and --to choose by time"),
        "bot" => ("is a flag of the event, and no text", "--bots include or --bots only chooses by it"),
        _ => (
            "says which row an event was: it only tells repeated rows apart, and is no column of the events",
            "name a text column or a property",
        ),
    };
    format!("`{name}` {why}\nhint: {hint}")
}

/// Columns of all predicates, in their order.
fn predicate_columns(asks: &Asks) -> Result<Vec<Asked>> {
    let mut all = Vec::new();
    for asked in &asks.predicates {
        let predicate = asked.parse().with_context(|| asked.place.clone())?;
        let compared = compared(&predicate);
        all.extend(predicate.columns().into_iter().map(|name| Asked {
            place: asked.place.clone(),
            name: name.to_owned(),
            written: asked.text.clone(),
            is_null_test: !compared.contains(name),
        }));
    }
    Ok(all)
}

/// Columns whose values a predicate asks for, rather than whether they are null.
fn compared(predicate: &Predicate) -> BTreeSet<&str> {
    match predicate {
        Predicate::And(left, right) | Predicate::Or(left, right) => &compared(left) | &compared(right),
        Predicate::Not(inner) => compared(inner),
        Predicate::Test(test) if matches!(test.condition, Condition::IsNull | Condition::IsNotNull) => BTreeSet::new(),
        Predicate::Test(test) => BTreeSet::from([test.column.as_str()]),
        Predicate::History(_) => BTreeSet::new(),
    }
}

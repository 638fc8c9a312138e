//! Does the log have the columns that filters, steps and breakdowns name? If not, the error names the nearest that it has.
//!
//! The engine sees only the columns that were read; here it is known which others there are.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use kundresa_model::event_table::{EVENT_ID, VALUE};
use kundresa_model::spec::asks::{AskedColumn, Asks, ColumnNeed};
use kundresa_model::spec::personas::{PERSONA, Persona};
use kundresa_model::spec::request::Request;
use kundresa_model::suggest;

use crate::loaded::Loaded;
use crate::settings::PERSONA_HINT;

/// Canonical fields that are no text columns.
const NOT_TEXT: [&str; 8] = ["anonymous_id", "user_id", "crm_id", "email", EVENT_ID, "time", "ts", "bot"];

/// A column, and where it was asked for.
struct Asked {
    place: String,
    name: String,
}

/// Refuses `requests` that name a column which the log does not have.
pub fn check(loaded: &Loaded, personas: &[Persona], requests: &[Request]) -> Result<()> {
    for asks in requests.iter().map(|request| request.asks(personas)) {
        for asked in predicate_columns(&asks)? {
            if asked.name == VALUE && !loaded.facts.has_value {
                bail!(
                    "{}: no column of this log is money (`value`)\nhint: name one in kundresa.toml: columns = {{ value = \"…\" }}",
                    asked.place
                );
            }
            check_text(&asked, loaded)?;
        }
        for AskedColumn { place, name, .. } in asks.columns.into_iter().filter(|asked| asked.need == ColumnNeed::Named)
        {
            if name == PERSONA && personas.is_empty() && !known(loaded).contains(&name) {
                bail!(
                    "{place}: the configuration has no personas, and no column or property is called so\n{PERSONA_HINT}"
                );
            }
            check_named(&Asked { place, name }, loaded)?;
        }
    }
    Ok(())
}

fn check_named(asked: &Asked, loaded: &Loaded) -> Result<()> {
    if asked.name == VALUE {
        bail!("{}: `{VALUE}` is money and has no texts: name a text column or a property", asked.place);
    }
    check_text(asked, loaded)
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

fn check_text(asked: &Asked, loaded: &Loaded) -> Result<()> {
    let Asked { place, name } = asked;
    let known = known(loaded);
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

/// Columns of all predicates, in their order.
fn predicate_columns(asks: &Asks) -> Result<Vec<Asked>> {
    let mut all = Vec::new();
    for asked in &asks.predicates {
        let predicate = asked.parse().with_context(|| asked.place.clone())?;
        all.extend(
            predicate.columns().into_iter().map(|name| Asked { place: asked.place.clone(), name: name.to_owned() }),
        );
    }
    Ok(all)
}

//! Which columns does a text have that names none?
//!
//! Some exports are tab-separated lines without a header and without quotes. Their columns are fixed by the vendor, or
//! stand in a file of their own beside them, the *sidecar*. Such a text is read line by line, under the names found here.

use std::io::Read;
use std::sync::Arc;

use kundresa_model::natural;

use crate::container::open_text;
use crate::error::{IngestError, SUPPORTED};
use crate::input::Input;
use crate::limits::MOST_COLUMNS;
use crate::lines::without_end;
use crate::mapping::aliases;
use crate::sources::adobe::{self, Lookups};
use crate::sources::snowplow;

/// Most bytes of a sidecar.
const SIDECAR_BYTES: u64 = 1 << 20;
/// From so many fields on a text without names is taken for an export whose sidecar is missing.
const MANY_FIELDS: usize = 200;

/// Names of columns that stand in a file of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sidecar {
    /// Name of the input that has them.
    input: String,
    /// The names.
    columns: Vec<String>,
    /// What the numbers in some of these columns mean, by the tables beside.
    lookups: Arc<Lookups>,
}

/// Names of columns, and what the numbers in some of them mean.
type Named = (Vec<String>, Arc<Lookups>);

/// The sidecars among the inputs, and the inputs without them and without the tables that belong to them.
pub(crate) fn take_sidecars(inputs: Vec<Arc<Input>>) -> (Vec<Sidecar>, Vec<Arc<Input>>) {
    let is_sidecar = |input: &Arc<Input>| file_name(input.name()).ends_with(adobe::SIDECAR);
    let (found, others): (Vec<_>, Vec<_>) = inputs.into_iter().partition(is_sidecar);
    let mut sidecars: Vec<Sidecar> = found.iter().filter_map(|input| read(input)).collect();
    sidecars.sort_by(|a, b| natural::compare(&a.input, &b.input));
    let folders: Vec<&str> = sidecars.iter().map(|sidecar| folder(&sidecar.input)).collect();
    let belongs =
        |input: &Arc<Input>| folders.contains(&folder(input.name())) && adobe::is_lookup(file_name(input.name()));
    let (tables, kept): (Vec<_>, Vec<_>) = others.into_iter().partition(belongs);
    for sidecar in &mut sidecars {
        let mut lookups = Lookups::default();
        let beside = tables.iter().filter(|table| folder(table.name()) == folder(&sidecar.input));
        beside.for_each(|table| lookups.read(table, file_name(table.name())));
        sidecar.lookups = Arc::new(lookups);
    }
    (sidecars, kept)
}

fn read(input: &Input) -> Option<Sidecar> {
    let mut text = Vec::new();
    open_text(input).ok()?.0.take(SIDECAR_BYTES).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let columns: Vec<String> = text.lines().next()?.split('\t').map(|name| name.trim().to_owned()).collect();
    (1..=MOST_COLUMNS).contains(&columns.len()).then(|| Sidecar {
        input: input.name().to_owned(),
        columns,
        lookups: Arc::default(),
    })
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The columns of a text whose first line is no header, or is one of a text without quotes; `None` for any other text.
///
/// # Errors
/// When there must be a sidecar and none fits.
pub(crate) fn columns_of(input: &Input, text: &[u8], sidecars: &[Sidecar]) -> Result<Option<Named>, IngestError> {
    let first = text.split_inclusive(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    let Some(line) = first.filter(|line| line.contains(&b'\t')) else { return Ok(None) };
    let line = String::from_utf8_lossy(without_end(line));
    let plain: Vec<&str> = line.split('\t').collect();
    if snowplow::is_row(&plain) {
        return Ok(Some((snowplow::COLUMNS.map(str::to_owned).into(), Arc::default())));
    }
    let fields = adobe::fields(&line).count();
    let nearest = |fitting: &dyn Fn(&&Sidecar) -> bool| {
        let fitting = sidecars.iter().filter(fitting);
        fitting.max_by_key(|sidecar| (common(&sidecar.input, input.name()), std::cmp::Reverse(&sidecar.input)))
    };
    if adobe::is_header(&plain) {
        let lookups = nearest(&|_| true).map(|sidecar| Arc::clone(&sidecar.lookups));
        let columns = plain.iter().map(|name| name.trim().to_owned()).collect();
        return Ok(Some((columns, lookups.unwrap_or_default())));
    }
    let names: Vec<String> = plain.iter().map(|field| (*field).to_owned()).collect();
    if aliases::known_names(&names) * 4 > names.len() {
        return Ok(None);
    }
    match nearest(&|sidecar| adobe::fits(fields, sidecar.columns.len())) {
        Some(sidecar) => Ok(Some((sidecar.columns.clone(), Arc::clone(&sidecar.lookups)))),
        None if fields >= MANY_FIELDS && adobe::is_headless(&plain) => Err(missing(input, fields, sidecars)),
        None => Ok(None),
    }
}

/// How much of their names two inputs share.
fn common(a: &str, b: &str) -> usize {
    let pieces = |name: &str| name.split(['/', '-', '_', '.']).map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (pieces(a), pieces(b));
    a.iter().filter(|piece| b.contains(piece)).map(String::len).sum()
}

fn missing(input: &Input, fields: usize, sidecars: &[Sidecar]) -> IngestError {
    let found = match sidecars {
        [] => format!(
            "{fields} tab-separated fields without names, as an Adobe data feed has them; give the lookup archive with {} too",
            adobe::SIDECAR
        ),
        [sidecar, ..] => format!(
            "{fields} tab-separated fields without names, and {} has {} names",
            sidecar.input,
            sidecar.columns.len()
        ),
    };
    IngestError::Unsupported { input: input.name().to_owned(), found, allowed: SUPPORTED }
}

//! What does a store keep of a source, so that later loads read it by the same mapping?

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::config::{Columns, KindName, SourceConfig, TimeConfig};
use crate::field::Field;
use crate::mapping::Mapping;

/// A source as its first load understood it. Inputs of the same group are read by it in every load to come.
///
/// As JSON it is stable: equal pins give equal text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourcePin {
    /// Name of the source.
    pub name: String,
    /// Kind of its inputs.
    pub kind: KindName,
    /// Which inputs are its own.
    pub group: PinGroup,
    /// The input that the mapping was guessed from first.
    pub pinned_by: String,
    /// The configuration that says all that was guessed.
    pub source: SourceConfig,
    /// How the zone of its times is known.
    pub zone: PinnedZone,
    /// Canonical field → why its columns fill it.
    pub reasons: BTreeMap<String, String>,
}

/// What inputs of one source have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinGroup {
    /// A source of the configuration owns them: its name, else its patterns.
    Owner(String),
    /// No configuration owns them; the kind's signature is the same.
    Signature(String),
}

impl PinGroup {
    /// The group of inputs that a configured source owns.
    pub(crate) fn owned_by(source: &SourceConfig) -> Self {
        Self::Owner(source.name.clone().unwrap_or_else(|| source.files.join(", ")))
    }
}

/// How the zone of a source's times is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinnedZone {
    /// Each time carries it, or the format fixes it.
    #[default]
    Carried,
    /// By configuration or by the vendor's documentation; `time.zone` names it.
    Settled,
    /// Nobody says: UTC, with a warning in every load.
    Assumed,
}

/// The configuration of a flat source that says all of its mapping: fields without a column are taken away, so that
/// nothing is left to be guessed.
pub(crate) fn settled(
    source: &SourceConfig,
    kind: KindName,
    mapping: &Mapping,
    zone: PinnedZone,
    delimiter: Option<u8>,
) -> SourceConfig {
    let time = mapping.columns(Field::Time);
    SourceConfig {
        kind,
        delimiter: delimiter.map(char::from).or(source.delimiter),
        time: TimeConfig {
            column: time.first().filter(|_| time.len() == 1).cloned(),
            format: Some(mapping.time_format.option().to_owned()),
            zone: (zone == PinnedZone::Settled).then(|| mapping.zone.clone()),
            sent: mapping.clock.as_ref().map(|clock| clock.sent.clone()),
            received: mapping.clock.as_ref().map(|clock| clock.received.clone()),
            created: mapping.clock.as_ref().map(|clock| clock.created.clone()).filter(|_| time.len() > 1),
        },
        columns: columns(mapping),
        event: mapping.constant_event.clone(),
        properties: mapping.properties.clone(),
        sequence: mapping.sequence.clone(),
        decimal_comma: Some(mapping.decimal_comma),
        ..source.clone()
    }
}

fn columns(mapping: &Mapping) -> BTreeMap<String, Columns> {
    let is_time = |name: &str| name == Field::Time.name() && mapping.columns(Field::Time).len() == 1;
    let names = Field::configurable_names().filter(|name| !is_time(name));
    let of = |name: &str| match Field::configurable(name).map_or(&[][..], |field| mapping.columns(field)) {
        [] => Columns::One(String::new()),
        [only] => Columns::One(only.clone()),
        several => Columns::FirstFilled(several.to_vec()),
    };
    names.map(|name| (name.to_owned(), of(name))).collect()
}

/// Why each field is filled as it is.
pub(crate) fn reasons(mapping: &Mapping) -> BTreeMap<String, String> {
    let fields = mapping.fields.iter();
    fields.map(|mapped| (mapped.field.name().to_owned(), mapped.reason.clone())).collect()
}

/// Names that pins have taken.
pub(crate) fn names(pins: &[SourcePin]) -> BTreeSet<&str> {
    pins.iter().map(|pin| pin.name.as_str()).collect()
}

//! How is one step of a funnel written: alone, or in a group of any order?

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Duration;

/// One step. In the configuration a text (as on the command line), a table with `name`, `when` and options, or a table
/// `{ any_order = [steps] }`, whose members may be taken in any order and share `within` and `directly`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FunnelStep {
    /// Name shown.
    pub name: String,
    /// Which events satisfy the step: event names with `*` and `|`, or a predicate.
    pub when: String,
    /// Longest time since the previous matched step, inclusive; in a group, since the last step before the group.
    pub within: Option<Duration>,
    /// The very next event of the stream after the previous matched step, which in a group may be another member.
    pub directly: bool,
    /// Looked for between its neighbours, never asked for.
    pub optional: bool,
    /// Number of the any-order group it belongs to; members of one group follow each other.
    pub group: Option<u32>,
}

impl FunnelStep {
    /// The step written as one text, which is also its name.
    pub fn of(text: &str) -> Self {
        Self { name: text.to_owned(), when: text.to_owned(), ..Self::default() }
    }
}

/// A step as the configuration writes it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum StepForm {
    /// `"purchase"`
    Text(String),
    /// `{ any_order = ["add_shipping_info", "add_payment_info"] }`
    AnyOrder(AnyOrder),
    /// `{ name = "Buy", when = "purchase", within = "1h" }`
    Table(Table),
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnyOrder {
    /// Steps that may be taken in any order.
    any_order: Vec<Member>,
    /// Longest time since the last step before the group, inclusive, for each member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<Duration>,
    /// Each member is the very next event of the stream.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    directly: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Member {
    Text(String),
    Table(Table),
}

#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Name shown; without one `when`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Which events satisfy the step.
    when: String,
    /// Longest time since the previous matched step, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<Duration>,
    /// The very next event of the stream.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    directly: bool,
    /// Looked for, never asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    optional: bool,
}

/// Keys of a step, and those of a step within a group.
const KEYS: [&str; 6] = ["when", "name", "within", "directly", "optional", "any_order"];
const MEMBER_KEYS: [&str; 5] = ["when", "name", "within", "directly", "optional"];

/// Reads a step by hand, so that an error speaks of the key at fault rather than of forms that did not fit.
struct StepVisitor {
    in_group: bool,
}

/// What a table of a step has given so far.
#[derive(Default)]
struct Given {
    table: Table,
    when: Option<String>,
    any_order: Option<Vec<Member>>,
}

impl<'de> Visitor<'de> for StepVisitor {
    type Value = StepForm;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a step: a text, or a table with `when`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StepForm, E> {
        Ok(StepForm::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StepForm, A::Error> {
        let known: &'static [&'static str] = if self.in_group { &MEMBER_KEYS } else { &KEYS };
        let mut given = Given::default();
        while let Some(key) = map.next_key::<String>()? {
            if !known.contains(&key.as_str()) {
                return Err(Error::unknown_field(&key, known));
            }
            given.read(&key, &mut map)?;
        }
        given.form()
    }
}

impl Given {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "when" => self.when = Some(map.next_value()?),
            "name" => self.table.name = Some(map.next_value()?),
            "within" => self.table.within = Some(map.next_value()?),
            "directly" => self.table.directly = map.next_value()?,
            "optional" => self.table.optional = map.next_value()?,
            _ => self.any_order = Some(map.next_value()?),
        }
        Ok(())
    }

    fn form<E: Error>(self) -> Result<StepForm, E> {
        let Self { table, when, any_order } = self;
        let has_more = table.name.is_some() || table.optional;
        match (when, any_order) {
            (Some(when), None) => Ok(StepForm::Table(Table { when, ..table })),
            (None, Some(any_order)) if !has_more => {
                let Table { within, directly, .. } = table;
                Ok(StepForm::AnyOrder(AnyOrder { any_order, within, directly }))
            }
            (_, Some(_)) => {
                Err(E::custom("beside `any_order` only `within` and `directly` may stand: names belong to its members"))
            }
            (None, None) => Err(E::missing_field("when")),
        }
    }
}

impl<'de> Deserialize<'de> for StepForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StepVisitor { in_group: false })
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(StepVisitor { in_group: true })? {
            StepForm::Text(text) => Ok(Self::Text(text)),
            StepForm::Table(table) => Ok(Self::Table(table)),
            StepForm::AnyOrder(_) => Err(Error::custom("a group of any order holds no other group")),
        }
    }
}

impl From<Table> for FunnelStep {
    fn from(table: Table) -> Self {
        let Table { name, when, within, directly, optional } = table;
        Self { name: name.unwrap_or_else(|| when.clone()), when, within, directly, optional, group: None }
    }
}

impl From<Member> for FunnelStep {
    fn from(member: Member) -> Self {
        match member {
            Member::Text(text) => Self::of(&text),
            Member::Table(table) => table.into(),
        }
    }
}

impl FunnelStep {
    fn member(&self) -> Member {
        let Self { name, when, within, directly, optional, group: _ } = self.clone();
        let is_plain = name == when && within.is_none() && !directly && !optional;
        if is_plain {
            return Member::Text(when);
        }
        let name = (name != when).then_some(name);
        Member::Table(Table { name, when, within, directly, optional })
    }

    fn form(&self) -> StepForm {
        match self.member() {
            Member::Text(text) => StepForm::Text(text),
            Member::Table(table) => StepForm::Table(table),
        }
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FunnelStep>, D::Error> {
    let mut steps = Vec::new();
    for (group, form) in (0u32..).zip(Vec::<StepForm>::deserialize(deserializer)?) {
        match form {
            StepForm::Text(text) => steps.push(FunnelStep::of(&text)),
            StepForm::Table(table) => steps.push(table.into()),
            StepForm::AnyOrder(AnyOrder { any_order, within, directly }) => {
                let members = any_order.into_iter().map(FunnelStep::from);
                steps.extend(members.map(|member| FunnelStep {
                    group: Some(group),
                    within: member.within.or(within),
                    directly: member.directly || directly,
                    ..member
                }));
            }
        }
    }
    Ok(steps)
}

pub(super) fn serialize<S: Serializer>(steps: &[FunnelStep], serializer: S) -> Result<S::Ok, S::Error> {
    let runs = steps.chunk_by(|one, next| one.group.is_some() && one.group == next.group);
    let forms = runs.flat_map(|run| match run {
        [first, ..] if first.group.is_some() => {
            // What members share stands beside them; where they differ it stays with each.
            let within = first.within.filter(|_| run.iter().all(|step| step.within == first.within));
            let directly = run.iter().all(|step| step.directly);
            let own = |step: &FunnelStep| FunnelStep {
                within: step.within.filter(|_| within.is_none()),
                directly: step.directly && !directly,
                ..step.clone()
            };
            let any_order = run.iter().map(|step| own(step).member()).collect();
            vec![StepForm::AnyOrder(AnyOrder { any_order, within, directly })]
        }
        alone => alone.iter().map(FunnelStep::form).collect(),
    });
    serializer.collect_seq(forms)
}

//! Which other product's way of counting a funnel is emulated, and how is it written?
//!
//! As on the command line: `clickhouse`, `clickhouse:strict_order+allow_reentry`, `posthog`, `posthog:strict`, `mixpanel`.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::suggest::hint;

/// A product whose funnel counts are computed in place of ours, to compare figures. Never the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Emulation {
    /// `windowFunnel` of ClickHouse in some of its modes.
    Clickhouse(ClickhouseModes),
    /// PostHog's sequential or strict funnel.
    Posthog(PosthogOrder),
    /// Mixpanel's funnel of uniques in specific order.
    Mixpanel,
}

/// Modes of ClickHouse's `windowFunnel`, any number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClickhouseModes(u8);

/// One mode of ClickHouse's `windowFunnel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ClickhouseMode {
    /// A step that was reached before ends the search.
    StrictDeduplication = 1,
    /// An event of no step, or of a step out of turn, ends the search.
    StrictOrder = 1 << 1,
    /// Every step is later than the one before.
    StrictIncrease = 1 << 2,
    /// One event serves at most one step.
    StrictOnce = 1 << 3,
    /// With `strict_order`: a step out of turn is ignored.
    AllowReentry = 1 << 4,
}

/// How PostHog orders the steps of a funnel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PosthogOrder {
    /// Other events may come between the steps.
    #[default]
    Sequential,
    /// No other event may.
    Strict,
}

impl ClickhouseMode {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 5] =
        [Self::StrictDeduplication, Self::StrictOrder, Self::StrictIncrease, Self::StrictOnce, Self::AllowReentry];

    /// Name in ClickHouse.
    pub fn name(self) -> &'static str {
        match self {
            Self::StrictDeduplication => "strict_deduplication",
            Self::StrictOrder => "strict_order",
            Self::StrictIncrease => "strict_increase",
            Self::StrictOnce => "strict_once",
            Self::AllowReentry => "allow_reentry",
        }
    }
}

impl ClickhouseModes {
    /// No mode.
    pub const NONE: Self = Self(0);

    /// These modes and `mode`.
    pub const fn with(self, mode: ClickhouseMode) -> Self {
        Self(self.0 | mode as u8)
    }

    /// Whether `mode` is among them.
    pub const fn has(self, mode: ClickhouseMode) -> bool {
        self.0 & mode as u8 != 0
    }

    /// The modes, in the order of [`ClickhouseMode::ALL`].
    pub fn iter(self) -> impl Iterator<Item = ClickhouseMode> {
        ClickhouseMode::ALL.into_iter().filter(move |mode| self.has(*mode))
    }
}

/// Why a text names no product that can be emulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmulationError {
    /// No such product.
    #[error(
        "no product `{name}` is known here{hint}: write clickhouse, clickhouse:MODE+MODE, posthog, posthog:strict or mixpanel"
    )]
    Product {
        /// As written.
        name: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// The product has no such mode.
    #[error("{product} has no mode `{mode}`{hint}: there {known}")]
    Mode {
        /// Name of the product.
        product: &'static str,
        /// As written.
        mode: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
        /// `are …` or `is …`.
        known: &'static str,
    },
    /// `allow_reentry` alone.
    #[error(
        "clickhouse: allow_reentry says something only with strict_order: write clickhouse:strict_order+allow_reentry"
    )]
    ReentryAlone,
}

const CLICKHOUSE_MODES: &str =
    "are strict_deduplication, strict_order, strict_increase, strict_once and, with strict_order, allow_reentry";

impl FromStr for Emulation {
    type Err = EmulationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (product, modes) =
            text.split_once(':').map_or((text.trim(), ""), |(product, modes)| (product.trim(), modes));
        let modes: Vec<&str> = modes.split('+').map(str::trim).filter(|mode| !mode.is_empty()).collect();
        match product {
            "clickhouse" => clickhouse(&modes).map(Self::Clickhouse),
            "posthog" => posthog(&modes).map(Self::Posthog),
            "mixpanel" => no_mode("mixpanel", &modes).map(|()| Self::Mixpanel),
            _ => Err(EmulationError::Product {
                name: product.to_owned(),
                hint: hint(product, ["clickhouse", "posthog", "mixpanel"]),
            }),
        }
    }
}

fn clickhouse(written: &[&str]) -> Result<ClickhouseModes, EmulationError> {
    let mut modes = ClickhouseModes::NONE;
    for name in written.iter().filter(|name| **name != "default") {
        let known = ClickhouseMode::ALL.into_iter().find(|mode| mode.name() == *name);
        let unknown = || EmulationError::Mode {
            product: "clickhouse",
            mode: (*name).to_owned(),
            hint: hint(name, ClickhouseMode::ALL.iter().map(|mode| mode.name())),
            known: CLICKHOUSE_MODES,
        };
        modes = modes.with(known.ok_or_else(unknown)?);
    }
    if modes.has(ClickhouseMode::AllowReentry) && !modes.has(ClickhouseMode::StrictOrder) {
        return Err(EmulationError::ReentryAlone);
    }
    Ok(modes)
}

fn posthog(written: &[&str]) -> Result<PosthogOrder, EmulationError> {
    let is_strict = written.contains(&"strict");
    let rest: Vec<&str> = written.iter().copied().filter(|mode| !["strict", "ordered"].contains(mode)).collect();
    match rest.first() {
        Some(mode) => Err(EmulationError::Mode {
            product: "posthog",
            mode: (*mode).to_owned(),
            hint: hint(mode, ["strict"]),
            known: "is strict",
        }),
        None => Ok(if is_strict { PosthogOrder::Strict } else { PosthogOrder::Sequential }),
    }
}

fn no_mode(product: &'static str, written: &[&str]) -> Result<(), EmulationError> {
    match written.first() {
        Some(mode) => {
            Err(EmulationError::Mode { product, mode: (*mode).to_owned(), hint: String::new(), known: "are none" })
        }
        None => Ok(()),
    }
}

impl Display for Emulation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Clickhouse(modes) => {
                formatter.write_str("clickhouse")?;
                for (index, mode) in modes.iter().enumerate() {
                    write!(formatter, "{}{}", if index == 0 { ':' } else { '+' }, mode.name())?;
                }
                Ok(())
            }
            Self::Posthog(PosthogOrder::Sequential) => formatter.write_str("posthog"),
            Self::Posthog(PosthogOrder::Strict) => formatter.write_str("posthog:strict"),
            Self::Mixpanel => formatter.write_str("mixpanel"),
        }
    }
}

impl TryFrom<String> for Emulation {
    type Error = EmulationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Emulation> for String {
    fn from(emulation: Emulation) -> Self {
        emulation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for text in ["clickhouse", "clickhouse:strict_order+allow_reentry", "posthog", "posthog:strict", "mixpanel"] {
            assert_eq!(text.parse::<Emulation>().unwrap().to_string(), text);
        }
        assert_eq!("clickhouse:default".parse(), Ok(Emulation::Clickhouse(ClickhouseModes::NONE)));
    }

    #[test]
    fn an_unknown_product_or_mode_is_told_what_there_is() {
        let error = |text: &str| text.parse::<Emulation>().unwrap_err().to_string();
        assert_eq!(
            error("clickhuose"),
            "no product `clickhuose` is known here (did you mean `clickhouse`?): write clickhouse, \
             clickhouse:MODE+MODE, posthog, posthog:strict or mixpanel"
        );
        assert_eq!(
            error("clickhouse:strict_ordre"),
            "clickhouse has no mode `strict_ordre` (did you mean `strict_order`?): there are strict_deduplication, \
             strict_order, strict_increase, strict_once and, with strict_order, allow_reentry"
        );
        assert_eq!(error("mixpanel:strict"), "mixpanel has no mode `strict`: there are none");
        assert_eq!(error("posthog:stric"), "posthog has no mode `stric` (did you mean `strict`?): there is strict");
        assert_eq!("clickhouse:allow_reentry".parse::<Emulation>(), Err(EmulationError::ReentryAlone));
    }
}

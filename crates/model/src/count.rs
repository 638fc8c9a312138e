//! What is a count that a privacy threshold may hide?

use std::borrow::Cow;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of actors, or of what they did. Serialized as a number, or as null where it is hidden because it speaks of
/// fewer actors than the privacy threshold, or would give away one that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(Option<u64>);

impl Count {
    /// A count that is not shown.
    pub const HIDDEN: Self = Self(None);

    /// The number; `None` where it is hidden.
    pub fn shown(self) -> Option<u64> {
        self.0
    }

    /// Whether it is hidden.
    pub fn is_hidden(self) -> bool {
        self.0.is_none()
    }

    /// How much of it may be drawn: the number, and nothing where it is hidden. Not for what is said in figures.
    pub fn drawn(self) -> u64 {
        self.0.unwrap_or(0)
    }

    /// Whether it is shown and not zero.
    pub fn is_some(self) -> bool {
        self.drawn() > 0
    }
}

/// A sum with a hidden part is hidden.
impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.zip(other.0).map(|(one, other)| one + other))
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

impl Default for Count {
    fn default() -> Self {
        Self(Some(0))
    }
}

impl From<u64> for Count {
    fn from(count: u64) -> Self {
        Self(Some(count))
    }
}

impl PartialEq<u64> for Count {
    fn eq(&self, other: &u64) -> bool {
        self.0 == Some(*other)
    }
}

impl PartialEq<Count> for u64 {
    fn eq(&self, other: &Count) -> bool {
        other == self
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<u64>::json_schema(generator)
    }
}

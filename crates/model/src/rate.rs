//! What is a rate when its base may be zero?
//!
//! A rate never travels without its numerator and denominator; 0/0 is undefined (`None`, shown as "–"), never 0 or NaN.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

/// A fraction of counted things. Serialized as `{"numerator", "denominator", "value"}`; `value` is null for a zero base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Rate {
    /// Things counted.
    pub numerator: u64,
    /// Things that could have been counted.
    pub denominator: u64,
}

impl Rate {
    /// `numerator` out of `denominator`.
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator }
    }

    /// The fraction, or `None` when the base is zero.
    pub fn value(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Rate", 3)?;
        fields.serialize_field("numerator", &self.numerator)?;
        fields.serialize_field("denominator", &self.denominator)?;
        fields.serialize_field("value", &self.value())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Counts {
            numerator: u64,
            denominator: u64,
        }
        let Counts { numerator, denominator } = Counts::deserialize(deserializer)?;
        Ok(Self { numerator, denominator })
    }
}

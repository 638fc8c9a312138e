//! What is a rate when its base may be zero?
//!
//! A rate never travels without its numerator and denominator; 0/0 is undefined (`None`, shown as "–"), never 0 or NaN.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::count::Count;

/// A fraction of counted things. Serialized as `{"numerator", "denominator", "value"}`; `value` is null for a zero base, and
/// all three are null where the privacy threshold hides the rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
pub struct Rate {
    /// Things counted; 0 if hidden, so views ask for [`Self::part`].
    #[schemars(with = "Count")]
    pub numerator: u64,
    /// Things that could have been counted; 0 if hidden, so views ask for [`Self::base`].
    #[schemars(with = "Count")]
    pub denominator: u64,
    #[schemars(skip)]
    is_hidden: bool,
}

impl Rate {
    /// A rate that is not shown.
    pub const HIDDEN: Self = Self { numerator: 0, denominator: 0, is_hidden: true };

    /// `numerator` out of `denominator`.
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator, is_hidden: false }
    }

    /// `part` out of `base`; hidden if either is.
    pub fn of(part: Count, base: Count) -> Self {
        part.shown().zip(base.shown()).map_or(Self::HIDDEN, |(part, base)| Self::new(part, base))
    }

    /// The fraction, or `None` when the base is zero or the rate is hidden.
    pub fn value(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }

    /// Whether it is hidden.
    pub fn is_hidden(self) -> bool {
        self.is_hidden
    }

    /// Things counted, as they are shown.
    pub fn part(self) -> Count {
        self.shown(self.numerator)
    }

    /// Things that could have been counted, as they are shown.
    pub fn base(self) -> Count {
        self.shown(self.denominator)
    }

    fn shown(self, count: u64) -> Count {
        if self.is_hidden { Count::HIDDEN } else { count.into() }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Rate", 3)?;
        fields.serialize_field("numerator", &self.part())?;
        fields.serialize_field("denominator", &self.base())?;
        fields.serialize_field("value", &self.value())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Counts {
            numerator: Count,
            denominator: Count,
        }
        let Counts { numerator, denominator } = Counts::deserialize(deserializer)?;
        Ok(Self::of(numerator, denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_rate_is_null_and_stays_hidden() {
        let text = serde_json::to_string(&Rate::HIDDEN).expect("written");
        assert_eq!(text, r#"{"numerator":null,"denominator":null,"value":null}"#);
        assert_eq!(serde_json::from_str::<Rate>(&text).expect("read"), Rate::HIDDEN);
        assert_ne!(Rate::HIDDEN, Rate::new(0, 0));
        assert_eq!(Rate::of(3.into(), Count::HIDDEN), Rate::HIDDEN);
        assert_eq!(Rate::of(3.into(), 4.into()), Rate::new(3, 4));
    }
}

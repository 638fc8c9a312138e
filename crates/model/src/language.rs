//! In which language are people told what the keys in results mean?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that labels are written in. Keys in results never change with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Swedish.
    Sv,
    /// Norwegian (Bokmål).
    Nb,
    /// German.
    De,
}

impl Language {
    /// All languages there are labels in.
    pub const ALL: [Self; 4] = [Self::En, Self::Sv, Self::Nb, Self::De];

    /// Its code (BCP 47), as the configuration and the options write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Sv => "sv",
            Self::Nb => "nb",
            Self::De => "de",
        }
    }
}

//! How do amounts of several currencies become amounts of one?
//!
//! The configuration names a currency and a table of rates. Amounts in other currencies are converted at the rate of the
//! event's day as they are read, so that nothing behind has to know; what has no rate stays what it is and is counted.

mod convert;
mod rates;
mod ratio;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::convert::Converted;
pub use self::rates::{BadRates, Rates};

/// Property with the amount as the source wrote it, of converted events.
pub const ORIGINAL_VALUE: &str = "original_value";
/// Property with the currency as the source wrote it, of converted events.
pub const ORIGINAL_CURRENCY: &str = "original_currency";

/// Which currency amounts are converted into, and by which rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrencyConfig {
    /// Code of the currency that all amounts become, such as `EUR`.
    pub base: String,
    /// File of the rates, relative to the configuration: a CSV of `date,currency,rate`, or the wide table of the ECB.
    pub rates: String,
    /// Most days that a rate may be older than the event.
    #[serde(default = "days_back")]
    pub days_back: u16,
    /// Content hash of the file. Kundresa fills it in; if the configuration says it, the file must have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Folder that `rates` is relative to.
    #[serde(skip)]
    pub folder: PathBuf,
}

fn days_back() -> u16 {
    7
}

impl CurrencyConfig {
    /// The table of rates, read and checked.
    ///
    /// # Errors
    /// When it can't be read, is no table of rates, or is not the one that `hash` names.
    pub fn rates(&self) -> Result<Rates, BadRates> {
        let rates = Rates::read(&self.folder.join(&self.rates), &self.base, self.days_back)?;
        match &self.hash {
            Some(hash) if *hash != rates.hash() => Err(BadRates {
                place: self.folder.join(&self.rates).display().to_string(),
                reason: format!(
                    "its content is {}, expected {hash}\nhint: amounts were converted by other rates before; bring them back, or load anew with --rebuild",
                    rates.hash()
                ),
            }),
            _ => Ok(rates),
        }
    }
}

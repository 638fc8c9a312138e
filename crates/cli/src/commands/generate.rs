//! Writes a seeded web shop with known behaviour, and tells its truth.

use anyhow::{Result, bail};
use kundresa_generate::{OutputFormat, ShopSpec, Variety};

use crate::arguments::{GenerateArguments, GenerateForm};
use crate::{output, quantity};

/// Runs `generate`.
pub fn command(arguments: &GenerateArguments) -> Result<()> {
    let format = match arguments.form {
        GenerateForm::Ga4Json => OutputFormat::Ga4Json,
        GenerateForm::Ga4Parquet => OutputFormat::Ga4Parquet,
        GenerateForm::Csv => OutputFormat::Csv,
        GenerateForm::Webshop => {
            let truth = kundresa_generate::webshop_sample(&arguments.out)?;
            return tell(&truth);
        }
    };
    let variety = Variety { pages: arguments.pages, channels: arguments.channels };
    if variety != Variety::default() && format != OutputFormat::Csv {
        bail!("--pages and --channels vary the flat CSV only, not {}\nhint: write --as csv", format.name());
    }
    let events = quantity::parse_count("--events", &arguments.events)?;
    let spec = ShopSpec { variety, ..ShopSpec::of(events, arguments.seed) };
    tell(&kundresa_generate::generate(&spec, format, &arguments.out)?)
}

fn tell(truth: &impl serde::Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(truth)?;
    text.push('\n');
    output::text(None, &text)
}

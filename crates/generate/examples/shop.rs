//! Writes a shop: `shop FORMAT EVENTS SEED FOLDER`; the truth goes beside the folder.

use std::path::Path;

use kundresa_generate::{OutputFormat, ShopSpec, generate, truth_path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, events, seed, folder] = arguments.as_slice() else {
        return Err("usage: shop ga4-json|ga4-parquet|csv EVENTS SEED FOLDER".into());
    };
    let format = OutputFormat::from_name(format).ok_or("no such format")?;
    let truth = generate(&ShopSpec::of(events.parse()?, seed.parse()?), format, Path::new(folder))?;
    std::fs::write(truth_path(Path::new(folder)), serde_json::to_string_pretty(&truth)?)?;
    Ok(())
}

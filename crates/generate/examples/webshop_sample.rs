//! Writes `sample_data/webshop` again.

use std::path::Path;

fn main() -> Result<(), kundresa_generate::GenerateError> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop");
    kundresa_generate::webshop_sample(&folder).map(drop)
}

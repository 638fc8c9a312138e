//! How much is `512MiB`, how many is `1M`?

use std::str::FromStr;

use anyhow::{Context, Result, bail};

const COUNTS: [(&str, u64); 4] = [("", 1), ("k", 1_000), ("m", 1_000_000), ("g", 1_000_000_000)];
const SIZES: [(&str, u64); 7] = [
    ("b", 1),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
];

/// The count written in `text`: a whole number, with k, M or G behind it if you like.
pub fn parse_count(option: &str, text: &str) -> Result<u64> {
    parse(option, text, &COUNTS, "a count such as 250000, 250k or 1M")
}

/// The bytes written in `text`; a unit is required.
pub fn parse_size(option: &str, text: &str) -> Result<u64> {
    parse(option, text, &SIZES, "a size with its unit such as 512MiB or 8GiB")
}

/// The whole number written in `text`, for options that take one.
///
/// # Errors
/// In words for whoever typed it.
pub fn whole_number<T: FromStr>(text: &str) -> Result<T, String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().map_err(|_| match is_number {
        true => "this number is too large".to_owned(),
        false => "write a whole number, 0 or more".to_owned(),
    })
}

fn parse(option: &str, text: &str, units: &[(&str, u64)], expected: &str) -> Result<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_lowercase();
    let scale = units.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale);
    let (Ok(number), Some(scale)) = (number.parse::<u64>(), scale) else {
        bail!("{option} can't be read: {text}\nhint: write {expected}");
    };
    number.checked_mul(scale).with_context(|| format!("{option} is too large: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_need_a_unit_and_counts_may_have_one() {
        assert_eq!(parse_count("--events", "1M").expect("count"), 1_000_000);
        assert_eq!(parse_count("--events", "42").expect("count"), 42);
        assert_eq!(parse_size("--memory", "64MiB").expect("size"), 64 << 20);
        assert!(parse_size("--memory", "64").is_err());
        assert!(parse_size("--memory", "99999999999GiB").is_err());
    }
}

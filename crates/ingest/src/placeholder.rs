//! Which texts mean that there is no value?
//!
//! Exports write words where a value is missing. They become null in canonical columns only; properties keep them.
//! `(direct)` and `(none)` say something in the traffic columns and stay there.

use crate::field::Field;

const PLACEHOLDERS: [&str; 12] = [
    "(not set)",
    "(none)",
    "(direct)",
    "(data deleted)",
    "(other)",
    "<other>",
    "not available in demo dataset",
    "null",
    "none",
    "undefined",
    "\\n",
    "-",
];

const NO_IDENTIFIER: [&str; 8] =
    ["0", "guest", "anonymous", "unknown", "na", "n/a", "00000000-0000-0000-0000-000000000000", "-1"];

/// Whether `value` stands for null in that canonical field. Case does not matter.
pub(crate) fn is_placeholder(field: Field, value: &str) -> bool {
    if !may_be(value) {
        return value.is_empty();
    }
    let traffic = matches!(field, Field::Source | Field::Medium | Field::Campaign | Field::Channel);
    let place = matches!(field, Field::Country | Field::Region | Field::Language);
    match PLACEHOLDERS.iter().find(|word| word.eq_ignore_ascii_case(value)) {
        Some(&("(none)" | "(direct)" | "none")) if traffic => false,
        Some(_) => true,
        // A value that is no number is counted as unreadable, so that it is seen.
        None if field == Field::Value && value.eq_ignore_ascii_case("nan") => false,
        None => !place && ["na", "n/a", "nan"].iter().any(|word| word.eq_ignore_ascii_case(value)),
    }
}

/// Whether `value` stands for nobody.
#[inline]
pub(crate) fn is_placeholder_identifier(value: &str) -> bool {
    if !may_be(value) && !may_be_nobody(value) {
        return value.is_empty();
    }
    is_placeholder(Field::UserId, value)
        || (may_be_nobody(value) && NO_IDENTIFIER.iter().any(|word| word.eq_ignore_ascii_case(value)))
}

/// Whether an identifier surely stands for somebody, and nothing is to be trimmed: neither does it begin like what stands
/// for nobody, nor is a blank at either end. The cheapest test, which almost every real identifier passes.
#[inline]
pub(crate) fn is_plain_identifier(id: &[u8]) -> bool {
    match (id.first(), id.last()) {
        (Some(first), Some(last)) => !TELLING[usize::from(*first)] && !last.is_ascii_whitespace(),
        _ => false,
    }
}

/// Bytes that what stands for nobody may begin with, and blanks.
const TELLING: [bool; 256] = {
    let (mut telling, bytes, mut place) = ([false; 256], b"(<\\-0gGaAuUnN \t\n\x0C\r", 0);
    while place < bytes.len() {
        telling[bytes[place] as usize] = true;
        place += 1;
    }
    telling
};

/// A cheap test that most identifiers fail.
fn may_be_nobody(value: &str) -> bool {
    value.len() <= 36
        && matches!(value.as_bytes().first(), Some(b'0' | b'-' | b'g' | b'G' | b'a' | b'A' | b'u' | b'U' | b'n' | b'N'))
}

/// A cheap test that almost every real value fails.
fn may_be(value: &str) -> bool {
    value.len() <= 29
        && matches!(value.as_bytes().first(), Some(b'(' | b'<' | b'n' | b'N' | b'u' | b'U' | b'\\' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_survives_in_traffic_columns_only() {
        assert!(!is_placeholder(Field::Source, "(direct)"));
        assert!(!is_placeholder(Field::Medium, "(none)"));
        assert!(is_placeholder(Field::City, "(none)"));
        assert!(is_placeholder(Field::Source, "(not set)"));
    }

    #[test]
    fn namibia_is_a_country() {
        assert!(!is_placeholder(Field::Country, "NA"));
        assert!(is_placeholder(Field::OrderId, "NA"));
    }

    #[test]
    fn the_cheap_test_passes_every_word() {
        assert!(NO_IDENTIFIER.iter().all(|word| may_be_nobody(word) && may_be_nobody(&word.to_uppercase())));
    }

    #[test]
    fn what_stands_for_nobody_is_not_plain() {
        for word in PLACEHOLDERS.iter().chain(&NO_IDENTIFIER).chain(&["na", "n/a", "nan", "", " ", "1 ", "\t1"]) {
            for word in [word.to_ascii_lowercase(), word.to_ascii_uppercase()] {
                assert!(!is_plain_identifier(word.as_bytes()), "{word}");
            }
        }
        assert!(is_plain_identifier(b"1.2") && is_plain_identifier("é".as_bytes()) && is_plain_identifier(b"x"));
    }

    proptest::proptest! {
        #[test]
        fn plain_identifiers_are_somebody_as_they_are(id in "[ \\-(<0gGnN1xé\t]{0,4}") {
            if is_plain_identifier(id.as_bytes()) {
                assert_eq!(id.trim_ascii(), id);
                assert!(!is_placeholder_identifier(&id));
            }
        }
    }

    #[test]
    fn guest_and_zero_are_nobody_but_names_are_somebody() {
        for nobody in ["guest", "0", "NULL", "(not set)", "Undefined", "nan"] {
            assert!(is_placeholder_identifier(nobody), "{nobody}");
        }
        for somebody in ["guest1", "00", "007", "nina"] {
            assert!(!is_placeholder_identifier(somebody), "{somebody}");
        }
    }
}

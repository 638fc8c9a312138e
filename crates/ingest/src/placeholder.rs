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
    fn guest_and_zero_are_nobody_but_names_are_somebody() {
        for nobody in ["guest", "0", "NULL", "(not set)", "Undefined", "nan"] {
            assert!(is_placeholder_identifier(nobody), "{nobody}");
        }
        for somebody in ["guest1", "00", "007", "nina"] {
            assert!(!is_placeholder_identifier(somebody), "{somebody}");
        }
    }
}

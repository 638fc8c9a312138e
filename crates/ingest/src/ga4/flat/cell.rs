//! How does a cell of a flattened table become JSON as the export writes it?

use super::columns::Scalar;
use crate::json::flatten::push_string;
use crate::json::scan::{Next, ScanError, Scanner};
use crate::time::TimeFormat;

/// The JSON that a cell holds. Some exporters wrap it again, in an object with the column's name alone.
pub(super) fn unwrapped<'a>(text: &'a str, column: &str) -> Result<&'a str, ScanError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek()? == Next::Object {
        scanner.begin_object()?;
        if scanner.next_key()?.is_some_and(|key| key.eq_ignore_ascii_case(column)) {
            let inner = scanner.skip()?;
            if scanner.next_key()?.is_none() {
                scanner.end()?;
                return Ok(inner);
            }
        }
    }
    let mut scanner = Scanner::new(text);
    let whole = scanner.skip()?;
    scanner.end()?;
    Ok(whole)
}

/// Appends a scalar. Numbers with a fraction are written as numbers, as the export does, so that `20.0` is `20`.
pub(super) fn push_scalar(out: &mut String, kind: Scalar, text: &str) {
    match kind {
        Scalar::Float if is_json_number(text) => out.push_str(text),
        Scalar::Text | Scalar::Float => push_string(out, text),
        Scalar::Time => match microseconds(text) {
            Some(us) => push_string(out, &us.to_string()),
            None => push_string(out, text),
        },
        Scalar::Day => {
            let day: String = text.chars().filter(|character| *character != '-').collect();
            push_string(out, &day);
        }
    }
}

/// Whether the text is a number by JSON's own rules.
fn is_json_number(text: &str) -> bool {
    let starts = text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
    let mut scanner = Scanner::new(text);
    starts && scanner.skip().is_ok_and(|whole| whole.len() == text.len())
}

/// Microseconds of a time that is no plain number of them: written out, with a fraction of zeros as some libraries leave
/// it, or in seconds or milliseconds, which are no microseconds of any year that has this export.
fn microseconds(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    if let Ok(number) = whole.parse::<i64>() {
        let scale = match whole.len() {
            10 => 1_000_000,
            13 => 1_000,
            _ => 1,
        };
        return number.checked_mul(scale);
    }
    let written = TimeFormat::Iso.parse(text).filter(|written| !written.date_only)?;
    Some(written.local_us - written.offset_us.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_may_wrap_its_json_in_its_own_name() {
        let inner = "[{\n \"key\": \"a\" }]";
        let wrapped = format!("{{ \"event_params\": {inner}\n}}");
        assert_eq!(unwrapped(&wrapped, "event_params"), Ok(inner));
        assert_eq!(unwrapped(inner, "event_params"), Ok(inner));
        assert_eq!(unwrapped("{\"device\":{\"category\":\"x\"}}", "device"), Ok("{\"category\":\"x\"}"));
        assert_eq!(unwrapped("{\"device\":\"x\",\"b\":1}", "device"), Ok("{\"device\":\"x\",\"b\":1}"));
        for broken in ["{'key': 'a'}", "[1", "[1],\"x\":2", "{\"event_params\":[}"] {
            assert!(unwrapped(broken, "event_params").is_err(), "{broken}");
        }
    }

    #[test]
    fn times_may_be_written_out() {
        for (text, us) in [
            ("1611798022695757", Some(1_611_798_022_695_757)),
            ("1611798022695757.0", Some(1_611_798_022_695_757)),
            ("1611798022695", Some(1_611_798_022_695_000)),
            ("1611798022", Some(1_611_798_022_000_000)),
            ("2021-01-28 01:40:22.695757 UTC", Some(1_611_798_022_695_757)),
            ("2021-01-28 01:40:22", Some(1_611_798_022_000_000)),
            ("2021-01-28T02:40:22+01:00", Some(1_611_798_022_000_000)),
            ("2021-01-28", None),
            ("1.61E+15", None),
            ("soon", None),
        ] {
            assert_eq!(microseconds(text), us, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_export_writes_them() {
        let pushed = |kind, text: &str| {
            let mut out = String::new();
            push_scalar(&mut out, kind, text);
            out
        };
        assert_eq!(pushed(Scalar::Float, "20.0"), "20.0");
        for text in ["NaN", "1,5", "01", "[]", "true", "1 2"] {
            assert_eq!(pushed(Scalar::Float, text), format!("\"{text}\""));
        }
        assert_eq!(pushed(Scalar::Day, "2024-03-04"), "\"20240304\"");
        assert_eq!(pushed(Scalar::Text, "a\"b"), "\"a\\\"b\"");
    }
}

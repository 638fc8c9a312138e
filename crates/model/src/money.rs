//! How does a written amount become an exact number of micro-units?
//!
//! Money is rounded half-even once, per row, to 10⁻⁶ of its unit, from the text itself and never through a float.

/// Micro-units of one currency unit.
pub const MICROS: i64 = 1_000_000;

/// The amount in micro-units, or `None` when the text is not a plain decimal number (`NaN`, `inf`, empty) or does not fit.
///
/// Accepts a sign, digits, one decimal point and an exponent (`1.5e3`), as JSON and CSV exports write them.
pub fn parse_micros(text: &str) -> Option<i64> {
    if let Some(micros) = plain_micros(text.as_bytes()) {
        return Some(micros);
    }
    let text = text.trim();
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0').collect();
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent) + 6;
    let magnitude = rounded(&digits, point)?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok().filter(|micros| *micros != i64::MIN)
}

/// The amount as a decimal number without zeros at its end.
pub fn write_micros(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Micro-units of an amount of a few digits with at most six behind its point, as almost all are; else `None`.
fn plain_micros(text: &[u8]) -> Option<i64> {
    let (is_negative, text) = match text.strip_prefix(b"-") {
        Some(text) => (true, text),
        None => (false, text),
    };
    if text.len() > 12 {
        return None;
    }
    let (mut number, mut digits, mut decimals) = (0_i64, 0, None);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + i64::from(byte - b'0');
                digits += 1;
                decimals = decimals.map(|decimals: usize| decimals + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return None,
        }
    }
    const SCALES: [i64; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    let micros = number * SCALES.get(decimals.unwrap_or(0)).filter(|_| digits > 0)?;
    Some(if is_negative { -micros } else { micros })
}

/// `digits` with the decimal point after `point` of them, rounded half-even to a whole number.
fn rounded(digits: &[u8], point: i64) -> Option<i128> {
    let mut number: i128 = 0;
    for position in 0..point.max(0) {
        let digit = usize::try_from(position).ok().and_then(|index| digits.get(index)).copied().unwrap_or(0);
        if number == 0 && digit == 0 {
            if usize::try_from(position).is_ok_and(|position| position > digits.len()) {
                break;
            }
            continue;
        }
        number = number.checked_mul(10)?.checked_add(i128::from(digit))?;
        if number > i128::from(i64::MAX) {
            return None;
        }
    }
    let rest = if point < 0 { &[][..] } else { digits.get(usize::try_from(point).ok()?..).unwrap_or(&[]) };
    let half = rest.first().copied().unwrap_or(0);
    let above = rest.iter().skip(1).any(|&digit| digit > 0);
    let up = half > 5 || (half == 5 && (above || number % 2 == 1));
    Some(number + i128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_rounded_half_even() {
        for (text, micros) in [
            ("29.99", 29_990_000),
            ("-1", -1_000_000),
            ("0.0000005", 0),
            ("0.0000015", 2),
            ("0.00000051", 1),
            ("1.5e3", 1_500_000_000),
            ("15e-7", 2),
            (".5", 500_000),
            ("7.", 7_000_000),
            ("0.1e-300", 0),
        ] {
            assert_eq!(parse_micros(text), Some(micros), "{text}");
        }
        for text in ["", "NaN", "inf", "1,5", "abc", "1e99", "-", ".", "9999999999999999999"] {
            assert_eq!(parse_micros(text), None, "{text}");
        }
    }

    #[test]
    fn few_digits_read_as_many_do() {
        for text in
            ["0", "-0", "7.", ".5", "-.5", "12.345678", "999999999999", "-9999999.9999", "0.000001", "1.2345678"]
        {
            // Zeros in front change nothing but the way it is read.
            let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
            let long = format!("{sign}0000000000000{rest}");
            assert_eq!(parse_micros(text), parse_micros(&long), "{text}");
            assert!(parse_micros(text).is_some(), "{text}");
        }
        for text in ["1.2.3", "--1", "1-", "."] {
            assert_eq!(parse_micros(text), None, "{text}");
        }
    }
}

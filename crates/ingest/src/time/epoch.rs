//! What does a number of seconds, milli-, micro- or nanoseconds since 1970 say?

/// Unit of a number since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EpochUnit {
    /// Seconds, possibly with a fraction.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl EpochUnit {
    /// All units.
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// Name in the configuration.
    pub fn option(self) -> &'static str {
        match self {
            Self::Seconds => "epoch_s",
            Self::Millis => "epoch_ms",
            Self::Micros => "epoch_us",
            Self::Nanos => "epoch_ns",
        }
    }

    /// Name in the configuration of a number that was made of a zone's clock.
    pub(crate) fn local_option(self) -> &'static str {
        match self {
            Self::Seconds => "local_epoch_s",
            Self::Millis => "local_epoch_ms",
            Self::Micros => "local_epoch_us",
            Self::Nanos => "local_epoch_ns",
        }
    }

    /// Name in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Seconds => "seconds since 1970 (UTC)",
            Self::Millis => "milliseconds since 1970 (UTC)",
            Self::Micros => "microseconds since 1970 (UTC)",
            Self::Nanos => "nanoseconds since 1970 (UTC)",
        }
    }

    /// What is counted.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
            Self::Nanos => "nanoseconds",
        }
    }

    /// The unit in which a whole number lies between 1975 and 2128.
    pub(crate) fn of_magnitude(number: i64) -> Option<Self> {
        const FIRST: i64 = 157_000_000;
        const LAST: i64 = 5_000_000_000;
        [(1, Self::Seconds), (1_000, Self::Millis), (1_000_000, Self::Micros), (1_000_000_000, Self::Nanos)]
            .into_iter()
            .find(|(factor, _)| (FIRST..LAST).contains(&(number / factor)))
            .map(|(_, unit)| unit)
    }

    /// Microseconds of a decimal number in this unit; parts of a microsecond are cut off.
    pub(crate) fn parse(self, text: &[u8]) -> Option<i64> {
        let (whole, fraction) = split(text)?;
        match self {
            Self::Seconds => whole.checked_mul(1_000_000)?.checked_add(signed(text, fraction)),
            Self::Millis => whole.checked_mul(1_000)?.checked_add(signed(text, fraction / 1_000)),
            Self::Micros => Some(whole),
            Self::Nanos => Some(whole.div_euclid(1_000)),
        }
    }
}

fn signed(text: &[u8], magnitude: i64) -> i64 {
    if text.first() == Some(&b'-') { -magnitude } else { magnitude }
}

/// Whole part and millionths of a plain decimal number, or of one in `1.6e9` notation.
pub(crate) fn split(text: &[u8]) -> Option<(i64, i64)> {
    if text.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        let micros = kundresa_model::money::parse_micros(std::str::from_utf8(text).ok()?)?;
        return Some((micros / 1_000_000, (micros % 1_000_000).abs()));
    }
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let whole = std::str::from_utf8(&text[..text.len() - digits.len() + point]).ok()?;
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    let mut rest = super::Cursor(digits.get(point + 1..).unwrap_or_default());
    let fraction = if point == digits.len() { 0 } else { rest.fraction()? };
    rest.is_empty().then_some((whole.parse().ok()?, fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_shows_in_the_magnitude() {
        for (number, unit) in [
            (1_611_798_022, Some(EpochUnit::Seconds)),
            (1_611_798_022_695, Some(EpochUnit::Millis)),
            (1_611_798_022_695_757, Some(EpochUnit::Micros)),
            (1_611_798_022_695_757_123, Some(EpochUnit::Nanos)),
            (42, None),
        ] {
            assert_eq!(EpochUnit::of_magnitude(number), unit, "{number}");
        }
    }

    #[test]
    fn fractions_and_exponents_are_exact() {
        assert_eq!(EpochUnit::Seconds.parse(b"1602611311.123456"), Some(1_602_611_311_123_456));
        assert_eq!(EpochUnit::Seconds.parse(b"1.602611311e9"), Some(1_602_611_311_000_000));
        assert_eq!(EpochUnit::Seconds.parse(b"-0.5"), Some(-500_000));
        assert_eq!(EpochUnit::Millis.parse(b"1659304800025.0"), Some(1_659_304_800_025_000));
        assert_eq!(EpochUnit::Nanos.parse(b"1999"), Some(1));
        for text in [&b""[..], b"-", b"1.", b".5", b"1x", b"99999999999999999999", b"nan"] {
            assert_eq!(EpochUnit::Seconds.parse(text), None, "{text:?}");
        }
    }
}

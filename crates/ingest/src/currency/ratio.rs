//! What is an amount in another currency, exactly?

/// A positive decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

/// Most digits of a rate, and most of them behind the point.
const MOST_DIGITS: usize = 18;
const MOST_DECIMALS: usize = 12;

impl Decimal {
    pub(super) const ONE: Self = Self { digits: 1, scale: 0 };

    /// The number that a text writes with digits and at most one point; `None` for any other, and for zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let all = || whole.bytes().chain(fraction.bytes());
        let fits = whole.len() + fraction.len() <= MOST_DIGITS && fraction.len() <= MOST_DECIMALS && !whole.is_empty();
        if !fits || !all().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = all().fold(0, |number: i128, byte| number * 10 + i128::from(byte - b'0'));
        let scale = u32::try_from(fraction.len()).ok()?;
        (digits > 0).then_some(Self { digits, scale })
    }
}

/// What one unit of a currency is in another, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    above: i128,
    below: i128,
}

impl Ratio {
    /// `above / below` of two decimal numbers, in lowest terms.
    pub(super) fn of(above: Decimal, below: Decimal) -> Option<Self> {
        let power = |scale: u32| 10_i128.checked_pow(scale);
        let (mut a, mut b) =
            (above.digits.checked_mul(power(below.scale)?)?, below.digits.checked_mul(power(above.scale)?)?);
        let divisor = greatest_divisor(a, b);
        (a, b) = (a / divisor, b / divisor);
        Some(Self { above: a, below: b })
    }

    /// An amount times this, rounded half-even to a whole number of micro-units; `None` where it does not fit.
    pub(super) fn times(self, micros: i64) -> Option<i64> {
        let product = i128::from(micros).checked_mul(self.above)?;
        let (whole, rest) = (product / self.below, (product % self.below).abs());
        // Halves are compared without doubling, which could overflow.
        let is_up = match rest.cmp(&(self.below - rest)) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => whole % 2 != 0,
            std::cmp::Ordering::Greater => true,
        };
        let rounded = if is_up { whole + product.signum() } else { whole };
        i64::try_from(rounded).ok().filter(|micros| *micros != i64::MIN)
    }
}

fn greatest_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(above: &str, below: &str) -> Ratio {
        Ratio::of(Decimal::parse(above).unwrap(), Decimal::parse(below).unwrap()).unwrap()
    }

    #[test]
    fn halves_go_to_the_even_side() {
        for (micros, expected) in [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2), (0, 0), (4, 2)] {
            assert_eq!(ratio("0.5", "1").times(micros), Some(expected), "{micros}");
        }
        assert_eq!(ratio("1", "3").times(1_000_000), Some(333_333));
        assert_eq!(ratio("2", "3").times(-1_000_000), Some(-666_667));
    }

    #[test]
    fn only_positive_decimals_are_rates() {
        for text in ["", ".", "-1", "0", "0.000", "1e3", "1,5", "NaN", "1.2.3", "1234567890123456789", "+1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("1.0837000"), Some(Decimal { digits: 10_837, scale: 4 }));
        assert_eq!(Decimal::parse("007."), Some(Decimal { digits: 7, scale: 0 }));
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert_eq!(ratio("1000", "1").times(i64::MAX), None);
        assert_eq!(ratio("999999999999999999", "0.000000000001").times(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn an_amount_there_and_back_is_off_by_the_rounding_alone(micros in -1_000_000_000_000i64..1_000_000_000_000, rate in 1i64..10_000_000) {
            let rate = format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
            let (there, back) = (ratio(&rate, "1"), ratio("1", &rate));
            let again = back.times(there.times(micros).unwrap()).unwrap();
            let most = ratio("1", &rate).times(1_000_000).unwrap() / 1_000_000 + 2;
            prop_assert!((again - micros).abs() <= most, "{} {}", again, micros);
        }
    }
}

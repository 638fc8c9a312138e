//! Between which bounds does a share lie?

use kundresa_model::rate::Rate;
use kundresa_model::result::statistics::Interval;

/// Two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval at 95 %; `None` for a zero base.
///
/// Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209–212.
pub fn wilson(rate: Rate) -> Option<Interval> {
    let share = rate.value()?;
    let n = rate.denominator as f64;
    let scale = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / scale;
    let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    // At the ends the bound is exact; rounding must not move it.
    let low = if rate.numerator == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if rate.numerator == rate.denominator { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numerator: u64, denominator: u64, low: f64, high: f64) {
        let interval = wilson(Rate::new(numerator, denominator)).expect("a base");
        assert!((interval.low - low).abs() < 5e-7 && (interval.high - high).abs() < 5e-7, "{interval:?}");
    }

    #[test]
    fn bounds_are_those_of_published_tables() {
        // Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.
        for (numerator, denominator, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let interval = wilson(Rate::new(numerator, denominator)).expect("a base");
            assert!((interval.low - low).abs() < 6e-5 && (interval.high - high).abs() < 6e-5, "{interval:?}");
        }
        // By the formula, with more digits: (0.5 ± …) for 5 of 10.
        check(5, 10, 0.236_593, 0.763_407);
    }

    #[test]
    fn nothing_and_everything_touch_the_ends() {
        assert_eq!(wilson(Rate::new(0, 0)), None);
        assert_eq!(wilson(Rate::new(0, 7)).map(|interval| interval.low), Some(0.0));
        assert_eq!(wilson(Rate::new(7, 7)).map(|interval| interval.high), Some(1.0));
    }
}

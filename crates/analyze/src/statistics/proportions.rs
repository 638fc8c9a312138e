//! Do two shares of disjoint groups differ by more than chance?

use kundresa_model::rate::Rate;
use kundresa_model::result::statistics::{Comparison, Method};

use super::fisher_exact;

/// Below this expected count in any cell the normal approximation is not used.
const LEAST_EXPECTED: f64 = 5.0;

/// Two-sided comparison of `group` with `others`: pooled z, or Fisher's exact test where fewer than 5 are expected in a
/// cell. Without adjustment for other comparisons.
pub fn compare(group: Rate, others: Rate) -> Comparison {
    let (method, p_value) = test(group, others);
    Comparison { others, method, p_value, p_adjusted: None }
}

fn test(one: Rate, other: Rate) -> (Method, Option<f64>) {
    let successes = one.numerator + other.numerator;
    let all = one.denominator + other.denominator;
    if one.denominator == 0 || other.denominator == 0 || successes == 0 || successes == all {
        return (Method::Undefined, None);
    }
    let share = successes as f64 / all as f64;
    let smallest = one.denominator.min(other.denominator) as f64 * share.min(1.0 - share);
    if smallest < LEAST_EXPECTED {
        let p_value = fisher_exact(one.numerator, one.denominator, other.numerator, other.denominator);
        return (Method::FisherExact, Some(p_value));
    }
    (Method::PooledZ, Some(pooled_z(one, other)))
}

/// Two-sided p-value of the pooled z-test. Both groups have members, and their pooled share is neither 0 nor 1.
pub fn pooled_z(one: Rate, other: Rate) -> f64 {
    let [n, m] = [one.denominator as f64, other.denominator as f64];
    let pooled = (one.numerator + other.numerator) as f64 / (n + m);
    let spread = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let z = (one.numerator as f64 / n - other.numerator as f64 / m) / spread;
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_depends_on_the_smallest_expected_cell() {
        // 45 of 300 against 30 of 300: pooled 0.125, z = 0.05 / 0.027003 = 1.85164, p = 0.06408.
        let z = compare(Rate::new(45, 300), Rate::new(30, 300));
        assert_eq!(z.method, Method::PooledZ);
        assert!((z.p_value.expect("tested") - 0.064_077).abs() < 1e-5, "{z:?}");
        // Expected 4.5 in one cell.
        assert_eq!(compare(Rate::new(2, 9), Rate::new(7, 9)).method, Method::FisherExact);
    }

    #[test]
    fn nothing_to_compare_is_no_result() {
        for (one, other) in [((0, 0), (1, 2)), ((0, 5), (0, 9)), ((5, 5), (9, 9))] {
            let found = compare(Rate::new(one.0, one.1), Rate::new(other.0, other.1));
            assert_eq!((found.method, found.p_value), (Method::Undefined, None));
        }
    }
}

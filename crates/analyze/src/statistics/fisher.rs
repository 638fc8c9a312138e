//! How probable is a two-by-two table at least as extreme as this one, exactly?

/// Tables whose probability exceeds the observed one by less than this factor count as equally probable (as in R).
const TIE: f64 = 1.0 + 1e-7;

/// Two-sided p-value of Fisher's exact test of `a` of `a_all` against `b` of `b_all`: the sum over all tables with the same
/// margins that are no more probable. `a ≤ a_all` and `b ≤ b_all`.
pub fn fisher_exact(a: u64, a_all: u64, b: u64, b_all: u64) -> f64 {
    let successes = a + b;
    let least = successes.saturating_sub(b_all);
    let most = successes.min(a_all);
    let log_probability = |x: u64| log_choose(a_all, x) + log_choose(b_all, successes - x);
    let observed = log_probability(a);
    // The common denominator cancels: probabilities relative to the observed table are summed, then divided by all.
    let (mut extreme, mut all) = (0.0, 0.0);
    for x in least..=most {
        let relative = libm::exp(log_probability(x) - observed);
        all += relative;
        if relative <= TIE {
            extreme += relative;
        }
    }
    (extreme / all).min(1.0)
}

fn log_choose(n: u64, k: u64) -> f64 {
    log_factorial(n) - log_factorial(k) - log_factorial(n - k)
}

fn log_factorial(n: u64) -> f64 {
    libm::lgamma(n as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_are_those_of_r() {
        for (a, a_all, b, b_all, expected) in [
            // Fisher's tea: 3 of 4 against 1 of 4: (16 + 1 + 16 + 1) / 70.
            (3, 4, 1, 4, 34.0 / 70.0),
            // fisher.test(matrix(c(1, 9, 11, 3), 2))
            (1, 10, 11, 14, 0.002_759_456_2),
            (0, 5, 0, 7, 1.0),
            (0, 3, 3, 3, 0.1),
        ] {
            let found = fisher_exact(a, a_all, b, b_all);
            assert!((found - expected).abs() < 1e-9, "{a}/{a_all} {b}/{b_all}: {found}");
        }
    }

    #[test]
    fn large_margins_stay_finite() {
        let p = fisher_exact(3, 1_000_000, 40, 5_000_000);
        assert!(p > 0.0 && p < 1.0, "{p}");
    }
}

//! Which p-values are left when a whole table was tested?

/// P-values adjusted after Benjamini and Hochberg, in the order given; `None` takes no part.
///
/// Source: Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57, 289–300.
pub fn benjamini_hochberg(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut tested: Vec<(usize, f64)> =
        p_values.iter().enumerate().filter_map(|(index, p)| p.map(|p| (index, p))).collect();
    tested.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
    let all = tested.len() as f64;
    let mut adjusted = vec![None; p_values.len()];
    let mut smallest = 1.0f64;
    for (rank, (index, p)) in tested.iter().enumerate().rev() {
        smallest = smallest.min(p * all / (rank as f64 + 1.0));
        adjusted[*index] = Some(smallest);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_are_those_of_r() {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH") is 0.02 0.04 0.04 0.02.
        let found = benjamini_hochberg(&[Some(0.01), None, Some(0.04), Some(0.03), Some(0.005)]);
        let expected = [Some(0.02), None, Some(0.04), Some(0.04), Some(0.02)];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.is_some(), expected.is_some());
            assert!((found.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(benjamini_hochberg(&[]), []);
    }
}

//! In which order do input names come? Natural order: runs of digits by their value, everything else by bytes.

use std::cmp::Ordering;

/// Compares two names in natural order; equal only if the bytes are equal.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left.as_bytes(), right.as_bytes());
    while let (Some(&x), Some(&y)) = (a.first(), b.first()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (run_a, run_b) = (digits(a), digits(b));
            let order = by_value(&a[..run_a], &b[..run_b]);
            a = &a[run_a..];
            b = &b[run_b..];
            order
        } else {
            a = &a[1..];
            b = &b[1..];
            x.cmp(&y)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len()).then_with(|| left.cmp(right))
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn by_value(a: &[u8], b: &[u8]) -> Ordering {
    let strip = |run: &[u8]| run.iter().position(|&digit| digit != b'0').unwrap_or(run.len());
    let (a, b) = (&a[strip(a)..], &b[strip(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digit_runs_compare_by_value() {
        let mut names = ["part10.csv", "part2.csv", "part02.csv", "a", "part2a.csv", "Part3.csv"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["Part3.csv", "a", "part02.csv", "part2.csv", "part2a.csv", "part10.csv"]);
    }
}

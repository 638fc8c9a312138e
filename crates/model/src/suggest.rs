//! Which known name did somebody probably mean?

/// The known name closest to `unknown` (edit distance at most a third of its length, at least 1), ties by order given.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (unknown.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&unknown.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// ` (did you mean `x`?)`, or nothing when no known name is close.
pub fn hint<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(unknown, known).map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one of the other (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_close() {
        let known = ["purchase", "view_item", "add_to_cart"];
        assert_eq!(nearest("purchse", known), Some("purchase"));
        assert_eq!(nearest("checkout", known), None);
        assert_eq!((nearest("whne", ["when", "name"]), nearest("form", ["from", "to"])), (Some("when"), Some("from")));
        assert_eq!(hint("addtocart", known), " (did you mean `add_to_cart`?)");
    }
}

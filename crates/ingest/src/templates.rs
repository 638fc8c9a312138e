//! Which segments of page paths look like ids, so that a template should stand for them?

use std::collections::{BTreeMap, BTreeSet};

/// More different names than this in one place are taken for content, not structure.
const MANY: usize = 50;

/// Templates such as `/product/:id` for paths with their counts: where at least two numbers, UUIDs or long keys share a
/// place, or where more than fifty names do. Sorted, without repeats.
pub(crate) fn suggest_templates(pages: BTreeMap<String, u64>) -> Vec<String> {
    let paths: Vec<Vec<&str>> = pages
        .keys()
        .filter(|path| path.starts_with('/') && path.len() > 1)
        .map(|path| path.trim_matches('/').split('/').collect())
        .collect();
    let lengths: BTreeSet<usize> = paths.iter().map(Vec::len).collect();
    let mut found = BTreeSet::new();
    for length in lengths {
        let same: Vec<&[&str]> = paths.iter().filter(|path| path.len() == length).map(Vec::as_slice).collect();
        descend(&same, 0, String::new(), false, &mut found);
    }
    found.into_iter().collect()
}

fn descend(paths: &[&[&str]], depth: usize, prefix: String, open: bool, found: &mut BTreeSet<String>) {
    if paths.is_empty() || paths[0].len() == depth {
        found.extend((open && !paths.is_empty()).then_some(prefix));
        return;
    }
    let (ids, names): (Vec<&[&str]>, Vec<&[&str]>) = paths.iter().partition(|path| is_id(path[depth]));
    let distinct = |paths: &[&[&str]]| paths.iter().map(|path| path[depth]).collect::<BTreeSet<_>>().len();
    if distinct(&ids) >= 2 {
        descend(&ids, depth + 1, format!("{prefix}/:id"), true, found);
    }
    if distinct(&names) > MANY {
        descend(&names, depth + 1, format!("{prefix}/:name"), true, found);
        return;
    }
    let mut by_name = BTreeMap::<&str, Vec<&[&str]>>::new();
    names.into_iter().for_each(|path| by_name.entry(path[depth]).or_default().push(path));
    for (name, below) in by_name {
        descend(&below, depth + 1, format!("{prefix}/{name}"), open, found);
    }
}

/// A number, a UUID, sixteen or more hexadecimal digits, or eight or more characters of which a third are digits.
fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let plain = segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let hexadecimal =
        segment.len() >= 16 && digits > 0 && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    digits > 0
        && (digits == segment.len() || hexadecimal || (plain && segment.len() >= 8 && digits * 3 >= segment.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggest(paths: &[&str]) -> Vec<String> {
        suggest_templates(paths.iter().map(|path| ((*path).to_owned(), 1)).collect())
    }

    #[test]
    fn numbers_and_keys_in_one_place_become_an_id() {
        let found = suggest(&[
            "/",
            "/cart",
            "/product/1",
            "/product/22",
            "/product/1/reviews",
            "/product/2/reviews",
            "/blog/2024",
        ]);
        assert_eq!(found, ["/product/:id", "/product/:id/reviews"]);
        let uuids = ["/o/2ff5d160-21b5-5101-87e8-ba5aa69d7961", "/o/3b41cbe7-b482-5ab6-a52e-cd02daa7c2e5"];
        assert_eq!(suggest(&uuids), ["/o/:id"]);
        assert!(suggest(&["/product/:id", "/a", "/b", "home"]).is_empty());
    }

    #[test]
    fn more_than_fifty_names_in_one_place_are_content() {
        let paths: Vec<String> = (0..51).map(|number| format!("/p/{}", "x".repeat(number + 1))).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        assert_eq!(suggest(&paths), ["/p/:name"]);
        assert!(suggest(&paths[..50]).is_empty());
    }
}

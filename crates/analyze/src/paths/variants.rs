//! Which exact paths are the most frequent?

use std::cmp::Reverse;

use super::ordered::Ordered;

/// A distinct path, by the position of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) at: usize,
    pub(super) is_cut: bool,
    pub(super) count: u64,
}

/// The number of distinct paths, and the `most` most frequent ones: by falling count, then by nodes, whole before cut.
pub(super) fn most_frequent(tree: &Ordered, most: u32) -> (u64, Vec<Variant>) {
    let both = |at: usize| {
        let prefix = tree.prefix(at);
        [(false, prefix.ended), (true, prefix.cut)].map(|(is_cut, count)| Variant { at, is_cut, count })
    };
    let mut variants: Vec<Variant> = (0..tree.len()).flat_map(both).filter(|variant| variant.count > 0).collect();
    let distinct = variants.len() as u64;
    variants.sort_unstable_by_key(|variant| (Reverse(variant.count), variant.at, variant.is_cut));
    variants.truncate(most as usize);
    (distinct, variants)
}

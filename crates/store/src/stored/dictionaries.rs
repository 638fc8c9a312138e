//! How do the sorted dictionaries of several runs become one?

use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::index::index32;

/// From the codes of one dictionary to those of another that holds all of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeMap {
    /// Codes stay as they are.
    Same,
    /// New code per code; null stays null.
    Codes(Vec<u32>),
}

impl CodeMap {
    /// The map that gives each code the one at its place in `codes`.
    pub(crate) fn new(codes: Vec<u32>) -> Self {
        let is_same = codes.iter().enumerate().all(|(old, new)| *new as usize == old);
        if is_same { Self::Same } else { Self::Codes(codes) }
    }

    /// This map and then another, for the `codes` codes of a dictionary.
    pub(crate) fn then(&self, next: &Self, codes: usize) -> Self {
        match (self, next) {
            (Self::Same, next) => next.clone(),
            (first, Self::Same) => first.clone(),
            (first, next) => Self::new((0..index32(codes)).map(|code| next.map(first.map(code))).collect()),
        }
    }

    /// The new code of `code`; null for one that the dictionary does not have.
    pub(crate) fn map(&self, code: u32) -> u32 {
        match self {
            Self::Same => code,
            Self::Codes(codes) => codes.get(code as usize).copied().unwrap_or(NULL),
        }
    }
}

/// The values of `dictionary` whose codes are in `used`, and the way there.
pub(crate) fn without_unused(dictionary: Dictionary, used: &[bool]) -> (Dictionary, CodeMap) {
    if used.iter().skip(1).all(|used| *used) {
        return (dictionary, CodeMap::Same);
    }
    let mut codes = vec![NULL; dictionary.codes()];
    let mut values = Vec::new();
    for (index, value) in dictionary.values().iter().enumerate().filter(|(index, _)| used.get(index + 1) == Some(&true))
    {
        values.push(value.clone());
        codes[index + 1] = index32(values.len());
    }
    (Dictionary::new(values), CodeMap::Codes(codes))
}

/// One dictionary of all values, and the way from each of `parts` into it.
pub(crate) fn merge_dictionaries(mut parts: Vec<Dictionary>) -> (Dictionary, Vec<CodeMap>) {
    if parts.len() == 1 {
        return (parts.remove(0), vec![CodeMap::Same]);
    }
    let mut maps: Vec<Vec<u32>> = parts.iter().map(|part| Vec::with_capacity(part.codes())).collect();
    maps.iter_mut().for_each(|map| map.push(NULL));
    let mut values: Vec<String> = Vec::with_capacity(parts.iter().map(Dictionary::codes).max().unwrap_or(0));
    // A map is as long as its part has been read, null included: what comes next is at that place less one.
    while let Some(next) = parts.iter().zip(&maps).filter_map(|(part, map)| part.values().get(map.len() - 1)).min() {
        values.push(next.clone());
        let code = index32(values.len());
        for (part, map) in parts.iter().zip(&mut maps) {
            if part.values().get(map.len() - 1) == Some(next) {
                map.push(code);
            }
        }
    }
    (Dictionary::new(values), maps.into_iter().map(CodeMap::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_keeps_its_text(parts in vec(vec("[a-e]{0,2}", 0..12), 0..5)) {
            let parts: Vec<Dictionary> = parts.into_iter().map(Dictionary::new).collect();
            let (all, maps) = merge_dictionaries(parts.clone());
            let expected = Dictionary::new(parts.iter().flat_map(|part| part.values().to_vec()).collect());
            prop_assert_eq!(&all, &expected);
            for (part, map) in parts.iter().zip(&maps) {
                prop_assert_eq!(map.map(NULL), NULL);
                for code in 1..index32(part.codes()) {
                    prop_assert_eq!(part.value(code), all.value(map.map(code)));
                }
            }
        }
    }

    #[test]
    fn unused_values_leave_and_the_others_move_up() {
        let values = Dictionary::new(["a", "b", "c"].map(str::to_owned).to_vec());
        let (kept, map) = without_unused(values.clone(), &[false, false, true, true]);
        assert_eq!((kept.values(), map), (["b", "c"].map(str::to_owned).as_slice(), CodeMap::Codes(vec![0, 0, 1, 2])));
        assert_eq!(without_unused(values.clone(), &[false, true, true, true]), (values, CodeMap::Same));
    }

    #[test]
    fn a_dictionary_that_is_all_of_it_keeps_its_codes() {
        let part = |values: &[&str]| Dictionary::new(values.iter().map(|value| (*value).to_owned()).collect());
        let (_, maps) = merge_dictionaries(vec![part(&["a", "b", "c"]), part(&["a", "b"]), part(&["b", "c"])]);
        assert_eq!(maps, [CodeMap::Same, CodeMap::Same, CodeMap::Codes(vec![0, 2, 3])]);
    }
}

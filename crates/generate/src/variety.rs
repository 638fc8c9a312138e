//! How does a log get thousands of pages and dozens of channels, as large sites have?
//!
//! Only the flat CSV is varied, and only on request: each page gets one of several addresses of its own and each visit one
//! of several channels, skewed so that few are frequent and most are rare. What people do stays the same, and so do all
//! rows of a shop without variety.

use crate::event::{Page, ShopEvent, Visit};

/// How much variety a log has; 0 for none beyond the shop's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variety {
    /// Distinct pages, about.
    pub pages: u32,
    /// Distinct channels, in a column of their own.
    pub channels: u32,
}

/// Pages that the shop has by itself, on which others are hung.
const OWN_PAGES: u32 = 40;

impl Variety {
    /// The page's address, on one of the further pages below it.
    pub(crate) fn url(self, event: &ShopEvent) -> String {
        let (page, url) = (event.action.page, event.action.page.url());
        let below = self.pages / OWN_PAGES;
        if below == 0 || page == Page::Home {
            return url;
        }
        let loaded = mix(event.action.batch.page.unsigned_abs());
        format!("{url}/{}", slug(skewed(mix(seed(&event.visit) ^ loaded), below)))
    }

    /// The visit's channel.
    pub(crate) fn channel(self, visit: &Visit) -> String {
        format!("Channel {:02}", skewed(mix(seed(visit)), self.channels) + 1)
    }
}

fn seed(visit: &Visit) -> u64 {
    visit.session_id.unsigned_abs() << 20 ^ u64::from(visit.number)
}

/// A word for a number: page cleaning takes plain numbers for ids.
fn slug(number: u32) -> String {
    const LETTERS: [char; 10] = ['a', 'b', 'd', 'e', 'g', 'k', 'm', 'o', 'r', 's'];
    let digits = number.to_string();
    "topic-".chars().chain(digits.bytes().map(|digit| LETTERS[usize::from(digit - b'0')])).collect()
}

/// A number below `below`, small ones far more often than large ones: the cube of an even chance.
fn skewed(random: u64, below: u32) -> u32 {
    let chance = u128::from(random >> 43);
    let cube = (chance * chance * chance) >> 42;
    u32::try_from((cube * u128::from(below)) >> 21).unwrap_or(0).min(below.saturating_sub(1))
}

/// Spreads a number over all bits. Source: the finalizer of `SplitMix64`.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_below_their_bound_and_small_ones_are_frequent() {
        let drawn: Vec<u32> = (0..10_000).map(|number| skewed(mix(number), 40)).collect();
        let all: std::collections::BTreeSet<u32> = drawn.iter().copied().collect();
        assert_eq!((all.len(), all.last()), (40, Some(&39)));
        // The cube of a chance is below 1/40 for chances below 0.292.
        let smallest = drawn.iter().filter(|number| **number == 0).count();
        assert!((2_700..3_200).contains(&smallest), "{smallest}");
        assert_eq!((skewed(u64::MAX, 0), skewed(u64::MAX, 7)), (0, 6));
    }

    #[test]
    fn slugs_have_no_digits() {
        assert_eq!((slug(0), slug(109)), ("topic-a".to_owned(), "topic-bas".to_owned()));
    }
}

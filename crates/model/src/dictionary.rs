//! Which distinct values does a text column have?
//!
//! Codes are positions in the sorted list of values plus one; code 0 is null. Sorting makes codes independent of
//! threads and of the order in which inputs were read.

/// Code of null in every text column.
pub const NULL: u32 = 0;

/// Sorted distinct values of one text column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    values: Vec<String>,
}

impl Dictionary {
    /// A dictionary of the given values, sorted by bytes and without repeats.
    pub fn new(mut values: Vec<String>) -> Self {
        values.sort_unstable();
        values.dedup();
        Self { values }
    }

    /// Number of codes, null included.
    pub fn codes(&self) -> usize {
        self.values.len() + 1
    }

    /// The value of a code; `None` for null.
    pub fn value(&self, code: u32) -> Option<&str> {
        let index = usize::try_from(code).ok()?.checked_sub(1)?;
        self.values.get(index).map(String::as_str)
    }

    /// The code of a value, if it occurs.
    pub fn code(&self, value: &str) -> Option<u32> {
        let index = self.values.binary_search_by(|known| known.as_str().cmp(value)).ok()?;
        u32::try_from(index + 1).ok()
    }

    /// All values in code order, starting with code 1.
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

//! How does a text column grow that may turn out to have no text?

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{Array, LargeStringArray};

/// A text column that begins with its first text.
#[derive(Default)]
pub(crate) struct TextBuilder {
    texts: LargeStringBuilder,
    filled: bool,
    /// Rows without a text after those in `texts`.
    absent: usize,
}

impl TextBuilder {
    /// Appends a row.
    pub(crate) fn push(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.absent += 1 };
        self.filled = true;
        self.catch_up();
        self.texts.append_value(text);
    }

    /// Appends `rows` rows without a text.
    pub(crate) fn skip(&mut self, rows: usize) {
        self.absent += rows;
    }

    fn catch_up(&mut self) {
        (0..std::mem::take(&mut self.absent)).for_each(|_| self.texts.append_null());
    }

    /// Appends `rows` rows of a finished column.
    pub(crate) fn append(&mut self, column: Option<&LargeStringArray>, rows: usize) {
        let text = |row: usize| column.filter(|column| column.is_valid(row)).map(|column| column.value(row));
        (0..rows).for_each(|row| self.push(text(row)));
    }

    /// The column; none without any text.
    pub(crate) fn finish(mut self) -> Option<LargeStringArray> {
        self.filled.then(|| {
            self.catch_up();
            self.texts.finish()
        })
    }
}

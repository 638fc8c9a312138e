//! What do the columns of several slices look like once their rows are in one order?

use arrow_array::{Array, LargeStringArray};

use crate::stored::merge::RowRef;

/// Values of `rows`, taken from one column per slice; `missing` where a slice's column is empty.
pub(crate) fn gather<T: Copy>(columns: &[&[T]], missing: T, rows: &[RowRef]) -> Vec<T> {
    if let [column] = columns
        && !column.is_empty()
    {
        return rows.iter().map(|row| column[row.row as usize]).collect();
    }
    rows.iter().map(|row| columns[row.slice as usize].get(row.row as usize).copied().unwrap_or(missing)).collect()
}

/// The text at `row`; `None` for null and beyond the end.
pub(crate) fn text_at(column: &LargeStringArray, row: usize) -> Option<&str> {
    (row < column.len() && column.is_valid(row)).then(|| column.value(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [RowRef; 3] = [RowRef { slice: 1, row: 1 }, RowRef { slice: 0, row: 0 }, RowRef { slice: 1, row: 0 }];

    #[test]
    fn numbers_follow_the_rows_and_a_slice_without_the_column_has_none() {
        assert_eq!(gather(&[&[7_i64], &[8, 9]], -1, &ROWS), [9, 7, 8]);
        assert_eq!(gather(&[&[], &[8_i64, 9]], -1, &ROWS), [9, -1, 8]);
        assert_eq!(gather(&[&[5_u8, 6]], 0, &[RowRef { slice: 0, row: 1 }]), [6]);
    }

    #[test]
    fn a_null_and_a_row_beyond_the_end_have_no_text() {
        let texts = LargeStringArray::from(vec![None, Some("b")]);
        assert_eq!([0, 1, 2].map(|row| text_at(&texts, row)), [None, Some("b"), None]);
    }
}

//! Which columns does an export have, whatever its container?

use crate::sample::{Sample, Shape};

/// Names of the columns, or the keys of the first objects.
pub(super) fn names(sample: &Sample) -> &[String] {
    match &sample.shape {
        Shape::Delimited(sample) => &sample.header,
        Shape::Json(sample) => &sample.keys,
        Shape::Parquet(sample) => &sample.columns,
        Shape::Lines(_) => &[],
    }
}

/// Whether it is delimited text, whose lines can be parts of one record.
pub(super) fn is_delimited(sample: &Sample) -> bool {
    matches!(sample.shape, Shape::Delimited(_))
}

/// Whether it has all of these.
pub(super) fn has_all(sample: &Sample, columns: &[&str]) -> bool {
    columns.iter().all(|column| names(sample).iter().any(|name| name == column))
}

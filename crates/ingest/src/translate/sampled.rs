//! What do the first rows of an input look like once they are translated?

use super::parquet_records::object;
use super::{Raw, Rows, Translator};
use crate::delimited::table::OwnCells;
use crate::sample::{SAMPLE_ROWS, Sample, Shape, TextTable};

/// The rows of a sample, with the cells of the translator first.
pub(crate) fn table(sample: &Sample, translator: &mut dyn Translator) -> TextTable {
    let mut names = translator.columns();
    let mut rows = Rows::shown(names.len());
    let mut table = Vec::new();
    let folds = translator.folds();
    let take = |rows: &Rows, table: &mut Vec<_>| table.extend((0..rows.len()).map(|row| cells(rows, row)));
    each_record(sample, |record| {
        rows.clear();
        if folds && !translator.continues(record) && translator.finish(&mut rows).is_ok() {
            take(&rows, &mut table);
            rows.clear();
        }
        if translator.translate(record, &mut rows).is_ok() && rows.too_much().is_none() {
            take(&rows, &mut table);
        }
        table.len() < SAMPLE_ROWS
    });
    rows.clear();
    if folds && translator.finish(&mut rows).is_ok() {
        take(&rows, &mut table);
    }
    table.truncate(SAMPLE_ROWS);
    names.extend_from_slice(rows.names());
    table.iter_mut().for_each(|row: &mut Vec<Option<String>>| row.resize(names.len(), None));
    TextTable { names, rows: table }
}

fn cells(rows: &Rows, row: usize) -> Vec<Option<String>> {
    (0..rows.width).map(|column| rows.cell(row, column).map(str::to_owned)).collect()
}

/// Calls `take` with every record of a sample until it has enough.
fn each_record(sample: &Sample, mut take: impl FnMut(Raw<'_>) -> bool) {
    match &sample.shape {
        Shape::Json(sample) => _ = sample.lines.iter().all(|line| take(Raw::text(line))),
        Shape::Lines(sample) => _ = sample.lines.iter().all(|line| take(Raw::text(line))),
        Shape::Delimited(sample) => {
            let mut cells = OwnCells::default();
            _ = sample.rows.iter().all(|row| take(Raw::delimited("", cells.fill(row.iter().map(String::as_str)))));
        }
        Shape::Parquet(sample) => {
            _ = sample.rows.iter().all(|row| {
                let cells = sample.columns.iter().zip(row).filter_map(|(name, cell)| Some((name, cell.as_deref()?)));
                take(Raw::text(&object(cells)))
            });
        }
    }
}

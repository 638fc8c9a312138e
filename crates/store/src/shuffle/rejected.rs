//! How are rejected rows kept in file order when there are more than memory holds?

use std::sync::Arc;

use kundresa_model::quality::RejectedRow;

use crate::error::StoreError;
use crate::shuffle::spill::{SpillFile, SpillFolder};

/// Rejected rows of one thread, each with its part. A part is read by one thread, in file order.
#[derive(Debug, Default)]
pub(crate) struct RejectedRows {
    here: Vec<(usize, RejectedRow)>,
    here_bytes: usize,
    spilled: Vec<Lines>,
    file: Option<Arc<SpillFile>>,
}

/// Rows of one part as JSON lines in a spill file.
#[derive(Clone, Debug)]
struct Lines {
    part: usize,
    file: Arc<SpillFile>,
    start: u64,
    bytes: usize,
}

/// Most bytes of lines that are read back at once.
const LINES_BYTES: usize = 1 << 18;

impl RejectedRows {
    /// Appends rows of a part.
    pub(crate) fn extend(&mut self, part: usize, rows: Vec<RejectedRow>) {
        self.here_bytes += rows.iter().map(row_bytes).sum::<usize>();
        self.here.extend(rows.into_iter().map(|row| (part, row)));
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.here.is_empty() && self.spilled.is_empty()
    }

    /// Bytes held on the heap, by estimate.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.here_bytes
    }

    /// Moves all rows in memory to a spill file.
    pub(crate) fn spill(&mut self, folder: &Arc<SpillFolder>) -> Result<(), StoreError> {
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(self.file.insert(folder.file()?)),
        };
        let rows = std::mem::take(&mut self.here);
        self.here_bytes = 0;
        for of_part in rows.chunk_by(|a, b| a.0 == b.0) {
            let mut rows = of_part.iter().peekable();
            while let Some((part, _)) = rows.peek() {
                let part = *part;
                let mut lines = Vec::new();
                while lines.len() < LINES_BYTES
                    && let Some((_, row)) = rows.next()
                {
                    write_line(row, &mut lines)?;
                }
                let start = file.append(&lines)?;
                self.spilled.push(Lines { part, file: Arc::clone(&file), start, bytes: lines.len() });
            }
        }
        Ok(())
    }

    /// All rows, none of them spilled, each with its part.
    pub(crate) fn into_rows(self) -> Vec<(usize, RejectedRow)> {
        self.here
    }
}

fn row_bytes(row: &RejectedRow) -> usize {
    size_of::<(usize, RejectedRow)>()
        + row.input.len()
        + row.detail.len()
        + row.raw.len()
        + row.raw_base64.as_ref().map_or(0, String::len)
}

fn write_line(row: &RejectedRow, lines: &mut Vec<u8>) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *lines, row).map_err(|error| StoreError::Read(error.into()))?;
    lines.push(b'\n');
    Ok(())
}

/// Hands the rows of all threads to `visit`, by part and in file order.
pub(crate) fn visit_rejected(
    threads: Vec<RejectedRows>,
    visit: &mut dyn FnMut(usize, &RejectedRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut spilled: Vec<Lines> = Vec::new();
    let mut here: Vec<(usize, RejectedRow)> = Vec::new();
    for thread in threads {
        spilled.extend(thread.spilled);
        here.extend(thread.here);
    }
    // Stable sorts: the rows of a part are in file order, the spilled ones before those that stayed.
    spilled.sort_by_key(|lines| lines.part);
    here.sort_by_key(|(part, _)| *part);
    let mut here = here.into_iter().peekable();
    for lines in spilled {
        while let Some((part, row)) = here.next_if(|(part, _)| *part < lines.part) {
            visit(part, &row)?;
        }
        let bytes = lines.file.read(lines.start, lines.bytes)?;
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let row = serde_json::from_slice(line).map_err(|_| lines.file.damaged())?;
            visit(lines.part, &row)?;
        }
    }
    here.try_for_each(|(part, row)| visit(part, &row))
}

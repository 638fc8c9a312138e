//! How is a plain sheet of terms and tables laid out, where there is no analysis behind it?

use super::Style;
use super::{paint, table};

/// A part of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Terms on the left, what is said about them on the right.
    Terms {
        /// Heading.
        heading: String,
        /// Terms with what is said about them.
        rows: Vec<(String, String)>,
    },
    /// A table.
    Table {
        /// Heading.
        heading: String,
        /// Heads of the columns.
        head: Vec<&'static str>,
        /// One letter per column: `l` or `r`.
        alignment: &'static str,
        /// Cells.
        rows: Vec<Vec<String>>,
    },
    /// A paragraph.
    Text(String),
}

/// The blocks as the terminal gets them; tables without rows are left out.
pub fn sheet(blocks: &[Block], style: &Style) -> String {
    let blocks: Vec<String> = blocks.iter().filter_map(|block| shown(block, style)).collect();
    paint::finish(&blocks.join("\n\n"), style)
}

/// One block; nothing for a table without rows.
pub(super) fn shown(block: &Block, style: &Style) -> Option<String> {
    let (heading, body) = match block {
        Block::Terms { heading, rows } => {
            let rows: Vec<(&str, String)> = rows.iter().map(|(term, text)| (term.as_str(), text.clone())).collect();
            (heading, table::pairs(&rows, style))
        }
        Block::Table { rows, .. } if rows.is_empty() => return None,
        Block::Table { heading, head, alignment, rows } => {
            (heading, table::table(head, alignment, rows.clone(), style))
        }
        Block::Text(text) => return Some(table::paragraph(text, style)),
    };
    Some(format!("{}\n{}", table::heading(heading), body.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_without_rows_are_left_out() {
        let empty = Block::Table { heading: "Runs".into(), head: vec!["run"], alignment: "r", rows: Vec::new() };
        let terms = Block::Terms { heading: "Store".into(), rows: vec![("Generation".into(), "3".into())] };
        assert_eq!(sheet(&[terms, empty], &Style::default()), "Store\nGeneration  3\n");
    }
}

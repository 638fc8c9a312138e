//! How are rows laid out on a terminal?

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent};

use super::Style;
use super::paint::{HEADING, OPEN, RULE, STOPPED, WENT, spelled};

/// Longest name in a table, in characters; what is cut shows as `…`.
pub const LONGEST_NAME: usize = 40;

/// A table with a head; `alignment` has one letter per column, `l` or `r`.
pub fn table(head: &[&str], alignment: &str, rows: Vec<Vec<String>>, style: &Style) -> String {
    let mut table = plain(style);
    table.set_style(TableComponent::HeaderLines, RULE);
    table.set_style(TableComponent::MiddleHeaderIntersections, RULE);
    table.set_header(head);
    for row in rows {
        table.add_row(row.iter().map(|cell| spelled(cell, style)));
    }
    align(&mut table, alignment);
    table.trim_fmt()
}

/// Terms on the left, what is said about them on the right.
pub fn pairs(rows: &[(&str, String)], style: &Style) -> String {
    let mut table = plain(style);
    for (about, text) in rows {
        table.add_row([Cell::new(about), Cell::new(spelled(text, style))]);
    }
    align(&mut table, "ll");
    table.trim_fmt()
}

/// Text in lines no longer than the screen.
pub fn paragraph(text: &str, style: &Style) -> String {
    let mut table = plain(style);
    table.add_row([spelled(text, style)]);
    align(&mut table, "l");
    table.trim_fmt()
}

/// A heading line.
pub fn heading(text: &str) -> String {
    format!("{HEADING}{text}")
}

fn plain(style: &Style) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.columns()).unwrap_or(u16::MAX));
    table
}

fn align(table: &mut Table, alignment: &str) {
    let last = alignment.len().saturating_sub(1);
    for (index, letter) in alignment.chars().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, if index == last { 0 } else { 2 }));
            column.set_cell_alignment(if letter == 'r' { CellAlignment::Right } else { CellAlignment::Left });
        }
    }
}

/// A bar of `width` characters at full length: went on, stopped, still open. What is not nothing shows at least once
/// where there is room.
pub fn bar(went: u64, stopped: u64, open: u64, full: u64, width: usize) -> String {
    let total = went + stopped + open;
    let length = scaled(total, full, width).max(usize::from(total > 0));
    let open_length = scaled(open, full, width).max(usize::from(open > 0)).min(length);
    let stopped_length = scaled(stopped, full, width).max(usize::from(stopped > 0)).min(length - open_length);
    let went_length = length - open_length - stopped_length;
    let run = |character: char, length: usize| std::iter::repeat_n(character, length);
    run(WENT, went_length).chain(run(STOPPED, stopped_length)).chain(run(OPEN, open_length)).collect()
}

fn scaled(units: u64, full: u64, width: usize) -> usize {
    let rounded = (u128::from(units) * width as u128 * 2 + u128::from(full)) / (2 * u128::from(full.max(1)));
    usize::try_from(rounded).unwrap_or(width).min(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_their_width_and_show_small_parts() {
        assert_eq!(bar(50, 50, 0, 100, 10), "█████▒▒▒▒▒");
        assert_eq!(bar(999, 0, 1, 1_000, 10), "█████████░");
        assert_eq!(bar(0, 1, 0, 1_000, 10), "▒");
        assert_eq!(bar(0, 0, 0, 0, 10), "");
        assert_eq!(bar(10, 0, 0, 40, 8), "██");
    }
}

//! How often does which follow which, as a shaded table?
//!
//! A shade is the share of its row in eleven classes; count and share stand in the cell, so the shade only guides the eye.

use kundresa_model::rate::Rate;
use maud::{Markup, html};

use super::cell;
use super::texts::heat as texts;
use crate::locale::Locale;
use crate::matrix::Matrix;

/// The matrix as a table, explained by `caption`; `id` is never made from data.
pub fn table(locale: Locale, id: &str, matrix: &Matrix, caption: &Markup) -> Markup {
    let content = cell::table(
        locale,
        caption,
        &html! {
            thead { tr {
                th scope="col" { span.from-to { (locale.say(&texts::FROM_TO)) } }
                @for column in &matrix.columns { th.n scope="col" { (cell::breakable(column)) } }
            } }
            tbody { @for row in 0..matrix.rows.len() { (heat_row(locale, matrix, row)) } }
        },
    );
    html! { figure.chart.matrix id={ "chart-" (id) } data-chart="heat" { (content) } }
}

fn heat_row(locale: Locale, matrix: &Matrix, row: usize) -> Markup {
    let base = matrix.share(row, 0).base();
    html! {
        tr.heat {
            th scope="row" { bdi { (matrix.rows[row]) } small { "n = " (locale.count(base)) } }
            @for column in 0..matrix.columns.len() { (heat_cell(locale, matrix.share(row, column))) }
        }
    }
}

fn heat_cell(locale: Locale, share: Rate) -> Markup {
    if share.is_hidden() {
        return html! { td.n { (locale.hidden()) } };
    }
    if share.numerator == 0 {
        return html! { td.n.none data-value="0" { span aria-hidden="true" { "·" } span.unseen { "0" } } };
    }
    html! {
        td class={ "n shade-" (shade(share)) } data-value=(share.numerator) {
            (locale.count(share.numerator)) small { (locale.per_cent(share)) }
        }
    }
}

/// Class of a share from 0 (next to nothing) to 10 (all).
fn shade(share: Rate) -> u128 {
    let (part, base) = (u128::from(share.numerator), u128::from(share.denominator.max(1)));
    (part * 20 + base) / (2 * base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_tenths_rounded_half_up() {
        let shades: Vec<u128> =
            [(1, 100), (5, 100), (50, 100), (100, 100), (0, 0)].map(|(part, base)| shade(Rate::new(part, base))).into();
        assert_eq!(shades, [0, 1, 5, 10, 0]);
    }
}

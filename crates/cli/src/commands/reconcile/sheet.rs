//! How does a comparison look on a terminal?

use std::collections::BTreeSet;

use kundresa_ingest::reference::{ComparedFigure, Dimension, Reason};
use kundresa_report::terminal::{self, Block, Style};

use super::{ReconcileResult, ReferenceFacts};

/// Rows of one table on a terminal; all are in the other forms of output.
const MOST_ROWS: usize = 40;

/// The comparison report by report, the reasons, and whom the sources share.
pub fn sheet(result: &ReconcileResult, shared: &[Block], style: &Style) -> String {
    let mut blocks = Vec::new();
    let told = told(&result.figures);
    let mut rest = result.figures.as_slice();
    for reference in &result.references {
        let (own, others) = rest.split_at(reference.compared.min(rest.len()));
        rest = others;
        blocks.push(Block::Terms { heading: "Reference".to_owned(), rows: about(reference) });
        blocks.extend(figures(own, &told));
    }
    blocks.extend(reasons(&told));
    blocks.extend_from_slice(shared);
    terminal::sheet(&blocks, style)
}

fn about(reference: &ReferenceFacts) -> Vec<(String, String)> {
    let days = match (&reference.start, &reference.end) {
        (Some(start), Some(end)) => format!("{start} to {end}"),
        _ => "it does not say; name them with --from and --to".to_owned(),
    };
    let mut rows = vec![("Report".to_owned(), reference.report.clone()), ("Days".to_owned(), days)];
    rows.push(("Rows by".to_owned(), reference.dimensions.join(", ")));
    if reference.compared == 0 {
        rows.push(("Compared".to_owned(), "nothing: no figure of it is counted here".to_owned()));
    }
    rows
}

fn figures(figures: &[ComparedFigure], told: &[Reason]) -> Vec<Block> {
    if figures.is_empty() {
        return Vec::new();
    }
    let shown = figures.iter().take(MOST_ROWS).map(|one| {
        vec![
            what(one),
            one.column.clone(),
            number(one.theirs),
            one.ours.map_or_else(dash, number),
            one.difference.map_or_else(dash, signed),
            one.ratio.map_or_else(dash, |ratio| format!("{:.1} %", ratio * 100.0)),
            numbers(&one.reasons, told),
        ]
    });
    let table = Block::Table {
        heading: "Figures".to_owned(),
        head: vec!["Of", "Figure", "Report", "Kundresa", "Difference", "Ratio", "Reasons"],
        alignment: "llrrrrl",
        rows: shown.collect(),
    };
    let left = figures.len().saturating_sub(MOST_ROWS);
    let rest = (left > 0).then(|| Block::Text(format!("{left} more rows: --format csv or json has all.")));
    std::iter::once(table).chain(rest).collect()
}

fn what(one: &ComparedFigure) -> String {
    match one.dimension {
        Dimension::Total => "all".to_owned(),
        _ if one.value.is_empty() => "(blank)".to_owned(),
        _ => one.value.clone(),
    }
}

fn dash() -> String {
    "–".to_owned()
}

/// Reasons of one figure that are told; of many only those that fit best.
const MOST_REASONS: usize = 3;

/// The reasons that are told, in the order of their numbers.
fn told(figures: &[ComparedFigure]) -> Vec<Reason> {
    let found: BTreeSet<Reason> =
        figures.iter().flat_map(|one| one.reasons.iter().take(MOST_REASONS).copied()).collect();
    found.into_iter().collect()
}

/// Numbers of reasons in the list below.
fn numbers(reasons: &[Reason], told: &[Reason]) -> String {
    let number = |reason: &Reason| told.iter().position(|known| known == reason).map(|at| (at + 1).to_string());
    reasons.iter().take(MOST_REASONS).filter_map(number).collect::<Vec<_>>().join(" ")
}

fn reasons(told: &[Reason]) -> Vec<Block> {
    if told.is_empty() {
        return Vec::new();
    }
    let rows = told.iter().enumerate().map(|(at, reason)| ((at + 1).to_string(), reason.text().to_owned())).collect();
    vec![Block::Terms { heading: "Known reasons".to_owned(), rows }]
}

fn number(number: f64) -> String {
    let text = if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number:.2}") };
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("−", digits));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

fn signed(difference: f64) -> String {
    if difference > 0.0 { format!("+{}", number(difference)) } else { number(difference) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (value, shown) in [(0.0, "0"), (1234.0, "1,234"), (-1_234_567.5, "−1,234,567.50"), (999.0, "999")] {
            assert_eq!(number(value), shown);
        }
        assert_eq!(signed(5.0), "+5");
    }
}

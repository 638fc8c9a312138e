//! What are the sums over all inputs and runs after a change?

use kundresa_model::quality::LoadTotals;

use super::Side;
use super::replaced::replaced_rows;
use crate::generation::manifest::StoredInput;

/// Everything that follows from the inputs' own counts and from which rows count.
pub(super) fn counted(sides: &[Side<'_>], inputs: &[StoredInput]) -> LoadTotals {
    let mut totals = of_inputs(inputs);
    for side in sides {
        let facts = &side.run.facts;
        let without_actor = facts.rows..facts.rows + facts.unidentified_rows;
        let off = side.now.rows();
        totals.duplicates += side.now.duplicates.len();
        totals.events += without_actor.end - off.len();
        totals.unidentified += facts.unidentified_rows - off.within(&without_actor);
    }
    totals
}

/// What the inputs say of themselves.
fn of_inputs(inputs: &[StoredInput]) -> LoadTotals {
    let mut totals = LoadTotals { replaced: replaced_rows(inputs), ..LoadTotals::default() };
    for input in inputs {
        totals.rows_in += input.rows_in;
        totals.rejected += input.rejected;
        totals.forgotten += input.forgotten;
        totals.bad_values += input.bad_values;
        totals.clocks += input.clocks;
        totals.currencies.add(&input.currencies);
        for (reason, rows) in &input.rejected_by_reason {
            *totals.rejected_by_reason.entry(*reason).or_default() += rows;
        }
    }
    totals
}

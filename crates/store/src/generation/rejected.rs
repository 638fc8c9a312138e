//! In which order are rejected rows handed out? By input in natural order, then as they stood there.
//!
//! Runs hold them by load, so inputs are taken in groups that fit into memory, with one pass over the runs for each.

use std::collections::HashMap;

use kundresa_model::natural;
use kundresa_model::quality::RejectedRow;

use crate::error::StoreError;
use crate::generation::manifest::{Manifest, StoredInput};
use crate::generation::read::OpenRun;

/// Most rows held at a time, unless a single input has more.
const MOST_ROWS: u64 = 1 << 16;

/// Hands the rejected rows of the runs to `visit`.
pub(super) fn visit(
    manifest: &Manifest,
    runs: &[OpenRun],
    visit: &mut dyn FnMut(RejectedRow),
) -> Result<(), StoreError> {
    let mut inputs: Vec<&StoredInput> = manifest.inputs.iter().filter(|input| input.rejected > 0).collect();
    inputs.sort_by(|a, b| natural::compare(&a.name, &b.name));
    for group in groups(&inputs) {
        visit_group(group, runs, visit)?;
    }
    Ok(())
}

/// The inputs in groups of at most [`MOST_ROWS`] rejected rows, at least one input each.
fn groups<'a>(inputs: &'a [&'a StoredInput]) -> impl Iterator<Item = &'a [&'a StoredInput]> {
    let mut rest = inputs;
    std::iter::from_fn(move || {
        let mut rows = 0;
        let fits = rest.iter().take_while(|input| {
            rows += input.rejected;
            rows <= MOST_ROWS
        });
        let length = fits.count().max(1).min(rest.len());
        let (group, others) = rest.split_at(length);
        rest = others;
        (!group.is_empty()).then_some(group)
    })
}

fn visit_group(
    inputs: &[&StoredInput],
    runs: &[OpenRun],
    visit: &mut dyn FnMut(RejectedRow),
) -> Result<(), StoreError> {
    let places: HashMap<u32, usize> = inputs.iter().enumerate().map(|(place, input)| (input.id, place)).collect();
    let mut rows: Vec<Vec<RejectedRow>> = vec![Vec::new(); inputs.len()];
    for run in runs {
        run.run.rejected(&mut |input, row| {
            let Some(&place) = places.get(&input) else { return };
            let row = RejectedRow { input: inputs[place].name.clone(), ..row };
            // An input lies in one run, in its own order: alone it needs no place to wait.
            if inputs.len() == 1 { visit(row) } else { rows[place].push(row) }
        })?;
    }
    rows.into_iter().flatten().for_each(visit);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_within_the_bound_unless_one_input_is_larger() {
        let inputs: Vec<StoredInput> = [1, MOST_ROWS - 1, 1, MOST_ROWS + 5, 2, 3]
            .map(|rejected| StoredInput { rejected, ..StoredInput::default() })
            .into();
        let inputs: Vec<&StoredInput> = inputs.iter().collect();
        assert_eq!(groups(&inputs).map(<[_]>::len).collect::<Vec<_>>(), [2, 1, 1, 2]);
        assert_eq!(groups(&[]).count(), 0);
    }
}

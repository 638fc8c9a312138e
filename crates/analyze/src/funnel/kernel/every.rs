//! How far does each entry get, if every event of step 1 is an entry of its own?

use super::{Kernel, Matches, Scratch, Solution};

impl Kernel {
    /// Calls `found` for each event of step 1, in the total order, with its best chain.
    pub(super) fn each_entry(&self, matches: Matches<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(&Solution)) {
        if self.has_groups() {
            return self.each_entry_in_any_order(matches, scratch, found);
        }
        let Scratch { general, trail, solution, .. } = scratch;
        if !self.judge(matches, general) {
            return;
        }
        trail.clear();
        let verdicts = &mut general.verdicts.each;
        verdicts.sort_unstable_by_key(|verdict| verdict.attempt.entry);
        for verdict in &*verdicts {
            self.trace(matches, verdict, true, trail, &mut solution.positions);
            solution.level = verdict.level;
            solution.latest_entry = verdict.survived.then_some(verdict.attempt.since);
            found(solution);
        }
    }
}

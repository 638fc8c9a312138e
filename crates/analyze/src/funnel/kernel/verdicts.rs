//! What remains of each attempt, and which one stands for the unit?

use kundresa_model::spec::funnel::OnExclusion;

use super::standing::Attempt;

/// What remains of an attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) attempt: Attempt,
    /// Its level; 0 if nothing remains.
    pub(super) level: usize,
    /// Whether no exclusion ended it.
    pub(super) survived: bool,
}

/// What remains of the attempts that have left so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdicts {
    /// The attempt of the greatest level; of these the one that reached it first, with the latest start.
    pub(super) best: Option<Verdict>,
    /// Entry time of the latest attempt that no exclusion ended.
    pub(super) latest_entry: Option<i64>,
    /// All of them, if they are to be kept.
    pub(super) each: Vec<Verdict>,
    keeps_each: bool,
    on_exclusion: OnExclusion,
}

impl Verdicts {
    pub(super) fn clear(&mut self, keeps_each: bool, on_exclusion: OnExclusion) {
        self.each.clear();
        (self.best, self.latest_entry) = (None, None);
        (self.keeps_each, self.on_exclusion) = (keeps_each, on_exclusion);
    }

    /// An attempt that no exclusion ended leaves.
    pub(super) fn survive(&mut self, attempt: Attempt, level: usize) {
        self.latest_entry = self.latest_entry.max(Some(attempt.since));
        self.add(Verdict { attempt, level, survived: true });
    }

    /// An attempt leaves because of an exclusion.
    pub(super) fn end(&mut self, attempt: Attempt, level: usize) {
        let level = if self.on_exclusion == OnExclusion::Void { 0 } else { level };
        self.add(Verdict { attempt, level, survived: false });
    }

    fn add(&mut self, verdict: Verdict) {
        if self.keeps_each {
            self.each.push(verdict);
            return;
        }
        let rank = |verdict: &Verdict| {
            let Attempt { start, reached, .. } = verdict.attempt;
            (verdict.level, std::cmp::Reverse(reached), start)
        };
        if self.best.as_ref().is_none_or(|best| rank(&verdict) > rank(best)) {
            self.best = Some(verdict);
        }
    }
}

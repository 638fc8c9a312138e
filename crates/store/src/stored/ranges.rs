//! Into which key ranges do the actors of several runs fall, and which rows of a run lie in one of them?
//!
//! Borders are those between row groups of the largest run, so that its groups are decoded once and whole. Actors of one
//! key are never parted, and so neither is an actor that goes on over several row groups.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::StoreError;
use crate::run::facts::GroupFacts;
use crate::run::pages::Spare;
use crate::run::reader::{ActorRows, Run};

/// Row groups of actors of one run that are kept for the next range.
const KEPT_GROUPS: usize = 2;

/// Keys from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// What one run has in a key range.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// Actors of the range; classes and ids only if asked for.
    pub(crate) actors: ActorRows,
    /// Ordinals of their rows.
    pub(crate) rows: Range<u64>,
}

/// Actors of the row groups of one run that were cut by the last ranges, for the next that cuts them.
#[derive(Debug, Default)]
pub(crate) struct RecentActors {
    groups: Mutex<VecDeque<RecentGroup>>,
}

/// Number of a row group, whether its actors are there with ids, and those actors.
type RecentGroup = (usize, bool, Arc<ActorRows>);

/// Ranges that together hold every key, in order; none where no run has a row with an actor.
pub(crate) fn key_ranges(runs: &[&Run]) -> Vec<KeyRange> {
    let largest = runs.iter().rev().max_by_key(|run| run.facts.rows);
    largest.map(|run| ranges_of_groups(&run.facts.groups)).unwrap_or_default()
}

fn ranges_of_groups(groups: &[GroupFacts]) -> Vec<KeyRange> {
    if groups.is_empty() {
        return Vec::new();
    }
    let mut ranges = Vec::with_capacity(groups.len());
    let mut first = 0;
    for border in groups.windows(2).filter(|pair| pair[0].last_key < pair[1].first_key) {
        ranges.push(KeyRange { first, last: border[1].first_key - 1 });
        first = border[1].first_key;
    }
    ranges.push(KeyRange { first, last: u64::MAX });
    ranges
}

/// Whether a row group of `run` has keys of `range`; there need not be an actor in it.
pub(crate) fn overlaps(run: &Run, range: KeyRange) -> bool {
    !overlapping(&run.facts.groups, range).is_empty()
}

/// The actors of `run` in `range` and their rows, classes and ids of actors only `with_ids`.
///
/// # Errors
/// When the actors can't be read, or do not fit the rows.
pub(crate) fn slice(run: &Run, recent: &RecentActors, range: KeyRange, with_ids: bool) -> Result<Slice, StoreError> {
    let read = |groups| run.actors(groups, with_ids);
    Slicing { groups: &run.facts.groups, read: &read, recent, with_ids }.slice(range)
}

/// The rows of `run` in `range` and how many each actor has, neither keys nor ids; `None` where row groups would have to be cut.
///
/// # Errors
/// As [`slice`].
pub(crate) fn uncut(run: &Run, range: KeyRange, spare: &mut Spare) -> Result<Option<Slice>, StoreError> {
    let groups = overlapping(&run.facts.groups, range);
    if groups.is_empty() || !is_whole(&run.facts.groups[groups.clone()], range) {
        return Ok(None);
    }
    let rows = first_row(&run.facts.groups, groups.start)..first_row(&run.facts.groups, groups.end);
    let actors = ActorRows { rows: run.actor_rows(groups, spare)?, ..ActorRows::default() };
    check_fit(actors.rows.iter().sum(), rows.end - rows.start)?;
    Ok(Some(Slice { actors, rows }))
}

/// Whether every row of `groups` is of an actor in `range`, and no such actor has rows before them.
fn is_whole(groups: &[GroupFacts], range: KeyRange) -> bool {
    let ends = groups.first().zip(groups.last());
    ends.is_some_and(|(first, last)| range.first <= first.first_key && last.last_key <= range.last && !first.continues)
}

/// First row of row group `group`.
fn first_row(groups: &[GroupFacts], group: usize) -> u64 {
    groups[..group].iter().map(|group| u64::from(group.rows)).sum()
}

/// Row groups with keys in `range`.
fn overlapping(groups: &[GroupFacts], range: KeyRange) -> Range<usize> {
    let start = groups.partition_point(|group| group.last_key < range.first);
    let end = groups.partition_point(|group| group.first_key <= range.last);
    start..end.max(start)
}

struct Slicing<'a> {
    groups: &'a [GroupFacts],
    read: &'a dyn Fn(Range<usize>) -> Result<ActorRows, StoreError>,
    recent: &'a RecentActors,
    with_ids: bool,
}

impl Slicing<'_> {
    fn slice(&self, range: KeyRange) -> Result<Slice, StoreError> {
        let groups = overlapping(self.groups, range);
        if groups.is_empty() {
            return Ok(Slice::default());
        }
        if is_whole(&self.groups[groups.clone()], range) { self.whole(groups) } else { self.cut(groups, range) }
    }

    /// All actors that begin in `groups`, where these hold all of their rows and no others.
    fn whole(&self, groups: Range<usize>) -> Result<Slice, StoreError> {
        let rows = self.start(groups.start)..self.start(groups.end);
        let actors = (self.read)(groups)?;
        let named = actors.rows.iter().sum();
        check_fit(named, rows.end - rows.start)?;
        Ok(Slice { actors, rows })
    }

    /// Those of the actors that begin in `groups` whose keys are in `range`.
    fn cut(&self, groups: Range<usize>, range: KeyRange) -> Result<Slice, StoreError> {
        let mut start = self.first_beginning(groups.start)?;
        let mut slice = Slice::default();
        let mut rows = 0;
        for group in groups {
            let actors = self.group(group)?;
            let from = actors.keys.partition_point(|key| *key < range.first);
            let to = actors.keys.partition_point(|key| *key <= range.last).max(from);
            if slice.actors.keys.is_empty() {
                start += actors.rows[..from].iter().sum::<u64>();
            }
            rows += actors.rows[from..to].iter().sum::<u64>();
            append(&mut slice.actors, &actors, from..to);
        }
        check_fit(rows, rows.min(self.start(self.groups.len()).saturating_sub(start)))?;
        slice.rows = start..start + rows;
        Ok(slice)
    }

    fn start(&self, group: usize) -> u64 {
        first_row(self.groups, group)
    }

    /// First row that belongs to an actor which begins in `group` or later: after what an earlier one still has there.
    fn first_beginning(&self, group: usize) -> Result<u64, StoreError> {
        let begun = (0..=group).rev().find(|earlier| !self.groups[*earlier].continues).unwrap_or(0);
        let mut row = self.start(begun);
        for earlier in begun..group {
            row += self.group(earlier)?.rows.iter().sum::<u64>();
        }
        Ok(row)
    }

    /// Actors that begin in one group.
    fn group(&self, group: usize) -> Result<Arc<ActorRows>, StoreError> {
        if let Some(actors) = self.recent.find(group, self.with_ids) {
            return Ok(actors);
        }
        let actors = Arc::new((self.read)(group..group + 1)?);
        self.recent.keep((group, self.with_ids, Arc::clone(&actors)));
        Ok(actors)
    }
}

impl RecentActors {
    fn find(&self, group: usize, with_ids: bool) -> Option<Arc<ActorRows>> {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let found = groups.iter().find(|(known, has_ids, _)| *known == group && (*has_ids || !with_ids));
        found.map(|(_, _, actors)| Arc::clone(actors))
    }

    fn keep(&self, group: RecentGroup) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if groups.len() == KEPT_GROUPS {
            groups.pop_front();
        }
        groups.push_back(group);
    }
}

fn append(out: &mut ActorRows, actors: &ActorRows, range: Range<usize>) {
    out.keys.extend_from_slice(&actors.keys[range.clone()]);
    out.rows.extend_from_slice(&actors.rows[range.clone()]);
    out.first_ts.extend_from_slice(actors.first_ts.get(range.clone()).unwrap_or_default());
    out.last_ts.extend_from_slice(actors.last_ts.get(range.clone()).unwrap_or_default());
    out.classes.extend_from_slice(actors.classes.get(range.clone()).unwrap_or_default());
    out.ids.extend_from_slice(actors.ids.get(range).unwrap_or_default());
}

fn check_fit(named: u64, found: u64) -> Result<(), StoreError> {
    if named == found { Ok(()) } else { Err(StoreError::ActorsDoNotFit { named, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Actors of a run: key and rows.
    type Actors = Vec<(u64, u64)>;

    /// Row groups of at most `most` rows; only an actor with more goes on in the next group. With `tight` groups the
    /// rest of such an actor shares its last group with those that follow.
    fn groups(actors: &Actors, most: u64, tight: bool) -> (Vec<GroupFacts>, Vec<ActorRows>) {
        let (mut facts, mut tables) = (Vec::<GroupFacts>::new(), Vec::<ActorRows>::new());
        let begin = |facts: &mut Vec<GroupFacts>, tables: &mut Vec<ActorRows>, key, continues| {
            facts.push(GroupFacts { first_key: key, last_key: key, continues, ..GroupFacts::default() });
            tables.push(ActorRows::default());
        };
        for (key, rows) in actors {
            let room = facts.last().map_or(0, |group| most - u64::from(group.rows));
            let closed = !tight && facts.last().is_some_and(|group| group.continues);
            if room < (*rows).min(most) || closed {
                begin(&mut facts, &mut tables, *key, false);
            }
            let table = tables.last_mut().unwrap();
            table.keys.push(*key);
            table.rows.push(*rows);
            facts.last_mut().unwrap().actors += 1;
            let mut left = *rows;
            loop {
                let group = facts.last_mut().unwrap();
                group.last_key = *key;
                let now = left.min(most - u64::from(group.rows));
                group.rows += u32::try_from(now).unwrap();
                left -= now;
                if left == 0 {
                    break;
                }
                begin(&mut facts, &mut tables, *key, true);
            }
        }
        (facts, tables)
    }

    fn sliced(facts: &[GroupFacts], tables: &[ActorRows], range: KeyRange, recent: &RecentActors) -> Slice {
        let read = |groups: Range<usize>| {
            let mut all = ActorRows::default();
            groups.for_each(|group| append(&mut all, &tables[group], 0..tables[group].keys.len()));
            Ok(all)
        };
        Slicing { groups: facts, read: &read, recent, with_ids: false }.slice(range).unwrap()
    }

    fn actors() -> impl Strategy<Value = Actors> {
        let actor = (0_u64..300, prop_oneof![9 => 1_u64..5, 1 => 20_u64..60]);
        vec(actor, 0..80).prop_map(|mut actors| {
            actors.sort_unstable();
            actors
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_actor_lies_in_exactly_one_range(large in actors(), small in actors(), tight in any::<bool>()) {
            let (facts, _) = groups(&large, 10, tight);
            let ranges = ranges_of_groups(&facts);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].last + 1 == pair[1].first));
            prop_assert_eq!(ranges.first().map(|range| range.first), (!large.is_empty()).then_some(0));
            prop_assert_eq!(ranges.last().map(|range| range.last), (!large.is_empty()).then_some(u64::MAX));
            for (actors, most) in [(&large, 10), (&small, 25)] {
                let (facts, tables) = groups(actors, most, tight);
                let recent = RecentActors::default();
                let (mut found, mut row) = (Actors::new(), 0);
                for range in &ranges {
                    let slice = sliced(&facts, &tables, *range, &recent);
                    prop_assert!(slice.actors.keys.iter().all(|key| range.first <= *key && *key <= range.last));
                    if !slice.actors.keys.is_empty() {
                        prop_assert_eq!(slice.rows.start, row);
                        row = slice.rows.end;
                    }
                    prop_assert_eq!(slice.rows.end - slice.rows.start, slice.actors.rows.iter().sum::<u64>());
                    found.extend(slice.actors.keys.iter().copied().zip(slice.actors.rows));
                }
                if !ranges.is_empty() {
                    prop_assert_eq!(&found, actors);
                    prop_assert_eq!(row, actors.iter().map(|(_, rows)| rows).sum::<u64>());
                }
            }
        }
    }

    #[test]
    fn a_giant_and_its_namesakes_in_key_stay_in_one_range() {
        // Groups of 10 rows: 1 and 2 | 5 | 5 | rest of 5 | 5 (another id), 6 | 9
        let actors = vec![(1, 4), (2, 4), (5, 25), (5, 3), (6, 5), (9, 9)];
        let (facts, _) = groups(&actors, 10, false);
        assert_eq!(facts.len(), 6);
        let last = |range: &KeyRange| range.last;
        assert_eq!(ranges_of_groups(&facts).iter().map(last).collect::<Vec<_>>(), [4, 8, u64::MAX]);
    }

    #[test]
    fn actors_that_name_more_rows_than_there_are_make_an_error() {
        let facts = [GroupFacts { rows: 3, actors: 1, first_key: 1, last_key: 1, continues: false }];
        let read = |_| Ok(ActorRows { keys: vec![1], rows: vec![4], ..ActorRows::default() });
        let recent = RecentActors::default();
        let slicing = Slicing { groups: &facts, read: &read, recent: &recent, with_ids: false };
        let all = KeyRange { first: 0, last: u64::MAX };
        assert!(matches!(slicing.slice(all), Err(StoreError::ActorsDoNotFit { named: 4, found: 3 })));
    }
}

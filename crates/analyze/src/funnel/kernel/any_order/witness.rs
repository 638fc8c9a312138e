//! Which events took a chain of known start to its level, each level as early as possible?
//!
//! Tick by tick only the states of the highest level so far are kept. None is lost by that: a set of members that events
//! can serve always grows into a largest one (these sets are a matroid), and a group done earlier leaves more to the next.

use kundresa_model::spec::funnel::MAX_STEPS;

use super::super::Matches;
use super::Buffers;
use super::states::State;

/// A state that the chain may be in after a tick, and the one before it that leads there.
#[derive(Clone, Copy)]
struct Link {
    state: State,
    /// Place in the links of the tick before.
    from: usize,
}

/// A tick that raised the level: its events, and the states after it.
struct Rise {
    first: usize,
    end: usize,
    links: Vec<Link>,
}

/// Fills `positions` with the events of the levels up to `level`, for chains whose first event is in the tick that begins
/// at `first`.
pub(super) fn find(
    matches: Matches<'_>,
    first: usize,
    level: usize,
    buffers: &mut Buffers,
    positions: &mut Vec<usize>,
) {
    let mut rises: Vec<Rise> = Vec::new();
    let (mut next, mut reached) = (first, 0);
    while reached < level && next < matches.ts.len() {
        let end = next + matches.ts[next..].iter().take_while(|&&t| t == matches.ts[next]).count();
        let before =
            rises.last().map_or(vec![State::default()], |rise| rise.links.iter().map(|link| link.state).collect());
        buffers.crowd.fill(&matches.steps[next..end], next, MAX_STEPS);
        let links = highest(&before, reached, level, buffers);
        if let Some(link) = links.first() {
            reached = buffers.states.level(link.state);
            rises.push(Rise { first: next, end, links });
        }
        next = end;
    }
    retrace(matches, &rises, buffers, positions);
}

/// The states of the highest level above `reached` and up to `level` that the tick leads to.
fn highest(before: &[State], reached: usize, level: usize, buffers: &mut Buffers) -> Vec<Link> {
    let Buffers { states, crowd, .. } = buffers;
    let (mut top, mut links) = (reached, Vec::<Link>::new());
    for (from, &state) in before.iter().enumerate() {
        crowd.release();
        states.grow(state, crowd, &mut |state| {
            let here = states.level(state);
            if here > top && here <= level {
                top = here;
                links.clear();
            }
            if here == top && here > reached && links.iter().all(|link| link.state != state) {
                links.push(Link { state, from });
            }
        });
    }
    links
}

/// Follows the links back, then gives events to the steps of every tick.
fn retrace(matches: Matches<'_>, rises: &[Rise], buffers: &mut Buffers, positions: &mut Vec<usize>) {
    let mut path = vec![State::default(); rises.len() + 1];
    let mut place = 0;
    for (index, rise) in rises.iter().enumerate().rev() {
        path[index + 1] = rise.links[place].state;
        place = rise.links[place].from;
    }
    positions.clear();
    for (rise, pair) in rises.iter().zip(path.windows(2)) {
        buffers.crowd.fill(&matches.steps[rise.first..rise.end], rise.first, MAX_STEPS);
        let parts: Vec<u64> = (pair[0].group..=pair[1].group)
            .map(|group| {
                let done = if group == pair[0].group { pair[0].set } else { 0 };
                let now = if group == pair[1].group { pair[1].set } else { buffers.states.full(group) };
                buffers.states.steps(group, now & !done)
            })
            .collect();
        buffers.crowd.assign(&parts, positions);
    }
}

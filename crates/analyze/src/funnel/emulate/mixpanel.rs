//! Which level does Mixpanel give?
//!
//! Its funnel of unique users in specific order, as documented:
//!
//! - A user enters once, with the first event of step 1; later ones don't restart the window.
//! - Every further step takes the first event of it that is still free. Others may come in between.
//! - Consecutive steps within two seconds of each other may come in either order (the *grace period*).
//!
//! ```text
//! steps A, B; W = 60 s      A@0 A@100 s B@110 s      level 1: the entry at 0 is the only one (ours 2)
//!                           B@9 s A@10 s             level 2: within the grace period (ours 1)
//! ```
//!
//! “Optimized re-entry”, a mode that Mixpanel offers beside this one, is not emulated.

use kundresa_model::time::SECOND_US;

use super::{Stream, is_in_window};

/// Within this time of each other, consecutive steps may come in either order, inclusive.
pub const GRACE_US: i64 = 2 * SECOND_US;

/// A funnel of Mixpanel.
#[derive(Clone, Copy, Debug)]
pub struct MixpanelFunnel {
    /// Grace period, microseconds; [`GRACE_US`] in the product.
    pub grace_us: i64,
    /// Number of steps.
    pub steps: usize,
    /// Longest time from step 1, inclusive, microseconds; `i64::MAX` for no limit.
    pub window_us: i64,
}

/// Working space, reused from actor to actor.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    /// Events that serve the steps so far.
    chain: Vec<usize>,
}

impl MixpanelFunnel {
    /// The level; 0 if no event satisfies step 1.
    pub fn level(&self, stream: Stream<'_>, buffers: &mut Buffers) -> usize {
        let chain = &mut buffers.chain;
        chain.clear();
        let Some(entry) = stream.steps.iter().position(|mask| mask & 1 == 1) else { return 0 };
        chain.push(entry);
        let mut last = entry;
        while chain.len() < self.steps {
            let Some(event) = self.next(stream, entry, last, chain) else { break };
            chain.push(event);
            last = event;
        }
        chain.len()
    }

    /// The first free event of the next step, `last` being that of the step before.
    fn next(&self, stream: Stream<'_>, entry: usize, last: usize, chain: &[usize]) -> Option<usize> {
        let from = stream.ts[last].saturating_sub(self.grace_us);
        let early = stream.ts[..last].iter().rev().take_while(|&&t| t >= from).count();
        let is_running = |event: &usize| is_in_window(stream.ts[entry], stream.ts[*event], self.window_us);
        let serves = |event: &usize| stream.steps[*event] >> chain.len() & 1 == 1 && !chain.contains(event);
        (last - early..stream.ts.len()).take_while(is_running).find(serves)
    }
}

//! How far would another product say that somebody got?
//!
//! One file per product. Each is a function from the events of one actor to a level, written after what the product
//! documents and does, so that its figures can be compared with ours. Our own data comes first: duplicates, repeated
//! orders, bots and filters are settled before an emulation sees an event.
//! Source: `docs/semantics.md#comparing-with-other-products`.

pub mod clickhouse;
mod count;
pub(crate) mod definitions;
pub mod mixpanel;
pub mod posthog;
mod refusal;
pub(crate) mod stream;

use kundresa_model::spec::funnel::{Emulation, PosthogOrder};

pub use clickhouse::WindowFunnel;
pub use count::{Emulated, EmulatedPartial};
pub use mixpanel::MixpanelFunnel;
pub use posthog::{Breaks, PosthogFunnel};
pub(crate) use refusal::refuse;

/// Events of one actor, in the total order: those that satisfy a step, and the others of the stream.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    /// Event times, microseconds, never falling.
    pub ts: &'a [i64],
    /// Steps that each event satisfies, bit k for step k + 1; none for a foreign event.
    pub steps: &'a [u64],
}

/// The level that a product gives.
#[derive(Clone, Copy, Debug)]
pub enum Emulator {
    /// ClickHouse.
    Clickhouse(WindowFunnel),
    /// PostHog.
    Posthog(PosthogFunnel),
    /// Mixpanel.
    Mixpanel(MixpanelFunnel),
}

/// Working space of all emulators, reused from actor to actor.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    clickhouse: clickhouse::Buffers,
    posthog: posthog::Buffers,
    mixpanel: mixpanel::Buffers,
}

impl Emulator {
    /// The emulator of `emulation` for a funnel of so many steps.
    pub fn new(emulation: Emulation, steps: usize, window_us: i64) -> Self {
        match emulation {
            Emulation::Clickhouse(modes) => Self::Clickhouse(WindowFunnel { modes, steps, window_us }),
            Emulation::Posthog(order) => {
                let breaks = if order == PosthogOrder::Strict { Breaks::Everything } else { Breaks::Nothing };
                Self::Posthog(PosthogFunnel { breaks, steps, window_us })
            }
            Emulation::Mixpanel => Self::Mixpanel(MixpanelFunnel { grace_us: mixpanel::GRACE_US, steps, window_us }),
        }
    }

    /// The level that the product gives; 0 for nobody that entered.
    pub fn level(&self, stream: Stream<'_>, buffers: &mut Buffers) -> usize {
        match self {
            Self::Clickhouse(funnel) => funnel.level(stream, &mut buffers.clickhouse),
            Self::Posthog(funnel) => funnel.level(stream, &mut buffers.posthog),
            Self::Mixpanel(funnel) => funnel.level(stream, &mut buffers.mixpanel),
        }
    }
}

/// Whether an event at `t` is in the window of an entry at `start`.
#[inline]
fn is_in_window(start: i64, t: i64, window_us: i64) -> bool {
    t.saturating_sub(start) <= window_us
}

/// The end of the tick that begins at event `first`.
#[inline]
fn end_of_tick(ts: &[i64], first: usize) -> usize {
    first + ts[first..].iter().take_while(|&&t| t == ts[first]).count()
}

/// Places of the set bits, ascending.
fn bits(mask: u64) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
        rest &= rest - 1;
        Some(bit)
    })
}

/// Places of the set bits, falling.
fn bits_down(mask: u64) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let bit = (rest != 0).then(|| 63 - rest.leading_zeros() as usize)?;
        rest ^= 1 << bit;
        Some(bit)
    })
}

//! Which definitions are compared with ours, and by which rules does one get from ours to each?
//!
//! Rules are switched on one at a time, always in the order of this file. Nearly every stop on the way is a definition of
//! its own: the product with fewer modes, or our kernel with another entry. So the last rule ends at the product itself,
//! and nothing is left unexplained but what is called the product's algorithm.

use kundresa_model::result::bridge::Rule;
use kundresa_model::spec::funnel::{
    ClickhouseMode::{AllowReentry, StrictDeduplication, StrictIncrease, StrictOnce, StrictOrder},
    ClickhouseModes, Emulation, FunnelEntry, PosthogOrder,
};

use super::{Breaks, Buffers, Emulator, MixpanelFunnel, PosthogFunnel, Stream};
use crate::funnel::kernel::{Matches, PlainKernel, PlainScratch};

/// A way to give an actor a level.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measure {
    /// Our kernel.
    Ours(PlainKernel),
    /// Another product's, or a stop on the way to it.
    Theirs(Emulator),
}

/// Working space of [`Measure`].
#[derive(Clone, Debug, Default)]
pub(crate) struct MeasureBuffers {
    plain: PlainScratch,
    emulate: Buffers,
}

/// A definition to compare with, as the rules that lead to it, each with the place of what it leads to in [`measures`].
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) key: String,
    pub(crate) rules: Vec<(Rule, usize)>,
}

impl Measure {
    /// The level of the actor whose events are `stream`.
    pub(crate) fn level(&self, stream: Stream<'_>, buffers: &mut MeasureBuffers) -> usize {
        match self {
            Self::Ours(kernel) => {
                let matches = Matches { ts: stream.ts, steps: stream.steps, exclusions: &[], places: &[] };
                kernel.reach(matches, &mut buffers.plain).map_or(0, |reach| reach.level)
            }
            Self::Theirs(emulator) => emulator.level(stream, &mut buffers.emulate),
        }
    }
}

const OURS: usize = 0;
const FIRST: usize = 1;
const POSTHOG: usize = 2;
const POSTHOG_FOREIGN: usize = 3;
const POSTHOG_STRICT: usize = 4;
const MIXPANEL_WITHOUT_GRACE: usize = 5;
const MIXPANEL: usize = 6;
/// ClickHouse's combinations follow, in the order of [`CLICKHOUSE`].
const CLICKHOUSE_FROM: usize = 7;

/// The combinations of modes that are measured: 0 none, 1 repeats, 2 order with re-entry, 3 order, 4 both, 5 increase,
/// 6 once, 7 once and increase.
const CLICKHOUSE: [ClickhouseModes; 8] = [
    ClickhouseModes::NONE,
    ClickhouseModes::NONE.with(StrictDeduplication),
    ClickhouseModes::NONE.with(StrictOrder).with(AllowReentry),
    ClickhouseModes::NONE.with(StrictOrder),
    ClickhouseModes::NONE.with(StrictDeduplication).with(StrictOrder),
    ClickhouseModes::NONE.with(StrictIncrease),
    ClickhouseModes::NONE.with(StrictOnce),
    ClickhouseModes::NONE.with(StrictOnce).with(StrictIncrease),
];

/// Everything to measure; ours is first.
pub(crate) fn measures(steps: usize, window_us: i64) -> Vec<Measure> {
    let ours = |entry| Measure::Ours(PlainKernel { steps, window_us, from_us: i64::MIN, entry });
    let theirs = |emulation| Measure::Theirs(Emulator::new(emulation, steps, window_us));
    let foreign = PosthogFunnel { breaks: Breaks::Foreign, steps, window_us };
    let without_grace = MixpanelFunnel { grace_us: 0, steps, window_us };
    let mut measures = vec![
        ours(FunnelEntry::Best),
        ours(FunnelEntry::First),
        theirs(Emulation::Posthog(PosthogOrder::Sequential)),
        Measure::Theirs(Emulator::Posthog(foreign)),
        theirs(Emulation::Posthog(PosthogOrder::Strict)),
        Measure::Theirs(Emulator::Mixpanel(without_grace)),
        theirs(Emulation::Mixpanel),
    ];
    measures.extend(CLICKHOUSE.map(|modes| theirs(Emulation::Clickhouse(modes))));
    measures
}

/// The place of [`OURS`] among the measures.
pub(crate) fn ours() -> usize {
    OURS
}

/// The definitions in the order of results.
pub(crate) fn definitions() -> Vec<Definition> {
    use Rule::{
        Algorithm, EqualTimes, FirstEntry, ForeignEvents, GracePeriod, OutOfTurn, Repeats, SharedEvents, StrictlyLater,
    };
    let shared = (SharedEvents, 0);
    let clickhouse = |at: usize, rules: &[(Rule, usize)]| Definition {
        key: Emulation::Clickhouse(CLICKHOUSE[at]).to_string(),
        rules: rules.iter().map(|(rule, at)| (*rule, CLICKHOUSE_FROM + at)).collect(),
    };
    let other = |key: &str, rules: &[(Rule, usize)]| Definition { key: key.to_owned(), rules: rules.to_vec() };
    vec![
        other("first_entry", &[(FirstEntry, FIRST)]),
        clickhouse(0, &[shared]),
        clickhouse(1, &[shared, (Repeats, 1)]),
        clickhouse(3, &[shared, (ForeignEvents, 2), (OutOfTurn, 3)]),
        clickhouse(2, &[shared, (ForeignEvents, 2)]),
        clickhouse(4, &[shared, (ForeignEvents, 2), (OutOfTurn, 3), (Repeats, 4)]),
        clickhouse(5, &[(StrictlyLater, 7), (Algorithm, 5)]),
        clickhouse(6, &[(Algorithm, 6)]),
        clickhouse(7, &[(StrictlyLater, 7)]),
        other("posthog", &[(EqualTimes, POSTHOG)]),
        other(
            "posthog:strict",
            &[(EqualTimes, POSTHOG), (ForeignEvents, POSTHOG_FOREIGN), (OutOfTurn, POSTHOG_STRICT)],
        ),
        other("mixpanel", &[(FirstEntry, FIRST), (Algorithm, MIXPANEL_WITHOUT_GRACE), (GracePeriod, MIXPANEL)]),
    ]
}

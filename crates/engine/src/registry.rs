//! Which analyses are there, and how does the pass drive them without knowing their types?
//!
//! A new analysis is one variant of `AnalysisSpec`, one arm in [`make`], one in [`title`], [`needs_phases`] and [`needs_sessions`], and one
//! example in the tests below, which the compiler asks for.

use std::any::Any;

use kundresa_analyze::{
    Accounting, Analysis, AnalyzeError, Bridge, Carts, Context, Emulated, EventTransitions, Funnel, Overlap, Overview,
    Paths, PhaseTransitions, PhaseVisits, SessionCounts, Signals, Unidentified, check_threshold, protect,
};
use kundresa_model::chunk::ActorChunk;
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::funnel::FunnelUnit;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::FilterScope;

/// A partial whose analysis is known elsewhere.
pub(crate) type AnyPartial = Box<dyn Any + Send>;

/// An analysis without its types. A partial must only be given to the analysis that made it.
pub(crate) trait AnyAnalysis: Send + Sync {
    /// The partial of no actors.
    fn empty(&self) -> AnyPartial;
    /// Adds the actors of `chunk`.
    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut AnyPartial);
    /// Adds events without an actor.
    fn visit_unidentified(&self, events: &Unidentified<'_>, partial: &mut AnyPartial);
    /// Adds `from` to `into`.
    fn merge(&self, into: &mut AnyPartial, from: AnyPartial);
    /// The result.
    fn finish(&self, partial: AnyPartial, accounting: &Accounting) -> AnalysisResult;
    /// The partial as data.
    fn write(&self, partial: &AnyPartial) -> serde_json::Result<serde_json::Value>;
    /// The partial that [`Self::write`] wrote.
    fn read(&self, data: serde_json::Value) -> serde_json::Result<AnyPartial>;
}

struct Erased<A: Analysis> {
    analysis: A,
    /// Privacy threshold of the result.
    min_actors: u64,
    wrap: fn(A::Output) -> AnalysisResult,
}

const OWN: &str = "a partial only meets the analysis that made it";

impl<A: Analysis> AnyAnalysis for Erased<A>
where
    A::Partial: 'static,
{
    fn empty(&self) -> AnyPartial {
        Box::new(self.analysis.empty())
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut AnyPartial) {
        self.analysis.visit(chunk, partial.downcast_mut().expect(OWN));
    }

    fn visit_unidentified(&self, events: &Unidentified<'_>, partial: &mut AnyPartial) {
        self.analysis.visit_unidentified(events, partial.downcast_mut().expect(OWN));
    }

    fn merge(&self, into: &mut AnyPartial, from: AnyPartial) {
        self.analysis.merge(into.downcast_mut().expect(OWN), *from.downcast().expect(OWN));
    }

    fn finish(&self, partial: AnyPartial, accounting: &Accounting) -> AnalysisResult {
        let mut result = (self.wrap)(self.analysis.finish(*partial.downcast().expect(OWN), accounting));
        protect(&mut result, self.min_actors);
        result
    }

    fn write(&self, partial: &AnyPartial) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(partial.downcast_ref::<A::Partial>().expect(OWN))
    }

    fn read(&self, data: serde_json::Value) -> serde_json::Result<AnyPartial> {
        Ok(Box::new(serde_json::from_value::<A::Partial>(data)?))
    }
}

/// The analysis that `request` asks for.
pub(crate) fn make<'a>(request: &Request, context: &Context<'a>) -> Result<Box<dyn AnyAnalysis + 'a>, AnalyzeError> {
    let scope = &request.scope;
    if scope.min_actors > 0 {
        check_threshold(&request.analysis)?;
    }
    Ok(match &request.analysis {
        AnalysisSpec::Sessions => {
            erase(scope.min_actors, SessionCounts::try_new(scope, context)?, AnalysisResult::Sessions)
        }
        AnalysisSpec::Phases => erase(scope.min_actors, PhaseVisits::try_new(scope, context)?, AnalysisResult::Phases),
        AnalysisSpec::PhaseTransitions => {
            erase(scope.min_actors, PhaseTransitions::try_new(scope, context)?, AnalysisResult::Transitions)
        }
        AnalysisSpec::EventTransitions => {
            erase(scope.min_actors, EventTransitions::try_new(scope, context)?, AnalysisResult::Transitions)
        }
        AnalysisSpec::Funnel(spec) if let Some(emulation) = spec.emulation => {
            erase(scope.min_actors, Emulated::try_new(spec, emulation, scope, context)?, AnalysisResult::Funnel)
        }
        AnalysisSpec::PageTransitions { views } => {
            erase(scope.min_actors, EventTransitions::of_pages(views, scope, context)?, AnalysisResult::Transitions)
        }
        AnalysisSpec::Funnel(spec) => {
            erase(scope.min_actors, Funnel::try_new(spec, scope, context)?, AnalysisResult::Funnel)
        }
        AnalysisSpec::Overview(spec) => erase(scope.min_actors, Overview::try_new(spec, scope, context)?, |result| {
            AnalysisResult::Overview(Box::new(result))
        }),
        AnalysisSpec::Carts(spec) => erase(scope.min_actors, Carts::try_new(spec, scope, context)?, |result| {
            AnalysisResult::Carts(Box::new(result))
        }),
        AnalysisSpec::Paths(spec) => {
            erase(scope.min_actors, Paths::try_new(spec, scope, context)?, AnalysisResult::Paths)
        }
        AnalysisSpec::Bridge(spec) => {
            erase(scope.min_actors, Bridge::try_new(spec, scope, context)?, AnalysisResult::Bridge)
        }
        AnalysisSpec::Signals(spec) => {
            erase(scope.min_actors, Signals::try_new(spec, scope, context)?, AnalysisResult::Signals)
        }
        AnalysisSpec::Overlap => erase(scope.min_actors, Overlap::new(scope, context), AnalysisResult::Overlap),
    })
}

fn erase<'a, A>(min_actors: u64, analysis: A, wrap: fn(A::Output) -> AnalysisResult) -> Box<dyn AnyAnalysis + 'a>
where
    A: Analysis + 'a,
    A::Partial: 'static,
    A::Output: 'a,
{
    Box::new(Erased { analysis, min_actors, wrap })
}

/// What messages call the analysis.
pub(crate) fn title(analysis: &AnalysisSpec) -> String {
    match analysis {
        AnalysisSpec::Sessions => "sessions".to_owned(),
        AnalysisSpec::Phases => "phases".to_owned(),
        AnalysisSpec::PhaseTransitions => "transitions of phases".to_owned(),
        AnalysisSpec::EventTransitions => "transitions of events".to_owned(),
        AnalysisSpec::PageTransitions { .. } => "transitions of pages".to_owned(),
        AnalysisSpec::Funnel(spec) => spec.name.as_ref().map_or("funnel".to_owned(), |name| format!("funnel `{name}`")),
        AnalysisSpec::Overview(_) => "overview".to_owned(),
        AnalysisSpec::Carts(_) => "carts".to_owned(),
        AnalysisSpec::Paths(_) => "paths".to_owned(),
        AnalysisSpec::Bridge(_) => "comparison of funnels".to_owned(),
        AnalysisSpec::Signals(_) => "signals by page".to_owned(),
        AnalysisSpec::Overlap => "persons by source".to_owned(),
    }
}

/// Whether the analysis looks at phases; without any that does, none are computed.
pub(crate) fn needs_phases(analysis: &AnalysisSpec) -> bool {
    match analysis {
        AnalysisSpec::Phases | AnalysisSpec::PhaseTransitions => true,
        AnalysisSpec::Sessions
        | AnalysisSpec::EventTransitions
        | AnalysisSpec::PageTransitions { .. }
        | AnalysisSpec::Funnel(_)
        | AnalysisSpec::Overview(_)
        | AnalysisSpec::Carts(_)
        | AnalysisSpec::Paths(_)
        | AnalysisSpec::Bridge(_)
        | AnalysisSpec::Signals(_)
        | AnalysisSpec::Overlap => false,
    }
}

/// Whether the request looks at sessions; without any that does, none are cut.
pub(crate) fn needs_sessions(request: &Request) -> bool {
    match &request.analysis {
        // Actors and attempts are told by their events alone, unless a filter chooses sessions.
        AnalysisSpec::Funnel(spec) => {
            let is_by_session = request.scope.filter_scope == Some(FilterScope::Session);
            spec.unit == FunnelUnit::Session || spec.emulation.is_some() || is_by_session
        }
        AnalysisSpec::Overlap => false,
        AnalysisSpec::Sessions
        | AnalysisSpec::Phases
        | AnalysisSpec::PhaseTransitions
        | AnalysisSpec::EventTransitions
        | AnalysisSpec::PageTransitions { .. }
        | AnalysisSpec::Overview(_)
        | AnalysisSpec::Carts(_)
        | AnalysisSpec::Paths(_)
        | AnalysisSpec::Signals(_)
        | AnalysisSpec::Bridge(_) => true,
    }
}

/// Carts that are abandoned and lost within the gaps of random logs, with a column for items.
#[cfg(test)]
fn short_lived_carts() -> kundresa_model::spec::carts::CartSpec {
    use kundresa_model::time::{Duration, MINUTE_US};
    kundresa_model::spec::carts::CartSpec {
        add: "add_to_cart|view_item".to_owned(),
        remove: "share".to_owned(),
        view_item: "page_view".to_owned(),
        item: Some("device".to_owned()),
        abandon_after: Duration::from_us(5 * MINUTE_US),
        recover_within: Duration::from_us(30 * MINUTE_US),
        items: 1,
        ..kundresa_model::spec::carts::CartSpec::default()
    }
}

/// One example of every analysis, so that tests over all of them cannot forget one.
#[cfg(test)]
pub(crate) fn examples() -> Vec<AnalysisSpec> {
    use kundresa_model::spec::calendar::CalendarUnit;
    use kundresa_model::spec::carts::CartSpec;
    use kundresa_model::spec::funnel::{Exclusion, FunnelEntry, FunnelSpec, FunnelStep};
    use kundresa_model::spec::overview::OverviewSpec;
    use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathSpec, PathUnit, Repeats};
    use kundresa_model::spec::signals::SignalsSpec;
    let steps = || ["view_item|page_view", "add_to_cart", "purchase"].map(FunnelStep::of).to_vec();
    let funnel = |unit| AnalysisSpec::Funnel(FunnelSpec { steps: steps(), unit, ..FunnelSpec::default() });
    let emulated = |product: &str| {
        AnalysisSpec::Funnel(FunnelSpec { steps: steps(), emulation: product.parse().ok(), ..FunnelSpec::default() })
    };
    let any_order = || {
        let member = |step: FunnelStep| FunnelStep { group: Some(1), ..step };
        FunnelSpec { steps: steps().into_iter().map(member).collect(), ..FunnelSpec::default() }
    };
    let exclusion = Exclusion { when: "share".to_owned(), from: None, to: None };
    let surrounded = |unit, entry| {
        AnalysisSpec::Funnel(FunnelSpec {
            steps: vec![
                FunnelStep::of("page_view"),
                FunnelStep { optional: true, ..FunnelStep::of("view_item") },
                FunnelStep { within: "6h".parse().ok(), ..FunnelStep::of("add_to_cart|view_item") },
                FunnelStep { directly: true, ..FunnelStep::of("purchase") },
            ],
            unit,
            entry,
            exclusions: vec![exclusion.clone()],
            hold: vec!["device".to_owned()],
            open: true,
            trend: Some(CalendarUnit::Week),
            ..FunnelSpec::default()
        })
    };
    let small = PathSpec { width: 2, tree: 4, variants: 3, ..PathSpec::default() };
    let all = vec![
        surrounded(FunnelUnit::Actor, FunnelEntry::Every),
        surrounded(FunnelUnit::Session, FunnelEntry::Best),
        AnalysisSpec::Sessions,
        AnalysisSpec::Phases,
        AnalysisSpec::PhaseTransitions,
        AnalysisSpec::EventTransitions,
        funnel(FunnelUnit::Actor),
        funnel(FunnelUnit::Session),
        emulated("clickhouse:strict_order+allow_reentry"),
        emulated("clickhouse:strict_once+strict_increase"),
        emulated("posthog:strict"),
        emulated("mixpanel"),
        funnel(FunnelUnit::Attempt),
        AnalysisSpec::Funnel(any_order()),
        AnalysisSpec::Overview(OverviewSpec::default()),
        AnalysisSpec::Overview(OverviewSpec {
            views: vec!["view_*".to_owned()],
            key_events: vec!["share|add_to_cart".to_owned(), "device == \"mobile\"".to_owned()],
            rows: 1,
            ..OverviewSpec::default()
        }),
        AnalysisSpec::Carts(CartSpec::default()),
        AnalysisSpec::PageTransitions { views: "page_view|view_item".to_owned() },
        AnalysisSpec::Carts(short_lived_carts()),
        AnalysisSpec::Paths(PathSpec::default()),
        AnalysisSpec::Paths(PathSpec { unit: PathUnit::Actor, depth: 9, repeats: Repeats::Collapse, ..small.clone() }),
        AnalysisSpec::Paths(PathSpec {
            direction: PathDirection::Backward,
            anchor: Some("add_to_cart|purchase".to_owned()),
            occurrence: Occurrence::Every,
            repeats: Repeats::FirstVisit,
            ..small.clone()
        }),
        AnalysisSpec::Paths(PathSpec {
            nodes: PathNodes::Pages,
            views: "*".to_owned(),
            anchor: Some("view_item".to_owned()),
            occurrence: Occurrence::Last,
            synthetic: true,
            ..small
        }),
        AnalysisSpec::Bridge(FunnelSpec { steps: steps(), ..FunnelSpec::default() }),
        AnalysisSpec::Signals(SignalsSpec { sources: vec!["mobile".to_owned()], ..SignalsSpec::default() }),
        AnalysisSpec::Overlap,
    ];
    const KINDS: usize = 12;
    let mut seen = [false; KINDS];
    for analysis in &all {
        let kind = match analysis {
            AnalysisSpec::Sessions => 0,
            AnalysisSpec::Phases => 1,
            AnalysisSpec::PhaseTransitions => 2,
            AnalysisSpec::EventTransitions => 3,
            AnalysisSpec::Funnel(_) => 4,
            AnalysisSpec::Overview(_) => 5,
            AnalysisSpec::Carts(_) => 6,
            AnalysisSpec::Paths(_) => 7,
            AnalysisSpec::Bridge(_) => 8,
            AnalysisSpec::PageTransitions { .. } => 9,
            AnalysisSpec::Overlap => 10,
            AnalysisSpec::Signals(_) => 11,
        };
        seen[kind] = true;
    }
    assert_eq!(seen, [true; KINDS], "every kind of analysis has an example");
    all
}

//! Which analyses are there, and how does the pass drive them without knowing their types?
//!
//! A new analysis is one variant of `AnalysisSpec`, one arm in [`make`], one in [`title`] and [`needs_phases`], and one
//! example in the tests below, which the compiler asks for.

use std::any::Any;

use kundresa_analyze::{
    Accounting, Analysis, AnalyzeError, Context, EventTransitions, Funnel, PhaseTransitions, PhaseVisits, SessionCounts,
};
use kundresa_model::chunk::ActorChunk;
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::request::{AnalysisSpec, Request};

/// A partial whose analysis is known elsewhere.
pub(crate) type AnyPartial = Box<dyn Any + Send>;

/// An analysis without its types. A partial must only be given to the analysis that made it.
pub(crate) trait AnyAnalysis: Send + Sync {
    /// The partial of no actors.
    fn empty(&self) -> AnyPartial;
    /// Adds the actors of `chunk`.
    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut AnyPartial);
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

    fn merge(&self, into: &mut AnyPartial, from: AnyPartial) {
        self.analysis.merge(into.downcast_mut().expect(OWN), *from.downcast().expect(OWN));
    }

    fn finish(&self, partial: AnyPartial, accounting: &Accounting) -> AnalysisResult {
        (self.wrap)(self.analysis.finish(*partial.downcast().expect(OWN), accounting))
    }

    fn write(&self, partial: &AnyPartial) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(partial.downcast_ref::<A::Partial>().expect(OWN))
    }

    fn read(&self, data: serde_json::Value) -> serde_json::Result<AnyPartial> {
        Ok(Box::new(serde_json::from_value::<A::Partial>(data)?))
    }
}

/// An analysis made for one run.
pub(crate) struct Made<'a> {
    /// The analysis.
    pub(crate) analysis: Box<dyn AnyAnalysis + 'a>,
    /// Steps of a funnel that no event of the log can satisfy.
    pub(crate) impossible_steps: Vec<String>,
}

/// The analysis that `request` asks for.
pub(crate) fn make<'a>(request: &Request, context: &Context<'a>) -> Result<Made<'a>, AnalyzeError> {
    let scope = &request.scope;
    let mut impossible_steps = Vec::new();
    let analysis = match &request.analysis {
        AnalysisSpec::Sessions => erase(SessionCounts::try_new(scope, context)?, AnalysisResult::Sessions),
        AnalysisSpec::Phases => erase(PhaseVisits::try_new(scope, context)?, AnalysisResult::Phases),
        AnalysisSpec::PhaseTransitions => {
            erase(PhaseTransitions::try_new(scope, context)?, AnalysisResult::Transitions)
        }
        AnalysisSpec::EventTransitions => {
            erase(EventTransitions::try_new(scope, context)?, AnalysisResult::Transitions)
        }
        AnalysisSpec::Funnel(spec) => {
            let funnel = Funnel::try_new(spec, scope, context)?;
            impossible_steps.extend(funnel.impossible_steps().map(str::to_owned));
            erase(funnel, AnalysisResult::Funnel)
        }
    };
    Ok(Made { analysis, impossible_steps })
}

fn erase<'a, A>(analysis: A, wrap: fn(A::Output) -> AnalysisResult) -> Box<dyn AnyAnalysis + 'a>
where
    A: Analysis + 'a,
    A::Partial: 'static,
    A::Output: 'a,
{
    Box::new(Erased { analysis, wrap })
}

/// What messages call the analysis.
pub(crate) fn title(analysis: &AnalysisSpec) -> String {
    match analysis {
        AnalysisSpec::Sessions => "sessions".to_owned(),
        AnalysisSpec::Phases => "phases".to_owned(),
        AnalysisSpec::PhaseTransitions => "transitions of phases".to_owned(),
        AnalysisSpec::EventTransitions => "transitions of events".to_owned(),
        AnalysisSpec::Funnel(spec) => spec.name.as_ref().map_or("funnel".to_owned(), |name| format!("funnel `{name}`")),
    }
}

/// Whether the analysis looks at phases; without any that does, none are computed.
fn needs_phases(analysis: &AnalysisSpec) -> bool {
    match analysis {
        AnalysisSpec::Phases | AnalysisSpec::PhaseTransitions => true,
        AnalysisSpec::Sessions | AnalysisSpec::EventTransitions | AnalysisSpec::Funnel(_) => false,
    }
}

/// Whether any request looks at phases.
pub(crate) fn any_needs_phases(requests: &[Request]) -> bool {
    requests.iter().any(|request| needs_phases(&request.analysis))
}

/// One example of every analysis, so that tests over all of them cannot forget one.
#[cfg(test)]
pub(crate) fn examples() -> Vec<AnalysisSpec> {
    use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, Window};
    let funnel = |unit| {
        AnalysisSpec::Funnel(FunnelSpec {
            name: None,
            steps: ["view_item|page_view", "add_to_cart", "purchase"].map(FunnelStep::of).to_vec(),
            window: Window::default(),
            unit,
            entry: FunnelEntry::Best,
        })
    };
    let all = vec![
        AnalysisSpec::Sessions,
        AnalysisSpec::Phases,
        AnalysisSpec::PhaseTransitions,
        AnalysisSpec::EventTransitions,
        funnel(FunnelUnit::Actor),
        funnel(FunnelUnit::Session),
    ];
    const KINDS: usize = 5;
    let mut seen = [false; KINDS];
    for analysis in &all {
        let kind = match analysis {
            AnalysisSpec::Sessions => 0,
            AnalysisSpec::Phases => 1,
            AnalysisSpec::PhaseTransitions => 2,
            AnalysisSpec::EventTransitions => 3,
            AnalysisSpec::Funnel(_) => 4,
        };
        seen[kind] = true;
    }
    assert_eq!(seen, [true; KINDS], "every kind of analysis has an example");
    all
}

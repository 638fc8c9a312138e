//! What does a run do, once everything that could be wrong with it has been checked?

use kundresa_analyze::{Accounting, Context};
use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::request::{Request, RunSpec};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::chunks::TakingPart;
use crate::columns::{Needs, ReadColumns};
use crate::drive::Counted;
use crate::error::EngineError;
use crate::labels::Labeling;
use crate::registry::{self, AnyAnalysis, AnyPartial};
use crate::warnings::{emulation, unknown_events_of_rules};
use crate::watch::Watch;

/// Everything the pass needs.
pub(crate) struct Plan<'a> {
    pub(crate) source: &'a dyn ActorSource,
    pub(crate) projection: Projection,
    pub(crate) taking_part: TakingPart,
    pub(crate) labeling: Labeling,
    pub(crate) analyses: Vec<Box<dyn AnyAnalysis + 'a>>,
    /// Predicates of the requests, watched for whether they match anything.
    pub(crate) watch: Watch,
    /// What is odd about rules on this log.
    pub(crate) warnings: Vec<String>,
}

impl<'a> Plan<'a> {
    /// The plan of `requests` under `spec`, over the columns read.
    pub(crate) fn try_new(
        source: &'a dyn ActorSource,
        columns: &'a ReadColumns<'a>,
        zone: &ZoneTable,
        spec: &RunSpec,
        requests: &[Request],
        end: DataEnd,
    ) -> Result<Self, EngineError> {
        let needs = Needs::of(spec, requests)?;
        let labeling = Labeling::try_new(spec, zone, columns, &needs)?;
        let context = Context {
            data_end: end,
            zone: zone.clone(),
            columns,
            taxonomy: spec.phases.taxonomy.taxonomy(),
            horizon_us: spec.phases.horizon.as_us(),
            goal: spec.phases.goal(),
            rules: labeling.rules(),
        };
        let mut warnings = labeling.warnings();
        let mut analyses = Vec::with_capacity(requests.len());
        for request in requests {
            let title = registry::title(&request.analysis);
            warnings.extend(emulation(&title, request));
            let analysis =
                registry::make(request, &context).map_err(|error| EngineError::Request { analysis: title, error })?;
            analyses.push(analysis);
        }
        if needs.phases {
            warnings.extend(unknown_events_of_rules(&spec.phases, columns));
        }
        let value = labeling.reads_value() || needs.value;
        Ok(Self {
            source,
            projection: columns.projection(value, false),
            taking_part: TakingPart { bots: spec.bots, cut: end.cut, everything: false },
            labeling,
            analyses,
            watch: Watch::try_new(spec, requests, columns)?,
            warnings,
        })
    }

    /// Adds what another machine counted over other actors.
    pub(crate) fn merge(&self, into: &mut Counted, mut from: Counted) {
        let partials = into.partials.iter_mut().zip(std::mem::take(&mut from.partials));
        self.analyses.iter().zip(partials).for_each(|(analysis, (into, from))| analysis.merge(into, from));
        Self::merge_rest(into, &from);
    }

    /// Adds what another thread counted over other actors, every analysis on any thread of `pool`.
    pub(crate) fn merge_on(&self, pool: &ThreadPool, into: &mut Counted, mut from: Counted) {
        let partials = into.partials.par_iter_mut().zip(std::mem::take(&mut from.partials));
        let each = self.analyses.par_iter().zip(partials);
        pool.install(|| each.for_each(|(analysis, (into, from))| analysis.merge(into, from)));
        Self::merge_rest(into, &from);
    }

    /// The results of `partials`, one per analysis; every analysis on any thread of `pool`, if there is one.
    pub(crate) fn results(
        &self,
        partials: Vec<AnyPartial>,
        accounting: &Accounting,
        pool: Option<&ThreadPool>,
    ) -> Vec<AnalysisResult> {
        let Some(pool) = pool else {
            let analyses = self.analyses.iter().zip(partials);
            return analyses.map(|(analysis, partial)| analysis.finish(partial, accounting)).collect();
        };
        let analyses = self.analyses.par_iter().zip(partials);
        pool.install(|| analyses.map(|(analysis, partial)| analysis.finish(partial, accounting)).collect())
    }

    fn merge_rest(into: &mut Counted, from: &Counted) {
        into.accounting.add(from.accounting);
        into.actors += from.actors;
        Watch::merge(&mut into.matched, &from.matched);
    }
}

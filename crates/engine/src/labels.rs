//! How does a batch of events become a chunk with sessions and phases?

use kundresa_analyze::RuleInfo;
use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::{ActorChunk, Visits};
use kundresa_model::spec::request::RunSpec;
use kundresa_model::zone::ZoneTable;
use kundresa_sessionize::{PhaseBuffers, PhaseLabeler, SessionBuffers, SessionColumns, Sessionizer};

use crate::columns::ReadColumns;
use crate::error::EngineError;

/// Session and phase rules, ready to be applied.
pub(crate) struct Labeling {
    sessionizer: Sessionizer,
    phases: Option<PhaseLabeler>,
}

/// Sessions and phases of one chunk, used again for the next.
#[derive(Default)]
pub(crate) struct LabelBuffers {
    sessions: SessionBuffers,
    phases: PhaseBuffers,
}

impl Labeling {
    /// The rules of `spec`. Without `phases`, chunks have no phases and no visits at all.
    pub(crate) fn try_new(
        spec: &RunSpec,
        zone: &ZoneTable,
        columns: &ReadColumns<'_>,
        phases: bool,
    ) -> Result<Self, EngineError> {
        let session_columns = SessionColumns::new(&spec.sessions, columns);
        Ok(Self {
            sessionizer: Sessionizer::new(&spec.sessions, zone, session_columns),
            phases: phases.then(|| PhaseLabeler::try_new(&spec.phases, columns)).transpose()?,
        })
    }

    /// Whether money must be projected.
    pub(crate) fn reads_value(&self) -> bool {
        self.phases.as_ref().is_some_and(PhaseLabeler::reads_value)
    }

    /// The phase rules in order.
    pub(crate) fn rules(&self) -> Vec<RuleInfo> {
        let rules = self.phases.iter().flat_map(PhaseLabeler::rules);
        rules.map(|rule| RuleInfo { name: rule.name.clone(), phase: rule.phase }).collect()
    }

    /// What is odd about the rules on this log.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let unknown = self.phases.iter().flat_map(PhaseLabeler::unknown_columns);
        unknown
            .map(|column| format!("phase rule `{}`: {}; the test never matches", column.rule, column.error))
            .collect()
    }

    /// The chunk of `batch`.
    pub(crate) fn chunk<'a>(&self, batch: &'a ActorBatch<'a>, buffers: &'a mut LabelBuffers) -> ActorChunk<'a> {
        self.sessionizer.sessionize(batch, &mut buffers.sessions);
        let mut visits = Visits { offsets: &[], phase: &[], first_event: &[], last_event: &[] };
        let (mut observed, mut rule) = ([].as_slice(), [].as_slice());
        if let Some(phases) = &self.phases {
            phases.label(batch, &buffers.sessions, &mut buffers.phases);
            (observed, rule, visits) = (buffers.phases.observed(), buffers.phases.rule(), buffers.phases.visits());
        }
        ActorChunk {
            actor_offsets: batch.actor_offsets,
            actor_ids: batch.actor_ids,
            ts: batch.ts,
            flags: batch.flags,
            text: &batch.text,
            value: batch.value,
            session_of: buffers.sessions.session_of(),
            sessions: buffers.sessions.sessions(),
            observed,
            rule,
            visits,
        }
    }
}

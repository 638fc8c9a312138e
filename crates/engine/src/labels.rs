//! How does a batch of events become a chunk with sessions and phases?

use kundresa_analyze::RuleInfo;
use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::{ActorChunk, Visits};
use kundresa_model::spec::request::RunSpec;
use kundresa_model::zone::ZoneTable;
use kundresa_sessionize::{PhaseBuffers, PhaseLabeler, SessionBuffers, SessionColumns, Sessionizer};

use crate::columns::{Needs, ReadColumns};
use crate::error::EngineError;
use crate::personas::Personas;

/// Session and phase rules, ready to be applied.
pub(crate) struct Labeling {
    sessionizer: Option<Sessionizer>,
    phases: Option<PhaseLabeler>,
    personas: Option<Personas>,
}

/// Sessions and phases of one chunk, used again for the next.
#[derive(Default)]
pub(crate) struct LabelBuffers {
    sessions: SessionBuffers,
    phases: PhaseBuffers,
    /// Code of the actor's persona per event.
    personas: Vec<u32>,
    masks: Vec<u64>,
}

impl Labeling {
    /// The rules of `spec`. Unless they are needed, chunks have no sessions at all, and no phases and visits.
    pub(crate) fn try_new(
        spec: &RunSpec,
        zone: &ZoneTable,
        columns: &ReadColumns<'_>,
        needs: &Needs,
    ) -> Result<Self, EngineError> {
        let sessionizer = || Sessionizer::new(&spec.sessions, zone, SessionColumns::new(&spec.sessions, columns));
        Ok(Self {
            sessionizer: needs.sessions.then(sessionizer),
            phases: needs.phases.then(|| phase_labeler(spec, columns, needs)).transpose()?,
            personas: needs.personas.then(|| Personas::try_new(&spec.personas, columns)).transpose()?,
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

    /// The chunk of `batch`, to whose text columns that of the personas is added where they are needed.
    pub(crate) fn chunk<'a>(&self, batch: &'a mut ActorBatch<'a>, buffers: &'a mut LabelBuffers) -> ActorChunk<'a> {
        if let Some(sessionizer) = &self.sessionizer {
            sessionizer.sessionize(batch, &mut buffers.sessions);
        }
        if let Some(phases) = &self.phases {
            phases.label(batch, &buffers.sessions, &mut buffers.phases);
        }
        if let Some(personas) = &self.personas {
            let LabelBuffers { sessions, phases, personas: codes, masks } = buffers;
            personas.codes_into(&self.labelled(batch, sessions, phases), masks, codes);
            batch.text.push(&buffers.personas);
        }
        self.labelled(batch, &buffers.sessions, &buffers.phases)
    }

    fn labelled<'a>(
        &self,
        batch: &'a ActorBatch<'a>,
        sessions: &'a SessionBuffers,
        phases: &'a PhaseBuffers,
    ) -> ActorChunk<'a> {
        let nothing = Visits { offsets: &[], phase: &[], first_event: &[], last_event: &[] };
        let has_phases = self.phases.is_some();
        ActorChunk {
            actor_offsets: batch.actor_offsets,
            actor_ids: batch.actor_ids,
            ts: batch.ts,
            flags: batch.flags,
            text: &batch.text,
            value: batch.value,
            session_of: sessions.session_of(),
            sessions: sessions.sessions(),
            observed: if has_phases { phases.observed() } else { &[] },
            rule: if has_phases { phases.rule() } else { &[] },
            history: if has_phases { phases.history() } else { [&[]; 3] },
            visits: if has_phases { phases.visits() } else { nothing },
        }
    }
}

fn phase_labeler(spec: &RunSpec, columns: &ReadColumns<'_>, needs: &Needs) -> Result<PhaseLabeler, EngineError> {
    let labeler = PhaseLabeler::try_new(&spec.phases, columns)?;
    Ok(if needs.history { labeler.keeping_history() } else { labeler })
}

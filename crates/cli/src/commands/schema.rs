//! What may a configuration say, what does a JSON document hold?

use anyhow::Result;
use kundresa_model::document::{Answers, Document, ReportFigures};
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::bridge::BridgeResult;
use kundresa_model::result::carts::CartsResult;
use kundresa_model::result::explained::ExplainedJourneys;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::funnel_actors::{ExplainedFunnel, FunnelActors};
use kundresa_model::result::overview::OverviewResult;
use kundresa_model::result::paths::PathsResult;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::result::sessions::SessionsResult;
use kundresa_model::result::signals::SignalsResult;
use kundresa_model::result::transitions::TransitionsResult;
use schemars::{Schema, schema_for};

use crate::arguments::{SchemaArguments, SchemaOf};
use crate::commands::reconcile::ReconcileResult;
use crate::config::Config;
use crate::output;

/// Prints a JSON Schema.
pub fn command(arguments: &SchemaArguments) -> Result<()> {
    let mut text = serde_json::to_string_pretty(&schema(arguments.of))?;
    text.push('\n');
    output::text(None, &text)
}

fn schema(of: SchemaOf) -> Schema {
    match of {
        SchemaOf::Config => schema_for!(Config),
        SchemaOf::Report => schema_for!(Document<ReportFigures>),
        SchemaOf::Ask => schema_for!(Answers<AnalysisResult>),
        SchemaOf::Sessions => schema_for!(Document<SessionsResult>),
        SchemaOf::Explained => schema_for!(Document<ExplainedJourneys>),
        SchemaOf::Phases => schema_for!(Document<PhasesResult>),
        SchemaOf::Transitions => schema_for!(Document<TransitionsResult>),
        SchemaOf::Funnel => schema_for!(Document<FunnelResult>),
        SchemaOf::Overview => schema_for!(Document<OverviewResult>),
        SchemaOf::Reconcile => schema_for!(Document<ReconcileResult>),
        SchemaOf::ByPage => schema_for!(Document<SignalsResult>),
        SchemaOf::Carts => schema_for!(Document<CartsResult>),
        SchemaOf::Paths => schema_for!(Document<PathsResult>),
        SchemaOf::Bridge => schema_for!(Document<BridgeResult>),
        SchemaOf::Actors => schema_for!(Document<FunnelActors>),
        SchemaOf::Explain => schema_for!(Document<ExplainedFunnel>),
    }
}

//! Which analysis settings fit a log? The rule set that classifies most of it, and the usual funnel as far as it has the
//! events.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use kundresa_engine::RunOptions;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::field::text;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::source::Wanted;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::phases::{PhaseSpec, RuleSet};
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::Scope;
use kundresa_report::format;
use kundresa_sessionize::rule_set_fit;

use crate::from_files;
use crate::progress::Progress;
use crate::resources::Resources;
use crate::settings::Reading;
use crate::standard_funnel;

/// Settings for the log that `reading` names, as TOML with comments; empty where none fits.
///
/// # Errors
/// When the log can't be read, or does not fit into memory.
pub fn suggested_toml(reading: &Reading, resources: Resources) -> Result<String> {
    let progress = Progress::new();
    let wanted = Wanted { text: columns()?, everything: false };
    let loaded = from_files::load(reading, resources, wanted, &progress)?;
    progress.stage("fitting");
    let best = best_rule_set(&*loaded.events, resources)?;
    progress.finish();
    let mut out = best.map_or_else(String::new, |(set, phases)| phases_table(set, &phases));
    if let Some(funnel) = standard_funnel::of(&*loaded.events) {
        out.push_str(&funnels_table(&funnel));
    }
    Ok(out)
}

fn columns() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::from([text::EVENT.to_owned()]);
    for set in RuleSet::ALL {
        names.extend(kundresa_engine::text_columns(&spec(set), &[phases()])?);
    }
    Ok(names)
}

fn spec(rule_set: RuleSet) -> RunSpec {
    RunSpec { phases: PhaseSpec { rule_set, ..PhaseSpec::default() }, ..RunSpec::default() }
}

fn phases() -> Request {
    Request { analysis: AnalysisSpec::Phases, scope: Scope::default() }
}

/// The set that knows most of the log's event names and stages; then the one whose journeys have most phases; then the one
/// that classifies most events; then the first. `None` where no set classifies anything.
fn best_rule_set(events: &dyn ActorSource, resources: Resources) -> Result<Option<(RuleSet, PhasesResult)>> {
    let options = RunOptions { threads: resources.threads, ..RunOptions::default() };
    let mut best: Option<((usize, usize, u64), RuleSet, PhasesResult)> = None;
    for set in RuleSet::ALL {
        let mut outcome = kundresa_engine::run(events, &spec(set), &[phases()], &options)?;
        let Some(AnalysisResult::Phases(found)) = outcome.results.pop() else {
            bail!("the engine gave no phases for the rule set {}", set.name());
        };
        let merit = merit(names_known(set, events)?, &found);
        if found.coverage_of.numerator > 0 && best.as_ref().is_none_or(|(known, _, _)| merit > *known) {
            best = Some((merit, set, found));
        }
    }
    Ok(best.map(|(_, set, found)| (set, found)))
}

/// Event names and stages of the log that the set knows by themselves.
fn names_known(set: RuleSet, events: &dyn ActorSource) -> Result<usize> {
    let columns = events
        .text_columns()
        .iter()
        .enumerate()
        .filter(|(_, name)| [text::EVENT, text::STAGE].contains(&name.as_str()));
    columns.map(|(column, name)| Ok(rule_set_fit(set, name, events.dictionary(column))?.classified)).sum()
}

fn merit(names: usize, found: &PhasesResult) -> (usize, usize, u64) {
    let visited = found.phases.iter().filter(|phase| phase.visits.is_some()).count();
    (names, visited, found.coverage_of.part().shown().unwrap_or_default())
}

fn phases_table(set: RuleSet, found: &PhasesResult) -> String {
    format!(
        "\n[phases]\n# Classifies {} events; without its last rule {}.\nrule_set = \"{}\"\n",
        format::per_cent_of(found.coverage_of),
        format::per_cent(found.coverage_without_last_rule),
        set.name()
    )
}

fn funnels_table(funnel: &FunnelSpec) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let step = |step: &FunnelStep| format!("  {{ name = {}, when = {} }},\n", quoted(&step.name), quoted(&step.when));
    let steps: String = funnel.steps.iter().map(step).collect();
    let name = quoted(funnel.name.as_deref().unwrap_or_default());
    format!("\n[[funnels]]\nname = {name}\nwindow = \"{}\"\nsteps = [\n{steps}]\n", funnel.window)
}

//! Which analysis settings fit a log? The rule set that knows most of its events, and the usual funnel as far as it has
//! the events. A log of page views alone gets the set that is made for pages.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use kundresa_engine::RunOptions;
use kundresa_ingest::LoadPlan;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::source::Wanted;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::paths::DEFAULT_VIEWS;
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

/// Settings for the log that `plan` reads, as TOML with comments; empty where none fits.
///
/// # Errors
/// When the log can't be read, or does not fit into memory.
pub fn suggested_toml(reading: &Reading, plan: LoadPlan, resources: Resources) -> Result<String> {
    let progress = Progress::new();
    let wanted = Wanted { text: columns()?, everything: false };
    let loaded = from_files::load_planned(reading, plan, resources, wanted, &|_, _| {}, &progress)?;
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
    let mut names = BTreeSet::from([text::EVENT, text::PAGE].map(str::to_owned));
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
/// that classifies most events; then the first. Where no set knows more than views, pages alone can tell phases apart.
/// `None` where no set classifies anything.
fn best_rule_set(events: &dyn ActorSource, resources: Resources) -> Result<Option<(RuleSet, PhasesResult)>> {
    let options = RunOptions { threads: resources.threads, ..RunOptions::default() };
    let mut best: Option<((usize, usize, u64), RuleSet, PhasesResult)> = None;
    let known: Vec<usize> = RuleSet::ALL.iter().map(|set| names_known(*set, events)).collect::<Result<_>>()?;
    let has_only_views = known.iter().all(|names| *names == 0);
    let has_pages = events
        .text_columns()
        .iter()
        .enumerate()
        .any(|(column, name)| name == text::PAGE && events.dictionary(column).codes() > 1);
    for (set, known) in RuleSet::ALL.into_iter().zip(known) {
        if has_only_views && has_pages && set != RuleSet::PlainWeb {
            continue;
        }
        let mut outcome = kundresa_engine::run(events, &spec(set), &[phases()], &options)?;
        let Some(AnalysisResult::Phases(found)) = outcome.results.pop() else {
            bail!("the engine gave no phases for the rule set {}", set.name());
        };
        let merit = merit(known, &found);
        if found.coverage_of.numerator > 0 && best.as_ref().is_none_or(|(known, _, _)| merit > *known) {
            best = Some((merit, set, found));
        }
    }
    Ok(best.map(|(_, set, found)| (set, found)))
}

/// Event names and stages of the log that the set knows by themselves; views are known to all and tell nothing.
fn names_known(set: RuleSet, events: &dyn ActorSource) -> Result<usize> {
    let columns = events
        .text_columns()
        .iter()
        .enumerate()
        .filter(|(_, name)| [text::EVENT, text::STAGE].contains(&name.as_str()));
    let is_view = |value: &String| DEFAULT_VIEWS.split('|').any(|view| view == value);
    let known = |(column, name): (usize, &String)| {
        let values = events.dictionary(column).values().iter().filter(|value| !is_view(value)).cloned();
        Ok(rule_set_fit(set, name, &Dictionary::new(values.collect()))?.classified)
    };
    columns.map(known).sum()
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

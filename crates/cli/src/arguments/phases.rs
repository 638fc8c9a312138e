//! Which options do commands have that look at phases, and which does `phases`?

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use kundresa_model::language::Language;
use kundresa_model::phase::TaxonomyName;
use kundresa_model::spec::phases::RuleSet;

use super::common::AnalysisArguments;
use crate::config::Config;

/// Arguments of `phases`.
#[derive(Debug, Args)]
pub struct PhasesArguments {
    /// Show one actor's events with their phases, and what gave them. Such a list is about a person.
    #[arg(long, value_name = "ACTOR", help_heading = "Phases")]
    pub explain: Option<String>,
    /// Which phases.
    #[command(flatten)]
    pub phases: PhaseArguments,
    /// In which language.
    #[command(flatten)]
    pub language: LanguageArgument,
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
}

/// Which phases there are, and by which rules.
#[derive(Clone, Debug, Args)]
pub struct PhaseArguments {
    /// How phases are merged and named [default: the configuration's, else full].
    #[arg(long, value_name = "NAME", help_heading = "Phases", value_parser = taxonomies())]
    pub taxonomy: Option<TaxonomyName>,
    /// The shipped set of phase rules to use [default: the configuration's, else ecommerce].
    #[arg(long, value_name = "SET", help_heading = "Phases", value_parser = rule_sets())]
    pub rules: Option<RuleSet>,
}

/// In which language phases are labelled.
#[derive(Clone, Debug, Args)]
pub struct LanguageArgument {
    /// Language of the HTML report, elsewhere of the labels of phases; keys in JSON, CSV and Parquet stay [default: the configuration's, else en].
    #[arg(long, value_name = "CODE", help_heading = "Phases", value_parser = languages())]
    pub language: Option<Language>,
}

impl PhaseArguments {
    /// Puts what was asked for over the configuration. A set that is asked for by name is used.
    pub fn apply(&self, config: &mut Config) {
        config.phases.taxonomy = self.taxonomy.unwrap_or(config.phases.taxonomy);
        if let Some(set) = self.rules {
            config.phases.rule_set = set;
            config.phases.default_rules = true;
        }
    }
}

impl LanguageArgument {
    /// Puts what was asked for over the configuration.
    pub fn apply(&self, config: &mut Config) {
        config.language = self.language.or(config.language);
    }
}

fn taxonomies() -> impl TypedValueParser<Value = TaxonomyName> {
    one_of(TaxonomyName::ALL, TaxonomyName::name)
}

fn rule_sets() -> impl TypedValueParser<Value = RuleSet> {
    one_of(RuleSet::ALL, RuleSet::name)
}

fn languages() -> impl TypedValueParser<Value = Language> {
    one_of(Language::ALL, Language::code)
}

/// One of `values`, by its name.
fn one_of<T, const N: usize>(values: [T; N], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(values.map(name))
        .map(move |text| values.into_iter().find(|value| name(*value) == text).unwrap_or(values[0]))
}

//! What does a question of `ask` mean? It is understood by the command of its name, so that it can say what the command can.

use anyhow::{Context, Result, bail};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::suggest;

use crate::arguments::common::{AnalysisArguments, RunArguments};
use crate::arguments::{Arguments, Command};
use crate::commands::{carts, funnel, overview, paths, transitions};
use crate::settings::{Reading, Running};
use crate::shell_words;

/// Commands that are questions.
const QUESTIONS: &str = "sessions, overview, funnel, carts, paths, phases and transitions";

/// Options that hold for the whole run, as clap knows them; whatever is no option of one question alone.
const OF_THE_RUN: [&str; 19] = [
    "config",
    "source_time_zone",
    "strict",
    "max_expansion",
    "rejected",
    "to",
    "time_zone",
    "sample",
    "bots",
    "caps",
    "threads",
    "memory",
    "format",
    "out",
    "table",
    "spreadsheet",
    "taxonomy",
    "rules",
    "language",
];
/// Options that ask for people rather than for figures.
const OF_PEOPLE: [&str; 2] = ["list_actors", "explain"];

/// One question, understood.
pub struct Question {
    /// As written.
    pub text: String,
    /// How it is run.
    pub running: Running,
    /// What it asks for.
    pub analysis: AnalysisSpec,
}

impl Question {
    /// Understands `text`, asked of `reading`; `run` is what holds for all questions.
    ///
    /// # Errors
    /// When it is no question, or has an option that does not exist or holds for the whole run.
    pub fn of(text: &str, reading: &Reading, run: &RunArguments) -> Result<Self> {
        let words = shell_words::split(text)?;
        let Some((name, options)) = words.split_first() else { bail!("it is empty\nhint: ask {QUESTIONS}") };
        let input = reading.inputs.first().map_or("-", String::as_str);
        let line = ["kundresa", name, input].into_iter().chain(options.iter().map(String::as_str));
        let matches = Arguments::command().try_get_matches_from(line).map_err(|error| misunderstood(&error, name))?;
        let (command, given) = matches.subcommand().context("it is empty")?;
        refuse(command, given)?;
        let Arguments { command } = Arguments::from_arg_matches(&matches)?;
        let own = own_run(&command).with_context(|| format!("`{name}` is no question"))?;
        let running = Running::of(&merged(own, run, given), &reading.config)?;
        let analysis = analysis(&command, reading, &running, run.resources.memory.is_some())?;
        let question = Self { text: text.to_owned(), running, analysis };
        // Predicates that can't be read are this question's fault.
        kundresa_engine::text_columns(&question.running.spec, &[question.request()])?;
        Ok(question)
    }

    /// What the engine is asked.
    pub fn request(&self) -> Request {
        Request { analysis: self.analysis.clone(), scope: self.running.scope.clone() }
    }
}

/// How a question is run as far as it says so itself; `None` where the command is no question.
fn own_run(command: &Command) -> Option<&RunArguments> {
    common(command).map(|common| &common.run).or(match command {
        Command::Funnel(arguments) => Some(&arguments.run),
        _ => None,
    })
}

fn common(command: &Command) -> Option<&AnalysisArguments> {
    match command {
        Command::Sessions(arguments) => Some(arguments),
        Command::Overview(arguments) => Some(&arguments.analysis),
        Command::Carts(arguments) => Some(&arguments.analysis),
        Command::Paths(arguments) => Some(&arguments.analysis),
        Command::Phases(arguments) => Some(&arguments.analysis),
        Command::Transitions(arguments) => Some(&arguments.analysis),
        _ => None,
    }
}

/// What the command asks of the engine.
fn analysis(command: &Command, reading: &Reading, running: &Running, names_memory: bool) -> Result<AnalysisSpec> {
    if common(command).is_some_and(|common| common.input.inputs.len() > 1) {
        bail!("it has words that are no options\nhint: a question has no input, the input of all comes first");
    }
    Ok(match command {
        Command::Sessions(_) => AnalysisSpec::Sessions,
        Command::Overview(arguments) => AnalysisSpec::Overview(overview::spec(arguments, &reading.config.overview)),
        Command::Carts(arguments) => AnalysisSpec::Carts(carts::spec(arguments, &reading.config.carts)?),
        Command::Paths(arguments) => AnalysisSpec::Paths(paths::spec(arguments, reading, running, names_memory)?),
        Command::Phases(_) => AnalysisSpec::Phases,
        Command::Transitions(arguments) => transitions::spec(arguments, &reading.config.paths),
        Command::Funnel(arguments) => funnel::asked(arguments, &reading.config)?,
        _ => bail!("questions are {QUESTIONS}"),
    })
}

/// What holds for all, with what one question says over it.
fn merged(own: &RunArguments, all: &RunArguments, given: &ArgMatches) -> RunArguments {
    let (filter, where_scope) = match &own.filter {
        Some(filter) => (Some(filter.clone()), own.where_scope),
        None => (all.filter.clone(), all.where_scope),
    };
    RunArguments {
        from: own.from.clone().or_else(|| all.from.clone()),
        filter,
        where_scope,
        persona: own.persona.clone().or_else(|| all.persona.clone()),
        by: own.by.clone().or_else(|| all.by.clone()),
        top: if is_given(given, "top") { own.top } else { all.top },
        min_actors: own.min_actors.or(all.min_actors),
        ..all.clone()
    }
}

fn is_given(given: &ArgMatches, id: &str) -> bool {
    given.ids().any(|known| known.as_str() == id) && given.value_source(id) == Some(ValueSource::CommandLine)
}

/// Refuses commands that are no questions, and options that no single question can have.
fn refuse(command: &str, given: &ArgMatches) -> Result<()> {
    if !QUESTIONS.split([',', ' ']).any(|name| name == command) || command == "and" {
        bail!("`{command}` can't be asked beside others\nhint: questions are {QUESTIONS}");
    }
    if let Some(id) = OF_PEOPLE.iter().find(|id| is_given(given, id)) {
        bail!("{} names people and can't be asked beside others\nhint: run `kundresa {command}` for it", option(id));
    }
    match OF_THE_RUN.iter().find(|id| is_given(given, id)) {
        Some(id) => bail!("{} holds for all questions\nhint: write it outside of them", option(id)),
        None => Ok(()),
    }
}

fn option(id: &str) -> String {
    format!("--{}", id.replace('_', "-"))
}

/// What clap did not understand, without its frame.
fn misunderstood(error: &clap::Error, name: &str) -> anyhow::Error {
    if !error.use_stderr() {
        return anyhow::anyhow!("it asks for help\nhint: kundresa {name} --help");
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        let near = suggest::hint(name, QUESTIONS.split([',', ' ']).filter(|word| word.len() > 3));
        return anyhow::anyhow!("there is no question `{name}`{near}\nhint: questions are {QUESTIONS}");
    }
    let text = error.to_string();
    let message = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default().trim();
    let hint = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(near)) => format!("did you mean {near}?"),
        _ => format!("kundresa {name} --help lists what it can say"),
    };
    anyhow::anyhow!("{message}\nhint: {hint}")
}

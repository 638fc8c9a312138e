//! The `kundresa` command: arguments → wiring → exit code. Nothing is computed here.
//!
//! Exit codes: 0 done, 1 failed with a message on standard error, 2 arguments not understood.

mod arguments;
mod asked_columns;
mod changing;
mod commands;
mod config;
mod currencies;
mod delivery;
mod doubts;
mod fitting;
mod formulas;
mod from_files;
mod from_store;
mod funnel_options;
#[cfg(test)]
mod fuzzed;
mod inputs;
mod inspection;
mod instant;
mod labelled;
mod load_keys;
mod loaded;
mod loading;
mod origin;
mod output;
mod overlap;
mod path_options;
mod pipeline;
mod process_log;
mod progress;
mod quantity;
mod question;
mod rejects;
mod report_plan;
mod resources;
mod sense;
mod settings;
mod shell_words;
mod signals;
mod standard_funnel;
mod store_figures;
mod store_inspection;
mod store_view;
mod whole_file;

use std::process::ExitCode;

use clap::Parser;
use kundresa_model::spec::request::AnalysisSpec;

use arguments::{Arguments, Command};
use commands::{
    analysis, ask, bench, by_page, carts, export, forget, funnel, generate, init, inspect, load, overview, paths,
    phases, reconcile, report, schema, shell, snapshots, store, transitions,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Report(arguments) => report::command(arguments),
        Command::Ask(arguments) => ask::command(arguments),
        Command::Inspect(arguments) => inspect::command(arguments),
        Command::Funnel(arguments) => funnel::command(arguments),
        Command::Explain(arguments) => funnel::explain(arguments),
        Command::Sessions(arguments) => analysis::command(arguments, AnalysisSpec::Sessions),
        Command::Overview(arguments) => overview::command(arguments),
        Command::ByPage(arguments) => by_page::command(arguments),
        Command::Reconcile(arguments) => reconcile::command(arguments),
        Command::Carts(arguments) => carts::command(arguments),
        Command::Paths(arguments) => paths::command(arguments),
        Command::Phases(arguments) => phases::command(arguments),
        Command::Transitions(arguments) => transitions::command(arguments),
        Command::Export(arguments) => export::command(arguments),
        Command::Load(arguments) => load::command(arguments),
        Command::Store(arguments) => store::command(arguments),
        Command::Snapshots(arguments) => snapshots::command(arguments),
        Command::Forget(arguments) => forget::command(arguments),
        Command::Bench(arguments) => bench::command(arguments),
        Command::Generate(arguments) => generate::command(arguments),
        Command::Init(arguments) => init::command(arguments),
        Command::Schema(arguments) => schema::command(arguments),
        Command::Completions(arguments) => shell::completions(arguments),
        Command::Man => shell::manual(),
    }
}

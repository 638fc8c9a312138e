//! Completions and the manual page, made from the argument definitions themselves.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::output;

/// Prints shell completions.
pub fn completions(arguments: &CompletionsArguments) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "kundresa", &mut text);
    print(&text)
}

/// Prints the manual page in roff.
pub fn manual() -> Result<()> {
    let mut text = Vec::new();
    let command = Arguments::command();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for subcommand in command.get_subcommands() {
        writeln!(text)?;
        clap_mangen::Man::new(subcommand.clone().display_name(format!("kundresa {}", subcommand.get_name())))
            .render(&mut text)?;
    }
    print(&text)
}

fn print(text: &[u8]) -> Result<()> {
    output::text(None, &String::from_utf8_lossy(text))
}

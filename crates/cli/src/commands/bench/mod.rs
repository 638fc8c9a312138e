//! How fast is Kundresa on this log, and how fast could anything be on this machine?

mod decode;
mod machine;
mod process;
mod rounds;
mod run;

use anyhow::Result;

use crate::arguments::bench::{BenchArguments, BenchCommand};

/// Runs `bench`.
pub fn command(arguments: &BenchArguments) -> Result<()> {
    match &arguments.what {
        BenchCommand::Run(arguments) => run::command(arguments),
        BenchCommand::Decode(arguments) => decode::command(arguments),
        BenchCommand::Read(arguments) => machine::read(arguments),
        BenchCommand::Memory(arguments) => machine::memory(arguments),
    }
}

//! How fast are this machine's files and memory?

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kundresa_report::terminal::Block;
use rayon::prelude::*;
use serde::Serialize;

use super::rounds::{Rounds, rate};
use crate::arguments::bench::{MemoryArguments, ReadArguments};
use crate::{output, quantity};

/// Bytes asked for at once.
const BUFFER: usize = 1 << 20;
/// Numbers that one thread takes at once.
const PIECE: usize = 1 << 16;

/// What reading files gives.
#[derive(Serialize)]
struct ReadFigures {
    files: usize,
    bytes: u64,
    time: Rounds,
    bytes_per_s: Option<f64>,
}

/// Runs `bench read`.
pub fn read(arguments: &ReadArguments) -> Result<()> {
    let mut files = Vec::new();
    arguments.files.iter().try_for_each(|path| files_in(path, &mut files))?;
    let mut bytes = 0;
    let time = Rounds::time(arguments.rounds, || {
        bytes = files.iter().map(|file| read_through(file)).sum::<Result<u64>>()?;
        Ok(())
    })?;
    let bytes_per_s = time.per_second(bytes);
    let figures = ReadFigures { files: files.len(), bytes, time, bytes_per_s };
    output::sheet(arguments.format, &figures, || {
        let rows = vec![
            ("Files".to_owned(), figures.files.to_string()),
            ("Bytes".to_owned(), figures.bytes.to_string()),
            ("Time".to_owned(), figures.time.shown()),
            ("Rate".to_owned(), rate(figures.bytes_per_s, "B")),
        ];
        vec![Block::Terms { heading: "Reading files".to_owned(), rows }]
    })
}

fn files_in(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let at = || format!("can't read {}", path.display());
    if !fs::metadata(path).with_context(at)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).with_context(at)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| files_in(entry, files))
}

fn read_through(path: &Path) -> Result<u64> {
    let at = || format!("can't read {}", path.display());
    let mut file = File::open(path).with_context(at)?;
    let (mut buffer, mut bytes) = (vec![0; BUFFER], 0);
    loop {
        match file.read(black_box(&mut buffer)).with_context(at)? {
            0 => return Ok(bytes),
            read => bytes += read as u64,
        }
    }
}

/// What reading and copying memory gives.
#[derive(Serialize)]
struct MemoryFigures {
    bytes: u64,
    threads: usize,
    read: Rounds,
    read_bytes_per_s: Option<f64>,
    copy: Rounds,
    /// Bytes read and as many written.
    copy_bytes_per_s: Option<f64>,
}

/// Runs `bench memory`.
pub fn memory(arguments: &MemoryArguments) -> Result<()> {
    let bytes = quantity::parse_size("--size", &arguments.size)?;
    let numbers = usize::try_from(bytes / 8).context("--size is more than this machine can address")?;
    let threads = arguments.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("threads can't be started")?;
    let figures = pool.install(|| measure_memory(numbers, bytes, arguments.rounds))?;
    output::sheet(arguments.format, &figures, || {
        let rows = vec![
            ("Bytes".to_owned(), figures.bytes.to_string()),
            ("Threads".to_owned(), figures.threads.to_string()),
            ("Read".to_owned(), format!("{}, {}", rate(figures.read_bytes_per_s, "B"), figures.read.shown())),
            ("Copied".to_owned(), format!("{}, {}", rate(figures.copy_bytes_per_s, "B"), figures.copy.shown())),
        ];
        vec![Block::Terms { heading: "Memory".to_owned(), rows }]
    })
}

fn measure_memory(numbers: usize, bytes: u64, rounds: u32) -> Result<MemoryFigures> {
    // Written once before it is timed: fresh pages cost more than the memory they are of.
    let from: Vec<u64> = (0..numbers as u64).collect();
    let mut to = vec![1_u64; numbers];
    let read = Rounds::time(rounds, || {
        let sum = |piece: &[u64]| piece.iter().fold(0_u64, |sum, number| sum.wrapping_add(*number));
        black_box(black_box(&from).par_chunks(PIECE).map(sum).reduce(|| 0, u64::wrapping_add));
        Ok(())
    })?;
    let copy = Rounds::time(rounds, || {
        let pieces = black_box(&mut to).par_chunks_mut(PIECE).zip(black_box(&from).par_chunks(PIECE));
        pieces.for_each(|(to, from)| to.copy_from_slice(from));
        black_box(&to);
        Ok(())
    })?;
    let (read_bytes_per_s, copy_bytes_per_s) = (read.per_second(bytes), copy.per_second(bytes.saturating_mul(2)));
    let threads = rayon::current_num_threads();
    Ok(MemoryFigures { bytes, threads, read, read_bytes_per_s, copy, copy_bytes_per_s })
}

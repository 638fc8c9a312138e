//! Which inputs are in an archive?
//!
//! A zip or tar archive, the latter also under gzip or zstd, is known by its first bytes. Each of its files is an input
//! named `export.zip/member.csv`. Nothing is unpacked beforehand: a [`Member`] says where its bytes are, and they are
//! unpacked while they are read. Names of members are never paths: nothing is written under them.

mod long_names;
mod member;
mod tar;
mod zip;

use std::sync::Arc;

pub(crate) use self::member::{At, Member};
use crate::container::{magic, open_text};
use crate::discover::{Skipped, not_data};
use crate::error::{IngestError, SUPPORTED};
use crate::input::{Input, Place};
use crate::limits::{LimitReached, MOST_MEMBERS, limited};

/// Inputs of an archive, and what in it is no data.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    pub(crate) inputs: Vec<Arc<Input>>,
    pub(crate) skipped: Vec<Skipped>,
}

/// A file of an archive, before anything is known of its content.
struct Entry {
    name: String,
    member: Member,
    /// Why it can't be read, if so.
    refused: Option<String>,
}

/// What is in an input, if that is an archive.
///
/// # Errors
/// When it is damaged, unpacks to too much or has too many members; when it was given by name and is, or holds, what
/// can't be read.
pub(crate) fn open(input: &Arc<Input>) -> Result<Option<Opened>, IngestError> {
    if matches!(input.place(), Place::Member(_)) {
        return Ok(None);
    }
    let Some(entries) = entries(input)? else { return Ok(None) };
    match entries {
        Ok(entries) => sorted_out(input, entries).map(Some),
        Err(found) if input.is_named() => Err(unsupported(input.name(), found)),
        Err(reason) => {
            Ok(Some(Opened { skipped: vec![Skipped { name: input.name().to_owned(), reason }], ..Opened::default() }))
        }
    }
}

/// The files of an archive, or what it is instead; `None` if it is none.
fn entries(input: &Arc<Input>) -> Result<Option<Result<Vec<Entry>, String>>, IngestError> {
    // What can't be opened, or is a text that nobody reads, is told where samples are taken.
    let Ok(start) = magic(input) else { return Ok(None) };
    if zip::is_zip(&start) {
        return zip::entries(input).map(Some);
    }
    if !tar::is_tar(input) {
        return Ok(None);
    }
    let (text, compression) = open_text(input)?;
    tar::entries(input, text, compression).map(|entries| Some(Ok(entries)))
}

fn sorted_out(input: &Arc<Input>, entries: Vec<Entry>) -> Result<Opened, IngestError> {
    let mut opened = Opened::default();
    let held = Arc::default();
    for Entry { name, member, refused } in last_of_each(entries) {
        let name = format!("{}/{name}", input.name());
        let file_name = name.rsplit('/').next().unwrap_or_default();
        let reason = match (refused, not_data(file_name)) {
            (Some(found), _) if input.is_named() => return Err(unsupported(&name, found)),
            (refused, unwanted) => refused.or_else(|| unwanted.map(str::to_owned)),
        };
        match reason {
            Some(reason) => opened.skipped.push(Skipped { name, reason }),
            None => opened.inputs.push(Input::member(name, member.held_with(&held))),
        }
    }
    if opened.inputs.is_empty() && opened.skipped.is_empty() {
        let reason = "an archive without a file".to_owned();
        if input.is_named() {
            return Err(unsupported(input.name(), reason));
        }
        opened.skipped.push(Skipped { name: input.name().to_owned(), reason });
    }
    Ok(opened)
}

/// Of several files of one name the last, as programs that unpack would leave it.
fn last_of_each(entries: Vec<Entry>) -> Vec<Entry> {
    let mut seen = hashbrown::HashSet::new();
    let mut last: Vec<Entry> = entries.into_iter().rev().filter(|entry| seen.insert(entry.name.clone())).collect();
    last.reverse();
    last
}

/// The name of a member without `.`, `..` and whatever else leads elsewhere; `None` for hidden files.
fn member_name(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let hidden = parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX");
    (!hidden && !parts.is_empty()).then(|| parts.join("/"))
}

fn unsupported(input: &str, found: String) -> IngestError {
    IngestError::Unsupported { input: input.to_owned(), found, allowed: SUPPORTED }
}

fn refuse_too_many(input: &Input, members: usize) -> Result<(), IngestError> {
    if members <= MOST_MEMBERS {
        return Ok(());
    }
    let what = format!("it is an archive of more than {MOST_MEMBERS} members, the limit");
    Err(limited(input.name(), LimitReached { what, hint: "unpack it into a folder and give that" }))
}

#[cfg(test)]
mod tests;

//! Which inputs do the arguments of a command name?
//!
//! Files, folders (all files in them, however deep), patterns and `-` for standard input. Names of inputs are relative
//! to the deepest folder that holds all of them, with `/`, so that the same data gives the same names anywhere. Archives are
//! replaced by what is in them once it is known how much they may unpack to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::GlobMatcher;
use kundresa_model::{natural, suggest};

use crate::archive;
use crate::error::{IngestError, open_error};
use crate::input::Input;
use crate::limits::Expansion;

/// What arguments named.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Absolute path of the folder that names are relative to; the current folder for standard input alone.
    pub root: PathBuf,
    /// Files that may be data, in natural order of their names.
    pub inputs: Vec<Arc<Input>>,
    /// Files of folders that are no data by their name.
    pub skipped: Vec<Skipped>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Name, as an input would have.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The inputs that `arguments` name.
///
/// # Errors
/// When an argument names nothing, may not be read, or is a folder or pattern without a file that could be data.
pub fn discover(arguments: &[String]) -> Result<Inputs, IngestError> {
    discover_under(arguments, None)
}

/// The inputs that `arguments` name, with names relative to `root` where one is given.
///
/// # Errors
/// As for [`discover`], and when an input lies outside `root`.
pub fn discover_under(arguments: &[String], root: Option<&Path>) -> Result<Inputs, IngestError> {
    let mut found = Found::default();
    for argument in arguments {
        found.add(argument)?;
    }
    found.finish(arguments, root.map(absolute))
}

impl Inputs {
    /// The same inputs, archives replaced by what is in them.
    ///
    /// # Errors
    /// When an archive is damaged or can't be read.
    pub fn with_archives_opened(mut self) -> Result<Self, IngestError> {
        for input in std::mem::take(&mut self.inputs) {
            match archive::open(&input)? {
                None => self.inputs.push(input),
                Some(opened) => {
                    self.inputs.extend(opened.inputs);
                    self.skipped.extend(opened.skipped);
                }
            }
        }
        self.inputs.sort_by(|a, b| natural::compare(a.name(), b.name()));
        self.skipped.sort_by(|a, b| natural::compare(&a.name, &b.name));
        Ok(self)
    }

    /// The same inputs, which may unpack to so much.
    #[must_use]
    pub fn with_expansion(mut self, expansion: Expansion) -> Self {
        self.inputs.iter_mut().for_each(|input| *input = input.with_expansion(expansion));
        self
    }

    /// The same inputs with that name for standard input instead of `-`.
    #[must_use]
    pub fn with_stdin_name(mut self, name: &str) -> Self {
        for input in self.inputs.iter_mut().filter(|input| input.path().is_none()) {
            *input = input.renamed(name);
        }
        self.inputs.sort_by(|a, b| natural::compare(a.name(), b.name()));
        self
    }
}

#[derive(Default)]
struct Found {
    /// Absolute path → whether it was named.
    files: BTreeMap<PathBuf, bool>,
    skipped: BTreeMap<PathBuf, &'static str>,
    walked: BTreeSet<PathBuf>,
    roots: Vec<PathBuf>,
    stdin: Option<Arc<Input>>,
}

impl Found {
    fn add(&mut self, argument: &str) -> Result<(), IngestError> {
        if argument == "-" {
            return self.add_stdin();
        }
        let path = Path::new(argument);
        match std::fs::metadata(path) {
            Ok(facts) if facts.is_dir() => self.add_folder(path, argument),
            Ok(_) => {
                let path = absolute(path);
                self.roots.extend(path.parent().map(Path::to_owned));
                self.files.insert(path, true);
                Ok(())
            }
            Err(_) if argument.contains(['*', '?', '[', '{']) => self.add_pattern(argument),
            Err(cause) => Err(open_error(path, argument, cause)),
        }
    }

    fn add_stdin(&mut self) -> Result<(), IngestError> {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|cause| IngestError::Read { input: "standard input".into(), rows: 0, cause })?;
        self.stdin = Some(Input::memory("-", bytes));
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, argument: &str) -> Result<(), IngestError> {
        let folder = absolute(folder);
        let before = self.files.len();
        self.walk(&folder)?;
        if self.files.len() == before && !self.files.keys().any(|path| path.starts_with(&folder)) {
            return Err(self.nothing_in(argument, &folder));
        }
        self.roots.push(folder);
        Ok(())
    }

    fn nothing_in(&self, argument: &str, folder: &Path) -> IngestError {
        let inside = self.skipped.keys().filter(|path| path.starts_with(folder));
        let names: Vec<String> = inside.map(|path| relative(path, folder)).take(10).collect();
        let skipped = if names.is_empty() { String::new() } else { format!(" (not data: {})", names.join(", ")) };
        IngestError::NoFiles { place: argument.to_owned(), skipped }
    }

    /// Takes every file below a folder; a folder that links lead to twice is walked once.
    fn walk(&mut self, folder: &Path) -> Result<(), IngestError> {
        let name = folder.display().to_string();
        let real = std::fs::canonicalize(folder).map_err(|cause| open_error(folder, &name, cause))?;
        if !self.walked.insert(real) {
            return Ok(());
        }
        let entries = std::fs::read_dir(folder).map_err(|cause| open_error(folder, &name, cause))?;
        for entry in entries {
            let path = entry.map_err(|cause| open_error(folder, &name, cause))?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if file_name.starts_with('.') {
                continue;
            }
            if std::fs::metadata(&path).is_ok_and(|facts| facts.is_dir()) {
                self.walk(&path)?;
            } else if let Some(reason) = not_data(&file_name) {
                self.skipped.insert(path, reason);
            } else {
                self.files.entry(path).or_insert(false);
            }
        }
        Ok(())
    }

    fn add_pattern(&mut self, pattern: &str) -> Result<(), IngestError> {
        let (base, matcher) = compiled(pattern)?;
        let mut below = Self::default();
        if base.is_dir() {
            below.walk(&base)?;
        }
        let matching: Vec<PathBuf> = below.files.into_keys().filter(|path| matcher.is_match(path)).collect();
        if matching.is_empty() {
            return Err(IngestError::NoFiles { place: pattern.to_owned(), skipped: String::new() });
        }
        for path in matching {
            self.roots.extend(path.parent().map(Path::to_owned));
            self.files.insert(path, true);
        }
        Ok(())
    }

    fn finish(self, arguments: &[String], root: Option<PathBuf>) -> Result<Inputs, IngestError> {
        if let Some(root) = &root {
            self.check_inside(root)?;
        }
        let root = root.unwrap_or_else(|| common_root(&self.roots));
        let mut inputs: Vec<Arc<Input>> =
            self.files.iter().map(|(path, named)| Input::file(relative(path, &root), path, *named)).collect();
        inputs.extend(self.stdin);
        inputs.sort_by(|a, b| natural::compare(a.name(), b.name()));
        let skipped = self.skipped.iter();
        let mut skipped: Vec<Skipped> = skipped
            .map(|(path, reason)| Skipped { name: relative(path, &root), reason: (*reason).to_owned() })
            .collect();
        skipped.sort_by(|a, b| natural::compare(&a.name, &b.name));
        if inputs.is_empty() {
            return Err(IngestError::NoFiles { place: arguments.join(", "), skipped: String::new() });
        }
        Ok(Inputs { root, inputs, skipped })
    }

    fn check_inside(&self, root: &Path) -> Result<(), IngestError> {
        let outside = self.files.keys().find(|path| !path.starts_with(root));
        outside.map_or(Ok(()), |path| Err(IngestError::OutsideRoot { path: path.clone(), root: root.to_owned() }))
    }
}

/// Why a file found in a folder or an archive is no data, judged by its name alone; `None` if its content decides.
pub(crate) fn not_data(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| lower.ends_with(suffix));
    match () {
        () if lower == "kundresa.toml" => Some("configuration"),
        () if starts(&["readme", "license", "licence", "notice", "changelog"]) => Some("documentation"),
        () if ends(&[".md", ".html", ".htm", ".pdf", ".png", ".jpg", ".jpeg", ".svg", ".toml", ".yaml", ".yml"]) => {
            Some("not a data format")
        }
        () if starts(&["_success", "_committed", "_started", "_temporary"]) || ends(&[".crc", ".tmp"]) => {
            Some("left by the program that wrote the export")
        }
        () => None,
    }
}

/// The folder a pattern starts from, and the pattern over absolute paths.
fn compiled(pattern: &str) -> Result<(PathBuf, GlobMatcher), IngestError> {
    let literal: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let base = absolute(if literal.as_os_str().is_empty() { Path::new(".") } else { &literal });
    let rest = Path::new(pattern).strip_prefix(&literal).unwrap_or(Path::new(pattern));
    let whole = format!("{}/{}", globset::escape(&base.to_string_lossy()), rest.to_string_lossy());
    let glob = globset::GlobBuilder::new(&whole).literal_separator(true).build();
    let glob =
        glob.map_err(|error| IngestError::BadPattern { pattern: pattern.into(), reason: error.kind().to_string() })?;
    Ok((base, glob.compile_matcher()))
}

/// The absolute path without `.` and `..`, links as they are.
fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

fn common_root(roots: &[PathBuf]) -> PathBuf {
    let mut root = roots.first().cloned().unwrap_or_else(|| absolute(Path::new(".")));
    while !roots.iter().all(|other| other.starts_with(&root)) && root.pop() {}
    root
}

fn relative(path: &Path, root: &Path) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> = rest.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// What to do about a path that is not there: ` (did you mean …?)` by the names in its folder, else what would be an input.
pub(crate) fn nearest_name(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(wanted) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { return String::new() };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return format!("\nhint: there is no folder {} either", folder.display());
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.sort_unstable();
    let near = suggest::hint(&wanted, names.iter().map(String::as_str));
    if near.is_empty() {
        return "\nhint: an input is a file, a folder, a pattern such as 'logs/*.csv', a store, or - for standard input"
            .to_owned();
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        folder
    }

    fn names(arguments: &[String]) -> Vec<String> {
        discover(arguments).unwrap().inputs.iter().map(|input| input.name().to_owned()).collect()
    }

    #[test]
    fn folder_gives_its_files_in_natural_order_without_what_is_no_data() {
        let folder = folder(&[
            "b/part10.csv",
            "b/part2.csv",
            "a.csv",
            ".hidden",
            "README.md",
            "kundresa.toml",
            "b/.git/x",
            "_SUCCESS",
            "notes.txt",
        ]);
        let path = folder.path().display().to_string();
        assert_eq!(names(std::slice::from_ref(&path)), ["a.csv", "b/part2.csv", "b/part10.csv", "notes.txt"]);
        let skipped: Vec<_> = discover(&[path]).unwrap().skipped.into_iter().map(|skipped| skipped.name).collect();
        assert_eq!(skipped, ["README.md", "_SUCCESS", "kundresa.toml"]);
    }

    #[test]
    fn names_are_relative_to_what_all_arguments_share() {
        let folder = folder(&["x/a.csv", "y/a.csv", "y/b.csv"]);
        let at = |rest: &str| folder.path().join(rest).display().to_string();
        assert_eq!(names(&[at("x/a.csv")]), ["a.csv"]);
        assert_eq!(names(&[at("x/a.csv"), at("y/a.csv")]), ["x/a.csv", "y/a.csv"]);
        assert_eq!(names(&[at("y"), at("y/../y/a.csv")]), ["a.csv", "b.csv"]);
        assert_eq!(names(&[at("*/a.csv")]), ["x/a.csv", "y/a.csv"]);
        assert_eq!(names(&[at("**/*.csv")]), ["x/a.csv", "y/a.csv", "y/b.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_up_end() {
        let folder = folder(&["x/a.csv"]);
        for link in ["x/up", "x/again", "loop"] {
            std::os::unix::fs::symlink(folder.path(), folder.path().join(link)).unwrap();
        }
        assert_eq!(names(&[folder.path().display().to_string()]), ["x/a.csv"]);
    }

    #[test]
    fn missing_file_suggests_its_neighbour() {
        let folder = folder(&["events.csv"]);
        let path = folder.path().join("event.csv").display().to_string();
        let error = discover(&[path]).unwrap_err().to_string();
        assert!(error.contains("did you mean `events.csv`?"), "{error}");
    }

    fn under(folder: &Path, file: &str, root: &str) -> Result<Inputs, IngestError> {
        discover_under(&[folder.join(file).display().to_string()], Some(&folder.join(root)))
    }

    #[test]
    fn names_are_relative_to_the_root_that_is_given() {
        let folder = folder(&["log/a/1.csv", "log/b/2.csv"]);
        let inputs = under(folder.path(), "log/a", "log/a/..").unwrap();
        assert_eq!(inputs.root, folder.path().join("log"));
        assert_eq!(inputs.inputs[0].name(), "a/1.csv");
        assert_eq!(inputs.inputs[0].path(), Some(folder.path().join("log/a/1.csv").as_path()));
        assert_eq!(under(folder.path(), "log/a/1.csv", "").unwrap().inputs[0].name(), "log/a/1.csv");
        assert_eq!(
            discover(&[folder.path().join("log/b").display().to_string()]).unwrap().root,
            folder.path().join("log/b")
        );
    }

    #[test]
    fn an_input_outside_the_root_is_refused_with_both_places() {
        let folder = folder(&["log/a/1.csv", "logs/2.csv"]);
        let error = under(folder.path(), "logs", "log").unwrap_err().to_string();
        let place = folder.path().display();
        assert!(error.contains(&format!("{place}/logs/2.csv lies outside {place}/log")), "{error}");
    }

    #[test]
    fn standard_input_may_have_a_name() {
        let inputs = vec![Input::memory("-", "x"), Input::file("b.csv", "/b.csv", true)];
        let inputs = Inputs { inputs, ..Inputs::default() }.with_stdin_name("c.csv");
        assert_eq!(inputs.inputs.iter().map(|input| input.name()).collect::<Vec<_>>(), ["b.csv", "c.csv"]);
    }

    #[test]
    fn folder_without_data_says_what_it_has() {
        let folder = folder(&["README.md"]);
        let error = discover(&[folder.path().display().to_string()]).unwrap_err().to_string();
        assert!(error.contains("no data files") && error.contains("README.md"), "{error}");
    }
}

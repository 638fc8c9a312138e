//! How does an output file come to be there whole, or not at all?
//!
//! It is written beside its place under another name and takes that place at the end. When the disk is full half way, or
//! the work fails, what stood there before still does. Devices and pipes have no such place and are written to directly.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that is not yet where it belongs.
pub struct WholeFile {
    writer: BufWriter<File>,
    place: PathBuf,
    /// None where the place itself is written to.
    beside: Option<PathBuf>,
}

impl WholeFile {
    /// Begins the file that [`Self::finish`] puts at `path`.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        // A link stays one: what it leads to is replaced.
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&place).ok();
        if before.as_ref().is_none_or(fs::Metadata::is_file)
            && let Some(beside) = beside(&place)
            // A folder that takes no new files may still let this one be written.
            && let Ok(file) = File::create_new(&beside)
        {
            if let Some(before) = before {
                file.set_permissions(before.permissions())?;
            }
            return Ok(Self { writer: BufWriter::new(file), place, beside: Some(beside) });
        }
        Ok(Self { writer: BufWriter::new(File::create(&place)?), place, beside: None })
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// # Errors
    /// When either fails; then the place is as it was.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()?;
        if let Some(beside) = &self.beside {
            fs::rename(beside, &self.place)?;
        }
        self.beside = None;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // What failed is told already; a file left over harms nobody.
            let _ = fs::remove_file(beside);
        }
    }
}

/// A hidden name of this process in the same folder.
fn beside(place: &Path) -> Option<PathBuf> {
    let name = place.file_name()?.to_string_lossy();
    Some(place.with_file_name(format!(".{name}.{}.tmp", std::process::id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("listed").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn an_unfinished_file_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let mut file = WholeFile::create(&path).expect("begun");
        file.write_all(b"half").expect("written");
        drop(file);
        assert!(names(folder.path()).is_empty());
        fs::write(&path, "before").expect("written");
        let mut file = WholeFile::create(&path).expect("begun");
        file.write_all(b"after").expect("written");
        file.flush().expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "before");
        file.finish().expect("put in its place");
        assert_eq!(fs::read_to_string(&path).expect("read"), "after");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (place, link) = (folder.path().join("a.csv"), folder.path().join("link.csv"));
        fs::write(&place, "before").expect("written");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).expect("its own file");
        symlink(&place, &link).expect("a link");
        let mut file = WholeFile::create(&link).expect("begun");
        file.write_all(b"after").expect("written");
        file.finish().expect("put in its place");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&place).expect("read"), "after");
        assert_eq!(fs::metadata(&place).expect("there").permissions().mode() & 0o777, 0o640);
    }
}

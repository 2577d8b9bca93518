//! Files: path → bytes. What an output is before anybody writes it; and how it gets to the disk.

mod folder;
mod manifest;
mod publish;

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;

pub use publish::{Edition, Place, Published, begin, publish, reserve};

/// Takes the path and the bytes of a file as soon as they are made, from any thread. Outputs give their
/// files to one, so that nothing needs to hold all of them at once.
pub type Sink<'a> = dyn Fn(&str, &[u8]) -> Result<(), Error> + Sync + 'a;

/// A set of files to be published or served. Paths are relative, with `/` between names, and never
/// begin with `/` or hold `..`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl Files {
    /// The files that `output` gives to its sink.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn gathered(output: impl FnOnce(&Sink<'_>) -> Result<(), Error>) -> Result<Self, Error> {
        let files = Mutex::new(Self::default());
        output(&|path, bytes| {
            files.lock().unwrap_or_else(PoisonError::into_inner).add(path, bytes);
            Ok(())
        })?;
        Ok(files.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a file; a path given twice is a fault of the program.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        let path = path.into();
        debug_assert!(
            !path.starts_with('/') && !path.split('/').any(|name| name == ".." || name.is_empty()),
            "{path}"
        );
        let before = self.files.insert(path, bytes.into());
        debug_assert!(before.is_none(), "a file is made twice");
    }

    /// Adds all files of another set.
    pub fn extend(&mut self, other: Self) {
        for (path, bytes) in other.files {
            self.add(path, bytes);
        }
    }

    /// The bytes of a file.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// Paths and bytes, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Writes one file so that a reader, or a crash, sees the old bytes or the new ones and nothing between:
/// to a file beside it, then by rename. Permissions of a file that is replaced are kept. What is no
/// ordinary file, such as `/dev/stdout`, is written to as it stands.
///
/// # Errors
/// [`Error::Write`] when the file cannot be written; an ordinary file is then as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || match path.metadata() {
        Ok(found) if found.is_file() => rename_over(&path.canonicalize()?, bytes, Some(found.permissions())),
        Ok(_) => std::fs::write(path, bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => rename_over(path, bytes, None),
        Err(error) => Err(error),
    };
    write().map_err(Error::write(path))
}

/// Writes a new file that only its owner can read.
///
/// # Errors
/// [`Error::Write`] when the file is there already or cannot be written.
pub fn secret(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::write(path))
}

fn rename_over(path: &Path, bytes: &[u8], permissions: Option<Permissions>) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // The mode asked for at creation is cut down by the umask, as that of any new file.
    let ordinary = Permissions::from_mode(0o666);
    let mut beside = tempfile::Builder::new().prefix(".shouce-").permissions(ordinary).tempfile_in(folder)?;
    beside.write_all(bytes)?;
    if let Some(permissions) = permissions {
        beside.as_file().set_permissions(permissions)?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_a_file_keeps_its_permissions_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        std::fs::write(&path, "旧").expect("written");
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("set");
        replace(&path, "新".as_bytes()).expect("replaced");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "新");
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a.md"), folder.path().join("b.md"));
        std::fs::write(&path, "旧").expect("written");
        std::os::unix::fs::symlink("a.md", &link).expect("linked");
        replace(&link, b"x").expect("replaced");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&path).expect("read"), b"x");
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let error = replace(Path::new("/nowhere/a.md"), b"x").expect_err("no such folder");
        assert!(error.to_string().contains("/nowhere/a.md"), "{error}");
    }
}

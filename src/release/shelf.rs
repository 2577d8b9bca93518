//! Where editions are: archives in `editions/`, and tags of the repository around the handbook.

use std::path::{Path, PathBuf};

use crate::compile::{Compiled, compile};
use crate::error::Error;
use crate::export;
use crate::files::Files;
use crate::source::sealed::{ENDING, Sealed};
use crate::source::{self, Sources, git};

/// Folder of the archives, in the handbook's folder.
pub const FOLDER: &str = "editions";

/// Where an edition was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In an archive.
    Archive(PathBuf),
    /// At a tag of the repository.
    Tag,
}

/// The editions of a handbook: label and place, the oldest first. One that is both in an archive and at a
/// tag is listed once, as an archive.
///
/// # Errors
/// [`Error::Read`] when the folder of the archives cannot be read.
pub fn editions(root: &Path) -> Result<Vec<(String, Place)>, Error> {
    let folder = root.join(FOLDER);
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(&folder).map_err(Error::read(&folder))? {
            let path = entry.map_err(Error::read(&folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(label) = name.strip_suffix(ENDING) {
                found.push((label.to_owned(), Place::Archive(path)));
            }
        }
    }
    for label in git::editions(root) {
        if !found.iter().any(|(known, _)| *known == label) {
            found.push((label, Place::Tag));
        }
    }
    found.sort_by(|(a, _), (b, _)| parts(a).cmp(&parts(b)).then_with(|| a.cmp(b)));
    Ok(found)
}

/// `2026.10` comes after `2026.9`.
fn parts(label: &str) -> Vec<u64> {
    label.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect()
}

/// Path of an edition's archive.
pub fn archive(root: &Path, label: &str) -> PathBuf {
    root.join(FOLDER).join(format!("{label}{ENDING}"))
}

/// The archive of a sealed edition, read.
///
/// # Errors
/// [`Error::Read`] when the file cannot be read, [`Error::Refused`] when it is no archive.
pub fn read_archive(path: &Path) -> Result<Sealed, Error> {
    let bytes = std::fs::read(path).map_err(Error::read(path))?;
    Sealed::read(&bytes).map_err(|why| Error::Refused(format!("{}：{why}", path.display())))
}

/// The digest of a sealed edition (`sha256:…`), when it holds a bundle.
pub fn digest(sealed: &Sealed) -> Option<String> {
    let mut files = Files::default();
    let manifest = format!("{}/{}", export::FOLDER, export::MANIFEST);
    files.add(manifest.clone(), sealed.files.get(&manifest)?.clone());
    export::edition_digest(&files).map(|digest| format!("sha256:{digest}"))
}

/// The files of a handbook by what people name it with: nothing or `.` for the folder as it stands, a
/// label of an edition, a path of an archive or of another folder, or a revision of git.
///
/// # Errors
/// [`Error::Refused`] when nothing has this name; [`Error::Read`] when it cannot be read.
pub fn sources(root: &Path, name: Option<&str>) -> Result<Sources, Error> {
    let Some(name) = name.filter(|name| *name != ".") else { return source::read(root) };
    if let Some((_, place)) = editions(root)?.into_iter().find(|(label, _)| label == name) {
        return match place {
            Place::Archive(path) => Ok(read_archive(&path)?.sources()),
            Place::Tag => git::read(root, &format!("{}{name}", git::TAG)),
        };
    }
    let path = Path::new(name);
    if path.is_dir() {
        return source::read(path);
    }
    if path.is_file() {
        return Ok(read_archive(path)?.sources());
    }
    git::read(root, name).map_err(|_| {
        let known =
            editions(root).unwrap_or_default().into_iter().map(|(label, _)| label).collect::<Vec<_>>();
        let known = if known.is_empty() {
            "还没有封过版".to_owned()
        } else {
            format!("有 {}", known.join("、"))
        };
        Error::Refused(format!("没有叫「{name}」的版、文件、文件夹或 git 提交（{known}）"))
    })
}

/// [`sources`], compiled.
///
/// # Errors
/// As for [`sources`].
pub fn open(root: &Path, name: Option<&str>) -> Result<Compiled, Error> {
    Ok(compile(&sources(root, name)?))
}

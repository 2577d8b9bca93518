//! Which folders a build may write and clear: only new ones, empty ones, and its own.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::manifest::{self, Manifest};
use crate::error::Error;

/// Files that desktops leave behind wherever a folder is looked at; nobody misses them.
const LITTER: [&str; 2] = [".DS_Store", "Thumbs.db"];

/// How many strangers a refusal names.
const NAMED: usize = 5;

/// What stands where a build is to go.
#[derive(Debug)]
pub enum State {
    /// Nothing.
    Absent,
    /// An empty folder.
    Empty,
    /// What an earlier build wrote, and nothing else.
    Ours(Manifest),
}

/// The absolute path of an output folder. Its parents are made, and links among them resolved; the
/// folder itself may not be a link.
///
/// # Errors
/// [`Error::Refused`] for a link; [`Error::Write`] when its parents cannot be made.
pub fn resolve(out: &Path) -> Result<PathBuf, Error> {
    if out.is_symlink() {
        return Err(refused(out, "是符号链接；请直接写它指向的文件夹"));
    }
    match out.file_name() {
        Some(name) => {
            let parent = out
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or_else(|| Path::new("."));
            fs::create_dir_all(parent).map_err(Error::write(parent))?;
            Ok(parent.canonicalize().map_err(Error::read(parent))?.join(name))
        }
        // `.`, `..` and `/` have no name; whatever they are, they exist.
        None => out.canonicalize().map_err(Error::read(out)),
    }
}

/// Refuses folders that no build may take, whatever is in them: the root, one that holds any of
/// `protected`, and a work tree of git.
///
/// # Errors
/// [`Error::Refused`] with the reason.
pub fn refuse(out: &Path, protected: &[PathBuf]) -> Result<(), Error> {
    if out.parent().is_none() {
        return Err(refused(out, "是根目录"));
    }
    for held in protected {
        let real = held.canonicalize().unwrap_or_else(|_| held.clone());
        if real == out {
            return Err(refused(out, "不能由构建来清空；请另给一个文件夹，如 site"));
        }
        if real.starts_with(out) {
            return Err(refused(out, &format!("里面有 {}，不能由构建来清空", held.display())));
        }
    }
    if out.join(".git").symlink_metadata().is_ok() {
        return Err(refused(out, "是 git 工作区；请在其中另给一个文件夹"));
    }
    Ok(())
}

/// Looks at an output folder without following links.
///
/// # Errors
/// [`Error::Refused`] when it holds anything that no build of ours put there.
pub fn examine(out: &Path) -> Result<State, Error> {
    match out.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Absent),
        Err(error) => return Err(Error::read(out)(error)),
        Ok(found) if !found.is_dir() => return Err(refused(out, "不是文件夹")),
        Ok(_) => {}
    }
    let Some(manifest) = Manifest::read(out)? else {
        return match fs::read_dir(out).map_err(Error::read(out))?.next() {
            None => Ok(State::Empty),
            Some(first) => {
                let name = first.map_err(Error::read(out))?.file_name();
                let why = format!(
                    "不是空的（有 {}），也不是 shouce 构建的；请另给一个文件夹",
                    Path::new(&name).display()
                );
                Err(refused(out, &why))
            }
        };
    };
    let strangers = strangers(out, &manifest)?;
    if strangers.is_empty() {
        return Ok(State::Ours(manifest));
    }
    let named: Vec<_> = strangers.iter().take(NAMED).map(|path| path.display().to_string()).collect();
    let more = if strangers.len() > NAMED { " 等" } else { "" };
    let why = format!("里有不是 shouce 放的文件（{}{more}），构建会把它们删掉；请先移走", named.join("、"));
    Err(refused(out, &why))
}

/// Removes an edition, but only what its manifest lists; gives what was left because it is somebody
/// else's. A folder without a manifest is a half-written one of ours, and goes whole.
///
/// # Errors
/// [`Error::Write`] when something cannot be removed.
pub fn remove(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let Some(manifest) = Manifest::read(folder)? else {
        return match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(folder)(error)),
            _ => Ok(Vec::new()),
        };
    };
    let kept = strangers(folder, &manifest)?;
    for entry in WalkDir::new(folder).min_depth(1).contents_first(true) {
        let entry = entry.map_err(|error| walk_failed(folder, error))?;
        let name = relative(folder, entry.path());
        if entry.file_type().is_dir() {
            // One that holds a stranger is not empty, and stays.
            let _ = fs::remove_dir(entry.path());
        } else if name != Path::new(manifest::FILE) && !kept.contains(&name) {
            fs::remove_file(entry.path()).map_err(Error::write(entry.path()))?;
        }
    }
    if kept.is_empty() {
        // The marker goes last: a folder whose removal was cut short is still known as ours.
        fs::remove_file(folder.join(manifest::FILE)).map_err(Error::write(folder))?;
        fs::remove_dir(folder).map_err(Error::write(folder))?;
    }
    Ok(kept)
}

/// Everything below `folder` that `manifest` does not list: other files, and any link.
fn strangers(folder: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| walk_failed(folder, error))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let name = relative(folder, entry.path());
        let listed =
            name.to_str().is_some_and(|name| name == manifest::FILE || manifest.digests.contains_key(name));
        let litter = LITTER.iter().any(|litter| entry.file_name() == *litter);
        if !(entry.file_type().is_file() && (listed || litter)) {
            found.push(name);
        }
    }
    Ok(found)
}

fn relative(folder: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}

fn walk_failed(folder: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(folder).to_owned();
    Error::read(path)(error.into_io_error().unwrap_or_else(|| std::io::Error::other("文件夹绕回了自己")))
}

fn refused(out: &Path, why: &str) -> Error {
    Error::Refused(format!("输出文件夹 {} {why}", out.display()))
}

//! A handbook as it stood at a git tag or commit, read through the `git` program.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Sources;
use super::sealed::Sealed;
use crate::error::Error;

/// Tags of sealed editions begin with this.
pub const TAG: &str = "edition/";

/// The labels of the editions that are tagged in the repository around a handbook, in the order of their
/// names. None where there is no repository or no `git`.
pub fn editions(root: &Path) -> Vec<String> {
    let tags = git(root, &["tag", "--list", &format!("{TAG}*")]).unwrap_or_default();
    let tags = String::from_utf8_lossy(&tags);
    tags.lines().filter_map(|tag| tag.strip_prefix(TAG)).map(str::to_owned).collect()
}

/// The handbook in `root` as it stood at `revision`.
///
/// # Errors
/// [`Error::Refused`] when git cannot give it.
pub fn read(root: &Path, revision: &str) -> Result<Sources, Error> {
    if revision.starts_with('-') {
        return Err(Error::Refused(format!("「{revision}」不是 git 的标签或提交")));
    }
    // Run in a folder, git archives that folder, with names that begin there.
    let archive = git(root, &["archive", "--format=zip", revision, "."])
        .map_err(|why| Error::Refused(format!("git 里取不出 {revision}：{why}")))?;
    let sealed =
        Sealed::read(&archive).map_err(|why| Error::Refused(format!("git 给出的 {revision}：{why}")))?;
    let mut sources = Sources::default();
    for (name, bytes) in sealed.files {
        sources.take(&name, bytes);
    }
    Ok(sources)
}

/// Tags the last commit as an edition.
///
/// # Errors
/// In words: why git did not.
pub fn tag(root: &Path, edition: &str, message: &str) -> Result<(), String> {
    git(root, &["tag", "--annotate", &format!("{TAG}{edition}"), "--message", message]).map(drop)
}

/// Whether the handbook's folder is committed as it stands. `None` where there is no repository.
pub fn is_committed(root: &Path) -> Option<bool> {
    git(root, &["status", "--porcelain", "--", "."]).ok().map(|changes| changes.is_empty())
}

fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let run = Command::new("git").arg("-C").arg(root).args(arguments).stdin(Stdio::null()).output();
    let output = run.map_err(|error| format!("运行不了 git（{error}）"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.lines().next().unwrap_or("git 没有说为什么").to_owned())
}

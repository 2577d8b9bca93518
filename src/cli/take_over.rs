//! `shouce init --from`: a folder of plain Markdown becomes a handbook in plain mode, file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::init::{Origin, write_all};
use super::{Exit, Failure, Shell};
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::{compile, config, source};

/// The configuration of a handbook in plain mode.
const CONFIG: &str = include_str!("scaffold/plain.yaml");

/// Takes `from` over into `folder`, and says what each file became: pages with their ids on the standard
/// output, what could not become a page on the standard error.
///
/// # Errors
/// When the folder cannot be read, or a file is in the way or cannot be written.
pub fn run(from: &Path, folder: &Path, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let (found, links) = files(from)?;
    if found.iter().any(|path| path == Path::new(config::FILE)) {
        let why = format!("{} 里已经有 {}，它就是一本手册", from.display(), config::FILE);
        return Err(Error::Refused(why).into());
    }
    if is_inside(folder, from) {
        let why = format!("{} 在 {} 里面；请把新手册放到别处", folder.display(), from.display());
        return Err(Error::Refused(why).into());
    }
    let mut plan = vec![(PathBuf::from(config::FILE), Origin::Text(CONFIG))];
    plan.extend(found.iter().map(|path| (path.clone(), Origin::File(from.join(path)))));
    write_all(folder, &plan)?;

    let sources = source::read(folder)?;
    let compiled = compile::compile(&sources);
    // A page that cannot be read to its end has an id that nobody should rely on.
    let trouble = |path: &str| {
        let mut errors = compiled.diagnostics.iter().filter(|found| found.rule.severity == Severity::Error);
        errors.find(|found| *found.span.file == *path)
    };
    let ids: BTreeMap<&str, &str> =
        compiled.handbook.pages.iter().map(|page| (&*page.path, &*page.id)).collect();
    let (mut pages, mut without) = (0, Vec::new());
    for path in found.iter().map(|path| path.display().to_string()).filter(|path| compile::is_markdown(path))
    {
        match (trouble(&path), ids.get(&*path)) {
            (None, Some(id)) => {
                pages += 1;
                writeln!(shell.out, "{path}\t{id}")?;
            }
            (Some(why), _) => without.push(format!("{path}：{}", why.message)),
            (None, None) => without.push(format!("{path}：没有读成一页")),
        }
    }
    let others = found.len() - pages - without.len();
    without.extend(links.iter().map(|path| format!("{}：符号链接，没有带过来", path.display())));
    for line in &without {
        shell.say(format_args!("没有编号  {line}"));
    }
    shell.say(format_args!(
        "带过来 {} 个文件：{} 页有编号，{} 个没有编号，{others} 个不是 Markdown；编号是路径去掉 .md，前言里写 id 可以改",
        found.len(),
        pages,
        without.len(),
    ));
    Ok(if without.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// The files of a folder by their path in it, and its links; hidden files stay behind.
fn files(from: &Path) -> Result<(BTreeSet<PathBuf>, Vec<PathBuf>), Error> {
    let (mut files, mut links) = (BTreeSet::new(), Vec::new());
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    for entry in WalkDir::new(from).sort_by_file_name().into_iter().filter_entry(visible) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(from).to_owned();
            Error::read(path)(
                error.into_io_error().unwrap_or_else(|| std::io::Error::other("文件夹绕回了自己")),
            )
        })?;
        let path = entry.path().strip_prefix(from).unwrap_or(entry.path()).to_owned();
        if entry.path_is_symlink() {
            links.push(path);
        } else if entry.file_type().is_file() {
            files.insert(path);
        }
    }
    Ok((files, links))
}

/// Whether a folder that may not exist yet lies in another.
fn is_inside(folder: &Path, outer: &Path) -> bool {
    let Ok(outer) = outer.canonicalize() else { return false };
    let existing = folder.ancestors().find_map(|ancestor| {
        let ancestor = if ancestor.as_os_str().is_empty() { Path::new(".") } else { ancestor };
        ancestor.canonicalize().ok()
    });
    existing.is_some_and(|existing| existing.starts_with(outer))
}

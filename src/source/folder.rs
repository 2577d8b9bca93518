//! A handbook in a folder, read with walkdir in an order that does not depend on the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{SourceFile, Sources, decode};
use crate::diagnostic::{Diagnostic, Span};
use crate::error::Error;
use crate::{config, rule};

/// The memory of all ids, which is text too.
const LOCK: &str = "ids.lock";

/// Queries with their answers, in the folder of the search sources.
const JUDGMENTS: &str = "judgments.yaml";

/// Kinds of pictures that a page may show.
const ASSETS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/// Folder of the handbook's own templates; in a folder without settings it is one like any other.
pub(super) const TEMPLATES: &str = "templates/";

/// Reads every Markdown and YAML file of the handbook in `root`, its pictures and its templates. Hidden
/// files, hidden folders and the output of builds are left out; symbolic links are refused, because they
/// may lead out of the folder.
///
/// # Errors
/// [`Error::Read`] when the folder or a file in it cannot be read.
pub fn read(root: &Path) -> Result<Sources, Error> {
    let mut sources = Sources { root: root.to_owned(), ..Sources::default() };
    if !root.is_dir() {
        return Err(Error::Refused(format!("没有手册文件夹 {}", root.display())));
    }
    let configured = root.join(config::FILE).is_file();
    let files = files(root, configured, &mut sources)?;
    // Reading and decoding is most of the work; what was read is put together in the order of names.
    let read = |(name, path): &(Arc<str>, PathBuf)| {
        let bytes = std::fs::read(path).map_err(Error::read(path))?;
        Ok(match name.strip_prefix(TEMPLATES).filter(|_| configured) {
            Some(template) => Content::Template(template.to_owned(), bytes),
            None if is_text(name) => Content::Text(decode(name, &bytes)),
            None => Content::Picture(bytes.into()),
        })
    };
    let contents: Vec<Result<Content, Error>> = files.par_iter().map(read).collect();
    for ((name, _), content) in files.into_iter().zip(contents) {
        match content? {
            Content::Text(decoded) => sources.put(name, decoded),
            Content::Picture(bytes) => {
                sources.assets.insert(name, bytes);
            }
            // A template that is not UTF-8 is none; the theme has text files only.
            Content::Template(name, bytes) => {
                sources.templates.extend(String::from_utf8(bytes).ok().map(|text| (name, text)));
            }
        }
    }
    judgments(root, &mut sources)?;
    Ok(sources)
}

/// Reads the judgments of the search sources, which may stand beside the handbook.
fn judgments(root: &Path, sources: &mut Sources) -> Result<(), Error> {
    let (config, _) = config::parse(sources.text(config::FILE), &config::FILE.into());
    let Some(folder) = config.search else { return Ok(()) };
    let name = format!("{folder}/{JUDGMENTS}");
    let path = root.join(&name);
    if !sources.files.contains_key(name.as_str()) && path.is_file() {
        let bytes = std::fs::read(&path).map_err(Error::read(&path))?;
        let name: Arc<str> = name.into();
        let decoded = decode(&name, &bytes);
        sources.put(name, decoded);
    }
    Ok(())
}

/// What a file holds.
enum Content {
    Text((Option<SourceFile>, Vec<Diagnostic>)),
    Picture(Arc<[u8]>),
    /// Its name among the templates, and its bytes.
    Template(String, Vec<u8>),
}

/// The files in `root` that a handbook may have, in the order of their names, with their paths. Links are
/// reported.
fn files(root: &Path, configured: bool, sources: &mut Sources) -> Result<Vec<(Arc<str>, PathBuf)>, Error> {
    let visible = |entry: &walkdir::DirEntry| {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let built = entry.file_type().is_dir() && entry.path().join(config::SITE_MARKER).exists();
        entry.depth() == 0 || !(hidden || built)
    };
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(visible) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            Error::Read {
                path,
                cause: error.into_io_error().unwrap_or_else(|| std::io::Error::other("文件夹绕回了自己")),
            }
        })?;
        let Some(name) = relative(root, entry.path()) else { continue };
        if entry.path_is_symlink() {
            let span = Span::new(&name, 0..0);
            sources.diagnostics.push(
                Diagnostic::new(rule::SYMLINK, span, format!("{name} 是符号链接，没有读"))
                    .help("把文件本身放进手册文件夹"),
            );
        } else if entry.file_type().is_file() && is_wanted_in(&name, configured) {
            files.push((name, entry.into_path()));
        }
    }
    Ok(files)
}

/// Whether a file of this name may be one of a handbook's.
pub(super) fn is_wanted(name: &str) -> bool {
    is_wanted_in(name, true)
}

/// The same where it is known whether the folder has settings, and so templates.
fn is_wanted_in(name: &str, configured: bool) -> bool {
    is_text(name) || is_picture(name) || (configured && format!("{name}/").starts_with(TEMPLATES))
}

/// The name of a template in its folder.
pub(super) fn template(name: &str) -> Option<&str> {
    name.strip_prefix(TEMPLATES)
}

pub(super) fn is_text(name: &str) -> bool {
    matches!(&*extension(name), "md" | "markdown" | "yaml" | "yml") || name == LOCK
}

fn is_picture(name: &str) -> bool {
    ASSETS.contains(&&*extension(name))
}

fn extension(name: &str) -> String {
    Path::new(name).extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// The handbook to work on: `given`, or `handbook/` here, or the nearest folder upward that holds
/// the configuration file or a `handbook/` with one.
///
/// # Errors
/// [`Error::Refused`] when there is none.
pub fn find_handbook(given: Option<&Path>, here: &Path) -> Result<PathBuf, Error> {
    if let Some(given) = given {
        return if given.is_dir() {
            Ok(given.to_owned())
        } else {
            Err(Error::Refused(format!("没有手册文件夹 {}", given.display())))
        };
    }
    for folder in here.ancestors() {
        if folder.join(config::FILE).is_file() {
            return Ok(folder.to_owned());
        }
        let nested = folder.join("handbook");
        if nested.join(config::FILE).is_file() || (folder == here && nested.is_dir()) {
            return Ok(nested);
        }
    }
    Err(Error::Refused(format!(
        "在 {} 和它的上级里找不到手册（没有 {}）；用 --source 指定文件夹，或运行 shouce init",
        here.display(),
        config::FILE
    )))
}

fn relative(root: &Path, path: &Path) -> Option<Arc<str>> {
    let names: Option<Vec<_>> = path.strip_prefix(root).ok()?.iter().map(|name| name.to_str()).collect();
    let names = names?;
    (!names.is_empty()).then(|| names.join("/").into())
}

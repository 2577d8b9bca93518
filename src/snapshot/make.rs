//! Making the next content from the folder, when anything in it has changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;
use walkdir::WalkDir;

use super::{Content, Report};
use crate::compile::{self, Cache, Compiled};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::error::Error;
use crate::source::{self, Sources};
use crate::{config, site};

/// How contents are made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The handbook's folder.
    pub root: PathBuf,
    /// Whether pages listen for changes.
    pub live: bool,
}

/// What making gave.
#[derive(Debug)]
pub struct Made {
    /// The content; `None` when the handbook has errors or could not be read.
    pub content: Option<Arc<Content>>,
    /// What was wrong.
    pub report: Arc<Report>,
}

/// Makes contents one after another, and remembers the documents it has parsed.
#[derive(Debug)]
pub struct Maker {
    options: Options,
    cache: Cache,
    contents: u64,
    last: Option<Last>,
}

/// What the last content, or the last failure, was made from.
#[derive(Debug, PartialEq)]
enum Last {
    Inputs(Fingerprint, Option<Date>),
    Failure(String),
}

/// What was read, so that the same is not compiled again.
#[derive(Debug, PartialEq)]
struct Fingerprint {
    files: BTreeMap<Arc<str>, [u8; 32]>,
    /// What reading said, such as of a link that it did not follow.
    found: Vec<Diagnostic>,
    assets: BTreeMap<Arc<str>, Arc<[u8]>>,
    templates: BTreeMap<String, String>,
    search: BTreeMap<PathBuf, Vec<u8>>,
}

impl Maker {
    /// A maker that has made nothing yet.
    pub fn new(options: Options) -> Self {
        Self { options, cache: Cache::default(), contents: 0, last: None }
    }

    /// Reads the folder and compiles it. `None` when it holds what it held the last time, and the day
    /// is the same.
    pub fn make(&mut self, today: Option<Date>) -> Option<Made> {
        let start = Instant::now();
        match self.read() {
            Ok((sources, fingerprint)) => {
                tracing::debug!(took = ?start.elapsed(), "read");
                let templates = fingerprint.templates.clone();
                let now = Last::Inputs(fingerprint, today);
                if self.last.as_ref() == Some(&now) {
                    return None;
                }
                self.last = Some(now);
                Some(self.compile(sources, templates, today))
            }
            Err(error) => {
                let failure = error.to_string();
                let now = Last::Failure(failure.clone());
                if self.last.as_ref() == Some(&now) {
                    return None;
                }
                self.last = Some(now);
                Some(Made {
                    content: None,
                    report: Arc::new(Report { failure: Some(failure), ..Report::default() }),
                })
            }
        }
    }

    /// Folders that contents are made from: the handbook's, and that of its search sources.
    pub fn folders(&self) -> Vec<PathBuf> {
        let root = self.options.root.clone();
        let text = std::fs::read_to_string(root.join(config::FILE)).unwrap_or_default();
        let search = config::parse(&text, &config::FILE.into()).0.search.map(|folder| root.join(folder));
        [Some(root), search.filter(|folder| folder.is_dir())].into_iter().flatten().collect()
    }

    fn read(&self) -> Result<(Sources, Fingerprint), Error> {
        let sources = source::read(&self.options.root)?;
        let templates = read_folder(&self.options.root.join("templates"))?
            .into_iter()
            .filter_map(|(path, bytes)| {
                Some((path.to_str()?.replace('\\', "/"), String::from_utf8(bytes).ok()?))
            })
            .collect();
        let mut search = BTreeMap::new();
        for folder in self.folders().into_iter().skip(1) {
            search.extend(read_folder(&folder)?);
        }
        let files = sources.files.iter().map(|(path, file)| (path.clone(), file.hash)).collect();
        let found = sources.diagnostics.clone();
        let fingerprint = Fingerprint { files, found, assets: sources.assets.clone(), templates, search };
        Ok((sources, fingerprint))
    }

    fn compile(
        &mut self,
        sources: Sources,
        templates: BTreeMap<String, String>,
        today: Option<Date>,
    ) -> Made {
        let start = Instant::now();
        let Compiled { handbook, diagnostics } = compile::compile_cached(&sources, &self.cache);
        tracing::debug!(took = ?start.elapsed(), "compiled");
        let mut report = Report { diagnostics, sources, failure: None };
        if has_errors(&report.diagnostics) {
            return Made { content: None, report: Arc::new(report) };
        }
        let assets = report.sources.assets.clone();
        let options = site::Options { base_url: None, today, live: self.options.live, templates, assets };
        let start = Instant::now();
        let content = Content::new(self.contents + 1, handbook, &options);
        tracing::debug!(took = ?start.elapsed(), "site prepared");
        let content = match content {
            Ok(content) => {
                self.contents += 1;
                Some(Arc::new(content))
            }
            Err(error) => {
                report.failure = Some(error.to_string());
                None
            }
        };
        Made { content, report: Arc::new(report) }
    }
}

/// The files of a folder by their path in it; none when there is no such folder. Hidden files, links
/// and what is generated are left out.
fn read_folder(folder: &std::path::Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Error> {
    let mut files = BTreeMap::new();
    let wanted = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || name == "generated")
    };
    for entry in WalkDir::new(folder).into_iter().filter_entry(wanted).flatten() {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).map_err(Error::read(entry.path()))?;
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            files.insert(path.to_owned(), bytes);
        }
    }
    Ok(files)
}

//! Making the next content from the folder, when anything in it has changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use super::{Content, Report, Shelf};
use crate::compile::{self, Cache, Compiled};
use crate::diagnostic::has_errors;
use crate::error::Error;
use crate::site;
use crate::source::{self, Sources};

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
    shelf: Arc<Shelf>,
    last: Option<Last>,
}

/// What the last content, or the last failure, was made from.
#[derive(Debug)]
enum Last {
    Read(Arc<Sources>, Option<Date>),
    Failed(String),
}

impl Maker {
    /// A maker that has made nothing yet.
    pub fn new(options: Options) -> Self {
        let shelf = Arc::new(Shelf::new(&options.root));
        Self { options, cache: Cache::default(), contents: 0, shelf, last: None }
    }

    /// Reads the folder and compiles it. `None` when it holds what it held the last time, and the day
    /// is the same. `changed` are the only files that something happened to, when that is known: then
    /// the others are not read again.
    pub fn make(&mut self, today: Option<Date>, changed: Option<&BTreeSet<PathBuf>>) -> Option<Made> {
        let start = Instant::now();
        let read = self.read(changed);
        tracing::debug!(took = ?start.elapsed(), whole = changed.is_none(), "read");
        match (read, &self.last) {
            (Ok(sources), Some(Last::Read(before, day))) if *day == today && before.is_same(&sources) => None,
            (Ok(sources), _) => {
                let sources = Arc::new(sources);
                self.last = Some(Last::Read(sources.clone(), today));
                Some(self.compile(sources, today))
            }
            (Err(error), Some(Last::Failed(before))) if *before == error.to_string() => None,
            (Err(error), _) => {
                let failure = error.to_string();
                self.last = Some(Last::Failed(failure.clone()));
                let report = Report { failure: Some(failure), ..Report::default() };
                Some(Made { content: None, report: Arc::new(report) })
            }
        }
    }

    fn read(&self, changed: Option<&BTreeSet<PathBuf>>) -> Result<Sources, Error> {
        if let (Some(changed), Some(Last::Read(before, _))) = (changed, &self.last)
            && let Some(sources) = self.refreshed(before, changed)?
        {
            return Ok(sources);
        }
        source::read(&self.options.root)
    }

    /// What was read before with the changed files read again; `None` when that is not enough.
    fn refreshed(&self, before: &Sources, changed: &BTreeSet<PathBuf>) -> Result<Option<Sources>, Error> {
        let root = self.options.root.canonicalize().map_err(Error::read(&self.options.root))?;
        let mut sources = before.clone();
        for path in changed {
            let Some(name) = name_below(&root, path) else { return Ok(None) };
            if !source::refresh(&mut sources, &name)? {
                return Ok(None);
            }
        }
        Ok(Some(sources))
    }

    fn compile(&mut self, sources: Arc<Sources>, today: Option<Date>) -> Made {
        let start = Instant::now();
        let Compiled { handbook, diagnostics } = compile::compile_cached(&sources, &self.cache);
        tracing::debug!(took = ?start.elapsed(), "compiled");
        let mut report = Report { diagnostics, sources, failure: None };
        if has_errors(&report.diagnostics) {
            return Made { content: None, report: Arc::new(report) };
        }
        let options = site::Options {
            base_url: None,
            today,
            live: self.options.live,
            templates: report.sources.templates.clone(),
            assets: report.sources.assets.clone(),
        };
        let content = match Content::new(self.contents + 1, handbook, &options) {
            Ok(content) => {
                self.contents += 1;
                Some(Arc::new(content.with_shelf(&self.shelf)))
            }
            Err(error) => {
                report.failure = Some(error.to_string());
                None
            }
        };
        Made { content, report: Arc::new(report) }
    }
}

/// A path below the root as handbooks name files: relative, with `/` between names.
fn name_below(root: &Path, path: &Path) -> Option<String> {
    let names: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|name| name.to_str()).collect();
    names.map(|names| names.join("/")).filter(|name| !name.is_empty())
}

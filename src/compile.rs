//! The story on one page: files become documents, documents one handbook, and everything that is
//! wrong comes back in one sorted list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::config::{self, Config};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::id::{Id, IdKind};
use crate::lint;
use crate::model::{self, Handbook};
use crate::rule;
use crate::source::{SourceFile, Sources};
use crate::syntax::data::{self, Registries};
use crate::syntax::{self, Document};

/// A compiled handbook, and what is wrong with it.
#[derive(Debug)]
pub struct Compiled {
    /// The handbook. It is whole even when diagnostics hold errors: what could not be read is missing.
    pub handbook: Handbook,
    /// What is wrong, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Documents parsed before, by path; a file whose bytes are the same is not parsed again.
#[derive(Debug, Default)]
pub struct Cache {
    documents: Mutex<BTreeMap<Arc<str>, Parsed>>,
    registries: Mutex<Option<(Hashes, Registries, Vec<Diagnostic>)>>,
    norms: model::Cache,
    findings: lint::Cache,
}

/// A document, and what it was parsed from: the hash of its file, and whether it had to be a norm.
type Parsed = ([u8; 32], bool, Arc<Document>);

/// Compiles a handbook from its files.
pub fn compile(sources: &Sources) -> Compiled {
    compile_cached(sources, &Cache::default())
}

/// [`compile`], with documents remembered from one time to the next.
pub fn compile_cached(sources: &Sources, cache: &Cache) -> Compiled {
    let mut diagnostics = sources.diagnostics.clone();
    // What follows from the readable half of a file would only mislead.
    let refused: BTreeSet<_> =
        diagnostics.iter().filter(|d| d.rule == rule::NOT_UTF8).map(|d| d.span.file.clone()).collect();
    let files: Vec<_> = sources.files.iter().filter(|(path, _)| !refused.contains(*path)).collect();

    // 1. Settings.
    let config = match files.iter().find(|(path, _)| ***path == *config::FILE) {
        Some((path, file)) => {
            let (config, mut found) = config::parse(&file.text, path);
            diagnostics.append(&mut found);
            config
        }
        None => Config::default(),
    };

    // 2. Files become documents and registries.
    let documents = documents(&files, config.strict, cache);
    diagnostics.extend(documents.iter().flat_map(|document| document.diagnostics.iter().cloned()));
    let (registries, mut found) = registries(&files, cache);
    diagnostics.append(&mut found);

    // 3. Documents become one handbook.
    let (handbook, mut found) = model::resolve(config, &documents, registries, &names(sources), &cache.norms);
    // A registry with errors in it has no values to hold a text against.
    let faulty = broken(&diagnostics);
    found.retain(|d| {
        d.rule != rule::PARAMETER_VALUE || d.related.iter().all(|(span, _)| !faulty.contains(&span.file))
    });
    diagnostics.append(&mut found);

    // 4. The handbook is held against the rules. What is missing because its file is broken is no
    //    finding of its own.
    diagnostics.append(&mut lint::run(&handbook, sources, &broken(&diagnostics), &cache.findings));

    diagnostic::sort(&mut diagnostics);
    Compiled { handbook, diagnostics }
}

/// The files that hold errors.
fn broken(diagnostics: &[Diagnostic]) -> BTreeSet<Arc<str>> {
    let errors = diagnostics.iter().filter(|d| d.rule.severity == Severity::Error);
    errors.map(|d| d.span.file.clone()).collect()
}

/// The files that were read, and their hashes.
type Hashes = Vec<(Arc<str>, [u8; 32])>;

/// All registries, and what is wrong with them.
fn registries(files: &[(&Arc<str>, &SourceFile)], cache: &Cache) -> (Registries, Vec<Diagnostic>) {
    let files: Vec<_> = files.iter().filter(|(path, _)| data::is_registry(path)).collect();
    let hashes: Hashes = files.iter().map(|(path, file)| ((*path).clone(), file.hash)).collect();
    let mut kept = cache.registries.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, registries, found)) = kept.as_ref().filter(|(before, ..)| *before == hashes) {
        return (registries.clone(), found.clone());
    }
    let (mut registries, mut found) = (Registries::default(), Vec::new());
    for (path, file) in files {
        data::read(path, &file.text, &mut registries, &mut found);
    }
    *kept = Some((hashes, registries.clone(), found.clone()));
    (registries, found)
}

/// Ids of the norms that have a file, whether or not it could be read.
fn names(sources: &Sources) -> BTreeSet<Id> {
    let stems = sources.files.keys().filter_map(|path| path.rsplit('/').next()?.strip_suffix(".md"));
    stems.map(Id::new).filter(|id| id.kind() == Some(IdKind::Norm)).collect()
}

fn documents(files: &[(&Arc<str>, &SourceFile)], strict: bool, cache: &Cache) -> Vec<Arc<Document>> {
    let before = cache.documents.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let files: Vec<_> = files.iter().filter(|(path, _)| is_markdown(path)).collect();
    let documents: Vec<_> = files
        .par_iter()
        .map(|(path, file)| match before.get(*path) {
            Some((hash, mode, document)) if *hash == file.hash && *mode == strict => document.clone(),
            _ => Arc::new(syntax::parse(path, &file.text, strict)),
        })
        .collect();
    let after = files
        .iter()
        .zip(&documents)
        .map(|((path, file), document)| ((*path).clone(), (file.hash, strict, document.clone())));
    *cache.documents.lock().unwrap_or_else(PoisonError::into_inner) = after.collect();
    documents
}

/// Whether a file is text of the manual. Templates are not.
pub fn is_markdown(path: &str) -> bool {
    let text = std::path::Path::new(path)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"));
    text && !path.starts_with("templates/")
}

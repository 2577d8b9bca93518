//! The story on one page: files become articles, articles one handbook, and everything that is
//! wrong comes back in one sorted list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::config::{self, Config};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::id::{Id, IdKind};
use crate::lint;
use crate::model::{self, Article, Handbook, Roles};
use crate::rule;
use crate::source::{SourceFile, Sources};
use crate::syntax::data::{self, Registries};

/// A compiled handbook, and what is wrong with it.
#[derive(Debug)]
pub struct Compiled {
    /// The handbook. It is whole even when diagnostics hold errors: what could not be read is missing.
    pub handbook: Handbook,
    /// What is wrong, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// What was read and found before. A file whose bytes are the same is not read again.
#[derive(Debug, Default)]
pub struct Cache {
    articles: Mutex<BTreeMap<Arc<str>, Kept>>,
    registries: Mutex<Option<KeptRegistries>>,
    handbook: model::Cache,
    findings: lint::Cache,
}

/// All registries, what is wrong with them, and the files they were read from.
type KeptRegistries = (Hashes, Arc<Registries>, Vec<Diagnostic>);

/// An article, and what it was read from.
type Kept = (Origin, Arc<Article>);

/// The hash of a file, whether it had to be a norm, and which names roles had.
type Origin = ([u8; 32], bool, u64);

/// Compiles a handbook from its files.
pub fn compile(sources: &Sources) -> Compiled {
    let cache = Cache::default();
    let compiled = compile_cached(sources, &cache);
    // Nobody waits until what was only remembered is let go.
    rayon::spawn(|| drop(cache));
    compiled
}

/// [`compile`], with what can be taken over remembered from one time to the next.
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

    // 2. Files become registries and articles.
    let (registries, mut found) = registries(&files, cache);
    diagnostics.append(&mut found);
    let roles = Roles::new(&registries.roles);
    let articles = articles(&files, config.strict, &roles, cache);
    diagnostics.extend(articles.iter().flat_map(|article| &article.diagnostics).cloned());

    // 3. Articles become one handbook.
    let (handbook, mut found) =
        model::resolve(config, &articles, &registries, names(sources), &cache.handbook);
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
fn registries(files: &[(&Arc<str>, &SourceFile)], cache: &Cache) -> (Arc<Registries>, Vec<Diagnostic>) {
    let files: Vec<_> = files.iter().filter(|(path, _)| data::is_registry(path)).collect();
    let hashes: Hashes = files.iter().map(|(path, file)| ((*path).clone(), file.hash)).collect();
    let mut kept = cache.registries.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, registries, found)) = kept.as_ref().filter(|(before, ..)| *before == hashes) {
        return (registries.clone(), found.clone());
    }
    let read = |(path, file): &&(&Arc<str>, &SourceFile)| {
        let (mut registries, mut found) = (Registries::default(), Vec::new());
        data::read(path, &file.text, &mut registries, &mut found);
        (registries, found)
    };
    let all: Vec<_> = files.par_iter().map(read).collect();
    let (mut registries, mut found) = (Registries::default(), Vec::new());
    for (one, mut wrong) in all {
        registries.extend(one);
        found.append(&mut wrong);
    }
    let registries = Arc::new(registries);
    *kept = Some((hashes, registries.clone(), found.clone()));
    (registries, found)
}

/// Ids of the norms that have a file, whether or not it could be read.
fn names(sources: &Sources) -> BTreeSet<Id> {
    let stems = sources.files.keys().filter_map(|path| path.rsplit('/').next()?.strip_suffix(".md"));
    stems.map(Id::new).filter(|id| id.kind() == Some(IdKind::Norm)).collect()
}

fn articles(
    files: &[(&Arc<str>, &SourceFile)],
    strict: bool,
    roles: &Roles,
    cache: &Cache,
) -> Vec<Arc<Article>> {
    let mut kept = cache.articles.lock().unwrap_or_else(PoisonError::into_inner);
    let files: Vec<_> = files.iter().filter(|(path, _)| is_markdown(path)).collect();
    let read = |(path, file): &&(&Arc<str>, &SourceFile)| {
        let origin = (file.hash, strict, roles.key());
        let article = match kept.get(*path) {
            Some((before, article)) if *before == origin => article.clone(),
            _ => Arc::new(model::read(path, &file.text, strict, roles)),
        };
        ((*path).clone(), (origin, article))
    };
    let after: Vec<_> = files.par_iter().map(read).collect();
    let articles = after.iter().map(|(_, (_, article))| article.clone()).collect();
    *kept = after.into_iter().collect();
    articles
}

/// Whether a file is text of the manual. Templates are not.
pub fn is_markdown(path: &str) -> bool {
    let text = std::path::Path::new(path)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"));
    text && !path.starts_with("templates/")
}

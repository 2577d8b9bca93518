//! Rules that need the whole handbook. Each lint is one file; this list is all of them. A lint adds
//! what it finds and changes nothing.

mod banned_words;
mod body;
mod draft_basis;
mod judgments;
mod listed;
pub mod lock;
mod numbering;
mod numbers;
mod scoring;
mod unused;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::AhoCorasick;
use sha2::{Digest as _, Sha256};

use crate::diagnostic::Diagnostic;
use crate::id::Id;
use crate::model::{Handbook, Norm};
use crate::source::Sources;
use body::Line;
use lock::{Held, Lock};

/// What a lint may look at beside its norm.
pub struct Context<'a> {
    /// The whole handbook.
    pub handbook: &'a Handbook,
    /// Its files.
    pub sources: &'a Sources,
    /// The lock; a handbook without one is not held against anything.
    pub lock: Option<Arc<Lock>>,
    /// Finds whether a text holds any of the banned words. `None` when it could not be made.
    pub banned: Option<AhoCorasick>,
}

/// A lint reads one norm, and the lines of its body.
type Lint = fn(&Norm, &[Line<'_>], &Context<'_>) -> Vec<Diagnostic>;

const LINTS: &[Lint] = &[
    listed::check,
    draft_basis::check,
    numbering::check,
    numbers::check,
    banned_words::check,
    unused::check,
    scoring::check,
];

/// What was found before. The findings of a norm hold while it is the same, and everything else that a
/// lint looks at.
#[derive(Debug, Default)]
pub struct Cache {
    found: Mutex<HashMap<Id, Kept>>,
    lock: Mutex<Option<([u8; 32], Arc<Lock>)>>,
}

/// A norm, the hash of everything else, and what was found.
type Kept = (Arc<Norm>, [u8; 32], Arc<Found>);

/// What was found in one norm.
#[derive(Debug)]
struct Found {
    diagnostics: Vec<Diagnostic>,
    held: Option<Held>,
}

/// Runs every lint. `broken` are the files that hold errors: what they should give may be missing.
pub fn run(
    handbook: &Handbook,
    sources: &Sources,
    broken: &BTreeSet<Arc<str>>,
    cache: &Cache,
) -> Vec<Diagnostic> {
    use rayon::prelude::*;
    let context = Context {
        handbook,
        sources,
        lock: locked(sources, cache),
        banned: AhoCorasick::new(&handbook.config.banned_words).ok(),
    };
    let world = world(sources);
    let mut kept = cache.found.lock().unwrap_or_else(PoisonError::into_inner);
    let read = |norm: &Arc<Norm>| {
        let found = match kept.get(&norm.id) {
            Some((before, other, found)) if Arc::ptr_eq(before, norm) && *other == world => found.clone(),
            _ => {
                let lines = body::lines(norm, sources.text(&norm.path));
                let diagnostics = LINTS.iter().flat_map(|lint| lint(norm, &lines, &context)).collect();
                let held = context.lock.as_ref().map(|lock| lock.hold(norm, handbook));
                Arc::new(Found { diagnostics, held })
            }
        };
        (norm.clone(), world, found)
    };
    let after: Vec<Kept> = handbook.norms.shared().collect::<Vec<_>>().into_par_iter().map(read).collect();
    let mut all: Vec<_> = after.iter().flat_map(|(_, _, found)| &found.diagnostics).cloned().collect();
    if let Some(lock) = &context.lock {
        let held: Vec<&Held> = after.iter().filter_map(|(_, _, found)| found.held.as_ref()).collect();
        all.append(&mut lock::check(lock, &held, handbook, sources, broken));
    }
    all.append(&mut judgments::check(&context, broken));
    *kept = after.into_iter().map(|one| (one.0.id.clone(), one)).collect();
    all
}

/// The handbook's lock, read again only when its bytes are others.
fn locked(sources: &Sources, cache: &Cache) -> Option<Arc<Lock>> {
    let (path, file) = sources.files.get_key_value(lock::FILE)?;
    let mut kept = cache.lock.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, lock)) = kept.as_ref().filter(|(hash, _)| *hash == file.hash) {
        return Some(lock.clone());
    }
    let lock = Arc::new(Lock::read(path, &file.text));
    *kept = Some((file.hash, lock.clone()));
    Some(lock)
}

/// One hash over every file that is no norm: the registries, the settings, the lock.
fn world(sources: &Sources) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (path, file) in sources.files.iter().filter(|(path, _)| !path.ends_with(".md")) {
        hasher.update(path.as_bytes());
        hasher.update(file.hash);
    }
    hasher.finalize().into()
}

//! Rules that need the whole handbook. Each lint is one file; this list is all of them. A lint adds
//! what it finds and changes nothing.

mod banned_words;
mod body;
mod draft_basis;
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

/// What a lint may look at beside its norm.
pub struct Context<'a> {
    /// The whole handbook.
    pub handbook: &'a Handbook,
    /// Its files.
    pub sources: &'a Sources,
    /// The ids that the lock remembers.
    pub locked: BTreeSet<Id>,
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

/// Findings of norms that were read before. They hold while the norm is the
/// same, and everything else that a lint looks at.
#[derive(Debug, Default)]
pub struct Cache {
    found: Mutex<HashMap<Id, Kept>>,
}

/// A norm, the hash of the registries, and what was found.
type Kept = (Arc<Norm>, [u8; 32], Arc<Vec<Diagnostic>>);

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
        locked: lock::ids(sources.text(lock::FILE)),
        banned: AhoCorasick::new(&handbook.config.banned_words).ok(),
    };
    let world = world(sources);
    let mut kept = cache.found.lock().unwrap_or_else(PoisonError::into_inner);
    let read = |norm: &Arc<Norm>| {
        let found = match kept.get(&norm.id) {
            Some((before, other, found)) if Arc::ptr_eq(before, norm) && *other == world => found.clone(),
            _ => {
                let lines = body::lines(norm, sources.text(&norm.path));
                Arc::new(LINTS.iter().flat_map(|lint| lint(norm, &lines, &context)).collect())
            }
        };
        (norm.clone(), world, found)
    };
    let after: Vec<Kept> = handbook.norms.shared().collect::<Vec<_>>().into_par_iter().map(read).collect();
    let mut found: Vec<_> = after.iter().flat_map(|(_, _, found)| found.iter().cloned()).collect();
    *kept = after.into_iter().map(|one| (one.0.id.clone(), one)).collect();
    found.extend(lock::check(handbook, sources, broken));
    found
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

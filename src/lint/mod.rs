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

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::Handbook;
use crate::source::Sources;

type Lint = fn(&Handbook, &Sources) -> Vec<Diagnostic>;

const LINTS: &[Lint] = &[
    listed::check,
    draft_basis::check,
    numbering::check,
    numbers::check,
    banned_words::check,
    unused::check,
    scoring::check,
];

/// Runs every lint. `broken` are the files that hold errors: what they should give may be missing.
pub fn run(handbook: &Handbook, sources: &Sources, broken: &BTreeSet<Arc<str>>) -> Vec<Diagnostic> {
    use rayon::prelude::*;
    let mut found: Vec<_> = LINTS.par_iter().flat_map_iter(|lint| lint(handbook, sources)).collect();
    found.extend(lock::check(handbook, sources, broken));
    found
}

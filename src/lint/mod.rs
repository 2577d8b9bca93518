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
    lock::check,
];

/// Runs every lint.
pub fn run(handbook: &Handbook, sources: &Sources) -> Vec<Diagnostic> {
    use rayon::prelude::*;
    LINTS.par_iter().flat_map_iter(|lint| lint(handbook, sources)).collect()
}

//! Rules that need the whole handbook: each lint is one file, this list is the order they run in.

use crate::diagnostic::Diagnostic;
use crate::model::Handbook;
use crate::source::Sources;

/// Runs every lint.
pub fn run(_handbook: &Handbook, _sources: &Sources) -> Vec<Diagnostic> {
    Vec::new()
}

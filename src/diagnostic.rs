//! A problem in a handbook, as data: where it is, what it is, and how to mend it.
//!
//! Stages return diagnostics as values beside their result. Printing them is the job of `report`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use crate::rule::{Rule, Severity};

/// A range of bytes in one file of the handbook. Line and column are worked out only when printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file, relative to the handbook's folder, with `/` between names.
    pub file: Arc<str>,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes `range` of `file`.
    pub fn new(file: &Arc<str>, range: Range<usize>) -> Self {
        Self { file: file.clone(), start: range.start, end: range.end }
    }

    /// The byte range, without the file.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A problem at a place, with what to do about it. All texts are Chinese: authors read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule was broken; it carries code, name and severity.
    pub rule: &'static Rule,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Why, said at that place. May be empty.
    pub label: String,
    /// What to do. May be empty.
    pub help: String,
    /// Other places that matter, each with its own words.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A diagnostic without label and help.
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            span,
            label: String::new(),
            help: String::new(),
            related: Vec::new(),
        }
    }

    /// Adds the words shown at the place itself.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// Adds "did you mean", when one of `known` is near enough to `word`.
    #[must_use]
    pub fn nearest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, known) {
            Some(found) if self.help.is_empty() => self.help(format!("是不是「{found}」？")),
            _ => self,
        }
    }
}

impl Diagnostic {
    /// Adds what to do, unless something nearer was already offered.
    #[must_use]
    pub fn help_if_empty(self, help: impl Into<String>) -> Self {
        if self.help.is_empty() { self.help(help) } else { self }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.span.file, self.rule.code, self.message)
    }
}

/// Adds a diagnostic to a list and gives it back, so that help and other places can be put in.
pub fn push(diagnostics: &mut Vec<Diagnostic>, diagnostic: Diagnostic) -> &mut Diagnostic {
    let place = diagnostics.len();
    diagnostics.push(diagnostic);
    &mut diagnostics[place]
}

/// The one of `known` that a person most likely meant by `word`, when any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        // Lengths alone rule out most, at a fraction of the cost.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Sorts by file and place, and drops exact repeats, so that a run always shows the same list.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (&a.span, a.rule.code, &a.message).cmp(&(&b.span, b.rule.code, &b.message)));
    diagnostics.dedup();
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.rule.severity == Severity::Error)
}

//! The written lines of a norm's body, for lints about words: code left out, examples marked.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::model::Norm;
use crate::syntax::mark::{self, Piece};

/// One line of a body.
pub struct Line<'a> {
    /// Its text without the line break.
    pub text: &'a str,
    /// Its bytes in the file.
    pub range: Range<usize>,
    /// Whether it belongs to a paragraph, list or quote that begins with 【例】.
    pub example: bool,
    /// The last heading above it, without `#`.
    pub heading: &'a str,
    /// Its words and marks; nothing for a line without marks.
    pub pieces: Vec<Piece>,
}

impl Line<'_> {
    /// A place in it.
    pub fn span(&self, norm: &Norm, at: Range<usize>) -> Span {
        Span::new(&norm.path, self.range.start + at.start..self.range.start + at.end)
    }
}

/// The lines of a norm's body, headings and fenced code left out. `text` is its whole file.
pub fn lines<'a>(norm: &Norm, text: &'a str) -> Vec<Line<'a>> {
    let mut at = text.len().saturating_sub(norm.markdown.len());
    let mut all = Vec::new();
    let (mut fence, mut example, mut heading) = (false, false, "");
    for line in text[at..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim_end();
        let trimmed = words.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fence = !fence;
            continue;
        }
        if fence {
            continue;
        }
        if trimmed.starts_with('#') {
            heading = trimmed.trim_start_matches('#').trim();
            example = false;
            continue;
        }
        if trimmed.is_empty() {
            example = false;
            continue;
        }
        // A row of a table is an example only by itself.
        let row = trimmed.starts_with('|');
        let marked = trimmed.contains('【');
        example = marked && trimmed.contains("【例】") || (example && !row);
        let pieces = if marked { mark::split(words) } else { Vec::new() };
        all.push(Line { text: words, range: start..start + words.len(), example, heading, pieces });
    }
    all
}

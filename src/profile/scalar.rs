//! Single values written into YAML texts that people keep, everything around them as it was.

use std::ops::Range;

/// A stretch of a text and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// First byte.
    pub start: usize,
    /// The byte after the last; equal to `start` for an insertion.
    pub end: usize,
    /// The new words.
    pub words: String,
    /// Which change it belongs to.
    pub change: usize,
}

impl Replacement {
    /// Puts `words` in the place of `range`.
    pub fn new(range: Range<usize>, words: impl Into<String>, change: usize) -> Self {
        Self { start: range.start, end: range.end, words: words.into(), change }
    }
}

/// The text with all replacements made, and where each change stands now. They must not overlap; one that
/// does is left out, which the caller sees when it looks at what came of its changes.
pub fn replaced(text: &str, mut all: Vec<Replacement>) -> (String, Vec<(Range<usize>, usize)>) {
    all.sort();
    let (mut out, mut at, mut places) = (String::with_capacity(text.len()), 0, Vec::new());
    for one in &all {
        if one.start < at || one.end > text.len() {
            continue;
        }
        out.push_str(&text[at..one.start]);
        let start = out.len();
        out.push_str(&one.words);
        places.push((start..out.len(), one.change));
        at = one.end;
    }
    out.push_str(&text[at..]);
    (out, places)
}

/// A text as YAML in double quotes, whatever it holds.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

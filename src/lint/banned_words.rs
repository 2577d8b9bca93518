//! SH0412: words that say nothing, as `shouce.yaml` lists them.

use super::Context;
use super::body::Line;
use crate::diagnostic::Diagnostic;
use crate::model::Norm;
use crate::rule;

/// Reports every use outside book titles and quotations.
pub fn check(norm: &Norm, lines: &[Line<'_>], context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // Hardly a line holds any: one look for all of them comes first.
    let banned = |line: &&Line<'_>| context.banned.as_ref().is_none_or(|any| any.is_match(line.text));
    for line in lines.iter().filter(banned) {
        for word in &context.handbook.config.banned_words {
            for (at, _) in line.text.match_indices(word.as_str()).filter(|(at, _)| !quoted(line.text, *at)) {
                let span = line.span(norm, at..at + word.len());
                found.push(
                    Diagnostic::new(rule::BANNED_WORD, span, format!("「{word}」是禁用词"))
                        .help("删去；或写清谁、何时、做什么、留什么记录"),
                );
            }
        }
    }
    found
}

/// Whether the byte stands inside 《…》 or “…”.
fn quoted(text: &str, at: usize) -> bool {
    let before = &text[..at];
    [('《', '》'), ('“', '”')]
        .iter()
        .any(|(open, close)| before.matches(*open).count() > before.matches(*close).count())
}

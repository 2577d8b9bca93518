//! SH0509: what a front matter declares and nothing uses.

use super::Context;
use std::collections::BTreeSet;

use super::body::Line;
use crate::diagnostic::{Diagnostic, Span};
use crate::model::{Block, Norm};
use crate::rule;

/// Reports facts that no condition asks for, and parameters that the text never names.
pub fn check(norm: &Norm, lines: &[Line<'_>], context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let asked = asked(norm);
    for fact in norm.facts.values().filter(|fact| !asked.contains(&fact.name)) {
        found.push(
            Diagnostic::new(
                rule::UNUSED_DECLARATION,
                fact.span.clone(),
                format!("没有哪条「适用」用到事实「{}」", fact.name),
            )
            .help("删去这个事实，或补上用它的「适用」"),
        );
    }
    let tables =
        norm.sections.iter().flat_map(|s| &s.blocks).any(|block| matches!(block, Block::Registry(..)));
    if tables || norm.parameters.is_empty() {
        return found;
    }
    let text = context.sources.text(&norm.path);
    let head = text.len().saturating_sub(norm.markdown.len());
    // 周期 in the front matter may name a season by its parameter.
    let season = |id: &str| norm.schedule.iter().any(|entry| entry.schedule.text.contains(id));
    for id in &norm.parameters {
        if season(id.as_str()) || lines.iter().any(|line| line.text.contains(id.as_str())) {
            continue;
        }
        // An id in a wrapped value does not stand in the text as it is.
        let at = text[..head].find(id.as_str());
        let span =
            at.map_or_else(|| norm.span.clone(), |at| Span::new(&norm.path, at..at + id.as_str().len()));
        found.push(
            Diagnostic::new(rule::UNUSED_DECLARATION, span, format!("前言列了 {id}，正文没有用到"))
                .help("从「参数」里删去，或在正文用【参：…】写出它的值"),
        );
    }
    found
}

/// Names of the facts that the norm's conditions ask for. Items inherit conditions of other norms,
/// which does no harm here.
fn asked(norm: &Norm) -> BTreeSet<String> {
    let clauses = norm.clauses().filter_map(|clause| clause.applies_if.as_ref());
    let items = norm.checklists.iter().flat_map(|c| &c.items).filter_map(|item| item.applies_if.as_ref());
    clauses
        .chain(items)
        .chain(&norm.applies_if)
        .flat_map(|condition| condition.comparisons())
        .map(|c| c.fact.clone())
        .collect()
}

//! SH0504: what a norm's text uses stands in its front matter, so that a reader, an index and an
//! amendment's reach can be told from the front matter alone.

use super::Context;
use std::collections::BTreeSet;

use super::body::Line;
use crate::diagnostic::Diagnostic;
use crate::id::Id;
use crate::model::Norm;
use crate::rule;
use crate::syntax::mark::Piece;
use crate::vocabulary::MarkKind;

/// Reports each parameter, law and source fact once a norm, at its first use.
pub fn check(norm: &Norm, lines: &[Line<'_>], _: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<Id> = norm.parameters.iter().chain(&norm.source_facts).cloned().collect();
    seen.extend(norm.basis.iter().map(|basis| basis.source.clone()));
    for line in lines {
        for piece in &line.pieces {
            let Piece::Mark(range, marks) = piece else { continue };
            for mark in marks {
                let key = match mark.kind {
                    MarkKind::Parameter => "参数",
                    MarkKind::Law => "依据",
                    MarkKind::Source => "来源",
                    _ => continue,
                };
                let Some(id) = mark.reference.as_ref().filter(|id| seen.insert((*id).clone())) else {
                    continue;
                };
                let span = line.span(norm, range.clone());
                found.push(
                    Diagnostic::new(rule::NOT_LISTED, span, format!("正文用了 {id}，前言的「{key}」里没有"))
                        .help(format!("在前言的「{key}」里加上 {id}")),
                );
            }
        }
    }
    found
}

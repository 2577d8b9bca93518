//! SH0505: a draft of a law is no basis.

use super::Context;
use super::body::Line;
use crate::diagnostic::{Diagnostic, Span};
use crate::id::Id;
use crate::model::Norm;
use crate::rule;
use crate::syntax::mark::Piece;
use crate::vocabulary::{MarkKind, SourceRank, SourceStatus};

/// Reports drafts among a norm's 依据 and in its 【法】 marks.
pub fn check(norm: &Norm, lines: &[Line<'_>], context: &Context<'_>) -> Vec<Diagnostic> {
    let is_draft = |id: &Id| {
        context
            .handbook
            .sources
            .get(id)
            .is_some_and(|s| s.status == SourceStatus::Draft || s.rank == SourceRank::Consultation)
    };
    let report = |id: &Id, span: Span| {
        Diagnostic::new(rule::DRAFT_AS_BASIS, span, format!("{id} 是草案，不能作依据"))
            .help("删去；正式文本公布后，改 sources.yaml 里的状态再引用")
    };
    let mut found = Vec::new();
    let text = context.sources.text(&norm.path);
    let head = text.len().saturating_sub(norm.markdown.len());
    for basis in norm.basis.iter().filter(|basis| is_draft(&basis.source)) {
        let at = text[..head].find(basis.source.as_str()).unwrap_or(norm.span.start);
        found.push(report(&basis.source, Span::new(&norm.path, at..at + basis.source.as_str().len())));
    }
    for line in lines {
        for piece in &line.pieces {
            let Piece::Mark(range, marks) = piece else { continue };
            let drafts =
                marks.iter().filter(|m| m.kind == MarkKind::Law).filter_map(|m| m.reference.as_ref());
            found.extend(
                drafts.filter(|id| is_draft(id)).map(|id| report(id, line.span(norm, range.clone()))),
            );
        }
    }
    found
}

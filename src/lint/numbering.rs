//! SH0410: a new number begins with the number of the heading it stands under, so that a reader who is
//! sent to 3.2 looks in chapter 3. A number that `ids.lock` knows may have been moved: it keeps its
//! number for ever.

use super::Context;
use super::body::Line;

use crate::diagnostic::{Diagnostic, Span};
use crate::id::Id;
use crate::model::{Block, Norm, Section, SectionKind};
use crate::rule;

/// Reports headings and clauses under a heading of another number.
pub fn check(norm: &Norm, _: &[Line<'_>], context: &Context<'_>) -> Vec<Diagnostic> {
    let known = |id: &Id| context.lock.as_ref().is_some_and(|lock| lock.knows(id));
    let mut found = Vec::new();
    // The numbered headings around the one being read, outermost first.
    let mut around: Vec<&Section> = Vec::new();
    for section in norm.sections.iter().filter(|section| section.kind == SectionKind::Text) {
        around.retain(|outer| outer.level < section.level);
        if !section.number.is_empty() && known(&section.id) {
            around.push(section);
        } else if !section.number.is_empty() {
            found.extend(around.last().and_then(|outer| report(outer, &section.number, &section.span)));
            around.push(section);
        }
        // An unnumbered heading leaves its clauses to the numbered one above it.
        let Some(heading) = around.last() else { continue };
        for block in &section.blocks {
            if let Block::Clauses(_, clauses) = block {
                found.extend(
                    clauses
                        .iter()
                        .filter(|c| !known(&c.id))
                        .filter_map(|c| report(heading, &c.number, &c.span)),
                );
            }
        }
    }
    found
}

fn report(heading: &Section, number: &str, span: &Span) -> Option<Diagnostic> {
    let belongs = number.strip_prefix(heading.number.as_str()).is_some_and(|rest| rest.starts_with('.'));
    (!belongs).then(|| {
        let message = format!("号 {number} 和它的标题「{} {}」对不上", heading.number, heading.title);
        Diagnostic::new(rule::NUMBER_OUT_OF_PLACE, span.clone(), message)
            .related(heading.span.clone(), "它在这个标题下面")
            .help(format!("写成 {}. 开头的号；号已经发布过的，运行 shouce lock 记下它", heading.number))
    })
}

//! What a person means by a word typed after `show`: an id in any width and case, a term, a page.

use std::sync::Arc;

use crate::diagnostic::nearest;
use crate::id::Id;
use crate::model::{Handbook, Page, Part, Target, Term};
use crate::text;

/// What was found.
pub enum Found<'a> {
    /// A part.
    Part(&'a Part),
    /// Anything with an id.
    Target(Id, Target<'a>),
    /// A term.
    Term(&'a Term),
    /// A page that is no norm.
    Page(&'a Page),
}

/// Finds what `word` names; otherwise the nearest name there is.
pub fn find<'a>(handbook: &'a Handbook, word: &str) -> Result<Found<'a>, Option<String>> {
    let folded = folded(word);
    let part = |part: &&Part| part.codes.iter().any(|code| code.eq_ignore_ascii_case(&folded));
    if let Some(part) = handbook.parts.iter().find(part) {
        return Ok(Found::Part(part));
    }
    let ids = ids(handbook);
    // As typed first: `3.1a` and `3.1A` may be two clauses.
    let exact = ids.iter().find(|id| id.as_str() == folded);
    let any_case = || ids.iter().find(|id| id.as_str().eq_ignore_ascii_case(&folded));
    if let Some(id) = exact.or_else(any_case)
        && let Some(target) = handbook.target(id)
    {
        return Ok(Found::Target(id.clone(), target));
    }
    let same = |name: &String| text::folded(name).eq_ignore_ascii_case(&folded);
    let term =
        |term: &&Term| same(&term.word) || term.synonyms.iter().any(same) || term.deprecated.iter().any(same);
    if let Some(term) = handbook.terms.iter().find(term) {
        return Ok(Found::Term(term));
    }
    // What search finds in a page has the page's id, `#` and an anchor.
    let page_id = folded.split('#').next().unwrap_or(&folded);
    let is_page =
        |page: &&Arc<Page>| text::folded(&page.id).eq_ignore_ascii_case(page_id) || same(&page.title);
    if let Some(page) = handbook.pages.iter().find(is_page) {
        return Ok(Found::Page(page));
    }
    let names = ids.iter().map(Id::as_str).chain(handbook.terms.iter().map(|term| term.word.as_str()));
    let names: Vec<&str> = names.chain(handbook.pages.iter().map(|page| page.id.as_str())).collect();
    let upper = folded.to_ascii_uppercase();
    Err(nearest(&upper, names.iter().copied()).or_else(|| nearest(&folded, names)).map(str::to_owned))
}

/// Half-width, and with the one dash that ids have.
fn folded(word: &str) -> String {
    let dash = |c: char| if matches!(c, '‐' | '‑' | '–' | '—' | '−') { '-' } else { c };
    text::folded(word.trim()).chars().map(dash).collect()
}

/// Every id of the handbook, in reading order; registries last.
fn ids(handbook: &Handbook) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    for norm in handbook.norms.values() {
        ids.push(norm.id.clone());
        ids.extend(norm.clauses().map(|clause| clause.id.clone()));
        ids.extend(norm.captions().map(|caption| caption.id.clone()));
        for checklist in &norm.checklists {
            ids.push(checklist.id.clone());
            ids.extend(checklist.items.iter().map(|item| item.id.clone()));
        }
        for form in norm.forms.iter() {
            ids.push(form.id.clone());
            ids.extend(form.fields.iter().map(|field| field.id.clone()));
        }
        ids.extend(norm.sections.iter().map(|section| section.id.clone()));
        ids.extend(norm.retired.keys().cloned());
    }
    ids.extend(handbook.parameters.keys().cloned());
    ids.extend(handbook.roles.keys().cloned());
    ids.extend(handbook.sources.keys().cloned());
    ids.extend(handbook.indicators.keys().cloned());
    ids.extend(handbook.source_facts.keys().cloned());
    ids.extend(handbook.planned.keys().cloned());
    ids
}

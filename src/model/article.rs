//! One file of the manual read alone: what follows from it without looking at any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::build::{Built, bare, build};
use super::interpret::Roles;
use super::{Page, Part, Prose};
use crate::diagnostic::Diagnostic;
use crate::id::Id;
use crate::syntax::{self, Document, Placed, RawBlock, plain_text};
use crate::text;
use crate::vocabulary::NormKind;

/// A file of the manual, read. What it says depends on its bytes and on the names of the roles.
#[derive(Debug)]
pub struct Article {
    /// Its path.
    pub path: Arc<str>,
    /// What it is.
    pub(super) what: What,
    /// What is wrong in it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a file is.
#[derive(Debug)]
pub(super) enum What {
    /// A norm: the code of its part, and the norm. Without a good number there is none.
    Norm(Option<String>, Option<Arc<Built>>),
    /// The page of a part; `None` when it has no code.
    Part(Option<Part>),
    /// A page that is no norm.
    Page(Arc<Page>),
}

/// Reads one file. `strict` asks for a norm.
pub fn read(path: &Arc<str>, text: &Arc<str>, strict: bool, roles: &Roles) -> Article {
    let mut document = syntax::parse(path, text, strict);
    let mut diagnostics = std::mem::take(&mut document.diagnostics);
    let what = if document.meta.is_norm() {
        let code = document.meta.ids.first().map(|id| id.value.chars().take(2).collect());
        let built = build(document, &diagnostics, roles).map(|mut built| {
            diagnostics.append(&mut built.diagnostics);
            Arc::new(built)
        });
        What::Norm(code, built)
    } else if document.meta.kind == Some(NormKind::Part) {
        What::Part(part(document))
    } else {
        What::Page(Arc::new(page(document)))
    };
    Article { path: path.clone(), what, diagnostics }
}

fn part(document: Document) -> Option<Part> {
    let codes: Vec<String> = document.meta.ids.into_iter().map(|id| id.value).collect();
    Some(Part {
        code: codes.first()?.clone(),
        codes,
        title: document.meta.title.map(|title| title.value).unwrap_or_default(),
        owner: document.meta.owner.map(|owner| Id::new(owner.value)),
        notice: document.meta.notice,
        introduction: prose(document.sections.into_iter(), without_title),
        norms: Vec::new(),
        path: document.path,
    })
}

/// The text of some sections in one piece, each stretch of it changed by `change`.
fn prose(
    sections: impl Iterator<Item = syntax::RawSection>,
    change: fn(Vec<Placed>) -> Vec<Placed>,
) -> Prose {
    let stretches = sections.flat_map(|section| section.blocks).filter_map(|block| match block {
        RawBlock::Prose(events) => Some(bare(change(events))),
        _ => None,
    });
    stretches.flatten().collect()
}

/// The events behind a first heading: a part's page has its title from the front matter.
fn without_title(mut events: Vec<Placed>) -> Vec<Placed> {
    let mut in_title = false;
    events.retain(|(event, _)| match event {
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
            in_title = true;
            false
        }
        Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
            in_title = false;
            false
        }
        _ => !in_title,
    });
    events
}

fn page(mut document: Document) -> Page {
    let content = prose(std::mem::take(&mut document.sections).into_iter(), |events| events);
    let stem = document.path.rsplit_once('.').map_or(&*document.path, |(stem, _)| stem);
    let id = document.meta.ids.first().map_or_else(|| stem.to_owned(), |id| id.value.clone());
    let mut headings: Vec<(u8, String, String)> = Vec::new();
    let mut sections: Vec<(String, String, String)> = vec![(String::new(), String::new(), String::new())];
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let (mut start, mut i) = (0, 0);
    while i < content.len() {
        if let Event::Start(Tag::Heading { level, .. }) = &content[i] {
            let level = *level as u8;
            let end = (i..content.len())
                .find(|&k| matches!(content[k], Event::End(TagEnd::Heading(_))))
                .unwrap_or(i);
            finish(&mut sections, &content[start..i]);
            let title = plain_text(&content[i + 1..end]).trim().to_owned();
            let anchor = text::anchor(&title);
            let count = used.entry(anchor.clone()).or_default();
            let anchor = if *count == 0 { anchor } else { format!("{anchor}-{count}") };
            *count += 1;
            headings.push((level, anchor.clone(), title.clone()));
            sections.push((anchor, title, String::new()));
            start = end + 1;
            i = end;
        }
        i += 1;
    }
    finish(&mut sections, &content[start.min(content.len())..]);
    let first = headings.first().map(|(_, _, title)| title.clone());
    let title = document.meta.title.as_ref().map(|t| t.value.clone()).or(first).unwrap_or_else(|| id.clone());
    let markdown = document.text[document.body..].into();
    Page { id, title, content, headings, sections, path: document.path.clone(), markdown }
}

fn finish(sections: &mut [(String, String, String)], events: &[pulldown_cmark::Event<'static>]) {
    if let Some(last) = sections.last_mut() {
        last.2 = plain_text(events);
    }
}

//! One document becomes one norm: sections, clauses, checklists and forms with whole ids. References
//! are collected here and followed when every norm is known.

mod checklist;
mod clause;
mod entry;
mod form;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::interpret::{Reading, Roles};
use super::{
    Basis, Block, Caption, Checklist, Fact, Form, Norm, Prose, Readers, Retired, ScheduleEntry, Section,
    SectionKind, Shape,
};
use crate::diagnostic::{self, Diagnostic, Span};
use crate::id::{self, Id};
use crate::rule;
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Every, parse_schedule};
use crate::syntax::field::Field;
use crate::syntax::flat::Flat;
use crate::syntax::mark::{self, Mark};
use crate::syntax::{Document, Placed, RawBlock, RawKind, RawSection, plain_text};
use crate::text;
use crate::vocabulary::{FactType, NormKind, Status};
use crate::yaml::Spanned;

/// Something that refers to something, and where it says so.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Who refers.
    pub from: Id,
    /// To what.
    pub to: Id,
    /// Where.
    pub span: Span,
    /// The component of a parameter, and the value written for it.
    pub parameter: Option<(Option<String>, String)>,
}

/// A norm as its own file tells it, and what it refers to.
#[derive(Debug)]
pub struct Built {
    /// The norm, without its part and what its items inherit.
    pub norm: Norm,
    /// Every id that it defines, in the order of ids.
    pub ids: Vec<Id>,
    /// Its references, in reading order.
    pub references: Vec<Reference>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Builds the norm of one document, of which parsing has `said` something. `None` when its front matter
/// names no norm; that is reported there.
pub fn build(mut document: Document, said: &[Diagnostic], roles: &Roles) -> Option<Built> {
    let sections = std::mem::take(&mut document.sections);
    let document = &document;
    let meta = &document.meta;
    let id = Id::new(&meta.ids.first()?.value);
    if id.kind() != Some(id::IdKind::Norm) {
        return None;
    }
    let owner = meta.owner.as_ref().map_or_else(|| Id::new(""), |owner| Id::new(&owner.value));
    let mut builder = Builder {
        said,
        starts: sections.iter().map(|section| section.span.start).collect(),
        path: &document.path,
        id: id.clone(),
        owner: owner.clone(),
        roles,
        facts: indexmap::IndexMap::new(),
        applies_if: None,
        references: Vec::new(),
        diagnostics: Vec::new(),
        checklists: Vec::new(),
        forms: Vec::new(),
    };
    builder.front_references(document);
    builder.facts = builder.declared_facts(document);
    builder.applies_if = meta.applies_if.as_ref().and_then(|words| builder.reading().condition(words));
    let schedule = builder.schedule(document);
    builder.title(document, &sections);
    let sections: Vec<Section> =
        sections.into_iter().map(|raw| builder.section(raw, &document.text)).collect();
    let retired = meta
        .retired
        .iter()
        .map(|declared| {
            let into = declared.into.iter().map(|into| id::complete(&into.value, &id)).collect();
            (
                id::complete(&declared.number.value, &id),
                Retired { since: declared.since.clone(), into, reason: declared.reason.clone() },
            )
        })
        .collect();
    let id_span = meta.ids[0].span.clone();
    let ids = |list: &[Spanned<String>]| list.iter().map(|s| Id::new(&s.value)).collect::<Vec<_>>();
    let everybody = meta.readers.iter().any(|reader| reader.value == "全体");
    let norm = Norm {
        kind: meta.kind.unwrap_or(NormKind::System),
        title: meta.title.as_ref().map(|t| t.value.clone()).unwrap_or_default(),
        edition: meta.edition.clone().unwrap_or_default(),
        status: meta.status.unwrap_or(Status::Draft),
        effective: meta.effective.unwrap_or(Date::constant(1970, 1, 1)),
        owner,
        readers: if everybody { Readers::All } else { Readers::Roles(ids(&meta.readers)) },
        levels: meta.levels.clone(),
        parameters: ids(&meta.parameters),
        basis: meta
            .basis
            .iter()
            .map(|(source, day)| Basis { source: Id::new(&source.value), checked_on: *day })
            .collect(),
        related: ids(&meta.related),
        supersedes: meta.supersedes.as_ref().map(|s| s.value.clone()),
        facts: builder.facts,
        applies_if: builder.applies_if,
        retired,
        schedule,
        indicators: ids(&meta.indicators),
        source_facts: ids(&meta.source_facts),
        notice: meta.notice.clone(),
        part: String::new(),
        sections: sections.into(),
        checklists: builder.checklists,
        forms: builder.forms.into(),
        han: document.han,
        path: document.path.clone(),
        markdown: document.text[document.body..].into(),
        span: Span::new(&document.path, id_span),
        id,
    };
    let Builder { mut references, mut diagnostics, .. } = builder;
    references.shrink_to_fit();
    unique(&norm, &mut diagnostics);
    Some(Built { ids: ids_of(&norm), norm, references, diagnostics })
}

/// Every id that a norm defines, sorted.
fn ids_of(norm: &Norm) -> Vec<Id> {
    let sections = norm.sections.iter().map(|section| &section.id);
    let captions = norm.captions().map(|caption| &caption.id);
    let items = norm.checklists.iter().flat_map(|c| &c.items).map(|item| &item.id);
    let fields = norm.forms.iter().flat_map(|form| &form.fields).map(|field| &field.id);
    let small = sections.chain(captions).chain(items).chain(fields).filter(|id| id.kind().is_some());
    let mut ids: Vec<Id> = std::iter::once(&norm.id)
        .chain(norm.clauses().map(|clause| &clause.id))
        .chain(norm.checklists.iter().map(|checklist| &checklist.id))
        .chain(norm.forms.iter().map(|form| &form.id))
        .chain(small)
        .cloned()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

struct Builder<'a> {
    /// What parsing has said.
    said: &'a [Diagnostic],
    /// Where its sections begin.
    starts: Vec<usize>,
    path: &'a Arc<str>,
    id: Id,
    owner: Id,
    roles: &'a Roles,
    facts: indexmap::IndexMap<String, Fact>,
    applies_if: Option<Condition>,
    references: Vec<Reference>,
    diagnostics: Vec<Diagnostic>,
    checklists: Vec<Checklist>,
    forms: Vec<Form>,
}

impl Builder<'_> {
    fn report(
        &mut self,
        rule: &'static rule::Rule,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        diagnostic::push(&mut self.diagnostics, Diagnostic::new(rule, Span::new(self.path, range), message))
    }

    fn refer(&mut self, from: &Id, to: Id, range: Range<usize>) {
        if *from != to {
            self.references.push(Reference {
                from: from.clone(),
                to,
                span: Span::new(self.path, range),
                parameter: None,
            });
        }
    }

    fn front_references(&mut self, document: &Document) {
        let meta = &document.meta;
        let lists = [&meta.parameters, &meta.related, &meta.indicators, &meta.source_facts, &meta.readers];
        let single = meta.owner.iter().chain(meta.basis.iter().map(|(source, _)| source));
        let all: Vec<_> = lists.into_iter().flatten().chain(single).cloned().collect();
        let from = self.id.clone();
        for reference in all {
            if reference.value != "全体" {
                self.refer(&from, Id::new(&reference.value), reference.span);
            }
        }
        for retired in &meta.retired {
            for into in &retired.into {
                self.refer(&from, id::complete(&into.value, &from), into.span.clone());
            }
        }
    }

    fn declared_facts(&self, document: &Document) -> indexmap::IndexMap<String, Fact> {
        let declared = document.meta.facts.iter().map(|fact| {
            let name = fact.name.value.clone();
            let ask = fact.ask.clone().unwrap_or_else(|| match fact.kind {
                FactType::Boolean => format!("是否{name}？"),
                _ => format!("{name}是什么？"),
            });
            let span = Span::new(self.path, fact.name.span.clone());
            (name.clone(), Fact { name, kind: fact.kind, options: fact.options.clone(), ask, span })
        });
        declared.collect()
    }

    fn schedule(&mut self, document: &Document) -> Vec<ScheduleEntry> {
        let mut entries = Vec::new();
        for entry in &document.meta.schedule {
            let (when, what) = match entry.value.split_once('：').or_else(|| entry.value.split_once(": ")) {
                Some((when, what)) => (when.trim(), what.trim()),
                None => (entry.value.trim(), ""),
            };
            let schedule = parse_schedule(when, &self.id);
            if schedule.every == Every::Manual {
                self.free_schedule(when, entry.span.clone());
            }
            entries.push(ScheduleEntry { schedule, what: what.to_owned() });
        }
        entries
    }

    fn free_schedule(&mut self, words: &str, range: Range<usize>) {
        self.report(rule::FREE_SCHEDULE, range, format!("「{words}」不能自动排期，列为人工安排"))
            .help
            .push_str("能写成 每周五17:00、每季度首周、<事件>后5个工作日 之类的，改写后就能排进日历");
    }

    /// The document's first heading repeats id and title.
    fn title(&mut self, document: &Document, sections: &[RawSection]) {
        let Some(title) = &document.meta.title else { return };
        let expected = format!("{} {}", self.id, title.value);
        let heading =
            sections.iter().find(|section| section.kind == RawKind::Title && !section.span.is_empty());
        match heading {
            Some(heading)
                if text::folded(&heading.title)
                    .split_whitespace()
                    .eq(text::folded(&expected).split_whitespace()) => {}
            Some(heading) => {
                self.report(
                    rule::TITLE_MISMATCH,
                    heading.span.clone(),
                    format!("标题「{}」和前言不一致", heading.title),
                )
                .help
                .push_str(&format!("写成 # {expected}，或改前言的编号、标题"));
            }
            None => {
                let at = document.body.min(document.text.len());
                let end = document.text[at..].find('\n').map_or(document.text.len(), |i| at + i);
                self.report(rule::TITLE_MISMATCH, at..end, "正文没有一级标题")
                    .help
                    .push_str(&format!("在正文开头写 # {expected}"));
            }
        }
        let stem = self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md").to_owned();
        if stem != self.id.as_str() {
            let span = document.meta.ids[0].span.clone();
            let id = self.id.clone();
            self.report(rule::FILE_NAME, span, format!("编号是 {id}，文件名却是 {stem}.md"))
                .help
                .push_str(&format!("把文件改名为 {id}.md，或改编号"));
        }
    }

    fn section(&mut self, mut raw: RawSection, source: &str) -> Section {
        let id = match raw.kind {
            RawKind::Title => self.id.clone(),
            RawKind::Checklist | RawKind::Form => id::complete(&raw.number, &self.id),
            RawKind::Section if raw.number.is_empty() => {
                Id::new(format!("{}-{}", self.id, raw.title.split_whitespace().collect::<String>()))
            }
            RawKind::Section => Id::new(format!("{}-{}", self.id, raw.number)),
        };
        let kind = match raw.kind {
            RawKind::Title => SectionKind::Introduction,
            RawKind::Section => SectionKind::Text,
            RawKind::Checklist => {
                let checklist = self.checklist(&mut raw, id.clone());
                self.checklists.push(checklist);
                SectionKind::Checklist(self.checklists.len() - 1)
            }
            RawKind::Form => {
                let form = self.form(&mut raw, id.clone());
                self.forms.push(form);
                SectionKind::Form(self.forms.len() - 1)
            }
        };
        let mut section = Section {
            id: id.clone(),
            number: if matches!(raw.kind, RawKind::Title) { String::new() } else { raw.number },
            title: raw.title,
            level: raw.level,
            kind,
            blocks: Vec::new(),
            text: String::new(),
            span: Span::new(self.path, raw.span),
        };
        for block in raw.blocks {
            match block {
                RawBlock::Prose(events) => {
                    self.prose_references(&id, &events);
                    let words = plain_text(events.iter().map(|(event, _)| event));
                    if !section.text.is_empty() {
                        section.text.push('\n');
                    }
                    section.text.push_str(&self.readable(&words));
                    section.blocks.push(Block::Prose(bare(events)));
                }
                RawBlock::Clauses(items) => {
                    let clauses = items.into_iter().map(|item| self.clause(item, &id)).collect();
                    section.blocks.push(Block::Clauses(Shape::List, clauses));
                }
                RawBlock::Steps(table) => section.blocks.push(self.steps(table, &id, source)),
                RawBlock::Tasks(_) if !section.blocks.iter().any(|b| matches!(b, Block::Items)) => {
                    section.blocks.push(Block::Items);
                }
                RawBlock::Fields(_) => section.blocks.push(Block::Fields),
                RawBlock::Caption(number, content) => {
                    let caption = self.caption(number, content, &id);
                    section.text.push_str(&format!("\n{} {}", caption.number, caption.title));
                    section.blocks.push(Block::Caption(caption));
                }
                RawBlock::Registry(registry, filters) => {
                    section.blocks.push(Block::Registry(registry, filters))
                }
                RawBlock::Tasks(_) | RawBlock::Attributes(_) | RawBlock::Group(_) => {}
            }
        }
        section.blocks.shrink_to_fit();
        section.text.shrink_to_fit();
        section
    }

    fn caption(&mut self, number: Spanned<String>, content: Vec<Placed>, section: &Id) -> Caption {
        self.prose_references(section, &content);
        let words = plain_text(content.iter().map(|(event, _)| event));
        let title = words.split_once(char::is_whitespace).map_or("", |(_, title)| title.trim());
        Caption {
            id: Id::new(format!("{}-{}", self.id, number.value)),
            number: number.value,
            title: self.readable(title),
            content: bare(content),
            span: Span::new(self.path, number.span),
        }
    }

    /// Text for search: a parameter's mark leaves its written value, other marks vanish.
    fn readable(&self, words: &str) -> String {
        let mut out = String::with_capacity(words.len());
        for piece in mark::split(words) {
            match piece {
                mark::Piece::Text(range) => out.push_str(&words[range]),
                mark::Piece::Mark(_, marks) => marks
                    .iter()
                    .filter(|m| m.component.is_some() || is_parameter(m))
                    .for_each(|m| out.push_str(&m.text)),
                mark::Piece::Unclosed(range) | mark::Piece::Unknown(range, _) => out.push_str(&words[range]),
            }
        }
        out
    }

    /// Ids and marks in running text.
    fn prose_references(&mut self, from: &Id, events: &[Placed]) {
        for flat in Flat::blocks(events) {
            self.text_references(from, &flat);
        }
    }

    /// The marks of a text, references collected.
    fn text_references(&mut self, from: &Id, flat: &Flat) -> Vec<Mark> {
        let mut found = Vec::new();
        for piece in flat.marks() {
            match piece {
                mark::Piece::Text(range) => {
                    for (at, to) in id::find(&flat.text[range.clone()]) {
                        self.refer(from, to, flat.place(&(range.start + at.start..range.start + at.end)));
                    }
                }
                mark::Piece::Mark(range, marks) => {
                    for mark in marks {
                        if let Some(to) = &mark.reference {
                            let parameter =
                                is_parameter(mark).then(|| (mark.component.clone(), mark.text.clone()));
                            let span = Span::new(self.path, flat.place(range));
                            self.references.push(Reference {
                                from: from.clone(),
                                to: to.clone(),
                                span,
                                parameter,
                            });
                        }
                    }
                    found.extend(marks.iter().cloned());
                }
                _ => {}
            }
        }
        found
    }

    fn collect(&mut self, from: &Id, found: Vec<(Id, Range<usize>)>) {
        for (to, range) in found {
            self.refer(from, to, range);
        }
    }

    fn bad_word(&mut self, field: &Field, words: impl Iterator<Item = &'static str>) {
        let words: Vec<_> = words.collect();
        let diagnostic = Diagnostic::new(
            rule::BAD_FIELD,
            Span::new(self.path, field.raw.span.clone()),
            format!("「{}」不能是「{}」", field.key.value, field.raw.value),
        )
        .label(format!("可用：{}", words.join("、")))
        .nearest(&field.raw.value, words.iter().copied());
        self.diagnostics.push(diagnostic);
    }

    fn reading(&mut self) -> Reading<'_> {
        Reading {
            path: self.path,
            norm: &self.id,
            owner: &self.owner,
            roles: self.roles,
            facts: &self.facts,
            diagnostics: &mut self.diagnostics,
        }
    }
}

fn is_parameter(mark: &Mark) -> bool {
    mark.kind == crate::vocabulary::MarkKind::Parameter
}

/// Every number of a norm stands once, and no retired number comes back.
fn unique(norm: &Norm, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&Id, &Span> = HashMap::new();
    let sections = norm.sections.iter().filter(|s| s.id != norm.id).map(|s| (&s.id, &s.span));
    let clauses = norm.clauses().map(|c| (&c.id, &c.span));
    let items = norm.checklists.iter().flat_map(|c| c.items.iter().map(|i| (&i.id, &i.span)));
    let captions = norm.captions().map(|c| (&c.id, &c.span));
    let mut all: Vec<_> = sections.chain(clauses).chain(items).chain(captions).collect();
    all.sort_by_key(|(_, span)| span.start);
    for (id, span) in all {
        if let Some(first) = seen.insert(id, span) {
            diagnostics.push(
                Diagnostic::new(rule::DUPLICATE_ID, span.clone(), format!("号 {} 写了两次", id.local()))
                    .related(first.clone(), "第一次在这里")
                    .help("给后写的一条换一个没有用过的号"),
            );
        }
        if norm.retired.contains_key(id) {
            diagnostics.push(
                Diagnostic::new(
                    rule::TOMBSTONE,
                    span.clone(),
                    format!("号 {} 已经废止，不能再用", id.local()),
                )
                .help("换一个没有用过的号"),
            );
        }
    }
}

/// The events without their places.
pub fn bare(events: Vec<Placed>) -> Prose {
    let mut bare: Prose = events.into_iter().map(|(event, _)| event).collect();
    // Collected where they stood, with the room of the places and of what might have come.
    bare.shrink_to_fit();
    bare
}

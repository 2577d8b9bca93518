//! One document becomes one norm: sections, clauses, checklists and forms with whole ids. References
//! are collected here and followed when every norm is known.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::interpret::{Reading, Roles};
use super::{
    Basis, Block, Caption, Checklist, Clause, Fact, Form, FormField, Item, Norm, Prose, Readers, Retired,
    ScheduleEntry, Section, SectionKind, Shape, Steps,
};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::id::{self, Id};
use crate::rule;
use crate::syntax::deadline::{Every, parse_schedule};
use crate::syntax::field::{self, Field};
use crate::syntax::flat::Flat;
use crate::syntax::mark::{self, Mark};
use crate::syntax::{
    Document, Placed, RawBlock, RawCell, RawClause, RawKind, RawSection, RawTable, plain_text,
};
use crate::text;
use crate::vocabulary::{FactType, FieldType, Keep, NormKind, Order, Personal, Status};
use crate::yaml::Spanned;

/// Something that refers to something, and where it says so.
#[derive(Debug)]
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

/// A norm, and what it refers to.
pub struct Built {
    /// The norm.
    pub norm: Norm,
    /// Its references, in reading order.
    pub references: Vec<Reference>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Builds the norm of one document. `None` when its front matter names none; that is reported there.
pub fn build(document: &Document, roles: &Roles, part: &str) -> Option<Built> {
    let meta = &document.meta;
    let id = Id::new(&meta.ids.first()?.value);
    if id.kind() != Some(id::IdKind::Norm) {
        return None;
    }
    let owner = meta.owner.as_ref().map_or_else(|| Id::new(""), |owner| Id::new(&owner.value));
    let mut builder = Builder {
        document,
        path: &document.path,
        id: id.clone(),
        owner: owner.clone(),
        roles,
        facts: indexmap::IndexMap::new(),
        references: Vec::new(),
        diagnostics: Vec::new(),
        checklists: Vec::new(),
        forms: Vec::new(),
    };
    builder.front_references(document);
    builder.facts = builder.declared_facts(document);
    let schedule = builder.schedule(document);
    let sections: Vec<Section> =
        document.sections.iter().map(|raw| builder.section(raw, &document.text)).collect();
    builder.title(document);
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
        retired,
        schedule,
        indicators: ids(&meta.indicators),
        source_facts: ids(&meta.source_facts),
        notice: meta.notice.clone(),
        part: part.to_owned(),
        sections,
        checklists: builder.checklists,
        forms: builder.forms,
        han: document.han,
        path: document.path.clone(),
        markdown: document.text[document.body..].into(),
        span: Span::new(&document.path, id_span),
        id,
    };
    Some(Built { norm, references: builder.references, diagnostics: builder.diagnostics })
}

struct Builder<'a> {
    document: &'a Document,
    path: &'a Arc<str>,
    id: Id,
    owner: Id,
    roles: &'a Roles,
    facts: indexmap::IndexMap<String, Fact>,
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
        self.diagnostics.push(Diagnostic::new(rule, Span::new(self.path, range), message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
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
    fn title(&mut self, document: &Document) {
        let Some(title) = &document.meta.title else { return };
        let expected = format!("{} {}", self.id, title.value);
        let heading = document
            .sections
            .iter()
            .find(|section| section.kind == RawKind::Title && !section.span.is_empty());
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

    fn section(&mut self, raw: &RawSection, source: &str) -> Section {
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
                let checklist = self.checklist(raw, id.clone());
                self.checklists.push(checklist);
                SectionKind::Checklist(self.checklists.len() - 1)
            }
            RawKind::Form => {
                let form = self.form(raw, id.clone());
                self.forms.push(form);
                SectionKind::Form(self.forms.len() - 1)
            }
        };
        let mut section = Section {
            id: id.clone(),
            number: if matches!(raw.kind, RawKind::Title) { String::new() } else { raw.number.clone() },
            title: raw.title.clone(),
            level: raw.level,
            kind,
            blocks: Vec::new(),
            text: String::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        for block in &raw.blocks {
            match block {
                RawBlock::Prose(events) => {
                    self.prose_references(&id, events);
                    let words = plain_text(events.iter().map(|(event, _)| event));
                    if !section.text.is_empty() {
                        section.text.push('\n');
                    }
                    section.text.push_str(&self.readable(&words));
                    section.blocks.push(Block::Prose(bare(events)));
                }
                RawBlock::Clauses(items) => {
                    let clauses = items.iter().map(|item| self.clause(item, &id)).collect();
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
                    section.blocks.push(Block::Registry(*registry, filters.clone()))
                }
                RawBlock::Tasks(_) | RawBlock::Attributes(_) | RawBlock::Group(_) => {}
            }
        }
        section
    }

    fn caption(&mut self, number: &Spanned<String>, content: &[Placed], section: &Id) -> Caption {
        self.prose_references(section, content);
        let words = plain_text(content.iter().map(|(event, _)| event));
        let title = words.split_once(char::is_whitespace).map_or("", |(_, title)| title.trim());
        Caption {
            id: Id::new(format!("{}-{}", self.id, number.value)),
            number: number.value.clone(),
            title: self.readable(title),
            content: bare(content),
            span: Span::new(self.path, number.span.clone()),
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
        for piece in mark::split(&flat.text) {
            match piece {
                mark::Piece::Text(range) => {
                    for (at, to) in id::find(&flat.text[range.clone()]) {
                        self.refer(from, to, flat.place(&(range.start + at.start..range.start + at.end)));
                    }
                }
                mark::Piece::Mark(range, marks) => {
                    for mark in &marks {
                        if let Some(to) = &mark.reference {
                            let parameter =
                                is_parameter(mark).then(|| (mark.component.clone(), mark.text.clone()));
                            let span = Span::new(self.path, flat.place(&range));
                            self.references.push(Reference {
                                from: from.clone(),
                                to: to.clone(),
                                span,
                                parameter,
                            });
                        }
                    }
                    found.extend(marks);
                }
                _ => {}
            }
        }
        found
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

    fn clause(&mut self, raw: &RawClause, section: &Id) -> Clause {
        let id = Id::new(format!("{}-{}", self.id, raw.number.value));
        let flat = Flat::new(&raw.content);
        let marks = self.text_references(&id, &flat);
        self.prose_references(&id, &raw.more);
        let mut clause =
            self.bare_clause(id.clone(), &raw.number.value, section, &flat, &raw.content, raw.span.clone());
        clause.more = bare(&raw.more);
        clause.marks = marks;
        let found = self.reading().clause_fields(&mut clause, &raw.fields);
        self.collect(&id, found);
        self.reading().defaults(&mut clause, &flat);
        super::interpret::fingerprint(&mut clause);
        clause
    }

    fn collect(&mut self, from: &Id, found: Vec<(Id, Range<usize>)>) {
        for (to, range) in found {
            self.refer(from, to, range);
        }
    }

    fn bare_clause(
        &mut self,
        id: Id,
        number: &str,
        section: &Id,
        flat: &Flat,
        content: &[Placed],
        span: Range<usize>,
    ) -> Clause {
        let modality = self.reading().modality(flat);
        Clause {
            id,
            number: number.to_owned(),
            section: section.clone(),
            text: flat.without_marks(),
            content: bare(content),
            more: Prose::new(),
            modality,
            levels: Vec::new(),
            roles: Vec::new(),
            applies_if: None,
            due: None,
            schedule: None,
            evidence: Vec::new(),
            record: None,
            method: Vec::new(),
            criteria: None,
            tailor: super::interpret::default_tailor(modality),
            exception: None,
            note: None,
            marks: Vec::new(),
            text_fingerprint: String::new(),
            data_fingerprint: String::new(),
            span: Span::new(self.path, span),
        }
    }

    /// A step table: every row is a clause.
    fn steps(&mut self, table: &RawTable, section: &Id, source: &str) -> Block {
        let head: Vec<String> = table.head.iter().map(|cell| text::folded(&cell.text)).collect();
        let column = |name: &str| head.iter().position(|h| h == name);
        let shape = Steps {
            when: column("何时").is_some(),
            record: column("留什么").is_some(),
            exception: column("异常").is_some(),
        };
        let mut clauses = Vec::new();
        for row in &table.rows {
            let Some([number, who, what]) = row.get(..3) else { continue };
            let folded = text::folded(&number.text);
            if !id::is_local_number(&folded) {
                let line = number.span.clone();
                self.report(rule::STEP_TABLE, line, format!("步骤的号不能是「{}」", number.text))
                    .help
                    .push_str("写 2.1 这样的号");
                continue;
            }
            let id = Id::new(format!("{}-{folded}", self.id));
            let flat = Flat::new(&what.content);
            let marks = self.text_references(&id, &flat);
            let span = number.span.start..what.span.end.max(number.span.end);
            let mut clause = self.bare_clause(id.clone(), &folded, section, &flat, &what.content, span);
            clause.marks = marks;
            let cell = |name: &str| {
                column(name)
                    .and_then(|i| row.get(i))
                    .filter(|cell| !matches!(cell.text.as_str(), "" | "—" | "-" | "/" | "无"))
            };
            let mut fields = Vec::new();
            let as_field = |key: &str, cell: &RawCell| {
                let words = &source[cell.span.clone()];
                field::parse(
                    &format!("{key}：{words}"),
                    cell.span.start.saturating_sub(key.len() + '：'.len_utf8()),
                )
            };
            let who = (!who.text.is_empty()).then_some(who);
            fields.extend(who.and_then(|cell| as_field("责任", cell)));
            if let Some(when) = cell("何时") {
                let recurs = when.text.starts_with('每') || when.text.contains("内每日");
                fields.extend(as_field(if recurs { "频次" } else { "时限" }, when));
            }
            let mut found = self.reading().clause_fields(&mut clause, &fields);
            if let Some(kept) = cell("留什么") {
                found.extend(
                    as_field("证据", kept)
                        .map(|field| self.reading().kept(&mut clause, &field))
                        .unwrap_or_default(),
                );
            }
            if let Some(exception) = cell("异常") {
                let flat = Flat::new(&exception.content);
                self.text_references(&id, &flat);
                clause.exception = Some(self.readable(&flat.text));
            }
            self.collect(&id, found);
            self.reading().defaults(&mut clause, &flat);
            super::interpret::fingerprint(&mut clause);
            clauses.push(clause);
        }
        Block::Clauses(Shape::Steps(shape), clauses)
    }

    fn checklist(&mut self, raw: &RawSection, id: Id) -> Checklist {
        let mut checklist = Checklist {
            id: id.clone(),
            title: raw.title.clone(),
            when: None,
            order: Order::Any,
            form: None,
            scoring: false,
            items: Vec::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        let mut group = String::new();
        let mut has_line = false;
        for block in &raw.blocks {
            match block {
                RawBlock::Attributes(fields) => {
                    has_line = true;
                    self.checklist_line(&mut checklist, fields);
                }
                RawBlock::Group(words) => group.clone_from(words),
                RawBlock::Tasks(items) => {
                    for item in items {
                        let item = self.item(item, &id, &group);
                        checklist.items.push(item);
                    }
                }
                _ => {}
            }
        }
        if !has_line {
            self.report(rule::CHECKLIST_SHAPE, raw.span.clone(), "检查表标题下没有属性行")
                .help
                .push_str("在标题下写一行 时点：每件；顺序：按序");
        } else if checklist.when.is_none() && !checklist.scoring {
            self.report(rule::CHECKLIST_SHAPE, raw.span.clone(), "检查表没有写时点")
                .help
                .push_str("在属性行里写 时点：每件");
        }
        if checklist.items.is_empty() {
            self.report(rule::CHECKLIST_SHAPE, raw.span.clone(), "检查表里没有检查项")
                .help
                .push_str("写 - [ ] **01** 要检查的事");
        }
        checklist
    }

    fn checklist_line(&mut self, checklist: &mut Checklist, fields: &[Field]) {
        for field in fields {
            match field.key.value.as_str() {
                "时点" => {
                    let schedule = parse_schedule(&field.raw.value, &self.id);
                    if schedule.every == Every::Manual {
                        self.free_schedule(&field.raw.value, field.raw.span.clone());
                    }
                    checklist.when = Some(schedule);
                }
                "顺序" => match Order::parse(&field.raw.value) {
                    Some(order) => checklist.order = order,
                    None => self.bad_word(field, Order::all()),
                },
                "表单" => {
                    let form = id::complete(&field.raw.value, &self.id);
                    self.refer(&checklist.id.clone(), form.clone(), field.raw.span.clone());
                    checklist.form = Some(form);
                }
                "类型" => match field.raw.value.as_str() {
                    "评分" => checklist.scoring = true,
                    _ => self.bad_word(field, ["评分"].into_iter()),
                },
                _ => {}
            }
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

    fn item(&mut self, raw: &RawClause, checklist: &Id, group: &str) -> Item {
        let id = Id::new(format!("{checklist}.{}", raw.number.value));
        let flat = Flat::new(&raw.content);
        self.text_references(&id, &flat);
        let mut item = Item {
            id: id.clone(),
            number: raw.number.value.clone(),
            group: group.to_owned(),
            text: flat.without_marks(),
            content: bare(&raw.content),
            checks: Vec::new(),
            modality: crate::vocabulary::Modality::Shall,
            roles: Vec::new(),
            evidence: Vec::new(),
            applies_if: None,
            levels: Vec::new(),
            veto: false,
            form: None,
            indicators: Vec::new(),
            score: None,
            note: None,
            text_fingerprint: String::new(),
            data_fingerprint: String::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        let found = self.reading().item_fields(&mut item, &raw.fields);
        self.collect(&id, found);
        item
    }

    fn form(&mut self, raw: &RawSection, id: Id) -> Form {
        let mut form = Form {
            id: id.clone(),
            title: raw.title.clone(),
            filled_by: Vec::new(),
            open_to_all: false,
            when: None,
            keep: None,
            rows: false,
            fields: Vec::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        let mut has_table = false;
        for block in &raw.blocks {
            match block {
                RawBlock::Attributes(fields) => self.form_line(&mut form, fields),
                RawBlock::Fields(table) => {
                    has_table = true;
                    self.form_fields(&mut form, table);
                }
                _ => {}
            }
        }
        if !has_table && !self.said_within(raw) {
            self.report(rule::FORM_SHAPE, raw.span.clone(), "表单没有字段表")
                .help
                .push_str("在标题下写表头 | 号 | 字段 | 类型 | 必填 | 说明或选项 |");
        }
        form
    }

    /// Whether reading the document already found an error in this section.
    fn said_within(&self, raw: &RawSection) -> bool {
        let start = raw.span.start;
        let starts = self.document.sections.iter().map(|section| section.span.start);
        let end = starts.filter(|next| *next > start).min().unwrap_or(usize::MAX);
        let errors = self.document.diagnostics.iter().filter(|d| d.rule.severity == Severity::Error);
        errors.into_iter().any(|d| (start..end).contains(&d.span.start))
    }

    fn form_line(&mut self, form: &mut Form, fields: &[Field]) {
        for field in fields {
            match field.key.value.as_str() {
                "填写" => {
                    let words = field.values.iter().flat_map(|value| {
                        let start = value.span.start;
                        value
                            .value
                            .split(['、', '，', ','])
                            .map(move |w| (w.trim().to_owned(), start))
                            .collect::<Vec<_>>()
                    });
                    for (word, start) in words.collect::<Vec<_>>() {
                        let range = start..field.raw.span.end;
                        if word == "全体" {
                            form.open_to_all = true;
                            continue;
                        }
                        if let Some(role) = self.reading().role(&word, range.clone()) {
                            self.refer(&form.id.clone(), role.clone(), range);
                            form.filled_by.push(role);
                        }
                    }
                }
                "时点" => {
                    let schedule = parse_schedule(&field.raw.value, &self.id);
                    if schedule.every == Every::Manual {
                        self.free_schedule(&field.raw.value, field.raw.span.clone());
                    }
                    form.when = Some(schedule);
                }
                "保存" => match Keep::parse(&field.raw.value) {
                    Some(keep) => form.keep = Some(keep),
                    None => self.bad_word(field, Keep::all()),
                },
                "明细" => match field.raw.value.as_str() {
                    "是" => form.rows = true,
                    "否" => form.rows = false,
                    _ => self.bad_word(field, ["是", "否"].into_iter()),
                },
                _ => {}
            }
        }
    }

    fn form_fields(&mut self, form: &mut Form, table: &RawTable) {
        let head: Vec<String> = table.head.iter().map(|cell| text::folded(&cell.text)).collect();
        let column = |name: &str| head.iter().position(|h| h == name);
        for row in &table.rows {
            let [number, label, kind, required, last, ..] = row.as_slice() else { continue };
            let shown = |cell: &RawCell| cell.span.clone();
            let number_text = text::folded(&number.text);
            if number_text.is_empty() || !number_text.chars().all(char::is_alphanumeric) {
                self.report(rule::FORM_SHAPE, shown(number), format!("字段的号不能是「{}」", number.text))
                    .help
                    .push_str("写 01、02 …");
                continue;
            }
            let id = Id::new(format!("{}.{number_text}", form.id));
            if let Some(first) = form.fields.iter().find(|f| f.id == id) {
                let first = first.span.clone();
                let diagnostic =
                    self.report(rule::DUPLICATE_ID, shown(number), format!("字段号 {number_text} 写了两次"));
                diagnostic.related.push((first, "第一次在这里".into()));
                diagnostic.help.push_str("换一个没有用过的号");
                continue;
            }
            let Some(field_type) = FieldType::parse(&kind.text) else {
                let names: Vec<_> = FieldType::all().collect();
                let diagnostic = Diagnostic::new(
                    rule::FORM_SHAPE,
                    Span::new(self.path, shown(kind)),
                    format!("没有「{}」这种字段", kind.text),
                )
                .label(format!("可用：{}", names.join("、")))
                .nearest(&kind.text, names.iter().copied());
                self.diagnostics.push(diagnostic);
                continue;
            };
            let is_required = match required.text.as_str() {
                "是" => true,
                "否" => false,
                other => {
                    let other = other.to_owned();
                    self.report(rule::FORM_SHAPE, shown(required), format!("「必填」不能是「{other}」"))
                        .help
                        .push_str("写 是 或 否");
                    false
                }
            };
            let choice = matches!(field_type, FieldType::Choice | FieldType::Choices);
            let options: Vec<String> = if choice {
                text::split_wide(&last.text, '；')
                    .map(|(_, o)| o.trim().to_owned())
                    .filter(|o| !o.is_empty())
                    .collect()
            } else {
                Vec::new()
            };
            if choice && options.len() < 2 {
                self.report(
                    rule::FORM_SHAPE,
                    if last.text.is_empty() { shown(kind) } else { shown(last) },
                    "单选、多选至少要有两个选项",
                )
                .help
                .push_str("选项写在「说明或选项」列，用；分开");
            }
            let flat = Flat::new(&last.content);
            self.text_references(&id, &flat);
            let cell = |name: &str| column(name).and_then(|i| row.get(i));
            let personal =
                self.cell_word(cell("个人信息"), Personal::CHOICES, "个人信息").unwrap_or(Personal::None);
            let keep = self.cell_word(cell("保存"), Keep::CHOICES, "保存");
            form.fields.push(FormField {
                id,
                number: number_text,
                label: label.text.clone(),
                kind: field_type,
                required: is_required,
                options,
                note: if choice { Prose::new() } else { bare(&last.content) },
                note_text: if choice { String::new() } else { self.readable(&flat.text) },
                personal,
                keep,
                span: Span::new(self.path, number.span.start..label.span.end.max(number.span.end)),
            });
        }
    }

    fn cell_word<T: Copy>(
        &mut self,
        cell: Option<&RawCell>,
        choices: &[(&str, &str, T)],
        column: &str,
    ) -> Option<T> {
        let cell = cell.filter(|cell| !cell.text.is_empty())?;
        let found =
            choices.iter().find(|(chinese, english, _)| cell.text == *chinese || cell.text == *english);
        if found.is_none() {
            let words: Vec<_> = choices.iter().map(|choice| choice.0).collect();
            self.report(rule::FORM_SHAPE, cell.span.clone(), format!("「{column}」不能是「{}」", cell.text))
                .help
                .push_str(&format!("可用：{}；不写就留空", words.join("、")));
        }
        found.map(|choice| choice.2)
    }
}

fn is_parameter(mark: &Mark) -> bool {
    mark.kind == crate::vocabulary::MarkKind::Parameter
}

/// The events without their places.
pub fn bare(events: &[Placed]) -> Prose {
    events.iter().map(|(event, _)| event.clone()).collect()
}

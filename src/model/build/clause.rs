//! Numbered sentences, from list items and from the rows of step tables.

use std::ops::Range;

use super::{Builder, bare};
use crate::diagnostic::Span;
use crate::id::{self, Id};
use crate::model::{Block, Clause, Prose, Shape, Steps, interpret};
use crate::rule;
use crate::syntax::field;
use crate::syntax::flat::Flat;
use crate::syntax::{Placed, RawCell, RawClause, RawTable};
use crate::text;

impl Builder<'_> {
    pub(super) fn clause(&mut self, raw: RawClause, section: &Id) -> Clause {
        let id = Id::new(format!("{}-{}", self.id, raw.number.value));
        let flat = Flat::new(&raw.content);
        let marks = self.text_references(&id, &flat);
        self.prose_references(&id, &raw.more);
        let mut clause =
            self.bare_clause(id.clone(), raw.number.value, section, &flat, raw.content, raw.span);
        clause.more = bare(raw.more);
        clause.marks = marks;
        let found = self.reading().clause_fields(&mut clause, &raw.fields);
        self.collect(&id, found);
        self.complete(&mut clause, &flat);
        clause
    }

    /// What a clause has from elsewhere: its norm's condition, what was left out.
    fn complete(&mut self, clause: &mut Clause, flat: &Flat) {
        if let Some(outer) = &self.applies_if {
            let own = clause.applies_if.take();
            clause.applies_if = Some(own.map_or_else(|| outer.clone(), |own| own.within(outer)));
        }
        self.reading().defaults(clause, flat);
    }

    fn bare_clause(
        &mut self,
        id: Id,
        number: String,
        section: &Id,
        flat: &Flat,
        content: Vec<Placed>,
        span: Range<usize>,
    ) -> Clause {
        let modality = self.reading().modality(flat);
        Clause {
            id,
            number,
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
            tailor: interpret::default_tailor(modality),
            exception: None,
            note: None,
            marks: Vec::new(),
            span: Span::new(self.path, span),
        }
    }

    /// A step table: every row is a clause.
    pub(super) fn steps(&mut self, table: RawTable, section: &Id, source: &str) -> Block {
        let head: Vec<String> = table.head.iter().map(|cell| text::folded(&cell.text)).collect();
        let column = |name: &str| head.iter().position(|h| h == name);
        let shape = Steps {
            when: column("何时").is_some(),
            record: column("留什么").is_some(),
            exception: column("异常").is_some(),
        };
        let mut clauses = Vec::with_capacity(table.rows.len());
        for mut row in table.rows {
            let Some([number, _, what]) = row.get_mut(..3) else { continue };
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
            let content = std::mem::take(&mut what.content);
            let mut clause = self.bare_clause(id.clone(), folded, section, &flat, content, span);
            clause.marks = marks;
            let row = &row;
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
            fields
                .extend(row.get(1).filter(|who| !who.text.is_empty()).and_then(|who| as_field("责任", who)));
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
            self.complete(&mut clause, &flat);
            clauses.push(clause);
        }
        Block::Clauses(Shape::Steps(shape), clauses)
    }
}

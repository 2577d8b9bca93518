//! Checklists and their items.

use super::{Builder, bare};
use crate::diagnostic::Span;
use crate::id::{self, Id, IdKind};
use crate::model::{Checklist, Composition, Item};
use crate::rule;
use crate::syntax::deadline::{Every, parse_schedule};
use crate::syntax::field::Field;
use crate::syntax::flat::Flat;
use crate::syntax::{RawBlock, RawClause, RawSection};
use crate::text;
use crate::vocabulary::{Modality, Order};

impl Builder<'_> {
    pub(super) fn checklist(&mut self, raw: &mut RawSection, id: Id) -> Checklist {
        let mut checklist = Checklist {
            id: id.clone(),
            title: raw.title.clone(),
            when: None,
            order: Order::Any,
            form: None,
            scoring: false,
            composition: Composition::default(),
            items: Vec::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        let mut group = String::new();
        let mut has_line = false;
        for block in &mut raw.blocks {
            match block {
                RawBlock::Attributes(fields) => {
                    has_line = true;
                    self.checklist_line(&mut checklist, fields);
                }
                RawBlock::Group(words) => group.clone_from(words),
                RawBlock::Tasks(items) => {
                    checklist.items.reserve_exact(items.len());
                    for item in std::mem::take(items) {
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

    /// The parameter that a key of the checklist's line names.
    fn parameter(&mut self, checklist: &Id, field: &Field) -> Option<Id> {
        let id = Id::new(text::folded(&field.raw.value));
        if id.kind() != Some(IdKind::Parameter) {
            let message = format!("「{}」写参数号，不能是「{}」", field.key.value, field.raw.value);
            self.report(rule::BAD_FIELD, field.raw.span.clone(), message).help.push_str("写 P48 这样的号");
            return None;
        }
        self.refer(checklist, id.clone(), field.raw.span.clone());
        Some(id)
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
                "权重" => checklist.composition.weights = self.parameter(&checklist.id, field),
                "复核" => checklist.composition.review = self.parameter(&checklist.id, field),
                "等级" => checklist.composition.grades = self.parameter(&checklist.id, field),
                _ => {}
            }
        }
    }

    fn item(&mut self, raw: RawClause, checklist: &Id, group: &str) -> Item {
        let id = Id::new(format!("{checklist}.{}", raw.number.value));
        let flat = Flat::new(&raw.content);
        self.text_references(&id, &flat);
        let mut item = Item {
            id: id.clone(),
            number: raw.number.value,
            group: group.to_owned(),
            text: flat.without_marks(),
            content: bare(raw.content),
            checks: Vec::new(),
            modality: Modality::Shall,
            roles: Vec::new(),
            evidence: Vec::new(),
            applies_if: None,
            levels: Vec::new(),
            veto: false,
            form: None,
            indicators: Vec::new(),
            score: None,
            note: None,
            span: Span::new(self.path, raw.span),
        };
        let found = self.reading().item_fields(&mut item, &raw.fields);
        self.collect(&id, found);
        item
    }
}

//! Forms and their fields.

use super::{Builder, bare};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::id::Id;
use crate::model::{Audience, Form, FormField, Prose};
use crate::rule;
use crate::syntax::deadline::{Every, parse_schedule};
use crate::syntax::field::Field;
use crate::syntax::flat::Flat;
use crate::syntax::{RawBlock, RawCell, RawSection, RawTable};
use crate::text;
use crate::vocabulary::{FieldType, Keep, Personal};

impl Builder<'_> {
    pub(super) fn form(&mut self, raw: &mut RawSection, id: Id) -> Form {
        let mut form = Form {
            id: id.clone(),
            title: raw.title.clone(),
            filled_by: Vec::new(),
            open_to_all: false,
            when: None,
            keep: None,
            rows: false,
            unique: Vec::new(),
            exclusive: Vec::new(),
            counts: Vec::new(),
            fields: Vec::new(),
            span: Span::new(self.path, raw.span.clone()),
        };
        let (mut has_table, said) = (false, self.diagnostics.len());
        let mut line = Vec::new();
        for block in &mut raw.blocks {
            match block {
                RawBlock::Attributes(fields) => {
                    self.form_line(&mut form, fields);
                    line = std::mem::take(fields);
                }
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
        } else if has_table && self.diagnostics.len() == said {
            // They name fields, so they are read when the fields are known, all of them.
            self.entry_rules(&mut form, &line);
        }
        form
    }

    /// Whether reading the document already found an error in this section.
    fn said_within(&self, raw: &RawSection) -> bool {
        let start = raw.span.start;
        let end = self.starts.iter().copied().filter(|next| *next > start).min().unwrap_or(usize::MAX);
        let errors = self.said.iter().filter(|d| d.rule.severity == Severity::Error);
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

    fn form_fields(&mut self, form: &mut Form, table: &mut RawTable) {
        let head: Vec<String> = table.head.iter().map(|cell| text::folded(&cell.text)).collect();
        let column = |name: &str| head.iter().position(|h| h == name);
        for mut row in std::mem::take(&mut table.rows) {
            let content = row.get_mut(4).map(|last| std::mem::take(&mut last.content)).unwrap_or_default();
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
            let flat = Flat::new(&content);
            self.text_references(&id, &flat);
            let cell = |name: &str| column(name).and_then(|i| row.get(i));
            let personal =
                self.cell_word(cell("个人信息"), Personal::CHOICES, "个人信息").unwrap_or(Personal::None);
            let keep = self.cell_word(cell("保存"), Keep::CHOICES, "保存");
            let visible_to = self.audience(&id, cell("可见"));
            form.fields.push(FormField {
                id,
                number: number_text,
                label: label.text.clone(),
                kind: field_type,
                required: is_required,
                options,
                note: if choice { Prose::new() } else { bare(content) },
                note_text: if choice { String::new() } else { self.readable(&flat.text) },
                personal,
                keep,
                visible_to,
                span: Span::new(self.path, number.span.start..label.span.end.max(number.span.end)),
            });
        }
    }

    /// `R12 R14`, `本人`, `全体`.
    fn audience(&mut self, field: &Id, cell: Option<&RawCell>) -> Audience {
        let mut audience = Audience::default();
        let Some(cell) = cell else { return audience };
        for word in cell.text.split(['、', '，', ',', ' ', '\u{3000}']).filter(|word| !word.is_empty()) {
            match word {
                "全体" => audience.everybody = true,
                "本人" => audience.own = true,
                _ => {
                    if let Some(role) = self.reading().role(word, cell.span.clone()) {
                        self.refer(field, role.clone(), cell.span.clone());
                        audience.roles.push(role);
                    }
                }
            }
        }
        audience
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

//! What the entries of a form must keep to: what is unique, what may not overlap, what counts into which
//! indicator.

use std::ops::Range;

use indexmap::IndexMap;

use super::Builder;
use crate::diagnostic::{Diagnostic, Span};
use crate::id::{Id, IdKind};
use crate::model::fact::Asked;
use crate::model::{ExclusionConstraint, Fact, Form, FormField, IndicatorCount, UniqueConstraint};
use crate::rule;
use crate::syntax::condition::Condition;
use crate::syntax::field::Field;
use crate::text;
use crate::vocabulary::{FactType, FieldType, RatePart};
use crate::yaml::Spanned;

/// The word before a condition.
const WHEN: &str = "当";
/// The word before the field that dates an entry.
const BY: &str = "按";
/// The word between the ends of a span of time.
const UNTIL: &str = "至";

/// One value, taken apart: `K21 当 状态 = 爽约 按 开始时间`.
struct Parts {
    head: Spanned<String>,
    condition: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
}

impl Builder<'_> {
    /// Reads 唯一, 不重叠 and 计入 of the line under a form's heading.
    pub(super) fn entry_rules(&mut self, form: &mut Form, line: &[Field]) {
        let facts = comparable(form);
        for field in line {
            for value in &field.values {
                match field.key.value.as_str() {
                    "唯一" => form.unique.extend(self.unique(form, &facts, value)),
                    "不重叠" => form.exclusive.extend(self.exclusive(form, &facts, value)),
                    "计入" => form.counts.extend(self.count(form, &facts, value)),
                    _ => {}
                }
            }
        }
    }

    /// `场地＋日期`, `编号 当 状态 = 有效`.
    fn unique(
        &mut self,
        form: &Form,
        facts: &IndexMap<String, Fact>,
        value: &Spanned<String>,
    ) -> Option<UniqueConstraint> {
        let parts = apart(value);
        if let Some(by) = &parts.by {
            self.entry_report(by.span.clone(), "「唯一」里不写「按」", "写成 唯一：场地＋日期");
        }
        let fields = self.fields_of(form, &parts.head)?;
        Some(UniqueConstraint { fields, condition: self.entry_condition(facts, parts.condition) })
    }

    /// `场地，开始时间 至 结束时间 当 状态 ≠ 取消`.
    fn exclusive(
        &mut self,
        form: &Form,
        facts: &IndexMap<String, Fact>,
        value: &Spanned<String>,
    ) -> Option<ExclusionConstraint> {
        const SHAPE: &str = "写成 不重叠：场地，开始时间 至 结束时间";
        let parts = apart(value);
        if let Some(by) = &parts.by {
            self.entry_report(by.span.clone(), "「不重叠」里不写「按」", SHAPE);
        }
        let head = &parts.head;
        let comma = text::split_wide(&head.value, '，').map(|(at, _)| at).nth(1);
        let ends = comma.and_then(|at| {
            let (from, until) = word(&head.value, at, UNTIL)?;
            Some((part(head, 0..at), part(head, at..from), part(head, until..head.value.len())))
        });
        let Some((fields, from, until)) = ends else {
            self.entry_report(head.span.clone(), "「不重叠」要写明哪几栏、从何时、到何时", SHAPE);
            return None;
        };
        let fields = self.fields_of(form, &fields)?;
        let (start, end) = (self.field_of(form, &from)?, self.field_of(form, &until)?);
        let timed = [FieldType::Date, FieldType::Time, FieldType::DateTime];
        if !timed.contains(&start.kind) || start.kind != end.kind {
            self.entry_report(
                from.span.start..until.span.end,
                format!("「{}」和「{}」要同是日期、时间或日期时间", start.label, end.label),
                "改字段的类型，或换两个字段",
            );
            return None;
        }
        Some(ExclusionConstraint {
            fields,
            from: start.id.clone(),
            until: end.id.clone(),
            condition: self.entry_condition(facts, parts.condition),
        })
    }

    /// `K21 当 状态 = 爽约 按 开始时间`, `K21 分母 按 开始时间`.
    fn count(
        &mut self,
        form: &Form,
        facts: &IndexMap<String, Fact>,
        value: &Spanned<String>,
    ) -> Option<IndicatorCount> {
        const SHAPE: &str = "写成 计入：K21 当 状态 = 爽约 按 开始时间";
        let parts = apart(value);
        let head = text::folded(&parts.head.value);
        let (name, word) = match head.split_once(char::is_whitespace) {
            Some((name, word)) => (name, Some(word.trim())),
            None => (head.as_str(), None),
        };
        let indicator = Id::new(name);
        let part = word.and_then(RatePart::parse);
        if let Some(word) = word.filter(|_| part.is_none()) {
            let message = format!("指标号后面不能是「{word}」");
            self.entry_report(parts.head.span, message, "写 分子 或 分母，只有一个数的指标不写");
            return None;
        }
        if indicator.kind() != Some(IdKind::Indicator) {
            self.entry_report(parts.head.span, format!("「{}」不是指标号", parts.head.value), SHAPE);
            return None;
        }
        self.refer(&form.id, indicator.clone(), parts.head.span.clone());
        let Some(by) = &parts.by else {
            self.entry_report(value.span.clone(), "没有写按哪个日期算在哪一期", SHAPE);
            return None;
        };
        let dated = self.field_of(form, by)?;
        if !matches!(dated.kind, FieldType::Date | FieldType::DateTime) {
            let message = format!("「{}」是{}，不能说明算在哪一期", dated.label, dated.kind.chinese());
            self.entry_report(by.span.clone(), message, "写一个日期或日期时间的字段");
            return None;
        }
        let dated_by = dated.id.clone();
        Some(IndicatorCount {
            indicator,
            part,
            condition: self.entry_condition(facts, parts.condition),
            dated_by,
        })
    }

    fn entry_condition(
        &mut self,
        facts: &IndexMap<String, Fact>,
        words: Option<Spanned<String>>,
    ) -> Option<Condition> {
        self.reading().condition_over(&words?, facts, Asked::Fields)
    }

    /// The fields named in `场地＋日期`; none when one of them is not there, which is reported.
    fn fields_of(&mut self, form: &Form, words: &Spanned<String>) -> Option<Vec<Id>> {
        let mut fields = Vec::new();
        for (at, label) in text::split_wide(&words.value, '＋') {
            fields.push(self.field_of(form, &part(words, at..at + label.len()))?.id.clone());
        }
        Some(fields)
    }

    fn field_of<'f>(&mut self, form: &'f Form, label: &Spanned<String>) -> Option<&'f FormField> {
        let wanted = text::folded(&label.value);
        let found = form.fields.iter().find(|field| text::folded(&field.label) == wanted);
        if found.is_none() {
            let labels: Vec<&str> = form.fields.iter().map(|field| field.label.as_str()).collect();
            let diagnostic = Diagnostic::new(
                rule::ENTRY_RULE,
                Span::new(self.path, label.span.clone()),
                format!("表里没有字段「{}」", label.value),
            )
            .label(format!("本表的字段：{}", labels.join("、")))
            .nearest(&label.value, labels.iter().copied());
            self.diagnostics.push(diagnostic);
        }
        found
    }

    fn entry_report(&mut self, range: Range<usize>, message: impl Into<String>, help: &str) {
        self.report(rule::ENTRY_RULE, range, message).help.push_str(help);
    }
}

/// The fields that a condition can compare, as facts.
fn comparable(form: &Form) -> IndexMap<String, Fact> {
    let fact = |field: &FormField| {
        let kind = match field.kind {
            FieldType::Boolean => FactType::Boolean,
            FieldType::Choice => FactType::Choice,
            FieldType::Integer | FieldType::Decimal => FactType::Number,
            FieldType::Date => FactType::Date,
            _ => return None,
        };
        let (name, options) = (text::folded(&field.label), field.options.clone());
        let fact = Fact { name: name.clone(), kind, options, ask: String::new(), span: field.span.clone() };
        Some((name, fact))
    };
    form.fields.iter().filter_map(fact).collect()
}

/// The head, the condition behind 当 and the field behind 按.
fn apart(value: &Spanned<String>) -> Parts {
    let mut end = value.value.len();
    let mut cut = |name: &str| {
        let (before, behind) = word(&value.value[..end], 0, name)?;
        let found = part(value, behind..end);
        end = before;
        Some(found)
    };
    let (by, condition) = (cut(BY), cut(WHEN));
    Parts { head: part(value, 0..end), condition, by }
}

/// Where the text before a word ends and the text behind it begins; the word stands at or behind `from`
/// and has white space on both sides.
fn word(text: &str, from: usize, word: &str) -> Option<(usize, usize)> {
    text[from..].match_indices(word).find_map(|(at, found)| {
        let (before, behind) = (from + at, from + at + found.len());
        let alone =
            text[..before].ends_with(char::is_whitespace) && text[behind..].starts_with(char::is_whitespace);
        alone.then_some((before, behind))
    })
}

/// A range of a value, trimmed (commas too), with its place in the file.
fn part(whole: &Spanned<String>, range: Range<usize>) -> Spanned<String> {
    let slice = whole.value[range.clone()].trim_end_matches(['，', ',']);
    let (skipped, value) = text::trim(slice);
    let start = range.start + skipped;
    Spanned { value: value.to_owned(), span: whole.place(start..start + value.len()) }
}

//! What the fields of a clause or an item mean: words become roles, deadlines, conditions, proofs.

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;

mod roles;
mod score;

use super::fact::Asked;
use super::{Clause, Criteria, Evidence, Fact, Item, RoleDuty, Score, fact};
use crate::diagnostic::{self, Diagnostic, Span, nearest};
use crate::id::{self, Id, IdKind};
use crate::rule;
use crate::syntax::condition::{self, Condition};
use crate::syntax::deadline::{Every, parse_due, parse_schedule};
use crate::syntax::field::{Field, qualifier};
use crate::syntax::flat::Flat;
use crate::syntax::mark::{self, Piece};
use crate::syntax::modality::{self, Verb};
use crate::vocabulary::{Duty, Level, MarkKind, Method, Modality, Tailor};
use crate::yaml::Spanned;

pub use roles::{Roles, ambiguous_roles};

/// The clause or item being read, and where to report.
pub struct Reading<'a> {
    /// The norm's file.
    pub path: &'a Arc<str>,
    /// The norm.
    pub norm: &'a Id,
    /// The role that answers for the norm.
    pub owner: &'a Id,
    /// All roles.
    pub roles: &'a Roles,
    /// The facts that the norm declares.
    pub facts: &'a IndexMap<String, Fact>,
    /// Where reports go.
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

/// What a field refers to, and where.
type Found = Vec<(Id, Range<usize>)>;

impl Reading<'_> {
    fn report(
        &mut self,
        rule: &'static rule::Rule,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        diagnostic::push(self.diagnostics, Diagnostic::new(rule, Span::new(self.path, range), message))
    }

    /// How a sentence binds. More than one verb, and verbs of others, are reported.
    pub fn modality(&mut self, flat: &Flat) -> Modality {
        let masked = flat.masked();
        let covered = covered(&flat.text, flat.marks());
        let is_covered = |verb: &Verb| covered.iter().any(|range| range.contains(&verb.range.start));
        let all = modality::verbs(&masked);
        // Inside a sentence that a law covers, the law's verbs are quoted.
        let quoted = |verb: &&Verb| verb.instead.is_some_and(|house| house != "可") && is_covered(verb);
        let counted: Vec<&Verb> = all.iter().filter(|verb| !quoted(verb)).collect();
        for verb in &counted {
            if let Some(house) = verb.instead.filter(|house| *house != "可") {
                let word = &masked[verb.range.clone()];
                self.report(
                    rule::FOREIGN_VERB,
                    flat.place(&verb.range),
                    format!("「{word}」不是手册用的能愿动词"),
                )
                .help
                .push_str(&format!("写「{house}」；是法条原意的，句末挂【法：…】"));
            }
        }
        if let [first, second, ..] = counted.as_slice() {
            let (a, b) = (masked[first.range.clone()].to_owned(), masked[second.range.clone()].to_owned());
            let at = Span::new(self.path, flat.place(&first.range));
            let diagnostic = self.report(
                rule::TWO_VERBS,
                flat.place(&second.range),
                format!("一条里有两个能愿动词：「{a}」和「{b}」"),
            );
            diagnostic.related.push((at, "第一个在这里".into()));
            diagnostic.help.push_str("拆成两条，各写一个号");
        }
        counted.first().copied().or(all.first()).map_or(Modality::Statement, |verb| verb.modality)
    }

    /// Reads the fields of a clause into it; gives what they refer to.
    pub fn clause_fields(&mut self, clause: &mut Clause, fields: &[Field]) -> Found {
        let mut found = Found::new();
        for field in fields {
            match field.key.value.as_str() {
                "责任" => clause.roles = self.duties(field, &mut found),
                "记录" => {
                    for value in &field.values {
                        if let Some(form) = self.form(value, &mut found) {
                            match clause.record {
                                None => clause.record = Some(form),
                                Some(_) => clause.evidence.push(Evidence {
                                    name: form.to_string(),
                                    form: Some(form),
                                    required: true,
                                }),
                            }
                        }
                    }
                }
                "时限" => {
                    clause.due = parse_due(&field.raw.value, self.norm);
                    match &clause.due {
                        Some(due) => found.extend(due_references(due).map(|id| (id, field.raw.span.clone()))),
                        None => {
                            self.report(rule::BAD_DEADLINE, field.raw.span.clone(), format!("时限「{}」读不懂", field.raw.value))
                                .help
                                .push_str("写成 当日、3个工作日、P07.平时、3个工作日，自 1.1 完成起、开场前30分钟、领件时");
                        }
                    }
                }
                "频次" => {
                    let schedule = parse_schedule(&field.raw.value, self.norm);
                    match &schedule.every {
                        Every::Manual => {
                            self.report(rule::FREE_SCHEDULE, field.raw.span.clone(), format!("「{}」不能自动排期，列为人工安排", field.raw.value))
                                .help
                                .push_str("能写成 每周五17:00、每季度首周、<事件>后5个工作日 之类的，改写后就能排进日历");
                        }
                        Every::Season { parameter } => {
                            found.push((parameter.clone(), field.raw.span.clone()))
                        }
                        _ => {}
                    }
                    clause.schedule = Some(schedule);
                }
                "适用" => clause.applies_if = self.condition(&field.raw),
                "证据" => clause.evidence.extend(self.evidence(field, &mut found)),
                "方法" => {
                    clause.method = self.words(field, Method::parse, &Method::all().collect::<Vec<_>>())
                }
                "判定" => clause.criteria = self.criteria(field),
                "裁剪" => {
                    if let Some(&tailor) =
                        self.words(field, Tailor::parse, &Tailor::all().collect::<Vec<_>>()).first()
                    {
                        clause.tailor = tailor;
                    }
                }
                "层级" => clause.levels = self.levels(field),
                "说明" => clause.note = Some(mark::without_marks(&field.raw.value)),
                "异常" => clause.exception = Some(mark::without_marks(&field.raw.value)),
                _ => {}
            }
        }
        found
    }

    /// The cell 留什么 of a step: the first form is the record, the rest is evidence.
    pub fn kept(&mut self, clause: &mut Clause, field: &Field) -> Found {
        let mut found = Found::new();
        for evidence in self.evidence(field, &mut found) {
            match &evidence.form {
                Some(form) if clause.record.is_none() => clause.record = Some(form.clone()),
                _ => clause.evidence.push(evidence),
            }
        }
        found
    }

    /// What was left out: the role is the sentence's subject, or who answers for the norm. A statement
    /// asks nothing of anybody.
    pub fn defaults(&mut self, clause: &mut Clause, flat: &Flat) {
        if clause.roles.is_empty() && clause.is_requirement() {
            let masked = flat.masked();
            let verb = modality::verbs(&masked).first().map_or(masked.len(), |verb| verb.range.start);
            let role = self.roles.subject(&masked[..verb]).unwrap_or_else(|| self.owner.clone());
            if !role.as_str().is_empty() {
                clause.roles.push(RoleDuty { role, duty: Duty::Responsible });
            }
        }
    }

    /// Reads the fields of a checklist item into it; gives what they refer to.
    pub fn item_fields(&mut self, item: &mut Item, fields: &[Field]) -> Found {
        let mut found = Found::new();
        let mut score = Score::default();
        let mut scored = false;
        for field in fields {
            match field.key.value.as_str() {
                "查" => {
                    for value in field.values.iter().flat_map(pieces) {
                        let id = id::complete(&value.value, self.norm);
                        if id.kind() == Some(IdKind::Clause) {
                            found.push((id.clone(), value.span));
                            item.checks.push(id);
                        } else {
                            self.report(
                                rule::BAD_FIELD,
                                value.span,
                                format!("「查」里写条款号，不能是「{}」", value.value),
                            )
                            .help
                            .push_str("写 3.1 或 NJ-03-3.1，多个用；分开");
                        }
                    }
                }
                "适用" => item.applies_if = self.condition(&field.raw),
                "层级" => item.levels = self.levels(field),
                "证据" => item.evidence = self.evidence(field, &mut found),
                "表单" => item.form = field.values.first().and_then(|value| self.form(value, &mut found)),
                "指标" => {
                    for value in field.values.iter().flat_map(pieces) {
                        let id = Id::new(&value.value);
                        found.push((id.clone(), value.span));
                        item.indicators.push(id);
                    }
                }
                "否决" => match field.raw.value.as_str() {
                    "是" => item.veto = true,
                    "否" => {}
                    other => {
                        let message = format!("「否决」不能是「{other}」");
                        self.report(rule::BAD_FIELD, field.raw.span.clone(), message)
                            .help
                            .push_str("写 是 或 否");
                    }
                },
                "说明" => item.note = Some(mark::without_marks(&field.raw.value)),
                _ => scored |= self.score_field(&mut score, field),
            }
        }
        if scored {
            item.score = Some(score);
        }
        found
    }

    /// The role that `word` names, or a report.
    pub fn role(&mut self, word: &str, range: Range<usize>) -> Option<Id> {
        let found = self.roles.find(word);
        if found.is_none() {
            let names: Vec<&str> = self.roles.names.iter().map(|(name, _)| name.as_str()).collect();
            let near = nearest(word, names).map(|name| format!("是不是「{name}」？"));
            let help = near.unwrap_or_else(|| "写角色号（R04）或 roles.yaml 里的名称".into());
            self.report(rule::DEAD_REFERENCE, range, format!("没有「{word}」这个角色")).help.push_str(&help);
        }
        found
    }

    /// `R04 执行；R02（复核）；部门主管 知会`.
    fn duties(&mut self, field: &Field, found: &mut Found) -> Vec<RoleDuty> {
        let mut duties = Vec::new();
        for value in &field.values {
            let (body, bracket) = qualifier(&value.value);
            let (names, word) = match (bracket, body.rsplit_once(char::is_whitespace)) {
                (Some(word), _) => (body, Some(word)),
                (None, Some((names, word)))
                    if Duty::parse(word).is_some() || Id::new(word).kind() != Some(IdKind::Role) =>
                {
                    (names.trim(), Some(word))
                }
                (None, _) => (body, None),
            };
            let duty = match word.map(|word| (word, Duty::parse(word))) {
                None => Duty::Responsible,
                Some((_, Some(duty))) => duty,
                Some((word, None)) => {
                    let choices: Vec<_> = Duty::all().collect();
                    let diagnostic =
                        self.report(rule::BAD_FIELD, value.span.clone(), format!("没有「{word}」这种职责"));
                    diagnostic.label = format!("可用：{}", choices.join("、"));
                    continue;
                }
            };
            for name in
                names.split(['、', '，', ',', '/', ' ']).map(str::trim).filter(|name| !name.is_empty())
            {
                if let Some(role) = self.role(name, value.span.clone()) {
                    found.push((role.clone(), value.span.clone()));
                    duties.push(RoleDuty { role, duty });
                }
            }
        }
        duties
    }

    fn form(&mut self, value: &Spanned<String>, found: &mut Found) -> Option<Id> {
        let id = id::complete(&value.value, self.norm);
        if matches!(id.kind(), Some(IdKind::Form | IdKind::FormField)) {
            found.push((id.clone(), value.span.clone()));
            return Some(id);
        }
        self.report(rule::BAD_FIELD, value.span.clone(), format!("这里写表单号，不能是「{}」", value.value))
            .help
            .push_str("写 FM-1 或 FM-NJ-03-1；不是表单的写在「证据」里");
        None
    }

    /// `材料核对单（必交）；材料照片（选交）；FM-1`.
    fn evidence(&mut self, field: &Field, found: &mut Found) -> Vec<Evidence> {
        let mut all = Vec::new();
        for value in &field.values {
            let (name, word) = qualifier(&value.value);
            let (name, required) = match word {
                Some("必交") => (name, true),
                Some("选交") => (name, false),
                // Any other bracket belongs to the name.
                _ => (value.value.trim(), true),
            };
            let id = id::complete(name, self.norm);
            let form = matches!(id.kind(), Some(IdKind::Form | IdKind::FormField)).then_some(id);
            if let Some(form) = &form {
                found.push((form.clone(), value.span.clone()));
            } else {
                for (range, id) in id::find(name) {
                    found.push((id, value.place(range)));
                }
            }
            let name = form.as_ref().map_or_else(|| mark::without_marks(name), ToString::to_string);
            all.push(Evidence { name, form, required });
        }
        all
    }

    /// A condition, its facts held against those that the norm declares.
    pub fn condition(&mut self, raw: &Spanned<String>) -> Option<Condition> {
        self.condition_over(raw, self.facts, Asked::Declared)
    }

    /// A condition, its facts held against `facts`.
    pub fn condition_over(
        &mut self,
        raw: &Spanned<String>,
        facts: &IndexMap<String, Fact>,
        asked: Asked,
    ) -> Option<Condition> {
        let words = &raw.value;
        let condition = match condition::parse(words) {
            Ok(condition) => condition,
            Err(error) => {
                let at = error.at.min(words.len());
                let end = words[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                let place = raw.place(at..end);
                self.report(rule::BAD_CONDITION, place, format!("条件读不懂：{}", error.why))
                    .help
                    .push_str("写成 组织类型 = 民办非企业单位 且 有执业许可 = 是；字词和符号之间空一格");
                return None;
            }
        };
        for fault in fact::check(&condition, facts, asked) {
            // Words of another width were folded and are not found.
            let at = words.find(fault.word).map_or(0..words.len(), |at| at..at + fault.word.len());
            let declared = fault.fact.map(|fact| (fact.span.clone(), "在这里声明".to_owned()));
            let diagnostic = self.report(rule::UNKNOWN_FACT, raw.place(at), fault.message);
            diagnostic.help = fault.help;
            diagnostic.related.extend(declared);
        }
        Some(condition)
    }

    fn words<T>(
        &mut self,
        field: &Field,
        parse: impl Fn(&str) -> Option<T>,
        choices: &[&'static str],
    ) -> Vec<T> {
        let mut all = Vec::new();
        for value in field.values.iter().flat_map(pieces) {
            match parse(&value.value) {
                Some(word) => all.push(word),
                None => {
                    let diagnostic = Diagnostic::new(
                        rule::BAD_FIELD,
                        Span::new(self.path, value.span),
                        format!("「{}」不能是「{}」", field.key.value, value.value),
                    )
                    .label(format!("可用：{}", choices.join("、")))
                    .nearest(&value.value, choices.iter().copied());
                    self.diagnostics.push(diagnostic);
                }
            }
        }
        all
    }

    fn levels(&mut self, field: &Field) -> Vec<Level> {
        let mut levels =
            self.words(field, |word| Level::parse(word.trim_end_matches('级')), &["市", "区", "街"]);
        levels.sort();
        levels.dedup();
        levels
    }

    fn criteria(&mut self, field: &Field) -> Option<Criteria> {
        let mut criteria = Criteria { satisfied: None, partial: None, not_satisfied: None };
        for value in &field.values {
            let (word, meaning) = match value.value.split_once(['=', '＝']) {
                Some((word, meaning)) => (word.trim(), meaning.trim().to_owned()),
                None => (value.value.as_str(), String::new()),
            };
            match word {
                "符合" if !meaning.is_empty() => criteria.satisfied = Some(meaning),
                "部分符合" if !meaning.is_empty() => criteria.partial = Some(meaning),
                "不符合" if !meaning.is_empty() => criteria.not_satisfied = Some(meaning),
                _ => {
                    self.report(
                        rule::BAD_FIELD,
                        value.span.clone(),
                        format!("判定「{}」读不懂", value.value),
                    )
                    .help
                    .push_str("写成 符合 = …；部分符合 = …；不符合 = …");
                }
            }
        }
        Some(criteria)
    }
}

/// Values that an author separated by `、` or `，` instead of `；`.
fn pieces(value: &Spanned<String>) -> Vec<Spanned<String>> {
    let mut all = Vec::new();
    let mut start = 0;
    for piece in value.value.split(['、', '，', ',']) {
        let (skipped, word) = crate::text::trim(piece);
        let at = start + skipped;
        if !word.is_empty() {
            all.push(Spanned { value: word.to_owned(), span: value.place(at..at + word.len()) });
        }
        start += piece.len() + value.value[start + piece.len()..].chars().next().map_or(0, char::len_utf8);
    }
    all
}

/// The sentences of a text, cut into `pieces`, that end with a law's mark.
fn covered(words: &str, pieces: &[Piece]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut law) = (0, false);
    for piece in pieces {
        match piece {
            Piece::Mark(_, marks) => law |= marks.iter().any(|mark| mark.kind == MarkKind::Law),
            Piece::Text(range) => {
                for (i, c) in words[range.clone()].char_indices() {
                    if matches!(c, '。' | '！' | '？') {
                        let end = range.start + i + c.len_utf8();
                        if law {
                            ranges.push(start..end);
                        }
                        (start, law) = (end, false);
                    }
                }
            }
            _ => {}
        }
    }
    if law {
        ranges.push(start..words.len());
    }
    ranges
}

fn due_references(due: &crate::syntax::deadline::Due) -> impl Iterator<Item = Id> {
    use crate::syntax::deadline::{Amount, From};
    let parameter = match &due.within {
        Some(Amount::Parameter { parameter, .. }) => Some(parameter.clone()),
        _ => None,
    };
    let clause = match &due.from {
        From::Done(id) => Some(id.clone()),
        _ => None,
    };
    parameter.into_iter().chain(clause)
}

/// What an adopter may do with a clause whose author did not say.
pub fn default_tailor(modality: Modality) -> Tailor {
    match modality {
        Modality::Shall | Modality::ShallNot => Tailor::Tighten,
        Modality::Must => Tailor::Locked,
        Modality::Should | Modality::ShouldNot | Modality::Statement => Tailor::Free,
        Modality::May | Modality::NeedNot => Tailor::Removable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_covers_its_sentence_only() {
        let words = "甲应做。乙不得做【法：L01】。丙应做。";
        let ranges = covered(words, &mark::split(words));
        assert_eq!(ranges.len(), 1);
        assert!(words[ranges[0].clone()].starts_with("乙不得做"));
    }
}

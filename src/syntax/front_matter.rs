//! The front matter: cut off by hand, read as YAML, typed by the schema of a norm.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Span};
use crate::id;
use crate::rule;
use crate::vocabulary::{FactType, Level, NormKind, Status};
use crate::yaml::{self, Mapping, Node, Spanned, Value};

/// The front matter of one document. What is missing or wrong is reported and left empty.
#[derive(Debug, Default)]
pub struct Meta {
    /// Whether the file has front matter at all.
    pub present: bool,
    /// 编号; several for a part.
    pub ids: Vec<Spanned<String>>,
    /// 标题
    pub title: Option<Spanned<String>>,
    /// 类别
    pub kind: Option<NormKind>,
    /// 版次
    pub edition: Option<String>,
    /// 状态
    pub status: Option<Status>,
    /// 生效日
    pub effective: Option<Date>,
    /// 主责
    pub owner: Option<Spanned<String>>,
    /// 读者; 全体 stands as it is.
    pub readers: Vec<Spanned<String>>,
    /// 层级
    pub levels: Vec<Level>,
    /// 参数
    pub parameters: Vec<Spanned<String>>,
    /// 依据, with the day it was checked.
    pub basis: Vec<(Spanned<String>, Option<Date>)>,
    /// 关联
    pub related: Vec<Spanned<String>>,
    /// 替代
    pub supersedes: Option<Spanned<String>>,
    /// 事实
    pub facts: Vec<FactDeclaration>,
    /// 适用: when the whole norm applies.
    pub applies_if: Option<Spanned<String>>,
    /// 废号
    pub retired: Vec<RetiredDeclaration>,
    /// 周期: `时点：事项`
    pub schedule: Vec<Spanned<String>>,
    /// 指标
    pub indicators: Vec<Spanned<String>>,
    /// 来源
    pub source_facts: Vec<Spanned<String>>,
    /// 提示
    pub notice: Option<String>,
    /// Place of the whole front matter.
    pub span: Range<usize>,
}

/// A fact that conditions may ask for.
#[derive(Debug)]
pub struct FactDeclaration {
    /// Its name.
    pub name: Spanned<String>,
    /// Its type.
    pub kind: FactType,
    /// The values of a choice.
    pub options: Vec<String>,
    /// What to ask.
    pub ask: Option<String>,
}

/// A retired local number.
#[derive(Debug)]
pub struct RetiredDeclaration {
    /// The number.
    pub number: Spanned<String>,
    /// Edition since which.
    pub since: String,
    /// Successors as written.
    pub into: Vec<Spanned<String>>,
    /// Why.
    pub reason: Option<String>,
}

impl Meta {
    /// Whether the document is a norm: it has front matter, and its kind is no part and no page.
    pub fn is_norm(&self) -> bool {
        self.present && !matches!(self.kind, Some(NormKind::Part | NormKind::Page))
    }
}

/// Cuts off and reads the front matter; gives it and the byte where the body begins.
pub fn parse(path: &Arc<str>, text: &str, strict: bool, diagnostics: &mut Vec<Diagnostic>) -> (Meta, usize) {
    let Some((yaml_range, body)) = cut(path, text, strict, diagnostics) else { return (Meta::default(), 0) };
    let mut meta = Meta { present: true, span: 0..body, ..Meta::default() };
    let (node, mut found) = yaml::parse(&text[yaml_range.clone()], path, yaml_range.start);
    let silent = found.is_empty();
    diagnostics.append(&mut found);
    let Some(node) = node else {
        // Nothing at all, or nothing but comments.
        if strict && silent {
            let span = Span::new(path, 0..3);
            diagnostics.push(
                Diagnostic::new(rule::NO_FRONT_MATTER, span, "前言是空的")
                    .help("在两行 --- 之间写 编号、标题 等键"),
            );
        }
        if !strict {
            meta.kind = Some(NormKind::Page);
        }
        return (meta, body);
    };
    if strict || declares_norm(&node) {
        if let Some(map) = Mapping::new(&node, path, "前言", diagnostics) {
            read(map, &mut meta);
        }
    } else {
        read_plain(&node, &mut meta);
    }
    (meta, body)
}

/// Where the YAML stands, and where the body begins.
pub(super) fn cut(
    path: &Arc<str>,
    text: &str,
    strict: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Range<usize>, usize)> {
    let first = text.lines().next().unwrap_or_default();
    if first.trim_end() != "---" {
        if strict {
            let end = first.len();
            let looks_wide = first.starts_with('－') || first.starts_with('—') || first.trim() == "---";
            let help = if looks_wide {
                "第一行必须正好是三个半角减号 ---，前面没有空格"
            } else {
                "文件第一行写 ---，然后是编号、标题等键，再以一行 --- 结束"
            };
            diagnostics.push(
                Diagnostic::new(rule::NO_FRONT_MATTER, Span::new(path, 0..end), "文件没有前言").help(help),
            );
        }
        return None;
    }
    let start = first.len() + 1;
    let mut at = start.min(text.len());
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((start..at, at + line.len()));
        }
        at += line.len();
    }
    let span = Span::new(path, 0..3);
    diagnostics.push(
        Diagnostic::new(rule::UNCLOSED_FRONT_MATTER, span, "前言没有结束").help("在最后一个键后面加一行 ---"),
    );
    None
}

fn read(mut map: Mapping<'_>, meta: &mut Meta) {
    let path = map.file().clone();
    meta.kind = match map.choice(("类别", "kind"), NormKind::CHOICES) {
        Some(kind) => Some(kind.value),
        None => {
            if map.node(("类别", "kind")).is_none() {
                map.missing(("类别", "kind"));
            }
            None
        }
    };
    let norm = !matches!(meta.kind, Some(NormKind::Part | NormKind::Page));
    meta.ids = map.required_list(("编号", "id"));
    if norm {
        for id in &meta.ids {
            if id::Id::new(&id.value).kind() != Some(id::IdKind::Norm) {
                map.report(
                    Diagnostic::new(
                        rule::BAD_VALUE,
                        Span::new(&path, id.span.clone()),
                        format!("规范编号不能是「{}」", id.value),
                    )
                    .help("写两个大写字母、半角减号、两位数字，如 NJ-03"),
                );
            }
        }
    }
    meta.title = map.required(("标题", "title"));
    meta.owner = if norm { map.required(("主责", "owner")) } else { map.text(("主责", "owner")) };
    meta.notice = map.text(("提示", "notice")).map(|s| s.value);
    if !norm {
        map.finish();
        return;
    }
    let edition_key = ("版次", "edition");
    if let Some(edition) = map.required(edition_key) {
        if map.unquoted(edition_key) && edition.value.parse::<f64>().is_ok() {
            map.report(unquoted(&path, &edition, "版次"));
        }
        meta.edition = Some(edition.value);
    }
    meta.status = choice(&mut map, ("状态", "status"), Status::CHOICES);
    let effective_key = ("生效日", "effective");
    if let Some(day) = map.required(effective_key) {
        if map.unquoted(effective_key) {
            map.report(unquoted(&path, &day, "生效日"));
        }
        meta.effective = date(&mut map, &day, "生效日");
    }
    meta.readers = map.required_list(("读者", "readers"));
    for level in map.required_list(("层级", "levels")) {
        match Level::parse(&level.value) {
            Some(level) => meta.levels.push(level),
            None => map.report(
                Diagnostic::new(
                    rule::BAD_VALUE,
                    Span::new(&path, level.span),
                    format!("「层级」不能有「{}」", level.value),
                )
                .label("可用：市、区、街"),
            ),
        }
    }
    meta.levels.sort();
    meta.levels.dedup();
    meta.parameters = map.list(("参数", "parameters"));
    meta.related = map.list(("关联", "related"));
    meta.supersedes = map.text(("替代", "supersedes"));
    meta.applies_if = map.text(("适用", "applies-if"));
    meta.schedule = map.list(("周期", "schedule"));
    meta.indicators = map.list(("指标", "indicators"));
    meta.source_facts = map.list(("来源", "source-facts"));
    read_basis(&mut map, meta);
    read_facts(&mut map, meta);
    read_retired(&mut map, meta);
    map.finish();
}

fn choice<T: Copy>(
    map: &mut Mapping<'_>,
    key: yaml::Key,
    choices: &[(&'static str, &'static str, T)],
) -> Option<T> {
    match map.text(key) {
        None => {
            map.missing(key);
            None
        }
        Some(_) => map.choice(key, choices).map(|found| found.value),
    }
}

fn unquoted(path: &Arc<str>, value: &Spanned<String>, key: &str) -> Diagnostic {
    Diagnostic::new(
        rule::UNQUOTED_SCALAR,
        Span::new(path, value.span.clone()),
        format!("「{key}」的值没有加引号"),
    )
    .label("别的程序会把它当成数字或日期，末尾的 0 会丢")
    .help(format!("写成 {key}: \"{}\"", value.value))
}

/// A civil date, or a report.
fn date(map: &mut Mapping<'_>, value: &Spanned<String>, key: &str) -> Option<Date> {
    match value.value.parse::<Date>() {
        Ok(day) if value.value.len() == 10 => Some(day),
        _ => {
            let span = Span::new(map.file(), value.span.clone());
            map.report(
                Diagnostic::new(rule::BAD_VALUE, span, format!("「{key}」不是日期：「{}」", value.value))
                    .help("写成四位年、两位月、两位日，如 \"2026-01-01\""),
            );
            None
        }
    }
}

/// `依据: [L01, L02]`, or `依据: { L06: { 核对日: "2026-01-05" } }`.
fn read_basis(map: &mut Mapping<'_>, meta: &mut Meta) {
    let key = ("依据", "basis");
    let Some(node) = map.node(key) else { return };
    let Value::Mapping(entries) = &node.value else {
        meta.basis = map.list(key).into_iter().map(|id| (id, None)).collect();
        return;
    };
    for (id, node) in entries {
        let mut checked = None;
        let mut nested = Vec::new();
        if !matches!(node.value, Value::Null)
            && let Some(mut inner) = Mapping::new(node, map.file(), "依据的说明", &mut nested)
        {
            if let Some(day) = inner.text(("核对日", "checked-on")) {
                checked = date(&mut inner, &day, "核对日");
            }
            inner.finish();
        }
        nested.into_iter().for_each(|d| map.report(d));
        meta.basis.push((id.clone(), checked));
    }
}

fn read_facts(map: &mut Mapping<'_>, meta: &mut Meta) {
    let path = map.file().clone();
    for (name, node) in map.entries(("事实", "facts")) {
        let mut declaration =
            FactDeclaration { name: name.clone(), kind: FactType::Boolean, options: Vec::new(), ask: None };
        let mut nested = Vec::new();
        match &node.value {
            Value::Sequence(items) => {
                declaration.kind = FactType::Choice;
                declaration.options = items.iter().filter_map(|i| i.text().map(str::to_owned)).collect();
            }
            Value::Mapping(_) => {
                if let Some(mut inner) = Mapping::new(node, &path, "事实的说明", &mut nested) {
                    match inner.choice(("类型", "type"), FactType::CHOICES) {
                        Some(kind) => declaration.kind = kind.value,
                        None if inner.text(("类型", "type")).is_none() => inner.missing(("类型", "type")),
                        None => {}
                    }
                    declaration.options =
                        inner.list(("选项", "options")).into_iter().map(|s| s.value).collect();
                    declaration.ask = inner.text(("问", "ask")).map(|s| s.value);
                    inner.finish();
                }
            }
            _ => {
                let word = node.text().unwrap_or_default();
                match FactType::parse(word) {
                    Some(kind) if kind != FactType::Choice => declaration.kind = kind,
                    _ => nested.push(
                        Diagnostic::new(
                            rule::BAD_VALUE,
                            Span::new(&path, node.span.clone()),
                            format!("事实「{}」的类型不能是「{word}」", name.value),
                        )
                        .label("可用：是否、数值、日期，或列出选项 [甲, 乙]"),
                    ),
                }
            }
        }
        if declaration.kind == FactType::Choice && declaration.options.len() < 2 {
            nested.push(
                Diagnostic::new(
                    rule::BAD_VALUE,
                    Span::new(&path, node.span.clone()),
                    format!("事实「{}」至少要有两个选项", name.value),
                )
                .help("写成 [甲, 乙]，用半角逗号隔开；只有是和否的，写 是否"),
            );
        }
        nested.into_iter().for_each(|d| map.report(d));
        meta.facts.push(declaration);
    }
}

/// `废号: { "3.2": { 版次: "2026.1", 并入: "3.1" } }`.
fn read_retired(map: &mut Mapping<'_>, meta: &mut Meta) {
    let path = map.file().clone();
    for (number, node) in map.entries(("废号", "retired")) {
        let mut nested = Vec::new();
        if let Some(mut inner) = Mapping::new(node, &path, "废号的说明", &mut nested) {
            let since = inner.required(("版次", "since")).map(|s| s.value).unwrap_or_default();
            let into = inner.list(("并入", "into"));
            let reason = inner.text(("理由", "reason")).map(|s| s.value);
            if into.is_empty() && reason.is_none() {
                let place = Span::new(&path, number.span.clone());
                inner.report(
                    Diagnostic::new(
                        rule::TOMBSTONE,
                        place,
                        format!("废号 {} 既没有去向，也没有理由", number.value),
                    )
                    .help("写 并入: \"新号\"，或 理由: …"),
                );
            }
            inner.finish();
            meta.retired.push(RetiredDeclaration { number: number.clone(), since, into, reason });
        }
        nested.into_iter().for_each(|d| map.report(d));
    }
}

/// Whether front matter in plain mode says that its document is a norm or a part all the same.
fn declares_norm(node: &Node) -> bool {
    let Value::Mapping(entries) = &node.value else { return false };
    entries
        .iter()
        .filter(|(key, _)| matches!(key.value.as_str(), "类别" | "kind"))
        .filter_map(|(_, node)| NormKind::parse(node.text()?))
        .any(|kind| kind != NormKind::Page)
}

/// A page of plain Markdown: `id` and `title` are taken, everything else is none of our business.
fn read_plain(node: &Node, meta: &mut Meta) {
    meta.kind = Some(NormKind::Page);
    let Value::Mapping(entries) = &node.value else { return };
    let get = |names: [&str; 2]| {
        entries.iter().find(|(key, _)| names.contains(&key.value.as_str())).and_then(|(_, node)| {
            node.text().map(|text| Spanned { value: text.to_owned(), span: node.span.clone() })
        })
    };
    meta.ids = get(["id", "编号"]).into_iter().collect();
    meta.title = get(["title", "标题"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_whose_front_matter_says_nothing_is_still_a_page() {
        for text in ["---\n---\n甲", "---\n# 注\n---\n甲", "---\na: [\n---\n甲", "---\n- 甲\n---\n甲", "甲"]
        {
            let (meta, _) = parse(&"a.md".into(), text, false, &mut Vec::new());
            assert!(!meta.is_norm(), "{text}");
        }
    }
}

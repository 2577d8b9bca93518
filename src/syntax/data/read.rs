//! One reader for each registry. What is wrong is reported at its place; the rest is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::{
    Indicator, Parameter, ParameterComponent, ParameterSource, ReadingPath, Registries, Rewording, Role,
    Situation, Source, SourceFact, Term,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::id::{Id, IdKind};
use crate::rule;
use crate::vocabulary::{Level, ParameterType, SourceRank, SourceStatus, Stricter, Tailor, Unit};
use crate::yaml::{Mapping, Node, Spanned, Value};

type Found<'a> = &'a mut Vec<Diagnostic>;

/// Calls `each` with the mapping of every entry of a list.
fn entries(
    node: &Node,
    path: &Arc<str>,
    what: &str,
    diagnostics: Found<'_>,
    mut each: impl FnMut(Mapping<'_>),
) {
    let Value::Sequence(items) = &node.value else {
        let span = Span::new(path, node.span.clone());
        let message = format!("{path} 应是一列{what}");
        diagnostics.push(Diagnostic::new(rule::WRONG_SHAPE, span, message).help("每项以「- 」开头"));
        return;
    };
    for item in items {
        if let Some(map) = Mapping::new(item, path, what, diagnostics) {
            each(map);
        }
    }
}

/// The entry's id, which must be of `kind`.
fn id(map: &mut Mapping<'_>, kind: IdKind, example: &str) -> Option<Spanned<Id>> {
    let found = map.required(("编号", "id"))?;
    let id = Id::new(&found.value);
    if id.kind() == Some(kind) {
        return Some(Spanned { value: id, span: found.span });
    }
    let span = Span::new(map.file(), found.span);
    map.report(
        Diagnostic::new(rule::BAD_VALUE, span, format!("编号不能是「{}」", found.value))
            .help(format!("写成 {example} 这样")),
    );
    None
}

fn insert<T>(
    map: &mut IndexMap<Id, T>,
    id: Spanned<Id>,
    value: T,
    path: &Arc<str>,
    first: impl Fn(&T) -> Span,
    diagnostics: Found<'_>,
) {
    if let Some(before) = map.get(&id.value) {
        let span = Span::new(path, id.span);
        let diagnostic = Diagnostic::new(rule::DUPLICATE_ID, span, format!("编号 {} 写了两次", id.value));
        diagnostics.push(diagnostic.related(first(before), "第一次在这里").help("换一个没有用过的号"));
        return;
    }
    map.insert(id.value, value);
}

fn value(found: Option<Spanned<String>>) -> String {
    found.map(|f| f.value).unwrap_or_default()
}

fn values(found: Vec<Spanned<String>>) -> Vec<String> {
    found.into_iter().map(|f| f.value).collect()
}

fn ids(found: Vec<Spanned<String>>) -> Vec<Id> {
    found.into_iter().map(|f| Id::new(f.value)).collect()
}

fn date(map: &mut Mapping<'_>, key: (&'static str, &'static str)) -> Option<Date> {
    let found = map.text(key)?;
    match found.value.parse() {
        Ok(date) => Some(date),
        Err(_) => {
            let span = Span::new(map.file(), found.span);
            map.report(
                Diagnostic::new(rule::BAD_VALUE, span, format!("「{}」不是日期：「{}」", key.0, found.value))
                    .help("写成 \"2026-01-01\""),
            );
            None
        }
    }
}

/// `roles.yaml`
pub fn roles(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "角色", diagnostics, |mut map| {
        let id = id(&mut map, IdKind::Role, "R04");
        let title = value(map.required(("名称", "title")));
        let aliases = values(map.list(("别名", "aliases")));
        let department = map.text(("部门", "department")).map(|s| s.value);
        let mission = value(map.required(("职责", "mission")));
        let reports_to = role(&mut map, ("上级", "reports-to"));
        let advises = role(&mut map, ("建议", "advises"));
        let span = map.place();
        map.finish();
        if let Some(id) = id {
            let id_of = id.value.clone();
            let role = Role { id: id_of, title, aliases, department, mission, reports_to, advises, span };
            found.push((id, role));
        }
    });
    for (id, role) in found {
        insert(&mut registries.roles, id, role, path, |r| r.span.clone(), diagnostics);
    }
}

/// The number of another role.
fn role(map: &mut Mapping<'_>, key: (&'static str, &'static str)) -> Option<Id> {
    let found = map.text(key)?;
    let id = Id::new(&found.value);
    if id.kind() == Some(IdKind::Role) {
        return Some(id);
    }
    let span = Span::new(map.file(), found.span);
    map.report(
        Diagnostic::new(
            rule::BAD_VALUE,
            span,
            format!("「{}」应是角色的编号，不能是「{}」", key.0, found.value),
        )
        .help("写成 R01 这样"),
    );
    None
}

/// `situations.yaml`
pub fn situations(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "情形", diagnostics, |mut map| {
        let title = value(map.required(("情形", "title")));
        let note = value(map.text(("说明", "note")));
        let see = ids(map.required_list(("去", "see")));
        let span = map.place();
        map.finish();
        found.push(Situation { title, note, see, span });
    });
    registries.situations = found;
}

/// `parameters.yaml`
pub fn parameters(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "参数", diagnostics, |mut map| {
        let id = id(&mut map, IdKind::Parameter, "P07");
        let label = value(map.required(("名称", "label")));
        let source = match map.text(("来源", "source")) {
            None => ParameterSource::Own,
            Some(found) if found.value == "自定" => ParameterSource::Own,
            Some(found) => ParameterSource::Id(Id::new(found.value)),
        };
        let note = map.text(("说明", "note")).map(|s| s.value);
        let span = map.place();
        let nested = map.entries(("分项", "components"));
        let mut components = Vec::new();
        if nested.is_empty() {
            components.extend(component(&mut map, String::new()));
        }
        let mut trouble = Vec::new();
        for (name, node) in nested {
            if let Some(mut inner) = Mapping::new(node, path, "分项", &mut trouble) {
                components.extend(component(&mut inner, name.value.clone()));
                inner.finish();
            }
        }
        trouble.into_iter().for_each(|d| map.report(d));
        map.finish();
        if let Some(id) = id {
            found.push((id.clone(), Parameter { id: id.value, label, components, source, note, span }));
        }
    });
    for (id, parameter) in found {
        insert(&mut registries.parameters, id, parameter, path, |p| p.span.clone(), diagnostics);
    }
}

fn component(map: &mut Mapping<'_>, name: String) -> Option<ParameterComponent> {
    let kind_key = ("类型", "type");
    let Some(kind) = map.choice(kind_key, ParameterType::CHOICES) else {
        if map.node(kind_key).is_none() {
            map.missing(kind_key);
        }
        // The other keys are still known ones.
        for key in [
            ("单位", "unit"),
            ("值", "value"),
            ("下限", "min"),
            ("上限", "max"),
            ("更严", "stricter"),
            ("裁剪", "tailor"),
        ] {
            map.node(key);
        }
        return None;
    };
    let unit = map.choice(("单位", "unit"), Unit::CHOICES).map(|u| u.value);
    let stricter = map.choice(("更严", "stricter"), Stricter::CHOICES).map_or(Stricter::None, |s| s.value);
    let tailor = map.choice(("裁剪", "tailor"), Tailor::CHOICES).map_or(Tailor::Free, |t| t.value);
    let min = integer(map, ("下限", "min"));
    let max = integer(map, ("上限", "max"));
    let mut component = ParameterComponent {
        name,
        kind: kind.value,
        unit,
        values: BTreeMap::new(),
        min,
        max,
        stricter,
        tailor,
    };
    let numeric = unit.is_some();
    let levels = map.entries(("值", "value"));
    if levels.is_empty() {
        map.missing(("值", "value"));
    }
    for (level, node) in levels {
        let Some(found) = Level::parse(&level.value) else {
            let span = Span::new(map.file(), level.span.clone());
            map.report(
                Diagnostic::new(rule::BAD_VALUE, span, format!("没有「{}」这一级", level.value))
                    .label("可用：市、区、街"),
            );
            continue;
        };
        let Some(text) = map.scalar(node, "值") else { continue };
        if matches!(text.value.as_str(), "不适用" | "not-applicable") {
            continue;
        }
        let span = Span::new(map.file(), text.span.clone());
        if numeric {
            match text.value.parse::<i64>() {
                Ok(number) if min.is_some_and(|m| number < m) || max.is_some_and(|m| number > m) => map
                    .report(
                        Diagnostic::new(
                            rule::PARAMETER_BOUNDS,
                            span,
                            format!("{}级的值 {number} 超出了自己的上下限", level.value),
                        )
                        .help("改值，或改上下限"),
                    ),
                Ok(_) => {}
                Err(_) => map.report(
                    Diagnostic::new(
                        rule::BAD_VALUE,
                        span,
                        format!("有单位的参数，值应是整数，不能是「{}」", text.value),
                    )
                    .help("写整数；不适用的级写 不适用；写文字的参数类型用 文本，不写单位"),
                ),
            }
        }
        component.values.insert(found, text.value);
    }
    Some(component)
}

fn integer(map: &mut Mapping<'_>, key: (&'static str, &'static str)) -> Option<i64> {
    let found = map.text(key)?;
    match found.value.parse() {
        Ok(number) => Some(number),
        Err(_) => {
            let span = Span::new(map.file(), found.span);
            map.report(
                Diagnostic::new(
                    rule::BAD_VALUE,
                    span,
                    format!("「{}」应是整数，不能是「{}」", key.0, found.value),
                )
                .help("只写数字，单位写在「单位」里"),
            );
            None
        }
    }
}

/// `sources.yaml`
pub fn sources(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "法规依据", diagnostics, |mut map| {
        let id = id(&mut map, IdKind::Source, "L06");
        let title = value(map.required(("名称", "title")));
        let number = map.text(("文号", "number")).map(|s| s.value);
        let published = date(&mut map, ("公布", "published"));
        let effective = date(&mut map, ("施行", "effective"));
        let rank = required_choice(&mut map, ("级别", "rank"), SourceRank::CHOICES, SourceRank::Document);
        let group = value(map.required(("组", "group")));
        let status =
            required_choice(&mut map, ("状态", "status"), SourceStatus::CHOICES, SourceStatus::ToVerify);
        let checked_on = date(&mut map, ("核对日", "checked-on"));
        let subject = value(map.required(("管什么", "subject")));
        let caution = map.text(("提醒", "caution")).map(|s| s.value);
        let span = map.place();
        map.finish();
        if let Some(id) = id {
            let source = Source {
                id: id.value.clone(),
                title,
                number,
                published,
                effective,
                rank,
                group,
                status,
                checked_on,
                subject,
                caution,
                span,
            };
            found.push((id, source));
        }
    });
    for (id, source) in found {
        insert(&mut registries.sources, id, source, path, |s| s.span.clone(), diagnostics);
    }
}

fn required_choice<T: Copy>(
    map: &mut Mapping<'_>,
    key: (&'static str, &'static str),
    choices: &[(&'static str, &'static str, T)],
    otherwise: T,
) -> T {
    if map.node(key).is_none() {
        map.missing(key);
        return otherwise;
    }
    map.choice(key, choices).map_or(otherwise, |found| found.value)
}

/// `indicators.yaml`
pub fn indicators(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "指标", diagnostics, |mut map| {
        let id = id(&mut map, IdKind::Indicator, "K05");
        let title = value(map.required(("名称", "title")));
        let definition = value(map.required(("口径", "definition")));
        let numerator = map.text(("分子", "numerator")).map(|s| s.value);
        let denominator = map.text(("分母", "denominator")).map(|s| s.value);
        let unit = map.text(("单位", "unit")).map(|s| s.value);
        let data_from = values(map.list(("来源表", "data-from")));
        let target = map.text(("目标", "target")).map(|s| Id::new(s.value));
        let span = map.place();
        map.finish();
        if let Some(id) = id {
            let indicator = Indicator {
                id: id.value.clone(),
                title,
                definition,
                numerator,
                denominator,
                unit,
                data_from,
                target,
                span,
            };
            found.push((id, indicator));
        }
    });
    for (id, indicator) in found {
        insert(&mut registries.indicators, id, indicator, path, |i| i.span.clone(), diagnostics);
    }
}

/// `facts.yaml`
pub fn source_facts(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found = Vec::new();
    entries(node, path, "来源事实", diagnostics, |mut map| {
        let id = id(&mut map, IdKind::SourceFact, "F21");
        let text = value(map.required(("事实", "fact")));
        let place = value(map.required(("出处", "place")));
        let used_in = ids(map.list(("落点", "used-in")));
        let span = map.place();
        map.finish();
        if let Some(id) = id {
            found.push((id.clone(), SourceFact { id: id.value, text, place, used_in, span }));
        }
    });
    for (id, fact) in found {
        insert(&mut registries.source_facts, id, fact, path, |f| f.span.clone(), diagnostics);
    }
}

/// `rewordings.yaml`
pub fn rewordings(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    entries(node, path, "换说法的确认", diagnostics, |mut map| {
        let id = Id::new(value(map.required(("条", "id"))));
        let fingerprint = value(map.required(("指纹", "fingerprint")));
        let reason = value(map.required(("说明", "reason")));
        let confirmed_by = value(map.required(("确认", "confirmed-by")));
        let span = map.place();
        map.finish();
        registries.rewordings.push(Rewording { id, fingerprint, reason, confirmed_by, span });
    });
}

/// `terms.yaml`
pub fn terms(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let mut found: Vec<Term> = Vec::new();
    entries(node, path, "术语", diagnostics, |mut map| {
        let word = value(map.required(("词", "word")));
        let section = value(map.required(("节", "section")));
        let definition = value(map.required(("定义", "definition")));
        let synonyms = values(map.list(("同义", "synonyms")));
        let deprecated = values(map.list(("不用", "deprecated")));
        let see = ids(map.list(("见", "see")));
        let basis = ids(map.list(("依据", "basis")));
        let span = map.place();
        map.finish();
        found.push(Term { word, section, definition, synonyms, deprecated, see, basis, span });
    });
    let mut owner: BTreeMap<String, Span> = BTreeMap::new();
    for term in &found {
        for word in std::iter::once(&term.word).chain(&term.synonyms).chain(&term.deprecated) {
            match owner.get(word) {
                Some(first) => diagnostics.push(
                    Diagnostic::new(
                        rule::AMBIGUOUS_NAME,
                        term.span.clone(),
                        format!("「{word}」在术语表里出现了两次"),
                    )
                    .related(first.clone(), "另一处在这里")
                    .help("一个词只放在最该查到的那一条里"),
                ),
                None => {
                    owner.insert(word.clone(), term.span.clone());
                }
            }
        }
    }
    // Sections count, so that 10 comes behind 9; entries keep their order within a section.
    found.sort_by_key(|term| term.section.parse::<u32>().unwrap_or(u32::MAX));
    registries.terms = found;
}

/// `planned.yaml`
pub fn planned(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let Some(mut map) = Mapping::new(node, path, "尚未写的规范", diagnostics) else { return };
    for (key, kind) in [
        (("规范", "norms"), IdKind::Norm),
        (("检查表", "checklists"), IdKind::Checklist),
        (("表单", "forms"), IdKind::Form),
    ] {
        for (name, node) in map.entries(key) {
            let id = Id::new(&name.value);
            let span = Span::new(path, name.span.clone());
            if id.kind() != Some(kind) {
                map.report(
                    Diagnostic::new(
                        rule::BAD_VALUE,
                        span,
                        format!("「{}」下不能有「{}」", key.0, name.value),
                    )
                    .help("规范写 NJ-03，检查表写 CK-NJ-03-1，表单写 FM-NJ-03-1，冒号后写题名"),
                );
                continue;
            }
            if let Some(title) = map.scalar(node, &name.value) {
                registries.planned.insert(id, (title.value, span));
            }
        }
    }
    map.finish();
}

/// `paths/<name>.yaml`
pub fn reading_path(node: &Node, path: &Arc<str>, registries: &mut Registries, diagnostics: Found<'_>) {
    let Some(mut map) = Mapping::new(node, path, "阅读路径", diagnostics) else { return };
    let title = value(map.required(("标题", "title")));
    let roles = ids(map.list(("角色", "roles")));
    let note = value(map.text(("说明", "note")));
    let steps = ids(map.required_list(("阅读", "steps")));
    let span = map.place();
    map.finish();
    let id = path.trim_start_matches("paths/").trim_end_matches(".yaml").to_owned();
    registries.paths.push(ReadingPath { id, title, roles, note, steps, span });
}

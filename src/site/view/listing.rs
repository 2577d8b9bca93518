//! Reading paths and the pages of diagnostics.

use super::{Field, Group, List, Table, minutes, push_field, role};
use crate::model::{ReadingPath, Target};
use crate::rule::{CATALOGUE, Rule};
use crate::site::place::Place;
use crate::site::{html, inline};

/// All reading paths.
pub fn paths(place: &Place<'_>) -> List {
    let mut table =
        Table { cards: true, ..Table::new("阅读路径", &["路径", "给谁", "说明", "篇数"]) };
    for path in &place.handbook.paths {
        let mut link = String::new();
        html::push_link(&place.to(&format!("paths/{}/", path.id)), "", "", &path.title, &mut link);
        table.push(
            "",
            vec![
                link,
                readers(place, path),
                inline::words(place, &path.note),
                format!("{} 篇{}", path.steps.len(), time(place, path)),
            ],
        );
    }
    let lead_html = "按身份选一条，从上往下读。时间按每分钟 350 个汉字算。".to_owned();
    List { title: "阅读路径".into(), lead_html, groups: vec![Group::new("", table)], ..List::default() }
}

/// A reading path.
pub fn path(place: &Place<'_>, path: &ReadingPath) -> List {
    let mut fields: Vec<Field> = Vec::new();
    push_field(&mut fields, "给谁", readers(place, path));
    push_field(&mut fields, "篇数", format!("{} 篇{}", path.steps.len(), time(place, path)));
    let mut table =
        Table { cards: true, ..Table::new("按顺序读", &["次序", "规范", "类别", "约需"]) };
    for (index, id) in path.steps.iter().enumerate() {
        let (kind, time) = match place.handbook.target(id) {
            Some(Target::Norm(norm)) => (norm.kind.chinese(), format!("{} 分钟", minutes(norm.han))),
            _ => ("", String::new()),
        };
        table.push("", vec![(index + 1).to_string(), place.titled(id), kind.to_owned(), time]);
    }
    List {
        title: path.title.clone(),
        lead_html: inline::words(place, &path.note),
        fields,
        groups: vec![Group::new("", table.without_empty_columns())],
    }
}

/// All rules of the linter.
pub fn rules(place: &Place<'_>) -> List {
    let mut table = Table::new("规则", &["代码", "说明", "名称", "级别"]);
    for rule in CATALOGUE {
        let mut link = String::new();
        html::push_link(&place.to(&format!("rules/{}/", rule.code)), "", "", rule.code, &mut link);
        let level = rule.severity.chinese().to_owned();
        table.push(
            rule.code,
            vec![link, html::escaped(rule.title()), format!("<code>{}</code>", rule.name), level],
        );
    }
    let lead_html = "<code>shouce check</code> 会报的每一种问题：为什么不行，怎么改。".to_owned();
    List { title: "规则".into(), lead_html, groups: vec![Group::new("", table)], ..List::default() }
}

/// What stands above the page of a rule.
pub fn rule(rule: &Rule) -> Vec<Field> {
    let mut fields = Vec::new();
    push_field(&mut fields, "代码", rule.code.to_owned());
    push_field(&mut fields, "名称", format!("<code>{}</code>", rule.name));
    push_field(&mut fields, "级别", rule.severity.chinese().to_owned());
    fields
}

fn readers(place: &Place<'_>, path: &ReadingPath) -> String {
    path.roles.iter().map(|id| role(place, id)).collect::<Vec<_>>().join("、")
}

/// Time for what can be read already, and how much is still to come: `，约 54 分钟（2 篇尚未发布）`.
pub fn time(place: &Place<'_>, path: &ReadingPath) -> String {
    let written: Vec<usize> =
        path.steps.iter().filter_map(|id| place.handbook.norms.get(id)).map(|norm| norm.han).collect();
    let mut out = String::new();
    if !written.is_empty() {
        out = format!("，约 {} 分钟", minutes(written.iter().sum()));
    }
    match path.steps.len() - written.len() {
        0 => out,
        missing => format!("{out}（{missing} 篇尚未发布）"),
    }
}

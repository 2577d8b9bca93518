//! Norms as Markdown files: front matter in its canonical form, then the body as its author wrote it.

use jiff::civil::Date;

use super::Selection;
use crate::files::Files;
use crate::id::Id;
use crate::model::{Basis, Fact, Handbook, Norm, Readers, Retired};
use crate::vocabulary::FactType;

/// The norms that are selected, or that something selected is in, each as `<part>/<id>.md`.
pub fn markdown(handbook: &Handbook, selection: &Selection) -> Files {
    let mut files = Files::default();
    for norm in handbook.norms.values().filter(|norm| selection.touches(norm)) {
        files.add(format!("{}/{}.md", norm.part, norm.id), norm_markdown(norm).into_bytes());
    }
    files
}

/// One norm as a Markdown file. Compiling it gives the same norm.
pub fn norm_markdown(norm: &Norm) -> String {
    format!("---\n{}---\n\n{}\n", front_matter(norm), norm.markdown.trim_matches('\n'))
}

fn front_matter(norm: &Norm) -> String {
    let levels = norm.levels.iter().map(|level| level.chinese());
    let readers = match &norm.readers {
        Readers::All => "[全体]".to_owned(),
        Readers::Roles(roles) => ids(roles),
    };
    let lines = [
        Some(("编号", norm.id.to_string())),
        Some(("标题", scalar(&norm.title))),
        Some(("类别", norm.kind.chinese().to_owned())),
        Some(("版次", quoted(&norm.edition))),
        Some(("状态", norm.status.chinese().to_owned())),
        Some(("生效日", quoted_day(norm.effective))),
        Some(("主责", norm.owner.to_string())),
        Some(("读者", readers)),
        Some(("层级", flow(levels))),
        list("参数", &norm.parameters),
        (!norm.basis.is_empty()).then(|| ("依据", basis(&norm.basis))),
        list("关联", &norm.related),
        norm.supersedes.as_ref().map(|supersedes| ("替代", scalar(supersedes))),
        (!norm.facts.is_empty()).then(|| ("事实", block(norm.facts.values().map(fact)))),
        norm.applies_if.as_ref().map(|condition| ("适用", quoted(&condition.chinese()))),
        (!norm.retired.is_empty()).then(|| ("废号", block(norm.retired.iter().map(retired)))),
        (!norm.schedule.is_empty()).then(|| ("周期", schedule(norm))),
        list("指标", &norm.indicators),
        list("来源", &norm.source_facts),
        norm.notice.as_ref().map(|notice| ("提示", scalar(notice))),
    ];
    lines
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}:{}{value}\n", if value.starts_with('\n') { "" } else { " " }))
        .collect()
}

fn list(key: &'static str, values: &[Id]) -> Option<(&'static str, String)> {
    (!values.is_empty()).then(|| (key, ids(values)))
}

fn ids(values: &[Id]) -> String {
    flow(values.iter().map(Id::as_str))
}

fn flow<'a>(values: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", values.map(scalar).collect::<Vec<_>>().join(", "))
}

/// Lines below their key, two spaces in.
fn block(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("\n  {line}")).collect()
}

fn basis(basis: &[Basis]) -> String {
    if basis.iter().all(|entry| entry.checked_on.is_none()) {
        return flow(basis.iter().map(|entry| entry.source.as_str()));
    }
    let entries = basis.iter().map(|entry| match entry.checked_on {
        Some(day) => format!("{}: {{ 核对日: {} }}", entry.source, quoted_day(day)),
        None => format!("{}: {{}}", entry.source),
    });
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

fn fact(fact: &Fact) -> String {
    let options = match fact.kind {
        FactType::Choice => format!(", 选项: {}", flow(fact.options.iter().map(String::as_str))),
        FactType::Boolean | FactType::Number | FactType::Date => String::new(),
    };
    format!("{}: {{ 类型: {}{options}, 问: {} }}", scalar(&fact.name), fact.kind.chinese(), quoted(&fact.ask))
}

fn retired((id, retired): (&Id, &Retired)) -> String {
    let into =
        if retired.into.is_empty() { String::new() } else { format!(", 并入: {}", ids(&retired.into)) };
    let reason =
        retired.reason.as_ref().map(|reason| format!(", 理由: {}", quoted(reason))).unwrap_or_default();
    format!("{}: {{ 版次: {}{into}{reason} }}", quoted(&id.local()), quoted(&retired.since))
}

fn schedule(norm: &Norm) -> String {
    block(
        norm.schedule
            .iter()
            .map(|entry| format!("- {}", quoted(&format!("{}：{}", entry.schedule.text, entry.what)))),
    )
}

fn quoted_day(day: Date) -> String {
    quoted(&day.to_string())
}

/// Plain where YAML can read it only one way, else in quotes.
fn scalar(text: &str) -> String {
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '-' | '.' | '（' | '）' | '、' | '，' | '·' | '“' | '”' | '《' | '》')
    };
    let letter_first = text.chars().next().is_some_and(char::is_alphabetic);
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    if letter_first && !word && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

/// A double-quoted scalar; JSON's escapes are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

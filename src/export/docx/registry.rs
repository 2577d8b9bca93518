//! Registries as tables, where a norm says `【表：…】`.

use std::collections::BTreeMap;

use super::document::{Block, Paragraph, Style, Table};
use super::words::Context;
use crate::id::Id;
use crate::model::{Norm, Parameter, ParameterComponent, ParameterSource};
use crate::vocabulary::{Level, Registry};

/// The tables of a registry. Filters are those of the line, such as `节=2`.
pub fn blocks(context: &Context<'_>, which: Registry, filters: &BTreeMap<String, String>) -> Vec<Block> {
    let filter = |key: &str| filters.get(key).map(String::as_str);
    let table = match which {
        Registry::Terms => terms(context, filter("节")),
        Registry::Parameters => parameters(context, filter("级").and_then(Level::parse)),
        Registry::Roles => roles(context),
        Registry::Sources => sources(context, filter("组")),
        Registry::Indicators => indicators(context),
        Registry::SourceFacts => source_facts(context),
        Registry::Schedule => schedule(context),
        Registry::Forms => return by_norm(context, forms),
        Registry::Checklists => return by_norm(context, checklists),
    };
    vec![Block::Table(table)]
}

fn ids(ids: &[Id]) -> String {
    ids.iter().map(Id::as_str).collect::<Vec<_>>().join("、")
}

fn terms(context: &Context<'_>, section: Option<&str>) -> Table {
    let shown =
        context.handbook.terms.iter().filter(|term| section.is_none_or(|wanted| wanted == term.section));
    let rows = shown.map(|term| {
        let also = term.synonyms.join("、");
        let word =
            if also.is_empty() { term.word.clone() } else { format!("{}\n也叫：{also}", term.word) };
        let definition = context.words(&term.definition);
        vec![word, definition, term.deprecated.join("、"), ids(&term.see), ids(&term.basis)]
    });
    Table::of_texts(&["词", "定义", "不用", "见", "依据"], rows.collect())
}

fn parameters(context: &Context<'_>, level: Option<Level>) -> Table {
    let levels: Vec<Level> = match level {
        Some(level) => vec![level],
        None => Level::CHOICES.iter().map(|choice| choice.2).collect(),
    };
    let mut columns = vec!["编号", "名称"];
    columns.extend(levels.iter().map(|level| level.chinese()));
    columns.extend(["范围", "裁剪", "来源", "说明"]);
    let row = |(parameter, component): (&Parameter, &ParameterComponent)| {
        let name = match component.name.as_str() {
            "" => parameter.label.clone(),
            part => format!("{}·{part}", parameter.label),
        };
        let mut cells = vec![parameter.id.to_string(), name];
        cells.extend(levels.iter().map(|&level| component.text(level).unwrap_or_else(|| "不适用".into())));
        cells.push(match (component.min, component.max) {
            (Some(min), Some(max)) => format!("{min}—{max}"),
            (Some(min), None) => format!("不小于 {min}"),
            (None, Some(max)) => format!("不大于 {max}"),
            (None, None) => String::new(),
        });
        cells.push(component.tailor.chinese().to_owned());
        cells.push(match &parameter.source {
            ParameterSource::Own => "自定".to_owned(),
            ParameterSource::Id(id) => id.to_string(),
        });
        cells.push(parameter.note.as_deref().map(|note| context.words(note)).unwrap_or_default());
        cells
    };
    let all = context.handbook.parameters.values().flat_map(|p| p.components.iter().map(move |c| (p, c)));
    Table::of_texts(&columns, all.map(row).collect())
}

fn roles(context: &Context<'_>) -> Table {
    let rows = context.handbook.roles.values().map(|role| {
        let department = role.department.clone().unwrap_or_default();
        let mission = context.words(&role.mission);
        vec![role.id.to_string(), role.title.clone(), role.aliases.join("、"), department, mission]
    });
    Table::of_texts(&["编号", "名称", "别名", "所在", "职责"], rows.collect())
}

fn sources(context: &Context<'_>, group: Option<&str>) -> Table {
    let shown =
        context.handbook.sources.values().filter(|source| group.is_none_or(|wanted| wanted == source.group));
    let rows = shown.map(|source| {
        let number = source.number.as_ref().map(|number| format!("\n{number}")).unwrap_or_default();
        let published = source.published.map(|day| format!("{day} 公布"));
        let effective = source.effective.map(|day| format!("{day} 施行"));
        vec![
            source.id.to_string(),
            format!("{}{number}", source.title),
            context.words(&source.subject),
            source.rank.chinese().to_owned(),
            published.into_iter().chain(effective).collect::<Vec<_>>().join("，"),
            source.status.chinese().to_owned(),
            source.checked_on.map_or_else(|| "待核对".to_owned(), |day| format!("核对 {day}")),
            source.caution.as_deref().map(|text| context.words(text)).unwrap_or_default(),
        ]
    });
    let columns = ["编号", "名称", "管什么", "级别", "公布与施行", "登记状态", "对过原文", "提醒"];
    Table::of_texts(&columns, rows.collect())
}

fn indicators(context: &Context<'_>) -> Table {
    let rows = context.handbook.indicators.values().map(|indicator| {
        vec![
            indicator.id.to_string(),
            indicator.title.clone(),
            context.words(&indicator.definition),
            indicator.unit.clone().unwrap_or_default(),
            indicator.data_from.join("、"),
            indicator.target.as_ref().map(|id| context.titled(id)).unwrap_or_default(),
        ]
    });
    Table::of_texts(&["编号", "名称", "口径", "单位", "数据来自", "目标"], rows.collect())
}

fn source_facts(context: &Context<'_>) -> Table {
    let rows = context.handbook.source_facts.values().map(|fact| {
        vec![fact.id.to_string(), context.words(&fact.text), fact.place.clone(), ids(&fact.used_in)]
    });
    Table::of_texts(&["编号", "事实", "出处", "落点"], rows.collect())
}

fn schedule(context: &Context<'_>) -> Table {
    let entries =
        context.handbook.norms.values().flat_map(|norm| norm.schedule.iter().map(move |e| (norm, e)));
    let rows = entries.map(|(norm, entry)| {
        let (when, what) = (context.words(&entry.schedule.text), context.words(&entry.what));
        vec![when, what, context.role(&norm.owner), context.titled(&norm.id)]
    });
    Table::of_texts(&["时点", "事项", "谁", "出处"], rows.collect())
}

/// A table for each norm that has something, below the norm's name.
fn by_norm(context: &Context<'_>, table: impl Fn(&Context<'_>, &Norm) -> Table) -> Vec<Block> {
    let mut out = Vec::new();
    for norm in context.handbook.norms.values() {
        let table = table(context, norm);
        if !table.rows.is_empty() {
            out.push(Paragraph::new(Style::Caption, context.titled(&norm.id)).into());
            out.push(Block::Table(table));
        }
    }
    out
}

fn forms(context: &Context<'_>, norm: &Norm) -> Table {
    let rows = norm.forms.iter().map(|form| {
        let everybody = form.open_to_all.then(|| "全体".to_owned());
        let who = form.filled_by.iter().map(|id| context.role(id)).chain(everybody).collect::<Vec<_>>();
        let when = form.when.as_ref().map(|when| context.words(&when.text)).unwrap_or_default();
        let keep = form.keep.map(|keep| keep.chinese().to_owned()).unwrap_or_default();
        vec![form.id.to_string(), form.title.clone(), who.join("、"), when, keep]
    });
    Table::of_texts(&["编号", "名称", "填写", "时点", "保存"], rows.collect())
}

fn checklists(context: &Context<'_>, norm: &Norm) -> Table {
    let rows = norm.checklists.iter().map(|list| {
        let when = list.when.as_ref().map(|when| context.words(&when.text)).unwrap_or_default();
        vec![list.id.to_string(), list.title.clone(), when, list.items.len().to_string()]
    });
    Table::of_texts(&["编号", "名称", "时点", "项数"], rows.collect())
}

//! Registries as tables: on their own pages, and where a norm says `【表：…】`.

use std::collections::BTreeMap;

use super::{Group, List, Table, checklist, form, id_list, role, schedule, titled_list};
use crate::id::Id;
use crate::model::{Block, Norm, Parameter, ParameterComponent, ParameterSource, Section, Source, Term};
use crate::site::place::Place;
use crate::site::{html, inline};
use crate::vocabulary::{Level, Registry, Stricter};

/// Filters of a line `【表：术语 节=2】`.
type Filters = BTreeMap<String, String>;

/// A registry's own page.
pub fn page(place: &Place<'_>, registry: Registry) -> List {
    let (title, lead) = match registry {
        Registry::Terms => ("术语", "首选词、它的意思，和不再用的叫法。"),
        Registry::Parameters => ("参数", "可调的数值，市、区、街并列；正文里的数值都从这里来。"),
        Registry::Roles => ("角色", "手册里的角色；点开看一个角色要做的全部事项。"),
        Registry::Sources => {
            ("依据", "手册引用的法规与标准。以现行文本为准；写着「待核对」的，还没有人对过原文。")
        }
        Registry::Indicators => ("指标", "怎么算、数从哪里来。"),
        Registry::SourceFacts => ("来源事实", "取自来源文章的事实，以及用到它的规范。"),
        Registry::Forms => return form::all(place),
        Registry::Checklists => return checklist::all(place),
        Registry::Schedule => return schedule::page(place),
    };
    let groups = groups(place, registry, &Filters::new(), true);
    List { title: title.into(), lead_html: html::escaped(lead), groups, ..List::default() }
}

/// The tables that stand for a line `【表：…】` in a norm.
pub fn in_norm(place: &Place<'_>, registry: Registry, filters: &Filters) -> Vec<Group> {
    groups(place, registry, filters, false)
}

fn groups(place: &Place<'_>, registry: Registry, filters: &Filters, own_page: bool) -> Vec<Group> {
    match registry {
        Registry::Terms => terms(place, filters, own_page),
        Registry::Parameters => vec![Group::new("", parameters(place, filters, own_page))],
        Registry::Roles => vec![Group::new("", roles(place))],
        Registry::Sources => sources(place, filters, own_page),
        Registry::Indicators => vec![Group::new("", indicators(place, own_page))],
        Registry::SourceFacts => vec![Group::new("", source_facts(place, own_page))],
        Registry::Forms => by_norm(place, |norm| (!norm.forms.is_empty()).then(|| form::table(place, norm))),
        Registry::Checklists => {
            by_norm(place, |norm| (!norm.checklists.is_empty()).then(|| checklist::table(place, norm)))
        }
        Registry::Schedule => schedule::groups(place),
    }
}

fn by_norm(place: &Place<'_>, table: impl Fn(&Norm) -> Option<Table>) -> Vec<Group> {
    let group = |norm: &Norm| {
        let mut group = Group::new("", table(norm)?);
        group.lead_html = place.titled(&norm.id);
        Some(group)
    };
    place.handbook.norms.values().filter_map(group).collect()
}

/// Terms by the section of the norm that lists them; on the own page with that section's title.
fn terms(place: &Place<'_>, filters: &Filters, own_page: bool) -> Vec<Group> {
    let wanted = filters.get("节");
    let shown =
        place.handbook.terms.iter().filter(|term| wanted.is_none_or(|section| *section == term.section));
    let mut groups: Vec<(String, Table)> = Vec::new();
    for term in shown {
        if groups.last().is_none_or(|(section, _)| *section != term.section) {
            groups.push((
                term.section.clone(),
                Table { cards: true, ..Table::new("术语", &["词", "定义", "不用", "见", "依据"]) },
            ));
        }
        if let Some((_, table)) = groups.last_mut() {
            push_term(place, term, own_page, table);
        }
    }
    let titled = |(section, table): (String, Table)| {
        let title = if own_page { terms_title(place, &section) } else { String::new() };
        Group::new(title, table.without_empty_columns())
    };
    groups.into_iter().map(titled).collect()
}

fn push_term(place: &Place<'_>, term: &Term, own_page: bool, table: &mut Table) {
    let mut word = String::from("<b>");
    html::push_link(&place.to(&super::term::folder(term)), "", "", &term.word, &mut word);
    word.push_str("</b>");
    if !term.synonyms.is_empty() {
        word.push_str(&format!("<small>也叫：{}</small>", html::escaped(&term.synonyms.join("、"))));
    }
    let cells = vec![
        word,
        inline::words(place, &term.definition),
        html::escaped(&term.deprecated.join("、")),
        id_list(place, &term.see),
        id_list(place, &term.basis),
    ];
    table.push(if own_page { term.word.replace(char::is_whitespace, "-") } else { String::new() }, cells);
}

/// The title of the section that shows this section of the terms.
fn terms_title(place: &Place<'_>, wanted: &str) -> String {
    let shows = |section: &&Section| {
        section.blocks.iter().any(|block| {
            matches!(block, Block::Registry(Registry::Terms, filters) if filters.get("节").is_some_and(|s| s == wanted))
        })
    };
    let found = place.handbook.norms.values().flat_map(|norm| norm.sections.iter()).find(shows);
    found.map_or_else(|| format!("第 {wanted} 节"), |section| section.title.clone())
}

fn parameters(place: &Place<'_>, filters: &Filters, own_page: bool) -> Table {
    let wanted = filters.get("级").and_then(|level| Level::parse(level));
    let levels: Vec<Level> = match wanted {
        Some(level) => vec![level],
        None => Level::CHOICES.iter().map(|choice| choice.2).collect(),
    };
    let mut columns = vec!["编号", "名称"];
    columns.extend(levels.iter().map(|level| level.chinese()));
    columns.extend(["范围", "裁剪", "来源", "说明", "用在"]);
    let mut table = Table { cards: true, ..Table::new("参数", &columns) };
    for parameter in place.handbook.parameters.values() {
        for (index, component) in parameter.components.iter().enumerate() {
            let first = index == 0;
            let anchor = if own_page && first { parameter.id.to_string() } else { String::new() };
            table.push(anchor, parameter_cells(place, parameter, component, &levels, first, own_page));
        }
    }
    table.without_empty_columns()
}

fn parameter_cells(
    place: &Place<'_>,
    parameter: &Parameter,
    component: &ParameterComponent,
    levels: &[Level],
    first: bool,
    own_page: bool,
) -> Vec<String> {
    let name = match component.name.as_str() {
        "" => parameter.label.clone(),
        part => format!("{}·{part}", parameter.label),
    };
    let mut cells = vec![place.anchor(&parameter.id, parameter.id.as_str()), html::escaped(&name)];
    cells.extend(
        levels
            .iter()
            .map(|&level| component.text(level).map_or("不适用".into(), |text| html::escaped(&text))),
    );
    cells.push(bounds(component));
    cells.push(component.tailor.chinese().to_owned());
    cells.push(match &parameter.source {
        ParameterSource::Own => "自定".to_owned(),
        ParameterSource::Id(id) => place.anchor(id, id.as_str()),
    });
    cells.push(if first {
        parameter.note.as_deref().map(|note| inline::words(place, note)).unwrap_or_default()
    } else {
        String::new()
    });
    cells.push(if first && own_page { uses(place, &parameter.id) } else { String::new() });
    cells
}

/// `1—5，越低越严`.
fn bounds(component: &ParameterComponent) -> String {
    let range = match (component.min, component.max) {
        (Some(min), Some(max)) => format!("{min}—{max}"),
        (Some(min), None) => format!("不小于 {min}"),
        (None, Some(max)) => format!("不大于 {max}"),
        (None, None) => String::new(),
    };
    let stricter = match component.stricter {
        Stricter::Lower => "越低越严",
        Stricter::Higher => "越高越严",
        Stricter::None => "",
    };
    match (range.is_empty(), stricter.is_empty()) {
        (false, false) => format!("{range}，{stricter}"),
        _ => range + stricter,
    }
}

fn roles(place: &Place<'_>) -> Table {
    let mut table =
        Table { cards: true, ..Table::new("角色", &["编号", "名称", "别名", "所在", "职责"]) };
    for found in place.handbook.roles.values() {
        let cells = vec![
            html::escaped(found.id.as_str()),
            role(place, &found.id),
            html::escaped(&found.aliases.join("、")),
            html::escaped(found.department.as_deref().unwrap_or_default()),
            inline::words(place, &found.mission),
        ];
        table.push("", cells);
    }
    table.without_empty_columns()
}

/// Sources of law by group.
fn sources(place: &Place<'_>, filters: &Filters, own_page: bool) -> Vec<Group> {
    let wanted = filters.get("组");
    let mut groups: Vec<Group> = Vec::new();
    for source in
        place.handbook.sources.values().filter(|source| wanted.is_none_or(|group| *group == source.group))
    {
        let columns = ["编号", "名称", "管什么", "级别", "公布与施行", "登记状态", "对过原文", "提醒"];
        let title = if own_page { source.group.as_str() } else { "" };
        let at = groups.iter().position(|group| group.title == title).unwrap_or_else(|| {
            groups.push(Group::new(
                title,
                Table { cards: true, ..Table::new(format!("依据 {title}"), &columns) },
            ));
            groups.len() - 1
        });
        let anchor = if own_page { source.id.to_string() } else { String::new() };
        groups[at].table.push(anchor, source_cells(place, source));
    }
    for group in &mut groups {
        group.table = std::mem::take(&mut group.table).without_empty_columns();
    }
    groups
}

fn source_cells(place: &Place<'_>, source: &Source) -> Vec<String> {
    let mut name = String::new();
    html::push_link(&place.to(&format!("sources/{}/", source.id)), "", "", &source.title, &mut name);
    if let Some(number) = &source.number {
        name.push_str(&format!("<small>{}</small>", html::escaped(number)));
    }
    let published = source.published.map(|day| format!("{day} 公布"));
    let effective = source.effective.map(|day| format!("{day} 施行"));
    vec![
        place.anchor(&source.id, source.id.as_str()),
        name,
        inline::words(place, &source.subject),
        source.rank.chinese().to_owned(),
        published.into_iter().chain(effective).collect::<Vec<_>>().join("，"),
        source.status.chinese().to_owned(),
        inline::checked(place, source.checked_on),
        source.caution.as_deref().map(|text| inline::words(place, text)).unwrap_or_default(),
    ]
}

fn indicators(place: &Place<'_>, own_page: bool) -> Table {
    let columns = ["编号", "名称", "口径", "单位", "数据来自", "目标", "用在"];
    let mut table = Table { cards: true, ..Table::new("指标", &columns) };
    for indicator in place.handbook.indicators.values() {
        let data = |text: &String| {
            let id = Id::new(text);
            if id.kind().is_some() { place.titled(&id) } else { html::escaped(text) }
        };
        let cells = vec![
            place.anchor(&indicator.id, indicator.id.as_str()),
            html::escaped(&indicator.title),
            inline::words(place, &indicator.definition),
            html::escaped(indicator.unit.as_deref().unwrap_or_default()),
            indicator.data_from.iter().map(data).collect::<Vec<_>>().join("、"),
            indicator.target.as_ref().map(|id| place.titled(id)).unwrap_or_default(),
            if own_page { uses(place, &indicator.id) } else { String::new() },
        ];
        table.push(if own_page { indicator.id.to_string() } else { String::new() }, cells);
    }
    table.without_empty_columns()
}

fn source_facts(place: &Place<'_>, own_page: bool) -> Table {
    let mut table = Table {
        cards: true,
        ..Table::new("来源事实", &["编号", "事实", "出处", "落点", "被引用"])
    };
    for fact in place.handbook.source_facts.values() {
        let cells = vec![
            place.anchor(&fact.id, fact.id.as_str()),
            inline::words(place, &fact.text),
            html::escaped(&fact.place),
            titled_list(place, &fact.used_in),
            if own_page { uses(place, &fact.id) } else { String::new() },
        ];
        table.push(if own_page { fact.id.to_string() } else { String::new() }, cells);
    }
    table.without_empty_columns()
}

/// Places that a cell shows at once; more are folded.
const SHOWN: usize = 6;

/// Who refers to an entry, norm by norm: `NJ-03（3.1、7.2）；NJ-08（1.1）`.
pub fn uses(place: &Place<'_>, id: &Id) -> String {
    let Some(sources) = place.handbook.backlinks.get(id) else { return String::new() };
    let mut out = String::new();
    let mut before = "";
    for source in sources {
        let norm = source.norm_name().unwrap_or_default();
        if norm.is_empty() || norm == source.as_str() {
            out.extend([if out.is_empty() { "" } else { "；" }, &place.anchor(source, source.as_str())]);
        } else if norm == before {
            out.extend(["、", &place.anchor(source, &source.local())]);
        } else {
            out.extend([if out.is_empty() { "" } else { "；" }, norm, " "]);
            out.push_str(&place.anchor(source, &source.local()));
        }
        before = norm;
    }
    if sources.len() <= SHOWN {
        return out;
    }
    format!("<details><summary>{} 处</summary>{out}</details>", sources.len())
}

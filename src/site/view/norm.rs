//! A norm's page: head, sections with everything in them, and what refers to it.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag};
use serde::Serialize;

use super::checklist::{self, ChecklistView};
use super::clause::{self, ClauseView};
use super::diagram;
use super::form::{self, FormView};
use super::{
    Entry, Field, Group, Link, Table, levels, minutes, norm_link, push_field, push_joined, registry, role,
    titled_list,
};
use crate::id::Id;
use crate::model::{Block, Caption, Norm, Readers, Section, SectionKind, Shape, review_due};
use crate::site::place::Place;
use crate::site::{html, inline, prose};
use crate::vocabulary::{NormKind, Status};

/// A norm.
#[derive(Debug, Serialize)]
pub struct NormView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its state.
    pub status: StatusView,
    /// Short facts about it.
    pub facts: Vec<Field>,
    /// Longer lists about it.
    pub fields: Vec<Field>,
    /// The prompt shown at its head; empty for none.
    pub notice_html: String,
    /// Contents.
    pub contents: Vec<Entry>,
    /// Its sections, in order.
    pub sections: Vec<SectionView>,
    /// Numbers that are no longer used.
    pub retired: Vec<RetiredView>,
    /// Who refers to it.
    pub backlinks: Vec<BacklinkView>,
    /// The norm before it.
    pub previous: Option<Link>,
    /// The norm after it.
    pub next: Option<Link>,
    /// Its Markdown source.
    pub source: String,
    /// The pictures of its steps; none where it has no long step table.
    pub flow: Option<String>,
}

/// The state of a norm: word, sign and what it means.
#[derive(Debug, Serialize)]
pub struct StatusView {
    /// For styling: the English word.
    pub class: &'static str,
    /// A sign, for those who do not see the colour.
    pub sign: &'static str,
    /// The word.
    pub word: &'static str,
    /// What it means for the reader; empty when it is in force.
    pub note_html: String,
}

/// A heading and what stands under it.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// Its anchor.
    pub anchor: String,
    /// Its number; empty when it has none.
    pub number: String,
    /// Its title; empty for the text above the first heading.
    pub title: String,
    /// Level of the heading, 2 to 6.
    pub level: u8,
    /// Page of its own (checklists and forms).
    pub href: Option<String>,
    /// Its content.
    pub blocks: Vec<BlockView>,
}

/// A stretch of a section.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum BlockView {
    /// Text.
    Prose {
        /// As HTML.
        html: String,
    },
    /// Clauses as a list.
    Clauses {
        /// The clauses.
        clauses: Vec<ClauseView>,
    },
    /// Tables: steps, or a registry.
    Tables {
        /// Each under its heading.
        groups: Vec<Group>,
    },
    /// A checklist.
    Checklist {
        /// The checklist.
        checklist: ChecklistView,
    },
    /// A form.
    Form {
        /// The form.
        form: FormView,
    },
}

/// A number that is no longer used.
#[derive(Debug, Serialize)]
pub struct RetiredView {
    /// Its anchor, which still leads here.
    pub anchor: String,
    /// Edition since which it is retired.
    pub since: String,
    /// Its successors, or why there is none.
    pub html: String,
}

/// A norm that refers to this one.
#[derive(Debug, Serialize)]
pub struct BacklinkView {
    /// The norm, or whatever refers to it.
    pub from_html: String,
    /// The places, and what they refer to.
    pub places_html: String,
}

/// A norm's page.
pub fn view(place: &Place<'_>, norm: &Norm) -> NormView {
    let (previous, next) = neighbours(place, norm);
    NormView {
        id: norm.id.to_string(),
        title: norm.title.clone(),
        kind: norm.kind.chinese(),
        status: status(place, norm),
        facts: facts(place, norm),
        fields: fields(place, norm),
        notice_html: notice(place, norm),
        contents: contents(norm),
        sections: norm.sections.iter().map(|section| section_view(place, norm, section)).collect(),
        retired: retired(place, norm),
        backlinks: backlinks(place, norm),
        previous,
        next,
        source: place.to(&format!("{}.md", norm.id)),
        flow: diagram::has_flow(norm).then(|| place.to(&format!("{}/flow/", norm.id))),
    }
}

/// The state of a norm, with what it means for the reader.
pub fn status(place: &Place<'_>, norm: &Norm) -> StatusView {
    let future = place.options().today.is_some_and(|today| today < norm.effective);
    let (sign, mut note_html) = match norm.status {
        Status::Draft => ("✎", "还在起草，不作依据。".to_owned()),
        Status::Trial => ("◐", "正在试行，意见请告诉主责角色。".to_owned()),
        Status::Effective => ("✓", String::new()),
        Status::Superseded => ("⇢", successor(place, norm)),
        Status::Withdrawn => ("✕", "已废止，不再使用。".to_owned()),
    };
    if future {
        note_html.push_str(&format!("{} 起生效，现在还不适用。", norm.effective));
    }
    StatusView { class: norm.status.english(), sign, word: norm.status.chinese(), note_html }
}

/// The norm that says it takes this one's place.
fn successor(place: &Place<'_>, norm: &Norm) -> String {
    let names_this = |text: &String| text.split('@').next() == Some(norm.id.as_str());
    let found = place
        .handbook
        .norms
        .values()
        .find(|other| other.id != norm.id && other.supersedes.as_ref().is_some_and(names_this));
    match found {
        Some(other) => format!("已由 {} 替代。", place.titled(&other.id)),
        None => "已被替代，不再使用。".to_owned(),
    }
}

fn facts(place: &Place<'_>, norm: &Norm) -> Vec<Field> {
    let mut fields = Vec::new();
    let readers = match &norm.readers {
        Readers::All => "全体".to_owned(),
        Readers::Roles(roles) => roles.iter().map(|id| role(place, id)).collect::<Vec<_>>().join("、"),
    };
    push_field(&mut fields, "类别", norm.kind.chinese().to_owned());
    push_field(&mut fields, "版次", html::escaped(&norm.edition));
    push_field(&mut fields, "生效日", norm.effective.to_string());
    let review = review_due(place.handbook, norm).map(|day| day.to_string());
    push_field(&mut fields, "复审日", review.unwrap_or_default());
    push_field(&mut fields, "层级", levels(&norm.levels));
    push_field(&mut fields, "主责", role(place, &norm.owner));
    push_field(&mut fields, "读者", readers);
    push_field(&mut fields, "读完约", format!("{} 分钟", minutes(norm.han)));
    fields
}

fn fields(place: &Place<'_>, norm: &Norm) -> Vec<Field> {
    let mut fields = Vec::new();
    let basis = norm.basis.iter().map(|basis| {
        format!("<li>{} {}</li>", place.titled(&basis.source), inline::checked(place, basis.checked_on))
    });
    push_field(&mut fields, "依据", list(basis));
    push_field(&mut fields, "关联", titled_list(place, &norm.related));
    push_field(
        &mut fields,
        "替代",
        norm.supersedes.as_deref().map(|text| inline::words(place, text)).unwrap_or_default(),
    );
    push_field(&mut fields, "参数", parameters(place, norm));
    let schedule = norm.schedule.iter().map(|entry| {
        format!(
            "<li><b>{}</b> {}</li>",
            inline::words(place, &entry.schedule.text),
            inline::words(place, &entry.what)
        )
    });
    push_field(&mut fields, "周期", list(schedule));
    push_field(&mut fields, "指标", titled_list(place, &norm.indicators));
    push_field(&mut fields, "来源", super::id_list(place, &norm.source_facts));
    let asked = norm.facts.values().map(|fact| {
        let options =
            if fact.options.is_empty() { fact.kind.chinese().to_owned() } else { fact.options.join("、") };
        html::escaped(&format!("{}（{options}）", fact.name))
    });
    let condition = norm.applies_if.as_ref().map(|condition| html::escaped(&condition.chinese()));
    push_field(&mut fields, "适用", condition.unwrap_or_default());
    push_field(&mut fields, "适用事实", asked.collect::<Vec<_>>().join("；"));
    fields
}

/// Parameters with their values at the handbook's level.
fn parameters(place: &Place<'_>, norm: &Norm) -> String {
    let values = |id: &Id| {
        let parameter = place.handbook.parameters.get(id)?;
        let level = place.handbook.config.level;
        let one = |component: &crate::model::ParameterComponent| {
            let value = component.text(level)?;
            Some(if component.name.is_empty() { value } else { format!("{} {value}", component.name) })
        };
        let all: Vec<_> = parameter.components.iter().filter_map(one).collect();
        (!all.is_empty()).then(|| format!("：{}", html::escaped(&all.join("，"))))
    };
    let one = |id: &Id| format!("{}{}", place.titled(id), values(id).unwrap_or_default());
    norm.parameters.iter().map(one).collect::<Vec<_>>().join("；")
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: String = items.collect();
    if items.is_empty() { items } else { format!("<ul>{items}</ul>") }
}

/// The norm's own prompt; essentials of answers show their part's.
fn notice(place: &Place<'_>, norm: &Norm) -> String {
    let part = || place.handbook.part_of(norm).notice.as_deref().filter(|_| norm.kind == NormKind::Answers);
    norm.notice.as_deref().or_else(part).map(|text| inline::words(place, text)).unwrap_or_default()
}

fn contents(norm: &Norm) -> Vec<Entry> {
    let shown =
        norm.sections.iter().filter(|section| section.kind != SectionKind::Introduction && section.level > 1);
    let entry = |section: &Section| Entry {
        depth: section.level.clamp(2, 3) - 1,
        anchor: section.id.local(),
        text: heading(section),
    };
    shown.filter(|section| section.level <= 3).map(entry).collect()
}

fn heading(section: &Section) -> String {
    if section.number.is_empty() {
        section.title.clone()
    } else {
        format!("{} {}", section.number, section.title)
    }
}

fn section_view(place: &Place<'_>, norm: &Norm, section: &Section) -> SectionView {
    // The title of the norm is the page's; what stands under it needs no heading.
    let introduction = section.kind == SectionKind::Introduction || section.level <= 1;
    let href = match section.kind {
        SectionKind::Checklist(index) => {
            norm.checklists.get(index).and_then(|checklist| place.href(&checklist.id))
        }
        SectionKind::Form(index) => norm.forms.get(index).and_then(|form| place.href(&form.id)),
        _ => None,
    };
    SectionView {
        anchor: section.id.local(),
        number: section.number.clone(),
        title: if introduction { String::new() } else { section.title.clone() },
        level: section.level.clamp(2, 6),
        href,
        blocks: blocks(place, norm, section),
    }
}

/// The blocks of a section. A caption goes to the table that follows it; without one it is a
/// paragraph of its own.
fn blocks(place: &Place<'_>, norm: &Norm, section: &Section) -> Vec<BlockView> {
    let mut views = Vec::with_capacity(section.blocks.len());
    let mut following = section.blocks.iter().peekable();
    while let Some(block) = following.next() {
        let view = match block {
            Block::Caption(caption) => match following.next_if(|next| begins_with_table(next)) {
                Some(table) => {
                    block_view(place, norm, section, table).map(|view| captioned(place, view, table, caption))
                }
                None => Some(BlockView::Prose { html: lone_caption(place, caption) }),
            },
            other => block_view(place, norm, section, other),
        };
        views.extend(view);
    }
    views
}

fn begins_with_table(block: &Block) -> bool {
    match block {
        Block::Prose(events) => matches!(events.first(), Some(Event::Start(Tag::Table(_)))),
        Block::Clauses(shape, _) => matches!(shape, Shape::Steps(_)),
        Block::Registry(..) => true,
        _ => false,
    }
}

/// A view with the caption of its first table.
fn captioned(place: &Place<'_>, view: BlockView, block: &Block, caption: &Caption) -> BlockView {
    match (view, block) {
        (BlockView::Prose { .. }, Block::Prose(events)) => {
            let title = prose::render(place, &caption.content);
            BlockView::Prose { html: prose::captioned(place, events, &caption.number, title) }
        }
        (BlockView::Tables { mut groups }, _) => {
            if let Some(first) = groups.first_mut() {
                first.table.anchor = caption.number.clone();
                first.table.caption = format!("{} {}", caption.number, caption.title);
            }
            BlockView::Tables { groups }
        }
        (other, _) => other,
    }
}

fn lone_caption(place: &Place<'_>, caption: &Caption) -> String {
    let number = html::escaped(&caption.number);
    format!("<p class=\"caption\" id=\"{number}\">{}</p>\n", prose::render(place, &caption.content))
}

fn block_view(place: &Place<'_>, norm: &Norm, section: &Section, block: &Block) -> Option<BlockView> {
    Some(match (block, section.kind) {
        (Block::Prose(events), _) => BlockView::Prose { html: prose::render(place, events) },
        (Block::Clauses(Shape::List, clauses), _) => BlockView::Clauses {
            clauses: clauses.iter().map(|one| clause::clause(place, norm, one)).collect(),
        },
        (Block::Clauses(Shape::Steps(columns), clauses), _) => {
            tables(clause::steps(place, *columns, clauses))
        }
        (Block::Items, SectionKind::Checklist(index)) => {
            BlockView::Checklist { checklist: checklist::in_norm(place, norm.checklists.get(index)?) }
        }
        (Block::Fields, SectionKind::Form(index)) => {
            BlockView::Form { form: form::view(place, norm.forms.get(index)?, false) }
        }
        (Block::Items | Block::Fields | Block::Caption(_), _) => return None,
        (Block::Registry(which, filters), _) => {
            BlockView::Tables { groups: registry::in_norm(place, *which, filters) }
        }
    })
}

fn tables(table: Table) -> BlockView {
    BlockView::Tables { groups: vec![Group::new("", table)] }
}

fn retired(place: &Place<'_>, norm: &Norm) -> Vec<RetiredView> {
    let view = |(id, retired): (&Id, &crate::model::Retired)| {
        let html = match (retired.into.is_empty(), &retired.reason) {
            (false, _) => format!("改见 {}", super::id_list(place, &retired.into)),
            (true, Some(reason)) => inline::words(place, reason),
            (true, None) => String::new(),
        };
        RetiredView { anchor: id.local(), since: retired.since.clone(), html }
    };
    norm.retired.iter().map(view).collect()
}

/// Who refers to the norm or to anything in it, norm by norm.
fn backlinks(place: &Place<'_>, norm: &Norm) -> Vec<BacklinkView> {
    let mut groups: BTreeMap<&str, Vec<(&Id, &Id)>> = BTreeMap::new();
    let (lists, text): (Vec<_>, Vec<_>) = place
        .handbook
        .backlinks
        .of_norm(&norm.id)
        .partition(|(to, _)| ["CK-", "FM-"].iter().any(|prefix| to.as_str().starts_with(prefix)));
    for (to, sources) in text.into_iter().chain(lists) {
        for from in sources {
            let whole = from.norm_name().unwrap_or(from.as_str());
            if whole != norm.id.as_str() {
                groups.entry(whole).or_default().push((from, to));
            }
        }
    }
    let view = |(from, pairs): (&&str, &Vec<(&Id, &Id)>)| {
        let said = pairs.iter().filter(|(source, target)| source.as_str() != *from || **target != norm.id);
        let mut places_html = String::new();
        push_joined(said, "；", &mut places_html, |(source, target), out| {
            let beyond = source.as_str() != *from;
            if beyond {
                place.push_anchor(source, &source.local(), out);
            }
            if **target != norm.id {
                out.push_str(if beyond { " → " } else { "→ " });
                place.push_anchor(target, &target.local(), out);
            }
        });
        BacklinkView { from_html: place.titled(&Id::new(from)), places_html }
    };
    groups.iter().map(view).collect()
}

/// The norms before and after, in the order of the handbook.
fn neighbours(place: &Place<'_>, norm: &Norm) -> (Option<Link>, Option<Link>) {
    let Some(index) = place.handbook.norms.get_index_of(&norm.id) else { return (None, None) };
    let at = |index: usize| place.handbook.norms.get_index(index).map(|(_, norm)| norm_link(place, norm));
    (index.checked_sub(1).and_then(at), at(index + 1))
}

//! The first page and the page of a part.

use serde::Serialize;

use super::{Group, Link, Table, minutes, role, schedule, titled_list};
use crate::model::{Handbook, Norm, Page, Part, Situation};
use crate::site::place::Place;
use crate::site::{html, inline, prose};

/// The first page.
#[derive(Debug, Serialize)]
pub struct HomeView {
    /// Whether nothing else gives the page a title.
    pub needs_title: bool,
    /// Text of the handbook's own first page, in plain mode.
    pub introduction_html: String,
    /// How much there is: `28 份规范`.
    pub counts: Vec<String>,
    /// What happens, and what to open then.
    pub situations: Vec<SituationView>,
    /// What falls due this week; none without norms.
    pub due: Option<DueView>,
    /// The parts.
    pub parts: Vec<Link>,
    /// Reading paths, by reader.
    pub paths: Vec<Link>,
    /// Checklists and other ways in.
    pub ways: Vec<Link>,
    /// Pages that are no norms.
    pub pages: Vec<Link>,
}

/// Something that happens, and where to go.
#[derive(Debug, Serialize)]
pub struct SituationView {
    /// What happens.
    pub title: String,
    /// What is found there.
    pub note: String,
    /// The page to begin with; none while it is still to come.
    pub href: Option<String>,
    /// The others.
    pub more_html: String,
}

/// What falls due this week.
#[derive(Debug, Serialize)]
pub struct DueView {
    /// Whether today is known; elsewhere the browser fills the table in.
    pub known: bool,
    /// The first of what does not come every week.
    pub table: Table,
    /// How many more there are.
    pub more: usize,
    /// Links to what comes more often.
    pub links: Vec<Link>,
    /// Where a browser finds the schedule.
    pub data: String,
}

/// A part.
#[derive(Debug, Serialize)]
pub struct PartView {
    /// Its codes.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub owner_html: String,
    /// The fixed prompt; empty for none.
    pub notice_html: String,
    /// The introduction.
    pub introduction_html: String,
    /// Its norms.
    pub norms: Table,
    /// Its checklists and forms.
    pub groups: Vec<Group>,
}

/// The first page.
pub fn home(place: &Place<'_>) -> HomeView {
    let handbook = place.handbook;
    let first = handbook.pages.iter().find(|page| is_first(page));
    HomeView {
        needs_title: first.is_none_or(|page| super::page::needs_title(page)),
        introduction_html: first
            .map(|page| super::page::content(&place.of_file(&page.path), page))
            .unwrap_or_default(),
        counts: counts(handbook),
        situations: handbook.situations.iter().map(|found| situation(place, found)).collect(),
        due: (!handbook.norms.is_empty()).then(|| due(place)),
        parts: handbook
            .parts
            .iter()
            .filter(|part| !part.norms.is_empty())
            .map(|found| part_link(place, found))
            .collect(),
        paths: handbook.paths.iter().map(|path| path_link(place, path)).collect(),
        ways: ways(place),
        pages: handbook
            .pages
            .iter()
            .filter(|page| !is_first(page))
            .map(|page| page_link(place, page))
            .collect(),
    }
}

fn situation(place: &Place<'_>, found: &Situation) -> SituationView {
    let first = found.see.first();
    SituationView {
        title: found.title.clone(),
        note: found.note.clone(),
        href: first.and_then(|id| place.href(id)),
        more_html: titled_list(place, &found.see),
    }
}

/// How much of what falls due this week the first page shows.
const DUE: usize = 8;

fn due(place: &Place<'_>) -> DueView {
    let today = place.options().today;
    let mut table = today.map(|day| schedule::week(place, day)).unwrap_or_default();
    let more = table.rows.len().saturating_sub(DUE);
    table.rows.truncate(DUE);
    let link = |(text, path): (&str, &str)| Link {
        text: text.to_owned(),
        href: Some(place.to(path)),
        note: String::new(),
    };
    let links = [("年历", "calendar/"), ("每日、每周的固定事项", "schedule/")];
    DueView {
        known: today.is_some(),
        table,
        more,
        links: links.into_iter().map(link).collect(),
        data: place.to("calendar/due.json"),
    }
}

/// Whether this page is what a folder of plain Markdown opens with.
pub fn is_first(page: &Page) -> bool {
    matches!(page.id.to_ascii_lowercase().as_str(), "index" | "readme")
}

/// A part's page.
pub fn part(place: &Place<'_>, part: &Part) -> PartView {
    let norms: Vec<&Norm> = part.norms.iter().filter_map(|id| place.handbook.norms.get(id)).collect();
    let mut table =
        Table::new(format!("{}的规范", part.title), &["编号", "名称", "类别", "状态", "主责", "读完约"]);
    table.cards = true;
    for norm in &norms {
        table.push(
            "",
            vec![
                place.anchor(&norm.id, norm.id.as_str()),
                html::escaped(&norm.title),
                norm.kind.chinese().to_owned(),
                norm.status.chinese().to_owned(),
                role(place, &norm.owner),
                format!("{} 分钟", minutes(norm.han)),
            ],
        );
    }
    let group = |title: &str, make: &dyn Fn(&Norm) -> Table| {
        let mut whole = Table::default();
        for made in norms.iter().map(|norm| make(norm)) {
            // A norm without such a table has no row; columns that all rows leave empty are gone.
            if whole.columns.len() < made.columns.len() && !made.rows.is_empty() {
                whole.columns = made.columns;
            }
            whole.rows.extend(made.rows);
        }
        whole.caption = title.to_owned();
        Group { anchor: title.to_owned(), ..Group::new(title, whole) }
    };
    let checklists = group("检查表", &|norm| super::checklist::table(place, norm));
    let forms = group("表单", &|norm| super::form::table(place, norm));
    PartView {
        code: part.codes.join("、"),
        title: part.title.clone(),
        owner_html: part.owner.as_ref().map(|id| role(place, id)).unwrap_or_default(),
        notice_html: part.notice.as_deref().map(|text| inline::words(place, text)).unwrap_or_default(),
        introduction_html: prose::render(&place.of_file(&part.path), &part.introduction),
        norms: table,
        groups: [checklists, forms].into_iter().filter(|group| !group.table.rows.is_empty()).collect(),
    }
}

/// A part as a link.
fn part_link(place: &Place<'_>, part: &Part) -> Link {
    Link {
        text: format!("{} {}", part.codes.join("、"), part.title),
        href: Some(place.to(&format!("{}/", part.code))),
        note: format!("{} 份", part.norms.len()),
    }
}

fn path_link(place: &Place<'_>, path: &crate::model::ReadingPath) -> Link {
    let note = format!("{} 篇{}", path.steps.len(), super::listing::time(place, path));
    Link { text: path.title.clone(), href: Some(place.to(&format!("paths/{}/", path.id))), note }
}

fn page_link(place: &Place<'_>, page: &Page) -> Link {
    Link { text: page.title.clone(), href: place.document(&page.path, None), note: String::new() }
}

fn ways(place: &Place<'_>) -> Vec<Link> {
    let link = |(title, path, note): &(&'static str, &'static str, String)| Link {
        text: (*title).to_owned(),
        href: Some(place.to(path)),
        note: note.clone(),
    };
    place.site.menu(place.handbook).iter().map(link).collect()
}

fn counts(handbook: &Handbook) -> Vec<String> {
    let clauses = handbook.clauses().filter(|(_, clause)| clause.is_requirement()).count();
    let counted = [
        (handbook.norms.len(), "份规范"),
        (clauses, "条要求"),
        (handbook.checklists().count(), "张检查表"),
        (handbook.forms().count(), "张表单"),
        (handbook.pages.len(), "个页面"),
    ];
    counted.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect()
}

//! `handbook.json`: what the handbook is, what is in it and where; where a consumer begins.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Header, none};
use crate::export::prose;
use crate::id::Id;
use crate::model::{Handbook, Norm, Page, Part};
use crate::vocabulary::{Level, NormKind, Status};

/// The handbook as a whole.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HandbookFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Title.
    pub title: &'a str,
    /// Who publishes it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub publisher: &'a str,
    /// The level whose values are shown to a reader who has named none.
    pub level: Level,
    /// The parts, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartEntry<'a>>,
    /// Its checklists, in reading order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<Titled<'a>>,
    /// Its forms, in reading order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<Titled<'a>>,
    /// Pages that are no norms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageEntry<'a>>,
    /// Norms, checklists and forms that are referred to and still to come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Titled<'a>>,
    /// The reading paths; their steps are in the file that `registries` names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<PathEntry<'a>>,
    /// The files of the registries.
    pub registries: Registries,
    /// How much there is.
    pub counts: Counts,
}

/// A part of the handbook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PartEntry<'a> {
    /// Code, such as `NJ`.
    pub code: &'a str,
    /// All its codes, when there are several.
    #[serde(skip_serializing_if = "none")]
    pub codes: &'a [String],
    /// Title.
    pub title: &'a str,
    /// Role that answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'a Id>,
    /// A prompt to be shown wherever the part's norms are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<&'a str>,
    /// What the part is about, as Markdown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub introduction: String,
    /// Its norms, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub norms: Vec<NormEntry<'a>>,
}

/// A norm, in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NormEntry<'a> {
    /// Id.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Kind of document.
    pub kind: NormKind,
    /// State.
    pub status: Status,
    /// Levels it applies to.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// Its file, from the folder of this one.
    pub file: String,
}

/// A thing with a title and, where it exists, a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Titled<'a> {
    /// Id.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Its file, from the folder of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A page that is no norm.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PageEntry<'a> {
    /// Id: the page's own, or its path.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
}

/// A reading path, in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PathEntry<'a> {
    /// Permanent short name.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
}

/// The files of the registries, from the folder of this file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Registries {
    /// Roles.
    pub roles: &'static str,
    /// Adjustable values.
    pub parameters: &'static str,
    /// Terms.
    pub terms: &'static str,
    /// Sources of law.
    pub sources: &'static str,
    /// Facts of the source article.
    pub source_facts: &'static str,
    /// Indicators.
    pub indicators: &'static str,
    /// Reading paths.
    pub paths: &'static str,
    /// Days off and working days.
    pub calendar: &'static str,
}

/// How many of each there are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// Norms.
    pub norms: usize,
    /// Numbered sentences.
    pub clauses: usize,
    /// Those of them that bind.
    pub requirements: usize,
    /// Checklists.
    pub checklists: usize,
    /// Items of checklists.
    pub items: usize,
    /// Forms.
    pub forms: usize,
    /// Fields of forms.
    pub fields: usize,
    /// Han characters in the bodies of norms.
    pub han: usize,
}

impl Registries {
    /// Where the bundle puts them.
    pub const FILES: Self = Self {
        roles: "roles.json",
        parameters: "parameters.json",
        terms: "terms.json",
        sources: "sources.json",
        source_facts: "source-facts.json",
        indicators: "indicators.json",
        paths: "paths.json",
        calendar: "calendar.json",
    };
}

/// The handbook's own file.
pub fn handbook(handbook: &Handbook) -> HandbookFile<'_> {
    let config = &handbook.config;
    HandbookFile {
        header: Header::new(handbook, "handbook"),
        title: &config.title,
        publisher: &config.publisher,
        level: config.level,
        parts: handbook.parts.iter().map(|part| part_entry(handbook, part)).collect(),
        checklists: handbook
            .checklists()
            .map(|(_, c)| titled(&c.id, &c.title, checklist_file(&c.id)))
            .collect(),
        forms: handbook.forms().map(|(_, f)| titled(&f.id, &f.title, form_file(&f.id))).collect(),
        pages: handbook.pages.iter().map(|page| page_entry(page)).collect(),
        planned: handbook.planned.iter().map(|(id, title)| Titled { id, title, file: None }).collect(),
        paths: handbook.paths.iter().map(|path| PathEntry { id: &path.id, title: &path.title }).collect(),
        registries: Registries::FILES,
        counts: counts(handbook),
    }
}

/// The file of a norm, from the folder of `handbook.json`.
pub fn norm_file(id: &Id) -> String {
    format!("norms/{id}.json")
}

/// The file of a checklist, from the folder of `handbook.json`.
pub fn checklist_file(id: &Id) -> String {
    format!("checklists/{id}.json")
}

/// The file of a form, from the folder of `handbook.json`.
pub fn form_file(id: &Id) -> String {
    format!("forms/{id}.json")
}

fn part_entry<'a>(handbook: &'a Handbook, part: &'a Part) -> PartEntry<'a> {
    PartEntry {
        code: &part.code,
        codes: if part.codes.len() > 1 { &part.codes } else { &[] },
        title: &part.title,
        owner: part.owner.as_ref(),
        notice: part.notice.as_deref(),
        introduction: prose::markdown(&part.introduction),
        norms: part.norms.iter().filter_map(|id| handbook.norms.get(id)).map(norm_entry).collect(),
    }
}

fn norm_entry(norm: &Norm) -> NormEntry<'_> {
    NormEntry {
        id: &norm.id,
        title: &norm.title,
        kind: norm.kind,
        status: norm.status,
        levels: &norm.levels,
        file: norm_file(&norm.id),
    }
}

fn titled<'a>(id: &'a Id, title: &'a str, file: String) -> Titled<'a> {
    Titled { id, title, file: Some(file) }
}

fn page_entry(page: &Page) -> PageEntry<'_> {
    PageEntry { id: &page.id, title: &page.title }
}

fn counts(handbook: &Handbook) -> Counts {
    Counts {
        norms: handbook.norms.len(),
        clauses: handbook.clauses().count(),
        requirements: handbook.clauses().filter(|(_, clause)| clause.is_requirement()).count(),
        checklists: handbook.checklists().count(),
        items: handbook.checklists().map(|(_, checklist)| checklist.items.len()).sum(),
        forms: handbook.forms().count(),
        fields: handbook.forms().map(|(_, form)| form.fields.len()).sum(),
        han: handbook.norms.values().map(|norm| norm.han).sum(),
    }
}

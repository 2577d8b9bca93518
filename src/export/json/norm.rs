//! `norms/<id>.json`: a norm with its sections and clauses.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::clause::{ClauseData, clause_data};
use super::parameter::{ParameterUse, Uses};
use super::{Day, Header, none, some};
use crate::export::prose;
use crate::id::Id;
use crate::model::{Basis, Block, Fact, Handbook, Norm, Retired, ScheduleEntry, Section, SectionKind, Shape};
use crate::syntax::condition::Condition;
use crate::vocabulary::{Level, NormKind, Registry, Status};

/// One norm of the handbook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NormFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Id, such as `NJ-03`.
    pub id: &'a Id,
    /// Title without the id.
    pub title: &'a str,
    /// What the front matter says.
    pub meta: NormMeta<'a>,
    /// The headings in reading order, each with what stands under it.
    pub sections: Vec<SectionData<'a>>,
    /// Its checklists; each has a file of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<&'a Id>,
    /// Its forms; each has a file of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<&'a Id>,
    /// Values of the parameters that its texts and deadlines name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterUse<'a>>,
    /// When it applies as a whole; its clauses and items hold this condition too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_if: Option<&'a Condition>,
    /// The facts that its conditions ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<&'a Fact>,
    /// Who refers to the norm and to what is in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backlinks: Vec<Backlink<'a>>,
    /// Numbers that are retired; they are never used again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<RetiredData<'a>>,
}

/// What the front matter of a norm says.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NormMeta<'a> {
    /// Kind of document.
    pub kind: NormKind,
    /// State.
    pub status: Status,
    /// Edition of this norm, which may be older than the handbook's.
    pub edition: &'a str,
    /// First day it holds.
    #[schemars(with = "Day")]
    pub effective: Date,
    /// Code of its part.
    pub part: &'a str,
    /// Role that answers for it.
    pub owner: &'a Id,
    /// Roles that must know it; absent: everybody.
    #[serde(skip_serializing_if = "none")]
    pub readers: &'a [Id],
    /// Levels it applies to.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// Parameters it declares.
    #[serde(skip_serializing_if = "none")]
    pub parameters: &'a [Id],
    /// Sources of law it rests on.
    #[serde(skip_serializing_if = "none")]
    pub basis: &'a [Basis],
    /// Norms to read beside it.
    #[serde(skip_serializing_if = "none")]
    pub related: &'a [Id],
    /// What it supersedes, such as `NJ-03@2025.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<&'a str>,
    /// What recurs.
    #[serde(skip_serializing_if = "none")]
    pub schedule: &'a [ScheduleEntry],
    /// Indicators it feeds.
    #[serde(skip_serializing_if = "none")]
    pub indicators: &'a [Id],
    /// Facts of the source article it rests on.
    #[serde(skip_serializing_if = "none")]
    pub source_facts: &'a [Id],
    /// A prompt to be shown at its head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<&'a str>,
    /// Number of Han characters in its body.
    pub han: usize,
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Section", deny_unknown_fields)]
pub struct SectionData<'a> {
    /// Id, such as `NJ-03-3`; the checklist's or form's own for theirs.
    pub id: &'a Id,
    /// Number as typed; absent for a heading without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<&'a str>,
    /// Title without the number.
    pub title: &'a str,
    /// Depth of the heading: 1 is the norm's own title, chapters are 2.
    pub level: u8,
    /// The section it lies in; absent at the top. Never to be guessed from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<&'a Id>,
    /// What it holds.
    pub kind: SectionType,
    /// Its content in reading order; clauses are named here and stand in `clauses`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockData<'a>>,
    /// Its numbered clauses, in reading order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<ClauseData<'a>>,
}

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionType {
    /// Text before the first heading, under the title.
    Introduction,
    /// Numbered or named text.
    Text,
    /// A checklist; its file is named after the section's id.
    Checklist,
    /// A form; its file is named after the section's id.
    Form,
}

/// A stretch of a section.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "Block", deny_unknown_fields)]
pub enum BlockData<'a> {
    /// Text that carries no data.
    Prose {
        /// A subset of Markdown: paragraphs, lists, tables, quotes, emphasis, code, links. A parameter
        /// stands as `{{P07}}` or `{{P07.component}}`.
        text: String,
    },
    /// Clauses written one after another.
    Clauses {
        /// How they were written.
        shape: ClauseShape,
        /// Their ids.
        ids: Vec<&'a Id>,
    },
    /// The items of a checklist stand here.
    Checklist {
        /// The checklist.
        id: &'a Id,
    },
    /// The fields of a form stand here.
    Form {
        /// The form.
        id: &'a Id,
    },
    /// The number and title of the table that the next prose begins with.
    Caption {
        /// The table, such as `NJ-03-表1`.
        id: &'a Id,
        /// Its title.
        title: &'a str,
    },
    /// A table of a registry stands here.
    Registry {
        /// Which registry.
        registry: Registry,
        /// Which of its entries; absent: all.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        filters: Vec<Filter<'a>>,
    },
}

/// How clauses were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClauseShape {
    /// As list items.
    List,
    /// As rows of a table of steps.
    Steps,
}

/// Which entries of a registry are meant.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Filter<'a> {
    /// Name of a column, as authors write it.
    pub name: &'a str,
    /// The value it must have.
    pub value: &'a str,
}

/// Who refers to a thing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Backlink<'a> {
    /// The thing.
    pub id: &'a Id,
    /// Who refers to it, in reading order.
    pub from: &'a [Id],
}

/// What became of a retired number.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Retired", deny_unknown_fields)]
pub struct RetiredData<'a> {
    /// The retired id.
    pub id: &'a Id,
    /// Edition since which it is retired.
    pub since: &'a str,
    /// Its successors.
    #[serde(skip_serializing_if = "none")]
    pub into: &'a [Id],
    /// Why, when there is no successor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
}

/// A norm as its file.
pub fn norm<'a>(handbook: &'a Handbook, norm: &'a Norm) -> NormFile<'a> {
    let mut uses = Uses::default();
    let sections = sections(norm, &mut uses);
    NormFile {
        header: Header::new(handbook, "norm"),
        id: &norm.id,
        title: &norm.title,
        meta: meta(norm),
        sections,
        checklists: norm.checklists.iter().map(|checklist| &checklist.id).collect(),
        forms: norm.forms.iter().map(|form| &form.id).collect(),
        parameters: uses.values(handbook),
        applies_if: norm.applies_if.as_ref(),
        facts: norm.facts.values().collect(),
        backlinks: backlinks(handbook, norm),
        retired: norm.retired.iter().map(|(id, retired)| retired_data(id, retired)).collect(),
    }
}

fn meta(norm: &Norm) -> NormMeta<'_> {
    NormMeta {
        kind: norm.kind,
        status: norm.status,
        edition: &norm.edition,
        effective: norm.effective,
        part: &norm.part,
        owner: &norm.owner,
        readers: norm.reader_roles(),
        levels: &norm.levels,
        parameters: &norm.parameters,
        basis: &norm.basis,
        related: &norm.related,
        supersedes: norm.supersedes.as_deref(),
        schedule: &norm.schedule,
        indicators: &norm.indicators,
        source_facts: &norm.source_facts,
        notice: norm.notice.as_deref(),
        han: norm.han,
    }
}

fn sections<'a>(norm: &'a Norm, uses: &mut Uses<'a>) -> Vec<SectionData<'a>> {
    for entry in &norm.schedule {
        uses.schedule(&entry.schedule);
    }
    let mut open: Vec<&Section> = Vec::new();
    let mut sections = Vec::with_capacity(norm.sections.len());
    for section in norm.sections.iter() {
        while open.last().is_some_and(|outer| outer.level >= section.level) {
            open.pop();
        }
        sections.push(section_data(norm, section, open.last().map(|outer| &outer.id), uses));
        open.push(section);
    }
    sections
}

fn section_data<'a>(
    norm: &'a Norm,
    section: &'a Section,
    parent: Option<&'a Id>,
    uses: &mut Uses<'a>,
) -> SectionData<'a> {
    let mut clauses = Vec::new();
    let mut blocks = Vec::with_capacity(section.blocks.len());
    for block in &section.blocks {
        match block {
            Block::Prose(events) => {
                let text = uses.replace_marks(&prose::markdown(events));
                if !text.is_empty() {
                    blocks.push(BlockData::Prose { text });
                }
            }
            Block::Clauses(shape, written) => {
                let shape = match shape {
                    Shape::List => ClauseShape::List,
                    Shape::Steps(_) => ClauseShape::Steps,
                };
                blocks.push(BlockData::Clauses {
                    shape,
                    ids: written.iter().map(|clause| &clause.id).collect(),
                });
                clauses.extend(written.iter().map(|clause| clause_data(clause, uses)));
            }
            Block::Items | Block::Fields => blocks.extend(whole(norm, section)),
            Block::Caption(caption) => {
                blocks.push(BlockData::Caption { id: &caption.id, title: &caption.title });
            }
            Block::Registry(registry, filters) => {
                let filters = filters.iter().map(|(name, value)| Filter { name, value }).collect();
                blocks.push(BlockData::Registry { registry: *registry, filters });
            }
        }
    }
    SectionData {
        id: &section.id,
        number: some(&section.number),
        title: &section.title,
        level: section.level,
        parent,
        kind: match section.kind {
            SectionKind::Introduction => SectionType::Introduction,
            SectionKind::Text => SectionType::Text,
            SectionKind::Checklist(_) => SectionType::Checklist,
            SectionKind::Form(_) => SectionType::Form,
        },
        blocks,
        clauses,
    }
}

/// The checklist or form that a section is.
fn whole<'a>(norm: &'a Norm, section: &'a Section) -> Option<BlockData<'a>> {
    match section.kind {
        SectionKind::Checklist(index) => {
            norm.checklists.get(index).map(|found| BlockData::Checklist { id: &found.id })
        }
        SectionKind::Form(index) => norm.forms.get(index).map(|found| BlockData::Form { id: &found.id }),
        SectionKind::Introduction | SectionKind::Text => None,
    }
}

/// Backlinks of the norm and of everything in it. Ids of one norm do not lie together in the order
/// of the map (`CK-NJ-03-1` and `NJ-03`), so they are asked for one by one.
fn backlinks<'a>(handbook: &'a Handbook, norm: &'a Norm) -> Vec<Backlink<'a>> {
    let sections = norm
        .sections
        .iter()
        .filter(|section| matches!(section.kind, SectionKind::Introduction | SectionKind::Text));
    let checklists = norm
        .checklists
        .iter()
        .flat_map(|c| std::iter::once(&c.id).chain(c.items.iter().map(|item| &item.id)));
    let forms =
        norm.forms.iter().flat_map(|f| std::iter::once(&f.id).chain(f.fields.iter().map(|field| &field.id)));
    std::iter::once(&norm.id)
        .chain(sections.map(|section| &section.id).filter(|id| **id != norm.id))
        .chain(norm.clauses().map(|clause| &clause.id))
        .chain(checklists)
        .chain(forms)
        .chain(norm.retired.keys())
        .filter_map(|id| Some(Backlink { id, from: handbook.backlinks.get(id)? }))
        .filter(|backlink| !backlink.from.is_empty())
        .collect()
}

fn retired_data<'a>(id: &'a Id, retired: &'a Retired) -> RetiredData<'a> {
    RetiredData { id, since: &retired.since, into: &retired.into, reason: retired.reason.as_deref() }
}

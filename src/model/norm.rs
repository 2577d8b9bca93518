//! A norm: front matter, sections, clauses, and everything a clause carries.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Checklist, Form, Prose, Target};
use crate::diagnostic::Span;
use crate::id::{Id, IdKind};
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Due, Schedule};
use crate::syntax::mark::Mark;
use crate::vocabulary::{Duty, FactType, Level, Method, Modality, NormKind, Registry, Status, Tailor};

/// One document of the manual (规范). A clone shares its text and forms.
#[derive(Debug, Clone)]
pub struct Norm {
    /// `NJ-03`
    pub id: Id,
    /// Kind.
    pub kind: NormKind,
    /// Title without the id.
    pub title: String,
    /// Label of its edition, such as `2026.1`.
    pub edition: String,
    /// State.
    pub status: Status,
    /// First day it holds.
    pub effective: Date,
    /// Role that answers for it.
    pub owner: Id,
    /// Who must know it.
    pub readers: Readers,
    /// Levels it applies to.
    pub levels: Vec<Level>,
    /// Parameters it uses.
    pub parameters: Vec<Id>,
    /// Sources of law it rests on.
    pub basis: Vec<Basis>,
    /// Norms to read beside it.
    pub related: Vec<Id>,
    /// What it supersedes, such as `NJ-03@2025.2`.
    pub supersedes: Option<String>,
    /// Facts that its conditions ask for, by name.
    pub facts: IndexMap<String, Fact>,
    /// When it applies as a whole. Its clauses and items hold this condition too.
    pub applies_if: Option<Condition>,
    /// Retired local numbers, as whole ids.
    pub retired: BTreeMap<Id, Retired>,
    /// What recurs.
    pub schedule: Vec<ScheduleEntry>,
    /// Indicators it feeds.
    pub indicators: Vec<Id>,
    /// Facts of the source article it rests on.
    pub source_facts: Vec<Id>,
    /// A prompt shown at its head.
    pub notice: Option<String>,
    /// Code of the part it belongs to.
    pub part: String,
    /// Headings in order, each with the blocks under it. The first may be the text before any heading.
    pub sections: Arc<[Section]>,
    /// Its checklists, in order.
    pub checklists: Vec<Checklist>,
    /// Its forms, in order.
    pub forms: Arc<[Form]>,
    /// Number of Han characters in its body, code and front matter left out.
    pub han: usize,
    /// Its file.
    pub path: Arc<str>,
    /// The body as its author wrote it.
    pub markdown: Arc<str>,
    /// Place of its id in the front matter.
    pub span: Span,
}

/// Who a norm is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Everybody (全体).
    All,
    /// These roles.
    Roles(Vec<Id>),
}

/// A source of law that a norm rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The source.
    pub source: Id,
    /// When somebody compared the norm with its text; absent when nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub checked_on: Option<Date>,
}

/// A fact that decides whether a clause applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The values of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// What to ask when it is unknown.
    pub ask: String,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// What became of a retired number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// Edition since which it is retired.
    pub since: String,
    /// Its successors; empty when there is none.
    pub into: Vec<Id>,
    /// Why, when there is no successor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Something that recurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleEntry {
    /// When.
    pub schedule: Schedule,
    /// What is to be done then.
    pub what: String,
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Debug)]
pub struct Section {
    /// `NJ-03-3`, `NJ-03-前言`, or the checklist's or form's id.
    pub id: Id,
    /// Its number as typed; empty for headings without one.
    pub number: String,
    /// Its title without the number.
    pub title: String,
    /// 1 is the norm's own title; chapters are 2.
    pub level: u8,
    /// What it holds.
    pub kind: SectionKind,
    /// Its content, in order.
    pub blocks: Vec<Block>,
    /// Plain text of its prose, for search; clauses, items and fields not included.
    pub text: String,
    /// Place of the heading.
    pub span: Span,
}

/// What a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionKind {
    /// Text before the first heading, under the title.
    Introduction,
    /// Numbered or named text.
    Text,
    /// A checklist: its index in the norm.
    Checklist(usize),
    /// A form: its index in the norm.
    Form(usize),
}

/// A stretch of a section.
#[derive(Debug)]
pub enum Block {
    /// Markdown that carries no data.
    Prose(Prose),
    /// Numbered clauses written one after another.
    Clauses(Shape, Vec<Clause>),
    /// The items of the section's checklist stand here.
    Items,
    /// The fields of the section's form stand here.
    Fields,
    /// The caption of the table that follows.
    Caption(Caption),
    /// A registry stands here.
    Registry(Registry, BTreeMap<String, String>),
}

/// The caption of a numbered table; the table itself is prose.
#[derive(Debug)]
pub struct Caption {
    /// `NJ-03-表1`
    pub id: Id,
    /// `表1`
    pub number: String,
    /// Its words without the number.
    pub title: String,
    /// Its words as Markdown events, number included.
    pub content: Prose,
    /// Place of its number.
    pub span: Span,
}

/// How clauses were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// As list items.
    List,
    /// As rows of a step table.
    Steps(Steps),
}

/// The columns a step table has beyond 号, 谁, 做什么.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps {
    /// 何时
    pub when: bool,
    /// 留什么
    pub record: bool,
    /// 异常
    pub exception: bool,
}

/// A numbered sentence. With any modality but `statement` it binds: a requirement.
#[derive(Debug)]
pub struct Clause {
    /// `NJ-03-3.1`
    pub id: Id,
    /// `3.1`
    pub number: String,
    /// The section it stands in.
    pub section: Id,
    /// Its sentence as plain text; marks are gone, a parameter's value stands as `{{P07.平时}}`.
    pub text: String,
    /// Its sentence as Markdown events, marks included, for rendering.
    pub content: Prose,
    /// Lists and paragraphs below the sentence.
    pub more: Prose,
    /// How it binds.
    pub modality: Modality,
    /// Levels it is restricted to; empty means the norm's.
    pub levels: Vec<Level>,
    /// Who does what.
    pub roles: Vec<RoleDuty>,
    /// When it applies, the norm's own condition included.
    pub applies_if: Option<Condition>,
    /// By when.
    pub due: Option<Due>,
    /// How often.
    pub schedule: Option<Schedule>,
    /// What must be there as proof.
    pub evidence: Vec<Evidence>,
    /// The form its doing is recorded in.
    pub record: Option<Id>,
    /// How it is verified.
    pub method: Vec<Method>,
    /// What counts as satisfied.
    pub criteria: Option<Criteria>,
    /// What an adopter may do with it.
    pub tailor: Tailor,
    /// What to do when it goes wrong (异常), as written.
    pub exception: Option<String>,
    /// A remark (说明), as written.
    pub note: Option<String>,
    /// Marks of its sentence.
    pub marks: Vec<Mark>,
    /// Place of its number and sentence.
    pub span: Span,
}

/// A role and what it has to do with a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleDuty {
    /// The role.
    pub role: Id,
    /// Its duty.
    pub duty: Duty,
}

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is; a form's id where it is a form.
    pub name: String,
    /// The form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Id>,
    /// Whether it must be there.
    pub required: bool,
}

/// What counts as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Criteria {
    /// 符合
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<String>,
    /// 部分符合
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// 不符合
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_satisfied: Option<String>,
}

impl Norm {
    /// Every clause, in reading order.
    pub fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.sections
            .iter()
            .flat_map(|section| &section.blocks)
            .filter_map(|block| match block {
                Block::Clauses(_, clauses) => Some(clauses),
                _ => None,
            })
            .flatten()
    }

    /// The captions of its numbered tables, in reading order.
    pub fn captions(&self) -> impl Iterator<Item = &Caption> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Caption(caption) => Some(caption),
            _ => None,
        })
    }

    /// The clause with this id.
    pub fn clause(&self, id: &Id) -> Option<&Clause> {
        self.clauses().find(|clause| clause.id == *id)
    }

    /// What an id with this norm's name in it stands for.
    pub(super) fn find(&self, id: &Id, kind: IdKind) -> Option<Target<'_>> {
        let found = match kind {
            IdKind::Norm => Some(Target::Norm(self)),
            IdKind::Checklist => {
                self.checklists.iter().find(|c| c.id == *id).map(|c| Target::Checklist(self, c))
            }
            IdKind::ChecklistItem => self.checklists.iter().find_map(|checklist| {
                checklist.items.iter().find(|i| i.id == *id).map(|item| Target::Item(self, checklist, item))
            }),
            IdKind::Form => self.forms.iter().find(|f| f.id == *id).map(|f| Target::Form(self, f)),
            IdKind::FormField => self.forms.iter().find_map(|form| {
                form.fields.iter().find(|f| f.id == *id).map(|field| Target::Field(self, form, field))
            }),
            _ => self
                .clause(id)
                .map(|clause| Target::Clause(self, clause))
                .or_else(|| {
                    self.sections.iter().find(|s| s.id == *id).map(|section| Target::Section(self, section))
                })
                .or_else(|| {
                    self.captions().find(|c| c.id == *id).map(|caption| Target::Table(self, caption))
                }),
        };
        found.or_else(|| self.retired.get(id).map(|retired| Target::Retired(self, retired)))
    }

    /// What a clause's or item's condition says beyond the norm's own.
    pub fn beyond(&self, condition: Option<&Condition>) -> Option<Condition> {
        match (&self.applies_if, condition) {
            (Some(outer), Some(condition)) => condition.beyond(outer),
            (_, condition) => condition.cloned(),
        }
    }

    /// The roles in `readers`; empty for everybody.
    pub fn reader_roles(&self) -> &[Id] {
        match &self.readers {
            Readers::All => &[],
            Readers::Roles(roles) => roles,
        }
    }
}

impl Clause {
    /// Whether it binds.
    pub fn is_requirement(&self) -> bool {
        self.modality != Modality::Statement
    }
}

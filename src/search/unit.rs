//! Units: what can be found. Every clause, section, checklist, form, term and so on has an address
//! of its own, and a reader is sent there, not to the top of a long page.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A part of the manual, with its introduction.
    Part,
    /// A norm, with its introduction.
    Norm,
    /// A section, with its prose.
    Section,
    /// A numbered sentence that binds.
    Requirement,
    /// A numbered sentence that does not bind.
    Clause,
    /// A checklist.
    Checklist,
    /// An item of a checklist.
    Item,
    /// A form, with its fields.
    Form,
    /// A term.
    Term,
    /// A role.
    Role,
    /// A parameter.
    Parameter,
    /// A source of law.
    Source,
    /// An indicator.
    Indicator,
    /// A fact from the article the manual's system was first described in.
    SourceFact,
    /// A reading path.
    Path,
    /// A section of a page that is no norm.
    Page,
}

impl Kind {
    /// Every kind, its name for programs and its name for readers.
    pub const ALL: [(Self, &'static str, &'static str); 16] = [
        (Self::Part, "part", "部"),
        (Self::Norm, "norm", "规范"),
        (Self::Section, "section", "章节"),
        (Self::Requirement, "requirement", "要求"),
        (Self::Clause, "clause", "条文"),
        (Self::Checklist, "checklist", "检查表"),
        (Self::Item, "item", "检查项"),
        (Self::Form, "form", "表单"),
        (Self::Term, "term", "术语"),
        (Self::Role, "role", "角色"),
        (Self::Parameter, "parameter", "参数"),
        (Self::Source, "source", "依据"),
        (Self::Indicator, "indicator", "指标"),
        (Self::SourceFact, "source-fact", "来源事实"),
        (Self::Path, "path", "阅读路线"),
        (Self::Page, "page", "页面"),
    ];

    /// The name that programs use.
    pub fn english(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// How much it counts as the answer to a question in a sentence. Entries of registries name the
    /// subject; what to do about it stands in norms and pages.
    pub fn weight_in_sentence(self) -> f32 {
        match self {
            Self::Norm
            | Self::Section
            | Self::Requirement
            | Self::Clause
            | Self::Checklist
            | Self::Item
            | Self::Form
            | Self::Page => 1.0,
            _ => 0.6,
        }
    }

    /// The name that readers see.
    pub fn chinese(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id; the word itself for a term, path and anchor for a page's section.
    pub id: String,
    /// The norm it belongs to.
    pub norm_id: Option<String>,
    /// What hits are grouped by: the norm, the page, or the unit itself.
    pub group: String,
    /// Code of its part; empty for what belongs to none.
    pub part: String,
    /// What it is.
    pub kind: Kind,
    /// Title shown to readers beside the id: the name, with the number for what is numbered within a norm.
    pub title: String,
    /// What it is called, without numbers; empty for sentences.
    pub names: Vec<String>,
    /// Its number within its norm; empty for what has none.
    pub number: String,
    /// Titles above it, outermost first; shared by what stands side by side.
    pub path: Arc<[String]>,
    /// Address from the site's root.
    pub url: String,
    /// Levels it applies to, in English.
    pub levels: Vec<String>,
    /// Roles that have to do with it, sorted.
    pub roles: Vec<String>,
    /// State of its norm, in English; empty for what has none.
    pub status: String,
    /// Everything it says, a line a statement. Parameters stand with their value at the default level.
    pub text: String,
    /// The first words of what stands below it, for readers: a heading says little. Not searched.
    pub preview: String,
}

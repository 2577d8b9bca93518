//! What a registry holds: roles, parameters, sources, indicators, terms, facts and reading paths.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::diagnostic::Span;
use crate::id::Id;
use crate::vocabulary::{Level, ParameterType, SourceRank, SourceStatus, Stricter, Tailor, Unit};

/// A role of the manual.
#[derive(Debug, Clone)]
pub struct Role {
    /// `R04` or `E01`
    pub id: Id,
    /// Title.
    pub title: String,
    /// Other names that a sentence may have as its subject.
    pub aliases: Vec<String>,
    /// Department, or what it belongs to.
    pub department: Option<String>,
    /// What it is there for, in a sentence.
    pub mission: String,
    /// The role whose directions it follows.
    pub reports_to: Option<Id>,
    /// The role that it gives its opinion to.
    pub advises: Option<Id>,
    /// Where it is defined.
    pub span: Span,
}

/// An adjustable value.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// `P07`
    pub id: Id,
    /// Name.
    pub label: String,
    /// Its components; the only one of a single-valued parameter has an empty name.
    pub components: Vec<ParameterComponent>,
    /// Where its default comes from.
    pub source: ParameterSource,
    /// A remark.
    pub note: Option<String>,
    /// Where it is defined.
    pub span: Span,
}

/// Where a parameter's default comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterSource {
    /// Set by the manual itself (自定).
    Own,
    /// From a source of law or a fact.
    Id(Id),
}

/// One value of a parameter.
#[derive(Debug, Clone)]
pub struct ParameterComponent {
    /// Its name; empty when the parameter has one value.
    pub name: String,
    /// Type.
    pub kind: ParameterType,
    /// Unit, for numbers.
    pub unit: Option<Unit>,
    /// Value by level as text; a level that is not here does not apply.
    pub values: BTreeMap<Level, String>,
    /// Smallest value allowed.
    pub min: Option<i64>,
    /// Largest value allowed.
    pub max: Option<i64>,
    /// Which direction is stricter.
    pub stricter: Stricter,
    /// What an adopter may do with it.
    pub tailor: Tailor,
}

impl Parameter {
    /// The component of this name; `None` asks for the only one.
    pub fn component(&self, name: Option<&str>) -> Option<&ParameterComponent> {
        self.components.iter().find(|component| component.name == name.unwrap_or_default())
    }
}

impl ParameterComponent {
    /// The value at a level as it stands in a sentence.
    pub fn text(&self, level: Level) -> Option<String> {
        let value = self.values.get(&level)?;
        Some(self.unit.map_or_else(|| value.clone(), |unit| unit.amount(value)))
    }

    /// The default: the value at the highest level it applies to.
    pub fn default_text(&self) -> Option<String> {
        let level = *self.values.keys().next()?;
        self.text(level)
    }
}

/// A source of law.
#[derive(Debug, Clone)]
pub struct Source {
    /// `L06`
    pub id: Id,
    /// Name, or names joined by `；`.
    pub title: String,
    /// Number of the document.
    pub number: Option<String>,
    /// When it was published.
    pub published: Option<Date>,
    /// Since when it holds.
    pub effective: Option<Date>,
    /// Rank.
    pub rank: SourceRank,
    /// Group, such as 年检.
    pub group: String,
    /// What is known of its state.
    pub status: SourceStatus,
    /// When somebody last looked its text up.
    pub checked_on: Option<Date>,
    /// What it governs.
    pub subject: String,
    /// What is still to be verified.
    pub caution: Option<String>,
    /// Where it is defined.
    pub span: Span,
}

/// An indicator.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// `K05`
    pub id: Id,
    /// Name.
    pub title: String,
    /// How it is counted.
    pub definition: String,
    /// Number above the line of a rate.
    pub numerator: Option<String>,
    /// Number below the line of a rate.
    pub denominator: Option<String>,
    /// Unit, as written.
    pub unit: Option<String>,
    /// Where its numbers come from: forms, or words.
    pub data_from: Vec<String>,
    /// The parameter that holds its target.
    pub target: Option<Id>,
    /// Where it is defined.
    pub span: Span,
}

/// A term.
#[derive(Debug, Clone)]
pub struct Term {
    /// The preferred word.
    pub word: String,
    /// Section of the norm on terms that lists it, such as `2`.
    pub section: String,
    /// What it means.
    pub definition: String,
    /// Other words for the same, for search.
    pub synonyms: Vec<String>,
    /// Words not to be used for it; search still understands them.
    pub deprecated: Vec<String>,
    /// Norms to read.
    pub see: Vec<Id>,
    /// Sources of law.
    pub basis: Vec<Id>,
    /// Where it is defined.
    pub span: Span,
}

/// A fact taken from the article that the manual's system was first described in.
#[derive(Debug, Clone)]
pub struct SourceFact {
    /// `F21`
    pub id: Id,
    /// The fact, in the manual's own words.
    pub text: String,
    /// Section of the article.
    pub place: String,
    /// Norms that use it.
    pub used_in: Vec<Id>,
    /// Where it is defined.
    pub span: Span,
}

/// Something that happens to people, and what they open then.
#[derive(Debug, Clone)]
pub struct Situation {
    /// What happens, as people say it.
    pub title: String,
    /// What they find there, in a few words.
    pub note: String,
    /// Norms, clauses, checklists or forms to open; the first is the one to begin with.
    pub see: Vec<Id>,
    /// Where it is defined.
    pub span: Span,
}

/// A rewording of which a second person confirmed that it does not change what is asked.
#[derive(Debug, Clone)]
pub struct Rewording {
    /// The clause or item.
    pub id: Id,
    /// The first 16 digits of the fingerprint of the text that was confirmed.
    pub fingerprint: String,
    /// Why it was reworded.
    pub reason: String,
    /// Who confirmed it.
    pub confirmed_by: String,
    /// Where it is written.
    pub span: Span,
}

/// What a reader reads, in order.
#[derive(Debug, Clone)]
pub struct ReadingPath {
    /// Name of its file without `.yaml`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Roles it is for; empty for people who hold none.
    pub roles: Vec<Id>,
    /// What it is for, in a sentence.
    pub note: String,
    /// The norms, in order.
    pub steps: Vec<Id>,
    /// Where it is defined.
    pub span: Span,
}

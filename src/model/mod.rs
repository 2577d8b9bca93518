//! The compiled handbook: every norm, clause, checklist, form and registry, with references
//! resolved both ways. Plain data; [`resolve`] makes it from documents.

mod article;
mod calendar;
mod checklist;
mod drafts;
mod build;
mod fact;
mod fingerprint;
mod form;
mod interpret;
mod norm;
mod norms;
mod occurrence;
mod reference;
mod resolve;
mod review;
mod tailoring;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use pulldown_cmark::Event;

use crate::config::Config;
use crate::diagnostic::Span;
use crate::id::{Id, IdKind};
use crate::vocabulary::Level;

pub use crate::syntax::data::{
    Indicator, Parameter, ParameterComponent, ParameterSource, ReadingPath, Rewording, Role, Situation,
    Source, SourceFact, Term,
};
pub use article::{Article, read};
pub use calendar::{Calendar, DayKind, YearCalendar};
pub use checklist::{Checklist, Composition, Deduction, Grading, Item, Lookout, Score, points};
pub use fingerprint::{data_fingerprint, short_fingerprint, text_fingerprint};
pub use form::{Audience, ExclusionConstraint, Form, FormField, IndicatorCount, UniqueConstraint};
pub use interpret::Roles;
pub use norm::{
    Basis, Block, Caption, Clause, Criteria, Evidence, Fact, Norm, Readers, Retired, RoleDuty, ScheduleEntry,
    Section, SectionKind, Shape, Steps,
};
pub use norms::Norms;
pub use occurrence::{Occurrence, due_between, monday, weekday_letters};
pub use reference::Backlinks;
pub use resolve::{Cache, resolve};
pub use review::review_due;
pub use tailoring::{Deviation, DeviationKind, Tailoring};

pub use crate::syntax::mark::Mark;

/// Markdown ready to be rendered: owned parser events.
pub type Prose = Vec<Event<'static>>;

/// The manual, compiled.
#[derive(Debug)]
pub struct Handbook {
    /// Name, publisher, edition and settings.
    pub config: Config,
    /// The parts, in the order of `shouce.yaml`, then of their folders.
    pub parts: Vec<Part>,
    /// The norms, in the order of their parts, then of their ids.
    pub norms: Norms,
    /// Pages that are no norms.
    pub pages: Vec<Arc<Page>>,
    /// Roles by number.
    pub roles: IndexMap<Id, Role>,
    /// Parameters by number.
    pub parameters: IndexMap<Id, Parameter>,
    /// Sources of law by number.
    pub sources: IndexMap<Id, Source>,
    /// Indicators by number.
    pub indicators: IndexMap<Id, Indicator>,
    /// Facts from the source article by number.
    pub source_facts: IndexMap<Id, SourceFact>,
    /// Terms, in the order of their sections.
    pub terms: Vec<Term>,
    /// What happens to people, and what they open then, in order.
    pub situations: Vec<Situation>,
    /// Reading paths, in the order of their files.
    pub paths: Vec<ReadingPath>,
    /// Days off and working days by year.
    pub calendar: Calendar,
    /// Rewordings that change nothing of what is asked, each confirmed by a second person.
    pub rewordings: Vec<Rewording>,
    /// Norms, checklists and forms that are still to come, with their titles.
    pub planned: BTreeMap<Id, String>,
    /// For each thing that is referred to, who refers to it.
    pub backlinks: Backlinks,
    /// How it came out of another handbook, when it is an adopter's.
    pub tailoring: Option<Tailoring>,
}

/// A part of the manual.
#[derive(Debug, Clone)]
pub struct Part {
    /// The first of its codes, such as `GW`.
    pub code: String,
    /// All its codes, such as `GW` and `RY`.
    pub codes: Vec<String>,
    /// Title.
    pub title: String,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// The fixed prompt shown on the part's page and where the plan asks for it.
    pub notice: Option<String>,
    /// The introduction.
    pub introduction: Prose,
    /// Ids of its norms, in order.
    pub norms: Vec<Id>,
    /// Its file.
    pub path: Arc<str>,
}

/// A page of Markdown that is no norm: in plain mode, or of kind 页面.
#[derive(Debug)]
pub struct Page {
    /// `id` of its front matter, or its path without `.md`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its text, headings included.
    pub content: Prose,
    /// Headings: level, anchor, title.
    pub headings: Vec<(u8, String, String)>,
    /// Plain text by heading, for search: anchor, title, text.
    pub sections: Vec<(String, String, String)>,
    /// Its file.
    pub path: Arc<str>,
    /// The text as the author wrote it, without front matter.
    pub markdown: Arc<str>,
}

/// What an identifier names in a handbook.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A norm.
    Norm(&'a Norm),
    /// A section heading with a number.
    Section(&'a Norm, &'a Section),
    /// A numbered clause.
    Clause(&'a Norm, &'a Clause),
    /// A numbered table.
    Table(&'a Norm, &'a Caption),
    /// A checklist.
    Checklist(&'a Norm, &'a Checklist),
    /// An item of a checklist.
    Item(&'a Norm, &'a Checklist, &'a Item),
    /// A form.
    Form(&'a Norm, &'a Form),
    /// A field of a form.
    Field(&'a Norm, &'a Form, &'a FormField),
    /// A parameter.
    Parameter(&'a Parameter),
    /// A role.
    Role(&'a Role),
    /// A source of law.
    Source(&'a Source),
    /// An indicator.
    Indicator(&'a Indicator),
    /// A fact of the source article.
    SourceFact(&'a SourceFact),
    /// Still to come: its title.
    Planned(&'a str),
    /// Retired: by which norm, and what became of it.
    Retired(&'a Norm, &'a Retired),
}

/// A permanent address in pieces, so that it can be written without being put together first.
#[derive(Debug, Clone, Copy)]
pub struct Address<'a> {
    /// `checklists/`, or nothing.
    pub folder: &'static str,
    /// The page's own folder in it, such as `NJ-03`; nothing when `folder` is it.
    pub page: &'a str,
    /// The place on the page in two pieces, such as `CK-` and `1`.
    pub fragment: Option<(&'a str, &'a str)>,
}

impl Handbook {
    /// What `id` names here. Numbers of tables and plain-text section ids count as sections.
    pub fn target(&self, id: &Id) -> Option<Target<'_>> {
        match id.kind()? {
            IdKind::Parameter => self.parameters.get(id).map(Target::Parameter),
            IdKind::Role => self.roles.get(id).map(Target::Role),
            IdKind::Source => self.sources.get(id).map(Target::Source),
            IdKind::Indicator => self.indicators.get(id).map(Target::Indicator),
            IdKind::SourceFact => self.source_facts.get(id).map(Target::SourceFact),
            kind => {
                let norm = id.norm_name().and_then(|norm| self.norms.get(norm));
                let found = norm.and_then(|norm| norm.find(id, kind));
                found.or_else(|| self.planned.get(id).map(|title| Target::Planned(title)))
            }
        }
    }

    /// The part that a norm belongs to.
    pub fn part_of(&self, norm: &Norm) -> &Part {
        // Resolving puts every norm into a part that exists.
        self.parts.iter().find(|part| part.code == norm.part).unwrap_or(&self.parts[0])
    }

    /// Every clause with its norm, in reading order.
    pub fn clauses(&self) -> impl Iterator<Item = (&Norm, &Clause)> {
        self.norms.values().flat_map(|norm| norm.clauses().map(move |clause| (norm, clause)))
    }

    /// Every checklist with its norm, in reading order.
    pub fn checklists(&self) -> impl Iterator<Item = (&Norm, &Checklist)> {
        self.norms.values().flat_map(|norm| norm.checklists.iter().map(move |checklist| (norm, checklist)))
    }

    /// Every form with its norm, in reading order.
    pub fn forms(&self) -> impl Iterator<Item = (&Norm, &Form)> {
        self.norms.values().flat_map(|norm| norm.forms.iter().map(move |form| (norm, form)))
    }

    /// The term with this word.
    pub fn term(&self, word: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.word == word)
    }

    /// The value of a parameter (component) at a level as it stands in a sentence: `5个工作日`.
    /// `None` when there is no such component, or it does not apply at that level.
    pub fn parameter_text(&self, id: &Id, component: Option<&str>, level: Level) -> Option<String> {
        self.parameters.get(id)?.component(component)?.text(level)
    }

    /// A text with the values of its parameters at the handbook's level in place of `{{P07.平时}}`; one that
    /// does not apply at that level is given by its default.
    pub fn with_values<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains("{{") {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, (name, after))) =
            rest.split_once("{{").and_then(|(before, behind)| Some((before, behind.split_once("}}")?)))
        {
            let (id, component) =
                name.split_once('.').map_or((name, None), |(id, component)| (id, Some(component)));
            let found = self.parameters.get(id).and_then(|parameter| parameter.component(component));
            let value =
                found.and_then(|found| found.text(self.config.level).or_else(|| found.default_text()));
            out.push_str(before);
            out.push_str(value.as_deref().unwrap_or(name));
            rest = after;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// Short human name of anything with an id, for links and lists: title, term or words.
    pub fn label(&self, id: &Id) -> Option<String> {
        Some(self.target(id)?.label().into_owned())
    }

    /// The permanent address of a thing, from the site's root, with a leading `/`: `/NJ-03/#3.1`.
    /// `None` for what has no page yet.
    pub fn url(&self, id: &Id) -> Option<String> {
        self.target(id)?.url(id)
    }

    /// Where a thing is defined, for messages.
    pub fn span(&self, id: &Id) -> Option<Span> {
        self.target(id)?.span()
    }
}

impl<'a> Target<'a> {
    /// Short human name of the thing: title, term or words.
    pub fn label(&self) -> Cow<'a, str> {
        Cow::Borrowed(match self {
            Self::Norm(norm) => &norm.title,
            Self::Section(_, section) => &section.title,
            Self::Clause(_, clause) => &clause.text,
            Self::Table(_, caption) => &caption.title,
            Self::Checklist(_, checklist) => &checklist.title,
            Self::Item(_, _, item) => &item.text,
            Self::Form(_, form) => &form.title,
            Self::Field(_, _, field) => &field.label,
            Self::Parameter(parameter) => &parameter.label,
            Self::Role(role) => &role.title,
            Self::Source(source) => &source.title,
            Self::Indicator(indicator) => &indicator.title,
            Self::SourceFact(fact) => &fact.text,
            Self::Planned(title) => title,
            Self::Retired(_, retired) => return Cow::Owned(format!("已废号（{}）", retired.since)),
        })
    }

    /// The permanent address of the thing with this id: see [`Handbook::url`].
    pub fn url(&self, id: &Id) -> Option<String> {
        let Address { folder, page, fragment } = self.address(id)?;
        let (slash, hash) =
            (if page.is_empty() { "" } else { "/" }, if fragment.is_some() { "#" } else { "" });
        let (prefix, rest) = fragment.unwrap_or_default();
        Some(format!("/{folder}{page}{slash}{hash}{prefix}{rest}"))
    }

    /// The same in its pieces.
    pub fn address<'b>(&'b self, id: &'b Id) -> Option<Address<'b>> {
        let page = |folder, page| Address { folder, page, fragment: None };
        let within = |folder, page, fragment| Address { folder, page, fragment: Some(fragment) };
        Some(match self {
            Self::Norm(_) => page("", id.as_str()),
            Self::Section(norm, _)
            | Self::Clause(norm, _)
            | Self::Table(norm, _)
            | Self::Retired(norm, _) => within("", norm.id.as_str(), id.local_pieces()),
            Self::Checklist(..) => page("checklists/", id.as_str()),
            Self::Item(_, checklist, item) => {
                within("checklists/", checklist.id.as_str(), ("", &item.number))
            }
            Self::Form(..) => page("forms/", id.as_str()),
            Self::Field(_, form, field) => within("forms/", form.id.as_str(), ("", &field.number)),
            Self::Parameter(_) => within("parameters/", "", ("", id.as_str())),
            Self::Role(_) => page("roles/", id.as_str()),
            Self::Source(_) => within("sources/", "", ("", id.as_str())),
            Self::Indicator(_) => within("indicators/", "", ("", id.as_str())),
            Self::SourceFact(_) => within("source-facts/", "", ("", id.as_str())),
            Self::Planned(_) => return None,
        })
    }

    /// Where the thing is defined.
    pub fn span(&self) -> Option<Span> {
        Some(match self {
            Self::Norm(norm) | Self::Retired(norm, _) => norm.span.clone(),
            Self::Section(_, section) => section.span.clone(),
            Self::Clause(_, clause) => clause.span.clone(),
            Self::Table(_, caption) => caption.span.clone(),
            Self::Checklist(_, checklist) => checklist.span.clone(),
            Self::Item(_, _, item) => item.span.clone(),
            Self::Form(_, form) => form.span.clone(),
            Self::Field(_, _, field) => field.span.clone(),
            Self::Parameter(parameter) => parameter.span.clone(),
            Self::Role(role) => role.span.clone(),
            Self::Source(source) => source.span.clone(),
            Self::Indicator(indicator) => indicator.span.clone(),
            Self::SourceFact(fact) => fact.span.clone(),
            Self::Planned(_) => return None,
        })
    }
}

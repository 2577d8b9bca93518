//! The registries: `roles.json`, `terms.json`, `sources.json`, `indicators.json`, `paths.json`,
//! `source-facts.json` and `calendar.json`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Day, Header, cited_by, none, some};
use crate::id::Id;
use crate::model::{Handbook, Indicator, ReadingPath, Role, Source, SourceFact, Term, YearCalendar};
use crate::vocabulary::{SourceRank, SourceStatus};

/// The roles that norms speak of.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RolesFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The roles, in the order of the registry.
    pub roles: Vec<RoleData<'a>>,
}

/// A role.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Role", deny_unknown_fields)]
pub struct RoleData<'a> {
    /// Id: `R04`, or `E01` for a role outside the organisation.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Other names that a sentence may have as its subject.
    #[serde(skip_serializing_if = "none")]
    pub aliases: &'a [String],
    /// Department, or what it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<&'a str>,
    /// What it is there for.
    pub mission: &'a str,
}

/// The terms that norms use.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TermsFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The terms, in the order of their sections.
    pub terms: Vec<TermData<'a>>,
}

/// A term.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Term", deny_unknown_fields)]
pub struct TermData<'a> {
    /// The preferred word.
    pub word: &'a str,
    /// Section of the norm on terms that lists it.
    pub section: &'a str,
    /// What it means.
    pub definition: &'a str,
    /// Other words for the same, for search only.
    #[serde(skip_serializing_if = "none")]
    pub synonyms: &'a [String],
    /// Words not to be used for it.
    #[serde(skip_serializing_if = "none")]
    pub deprecated: &'a [String],
    /// Norms to read.
    #[serde(skip_serializing_if = "none")]
    pub see: &'a [Id],
    /// Sources of law.
    #[serde(skip_serializing_if = "none")]
    pub basis: &'a [Id],
}

/// The sources of law that norms rest on.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SourcesFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The sources, in the order of their numbers.
    pub sources: Vec<SourceData<'a>>,
}

/// A source of law.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Source", deny_unknown_fields)]
pub struct SourceData<'a> {
    /// Id, such as `L06`.
    pub id: &'a Id,
    /// Name.
    pub title: &'a str,
    /// Number of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<&'a str>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub published: Option<Date>,
    /// Since when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub effective: Option<Date>,
    /// Rank.
    pub rank: SourceRank,
    /// Group of the registry.
    pub group: &'a str,
    /// What is known of its state. The text in force is always the one its issuer publishes.
    pub status: SourceStatus,
    /// When somebody last looked its text up; absent: nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub checked_on: Option<Date>,
    /// What it governs.
    pub subject: &'a str,
    /// What is still to be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<&'a str>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// The indicators that norms feed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct IndicatorsFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The indicators, in the order of their numbers.
    pub indicators: Vec<IndicatorData<'a>>,
}

/// An indicator.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Indicator", deny_unknown_fields)]
pub struct IndicatorData<'a> {
    /// Id, such as `K05`.
    pub id: &'a Id,
    /// Name.
    pub title: &'a str,
    /// How it is counted.
    pub definition: &'a str,
    /// The number above the line of a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<&'a str>,
    /// The number below the line of a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<&'a str>,
    /// Unit, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'a str>,
    /// Where its numbers come from: ids of forms, or words.
    #[serde(skip_serializing_if = "none")]
    pub data_from: &'a [String],
    /// The parameter that holds its target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<&'a Id>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// What readers read, in order.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PathsFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The reading paths.
    pub paths: Vec<PathData<'a>>,
}

/// A reading path.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Path", deny_unknown_fields)]
pub struct PathData<'a> {
    /// Permanent short name.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Roles it is for; absent: people who hold none.
    #[serde(skip_serializing_if = "none")]
    pub roles: &'a [Id],
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
    /// The norms, in order.
    pub steps: &'a [Id],
}

/// The facts of the article that the handbook's system was first described in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SourceFactsFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The facts, in the order of their numbers.
    pub source_facts: Vec<SourceFactData<'a>>,
}

/// A fact of the source article.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SourceFact", deny_unknown_fields)]
pub struct SourceFactData<'a> {
    /// Id, such as `F21`.
    pub id: &'a Id,
    /// The fact.
    pub text: &'a str,
    /// Section of the article.
    pub place: &'a str,
    /// Norms that the registry says use it.
    #[serde(skip_serializing_if = "none")]
    pub used_in: &'a [Id],
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// The arrangement of working days. A day that no arrangement names is worked from Monday to Friday.
/// In a year that has no entry, holidays are unknown: whoever shows a date counted through it has to
/// say so.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CalendarFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The years whose arrangement is known, in order.
    pub years: Vec<YearData<'a>>,
}

/// The arrangement for one year; it may begin in December of the year before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Year", deny_unknown_fields)]
pub struct YearData<'a> {
    /// The year.
    pub year: i16,
    /// Number of the notice that arranges it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<&'a str>,
    /// Its holidays, in order; weekends inside them are days off as well.
    pub holidays: Vec<HolidayData<'a>>,
    /// Saturdays and Sundays that are worked, in order.
    #[serde(skip_serializing_if = "none")]
    #[schemars(with = "Vec<Day>")]
    pub make_up_days: &'a [Date],
}

/// A holiday.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Holiday", deny_unknown_fields)]
pub struct HolidayData<'a> {
    /// Name.
    pub name: &'a str,
    /// First day.
    #[schemars(with = "Day")]
    pub from: Date,
    /// Last day.
    #[schemars(with = "Day")]
    pub to: Date,
}

/// The roles as their file.
pub fn roles(handbook: &Handbook) -> RolesFile<'_> {
    RolesFile {
        header: Header::new(handbook, "roles"),
        roles: handbook.roles.values().map(role_data).collect(),
    }
}

/// The calendar as its file.
pub fn calendar(handbook: &Handbook) -> CalendarFile<'_> {
    CalendarFile {
        header: Header::new(handbook, "calendar"),
        years: handbook.calendar.years().map(year_data).collect(),
    }
}

/// The terms as their file.
pub fn terms(handbook: &Handbook) -> TermsFile<'_> {
    TermsFile {
        header: Header::new(handbook, "terms"),
        terms: handbook.terms.iter().map(term_data).collect(),
    }
}

/// The sources of law as their file.
pub fn sources(handbook: &Handbook) -> SourcesFile<'_> {
    let sources = handbook.sources.values().map(|source| source_data(handbook, source)).collect();
    SourcesFile { header: Header::new(handbook, "sources"), sources }
}

/// The indicators as their file.
pub fn indicators(handbook: &Handbook) -> IndicatorsFile<'_> {
    let indicators =
        handbook.indicators.values().map(|indicator| indicator_data(handbook, indicator)).collect();
    IndicatorsFile { header: Header::new(handbook, "indicators"), indicators }
}

/// The reading paths as their file.
pub fn paths(handbook: &Handbook) -> PathsFile<'_> {
    PathsFile {
        header: Header::new(handbook, "paths"),
        paths: handbook.paths.iter().map(path_data).collect(),
    }
}

/// The facts of the source article as their file.
pub fn source_facts(handbook: &Handbook) -> SourceFactsFile<'_> {
    let source_facts = handbook.source_facts.values().map(|fact| source_fact_data(handbook, fact)).collect();
    SourceFactsFile { header: Header::new(handbook, "source-facts"), source_facts }
}

fn year_data(year: &YearCalendar) -> YearData<'_> {
    let holidays =
        year.holidays.iter().map(|day| HolidayData { name: &day.name, from: day.from, to: day.to });
    YearData {
        year: year.year,
        number: year.number.as_deref(),
        holidays: holidays.collect(),
        make_up_days: &year.make_up_days,
    }
}

fn role_data(role: &Role) -> RoleData<'_> {
    RoleData {
        id: &role.id,
        title: &role.title,
        aliases: &role.aliases,
        department: role.department.as_deref(),
        mission: &role.mission,
    }
}

fn term_data(term: &Term) -> TermData<'_> {
    TermData {
        word: &term.word,
        section: &term.section,
        definition: &term.definition,
        synonyms: &term.synonyms,
        deprecated: &term.deprecated,
        see: &term.see,
        basis: &term.basis,
    }
}

fn source_data<'a>(handbook: &'a Handbook, source: &'a Source) -> SourceData<'a> {
    SourceData {
        id: &source.id,
        title: &source.title,
        number: source.number.as_deref(),
        published: source.published,
        effective: source.effective,
        rank: source.rank,
        group: &source.group,
        status: source.status,
        checked_on: source.checked_on,
        subject: &source.subject,
        caution: source.caution.as_deref(),
        cited_by: cited_by(handbook, &source.id),
    }
}

fn indicator_data<'a>(handbook: &'a Handbook, indicator: &'a Indicator) -> IndicatorData<'a> {
    IndicatorData {
        id: &indicator.id,
        title: &indicator.title,
        definition: &indicator.definition,
        numerator: indicator.numerator.as_deref(),
        denominator: indicator.denominator.as_deref(),
        unit: indicator.unit.as_deref(),
        data_from: &indicator.data_from,
        target: indicator.target.as_ref(),
        cited_by: cited_by(handbook, &indicator.id),
    }
}

fn path_data(path: &ReadingPath) -> PathData<'_> {
    PathData {
        id: &path.id,
        title: &path.title,
        roles: &path.roles,
        note: some(&path.note),
        steps: &path.steps,
    }
}

fn source_fact_data<'a>(handbook: &'a Handbook, fact: &'a SourceFact) -> SourceFactData<'a> {
    SourceFactData {
        id: &fact.id,
        text: &fact.text,
        place: &fact.place,
        used_in: &fact.used_in,
        cited_by: cited_by(handbook, &fact.id),
    }
}

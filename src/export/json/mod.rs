//! The bundle's files as typed values: what other software gets. Keys are ASCII in snake case, words
//! of closed sets are those of [`crate::vocabulary`], numbers are integers, keys without a value and
//! lists without an entry are left out. Every value borrows from the handbook.
//!
//! The comments on the types are published: they become the descriptions of the JSON Schemas.

mod checklist;
mod clause;
mod form;
mod handbook;
mod norm;
mod parameter;
mod registry;
mod release;
mod tailoring;

use schemars::JsonSchema;
use serde::Serialize;

use crate::id::Id;
use crate::model::{Handbook, Target};

pub use checklist::{CheckedClause, ChecklistFile, ChecklistItem, FactQuestion, checklist};
pub use clause::{ClauseData, ClauseFile, clause};
pub use form::{FieldData, FormFile, form};
pub use handbook::{
    Counts, HandbookFile, NormEntry, PageEntry, PartEntry, PathEntry, Registries, Titled, checklist_file,
    form_file, handbook, norm_file,
};
pub use norm::{
    Backlink, BlockData, ClauseShape, Filter, NormFile, NormMeta, RetiredData, SectionData, SectionType, norm,
};
pub use parameter::{ByLevel, ComponentData, ParameterData, ParameterUse, ParametersFile, Value, parameters};
pub use registry::{
    CalendarFile, HolidayData, IndicatorData, IndicatorsFile, PathData, PathsFile, RoleData, RolesFile,
    SourceData, SourceFactData, SourceFactsFile, SourcesFile, TermData, TermsFile, YearData, calendar,
    indicators, paths, roles, source_facts, sources, terms,
};
pub use release::{ReleaseFile, ReleaseSource};
pub use tailoring::{DeviationsFile, UpgradeFile, deviations, upgrade};

/// Name and number of the format. The number changes only when a consumer of the old one would break.
pub const FORMAT: &str = "shouce/1";

/// The keys that every file carries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Header<'a> {
    /// Name and number of the format. Consumers must ignore keys that they do not know; the number
    /// changes only when a consumer of the old format would break.
    #[schemars(extend("const" = FORMAT))]
    pub format: &'static str,
    /// The `$id` of the schema that this file follows.
    pub schema: String,
    /// Permanent short name of the handbook.
    pub handbook: &'a str,
    /// Edition of the handbook: the one meant by `@` in an id.
    pub edition: &'a str,
}

impl<'a> Header<'a> {
    pub(super) fn new(handbook: &'a Handbook, kind: &str) -> Self {
        Self {
            format: FORMAT,
            schema: schema_id(kind),
            handbook: &handbook.config.id,
            edition: &handbook.config.edition,
        }
    }
}

impl<'a> Header<'a> {
    /// The head of a sealed edition's own file.
    pub fn of_release(handbook: &'a Handbook) -> Self {
        Self::new(handbook, "release")
    }
}

/// How a civil date is described in schemas.
struct Day;

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

/// The permanent `$id` of the schema of a kind of file.
pub fn schema_id(kind: &str) -> String {
    format!("urn:shouce:schema:v1:{kind}")
}

/// The file of whatever `id` names, as one value: a norm, a clause, a checklist (also for one of its
/// items) or a form (also for one of its fields). `None` for anything else.
///
/// # Errors
/// [`serde_json::Error`] when a value cannot be represented, which is a fault of the program.
pub fn by_id(handbook: &Handbook, id: &Id) -> Result<Option<serde_json::Value>, serde_json::Error> {
    Ok(match handbook.target(id) {
        Some(Target::Norm(found)) => Some(serde_json::to_value(norm(handbook, found))?),
        Some(Target::Clause(owner, found)) => Some(serde_json::to_value(clause(handbook, owner, found))?),
        Some(Target::Checklist(owner, found) | Target::Item(owner, found, _)) => {
            Some(serde_json::to_value(checklist(handbook, owner, found))?)
        }
        Some(Target::Form(owner, found) | Target::Field(owner, found, _)) => {
            Some(serde_json::to_value(form(handbook, owner, found))?)
        }
        _ => None,
    })
}

/// Who refers to a thing.
fn cited_by<'a>(handbook: &'a Handbook, id: &Id) -> &'a [Id] {
    handbook.backlinks.get(id).unwrap_or_default()
}

/// Whether a list is left out. Serde hands over a reference to the field.
fn none<T>(list: &&[T]) -> bool {
    list.is_empty()
}

/// A text that is left out when it is empty.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

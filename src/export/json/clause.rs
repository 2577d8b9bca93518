//! A numbered clause: inside its norm's file, and alone for programs that ask for it by its id.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::parameter::{ParameterUse, Uses};
use super::{Header, cited_by, none};
use crate::export::prose;
use crate::id::Id;
use crate::model::{Clause, Criteria, Evidence, Fact, Handbook, Mark, Norm, RoleDuty};
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Due, Schedule};
use crate::vocabulary::{Level, Method, Modality, Tailor};

/// A numbered sentence. With any modality but `statement` it binds.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Clause", deny_unknown_fields)]
pub struct ClauseData<'a> {
    /// Id, such as `NJ-03-3.1`.
    pub id: &'a Id,
    /// Number inside the norm, such as `3.1`.
    pub number: &'a str,
    /// The sentence as plain text. A parameter stands as `{{P07}}` or `{{P07.component}}`; its values
    /// are in `parameters` of the file.
    pub text: &'a str,
    /// Lists and paragraphs below the sentence, as Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// How it binds.
    pub modality: Modality,
    /// Levels it is restricted to; absent: those of the norm.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// Who has to do what.
    #[serde(skip_serializing_if = "none")]
    pub roles: &'a [RoleDuty],
    /// When it applies; absent: always. Three-valued: a fact that is not known makes it unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_if: Option<&'a Condition>,
    /// By when it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<&'a Due>,
    /// How often it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<&'a Schedule>,
    /// What must be there as proof.
    #[serde(skip_serializing_if = "none")]
    pub evidence: &'a [Evidence],
    /// The form its doing is recorded in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<&'a Id>,
    /// How an assessor verifies it.
    #[serde(skip_serializing_if = "none")]
    pub method: &'a [Method],
    /// What counts as satisfied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criteria: Option<&'a Criteria>,
    /// What an adopter may do with it.
    pub tailor: Tailor,
    /// Marks of the sentence: its law, its facts, its parameters.
    #[serde(skip_serializing_if = "none")]
    pub marks: &'a [Mark],
    /// What to do when it goes wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<&'a str>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
    /// Fingerprint of the text: `sha256:` and 64 hexadecimal digits.
    pub text_fp: String,
    /// Fingerprint of the data without the text.
    pub data_fp: String,
}

/// One clause alone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ClauseFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// The section it stands in.
    pub section: &'a Id,
    /// The clause.
    pub clause: ClauseData<'a>,
    /// Values of the parameters that its text and deadline name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterUse<'a>>,
    /// The facts that its condition asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<&'a Fact>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// One clause as a value of its own.
pub fn clause<'a>(handbook: &'a Handbook, norm: &'a Norm, clause: &'a Clause) -> ClauseFile<'a> {
    let mut uses = Uses::default();
    let data = clause_data(clause, &mut uses);
    let asked = clause.applies_if.iter().flat_map(Condition::comparisons);
    let asked: BTreeSet<&str> = asked.map(|comparison| comparison.fact.as_str()).collect();
    ClauseFile {
        header: Header::new(handbook, "clause"),
        norm: &norm.id,
        section: &clause.section,
        clause: data,
        parameters: uses.values(handbook),
        facts: norm.facts.values().filter(|fact| asked.contains(fact.name.as_str())).collect(),
        cited_by: cited_by(handbook, &clause.id),
    }
}

/// A clause as it stands in a file; what it names is noted in `uses`.
pub(super) fn clause_data<'a>(clause: &'a Clause, uses: &mut Uses<'a>) -> ClauseData<'a> {
    uses.clause(clause);
    let more = uses.replace_marks(&prose::markdown(&clause.more));
    ClauseData {
        id: &clause.id,
        number: &clause.number,
        text: &clause.text,
        more: (!more.is_empty()).then_some(more),
        modality: clause.modality,
        levels: &clause.levels,
        roles: &clause.roles,
        applies_if: clause.applies_if.as_ref(),
        due: clause.due.as_ref(),
        schedule: clause.schedule.as_ref(),
        evidence: &clause.evidence,
        record: clause.record.as_ref(),
        method: &clause.method,
        criteria: clause.criteria.as_ref(),
        tailor: clause.tailor,
        marks: &clause.marks,
        exception: clause.exception.as_deref(),
        note: clause.note.as_deref(),
        text_fp: clause.text_fingerprint(),
        data_fp: clause.data_fingerprint(),
    }
}

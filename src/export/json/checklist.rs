//! `checklists/<id>.json`: a checklist made ready for a program that runs it. What items inherit from
//! the clauses they check is in them, and the clauses that matter for deadlines come along.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::parameter::{ParameterUse, Uses};
use super::{Header, cited_by, none, some};
use crate::id::Id;
use crate::model::{Checklist, Clause, Evidence, Handbook, Item, Norm, RoleDuty, Score, Target};
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Due, From, Schedule};
use crate::vocabulary::{FactType, Level, Modality, Order};

/// One checklist, resolved for consumers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChecklistFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Id, such as `CK-NJ-03-1`.
    pub id: &'a Id,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Levels it applies to.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// When it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<&'a Schedule>,
    /// Whether its items are done in order.
    pub order: Order,
    /// The form that records it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'a Id>,
    /// Whether its items are scored.
    pub scoring: bool,
    /// The parameter whose components are the percentages of the assessors' scores in the total; the
    /// components are called 自评, 委托方 and 第三方.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<&'a Id>,
    /// The parameter whose components are the differences at which scores are looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<&'a Id>,
    /// The parameter whose components are the least totals of the grades, the best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grades: Option<&'a Id>,
    /// Its items, in order.
    pub items: Vec<ChecklistItem<'a>>,
    /// The clauses that its items check, and the clauses that their deadlines are counted from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<CheckedClause<'a>>,
    /// The facts that decide which items apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactQuestion<'a>>,
    /// Values of the parameters that its texts and deadlines name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterUse<'a>>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// One item of a checklist, with what it inherits from the clauses it checks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChecklistItem<'a> {
    /// Id, such as `CK-NJ-03-1.02`.
    pub id: &'a Id,
    /// Number, such as `02`.
    pub number: &'a str,
    /// First-level indicator that a scoring item stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'a str>,
    /// What is looked at.
    pub text: &'a str,
    /// The clauses it checks.
    #[serde(skip_serializing_if = "none")]
    pub checks: &'a [Id],
    /// The strictest modality of those clauses; `shall` when it checks none.
    pub modality: Modality,
    /// Levels it applies to.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// Who has to do what, from those clauses.
    #[serde(skip_serializing_if = "none")]
    pub roles: &'a [RoleDuty],
    /// What must be there as proof, from those clauses and its own.
    #[serde(skip_serializing_if = "none")]
    pub evidence: &'a [Evidence],
    /// When it applies; absent: always. The clauses' conditions are already in it. Three-valued: a
    /// fact that is not known makes it unknown, and `facts` says what to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_if: Option<&'a Condition>,
    /// Whether failing it fails the whole.
    pub veto: bool,
    /// The form it is recorded in, when another than the checklist's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'a Id>,
    /// Indicators it looks at.
    #[serde(skip_serializing_if = "none")]
    pub indicators: &'a [Id],
    /// How it is scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<&'a Score>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
    /// Fingerprint of the text: `sha256:` and 64 hexadecimal digits.
    pub text_fp: String,
    /// Fingerprint of the data without the text.
    pub data_fp: String,
}

/// What a run of a checklist must know of a clause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckedClause<'a> {
    /// The clause.
    pub id: &'a Id,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// Its sentence; a parameter stands as `{{P07}}` or `{{P07.component}}`.
    pub text: &'a str,
    /// How it binds.
    pub modality: Modality,
    /// Levels it applies to.
    #[serde(skip_serializing_if = "none")]
    pub levels: &'a [Level],
    /// When it applies; absent: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_if: Option<&'a Condition>,
    /// By when it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<&'a Due>,
    /// How often it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<&'a Schedule>,
    /// The form its doing is recorded in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<&'a Id>,
}

/// A fact to be asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FactQuestion<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The values of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<&'a str>,
    /// What to ask when it is unknown.
    pub ask: &'a str,
}

/// A checklist as its file.
pub fn checklist<'a>(handbook: &'a Handbook, norm: &'a Norm, checklist: &'a Checklist) -> ChecklistFile<'a> {
    let clauses = checked_clauses(handbook, checklist);
    let mut uses = Uses::default();
    checklist.when.iter().for_each(|when| uses.schedule(when));
    clauses.iter().for_each(|(_, clause)| uses.clause(clause));
    let composition = &checklist.composition;
    [&composition.weights, &composition.review, &composition.grades]
        .into_iter()
        .flatten()
        .for_each(|parameter| uses.whole(parameter));
    ChecklistFile {
        header: Header::new(handbook, "checklist"),
        id: &checklist.id,
        norm: &norm.id,
        title: &checklist.title,
        levels: &norm.levels,
        when: checklist.when.as_ref(),
        order: checklist.order,
        form: checklist.form.as_ref(),
        scoring: checklist.scoring,
        weights: composition.weights.as_ref(),
        review: composition.review.as_ref(),
        grades: composition.grades.as_ref(),
        items: checklist.items.iter().map(|item| item_data(norm, item)).collect(),
        facts: facts(norm, checklist, &clauses),
        parameters: uses.values(handbook),
        clauses: clauses.iter().map(|(owner, clause)| checked_clause(owner, clause)).collect(),
        cited_by: cited_by(handbook, &checklist.id),
    }
}

fn item_data<'a>(norm: &'a Norm, item: &'a Item) -> ChecklistItem<'a> {
    ChecklistItem {
        id: &item.id,
        number: &item.number,
        group: some(&item.group),
        text: &item.text,
        checks: &item.checks,
        modality: item.modality,
        levels: if item.levels.is_empty() { &norm.levels } else { &item.levels },
        roles: &item.roles,
        evidence: &item.evidence,
        applies_if: item.applies_if.as_ref(),
        veto: item.veto,
        form: item.form.as_ref(),
        indicators: &item.indicators,
        score: item.score.as_ref(),
        note: item.note.as_deref(),
        text_fp: item.text_fingerprint(),
        data_fp: item.data_fingerprint(),
    }
}

fn checked_clause<'a>(norm: &'a Norm, clause: &'a Clause) -> CheckedClause<'a> {
    CheckedClause {
        id: &clause.id,
        norm: &norm.id,
        text: &clause.text,
        modality: clause.modality,
        levels: if clause.levels.is_empty() { &norm.levels } else { &clause.levels },
        applies_if: clause.applies_if.as_ref(),
        due: clause.due.as_ref(),
        schedule: clause.schedule.as_ref(),
        record: clause.record.as_ref(),
    }
}

/// The clauses that the items check, in the order of the items, then those that a deadline among
/// them is counted from, and so on.
fn checked_clauses<'a>(handbook: &'a Handbook, checklist: &'a Checklist) -> Vec<(&'a Norm, &'a Clause)> {
    let mut waiting: Vec<&Id> = checklist.items.iter().flat_map(|item| &item.checks).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while !waiting.is_empty() {
        let mut next = Vec::new();
        for id in waiting {
            if !seen.insert(id) {
                continue;
            }
            let Some(Target::Clause(norm, clause)) = handbook.target(id) else { continue };
            found.push((norm, clause));
            if let Some(Due { from: From::Done(start), .. }) = &clause.due {
                next.push(start);
            }
        }
        waiting = next;
    }
    found
}

/// The facts that conditions here compare, as the checklist's own norm declares them, then as the
/// norms of the clauses do. Where several do, the options of all are offered.
fn facts<'a>(
    norm: &'a Norm,
    checklist: &'a Checklist,
    clauses: &[(&'a Norm, &'a Clause)],
) -> Vec<FactQuestion<'a>> {
    let conditions = checklist.items.iter().filter_map(|item| item.applies_if.as_ref());
    let conditions = conditions.chain(clauses.iter().filter_map(|(_, clause)| clause.applies_if.as_ref()));
    let asked: BTreeSet<&str> =
        conditions.flat_map(Condition::comparisons).map(|c| c.fact.as_str()).collect();
    let mut questions: IndexMap<&str, FactQuestion<'a>> = IndexMap::new();
    for owner in std::iter::once(norm).chain(clauses.iter().map(|(owner, _)| *owner)) {
        for fact in owner.facts.values().filter(|fact| asked.contains(fact.name.as_str())) {
            let question = questions.entry(&fact.name).or_insert_with(|| FactQuestion {
                name: &fact.name,
                kind: fact.kind,
                options: Vec::new(),
                ask: &fact.ask,
            });
            for option in &fact.options {
                if !question.options.contains(&option.as_str()) {
                    question.options.push(option);
                }
            }
        }
    }
    questions.into_values().collect()
}

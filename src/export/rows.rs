//! What the tables have a row of: a requirement or a checklist item, its values in the words that an
//! author would write.

use super::Selection;
use crate::id::Id;
use crate::model::{Checklist, Clause, Evidence, Handbook, Item, Norm, RoleDuty, points};
use crate::vocabulary::{Level, MarkKind};

/// A row. Several values of a cell are separated by `；`; what does not apply is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Permanent id.
    pub id: String,
    /// Edition of the handbook.
    pub edition: String,
    /// Code of the part.
    pub part: String,
    /// Id of the section or checklist.
    pub section: String,
    /// The sentence, with the parameters' values at the level asked for.
    pub text: String,
    /// 应, 不应, 宜, 不宜, 可, 不必, 法定.
    pub modality: String,
    /// Condition, as authors write it.
    pub applies_if: String,
    /// Deadline or recurrence, as written.
    pub due: String,
    /// Roles with their duties.
    pub roles: String,
    /// Proofs, each with （必交） or （选交）.
    pub evidence: String,
    /// Clauses that an item checks.
    pub checks: String,
    /// Points of a scoring item.
    pub points: String,
    /// 是 for a veto item.
    pub veto: String,
    /// What an adopter may do with it.
    pub tailor: String,
    /// Sources of law with their articles.
    pub sources: String,
    /// Fingerprint of the text: a row whose text has changed since is told by it.
    pub text_fp: String,
    /// Fingerprint of everything but the text.
    pub data_fp: String,
}

/// The selected requirements and items in reading order: of each norm first the clauses that bind,
/// then the items of its checklists. Values of parameters are those at `level`.
pub fn rows<'a>(
    handbook: &'a Handbook,
    selection: &'a Selection,
    level: Level,
) -> impl Iterator<Item = Row> + 'a {
    let norms = handbook.norms.values().filter(|norm| selection.touches(norm));
    norms.flat_map(move |norm| {
        let clauses =
            requirements(norm, selection).map(move |clause| clause_row(handbook, norm, clause, level));
        let checklists = norm.checklists.iter();
        let items = checklists.flat_map(move |checklist| {
            items(checklist, selection).map(move |item| item_row(handbook, norm, checklist, item))
        });
        clauses.chain(items)
    })
}

/// The selected clauses of a norm that bind.
pub fn requirements<'a>(norm: &'a Norm, selection: &'a Selection) -> impl Iterator<Item = &'a Clause> {
    let selected = |clause: &&Clause| selection.has(&clause.id) || selection.has(&clause.section);
    norm.clauses().filter(|clause| clause.is_requirement()).filter(selected)
}

/// The selected items of a checklist.
pub fn items<'a>(checklist: &'a Checklist, selection: &'a Selection) -> impl Iterator<Item = &'a Item> {
    checklist.items.iter().filter(|item| selection.has(&item.id))
}

/// A clause as a row.
pub fn clause_row(handbook: &Handbook, norm: &Norm, clause: &Clause, level: Level) -> Row {
    let due = clause.due.as_ref().map(|due| due.text.clone());
    let schedule = clause.schedule.as_ref().map(|schedule| schedule.text.clone());
    let laws = clause.marks.iter().filter(|mark| mark.kind == MarkKind::Law);
    Row {
        id: clause.id.to_string(),
        edition: handbook.config.edition.clone(),
        part: norm.part.clone(),
        section: clause.section.to_string(),
        text: with_values(handbook, clause, level),
        modality: clause.modality.chinese().to_owned(),
        applies_if: clause.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default(),
        due: join(due.into_iter().chain(schedule)),
        roles: roles(&clause.roles),
        evidence: evidence(&clause.evidence),
        checks: String::new(),
        points: String::new(),
        veto: String::new(),
        tailor: clause.tailor.chinese().to_owned(),
        sources: join(laws.map(|mark| match &mark.reference {
            Some(source) => format!("{source} {}", mark.text).trim_end().to_owned(),
            None => mark.text.clone(),
        })),
        text_fp: clause.text_fingerprint(),
        data_fp: clause.data_fingerprint(),
    }
}

/// An item as a row.
pub fn item_row(handbook: &Handbook, norm: &Norm, checklist: &Checklist, item: &Item) -> Row {
    Row {
        id: item.id.to_string(),
        edition: handbook.config.edition.clone(),
        part: norm.part.clone(),
        section: checklist.id.to_string(),
        text: item.text.clone(),
        modality: item.modality.chinese().to_owned(),
        applies_if: item.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default(),
        due: String::new(),
        roles: roles(&item.roles),
        evidence: evidence(&item.evidence),
        checks: join(item.checks.iter().map(Id::to_string)),
        points: item.score.as_ref().map(|score| points(score.points)).unwrap_or_default(),
        veto: if item.veto { "是".to_owned() } else { String::new() },
        tailor: String::new(),
        sources: String::new(),
        text_fp: item.text_fingerprint(),
        data_fp: item.data_fingerprint(),
    }
}

/// The sentence with the values of its parameters. One that does not apply at the level stays 不适用.
pub fn with_values(handbook: &Handbook, clause: &Clause, level: Level) -> String {
    let mut text = clause.text.clone();
    for mark in clause.marks.iter().filter(|mark| mark.kind == MarkKind::Parameter) {
        let Some(id) = &mark.reference else { continue };
        let component = mark.component.as_deref();
        let braces = component.map_or_else(|| format!("{{{{{id}}}}}"), |name| format!("{{{{{id}.{name}}}}}"));
        let value = handbook.parameter_text(id, component, level);
        text = text.replace(&braces, value.as_deref().unwrap_or("（不适用）"));
    }
    text
}

/// Roles with their duties: `R04 执行；R02 复核`.
pub fn roles(roles: &[RoleDuty]) -> String {
    join(roles.iter().map(|role| format!("{} {}", role.role, role.duty.chinese())))
}

/// Proofs: `材料核对单（必交）；材料照片（选交）`.
pub fn evidence(evidence: &[Evidence]) -> String {
    join(
        evidence
            .iter()
            .map(|proof| format!("{}（{}）", proof.name, if proof.required { "必交" } else { "选交" })),
    )
}

fn join(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("；")
}

//! A table for spreadsheets: one row per requirement and checklist item. UTF-8 with a byte order mark,
//! because Excel takes anything else for the local code page.

use super::Selection;
use crate::error::Error;
use crate::id::Id;
use crate::model::{Checklist, Clause, Evidence, Handbook, Item, Norm, RoleDuty, points};
use crate::vocabulary::{Level, MarkKind};

/// The columns, named in the first row. Several values of a cell are separated by `；`.
pub const COLUMNS: [&str; 17] = [
    // Permanent id.
    "id",
    // Edition of the handbook.
    "edition",
    // Code of the part.
    "part",
    // Id of the section or checklist.
    "section",
    // The sentence, with the parameters' values at the level asked for.
    "text",
    // 应, 不应, 宜, 不宜, 可, 不必, 法定.
    "modality",
    // Condition, as authors write it.
    "applies_if",
    // Deadline or recurrence, as written.
    "due",
    // Roles with their duties.
    "roles",
    // Proofs, each with （必交） or （选交）.
    "evidence",
    // Clauses that an item checks.
    "checks",
    // Points of a scoring item.
    "points",
    // 是 for a veto item.
    "veto",
    // What an adopter may do with it.
    "tailor",
    // Sources of law with their articles.
    "sources",
    // Fingerprint of the text: a row whose text has changed since is told by it.
    "text_fp",
    // Fingerprint of everything but the text.
    "data_fp",
];

/// The selected requirements and checklist items as CSV, in reading order, values of parameters as at
/// `level`. Clauses that do not bind are left out. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
///
/// # Errors
/// [`Error::Export`] when a row cannot be written, which is a fault of the program.
pub fn csv(handbook: &Handbook, selection: &Selection, level: Level) -> Result<Vec<u8>, Error> {
    let failed = |error: csv::Error| Error::Export(error.to_string());
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS).map_err(failed)?;
    for norm in handbook.norms.values().filter(|norm| selection.touches(norm)) {
        let clauses = norm.clauses().filter(|clause| clause.is_requirement());
        for clause in clauses.filter(|clause| selection.has(&clause.id) || selection.has(&clause.section)) {
            writer.write_record(clause_row(handbook, norm, clause, level).map(safe)).map_err(failed)?;
        }
        for checklist in &norm.checklists {
            for item in checklist.items.iter().filter(|item| selection.has(&item.id)) {
                writer.write_record(item_row(handbook, norm, checklist, item).map(safe)).map_err(failed)?;
            }
        }
    }
    writer.into_inner().map_err(|error| Error::Export(error.to_string()))
}

fn clause_row(handbook: &Handbook, norm: &Norm, clause: &Clause, level: Level) -> [String; 17] {
    let due = clause.due.as_ref().map(|due| due.text.clone());
    let schedule = clause.schedule.as_ref().map(|schedule| schedule.text.clone());
    let laws = clause.marks.iter().filter(|mark| mark.kind == MarkKind::Law);
    [
        clause.id.to_string(),
        handbook.config.edition.clone(),
        norm.part.clone(),
        clause.section.to_string(),
        with_values(handbook, clause, level),
        clause.modality.chinese().to_owned(),
        clause.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default(),
        join(due.into_iter().chain(schedule)),
        roles(&clause.roles),
        evidence(&clause.evidence),
        String::new(),
        String::new(),
        String::new(),
        clause.tailor.chinese().to_owned(),
        join(laws.map(|mark| match &mark.reference {
            Some(source) => format!("{source} {}", mark.text).trim_end().to_owned(),
            None => mark.text.clone(),
        })),
        clause.text_fingerprint(),
        clause.data_fingerprint(),
    ]
}

fn item_row(handbook: &Handbook, norm: &Norm, checklist: &Checklist, item: &Item) -> [String; 17] {
    [
        item.id.to_string(),
        handbook.config.edition.clone(),
        norm.part.clone(),
        checklist.id.to_string(),
        item.text.clone(),
        item.modality.chinese().to_owned(),
        item.applies_if.as_ref().map(|condition| condition.chinese()).unwrap_or_default(),
        String::new(),
        roles(&item.roles),
        evidence(&item.evidence),
        join(item.checks.iter().map(Id::to_string)),
        item.score.as_ref().map(|score| points(score.points)).unwrap_or_default(),
        if item.veto { "是".to_owned() } else { String::new() },
        String::new(),
        String::new(),
        item.text_fingerprint(),
        item.data_fingerprint(),
    ]
}

/// The sentence with the values of its parameters. One that does not apply at the level stays 不适用.
fn with_values(handbook: &Handbook, clause: &Clause, level: Level) -> String {
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

fn roles(roles: &[RoleDuty]) -> String {
    join(roles.iter().map(|role| format!("{} {}", role.role, role.duty.chinese())))
}

fn evidence(evidence: &[Evidence]) -> String {
    join(
        evidence
            .iter()
            .map(|proof| format!("{}（{}）", proof.name, if proof.required { "必交" } else { "选交" })),
    )
}

fn join(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("；")
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝cmd"] {
            assert!(safe(dangerous.to_owned()).starts_with('\''), "{dangerous}");
        }
        assert_eq!(safe("预审员应登记。".to_owned()), "预审员应登记。");
    }
}

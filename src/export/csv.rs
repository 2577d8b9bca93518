//! A table for spreadsheets: one row per requirement and checklist item. UTF-8 with a byte order mark,
//! because Excel takes anything else for the local code page.

use super::Selection;
use super::rows::{Row, rows};
use crate::error::Error;
use crate::model::Handbook;
use crate::vocabulary::Level;

/// The columns, named in the first row after the fields of [`Row`].
pub const COLUMNS: [&str; 17] = [
    "id",
    "edition",
    "part",
    "section",
    "text",
    "modality",
    "applies_if",
    "due",
    "roles",
    "evidence",
    "checks",
    "points",
    "veto",
    "tailor",
    "sources",
    "text_fp",
    "data_fp",
];

/// The selected requirements and checklist items as CSV, in reading order, values of parameters as at
/// `level`. Clauses that do not bind are left out. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
///
/// # Errors
/// [`Error::Export`] when a row cannot be written, which is a fault of the program.
pub fn csv(handbook: &Handbook, selection: &Selection, level: Level) -> Result<Vec<u8>, Error> {
    let records = rows(handbook, selection, level).map(|row| cells(row).to_vec());
    written([COLUMNS.map(str::to_owned).to_vec()].into_iter().chain(records))
}

/// Records as a file, each cell made harmless.
pub(super) fn written(records: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Error> {
    let failed = |error: csv::Error| Error::Export(error.to_string());
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for record in records {
        writer.write_record(record.into_iter().map(safe)).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Export(error.to_string()))
}

/// The cells of a row, in the order of the columns.
pub(super) fn cells(row: Row) -> [String; 17] {
    [
        row.id,
        row.edition,
        row.part,
        row.section,
        row.text,
        row.modality,
        row.applies_if,
        row.due,
        row.roles,
        row.evidence,
        row.checks,
        row.points,
        row.veto,
        row.tailor,
        row.sources,
        row.text_fp,
        row.data_fp,
    ]
}

/// A cell that no spreadsheet takes for a formula: an apostrophe goes before it. One that begins with
/// apostrophes before such a sign gets another, so that [`unsafe_again`] gives back what was written.
fn safe(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// The cell as it was before it was made harmless.
pub(super) fn unsafe_again(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
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

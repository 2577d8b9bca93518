//! A workbook: the requirements, the checklists with columns to fill in, and for every scoring list a
//! sheet for the three assessors with one that puts their scores together.
//!
//! Texts are written as typed strings, so that none of them is a formula and no number is a date. The
//! sheets of data have no merged cells. Sheets that compute are protected without a password: only the
//! cells to fill in can be changed by accident.

mod composition;
mod lists;
mod scoring;
mod sheet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::Selection;
use crate::error::Error;
use crate::model::Handbook;
use crate::vocabulary::Level;

/// The selected requirements and checklists as an XLSX file, values of parameters as at `level`.
///
/// # Errors
/// [`Error::Export`] when a text is longer than a cell may hold (32,767 characters).
pub fn xlsx(handbook: &Handbook, selection: &Selection, level: Level) -> Result<Vec<u8>, Error> {
    workbook(handbook, selection, level).map_err(|error| Error::Export(error.to_string()))
}

fn workbook(handbook: &Handbook, selection: &Selection, level: Level) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(handbook)?);
    let scored: Vec<_> = handbook
        .checklists()
        .filter(|(_, list)| list.scoring && super::rows::items(list, selection).next().is_some())
        .map(|(_, list)| list)
        .collect();
    lists::cover(workbook.add_worksheet(), handbook, level)?;
    lists::requirements(&mut workbook, handbook, selection, level)?;
    lists::checklists(&mut workbook, handbook, selection)?;
    for list in scored {
        let sheet = scoring::write(workbook.add_worksheet(), list, level)?;
        composition::write(workbook.add_worksheet(), handbook, list, &sheet, level)?;
    }
    workbook.save_to_buffer()
}

/// Title and publisher. The time is a fixed one: the same handbook gives the same bytes.
fn properties(handbook: &Handbook) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(format!("{} {}", handbook.config.title, handbook.config.edition))
        .set_author(&handbook.config.publisher)
        .set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?))
}

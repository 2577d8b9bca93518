//! How the sheets look, and how a table is written: heading, typed cells, frozen panes, filter, print.

use rust_xlsxwriter::{
    Color, DataValidation, Format, FormatAlign, FormatBorder, ProtectionOptions, Worksheet, XlsxError,
};

/// A font that shows Chinese wherever Excel or WPS is installed; LibreOffice has a substitute for it.
const FONT: &str = "微软雅黑";

/// A4 in the numbering of Excel.
const A4: u8 = 9;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text; an empty one is an empty cell.
    Text(String),
    /// A word for programs, such as a fingerprint: cut off at the edge of its column.
    Code(String),
    /// A number.
    Number(f64),
    /// A formula, whose value is empty as long as nothing is filled in.
    Formula(String),
    /// To be filled in.
    Input,
    /// A number to be filled in.
    Score,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A column: its heading, and its width in characters.
pub type Column<'a> = (&'a str, f64);

/// Text that wraps and stands at the top of its cell.
pub fn text() -> Format {
    Format::new()
        .set_font_name(FONT)
        .set_font_size(10)
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xBF_BF_BF))
}

/// The heading of a column.
pub fn heading() -> Format {
    text().set_bold().set_align(FormatAlign::VerticalCenter).set_background_color(Color::RGB(0xDD_E6_F0))
}

/// A heading above a table.
pub fn title() -> Format {
    Format::new().set_font_name(FONT).set_font_size(14).set_bold()
}

/// A number with at most two decimals.
fn number() -> Format {
    text().set_num_format("0.##;-0.##;0").set_align(FormatAlign::Right)
}

/// A cell that somebody fills in: the only ones that a protected sheet lets change.
fn input() -> Format {
    text().set_background_color(Color::RGB(0xFF_F9_E5)).set_unlocked()
}

/// Writes one cell.
pub fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(words) if words.is_empty() => sheet.write_blank(row, column, &text())?,
        Cell::Text(words) => sheet.write_string_with_format(row, column, words, &text())?,
        Cell::Code(word) => sheet.write_string_with_format(
            row,
            column,
            word,
            &text().unset_text_wrap().set_align(FormatAlign::Fill),
        )?,
        Cell::Number(value) => sheet.write_number_with_format(row, column, *value, &general_number())?,
        Cell::Formula(formula) => {
            sheet.write_formula_with_format(row, column, formula.as_str(), &number())?
        }
        Cell::Input => sheet.write_blank(row, column, &input())?,
        Cell::Score => sheet.write_blank(row, column, &input().set_num_format("0.00"))?,
    };
    Ok(())
}

/// A number that is given, as it is.
fn general_number() -> Format {
    text().set_align(FormatAlign::Right)
}

/// Writes a row of headings and the rows below it, from `top` on; gives the row behind the last.
pub fn table(
    sheet: &mut Worksheet,
    top: u32,
    headings: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<u32, XlsxError> {
    for (column, name) in (0..).zip(headings) {
        sheet.write_string_with_format(top, column, *name, &heading())?;
    }
    let mut at = top + 1;
    for cells in rows {
        for (column, cell) in (0..).zip(&cells) {
            put(sheet, at, column, cell)?;
        }
        at += 1;
    }
    Ok(at)
}

/// A sheet that is one table from its first row on: the heading and the first `frozen` columns stay
/// in view and are repeated on paper, and the rows can be filtered. Gives the row behind the last.
pub fn data(
    sheet: &mut Worksheet,
    columns: &[Column<'_>],
    frozen: u16,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<u32, XlsxError> {
    for (column, (_, width)) in (0..).zip(columns) {
        sheet.set_column_width(column, *width)?;
    }
    let headings: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let mut heights = Vec::new();
    let rows = rows.into_iter().inspect(|cells| heights.push(height(cells, columns)));
    let end = table(sheet, 0, &headings, rows)?;
    for (row, height) in (1..).zip(heights) {
        sheet.set_row_height(row, height)?;
    }
    sheet.set_freeze_panes(1, frozen)?;
    sheet.set_repeat_rows(0, 0)?;
    let last = u16::try_from(columns.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, end.saturating_sub(1).max(1), last)?;
    paper(sheet);
    Ok(end)
}

/// The height of a row in points, so that the longest of its texts shows. Programs that do not work
/// heights out for themselves would show one line of it.
fn height(cells: &[Cell], columns: &[Column<'_>]) -> f64 {
    let lines = |(cell, (_, width)): (&Cell, &Column<'_>)| match cell {
        Cell::Text(text) => text.lines().map(|line| (room(line) / (width - 1.0)).ceil().max(1.0)).sum(),
        _ => 1.0,
    };
    // Excel shows rows of at most 409 points.
    (cells.iter().zip(columns).map(lines).fold(1.0, f64::max) * 14.0 + 4.0).min(409.0)
}

/// The room a line takes, in the characters that widths of columns are counted in.
fn room(line: &str) -> f64 {
    line.chars().map(|c| if c.is_ascii() { 1.1 } else { 2.0 }).sum()
}

/// A4 across, as wide as one page, with name and page numbers below.
pub fn paper(sheet: &mut Worksheet) {
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&L&A&R第 &P 页，共 &N 页");
}

/// Lets only the cells to be filled in be changed. There is no password: it keeps accidents out.
pub fn protect(sheet: &mut Worksheet) {
    let allowed = ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&allowed);
}

/// A choice from a list, with words for whoever types something else.
pub fn choice(options: &[&str]) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(options)?
        .set_error_title("请从列表里选")?
        .set_error_message(format!("只能填：{}。", options.join("、")))
}

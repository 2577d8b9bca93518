//! The sheet of a scoring list: one row an item, with the scores of the three assessors to fill in,
//! none of them above the item's points.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, Worksheet, XlsxError};

use super::sheet::{self, Cell, Column};
use crate::export::rows::evidence;
use crate::model::{Checklist, Deduction, Item, Score, points};
use crate::vocabulary::{Assessor, Level};

/// Says that an item counts, or that its points are worked out from the other items of its group.
const COUNTING: [&str; 2] = ["计分", "折算"];

/// The word for points worked out from the rest of the group.
pub const REST: &str = COUNTING[1];

/// Says whether a veto was met.
const VETO: [&str; 2] = ["没有", "坐实"];

/// The word for a veto that was met.
pub const MET: &str = VETO[1];

const COLUMNS: [Column<'_>; 18] = [
    ("编号", 15.0),
    ("指标", 24.0),
    ("一级指标", 13.0),
    ("满分", 6.0),
    ("评分", 22.0),
    ("说明", 30.0),
    ("看点", 30.0),
    ("抽样", 12.0),
    ("证据", 26.0),
    ("计分或折算", 11.0),
    ("自评", 8.0),
    ("委托方", 8.0),
    ("第三方", 8.0),
    ("否决", 8.0),
    ("扣分件数", 9.0),
    ("扣分", 7.0),
    ("备注", 24.0),
    ("文字指纹", 14.0),
];

/// Columns that the sheet of the composition reads, as letters.
pub mod column {
    /// First-level indicator.
    pub const GROUP: char = 'C';
    /// Full points.
    pub const FULL: char = 'D';
    /// Counted, or worked out from the rest.
    pub const COUNTING: char = 'J';
    /// The first of the three assessors; the others follow in the order of their words.
    pub const FIRST_SCORE: u8 = b'K';
    /// Whether a veto was met.
    pub const VETO: char = 'N';
    /// Points taken off.
    pub const DEDUCTED: char = 'P';
}

const COUNTING_COLUMN: u16 = 9;
const SCORE_COLUMN: u16 = 10;
const VETO_COLUMN: u16 = 13;
const CASES_COLUMN: u16 = 14;

/// Where the scores stand, for formulas of other sheets.
#[derive(Debug)]
pub struct ScoringSheet {
    name: String,
    last: u32,
}

impl ScoringSheet {
    /// The cells of a column, as a formula writes them: `'CK-BZ-04-3'!$K$2:$K$42`.
    pub fn cells(&self, column: char) -> String {
        format!("'{}'!${column}$2:${column}${}", self.name, self.last)
    }
}

/// Writes the list into an empty sheet. All its items are there, whatever was selected: the points of
/// a part of it say nothing.
pub fn write(sheet: &mut Worksheet, list: &Checklist, level: Level) -> Result<ScoringSheet, XlsxError> {
    let name = list.id.to_string();
    sheet.set_name(&name)?.set_formula_result_default("");
    let rows = (2..).zip(&list.items).map(|(row, item)| cells(item, level, row));
    let end = sheet::data(sheet, &COLUMNS, 2, rows)?;
    for (row, item) in (1..).zip(&list.items) {
        validate(sheet, row, item)?;
    }
    sheet::protect(sheet);
    Ok(ScoringSheet { name, last: end })
}

/// The cells of an item in this row, counted from 1.
fn cells(item: &Item, level: Level, row: u32) -> Vec<Cell> {
    let none = Score::default();
    let score = item.score.as_ref().unwrap_or(&none);
    let scored = score.points > 0;
    let only = |shown: bool, cell: Cell| if shown { cell } else { Cell::Text(String::new()) };
    let lookouts = score.lookouts.iter().map(|l| format!("{}：{}", l.assessor.chinese(), l.text));
    let mut cells = vec![
        item.id.to_string().into(),
        format!("{} {}", item.number, item.text).into(),
        item.group.clone().into(),
        only(scored, Cell::Number(f64::from(score.points) / 100.0)),
        grading(score).into(),
        remarks(item, score, level).into(),
        lookouts.collect::<Vec<_>>().join("\n").into(),
        score.sample.clone().unwrap_or_default().into(),
        evidence(&item.evidence).into(),
        only(scored, Cell::Input),
    ];
    cells.extend(Assessor::CHOICES.iter().map(|_| only(scored, Cell::Score)));
    cells.push(only(item.veto, Cell::Input));
    cells.push(only(score.deduction.is_some(), Cell::Input));
    cells.push(match &score.deduction {
        Some(rule) => Cell::Formula(deduction(rule, row)),
        None => "".into(),
    });
    cells.extend([Cell::Input, Cell::Code(item.text_fingerprint())]);
    cells
}

/// `比例型：按时办结件 ÷ 应办结件`.
fn grading(score: &Score) -> String {
    let Some(grading) = &score.grading else { return String::new() };
    match (&grading.numerator, &grading.denominator) {
        (Some(above), Some(below)) => format!("{}：{above} ÷ {below}", grading.method.chinese()),
        _ => grading.method.chinese().to_owned(),
    }
}

/// The remark, what is different at the level, and what is taken off.
fn remarks(item: &Item, score: &Score, level: Level) -> String {
    let variant = score.variants.iter().find(|(at, _)| *at == level);
    let variant = variant.map(|(at, text)| format!("{}级：{text}", at.chinese()));
    let deduction = score.deduction.as_ref().map(|rule| format!("扣分：{}", rule.chinese()));
    item.note.clone().into_iter().chain(variant).chain(deduction).collect::<Vec<_>>().join("\n")
}

/// Points for each case, at most so many; without a limit it occurs once.
fn deduction(rule: &Deduction, row: u32) -> String {
    let most = rule.at_most.unwrap_or(rule.points);
    format!("=IF(O{row}=\"\",\"\",MIN({},{}*O{row}))", points(most), points(rule.points))
}

fn validate(sheet: &mut Worksheet, row: u32, item: &Item) -> Result<(), XlsxError> {
    let score = item.score.as_ref();
    if score.is_some_and(|score| score.points > 0) {
        sheet.add_data_validation(row, COUNTING_COLUMN, row, COUNTING_COLUMN, &sheet::choice(&COUNTING)?)?;
        let full = Formula::new(format!("=$D${}", row + 1));
        let limits = DataValidation::new()
            .allow_decimal_number_formula(DataValidationRule::Between(Formula::new("=0"), full))
            .set_error_title("分值不对")?
            .set_error_message("填 0 到满分之间的数。")?;
        sheet.add_data_validation(row, SCORE_COLUMN, row, SCORE_COLUMN + 2, &limits)?;
    }
    if item.veto {
        sheet.add_data_validation(row, VETO_COLUMN, row, VETO_COLUMN, &sheet::choice(&VETO)?)?;
    }
    if score.is_some_and(|score| score.deduction.is_some()) {
        let cases = DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(0, 999))
            .set_error_title("件数不对")?
            .set_error_message("填件数，是 0 或正整数。")?;
        sheet.add_data_validation(row, CASES_COLUMN, row, CASES_COLUMN, &cases)?;
    }
    Ok(())
}

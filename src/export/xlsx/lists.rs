//! The sheets that are lists: what the workbook holds, the requirements, the items of checklists.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::sheet::{self, Cell, Column};
use crate::export::Selection;
use crate::export::rows::{clause_row, item_row, items, requirements as selected};
use crate::model::Handbook;
use crate::vocabulary::{AnswerStatus, Level};

const REQUIREMENTS: [Column<'_>; 12] = [
    ("编号", 16.0),
    ("章条", 14.0),
    ("要求", 56.0),
    ("约束", 7.0),
    ("适用", 22.0),
    ("时限", 18.0),
    ("责任", 18.0),
    ("证据", 24.0),
    ("依据", 16.0),
    ("裁剪", 9.0),
    ("版次", 9.0),
    ("文字指纹", 14.0),
];

const ITEMS: [Column<'_>; 14] = [
    ("编号", 18.0),
    ("检查表", 20.0),
    ("检查项", 40.0),
    ("否决", 6.0),
    ("适用", 20.0),
    ("责任", 16.0),
    ("证据", 22.0),
    ("查", 18.0),
    ("状态", 10.0),
    ("备注", 26.0),
    ("证据链接", 20.0),
    ("约束", 7.0),
    ("版次", 9.0),
    ("文字指纹", 14.0),
];

/// Column of the state in [`ITEMS`].
const STATUS_COLUMN: u16 = 8;

/// What this is and how it is filled in.
pub fn cover(sheet: &mut Worksheet, handbook: &Handbook, level: Level) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    sheet.set_column_width(0, 14.0)?.set_column_width(1, 90.0)?;
    let config = &handbook.config;
    sheet.write_string_with_format(0, 0, &config.title, &sheet::title())?;
    let rows = [
        ("版次", config.edition.as_str()),
        ("发布", &config.publisher),
        ("参数取值", level.chinese()),
        ("怎么填", "只填浅黄色的格；其余的格是手册原文，改了也不算数。"),
        ("编号", "编号和文字指纹是手册认行用的，不要改、不要删。"),
        ("检查表", "每项选一个状态：符合、部分符合、不符合、不适用、未查。"),
        ("评分表", "三方各填一栏，分值不超过满分；没开的选配选“折算”；否决项坐实的选“坐实”。合成自动算。"),
    ];
    sheet::table(sheet, 1, &["项目", "内容"], rows.map(|(key, value)| vec![key.into(), value.into()]))?;
    sheet::paper(sheet);
    Ok(())
}

/// The selected requirements; no sheet when there are none.
pub fn requirements(
    workbook: &mut Workbook,
    handbook: &Handbook,
    selection: &Selection,
    level: Level,
) -> Result<(), XlsxError> {
    let clauses = handbook.norms.values().flat_map(|norm| selected(norm, selection).map(move |c| (norm, c)));
    let mut rows = clauses.map(|(norm, clause)| clause_row(handbook, norm, clause, level)).peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let rows = rows.map(|row| {
        let cells = [
            row.id,
            row.section,
            row.text,
            row.modality,
            row.applies_if,
            row.due,
            row.roles,
            row.evidence,
            row.sources,
            row.tailor,
            row.edition,
        ];
        cells.map(Cell::Text).into_iter().chain([Cell::Code(row.text_fp)]).collect()
    });
    let sheet = workbook.add_worksheet();
    sheet.set_name("要求")?;
    sheet::data(sheet, &REQUIREMENTS, 1, rows)?;
    Ok(())
}

/// The items of the selected checklists that are not scored; no sheet when there are none.
pub fn checklists(
    workbook: &mut Workbook,
    handbook: &Handbook,
    selection: &Selection,
) -> Result<(), XlsxError> {
    let lists = handbook.checklists().filter(|(_, list)| !list.scoring);
    let mut found = lists
        .flat_map(|(norm, list)| items(list, selection).map(move |item| (norm, list, item)))
        .map(|(norm, list, item)| (list.title.as_str(), item_row(handbook, norm, list, item)))
        .peekable();
    if found.peek().is_none() {
        return Ok(());
    }
    let rows = found.map(|(title, row)| {
        let list = format!("{} {title}", row.section);
        let given = [row.id, list, row.text, row.veto, row.applies_if, row.roles, row.evidence, row.checks];
        let behind = [row.modality, row.edition].map(Cell::Text);
        let inputs = [Cell::Input, Cell::Input, Cell::Input];
        given
            .map(Cell::Text)
            .into_iter()
            .chain(inputs)
            .chain(behind)
            .chain([Cell::Code(row.text_fp)])
            .collect()
    });
    let sheet = workbook.add_worksheet();
    sheet.set_name("检查表")?;
    let end = sheet::data(sheet, &ITEMS, 1, rows)?;
    let states: Vec<&str> = AnswerStatus::all().collect();
    sheet.add_data_validation(1, STATUS_COLUMN, end - 1, STATUS_COLUMN, &sheet::choice(&states)?)?;
    Ok(())
}

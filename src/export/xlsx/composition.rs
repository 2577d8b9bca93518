//! The sheet that puts the scores of a scoring list together: totals of the groups, differences at
//! which scores are looked at again, deductions, the weighted total and its grade, all as formulas.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::scoring::{MET, REST, ScoringSheet, column};
use super::sheet::{self, Cell};
use crate::id::Id;
use crate::model::{Checklist, Handbook};
use crate::vocabulary::{Assessor, Level};

/// Components of the parameter that says when scores are looked at again.
const TOTAL_LINE: &str = "总分差";
const RATE_LINE: &str = "得分率差";

/// Row (counted from 1) of the first group.
const TOP: u32 = 3;

/// Where the columns of the table of groups stand.
const GROUPS: [&str; 13] = [
    "一级指标",
    "满分",
    "自评",
    "委托方",
    "第三方",
    "自评得分率%",
    "委托方得分率%",
    "第三方得分率%",
    "自评对外部均分",
    "委托方对第三方",
    "复核",
    "没打的项",
    "没打的否决项",
];

/// Letters of the assessors' points and rates in [`GROUPS`].
const POINTS: [char; 3] = ['C', 'D', 'E'];
const RATES: [char; 3] = ['F', 'G', 'H'];

/// Writes the composition into an empty sheet. Nothing is written where the list names no weights:
/// there is nothing to put together by.
pub fn write(
    sheet: &mut Worksheet,
    handbook: &Handbook,
    list: &Checklist,
    scores: &ScoringSheet,
    level: Level,
) -> Result<(), XlsxError> {
    sheet.set_name(format!("合成 {}", list.id))?.set_formula_result_default("");
    sheet.set_column_width(0, 22.0)?;
    for column in 1..13 {
        sheet.set_column_width(column, 11.0)?;
    }
    sheet.write_string_with_format(0, 0, format!("{} 合成", list.title), &sheet::title())?;
    let groups = groups(list);
    let last = TOP + u32::try_from(groups.len()).unwrap_or(0);
    let lines = Lines::at(last + 3, handbook, list, level);
    let rows = (TOP..).zip(&groups).map(|(row, group)| group_cells(scores, group, row, &lines));
    let end = sheet::table(sheet, TOP - 2, &GROUPS, rows.chain([total_cells(scores, last, &lines)]))?;
    let end = sheet::table(sheet, end + 1, &["取值", "参数", "数"], lines.cells())?;
    sheet::table(sheet, end + 1, &["结果", "", ""], result_cells(scores, last, &lines, end + 3))?;
    sheet.set_freeze_panes(2, 1)?;
    sheet::paper(sheet);
    sheet::protect(sheet);
    Ok(())
}

/// The first-level indicators that have points, in order.
fn groups(list: &Checklist) -> Vec<&str> {
    let mut groups: Vec<&str> = Vec::new();
    for item in list.items.iter().filter(|item| item.score.as_ref().is_some_and(|score| score.points > 0)) {
        if groups.last() != Some(&item.group.as_str()) {
            groups.push(&item.group);
        }
    }
    groups
}

/// A number that the scores are held against, and the cell it stands in.
struct Line {
    name: String,
    parameter: String,
    value: f64,
    cell: String,
}

/// The parameters' values at the level, which the formulas refer to.
struct Lines {
    weights: Vec<Line>,
    review: Vec<Line>,
    /// Least points of each grade, the best first.
    grades: Vec<Line>,
}

impl Lines {
    /// The lines, the first in this row.
    fn at(first: u32, handbook: &Handbook, list: &Checklist, level: Level) -> Self {
        let mut rows = first..;
        let mut of = |id: &Option<Id>| {
            let parameter = id.as_ref().and_then(|id| handbook.parameters.get(id));
            let components = parameter.into_iter().flat_map(|p| p.components.iter().map(move |c| (&p.id, c)));
            let line = |(id, component): (&Id, &crate::model::ParameterComponent)| {
                let value = component.values.get(&level)?.parse().ok()?;
                let cell = format!("$C${}", rows.next()?);
                let name = component.name.clone();
                Some(Line { parameter: format!("{id}.{name}"), name, value, cell })
            };
            components.filter_map(line).collect::<Vec<_>>()
        };
        let composition = &list.composition;
        Self {
            weights: of(&composition.weights),
            review: of(&composition.review),
            grades: of(&composition.grades),
        }
    }

    fn cells(&self) -> Vec<Vec<Cell>> {
        let named = |kind: &str, line: &Line| {
            let name = format!("{kind}·{}", line.name);
            vec![name.into(), line.parameter.clone().into(), Cell::Number(line.value)]
        };
        let weights = self.weights.iter().map(|line| named("权重%", line));
        let review = self.review.iter().map(|line| named("复核线", line));
        let grades = self.grades.iter().map(|line| named("等级起点", line));
        weights.chain(review).chain(grades).collect()
    }

    fn review(&self, name: &str) -> Option<&Line> {
        self.review.iter().find(|line| line.name == name)
    }
}

/// The letter of an assessor's column on the sheet of scores.
fn score_column(assessor: usize) -> char {
    char::from(column::FIRST_SCORE + u8::try_from(assessor).unwrap_or(0))
}

/// A group: points and rates of the assessors, differences of the rates, what is still missing.
fn group_cells(scores: &ScoringSheet, group: &str, row: u32, lines: &Lines) -> Vec<Cell> {
    let cells = |letter: char| scores.cells(letter);
    let (full, counting) = (cells(column::FULL), cells(column::COUNTING));
    let here = format!("({}=$A{row})", cells(column::GROUP));
    let counted = format!("({counting}<>\"{REST}\")");
    let mut out = vec![group.into(), Cell::Formula(format!("=SUMPRODUCT({here}*1,{full})"))];
    // Points of the items that count, and for each other one its points times the rate of those.
    out.extend(RATES.iter().enumerate().map(|(assessor, rate)| {
        let given = cells(score_column(assessor));
        let rest = format!("ROUND({full}*{rate}{row}/100,2)");
        Cell::Formula(format!(
            "=IF({rate}{row}=\"\",\"\",SUMPRODUCT({here}*{counted},{given})\
             +SUMPRODUCT({here}*({counting}=\"{REST}\")*{rest}))"
        ))
    }));
    out.extend((0..RATES.len()).map(|assessor| {
        let given = cells(score_column(assessor));
        let count = format!("SUMPRODUCT({here}*{counted}*({given}<>\"\"))");
        let points = format!("SUMPRODUCT({here}*{counted},{given})");
        let possible = format!("SUMPRODUCT({here}*{counted},{full})");
        Cell::Formula(format!("=IF({count}=0,\"\",100*{points}/{possible})"))
    }));
    out.extend(differences(RATES, row));
    out.push(review(lines.review(RATE_LINE), row));
    out.push(missing(&format!("{here}*{counted}*({full}<>\"\")"), scores));
    out.push("".into());
    out
}

/// The whole: sums of the groups, differences of the sums.
fn total_cells(scores: &ScoringSheet, row: u32, lines: &Lines) -> Vec<Cell> {
    let above = row - 1;
    let sum = |letter: char| Cell::Formula(format!("=SUM({letter}{TOP}:{letter}{above})"));
    let some = |letter: char| {
        let range = format!("{letter}{TOP}:{letter}{above}");
        Cell::Formula(format!("=IF(COUNT({range})=0,\"\",SUM({range}))"))
    };
    let mut out = vec!["合计".into(), sum('B')];
    out.extend(POINTS.map(some));
    out.extend((0..RATES.len()).map(|_| Cell::from("")));
    out.extend(differences(POINTS, row));
    out.push(review(lines.review(TOTAL_LINE), row));
    out.push(sum('L'));
    let vetoes = scores.cells(column::VETO);
    let points = scores.cells(column::FULL);
    out.push(Cell::Formula(format!("=SUMPRODUCT(({points}=\"\")*({vetoes}=\"\"))")));
    out
}

/// The first assessor against the mean of the two others, and those against each other.
fn differences([own, authority, third]: [char; 3], row: u32) -> [Cell; 2] {
    let given = format!("COUNT({own}{row},{authority}{row},{third}{row})<3");
    let outside = format!("({authority}{row}+{third}{row})/2");
    [
        Cell::Formula(format!("=IF({given},\"\",ABS({own}{row}-{outside}))")),
        Cell::Formula(format!("=IF({given},\"\",ABS({authority}{row}-{third}{row}))")),
    ]
}

/// Whether one of the differences reaches the line; rounded, so that 15 is 15.
fn review(line: Option<&Line>, row: u32) -> Cell {
    let Some(line) = line else { return "".into() };
    Cell::Formula(format!(
        "=IF(I{row}=\"\",\"\",IF(ROUND(MAX(I{row},J{row}),6)>={},\"复核\",\"\"))",
        line.cell
    ))
}

/// How many scores of these items the assessors have not given yet.
fn missing(items: &str, scores: &ScoringSheet) -> Cell {
    let one = |assessor| format!("SUMPRODUCT({items}*({}=\"\"))", scores.cells(score_column(assessor)));
    Cell::Formula(format!("={}", (0..POINTS.len()).map(one).collect::<Vec<_>>().join("+")))
}

/// The weighted total, what is taken off, the vetoes and the grade, the first in row `first`. As long
/// as a score is missing there is none of them.
fn result_cells(scores: &ScoringSheet, total: u32, lines: &Lines, first: u32) -> Vec<Vec<Cell>> {
    let complete = |value: String| Cell::Formula(format!("=IF(L{total}>0,\"\",{value})"));
    let weighted = Assessor::CHOICES.iter().zip(POINTS).filter_map(|(assessor, letter)| {
        let weight = lines.weights.iter().find(|line| line.name == assessor.0)?;
        Some(format!("{letter}{total}*{}", weight.cell))
    });
    let weighted = weighted.collect::<Vec<_>>().join("+");
    if weighted.is_empty() {
        return Vec::new();
    }
    let (composed, deducted, end, vetoes) = (first, first + 1, first + 2, first + 3);
    let grade = lines.grades.iter().rev().fold("\"不合格\"".to_owned(), |lower, line| {
        format!("IF(C{end}>={},\"{}\",{lower})", line.cell, line.name.replace('"', "\"\""))
    });
    let row = |name: &str, how: &str, cell: Cell| vec![name.into(), how.into(), cell];
    // Rounded twice: sums of binary fractions may fall short of a half by a hair.
    let rounded = |value: String| format!("ROUND(ROUND({value},6),1)");
    vec![
        row("合成分", "按权重", complete(format!("ROUND(({weighted})/100,6)"))),
        row("扣分", "评分表", Cell::Formula(format!("=SUM({})", scores.cells(column::DEDUCTED)))),
        row("总分", "一位小数", complete(rounded(format!("C{composed}-C{deducted}")))),
        row(
            "否决项",
            "坐实的项数",
            Cell::Formula(format!("=COUNTIF({},\"{MET}\")", scores.cells(column::VETO))),
        ),
        row("等级", "有否决的不合格", complete(format!("IF(C{vetoes}>0,\"不合格\",{grade})"))),
        row("复核项数", "先复核再定分", complete(format!("COUNTIF(K{TOP}:K{total},\"复核\")"))),
    ]
}

//! What an assessor found, taken in and out as CSV: the table of requirements and items with columns
//! to fill in. A row is known by its id and by the fingerprint of its text: an answer to a question
//! that reads differently now is refused, and with one row refused nothing is taken in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use csv::StringRecord;
use serde::Serialize;

use super::Selection;
use super::csv::{COLUMNS, cells, unsafe_again, written};
use super::rows::rows;
use crate::error::Error;
use crate::id::Id;
use crate::model::{Handbook, Item, Target, points};
use crate::vocabulary::{AnswerStatus, Level};

/// The columns to fill in, behind [`COLUMNS`].
pub const ANSWER_COLUMNS: [&str; 4] = ["status", "score", "note", "evidence_link"];

/// What was found of one requirement or item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The requirement or item.
    pub id: Id,
    /// Fingerprint of the text that was answered: `sha256:…`.
    pub text_fp: String,
    /// What it was found to be; absent for an item that only has a score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<AnswerStatus>,
    /// Points given, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
    /// A remark; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Where the proof is; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence_link: String,
}

/// Why a row was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Line of the file on which the row begins, the headings being on line 1.
    pub line: u64,
    /// Name of the column.
    pub column: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "第 {} 行 {} 栏：{}", self.line, self.column, self.message)
    }
}

/// The table of [`super::csv()`] with the columns of answers, filled in where there are any.
///
/// # Errors
/// [`Error::Export`] when a row cannot be written, which is a fault of the program.
pub fn answers_csv(
    handbook: &Handbook,
    selection: &Selection,
    level: Level,
    answers: &[Answer],
) -> Result<Vec<u8>, Error> {
    let answers: BTreeMap<&str, &Answer> =
        answers.iter().map(|answer| (answer.id.as_str(), answer)).collect();
    let head = COLUMNS.into_iter().chain(ANSWER_COLUMNS).map(str::to_owned).collect::<Vec<_>>();
    let records = rows(handbook, selection, level).map(|row| {
        let answer = answers.get(row.id.as_str()).copied();
        cells(row).into_iter().chain(filled(answer)).collect::<Vec<_>>()
    });
    written([head].into_iter().chain(records))
}

fn filled(answer: Option<&Answer>) -> [String; 4] {
    let Some(answer) = answer else { return Default::default() };
    [
        answer.status.map(|status| status.chinese().to_owned()).unwrap_or_default(),
        answer.score.map(points).unwrap_or_default(),
        answer.note.clone(),
        answer.evidence_link.clone(),
    ]
}

/// The answers of a filled-in table, in its order; rows without one are passed over.
///
/// # Errors
/// Everything that is wrong with it, row by row.
pub fn read_answers(handbook: &Handbook, table: &[u8]) -> Result<Vec<Answer>, Vec<Refusal>> {
    let refused = |line, column, message: &str| vec![Refusal { line, column, message: message.to_owned() }];
    let text = str::from_utf8(table)
        .map_err(|_| refused(1, "id", "文件不是 UTF-8；在表格软件里另存为“CSV UTF-8”"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| refused(1, "id", &error.to_string()))?.clone();
    let table = Columns::of(&head)?;
    let mut seen = BTreeSet::new();
    let (mut answers, mut refusals) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                refusals.extend(refused(line, "id", &error.to_string()));
                break;
            }
        };
        let row = Row { record: &record, columns: &table };
        match row.answer(handbook, &mut seen) {
            Ok(answer) => answers.extend(answer),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(answers) } else { Err(refusals) }
}

/// Where the columns that matter stand; the others may be moved or missing.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(head: &StringRecord) -> Result<Self, Vec<Refusal>> {
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for name in ["id", "text_fp"].into_iter().chain(ANSWER_COLUMNS) {
            match head.iter().position(|title| title.trim() == name) {
                Some(at) => drop(found.insert(name, at)),
                None => missing
                    .push(Refusal { line: 1, column: name, message: "表里没有这一栏".to_owned() }),
            }
        }
        if missing.is_empty() { Ok(Self(found)) } else { Err(missing) }
    }
}

struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        self.columns.0.get(column).and_then(|&at| self.record.get(at)).unwrap_or_default()
    }

    fn refused(&self, column: &'static str, message: String) -> Refusal {
        Refusal { line: self.record.position().map_or(1, csv::Position::line), column, message }
    }

    /// The answer of a row; none when nothing is filled in.
    fn answer(&self, handbook: &Handbook, seen: &mut BTreeSet<Id>) -> Result<Option<Answer>, Refusal> {
        if ANSWER_COLUMNS.iter().all(|column| self.cell(column).is_empty()) {
            return Ok(None);
        }
        let id = Id::new(self.cell("id").trim());
        let (text_fp, item) = self.question(handbook, &id)?;
        if self.cell("text_fp").trim() != text_fp {
            let message = format!("{id} 的文字在这张表导出以后改过，请用新导出的表重新作答");
            return Err(self.refused("text_fp", message));
        }
        let answer = Answer {
            status: self.status()?,
            score: self.score(item)?,
            note: unsafe_again(self.cell("note")).to_owned(),
            evidence_link: unsafe_again(self.cell("evidence_link")).to_owned(),
            id,
            text_fp,
        };
        if answer.status.is_none() && answer.score.is_none() {
            return Err(self.refused("status", "写了备注或证据，却没有状态".to_owned()));
        }
        if !seen.insert(answer.id.clone()) {
            return Err(self.refused("id", format!("{} 已经在上面答过", answer.id)));
        }
        Ok(Some(answer))
    }

    /// Fingerprint of what an id asks now, and the item that it is, if it is one.
    fn question<'h>(&self, handbook: &'h Handbook, id: &Id) -> Result<(String, Option<&'h Item>), Refusal> {
        match handbook.target(id) {
            Some(Target::Clause(_, clause)) if clause.is_requirement() => {
                Ok((clause.text_fingerprint(), None))
            }
            Some(Target::Item(_, _, item)) => Ok((item.text_fingerprint(), Some(item))),
            Some(Target::Retired(_, retired)) => {
                let into = retired.into.iter().map(Id::as_str).collect::<Vec<_>>().join("、");
                let into = if into.is_empty() { into } else { format!("，改见 {into}") };
                Err(self.refused("id", format!("{id} 已废号{into}")))
            }
            _ => Err(self.refused("id", format!("手册里没有要求或检查项 {id}"))),
        }
    }

    fn status(&self) -> Result<Option<AnswerStatus>, Refusal> {
        let word = self.cell("status").trim();
        if word.is_empty() {
            return Ok(None);
        }
        let known = || AnswerStatus::all().collect::<Vec<_>>().join("、");
        let status = AnswerStatus::parse(word);
        status.map(Some).ok_or_else(|| self.refused("status", format!("只能填 {}，现在是“{word}”", known())))
    }

    /// Points within those of the item, with at most two decimals.
    fn score(&self, item: Option<&Item>) -> Result<Option<u32>, Refusal> {
        let word = self.cell("score").trim();
        if word.is_empty() {
            return Ok(None);
        }
        let full = item.and_then(|item| item.score.as_ref()).map_or(0, |score| score.points);
        if full == 0 {
            return Err(self.refused("score", "这一条不打分".to_owned()));
        }
        match hundredths(word) {
            Some(given) if given <= full => Ok(Some(given)),
            _ => {
                let message = format!("填 0 到 {} 的数，至多两位小数，现在是“{word}”", points(full));
                Err(self.refused("score", message))
            }
        }
    }
}

/// `2.5` as 250.
fn hundredths(word: &str) -> Option<u32> {
    let (whole, decimals) = word.split_once('.').unwrap_or((word, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(format!("{decimals:0<2}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn points_are_read_exactly() {
        let read = ["2.5", "3", "0.05", "2.55", "10."].map(hundredths);
        assert_eq!(read, [Some(250), Some(300), Some(5), Some(255), Some(1000)]);
        assert_eq!(["", "-1", "1e2", "1.234", "２", "99999999999", ".5"].map(hundredths), [None; 7]);
    }
}

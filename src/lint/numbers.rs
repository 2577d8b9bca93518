//! SH0411: a number with a unit has an origin: a mark in its sentence, or the norm's own table of
//! times and amounts.

use super::Context;
use std::ops::Range;

use super::body::Line;
use crate::diagnostic::Diagnostic;
use crate::model::Norm;
use crate::rule;
use crate::syntax::mark::{self, Piece};
use crate::vocabulary::{MarkKind, Status};

/// The heading of a norm's own table.
const OWN_TABLE: &str = "自定时限与数量";

/// Units that make a number a promise, the longest first. 月 and 年 count only as lengths (个月).
const UNITS: &[&str] = &[
    "个工作日",
    "个工作小时",
    "个小时",
    "工作日",
    "个月",
    "分钟",
    "小时",
    "学时",
    "人次",
    "日",
    "天",
    "秒",
    "周",
    "次",
    "人",
    "名",
    "件",
    "份",
    "声",
    "页",
    "家",
    "张",
    "%",
    "％",
    "㎡",
    "元",
];

/// Reports numbers without an origin, once a norm and wording.
pub fn check(norm: &Norm, lines: &[Line<'_>], _: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if matches!(norm.status, Status::Superseded | Status::Withdrawn) {
        return found;
    }
    let own: String = lines.iter().filter(|line| line.heading == OWN_TABLE).map(|line| line.text).collect();
    // The fields of a form describe what people write into it.
    let bound = |heading: &str| heading != OWN_TABLE && !heading.starts_with("FM-");
    for line in lines.iter().filter(|line| !line.example && bound(line.heading)) {
        for range in amounts(line.text) {
            let words = &line.text[range.clone()];
            if !own.contains(words) {
                found.push(
                    Diagnostic::new(
                        rule::UNSOURCED_NUMBER,
                        line.span(norm, range.clone()),
                        format!("「{words}」没有出处"),
                    )
                    .help(format!("挂【源】【法】或【参】，或列进文末的「{OWN_TABLE}」")),
                );
            }
        }
    }
    found
}

/// Amounts of a line whose sentence carries no mark that sources them.
fn amounts(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sentence in sentences(line) {
        let words = &line[sentence.clone()];
        // Blanking marks out makes no new amounts.
        if numbers(words).is_empty() {
            continue;
        }
        let mut marked = false;
        let mut masked = String::with_capacity(words.len());
        for piece in mark::split(words) {
            match piece {
                Piece::Text(range) => masked.push_str(&words[range]),
                Piece::Mark(range, marks) => {
                    marked |= marks.iter().any(|mark| matches!(mark.kind, MarkKind::Source | MarkKind::Law));
                    masked.extend(std::iter::repeat_n('\u{1}', range.len()));
                }
                Piece::Unclosed(range) | Piece::Unknown(range, _) => {
                    masked.extend(std::iter::repeat_n('\u{1}', range.len()))
                }
            }
        }
        if !marked {
            found.extend(
                numbers(&masked).into_iter().map(|r| sentence.start + r.start..sentence.start + r.end),
            );
        }
    }
    found
}

/// Sentences, and cells of a table's row.
fn sentences(line: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    for (i, c) in line.char_indices().filter(|(_, c)| matches!(c, '。' | '！' | '？' | '|')) {
        all.push(start..i);
        start = i + c.len_utf8();
    }
    all.push(start..line.len());
    all
}

fn numbers(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < bytes.len() && bytes[i].is_ascii_digit() {
            i += 1;
        }
        let before = text[..start].chars().next_back();
        // 第3条, 3.1, NJ-03, 17:00, 6月30日, 2026年: numbers of another kind.
        let other = before.is_some_and(|c| {
            matches!(c, '第' | '.' | ':' | '：' | '-' | '月' | '年') || c.is_ascii_alphanumeric()
        });
        let rest = &text[i..];
        let unit = UNITS.iter().filter(|_| !other).find(|unit| rest.starts_with(**unit));
        if let Some(unit) = unit {
            found.push(start..i + unit.len());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&str> {
        amounts(line).into_iter().map(|range| &line[range]).collect()
    }

    #[test]
    fn amounts_are_found_and_marks_source_them() {
        assert_eq!(words("应在30分钟内抽10件。"), ["30分钟", "10件"]);
        assert_eq!(words("应在【参：P07 5个工作日】内回复。"), [""; 0]);
        assert_eq!(words("高峰投入6至9名【源：F21】。另抽2名。"), ["2名"]);
        assert_eq!(words("见第3条、3.1、17:00、6月30日、2026年、NJ-03。"), [""; 0]);
    }
}

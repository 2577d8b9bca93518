//! Faults of marks, references, forms and the Markdown around them.

use shouce::rule::{self, Rule};

use super::line::*;
use super::{Kind, LOSS, kind};

/// What goes wrong with the clauses of a section that lost its heading.
const SECTION_LOST: &[&Rule] =
    &[rule::DEAD_REFERENCE, rule::NUMBER_OUT_OF_PLACE, rule::HEADING_NUMBER, rule::DUPLICATE_ID];

/// What is said when the rest of a norm is gone.
const REST_LOST: &[&Rule] = rule::CATALOGUE;

/// Faults of marks and references.
pub fn references() -> Vec<Kind> {
    let with = |words: &'static str| body_lines().filter(move |line| line.words.contains(words));
    let unknown = |name, from, to| {
        let faults = swapped(body_lines(), from, to).map(|fault| fault.exactly(0));
        kind(name, rule::UNKNOWN_MARK).echoing(LOSS).at(faults)
    };
    let dead = |name, from: &'static str| {
        let faults = with(from).filter_map(move |line| {
            let open = line.words.find(from)?;
            let digits = open + from.len()..open + from.len() + 2;
            Some(line.replace(digits, "99").found_at(line.start + open).exactly(0))
        });
        kind(name, rule::DEAD_REFERENCE).echoing(LOSS).at(faults)
    };
    vec![
        kind("a mark never closed", rule::UNCLOSED_MARK).echoing(LOSS).at(body_lines()
            .filter(|line| !in_code(line))
            .filter_map(|line| {
                let open = line.words.rfind('【')?;
                let close = open + line.words[open..].find('】')?;
                let fault = line.replace(close..close + '】'.len_utf8(), "");
                Some(fault.found_at(line.start + open).exactly(0))
            })),
        unknown("no such mark", "【法：", "【据："),
        unknown("a mark's number misspelt", "【源：F", "【源：第"),
        dead("a dead source of law", "【法：L"),
        dead("a dead fact", "【源：F"),
        dead("a dead parameter", "【参：P"),
        kind("a dead component of a parameter", rule::DEAD_REFERENCE).echoing(LOSS).at(with("【参：P")
            .filter_map(|line| {
                let open = line.words.find("【参：P")?;
                let dot = open + "【参：P00".len();
                let fault = line.replace(dot + 1..dot + 1, "某").found_at(line.start + open).exactly(0);
                line.words[dot..].starts_with('.').then_some(fault)
            })),
        kind("another value than the parameter's", rule::PARAMETER_VALUE).at(with("【参：P").filter_map(
            |line| {
                let open = line.words.find("【参：P")?;
                let blank = open + line.words[open..].find(' ')?;
                Some(line.replace(blank + 1..blank + 1, "9").found_at(line.start + open).exactly(0))
            },
        )),
        kind("a dead clause", rule::DEAD_REFERENCE).echoing(LOSS).at(with("见 NJ-0").filter_map(|line| {
            let at = line.words.find("见 NJ-0")? + "见 ".len();
            let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            let length = line.words[at..].find(|c| !is_id(c)).unwrap_or(line.words.len() - at);
            Some(line.replace(at..at + length, "NJ-01-88.8").exactly(0))
        })),
        kind("a dead form", rule::DEAD_REFERENCE)
            .echoing(LOSS)
            .at(fields("记录").map(|line| line.end_with(value(&line), "FM-88"))),
    ]
}

/// Faults of Markdown.
pub fn markdown() -> Vec<Kind> {
    let prose = || body_lines().filter(is_prose);
    let chapters = || body_lines().filter(is_chapter);
    vec![
        kind("a rule in the body", rule::RULE_IN_BODY)
            .at(prose().map(|line| line.insert_before("---\n").exactly(0))),
        kind("a rule below a paragraph", rule::RULE_IN_BODY)
            .echoing(SECTION_LOST)
            .at(prose().filter(next_is_blank).map(|line| line.insert_after("---"))),
        kind("HTML in a line", rule::RAW_HTML).at(prose().map(|line| line.append("<br>").exactly(0))),
        kind("a block of HTML", rule::RAW_HTML)
            .at(chapters().map(|line| line.insert_before("<div>甲</div>\n"))),
        kind("a comment that never ends", rule::RAW_HTML)
            .echoing(REST_LOST)
            .at(chapters().map(|line| line.insert_before("<!-- 待定\n"))),
        kind("words behind a comment", rule::RAW_HTML)
            .at(chapters().map(|line| line.insert_before("<!-- 待定 -->先做这个。\n"))),
        kind("code that never ends", rule::LOST_TASK)
            .echoing(REST_LOST)
            .at(chapters().map(|line| line.insert_before("```\n"))),
        kind("stars beside punctuation", rule::LITERAL_EMPHASIS)
            // In front of a caption they would also cost its number, which is another fault.
            .at(prose()
                .filter(|line| !line.words.starts_with('表'))
                .map(|line| line.replace(0..0, "**注意：**").exactly(0))),
        kind("no blank behind a heading's signs", rule::HEADING_NUMBER).echoing(SECTION_LOST).at(swapped(
            chapters(),
            "## ",
            "##",
        )),
        kind("full-width signs of a heading", rule::HEADING_NUMBER).echoing(SECTION_LOST).at(swapped(
            chapters(),
            "## ",
            "＃＃ ",
        )),
        kind("a dot behind a heading's number", rule::HEADING_NUMBER).echoing(SECTION_LOST).at(chapters()
            .filter_map(|line| {
                let end = chapter_number(&line)?.end;
                Some(line.replace(end..end, "."))
            })),
        kind("a chapter's number used twice", rule::DUPLICATE_ID).echoing(SECTION_LOST).at(pairs(is_chapter)
            .filter_map(|(a, b)| Some(b.replace(chapter_number(&b)?, &a.words[chapter_number(&a)?])))),
        kind("a title unlike the front matter's", rule::TITLE_MISMATCH)
            .at(body_lines().filter(|l| l.words.starts_with("# ")).map(|line| line.append("（节选）"))),
        kind("a control character", rule::CONTROL_CHARACTER)
            .at(prose().map(|line| line.replace(3..3, "\u{7}").exactly(0))),
        kind("a character that turns the direction", rule::BIDI_CONTROL)
            .at(prose().map(|line| line.replace(3..3, "\u{202e}").exactly(0))),
    ]
}

/// Faults of forms.
pub fn forms() -> Vec<Kind> {
    let rows = || body_lines().filter(is_form_row);
    let cells =
        |n, words| rows().filter_map(move |line| Some(line.replace(cell(&line, n)?, words).exactly(0)));
    let heads = || body_lines().filter(|line| line.words.starts_with("填写："));
    let choices = || rows().filter(|line| line.words.contains("| 单选 |"));
    vec![
        kind("no such type of field", rule::FORM_SHAPE).echoing(LOSS).at(cells(2, "字符串")),
        kind("required neither yes nor no", rule::FORM_SHAPE).at(cells(3, "必须")),
        kind("a field's number used twice", rule::DUPLICATE_ID).echoing(LOSS).at(pairs(is_form_row)
            .filter(|(a, b)| a.end() + 1 == b.start)
            .filter_map(|(a, b)| Some(b.replace(cell(&b, 0)?, &a.words[cell(&a, 0)?]).exactly(0)))),
        kind("a choice with one option", rule::FORM_SHAPE)
            .at(choices().filter_map(|line| Some(line.replace(cell(&line, 4)?, "只此一项").exactly(0)))),
        kind("a form's column renamed", rule::FORM_SHAPE).echoing(LOSS).at({
            let heads = body_lines().filter(|line| line.words.starts_with("| 号 | 字段 |"));
            swapped(heads, "| 类型 |", "| 种类 |")
        }),
        kind("a field with a cell too few", rule::TABLE_ROW).echoing(LOSS).at(rows().filter_map(|line| {
            let last = cell(&line, 4)?.start - 1;
            Some(line.replace(last..line.words.len(), ""))
        })),
        kind("an entry rule about no field", rule::ENTRY_RULE)
            .at(heads().map(|line| line.append("；唯一：无此栏").found_at(line.end() + "；唯一：".len()))),
        kind("a key of a form's line twice", rule::DUPLICATE_FIELD).at(heads()
            .filter(|line| line.words.contains("保存："))
            .map(|line| line.append("；保存：短期").found_at(line.end() + "；".len()))),
        kind("no such time of keeping", rule::BAD_FIELD).at({
            heads().filter_map(|line| {
                let at = line.words.find("保存：")? + "保存：".len();
                let end = line.words[at..].find('；').map_or(line.words.len(), |i| at + i);
                Some(line.replace(at..end, "很久").exactly(0))
            })
        }),
    ]
}

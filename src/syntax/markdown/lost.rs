//! The raw text is counted against what the parser delivered, so that no line that looks like an
//! item, a clause, a field, a heading or a table can be lost in silence: a missing blank makes a task
//! a plain line, an indent too many makes it code, a list above swallows a table.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{Reporter, Seen, line_of};
use crate::diagnostic::Severity;
use crate::rule;
use crate::syntax::field::{self, CLAUSE_KEYS, ITEM_KEYS};
use crate::syntax::{RawBlock, RawSection};
use crate::text::fold_width;

/// First bytes of the lines of a text.
struct Lines(Vec<usize>);

impl Lines {
    fn new(source: &str) -> Self {
        Self(std::iter::once(0).chain(source.match_indices('\n').map(|(i, _)| i + 1)).collect())
    }

    /// The first byte of the line that `at` stands on.
    fn of(&self, at: usize) -> usize {
        self.0[self.0.partition_point(|start| *start <= at).saturating_sub(1)]
    }
}

/// What the parser took for tables and for code, as places in the text.
pub struct Taken {
    /// Where the rows of tables begin, their heads included.
    rows: Vec<usize>,
    /// Fenced code.
    code: Vec<Range<usize>>,
}

impl Taken {
    /// Collects them from a document's events.
    pub fn new(events: &[Seen<'_>]) -> Self {
        let mut taken = Self { rows: Vec::new(), code: Vec::new() };
        for (event, range) in events {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => taken.rows.push(range.start),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => taken.code.push(range.clone()),
                _ => {}
            }
        }
        taken
    }
}

/// Reports every line of the body that looks like data and became none.
pub fn check(source: &str, body: usize, sections: &[RawSection], taken: &Taken, report: &mut Reporter<'_>) {
    let lines = Lines::new(source);
    let rows: BTreeSet<usize> = taken.rows.iter().map(|at| lines.of(*at)).collect();
    let delivered = delivered(&lines, sections);
    unclosed(source, &taken.code, report);
    // Only an error counts as said: a warning on a line would let a build pass that lost it.
    let errors = report
        .diagnostics
        .iter()
        .filter(|d| d.span.file == *report.path && d.rule.severity == Severity::Error);
    let said: BTreeSet<usize> = errors.map(|d| lines.of(d.span.start)).collect();
    let mut code = taken.code.iter().peekable();
    let mut before = Before::default();
    let mut at = body;
    for line in source[body..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        while code.next_if(|range| range.end <= start).is_some() {}
        let verbatim = code.peek().is_some_and(|range| range.start < at);
        if !verbatim && !delivered.contains(&start) && !rows.contains(&start) {
            let place = if is_delimiter(trimmed) { before.start } else { start };
            let known = said.contains(&place);
            before.item_said = said.contains(&before.item);
            let found = if known { None } else { lost(line, &before, &rows) };
            before.bars_said = trimmed.starts_with(BARS) && (before.bars_said || known || found.is_some());
            if let Some((rule, message, help)) = found {
                report.add(rule, line_of(source, place), message).help.push_str(help);
            }
        } else {
            before.bars_said = false;
        }
        before.step(line, start);
    }
}

/// Code whose fence is not closed takes everything behind it.
fn unclosed(source: &str, code: &[Range<usize>], report: &mut Reporter<'_>) {
    for range in code {
        let block = source[range.clone()].trim_end();
        let (first, last) =
            (block.lines().next().unwrap_or_default(), block.lines().next_back().unwrap_or_default());
        let sign = if first.contains("```") { '`' } else { '~' };
        let last = last.trim_start_matches(['>', ' ', '\t']);
        let closed = block.lines().nth(1).is_some() && last.len() >= 3 && last.chars().all(|c| c == sign);
        if !closed {
            report
                .add(rule::LOST_TASK, line_of(source, range.start), "代码块没有结束，后面的内容都成了代码")
                .help
                .push_str("在代码后面单独写一行同样的反引号或波浪号；不是代码的，删去这一行");
        }
    }
}

/// Lines whose clause, item, field or attributes arrived.
fn delivered(lines: &Lines, sections: &[RawSection]) -> BTreeSet<usize> {
    let mut delivered = BTreeSet::new();
    let mut add = |at: usize| delivered.insert(lines.of(at));
    for block in sections.iter().flat_map(|section| &section.blocks) {
        match block {
            RawBlock::Clauses(items) | RawBlock::Tasks(items) => {
                for item in items {
                    add(item.number.span.start);
                    item.fields.iter().for_each(|field| {
                        add(field.key.span.start);
                    });
                }
            }
            RawBlock::Attributes(fields) => fields.iter().for_each(|field| {
                add(field.key.span.start);
            }),
            _ => {}
        }
    }
    delivered
}

/// The bars of tables, and what a Chinese keyboard makes of them.
const BARS: [char; 2] = ['|', '｜'];

/// What stands above a line.
#[derive(Default)]
struct Before<'a> {
    /// The line above and its first byte.
    line: &'a str,
    start: usize,
    /// The last line that began a list item: its first byte, and how far it was indented.
    item: usize,
    indent: Option<usize>,
    /// Whether that item's line was reported: then its fields are lost for a reason already told.
    item_said: bool,
    /// Whether one of the lines right above that begin with a bar and are no rows was reported.
    bars_said: bool,
}

impl<'a> Before<'a> {
    fn step(&mut self, line: &'a str, start: usize) {
        (self.line, self.start) = (line, start);
        let indent = indent(line);
        if is_item(line) && self.indent.is_none_or(|outer| indent <= outer) {
            (self.item, self.indent) = (start, Some(indent));
        } else if !line.trim().is_empty() && indent == 0 && !is_item(line) && !self.inside(line) {
            self.indent = None;
        }
    }

    /// Whether a line stands below a list item's first line, and so is part of it.
    fn inside(&self, line: &str) -> bool {
        self.indent.is_some_and(|outer| indent(line) > outer)
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn is_item(line: &str) -> bool {
    line.trim_start().starts_with(['-', '*', '+'])
}

/// What a line that arrived nowhere was meant to be: rule, message, help.
fn lost(
    line: &str,
    before: &Before<'_>,
    rows: &BTreeSet<usize>,
) -> Option<(&'static rule::Rule, &'static str, &'static str)> {
    let trimmed = line.trim();
    if looks_like_task(trimmed) {
        let help = "写成 - [ ] **01** …：半角方括号，中间一个半角空格，后面一个半角空格，行首不多缩进";
        return Some((rule::LOST_TASK, "这一行像检查项，但不会被当成检查项", help));
    }
    if looks_like_clause(trimmed) {
        let help = "写成 - **3.1** …：行首是减号加空格，号加粗，前后空行和缩进不变成代码或引用";
        return Some((rule::LOST_TASK, "这一行像条款，但不会被当成条款", help));
    }
    let attached = before.inside(line)
        || (!before.line.trim().is_empty() && (is_item(before.line) || indent(before.line) > 0));
    let told = before.inside(line) && before.item_said;
    if attached && !told && looks_like_field(trimmed) {
        let help = "写成「  - 键：值」：行首两个空格，减号，再一个空格，挂在条款或检查项下面";
        return Some((rule::STRAY_FIELD, "这一行像「键：值」，但没有挂在任何条款下", help));
    }
    if looks_like_heading(line) {
        let help = "写成「## 3 标题」：井号用半角，后面空一格";
        return Some((rule::HEADING_NUMBER, "这一行像标题，但不会被当成标题", help));
    }
    let headless = is_delimiter(trimmed) && !rows.contains(&before.start);
    if headless || (looks_like_step(trimmed) && !before.bars_said) {
        let help = "表格前空一行，不缩进；竖线用半角；第二行和表头的格数一样多";
        return Some((rule::TABLE_ROW, "这几行没有成为表格", help));
    }
    None
}

/// A row of a step table: a bar, a clause's number, and another bar.
fn looks_like_step(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(BARS) else { return false };
    let Some((first, _)) = rest.split_once(BARS) else { return false };
    looks_like_number(crate::text::folded(first).trim())
}

/// A line that continues a field's value must not be data of its own.
pub fn looks_like_data(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(BARS) || looks_like_task(line) || looks_like_clause(line) || looks_like_field(line)
}

/// A known key with its colon, with or without a list marker.
fn looks_like_field(line: &str) -> bool {
    let line = line.trim_start_matches(['-', '*', '+', '•', '–', '—', '－', ' ', '\u{3000}']);
    let known = |key: &str| CLAUSE_KEYS.contains(&key) || ITEM_KEYS.contains(&key);
    field::key(line).is_some_and(|(key, _)| known(&crate::text::folded(key)))
}

/// Number signs of either width with no blank behind them, or none that Markdown knows.
fn looks_like_heading(line: &str) -> bool {
    let rest = line.trim_start_matches(['#', '＃']);
    let signs = line.chars().count() - rest.chars().count();
    let wide = line.starts_with('＃');
    let next = rest.chars().next();
    (1..=6).contains(&signs) && next.is_some_and(|c| wide || !matches!(c, ' ' | '\t' | '\n'))
}

/// The second line of a table.
fn is_delimiter(line: &str) -> bool {
    line.contains("--")
        && line.contains(BARS)
        && line.chars().all(|c| matches!(c, '|' | '｜' | '-' | ':' | ' '))
}

/// A list marker, then brackets of any width with nothing or a tick between them.
fn looks_like_task(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    let mut chars = line.chars().map(fold_width).peekable();
    let marker = chars.next();
    match marker {
        Some('-' | '*' | '+' | '•' | '–' | '—' | '·') => {}
        Some(c) if c.is_ascii_digit() => {
            while chars.peek().is_some_and(char::is_ascii_digit) {
                chars.next();
            }
            if !matches!(chars.next(), Some('.' | ')' | '、')) {
                return false;
            }
        }
        // Without a list marker only the exact form counts: 【 】 and [x] also occur in sentences.
        Some('[') => return line.starts_with("[ ]"),
        _ => return false,
    }
    while chars.peek().is_some_and(|c| c.is_whitespace()) {
        chars.next();
    }
    if !matches!(chars.next(), Some('[' | '【' | '〔' | '［')) {
        return false;
    }
    let inside: String =
        chars.by_ref().take_while(|c| !matches!(c, ']' | '】' | '〕' | '］')).take(5).collect();
    inside.chars().all(|c| c.is_whitespace() || matches!(c, 'x' | 'X' | '√' | '✓' | '✔' | '☑'))
}

/// A list marker, then a number in bold stars.
fn looks_like_clause(line: &str) -> bool {
    // Most lines begin with no list marker: they need not be folded.
    let begins = line.chars().map(fold_width).find(|c| !matches!(c, '>' | ' '));
    if !matches!(begins, Some('-' | '*' | '+' | '•' | '–' | '—')) {
        return false;
    }
    let folded: String = line.chars().map(fold_width).collect();
    let rest = folded.trim_start_matches(['>', ' ']);
    let Some(rest) = rest.strip_prefix(['-', '*', '+', '•', '–', '—']) else { return false };
    let Some(rest) = rest.trim_start().strip_prefix("**") else { return false };
    // A backslash before the closing stars is a slip too: it keeps them from closing.
    rest.split_once("**").is_some_and(|(number, _)| looks_like_number(number.trim_end_matches('\\').trim()))
}

/// Digits and dots such as a clause's number has, right or wrong: `3.1`, `3.1.`, `3..1`, `A.1b2`.
pub fn looks_like_number(words: &str) -> bool {
    let mut pieces = words.split(['.', '。']);
    let first = pieces.next().unwrap_or_default();
    let head = (1..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_digit())
        || first.len() == 1 && first.bytes().all(|b| b.is_ascii_uppercase());
    let rest: Vec<&str> = pieces.collect();
    head && rest.iter().any(|piece| !piece.is_empty())
        && rest.iter().all(|piece| {
            piece.bytes().all(|b| b.is_ascii_alphanumeric())
                && piece.bytes().next().is_none_or(|b| b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_seen_in_every_disguise() {
        for line in [
            "- [ ]丙",
            "- [] 丙",
            "-　[ ] 丙",
            "- [ ]　丙",
            "- 【 】 丙",
            "-[ ] 丙",
            "* ［　］丙",
            "1. [ ] 丙",
            "- [√] 丙",
            "> - [ ] 丙",
        ] {
            assert!(looks_like_task(line), "{line}");
        }
        for line in ["- 见【法：L06】", "普通 [ ] 文字", "- [链接](a)", "【例】甲", "- 甲"] {
            assert!(!looks_like_task(line), "{line}");
        }
    }

    #[test]
    fn clauses_are_seen_in_disguise() {
        assert!(looks_like_clause("-**3.1** 甲"));
        assert!(looks_like_clause("－ **３．１** 甲"));
        assert!(looks_like_clause("- ** 3.1** 甲"));
        for slip in ["- **3..1** 甲", "- **3.1.** 甲", "- **3。1** 甲", "- **3.1ab** 甲", "- **A.1** 甲"]
        {
            assert!(looks_like_clause(slip), "{slip}");
        }
        for other in ["- **3.** 甲", "- **U.S.** 甲", "- **2026.1** 甲", "- **1.5倍** 甲", "- **v1.2** 甲"]
        {
            assert!(!looks_like_clause(other), "{other}");
        }
        assert!(!looks_like_clause("- **甲** 乙"));
        assert!(!looks_like_clause("- **2026** 乙"));
    }

    #[test]
    fn fields_headings_and_tables_are_seen_in_disguise() {
        for line in ["责任：R04", "- 时限: 当日", "－ 查：2.1", "　适用：甲 = 是"] {
            assert!(looks_like_field(line), "{line}");
        }
        assert!(!looks_like_field("注意：甲"));
        for line in ["##3 领件", "＃＃ 3 领件", "#标题"] {
            assert!(looks_like_heading(line), "{line}");
        }
        for line in ["## 3 领件", "#", "甲#乙", "####### 甲"] {
            assert!(!looks_like_heading(line), "{line}");
        }
        assert!(
            is_delimiter("| --- | :-: |")
                && is_delimiter("--|--")
                && !is_delimiter("---")
                && !is_delimiter("| a | -- |")
        );
    }
}

//! Where faults can be put: the lines of the manual, and what they are.

use std::ops::Range;
use std::sync::Arc;

use shouce::id;

use crate::manual::{manual, norms};

/// One fault: `range` of a file's bytes is replaced by `with`.
#[derive(Clone)]
pub struct Fault {
    pub path: Arc<str>,
    pub range: Range<usize>,
    pub with: Vec<u8>,
    /// Byte of the changed text at which it must be found.
    pub at: usize,
    /// Whether at that very byte, not only on its line.
    pub exact: bool,
}

impl Fault {
    pub fn bytes(&self) -> Vec<u8> {
        let text = manual().text(&self.path).as_bytes();
        [&text[..self.range.start], &self.with, &text[self.range.end..]].concat()
    }

    /// Found to the byte, `offset` bytes behind where it would be looked for.
    pub fn exactly(mut self, offset: usize) -> Self {
        self.at += offset;
        self.exact = true;
        self
    }

    /// Found at this byte of the changed text, or on its line.
    pub fn found_at(mut self, at: usize) -> Self {
        self.at = at;
        self
    }
}

/// A line of the manual: its file, its first byte, its words without the line end.
#[derive(Clone, Copy)]
pub struct Line {
    pub path: &'static Arc<str>,
    pub text: &'static str,
    pub start: usize,
    pub words: &'static str,
}

impl Line {
    pub fn end(&self) -> usize {
        self.start + self.words.len()
    }

    /// A range of the line's bytes becomes this. Found on this line, unless told otherwise.
    pub fn replace(&self, range: Range<usize>, with: &str) -> Fault {
        let range = self.start + range.start..self.start + range.end;
        Fault { path: self.path.clone(), at: range.start, range, with: with.into(), exact: false }
    }

    /// `from`, where it stands first, becomes `to`.
    pub fn swap(&self, from: &str, to: &str) -> Option<Fault> {
        let at = self.words.find(from)?;
        Some(self.replace(at..at + from.len(), to))
    }

    /// From this byte on, the line becomes this; found there to the byte.
    pub fn end_with(&self, from: usize, words: &str) -> Fault {
        self.replace(from..self.words.len(), words).exactly(0)
    }

    /// The whole line becomes this.
    pub fn become_(&self, words: &str) -> Fault {
        self.replace(0..self.words.len(), words)
    }

    /// This is put behind the line's last character.
    pub fn append(&self, words: &str) -> Fault {
        self.replace(self.words.len()..self.words.len(), words)
    }

    /// A line is put before this one.
    pub fn insert_before(&self, words: &str) -> Fault {
        self.replace(0..0, &format!("{words}\n"))
    }

    /// A line is put behind this one.
    pub fn insert_after(&self, words: &str) -> Fault {
        self.append(&format!("\n{words}")).found_at(self.end() + 1)
    }

    /// The line is taken out with its end.
    pub fn remove(&self) -> Fault {
        self.replace(0..(self.words.len() + 1).min(self.text.len() - self.start), "")
    }

    pub fn previous(&self) -> Option<Line> {
        let end = self.start.checked_sub(1)?;
        let start = self.text[..end].rfind('\n').map_or(0, |i| i + 1);
        Some(Line { start, words: &self.text[start..end], ..*self })
    }
}

/// A change to a whole norm, found at byte `at`.
pub fn whole(
    change: impl Fn(&str) -> (Range<usize>, String) + 'static,
    at: usize,
) -> impl Iterator<Item = Fault> {
    norms().map(move |(path, text)| {
        let (range, with) = change(text);
        Fault { path: path.clone(), range, with: with.into(), at, exact: false }
    })
}

/// `from` becomes `to` in each of these lines that has it.
pub fn swapped(lines: impl Iterator<Item = Line>, from: &str, to: &str) -> impl Iterator<Item = Fault> {
    lines.filter_map(move |line| line.swap(from, to))
}

/// The lines of a file from a byte on.
pub fn lines_of(path: &'static Arc<str>, text: &'static str, from: usize) -> impl Iterator<Item = Line> {
    let mut start = from;
    text[from..].split('\n').map(move |words| {
        let line = Line { path, text, start, words };
        start += words.len() + 1;
        line
    })
}

/// Where a norm's body begins.
pub fn body(text: &str) -> usize {
    text[4..].find("\n---\n").map_or(0, |i| i + 4 + "\n---\n".len())
}

/// The lines of all norms' bodies.
pub fn body_lines() -> impl Iterator<Item = Line> {
    norms().flat_map(|(path, text)| lines_of(path, text, body(text)))
}

/// The lines of all norms' front matter, without the fences.
pub fn front_lines() -> impl Iterator<Item = Line> {
    norms().flat_map(|(path, text)| {
        let end = body(text) - 4;
        lines_of(path, text, 4).take_while(move |line| line.start < end)
    })
}

/// The lines of one registry.
pub fn registry(name: &str) -> impl Iterator<Item = Line> + use<> {
    let (path, file) = manual().files.get_key_value(name).expect("a registry");
    lines_of(path, &file.text, 0)
}

pub fn is_task(line: &Line) -> bool {
    line.words.starts_with("- [ ] **")
}

pub fn is_clause(line: &Line) -> bool {
    number(line).is_some_and(|range| line.words[range].contains('.'))
}

/// Where the bold number of a list item stands in its line.
pub fn number(line: &Line) -> Option<Range<usize>> {
    let start =
        line.words.strip_prefix("- ").map(|rest| line.words.len() - rest.trim_start_matches("[ ] ").len())?;
    let rest = line.words[start..].strip_prefix("**")?;
    Some(start + 2..start + 2 + rest.find("**")?)
}

/// The number of a row of a step table: `| 2.1 | …`.
pub fn row_number(line: &Line) -> Option<&str> {
    let number = line.words.strip_prefix("| ")?.split(' ').next()?;
    (number.contains('.') && id::is_local_number(number)).then_some(number)
}

/// A form's field: `| 01 | 件号 | 文本 | 是 | … |`.
pub fn is_form_row(line: &Line) -> bool {
    let cells: Vec<_> = line.words.split(" | ").collect();
    cells.len() >= 5
        && cells[0].len() == 4
        && cells[0][2..].bytes().all(|b| b.is_ascii_digit())
        && matches!(cells[3], "是" | "否")
}

pub fn is_step_head(line: &Line) -> bool {
    line.words.starts_with("| 号 | 谁 | 做什么 |")
}

pub fn is_field(line: &Line, keys: &[&str]) -> bool {
    line.words
        .strip_prefix("  - ")
        .is_some_and(|rest| keys.iter().any(|key| rest.starts_with(&format!("{key}："))))
}

/// The lines of norms that are fields with this key.
pub fn fields(key: &'static str) -> impl Iterator<Item = Line> {
    body_lines().filter(move |line| is_field(line, &[key]))
}

/// Where the value of a field begins in its line: `  - 查：2.1`, `单位: 次`.
pub fn value(line: &Line) -> usize {
    let colon = line.words.find(['：', ':']).unwrap_or(0);
    if line.words[colon..].starts_with('：') { colon + '：'.len_utf8() } else { colon + 2 }
}

/// A chapter's heading: `## 3 领件`.
pub fn is_chapter(line: &Line) -> bool {
    line.words.strip_prefix("## ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Where a heading's number stands.
pub fn chapter_number(line: &Line) -> Option<Range<usize>> {
    let length = line.words.strip_prefix("## ")?.find(' ')?;
    Some(3..3 + length)
}

/// Where the nth cell of a table's row stands, without its blanks.
pub fn cell(line: &Line, n: usize) -> Option<Range<usize>> {
    let bars: Vec<usize> = line.words.match_indices('|').map(|(i, _)| i).collect();
    Some(bars.get(n)? + 2..bars.get(n + 1)? - 1)
}

pub fn is_prose(line: &Line) -> bool {
    let first = line.words.chars().next();
    let attributes = ["时点：", "填写：", "类型："].iter().any(|key| line.words.starts_with(key));
    first.is_some_and(shouce::text::is_han)
        && !attributes
        && line.previous().is_some_and(|before| before.words.is_empty())
}

/// Items and clauses in pairs of the same shape and file, one behind the other.
pub fn pairs(keep: fn(&Line) -> bool) -> impl Iterator<Item = (Line, Line)> {
    let all: Vec<Line> = body_lines().filter(keep).collect();
    let pairs: Vec<_> = all.windows(2).filter(|w| w[0].path == w[1].path).map(|w| (w[0], w[1])).collect();
    pairs.into_iter()
}

/// Where the entry of a registry begins that a line belongs to.
pub fn entry(line: &Line) -> usize {
    let mut line = *line;
    while !line.words.starts_with("- ") {
        line = line.previous().expect("an entry begins");
    }
    line.start
}

pub fn heading_above(line: &Line) -> Option<Line> {
    let mut line = line.previous()?;
    while !line.words.starts_with('#') {
        line = line.previous()?;
    }
    Some(line)
}

pub fn in_checklist(line: &Line) -> bool {
    heading_above(line).is_some_and(|heading| heading.words.contains(" CK-"))
}

pub fn in_code(line: &Line) -> bool {
    line.text[..line.start].matches("\n```").count() % 2 == 1 || line.words.contains('`')
}

pub fn next_is_blank(line: &Line) -> bool {
    line.text[line.end()..].starts_with("\n\n")
}

/// Whether the parameter component that this `值` belongs to has bounds.
pub fn bounded(line: &Line) -> bool {
    line.words.contains("上限")
        || line.text[line.end()..]
            .lines()
            .skip(1)
            .take_while(|l| l.starts_with("  "))
            .any(|l| l.trim_start().starts_with("上限:"))
}

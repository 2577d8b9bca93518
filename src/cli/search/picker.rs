//! The picker: what is typed, what is found, what is chosen. It knows keys and lines of text, no terminal.

use crate::error::Error;
use crate::search::{Hit, Index, Query, Results};
use crate::text::is_wide;

/// Hits that are asked for.
const HITS: usize = 50;
/// Lines of the list beside those of the preview, one of so many.
const LIST_SHARE: usize = 2;

/// A key, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Character(char),
    /// The last character goes.
    Back,
    /// The last word goes.
    BackWord,
    /// Everything goes.
    Clear,
    /// To the hit above.
    Up,
    /// To the hit below.
    Down,
    /// This one.
    Enter,
    /// None.
    Leave,
}

/// What a key led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Go on.
    Stay,
    /// This hit was chosen.
    Chosen(Box<Hit>),
    /// Nothing was chosen.
    Left,
}

/// What is typed and found.
#[derive(Debug)]
pub struct Picker<'a> {
    index: &'a Index,
    typed: String,
    results: Results,
    at: usize,
}

impl<'a> Picker<'a> {
    /// Begins with this query. Fails when the search does.
    pub fn new(index: &'a Index, typed: String) -> Result<Self, Error> {
        let results = search(index, &typed)?;
        Ok(Self { index, typed, results, at: 0 })
    }

    /// Takes a key. Fails when the search does.
    pub fn press(&mut self, key: Key) -> Result<Outcome, Error> {
        let before = self.typed.len();
        match key {
            Key::Character(c) => self.typed.push(c),
            Key::Back => drop(self.typed.pop()),
            Key::BackWord => {
                let rest = self.typed.trim_end().rfind(' ').map_or(0, |at| at + 1);
                self.typed.truncate(rest);
            }
            Key::Clear => self.typed.clear(),
            Key::Up => self.at = self.at.saturating_sub(1),
            Key::Down => self.at = (self.at + 1).min(self.results.hits.len().saturating_sub(1)),
            Key::Leave => return Ok(Outcome::Left),
            Key::Enter => {
                if let Some(hit) = self.results.hits.get(self.at) {
                    return Ok(Outcome::Chosen(Box::new(hit.clone())));
                }
            }
        }
        if self.typed.len() != before {
            self.results = search(self.index, &self.typed)?;
            self.at = 0;
        }
        Ok(Outcome::Stay)
    }

    /// The lines of the screen, each at most `columns` wide: what is typed, how much there is, the list, and
    /// the chosen hit's text below a rule.
    pub fn lines(&self, rows: usize, columns: usize) -> Vec<String> {
        let mut lines = vec![fitted(&format!("› {}", self.typed), columns), fitted(&self.state(), columns)];
        let list = (rows.saturating_sub(3) / LIST_SHARE).max(1);
        let first = (self.at + 1).saturating_sub(list);
        for (place, hit) in self.results.hits.iter().enumerate().skip(first).take(list) {
            let pointer = if place == self.at { '▸' } else { ' ' };
            let text =
                format!("{pointer} {} {} {}（{}）", hit.id, hit.kind.chinese(), hit.title, hit.why.chinese());
            lines.push(fitted(&text, columns));
        }
        lines.resize(2 + list, String::new());
        if let Some(hit) = self.results.hits.get(self.at) {
            lines.push("─".repeat(columns / 2));
            lines.push(fitted(&hit.path.join(" › "), columns));
            let text: String = hit.snippet.iter().map(|piece| piece.text.as_str()).collect();
            lines.extend(wrapped(&text, columns));
        }
        lines.truncate(rows);
        lines
    }

    /// The column of the cursor, from 1.
    pub fn cursor(&self) -> usize {
        3 + width(&self.typed)
    }

    fn state(&self) -> String {
        match (self.results.total, self.results.suggestions.as_slice()) {
            (0, []) if self.typed.is_empty() => "打字就找；↑↓ 选，回车打开，Esc 离开".to_owned(),
            (0, []) => "没有找到".to_owned(),
            (total, []) => format!("{total} 条"),
            (total, names) => format!("{total} 条；是不是 {}？", names.join("、")),
        }
    }
}

fn search(index: &Index, typed: &str) -> Result<Results, Error> {
    index.search(&Query { limit: HITS, ..Query::new(typed) })
}

/// Columns that a character takes in a terminal.
fn columns(c: char) -> usize {
    if c.is_control() {
        0
    } else if is_wide(c) {
        2
    } else {
        1
    }
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text on one line, cut where the line ends; what would move the cursor is left out.
fn fitted(text: &str, most: usize) -> String {
    let mut taken = 0;
    let fits = |c: &char| {
        taken += columns(*c);
        taken <= most
    };
    text.chars().filter(|c| !c.is_control()).take_while(fits).collect()
}

fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if taken + columns(c) > most {
            lines.push(String::new());
            taken = 0;
        }
        taken += columns(c);
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::search::build;
    use crate::source::Sources;

    fn index() -> Index {
        let sources = Sources::in_memory([
            ("a.md", "# 续审标记\n\n审到一半来电话，先写标记。\n"),
            ("b.md", "# 催审\n\n一天催三遍，查续审标记。\n"),
        ]);
        build(&compile(&sources).handbook).expect("an index")
    }

    #[test]
    fn typing_finds_and_arrows_choose() {
        let index = index();
        let mut picker = Picker::new(&index, String::new()).expect("an answer");
        for c in "xushen".chars() {
            assert_eq!(picker.press(Key::Character(c)).expect("an answer"), Outcome::Stay);
        }
        assert!(
            picker.lines(20, 80)[2].contains("▸ a#续审标记 页面 续审标记（读音）"),
            "{:?}",
            picker.lines(20, 80)
        );
        picker.press(Key::Down).expect("an answer");
        let Outcome::Chosen(hit) = picker.press(Key::Enter).expect("an answer") else { panic!("a choice") };
        assert_eq!(hit.id, "b#催审");
        picker.press(Key::Clear).expect("an answer");
        assert_eq!(picker.press(Key::Enter).expect("an answer"), Outcome::Stay);
        assert_eq!(picker.press(Key::Leave).expect("an answer"), Outcome::Left);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let index = index();
        let picker = Picker::new(&index, "续审标记\u{1b}[2J".to_owned()).expect("an answer");
        for (rows, columns) in [(1, 1), (3, 7), (8, 20), (50, 200)] {
            let lines = picker.lines(rows, columns);
            assert!(lines.len() <= rows && lines.iter().all(|line| width(line) <= columns), "{lines:?}");
            assert!(lines.iter().all(|line| !line.contains('\u{1b}')));
        }
    }
}

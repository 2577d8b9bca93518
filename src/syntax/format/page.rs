//! A file as the formatter sees it: its lines, and what the Markdown parser makes of them.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::line;
use crate::syntax::field;
use crate::syntax::{front_matter, render_options};

/// One line, without its line end.
pub struct Line<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it begins.
    pub start: usize,
}

/// A file and the places in it that matter. All ranges are bytes of the text.
pub struct Page<'a> {
    text: &'a str,
    /// Where the body begins.
    body: usize,
    /// Blocks of code and HTML: nothing in them is touched.
    blocks: Vec<Range<usize>>,
    /// Spans of code and HTML within a paragraph.
    spans: Vec<Range<usize>>,
    /// Line breaks made by blanks at the end of a line.
    hard_breaks: Vec<usize>,
    /// Headings that stand in no list and no quote.
    headings: Vec<Range<usize>>,
    /// Paragraphs that stand in no list and no quote.
    paragraphs: Vec<Range<usize>>,
    /// Tables.
    tables: Vec<Range<usize>>,
    /// List items that stand in no quote, in order.
    items: Vec<Item>,
}

/// The keys that may stand below a clause or task, and the column they begin at.
type Owner = (&'static [&'static str], usize);

/// A list item.
struct Item {
    range: Range<usize>,
    /// Index of the item it stands in.
    parent: Option<usize>,
    /// Whether its list has numbers.
    ordered: bool,
}

impl<'a> Page<'a> {
    /// Parses a text.
    pub fn read(text: &'a str) -> Self {
        let mut page = Self {
            text,
            body: cut(text).unwrap_or(0),
            blocks: Vec::new(),
            spans: Vec::new(),
            hard_breaks: Vec::new(),
            headings: Vec::new(),
            paragraphs: Vec::new(),
            tables: Vec::new(),
            items: Vec::new(),
        };
        page.note_places();
        page
    }

    fn note_places(&mut self) {
        let (mut depth, mut quotes) = (0_usize, 0_usize);
        let mut ordered = Vec::new();
        let mut open: Vec<Option<usize>> = Vec::new();
        for (event, range) in Parser::new_ext(&self.text[self.body..], render_options()).into_offset_iter() {
            let mut range = range.start + self.body..range.end + self.body;
            // Where a tab makes the indent, the parser counts back by columns into the line before.
            while self.text[range.clone()].starts_with('\n') {
                range.start += 1;
            }
            match &event {
                Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => self.blocks.push(range.clone()),
                Event::Code(_) | Event::InlineHtml(_) => self.spans.push(range.clone()),
                Event::HardBreak if !self.text[range.clone()].starts_with('\\') => {
                    self.hard_breaks.push(range.start)
                }
                Event::Start(Tag::Heading { .. }) if depth == 0 => self.headings.push(range.clone()),
                Event::Start(Tag::Paragraph) if depth == 0 => self.paragraphs.push(range.clone()),
                Event::Start(Tag::Table(_)) => self.tables.push(range.clone()),
                Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                Event::End(TagEnd::BlockQuote(_)) => quotes -= 1,
                Event::Start(Tag::List(first)) => ordered.push(first.is_some()),
                Event::End(TagEnd::List(_)) => {
                    ordered.pop();
                }
                Event::Start(Tag::Item) if quotes == 0 => {
                    let parent = open.last().copied().flatten();
                    open.push(Some(self.items.len()));
                    let ordered = ordered.last().copied().unwrap_or_default();
                    self.items.push(Item { range: range.clone(), parent, ordered });
                }
                Event::Start(Tag::Item) => open.push(None),
                Event::End(TagEnd::Item) => {
                    open.pop();
                }
                _ => {}
            }
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
    }

    /// Whether code or HTML covers a byte and the one before it.
    pub fn is_code(&self, at: usize) -> bool {
        self.blocks.iter().chain(&self.spans).any(|range| range.start <= at && at < range.end)
    }

    /// Whether a line of this range ends in a break made by blanks.
    pub fn has_hard_break(&self, line: Range<usize>) -> bool {
        self.hard_breaks.iter().any(|&at| line.start <= at && at <= line.end)
    }

    /// The text with lines of the body replaced, code and HTML left out; `None` keeps a line.
    pub fn map_lines(&self, change: impl Fn(&Line<'_>, &Self) -> Option<String>) -> String {
        let mut out = String::with_capacity(self.text.len());
        out.push_str(&self.text[..self.body]);
        for line in self.lines() {
            match change(&line, self).filter(|_| !self.in_block(line.start)) {
                Some(changed) => out.push_str(&changed),
                None => out.push_str(line.text),
            }
            out.push('\n');
        }
        self.with_last_line_end(out)
    }

    /// The text with front matter whose full-width colons became real ones, and whose keys end without
    /// blanks; deeper lines may be text that keeps them.
    pub fn with_repaired_front_matter(&self) -> String {
        let mended = |line: &str| match line.trim_end() {
            fence @ ("---" | "...") => format!("{fence}\n"),
            key if !line.starts_with([' ', '\t']) => {
                line::front_matter_key(key).unwrap_or_else(|| key.to_owned()) + "\n"
            }
            _ => line.to_owned(),
        };
        let front: String = self.text[..self.body].split_inclusive('\n').map(mended).collect();
        front + &self.text[self.body..]
    }

    /// The text with the fields of clauses and items in form, and stray ones put below their clause.
    pub fn with_fields_in_form(&self) -> String {
        let mut changed = BTreeMap::new();
        // What may stand below each item that is a clause, a task or a field of one: keys and column.
        let mut owners: Vec<Option<Owner>> = Vec::with_capacity(self.items.len());
        // The clause that a field without indent belongs to, and where it ended.
        let mut last: Option<(Owner, usize)> = None;
        for item in &self.items {
            let here = self.line_at(item.range.start);
            let started = line::owner(here.text).filter(|_| item.parent.is_none());
            let above = match item.parent {
                _ if item.ordered => None,
                Some(parent) => owners[parent],
                None => {
                    last.filter(|&(_, end)| self.is_blank_between(end, here.start)).map(|(owner, _)| owner)
                }
            };
            let field =
                above.filter(|_| started.is_none()).and_then(|(keys, _)| line::field(here.text, keys));
            let owner = started.or(above.filter(|_| field.is_some()));
            if let (Some(field), Some((_, column))) = (field, owner) {
                changed.insert(here.start, format!("{}- {field}", " ".repeat(column)));
            }
            if item.parent.is_none() {
                last = owner.map(|owner| (owner, item.range.end));
            }
            owners.push(owner);
        }
        self.map_lines(|line, _| changed.get(&line.start).cloned())
    }

    fn is_blank_between(&self, end: usize, start: usize) -> bool {
        self.text.get(end..start).unwrap_or_default().trim().is_empty()
    }

    /// The text with the lines under the headings of checklists and forms in form.
    pub fn with_attributes_in_form(&self) -> String {
        let mut changed = BTreeMap::new();
        for heading in &self.headings {
            let words = self.text[heading.clone()].trim_start_matches(['#', ' ']);
            let keys = if words.starts_with("CK-") {
                field::CHECKLIST_KEYS
            } else if words.starts_with("FM-") {
                field::FORM_KEYS
            } else {
                continue;
            };
            let behind = |paragraph: &&Range<usize>| {
                heading.end <= paragraph.start && self.is_blank_between(heading.end, paragraph.start)
            };
            let Some(paragraph) = self.paragraphs.iter().find(behind) else { continue };
            if self.text[paragraph.clone()].trim_end().contains('\n') {
                continue;
            }
            let here = self.line_at(paragraph.start);
            if let Some(words) = line::attributes(here.text, keys) {
                changed.insert(here.start, words);
            }
        }
        self.map_lines(|line, _| changed.get(&line.start).cloned())
    }

    /// The text with half-width numbers in the first column of tables headed 号.
    pub fn with_table_numbers_in_form(&self) -> String {
        let numbered = |range: &&Range<usize>| {
            self.text[(*range).clone()].trim_start_matches(['|', ' ']).starts_with("号 ")
        };
        let tables: Vec<_> = self.tables.iter().filter(numbered).collect();
        self.map_lines(|line, _| {
            let inside = tables.iter().any(|table| table.start < line.start && line.start < table.end);
            line::row(line.text).filter(|_| inside)
        })
    }

    /// The text with one blank line before and behind each heading.
    pub fn with_blank_lines_around_headings(&self) -> String {
        let mut out: Vec<&str> = Vec::new();
        let mut behind_heading = false;
        for line in self.lines() {
            let end = line.start + line.text.len();
            let heading = self.headings.iter().find(|range| range.start <= end && line.start < range.end);
            match heading {
                Some(heading) if heading.start >= line.start => {
                    while out.last().is_some_and(|last| is_blank(last)) {
                        out.pop();
                    }
                    if !out.is_empty() || self.body > 0 {
                        out.push("");
                    }
                }
                None if behind_heading && is_blank(line.text) => continue,
                None if behind_heading => out.push(""),
                _ => {}
            }
            behind_heading = heading.is_some_and(|heading| heading.end <= end + 1);
            out.push(line.text);
        }
        let body: String = out.iter().flat_map(|line| [line, "\n"]).collect();
        self.with_last_line_end(format!("{}{body}", &self.text[..self.body]))
    }

    /// The text without blank lines at its end, unless they stand in code.
    pub fn with_one_line_end(&self) -> String {
        let code = self.blocks.last().map_or(0, |block| block.end);
        let end = self.text.trim_end_matches([' ', '\t', '\n']).len().max(code);
        match &self.text[..end] {
            "" => String::new(),
            kept if kept.ends_with('\n') => kept.to_owned(),
            kept => format!("{kept}\n"),
        }
    }

    /// The lines of the body.
    fn lines(&self) -> impl Iterator<Item = Line<'a>> {
        let mut at = self.body;
        self.text[self.body..].split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            Line { text: line.trim_end_matches('\n'), start }
        })
    }

    fn line_at(&self, at: usize) -> Line<'a> {
        let start = self.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |i| at + i);
        Line { text: &self.text[start..end], start }
    }

    fn in_block(&self, at: usize) -> bool {
        self.blocks.iter().any(|range| range.start <= at && at < range.end)
    }

    /// A text made of lines ends in a line end only when this one does.
    fn with_last_line_end(&self, mut out: String) -> String {
        if !self.text.ends_with('\n') && out.ends_with('\n') {
            out.pop();
        }
        out
    }
}

/// Whether a text begins with front matter that never ends.
pub fn is_unclosed(text: &str) -> bool {
    text.lines().next().is_some_and(|first| first.trim_end() == "---") && cut(text).is_none()
}

/// Where the body begins, behind front matter.
fn cut(text: &str) -> Option<usize> {
    front_matter::cut(&"".into(), text, false, &mut Vec::new()).map(|(_, body)| body.min(text.len()))
}

fn is_blank(line: &str) -> bool {
    line.trim_matches([' ', '\t']).is_empty()
}

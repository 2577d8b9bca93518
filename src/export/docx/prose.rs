//! Markdown events become paragraphs and tables.

use pulldown_cmark::{Event, HeadingLevel, Tag};

use super::document::{Block, Paragraph, Run, Style, Table};
use super::words::Context;
use crate::export::prose::{is_block, loose_end};
use crate::text;

/// A stretch of Markdown, its paragraphs in `style`.
pub fn blocks(context: &Context<'_>, events: &[Event<'_>], style: Style) -> Vec<Block> {
    let mut reader = Reader { context, events, at: 0, out: Vec::new() };
    reader.blocks(style, 0);
    reader.out
}

/// A stretch of Markdown that is one sentence, as runs.
pub fn runs(context: &Context<'_>, events: &[Event<'_>]) -> Vec<Run> {
    let blocks = blocks(context, events, Style::Body);
    let runs = blocks.into_iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph.runs),
        Block::Table(_) => None,
    });
    runs.collect::<Vec<_>>().join(&Run::new("\n"))
}

/// Walks through the events. Every function reads up to and including the end of what it was called
/// in, so that the depth of the calls is that of the nesting.
struct Reader<'a> {
    context: &'a Context<'a>,
    events: &'a [Event<'a>],
    at: usize,
    out: Vec<Block>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a Event<'a>> {
        let event = self.events.get(self.at)?;
        self.at += 1;
        Some(event)
    }

    /// Blocks up to the end of the container.
    fn blocks(&mut self, style: Style, depth: usize) {
        while let Some(event) = self.events.get(self.at) {
            match event {
                Event::End(_) => {
                    self.at += 1;
                    break;
                }
                Event::Rule => self.at += 1,
                Event::Start(tag) if is_block(tag) => {
                    self.at += 1;
                    self.block(tag, style, depth);
                }
                // The text of a tight list item stands without a paragraph around it.
                _ => {
                    let runs = self.loose_text();
                    self.paragraph(style, depth, runs);
                }
            }
        }
    }

    fn block(&mut self, tag: &Tag<'_>, style: Style, depth: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                let runs = self.inline();
                self.paragraph(Style::Heading(heading(*level)), 0, runs);
            }
            Tag::BlockQuote(_) => self.blocks(Style::Quote, depth),
            Tag::CodeBlock(_) | Tag::HtmlBlock => {
                for line in self.raw().lines() {
                    self.out.push(Paragraph { depth, ..Paragraph::new(Style::Code, line) }.into());
                }
            }
            Tag::List(first) => self.list(*first, style, depth),
            Tag::Table(_) => self.table(),
            Tag::FootnoteDefinition(label) => {
                let start = self.out.len();
                self.blocks(Style::Detail, depth);
                self.mark(start, format!("[{label}]"));
            }
            Tag::Paragraph => {
                let runs = self.inline();
                self.paragraph(style, depth, runs);
            }
            _ => self.blocks(style, depth),
        }
    }

    fn paragraph(&mut self, style: Style, depth: usize, runs: Vec<Run>) {
        if !runs.is_empty() {
            self.out.push(Paragraph { depth, ..Paragraph::of(style, runs) }.into());
        }
    }

    /// Items with the numbers they have; what stands below an item's first paragraph is moved in.
    fn list(&mut self, first: Option<u64>, style: Style, depth: usize) {
        let style = if style == Style::Cell { style } else { Style::Item };
        let mut number = first;
        while let Some(Event::Start(_)) = self.next() {
            let start = self.out.len();
            let marker = number.map_or_else(|| "•".to_owned(), |n| format!("{n}."));
            number = number.map(|n| n + 1);
            self.blocks(style, depth + 1);
            self.mark(start, marker);
        }
    }

    /// Gives the first paragraph since `start` a marker, which hangs one step before it.
    fn mark(&mut self, start: usize, marker: String) {
        match self.out.get_mut(start) {
            Some(Block::Paragraph(first)) if first.marker.is_none() => {
                first.marker = Some(marker);
                first.depth = first.depth.saturating_sub(1);
            }
            _ => self.out.insert(
                start,
                Paragraph { marker: Some(marker), ..Paragraph::of(Style::Item, Vec::new()) }.into(),
            ),
        }
    }

    fn table(&mut self) {
        let mut rows: Vec<Vec<Vec<Paragraph>>> = Vec::new();
        while let Some(Event::Start(Tag::TableHead | Tag::TableRow)) = self.next() {
            let style = if rows.is_empty() { Style::CellHead } else { Style::Cell };
            let mut cells = Vec::new();
            while let Some(Event::Start(_)) = self.next() {
                cells.push(vec![Paragraph::of(style, self.inline())]);
            }
            rows.push(cells);
        }
        if !rows.is_empty() {
            let head = rows.remove(0);
            self.out.push(Block::Table(Table { head, rows }));
        }
    }

    /// Inline events up to the next block or the end of the container, which is left unread.
    fn loose_text(&mut self) -> Vec<Run> {
        let start = self.at;
        self.at = loose_end(self.events, start);
        let events = &self.events[start..self.at];
        Reader { context: self.context, events, at: 0, out: Vec::new() }.inline()
    }

    /// Inline events up to the end of their container. Words that look alike are joined before their
    /// marks are read: the parser may cut a text anywhere.
    fn inline(&mut self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut looks = vec![Run::default()];
        let mut links: Vec<(usize, &str)> = Vec::new();
        while let Some(event) = self.next() {
            let look = looks.last().cloned().unwrap_or_default();
            match event {
                Event::End(_) if looks.len() == 1 => break,
                Event::End(_) => {
                    looks.pop();
                    if let Some((_, address)) = links.pop_if(|(depth, _)| *depth == looks.len()) {
                        push(&mut runs, &looks[looks.len() - 1], &shown(address));
                    }
                }
                Event::Start(tag) => {
                    if let Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } = tag {
                        links.push((looks.len(), dest_url));
                    }
                    looks.push(Run {
                        bold: look.bold || matches!(tag, Tag::Strong | Tag::Emphasis),
                        strike: look.strike || matches!(tag, Tag::Strikethrough),
                        ..look
                    });
                }
                Event::Text(words) => push(&mut runs, &look, words),
                Event::Code(words) => push(&mut runs, &Run { code: true, ..look }, words),
                Event::SoftBreak => {
                    let before = runs.last().and_then(|run| run.text.chars().next_back());
                    let after = self.events.get(self.at).and_then(first_char);
                    push(&mut runs, &look, text::soft_break(before, after));
                }
                Event::HardBreak => push(&mut runs, &look, "\n"),
                Event::FootnoteReference(label) => push(&mut runs, &look, &format!("[{label}]")),
                Event::TaskListMarker(done) => push(&mut runs, &look, if *done { "☑ " } else { "□ " }),
                Event::InlineMath(words) | Event::DisplayMath(words) => push(&mut runs, &look, words),
                Event::InlineHtml(_) | Event::Html(_) | Event::Rule => {}
            }
        }
        for run in runs.iter_mut().filter(|run| !run.code) {
            run.text = self.context.words(&run.text);
        }
        runs
    }

    /// Text as it is, up to the end of its container.
    fn raw(&mut self) -> String {
        let mut out = String::new();
        while let Some(event) = self.next() {
            match event {
                Event::End(_) => break,
                Event::Text(raw) | Event::Html(raw) | Event::InlineHtml(raw) => out.push_str(raw),
                _ => {}
            }
        }
        out
    }
}

/// Appends words, to the last run where they look like it.
fn push(runs: &mut Vec<Run>, look: &Run, words: &str) {
    if words.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if (last.bold, last.strike, last.code) == (look.bold, look.strike, look.code) => {
            last.text.push_str(words);
        }
        _ => runs.push(Run { text: words.to_owned(), ..look.clone() }),
    }
}

/// An address outside the handbook, for paper.
fn shown(address: &str) -> String {
    if address.starts_with("http") { format!("（{address}）") } else { String::new() }
}

fn heading(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn first_char(event: &Event<'_>) -> Option<char> {
    match event {
        Event::Text(words) | Event::Code(words) => words.chars().next(),
        _ => None,
    }
}

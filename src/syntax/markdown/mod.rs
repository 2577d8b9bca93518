//! The body of one file: Markdown events, made fit for Chinese, cut into sections and blocks.

mod blocks;
mod lost;
mod table;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::{Placed, RawBlock, RawKind, RawSection};
use crate::diagnostic::{Diagnostic, Span};
use crate::{rule, text};

/// Deepest nesting of blocks and spans.
const MAX_DEPTH: usize = 60;
/// Most table cells of one file: short rows are filled up, so a small file could grow without bound.
const MAX_CELLS: usize = 20_000;

/// The Markdown that a handbook may use. Metadata blocks stay off, because they swallow text between
/// two `---` anywhere; smart punctuation and math stay off, because they rewrite what was typed.
pub fn render_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// The body of `source`, which begins at byte `body`.
pub fn parse(
    path: &Arc<str>,
    source: &str,
    body: usize,
    strict: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<RawSection> {
    let mut report = Reporter { path, diagnostics };
    let events = events(source, body, strict, &mut report);
    if strict {
        report.marks(source, &events);
        let sections = blocks::sections(source, events, &mut report);
        lost::check(source, body, &sections, &mut report);
        sections
    } else {
        let blocks = vec![RawBlock::Prose(events)];
        vec![RawSection {
            kind: RawKind::Title,
            number: String::new(),
            title: String::new(),
            level: 1,
            blocks,
            span: body..body,
        }]
    }
}

/// Adds diagnostics about one file.
struct Reporter<'a> {
    path: &'a Arc<str>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reporter<'_> {
    fn add(
        &mut self,
        rule: &'static rule::Rule,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::new(rule, Span::new(self.path, range), message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// Whether something was already reported on the line that `at` stands on.
    fn has_on_line(&self, source: &str, at: usize) -> bool {
        let start = source[..at].rfind('\n').map_or(0, |i| i + 1);
        let end = source[at..].find('\n').map_or(source.len(), |i| at + i);
        self.diagnostics.iter().any(|d| d.span.file == *self.path && (start..=end).contains(&d.span.start))
    }

    /// Marks that are never closed, or are none.
    fn marks(&mut self, source: &str, events: &[Placed]) {
        let mut code = false;
        let mut depth = 0_usize;
        for (i, (event, range)) in events.iter().enumerate() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            match event {
                Event::Start(Tag::CodeBlock(_)) => code = true,
                Event::End(TagEnd::CodeBlock) => code = false,
                Event::Text(words) if !code && words.contains('【') => {
                    let alone = depth == 1
                        && blocks::registry_line(words).is_some()
                        && matches!(events.get(i + 1), Some((Event::End(TagEnd::Paragraph), _)))
                        && matches!(events[..i].last(), Some((Event::Start(Tag::Paragraph), _)));
                    for piece in super::mark::split(words) {
                        match piece {
                            super::mark::Piece::Mark(at, marks) if !alone && is_table(&marks) => {
                                let place = locate(source, range, words, &at);
                                self.add(rule::UNKNOWN_MARK, place, "【表：…】没有单独成段，不会换成登记表")
                                    .help
                                    .push_str("前后各空一行，这一段里不写别的");
                            }
                            super::mark::Piece::Unclosed(at) => {
                                let place = locate(source, range, words, &at);
                                let start = place.start;
                                let end = start + '【'.len_utf8();
                                self.add(rule::UNCLOSED_MARK, start..end, "「【」没有配对的「】」")
                                    .help
                                    .push_str("在标记末尾补上】；一个标记写在同一行里");
                            }
                            super::mark::Piece::Unknown(at, why) => {
                                let place = locate(source, range, words, &at);
                                self.add(rule::UNKNOWN_MARK, place, format!("标记读不懂：{why}"))
                                    .help
                                    .push_str("可用【法：L06 第5条】【源：F21】【参：P07.平时 5个工作日】【例】【表：术语】；别的说明用（）");
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_table(marks: &[super::mark::Mark]) -> bool {
    marks.iter().any(|mark| mark.kind == crate::vocabulary::MarkKind::Table)
}

/// Where `at` (a range of `words`) stands in the source: exactly, unless escapes or joined lines
/// changed the text's length; then where the same words are found first.
pub(super) fn locate(source: &str, range: &Range<usize>, words: &str, at: &Range<usize>) -> Range<usize> {
    if range.len() == words.len() {
        return range.start + at.start..range.start + at.end;
    }
    let slice = &source[range.clone()];
    let head: String = words[at.clone()].chars().take(6).collect();
    let found = slice.find(&head).or_else(|| slice.find(words[at.clone()].chars().next().unwrap_or('\n')));
    match found {
        Some(i) => {
            let start = range.start + i;
            start..(start + at.len()).min(range.end)
        }
        None => range.clone(),
    }
}

/// The events of the body with their places: text merged, lines of Chinese joined without a space,
/// emphasis beside Chinese punctuation read as meant, depth and tables bounded.
fn events(source: &str, body: usize, strict: bool, report: &mut Reporter<'_>) -> Vec<Placed> {
    let parser = Parser::new_ext(&source[body..], render_options());
    let mut events: Vec<Placed> = Vec::new();
    let (mut depth, mut cells) = (0_usize, 0_usize);
    for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
        let range = range.start + body..range.end + body;
        match &event {
            Event::Start(tag) => {
                depth += 1;
                cells += usize::from(matches!(tag, Tag::TableCell));
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            report
                .add(
                    rule::TOO_DEEP,
                    line_of(source, range.start),
                    format!("嵌套太深，上限 {MAX_DEPTH} 层；这里以后没有读"),
                )
                .help
                .push_str("减少引用、列表的层数；多半是误打了一串 > 或空格");
            close_open(&mut events);
            break;
        }
        if cells > MAX_CELLS {
            report
                .add(
                    rule::TABLE_TOO_LARGE,
                    line_of(source, range.start),
                    format!("表格太大，一个文件上限 {MAX_CELLS} 格；这里以后没有读"),
                )
                .help
                .push_str("拆成几份；成批的数据不放在手册里");
            close_open(&mut events);
            break;
        }
        push_joined(&mut events, event, range);
    }
    join_soft_breaks(&mut events);
    wide_emphasis(source, events, strict, report)
}

fn push_joined(events: &mut Vec<Placed>, event: Event<'_>, range: Range<usize>) {
    events.push((event.into_static(), range));
}

/// Ends what is still open, so that later stages see a whole tree.
fn close_open(events: &mut Vec<Placed>) {
    let mut open = Vec::new();
    for (event, _) in events.iter() {
        match event {
            Event::Start(tag) => open.push(tag.to_end()),
            Event::End(_) => {
                open.pop();
            }
            _ => {}
        }
    }
    let at = events.last().map_or(0, |(_, range)| range.end);
    events.extend(open.into_iter().rev().map(|end| (Event::End(end), at..at)));
}

/// The line that `at` stands on.
fn line_of(source: &str, at: usize) -> Range<usize> {
    let start = source[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = source[at..].find('\n').map_or(source.len(), |i| at + i);
    start..end
}

/// Removes line breaks between two wide characters; texts that become neighbours become one.
fn join_soft_breaks(events: &mut Vec<Placed>) {
    let mut out: Vec<Placed> = Vec::with_capacity(events.len());
    let mut last: Option<char> = None;
    for i in 0..events.len() {
        let (event, range) = &events[i];
        match event {
            Event::SoftBreak => {
                let next = events[i + 1..].iter().find_map(|(event, _)| match event {
                    Event::Text(words) | Event::Code(words) => Some(words.chars().next()),
                    Event::Start(Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. })
                    | Event::End(_) => None,
                    _ => Some(None),
                });
                if text::soft_break(last, next.flatten()).is_empty() {
                    continue;
                }
                last = Some(' ');
                out.push((Event::SoftBreak, range.clone()));
            }
            Event::Text(words) => {
                last = words.chars().next_back().or(last);
                match out.last_mut() {
                    Some((Event::Text(before), before_range)) if before_range.end <= range.start => {
                        *before = CowStr::from(format!("{before}{words}"));
                        before_range.end = range.end;
                    }
                    _ => out.push((Event::Text(words.clone()), range.clone())),
                }
            }
            other => {
                if let Event::Code(words) = other {
                    last = words.chars().next_back().or(last);
                }
                out.push((other.clone(), range.clone()));
            }
        }
    }
    *events = out;
}

/// `**注意：**不得` stays literal in CommonMark, because `**` beside punctuation cannot close. Where
/// the punctuation is Chinese, the author meant emphasis: it becomes so, and is reported, because
/// other programs will show the stars.
fn wide_emphasis(source: &str, events: Vec<Placed>, strict: bool, report: &mut Reporter<'_>) -> Vec<Placed> {
    let mut out = Vec::with_capacity(events.len());
    let mut code = false;
    for (event, range) in events {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            _ => {}
        }
        let Event::Text(words) = &event else {
            out.push((event, range));
            continue;
        };
        // Stars that the author escaped are meant to be seen.
        let escaped = source[range.clone()].contains("\\*");
        if code || escaped || !words.contains("**") {
            out.push((event, range));
            continue;
        }
        let mut at = 0;
        while let Some((open, close)) = emphasis(words, at) {
            if strict {
                let place = locate(source, &range, words, &(open..close + 2));
                report
                    .add(rule::LITERAL_EMPHASIS, place, "这里的 ** 在别的软件里会原样显示")
                    .help
                    .push_str("把标点移到 ** 外面，如 **注意**：");
            }
            let piece = |from: usize, to: usize| {
                (Event::Text(words[from..to].to_owned().into()), locate(source, &range, words, &(from..to)))
            };
            if open > at {
                out.push(piece(at, open));
            }
            let inner = piece(open + 2, close);
            let place = inner.1.clone();
            out.push((Event::Start(Tag::Strong), place.clone()));
            out.push(inner);
            out.push((Event::End(TagEnd::Strong), place));
            at = close + 2;
        }
        if at == 0 {
            if strict && words.contains("**") {
                let star = words.find("**").unwrap_or(0);
                let place = locate(source, &range, words, &(star..star + 2));
                report
                    .add(rule::LITERAL_EMPHASIS, place, "这里的 ** 没有成为强调")
                    .help
                    .push_str("成对写，** 内侧不留空格");
            }
            out.push((event, range));
        } else if at < words.len() {
            let rest = Event::Text(words[at..].to_owned().into());
            let place = locate(source, &range, words, &(at..words.len()));
            out.push((rest, place));
        }
    }
    out
}

/// The next pair of literal `**` with a wide character inside beside one of them.
fn emphasis(words: &str, from: usize) -> Option<(usize, usize)> {
    let open = from + words[from..].find("**")?;
    let close = open + 2 + words[open + 2..].find("**")?;
    let inner = &words[open + 2..close];
    let (first, last) = (inner.chars().next()?, inner.chars().next_back()?);
    let meant =
        !first.is_whitespace() && !last.is_whitespace() && (text::is_wide(first) || text::is_wide(last));
    meant.then_some((open, close))
}

/// The words of some events: marks as written, a line break between blocks, a blank between cells.
pub fn plain_text<'a>(events: impl IntoIterator<Item = &'a Event<'static>>) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Text(words) | Event::Code(words) => out.push_str(words),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::CodeBlock,
            ) if !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(source: &str) -> String {
        let path: Arc<str> = "t.md".into();
        let mut diagnostics = Vec::new();
        let mut report = Reporter { path: &path, diagnostics: &mut diagnostics };
        let events = events(source, 0, false, &mut report);
        let mut out = String::new();
        pulldown_cmark::html::push_html(&mut out, events.into_iter().map(|(event, _)| event));
        out
    }

    #[test]
    fn lines_of_chinese_join_without_a_space() {
        assert_eq!(html("预审员\n应核对\nPDF\n文件"), "<p>预审员应核对\nPDF\n文件</p>\n");
        assert_eq!(html("见 **甲**\n乙"), "<p>见 <strong>甲</strong>乙</p>\n");
    }

    #[test]
    fn emphasis_beside_chinese_punctuation_is_meant() {
        assert_eq!(html("**注意：**不得外传"), "<p><strong>注意：</strong>不得外传</p>\n");
        assert_eq!(html("**登记证（副本）**应随附"), "<p><strong>登记证（副本）</strong>应随附</p>\n");
        assert_eq!(html("**“应”**核对"), "<p><strong>“应”</strong>核对</p>\n");
        assert_eq!(html("`**甲：**`乙"), "<p><code>**甲：**</code>乙</p>\n");
        assert_eq!(html("a**\"b\"**c"), "<p>a**\"b\"**c</p>\n");
    }

    #[test]
    fn what_would_grow_without_bound_is_cut() {
        let deep = "> ".repeat(5_000);
        assert!(html(&deep).len() < 10_000);
        let wide = format!("|{}\n|{}\n{}", "a|".repeat(350), "-|".repeat(350), "|x\n".repeat(350));
        assert!(html(&wide).len() < 1_000_000);
    }
}

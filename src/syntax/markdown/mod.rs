//! The body of one file: Markdown events, made fit for Chinese, cut into sections and blocks.

mod blocks;
mod lost;
mod table;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::flat::Flat;
use super::{Placed, RawBlock, RawKind, RawSection, mark};
use crate::diagnostic::{self, Diagnostic, Span};
use crate::{rule, text};

/// A Markdown event as the parser gave it, and the bytes of the file it came from.
type Seen<'s> = (Event<'s>, Range<usize>);

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
        let taken = lost::Taken::new(&events);
        let sections = blocks::sections(source, &events, &mut report);
        lost::check(source, body, &sections, &taken, &mut report);
        sections
    } else {
        let blocks = vec![RawBlock::Prose(owned(&events))];
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
        diagnostic::push(self.diagnostics, Diagnostic::new(rule, Span::new(self.path, range), message))
    }

    /// Marks that are never closed, or are none.
    fn marks(&mut self, source: &str, events: &[Seen<'_>]) {
        for flat in Flat::blocks(events).filter(|flat| flat.text.contains('【')) {
            for piece in flat.marks() {
                match piece {
                    mark::Piece::Mark(at, marks) if is_table(marks) && !alone(source, &flat, at) => {
                        self.add(rule::UNKNOWN_MARK, flat.place(at), "【表：…】没有单独成段，不会换成登记表")
                            .help
                            .push_str("前后各空一行，这一段里不写别的");
                    }
                    mark::Piece::Unclosed(at) => {
                        let open = at.start..at.start + '【'.len_utf8();
                        self.add(rule::UNCLOSED_MARK, flat.place(&open), "「【」没有配对的「】」")
                            .help
                            .push_str("在标记末尾补上】；一个标记写在同一行里");
                    }
                    mark::Piece::Unknown(at, why) => {
                        self.add(rule::UNKNOWN_MARK, flat.place(at), format!("标记读不懂：{why}"))
                            .help
                            .push_str("可用【法：L06 第5条】【源：F21】【参：P07.平时 5个工作日】【例】【表：术语】；别的说明用（）");
                    }
                    _ => {}
                }
            }
        }
    }
}

fn is_table(marks: &[mark::Mark]) -> bool {
    marks.iter().any(|mark| mark.kind == crate::vocabulary::MarkKind::Table)
}

/// Whether a mark is the whole of a paragraph that begins at the margin.
fn alone(source: &str, flat: &Flat, at: &Range<usize>) -> bool {
    let start = flat.place(at).start;
    flat.text.trim() == &flat.text[at.clone()] && source[..start].rfind('\n').map_or(0, |i| i + 1) == start
}

/// The events of the body with their places: lines of Chinese joined without a space, emphasis beside
/// Chinese punctuation read as meant, depth and tables bounded. The words of a text stand at its place
/// byte for byte, unless it is an entity.
fn events<'s>(source: &'s str, body: usize, strict: bool, report: &mut Reporter<'_>) -> Vec<Seen<'s>> {
    let parser = Parser::new_ext(&source[body..], render_options());
    let mut events: Vec<Seen<'s>> = Vec::new();
    let (mut depth, mut cells) = (0_usize, 0_usize);
    for (event, range) in parser.into_offset_iter() {
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
        push_merged(source, &mut events, event, range);
    }
    join(&mut events);
    wide_emphasis(source, events, strict, report)
}

/// Adds an event; a text that goes on where the one before it ends becomes part of it.
fn push_merged<'s>(source: &'s str, events: &mut Vec<Seen<'s>>, event: Event<'s>, range: Range<usize>) {
    let stands = |words: &str, range: &Range<usize>| source.get(range.clone()) == Some(words);
    if let (Event::Text(words), Some((Event::Text(before), place))) = (&event, events.last_mut())
        && place.end == range.start
        && stands(words, &range)
        && stands(before, place)
    {
        place.end = range.end;
        *before = CowStr::Borrowed(&source[place.clone()]);
    } else {
        events.push((event, range));
    }
}

/// Ends what is still open, so that later stages see a whole tree.
fn close_open(events: &mut Vec<Seen<'_>>) {
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

/// Removes the line breaks between two wide characters.
fn join(events: &mut Vec<Seen<'_>>) {
    let mut gone = Vec::new();
    // The last character in front of a break, and the break that waits for the first one behind it.
    let (mut last, mut waiting): (Option<char>, Option<usize>) = (None, None);
    for (i, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Text(words) | Event::Code(words) => {
                if let Some(at) = waiting.take() {
                    if text::soft_break(last, words.chars().next()).is_empty() {
                        gone.push(at);
                    } else {
                        last = Some(' ');
                    }
                }
                last = words.chars().next_back().or(last);
            }
            Event::SoftBreak => waiting = Some(i),
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. })
            | Event::End(_) => {}
            _ => waiting = None,
        }
    }
    let (mut gone, mut i) = (gone.into_iter().peekable(), 0);
    events.retain(|_| {
        i += 1;
        gone.next_if_eq(&(i - 1)).is_none()
    });
}

/// The events for keeps.
fn owned(events: &[Seen<'_>]) -> Vec<Placed> {
    events.iter().map(|(event, range)| (event.clone().into_static(), range.clone())).collect()
}

/// `**注意：**不得` stays literal in CommonMark, because `**` beside punctuation cannot close. Where
/// the punctuation is Chinese, the author meant emphasis: it becomes so, and is reported, because
/// other programs will show the stars.
fn wide_emphasis<'s>(
    source: &str,
    events: Vec<Seen<'s>>,
    strict: bool,
    report: &mut Reporter<'_>,
) -> Vec<Seen<'s>> {
    if !events.iter().any(|(event, _)| matches!(event, Event::Text(words) if words.contains("**"))) {
        return events;
    }
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
        let escaped = source[..range.start].ends_with('\\');
        if code || escaped || !words.contains("**") {
            out.push((event, range));
            continue;
        }
        let place = |from: usize, to: usize| range.start + from..range.start + to;
        let mut at = 0;
        while let Some((open, close)) = emphasis(words, at) {
            if strict {
                report
                    .add(rule::LITERAL_EMPHASIS, place(open, close + 2), "这里的 ** 在别的软件里会原样显示")
                    .help
                    .push_str("把标点移到 ** 外面，如 **注意**：");
            }
            let piece =
                |from: usize, to: usize| (Event::Text(words[from..to].to_owned().into()), place(from, to));
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
                report
                    .add(rule::LITERAL_EMPHASIS, place(star, star + 2), "这里的 ** 没有成为强调")
                    .help
                    .push_str("成对写，** 内侧不留空格");
            }
            out.push((event, range));
        } else if at < words.len() {
            out.push((Event::Text(words[at..].to_owned().into()), place(at, words.len())));
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
pub fn plain_text<'a, 's: 'a>(events: impl IntoIterator<Item = &'a Event<'s>>) -> String {
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

//! Markdown events back to Markdown text: the subset that norms use, in one canonical form.

use std::borrow::Cow;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag};

use crate::text;

/// The events as Markdown, without a line end at the end. Parsing the result gives the same text and
/// structure; only the way of writing it may differ from the author's.
pub fn markdown(events: &[Event<'_>]) -> String {
    let mut reader = Reader { events, at: 0 };
    reader.blocks().join("\n\n")
}

/// Walks through the events. Every function reads up to and including the end of what it was called
/// in, so that the depth of the calls is that of the nesting.
struct Reader<'a> {
    events: &'a [Event<'a>],
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a Event<'a>> {
        let event = self.events.get(self.at)?;
        self.at += 1;
        Some(event)
    }

    /// Blocks up to the end of the container, each without a line end at its end.
    fn blocks(&mut self) -> Vec<String> {
        let mut blocks = Vec::new();
        while let Some(event) = self.events.get(self.at) {
            let block = match event {
                Event::End(_) => {
                    self.at += 1;
                    break;
                }
                Event::Start(tag) if is_block(tag) => {
                    self.at += 1;
                    self.block(tag)
                }
                Event::Rule => {
                    self.at += 1;
                    "***".to_owned()
                }
                // The text of a tight list item stands without a paragraph around it.
                _ => self.loose_text(),
            };
            if !block.is_empty() {
                blocks.push(block);
            }
        }
        blocks
    }

    fn block(&mut self, tag: &Tag<'_>) -> String {
        match tag {
            Tag::Heading { level, .. } => format!("{} {}", "#".repeat(*level as usize), self.inline()),
            Tag::BlockQuote(kind) => quote(*kind, &self.blocks()),
            Tag::CodeBlock(kind) => self.code(kind),
            Tag::List(first) => self.list(*first),
            Tag::Table(_) => self.table(),
            Tag::HtmlBlock => self.raw(),
            Tag::FootnoteDefinition(label) => {
                let inner = self.blocks().join("\n\n");
                format!("[^{label}]: {}", indent(&inner, 4))
            }
            Tag::Paragraph => escape_line_start(&self.inline()),
            _ => self.blocks().join("\n\n"),
        }
    }

    /// Inline events up to the next block or the end of the container, which is left unread.
    fn loose_text(&mut self) -> String {
        let start = self.at;
        self.at = loose_end(self.events, start);
        let text = Reader { events: &self.events[start..self.at], at: 0 }.inline();
        escape_line_start(&text)
    }

    /// Inline events up to the end of their container.
    fn inline(&mut self) -> String {
        let mut out = String::new();
        while let Some(event) = self.next() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) => {
                    let inner = self.inline();
                    out.push_str(&span(tag, &inner));
                }
                Event::Text(words) => out.push_str(&escape(words)),
                Event::Code(code) => out.push_str(&inline_code(code)),
                Event::SoftBreak => {
                    let after = self.events.get(self.at).and_then(first_char);
                    out.push_str(text::soft_break(out.chars().next_back(), after));
                }
                Event::HardBreak => out.push_str("\\\n"),
                Event::FootnoteReference(label) => out.push_str(&format!("[^{label}]")),
                Event::TaskListMarker(done) => out.push_str(if *done { "[x] " } else { "[ ] " }),
                Event::InlineHtml(raw) | Event::Html(raw) => out.push_str(raw),
                Event::InlineMath(raw) => out.push_str(&format!("${raw}$")),
                Event::DisplayMath(raw) => out.push_str(&format!("$${raw}$$")),
                Event::Rule => {}
            }
        }
        out
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
        out.trim_end_matches('\n').to_owned()
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>) -> String {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let code = self.raw();
        let fence = "`".repeat(longest_run(&code, '`').max(2) + 1);
        format!("{fence}{info}\n{code}\n{fence}")
    }

    fn list(&mut self, first: Option<u64>) -> String {
        let mut items = Vec::new();
        let mut number = first;
        let mut loose = false;
        while let Some(event) = self.next() {
            match event {
                Event::Start(_) => {}
                _ => break,
            }
            loose |= matches!(self.events.get(self.at), Some(Event::Start(Tag::Paragraph)));
            let marker = number.map_or_else(|| "- ".to_owned(), |n| format!("{n}. "));
            number = number.map(|n| n + 1);
            items.push((marker, self.blocks()));
        }
        let (between, within) = if loose { ("\n\n", "\n\n") } else { ("\n", "\n") };
        let items = items.into_iter().map(|(marker, blocks)| {
            let width = marker.len();
            format!("{marker}{}", indent(&blocks.join(within), width))
        });
        items.collect::<Vec<_>>().join(between)
    }

    fn table(&mut self) -> String {
        let mut lines = Vec::new();
        while let Some(event) = self.next() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    let cells = self.row();
                    lines.push(format!("| {} |", cells.join(" | ")));
                    if lines.len() == 1 {
                        lines.push(format!("|{}", " --- |".repeat(cells.len())));
                    }
                }
                _ => break,
            }
        }
        lines.join("\n")
    }

    fn row(&mut self) -> Vec<String> {
        let mut cells = Vec::new();
        while let Some(Event::Start(_)) = self.next() {
            cells.push(self.inline().replace('|', "\\|").replace("\\\n", " "));
        }
        cells
    }
}

/// Where the inline events from `at` on end: at the next block, or at the end of the container.
pub(super) fn loose_end(events: &[Event<'_>], at: usize) -> usize {
    let mut depth = 0_usize;
    let ends = |event: &Event<'_>| match event {
        Event::Start(tag) if depth == 0 && is_block(tag) => true,
        Event::Start(_) => {
            depth += 1;
            false
        }
        Event::End(_) if depth == 0 => true,
        Event::End(_) => {
            depth -= 1;
            false
        }
        event => matches!(event, Event::Rule),
    };
    events.iter().skip(at).position(ends).map_or(events.len(), |length| at + length)
}

/// Whether a tag begins a block.
pub(super) fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn span(tag: &Tag<'_>, inner: &str) -> String {
    match tag {
        Tag::Emphasis => format!("*{inner}*"),
        Tag::Strong => format!("**{inner}**"),
        Tag::Strikethrough => format!("~~{inner}~~"),
        Tag::Link { dest_url, .. } => format!("[{inner}](<{dest_url}>)"),
        Tag::Image { dest_url, .. } => format!("![{inner}](<{dest_url}>)"),
        _ => inner.to_owned(),
    }
}

fn quote(kind: Option<BlockQuoteKind>, blocks: &[String]) -> String {
    let head = kind.map(|kind| match kind {
        BlockQuoteKind::Note => "[!NOTE]\n",
        BlockQuoteKind::Tip => "[!TIP]\n",
        BlockQuoteKind::Important => "[!IMPORTANT]\n",
        BlockQuoteKind::Warning => "[!WARNING]\n",
        BlockQuoteKind::Caution => "[!CAUTION]\n",
    });
    let body = format!("{}{}", head.unwrap_or_default(), blocks.join("\n\n"));
    let lines = body.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every line but the first moved to the right; empty lines stay empty.
fn indent(body: &str, width: usize) -> String {
    let mut lines = body.lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(width));
            out.push_str(line);
        }
    }
    out
}

fn first_char(event: &Event<'_>) -> Option<char> {
    match event {
        Event::Text(words) | Event::Code(words) => words.chars().next(),
        _ => None,
    }
}

fn inline_code(code: &str) -> String {
    let fence = "`".repeat(longest_run(code, '`') + 1);
    let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{code}{pad}{fence}")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Characters that would start a span get a backslash. `_` between letters or digits starts none.
fn escape(words: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 8] = ['\\', '*', '_', '`', '[', ']', '<', '~'];
    if !words.contains(SPECIAL) {
        return words.into();
    }
    let mut out = String::with_capacity(words.len() + 8);
    let mut before = None;
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let inside_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        let harmless = match c {
            '_' => inside_word(before.as_ref()) && inside_word(rest.peek()),
            '~' => rest.peek() != Some(&'~') && before != Some('~'),
            _ => !SPECIAL.contains(&c),
        };
        if !harmless {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out.into()
}

/// A first character that would turn a paragraph into something else gets a backslash.
fn escape_line_start(paragraph: &str) -> String {
    let digits = paragraph.bytes().take_while(u8::is_ascii_digit).count();
    let after = paragraph.as_bytes().get(digits);
    if digits > 0
        && matches!(after, Some(b'.' | b')'))
        && matches!(paragraph.as_bytes().get(digits + 1), None | Some(b' '))
    {
        return format!("{}\\{}", &paragraph[..digits], &paragraph[digits..]);
    }
    let first = paragraph.chars().next();
    let marks = matches!(first, Some('#' | '>' | '|')) || (matches!(first, Some('-' | '+')) && digits == 0);
    if marks { format!("\\{paragraph}") } else { paragraph.to_owned() }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Options, Parser};

    use super::*;

    fn options() -> Options {
        Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM
            | Options::ENABLE_FOOTNOTES
    }

    fn html(text: &str) -> String {
        let mut out = String::new();
        pulldown_cmark::html::push_html(&mut out, Parser::new_ext(text, options()));
        out
    }

    fn rewritten(text: &str) -> String {
        let events: Vec<_> = Parser::new_ext(text, options()).map(Event::into_static).collect();
        markdown(&events)
    }

    #[test]
    fn canonical_text_is_written_back_as_it_was() {
        for text in [
            "本程序规定预审员怎样审一件报告。\n\n第二段，有 **强调** 和 `代码`。",
            "- 甲\n- 乙\n  1. 子一\n  2. 子二\n- 丙",
            "1. 改收支，查报表；\n2. 改人数，查工资表。",
            "| 项 | 数值 |\n| --- | --- |\n| 停后重看 | 2个工作日 |\n| 竖线 | a\\|b |",
            "> [!NOTE]\n> 【例】小林（虚构）先填标记。\n>\n> 再接电话。",
            "```text\n原样 * 不动\n```",
            "- 松散\n\n  第二段\n\n- 另一项",
        ] {
            assert_eq!(rewritten(text), text);
        }
    }

    #[test]
    fn what_is_rewritten_means_the_same() {
        for text in [
            "1\\. 不是列表",
            "\\# 不是标题\n\n\\- 不是列表\n\n\\> 不是引用",
            "带\\*星\\*号、[方括号]、a\\_b\\_、3.3_甲区1、<不是标签>、\\`反引号",
            "* 星号列表\n* 第二项\n\n  ```\n  代码\n  ```",
            "3) 从三起\n4) 第四",
            "[链接](https://example.org/a_(b)) 与 ![图](a.png)",
            "行一\\\n行二",
            "~~删去~~ 和 3~5 个",
            "> 引用\n>\n> - 列表\n>   - 里层",
            "`` 带`反引号 `` 的代码",
            "脚注[^1]。\n\n[^1]: 说明",
        ] {
            assert_eq!(html(&rewritten(text)), html(text), "{text}");
            assert_eq!(rewritten(&rewritten(text)), rewritten(text), "{text}");
        }
    }

    /// Every Markdown file of the repository's own handbook, front matter cut off.
    fn bodies() -> Vec<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook");
        let sources = crate::source::read(&root).expect("the handbook");
        let files = sources.files.iter().filter(|(path, _)| path.ends_with(".md"));
        files.map(|(_, file)| file.text.splitn(3, "---\n").last().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn the_whole_manual_means_the_same_when_rewritten() {
        let solid = |text: &str| html(text).split_whitespace().collect::<String>();
        for body in bodies() {
            let again = rewritten(&body);
            assert_eq!(solid(&again), solid(&body));
            assert_eq!(rewritten(&again), again);
        }
    }

    #[test]
    fn soft_breaks_between_han_leave_nothing() {
        assert_eq!(rewritten("预审\n员应看 PDF\n文件"), "预审员应看 PDF 文件");
    }
}

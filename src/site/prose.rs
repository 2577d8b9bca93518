//! Markdown events become HTML: marks, identifiers, links, headings, examples and tables are
//! changed on the way; what remains is written by pulldown-cmark.
//!
//! Nothing inline leaves here: no `style`, no script, no address that could run one. Raw HTML is let
//! through a sanitiser, and only when there is any.

use std::sync::OnceLock;

use ammonia::Builder;
use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, Tag, TagEnd, html as writer};

use super::html;
use super::inline;
use super::link::{self, Destination};
use super::place::Place;
use crate::text;

/// A stretch of Markdown as HTML.
pub fn render(place: &Place<'_>, events: &[Event<'static>]) -> String {
    let mut out = String::new();
    push(place, events, &mut out);
    out
}

/// [`render`], appended.
pub fn push(place: &Place<'_>, events: &[Event<'static>], out: &mut String) {
    if events.iter().all(is_running_text) {
        push_running_text(place, events, out);
    } else {
        write(place, events, &[], None, out);
    }
}

/// Whether an event is one of those that a plain sentence consists of.
fn is_running_text(event: &Event<'static>) -> bool {
    matches!(
        event,
        Event::Text(_)
            | Event::Code(_)
            | Event::SoftBreak
            | Event::Start(Tag::Strong | Tag::Emphasis)
            | Event::End(TagEnd::Strong | TagEnd::Emphasis)
    )
}

/// A sentence as [`write`] would give it. Most stretches are one, and are shown on several pages.
fn push_running_text(place: &Place<'_>, events: &[Event<'static>], out: &mut String) {
    let mut at = 0;
    let mut last = None;
    let mut joined = String::new();
    while let Some(event) = events.get(at) {
        let length = events[at..].iter().take_while(|event| is_words(event)).count();
        match (event, length) {
            (Event::Text(words), 1) => {
                last = words.chars().next_back().or(last);
                push_sentence(place, words, out);
            }
            (_, 1..) => {
                joined.clear();
                for (i, event) in events.iter().enumerate().skip(at).take(length) {
                    match event {
                        Event::Text(words) => joined.push_str(words),
                        _ => {
                            let before = joined.chars().next_back().or(last);
                            joined.push_str(text::soft_break(before, next_character(&events[i + 1..])));
                        }
                    }
                }
                last = joined.chars().next_back().or(last);
                push_sentence(place, &joined, out);
            }
            (Event::Code(code), _) => {
                last = code.chars().next_back();
                out.push_str("<code>");
                html::push_body_escaped(code, out);
                out.push_str("</code>");
            }
            (Event::Start(Tag::Strong), _) => {
                last = None;
                out.push_str("<strong>");
            }
            (Event::Start(_), _) => {
                last = None;
                out.push_str("<em>");
            }
            (Event::End(TagEnd::Strong), _) => out.push_str("</strong>"),
            _ => out.push_str("</em>"),
        }
        at += length.max(1);
    }
}

fn push_sentence(place: &Place<'_>, words: &str, out: &mut String) {
    if !inline::push_rich(place, words, true, out) {
        html::push_body_escaped(words, out);
    }
}

fn is_words(event: &Event<'static>) -> bool {
    matches!(event, Event::Text(_) | Event::SoftBreak)
}

/// A stretch of Markdown whose first table has this number and title (as HTML).
pub fn captioned(place: &Place<'_>, events: &[Event<'static>], number: &str, title: String) -> String {
    let mut out = String::new();
    write(place, events, &[], Some((number.to_owned(), title)), &mut out);
    out
}

/// A whole page as HTML; `anchors` are those of its headings, in order.
pub fn page(place: &Place<'_>, events: &[Event<'static>], anchors: &[&str]) -> String {
    let mut out = String::new();
    write(place, events, anchors, None, &mut out);
    out
}

fn write(
    place: &Place<'_>,
    events: &[Event<'static>],
    anchors: &[&str],
    caption: Option<(String, String)>,
    out: &mut String,
) {
    let mut pass = Pass {
        place,
        events,
        anchors: anchors.iter(),
        out: Vec::with_capacity(events.len() + 8),
        text: String::new(),
        room: String::new(),
        last: None,
        links: Vec::new(),
        heading: None,
        verbatim: false,
        raw: false,
        example: Example::None,
        caption,
        table: Table::default(),
    };
    let mut at = 0;
    while at < events.len() {
        at = pass.step(at);
    }
    pass.flush();
    let raw = pass.raw;
    let start = out.len();
    out.reserve(events.len() * 24);
    writer::push_html(out, pass.out.into_iter());
    if raw {
        let clean = sanitised(&out[start..]);
        out.truncate(start);
        out.push_str(&clean);
    }
}

/// Whether the paragraph being written is a made-up example.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Example {
    None,
    /// A paragraph that is a box of its own.
    Paragraph,
    /// A quotation that is one box around its paragraphs.
    Quotation,
}

/// The table being written.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
}

/// One pass over the events.
struct Pass<'p, 'e> {
    place: &'p Place<'p>,
    events: &'e [Event<'static>],
    anchors: std::slice::Iter<'p, &'p str>,
    out: Vec<Event<'e>>,
    /// Words not written yet: soft breaks and split texts are joined here.
    text: String,
    /// Room for words on their way.
    room: String,
    /// The last character of the running text.
    last: Option<char>,
    /// For each open link, whether it was kept.
    links: Vec<bool>,
    /// Anchor of the open heading.
    heading: Option<CowStr<'e>>,
    /// Inside a block of code.
    verbatim: bool,
    /// Whether there was raw HTML.
    raw: bool,
    example: Example,
    /// Number and title (HTML) of the table that follows.
    caption: Option<(String, String)>,
    table: Table,
}

impl<'e> Pass<'_, 'e> {
    /// Handles the event at `at` and tells which comes next.
    fn step(&mut self, at: usize) -> usize {
        let event = &self.events[at];
        match event {
            Event::Text(words) if !self.verbatim => {
                // Only what consists of several pieces has to be put together.
                if self.text.is_empty() && !self.events.get(at + 1).is_some_and(is_words) {
                    self.words(CowStr::Borrowed(words));
                } else {
                    self.text.push_str(words);
                }
                return at + 1;
            }
            Event::SoftBreak => {
                let before = self.text.chars().next_back().or(self.last);
                self.text.push_str(text::soft_break(before, next_character(&self.events[at + 1..])));
                return at + 1;
            }
            _ => self.flush(),
        }
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => {
                self.end(*tag);
                at + 1
            }
            other => {
                self.leaf(other);
                at + 1
            }
        }
    }

    fn leaf(&mut self, event: &'e Event<'static>) {
        match event {
            Event::TaskListMarker(done) => {
                let (sign, words) = if *done { ("☑", "已完成") } else { ("☐", "未完成") };
                self.inline(format!(
                    "<span class=\"task\" role=\"img\" aria-label=\"{words}\">{sign}</span> "
                ));
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                self.raw = true;
                self.out.push(borrowed(event));
            }
            Event::Code(code) => {
                self.last = code.chars().next_back();
                self.out.push(borrowed(event));
            }
            other => self.out.push(borrowed(other)),
        }
    }

    fn start(&mut self, tag: &'e Tag<'static>, at: usize) -> usize {
        match tag {
            Tag::Paragraph => self.start_paragraph(at),
            Tag::Heading { level, .. } => {
                // Attributes that an author gave the heading stay out: they could be handlers.
                let id = self.anchors.next().map(|anchor| CowStr::from((*anchor).to_owned()));
                self.last = None;
                self.heading = id.clone();
                self.out.push(Event::Start(Tag::Heading {
                    level: *level,
                    id,
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
            }
            Tag::BlockQuote(Some(kind)) => self.start_callout(*kind, at),
            Tag::CodeBlock(_) => {
                self.verbatim = true;
                self.out.push(Event::Start(tag.clone()));
            }
            Tag::Link { dest_url, title, link_type, .. } => {
                let mail = matches!(link_type, pulldown_cmark::LinkType::Email);
                let address = if mail { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                self.start_link(&address, title);
            }
            Tag::Image { dest_url, title, .. } => return self.image(dest_url, title, at),
            Tag::Table(alignments) => self.start_table(alignments.clone()),
            Tag::TableHead => {
                self.table.head = true;
                self.table.column = 0;
                self.block("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.block("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            other => {
                self.last = None;
                self.out.push(Event::Start(other.clone()));
            }
        }
        at + 1
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph if self.example == Example::Paragraph => {
                self.example = Example::None;
                self.block("</p>\n</div>\n");
            }
            TagEnd::BlockQuote(Some(_)) => {
                self.example = Example::None;
                self.block("</div>\n");
            }
            TagEnd::Heading(_) => {
                if let Some(anchor) = self.heading.take() {
                    self.inline(permalink(&anchor));
                }
                self.out.push(Event::End(tag));
            }
            TagEnd::CodeBlock => {
                self.verbatim = false;
                self.out.push(Event::End(tag));
            }
            TagEnd::Link => match self.links.pop() {
                Some(true) => self.inline("</a>"),
                _ => self.inline("</span>"),
            },
            TagEnd::Table => self.block("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.table.head = false;
                self.block("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.block("</tr>\n"),
            TagEnd::TableCell => self.inline(if self.table.head { "</th>" } else { "</td>" }),
            other => self.out.push(Event::End(other)),
        }
    }

    /// A paragraph, or a made-up example in a box.
    fn start_paragraph(&mut self, at: usize) {
        self.last = None;
        if self.example == Example::None && is_example(&self.events[at + 1..]) {
            self.example = Example::Paragraph;
            self.block("<div class=\"example\">\n<p>");
        } else {
            self.out.push(Event::Start(Tag::Paragraph));
        }
    }

    fn start_callout(&mut self, kind: BlockQuoteKind, at: usize) {
        self.last = None;
        if matches!(self.events.get(at + 1), Some(Event::Start(Tag::Paragraph)))
            && is_example(&self.events[at + 2..])
        {
            self.example = Example::Quotation;
            return self.block("<div class=\"example\">\n");
        }
        let (class, sign, words) = match kind {
            BlockQuoteKind::Note => ("note", "ℹ", "说明"),
            BlockQuoteKind::Tip => ("tip", "✓", "提示"),
            BlockQuoteKind::Important => ("important", "★", "重要"),
            BlockQuoteKind::Warning => ("warning", "⚠", "警告"),
            BlockQuoteKind::Caution => ("caution", "⛔", "当心"),
        };
        self.block(format!(
            "<div class=\"callout {class}\" role=\"note\">\n<p class=\"callout-title\"><span aria-hidden=\"true\">{sign}</span> {words}</p>\n"
        ));
    }

    fn start_table(&mut self, alignments: Vec<Alignment>) {
        self.table = Table { alignments, ..Table::default() };
        self.block(
            "<div class=\"scroll\" role=\"group\" aria-label=\"表格，可左右滚动\" tabindex=\"0\"><table",
        );
        match self.caption.take() {
            Some((number, title)) => {
                self.block(format!(" id=\"{}\"><caption>{title}</caption>", html::escaped(&number)));
            }
            None => self.block(">"),
        }
    }

    fn start_cell(&mut self) {
        self.last = None;
        let alignment = self.table.alignments.get(self.table.column);
        self.table.column += 1;
        self.inline(match (self.table.head, alignment) {
            (true, Some(Alignment::Right)) => "<th scope=\"col\" class=\"right\">",
            (true, Some(Alignment::Center)) => "<th scope=\"col\" class=\"center\">",
            (true, _) => "<th scope=\"col\">",
            (false, Some(Alignment::Right)) => "<td class=\"right\">",
            (false, Some(Alignment::Center)) => "<td class=\"center\">",
            (false, _) => "<td>",
        });
    }

    fn start_link(&mut self, address: &str, title: &str) {
        let (href, class) = match link::destination(address, self.place.folder) {
            Destination::Fragment(fragment) => (Some(format!("#{fragment}")), ""),
            Destination::External => (Some(address.to_owned()), "external"),
            Destination::File(path, fragment) => (self.place.document(&path, fragment), ""),
            Destination::Unsafe => (None, ""),
        };
        self.links.push(href.is_some());
        let mut out = String::new();
        match href {
            Some(href) if class == "external" => {
                out.push_str("<a rel=\"noopener noreferrer\" class=\"external\" href=\"");
                html::push_escaped(&href, &mut out);
                out.push_str("\">");
            }
            Some(href) => html::open_link(&href, class, title, &mut out),
            None => out.push_str("<span class=\"dead\" title=\"没有这一页\">"),
        }
        self.inline(out);
    }

    /// A picture of the handbook; one from elsewhere is a link, because a page loads nothing foreign.
    fn image(&mut self, address: &str, title: &str, at: usize) -> usize {
        let length = self.events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Image)));
        let end = at + length.unwrap_or(0);
        let mut words = String::new();
        for event in &self.events[at..end] {
            if let Event::Text(piece) | Event::Code(piece) = event {
                words.push_str(piece);
            }
        }
        let mut out = String::new();
        match link::destination(address, self.place.folder) {
            Destination::File(path, _) if self.place.options().assets.contains_key(path.as_str()) => {
                let source = self.place.to(&format!("{}{path}", super::MEDIA));
                out.push_str("<img loading=\"lazy\" src=\"");
                for (piece, next) in [(source.as_str(), "\" alt=\""), (&words, "\" title=\""), (title, "\">")]
                {
                    html::push_escaped(piece, &mut out);
                    out.push_str(next);
                }
            }
            Destination::External if self.links.is_empty() => {
                out.push_str("<a rel=\"noopener noreferrer\" class=\"external\" href=\"");
                html::push_escaped(address, &mut out);
                out.push_str("\">图片：");
                html::push_escaped(&words, &mut out);
                out.push_str("</a>");
            }
            _ => html::push_escaped(&words, &mut out),
        }
        self.inline(out);
        end + 1
    }

    /// Writes the words collected so far.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let words = CowStr::Boxed(self.text.as_str().into());
        self.text.clear();
        self.words(words);
    }

    fn words(&mut self, words: CowStr<'e>) {
        self.last = words.chars().next_back();
        self.room.clear();
        if inline::push_rich(self.place, &words, self.links.is_empty(), &mut self.room) {
            self.inline(CowStr::Boxed(self.room.as_str().into()));
        } else {
            self.out.push(Event::Text(words));
        }
    }

    fn inline(&mut self, html: impl Into<CowStr<'e>>) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn block(&mut self, html: impl Into<CowStr<'e>>) {
        self.out.push(Event::Html(html.into()));
    }
}

/// The event without a copy of its text.
fn borrowed<'e>(event: &'e Event<'static>) -> Event<'e> {
    match event {
        Event::Text(words) => Event::Text(CowStr::Borrowed(words)),
        Event::Code(words) => Event::Code(CowStr::Borrowed(words)),
        Event::Html(words) => Event::Html(CowStr::Borrowed(words)),
        Event::InlineHtml(words) => Event::InlineHtml(CowStr::Borrowed(words)),
        other => other.clone(),
    }
}

/// The character that follows a soft break, looking through the starts of emphasis and links.
fn next_character(events: &[Event<'static>]) -> Option<char> {
    for event in events {
        match event {
            Event::Text(words) | Event::Code(words) => return words.chars().next(),
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. }) => {}
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link) => {}
            _ => return None,
        }
    }
    None
}

fn is_example(events: &[Event<'static>]) -> bool {
    matches!(events.first(), Some(Event::Text(words)) if words.trim_start().starts_with("【例】"))
}

/// The link of a heading to itself.
fn permalink(anchor: &str) -> String {
    let mut out = String::from("<a class=\"permalink\" aria-label=\"本节链接\" href=\"#");
    html::push_escaped(anchor, &mut out);
    out.push_str("\">#</a>");
    out
}

/// Raw HTML without anything that runs, loads or styles.
fn sanitised(html: &str) -> String {
    static BUILDER: OnceLock<Builder<'static>> = OnceLock::new();
    let builder = BUILDER.get_or_init(|| {
        let mut builder = Builder::default();
        builder
            .add_generic_attributes(["class", "id", "role", "tabindex", "aria-label", "aria-hidden"])
            .add_tag_attributes("img", ["loading"])
            .add_tag_attributes("th", ["scope"])
            .url_schemes(["http", "https", "mailto", "tel"].into())
            .attribute_filter(|element, attribute, value| {
                // A page loads nothing from elsewhere.
                let foreign = element == "img"
                    && attribute == "src"
                    && (value.contains(':') || value.starts_with("//"));
                (!foreign).then(|| value.into())
            });
        builder
    });
    builder.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::site::Options;
    use crate::site::fixture::{events, on_norm_page};

    fn shown(markdown: &str) -> String {
        let assets = [("NJ/a.png".into(), [].as_slice().into())].into();
        on_norm_page(Options { assets, ..Options::default() }, |place| render(place, &events(markdown)))
    }

    #[test]
    fn lines_of_han_are_joined_without_a_space() {
        assert_eq!(
            shown("预审\n员应**先**\n**看**\nPDF"),
            "<p>预审员应<strong>先</strong><strong>看</strong> PDF</p>\n"
        );
    }

    #[test]
    fn a_sentence_alone_is_written_as_within_anything_else() {
        for text in [
            "甲 & 乙 < 丙 \"丁\"",
            "见 NJ-03-1.1\n和 \"CK-9\"【源：F01】",
            "应**先** *看*\n`R04 <b>`\n再填\n**FM-1**",
        ] {
            let events = events(text);
            let sentence = &events[1..events.len() - 1];
            assert!(sentence.iter().all(is_running_text), "{text}");
            let (quick, slow) = on_norm_page(Options::default(), |place| {
                let mut slow = String::new();
                write(place, sentence, &[], None, &mut slow);
                (render(place, sentence), slow)
            });
            assert_eq!(quick, slow);
        }
    }

    #[test]
    fn links_lead_to_the_page_made_from_a_file() {
        assert_eq!(shown("[去](NJ-03.md#1.1)"), "<p><a href=\"#1.1\">去</a></p>\n");
        assert_eq!(
            shown("[去](../NJ/guide.md \"题\")"),
            "<p><a href=\"../guide/\" title=\"题\">去</a></p>\n"
        );
        assert_eq!(shown("[去](./)"), "<p><a href=\"../NJ/\">去</a></p>\n");
        assert_eq!(
            shown("[没有](gone.md)"),
            "<p><span class=\"dead\" title=\"没有这一页\">没有</span></p>\n"
        );
    }

    #[test]
    fn links_that_leave_say_so_and_dangerous_ones_are_none() {
        let out = shown("[站](https://x.cn/?a=1&b=2) <a@b.cn>");
        assert!(
            out.contains(
                "<a rel=\"noopener noreferrer\" class=\"external\" href=\"https://x.cn/?a=1&amp;b=2\">站</a>"
            ),
            "{out}"
        );
        assert!(out.contains("href=\"mailto:a@b.cn\""), "{out}");
        for bad in ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html;base64,x", "vbscript:x"] {
            let out = shown(&format!("[点]({bad}) ![图]({bad}) <{bad}>"));
            assert!(!out.contains("href") && !out.contains("src="), "{out}");
        }
    }

    #[test]
    fn no_link_stands_inside_a_link() {
        assert_eq!(
            shown("[见 NJ-03【源：F01】](guide.md)"),
            "<p><a href=\"../guide/\">见 NJ-03【源：F01】</a></p>\n"
        );
        assert!(shown("`NJ-03` 和\n\n    NJ-03\n").contains("<code>NJ-03</code>"));
    }

    #[test]
    fn pictures_come_from_the_handbook_alone() {
        assert_eq!(
            shown("![表\"样](a.png)"),
            "<p><img loading=\"lazy\" src=\"../media/NJ/a.png\" alt=\"表&quot;样\" title=\"\"></p>\n"
        );
        let foreign = shown("![图](https://x.cn/a.png)");
        assert!(!foreign.contains("<img") && foreign.contains(">图片：图</a>"), "{foreign}");
    }

    #[test]
    fn tables_scroll_in_a_box_and_carry_no_style() {
        let table = events("| 项 | 数 |\n| --- | ---: |\n| 甲 | 1 |\n");
        let out =
            on_norm_page(Options::default(), |place| captioned(place, &table, "表1", "表1 期限".to_owned()));
        assert!(
            out.contains("<table id=\"表1\"><caption>表1 期限</caption><thead><tr><th scope=\"col\">项</th>"),
            "{out}"
        );
        assert!(out.contains("<td class=\"right\">1</td>") && !out.contains("style="), "{out}");
    }

    #[test]
    fn examples_and_callouts_are_boxes() {
        let example = "<div class=\"example\">\n<p><strong class=\"example-tag\">例</strong>小林";
        assert!(shown("【例】小林看表。").starts_with(example));
        let quoted = shown("> [!NOTE]\n> 【例】小林看表。");
        assert!(quoted.starts_with("<div class=\"example\">") && !quoted.contains("callout"), "{quoted}");
        let warning = shown("> [!WARNING]\n> 别忘了。");
        assert!(
            warning.contains("class=\"callout warning\" role=\"note\"") && warning.contains("警告"),
            "{warning}"
        );
    }

    #[test]
    fn raw_html_keeps_its_words_and_loses_what_runs_loads_or_styles() {
        let out = shown(
            "<p onclick=\"x()\" style=\"color:red\" class=\"a\">一</p>\n\n<script>alert(1)</script>\n\n\
             <img src=\"https://x.cn/a.png\" onerror=\"x()\"> <a href=\"javascript:x()\">二</a> <iframe src=\"//x.cn\"></iframe>\n",
        );
        for bad in ["onclick", "style", "script", "x.cn", "onerror", "javascript", "iframe"] {
            assert!(!out.contains(bad), "{bad} in {out}");
        }
        assert!(out.contains("<p class=\"a\">一</p>") && out.contains('二'), "{out}");
    }

    #[test]
    fn headings_get_the_anchors_they_were_given_and_nothing_an_author_wrote_into_them() {
        let with_attributes =
            Parser::new_ext("# 题 {#x onclick=y}\n\n## 一\n", pulldown_cmark::Options::all());
        let events: Vec<_> = with_attributes.map(Event::into_static).collect();
        let out = on_norm_page(Options::default(), |place| page(place, &events, &["题", "一"]));
        assert!(
            out.contains("<h1 id=\"题\">题") && out.contains("<h2 id=\"一\">一<a class=\"permalink\""),
            "{out}"
        );
        assert!(!out.contains("onclick"), "{out}");
    }
}

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
use crate::{id, text};

/// A stretch of Markdown as HTML.
pub fn render(place: &Place<'_>, events: &[Event<'static>]) -> String {
    page(place, events, &[])
}

/// A whole page as HTML; `anchors` are those of its headings, in order.
pub fn page(place: &Place<'_>, events: &[Event<'static>], anchors: &[&str]) -> String {
    let mut pass = Pass {
        place,
        events,
        anchors: anchors.iter(),
        out: Vec::with_capacity(events.len() + 8),
        text: String::new(),
        last: None,
        links: Vec::new(),
        heading: None,
        verbatim: false,
        raw: false,
        example: Example::None,
        caption: None,
        table: Table::default(),
    };
    let mut at = 0;
    while at < events.len() {
        at = pass.step(at);
    }
    pass.flush();
    let raw = pass.raw;
    let mut out = String::with_capacity(events.len() * 24);
    writer::push_html(&mut out, pass.out.into_iter());
    if raw { sanitised(&out) } else { out }
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
                self.text.push_str(words);
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
            Tag::Paragraph => return self.start_paragraph(at),
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

    /// A paragraph, a made-up example in a box, or the title of the table that follows.
    fn start_paragraph(&mut self, at: usize) -> usize {
        self.last = None;
        if let Some(end) =
            self.events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Paragraph)))
        {
            let inside = &self.events[at + 1..at + end];
            let before_table = matches!(self.events.get(at + end + 1), Some(Event::Start(Tag::Table(_))));
            if let Some(number) = table_number(inside).filter(|_| before_table) {
                self.caption = Some((number, render(self.place, inside)));
                return at + end + 1;
            }
        }
        if self.example == Example::None && is_example(&self.events[at + 1..]) {
            self.example = Example::Paragraph;
            self.block("<div class=\"example\">\n<p>");
        } else {
            self.out.push(Event::Start(Tag::Paragraph));
        }
        at + 1
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
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"center\"",
            _ => "",
        };
        self.table.column += 1;
        let scope = if self.table.head { "th scope=\"col\"" } else { "td" };
        self.inline(format!("<{scope}{class}>"));
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
        self.last = self.text.chars().next_back();
        let words = std::mem::take(&mut self.text);
        match inline::rich(self.place, &words, self.links.is_empty()) {
            Some(html) => self.inline(html),
            None => self.out.push(Event::Text(words.into())),
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

/// `表1` of a paragraph `表1 标题`.
fn table_number(events: &[Event<'static>]) -> Option<String> {
    let Some(Event::Text(words)) = events.first() else { return None };
    let number = words.split(char::is_whitespace).next()?;
    (number.starts_with('表') && number.len() > '表'.len_utf8() && id::is_local_number(number))
        .then(|| number.to_owned())
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

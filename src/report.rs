//! Diagnostics become text: for people (full, short) and for programs (json, github).
//!
//! The only place where a span becomes line and column. Both count from 1; columns count characters.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::source::Sources;

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// With the lines they are about, for reading.
    #[default]
    Full,
    /// One line each.
    Short,
    /// One JSON document: a list.
    Json,
    /// Workflow commands of GitHub Actions, shown beside the changed lines.
    Github,
}

/// What to write, and how.
#[derive(Debug, Clone)]
pub struct Style {
    /// The format.
    pub format: Format,
    /// Whether notes are written too.
    pub notes: bool,
    /// Whether colours may be used (full format only).
    pub colour: bool,
    /// Columns of the terminal, where there is one.
    pub width: Option<usize>,
    /// What stands before the paths of the handbook's files: its folder with `/`, or nothing.
    pub folder: String,
}

/// How many of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// Counts diagnostics by severity.
pub fn count(diagnostics: &[Diagnostic]) -> Counts {
    let of = |severity| diagnostics.iter().filter(|d| d.rule.severity == severity).count();
    Counts { errors: of(Severity::Error), warnings: of(Severity::Warning), notes: of(Severity::Note) }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "错误 {}，警告 {}", self.errors, self.warnings)?;
        if self.notes > 0 { write!(f, "，提示 {}", self.notes) } else { Ok(()) }
    }
}

/// Writes diagnostics in the order given.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    style: &Style,
) -> io::Result<()> {
    let mut places = Places { sources, folder: &style.folder, lines: BTreeMap::new() };
    let shown = diagnostics.iter().filter(|d| style.notes || d.rule.severity != Severity::Note);
    match style.format {
        Format::Full => {
            let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
            let renderer = style.width.map_or(renderer.clone(), |width| renderer.term_width(width));
            shown.into_iter().try_for_each(|d| writeln!(out, "{}\n", full(&renderer, d, &mut places)))
        }
        Format::Short => shown.into_iter().try_for_each(|d| {
            let at = places.find(&d.span);
            let (severity, code) = (d.rule.severity.chinese(), d.rule.code);
            writeln!(out, "{}:{}:{}: {severity}[{code}] {}", at.file, at.line, at.column, d.message)
        }),
        Format::Json => {
            let records: Vec<_> = shown.map(|d| Record::of(d, &mut places)).collect();
            serde_json::to_writer_pretty(&mut *out, &records)?;
            writeln!(out)
        }
        Format::Github => shown.into_iter().try_for_each(|d| writeln!(out, "{}", github(d, &mut places))),
    }
}

/// A span in the terms of an editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    /// The column behind the last character.
    end_column: usize,
}

/// Turns spans into places; keeps where the lines of each file begin.
struct Places<'a> {
    sources: &'a Sources,
    folder: &'a str,
    lines: BTreeMap<String, Vec<usize>>,
}

impl<'a> Places<'a> {
    fn shown(&self, file: &str) -> String {
        format!("{}{file}", self.folder)
    }

    fn find(&mut self, span: &Span) -> Place {
        let (line, column) = self.position(&span.file, span.start);
        let (end_line, end_column) = self.position(&span.file, span.end.max(span.start));
        Place { file: self.shown(&span.file), line, column, end_line, end_column }
    }

    /// Line and column of a byte, both from 1.
    fn position(&mut self, file: &str, byte: usize) -> (usize, usize) {
        let text = self.sources.text(file);
        let starts = self.line_starts(file);
        let line = starts.partition_point(|&start| start <= byte).max(1);
        let start = starts[line - 1].min(text.len());
        let end = text.floor_char_boundary(byte.min(text.len())).max(start);
        (line, text[start..end].chars().count() + 1)
    }

    fn line_starts(&mut self, file: &str) -> &[usize] {
        let text = self.sources.text(file);
        self.lines.entry(file.to_owned()).or_insert_with(|| {
            std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect()
        })
    }

    /// The whole lines that a range touches, the number of the first, and the range within them.
    fn excerpt(&mut self, file: &str, ranges: &[Range<usize>]) -> Option<Excerpt<'a>> {
        let text: &'a str = self.sources.text(file);
        let first = ranges.iter().map(|range| range.start).min()?.min(text.len());
        let last = ranges.iter().map(|range| range.end).max()?.clamp(first, text.len());
        let (line, _) = self.position(file, first);
        let start = text[..text.floor_char_boundary(first)].rfind('\n').map_or(0, |i| i + 1);
        let last = text.floor_char_boundary(last);
        let end = text[last..].find('\n').map_or(text.len(), |i| last + i);
        Some(Excerpt { text: &text[start..end], line, offset: start })
    }
}

/// A stretch of whole lines.
struct Excerpt<'a> {
    text: &'a str,
    line: usize,
    offset: usize,
}

impl Excerpt<'_> {
    /// A range of the file within the excerpt, on character boundaries.
    fn range(&self, span: &Span) -> Range<usize> {
        let at = |byte: usize| self.text.floor_char_boundary(byte.saturating_sub(self.offset));
        at(span.start)..at(span.end.max(span.start))
    }
}

fn full(renderer: &Renderer, diagnostic: &Diagnostic, places: &mut Places<'_>) -> String {
    let level = match diagnostic.rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.with_name(diagnostic.rule.severity.chinese()).primary_title(&diagnostic.message);
    let (near, far): (Vec<_>, Vec<_>) =
        diagnostic.related.iter().partition(|(span, _)| span.file == diagnostic.span.file);
    let mut group = Group::with_title(title.id(diagnostic.rule.code));
    group = group.element(snippet(places, &diagnostic.span, &diagnostic.label, &near));
    for (span, words) in far {
        group = group.element(snippet(places, span, words, &[]));
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.with_name("办法").message(&diagnostic.help));
    }
    renderer.render(&[group])
}

/// The lines of one file that matter, marked. A file without text is only named.
fn snippet<'a>(
    places: &mut Places<'_>,
    span: &Span,
    label: &'a str,
    near: &[&'a (Span, String)],
) -> Element<'a> {
    let path = places.shown(&span.file);
    if places.sources.text(&span.file).is_empty() {
        return Origin::path(path).line(1).char_column(1).into();
    }
    let ranges: Vec<_> =
        std::iter::once(span).chain(near.iter().map(|(span, _)| span)).map(Span::range).collect();
    let Some(excerpt) = places.excerpt(&span.file, &ranges) else { return Origin::path(path).into() };
    let primary = AnnotationKind::Primary.span(excerpt.range(span));
    let mut snippet = Snippet::source(excerpt.text.to_owned())
        .line_start(excerpt.line)
        .path(path)
        .annotation(if label.is_empty() { primary } else { primary.label(label) });
    for (span, words) in near {
        snippet = snippet.annotation(AnnotationKind::Context.span(excerpt.range(span)).label(words));
    }
    snippet.into()
}

/// One diagnostic as programs see it.
#[derive(Serialize)]
struct Record<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
    label: &'a str,
    help: &'a str,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

impl<'a> Record<'a> {
    fn of(diagnostic: &'a Diagnostic, places: &mut Places<'_>) -> Self {
        let related = diagnostic
            .related
            .iter()
            .map(|(span, words)| Related { place: places.find(span), message: words });
        let related = related.collect();
        Self {
            code: diagnostic.rule.code,
            name: diagnostic.rule.name,
            severity: diagnostic.rule.severity.english(),
            place: places.find(&diagnostic.span),
            message: &diagnostic.message,
            label: &diagnostic.label,
            help: &diagnostic.help,
            related,
        }
    }
}

fn github(diagnostic: &Diagnostic, places: &mut Places<'_>) -> String {
    let command = match diagnostic.rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let at = places.find(&diagnostic.span);
    let title = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    let words: Vec<&str> = [&*diagnostic.message, &diagnostic.label, &diagnostic.help]
        .into_iter()
        .filter(|w| !w.is_empty())
        .collect();
    format!(
        "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}",
        property(&at.file),
        at.line,
        at.end_line,
        at.column,
        at.end_column,
        property(&title),
        data(&words.join("\n")),
    )
}

/// Escapes the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule;

    const TEXT: &str = "# NJ-03 年检\n\n- **3.1** 预审员应核对材料，应登记。\n- **3.1** 预审员应退件。\n";

    fn sources() -> Sources {
        Sources::in_memory([("NJ/NJ-03.md", TEXT), ("roles.yaml", "- 编号: R04\n")])
    }

    fn span(file: &str, words: &str, text: &str) -> Span {
        let start = text.rfind(words).expect("the words are there");
        Span::new(&file.into(), start..start + words.len())
    }

    fn duplicate() -> Diagnostic {
        let first = TEXT.find("3.1").expect("there");
        Diagnostic::new(rule::DUPLICATE_ID, span("NJ/NJ-03.md", "3.1", TEXT), "号 3.1 用了两次")
            .label("第二次在这里")
            .help("改成 3.2")
            .related(Span::new(&"NJ/NJ-03.md".into(), first..first + 3), "第一次在这里")
            .related(span("roles.yaml", "R04", "- 编号: R04\n"), "另见")
    }

    fn written(format: Format, notes: bool, diagnostics: &[Diagnostic]) -> String {
        let style = Style { format, notes, colour: false, width: None, folder: "handbook/".into() };
        let mut out = Vec::new();
        write(&mut out, diagnostics, &sources(), &style).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn columns_count_characters() {
        let at = Diagnostic::new(rule::TWO_VERBS, span("NJ/NJ-03.md", "应登记", TEXT), "两个动词");
        assert_eq!(
            written(Format::Short, false, &[at]),
            "handbook/NJ/NJ-03.md:3:20: 错误[SH0402] 两个动词\n"
        );
    }

    #[test]
    fn full_shows_lines_labels_and_help() {
        let out = written(Format::Full, false, &[duplicate()]);
        for words in [
            "错误[SH0401]: 号 3.1 用了两次",
            "handbook/NJ/NJ-03.md:4:5",
            "3 | - **3.1** 预审员应核对材料，应登记。",
            "|     --- 第一次在这里",
            "4 | - **3.1** 预审员应退件。",
            "|     ^^^ 第二次在这里",
            "handbook/roles.yaml:1:7",
            "办法: 改成 3.2",
        ] {
            assert!(out.contains(words), "{words}\n{out}");
        }
    }

    #[test]
    fn carets_stand_below_wide_characters() {
        let at = Diagnostic::new(rule::TWO_VERBS, span("NJ/NJ-03.md", "应退件", TEXT), "x");
        let out = written(Format::Full, false, &[at]);
        let carets = out.lines().find(|line| line.contains('^')).expect("carets");
        // "4 | - **3.1** 预审员" is 14 columns and three wide characters before the marked words.
        assert_eq!(carets.find('^'), Some("4 | - **3.1** ".len() + 6), "{out}");
        assert_eq!(carets.matches('^').count(), 6, "{out}");
    }

    #[test]
    fn places_at_the_end_and_without_text_do_not_panic() {
        let end =
            Diagnostic::new(rule::CRLF, Span::new(&"NJ/NJ-03.md".into(), TEXT.len()..TEXT.len() + 9), "x");
        let missing = Diagnostic::new(rule::SYMLINK, Span::new(&"a.md".into(), 0..0), "x");
        let inside = Diagnostic::new(rule::CRLF, Span::new(&"NJ/NJ-03.md".into(), 9..10), "x");
        for format in [Format::Full, Format::Short, Format::Json, Format::Github] {
            let out = written(format, false, &[end.clone(), missing.clone(), inside.clone()]);
            assert!(out.contains("a.md"), "{out}");
        }
        assert!(written(Format::Short, false, &[end]).starts_with("handbook/NJ/NJ-03.md:5:1:"));
    }

    #[test]
    fn json_is_one_list() {
        let out: serde_json::Value =
            serde_json::from_str(&written(Format::Json, false, &[duplicate()])).expect("JSON");
        let first = &out[0];
        assert_eq!(
            (&first["code"], &first["severity"], &first["name"]),
            (&"SH0401".into(), &"error".into(), &"duplicate-id".into())
        );
        assert_eq!(
            (&first["line"], &first["column"], &first["end_line"], &first["end_column"]),
            (&4.into(), &5.into(), &4.into(), &8.into())
        );
        assert_eq!(first["related"][0]["line"], 3);
        assert_eq!(written(Format::Json, false, &[]), "[]\n");
    }

    #[test]
    fn workflow_commands_are_escaped() {
        let at = Diagnostic::new(rule::CRLF, span("NJ/NJ-03.md", "3.1", TEXT), "100%\n坏").help("a::b");
        assert_eq!(
            written(Format::Github, false, &[at]),
            "::warning file=handbook/NJ/NJ-03.md,line=4,endLine=4,col=5,endColumn=8,title=SH0106 crlf::100%25%0A坏%0Aa::b\n"
        );
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }

    #[test]
    fn notes_are_counted_and_shown_only_when_asked_for() {
        let note = Diagnostic::new(rule::FREE_SCHEDULE, span("NJ/NJ-03.md", "3.1", TEXT), "人工安排");
        let counts = count(&[note.clone(), duplicate()]);
        assert_eq!(counts.to_string(), "错误 1，警告 0，提示 1");
        let notes = std::slice::from_ref(&note);
        assert_eq!(written(Format::Short, false, notes), "");
        assert!(written(Format::Short, true, notes).contains("提示[SH0407]"));
    }
}

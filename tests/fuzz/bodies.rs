//! What every input must bear. The fuzz targets run these on inputs of their own making; the suite
//! runs them on the seeds and on mutants of them.

use shouce::compile::{Compiled, compile};
use shouce::config;
use shouce::diagnostic::Span;
use shouce::id::{self, Id};
use shouce::source::Sources;
use shouce::syntax::mark::{self, Piece};
use shouce::syntax::{condition, deadline, modality};

const SETTINGS: &str = "编号: a\n标题: b\n版次: \"1\"\n";
const ROLES: &str = "- 编号: R01\n  名称: 预审员\n  职责: 预审\n";
const FRONT: &str = "编号: NJ-03\n标题: 甲\n类别: 工作程序\n版次: \"1\"\n状态: 试行\n生效日: \"2026-01-01\"\n\
                     主责: R01\n读者: [R01]\n层级: [市]\n事实: { 甲: 是否, 乙: [丙, 丁] }\n";

/// Front matter of a norm, and the same bytes as every registry.
pub fn front_matter(data: &[u8]) {
    let norm = [b"---\n", data, b"\n---\n\n# NJ-03 \xe7\x94\xb2\n"].concat();
    let registries =
        ["roles.yaml", "parameters.yaml", "sources.yaml", "terms.yaml", "indicators.yaml", "facts.yaml"];
    let others = ["calendar.yaml", "planned.yaml", "paths/a.yaml", config::FILE];
    let mut sources = Sources::default();
    sources.add(config::FILE, SETTINGS.as_bytes());
    sources.add("NJ/NJ-03.md", &norm);
    compiled(&sources);
    for file in registries.into_iter().chain(others) {
        sources.files.remove(file);
        sources.add(file, data);
    }
    compiled(&sources);
}

/// The body of a norm, and a page of plain Markdown.
pub fn markdown(data: &[u8]) {
    let norm = [b"---\n", FRONT.as_bytes(), b"---\n\n# NJ-03 \xe7\x94\xb2\n\n", data].concat();
    let mut sources = Sources::default();
    sources.add(config::FILE, SETTINGS.as_bytes());
    sources.add("roles.yaml", ROLES.as_bytes());
    sources.add("NJ/NJ-03.md", &norm);
    compiled(&sources);
    let mut plain = Sources::default();
    plain.add("a.md", data);
    compiled(&plain);
}

/// Conditions, deadlines, recurrences, marks, verbs and identifiers out of one text.
pub fn condition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match condition::parse(text) {
        Ok(condition) => {
            let printed = condition.chinese();
            assert_eq!(condition::parse(&printed).as_ref(), Ok(&condition), "{text} → {printed}");
            condition.holds(&|_| None);
        }
        Err(error) => assert!(text.is_char_boundary(error.at), "{error:?}"),
    }
    let norm = Id::new("NJ-03");
    deadline::parse_due(text, &norm);
    deadline::parse_schedule(text, &norm);
    for (range, id) in id::find(text) {
        assert_eq!(&text[range], id.as_str());
    }
    id::complete(text, &norm).local();
    for verb in modality::verbs(text) {
        assert!(text.get(verb.range).is_some());
    }
    let mut end = 0;
    for piece in mark::split(text) {
        let (Piece::Text(range) | Piece::Mark(range, _) | Piece::Unclosed(range) | Piece::Unknown(range, _)) =
            piece;
        assert_eq!(range.start, end);
        end = range.end;
    }
    assert_eq!(end, text.len());
}

/// Compiles, and holds every reported place to its file.
fn compiled(sources: &Sources) {
    let Compiled { diagnostics, .. } = compile(sources);
    for d in &diagnostics {
        for span in std::iter::once(&d.span).chain(d.related.iter().map(|(span, _)| span)) {
            assert!(stands(sources, span), "{d:?}");
        }
    }
}

/// Whether a place is one of its file. What could not be decoded has none but its start.
pub fn stands(sources: &Sources, span: &Span) -> bool {
    match sources.files.get(&span.file) {
        Some(file) => span.start <= span.end && file.text.get(span.range()).is_some(),
        None => span.range() == (0..0),
    }
}

//! The canonical form: it changes no meaning, formatting twice is formatting once, and what people
//! type wrong in known ways comes out as if they had typed it right.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use shouce::compile::compile;
use shouce::diagnostic::has_errors;
use shouce::model::Handbook;
use shouce::source::{self, Sources};
use shouce::syntax::format::{Manner, data, markdown};
use shouce::text::{canonical, folded};

static MANUAL: LazyLock<Sources> = LazyLock::new(|| {
    source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")).expect("the manual is there")
});

/// The manual's norms in canonical form, so that a change made to them is the only one.
static NORMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let handbook = compile(&MANUAL).handbook;
    let norms = handbook.norms.values().map(|norm| norm.path.to_string());
    norms.map(|path| (path.clone(), format(&handbook, MANUAL.text(&path)))).collect()
});

fn format(handbook: &Handbook, text: &str) -> String {
    markdown(text, Manner::Norm, &|id, component| {
        handbook.parameters.get(id)?.component(component)?.default_text()
    })
}

/// Everything of a handbook that an author means; places and blanks are no part of it.
fn essence(handbook: &Handbook) -> String {
    let mut out = String::new();
    for norm in handbook.norms.values() {
        let _ = writeln!(
            out,
            "{} {} {:?} {:?} {:?}",
            norm.id,
            norm.title,
            norm.kind,
            norm.facts.keys(),
            norm.schedule
        );
        for section in norm.sections.iter() {
            let _ = writeln!(
                out,
                "§ {} {} {} {}",
                section.id,
                section.level,
                canonical(&folded(&section.title)),
                canonical(&section.text)
            );
        }
        for clause in norm.clauses() {
            let _ =
                writeln!(out, "{} {} {}", clause.id, clause.text_fingerprint(), clause.data_fingerprint());
            let _ =
                writeln!(out, "  {:?} {:?} {:?} {:?}", clause.roles, clause.due, clause.note, clause.marks);
        }
        for item in norm.checklists.iter().flat_map(|checklist| &checklist.items) {
            let _ = writeln!(out, "{} {} {}", item.id, item.text_fingerprint(), item.data_fingerprint());
        }
        for checklist in &norm.checklists {
            let _ = writeln!(
                out,
                "{} {:?} {:?} {:?}",
                checklist.id, checklist.when, checklist.order, checklist.form
            );
        }
        for field in norm.forms.iter().flat_map(|form| &form.fields) {
            let _ = writeln!(out, "{} {} {:?} {:?}", field.id, field.label, field.kind, field.options);
        }
    }
    out
}

/// The manual with the text of one file replaced, compiled.
fn with(path: &str, text: &str) -> (String, bool) {
    let mut sources = MANUAL.clone();
    sources.add(path, text.as_bytes());
    let compiled = compile(&sources);
    (essence(&compiled.handbook), has_errors(&compiled.diagnostics))
}

#[test]
fn the_manual_means_the_same_in_canonical_form() {
    let before = compile(&MANUAL).handbook;
    let mut sources = MANUAL.clone();
    for (path, text) in NORMS.iter() {
        assert_eq!(&format(&before, text), text, "{path}: formatting twice is formatting once");
        sources.add(path, text.as_bytes());
    }
    let after = compile(&sources).handbook;
    for (was, is) in essence(&before).lines().zip(essence(&after).lines()) {
        assert_eq!(was, is);
    }
}

/// What happens to a line.
type Change = fn(&str) -> String;

/// Ways in which a line comes out of an editor or a word processor that mean the same.
const SLIPS: &[(&str, Change)] = &[
    ("a blank at the end", |line| format!("{line} ")),
    ("a blank line full of blanks", |line| if line.is_empty() { "   ".into() } else { line.to_owned() }),
    ("half-width colon of a field", |line| {
        if is_field(line) { line.replacen('：', ": ", 1) } else { line.to_owned() }
    }),
    ("half-width semicolons", |line| {
        if line.starts_with("  - 责任：") { line.replace('；', "; ") } else { line.to_owned() }
    }),
    ("half-width signs of attributes", |line| {
        if line.starts_with("时点：") {
            line.replace('；', "; ").replace('：', ":")
        } else {
            line.to_owned()
        }
    }),
    ("fields four columns in", |line| if is_field(line) { format!("  {line}") } else { line.to_owned() }),
    ("fields with another marker", |line| {
        if is_field(line) { line.replacen("  - ", "  * ", 1) } else { line.to_owned() }
    }),
    ("full-width numbers", |line| {
        let numbered = line.starts_with("- **") || line.starts_with("- [ ] **");
        if numbered { wide_up_to(line, line.rfind("**").unwrap_or(0)) } else { line.to_owned() }
    }),
    ("full-width heading numbers", |line| {
        let end = line.match_indices(' ').nth(1).map_or(0, |(i, _)| i);
        if line.starts_with('#') { wide_up_to(line, end) } else { line.to_owned() }
    }),
    ("a wide gap behind a heading's number", |line| {
        if line.starts_with('#') && line.matches(' ').count() > 1 {
            line.replacen(' ', "  ", 2)
        } else {
            line.to_owned()
        }
    }),
    ("half-width colons of marks", |line| {
        line.replace("【参：", "【参:").replace("【法：", "【法: ").replace("【源：", "【源:")
    }),
];

/// Ways in which a line comes out that the compiler does not read, but a person does.
const FAULTS: &[(&str, Change)] = &[
    ("a tab at the end", |line| format!("{line} \t")),
    ("task without a blank inside", |line| line.replacen("- [ ]", "- []", 1)),
    ("task without a blank behind", |line| line.replacen("- [ ] ", "- [ ]", 1)),
    ("task with an ideographic blank behind", |line| line.replacen("- [ ] ", "- [ ]　", 1)),
    ("task with an ideographic blank before", |line| line.replacen("- [ ] ", "-　[ ] ", 1)),
    ("task in full-width brackets", |line| line.replacen("- [ ] ", "- 【 】", 1)),
    ("task without a blank behind the marker", |line| line.replacen("- [ ] ", "-[ ] ", 1)),
    ("number without a blank behind the marker", |line| {
        if line.starts_with("- **") { line.replacen("- ", "-", 1) } else { line.to_owned() }
    }),
    ("number without a blank behind it", |line| {
        if line.starts_with("- **") { line.replacen("** ", "**", 1) } else { line.to_owned() }
    }),
    (
        "fields without indent",
        |line| if is_field(line) { line.trim_start().to_owned() } else { line.to_owned() },
    ),
    ("fields with one blank", |line| {
        if is_field(line) { format!(" {}", line.trim_start()) } else { line.to_owned() }
    }),
    ("headings with an ideographic blank", |line| {
        if line.starts_with("## ") { line.replacen(' ', "　", 1) } else { line.to_owned() }
    }),
    ("wide colons in the front matter", |line| {
        if line.starts_with("标题: ") { line.replacen(": ", "：", 1) } else { line.to_owned() }
    }),
    ("another value of a parameter", |line| line.replace(" 5个工作日】", " 7个工作日】")),
];

fn is_field(line: &str) -> bool {
    line.starts_with("  - ") && line.contains('：')
}

/// The letters, digits and dots before byte `end` as their full-width twins.
fn wide_up_to(line: &str, end: usize) -> String {
    let widened = |(i, c): (usize, char)| match c {
        '0'..='9' | 'A'..='Z' | '.' if i < end => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        _ => c,
    };
    line.char_indices().map(widened).collect()
}

/// A norm with some of its lines changed in one way; which, is told by the bits of `which`.
fn mangled(text: &str, change: Change, which: u64) -> String {
    let mut body = 0;
    let lines = text.lines().enumerate().map(|(i, line)| {
        body += usize::from(line == "---");
        let chosen = which.rotate_left(u32::try_from(i % 64).unwrap_or(0)) & 1 == 1;
        let front = body < 2 && !line.starts_with("标题");
        if chosen && !front { change(line) } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn a_slip_on_every_line_is_put_right() {
    for (path, text) in NORMS.iter() {
        for (name, change) in SLIPS.iter().chain(FAULTS) {
            let out = format(&HANDBOOK, &mangled(text, *change, u64::MAX));
            for (is, was) in out.lines().zip(text.lines()) {
                assert_eq!(is, was, "{path}: {name}");
            }
            assert_eq!(&out, text, "{path}: {name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slips_and_faults_are_put_right(norm in any::<prop::sample::Index>(), way in any::<prop::sample::Index>(), which: u64) {
        let (_, text) = norm.get(&NORMS);
        let ways: Vec<_> = SLIPS.iter().chain(FAULTS).collect();
        let (name, change) = way.get(&ways);
        let handbook = &*HANDBOOK;
        let out = format(handbook, &mangled(text, *change, which));
        for (is, was) in out.lines().zip(text.lines()) {
            prop_assert_eq!(is, was, "{}", name);
        }
        prop_assert_eq!(&out, text);
    }

    #[test]
    fn any_mixture_is_formatted_once(norm in any::<prop::sample::Index>(), ways in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..5)) {
        let (_, text) = norm.get(&NORMS);
        let mut text = text.clone();
        for (way, which) in ways {
            let all: Vec<_> = SLIPS.iter().chain(FAULTS).collect();
            text = mangled(&text, way.get(&all).1, which);
        }
        let once = format(&HANDBOOK, &text);
        prop_assert_eq!(format(&HANDBOOK, &once), once);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_formatted_once(lines in prop::collection::vec(LINE, 0..12)) {
        let text = lines.join("\n");
        for manner in [Manner::Plain, Manner::Page, Manner::Norm] {
            let once = markdown(&text, manner, &|_, _| None);
            prop_assert_eq!(markdown(&once, manner, &|_, _| None), once, "{:?}", text);
        }
    }

    #[test]
    fn plain_markdown_renders_the_same(lines in prop::collection::vec(LINE, 0..12)) {
        let text = lines.join("\n");
        let formatted = markdown(&text, Manner::Plain, &|_, _| None);
        prop_assert_eq!(html(&formatted), html(&data(&text)), "{:?} {:?}", text, formatted);
    }
}

/// What a text renders to; blanks at the end of a line or block are not seen.
fn html(text: &str) -> String {
    let parser = pulldown_cmark::Parser::new_ext(text, shouce::syntax::render_options());
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, parser);
    html.split_inclusive(['<', '\n'])
        .map(|piece| {
            let (words, end) = piece.split_at(piece.trim_end_matches(['<', '\n']).len());
            words.trim_end().to_owned() + end
        })
        .collect()
}

/// Pieces that Markdown and our syntax are made of.
const LINE: &str = r"( |  |    |\t|> |　){0,2}(- |\* |1\. |-　|#|## |＃ |```|---|===|\||<!-- | -->|)(\[ \]|\[\]|【 】|)( ||　)(\*\*|)(3\.1|０１|CK-1|责任|时点|甲|a)?(\*\*|)(：|: | |)(`|\\|【参:P07】|; |；|甲)?( |  |\t|　|)";

static HANDBOOK: LazyLock<Handbook> = LazyLock::new(|| compile(&MANUAL).handbook);

#[test]
fn slips_mean_the_same_before_and_after() {
    // One norm with everything in it, each slip on all of its lines.
    let (path, text) = NORMS.iter().find(|(path, _)| path.ends_with("NJ-03.md")).expect("NJ-03 is written");
    let (before, bad) = with(path, text);
    assert!(!bad, "the manual has errors");
    for (name, change) in SLIPS {
        let (slipped, bad) = with(path, &mangled(text, *change, u64::MAX));
        assert!(!bad, "{name}: the compiler reads it");
        assert_eq!(slipped, before, "{name}");
    }
}

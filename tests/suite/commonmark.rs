//! Plain Markdown is CommonMark 0.31.2: every example of the specification is read as it says, and the
//! site shows it so, but for what the site promises otherwise (see [`skeleton`] and
//! [`without_pictures`]). One thing differs by intent: two lines `---` at the very top of a file are
//! front matter. The examples travel with pulldown-cmark, whose own tests they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use pulldown_cmark::html;
use shouce::compile::compile;
use shouce::site;
use shouce::source::Sources;
use shouce::syntax::{self, RawBlock};

/// Number of examples in version 0.31.2.
const EXAMPLES: usize = 652;

struct Example {
    markdown: String,
    html: String,
}

/// The examples, out of the tests of the pulldown-cmark that this program is built with.
fn examples() -> Vec<Example> {
    let file = manifest_of("pulldown-cmark").with_file_name("tests/suite/spec.rs");
    let source = std::fs::read_to_string(&file).expect("the examples of the specification");
    let literals = |name: &str| {
        let start = format!("let {name} = r##\"");
        source
            .split(&start)
            .skip(1)
            .map(|rest| rest.split("\"##;").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let pairs = literals("original").into_iter().zip(literals("expected"));
    pairs.map(|(markdown, html)| Example { markdown, html }).collect()
}

fn manifest_of(package: &str) -> PathBuf {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&cargo.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let found = packages.iter().find(|found| found["name"] == package).expect("the package");
    found["manifest_path"].as_str().expect("a path").into()
}

/// A page of plain Markdown as pulldown-cmark writes it. Front matter of its own keeps an example that
/// begins with `---` from being taken for it.
fn parsed(markdown: &str) -> String {
    let text: Arc<str> = format!("---\n---\n{markdown}").into();
    let document = syntax::parse(&"a.md".into(), &text, false);
    assert!(document.diagnostics.is_empty(), "{markdown}: {:?}", document.diagnostics);
    let mut out = String::new();
    for block in document.sections.iter().flat_map(|section| &section.blocks) {
        let RawBlock::Prose(events) = block else { panic!("a page is prose") };
        html::push_html(&mut out, events.iter().map(|(event, _)| event.clone()));
    }
    out
}

/// HTML as pulldown-cmark's own tests take it: quotes may be written out, void elements closed, and line
/// ends between tags mean nothing.
fn plain(html: &str) -> String {
    html.replace("&quot;", "\"").replace("/>", ">").replace(" >", ">").replace(">\n<", "><").trim().to_owned()
}

/// Holds what `found` makes of each example against what `expected` makes of the specification's answer.
fn compare(found: impl Fn(usize, &Example) -> String, expected: impl Fn(&Example) -> String) {
    let examples = examples();
    assert_eq!(examples.len(), EXAMPLES);
    let mut trouble = Vec::new();
    for (number, example) in (1..).zip(&examples) {
        let (found, expected) = (found(number, example), expected(example));
        if found != expected {
            let markdown = &example.markdown;
            trouble.push(format!("{number}\n{markdown}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(trouble.is_empty(), "{} examples:\n{}", trouble.len(), trouble.join("\n"));
}

/// The examples are held against the specification itself, which the gate installs and names. Outside
/// the gate this is passed over, aloud.
#[test]
fn the_examples_are_those_of_the_specification() {
    let Some(modules) = std::env::var_os("SHOUCE_TEST_NODE_MODULES") else {
        eprintln!("skipped: tests/run installs the specification");
        return;
    };
    let file = Path::new(&modules).join("commonmark-spec/spec.txt");
    let text = std::fs::read_to_string(file).expect("the specification, as tests/run installs it");
    let text = text.replace('→', "\t");
    let fence = "`".repeat(32);
    let (start, end) = (format!("\n{fence} example\n"), format!("\n{fence}\n"));
    let mut written = Vec::new();
    for rest in text.split(&start).skip(1) {
        // Either half may be empty; with a line end on both sides the dot between them is found.
        let example = format!("\n{}\n", rest.split_once(&end).expect("an end").0);
        let (markdown, html) = example.split_once("\n.\n").expect("two halves");
        written.push((format!("{markdown}\n").split_off(1), plain(html)));
    }
    let carried: Vec<_> =
        examples().into_iter().map(|example| (example.markdown, plain(&example.html))).collect();
    assert!(text.contains("version: '0.31.2'") || text.contains("version: 0.31.2"));
    assert_eq!(written, carried);
}

#[test]
fn every_example_is_parsed_as_the_specification_says() {
    compare(|_, example| plain(&parsed(&example.markdown)), |example| plain(&example.html));
}

// ── The site ──

/// Every example as a page of a site, the text alone, by its number.
fn shown() -> BTreeMap<usize, String> {
    let pages: Vec<_> = (1..)
        .zip(examples())
        .map(|(number, example)| (format!("example-{number}.md"), format!("---\n---\n{}", example.markdown)))
        .collect();
    let sources = Sources::in_memory(pages.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let handbook = compile(&sources).handbook;
    let templates = [("page.html".to_owned(), "{{ document.html | safe }}".to_owned())].into();
    let options = site::Options { templates, ..site::Options::default() };
    let files = site::render(&handbook, &options).expect("a site");
    let page = |number: usize| {
        let bytes = files.get(&format!("example-{number}/index.html")).expect("a page");
        String::from_utf8(bytes.to_vec()).expect("text")
    };
    (1..=EXAMPLES).map(|number| (number, page(number))).collect()
}

/// Tags and words, as far as the site promises them: attributes aside, links that lead nowhere are
/// spans, headings have a link to themselves, and a soft break is a blank.
fn skeleton(html: &str) -> Vec<String> {
    let mut words = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<a class=\"permalink\"") {
        words.push_str(&rest[..at]);
        rest = rest[at..].split_once("</a>").map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let clean = ammonia::clean(&words).replace("&quot;", "\"");
    let mut out: Vec<String> = Vec::new();
    for piece in clean.split_inclusive('>') {
        let (text, tag) = piece.find('<').map_or((piece, ""), |at| piece.split_at(at));
        out.extend(text.split_whitespace().map(str::to_owned));
        let name = tag.trim_matches(['<', '>']).split([' ', '/']).find(|word| !word.is_empty()).unwrap_or("");
        let name = if name == "span" { "a" } else { name };
        if !name.is_empty() {
            out.push(format!("<{}{name}>", if tag.starts_with("</") { "/" } else { "" }));
        }
    }
    out
}

/// The specification's answer with pictures as the site shows those it does not have: one from elsewhere
/// is a link, any other is its words.
fn without_pictures(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<img ") {
        out.push_str(&rest[..at]);
        let (tag, after) = rest[at..].split_once("/>").unwrap_or((&rest[at..], ""));
        // A picture without words was written as HTML and stays.
        if !tag.contains("alt=") {
            out.push_str(tag);
            rest = after;
            continue;
        }
        let attribute = |name: &str| {
            let start = tag.find(&format!("{name}=\"")).map_or(tag.len(), |i| i + name.len() + 2);
            tag[start..].split('"').next().unwrap_or_default()
        };
        let words = attribute("alt");
        let foreign = attribute("src").starts_with("http");
        out.push_str(&if foreign { format!("<a>图片：{words}</a>") } else { words.to_owned() });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[test]
fn every_example_is_shown_as_the_specification_says() {
    let pages = shown();
    let expected = |example: &Example| skeleton(&without_pictures(&example.html)).join(" ");
    compare(|number, _| skeleton(&pages[&number]).join(" "), expected);
}

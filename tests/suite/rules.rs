//! The catalogue of rules and its pages: every page teaches, and its examples do what it says.
//!
//! A page's fences under 「## 错」 and 「## 对」 are examples, run against the fixture. Fences with
//! nothing between them make one example; words between two fences begin another. The words behind
//! the back-ticks say what a fence is:
//!
//! - `md NAME`, `yaml NAME`, `text NAME`: a whole file of the handbook;
//! - `front`: keys of the front matter of the fixture's norm, replaced or added;
//! - `body`: the body of that norm behind its title;
//! - `body 上一版`: the body that stood there when `ids.lock` was written;
//! - `link NAME`: a symbolic link, and what it leads to.
//!
//! What a page cannot show is written in 〈〉: `〈BOM〉`, `〈NUL〉`, `〈CRLF〉` (at the end of a line),
//! `〈U+202E〉`, `〈字节 C4 EA〉`, and `〈70 × 文字〉` for a repetition, in which ↵ is a line break.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::ops::Range;

use shouce::compile::Compiled;
use shouce::diagnostic::Diagnostic;
use shouce::id::Id;
use shouce::profile::{self, Base};
use shouce::rule::{self, CATALOGUE, Rule};

use crate::fixture::{Fixture, NORM};

/// Headings that every page has, in this order.
const HEADINGS: [&str; 4] = ["什么时候报", "为什么", "错", "对"];
/// One more that a page may have, at its end.
const HOW_TO_MEND: &str = "怎么改";

/// Some fences that together show one handbook.
#[derive(Debug)]
struct Example {
    bad: bool,
    /// Line of the page where it begins.
    line: usize,
    fences: Vec<Fence>,
}

#[derive(Debug)]
struct Fence {
    /// The words behind the back-ticks.
    info: String,
    text: String,
}

#[test]
fn codes_and_names_are_well_formed_and_given_once() {
    let mut seen = BTreeSet::new();
    let mut last = "";
    for rule in CATALOGUE {
        let digits = rule.code.strip_prefix("SH").unwrap_or_default();
        assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        let kebab = rule.name.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        assert!(kebab, "{} is called {}", rule.code, rule.name);
        assert!(rule.code > last, "{} stands behind {last}", rule.code);
        assert!(seen.insert(rule.name), "{} is the name of two rules", rule.name);
        last = rule.code;
    }
}

#[test]
fn weights_of_the_assessors_make_a_hundred() {
    let body = "\n## CK-1 接待评分\n\n类型：评分；权重：P01\n\n- [ ] **C1** 来访都有登记\n  - 分值：100\n  - 评分：达到型\n";
    let weights = |authority: i32, third: &str| {
        let one = |name: &str, value: i32| {
            format!(
                "    {name}: {{ 类型: 百分比, 单位: \"%\", 值: {{ 市: {value}, 区: {value}, 街: {value} }} }}\n"
            )
        };
        let own = format!("- 编号: P01\n  名称: 三方权重\n  来源: 自定\n  分项:\n{}", one("自评", 20));
        Fixture::new()
            .file("parameters.yaml", format!("{own}{}{}", one("委托方", authority), one(third, 40)))
            .file("indicators.yaml", "")
            .front("参数: [P01]\n指标:\n")
            .body(body)
            .compile()
            .diagnostics
            .iter()
            .filter(|found| found.rule == rule::SCORING_TOTAL)
            .map(|found| found.message.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(weights(40, "第三方"), Vec::<String>::new());
    assert_eq!(weights(50, "第三方"), ["权重 P01 的市级值合计 110%，应是 100%"]);
    assert_eq!(weights(40, "别人"), ["权重 P01 没有分项「第三方」"]);
}

#[test]
fn every_rule_has_a_page_that_teaches() {
    let mut trouble = Vec::new();
    for rule in CATALOGUE {
        let mut say = |what: &str| trouble.push(format!("{} {}: {what}", rule.code, rule.name));
        let title = rule.title();
        if !rule.page.starts_with("# ") || title.is_empty() || title.chars().count() > 20 {
            say("the first line is not `# <a title of at most 20 characters>`");
        }
        let sections = sections(rule.page);
        let headings: Vec<&str> = sections.iter().map(|(heading, _)| *heading).collect();
        let extra = headings.get(HEADINGS.len()..).unwrap_or_default();
        if !headings.starts_with(&HEADINGS) || !matches!(extra, [] | [HOW_TO_MEND]) {
            say(&format!("the headings are {headings:?}"));
        }
        if sections.iter().any(|(_, lines)| lines.trim().is_empty()) {
            say("a heading has nothing under it");
        }
        let examples = examples(rule.page);
        if ![true, false].iter().all(|bad| examples.iter().any(|example| example.bad == *bad)) {
            say("there is no bad or no good example");
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn no_page_is_without_a_rule() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rule/pages");
    for entry in std::fs::read_dir(folder).expect("the pages") {
        let name = entry.expect("a page").file_name().into_string().expect("a name");
        assert!(CATALOGUE.iter().any(|rule| name == format!("{}.md", rule.code)), "{name}");
    }
}

#[test]
fn rules_are_found_by_code_or_name() {
    assert_eq!(Rule::find("sh0402"), Some(rule::TWO_VERBS));
    assert_eq!(Rule::find("two-verbs"), Some(rule::TWO_VERBS));
    assert_eq!(Rule::find("SH9999"), None);
}

#[test]
fn bad_examples_break_their_rule_and_no_other() {
    let mut trouble = Vec::new();
    for (rule, example) in all_examples().filter(|(_, example)| example.bad) {
        let (compiled, shown) = run(&example);
        let at_home = compiled.diagnostics.iter().any(|d| d.rule == rule && is_shown(d, &shown));
        let others = compiled.diagnostics.iter().any(|d| d.rule != rule && !follows(d, &compiled));
        if !at_home || others {
            trouble.push(describe(rule, &example, &compiled));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn good_examples_break_no_rule() {
    let mut trouble = Vec::new();
    for (rule, example) in all_examples().filter(|(_, example)| !example.bad) {
        let (compiled, _) = run(&example);
        if !compiled.diagnostics.is_empty() {
            trouble.push(describe(rule, &example, &compiled));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn every_finding_of_an_example_says_what_to_do() {
    for (rule, example) in all_examples() {
        for found in run(&example).0.diagnostics {
            let what = format!("{} line {}: {found}", rule.code, example.line);
            assert!(!found.message.is_empty() && !found.message.ends_with('。'), "{what}");
            let helped = !found.help.is_empty() || !found.label.is_empty() || !found.related.is_empty();
            assert!(helped, "no help: {what}");
        }
    }
}

fn all_examples() -> impl Iterator<Item = (&'static Rule, Example)> {
    CATALOGUE.iter().flat_map(|rule| examples(rule.page).into_iter().map(move |example| (*rule, example)))
}

/// What an example compiles to, and the places of the handbook that it shows.
fn run(example: &Example) -> (Compiled, Vec<(String, Range<usize>)>) {
    let mut fixture = Fixture::new();
    let mut lock = None;
    for Fence { info, text } in &example.fences {
        let bytes = spelled_out(text);
        let words = || String::from_utf8(bytes.clone()).expect("a part of a norm is text");
        match info.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["body"] => fixture = fixture.body(&words()),
            ["front"] => fixture = fixture.front(&words()),
            ["body", "上一版"] => lock = Some(locked(&words())),
            ["link", path] => fixture = fixture.link(path, words().trim()),
            ["md" | "yaml" | "text", path] => fixture = fixture.file(path, bytes),
            other => panic!("a fence of line {} is {other:?}", example.line),
        }
    }
    if let Some(lock) = lock {
        fixture = fixture.file(shouce::lint::lock::FILE, lock);
    }
    let body = fixture.norm().1;
    let shown = example.fences.iter().map(|fence| match fence.info.split_once(' ') {
        None if fence.info == "front" => (NORM.to_owned(), 0..body),
        None => (NORM.to_owned(), body..usize::MAX),
        Some(("body", _)) => (shouce::lint::lock::FILE.to_owned(), 0..usize::MAX),
        Some((_, path)) => (path.to_owned(), 0..usize::MAX),
    });
    let shown = shown.collect();
    let mut compiled = fixture.compile();
    let sources = fixture.sources();
    for (path, file) in sources.files.iter().filter(|(path, _)| path.starts_with("profiles/")) {
        let (profile, mut found) = profile::read(path, &file.text);
        compiled.diagnostics.append(&mut found);
        if let Some(profile) = profile {
            let base = Base::new(sources.clone(), None);
            compiled.diagnostics.append(&mut profile::check(&base, &profile).1);
        }
    }
    (compiled, shown)
}

/// The lock of the fixture with this body.
fn locked(body: &str) -> String {
    let before = Fixture::new().body(body).compile();
    shouce::lint::lock::write(&before.handbook, None)
}

fn is_shown(found: &Diagnostic, shown: &[(String, Range<usize>)]) -> bool {
    shown.iter().any(|(path, bytes)| **path == *found.span.file && bytes.contains(&found.span.start))
}

/// Whether a finding only follows from another: what points to a norm that could not be read points
/// to nothing.
fn follows(found: &Diagnostic, compiled: &Compiled) -> bool {
    let lost = !compiled.handbook.norms.contains_key(&Id::new("TS-01"));
    lost && found.rule == rule::DEAD_REFERENCE && *found.span.file != *NORM
}

fn describe(rule: &Rule, example: &Example, compiled: &Compiled) -> String {
    let kind = if example.bad { "错" } else { "对" };
    let found: Vec<_> = compiled
        .diagnostics
        .iter()
        .map(|d| format!("\n    {d} @{} [{}] ({})", d.span.start, d.label, d.help))
        .collect();
    format!("{} {} ({kind}, line {}):{}", rule.code, rule.name, example.line, found.concat())
}

/// The texts under a page's headings.
fn sections(page: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        match (line.strip_prefix("## ").filter(|_| !fenced), found.last_mut()) {
            (Some(heading), _) => found.push((heading, String::new())),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    found
}

fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut heading = "";
    let mut open: Option<(usize, Fence)> = None;
    // Whether nothing has come since the last fence.
    let mut joins = false;
    for (line, words) in (1..).zip(page.lines()) {
        match (open.take(), words.strip_prefix("```"), words.strip_prefix("## ")) {
            (Some(_), Some(_), _) if !matches!(heading, "错" | "对") => {}
            (Some((_, fence)), Some(_), _) if joins => {
                found.last_mut().expect("a fence to join").fences.push(fence);
            }
            (Some((line, fence)), Some(_), _) => {
                found.push(Example { bad: heading == "错", line, fences: vec![fence] });
                joins = true;
            }
            (Some((line, mut fence)), None, _) => {
                fence.text += &format!("{words}\n");
                open = Some((line, fence));
            }
            (None, Some(info), _) => {
                open = Some((line, Fence { info: info.trim().to_owned(), text: String::new() }));
            }
            (None, _, Some(name)) => (heading, joins) = (name, false),
            (None, _, None) => joins &= words.trim().is_empty(),
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    found
}

/// A fence's text with everything in 〈〉 spelled out.
fn spelled_out(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('〈') {
        out.extend_from_slice(before.as_bytes());
        let (word, after) = inside.split_once('〉').expect("〈 is closed");
        match word {
            "BOM" => out.extend_from_slice("\u{feff}".as_bytes()),
            "NUL" => out.push(0),
            "CRLF" => out.push(b'\r'),
            _ => out.extend(spelled_word(word)),
        }
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

fn spelled_word(word: &str) -> Vec<u8> {
    let hex = |digits: &str| u32::from_str_radix(digits, 16).unwrap_or_else(|_| panic!("〈{word}〉"));
    if let Some(code) = word.strip_prefix("U+") {
        return char::from_u32(hex(code)).expect(word).to_string().into_bytes();
    }
    if let Some(bytes) = word.strip_prefix("字节 ") {
        return bytes.split(' ').map(|byte| u8::try_from(hex(byte)).expect(word)).collect();
    }
    let (count, what) = word.split_once(" × ").unwrap_or_else(|| panic!("〈{word}〉"));
    what.replace('↵', "\n").repeat(count.parse().expect(word)).into_bytes()
}

#[test]
fn what_cannot_be_shown_is_spelled_out() {
    assert_eq!(spelled_out("甲〈NUL〉〈U+202E〉乙〈CRLF〉\n"), "甲\0\u{202e}乙\r\n".as_bytes());
    assert_eq!(spelled_out("〈字节 C4 EA〉〈3 × | a↵〉"), b"\xc4\xea| a\n| a\n| a\n");
}

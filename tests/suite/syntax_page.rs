//! The one-sheet that teaches the syntax: its example compiles, and it leaves no key out.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use shouce::compile::compile;
use shouce::diagnostic::Diagnostic;
use shouce::rule::Rule;
use shouce::source;
use shouce::syntax::field::{CHECKLIST_KEYS, CLAUSE_KEYS, FORM_KEYS, ITEM_KEYS};
use shouce::vocabulary::{Keep, MarkKind, Method, Tailor};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/handbook/syntax.md"));

#[test]
fn the_example_of_the_page_compiles_in_the_manual() {
    let (_, rest) = PAGE.split_once("```markdown\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook");
    let mut sources = source::read(&manual).expect("the manual");
    sources.add("NJ/NJ-99.md", example.as_bytes());
    let compiled = compile(&sources);
    let found: Vec<&Diagnostic> =
        compiled.diagnostics.iter().filter(|d| &*d.span.file == "NJ/NJ-99.md").collect();
    assert!(found.is_empty(), "{found:#?}");
    let norm = compiled.handbook.norms.get("NJ-99").expect("the example's norm");
    assert_eq!((norm.clauses().count(), norm.checklists.len(), norm.forms.len()), (3, 1, 1));
}

#[test]
fn the_table_of_keys_is_whole() {
    let (_, table) = PAGE.split_once("| 键 | 写在 | 值 | 不写时 |").expect("the table of keys");
    let (table, _) = table.split_once("\n## ").expect("its end");
    let first_cells = table.lines().filter_map(|row| row.split('|').nth(1));
    let named: BTreeSet<&str> = first_cells.flat_map(|cell| cell.split('、')).map(str::trim).collect();
    for key in [CLAUSE_KEYS, ITEM_KEYS, CHECKLIST_KEYS, FORM_KEYS].concat() {
        assert!(named.contains(key), "{key} is missing");
    }
    for word in Method::all().chain(Tailor::all()).chain(Keep::all()) {
        assert!(table.contains(word), "{word} is missing");
    }
}

#[test]
fn every_mark_and_no_unknown_code_is_named() {
    for mark in MarkKind::all() {
        assert!(PAGE.contains(&format!("`【{mark}")), "{mark} is missing");
    }
    for (at, _) in PAGE.match_indices("SH0") {
        assert!(Rule::find(&PAGE[at..at + 6]).is_some(), "{}", &PAGE[at..at + 6]);
    }
}

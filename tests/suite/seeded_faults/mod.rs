//! Faults of many kinds, each seeded at five places of a copy of the real manual, chosen by a fixed
//! seed: every one must be found by its rule at its line, and nothing else may be alarmed.

use std::collections::BTreeSet;
use std::sync::Arc;

use shouce::compile::{Cache, Compiled, compile, compile_cached};
use shouce::diagnostic::Diagnostic;
use shouce::rule::{self, Rule};
use shouce::source::Sources;

use self::line::Fault;
use crate::manual::{Random, is_alarm, manual, place, shown, with_file};

mod line;
mod norm;
mod text;
mod yaml;

const SEED: u64 = 2026;
const PLACES: usize = 5;
/// It lists every id, and says so when one is gone.
const LOCK: &str = "ids.lock";

/// A kind of fault, and every place of the manual where it can be seeded.
struct Kind {
    name: &'static str,
    /// Any of these must find it.
    rules: Vec<&'static Rule>,
    /// These may speak up elsewhere, because the fault takes something away from others.
    echoes: &'static [&'static Rule],
    places: Vec<Fault>,
}

/// What a clause or an item leaves behind when it is lost: references to it, and its own fields, which
/// now hang on the one before.
const LOSS: &[&Rule] = &[
    rule::DEAD_REFERENCE,
    rule::UNUSED_DECLARATION,
    rule::DUPLICATE_FIELD,
    rule::STRAY_FIELD,
    rule::SCORING_TOTAL,
];

fn kind(name: &'static str, rule: &'static Rule) -> Kind {
    Kind { name, rules: vec![rule], echoes: &[], places: Vec::new() }
}

impl Kind {
    fn or(mut self, rule: &'static Rule) -> Self {
        self.rules.push(rule);
        self
    }

    fn echoing(mut self, echoes: &'static [&'static Rule]) -> Self {
        self.echoes = echoes;
        self
    }

    fn at(mut self, places: impl Iterator<Item = Fault>) -> Self {
        self.places = places.collect();
        self
    }
}

/// All kinds.
fn kinds() -> Vec<Kind> {
    let norm = [norm::checklists(), norm::clauses(), norm::steps()];
    let text = [text::references(), text::markdown(), text::forms()];
    let yaml = [yaml::front_matter(), yaml::bytes(), yaml::registries()];
    norm.into_iter().chain(text).chain(yaml).flatten().collect()
}

/// Chooses places by the seed, in as many files as there are.
fn choose(kind: &Kind) -> Vec<Fault> {
    let name: u64 = kind.name.bytes().map(u64::from).sum();
    let mut places = kind.places.clone();
    Random::new(SEED ^ name).shuffle(&mut places);
    let mut files = BTreeSet::new();
    let (first, more): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|fault| files.insert(fault.path.clone()));
    first.into_iter().chain(more).take(PLACES).collect()
}

type Seeded<'a> = (&'a Kind, Fault);

/// Faults in different files go into one copy of the manual.
fn copies<'a>(faults: impl IntoIterator<Item = Seeded<'a>>) -> Vec<Vec<Seeded<'a>>> {
    let mut copies: Vec<Vec<Seeded<'a>>> = Vec::new();
    for (kind, fault) in faults {
        match copies.iter_mut().find(|copy| copy.iter().all(|(_, other)| other.path != fault.path)) {
            Some(copy) => copy.push((kind, fault)),
            None => copies.push(vec![(kind, fault)]),
        }
    }
    copies
}

/// The manual with these faults in it.
fn broken(faults: &[Seeded<'_>]) -> Sources {
    faults
        .iter()
        .fold(manual().clone(), |sources, (_, fault)| with_file(&sources, &fault.path, &fault.bytes()))
}

fn line_of(sources: &Sources, path: &Arc<str>, at: usize) -> (Arc<str>, usize) {
    (path.clone(), place(sources.text(path), at).0)
}

fn is_found(kind: &Kind, fault: &Fault, sources: &Sources, diagnostics: &[Diagnostic]) -> bool {
    let line = line_of(sources, &fault.path, fault.at);
    diagnostics.iter().any(|d| {
        kind.rules.contains(&d.rule)
            && line == line_of(sources, &d.span.file, d.span.start)
            && (!fault.exact || d.span.start == fault.at)
    })
}

/// One row of the table of what was not found.
fn row(kind: &Kind, fault: &Fault, sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let (line, column) = place(sources.text(&fault.path), fault.at);
    let column = if fault.exact { format!(":{column}") } else { String::new() };
    let expected: Vec<_> = kind.rules.iter().map(|rule| rule.code).collect();
    let in_file: Vec<_> = diagnostics.iter().filter(|d| d.span.file == fault.path).collect();
    let on_line = in_file.iter().filter(|d| place(sources.text(&fault.path), d.span.start).0 == line);
    let mut found: Vec<_> = on_line.map(|d| shown(sources, d)).collect();
    if found.is_empty() {
        found.push("nothing on this line; in the file".into());
        found.extend(in_file.iter().take(3).map(|d| shown(sources, d)));
    }
    format!(
        "{} | {}:{line}{column} | {} | {}",
        kind.name,
        fault.path,
        expected.join(" or "),
        found.join("; ")
    )
}

/// Compiles one copy; every row of the answer is something that went wrong.
fn check(copy: &[Seeded<'_>], clean: &[Diagnostic], cache: &Cache) -> Vec<String> {
    let sources = broken(copy);
    let Compiled { diagnostics, .. } = compile_cached(&sources, cache);
    let mut rows = Vec::new();
    for (kind, fault) in copy.iter().filter(|(kind, fault)| !is_found(kind, fault, &sources, &diagnostics)) {
        // Another fault may have taken away what this one is told by: alone it must be found.
        let alone = [(*kind, fault.clone())];
        let sources = broken(&alone);
        let Compiled { diagnostics, .. } = compile_cached(&sources, cache);
        if !is_found(kind, fault, &sources, &diagnostics) {
            rows.push(row(kind, fault, &sources, &diagnostics));
        }
    }
    let expected: BTreeSet<_> = copy
        .iter()
        .flat_map(|(_, fault)| [fault.at, fault.range.start].map(|at| line_of(&sources, &fault.path, at)))
        .collect();
    for d in diagnostics.iter().filter(|d| is_alarm(d)) {
        let text = sources.text(&d.span.file);
        if !text.is_char_boundary(d.span.start) || !text.is_char_boundary(d.span.end) {
            rows.push(format!("a place that cuts a character | {}", shown(&sources, d)));
        }
        let known = clean.iter().any(|c| c.span.file == d.span.file && c.message == d.message);
        // Only references, the lock of ids and judgments lead from file to file.
        let echo = copy.iter().any(|(kind, fault)| {
            let afar = d.rule == rule::DEAD_REFERENCE || fault.path == d.span.file;
            let told = &*d.span.file == LOCK || d.rule == rule::LOST_ANSWER;
            (kind.echoes.contains(&d.rule) && afar) || (!kind.echoes.is_empty() && told)
        });
        if !known && !echo && !expected.contains(&line_of(&sources, &d.span.file, d.span.start)) {
            let here =
                copy.iter().find(|(_, fault)| fault.path == d.span.file).map_or("", |(kind, _)| kind.name);
            rows.push(format!("{here} | noise | {}", shown(&sources, d)));
        }
    }
    rows
}

#[test]
fn the_clean_manual_raises_no_alarm() {
    let Compiled { diagnostics, .. } = compile(manual());
    let alarms: Vec<_> = diagnostics.iter().filter(|d| is_alarm(d)).map(|d| shown(manual(), d)).collect();
    assert!(alarms.is_empty(), "{} alarms:\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn every_seeded_fault_is_found_at_its_line() {
    let kinds = kinds();
    assert!(kinds.len() >= 100, "{} kinds", kinds.len());
    let mut rows = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.places.len() < PLACES) {
        rows.push(format!("{} | only {} places in the manual", kind.name, kind.places.len()));
    }
    let cache = Cache::default();
    let clean = compile_cached(manual(), &cache).diagnostics;
    let faults = kinds.iter().flat_map(|kind| choose(kind).into_iter().map(move |fault| (kind, fault)));
    rows.extend(copies(faults).iter().flat_map(|copy| check(copy, &clean, &cache)));
    assert!(
        rows.is_empty(),
        "{} kinds at {PLACES} places each:\nkind | place | rule | what was found\n{}",
        kinds.len(),
        rows.join("\n")
    );
}

#[test]
fn a_clause_taken_out_without_a_word_is_missed_in_the_lock() {
    let clauses: Vec<_> = line::body_lines().filter(line::is_clause).collect();
    let mut random = Random::new(SEED);
    for _ in 0..PLACES {
        let taken = random.pick(&clauses);
        // With its fields.
        let fields =
            taken.text[taken.end() + 1..].split_inclusive('\n').take_while(|line| line.starts_with("  "));
        let end = taken.end() + 1 + fields.map(str::len).sum::<usize>();
        let text = [&taken.text[..taken.start], &taken.text[end..]].concat();
        let sources = with_file(manual(), taken.path, text.as_bytes());
        let norm = taken.path.rsplit('/').next().expect("a name").trim_end_matches(".md");
        let id = format!("{norm}-{}", &taken.words[line::number(taken).expect("a number")]);
        let found = compile(&sources).diagnostics;
        let said = |rule| found.iter().any(|d| d.rule == rule && d.message.contains(&id));
        // A file with an error is mended first; what is gone from it is not missed before.
        assert!(
            said(rule::ID_DISAPPEARED) || said(rule::DEAD_REFERENCE),
            "{id}: {:?}",
            found.iter().map(|d| shown(&sources, d)).collect::<Vec<_>>()
        );
    }
}

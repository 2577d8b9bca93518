//! Search on the real manual: figures that must not fall, pieces that must be found, and queries that
//! nobody should type but somebody will.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use shouce::search::judge::{self, Case, Tally};
use shouce::search::{self, Index, Query, Why};
use shouce::syntax::judgments::judgments;
use shouce::text::is_han;

use crate::manual::{Random, manual};

/// Figures of the manual that were reached: the least MRR@10 of each kind of query.
const FIGURES: &str = "tests/search-figures.yaml";
/// Cases of each kind.
const CASES: usize = 30;
/// Hundredths that a kind may fall: the manual grows, and with it what else may be meant.
const SLACK: f64 = 2.0;
const SEED: u64 = 38;

/// The manual's index.
pub static INDEX: LazyLock<Index> =
    LazyLock::new(|| search::build(&shouce::compile::compile(manual()).handbook).expect("an index"));

/// Whether the tests that take longer are asked for.
pub fn is_long() -> bool {
    std::env::var_os("SHOUCE_LONG").is_some_and(|long| !long.is_empty())
}

fn path(file: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).expect("a file of the repository")
}

#[test]
fn no_kind_of_query_is_answered_worse_than_before() {
    let text = read("search-index/judgments.yaml");
    let (known, wrong) = judgments(&text, &"judgments.yaml".into());
    assert!(wrong.is_empty() && known.len() > 300, "{wrong:?}");
    let mut cases: Vec<Case> = known.iter().map(Case::from).collect();
    // Judgments of norms that are not written yet are asked when they are.
    let units = INDEX.units();
    cases.retain(|case| units.iter().any(|unit| case.wanted.holds(&unit.id)));
    cases.extend(judge::variants(units, CASES, SEED));
    let mut tally = Tally::default();
    for case in &cases {
        let query = Query { limit: judge::DEPTH, ..Query::new(&case.query) };
        tally.add(case, &INDEX.search(&query).expect("an answer"));
    }
    let figures = tally.figures();
    if std::env::var_os("SHOUCE_BLESS").is_some() {
        let least: BTreeMap<&str, f64> = figures
            .iter()
            .map(|(kind, figures)| (*kind, ((figures.mrr * 100.0).floor() - SLACK) / 100.0))
            .collect();
        let head = "# 每种打法的 MRR@10 不能低于这里。检索改好了，用 SHOUCE_BLESS=1 跑一遍测试重写。\n";
        std::fs::write(path(FIGURES), format!("{head}{}", serde_yaml::to_string(&least).expect("YAML")))
            .expect("written");
        return;
    }
    let least: BTreeMap<String, f64> = serde_yaml::from_str(&read(FIGURES)).expect("figures by kind");
    let fallen: Vec<String> = least
        .iter()
        .filter_map(|(kind, least)| {
            let figures = figures.get(kind.as_str())?;
            let fell = figures.mrr < *least || figures.zero > 0.01;
            fell.then(|| format!("{kind}: {:.4}, not {least}; {:?}", figures.mrr, figures.misses))
        })
        .collect();
    assert!(fallen.is_empty(), "{}", fallen.join("\n"));
    assert!(least.len() > 20 && figures.len() >= least.len(), "{:?}", figures.keys());
}

#[test]
fn any_piece_of_the_manual_is_found() {
    let mut random = Random::new(38);
    let texts = INDEX.units().iter().flat_map(|unit| {
        let all = unit.names.iter().chain([&unit.text]);
        all.flat_map(|text| text.split(|c| !is_han(c)))
            .map(move |run| (unit, run.chars().collect::<Vec<_>>()))
    });
    let runs: Vec<_> = texts.filter(|(_, run)| !run.is_empty()).collect();
    let count = if is_long() { 100_000 } else { 500 };
    let pieces = std::iter::repeat_with(|| {
        let (unit, run) = random.pick(&runs);
        let start = random.below(run.len());
        (&unit.id, run[start..].iter().take(1 + random.below(12)).collect::<String>())
    });
    let pieces: Vec<_> = pieces.take(count).collect();
    pieces.par_iter().for_each(|(id, piece)| {
        let why = INDEX.why(piece, id).expect("an answer");
        assert!(why.is_some_and(|why| why <= Why::Script), "{piece} of {id}: {why:?}");
    });
}

#[test]
fn what_is_called_literal_holds_every_word() {
    let cases = judge::variants(INDEX.units(), 10, SEED);
    let folded =
        |text: &str| -> String { search::fold::fold(text).chars().filter(|c| !c.is_whitespace()).collect() };
    let texts: BTreeMap<&str, String> = INDEX
        .units()
        .iter()
        .map(|unit| {
            let all: Vec<String> = unit.names.iter().chain([&unit.text]).map(|text| folded(text)).collect();
            (unit.id.as_str(), all.join("\n"))
        })
        .collect();
    for case in cases.iter().filter(|case| !matches!(case.kind, "article" | "id")) {
        let results = INDEX.search(&Query::new(&case.query)).expect("an answer");
        for hit in results.hits.iter().filter(|hit| hit.why == Why::Literal) {
            let text = &texts[hit.id.as_str()];
            let punctuation = |c: char| !c.is_alphanumeric();
            let words: Vec<String> = case.query.split(punctuation).map(folded).collect();
            assert!(words.iter().all(|word| text.contains(word.as_str())), "{}: {}", case.query, hit.id);
        }
    }
}

/// Pieces of which hostile queries are made.
pub const PIECES: [&str; 40] = [
    "年检",
    "预审",
    "第三十八条",
    "NJ-03-3.1",
    "nianjian",
    "nj",
    " ",
    "\u{3000}",
    "\n",
    "\0",
    "\u{1b}[31m",
    "\"",
    "'",
    "\\",
    "*",
    "?",
    "~2",
    "^9",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<script>",
    "%00",
    "&amp;",
    "\\ud800",
    "😀",
    "👨‍👩‍👧",
    "\u{202e}",
    "\u{200b}",
    "𠮷",
    "é\u{301}",
    "١٢٣",
    "Ａ－１",
    "a:b",
];

#[test]
fn ten_thousand_hostile_queries_are_answered() {
    let mut random = Random::new(7);
    for _ in 0..if is_long() { 10_000 } else { 400 } {
        let count = 1 + random.below(12);
        let query: String = (0..count).map(|_| *random.pick(&PIECES)).collect();
        let results = INDEX.search(&Query::new(&query)).expect("an answer");
        assert!(results.hits.len() <= results.total, "{query:?}");
    }
    for piece in PIECES {
        let long = piece.repeat(100_000 / piece.len());
        let results = INDEX.search(&Query::new(&long)).expect("an answer");
        assert!(results.hits.len() <= results.total, "{piece:?} many times");
    }
}

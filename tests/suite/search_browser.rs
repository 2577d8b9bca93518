//! Search without a server: the scripts of the site under node, held against the server's search.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use shouce::files::Files;
use shouce::search::unit::{Kind, Unit};
use shouce::search::{self, Index, Query, Why, judge};
use shouce::syntax::judgments::judgments;
use shouce::text::is_han;
use shouce::vocabulary::{Level, Status};

use crate::manual::Random;
use crate::search_judged::{INDEX, PIECES, is_long};

/// Hits that are compared.
const LIMIT: usize = 10;
/// Hits that must be the same.
const FIRST: usize = 3;
/// Share of queries that both must answer alike.
const ALIKE: f64 = 0.99;
const SEED: u64 = 38;

/// What the scripts answer to queries over some units; to a query and an id, why it finds that unit.
fn scripts<Q: Serialize>(units: &[Unit], queries: &[Q]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::gathered(|sink| search::browser_units_to(units, sink)).expect("files");
    for (path, bytes) in files.iter() {
        let name = path.strip_prefix("search/").expect("a file of search");
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let mut node = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/answer.mjs"))
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let json = serde_json::to_vec(queries).expect("JSON");
    node.stdin.take().expect("an input").write_all(&json).expect("written");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "node fails");
    let lines = String::from_utf8(output.stdout).expect("text");
    let answers: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    assert_eq!(answers.len(), queries.len());
    answers
}

/// An answer without its scores, which are reckoned with another precision.
fn scoreless(mut answer: Value) -> Value {
    for hit in answer["hits"].as_array_mut().expect("hits") {
        hit.as_object_mut().expect("a hit").remove("score");
    }
    answer
}

fn first(answer: &Value) -> Vec<&str> {
    let hits = answer["hits"].as_array().expect("hits").iter();
    hits.take(FIRST).map(|hit| hit["id"].as_str().expect("an id")).collect()
}

fn share(part: usize, whole: usize) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).expect("few"));
    count(part) / count(whole)
}

/// Asks both, tells how many answers have the same first hits and how many are the same to the last word,
/// and fails when too few are.
fn compare(index: &Index, queries: &[&str]) {
    let server = queries.par_iter().map(|query| {
        let results = index.search(&Query { limit: LIMIT, ..Query::new(*query) }).expect("an answer");
        scoreless(serde_json::to_value(results).expect("JSON"))
    });
    let server: Vec<Value> = server.collect();
    let scripts: Vec<Value> = scripts(index.units(), queries).into_iter().map(scoreless).collect();
    let both = || server.iter().zip(&scripts);
    let same = both().filter(|(one, other)| one == other).count();
    let differing: Vec<String> = both()
        .filter(|(one, other)| first(one) != first(other))
        .map(|(one, other)| format!("{}: {:?}, scripts {:?}", one["query"], first(one), first(other)))
        .collect();
    let alike = share(queries.len() - differing.len(), queries.len());
    println!(
        "{} queries: first hits alike {alike:.4}, all alike {:.4}",
        queries.len(),
        share(same, queries.len())
    );
    assert!(alike >= ALIKE, "{alike}: {}", differing.join("\n"));
    let other = both().find(|(one, other)| one != other);
    assert!(share(same, queries.len()) >= ALIKE, "{other:#?}");
}

#[test]
fn judged_queries_are_answered_as_by_the_server() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("search-index/judgments.yaml");
    let text = std::fs::read_to_string(path).expect("judgments");
    let (known, _) = judgments(&text, &"judgments.yaml".into());
    let queries: Vec<&str> = known.iter().map(|judgment| judgment.query.as_str()).collect();
    assert!(queries.len() > 300);
    compare(&INDEX, &queries);
}

#[test]
fn every_kind_of_query_is_answered_as_by_the_server() {
    let cases = judge::variants(INDEX.units(), 40, SEED);
    let queries: Vec<&str> = cases.iter().map(|case| case.query.as_str()).collect();
    compare(&INDEX, &queries);
}

#[test]
fn every_shared_case_is_answered_by_the_scripts_too() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search-cases.json");
    let cases: Value = serde_json::from_slice(&std::fs::read(path).expect("the cases")).expect("JSON");
    let units: Vec<Unit> = serde_json::from_value(cases["units"].clone()).expect("units");
    let cases = cases["cases"].as_array().expect("cases");
    let queries: Vec<&str> = cases.iter().map(|case| case["query"].as_str().expect("a query")).collect();
    for (case, answer) in cases.iter().zip(scripts(&units, &queries)) {
        let hits = answer["hits"].as_array().expect("hits").iter().take(FIRST).map(|hit| {
            let pieces = hit["snippet"].as_array().expect("pieces").iter().map(|piece| {
                let text = piece["text"].as_str().expect("a text");
                if piece["hit"] == true { format!("【{text}】") } else { text.to_owned() }
            });
            json!({ "id": hit["id"], "why": hit["why"], "snippet": pieces.collect::<String>() })
        });
        let first: Vec<Value> = hits.collect();
        let answered = json!({
            "query": answer["query"], "total": answer["total"], "first": first, "suggestions": answer["suggestions"],
        });
        assert_eq!(*case, answered);
    }
}

#[test]
fn any_piece_of_the_manual_is_found_by_the_scripts() {
    let mut random = Random::new(38);
    let runs = INDEX.units().iter().flat_map(|unit| {
        let texts = unit.names.iter().chain([&unit.text]).flat_map(|text| text.split(|c| !is_han(c)));
        texts.map(|run| (unit.id.as_str(), run.chars().collect::<Vec<char>>()))
    });
    let runs: Vec<(&str, Vec<char>)> = runs.filter(|(_, run)| !run.is_empty()).collect();
    let piece = || {
        let (id, run) = random.pick(&runs);
        let start = random.below(run.len());
        (run[start..].iter().take(1 + random.below(12)).collect::<String>(), *id)
    };
    let pieces: Vec<(String, &str)> =
        std::iter::repeat_with(piece).take(if is_long() { 10_000 } else { 500 }).collect();
    for (piece, why) in pieces.iter().zip(scripts(INDEX.units(), &pieces)) {
        assert!(["literal", "script", "id"].iter().any(|known| why == *known), "{piece:?}: {why}");
    }
}

#[test]
fn hostile_queries_are_answered_by_the_scripts() {
    let mut random = Random::new(7);
    let count = if is_long() { 10_000 } else { 400 };
    let mut queries: Vec<String> =
        (0..count).map(|_| (0..1 + random.below(12)).map(|_| *random.pick(&PIECES)).collect()).collect();
    queries.extend(PIECES.iter().map(|piece| piece.repeat(100_000 / piece.len())));
    let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
    compare(&INDEX, &queries);
}

#[test]
fn readers_see_the_same_words() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/static/search/labels.js");
    let labels = std::fs::read_to_string(path).expect("labels");
    let has = |key: &str, word: &str| {
        let known = [format!("{key}: \"{word}\""), format!("\"{key}\": \"{word}\"")];
        assert!(known.iter().any(|known| labels.contains(known)), "{key} {word}");
    };
    Kind::ALL.iter().for_each(|(_, english, chinese)| has(english, chinese));
    Level::CHOICES.iter().for_each(|(chinese, english, _)| has(english, chinese));
    Status::CHOICES.iter().for_each(|(chinese, english, _)| has(english, chinese));
    for why in Why::ALL {
        let english = serde_json::to_value(why).expect("a word");
        has(english.as_str().expect("a word"), why.chinese());
    }
}

#[test]
fn two_builds_give_the_same_bytes() {
    let files = || Files::gathered(|sink| search::browser_units_to(INDEX.units(), sink)).expect("files");
    let (one, other) = (files(), files());
    assert!(one.iter().eq(other.iter()) && one.len() > 5);
}

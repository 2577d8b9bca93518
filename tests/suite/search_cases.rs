//! Cases that every implementation of search must pass: units, queries, and what comes first and why. The
//! file is written anew with `SHOUCE_BLESS=1`; look at what changed before it is kept.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::Path;

use serde::{Deserialize, Serialize};
use shouce::search::unit::Unit;
use shouce::search::{self, Query};

const FILE: &str = "tests/search-cases.json";

#[derive(Debug, Serialize, Deserialize)]
struct Cases {
    /// What can be found.
    units: Vec<Unit>,
    cases: Vec<Case>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Case {
    query: String,
    /// How many units are found.
    total: usize,
    /// The first three.
    first: Vec<First>,
    /// Names that may have been meant.
    suggestions: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct First {
    id: String,
    why: String,
    /// The stretch that shows it, hits in 【】.
    snippet: String,
}

#[test]
fn every_shared_case_is_answered_as_it_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let text = std::fs::read_to_string(&path).expect("the cases");
    let mut cases: Cases = serde_json::from_str(&text).expect("cases");
    let index = search::build_units(cases.units.clone()).expect("an index");
    let answered: Vec<Case> = cases.cases.iter().map(|case| answer(&index, &case.query)).collect();
    if std::env::var_os("SHOUCE_BLESS").is_some() {
        cases.cases = answered;
        let text = serde_json::to_string_pretty(&cases).expect("JSON") + "\n";
        std::fs::write(path, text).expect("written");
        return;
    }
    for (wanted, answered) in cases.cases.iter().zip(&answered) {
        assert_eq!(wanted, answered);
    }
    assert!(cases.cases.len() > 60 && cases.units.len() > 20);
}

fn answer(index: &search::Index, query: &str) -> Case {
    let results = index.search(&Query { limit: 3, ..Query::new(query) }).expect("an answer");
    let first = results.hits.iter().map(|hit| {
        let pieces = hit.snippet.iter().map(|piece| match piece.hit {
            true => format!("【{}】", piece.text),
            false => piece.text.clone(),
        });
        let why = serde_json::to_value(hit.why).expect("a word");
        First {
            id: hit.id.clone(),
            why: why.as_str().unwrap_or_default().to_owned(),
            snippet: pieces.collect(),
        }
    });
    Case {
        query: query.to_owned(),
        total: results.total,
        first: first.collect(),
        suggestions: results.suggestions.clone(),
    }
}

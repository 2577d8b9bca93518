//! Judgments: queries of people, with the units that answer them, as a file that editors keep.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::rule;
use crate::yaml::{self, Node, Value};

use super::{Case, Wanted};

/// Where something stands in the file, in bytes.
pub type Place = Range<usize>;

/// One query and its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// What was typed.
    pub query: String,
    /// Ids of units that answer it, and where they stand. One of a whole stands for its parts.
    pub answers: Vec<(String, Place)>,
}

impl Judgment {
    /// As a case of the kind `question`.
    pub fn case(&self) -> Case {
        let wanted = Wanted::Within(self.answers.iter().map(|(id, _)| id.clone()).collect());
        Case { kind: "question", query: self.query.clone(), wanted }
    }
}

/// Reads judgments: a list of `query`, `answers` and perhaps a `note`.
pub fn judgments(text: &str, file: &Arc<str>) -> (Vec<Judgment>, Vec<Diagnostic>) {
    let (root, mut diagnostics) = yaml::parse(text, file, 0);
    let mut found = Vec::new();
    let Some(root) = root else { return (found, diagnostics) };
    let Value::Sequence(entries) = &root.value else {
        if !matches!(root.value, Value::Null) {
            diagnostics.push(misshapen(file, &root, "这里要一列查询：每项有 query 和 answers"));
        }
        return (found, diagnostics);
    };
    for entry in entries {
        match judgment(entry) {
            Some(judgment) => found.push(judgment),
            None => {
                diagnostics.push(misshapen(file, entry, "每项要有 query（一句话）和 answers（一列编号）"))
            }
        }
    }
    (found, diagnostics)
}

fn judgment(entry: &Node) -> Option<Judgment> {
    let Value::Mapping(keys) = &entry.value else { return None };
    let known = |key: &str| matches!(key, "query" | "answers" | "note");
    let value = |name: &str| keys.iter().find(|(key, _)| key.value == name).map(|(_, value)| value);
    let Value::Sequence(answers) = &value("answers")?.value else { return None };
    let answers: Option<Vec<_>> =
        answers.iter().map(|answer| Some((answer.text()?.to_owned(), answer.span.clone()))).collect();
    let query = value("query")?.text()?.to_owned();
    let answers = answers.filter(|answers| !answers.is_empty())?;
    keys.iter().all(|(key, _)| known(&key.value)).then_some(Judgment { query, answers })
}

fn misshapen(file: &Arc<str>, node: &Node, message: &str) -> Diagnostic {
    Diagnostic::new(rule::WRONG_SHAPE, Span::new(file, node.span.clone()), message.to_owned())
}

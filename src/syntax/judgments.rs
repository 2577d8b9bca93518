//! Judgments: queries of people, with the units that answer them, as a file that editors keep.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::rule;
use crate::yaml::{self, Node, Value};

/// Name of the file, in the folder of the search sources.
pub const FILE: &str = "judgments.yaml";

/// One query and its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// What was typed.
    pub query: String,
    /// Ids of units that answer it, and where they stand. One of a whole stands for its parts.
    pub answers: Vec<(String, Range<usize>)>,
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
        .help("写成 `- query: 续审标记怎么写`，下一行 `  answers: [NJ-03-8]`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Judgment>, usize) {
        let (found, diagnostics) = judgments(text, &FILE.into());
        (found, diagnostics.len())
    }

    #[test]
    fn a_judgment_is_a_query_and_its_answers() {
        let text = "- query: 年检\n  answers: [NJ-01, NJ-02-3]\n  note: 口语\n";
        let (found, wrong) = read(text);
        assert_eq!((found.len(), wrong), (1, 0));
        let (id, place) = &found[0].answers[1];
        assert_eq!((id.as_str(), &text[place.clone()]), ("NJ-02-3", "NJ-02-3"));
        assert_eq!(read("").0, []);
    }

    #[test]
    fn what_is_none_is_said_and_the_others_count() {
        for wrong in
            ["- 年检", "- query: 年检", "- query: 年检\n  answers: []", "- query: 年检\n  answer: [NJ-01]"]
        {
            assert_eq!(read(wrong), (Vec::new(), 1), "{wrong}");
        }
        assert_eq!(read("query: 年检").1, 1);
        let (found, wrong) = read("- 年检\n- query: 年检\n  answers: [NJ-01]\n");
        assert_eq!((found.len(), wrong), (1, 1));
    }
}

//! A changed text shown by character: what stays, what goes, what comes.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{Algorithm, ChangeTag, capture_diff_slices};

use crate::text::is_han;

/// Above this share of changed tokens both texts are shown whole, not one inside the other.
const HALF: f64 = 0.5;

/// A stretch of a changed text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stretch {
    /// What became of it.
    pub change: StretchChange,
    /// Its words.
    pub text: String,
}

/// What became of a stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StretchChange {
    /// It stands in both texts.
    Equal,
    /// It stands in the old text only.
    Removed,
    /// It stands in the new text only.
    Added,
}

/// The change of a text as stretches: the old text is what is not added, the new one what is not removed.
/// Where more than half is new, the old text comes whole, then the new one.
pub fn stretches(before: &str, after: &str) -> Vec<Stretch> {
    let (old, new) = (tokens(before), tokens(after));
    let mut all: Vec<Stretch> = Vec::new();
    let mut same = 0;
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        for change in op.iter_changes(&old, &new) {
            let (kind, token) = match change.tag() {
                ChangeTag::Equal => (StretchChange::Equal, change.value()),
                ChangeTag::Delete => (StretchChange::Removed, change.value()),
                ChangeTag::Insert => (StretchChange::Added, change.value()),
            };
            same += usize::from(kind == StretchChange::Equal);
            match all.last_mut() {
                Some(last) if last.change == kind => last.text.push_str(token),
                _ => all.push(Stretch { change: kind, text: (*token).to_owned() }),
            }
        }
    }
    let longer = old.len().max(new.len());
    if (same as f64) < (1.0 - HALF) * longer as f64 {
        let whole = |change, text: &str| Stretch { change, text: text.to_owned() };
        all = vec![whole(StretchChange::Removed, before), whole(StretchChange::Added, after)];
        all.retain(|stretch| !stretch.text.is_empty());
    }
    all
}

/// How alike two texts are, from 0 to 1: the share of pairs of neighbouring characters that they have in
/// common.
pub fn likeness(first: &str, second: &str) -> f64 {
    let pairs = |text: &str| {
        let characters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut pairs: Vec<(char, char)> = characters.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs
    };
    let (a, b) = (pairs(first), pairs(second));
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    match a.len() + b.len() {
        0 => f64::from(u8::from(first == second)),
        pairs => 2.0 * common as f64 / pairs as f64,
    }
}

/// A Han character is a token; so is a run of letters and digits, of punctuation, of white space, and a
/// parameter's place `{{P07.平时}}`.
fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Han,
        Word,
        Space,
        Mark,
    }
    let kind = |c: char| match c {
        c if is_han(c) => Kind::Han,
        c if c.is_alphanumeric() => Kind::Word,
        c if c.is_whitespace() => Kind::Space,
        _ => Kind::Mark,
    };
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match rest.strip_prefix("{{").and_then(|inner| inner.find("}}")) {
            Some(inside) => inside + 4,
            None if kind(first) == Kind::Han => first.len_utf8(),
            None => {
                let other = |&(i, c): &(usize, char)| {
                    i > 0 && (kind(c) != kind(first) || rest[i..].starts_with("{{"))
                };
                rest.char_indices().find(other).map_or(rest.len(), |(i, _)| i)
            }
        };
        all.push(&rest[..end]);
        rest = &rest[end..];
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let one = |stretch: &Stretch| match stretch.change {
            StretchChange::Equal => stretch.text.clone(),
            StretchChange::Removed => format!("[-{}]", stretch.text),
            StretchChange::Added => format!("[+{}]", stretch.text),
        };
        stretches(before, after).iter().map(one).collect()
    }

    #[test]
    fn a_change_stands_inside_its_sentence() {
        assert_eq!(shown("预审员应当日登记。", "预审员应次日登记。"), "预审员应[-当][+次]日登记。");
        assert_eq!(
            shown("应在{{P07.平时}}内答复。", "应在{{P08}}内答复。"),
            "应在[-{{P07.平时}}][+{{P08}}]内答复。"
        );
        assert_eq!(shown("共2024件。", "共2025件。"), "共[-2024][+2025]件。");
    }

    #[test]
    fn a_new_sentence_is_shown_whole() {
        assert_eq!(shown("应登记。", "主管每周五抽查两份。"), "[-应登记。][+主管每周五抽查两份。]");
        assert_eq!(shown("", "新句。"), "[+新句。]");
    }

    #[test]
    fn both_texts_can_be_read_out_of_it() {
        let (before, after) = ("甲应在3日内，报乙。", "甲应在 5日内报乙、丙。");
        let all = stretches(before, after);
        let without = |change| {
            all.iter()
                .filter(|stretch| stretch.change != change)
                .map(|stretch| stretch.text.as_str())
                .collect::<String>()
        };
        assert_eq!(without(StretchChange::Added), before);
        assert_eq!(without(StretchChange::Removed), after);
    }

    #[test]
    fn likeness_counts_pairs() {
        assert!(likeness("预审员应登记领件时间", "预审员应登记领件的时间") > 0.8);
        assert!(likeness("预审员应登记领件时间", "主管每周抽查") < 0.1);
        assert_eq!(likeness("", ""), 1.0);
    }
}

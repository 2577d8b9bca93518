//! Which verb binds a sentence: 应, 不应, 宜, 不宜, 可, 不必; and the words that only look like one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::vocabulary::Modality;

/// Words in which 应, 宜, 可, 须 … is no verb; its head says how to read it.
const STOP_WORDS: &str = include_str!("modality_stop_words.txt");

/// By first character: the words, the longest first, each with the characters that undo it when they
/// follow.
static STOPS: LazyLock<BTreeMap<char, Vec<(&'static str, &'static str)>>> = LazyLock::new(|| {
    let lines = STOP_WORDS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut words: BTreeMap<char, Vec<_>> = BTreeMap::new();
    for (word, undo) in lines.map(|line| line.split_once('!').unwrap_or((line, ""))) {
        if let Some(first) = word.chars().next() {
            words.entry(first).or_default().push((word, undo));
        }
    }
    for alike in words.values_mut() {
        alike.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    words
});

/// The stop word that `rest` begins with.
fn stop_word(rest: &str) -> Option<&'static str> {
    let undone =
        |word: &str, undo: &str| rest[word.len()..].chars().next().is_some_and(|next| undo.contains(next));
    let words = STOPS.get(&rest.chars().next()?)?;
    words.iter().find(|(word, undo)| rest.starts_with(word) && !undone(word, undo)).map(|(word, _)| *word)
}

/// How names of those who act end: 预审员, 主管, 主任, 承办人, 运营方, 平台.
const ACTORS: [char; 12] = ['员', '师', '管', '任', '人', '方', '部', '者', '组', '家', '台', '站'];
/// Words of two characters that stay what they are behind an actor, too.
const FIXED: [&str; 4] = ["应急", "应届", "可能", "可靠"];

/// Characters that a verb can begin with.
const VERB_HEADS: [char; 9] = ['不', '严', '禁', '必', '务', '应', '可', '须', '宜'];

/// The house's six verbs, and those of others with the verb to write instead.
const VERBS: &[(&str, Modality, Option<&str>)] = &[
    ("不应", Modality::ShallNot, None),
    ("不宜", Modality::ShouldNot, None),
    ("不必", Modality::NeedNot, None),
    ("不得", Modality::ShallNot, Some("不应")),
    ("不可", Modality::ShallNot, Some("不应")),
    ("不许", Modality::ShallNot, Some("不应")),
    ("严禁", Modality::ShallNot, Some("不应")),
    ("禁止", Modality::ShallNot, Some("不应")),
    ("必须", Modality::Must, Some("应")),
    ("务必", Modality::Must, Some("应")),
    ("应当", Modality::Shall, Some("应")),
    ("应该", Modality::Shall, Some("应")),
    ("可以", Modality::May, Some("可")),
    ("须", Modality::Must, Some("应")),
    ("应", Modality::Shall, None),
    ("宜", Modality::Should, None),
    ("可", Modality::May, None),
];

/// After 应当, these make 应 and the word 当日, 当场 … of it.
const SAME_DAY: &[char] = &['日', '场', '天', '月', '年', '面', '班', '次', '期', '值'];

/// A verb found in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verb {
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// How it binds.
    pub modality: Modality,
    /// The house's verb to write instead, when this one is not the house's.
    pub instead: Option<&'static str>,
}

/// Whether a word that looks like no verb is one after all, because somebody stands in front of it who
/// has to do something: 值班咨询师应答, 承办人应诉.
fn does(before: &str, word: &str) -> bool {
    before.ends_with(ACTORS)
        && word.starts_with(VERB_HEADS)
        && word.chars().count() == 2
        && !FIXED.contains(&word)
}

/// Every modal verb of a text, marks taken out first by the caller, words in quotation marks left out.
pub fn verbs(text: &str) -> Vec<Verb> {
    let mut found = Vec::new();
    let mut quoted = 0_usize;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '“' | '「' | '《' | '‘' => quoted += 1,
            '”' | '」' | '》' | '’' => quoted = quoted.saturating_sub(1),
            _ if quoted > 0 => {}
            _ => {
                if let Some(stop) = stop_word(rest).filter(|stop| !does(&text[..at], stop)) {
                    at += stop.len();
                    continue;
                }
                let verbs: &[_] = if VERB_HEADS.contains(&c) { VERBS } else { &[] };
                if let Some(&(verb, modality, instead)) =
                    verbs.iter().find(|(verb, ..)| rest.starts_with(verb))
                {
                    let (verb, instead) = match verb {
                        "应当" if rest["应当".len()..].starts_with(SAME_DAY) => ("应", None),
                        _ => (verb, instead),
                    };
                    found.push(Verb { range: at..at + verb.len(), modality, instead });
                    at += verb.len();
                    continue;
                }
            }
        }
        at += c.len_utf8();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modalities(text: &str) -> Vec<Modality> {
        verbs(text).into_iter().map(|verb| verb.modality).collect()
    }

    #[test]
    fn every_verb_begins_with_a_known_character() {
        assert!(VERBS.iter().all(|(verb, ..)| VERB_HEADS.iter().any(|head| verb.starts_with(*head))));
    }

    #[test]
    fn each_verb_is_read() {
        for (text, modality) in [
            ("预审员应核对材料。", Modality::Shall),
            ("预审员不应要求无关材料。", Modality::ShallNot),
            ("主管宜请人复读。", Modality::Should),
            ("不宜在高峰期接待。", Modality::ShouldNot),
            ("主管可安排现场指导。", Modality::May),
            ("不必重填。", Modality::NeedNot),
        ] {
            assert_eq!(modalities(text), [modality], "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_verbs() {
        for text in [
            "应急预案、相应栏目、对应表、适应期、供应商、反应、应届生、应答要点、应收款、应到人数、应办结件。",
            "许可证、可能、认可、可靠、可调参数、不可抗力、可用设备。",
            "事宜、适宜、便宜。",
            "须知、必需。",
            "请委托方监管人员认可、预审员许可、主管答应。",
        ] {
            assert_eq!(modalities(text), [], "{text}");
        }
    }

    #[test]
    fn what_somebody_has_to_do_is_no_word_that_only_looks_like_it() {
        for text in [
            "值班咨询师应用一句话复述。",
            "中心主任应用FM-1授权。",
            "信息数据专员应用测试件走通。",
            "接待传播专员应收登记证书。",
            "值班咨询师应答：“以通知为准。”",
            "要插队的，值班咨询师应答“按提交时间排”。",
            "承办人应声明没有利害关系。",
            "行政财务专员应征得应聘人同意。",
            "中心主任应聘有社工资格的人当督导。",
            "值班咨询师应约定几点。",
            "应约11:30回电。",
            "应到点打。",
            "承办人应诉。",
            "主管应变更负责人。",
        ] {
            assert_eq!(modalities(text), [Modality::Shall], "{text}");
        }
    }

    #[test]
    fn same_day_is_not_the_foreign_verb() {
        let found = verbs("预审员应当日建件。");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].instead, None);
        assert_eq!(verbs("预审员应当建件。")[0].instead, Some("应"));
    }

    #[test]
    fn quoted_words_do_not_bind() {
        assert_eq!(modalities("预审员应说“您必须补正”。"), [Modality::Shall]);
    }

    #[test]
    fn two_verbs_are_seen() {
        assert_eq!(modalities("预审员应核对，并应登记。").len(), 2);
    }
}

//! Reading: what a person may have meant by what she typed. One query is read in several ways at
//! once; nothing is decided here, the index tells which reading holds.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::analyzer::Runs;
use super::fold::{fold, fold_char, level};
use super::number;
use super::synonym::Synonyms;
use crate::text::is_han;
use crate::yaml;

/// Characters of a query that are read; more than this is no query but a text.
const LONGEST_QUERY: usize = 200;

/// Han characters of a query that may still be the name of something.
const LONGEST_NAME: usize = 8;

/// The words that make a question and say nothing about its subject.
static QUESTION_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file: Arc<str> = "question-words.yaml".into();
    let (node, _) = yaml::parse(include_str!("../../search-index/question-words.yaml"), &file, 0);
    let list = match node.map(|node| node.value) {
        Some(yaml::Value::Sequence(list)) => list,
        _ => Vec::new(),
    };
    let mut words: Vec<String> = list.iter().filter_map(yaml::Node::text).map(fold).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
});

/// The words that make a question, folded, longest first.
pub fn question_words() -> &'static [String] {
    &QUESTION_WORDS
}

/// A query, read.
#[derive(Debug)]
pub struct Reading {
    /// The query, folded and trimmed.
    pub folded: String,
    /// The same without ids and question words.
    pub subject: String,
    /// The words it asks for, in order and without repeats. A unit that holds all of them answers it
    /// literally.
    pub words: Vec<Word>,
    /// Whether question words were cut, so that `folded` says more than `words`.
    pub cut: bool,
    /// The words with the question words among them, when those were cut.
    pub uncut: Vec<String>,
    /// Keys of the things named by id.
    pub ids: Vec<String>,
    /// Article numbers: `38条`, `8章`.
    pub ordinals: Vec<String>,
    /// The number of a clause or chapter, when nothing else was typed.
    pub own_number: Option<String>,
    /// The words as they were written, when some are in traditional script.
    pub traditional: Vec<String>,
    /// The query as letters, when it is nothing else: perhaps pinyin, perhaps initials.
    pub letters: Option<String>,
}

/// A stretch of a query without spaces or punctuation in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// Other ways to say it: the same with a term's other form in place of the one typed.
    pub others: Vec<String>,
}

impl Reading {
    /// Reads a query. `known` tells whether an id key names something.
    pub fn new(query: &str, synonyms: &Synonyms, known: impl Fn(&str) -> bool) -> Self {
        let short: String = query.chars().take(LONGEST_QUERY).collect();
        let folded = fold(&short).trim().to_owned();
        let mut subject: Vec<char> = folded.chars().collect();
        let mut ids = Vec::new();
        for (key, place) in number::ids(&subject) {
            if known(&key) {
                subject[place].fill(' ');
                ids.push(key);
            }
        }
        let subject: String = subject.into_iter().collect();
        let (subject, cut) = cut_question_words(&subject);
        let ordinals = number::ordinals(&folded, is_short(&folded));
        let alone = |ordinal: &&String| number::is_ordinal_only(&folded, ordinal);
        let own_number = number::local_number(&folded).or_else(|| ordinals.first().filter(alone).cloned());
        let letters: String = folded.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
        let is_letters = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase());
        Self {
            uncut: if cut { texts(&folded) } else { Vec::new() },
            words: words(&subject, synonyms),
            traditional: traditional_words(&short),
            letters: is_letters.then_some(letters),
            subject,
            folded,
            cut,
            ids,
            ordinals,
            own_number,
        }
    }

    /// Whether it asks for nothing that could be found.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.ids.is_empty()
    }

    /// Whether it is a sentence rather than a word or two: what things are called then weighs less.
    pub fn is_sentence(&self) -> bool {
        let han = self.words.iter().flat_map(|word| word.text.chars()).filter(|&c| is_han(c)).count();
        self.cut || han > LONGEST_NAME
    }
}

fn traditional_words(query: &str) -> Vec<String> {
    if query.chars().all(|c| level(c) == fold_char(c)) {
        return Vec::new();
    }
    let leveled: String = query.chars().filter_map(level).collect();
    Runs::new(&leveled).map(|run| run.text.to_owned()).collect()
}

/// Whether a number without 第 may be meant as an article's: only when it is all that was typed.
fn is_short(folded: &str) -> bool {
    folded.chars().count() <= 8
}

fn words(subject: &str, synonyms: &Synonyms) -> Vec<Word> {
    let texts = texts(subject);
    texts.into_iter().map(|text| Word { others: synonyms.rephrased(&text), text }).collect()
}

/// The stretches of a text between spaces and punctuation, each once.
fn texts(subject: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut end = usize::MAX;
    for run in Runs::new(subject) {
        match texts.last_mut() {
            Some(last) if run.start == end => last.push_str(run.text),
            _ => texts.push(run.text.to_owned()),
        }
        end = run.start + run.text.len();
    }
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

/// The query without question words, and whether there were any. What is left must still say
/// something: `什么` alone is looked up as it is.
fn cut_question_words(folded: &str) -> (String, bool) {
    let mut rest = folded.to_owned();
    for word in QUESTION_WORDS.iter() {
        rest = rest.replace(word, " ");
    }
    let says =
        rest.chars().filter(|&c| is_han(c)).count() >= 2 || rest.chars().any(|c| c.is_ascii_alphanumeric());
    if says && rest != folded { (rest, true) } else { (folded.to_owned(), false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Reading {
        let forms = |word: &str, others: &[&str]| {
            [word].iter().chain(others).map(|form| (*form).to_owned()).collect()
        };
        let synonyms = Synonyms::new([forms("社会服务机构", &["民非", "民办非企业单位"])]);
        Reading::new(query, &synonyms, |key| key == "nj-3")
    }

    fn texts(query: &str) -> Vec<String> {
        read(query).words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn the_question_words_are_read_longest_first() {
        assert!(QUESTION_WORDS.len() > 50, "{QUESTION_WORDS:?}");
        assert!(QUESTION_WORDS.windows(2).all(|pair| pair[0].len() >= pair[1].len()));
    }

    #[test]
    fn question_words_are_cut_unless_nothing_is_left() {
        assert_eq!(texts("预审过了是不是年检就合格"), ["预审过了", "年检就合格"]);
        assert_eq!(texts("请问什么是年检？"), ["年检"]);
        assert_eq!(texts("怎么办"), ["怎么办"]);
        assert!(read("请问怎么注销").cut && !read("注销").cut);
    }

    #[test]
    fn words_end_at_spaces_and_punctuation_only() {
        assert_eq!(texts("5个工作日　ＰＤＦ文件，报告 报告"), ["5个工作日", "pdf文件", "报告"]);
        assert!(read("😀 …").is_empty() && read("").is_empty());
    }

    #[test]
    fn a_known_id_is_no_word() {
        let reading = read("NJ03 催审");
        assert_eq!((reading.ids, reading.words.len()), (vec!["nj-3".to_owned()], 1));
        assert!(read("NJ-77").ids.is_empty());
    }

    #[test]
    fn other_forms_of_a_term_are_other_words() {
        assert_eq!(read("民非年检").words[0].others, ["社会服务机构年检", "民办非企业单位年检"]);
    }

    #[test]
    fn letters_may_be_sounds() {
        assert_eq!(read("nian jian").letters.as_deref(), Some("nianjian"));
        assert_eq!(read("xi'an").letters.as_deref(), Some("xian"));
        assert_eq!(read("nian检").letters, None);
    }

    #[test]
    fn traditional_script_is_remembered() {
        assert_eq!(read("年檢 Ｐ").traditional, ["年檢", "p"]);
        assert!(read("年检").traditional.is_empty());
    }

    #[test]
    fn a_text_is_read_only_at_its_beginning() {
        assert_eq!(read(&"年".repeat(10_000)).words[0].text.chars().count(), LONGEST_QUERY);
    }
}

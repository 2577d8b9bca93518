//! Query: the readings of what was typed, as one query of the index, built by hand. (A query parser
//! would make a phrase of every word it splits, and lose what the text splits otherwise.)
//!
//! Each rung of the ladder adds a constant far above any ranking score, so that what matches
//! literally stands before what matches by synonym, and that before what only sounds alike.

use std::collections::BTreeMap;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query as IndexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::analyzer::Analyzer;
use super::reading::{Reading, Word};
use super::schema::{Fields, latin_words, local, within};
use super::sound;
use super::unit::Kind;
use crate::vocabulary::Level;

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// What the person typed.
    pub text: String,
    /// Most hits to return.
    pub limit: usize,
    /// Hits to leave out from the front.
    pub offset: usize,
    /// Only units of the part with this code.
    pub part: Option<String>,
    /// Only units of this kind.
    pub kind: Option<Kind>,
    /// Only units that apply at this level.
    pub level: Option<Level>,
    /// Only units that have to do with this role.
    pub role: Option<String>,
    /// Most hits of one norm or page; no limit when absent. What is left out counts in the total.
    pub per_group: Option<usize>,
}

impl Query {
    /// A query for the first twenty hits of `text`, without filters.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 20, ..Self::default() }
    }
}

/// What a rung adds to the score. A ranking score stays below the lowest of them.
pub mod rung {
    /// Named by its id.
    pub const ID: f32 = 32768.0;
    /// Holds every word.
    pub const LITERAL: f32 = 16384.0;
    /// Holds every word or another form of it.
    pub const SYNONYM: f32 = 8192.0;
    /// Holds every word by sound.
    pub const SOUND: f32 = 4096.0;

    /// The score without what the rungs added.
    pub fn without(score: f32) -> f32 {
        score % SOUND
    }

    /// Whether the rung is in the score.
    pub fn is_in(rung: f32, score: f32) -> bool {
        score % (2.0 * rung) >= rung
    }
}

/// How much each signal counts, beside the one of all pairs, which counts 1.
mod boost {
    pub const CHARACTERS: f32 = 0.15;
    pub const TITLE_PAIRS: f32 = 0.5;
    pub const PATH_PAIRS: f32 = 0.5;
    pub const SYNONYM_PAIRS: f32 = 0.5;
    pub const SYLLABLES: f32 = 0.35;
    pub const NUMBERS: f32 = 10.0;
    pub const WITHIN: f32 = 4.0;
    pub const LATIN: f32 = 1.0;
    pub const LATIN_PREFIX: f32 = 0.5;
    /// Names weigh less in a sentence.
    pub const SENTENCE: f32 = 0.4;
}

/// Different tokens of one kind that a query may have; keeps the ranking score below the rungs.
const MOST_TERMS: usize = 64;

/// How wide to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Characters, synonyms, numbers, pinyin typed as such.
    Written,
    /// Also characters that only sound like those typed, and single characters.
    Sounding,
}

/// The query of the index for a reading; `None` when there is nothing to look for.
/// `has_pair` tells whether a pair of characters stands anywhere in the index.
pub fn build(
    reading: &Reading,
    fields: &Fields,
    reach: Reach,
    has_pair: impl Fn(&Term) -> bool,
) -> Option<Box<dyn IndexQuery>> {
    let mut builder = Builder {
        fields,
        weight: if reading.is_sentence() { boost::SENTENCE } else { 1.0 },
        found: Vec::new(),
    };
    builder.rungs(reading, reach);
    builder.pairs(reading, reach);
    builder.numbers(reading);
    builder.latin(reading);
    if reach == Reach::Sounding {
        builder.syllables(reading, has_pair);
    }
    let main = builder.found;
    if main.is_empty() {
        return None;
    }
    // What only the path or single characters say brings nothing up by itself.
    let mut clauses: Vec<(Occur, Box<dyn IndexQuery>)> =
        vec![(Occur::Must, Box::new(BooleanQuery::union(main)))];
    clauses.extend(side(reading, fields).into_iter().map(|query| (Occur::Should, query)));
    Some(Box::new(BooleanQuery::new(clauses)))
}

fn side(reading: &Reading, fields: &Fields) -> Vec<Box<dyn IndexQuery>> {
    let path = terms(reading, fields.path_pairs, Analyzer::Pairs)
        .into_iter()
        .map(|term| boosted(single(term), boost::PATH_PAIRS));
    let characters = terms(reading, fields.all_characters, Analyzer::Characters)
        .into_iter()
        .map(|term| boosted(single(term), boost::CHARACTERS));
    path.chain(characters).collect()
}

struct Builder<'a> {
    fields: &'a Fields,
    weight: f32,
    found: Vec<Box<dyn IndexQuery>>,
}

impl Builder<'_> {
    fn add(&mut self, query: Box<dyn IndexQuery>, boost: f32) {
        self.found.push(boosted(query, boost));
    }

    fn add_term(&mut self, field: Field, text: &str, boost: f32) {
        self.add(single(Term::from_field_text(field, text)), boost);
    }

    /// Everything that begins with `text`.
    fn add_prefix(&mut self, field: Field, text: &str, boost: f32) {
        let (first, last) =
            (Term::from_field_text(field, text), Term::from_field_text(field, &format!("{text}\u{10ffff}")));
        let range =
            InvertedIndexRangeQuery::new(std::ops::Bound::Included(first), std::ops::Bound::Included(last));
        self.add(Box::new(range), boost);
    }

    /// The constants of the ladder.
    fn rungs(&mut self, reading: &Reading, reach: Reach) {
        let characters = self.fields.all_characters;
        let own_number = reading.own_number.iter().map(|number| local(number));
        let named = reading.ids.iter().cloned().chain(own_number).map(|id| Some(self.number(&id)));
        self.found.extend(disjunction(named).map(|named| constant(named, rung::ID)));
        let written = |text: &str| phrase(characters, Analyzer::Characters, text);
        let every_word = conjunction(reading.words.iter().map(|word| written(&word.text)));
        let whole = reading.cut.then(|| written(&reading.folded)).flatten();
        let article =
            reading.own_number.as_ref().and(reading.ordinals.first()).map(|article| self.number(article));
        let literal = disjunction([every_word, whole, article].into_iter());
        self.found.extend(literal.map(|literal| constant(literal, rung::LITERAL)));
        if reading.words.iter().any(|word| !word.others.is_empty()) {
            let any_form = |word: &Word| {
                disjunction([&word.text].into_iter().chain(&word.others).map(|form| written(form)))
            };
            let synonym = conjunction(reading.words.iter().map(any_form));
            self.found.extend(synonym.map(|synonym| constant(synonym, rung::SYNONYM)));
        }
        let spelled = reading.letters.iter().flat_map(|letters| sound::spellings(letters));
        let spelled = disjunction(spelled.map(|syllables| spoken(self.fields.all_syllables, &syllables)));
        self.found.extend(spelled.map(|spelled| constant(spelled, rung::SOUND)));
        if reach == Reach::Sounding && reading.letters.is_none() {
            let sounding = conjunction(reading.words.iter().map(|word| self.sounding(&word.text)));
            self.found.extend(sounding.map(|sounding| constant(sounding, rung::SOUND)));
        }
    }

    fn number(&self, token: &str) -> Box<dyn IndexQuery> {
        single(Term::from_field_text(self.fields.numbers, token))
    }

    /// The word as a phrase of its commonest reading.
    fn sounding(&self, text: &str) -> Option<Box<dyn IndexQuery>> {
        let mut tokens = tokens(self.fields.all_syllables, Analyzer::Syllables, text);
        tokens.dedup_by_key(|(position, _)| *position);
        placed(tokens)
    }

    fn pairs(&mut self, reading: &Reading, reach: Reach) {
        let (all, title) = (self.fields.all_pairs, self.fields.title_pairs);
        for term in terms(reading, all, Analyzer::Pairs) {
            self.add(single(term), 1.0);
        }
        for term in terms(reading, title, Analyzer::Pairs) {
            self.add(single(term), boost::TITLE_PAIRS * self.weight);
        }
        let others: BTreeMap<Term, ()> = reading
            .words
            .iter()
            .flat_map(|word| &word.others)
            .flat_map(|other| tokens(all, Analyzer::Pairs, other))
            .map(|(_, term)| (term, ()))
            .collect();
        for term in others.into_keys().take(MOST_TERMS) {
            self.add(single(term), boost::SYNONYM_PAIRS);
        }
        for word in &reading.words {
            self.characters(&word.text, reach);
        }
    }

    /// A lone character is no pair of a longer run. As a last resort, most characters of a word count for it
    /// wherever they stand.
    fn characters(&mut self, word: &str, reach: Reach) {
        let field = self.fields.all_characters;
        let characters: BTreeMap<Term, ()> =
            tokens(field, Analyzer::Characters, word).into_iter().map(|(_, term)| (term, ())).collect();
        let count = characters.len().min(MOST_TERMS);
        if reach == Reach::Sounding || count == 1 {
            let characters = characters.into_keys().take(MOST_TERMS).map(single).collect();
            let most = BooleanQuery::union_with_minimum_required_clauses(characters, (count * 3).div_ceil(5));
            self.add(Box::new(most), boost::CHARACTERS);
        }
    }

    fn numbers(&mut self, reading: &Reading) {
        for ordinal in &reading.ordinals {
            self.add_term(self.fields.numbers, ordinal, boost::NUMBERS);
        }
        for id in &reading.ids {
            self.add_term(self.fields.numbers, &within(id), boost::WITHIN);
        }
    }

    fn latin(&mut self, reading: &Reading) {
        for word in latin_words(&reading.subject) {
            self.add_term(self.fields.latin, &word, boost::LATIN);
            if word.len() >= 2 && word.bytes().any(|b| b.is_ascii_lowercase()) {
                self.add_prefix(self.fields.latin, &word, boost::LATIN_PREFIX);
            }
        }
    }

    /// Pairs that stand nowhere as they were typed, by their sound.
    fn syllables(&mut self, reading: &Reading, has_pair: impl Fn(&Term) -> bool) {
        for word in &reading.words {
            let chars: Vec<char> = word.text.chars().collect();
            for pair in chars.windows(2).take(MOST_TERMS) {
                let term = Term::from_field_text(self.fields.all_pairs, &String::from_iter(pair));
                if !has_pair(&term) {
                    let sounding = sound::plain(pair)
                        .and_then(|syllables| spoken(self.fields.all_syllables, &syllables));
                    self.found.extend(sounding.map(|sounding| boosted(sounding, boost::SYLLABLES)));
                }
            }
        }
    }
}

/// The tokens of all words of the query, each once.
fn terms(reading: &Reading, field: Field, analyzer: Analyzer) -> Vec<Term> {
    let all = reading.words.iter().flat_map(|word| tokens(field, analyzer, &word.text));
    all.map(|(_, term)| (term, ())).collect::<BTreeMap<_, _>>().into_keys().take(MOST_TERMS).collect()
}

fn tokens(field: Field, analyzer: Analyzer, text: &str) -> Vec<(usize, Term)> {
    analyzer
        .pieces(text)
        .map(|(position, pieces)| (position, Term::from_field_text(field, &pieces.concat())))
        .collect()
}

/// All tokens of a text, one after another as they stand there.
fn phrase(field: Field, analyzer: Analyzer, text: &str) -> Option<Box<dyn IndexQuery>> {
    placed(tokens(field, analyzer, text))
}

/// Syllables one after another.
fn spoken(field: Field, syllables: &[&str]) -> Option<Box<dyn IndexQuery>> {
    placed(syllables.iter().map(|syllable| Term::from_field_text(field, syllable)).enumerate().collect())
}

fn placed(mut tokens: Vec<(usize, Term)>) -> Option<Box<dyn IndexQuery>> {
    match tokens.len() {
        0 => None,
        1 => tokens.pop().map(|(_, term)| single(term)),
        _ => Some(Box::new(PhraseQuery::new_with_offset(tokens))),
    }
}

/// All of them; `None` if one of them cannot be looked for.
fn conjunction(queries: impl Iterator<Item = Option<Box<dyn IndexQuery>>>) -> Option<Box<dyn IndexQuery>> {
    let queries: Vec<_> = queries.collect::<Option<_>>()?;
    (!queries.is_empty()).then(|| Box::new(BooleanQuery::intersection(queries)) as Box<dyn IndexQuery>)
}

/// Any of them.
fn disjunction(queries: impl Iterator<Item = Option<Box<dyn IndexQuery>>>) -> Option<Box<dyn IndexQuery>> {
    let queries: Vec<_> = queries.flatten().collect();
    (!queries.is_empty()).then(|| Box::new(BooleanQuery::union(queries)) as Box<dyn IndexQuery>)
}

fn single(term: Term) -> Box<dyn IndexQuery> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn boosted(query: Box<dyn IndexQuery>, boost: f32) -> Box<dyn IndexQuery> {
    if boost == 1.0 { query } else { Box::new(BoostQuery::new(query, boost)) }
}

fn constant(query: Box<dyn IndexQuery>, score: f32) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(query, score))
}

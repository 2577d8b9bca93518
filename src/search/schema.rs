//! The fields of the index, and how a unit fills them.
//!
//! There is one field for everything (the name three times, then the text), with the signals of the
//! name beside it: a body and a title that are weighed apart were measured to answer questions worse.
//! Nothing is stored: units stay in memory, where snippets, filters and counts read them.

use std::collections::BTreeSet;

use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::analyzer::Analyzer;
use super::fold::fold;
use super::number;
use super::sound::NameSounds;
use super::unit::Unit;
use crate::text::fold_width;

/// Raised whenever fields, tokens or their order change: an index of another version is built anew.
pub const VERSION: u32 = 1;

/// How often the name counts beside the text.
const NAME_WEIGHT: usize = 3;
/// Characters of a name that are typed before it is expected to appear.
const LONGEST_BEGINNING: usize = 12;

/// The fields.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Pairs of name and text: carries the ranking.
    pub all_pairs: Field,
    /// Characters of name and text, with positions: phrases, and the promise that any piece is found.
    pub all_characters: Field,
    /// Pairs of syllables of name and text, with positions: what sounds the same, and pinyin of text.
    pub all_syllables: Field,
    /// Pairs of the names.
    pub title_pairs: Field,
    /// Each name as one token.
    pub title_key: Field,
    /// What each name begins with.
    pub title_beginning: Field,
    /// Pinyin of stretches of the names.
    pub title_sound: Field,
    /// Pinyin of what the names begin with.
    pub title_sound_beginning: Field,
    /// Initials of stretches of the names.
    pub title_initials: Field,
    /// Pairs of syllables of the names.
    pub title_syllables: Field,
    /// Pairs of part, norm and section above the unit.
    pub path_pairs: Field,
    /// Its id, its norm's, its local number, and the article numbers in its text.
    pub numbers: Field,
    /// Words of Latin and other letters, whole and in their parts.
    pub latin: Field,
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let mut field = |name: &str, analyzer: Analyzer, option: IndexRecordOption| {
        let indexing = TextFieldIndexing::default().set_tokenizer(analyzer.name()).set_index_option(option);
        builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let (counted, placed) = (IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        all_pairs: field("all_pairs", Analyzer::Pairs, counted),
        all_characters: field("all_characters", Analyzer::Characters, placed),
        all_syllables: field("all_syllables", Analyzer::Syllables, placed),
        title_pairs: field("title_pairs", Analyzer::Pairs, counted),
        title_key: field("title_key", Analyzer::Lines, counted),
        title_beginning: field("title_beginning", Analyzer::Lines, counted),
        title_sound: field("title_sound", Analyzer::Lines, counted),
        title_sound_beginning: field("title_sound_beginning", Analyzer::Lines, counted),
        title_initials: field("title_initials", Analyzer::Lines, counted),
        title_syllables: field("title_syllables", Analyzer::Syllables, placed),
        path_pairs: field("path_pairs", Analyzer::Pairs, counted),
        numbers: field("numbers", Analyzer::Lines, counted),
        latin: field("latin", Analyzer::Lines, counted),
    };
    (builder.build(), fields)
}

impl Fields {
    /// A unit as a document of the index.
    pub fn document(&self, unit: &Unit) -> TantivyDocument {
        let names: Vec<String> = unit.names.iter().map(|name| fold(name)).collect();
        let text = fold(&unit.text);
        let once = [names.join("\n"), text.clone()].join("\n");
        let mut document = TantivyDocument::new();
        let mut add = |field: Field, text: &str| {
            if !text.is_empty() {
                document.add_text(field, text);
            }
        };
        add(self.all_pairs, &format!("{}{text}", format!("{}\n", names.join("\n")).repeat(NAME_WEIGHT)));
        add(self.all_characters, &once);
        add(self.all_syllables, &once);
        add(self.path_pairs, &fold(&unit.path.join("\n")));
        add(self.numbers, &numbers(unit, &text).join("\n"));
        add(self.latin, &latin_words(&format!("{}\n{}", unit.names.join("\n"), unit.text)).join("\n"));
        if !names.is_empty() {
            let names_text = names.join("\n");
            add(self.title_pairs, &names_text);
            add(self.title_syllables, &names_text);
            let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
            add(self.title_key, &keys.join("\n"));
            add(self.title_beginning, &keys.iter().flat_map(|key| beginnings(key)).collect::<Vec<_>>().join("\n"));
            let sounds = NameSounds::of(&names);
            add(self.title_sound, &sounds.stretches.join("\n"));
            add(self.title_sound_beginning, &sounds.beginnings.join("\n"));
            add(self.title_initials, &sounds.initials.join("\n"));
        }
        document
    }
}

/// A folded name as one token: letters and digits only, so that punctuation need not be typed.
pub fn key(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn beginnings(key: &str) -> impl Iterator<Item = &str> {
    key.char_indices().take(LONGEST_BEGINNING).map(|(at, c)| &key[..at + c.len_utf8()])
}

fn numbers(unit: &Unit, text: &str) -> Vec<String> {
    let mut numbers = vec![number::id_key(&fold(&unit.id))];
    if let Some(norm) = &unit.norm_id {
        numbers.push(within(&number::id_key(&fold(norm))));
    }
    if !unit.number.is_empty() {
        let number = fold(&unit.number);
        if number.bytes().all(|b| b.is_ascii_digit()) {
            numbers.push(format!("{number}章"));
        }
        numbers.push(local(&number));
    }
    numbers.extend(number::ordinals(text, false));
    numbers
}

/// The token that every unit of a norm carries.
pub fn within(norm_key: &str) -> String {
    format!("in {norm_key}")
}

/// The token of a number within a norm.
pub fn local(number: &str) -> String {
    format!("no {number}")
}

/// Words of Latin letters and digits, folded: joined ones (`v1.2`, `gb/t`) whole and in their parts,
/// and what capitals and digits set apart (`WeChat2`) in its parts, too.
pub fn latin_words(text: &str) -> Vec<String> {
    let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let width: String = text.chars().map(fold_width).collect();
    let mut words = BTreeSet::new();
    for whole in width.split(|c: char| !joined(c)).map(|whole| whole.trim_matches(|c: char| !c.is_ascii_alphanumeric())) {
        words.insert(fold(whole));
        for part in whole.split(|c: char| !c.is_ascii_alphanumeric()) {
            words.insert(fold(part));
            let mut rest = part;
            while let Some(end) = seam(rest) {
                words.insert(fold(&rest[..end]));
                rest = &rest[end..];
            }
            words.insert(fold(rest));
        }
    }
    words.remove("");
    words.into_iter().collect()
}

/// Where the first part of a word ends: before a capital after a small letter, and between letters
/// and digits.
fn seam(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    (1..bytes.len()).find(|&at| {
        let (before, after) = (bytes[at - 1], bytes[at]);
        before.is_ascii_lowercase() && after.is_ascii_uppercase() || before.is_ascii_digit() != after.is_ascii_digit()
    })
}

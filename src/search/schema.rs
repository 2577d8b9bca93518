//! The fields of the index, and how a unit fills them.
//!
//! There is one field for everything (the name three times, other names and the text once): a body and a
//! title that are weighed apart were measured to answer questions worse, and so was a title beside it.
//! Nothing is stored: units stay in memory, where snippets, filters and counts read them.

use std::collections::BTreeSet;

use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::analyzer::Analyzer;
use super::fold::{fold, fold_close};
use super::number;
use super::unit::{Kind, Unit};
use crate::text::fold_width;

/// Raised whenever fields, tokens or their order change: an index of another version is built anew.
pub const VERSION: u32 = 3;

/// How often the name counts beside the text.
const NAME_WEIGHT: usize = 3;

/// The fields.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Pairs of name and text: carries the ranking.
    pub pairs: Field,
    /// Characters of name and text.
    pub characters: Field,
    /// Words of Latin and other letters, whole and in their parts.
    pub latin: Field,
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let mut field = |name: &str, analyzer: Analyzer| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(analyzer.name())
            .set_index_option(IndexRecordOption::WithFreqs);
        builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let fields = Fields {
        pairs: field("pairs", Analyzer::Pairs),
        characters: field("characters", Analyzer::Characters),
        latin: field("latin", Analyzer::Lines),
    };
    (builder.build(), fields)
}

impl Fields {
    /// A unit as a document of the index.
    pub fn document(&self, unit: &Unit) -> TantivyDocument {
        let names: Vec<String> = unit.names.iter().map(|name| fold_close(name)).collect();
        let once = [names.join("\n"), fold_close(&unit.text)].join("\n");
        let mut document = TantivyDocument::new();
        let mut add = |field: Field, text: &str| {
            if !text.is_empty() {
                document.add_text(field, text);
            }
        };
        let again =
            names.first().map_or_else(String::new, |name| format!("{name}\n").repeat(NAME_WEIGHT - 1));
        add(self.pairs, &again);
        add(self.pairs, &once);
        add(self.characters, &once);
        add(self.latin, &latin_words(&format!("{}\n{}", unit.names.join("\n"), unit.text)).join("\n"));
        document
    }
}

/// The numbers that a unit answers to: its own within its norm (`3.1`, `8章`), and those of articles in its
/// text.
pub fn numbers(unit: &Unit, text: &str) -> (Option<String>, Vec<String>) {
    let own = (!unit.number.is_empty()).then(|| {
        let number = fold(&unit.number);
        let chapter = unit.kind == Kind::Section && number.bytes().all(|b| b.is_ascii_digit());
        if chapter { format!("{number}章") } else { number }
    });
    let in_text = if text.contains('第') { number::ordinals(&fold(text), false) } else { Vec::new() };
    (own, in_text)
}

/// Words of Latin letters and digits, folded: joined ones (`v1.2`, `gb/t`) whole and in their parts,
/// and what capitals and digits set apart (`WeChat2`) in its parts, too.
pub fn latin_words(text: &str) -> Vec<String> {
    let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let edge = |c: char| !c.is_ascii_alphanumeric();
    let mut words = BTreeSet::new();
    // Most texts have none, full-width or not.
    if !text.chars().any(|c| fold_width(c).is_ascii_alphanumeric()) {
        return Vec::new();
    }
    let width: String = text.chars().map(fold_width).collect();
    for whole in width
        .split(|c: char| !joined(c))
        .map(|whole| whole.trim_matches(edge))
        .filter(|whole| !whole.is_empty())
    {
        words.insert(fold(whole));
        for part in whole.split(edge).filter(|part| !part.is_empty()) {
            words.insert(fold(part));
            let mut rest = part;
            while let Some(end) = seam(rest) {
                words.insert(fold(&rest[..end]));
                rest = &rest[end..];
            }
            words.insert(fold(rest));
        }
    }
    words.into_iter().collect()
}

/// Where the first part of a word ends: before a capital after a small letter, and between letters
/// and digits.
fn seam(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    (1..bytes.len()).find(|&at| {
        let (before, after) = (bytes[at - 1], bytes[at]);
        before.is_ascii_lowercase() && after.is_ascii_uppercase()
            || before.is_ascii_digit() != after.is_ascii_digit()
    })
}

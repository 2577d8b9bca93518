//! Search: the handbook's units in one index, and answers to what people type.
//!
//! ```text
//! Handbook ─▶ unit ─▶ fold ─▶ analyzer, sound, number ─▶ schema ─▶ Index
//! typed    ─▶ fold ─▶ reading (words, synonyms, ids, letters) ─▶ query ─▶ hits ─▶ why, snippet
//! ```
//!
//! Index and query share one folding and one analyzer. The promise: any run of Han characters that
//! stands in a unit is found. An answer never guesses in silence: each hit says why it is there.

pub mod analyzer;
mod facet;
pub mod fold;
pub mod judge;
mod names;
pub mod number;
pub mod query;
mod reading;
mod result;
mod schema;
mod snippet;
mod sound;
mod store;
mod synonym;
pub mod unit;
mod units;

use std::collections::BTreeMap;

use tantivy::directory::RamDirectory;
use tantivy::index::IndexSettings;
use tantivy::query::EnableScoring;
use tantivy::store::Compressor;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, ReloadPolicy, Term};

use crate::error::Error;
use crate::model::Handbook;
use analyzer::Analyzer;
use facet::Table;
use names::{Match, Names};
use query::{Reach, rung};
use reading::Reading;
use schema::Fields;
use synonym::Synonyms;
use unit::{Kind, Unit};
use units::units;

pub use query::Query;
pub use result::{Count, Facets, Hit, Results, Why};
pub use snippet::Piece;

/// Memory that the writer's tables may start with; they grow when a handbook needs more.
const WRITER_BYTES: usize = 4 << 20;
/// A hit that holds only part of the query must reach this share of the best one's score.
const LEAST_SHARE: f32 = 0.2;

/// An index, ready to be searched. It lives in memory as a whole.
pub struct Index {
    units: Vec<Unit>,
    synonyms: Synonyms,
    names: Names,
    /// Place of the unit with this id key.
    ids: BTreeMap<String, usize>,
    facets: Table,
    fields: Fields,
    reader: IndexReader,
    directory: RamDirectory,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("units", &self.units.len()).finish_non_exhaustive()
    }
}

/// Builds the index of a handbook in memory. Fails only when the index library does.
pub fn build(handbook: &Handbook) -> Result<Index, Error> {
    build_units(units(handbook))
}

/// The fingerprint of the index that [`build`] would make of this handbook.
pub fn fingerprint(handbook: &Handbook) -> String {
    store::fingerprint(&store::encode(&units(handbook)))
}

fn build_units(units: Vec<Unit>) -> Result<Index, Error> {
    let (schema, fields) = schema::schema();
    let directory = RamDirectory::create();
    // Nothing is stored, so nothing is worth a thread that compresses it.
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let mut writer = tantivy::Index::builder()
        .schema(schema)
        .settings(settings)
        .tokenizers(tokenizers())
        .single_segment_index_writer(directory.clone(), WRITER_BYTES)
        .map_err(failed)?;
    for unit in &units {
        writer.add_document(fields.document(unit)).map_err(failed)?;
    }
    let index = writer.finalize().map_err(failed)?;
    Index::new(units, &index, directory, fields)
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::new();
    for analyzer in Analyzer::ALL {
        tokenizers.register(analyzer.name(), analyzer);
    }
    tokenizers
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::Index(cause.to_string())
}

impl Index {
    fn new(
        units: Vec<Unit>,
        index: &tantivy::Index,
        directory: RamDirectory,
        fields: Fields,
    ) -> Result<Self, Error> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        Ok(Self {
            synonyms: Synonyms::new(
                units.iter().filter(|unit| unit.kind == Kind::Term).map(|unit| unit.names.clone()),
            ),
            names: Names::new(&units),
            ids: units.iter().map(|unit| number::id_key(&fold::fold(&unit.id))).zip(0..).collect(),
            facets: Table::new(&units),
            units,
            fields,
            reader,
            directory,
        })
    }

    /// Everything that can be found, in the order of the handbook.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Answers a query. Any text is a query; one that asks for nothing finds nothing.
    pub fn search(&self, query: &Query) -> Result<Results, Error> {
        let reading = Reading::new(&query.text, &self.synonyms, |key| self.ids.contains_key(key));
        let mut found = self.find(&reading, Reach::Written)?;
        // Characters that only sound like those typed are a guess, made only when nothing holds them.
        if !found.holds() && reading.letters.is_none() {
            found = self.find(&reading, Reach::Sounding)?;
        }
        let suggestions = if found.holds() { Vec::new() } else { self.names.near(&reading) };
        found.drop_weak();
        let (mut scored, facets) = self.facets.filter(query, found.scored);
        scored.sort_unstable_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        let total = scored.len();
        if let Some(most) = query.per_group {
            self.thin(&mut scored, most);
        }
        let page = scored.into_iter().skip(query.offset).take(query.limit);
        let hits =
            page.map(|(place, score)| self.hit(place, score, &reading, found.names.get(&place))).collect();
        Ok(Results { query: query.text.clone(), total, hits, facets, suggestions })
    }

    fn find(&self, reading: &Reading, reach: Reach) -> Result<Found, Error> {
        let names = self.names.matches(reading, reach == Reach::Sounding);
        let named = |place: usize| names.get(&place).map_or(0.0, |name| name.score);
        let mut scored = Vec::new();
        let searcher = self.reader.searcher();
        let has_pair = |term: &Term| searcher.doc_freq(term).is_ok_and(|count| count > 0);
        if let Some(query) = query::build(reading, &self.fields, reach, has_pair) {
            let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).map_err(failed)?;
            // There is one segment, so a document's number is its unit's place.
            for segment in searcher.segment_readers() {
                let mut add = |document, score| {
                    let place = document as usize;
                    scored.push((place, self.weighed(place, score + named(place), reading)));
                };
                weight.for_each(segment, &mut add).map_err(failed)?;
            }
        }
        let in_index = |place: usize| scored.binary_search_by_key(&place, |(found, _)| *found).is_ok();
        let only_named: Vec<usize> = names.keys().copied().filter(|&place| !in_index(place)).collect();
        scored.extend(only_named.into_iter().map(|place| (place, named(place))));
        Ok(Found { scored, names })
    }

    /// The score with what the kind of the unit counts in a sentence; rungs stay.
    fn weighed(&self, place: usize, score: f32, reading: &Reading) -> f32 {
        let weight = if reading.is_sentence() { self.units[place].kind.weight_in_sentence() } else { 1.0 };
        score - rung::without(score) * (1.0 - weight)
    }

    /// Leaves at most so many of each group.
    fn thin(&self, scored: &mut Vec<(usize, f32)>, most: usize) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        scored.retain(|(place, _)| {
            let count = seen.entry(&self.units[*place].group).or_default();
            *count += 1;
            *count <= most
        });
    }

    fn hit(&self, place: usize, score: f32, reading: &Reading, name: Option<&Match>) -> Hit {
        let unit = &self.units[place];
        Hit {
            id: unit.id.clone(),
            norm_id: unit.norm_id.clone(),
            group: unit.group.clone(),
            title: unit.title.clone(),
            path: unit.path.clone(),
            url: unit.url.clone(),
            kind: unit.kind,
            score,
            why: result::why(unit, reading, score, name.map(|name| name.by)),
            snippet: snippet::snippet(&unit.text, &unit.preview, reading),
        }
    }
}

/// What a query found.
struct Found {
    /// Places and scores of units.
    scored: Vec<(usize, f32)>,
    /// The units whose names were meant.
    names: BTreeMap<usize, Match>,
}

impl Found {
    /// Whether some unit holds all that was typed, in one form or another.
    fn holds(&self) -> bool {
        self.scored.iter().any(|(_, score)| *score >= rung::SYNONYM)
    }

    /// Drops what holds so little of the query that it would only be noise below the hits.
    fn drop_weak(&mut self) {
        let best = self.scored.iter().map(|(_, score)| rung::without(*score)).fold(0.0, f32::max);
        self.scored.retain(|(_, score)| *score >= rung::SOUND || *score >= best * LEAST_SHARE);
    }
}

//! Search: the handbook's units in one index, and answers to what people type.
//!
//! ```text
//! Handbook ─▶ unit ─▶ fold ─▶ analyzer ─▶ schema ─▶ postings    texts, names, paths, numbers
//! typed    ─▶ fold ─▶ reading (words, synonyms, ids, letters) ─▶ rank ─▶ why, snippet
//! ```
//!
//! Index and query share one folding and one analyzer. The promise: any run of Han characters that
//! stands in a unit is found. An answer never guesses in silence: each hit says why it is there.
//!
//! # The ranking
//!
//! It can be done again by anybody who has the units (`tests/search-cases.json` holds units, queries
//! and what comes first), with or without an index. All weights stand in `weight`.
//!
//! 1. **Tokens.** The query's words are cut into pairs of Han characters and words of letters. Each
//!    adds BM25 (k1 1.2, b 0.75) over name three times, other names and text once. Single characters,
//!    pairs of the path, other forms of terms, and pairs that sound the same add less. Characters and
//!    path bring nothing up by themselves. The sum, over the best unit's, is between 0 and 1.
//! 2. **Names.** The query as a whole against each name: the same, its beginning, its pinyin or
//!    initials, an abbreviation, or a few slips away, by characters, by sound or by letters.
//! 3. **Reading.** The best forty units are read: how near each word comes to a piece of the text and
//!    of the name (slips by the distance of `distance`, by characters or sound), which words stand in
//!    or above the unit, and how much of the query stands anywhere in its norm or page.
//! 4. **Rungs.** Named by id; holds every word (itself, or with what stands above it); holds every
//!    word or another form of it; sounds so. A higher rung comes first, whatever the sum; the sum
//!    orders units on one rung, then the order of the handbook.

pub mod analyzer;
mod alike;
mod browser;
mod distance;
mod draw;
mod facet;
pub mod fold;
pub mod judge;
mod names;
mod paths;
mod postings;
mod proof;
pub mod number;
pub mod query;
mod rank;
mod reading;
mod result;
mod row;
mod rungs;
mod schema;
mod second;
mod snippet;
mod sound;
mod spelling;
mod store;
mod synonym;
mod texts;
pub mod unit;
mod units;
mod weight;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use tantivy::directory::RamDirectory;
use tantivy::index::IndexSettings;
use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, ReloadPolicy};

use crate::error::Error;
use crate::files::Sink;
use crate::model::Handbook;
use alike::Alike;
use analyzer::Analyzer;
use distance::Pattern;
use facet::Table;
use names::Names;
use paths::Paths;
use postings::Postings;
use rank::Found;
use reading::Reading;
use schema::Fields;
use synonym::Synonyms;
use texts::Texts;
use unit::{Kind, Unit};
use units::units;

pub use browser::{browser_to, browser_units_to};
pub use proof::Missed;
pub use query::Query;
pub use result::{Count, Facets, Hit, Results, Why};
pub use snippet::Piece;

/// Memory that the writer's tables may start with; they grow when a handbook needs more.
const WRITER_BYTES: usize = 4 << 20;

/// An index, ready to be searched. It lives in memory as a whole.
pub struct Index {
    units: Vec<Unit>,
    synonyms: Synonyms,
    names: Names,
    /// Place of the unit with this id key.
    ids: BTreeMap<String, usize>,
    facets: Table,
    fields: Fields,
    texts: Texts,
    paths: Paths,
    numbers: Numbers,
    postings: Postings,
    alike: OnceLock<Alike>,
    latin: OnceLock<Vec<String>>,
    shelves: Vec<Shelf>,
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

/// Start of the sequence by which pieces of units are drawn and looked up in a new index.
const PROOF: u64 = 1;

/// Writes what searches a handbook: its index in `folder`, where one is named, and the files for searching
/// without a server to `sink`.
///
/// # Errors
/// When the index library or the disk fails, when the folder holds something else, when a piece of the
/// handbook would not be found, and those of `sink`.
pub fn write(handbook: &Handbook, folder: Option<&Path>, sink: &Sink<'_>) -> Result<(), Error> {
    let units = units(handbook);
    let index = || folder.map_or(Ok(()), |folder| keep(&units, folder));
    let (index, browser) = rayon::join(index, || browser_units_to(&units, sink));
    index.and(browser)
}

/// Keeps the index of some units in `folder`: when that holds another one, builds it, proves that it finds
/// what stands in the units, and writes it.
fn keep(units: &[Unit], folder: &Path) -> Result<(), Error> {
    let fingerprint = store::fingerprint(units);
    if store::is_kept(folder, &fingerprint)? {
        return Ok(());
    }
    // Of what search keeps in memory the proof needs the texts alone.
    let (shelves, texts) = rayon::join(|| shelves(units), || Texts::new(units));
    let written = Written { shelves: shelves?, units, texts };
    if let Some(Missed { id, piece }) = proof::prove(&written, PROOF)? {
        return Err(failed(format_args!("{id} 里的「{piece}」查不到")));
    }
    store::write(units, &written.shelves, fingerprint, folder)
}

/// An index as it is written, not ready to be searched.
struct Written<'a> {
    units: &'a [Unit],
    texts: Texts,
    shelves: Vec<Shelf>,
}

/// The fingerprint of the index that [`build`] would make of this handbook.
pub fn fingerprint(handbook: &Handbook) -> String {
    store::fingerprint(&units(handbook))
}

/// Builds the index of some units in memory. Fails only when the index library does.
pub fn build_units(units: Vec<Unit>) -> Result<Index, Error> {
    let (shelves, memory) = rayon::join(|| shelves(&units), || Memory::new(&units));
    Index::new(units, memory, shelves?, schema::schema().1)
}

/// The units in two halves, written at once.
fn shelves(units: &[Unit]) -> Result<Vec<Shelf>, Error> {
    let (schema, fields) = schema::schema();
    let halves = units.split_at(middle(units));
    let shelf = |units: &[Unit]| shelf(units, &schema, fields);
    let (first, second) = rayon::join(|| shelf(halves.0), || shelf(halves.1));
    Ok(vec![first?, second?])
}

/// The place that has as much text before it as behind it. It depends on nothing but the units, and so does
/// the index.
fn middle(units: &[Unit]) -> usize {
    let size = |unit: &Unit| unit.text.len() + 200;
    let half = units.iter().map(size).sum::<usize>() / 2;
    let mut before = 0;
    units
        .iter()
        .take_while(|unit| {
            before += size(unit);
            before <= half
        })
        .count()
}

/// A part of the index, written at once.
struct Shelf {
    reader: IndexReader,
    directory: RamDirectory,
}

impl Shelf {
    fn new(index: &tantivy::Index, directory: RamDirectory) -> Result<Self, Error> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        Ok(Self { reader, directory })
    }
}

fn shelf(units: &[Unit], schema: &Schema, fields: Fields) -> Result<Shelf, Error> {
    let directory = RamDirectory::create();
    // Nothing is stored, so nothing is worth a thread that compresses it.
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let mut writer = tantivy::Index::builder()
        .schema(schema.clone())
        .settings(settings)
        .tokenizers(tokenizers())
        .single_segment_index_writer(directory.clone(), WRITER_BYTES)
        .map_err(failed)?;
    for unit in units {
        writer.add_document(fields.document(unit)).map_err(failed)?;
    }
    Shelf::new(&writer.finalize().map_err(failed)?, directory)
}

fn postings(shelves: &[Shelf]) -> Result<Postings, Error> {
    let searchers: Vec<_> = shelves.iter().map(|shelf| shelf.reader.searcher()).collect();
    Postings::new(&searchers)
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

/// What search keeps of the units beside the index.
#[derive(Debug)]
struct Memory {
    synonyms: Synonyms,
    names: Names,
    texts: Texts,
    paths: Paths,
    numbers: Numbers,
    /// Place of the unit with this id key.
    ids: BTreeMap<String, usize>,
    facets: Table,
}

impl Memory {
    fn new(units: &[Unit]) -> Self {
        Self {
            synonyms: Synonyms::new(
                units.iter().filter(|unit| unit.kind == Kind::Term).map(|unit| unit.names.clone()),
            ),
            names: Names::new(units),
            texts: Texts::new(units),
            paths: Paths::new(units),
            numbers: Numbers::new(units),
            ids: units.iter().map(|unit| number::id_key(&fold::fold(&unit.id))).zip(0..).collect(),
            facets: Table::new(units),
        }
    }
}

impl Index {
    fn new(units: Vec<Unit>, memory: Memory, shelves: Vec<Shelf>, fields: Fields) -> Result<Self, Error> {
        let postings = postings(&shelves)?;
        let (alike, latin) = (OnceLock::new(), OnceLock::new());
        let Memory { synonyms, names, texts, paths, numbers, ids, facets } = memory;
        Ok(Self {
            units,
            synonyms,
            names,
            ids,
            facets,
            fields,
            texts,
            paths,
            numbers,
            postings,
            alike,
            latin,
            shelves,
        })
    }

    /// Everything that can be found, in the order of the handbook.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Answers a query. Any text is a query; one that asks for nothing finds nothing.
    pub fn search(&self, query: &Query) -> Result<Results, Error> {
        let reading = self.reading(&query.text);
        if reading.is_empty() {
            let facets = Facets::default();
            return Ok(Results {
                query: query.text.clone(),
                total: 0,
                hits: Vec::new(),
                facets,
                suggestions: Vec::new(),
            });
        }
        let mut found = rank::find(self, &reading)?;
        let suggestions = if found.holds() { Vec::new() } else { self.names.near(&reading) };
        let (mut scored, facets) = self.facets.filter(query, std::mem::take(&mut found.scored));
        scored.sort_unstable_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        let total = scored.len();
        if let Some(most) = query.per_group {
            self.thin(&mut scored, most);
        }
        let page = scored.into_iter().skip(query.offset).take(query.limit);
        let hits = page.map(|(place, score)| self.hit(place, score, &reading, &found)).collect();
        Ok(Results { query: query.text.clone(), total, hits, facets, suggestions })
    }

    /// Why a query finds the unit with this id; nothing when it does not.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn why(&self, query: &str, id: &str) -> Result<Option<Why>, Error> {
        let Some(place) = self.units.iter().position(|unit| unit.id == id) else { return Ok(None) };
        let reading = self.reading(query);
        let found = rank::find(self, &reading)?;
        let is_found = found.scored.iter().any(|(other, _)| *other == place);
        Ok(is_found.then(|| self.why_of(place, &reading, &found)))
    }

    fn reading(&self, query: &str) -> Reading {
        Reading::new(query, &self.synonyms, |key| self.ids.contains_key(key))
    }

    fn why_of(&self, place: usize, reading: &Reading, found: &Found) -> Why {
        let name = found.names.get(&place).map(|name| name.by);
        result::why(&self.units[place], reading, found.marks[place], name)
    }

    /// The pairs of the index by their sound; made when first asked for.
    fn alike(&self) -> Result<&Alike, Error> {
        match self.alike.get() {
            Some(alike) => Ok(alike),
            None => {
                let made = Alike::new(&self.postings, self.fields.pairs)?;
                Ok(self.alike.get_or_init(|| made))
            }
        }
    }

    /// The words of letters that are a slip away from one, nearest first.
    fn latin_near(&self, word: &str) -> Result<Vec<&str>, Error> {
        let words = match self.latin.get() {
            Some(words) => words,
            None => {
                let words: std::collections::BTreeSet<String> =
                    self.postings.tokens(self.fields.latin, "")?.into_iter().collect();
                self.latin.get_or_init(|| words.into_iter().collect())
            }
        };
        let pattern = Pattern::new(word.bytes().map(u32::from));
        let allowed = if word.len() >= 8 { 2 } else { 1 };
        let mut near: Vec<(usize, &str)> = words
            .iter()
            .filter(|other| other.len().abs_diff(word.len()) <= allowed)
            .map(|other| (pattern.to_whole(other.bytes().map(u32::from)), other.as_str()))
            .filter(|(slips, _)| *slips <= allowed)
            .collect();
        near.sort_unstable();
        let least = near.first().map_or(0, |(slips, _)| *slips);
        Ok(near.into_iter().filter(|(slips, _)| *slips == least).map(|(_, word)| word).collect())
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

    fn hit(&self, place: usize, score: f32, reading: &Reading, found: &Found) -> Hit {
        let unit = &self.units[place];
        Hit {
            id: unit.id.clone(),
            norm_id: unit.norm_id.clone(),
            group: unit.group.clone(),
            title: unit.title.clone(),
            path: unit.path.to_vec(),
            url: unit.url.clone(),
            kind: unit.kind,
            score,
            why: self.why_of(place, reading, found),
            snippet: snippet::snippet(&unit.text, &unit.preview, reading),
        }
    }
}

/// Units by the numbers they answer to.
#[derive(Debug, Default)]
struct Numbers {
    own: BTreeMap<String, Vec<usize>>,
    in_text: BTreeMap<String, Vec<usize>>,
}

impl Numbers {
    fn new(units: &[Unit]) -> Self {
        let mut numbers = Self::default();
        for (place, unit) in units.iter().enumerate() {
            let (own, in_text) = schema::numbers(unit, &unit.text);
            own.into_iter().for_each(|number| numbers.own.entry(number).or_default().push(place));
            for number in in_text {
                let places = numbers.in_text.entry(number).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        numbers
    }

    fn own(&self, number: &str) -> &[usize] {
        self.own.get(number).map_or(&[], Vec::as_slice)
    }

    fn in_text(&self, number: &str) -> &[usize] {
        self.in_text.get(number).map_or(&[], Vec::as_slice)
    }
}

//! Postings: which units hold a token, and how much that says of them.
//!
//! The weight of a token in a unit is BM25's: the rarer the token, the more it says; said again it says
//! little more; and in a long text it says less. Tokens are read from the index one after another into one
//! row of scores, so a query may weigh each as it likes.

use std::sync::Arc;

use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, InvertedIndexReader, Searcher, TERMINATED, Term};

use super::failed;
use crate::error::Error;

/// How soon a repeated token says nothing more.
const K1: f32 = 1.2;
/// How much a long text takes from what a token says.
const B: f32 = 0.75;

/// The index as rows of units.
pub struct Postings {
    segments: Vec<Segment>,
    units: usize,
    /// For each field and unit, what a count is set against.
    damping: Vec<Vec<f32>>,
}

struct Segment {
    /// Place of the unit that its first document is.
    start: usize,
    fields: Vec<Arc<InvertedIndexReader>>,
}

impl Postings {
    /// The postings of an index, shelf by shelf.
    pub fn new(shelves: &[Searcher]) -> Result<Self, Error> {
        let schema = shelves.first().map(Searcher::schema);
        let fields: Vec<Field> =
            schema.iter().flat_map(|schema| schema.fields()).map(|(field, _)| field).collect();
        let mut segments = Vec::new();
        let mut damping: Vec<Vec<f32>> = vec![Vec::new(); fields.len()];
        let mut start = 0;
        for reader in shelves.iter().flat_map(Searcher::segment_readers) {
            let inverted: tantivy::Result<Vec<_>> =
                fields.iter().map(|&field| reader.inverted_index(field)).collect();
            for (&field, lengths) in fields.iter().zip(&mut damping) {
                let of = reader.get_fieldnorms_reader(field).map_err(failed)?;
                lengths.extend((0..reader.max_doc()).map(|document| number(of.fieldnorm(document) as usize)));
            }
            segments.push(Segment { start, fields: inverted.map_err(failed)? });
            start += reader.max_doc() as usize;
        }
        for (field, lengths) in damping.iter_mut().enumerate() {
            let tokens: u64 = segments.iter().map(|segment| segment.fields[field].total_num_tokens()).sum();
            let average = number(usize::try_from(tokens).unwrap_or(usize::MAX)) / number(start.max(1));
            lengths.iter_mut().for_each(|length| *length = K1 * (1.0 - B + B * *length / average.max(1.0)));
        }
        Ok(Self { segments, units: start, damping })
    }

    /// How many units hold a token.
    pub fn frequency(&self, field: Field, token: &str) -> Result<usize, Error> {
        let term = Term::from_field_text(field, token);
        let mut frequency = 0;
        for segment in &self.segments {
            frequency += segment.of(field).doc_freq(&term).map_err(failed_io)? as usize;
        }
        Ok(frequency)
    }

    /// What a token of this frequency says.
    pub fn rarity(&self, frequency: usize) -> f32 {
        let (all, with) = (number(self.units), number(frequency));
        (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
    }

    /// Calls `visit` with the place of each unit that holds a token, in order, and the weight of the token in
    /// it before its rarity: near 0 for once in a long text, near 2 for often in a short one.
    pub fn visit(&self, field: Field, token: &str, mut visit: impl FnMut(usize, f32)) -> Result<(), Error> {
        let term = Term::from_field_text(field, token);
        let damping = &self.damping[field.field_id() as usize];
        for segment in &self.segments {
            let postings = segment.of(field).read_postings(&term, IndexRecordOption::WithFreqs);
            let Some(mut postings) = postings.map_err(failed_io)? else { continue };
            let mut document = postings.doc();
            while document != TERMINATED {
                let place = segment.start + document as usize;
                let count = number(postings.term_freq() as usize);
                visit(place, count * (K1 + 1.0) / (count + damping[place]));
                document = postings.advance();
            }
        }
        Ok(())
    }

    /// The places of the units that hold all of these tokens, in order.
    pub fn holding(&self, tokens: &[(Field, &str)]) -> Result<Vec<usize>, Error> {
        let mut found = Vec::new();
        for segment in &self.segments {
            let mut lists = Vec::with_capacity(tokens.len());
            for (field, token) in tokens {
                let term = Term::from_field_text(*field, token);
                let list = segment.of(*field).read_postings(&term, IndexRecordOption::Basic);
                lists.extend(list.map_err(failed_io)?);
            }
            // A token that no document of the segment holds has no list.
            if lists.len() < tokens.len() {
                continue;
            }
            lists.sort_by_key(|list| list.doc_freq());
            let Some((rarest, others)) = lists.split_first_mut() else { continue };
            let mut document = rarest.doc();
            while document != TERMINATED {
                let holds = |other: &mut tantivy::postings::SegmentPostings| {
                    (if other.doc() < document { other.seek(document) } else { other.doc() }) == document
                };
                if others.iter_mut().all(holds) {
                    found.push(segment.start + document as usize);
                }
                document = rarest.advance();
            }
        }
        Ok(found)
    }

    /// Every token of a field that begins with `prefix`, some of them more than once.
    pub fn tokens(&self, field: Field, prefix: &str) -> Result<Vec<String>, Error> {
        let mut tokens = Vec::new();
        for segment in &self.segments {
            let terms = segment.of(field).terms();
            let mut range = terms.range().ge(prefix.as_bytes());
            let end = format!("{prefix}\u{10ffff}");
            if !prefix.is_empty() {
                range = range.lt(end.as_bytes());
            }
            let mut stream = range.into_stream().map_err(failed_io)?;
            while stream.advance() {
                tokens.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            }
        }
        Ok(tokens)
    }
}

impl Segment {
    fn of(&self, field: Field) -> &InvertedIndexReader {
        &self.fields[field.field_id() as usize]
    }
}

fn failed_io(cause: std::io::Error) -> Error {
    failed(cause)
}

#[allow(clippy::cast_precision_loss, reason = "a weight needs no more")]
fn number(count: usize) -> f32 {
    count as f32
}

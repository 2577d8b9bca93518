//! Alike: pairs of characters that sound the same. An index of what is written finds what is heard by
//! looking up every pair that stands in it and sounds like the one typed.

use tantivy::schema::Field;

use super::postings::Postings;
use super::sound::{self, Syllable};
use crate::error::Error;

/// All pairs of the index by their sound, sorted.
#[derive(Debug)]
pub struct Alike {
    pairs: Vec<(Syllable, Syllable, [char; 2])>,
}

impl Alike {
    /// The pairs of a field of pairs, each under all its readings.
    pub fn new(postings: &Postings, field: Field) -> Result<Self, Error> {
        let mut pairs = Vec::new();
        for token in postings.tokens(field, "")? {
            let mut chars = token.chars();
            let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else {
                continue;
            };
            if first.is_ascii() || second.is_ascii() {
                continue;
            }
            for &one in sound::readings(first).iter().filter(|one| **one != 0) {
                for &other in sound::readings(second).iter().filter(|other| **other != 0) {
                    pairs.push((one, other, [first, second]));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(Self { pairs })
    }

    /// The pairs that are read so.
    pub fn read(&self, first: Syllable, second: Syllable) -> impl Iterator<Item = String> {
        let start = self.pairs.partition_point(|pair| (pair.0, pair.1) < (first, second));
        let same = self.pairs[start..].iter().take_while(move |pair| (pair.0, pair.1) == (first, second));
        same.map(|pair| pair.2.iter().collect())
    }
}

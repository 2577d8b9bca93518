//! Proof: of every unit a piece is drawn, and the index must hold it. Whoever types some characters of the
//! handbook finds where they stand; a build that cannot keep this says so and publishes nothing.

use std::collections::BTreeMap;

use super::draw::Draw;
use super::schema::schema;
use super::texts::compact;
use super::{Written, postings};
use crate::error::Error;
use crate::text::is_han;

/// Most characters of a piece.
const LONGEST: usize = 12;

/// A piece of a unit that would not be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The unit's id.
    pub id: String,
    /// The piece.
    pub piece: String,
}

/// Draws a piece of one to twelve Han characters of every unit and looks each up. Gives the first that
/// is missed. Pieces are looked up all at once, pair by pair, which takes milliseconds.
///
/// # Errors
/// When the index cannot be read.
pub fn prove(written: &Written<'_>, seed: u64) -> Result<Option<Missed>, Error> {
    let Written { units, texts, shelves } = written;
    let (postings, fields) = (postings(shelves)?, schema().1);
    let mut draw = Draw::new(seed);
    let pieces: Vec<String> = units.iter().map(|unit| piece(&unit.text, &mut draw)).collect();
    let missed =
        |place: usize| Ok(Some(Missed { id: units[place].id.clone(), piece: pieces[place].clone() }));
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, piece) in pieces.iter().enumerate() {
        if !texts.of(place).contains(piece.as_str()) {
            return missed(place);
        }
        for token in tokens(piece) {
            wanted.entry(token).or_default().push(place);
        }
    }
    for (token, places) in wanted {
        let alone = token.chars().nth(1).is_none();
        let field = if alone { fields.characters } else { fields.pairs };
        let mut holders = postings.holding(&[(field, token)])?.into_iter().peekable();
        for place in places {
            while holders.next_if(|&holder| holder < place).is_some() {}
            if holders.peek() != Some(&place) {
                return missed(place);
            }
        }
    }
    Ok(None)
}

/// The pairs of some Han characters, or the one there is.
fn tokens(piece: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = piece.char_indices().map(|(at, _)| at).chain([piece.len()]).collect();
    let alone = (ends.len() == 2).then_some(piece);
    let pairs: Vec<&str> = ends.windows(3).map(|ends| &piece[ends[0]..ends[2]]).collect();
    alone.into_iter().chain(pairs)
}

/// Some Han characters of a text that stand side by side, folded; nothing when it has none.
fn piece(text: &str, draw: &mut Draw) -> String {
    let count = text.chars().filter(|&c| is_han(c)).count();
    let start = draw.below(count);
    let length = 1 + draw.below(LONGEST);
    let from = text.char_indices().filter(|(_, c)| is_han(*c)).nth(start).map_or(text.len(), |(at, _)| at);
    compact(&text[from..]).take_while(|&c| is_han(c)).take(length).collect()
}

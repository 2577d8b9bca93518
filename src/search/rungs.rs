//! Rungs: how each unit holds the query, and which rung of the ladder that is. What stands on a higher rung
//! comes first, whatever the sum of its weights.

use tantivy::schema::Field;

use super::Index;
use super::analyzer::{Analyzer, Runs};
use super::query::rung;
use super::reading::Reading;
use crate::error::Error;

/// Tokens by which the holders of a long phrase are looked up before they are read.
const MOST_LOOKED_UP: usize = 24;

/// Marks of a unit.
pub mod mark {
    pub const ID: u8 = 1;
    pub const LITERAL: u8 = 2;
    /// Every word stands in it or above it, question words apart.
    pub const HELD: u8 = 4;
    pub const SYNONYM: u8 = 8;
    pub const SOUND: u8 = 16;
    /// All that was typed, in one form or another.
    pub const HOLDS: u8 = ID | LITERAL | HELD | SYNONYM;
    /// It has pairs for all syllables; reading tells whether they stand in a row.
    pub const PERHAPS: u8 = 32;
}

/// What the rung of a unit adds to its score. `whole` says that its name is what was typed, by its sound.
pub fn rung_of(marks: u8, whole: bool) -> f32 {
    match marks {
        _ if marks & mark::ID != 0 => rung::ID,
        _ if marks & (mark::LITERAL | mark::HELD) != 0 => rung::LITERAL,
        _ if whole => rung::LITERAL,
        _ if marks & mark::SYNONYM != 0 => rung::SYNONYM,
        _ if marks & (mark::SOUND | mark::PERHAPS) != 0 => rung::SOUND,
        _ => 0.0,
    }
}

/// How each unit holds the query.
pub fn marks(index: &Index, reading: &Reading) -> Result<Vec<u8>, Error> {
    let mut marks = vec![0_u8; index.units.len()];
    for id in &reading.ids {
        if let Some(&place) = index.ids.get(id) {
            marks[place] |= mark::ID;
        }
    }
    if let Some(number) = &reading.own_number {
        index.numbers.own(number).iter().for_each(|&place| marks[place] |= mark::ID);
        let article = reading.ordinals.first();
        article
            .iter()
            .flat_map(|article| index.numbers.in_text(article))
            .for_each(|&place| marks[place] |= mark::LITERAL);
    }
    let count = reading.words.len();
    if count == 0 {
        return Ok(marks);
    }
    let mut written = vec![0_u64; marks.len()];
    let mut any_form = vec![0_u64; marks.len()];
    for (at, word) in reading.words.iter().enumerate().take(64) {
        for place in holders(index, &word.text)? {
            written[place] |= 1 << at;
            any_form[place] |= 1 << at;
        }
        for other in &word.others {
            for place in holders(index, other)? {
                any_form[place] |= 1 << at;
            }
        }
    }
    let all = if count >= 64 { u64::MAX } else { (1 << count) - 1 };
    let above: Vec<u64> = (0..index.paths.count())
        .map(|path| {
            if count < 2 {
                return 0;
            }
            let text = index.paths.text(path);
            reading
                .words
                .iter()
                .take(64)
                .enumerate()
                .filter(|(_, word)| text.contains(word.text.as_str()))
                .fold(0, |held, (at, _)| held | 1 << at)
        })
        .collect();
    for (place, mark) in marks.iter_mut().enumerate() {
        if written[place] == all {
            // A question is answered literally only where it stands as it was asked.
            let text = index.texts.of(place);
            let asked = reading.uncut.iter().all(|word| text.contains(word.as_str()));
            *mark |= if asked { mark::LITERAL } else { mark::HELD };
        } else if written[place] != 0 && count > 1 && written[place] | above[index.paths.of(place)] == all {
            *mark |= mark::HELD;
        }
        if any_form[place] == all && written[place] != all {
            *mark |= mark::SYNONYM;
        }
    }
    Ok(marks)
}

/// The units in which a word stands as it is.
fn holders(index: &Index, word: &str) -> Result<Vec<usize>, Error> {
    let mut tokens = Vec::new();
    for run in Runs::new(word) {
        let alone = run.han && run.text.chars().nth(1).is_none();
        let field = if alone { index.fields.characters } else { index.fields.pairs };
        tokens.extend(Analyzer::Pairs.pieces(run.text).map(|(_, pieces)| (field, pieces.concat())));
    }
    let looked_up: Vec<(Field, &str)> =
        tokens.iter().take(MOST_LOOKED_UP).map(|(field, token)| (*field, token.as_str())).collect();
    let mut places = index.postings.holding(&looked_up)?;
    if tokens.len() > 1 {
        let phrase = memchr::memmem::Finder::new(word);
        places.retain(|&place| phrase.find(index.texts.of(place).as_bytes()).is_some());
    }
    Ok(places)
}

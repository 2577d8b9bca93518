//! Rank: which units answer a reading, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::analyzer::{Analyzer, Runs};
use super::names::{By, Match};
use super::reading::Reading;
use super::row::{Every, Row};
use super::rungs::{mark, marks, rung_of};
use super::schema::latin_words;
use super::second::Second;
use super::sound;
use super::spelling;
use super::weight::W;
use crate::error::Error;
use crate::text::is_han;

/// Different tokens that a query may have; of more, the rarest count.
const MOST_TOKENS: usize = 64;
/// Units that are read.
const MOST_READ: usize = 40;
/// A unit that holds less than this share of what the best one holds would only be noise below the hits.
const LEAST_SHARE: f32 = 0.2;

/// What a query found.
pub struct Found {
    /// Places and scores of units, in the order of the handbook.
    pub scored: Vec<(usize, f32)>,
    /// How each unit holds the query.
    pub marks: Vec<u8>,
    /// The units whose names were meant.
    pub names: BTreeMap<usize, Match>,
}

impl Found {
    /// Whether some unit holds all that was typed, in one form or another.
    pub fn holds(&self) -> bool {
        self.scored.iter().any(|&(place, _)| self.marks[place] & mark::HOLDS != 0)
    }
}

/// Finds and orders.
pub fn find(index: &Index, reading: &Reading) -> Result<Found, Error> {
    let mut row = Row::new(index);
    let pairs = pairs(index, reading)?;
    for (pair, frequency) in &pairs {
        row.add_pair(pair, *frequency, 1.0)?;
    }
    others(&mut row, reading)?;
    latin(&mut row, reading)?;
    let perhaps = spelled(&mut row, reading)?;
    let mut marks = marks(index, reading)?;
    perhaps.into_iter().for_each(|place| marks[place] |= mark::PERHAPS);
    let holds = marks.iter().any(|mark| mark & mark::HOLDS != 0);
    if !holds {
        alike(&mut row, &pairs)?;
    }
    let names = index.names.matches(reading);
    // What a name begins with stands in it.
    for (&place, name) in &names {
        if name.by == By::Characters {
            marks[place] |= mark::LITERAL;
        }
    }
    if row.scores.iter().all(|score| *score == 0.0) && names.is_empty() {
        characters(&mut row, reading)?;
    }
    paths(&mut row, &pairs);
    for character in characters_of(reading) {
        row.add_aside(index.fields.characters, &character, W.characters)?;
    }
    numbers(&mut row, reading);
    let scored = order(index, reading, &row, &mut marks, &names);
    Ok(Found { scored, marks, names })
}

/// The pairs of the query that stand anywhere, and how many units hold each; the rarest if there are many.
fn pairs(index: &Index, reading: &Reading) -> Result<Vec<(String, usize)>, Error> {
    let tokens: BTreeSet<String> = reading
        .words
        .iter()
        .flat_map(|word| Analyzer::Pairs.pieces(&word.text))
        .map(|(_, pieces)| pieces.concat())
        .collect();
    let mut pairs = Vec::with_capacity(tokens.len());
    for token in tokens {
        let frequency = index.postings.frequency(index.fields.pairs, &token)?;
        pairs.push((token, frequency));
    }
    if pairs.len() > MOST_TOKENS {
        pairs.sort_by_key(|(_, frequency)| *frequency);
        pairs.truncate(MOST_TOKENS);
        pairs.sort();
    }
    Ok(pairs)
}

fn others(row: &mut Row<'_>, reading: &Reading) -> Result<(), Error> {
    let tokens: BTreeSet<String> = reading
        .words
        .iter()
        .flat_map(|word| &word.others)
        .flat_map(|other| Analyzer::Pairs.pieces(other))
        .map(|(_, pieces)| pieces.concat())
        .collect();
    let mine: BTreeSet<String> = reading
        .words
        .iter()
        .flat_map(|word| Analyzer::Pairs.pieces(&word.text))
        .map(|(_, pieces)| pieces.concat())
        .collect();
    for token in tokens.iter().filter(|token| !mine.contains(*token)).take(MOST_TOKENS) {
        row.add(row.index.fields.pairs, token, W.synonym)?;
    }
    Ok(())
}

/// Words of letters: their parts, what begins with them, and what is a slip away from one that stands nowhere.
fn latin(row: &mut Row<'_>, reading: &Reading) -> Result<(), Error> {
    let (index, field) = (row.index, row.index.fields.latin);
    for word in latin_words(&reading.subject).into_iter().take(MOST_TOKENS) {
        row.add(field, &word, W.latin)?;
        if word.len() < 2 || !word.bytes().any(|b| b.is_ascii_lowercase()) {
            continue;
        }
        let longer: BTreeSet<String> = index.postings.tokens(field, &word)?.into_iter().collect();
        for token in longer.iter().filter(|token| **token != word).take(MOST_TOKENS) {
            row.add(field, token, W.latin_longer)?;
        }
        if longer.is_empty() && word.len() >= 3 {
            let near = index.latin_near(&word)?;
            for token in near.iter().take(MOST_TOKENS) {
                row.add(field, token, W.latin_near)?;
            }
        }
    }
    Ok(())
}

/// Letters that may be pinyin: the whole query, or a run of letters that is no word of the handbook. Gives
/// the units that hold a pair for every two syllables.
fn spelled(row: &mut Row<'_>, reading: &Reading) -> Result<BTreeSet<usize>, Error> {
    let index = row.index;
    let mut runs: Vec<(String, f32)> = Vec::new();
    if let Some(letters) = &reading.letters {
        let known = index.postings.frequency(index.fields.latin, letters)? > 0;
        runs.push((letters.clone(), if known { W.letters * 0.5 } else { W.letters }));
    } else {
        for word in &reading.words {
            for run in Runs::new(&word.text).filter(|run| !run.han) {
                if index.postings.frequency(index.fields.latin, run.text)? == 0 {
                    runs.push((run.text.to_owned(), W.letters));
                }
            }
        }
    }
    let mut whole: BTreeSet<usize> = BTreeSet::new();
    for (letters, weight) in runs {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for syllables in spelling::begun(&letters) {
            let mut every = Every::new(index.units.len());
            for pair in syllables.windows(2) {
                every.next();
                for token in index.alike()?.read(pair[0], pair[1]) {
                    index.postings.visit(index.fields.pairs, &token, |place, _| every.take(place))?;
                    seen.insert(token);
                }
            }
            whole.extend(every.all());
        }
        for token in seen {
            let frequency = index.postings.frequency(index.fields.pairs, &token)?;
            row.add_pair(&token, frequency, weight)?;
        }
    }
    Ok(whole)
}

/// Pairs that sound like those typed.
fn alike(row: &mut Row<'_>, pairs: &[(String, usize)]) -> Result<(), Error> {
    let index = row.index;
    for (pair, frequency) in pairs {
        let mut chars = pair.chars();
        let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else { continue };
        if !is_han(first) || !is_han(second) {
            continue;
        }
        let weight = if *frequency == 0 { W.alike } else { W.alike_known };
        let tokens: Vec<String> = index
            .alike()?
            .read(sound::readings(first)[0], sound::readings(second)[0])
            .filter(|t| t != pair)
            .collect();
        for token in tokens {
            row.add(index.fields.pairs, &token, weight)?;
        }
    }
    Ok(())
}

/// Pairs that stand above the units that were found.
fn paths(row: &mut Row<'_>, pairs: &[(String, usize)]) {
    let index = row.index;
    let mut said = vec![0.0; index.paths.count()];
    for (pair, _) in pairs {
        let (paths, units) = index.paths.holding(pair);
        let rarity = index.postings.rarity(units);
        paths.for_each(|path| said[path] += rarity * W.path_pairs);
    }
    for (place, score) in row.scores.iter_mut().enumerate().filter(|(_, score)| **score > 0.0) {
        *score += said[index.paths.of(place)];
    }
}

fn characters_of(reading: &Reading) -> BTreeSet<String> {
    let pieces = reading.words.iter().flat_map(|word| Analyzer::Characters.pieces(&word.text));
    pieces.map(|(_, pieces)| pieces.concat()).take(MOST_TOKENS).collect()
}

/// As a last resort, single characters.
fn characters(row: &mut Row<'_>, reading: &Reading) -> Result<(), Error> {
    for character in characters_of(reading) {
        row.add(row.index.fields.characters, &character, W.characters)?;
    }
    Ok(())
}

fn numbers(row: &mut Row<'_>, reading: &Reading) {
    let index = row.index;
    for ordinal in &reading.ordinals {
        for &place in index.numbers.in_text(ordinal) {
            row.scores[place] += W.number;
        }
    }
    for id in &reading.ids {
        let Some(&place) = index.ids.get(id) else { continue };
        let group = index.texts.group(place);
        for other in (0..index.units.len()).filter(|&other| index.texts.group(other) == group) {
            row.scores[other] += W.within;
        }
    }
}

/// Scores every unit that was found; the best of them are read.
fn order(
    index: &Index,
    reading: &Reading,
    row: &Row<'_>,
    marks: &mut [u8],
    names: &BTreeMap<usize, Match>,
) -> Vec<(usize, f32)> {
    let name = |place: usize| names.get(&place).map_or(0.0, |name| name.score);
    let best = row.scores.iter().copied().fold(0.0, f32::max);
    let scale = if best > 0.0 { best } else { 1.0 };
    let mut scored: Vec<(usize, f32)> = (0..index.units.len())
        .filter(|&place| row.scores[place] > 0.0 || marks[place] != 0 || names.contains_key(&place))
        .map(|place| (place, row.scores[place] / scale + name(place)))
        .collect();
    let rung = |marks: u8, place: usize| rung_of(marks, names.get(&place).is_some_and(|name| name.whole));
    let mut candidates: Vec<usize> = (0..scored.len()).collect();
    let value = |at: usize, scored: &[(usize, f32)]| rung(marks[scored[at].0], scored[at].0) + scored[at].1;
    let most = MOST_READ;
    if candidates.len() > most {
        let values: Vec<f32> = candidates.iter().map(|&at| value(at, &scored)).collect();
        candidates.select_nth_unstable_by(most, |&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
        candidates.truncate(most);
    }
    let weak: Vec<bool> = scored
        .iter()
        .map(|&(place, score)| marks[place] == 0 && !names.contains_key(&place) && score < LEAST_SHARE)
        .collect();
    marks.iter_mut().for_each(|marks| *marks &= !mark::PERHAPS);
    let second = Second::new(index, reading, row);
    let mut read = vec![false; scored.len()];
    for at in candidates {
        let place = scored[at].0;
        let (more, heard) = second.read(place);
        scored[at].1 += more;
        if heard {
            marks[place] |= mark::SOUND;
        }
        read[at] = true;
    }
    let kept = scored
        .into_iter()
        .enumerate()
        .filter(|(at, (place, _))| !weak[*at] || read[*at] && marks[*place] != 0);
    kept.map(|(_, (place, score))| {
        let weight = if reading.is_sentence() { index.units[place].kind.weight_in_sentence() } else { 1.0 };
        let name = name(place);
        let sum = ((score - name) * weight + name) * 100.0;
        // Where a question stands as it was asked, it is answered, however little else speaks for the unit.
        let asked = !reading.uncut.is_empty() && marks[place] & mark::LITERAL != 0;
        let sum = if asked { MOST_SCORE + sum.min(MOST_SCORE) / 100.0 } else { sum.min(MOST_SCORE) };
        (place, sum + rung(marks[place], place))
    })
    .collect()
}

/// Most that the weights give a unit on its rung.
const MOST_SCORE: f32 = 4000.0;

//! Rank: which units answer a reading, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::schema::Field;

use super::Index;
use super::analyzer::{Analyzer, Runs};
use super::distance::Pattern;
use super::names::{self, By, Match, nearness};
use super::query::rung;
use super::reading::Reading;
use super::schema::latin_words;
use super::sound;
use super::spelling;
use super::weight::W;
use crate::error::Error;
use crate::text::is_han;

/// Different tokens that a query may have; of more, the rarest count.
const MOST_TOKENS: usize = 64;
/// Tokens by which the holders of a long phrase are looked up before they are read.
const MOST_LOOKED_UP: usize = 24;

/// Units that are read.
const MOST_READ: usize = 40;
/// Characters of a unit that are compared with a word that does not stand in it.
const MOST_CHARACTERS: usize = 2_000;
/// Powers that make what is nearly there count for little: in names more than in texts.
const HEADING: i32 = 6;
const NEAR: i32 = 2;
/// A unit that holds less than this share of what the best one holds would only be noise below the hits.
const LEAST_SHARE: f32 = 0.2;

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

/// A word of the query as texts are compared with it.
struct Wanted {
    written: Pattern,
    heard: Pattern,
    length: usize,
    /// The word, where it must stand as it is.
    text: memchr::memmem::Finder<'static>,
}

impl Wanted {
    fn new(text: String) -> Self {
        let chars: Vec<char> = names::key(&text).chars().collect();
        Self {
            written: Pattern::new(chars.iter().map(|&c| c.into())),
            heard: Pattern::new(spelling::heard(&chars).into_iter().map(u32::from)),
            length: chars.len(),
            text: memchr::memmem::Finder::new(&text).into_owned(),
        }
    }

    fn stands_in(&self, text: &str) -> bool {
        self.text.find(text.as_bytes()).is_some()
    }

    /// How near some piece of a text is: by writing, and by sound.
    fn in_text(&self, text: &str) -> (f32, f32) {
        if self.stands_in(text) {
            return (1.0, 1.0);
        }
        let chars = || text.chars().take(MOST_CHARACTERS);
        let written = self.written.to_piece(chars().map(u32::from));
        let heard = self.heard.to_piece(chars().map(|c| sound::heard(c).into()));
        (nearness(written, self.written.len()), nearness(heard, self.heard.len()))
    }
}

/// Units with the weights that tokens give them.
struct Row<'a> {
    index: &'a Index,
    scores: Vec<f32>,
    /// For each group, the rarity of the tokens that stand anywhere in it.
    groups: Vec<f32>,
    last: Vec<u32>,
    count: u32,
    /// The rarity of all tokens.
    all: f32,
}

/// The units that hold a pair of every sort asked for, counted sort by sort.
struct Every {
    held: Vec<u32>,
    sorts: u32,
}

impl Every {
    fn new(units: usize) -> Self {
        Self { held: vec![0; units], sorts: 0 }
    }

    /// Goes on to the next sort.
    fn next(&mut self) {
        self.sorts += 1;
    }

    /// Takes in a unit with a pair of this sort; units that lack one of another sort fall behind.
    fn take(&mut self, place: usize) {
        if self.held[place] + 1 == self.sorts {
            self.held[place] = self.sorts;
        }
    }

    /// The units that hold all.
    fn all(&self) -> impl Iterator<Item = usize> {
        let held = self.held.iter().enumerate().filter(|(_, held)| self.sorts > 0 && **held == self.sorts);
        held.map(|(place, _)| place)
    }
}

impl<'a> Row<'a> {
    fn new(index: &'a Index) -> Self {
        let groups = index.texts.groups();
        Self {
            index,
            scores: vec![0.0; index.units.len()],
            groups: vec![0.0; groups],
            last: vec![0; groups],
            count: 0,
            all: 0.0,
        }
    }

    /// Adds what a token says.
    fn add(&mut self, field: Field, token: &str, weight: f32) -> Result<(), Error> {
        let frequency = self.index.postings.frequency(field, token)?;
        if frequency == 0 {
            return Ok(());
        }
        let weight = weight * self.index.postings.rarity(frequency);
        self.index.postings.visit(field, token, |place, share| self.scores[place] += weight * share)
    }

    /// Adds what a token says to units that were found by others.
    fn add_aside(&mut self, field: Field, token: &str, weight: f32) -> Result<(), Error> {
        let frequency = self.index.postings.frequency(field, token)?;
        if frequency == 0 {
            return Ok(());
        }
        let weight = weight * self.index.postings.rarity(frequency);
        self.index.postings.visit(field, token, |place, share| {
            if self.scores[place] > 0.0 {
                self.scores[place] += weight * share;
            }
        })
    }

    /// Adds what a pair says, also of the group that it stands in.
    fn add_pair(&mut self, token: &str, frequency: usize, weight: f32) -> Result<(), Error> {
        let rarity = self.index.postings.rarity(frequency);
        self.count += 1;
        self.all += rarity;
        let (index, count) = (self.index, self.count);
        let (scores, groups, last) = (&mut self.scores, &mut self.groups, &mut self.last);
        index.postings.visit(index.fields.pairs, token, |place, share| {
            scores[place] += weight * rarity * share;
            let group = index.texts.group(place);
            if last[group] != count {
                last[group] = count;
                groups[group] += rarity;
            }
        })
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

/// How each unit holds the query.
fn marks(index: &Index, reading: &Reading) -> Result<Vec<u8>, Error> {
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
    let rung = |marks: u8, place: usize| match marks {
        _ if marks & mark::ID != 0 => rung::ID,
        _ if marks & (mark::LITERAL | mark::HELD) != 0 => rung::LITERAL,
        _ if names.get(&place).is_some_and(|name| name.whole) => rung::LITERAL,
        _ if marks & mark::SYNONYM != 0 => rung::SYNONYM,
        _ if marks & (mark::SOUND | mark::PERHAPS) != 0 => rung::SOUND,
        _ => 0.0,
    };
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
        let asked = !reading.uncut.is_empty() && marks[place] & mark::LITERAL != 0;
        scored[at].1 += more + if asked { W.asked } else { 0.0 };
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
        (place, (((score - name) * weight + name) * 100.0).min(4000.0) + rung(marks[place], place))
    })
    .collect()
}

/// The second stage: what reading a unit tells.
struct Second<'a> {
    index: &'a Index,
    row: &'a Row<'a>,
    words: Vec<Wanted>,
    /// Characters of all words.
    length: f32,
    heading: f32,
}

impl<'a> Second<'a> {
    fn new(index: &'a Index, reading: &Reading, row: &'a Row<'a>) -> Self {
        let texts: Vec<String> = match &reading.letters {
            Some(letters) => vec![letters.clone()],
            None => reading.words.iter().take(16).map(|word| word.text.clone()).collect(),
        };
        let words: Vec<Wanted> = texts.into_iter().map(Wanted::new).collect();
        let length = words.iter().map(|word| word.length).sum::<usize>().max(1) as f32;
        let heading = if reading.is_sentence() { W.heading_sentence } else { W.heading };
        Self { index, row, words, length, heading }
    }

    /// What reading a unit adds to its score, and whether it sounds like all that was typed.
    fn read(&self, place: usize) -> (f32, bool) {
        let texts = &self.index.texts;
        let text = texts.of(place);
        let path = self.index.paths.text(self.index.paths.of(place));
        let (mut near, mut heading, mut words, mut all_heard, mut all_written) = (0.0, 0.0, 0.0, true, true);
        for word in &self.words {
            let share = word.length as f32 / self.length;
            let (written, heard) = word.in_text(text);
            all_heard &= heard == 1.0;
            all_written &= written == 1.0;
            let here = written.max(heard * W.heard);
            near += share * here.powi(NEAR);
            let in_title = self.index.names.nearest(place, &word.written, &word.heard);
            let in_path = nearness(word.written.to_piece(path.chars().map(u32::from)), word.written.len());
            heading += share * in_title.powi(HEADING).max(in_path.powi(HEADING) * W.path);
            if written == 1.0 || word.stands_in(path) {
                words += share;
            }
        }
        let context =
            if self.row.all > 0.0 { self.row.groups[texts.group(place)] / self.row.all } else { 0.0 };
        let score = W.near * near + self.heading * heading + W.words * words + W.context * context;
        (score, all_heard && !all_written)
    }
}

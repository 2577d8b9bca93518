//! Second stage: what reading a unit tells that an index of pairs cannot.

use super::Index;
use super::distance::Pattern;
use super::names::{self, nearness};
use super::reading::Reading;
use super::row::Row;
use super::sound;
use super::spelling;
use super::weight::W;

/// Characters of a unit that are compared with a word that does not stand in it.
const MOST_CHARACTERS: usize = 2_000;
/// Powers that make what is nearly there count for little: in names more than in texts.
const HEADING: i32 = 6;
const NEAR: i32 = 2;

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

/// The second stage: what reading a unit tells.
pub struct Second<'a> {
    index: &'a Index,
    row: &'a Row<'a>,
    words: Vec<Wanted>,
    /// Characters of all words.
    length: f32,
    heading: f32,
}

impl<'a> Second<'a> {
    /// Prepares the words of a query.
    pub fn new(index: &'a Index, reading: &Reading, row: &'a Row<'a>) -> Self {
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
    pub fn read(&self, place: usize) -> (f32, bool) {
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

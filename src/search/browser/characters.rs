//! What is known of characters: how they are read, and which are other forms of which.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::fold::{fold_char, level};
use super::super::sound;
use super::super::unit::Unit;

/// The characters that most texts are made of. Of others is told only what occurs.
const COMMON: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// The characters of some units, as they are written.
pub(super) struct Occurring(Vec<char>);

impl Occurring {
    /// The characters of these units.
    pub fn of(units: &[Unit]) -> Self {
        // A text repeats a few thousand characters hundreds of times.
        let mut seen = vec![false; char::MAX as usize + 1];
        let mut found = Vec::new();
        for text in
            units.iter().flat_map(|unit| unit.names.iter().chain(unit.path.iter()).chain([&unit.text]))
        {
            for c in text.chars().filter(|c| !c.is_ascii()) {
                if !std::mem::replace(&mut seen[c as usize], true) {
                    found.push(c);
                }
            }
        }
        Self(found)
    }
}

/// What is known of some characters.
#[derive(Debug, Default, Serialize)]
pub(super) struct Characters {
    /// Every syllable of the language, parted by spaces; empty where another file tells them.
    #[serde(skip_serializing_if = "String::is_empty")]
    syllables: String,
    /// For the first reading of characters, the second, and so on: syllables and the characters so read.
    readings: Vec<BTreeMap<&'static str, String>>,
    /// Characters that fold to another, …
    forms: String,
    /// … and what each folds to.
    folded: String,
}

impl Characters {
    /// What is known of the characters that occur, or that fold to such a one; and of all others.
    pub fn split(occurring: &[Occurring]) -> (Self, Self) {
        let written: BTreeSet<char> = occurring.iter().flat_map(|some| &some.0).copied().collect();
        let folded: BTreeSet<char> = written.iter().filter_map(|&c| fold_char(c)).collect();
        let leveled = written.iter().filter_map(|&c| level(c));
        let uncommon = leveled.chain(folded.iter().copied()).filter(|c| !c.is_ascii() && !COMMON.contains(c));
        let all: BTreeSet<char> = COMMON.chain(uncommon).collect();
        let (mut known, mut rest) = (Self::default(), Self::default());
        let mut syllables: BTreeSet<&str> = BTreeSet::new();
        for c in all {
            let of =
                if fold_char(c).is_some_and(|form| folded.contains(&form)) { &mut known } else { &mut rest };
            syllables.extend(of.add(c));
        }
        known.syllables = syllables.into_iter().collect::<Vec<_>>().join(" ");
        (known, rest)
    }

    /// Adds a character; gives its readings.
    fn add(&mut self, c: char) -> Vec<&'static str> {
        let readings: Vec<&'static str> = sound::syllables(sound::readings(c)).collect();
        match fold_char(c) {
            Some(form) if form != c => {
                self.forms.push(c);
                self.folded.push(form);
            }
            _ => {
                for (place, syllable) in readings.iter().enumerate() {
                    if self.readings.len() <= place {
                        self.readings.push(BTreeMap::new());
                    }
                    self.readings[place].entry(syllable).or_default().push(c);
                }
            }
        }
        readings
    }
}

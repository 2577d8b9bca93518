//! World: the units as queries are made of them, and as answers are told by them. It reads texts only,
//! never the index: what is right must not depend on what is judged.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draw::Draw;
use super::super::fold::fold;
use super::super::sound;
use super::super::unit::Unit;
use super::Wanted;
use crate::text::is_han;

/// Most characters of a title that is typed.
const LONGEST_TITLE: usize = 30;

/// A unit, folded.
pub(super) struct Known {
    /// Its id.
    pub id: String,
    /// Its names: as they are written, and their letters and characters folded.
    pub names: Vec<(String, String)>,
    /// What stands above it, folded, outermost first.
    pub path: Vec<String>,
    /// Names and text, folded, without spaces.
    pub all: String,
    /// Runs of Han characters in the text.
    pub runs: Vec<Vec<char>>,
}

/// What something is called.
pub(super) struct Title {
    /// As it is written.
    pub name: String,
    /// Its letters and characters, folded.
    pub key: String,
    /// Han characters in it.
    pub han: usize,
}

/// All units, and the characters that occur.
pub(super) struct World {
    /// The units.
    pub units: Vec<Known>,
    /// The first names of units, each once.
    pub titles: Vec<Title>,
    /// The characters of the units by their commonest reading, each once.
    by_sound: BTreeMap<&'static str, Vec<char>>,
}

impl World {
    /// The world of these units.
    pub fn new(units: &[Unit]) -> Self {
        let units: Vec<Known> = units.iter().map(known).collect();
        let mut by_sound: BTreeMap<&'static str, Vec<char>> = BTreeMap::new();
        let characters: BTreeSet<char> =
            units.iter().flat_map(|unit| unit.all.chars()).filter(|&c| is_han(c)).collect();
        for c in characters {
            if let Some(syllable) = sound::syllables(sound::readings(c)).next() {
                by_sound.entry(syllable).or_default().push(c);
            }
        }
        let titles = titles(&units);
        Self { units, titles, by_sound }
    }

    /// A title with at least so many Han characters.
    pub fn title(&self, draw: &mut Draw, han: usize) -> Option<&Title> {
        draw.pick(&self.titles).filter(|title| title.han >= han)
    }

    /// Other characters with the same commonest reading.
    pub fn homophones(&self, c: char) -> Vec<char> {
        let syllable = sound::syllables(sound::readings(c)).next();
        let known = syllable.and_then(|syllable| self.by_sound.get(syllable));
        known.into_iter().flatten().copied().filter(|&other| other != c).collect()
    }

    /// The units of which `is` holds.
    pub fn wanted(&self, is: impl Fn(&Known) -> bool) -> Wanted {
        Wanted::Units(self.units.iter().filter(|unit| is(unit)).map(|unit| unit.id.clone()).collect())
    }

    /// The units with a name of this key.
    pub fn named(&self, key: &str) -> Wanted {
        self.wanted(|unit| unit.has_name(|name| name == key))
    }
}

impl Known {
    /// Whether this holds of one of its names' keys.
    pub fn has_name(&self, is: impl Fn(&str) -> bool) -> bool {
        self.names.iter().any(|(_, key)| is(key))
    }
}

/// First names, each once, if nobody would type less than all of it.
fn titles(units: &[Known]) -> Vec<Title> {
    let mut seen = BTreeSet::new();
    let firsts = units.iter().filter_map(|unit| unit.names.first());
    firsts
        .filter(|(_, key)| key.chars().count() <= LONGEST_TITLE && seen.insert(key))
        .map(|(name, key)| Title {
            name: name.clone(),
            key: key.clone(),
            han: key.chars().filter(|&c| is_han(c)).count(),
        })
        .collect()
}

fn known(unit: &Unit) -> Known {
    let text = fold(&unit.text);
    let names: Vec<(String, String)> =
        unit.names.iter().map(|name| (name.clone(), key(&fold(name)))).collect();
    let all = unit.names.iter().map(|name| fold(name)).chain([text.clone()]).collect::<Vec<_>>().join("\n");
    Known {
        id: unit.id.clone(),
        names,
        path: unit.path.iter().map(|title| fold(title)).collect(),
        all: all.chars().filter(|c| *c == '\n' || !c.is_whitespace()).collect(),
        runs: text
            .split(|c| !is_han(c))
            .filter(|run| !run.is_empty())
            .map(|run| run.chars().collect())
            .collect(),
    }
}

/// Letters, digits and characters of a folded text.
pub(super) fn key(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

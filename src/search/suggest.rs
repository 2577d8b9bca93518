//! Suggestions: names that may have been meant, when nothing in the handbook holds what was typed.

use std::collections::BTreeMap;

use super::fold::fold;
use super::reading::Reading;
use super::sound;
use super::unit::Unit;

/// Most suggestions.
const MOST: usize = 3;
/// Lengths in characters of a query that may be a name with a slip.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=12;

/// What units are called: folded names, and how they are written.
#[derive(Debug, Default)]
pub struct Names {
    written: BTreeMap<String, String>,
    /// Folded names by the sound of all their characters.
    by_sound: BTreeMap<String, Vec<String>>,
}

impl Names {
    /// The names of these units.
    pub fn new(units: &[Unit]) -> Self {
        let mut names = Self::default();
        for name in units.iter().flat_map(|unit| &unit.names) {
            let folded = fold(name);
            let chars: Vec<char> = folded.chars().collect();
            let syllables = sound::plain(&chars);
            if LENGTHS.contains(&chars.len()) && !names.written.contains_key(&folded) {
                if syllables.len() == chars.len() {
                    names.by_sound.entry(syllables.concat()).or_default().push(folded.clone());
                }
                names.written.insert(folded, name.clone());
            }
        }
        names
    }

    /// The names nearest to a query: those that sound the same first, then those a slip or two away.
    pub fn near(&self, reading: &Reading) -> Vec<String> {
        let typed = &reading.folded;
        let chars: Vec<char> = typed.chars().collect();
        if !LENGTHS.contains(&chars.len()) {
            return Vec::new();
        }
        let sound = reading.letters.clone().unwrap_or_else(|| sound::plain(&chars).concat());
        let same: Vec<&String> = self.by_sound.get(&sound).into_iter().flatten().collect();
        let allowed = chars.len().div_ceil(4);
        let mut slips: Vec<(usize, &String)> = self
            .written
            .keys()
            .filter(|name| name.chars().count().abs_diff(chars.len()) <= allowed)
            .map(|name| (strsim::damerau_levenshtein(typed, name), name))
            .filter(|(distance, name)| *distance <= allowed && *distance < name.chars().count())
            .collect();
        slips.sort_unstable();
        let mut near: Vec<String> = Vec::new();
        for name in same.into_iter().chain(slips.into_iter().map(|(_, name)| name)).filter(|name| *name != typed) {
            if near.len() < MOST && !near.contains(&self.written[name]) {
                near.push(self.written[name].clone());
            }
        }
        near
    }
}

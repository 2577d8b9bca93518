//! Texts: what each unit says, folded and without spaces, in one piece of memory. Here is looked up what an
//! index of pairs cannot tell: whether they stand one after another.

use std::collections::BTreeMap;

use super::fold::fold_char;
use super::unit::Unit;

/// The folded texts of all units.
#[derive(Debug, Default)]
pub struct Texts {
    all: String,
    /// Where the text of each unit ends.
    ends: Vec<usize>,
    /// For each unit, the number of its group.
    group_of: Vec<usize>,
    groups: usize,
}

impl Texts {
    /// The texts of these units.
    pub fn new(units: &[Unit]) -> Self {
        let mut texts = Self::default();
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for unit in units {
            for piece in unit.names.iter().chain([&unit.text]) {
                texts.all.push('\n');
                texts.all.extend(compact(piece));
            }
            texts.ends.push(texts.all.len());
            let next = groups.len();
            texts.group_of.push(*groups.entry(&unit.group).or_insert(next));
        }
        texts.groups = groups.len();
        texts
    }

    /// Names and text of a unit.
    pub fn of(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[place]]
    }

    /// The number of the group of a unit.
    pub fn group(&self, place: usize) -> usize {
        self.group_of[place]
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }
}

/// A text folded and without spaces; line ends stay, for nothing is found across them.
pub fn compact(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(fold_char).filter(|&c| c == '\n' || !c.is_whitespace())
}

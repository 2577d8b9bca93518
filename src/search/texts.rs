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
    /// What stands above units, folded; most of it stands above many.
    paths: Vec<String>,
    /// For each unit, the place of its path.
    path_of: Vec<usize>,
    /// For each unit, the number of its group.
    group_of: Vec<usize>,
    groups: usize,
}

impl Texts {
    /// The texts of these units.
    pub fn new(units: &[Unit]) -> Self {
        let mut texts = Self::default();
        let mut paths: BTreeMap<&[String], usize> = BTreeMap::new();
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for unit in units {
            for piece in unit.names.iter().chain([&unit.text]) {
                texts.all.push('\n');
                texts.all.extend(compact(piece));
            }
            texts.ends.push(texts.all.len());
            let path = *paths.entry(&unit.path).or_insert_with(|| {
                texts.paths.push(compact(&unit.path.join("\n")).collect());
                texts.paths.len() - 1
            });
            texts.path_of.push(path);
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

    /// The number of what stands above a unit.
    pub fn path(&self, place: usize) -> usize {
        self.path_of[place]
    }

    /// What stands above some units.
    pub fn path_text(&self, path: usize) -> &str {
        &self.paths[path]
    }

    /// How many different paths there are.
    pub fn paths(&self) -> usize {
        self.paths.len()
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

//! Paths: what stands above units. Most paths stand above many, so they are kept once, apart from the index.

use std::collections::BTreeMap;

use super::analyzer::Analyzer;
use super::fold::fold;
use super::unit::Unit;

/// All paths.
#[derive(Debug, Default)]
pub struct Paths {
    /// Each path, folded and without spaces.
    texts: Vec<String>,
    /// Units below each.
    units: Vec<usize>,
    /// For each unit, the place of its path.
    of_unit: Vec<usize>,
    /// Pairs of each path; sorted.
    pairs: Vec<(Box<str>, usize)>,
}

impl Paths {
    /// The paths of these units.
    pub fn new(units: &[Unit]) -> Self {
        let mut paths = Self::default();
        let mut places: BTreeMap<&[String], usize> = BTreeMap::new();
        for unit in units {
            let place = *places.entry(&unit.path).or_insert_with(|| paths.add(&unit.path));
            paths.of_unit.push(place);
            paths.units[place] += 1;
        }
        paths.pairs.sort_unstable();
        paths.pairs.dedup();
        paths
    }

    fn add(&mut self, path: &[String]) -> usize {
        let text = fold(&path.join("\n"));
        let place = self.texts.len();
        let tokens =
            Analyzer::Pairs.pieces(&text).map(|(_, pieces)| (pieces.concat().into_boxed_str(), place));
        self.pairs.extend(tokens);
        self.texts.push(text.chars().filter(|c| *c == '\n' || !c.is_whitespace()).collect());
        self.units.push(0);
        place
    }

    /// How many different paths there are.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// The place of the path of a unit.
    pub fn of(&self, unit: usize) -> usize {
        self.of_unit[unit]
    }

    /// A path, folded and without spaces.
    pub fn text(&self, path: usize) -> &str {
        &self.texts[path]
    }

    /// The paths in which a pair stands, and how many units they stand above.
    pub fn holding(&self, pair: &str) -> (impl Iterator<Item = usize>, usize) {
        let start = self.pairs.partition_point(|(known, _)| **known < *pair);
        let length = self.pairs[start..].partition_point(|(known, _)| **known == *pair);
        let found = &self.pairs[start..start + length];
        (found.iter().map(|(_, path)| *path), found.iter().map(|(_, path)| self.units[*path]).sum())
    }
}

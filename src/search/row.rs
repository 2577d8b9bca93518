//! Row: what the tokens of a query say of each unit, added up.

use tantivy::schema::Field;

use super::Index;
use crate::error::Error;

/// Units with the weights that tokens give them.
pub struct Row<'a> {
    pub index: &'a Index,
    /// The weight of each unit.
    pub scores: Vec<f32>,
    /// For each group, the rarity of the tokens that stand anywhere in it.
    pub groups: Vec<f32>,
    /// For each group, the number of the pair that it was last given the rarity of.
    last: Vec<u32>,
    count: u32,
    /// The rarity of all tokens.
    pub all: f32,
}

impl<'a> Row<'a> {
    /// A row of zeros.
    pub fn new(index: &'a Index) -> Self {
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
    pub fn add(&mut self, field: Field, token: &str, weight: f32) -> Result<(), Error> {
        let frequency = self.index.postings.frequency(field, token)?;
        if frequency == 0 {
            return Ok(());
        }
        let weight = weight * self.index.postings.rarity(frequency);
        self.index.postings.visit(field, token, |place, share| self.scores[place] += weight * share)
    }

    /// Adds what a token says to units that were found by others.
    pub fn add_aside(&mut self, field: Field, token: &str, weight: f32) -> Result<(), Error> {
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
    pub fn add_pair(&mut self, token: &str, frequency: usize, weight: f32) -> Result<(), Error> {
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

/// The units that hold a pair of every sort asked for, counted sort by sort.
pub struct Every {
    held: Vec<u32>,
    sorts: u32,
}

impl Every {
    /// So many units, no sort yet.
    pub fn new(units: usize) -> Self {
        Self { held: vec![0; units], sorts: 0 }
    }

    /// Goes on to the next sort.
    pub fn next(&mut self) {
        self.sorts += 1;
    }

    /// Takes in a unit with a pair of this sort; units that lack one of another sort fall behind.
    pub fn take(&mut self, place: usize) {
        if self.held[place] + 1 == self.sorts {
            self.held[place] = self.sorts;
        }
    }

    /// The units that hold all.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        let held = self.held.iter().enumerate().filter(|(_, held)| self.sorts > 0 && **held == self.sorts);
        held.map(|(place, _)| place)
    }
}

//! Facets: filters by part, kind, level, role and state, and how many units each choice would give.
//!
//! Units stay in memory, so both are read from a table of small numbers, not from the index: a count
//! that leaves out its own filter would otherwise need a query for each sort.

use std::collections::BTreeMap;

use super::query::Query;
use super::result::{Count, Facets};
use super::unit::{Kind, Unit};
use crate::vocabulary::{Level, Status};

/// The sorts, in the order of [`Facets`].
const SORTS: usize = 5;

/// The values of every unit.
#[derive(Debug, Default)]
pub struct Table {
    /// Every value: its sort, itself, its label.
    values: Vec<(usize, String, String)>,
    /// For each unit, the places of its values.
    of_unit: Vec<Vec<usize>>,
}

/// What passes the filters, and the counts.
pub type Filtered = (Vec<(usize, f32)>, Facets);

impl Table {
    /// The table of these units.
    pub fn new(units: &[Unit]) -> Self {
        let labels: BTreeMap<&str, &str> = units
            .iter()
            .filter(|unit| matches!(unit.kind, Kind::Part | Kind::Role))
            .filter_map(|unit| Some((unit.id.as_str(), unit.names.first()?.as_str())))
            .collect();
        let mut table = Self::default();
        let mut places: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for unit in units {
            let mut of_unit = Vec::new();
            for (sort, value) in values(unit) {
                let place = *places.entry((sort, value)).or_insert_with(|| {
                    table.values.push((sort, value.to_owned(), label(sort, value, &labels)));
                    table.values.len() - 1
                });
                of_unit.push(place);
            }
            table.of_unit.push(of_unit);
        }
        table
    }

    /// Keeps the units that pass the query's filters. A unit that fails one filter only still counts
    /// among the choices of that sort.
    pub fn filter(&self, query: &Query, found: Vec<(usize, f32)>) -> Filtered {
        let wanted = wanted(query);
        let mut counts = vec![0; self.values.len()];
        let mut kept = Vec::with_capacity(found.len());
        for (unit, score) in found {
            let mine = &self.of_unit[unit];
            let has = |sort: usize, value: &str| {
                mine.iter().any(|&place| self.values[place].0 == sort && self.values[place].1 == value)
            };
            let mut failed = (0..SORTS).filter(|&sort| wanted[sort].is_some_and(|value| !has(sort, value)));
            let (first, second) = (failed.next(), failed.next());
            if second.is_some() {
                continue;
            }
            for &place in mine.iter().filter(|&&place| first.is_none_or(|sort| self.values[place].0 == sort))
            {
                counts[place] += 1;
            }
            if first.is_none() {
                kept.push((unit, score));
            }
        }
        (kept, self.facets(&counts))
    }

    fn facets(&self, counts: &[usize]) -> Facets {
        let mut sorts: [Vec<Count>; SORTS] = Default::default();
        for ((sort, value, label), &count) in self.values.iter().zip(counts).filter(|(_, count)| **count > 0)
        {
            sorts[*sort].push(Count { value: value.clone(), label: label.clone(), count });
        }
        for counts in &mut sorts {
            counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        }
        let [part, kind, level, role, status] = sorts;
        Facets { part, kind, level, role, status }
    }
}

fn wanted(query: &Query) -> [Option<&str>; SORTS] {
    [
        query.part.as_deref(),
        query.kind.map(Kind::english),
        query.level.map(Level::english),
        query.role.as_deref(),
        None,
    ]
}

fn values(unit: &Unit) -> Vec<(usize, &str)> {
    let single = [(0, unit.part.as_str()), (1, unit.kind.english()), (4, unit.status.as_str())];
    let levels = unit.levels.iter().map(|level| (2, level.as_str()));
    let roles = unit.roles.iter().map(|role| (3, role.as_str()));
    single.into_iter().chain(levels).chain(roles).filter(|(_, value)| !value.is_empty()).collect()
}

fn label(sort: usize, value: &str, labels: &BTreeMap<&str, &str>) -> String {
    let chinese = match sort {
        1 => Kind::ALL.iter().find(|kind| kind.1 == value).map(|kind| kind.2),
        2 => Level::parse(value).map(Level::chinese),
        4 => Status::parse(value).map(Status::chinese),
        _ => labels.get(value).copied(),
    };
    chinese.unwrap_or(value).to_owned()
}

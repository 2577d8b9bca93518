//! Units column by column. What a rule tells from the columns before it is not written out: a clause's id
//! from its norm and number, its title from its section's, a preview from the clauses below.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::unit::{Kind, Unit};
use super::super::units::join_preview;

/// Most units below a heading that are tried as its preview.
const MOST_BELOW: usize = 12;

/// A cell: the number of a rule, or the value itself.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Rule(usize),
    Text(&'a str),
    Texts(&'a [String]),
}

/// What stands above a unit, told from what stands above the one before it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Step<'a> {
    /// 1: the same, and the title of the unit before. 0 or less: the same but for so many at its end.
    By(isize),
    /// So many fewer, then these.
    To(usize, &'a [String]),
}

/// Units of one part, a column for each of their fields.
#[derive(Debug, Default, Serialize)]
pub(super) struct Columns<'a> {
    part: &'a str,
    /// Empty: as before.
    group: Vec<&'a str>,
    /// 0: none, 1: the group.
    norm: Vec<Cell<'a>>,
    kind: Vec<usize>,
    number: Vec<&'a str>,
    /// A text when there is but one.
    names: Vec<Cell<'a>>,
    /// 0: the number and the last first name.
    title: Vec<Cell<'a>>,
    /// 0: group and number; 1: the last id that was written out, with the number for what stands behind its
    /// last `-`; 2: the group; 3: the title.
    id: Vec<Cell<'a>>,
    /// 0: the number on the page of the unit before; 1: the id there; 2: the title there; 3: the group's
    /// page; 4: the number there. A text that begins with `#` is on the page of the unit before.
    url: Vec<Cell<'a>>,
    path: Vec<Step<'a>>,
    /// Places in the lists below.
    levels: Vec<usize>,
    roles: Vec<usize>,
    status: Vec<usize>,
    text: Vec<&'a str>,
    /// A number: the first lines of so many units that follow.
    preview: Vec<Cell<'a>>,
    levels_list: Vec<&'a [String]>,
    roles_list: Vec<&'a [String]>,
    status_list: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    /// The columns of these units.
    pub fn new(units: &'a [Unit]) -> Self {
        let mut columns =
            Self { part: units.first().map_or("", |unit| unit.part.as_str()), ..Self::default() };
        let mut before = Before::default();
        for (at, unit) in units.iter().enumerate() {
            let number = unit.number.as_str();
            columns.group.push(if before.group == unit.group { "" } else { &unit.group });
            columns.norm.push(match unit.norm_id.as_deref() {
                None => Cell::Rule(0),
                Some(norm) if norm == unit.group => Cell::Rule(1),
                Some(norm) => Cell::Text(norm),
            });
            columns.kind.push(Kind::ALL.iter().position(|(kind, ..)| *kind == unit.kind).unwrap_or_default());
            columns.number.push(number);
            columns.names.push(match unit.names.as_slice() {
                [name] => Cell::Text(name),
                names => Cell::Texts(names),
            });
            if let Some(name) = unit.names.first() {
                before.name = name;
            }
            columns.title.push(title(unit, before.name));
            columns.id.push(before.id(unit));
            columns.url.push(before.url(unit));
            columns.path.push(before.step(&unit.path));
            columns.text.push(&unit.text);
            columns.preview.push(preview(&units[at..]));
            (before.group, before.title, before.path) = (&unit.group, &unit.title, &unit.path);
        }
        (columns.levels, columns.levels_list) = listed(units, |unit| unit.levels.as_slice());
        (columns.roles, columns.roles_list) = listed(units, |unit| unit.roles.as_slice());
        (columns.status, columns.status_list) = listed(units, |unit| unit.status.as_str());
        columns
    }
}

/// What rules look back at.
#[derive(Default)]
struct Before<'a> {
    group: &'a str,
    title: &'a str,
    path: &'a [String],
    /// The last first name, this unit's included.
    name: &'a str,
    /// The last id that was written out.
    id: &'a str,
    /// The page of the unit before.
    page: String,
}

impl<'a> Before<'a> {
    fn id(&mut self, unit: &'a Unit) -> Cell<'a> {
        let numbered = |whole: &str| is_joined(&unit.id, whole, "-", &unit.number);
        match &unit.id {
            _ if numbered(&unit.group) => Cell::Rule(0),
            _ if numbered(self.id.rsplit_once('-').map_or("", |(start, _)| start)) => Cell::Rule(1),
            id if *id == unit.group => Cell::Rule(2),
            id if *id == unit.title => Cell::Rule(3),
            id => {
                self.id = id;
                Cell::Text(id)
            }
        }
    }

    fn url(&mut self, unit: &'a Unit) -> Cell<'a> {
        let here = |anchor: &str| is_joined(&unit.url, &self.page, "#", anchor);
        let group = format!("/{}/", unit.group);
        let cell = match unit.url.strip_prefix(&*self.page) {
            Some(_) if here(&unit.number) => Cell::Rule(0),
            Some(_) if here(&unit.id) => Cell::Rule(1),
            Some(_) if here(&unit.title) => Cell::Rule(2),
            _ if unit.url == group => Cell::Rule(3),
            _ if is_joined(&unit.url, &group, "#", &unit.number) => Cell::Rule(4),
            Some(anchor) if anchor.starts_with('#') => Cell::Text(anchor),
            _ => Cell::Text(&unit.url),
        };
        let page = unit.url.split_once('#').map_or(unit.url.as_str(), |(page, _)| page);
        if page != self.page {
            page.clone_into(&mut self.page);
        }
        cell
    }

    fn step(&self, path: &'a [String]) -> Step<'a> {
        if let Some((last, above)) = path.split_last()
            && above == self.path
            && last == self.title
        {
            return Step::By(1);
        }
        let common = path.iter().zip(self.path).take_while(|(one, other)| one == other).count();
        let fewer = self.path.len() - common;
        if common < path.len() {
            return Step::To(fewer, &path[common..]);
        }
        Step::By(-isize::try_from(fewer).unwrap_or_default())
    }
}

fn title<'a>(unit: &'a Unit, name: &str) -> Cell<'a> {
    let derived = match unit.number.as_str() {
        "" => unit.title == name,
        number => is_joined(&unit.title, number, " ", name),
    };
    if derived { Cell::Rule(0) } else { Cell::Text(&unit.title) }
}

/// The preview of the first of these units, as the first lines of those that follow it.
fn preview(units: &[Unit]) -> Cell<'_> {
    let Some((unit, below)) = units.split_first().filter(|(unit, _)| !unit.preview.is_empty()) else {
        return Cell::Rule(0);
    };
    let mut joined = String::new();
    for (count, next) in (1..=MOST_BELOW).zip(below) {
        join_preview(&mut joined, next.text.split('\n').next().unwrap_or_default());
        if joined == unit.preview {
            return Cell::Rule(count);
        }
        if !unit.preview.starts_with(&joined) {
            break;
        }
    }
    Cell::Text(&unit.preview)
}

fn is_joined(whole: &str, first: &str, between: &str, last: &str) -> bool {
    let rest = whole.strip_prefix(first).and_then(|rest| rest.strip_prefix(between));
    !last.is_empty() && rest == Some(last)
}

/// For each unit the place of its value in a list, and the list.
fn listed<'a, T: Ord + Copy>(units: &'a [Unit], value: impl Fn(&'a Unit) -> T) -> (Vec<usize>, Vec<T>) {
    let mut places: BTreeMap<T, usize> = BTreeMap::new();
    let mut list = Vec::new();
    let mut place = |value: T| {
        *places.entry(value).or_insert_with(|| {
            list.push(value);
            list.len() - 1
        })
    };
    (units.iter().map(|unit| place(value(unit))).collect(), list)
}

//! Views: what templates get. Each is made from the model and serialised; a field whose name ends in
//! `html` (and every cell of a table) is HTML that is ready, all other text is escaped by the template.

pub mod changes;
pub mod checklist;
pub mod clause;
pub mod form;
pub mod home;
pub mod listing;
pub mod norm;
pub mod page;
pub mod registry;
pub mod role;
pub mod schedule;

use serde::Serialize;

use super::html;
use super::place::Place;
use crate::id::Id;
use crate::model::{Norm, Target};
use crate::vocabulary::Level;

/// Han characters that a person reads in a minute.
const HAN_A_MINUTE: usize = 350;

/// A link, or words that are none.
#[derive(Debug, Serialize)]
pub struct Link {
    /// Its words.
    pub text: String,
    /// Where it leads; absent for what is still to come.
    pub href: Option<String>,
    /// More about it.
    pub note: String,
}

/// A named value: `责任` and who.
#[derive(Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub label: &'static str,
    /// Its value.
    pub html: String,
}

/// A table. The first cell of a row is its head.
#[derive(Debug, Default, Serialize)]
pub struct Table {
    /// What it shows, for those who do not see it.
    pub caption: String,
    /// Its anchor when it is numbered, such as `表1`; its caption is shown then.
    pub anchor: String,
    /// For styling: `steps`, or empty.
    pub class: &'static str,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether a narrow screen shows its rows as cards; else it scrolls.
    pub cards: bool,
}

/// A row of a table.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    /// Its anchor; empty when it has none.
    pub anchor: String,
    /// Its cells, as HTML.
    pub cells: Vec<String>,
}

/// A heading and the table under it.
#[derive(Debug, Default, Serialize)]
pub struct Group {
    /// Anchor of the heading; empty when it has none.
    pub anchor: String,
    /// The heading; empty for none.
    pub title: String,
    /// Words between heading and table.
    pub lead_html: String,
    /// The table.
    pub table: Table,
}

/// A page of tables.
#[derive(Debug, Default, Serialize)]
pub struct List {
    /// Its title.
    pub title: String,
    /// What it is, in a sentence or two.
    pub lead_html: String,
    /// Named values about its subject.
    pub fields: Vec<Field>,
    /// Its groups.
    pub groups: Vec<Group>,
}

/// An entry of a contents list.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// 1 for a chapter, 2 for what is under it.
    pub depth: u8,
    /// Anchor, without `#`.
    pub anchor: String,
    /// Its words, number included.
    pub text: String,
}

impl Table {
    /// An empty table with these columns.
    pub fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { caption: caption.into(), columns, ..Self::default() }
    }

    /// Adds a row; an empty anchor is none.
    pub fn push(&mut self, anchor: impl Into<String>, cells: Vec<String>) {
        self.rows.push(Row { anchor: anchor.into(), cells });
    }

    /// Leaves out the columns that are empty in every row, but never the first.
    #[must_use]
    pub fn without_empty_columns(mut self) -> Self {
        for column in (1..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row.cells.get(column).is_none_or(String::is_empty)) {
                self.columns.remove(column);
                self.rows
                    .iter_mut()
                    .for_each(|row| drop((column < row.cells.len()).then(|| row.cells.remove(column))));
            }
        }
        self
    }
}

impl Group {
    /// A group without an anchor.
    pub fn new(title: impl Into<String>, table: Table) -> Self {
        Self { title: title.into(), table, ..Self::default() }
    }
}

/// Minutes that a text of so many Han characters takes to read, rounded up.
pub fn minutes(han: usize) -> usize {
    han.div_ceil(HAN_A_MINUTE)
}

/// Levels as words: `市、区`.
pub fn levels(levels: &[Level]) -> String {
    levels.iter().map(|level| level.chinese()).collect::<Vec<_>>().join("、")
}

/// A norm as a link with id and title.
pub fn norm_link(place: &Place<'_>, norm: &Norm) -> Link {
    Link { text: format!("{} {}", norm.id, norm.title), href: place.href(&norm.id), note: String::new() }
}

/// A role as a link that shows its title.
pub fn role(place: &Place<'_>, role: &Id) -> String {
    match place.handbook.target(role) {
        Some(Target::Role(found)) => {
            let mut out = String::new();
            let href = place.href(role).unwrap_or_default();
            html::push_link(&href, "ref", role.as_str(), &found.title, &mut out);
            out
        }
        _ => html::escaped(role.as_str()),
    }
}

/// Links joined by `、`, each with id and title.
pub fn titled_list<'a>(place: &Place<'_>, ids: impl IntoIterator<Item = &'a Id>) -> String {
    ids.into_iter().map(|id| place.titled(id)).collect::<Vec<_>>().join("、")
}

/// Links joined by `、`, each showing its id.
pub fn id_list<'a>(place: &Place<'_>, ids: impl IntoIterator<Item = &'a Id>) -> String {
    ids.into_iter().map(|id| place.anchor(id, id.as_str())).collect::<Vec<_>>().join("、")
}

/// A named value, unless it is empty.
pub fn push_field(fields: &mut Vec<Field>, label: &'static str, html: String) {
    if !html.is_empty() {
        fields.push(Field { label, html });
    }
}

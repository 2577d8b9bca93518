//! Views: what templates get. Each is made from the model and serialised; a field whose name ends in
//! `html` (and every cell of a table) is HTML that is ready, all other text is escaped by the template.

pub mod changes;
pub mod checklist;
pub mod clause;
pub mod deviations;
pub mod diagram;
pub mod form;
pub mod home;
pub mod listing;
pub mod norm;
pub mod page;
pub mod registry;
pub mod review;
pub mod role;
pub mod schedule;
pub mod source;
pub mod term;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

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

/// Fields as the component `Fields` shows them, for what stands on a page a thousand times: every value
/// of its own costs a template several times its text.
pub fn fields_html<S: Serializer>(fields: &[Field], serializer: S) -> Result<S::Ok, S::Error> {
    if fields.is_empty() {
        return serializer.serialize_str("\n");
    }
    let mut out = String::with_capacity(fields.iter().map(|field| field.html.len() + 48).sum());
    out.push_str("\n<dl class=\"fields\">");
    for field in fields {
        out.extend(["\n<div><dt>", field.label, "</dt><dd>", &field.html, "</dd></div>"]);
    }
    out.push_str("\n</dl>\n");
    serializer.serialize_str(&out)
}

/// A table. The first cell of a row is its head. Templates get the rows as HTML (`rows_html`), as they
/// get [`fields_html`].
#[derive(Debug, Default)]
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
#[derive(Debug, Default)]
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
    /// A picture (SVG) of what the table says; empty for none.
    pub picture_html: String,
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

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut view = serializer.serialize_struct("Table", 6)?;
        view.serialize_field("caption", &self.caption)?;
        view.serialize_field("anchor", &self.anchor)?;
        view.serialize_field("class", self.class)?;
        view.serialize_field("columns", &self.columns)?;
        view.serialize_field("rows_html", &self.rows_html())?;
        view.serialize_field("cards", &self.cards)?;
        view.end()
    }
}

impl Table {
    fn rows_html(&self) -> String {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let mut out = String::with_capacity(cells.map(|cell| cell.len() + 48).sum());
        for row in &self.rows {
            out.push_str("\n<tr");
            if !row.anchor.is_empty() {
                push_attribute("id", &row.anchor, &mut out);
            }
            out.push('>');
            for (index, cell) in row.cells.iter().enumerate() {
                let tag = if index == 0 { "th" } else { "td" };
                out.extend(["<", tag]);
                match self.columns.get(index) {
                    _ if index == 0 => out.push_str(" scope=\"row\""),
                    // Where a row is a card, its cells say what they are.
                    Some(column) if self.cards => push_attribute("data-label", column, &mut out),
                    _ => {}
                }
                out.extend([">", cell, "</", tag, ">"]);
            }
            out.push_str("</tr>");
        }
        out
    }
}

fn push_attribute(name: &str, value: &str, out: &mut String) {
    out.extend([" ", name, "=\""]);
    html::push_escaped(value, out);
    out.push('"');
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
    let mut out = String::with_capacity(96);
    push_role(place, role, &mut out);
    out
}

/// [`role`], appended.
pub fn push_role(place: &Place<'_>, role: &Id, out: &mut String) {
    match place.handbook.roles.get(role) {
        Some(found) => {
            place.push_open(role, &Target::Role(found), "ref", &[role.as_str()], out);
            html::push_escaped(&found.title, out);
            out.push_str("</a>");
        }
        None => html::push_escaped(role.as_str(), out),
    }
}

/// Appends items with something between each two.
pub fn push_joined<T>(
    items: impl IntoIterator<Item = T>,
    between: &str,
    out: &mut String,
    push: impl Fn(T, &mut String),
) {
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        push(item, out);
    }
}

/// Links joined by `、`, each with id and title.
pub fn titled_list<'a>(place: &Place<'_>, ids: impl IntoIterator<Item = &'a Id>) -> String {
    let mut out = String::new();
    push_joined(ids, "、", &mut out, |id, out| place.push_titled(id, out));
    out
}

/// Links joined by `、`, each showing its id.
pub fn id_list<'a>(place: &Place<'_>, ids: impl IntoIterator<Item = &'a Id>) -> String {
    let mut out = String::new();
    push_joined(ids, "、", &mut out, |id, out| place.push_anchor(id, id.as_str(), out));
    out
}

/// A named value, unless it is empty.
pub fn push_field(fields: &mut Vec<Field>, label: &'static str, html: String) {
    if !html.is_empty() {
        fields.push(Field { label, html });
    }
}

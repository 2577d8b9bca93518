//! Forms and their fields.

use super::Prose;
use crate::diagnostic::Span;
use crate::id::Id;
use crate::syntax::deadline::Schedule;
use crate::vocabulary::{FieldType, Keep, Personal};

/// A form.
#[derive(Debug)]
pub struct Form {
    /// `FM-NJ-03-1`
    pub id: Id,
    /// Title.
    pub title: String,
    /// Roles that fill it in.
    pub filled_by: Vec<Id>,
    /// Whether everybody may fill it in (全体).
    pub open_to_all: bool,
    /// When.
    pub when: Option<Schedule>,
    /// How long it is kept.
    pub keep: Option<Keep>,
    /// Whether its rows repeat.
    pub rows: bool,
    /// Its fields, in order.
    pub fields: Vec<FormField>,
    /// Place of the heading.
    pub span: Span,
}

/// A field of a form.
#[derive(Debug)]
pub struct FormField {
    /// `FM-NJ-03-1.03`
    pub id: Id,
    /// `03`
    pub number: String,
    /// Its name.
    pub label: String,
    /// Its type.
    pub kind: FieldType,
    /// Whether it must be filled in.
    pub required: bool,
    /// The values of a choice.
    pub options: Vec<String>,
    /// Help, as Markdown events; empty for a choice.
    pub note: Prose,
    /// Help as plain text.
    pub note_text: String,
    /// Whether it holds personal information.
    pub personal: Personal,
    /// How long it is kept, when different from the form.
    pub keep: Option<Keep>,
    /// Place of its row.
    pub span: Span,
}

//! One file becomes a [`Document`]: front matter typed by schema, and a body cut into sections,
//! clauses, checklist items and tables. Nothing is looked up in other files here.

pub mod condition;
pub mod data;
pub mod deadline;
pub mod field;
pub mod flat;
pub mod format;
pub mod judgments;
mod front_matter;
mod markdown;
pub mod mark;
pub mod modality;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::Event;

use crate::diagnostic::Diagnostic;
use crate::vocabulary::Registry;
use crate::yaml::Spanned;

pub use front_matter::{FactDeclaration, Meta, RetiredDeclaration};
pub use markdown::{plain_text, render_options};

/// A Markdown event and the bytes of the file it came from.
pub type Placed = (Event<'static>, Range<usize>);

/// One Markdown file, parsed.
#[derive(Debug)]
pub struct Document {
    /// Path relative to the handbook.
    pub path: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// Where the body begins.
    pub body: usize,
    /// The front matter.
    pub meta: Meta,
    /// The body, a section a heading.
    pub sections: Vec<RawSection>,
    /// Han characters of the body.
    pub han: usize,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading and what stands under it.
#[derive(Debug)]
pub struct RawSection {
    /// What the heading says it is.
    pub kind: RawKind,
    /// The heading's number; empty when it has none.
    pub number: String,
    /// The heading without its number.
    pub title: String,
    /// 1 to 6; 1 also for text before any heading.
    pub level: u8,
    /// Its content.
    pub blocks: Vec<RawBlock>,
    /// Place of the heading.
    pub span: Range<usize>,
}

/// What a heading starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawKind {
    /// The document's title and what follows it, or text before it.
    Title,
    /// A numbered or named section.
    Section,
    /// A checklist (`CK-1`).
    Checklist,
    /// A form (`FM-1`).
    Form,
}

/// A stretch of a section, as it was written.
#[derive(Debug)]
pub enum RawBlock {
    /// Markdown that carries no data.
    Prose(Vec<Placed>),
    /// List items with a bold number.
    Clauses(Vec<RawClause>),
    /// A table of steps.
    Steps(RawTable),
    /// Task items.
    Tasks(Vec<RawClause>),
    /// The table of a form's fields.
    Fields(RawTable),
    /// The line of attributes under the heading of a checklist or form.
    Attributes(Vec<field::Field>),
    /// A heading inside a checklist: the first-level indicator of a scoring list.
    Group(String),
    /// The caption of the table that follows, `表1 标题`: its number, and its words as written.
    Caption(Spanned<String>, Vec<Placed>),
    /// A registry stands here: which, and its filters.
    Registry(Registry, BTreeMap<String, String>),
}

/// A numbered list item: a clause, or a checklist item.
#[derive(Debug)]
pub struct RawClause {
    /// Its number.
    pub number: Spanned<String>,
    /// Its sentence, inline events.
    pub content: Vec<Placed>,
    /// Blocks below it that are no fields.
    pub more: Vec<Placed>,
    /// Its fields.
    pub fields: Vec<field::Field>,
    /// Place of number and sentence.
    pub span: Range<usize>,
}

/// A table.
#[derive(Debug)]
pub struct RawTable {
    /// Its head.
    pub head: Vec<RawCell>,
    /// Its rows.
    pub rows: Vec<Vec<RawCell>>,
    /// Its place.
    pub span: Range<usize>,
}

/// A cell.
#[derive(Debug)]
pub struct RawCell {
    /// Its inline events.
    pub content: Vec<Placed>,
    /// Its plain text.
    pub text: String,
    /// Its place.
    pub span: Range<usize>,
}

/// Parses one Markdown file. `strict` asks for a norm; otherwise any Markdown is a page, unless its
/// front matter says that it is a norm.
pub fn parse(path: &Arc<str>, text: &Arc<str>, strict: bool) -> Document {
    let mut diagnostics = Vec::new();
    let (meta, body) = front_matter::parse(path, text, strict, &mut diagnostics);
    let strict = meta.is_norm() && (strict || meta.kind.is_some());
    let sections = markdown::parse(path, text, body, strict, &mut diagnostics);
    let han = crate::text::han_count(&text[body..]);
    Document { path: path.clone(), text: text.clone(), body, meta, sections, han, diagnostics }
}

//! One state of the handbook with everything that is made from it: what a server serves, and swaps as
//! a whole.
//!
//! A snapshot never changes; a request holds one from its beginning to its end. The [`Content`] comes
//! first, because that is what an author waits for: its pages are rendered when they are asked for, and
//! kept. The search index follows behind; until it is there the one before answers.

mod body;
mod content;
pub mod editions;
mod make;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, has_errors};
use crate::search::Index;
use crate::source::Sources;

pub use body::{Body, media_type};
pub use content::{Bundle, Content};
pub use editions::{Editions, Shelf};
pub use make::{Made, Maker, Options};

/// What a server serves at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The last handbook that compiled without errors; `None` until one has.
    pub content: Option<Arc<Content>>,
    /// What the last compile said, good or bad.
    pub report: Arc<Report>,
    /// The search index.
    pub search: Search,
}

/// The search index, and whether it is that of the content.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The newest index there is.
    pub index: Option<Arc<Index>>,
    /// Number of the content that it was built from; 0 for none.
    pub of: u64,
    /// Why the newest content has none, when building it failed.
    pub failure: Option<Arc<str>>,
}

/// What a compile said.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics speak of.
    pub sources: Arc<Sources>,
    /// What failed in the machine, so that there was nothing to compile: words for people.
    pub failure: Option<String>,
}

/// How far the search index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexState {
    /// It is the content's.
    Ready,
    /// It is being built; an older one may answer.
    Building,
    /// Building it failed; an older one may answer.
    Failed,
}

impl Report {
    /// Whether the last good content stays up because of it.
    pub fn is_bad(&self) -> bool {
        self.failure.is_some() || has_errors(&self.diagnostics)
    }
}

impl Snapshot {
    /// The snapshot that follows this one.
    #[must_use]
    pub fn after(&self, made: Made) -> Self {
        Self {
            content: made.content.or_else(|| self.content.clone()),
            report: made.report,
            search: self.search.clone(),
        }
    }

    /// The same with the index of the content with this number, or what went wrong with it.
    #[must_use]
    pub fn with_index(&self, of: u64, index: Result<Index, String>) -> Self {
        let search = match index {
            Ok(index) => Search { index: Some(Arc::new(index)), of, failure: None },
            Err(failure) => Search { failure: Some(failure.into()), ..self.search.clone() },
        };
        Self { search, ..self.clone() }
    }

    /// How far the search index is.
    pub fn index_state(&self) -> IndexState {
        let number = self.content.as_ref().map_or(0, |content| content.number);
        if self.search.failure.is_some() {
            IndexState::Failed
        } else if self.search.of == number && self.search.index.is_some() {
            IndexState::Ready
        } else {
            IndexState::Building
        }
    }
}

impl IndexState {
    /// The word that programs see.
    pub fn english(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Building => "building",
            Self::Failed => "failed",
        }
    }
}

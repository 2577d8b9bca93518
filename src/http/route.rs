//! What a route is, and a request that was checked against one.

use axum::http::Uri;

use super::api::editions;
use super::parameter::{Arguments, Parameter};
use super::problem::{self, Problem};
use super::reply::Reply;
use super::state::State;
use super::table::{EDITION, LEVEL};
use crate::snapshot::{Content, Snapshot};
use crate::vocabulary::Level;

/// One thing that can be asked for, with GET or HEAD.
#[derive(Debug)]
pub struct Route {
    /// Its path; a name in braces stands for one segment.
    pub path: &'static str,
    /// Its permanent name, for programs.
    pub name: &'static str,
    /// What it returns, in a sentence.
    pub summary: &'static str,
    /// Its query parameters; any other is refused.
    pub parameters: &'static [Parameter],
    /// What comes back.
    pub answer: Answer,
    /// The problems it may answer with, beside those that any route may.
    pub problems: &'static [problem::Kind],
    /// What answers.
    pub handler: Handler,
    /// Bytes of the path before the name in braces; all of it when there is none.
    fixed: usize,
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// JSON that follows the schema of this name.
    Json(&'static str),
    /// Something else, of this media type.
    Media(&'static str),
    /// Something that only the site's own pages use, and the documents leave out.
    Internal(&'static str),
}

/// A function of the snapshot and the arguments.
pub type Answerer = fn(&Call<'_>) -> Result<Reply, Problem>;

/// What answers.
#[derive(Debug, Clone, Copy)]
pub enum Handler {
    /// Once, and that is all.
    Once(Answerer),
    /// The stream of what changes while a page is open.
    Live,
}

/// A request, checked against its route.
#[derive(Debug)]
pub struct Call<'a> {
    /// What the server has beside the snapshot.
    pub state: &'a State,
    /// The state of the handbook for the whole of this request.
    pub snapshot: &'a Snapshot,
    /// The address asked for.
    pub uri: &'a Uri,
    /// The segment that stands for the name in braces; empty when there is none.
    pub segment: &'a str,
    /// The query parameters.
    pub arguments: Arguments,
}

impl Route {
    /// A route to JSON that follows a schema.
    pub const fn json(
        path: &'static str,
        name: &'static str,
        schema: &'static str,
        answerer: Answerer,
    ) -> Self {
        Self::new(path, name, Answer::Json(schema), Handler::Once(answerer))
    }

    /// A route to something of a media type.
    pub const fn media(
        path: &'static str,
        name: &'static str,
        media: &'static str,
        answerer: Answerer,
    ) -> Self {
        Self::new(path, name, Answer::Media(media), Handler::Once(answerer))
    }

    /// A route for the site's own pages.
    pub const fn internal(
        path: &'static str,
        name: &'static str,
        media: &'static str,
        handler: Handler,
    ) -> Self {
        Self::new(path, name, Answer::Internal(media), handler)
    }

    const fn new(path: &'static str, name: &'static str, answer: Answer, handler: Handler) -> Self {
        let mut fixed = 0;
        while fixed < path.len() && path.as_bytes()[fixed] != b'{' {
            fixed += 1;
        }
        Self { path, name, summary: "", parameters: &[], answer, problems: &[], handler, fixed }
    }

    /// What it returns, in a sentence.
    pub const fn returns(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// Its query parameters.
    pub const fn takes(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    /// The problems it may answer with.
    pub const fn may_fail(self, problems: &'static [problem::Kind]) -> Self {
        Self { problems, ..self }
    }

    /// Whether the documents name it.
    pub fn is_documented(&self) -> bool {
        !matches!(self.answer, Answer::Internal(_))
    }

    /// Whether a path may be one of its own.
    pub fn may_have(&self, path: &str) -> bool {
        let (fixed, rest) = self.path.split_at(self.fixed);
        path.starts_with(fixed) && (!rest.is_empty() || path.len() == fixed.len())
    }

    /// The name in braces in its path.
    pub fn segment(&self) -> Option<&'static str> {
        Some(self.path.get(self.fixed + 1..)?.split_once('}')?.0)
    }
}

impl Call<'_> {
    /// The handbook and what was made from it.
    ///
    /// # Errors
    /// A problem when it has never compiled, or is asked for in an edition that is not there.
    pub fn content(&self) -> Result<&Content, Problem> {
        let content = self.snapshot.content.as_deref();
        let content = content
            .ok_or_else(|| Problem::new(&problem::NOT_READY, "手册还没有成功编译过，见 /_diagnostics"))?;
        match self.arguments.text(EDITION.name) {
            Some(label) => editions::named(content, label),
            None => Ok(content),
        }
    }

    /// The level asked for.
    pub fn level(&self) -> Option<Level> {
        self.arguments.word(LEVEL.name, Level::parse)
    }
}

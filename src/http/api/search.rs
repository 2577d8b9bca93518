//! `/api/v1/search`.

use std::time::Instant;

use axum::http::HeaderName;

use super::norms::{known_role, part_codes};
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::http::table::{HITS, OFFSET};
use crate::search::unit::Kind;
use crate::search::{Index, Query, Results};
use crate::snapshot::{Content, Snapshot};

/// English and Chinese names of the kinds of units.
pub fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().flat_map(|(_, english, chinese)| [*english, *chinese]).collect()
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<Kind> {
    Kind::ALL.iter().find(|(_, english, chinese)| name == *english || name == *chinese).map(|found| found.0)
}

/// Answers a query. The time it took stands in a header, so that the body stays the same.
pub fn search(call: &Call<'_>) -> Result<Reply, Problem> {
    let content = call.content()?;
    let query = query(call, content)?;
    let start = Instant::now();
    let results = match content.own_index() {
        Some(index) => index?.search(&query)?,
        None => index(call.snapshot)?.search(&query)?,
    };
    let took = start.elapsed();
    if results.total == 0 && query.is_plain() {
        call.state.unanswered.count(&query.text);
    }
    let reply = Reply::json(&results)?;
    Ok(reply.header(HeaderName::from_static("server-timing"), &timing(took)))
}

/// The newest index there is; it may be that of the content before.
pub fn index(snapshot: &Snapshot) -> Result<&Index, Problem> {
    snapshot.search.index.as_deref().ok_or_else(|| Problem::new(&problem::NOT_READY, "检索索引正在建"))
}

/// How long a search took, as a header's value: milliseconds.
pub fn timing(took: std::time::Duration) -> String {
    format!("search;dur={:.3}", took.as_secs_f64() * 1000.0)
}

fn query(call: &Call<'_>, content: &Content) -> Result<Query, Problem> {
    let arguments = &call.arguments;
    let handbook = &content.handbook;
    // Any of a part's codes names it; its units carry the first.
    let part = arguments.text("part").map(|code| part_codes(handbook, code)).transpose()?;
    let role = arguments.text("role").map(|role| known_role(handbook, role)).transpose()?;
    Ok(Query {
        text: arguments.text("q").unwrap_or_default().to_owned(),
        limit: arguments.integer(&HITS),
        offset: arguments.integer(&OFFSET),
        part: part.and_then(|codes| codes.into_iter().next()),
        kind: arguments.word("kind", kind),
        level: call.level(),
        role: role.map(|role| role.to_string()),
        ..Query::default()
    })
}

/// The results of a plain query, for the page of search.
pub fn plain(snapshot: &Snapshot, text: &str, limit: usize, offset: usize) -> Result<Results, Problem> {
    let query = Query { text: text.to_owned(), limit, offset, ..Query::default() };
    Ok(index(snapshot)?.search(&query)?)
}

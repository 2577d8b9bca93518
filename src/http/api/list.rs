//! Lists in pages. A page ends with a link to the next, which names the last entry seen: entries that
//! come or go elsewhere shift nothing.

use axum::http::header;
use serde::Serialize;

use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::http::table::LIMIT;
use crate::http::uri;

/// One page of a list.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct List<T> {
    /// The entries.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
    /// Address of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub next: Option<String>,
}

/// The page of `entries` that a call asks for. `id` names an entry, also in the link to the next page.
pub fn reply<T: Serialize>(
    call: &Call<'_>,
    mut entries: Vec<T>,
    id: fn(&T) -> &str,
) -> Result<Reply, Problem> {
    let total = entries.len();
    let start = match call.arguments.text("cursor") {
        None => 0,
        Some(cursor) => {
            let seen = entries.iter().position(|entry| id(entry) == cursor);
            seen.ok_or_else(|| Problem::parameter("cursor", "不认识；请从第一页重新开始"))? + 1
        }
    };
    let limit = call.arguments.integer(&LIMIT);
    let mut items = entries.split_off(start);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| next(call, id(last)));
    let reply = Reply::json(&List { items, total, next: next.clone() })?;
    Ok(match next {
        Some(next) => reply.header(header::LINK, &format!("<{next}>; rel=\"next\"")),
        None => reply,
    })
}

/// The address of the page after the entry `last`: the same but for the cursor.
fn next(call: &Call<'_>, last: &str) -> String {
    let query = call.uri.query().unwrap_or_default();
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"));
    let mut query: Vec<String> = kept.map(str::to_owned).collect();
    query.push(format!("cursor={}", uri::encode_value(last)));
    format!("{}?{}", call.uri.path(), query.join("&"))
}

//! The page of search with its results in it: what a browser gets that runs no script.
//!
//! The site's own page is the frame; the results go where its script would put them.

use std::fmt::Write as _;
use std::time::Instant;

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::api::search;
use super::html::escaped;
use super::page;
use super::problem::Problem;
use super::reply::{self, Cache};
use super::state::State;
use super::uri;
use crate::search::{Hit, Results};
use crate::snapshot::{Body, Content, Snapshot};

/// The site's page of search.
const PAGE: &str = "search/index.html";
/// Where the results go: the element that begins with this.
const RESULTS: &str = "<div id=\"results\"";
/// Where the query goes: behind this attribute of the box.
const BOX: &str = "<input name=\"q\"";
/// Hits on a page.
const HITS: usize = 20;
/// Characters of a query; more is cut, because a person sees what was searched for.
const MOST: usize = 300;

/// Answers `/search/?q=…&offset=…`. Other parameters are left alone: links to the page may carry some.
pub fn page(
    state: &State,
    snapshot: &Snapshot,
    content: &Content,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response {
    let frame = match content.page(PAGE) {
        Ok(frame) => frame,
        Err(error) => return page::fault(&error),
    };
    let Some(frame) = frame.as_deref().and_then(|frame| std::str::from_utf8(frame.bytes()).ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|pairs| pairs.0).unwrap_or_default();
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let query: String = value("q").unwrap_or_default().trim().chars().take(MOST).collect();
    let offset = value("offset").and_then(|offset| offset.parse().ok()).unwrap_or(0).min(10_000);
    let start = Instant::now();
    let found = if query.is_empty() { None } else { Some(search::plain(snapshot, &query, HITS, offset)) };
    let took = start.elapsed();
    if let Some(Ok(results)) = &found
        && results.total == 0
    {
        state.unanswered.count(&query);
    }
    let results = match &found {
        None => String::new(),
        Some(Ok(results)) => results_html(&query, offset, results),
        Some(Err(problem)) => failed(problem),
    };
    let body = Body::new(filled(frame, &query, &results), "text/html; charset=utf-8");
    let mut response = reply::send(&body, StatusCode::OK, Cache::Revalidate, headers);
    if let Ok(timing) = HeaderValue::from_str(&search::timing(took)) {
        response.headers_mut().insert("server-timing", timing);
    }
    response
}

/// The frame with the query in its box and the results in their place.
fn filled(frame: &str, query: &str, results: &str) -> String {
    let mut filled = frame.replacen(BOX, &format!("{BOX} value=\"{}\"", escaped(query)), 1);
    let element = filled.find(RESULTS);
    let inside = element.and_then(|start| filled[start..].find('>').map(|end| start + end + 1));
    if let Some(inside) = inside {
        filled.insert_str(inside, results);
    }
    filled
}

fn results_html(query: &str, offset: usize, results: &Results) -> String {
    let shown = escaped(query);
    let mut out = if results.total > 0 {
        format!("<p class=\"search-count\">「{shown}」找到 {} 处</p>\n", results.total)
    } else {
        format!("<p class=\"search-count\">没有找到「{shown}」。换个说法，或少打几个字。</p>\n")
    };
    if !results.suggestions.is_empty() {
        let link = |name: &String| {
            format!("<a href=\"/search/?q={}\">{}</a>", uri::encode_value(name), escaped(name))
        };
        let links: Vec<_> = results.suggestions.iter().map(link).collect();
        push(&mut out, format_args!("<p class=\"search-suggestions\">是不是要找：{}</p>\n", links.join(" ")));
    }
    out.push_str("<ol class=\"search-hits\">\n");
    results.hits.iter().for_each(|hit| hit_html(hit, &mut out));
    out.push_str("</ol>\n");
    out.push_str(&pages(query, offset, results));
    out
}

fn hit_html(hit: &Hit, out: &mut String) {
    let (href, title) = (escaped(&hit.url), escaped(&title(hit)));
    let (kind, why) = (hit.kind.chinese(), hit.why.chinese());
    push(out, format_args!("<li><a href=\"{href}\">{title}</a> <span class=\"search-kind\">{kind}</span>"));
    push(
        out,
        format_args!(
            "<p class=\"search-path\">{}</p><p class=\"search-snippet\">",
            escaped(&hit.path.join(" › "))
        ),
    );
    for piece in &hit.snippet {
        let text = escaped(&piece.text);
        out.push_str(&if piece.hit { format!("<mark>{text}</mark>") } else { text });
    }
    push(out, format_args!("</p><p class=\"search-why\">命中：{why}</p></li>\n"));
}

/// Id and title, neither said twice: a clause's title begins with its number, a term is its own id.
fn title(hit: &Hit) -> String {
    let number = hit.norm_id.as_deref().and_then(|norm| hit.id.strip_prefix(norm)?.strip_prefix('-'));
    let title = number.and_then(|number| hit.title.strip_prefix(number)).unwrap_or(&hit.title).trim_start();
    if title.contains(&hit.id) { title.to_owned() } else { format!("{} {title}", hit.id) }
}

/// Links to the hits before and after those shown.
fn pages(query: &str, offset: usize, results: &Results) -> String {
    let link = |to: usize, words: &str| {
        let query = uri::encode_value(query);
        format!("<a href=\"/search/?q={query}&amp;offset={to}\">{words}</a> ")
    };
    let mut links = String::new();
    if offset > 0 {
        links.push_str(&link(offset.saturating_sub(HITS), "前一页"));
    }
    if offset + results.hits.len() < results.total && !results.hits.is_empty() {
        links.push_str(&link(offset + results.hits.len(), "后一页"));
    }
    if links.is_empty() {
        links
    } else {
        format!("<nav class=\"search-pages\" aria-label=\"检索结果分页\">{links}</nav>\n")
    }
}

fn failed(problem: &Problem) -> String {
    format!("<p class=\"search-count\">现在检索不了：{}。请稍后再试。</p>\n", escaped(problem.detail()))
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_go_where_the_script_would_put_them() {
        let frame =
            "<form><input name=\"q\" id=\"big-q\"></form><div id=\"results\" data-root=\"../\"></div>";
        let page = filled(frame, "\"><script>", "<p>一</p>");
        let expected = "<form><input name=\"q\" value=\"&quot;&gt;&lt;script&gt;\" id=\"big-q\"></form>\
                        <div id=\"results\" data-root=\"../\"><p>一</p></div>";
        assert_eq!(page, expected);
    }
}

//! Pages and files: whatever the snapshot holds at a path, and nothing else.
//!
//! A path is decoded once and looked up; it never touches the disk. What is not in the snapshot does
//! not exist, however it is spelt.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::reply::{self, Cache};
use super::state::{BUNDLE, PAGES, State};
use super::table::ROUTES;
use super::{blocking, diagnostics, found, uri};
use crate::error::Error;
use crate::export;
use crate::id::Id;
use crate::model::Target;
use crate::snapshot::{Body, Content, Snapshot};

/// The page shown for an address that does not exist.
const NOT_FOUND: &str = "404.html";
/// The page of search.
const SEARCH: &str = "search/index.html";
/// What stands at a folder's address.
const INDEX: &str = "index.html";

/// What an address leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of the site, by its path.
    Page(String),
    /// A file of the bundle, by its path.
    Bundle(String),
    /// Another address on this server.
    Moved(String),
    /// Nothing.
    Missing,
}

/// Answers for every address that no route has.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let in_api = uri.path().starts_with("/api/");
    if method != Method::GET && method != Method::HEAD {
        return Problem::method("GET, HEAD").into_response();
    }
    if in_api {
        return Problem::not_found("接口里没有这个地址，全部地址见 /api/", Vec::new()).into_response();
    }
    let snapshot = state.snapshot();
    let Some(content) = snapshot.content.clone() else { return not_ready(&snapshot, &headers) };
    let (place, label) = match place(&content, uri.path()) {
        place @ Place::Bundle(_) => (place, BUNDLE),
        place => (place, PAGES),
    };
    let mut response = match place {
        Place::Page(path) if path == SEARCH && uri.query().is_some_and(|query| !query.is_empty()) => {
            blocking(move || found::page(&state, &snapshot, &content, &uri, &headers)).await
        }
        Place::Page(path) => file(content, path, StatusCode::OK, headers).await,
        Place::Bundle(path) => bundle(content, path, headers).await,
        Place::Moved(to) => moved(&to, uri.query()),
        Place::Missing => file(content, NOT_FOUND.to_owned(), StatusCode::NOT_FOUND, headers).await,
    };
    response.extensions_mut().insert(label);
    response
}

/// The answer to a plain request for a page that was rendered before; `None` for everything else, which
/// takes the way through the router. The two answers are the same.
pub fn ready(state: &State, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let has_body =
        headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
    if method != Method::GET || has_body || uri.query().is_some() || is_route(uri.path()) {
        return None;
    }
    let snapshot = state.snapshot();
    let content = snapshot.content.as_ref()?;
    let Place::Page(path) = place(content, uri.path()) else { return None };
    let mut response = send(content.rendered(&path)?, &path, StatusCode::OK, headers);
    response.extensions_mut().insert(PAGES);
    Some(response)
}

/// Whether a path may belong to a route of the table: those go before files of the site.
fn is_route(path: &str) -> bool {
    ROUTES.iter().any(|route| route.may_have(path))
}

/// What the path of a URI leads to.
pub fn place(content: &Content, raw: &str) -> Place {
    let Some(decoded) = uri::decode(raw) else { return Place::Missing };
    let Some(path) = decoded.strip_prefix('/') else { return Place::Missing };
    if path.strip_prefix(export::FOLDER).is_some_and(|rest| rest.starts_with('/')) {
        return Place::Bundle(path.to_owned());
    }
    if path.is_empty() || path.ends_with('/') {
        let index = format!("{path}{INDEX}");
        return if content.has(&index) { Place::Page(index) } else { successor(content, path) };
    }
    // A folder's page has one address.
    if let Some(folder) = path.strip_suffix(INDEX).filter(|folder| folder.is_empty() || folder.ends_with('/'))
    {
        return if content.has(path) { Place::Moved(format!("/{folder}")) } else { Place::Missing };
    }
    if content.has(path) {
        return Place::Page(path.to_owned());
    }
    if content.has(&format!("{path}/{INDEX}")) {
        return Place::Moved(format!("/{path}/"));
    }
    successor(content, path)
}

/// The page of what took the place of a retired checklist or form.
fn successor(content: &Content, path: &str) -> Place {
    let id = Id::new(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
    let Some(Target::Retired(_, retired)) = content.handbook.target(&id) else { return Place::Missing };
    match retired.into.first().and_then(|successor| content.handbook.url(successor)) {
        Some(url) => Place::Moved(url),
        None => Place::Missing,
    }
}

/// What is shown at an address, and with which status; for comparing what an open page shows with what
/// it would show now.
///
/// # Errors
/// What rendering gives.
pub fn shown(snapshot: &Snapshot, raw: &str) -> Result<(StatusCode, Arc<Body>), Error> {
    let Some(content) = &snapshot.content else {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, Arc::new(diagnostics::body(snapshot))));
    };
    let page = match place(content, raw) {
        Place::Page(path) => content.page(&path)?,
        _ => None,
    };
    match page {
        Some(body) => Ok((StatusCode::OK, body)),
        None => {
            Ok((StatusCode::NOT_FOUND, content.page(NOT_FOUND)?.unwrap_or_else(|| Arc::new(plain_missing()))))
        }
    }
}

async fn file(content: Arc<Content>, path: String, status: StatusCode, headers: HeaderMap) -> Response {
    // What was rendered before needs no other thread.
    if let Some(body) = content.rendered(&path) {
        return send(body, &path, status, &headers);
    }
    blocking(move || match content.page(&path) {
        Ok(Some(body)) => send(&body, &path, status, &headers),
        Ok(None) => reply::send(&plain_missing(), StatusCode::NOT_FOUND, Cache::Revalidate, &headers),
        Err(error) => fault(&error),
    })
    .await
}

async fn bundle(content: Arc<Content>, path: String, headers: HeaderMap) -> Response {
    let answer = move |content: &Content| match content.bundle().map(|bundle| bundle.files.get(&path)) {
        Ok(Some(body)) => reply::send(body, StatusCode::OK, Cache::Revalidate, &headers),
        Ok(None) => {
            Problem::not_found("数据包里没有这个文件，全部文件见 /standard/v1/manifest.json", Vec::new())
                .into_response()
        }
        Err(error) => Problem::fault(&error).into_response(),
    };
    if content.made_bundle().is_some() {
        return answer(&content);
    }
    blocking(move || answer(&content)).await
}

/// Sends a file of the site. Pages tell their version in a header that their scripts can read.
fn send(body: &Body, path: &str, status: StatusCode, headers: &HeaderMap) -> Response {
    let hashed = path.starts_with("assets/");
    let mut response =
        reply::send(body, status, if hashed { Cache::Forever } else { Cache::Revalidate }, headers);
    if let (true, Ok(version)) =
        (path.ends_with(".html"), HeaderValue::from_str(&format!("page;desc=\"{}\"", body.hash())))
    {
        response.headers_mut().insert("server-timing", version);
    }
    response
}

/// Moves a client to another address of this server, which begins with one slash and is no other host's.
fn moved(to: &str, query: Option<&str>) -> Response {
    let (path, fragment) = to.split_once('#').map_or((to, None), |(path, fragment)| (path, Some(fragment)));
    let mut location = format!("/{}", uri::encode_path(path.trim_start_matches('/')));
    if let Some(query) = query {
        location = format!("{location}?{query}");
    }
    if let Some(fragment) = fragment {
        location = format!("{location}#{}", uri::encode_path(fragment));
    }
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    match HeaderValue::from_str(&location) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What every page is while the handbook has never compiled.
fn not_ready(snapshot: &Snapshot, headers: &HeaderMap) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let mut response = reply::send(&diagnostics::body(snapshot), status, Cache::Never, headers);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// A page that could not be rendered.
pub fn fault(error: &Error) -> Response {
    let problem = Problem::fault(error);
    let reference = problem.reference().unwrap_or_default().to_owned();
    let text = format!("这一页现在显示不出来。请把编号 {reference} 告诉维护人员。\n");
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

fn plain_missing() -> Body {
    Body::new("没有这一页。\n", "text/plain; charset=utf-8")
}

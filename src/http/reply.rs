//! Sending a body: entity tags, 304, compression, caching.

use axum::body::Body as Stream;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::problem::Problem;
use crate::snapshot::Body;

/// How long a client may keep what it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// For ever: the address changes with the content.
    Forever,
    /// As long as the server says at each use that it is unchanged.
    Revalidate,
    /// Not at all.
    Never,
}

impl Cache {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
            Self::Never => "no-store",
        })
    }
}

/// A good answer of a route.
#[derive(Debug)]
pub struct Reply {
    /// Status, 200 unless said otherwise.
    pub status: StatusCode,
    /// What is sent.
    pub body: Body,
    /// How long it may be kept.
    pub cache: Cache,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// A body that may be kept while it is unchanged.
    pub fn new(body: Body) -> Self {
        Self { status: StatusCode::OK, body, cache: Cache::Revalidate, headers: Vec::new() }
    }

    /// A value as JSON.
    ///
    /// # Errors
    /// A fault when the value cannot be represented.
    pub fn json(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::new(Body::new(serde_json::to_vec(value)?, "application/json")))
    }

    /// A state of the moment, which nobody keeps.
    #[must_use]
    pub fn of_the_moment(mut self, status: StatusCode) -> Self {
        self.status = status;
        self.cache = Cache::Never;
        self
    }

    /// Adds a header. A value that no header can hold is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The answer to a request with these headers.
    pub fn send(self, request: &HeaderMap) -> Response {
        let mut response = send(&self.body, self.status, self.cache, request);
        response.headers_mut().extend(self.headers);
        response
    }
}

/// Sends a body in the form that the client takes, or 304 when it has it already.
pub fn send(body: &Body, status: StatusCode, cache: Cache, request: &HeaderMap) -> Response {
    let gzip = if takes_gzip(request) { body.gzip() } else { None };
    let tag = if gzip.is_some() { format!("\"{}-gz\"", body.hash()) } else { format!("\"{}\"", body.hash()) };
    let known = status == StatusCode::OK && cache != Cache::Never && has(request, body.hash());
    let mut response = match (known, gzip) {
        (true, _) => Response::new(Stream::empty()),
        (false, Some(gzip)) => Response::new(Stream::from(gzip.clone())),
        (false, None) => Response::new(Stream::from(body.bytes().clone())),
    };
    // Room for these headers and those that all answers have.
    *response.headers_mut() = HeaderMap::with_capacity(20);
    *response.status_mut() = if known { StatusCode::NOT_MODIFIED } else { status };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache.header());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if cache != Cache::Never
        && let Ok(tag) = HeaderValue::from_str(&tag)
    {
        headers.insert(header::ETAG, tag);
    }
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(body.media()));
        if gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    response
}

/// Whether `If-None-Match` names this content, in either of its encodings.
fn has(request: &HeaderMap, hash: &str) -> bool {
    request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|list| {
        list.split(',').map(str::trim).any(|tag| {
            let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            tag == "*" || tag.strip_suffix("-gz").unwrap_or(tag) == hash
        })
    })
}

/// Whether the client takes gzip: it says so, or `*`, and not with a quality of 0.
fn takes_gzip(request: &HeaderMap) -> bool {
    let mut any = false;
    for list in request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
        for coding in list.split(',') {
            let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
            let quality = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
            let taken = quality.is_none_or(|quality| quality > 0.0);
            match name.trim() {
                name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
                    return taken;
                }
                "*" => any = taken,
                _ => {}
            }
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        for good in ["gzip", "br, gzip;q=0.5", "GZIP", "*", "deflate, gzip, br, zstd"] {
            assert!(takes_gzip(&headers(header::ACCEPT_ENCODING, good)), "{good}");
        }
        for bad in ["", "br", "gzip;q=0", "gzip; q=0.0", "*;q=0", "identity", "gzip;q=0, *"] {
            assert!(!takes_gzip(&headers(header::ACCEPT_ENCODING, bad)), "{bad}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn known_content_is_not_sent_again() {
        let body = Body::of_file("a.html", "文".repeat(2000));
        let tags =
            [format!("\"{}\"", body.hash()), format!("W/\"x\", \"{}-gz\"", body.hash()), "*".to_owned()];
        for tag in tags {
            let request =
                HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(&tag).expect("ASCII"))]);
            let response = send(&body, StatusCode::OK, Cache::Revalidate, &request);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{tag}");
            assert!(response.headers().contains_key(header::ETAG));
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
        }
        let other = headers(header::IF_NONE_MATCH, "\"other\"");
        assert_eq!(send(&body, StatusCode::OK, Cache::Revalidate, &other).status(), StatusCode::OK);
        assert_eq!(
            send(&body, StatusCode::NOT_FOUND, Cache::Revalidate, &headers(header::IF_NONE_MATCH, "*"))
                .status(),
            404
        );
    }

    #[test]
    fn the_two_encodings_have_different_tags() {
        let body = Body::of_file("a.html", "文".repeat(2000));
        let plain = send(&body, StatusCode::OK, Cache::Revalidate, &HeaderMap::new());
        let gzip = send(&body, StatusCode::OK, Cache::Revalidate, &headers(header::ACCEPT_ENCODING, "gzip"));
        assert_ne!(plain.headers()[header::ETAG], gzip.headers()[header::ETAG]);
        assert_eq!(gzip.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(gzip.headers()[header::VARY], "accept-encoding");
    }
}

//! The server: the site, its search and its API from memory.
//!
//! One table of routes ([`ROUTES`]) gives both the router and the OpenAPI document. Every
//! request sees one [`Snapshot`](crate::snapshot::Snapshot) from beginning to end. Nothing here knows
//! what a norm is beyond finding it; nothing here prints.

mod api;
mod diagnostics;
mod found;
mod front;
mod guide;
mod html;
mod keeper;
mod live;
mod metrics;
mod openapi;
mod page;
mod parameter;
mod problem;
mod reply;
mod route;
mod server;
mod stall;
mod state;
mod table;
mod unanswered;
mod uri;

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use tower_http::catch_panic::CatchPanicLayer;

use metrics::Label;
use parameter::Arguments;
use problem::Problem;
use route::{Call, Handler, Route};

pub use keeper::{Keeper, keep_up};
pub use openapi::document as openapi_document;
pub use route::Answer;
pub use server::{Limits, run};
pub use state::{Options, State};
pub use table::ROUTES;
pub use unanswered::Unanswered;

/// Headers of every answer. Scripts, styles and pictures come from here or not at all.
const SECURITY: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The whole service, ready to be run or to be tested.
pub fn router(state: Arc<State>) -> Router {
    let mut router = Router::new();
    for (index, route) in ROUTES.iter().enumerate() {
        router = router.route(route.path, handler(Label(index), route));
    }
    let router = router.route("/api", on(MethodFilter::GET, || async { Redirect::permanent("/api/") }));
    surrounded(router.fallback(page::answer), state)
}

/// Puts around every answer what no route may forget.
fn surrounded(router: Router<Arc<State>>, state: Arc<State>) -> Router {
    router
        .method_not_allowed_fallback(|| async { Problem::method("GET, HEAD") })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(state.clone(), around))
        .with_state(state)
}

fn handler(label: Label, route: &'static Route) -> MethodRouter<Arc<State>> {
    let answer = move |state: Shared<Arc<State>>, segments, uri: Uri, headers: HeaderMap| async move {
        let mut response = answer(route, state.0, segments, uri, headers).await;
        response.extensions_mut().insert(label);
        response
    };
    on(MethodFilter::GET, answer)
}

/// Checks a request against its route and lets the route's handler answer.
async fn answer(
    route: &'static Route,
    state: Arc<State>,
    segments: Result<RawPathParams, RawPathParamsRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Ok(segments) = segments else {
        return Problem::not_found("地址不是 UTF-8", Vec::new()).into_response();
    };
    let arguments = match Arguments::parse(&uri, route.parameters) {
        Ok(arguments) => arguments,
        Err(problem) => return problem.into_response(),
    };
    let segment = segments.iter().next().map(|(_, value)| value.to_owned()).unwrap_or_default();
    match route.handler {
        Handler::Live => {
            let argument = |name| arguments.text(name).unwrap_or_default();
            live::open(&state, argument("page"), argument("version"))
        }
        Handler::Once(handler) => {
            blocking(move || {
                let snapshot = state.snapshot();
                let call =
                    Call { state: &state, snapshot: &snapshot, uri: &uri, segment: &segment, arguments };
                handler(&call).map_or_else(IntoResponse::into_response, |reply| reply.send(&headers))
            })
            .await
        }
    }
}

/// What is done around every request: the limit for bodies, the headers, the counters, and no body for
/// HEAD.
async fn around(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let is_head = request.method() == Method::HEAD;
    let mut response = if body_length(request.headers()) > state.options.body_bytes {
        Problem::new(&problem::TOO_LARGE, format!("请求体最多 {} 字节", state.options.body_bytes))
            .into_response()
    } else {
        next.run(request).await
    };
    if is_head {
        response = without_body(response);
    }
    finished(response, &state, start)
}

/// An answer with the headers that all have, counted.
fn finished(mut response: Response, state: &State, start: Instant) -> Response {
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let label = response.extensions().get::<Label>().copied();
    state.metrics.record(label, response.status().as_u16(), start.elapsed());
    response
}

fn body_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// The answer to HEAD: the headers of the answer to GET.
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let length = http_body_length(&body);
    if let Some(length) = length.filter(|_| !parts.headers.contains_key(header::CONTENT_LENGTH)) {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(parts, axum::body::Body::empty())
}

fn http_body_length(body: &axum::body::Body) -> Option<u64> {
    hyper::body::Body::size_hint(body).exact()
}

/// What a request gets whose handler panicked. The panic itself goes to the log.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words =
        words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned());
    Problem::fault(&words).into_response()
}

/// Runs work that takes more than a moment on a thread of its own; a panic in it is the caller's.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Cancelled: the runtime is ending, and nobody waits for the answer any more.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use tokio::sync::watch;
    use tower::ServiceExt as _;

    use super::*;
    use crate::snapshot::Snapshot;

    async fn in_another_thread() {
        blocking(|| panic!("/home/x: the disk is on fire")).await
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing() {
        let (_sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        let state = Arc::new(State::new(snapshots, Options::default()));
        let here = || async {
            if true {
                panic!("secret")
            }
        };
        let router = Router::new().route("/here", on(MethodFilter::GET, here));
        let router =
            surrounded(router.route("/there", on(MethodFilter::GET, in_another_thread)), state.clone());
        for path in ["/here", "/there", "/here"] {
            let request = Request::builder().uri(path).body(axum::body::Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
            let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert!(problem["reference"].is_string() && !problem.to_string().contains("fire"), "{problem}");
            assert!(!problem.to_string().contains("secret"), "{problem}");
        }
        let mut counts = String::new();
        state.metrics.write(&mut counts);
        assert!(counts.contains("{route=\"other\",status=\"500\"} 3"), "{counts}");
    }
}

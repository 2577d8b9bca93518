//! Whether the service lives, whether it is ready, and its counters.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::metrics::gauge;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::report;
use crate::snapshot::{Body, IndexState};

/// What the service can do at the moment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ready<'a> {
    /// Whether pages, data and search all answer.
    pub ready: bool,
    /// Edition that is served; absent until one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub edition: Option<&'a str>,
    /// SHA-256 of the edition's manifest; absent while it is being worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub digest: Option<&'a str>,
    /// The search index: `ready`, `building` (an older one may answer meanwhile) or `failed`.
    pub index: &'static str,
    /// Whether what is served is the newest state of the source.
    pub current: bool,
    /// Errors in the newest state of the source.
    pub errors: usize,
}

/// `/healthz`: the process answers.
pub fn health(_: &Call<'_>) -> Result<Reply, Problem> {
    Ok(Reply::new(text("ok\n")).of_the_moment(StatusCode::OK))
}

/// `/readyz`: 200 when everything answers, else 503.
pub fn ready(call: &Call<'_>) -> Result<Reply, Problem> {
    let snapshot = call.snapshot;
    let content = snapshot.content.as_deref();
    let ready = content.is_some() && snapshot.search.index.is_some();
    let body = Ready {
        ready,
        edition: content.map(|content| content.handbook.config.edition.as_str()),
        digest: content.and_then(|content| content.made_bundle()).map(|bundle| bundle.digest.as_str()),
        index: snapshot.index_state().english(),
        current: content.is_some() && !snapshot.report.is_bad(),
        errors: report::count(&snapshot.report.diagnostics).errors,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(Reply::json(&body)?.of_the_moment(status))
}

/// `/metrics`: Prometheus' text form.
pub fn metrics(call: &Call<'_>) -> Result<Reply, Problem> {
    let (state, snapshot) = (call.state, call.snapshot);
    let mut out = String::new();
    state.metrics.write(&mut out);
    gauge(
        &mut out,
        "shouce_uptime_seconds",
        "Seconds since the server was started.",
        state.started.elapsed().as_secs(),
    );
    if let Some(content) = &snapshot.content {
        gauge(&mut out, "shouce_content_number", "Contents made since the start.", content.number);
        let age = content.made.elapsed().as_secs();
        gauge(&mut out, "shouce_content_age_seconds", "Seconds since the served content was made.", age);
    }
    let errors = report::count(&snapshot.report.diagnostics).errors;
    gauge(&mut out, "shouce_source_errors", "Errors in the newest state of the source.", errors);
    let index = u8::from(snapshot.index_state() == IndexState::Ready);
    gauge(&mut out, "shouce_index_ready", "Whether the search index is that of the served content.", index);
    let mut reply = Reply::new(text(out)).of_the_moment(StatusCode::OK);
    reply.body = Body::new(reply.body.bytes().clone(), "text/plain; version=0.0.4; charset=utf-8");
    Ok(reply)
}

fn text(text: impl Into<axum::body::Bytes>) -> Body {
    Body::new(text, "text/plain; charset=utf-8")
}

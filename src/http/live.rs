//! What happens while a page is open: a stream of events (`/_live?page=/NJ-03/`), and the script that
//! follows it.
//!
//! A page hears only what changes it: its bytes are compared between what it shows and what it would
//! show now. When nothing but stylesheets differ, they are swapped in place.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tokio::sync::watch;

use super::page;
use super::problem::Problem;
use super::reply::Reply;
use super::route::Call;
use super::state::State;
use super::{blocking, diagnostics};
use crate::report::{self, Format};
use crate::snapshot::{Body, Report, Snapshot};

/// How often a silent stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Diagnostics shown over a page.
const SHOWN: usize = 5;

/// Answers `/_live.js`.
pub fn script(_: &Call<'_>) -> Result<Reply, Problem> {
    Ok(Reply::new(Body::new(include_str!("live.js"), "text/javascript; charset=utf-8")))
}

/// Opens the stream for one page. `version` is the hash of what the page shows, when it knows.
pub fn open(state: &Arc<State>, page: &str, version: &str) -> Response {
    let follower = Follower {
        snapshots: state.snapshots(),
        ending: state.ending(),
        page: if page.starts_with('/') { page.to_owned() } else { "/".to_owned() },
        known: version.to_owned(),
        looked: false,
        shown: None,
        report: None,
        queue: Vec::new(),
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}

/// An open page.
struct Follower {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    ending: watch::Receiver<bool>,
    page: String,
    /// Version that the page said it has; empty when it said none, or after the first look.
    known: String,
    looked: bool,
    /// What the page shows; `None` while it cannot be rendered.
    shown: Option<(StatusCode, Arc<Body>)>,
    report: Option<Arc<Report>>,
    queue: Vec<Event>,
}

impl Follower {
    /// The next event; `None` when the server ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(event);
            }
            // The first look takes what there is; later ones wait for a change.
            if self.looked {
                tokio::select! {
                    changed = self.snapshots.changed() => changed.ok()?,
                    _ = self.ending.wait_for(|ending| *ending) => return None,
                }
            }
            let snapshot = self.snapshots.borrow_and_update().clone();
            self.look(&snapshot).await;
            self.looked = true;
        }
    }

    /// Compares with a snapshot, and queues what the page must hear; the last is sent first.
    async fn look(&mut self, snapshot: &Arc<Snapshot>) {
        if !self.report.as_ref().is_some_and(|report| Arc::ptr_eq(report, &snapshot.report)) {
            let was_bad = self.report.as_ref().is_some_and(|report| report.is_bad());
            let report = snapshot.report.clone();
            if report.is_bad() || was_bad {
                self.queue.push(problems(&report));
            }
            self.report = Some(report);
        }
        let (state, page) = (snapshot.clone(), self.page.clone());
        let now = blocking(move || page::shown(&state, &page)).await;
        // A page that cannot be rendered says so when it is loaded.
        let Ok((status, body)) = now else { return };
        let known = std::mem::take(&mut self.known);
        let change = match &self.shown {
            Some((before, shown)) if *before == status && shown.hash() == body.hash() => None,
            Some((before, shown)) if *before == status => Some(stylesheets(shown, &body)),
            Some(_) => Some(None),
            None if known.is_empty() || known == body.hash() => None,
            None => Some(None),
        };
        if let Some(styles) = change {
            self.queue.push(match styles {
                Some(pairs) => event("style", &json!({ "version": body.hash(), "swap": pairs })),
                None => event("reload", &json!({ "version": body.hash() })),
            });
        }
        self.shown = Some((status, body));
    }
}

fn event(name: &str, data: &serde_json::Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

/// What is wrong, for the overlay. No errors: the overlay goes.
fn problems(report: &Report) -> Event {
    let counts = report::count(&report.diagnostics);
    let text = match &report.failure {
        Some(failure) => failure.clone(),
        None if counts.errors > 0 => diagnostics::text(report, Format::Full, SHOWN.min(counts.errors)),
        None => String::new(),
    };
    let more = counts.errors.saturating_sub(SHOWN);
    event("problems", &json!({ "bad": report.is_bad(), "errors": counts.errors, "text": text, "more": more }))
}

/// The stylesheets that changed from one version of a page to the next, old and new address; `None`
/// when anything else changed too.
fn stylesheets(before: &Body, after: &Body) -> Option<Vec<[String; 2]>> {
    let text = |body: &Body| std::str::from_utf8(body.bytes()).ok().map(str::to_owned);
    let (before, mut after) = (text(before)?, text(after)?);
    let links = |html: &str| -> Vec<String> {
        html.split('"')
            .filter(|piece| piece.ends_with(".css") && !piece.contains(['<', '>']))
            .map(str::to_owned)
            .collect()
    };
    let pairs: Vec<_> =
        links(&before).into_iter().zip(links(&after)).filter(|(old, new)| old != new).collect();
    for (old, new) in &pairs {
        after = after.replace(&format!("\"{new}\""), &format!("\"{old}\""));
    }
    (!pairs.is_empty() && before == after).then(|| pairs.into_iter().map(|(old, new)| [old, new]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &'static str) -> Body {
        Body::of_file("x.html", html)
    }

    #[test]
    fn changed_stylesheets_are_told_from_changed_pages() {
        let old = page("<link href=\"../assets/site-1.css\"><p>文</p>");
        let new = page("<link href=\"../assets/site-2.css\"><p>文</p>");
        assert_eq!(
            stylesheets(&old, &new),
            Some(vec![["../assets/site-1.css".into(), "../assets/site-2.css".into()]])
        );
        let other = page("<link href=\"../assets/site-2.css\"><p>字</p>");
        assert_eq!(stylesheets(&old, &other), None);
        assert_eq!(stylesheets(&new, &other), None);
    }
}

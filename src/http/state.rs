//! What a server holds: the current snapshot, its counters, and how it is run.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::metrics::{Label, Metrics};
use super::table::ROUTES;
use super::unanswered::Unanswered;
use crate::snapshot::Snapshot;

/// How a server is run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Bytes of a request's body; no route reads one yet.
    pub body_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { body_bytes: 2 << 20 }
    }
}

/// What all requests share.
#[derive(Debug)]
pub struct State {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    ending: watch::Sender<bool>,
    /// Counters of requests.
    pub metrics: Metrics,
    /// Queries that found nothing.
    pub unanswered: Unanswered,
    /// How the server is run.
    pub options: Options,
    /// When it was started.
    pub started: Instant,
}

/// Label of pages and their files.
pub const PAGES: Label = Label(ROUTES.len());
/// Label of the bundle's files.
pub const BUNDLE: Label = Label(ROUTES.len() + 1);

impl State {
    /// The state of a server whose snapshots come from this channel.
    pub fn new(snapshots: watch::Receiver<Arc<Snapshot>>, options: Options) -> Self {
        let labels = ROUTES.iter().map(|route| route.path).chain(["pages", "/standard/v1/", "other"]);
        Self {
            snapshots,
            ending: watch::Sender::new(false),
            metrics: Metrics::new(labels),
            unanswered: Unanswered::default(),
            options,
            started: Instant::now(),
        }
    }

    /// The same, with queries that found nothing kept there.
    #[must_use]
    pub fn keeping(self, unanswered: Unanswered) -> Self {
        Self { unanswered, ..self }
    }

    /// The current snapshot. Taken once a request, so that a request sees one state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// Ends every stream, so that the server can end.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Becomes true when streams must end.
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    /// The channel on which new snapshots come.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }
}

//! The server loop: connections with time limits, a cap on their number, and a graceful end.
//!
//! On hyper's own HTTP/1 connection, because `axum::serve` sets no time limit for request headers: a
//! client that sends half a request would be held for ever. The limit begins with the connection and
//! again after each answer, so it also ends connections that say nothing and idle ones.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::front::Front;
use super::stall::StallTimeout;
use super::state::State;

/// What a client may take of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for a whole request head, from the connection's start or the answer before.
    pub head: Duration,
    /// Time for which a client may take nothing of an answer that waits for it.
    pub stall: Duration,
    /// Connections at a time; more wait in the system's queue.
    pub connections: usize,
    /// Time for answers under way when the server ends.
    pub drain: Duration,
    /// Bytes of a request's head.
    pub head_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            stall: Duration::from_secs(15),
            connections: 4096,
            drain: Duration::from_secs(10),
            head_bytes: 32 << 10,
        }
    }
}

/// Serves what `state` holds on `listener` until `ended` is done; then takes no new connection and waits for the
/// answers under way, at most as long as the limits say.
pub async fn run(listener: TcpListener, state: Arc<State>, limits: Limits, ended: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .half_close(false);
    let service = Front::new(state);
    tokio::pin!(ended);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = places.clone().acquire_owned().await.ok();
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            biased;
            () = &mut ended => break,
            accepted = accepted => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, or the client is gone already: the next one may fare better.
                tracing::warn!(%error, "accepting a connection");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let connection = graceful.watch(http.serve_connection(io(stream, limits.stall), service.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Clients that go away, time out or send nonsense are everyday.
                tracing::debug!(%error, "connection");
            }
            drop(place);
        });
    }
    drop(listener);
    let open = graceful.count();
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!(open, "answers were cut off");
    }
}

fn io(stream: TcpStream, stall: Duration) -> TokioIo<StallTimeout<TcpStream>> {
    // Answers are written whole; waiting for more to send would only delay their ends.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    TokioIo::new(StallTimeout::new(stream, stall))
}

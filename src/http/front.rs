//! What stands ready is sent at once: a page that was rendered before goes past the router and
//! everything around it. A handbook is mostly read, and a page costs less to send than to route.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::Either;
use hyper::body::Incoming;
use hyper::service::Service;
use tower::ServiceExt as _;
use tower::util::Oneshot;

use super::state::State;
use super::{finished, page, router};

/// The whole service as a connection calls it.
#[derive(Debug, Clone)]
pub(super) struct Front {
    state: Arc<State>,
    router: Router,
}

impl Front {
    pub(super) fn new(state: Arc<State>) -> Self {
        Self { router: router(state.clone()), state }
    }
}

impl Service<Request<Incoming>> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, Oneshot<Router, Request<Body>>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let start = Instant::now();
        match page::ready(&self.state, request.method(), request.uri(), request.headers()) {
            Some(response) => Either::Left(ready(Ok(finished(response, &self.state, start)))),
            None => Either::Right(self.router.clone().oneshot(request.map(Body::new))),
        }
    }
}

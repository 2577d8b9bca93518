//! Search over HTTP: whatever stands behind `q=` is answered, or refused as a mistake of the one who asks.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use axum::http::StatusCode;

use crate::manual::Random;
use crate::serve_fixture::Server;

/// Pieces of what follows `q=`, as they stand in an address: broken escapes, halves of characters, operators.
const PIECES: [&str; 24] = [
    "%E5%B9%B4%E6%A3%80",
    "%E5%B9",
    "%ED%A0%80",
    "%00",
    "%0A",
    "%1B",
    "%F0%9F%98%80",
    "%E2%80%AE",
    "%",
    "%G1",
    "%u5E74",
    "+",
    "'",
    "%22",
    "%5C",
    "*",
    "~",
    "(",
    "[",
    "{",
    "%3Cscript%3E",
    "NJ-03-3.1",
    "nianjian",
    "&q=",
];

#[tokio::test]
async fn any_query_is_answered_or_refused() {
    let server = Server::new();
    let mut random = Random::new(11);
    for _ in 0..500 {
        let count = random.below(8);
        let query: String = (0..count).map(|_| *random.pick(&PIECES)).collect();
        let answer = server.get(&format!("/api/v1/search?q={query}")).await;
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::BAD_REQUEST),
            "{query}: {}",
            answer.status
        );
        assert!(answer.json().is_object(), "{query}");
    }
}

#[tokio::test]
async fn a_text_is_no_query_but_is_answered_or_refused() {
    let server = Server::new();
    for piece in ["a", "%E5%B9%B4", "%F0%9F%98%80", "%00", "nianjian+"] {
        for bytes in [1_000, 10_000, 60_000] {
            let query = piece.repeat(bytes / piece.len());
            let answer = server.get(&format!("/api/v1/search?q={query}")).await;
            assert!(!answer.status.is_server_error(), "{piece} in {bytes} bytes: {}", answer.status);
        }
    }
}

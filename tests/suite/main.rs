//! The one test binary: a module a feature.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod fixture;
mod rules;

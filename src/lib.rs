//! shouce: norms in Markdown become a checked handbook, a searchable site and machine-readable
//! checklists.
//!
//! This list is the map of the program, in layer order: **a module may use only modules listed
//! above it**. A test reads the list and holds the code to it.
//!
//! ```text
//! handbook/*.md ─▶ source ─▶ syntax ─▶ model ─▶ lint ─▶ diagnostics ─▶ report
//!                                        │
//!                  Handbook ─┬─▶ site ───┤
//!                            ├─▶ export ─┼─▶ snapshot ─▶ cli build   writes it, atomically
//!                            └─▶ search ─┘          └──▶ http        serves it, swaps it whole
//! ```
//!
//! Everything before the faces is a function of its arguments: no printing, no clock, no
//! environment. A problem in a handbook is a [`diagnostic::Diagnostic`], a value; a failure of the
//! machine is an [`error::Error`].

// ── ground ──
pub mod rule;
pub mod diagnostic;
pub mod error;
pub mod text;
pub mod canonical;
pub mod id;
pub mod vocabulary;
pub mod yaml;
pub mod config;
// ── source: bytes become documents ──
pub mod source;
pub mod syntax;
// ── model: documents become one Handbook ──
pub mod model;
pub mod lint;
pub mod compile;
// ── editions: handbooks held against one another ──
pub mod edition;
pub mod profile;
// ── outputs: pure functions of &Handbook ──
pub mod files;
pub mod export;
pub mod search;
pub mod site;
// ── editions, sealed ──
pub mod release;
// ── faces ──
pub mod snapshot;
pub mod report;
pub mod watch;
pub mod http;
pub mod cli;

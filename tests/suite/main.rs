//! The one test binary: a module a feature.

mod fixture;
mod rules;

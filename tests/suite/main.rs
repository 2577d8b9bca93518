//! The suite: one test binary, a file per feature.

mod export;
mod repository;

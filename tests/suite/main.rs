//! The suite: one test binary, a file per feature.

mod export;
mod fixture;
mod repository;
mod rules;
mod site;
mod syntax_page;

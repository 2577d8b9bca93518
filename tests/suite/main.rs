//! The suite: one test binary, a file per feature.
// A test fails by panicking; clippy takes only functions marked as tests for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod cache;
mod cli_build;
mod cli_check;
mod cli_read;
mod cli_search;
mod cli_write;
mod command;
mod commonmark;
mod contents;
mod edition;
mod export;
mod export_answers;
mod export_docx;
mod export_oscal;
mod export_xlsx;
mod fixture;
mod format;
mod hostile;
mod manual;
mod profile;
mod profile_properties;
mod properties;
mod publish;
mod repository;
mod rules;
mod search;
mod search_browser;
mod search_cases;
mod search_http;
mod search_judged;
mod seeded_faults;
mod serve_fixture;
mod serve_http;
mod serve_tcp;
mod serve_watch;
mod site;
mod syntax_page;
mod yaml_cases;

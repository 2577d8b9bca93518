//! The suite: one test binary, a file per feature.

mod cli_check;
mod cli_read;
mod cli_write;
mod command;
mod export;
mod format;
mod publish;
mod repository;
mod site;

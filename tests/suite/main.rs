//! The suite: one test binary, a file per feature.

mod export;
mod fixture;
mod manual;
mod repository;
mod rules;
mod seeded_faults;
mod site;
mod syntax_page;

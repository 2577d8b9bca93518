//! The suite: one test binary, a file per feature.

mod export;
mod hostile;
mod manual;
mod repository;
mod seeded_faults;
mod site;

//! All integration tests in one binary: a file a feature.

mod manual;
mod seeded_faults;

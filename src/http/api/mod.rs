//! The handlers of the API, one resource a file. Each finds what is asked for and hands it to the type
//! that the bundle is written with, so that both say the same.

pub mod editions;
pub mod handbook;
pub mod health;
mod level;
mod list;
mod missing;
pub mod norms;
pub mod registries;
pub mod schemas;
pub mod search;

use serde::Serialize;

use super::problem::Problem;
use super::reply::Reply;
use crate::export;
use crate::snapshot::Body;

/// A value as canonical JSON, byte for byte as the bundle has it.
fn canonical(value: &impl Serialize) -> Result<Reply, Problem> {
    Ok(Reply::new(Body::new(export::canonical(value)?, "application/json")))
}

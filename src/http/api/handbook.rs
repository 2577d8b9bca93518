//! `/api/v1/handbook`.

use super::canonical;
use crate::export::json;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;

/// The table of contents.
pub fn handbook(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::handbook(&call.content()?.handbook))
}

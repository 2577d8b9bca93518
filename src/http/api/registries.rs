//! The registries, each as the bundle has it.

use super::{canonical, level};
use crate::export::json;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;

/// `/api/v1/parameters`; with a level, only the values there.
pub fn parameters(call: &Call<'_>) -> Result<Reply, Problem> {
    level::reply(call, &json::parameters(&call.content()?.handbook))
}

/// `/api/v1/roles`
pub fn roles(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::roles(&call.content()?.handbook))
}

/// `/api/v1/terms`
pub fn terms(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::terms(&call.content()?.handbook))
}

/// `/api/v1/sources`
pub fn sources(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::sources(&call.content()?.handbook))
}

/// `/api/v1/source-facts`
pub fn source_facts(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::source_facts(&call.content()?.handbook))
}

/// `/api/v1/indicators`
pub fn indicators(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::indicators(&call.content()?.handbook))
}

/// `/api/v1/paths`
pub fn paths(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::paths(&call.content()?.handbook))
}

/// `/api/v1/calendar`
pub fn calendar(call: &Call<'_>) -> Result<Reply, Problem> {
    canonical(&json::calendar(&call.content()?.handbook))
}

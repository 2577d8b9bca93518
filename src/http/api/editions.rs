//! Editions. A server of a working folder has one: that which is being written.

use schemars::JsonSchema;
use serde::Serialize;

use super::list::List;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::snapshot::Content;

/// An edition of the handbook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Edition<'a> {
    /// Its label.
    pub edition: &'a str,
    /// What can be done with it.
    pub state: EditionState,
    /// SHA-256 of its manifest, which names every file of the edition.
    pub digest: &'a str,
    /// Number of its norms.
    pub norms: usize,
    /// Address of its manifest.
    pub manifest: &'static str,
}

/// What can be done with an edition.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EditionState {
    /// It is being written, and may change at any moment.
    Working,
}

/// `/api/v1/editions`
pub fn list(call: &Call<'_>) -> Result<Reply, Problem> {
    let items = vec![edition(call.content()?)?];
    Reply::json(&List { total: items.len(), items, next: None })
}

/// `/api/v1/editions/{edition}`
pub fn one(call: &Call<'_>) -> Result<Reply, Problem> {
    let content = call.content()?;
    let label = &content.handbook.config.edition;
    if call.segment != label {
        return Err(Problem::not_found(format!("没有「{}」这个版次", call.segment), vec![label.clone()]));
    }
    Reply::json(&edition(content)?)
}

fn edition(content: &Content) -> Result<Edition<'_>, Problem> {
    Ok(Edition {
        edition: &content.handbook.config.edition,
        state: EditionState::Working,
        digest: &content.bundle()?.digest,
        norms: content.handbook.norms.len(),
        manifest: "/standard/v1/manifest.json",
    })
}

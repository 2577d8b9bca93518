//! Editions: the one that is being written and the sealed ones, and what changed between two of them.

use schemars::JsonSchema;
use serde::Serialize;

use super::list::List;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::http::table::{CLASS, PART, ROLE, TO};
use crate::id::Id;
use crate::snapshot::{Content, editions};
use crate::vocabulary::ChangeClass;

/// An edition of the handbook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Edition<'a> {
    /// Its label.
    pub edition: &'a str,
    /// What can be done with it.
    pub state: EditionState,
    /// SHA-256 of its manifest, which names every file of the edition; absent for one that is only at a tag
    /// of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<&'a str>,
    /// First day on which it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<&'a str>,
    /// Label of the edition it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<&'a str>,
    /// Address of what changed from it to the edition that is being written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Number of its norms; of a sealed edition only where it is asked for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norms: Option<usize>,
    /// Address of its manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<&'static str>,
}

/// What can be done with an edition.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EditionState {
    /// It is being written, and may change at any moment.
    Working,
    /// It never changes.
    Sealed,
}

/// `/api/v1/editions`: the one that is being written first, then the sealed ones, the newest first.
pub fn list(call: &Call<'_>) -> Result<Reply, Problem> {
    let content = call.content()?;
    let sealed = content.editions().all().iter().rev().map(sealed);
    let items: Vec<_> = std::iter::once(working(content)).chain(sealed.map(Ok)).collect::<Result<_, _>>()?;
    Reply::json(&List { total: items.len(), items, next: None })
}

/// `/api/v1/editions/{edition}`
pub fn one(call: &Call<'_>) -> Result<Reply, Problem> {
    let content = call.content()?;
    // The label of a sealed edition stands for it, also while the next one is still called the same.
    if let Some(edition) = content.editions().get(call.segment) {
        let norms = edition.content().map_err(Problem::unreadable)?.handbook.norms.len();
        return Reply::json(&Edition { norms: Some(norms), ..sealed(edition) });
    }
    if call.segment == content.handbook.config.edition {
        return Reply::json(&working(content)?);
    }
    Err(unknown(content, call.segment))
}

/// `/api/v1/editions/{edition}/diff`
pub fn diff(call: &Call<'_>) -> Result<Reply, Problem> {
    let content = call.content()?;
    let from = named(content, call.segment)?;
    let to = call.arguments.text(TO.name).map_or(Ok(content), |label| named(content, label))?;
    let mut found = editions::difference(from, to);
    if let Some(role) = call.arguments.text(ROLE.name) {
        found = found.for_role(&Id::new(role.to_uppercase()));
    }
    if let Some(part) = call.arguments.text(PART.name) {
        found = found.in_part(&part.to_uppercase());
    }
    if call.arguments.word(CLASS.name, ChangeClass::parse) == Some(ChangeClass::Material) {
        found = found.material();
    }
    Reply::json(&found)
}

/// The content of the edition with this label: a sealed one, or the one that is being written.
///
/// # Errors
/// A problem when there is none, or it cannot be read.
pub fn named<'a>(content: &'a Content, label: &str) -> Result<&'a Content, Problem> {
    match content.editions().get(label) {
        Some(edition) => edition.content().map_err(Problem::unreadable),
        None if label == content.handbook.config.edition => Ok(content),
        None => Err(unknown(content, label)),
    }
}

/// The problem of a label that no edition has.
fn unknown(content: &Content, label: &str) -> Problem {
    let sealed = content.editions().all().iter().map(|edition| edition.label.clone());
    let known = sealed.chain([content.handbook.config.edition.clone()]).collect();
    Problem::not_found(format!("没有「{label}」这个版次"), known)
}

fn working(content: &Content) -> Result<Edition<'_>, Problem> {
    Ok(Edition {
        edition: &content.handbook.config.edition,
        state: EditionState::Working,
        digest: Some(&content.bundle()?.digest),
        effective: None,
        follows: content.editions().all().last().map(|edition| edition.label.as_str()),
        diff: None,
        norms: Some(content.handbook.norms.len()),
        manifest: Some("/standard/v1/manifest.json"),
    })
}

fn sealed(edition: &editions::Edition) -> Edition<'_> {
    Edition {
        edition: &edition.label,
        state: EditionState::Sealed,
        digest: edition.digest.as_deref().map(|digest| digest.trim_start_matches("sha256:")),
        effective: edition.effective.as_deref(),
        follows: edition.follows.as_deref(),
        diff: Some(format!("/api/v1/editions/{}/diff", edition.label)),
        norms: None,
        manifest: None,
    }
}

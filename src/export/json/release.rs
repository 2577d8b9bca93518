//! `release.json`: what is said of a sealed edition as a whole. It stands in the bundle of a sealed edition
//! only.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Day, Header};

/// A sealed edition.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReleaseFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// First day on which it is in force.
    #[schemars(with = "Day")]
    pub effective: Date,
    /// What holds between the edition before and this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transition: Option<&'a str>,
    /// Who approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<&'a str>,
    /// Label of the edition it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<&'a str>,
    /// Number of things with a material change since then.
    pub material: usize,
    /// Number of things with an editorial change only.
    pub editorial: usize,
    /// The files that it was compiled from, in the order of their paths.
    pub sources: Vec<ReleaseSource>,
}

/// A file that an edition was compiled from.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReleaseSource {
    /// Path from the handbook's folder.
    pub path: String,
    /// Its SHA-256: 64 hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
}

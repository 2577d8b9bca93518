//! `deviations.json`: what an adopter's handbook has of its own; and the report of an upgrade.

use schemars::JsonSchema;
use serde::Serialize;

use super::Header;
use crate::model::{Handbook, Tailoring};
use crate::profile::Upgrade;

/// What is different from the edition that was adopted. It stands in the bundle of an adopter only.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DeviationsFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Who adopted what, and every difference.
    pub tailoring: &'a Tailoring,
}

/// The report of carrying a profile over to another edition.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UpgradeFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// What became of every change.
    pub upgrade: &'a Upgrade,
}

/// The file of a handbook that is an adopter's.
pub fn deviations(handbook: &Handbook) -> Option<DeviationsFile<'_>> {
    let tailoring = handbook.tailoring.as_ref()?;
    Some(DeviationsFile { header: Header::new(handbook, "deviations"), tailoring })
}

/// The file of an upgrade to the edition `after`.
pub fn upgrade<'a>(after: &'a Handbook, upgrade: &'a Upgrade) -> UpgradeFile<'a> {
    UpgradeFile { header: Header::new(after, "upgrade"), upgrade }
}

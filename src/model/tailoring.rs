//! What an adopter changed: carried by a handbook that was resolved from a profile, so that every output
//! can say what is its own.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::id::Id;
use crate::vocabulary::Level;

/// How a handbook came out of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Tailoring {
    /// Permanent short name of the profile.
    pub profile: String,
    /// Who adopts.
    pub unit: String,
    /// Level of the adopter.
    pub level: Level,
    /// Label of the edition that it stands on.
    pub base: String,
    /// Digest of that edition (`sha256:…`); absent when it stands on a handbook that is not sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_digest: Option<String>,
    /// What is different, the adopter's own last; those of the adopters above come first.
    pub deviations: Vec<Deviation>,
    /// Norms, clauses and parameters that do not apply at this level, in reading order.
    pub not_applicable: Vec<Id>,
}

/// One difference from the edition that was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Deviation {
    /// Who made it.
    pub unit: String,
    /// The clause, item or parameter.
    pub target: Id,
    /// What was done.
    pub kind: DeviationKind,
    /// The key that it was done to, in the author's words; absent for the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the edition says; absent when it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What holds here; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    #[schemars(with = "String")]
    pub date: Date,
}

/// What was done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviationKind {
    /// A field was given another value.
    Set,
    /// The whole was not adopted.
    Excluded,
    /// A clause of the adopter's own was added.
    Added,
    /// It follows from another difference: a list without what was not adopted, a duty read off a new text.
    Follows,
}

impl DeviationKind {
    /// The word that readers see.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Set => "调整",
            Self::Excluded => "不采用",
            Self::Added => "增补",
            Self::Follows => "随之变动",
        }
    }
}

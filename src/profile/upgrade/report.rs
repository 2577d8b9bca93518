//! What upgrading a profile comes to, as data.

use schemars::JsonSchema;
use serde::Serialize;

use crate::id::Id;
use crate::vocabulary::ChangeKind;

/// What became of a change. Tried in this order, so that each has one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Its value refers to something that is retired or was never there, or its target is retired without
    /// a successor.
    Ref,
    /// Its condition asks for a fact or an option that is gone.
    Fact,
    /// Its value is of another type or unit.
    Type,
    /// Its target went to one successor.
    Orphan,
    /// Its target was split.
    Split,
    /// Its target was merged with one that is changed otherwise.
    Merge,
    /// The edition no longer lets it be changed.
    Lock,
    /// Its target keeps the number and means something else.
    Meaning,
    /// The edition says the same now.
    Same,
    /// The edition did not change there.
    Keep,
    /// The edition changed there too, and only stricter values are allowed.
    Bound,
    /// The edition changed there too.
    Both,
}

impl Class {
    /// The word that adopters see.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Ref => "引用失效",
            Self::Fact => "事实失效",
            Self::Type => "类型变了",
            Self::Orphan => "对象挪了",
            Self::Split => "对象拆了",
            Self::Merge => "对象并了",
            Self::Lock => "不准再改",
            Self::Meaning => "意思变了",
            Self::Same => "已经一样",
            Self::Keep => "照旧",
            Self::Bound => "上下限内",
            Self::Both => "两边都改",
        }
    }
}

/// What is done with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stands in the new profile.
    Carried,
    /// Somebody has to decide.
    Conflict,
    /// Somebody decided that it stands, with this or another value or target.
    Settled,
    /// Somebody decided that it goes.
    Withdrawn,
}

/// One change, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "UpgradeEntry", deny_unknown_fields)]
pub struct Entry {
    /// Its target; for an addition its own id.
    pub target: Id,
    /// What of it, in the author's words.
    pub field: String,
    /// Its class.
    pub class: Class,
    /// What is done with it.
    pub outcome: Outcome,
    /// What the edition before says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What the edition after says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What the adopter says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// Another target that is proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<String>,
    /// Why it is no longer possible, where that needs words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Something beside the changes that the adopter has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The clause, item or checklist.
    pub target: Id,
    /// What is proposed or compared: the adopter's own clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<Id>,
    /// What to do, in words.
    pub words: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// What is not adopted has changed: the reason has to be confirmed again.
    Excl,
    /// A new duty applies here.
    Newduty,
    /// A new clause is like one of the adopter's own.
    Dup,
    /// Scoring changed: assessments before and after do not compare.
    Scale,
}

/// A material change of the edition at a place that the adopter has not changed: it is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Taken {
    /// The thing.
    pub target: Id,
    /// The field; absent when the whole is new or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What became of it.
    pub change: ChangeKind,
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What upgrading a profile comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Upgrade {
    /// The profile.
    pub profile: String,
    /// Label of the edition before.
    pub from: String,
    /// Label of the edition after.
    pub to: String,
    /// Every change, in the order of the profile.
    pub entries: Vec<Entry>,
    /// What else the adopter has to look at.
    pub notices: Vec<Notice>,
    /// Material changes that are taken over.
    pub taken: Vec<Taken>,
    /// The new profile.
    #[serde(skip)]
    pub text: String,
}

impl Upgrade {
    /// How many changes are still to be decided.
    pub fn open(&self) -> usize {
        self.entries.iter().filter(|entry| entry.outcome == Outcome::Conflict).count()
    }
}

//! Checklists and their items, scoring items included.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Evidence, Prose, RoleDuty};
use crate::diagnostic::Span;
use crate::id::Id;
use crate::syntax::condition::Condition;
use crate::syntax::deadline::Schedule;
use crate::vocabulary::{Assessor, Level, Modality, Order, ScoreMethod};

/// A checklist.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// `CK-NJ-03-1`
    pub id: Id,
    /// Title.
    pub title: String,
    /// When it is done.
    pub when: Option<Schedule>,
    /// Whether in order.
    pub order: Order,
    /// The form that records it.
    pub form: Option<Id>,
    /// Whether its items are scored.
    pub scoring: bool,
    /// Its items, in order.
    pub items: Vec<Item>,
    /// Place of the heading.
    pub span: Span,
}

/// An item of a checklist. What it inherits from the clauses it checks is already in it.
#[derive(Debug, Clone)]
pub struct Item {
    /// `CK-NJ-03-1.02`
    pub id: Id,
    /// `02`, or `C2` for a scoring item.
    pub number: String,
    /// First-level indicator it stands under (`C 服务提供`); empty elsewhere.
    pub group: String,
    /// Its words.
    pub text: String,
    /// Its words as Markdown events.
    pub content: Prose,
    /// The clauses it checks.
    pub checks: Vec<Id>,
    /// The strictest modality of those clauses; `shall` when it checks none.
    pub modality: Modality,
    /// Roles of those clauses.
    pub roles: Vec<RoleDuty>,
    /// Proofs of those clauses, then its own.
    pub evidence: Vec<Evidence>,
    /// Its own condition, joined with those of the clauses: it applies when its own condition holds
    /// and any of the clauses applies.
    pub applies_if: Option<Condition>,
    /// Levels it is restricted to; empty means the norm's.
    pub levels: Vec<Level>,
    /// Whether failing it fails the whole.
    pub veto: bool,
    /// The form it is recorded in.
    pub form: Option<Id>,
    /// Indicators it looks at.
    pub indicators: Vec<Id>,
    /// How it is scored.
    pub score: Option<Score>,
    /// A remark (说明), as written.
    pub note: Option<String>,
    /// Place of its number and words.
    pub span: Span,
}

/// How a scoring item is scored. Points are hundredths of a point, so that sums are exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Full points in hundredths; 0 for a veto item.
    pub points: u32,
    /// Way of grading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grading: Option<Grading>,
    /// Sample, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// What each assessor looks at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lookouts: Vec<Lookout>,
    /// Deduction, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deduction: Option<String>,
    /// What is different at a level, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<(Level, String)>,
}

/// Way of grading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// The method.
    pub method: ScoreMethod,
    /// Name of the number above the line, for a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Name of the number below the line, for a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
}

/// What one assessor looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lookout {
    /// Who.
    pub assessor: Assessor,
    /// At what.
    pub text: String,
}

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
    /// How the scores are put together.
    pub composition: Composition,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// What is taken off the composed total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deduction: Option<Deduction>,
    /// What is different at a level, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<(Level, String)>,
}

/// What is taken off the total. Points are hundredths of a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deduction {
    /// For what, as written.
    pub per: String,
    /// Points for each case of it.
    pub points: u32,
    /// Most points in all; absent: it occurs once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

impl Deduction {
    /// The deduction as an author writes it.
    pub fn chinese(&self) -> String {
        let most = self.at_most.map(|most| format!("，最多 {}", points(most))).unwrap_or_default();
        format!("{} {}{most}", self.per, points(self.points))
    }
}

/// Hundredths of a point as a number of points: `1.5`.
pub fn points(hundredths: u32) -> String {
    let number = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the three assessors' scores are put together by: parameters, each with its components.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composition {
    /// Percentages of the assessors, by their names (权重).
    pub weights: Option<Id>,
    /// Differences at which the scores are looked at again (复核).
    pub review: Option<Id>,
    /// Least points of each grade (等级).
    pub grades: Option<Id>,
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

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn points_are_written_without_empty_decimals() {
        assert_eq!([400, 1000, 250, 225, 5, 0].map(points), ["4", "10", "2.5", "2.25", "0.05", "0"]);
    }
}

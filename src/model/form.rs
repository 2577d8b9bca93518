//! Forms and their fields.

use schemars::JsonSchema;
use serde::Serialize;

use super::Prose;
use crate::diagnostic::Span;
use crate::id::Id;
use crate::syntax::condition::Condition;
use crate::syntax::deadline::Schedule;
use crate::vocabulary::{FieldType, Keep, Personal, RatePart};

/// A form.
#[derive(Debug)]
pub struct Form {
    /// `FM-NJ-03-1`
    pub id: Id,
    /// Title.
    pub title: String,
    /// Roles that fill it in.
    pub filled_by: Vec<Id>,
    /// Whether everybody may fill it in (全体).
    pub open_to_all: bool,
    /// When.
    pub when: Option<Schedule>,
    /// How long it is kept.
    pub keep: Option<Keep>,
    /// Whether its rows repeat.
    pub rows: bool,
    /// What no two entries may have in common (唯一).
    pub unique: Vec<UniqueConstraint>,
    /// What no two entries may hold at the same time (不重叠).
    pub exclusive: Vec<ExclusionConstraint>,
    /// The indicators that an entry counts into (计入).
    pub counts: Vec<IndicatorCount>,
    /// Its fields, in order.
    pub fields: Vec<FormField>,
    /// Place of the heading.
    pub span: Span,
}

impl Form {
    /// What its entries must keep to, in the words of an author: key and rules, for the keys that it has.
    pub fn entry_rules(&self) -> Vec<(&'static str, String)> {
        let unique = self
            .unique
            .iter()
            .map(|rule| format!("{}不许重复{}", self.labels(&rule.fields), only(rule.condition.as_ref())));
        let exclusive = self.exclusive.iter().map(|rule| {
            let (fields, condition) = (self.labels(&rule.fields), only(rule.condition.as_ref()));
            format!(
                "{fields}相同的，{}到{}不许交叉{condition}",
                self.label(&rule.from),
                self.label(&rule.until)
            )
        });
        let counts = self.counts.iter().map(|count| {
            let part = count.part.map(|part| format!("（{}）", part.chinese())).unwrap_or_default();
            let (dated_by, condition) = (self.label(&count.dated_by), only(count.condition.as_ref()));
            format!("{}{part}，按{dated_by}{condition}", count.indicator)
        });
        [("唯一", joined(unique)), ("不重叠", joined(exclusive)), ("计入", joined(counts))]
            .into_iter()
            .filter(|(_, rules)| !rules.is_empty())
            .collect()
    }

    fn labels(&self, fields: &[Id]) -> String {
        fields.iter().map(|id| self.label(id)).collect::<Vec<_>>().join("＋")
    }

    fn label(&self, id: &Id) -> String {
        let field = self.fields.iter().find(|field| field.id == *id);
        field.map(|field| format!("“{}”", field.label)).unwrap_or_default()
    }
}

fn joined(rules: impl Iterator<Item = String>) -> String {
    rules.collect::<Vec<_>>().join("；")
}

fn only(condition: Option<&Condition>) -> String {
    condition.map(|condition| format!("（只算{}的）", condition.chinese())).unwrap_or_default()
}

/// A field of a form.
#[derive(Debug)]
pub struct FormField {
    /// `FM-NJ-03-1.03`
    pub id: Id,
    /// `03`
    pub number: String,
    /// Its name.
    pub label: String,
    /// Its type.
    pub kind: FieldType,
    /// Whether it must be filled in.
    pub required: bool,
    /// The values of a choice.
    pub options: Vec<String>,
    /// Help, as Markdown events; empty for a choice.
    pub note: Prose,
    /// Help as plain text.
    pub note_text: String,
    /// Whether it holds personal information.
    pub personal: Personal,
    /// How long it is kept, when different from the form.
    pub keep: Option<Keep>,
    /// Who may see it; everybody who may see the form where it names nobody.
    pub visible_to: Audience,
    /// Place of its row.
    pub span: Span,
}

/// Who may see a field of a form.
#[derive(Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Audience {
    /// These roles.
    pub roles: Vec<Id>,
    /// The person whom the entry is about or who made it (本人).
    pub own: bool,
    /// Everybody (全体).
    pub everybody: bool,
}

impl Audience {
    /// Whether it names nobody, so that the form alone decides.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// No two entries for which the condition holds have the same values in all of these fields.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UniqueConstraint {
    /// The fields, by id.
    pub fields: Vec<Id>,
    /// Which entries are compared; its facts are labels of the form's fields. Absent: all.
    #[serde(rename = "when", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

/// No two entries for which the condition holds, and which have the same values in `fields`, overlap
/// between `from` (counted in) and `until` (not counted in).
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExclusionConstraint {
    /// The fields that name what is occupied, by id.
    pub fields: Vec<Id>,
    /// The field that says from when.
    pub from: Id,
    /// The field that says until when; of the same type.
    pub until: Id,
    /// Which entries are compared; its facts are labels of the form's fields. Absent: all.
    #[serde(rename = "when", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

/// Each entry for which the condition holds counts once into an indicator.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct IndicatorCount {
    /// The indicator.
    pub indicator: Id,
    /// Which number of a rate; absent: the one number of the indicator, or the upper one of a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<RatePart>,
    /// Which entries count; its facts are labels of the form's fields. Absent: all.
    #[serde(rename = "when", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The field whose day says which period the entry falls in.
    pub dated_by: Id,
}

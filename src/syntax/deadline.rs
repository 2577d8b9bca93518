//! Deadlines (`时限`) and recurrences (`频次`, `周期`, `时点`): the forms authors write, as data.

use schemars::JsonSchema;
use serde::Serialize;

use crate::id::Id;
use crate::vocabulary::Unit;

/// A length of time: written out, or held by a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// So many units.
    Fixed {
        /// How many.
        n: u32,
        /// Of what.
        unit: Unit,
    },
    /// The value of a parameter.
    Parameter {
        /// The parameter, such as `P07`.
        parameter: Id,
        /// Its component, such as `平时`.
        #[serde(skip_serializing_if = "Option::is_none")]
        component: Option<String>,
    },
}

/// Where a deadline is counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// From opening the item.
    Opened,
    /// From the moment a clause is done.
    Done(
        /// The clause.
        Id,
    ),
    /// From an event with a name.
    Event(
        /// The event in the author's words.
        String,
    ),
}

/// On which side of its starting point a deadline lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Not later than `within` after the starting point.
    Within,
    /// Not later than `within` before the starting point.
    Before,
    /// At the starting point itself.
    At,
    /// On the same civil day.
    SameDay,
    /// After the starting point, no length given.
    After,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The side.
    pub relation: Relation,
    /// The length, if one is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Amount>,
    /// The starting point.
    pub from: From,
    /// The author's words.
    pub text: String,
}

/// A recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What kind of recurrence.
    pub every: Every,
    /// The author's words.
    pub text: String,
}

/// The kinds of recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Once a case (每件).
    Case,
    /// Every time (每次).
    Time,
    /// Every half day (每半日).
    HalfDay,
    /// Every day, perhaps at a time of day `HH:MM`.
    Day {
        /// Time of day.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// Every working day, perhaps at a time of day.
    Workday {
        /// Time of day.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// Every week.
    Week {
        /// 1 is Monday.
        #[serde(skip_serializing_if = "Option::is_none")]
        weekday: Option<u8>,
        /// Time of day.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// Every month.
    Month {
        /// Not later than this day of the month.
        #[serde(skip_serializing_if = "Option::is_none")]
        day: Option<u8>,
    },
    /// Every quarter.
    Quarter {
        /// Whether in its first week.
        first_week: bool,
    },
    /// Every half year.
    HalfYear,
    /// Every year.
    Year {
        /// In this month, or by this day of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        month: Option<u8>,
        /// Not later than this day.
        #[serde(skip_serializing_if = "Option::is_none")]
        day: Option<u8>,
    },
    /// Every day of a season that a parameter names.
    Season {
        /// The parameter.
        parameter: Id,
    },
    /// Before or after an event, or at it.
    Event(
        /// The deadline from the event.
        Due,
    ),
    /// In words only: arranged by people (人工安排).
    Manual,
}

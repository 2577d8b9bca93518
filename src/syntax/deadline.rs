//! Deadlines (`时限`) and recurrences (`频次`, `周期`, `时点`): the forms authors write, as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::mark;
use crate::id::{self, Id, IdKind};
use crate::text;
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

/// Parses a deadline: `当日`, `即时`, `3个工作日内`, `P07.平时，自 1.1 完成起`, `开场前30分钟`, `领件时`.
/// `norm` makes short clause numbers whole. `None` when the words have none of these forms.
pub fn parse_due(text: &str, norm: &Id) -> Option<Due> {
    let written = text.trim();
    let folded = text::folded(written);
    let due = |relation, within, from| Some(Due { relation, within, from, text: written.to_owned() });
    let body = folded.trim();
    if let Some((head, tail)) = body.split_once(",自").or_else(|| body.split_once("，自")) {
        let start = tail.trim().strip_suffix('起')?.trim();
        let from = match start.strip_suffix("完成").map(str::trim) {
            Some(number) if id::is_local_number(number) || Id::new(number).kind() == Some(IdKind::Clause) => {
                From::Done(id::complete(number, norm))
            }
            _ => From::Event(start.to_owned()),
        };
        return match head.trim() {
            "当日" | "当日内" => due(Relation::SameDay, None, from),
            head => due(Relation::Within, Some(amount(head)?), from),
        };
    }
    match body {
        "当日" | "当日内" | "当天" | "当天内" => return due(Relation::SameDay, None, From::Opened),
        "即时" | "立即" | "当场" => return due(Relation::At, None, From::Opened),
        _ => {}
    }
    if let Some(within) = amount(body) {
        return due(Relation::Within, Some(within), From::Opened);
    }
    if let Some(event) = body.strip_suffix("当日").or_else(|| body.strip_suffix("当天")) {
        return due(Relation::SameDay, None, From::Event(named(event)?));
    }
    for (side, relation) in [('后', Relation::Within), ('前', Relation::Before)] {
        // The last occurrence whose right side is an amount: 培训前预习后2日 counts from 预习.
        let split =
            body.rmatch_indices(side).find_map(|(i, _)| Some((i, amount(&body[i + side.len_utf8()..])?)));
        if let Some((i, within)) = split {
            return due(relation, Some(within), From::Event(named(&body[..i])?));
        }
    }
    let (event, relation) = [('时', Relation::At), ('前', Relation::Before), ('后', Relation::After)]
        .into_iter()
        .find_map(|(suffix, relation)| Some((body.strip_suffix(suffix)?, relation)))?;
    due(relation, None, From::Event(named(event)?))
}

/// An event's name: short, and no sentence.
fn named(event: &str) -> Option<String> {
    let event = event.trim().trim_end_matches(['的', '之', '以']);
    let sane = !event.is_empty() && event.chars().count() <= 24 && !event.contains(['。', '；', ';']);
    (sane && !event.starts_with('每')).then(|| event.to_owned())
}

/// `3个工作日`, `30分钟内`, `P07.平时`.
pub fn amount(text: &str) -> Option<Amount> {
    let text = text.trim();
    let text = text.strip_suffix("以内").or_else(|| text.strip_suffix('内')).unwrap_or(text).trim();
    if text.starts_with('P') {
        let (parameter, component) = mark::component(text).ok()?;
        return Some(Amount::Parameter { parameter, component });
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let n: u32 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim();
    let unit = unit.strip_prefix('个').unwrap_or(unit);
    let unit = if unit == "天" { Unit::Day } else { Unit::parse(unit)? };
    unit.is_duration().then_some(Amount::Fixed { n, unit })
}

/// Parses a recurrence. What has none of the known forms is [`Every::Manual`].
pub fn parse_schedule(text: &str, norm: &Id) -> Schedule {
    let written = text.trim();
    let folded = text::folded(written);
    let every =
        every(folded.trim()).or_else(|| parse_due(written, norm).map(Every::Event)).unwrap_or(Every::Manual);
    Schedule { every, text: written.to_owned() }
}

fn every(text: &str) -> Option<Every> {
    if let Some((season, "")) = text.split_once("内每日") {
        let (parameter, _) = mark::component(season).ok()?;
        return Some(Every::Season { parameter });
    }
    let rest = text.strip_prefix('每')?;
    if rest.chars().count() == 1 {
        match rest {
            "件" | "条" | "通" | "份" | "批" | "期" | "家" | "卷" => return Some(Every::Case),
            "次" | "场" | "班" | "轮" => return Some(Every::Time),
            _ => {}
        }
    }
    if let Some(rest) = rest.strip_prefix("半日") {
        return rest.is_empty().then_some(Every::HalfDay);
    }
    if let Some(rest) = rest.strip_prefix("半年") {
        return rest.is_empty().then_some(Every::HalfYear);
    }
    if let Some(rest) = rest.strip_prefix("工作日") {
        return Some(Every::Workday { at: time_of_day(rest)? });
    }
    if let Some(rest) = rest.strip_prefix('日') {
        return Some(Every::Day { at: time_of_day(rest)? });
    }
    if let Some(rest) = rest.strip_prefix('周') {
        let weekday = rest
            .chars()
            .next()
            .and_then(|c| "一二三四五六日".chars().position(|d| d == c || (c == '天' && d == '日')));
        let after =
            if weekday.is_some() { rest.chars().next().map_or("", |c| &rest[c.len_utf8()..]) } else { rest };
        return Some(Every::Week {
            weekday: weekday.and_then(|d| u8::try_from(d + 1).ok()),
            at: time_of_day(after)?,
        });
    }
    if let Some(rest) = rest.strip_prefix("季度") {
        return match rest {
            "" => Some(Every::Quarter { first_week: false }),
            "首周" => Some(Every::Quarter { first_week: true }),
            _ => None,
        };
    }
    if let Some(rest) = rest.strip_prefix('月') {
        return match rest {
            "" => Some(Every::Month { day: None }),
            _ => {
                let (day, rest) = number(rest, '日')?;
                (matches!(rest, "" | "前") && (1..=31).contains(&day))
                    .then_some(Every::Month { day: Some(day) })
            }
        };
    }
    if let Some(rest) = rest.strip_prefix('年') {
        if rest.is_empty() || rest == "一次" {
            return Some(Every::Year { month: None, day: None });
        }
        let (month, rest) = number(rest, '月')?;
        if !(1..=12).contains(&month) {
            return None;
        }
        if rest.is_empty() {
            return Some(Every::Year { month: Some(month), day: None });
        }
        let (day, rest) = number(rest, '日')?;
        return (matches!(rest, "" | "前") && (1..=31).contains(&day))
            .then_some(Every::Year { month: Some(month), day: Some(day) });
    }
    None
}

fn number(text: &str, suffix: char) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_once(suffix)?;
    Some((digits.parse().ok()?, rest))
}

/// Empty, or `17:00`, `17:00前`. `None` when it is anything else.
#[allow(clippy::option_option, reason = "no time of day is a good answer, a bad one is none")]
fn time_of_day(text: &str) -> Option<Option<String>> {
    let text = text.trim().trim_end_matches('前');
    if text.is_empty() || text == "下班" {
        return Some((!text.is_empty()).then(|| text.to_owned()));
    }
    let (hour, minute) = text.split_once(':')?;
    let (h, m): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (h < 24 && m < 60 && minute.len() == 2).then(|| Some(format!("{h:02}:{m:02}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norm() -> Id {
        Id::new("NJ-03")
    }

    fn due(text: &str) -> Option<Due> {
        parse_due(text, &norm())
    }

    #[test]
    fn deadlines_have_these_forms() {
        let five = Some(Amount::Fixed { n: 5, unit: Unit::Workday });
        let found = due("5个工作日，自 1.1 完成起").expect("a deadline");
        assert_eq!(
            (found.relation, found.within, found.from),
            (Relation::Within, five.clone(), From::Done(Id::new("NJ-03-1.1")))
        );
        let found = due("P07.平时，自 收到补正件 起").expect("a deadline");
        assert_eq!(found.from, From::Event("收到补正件".into()));
        assert_eq!(due("当日").map(|d| d.relation), Some(Relation::SameDay));
        let found = due("开场前90分钟").expect("a deadline");
        assert_eq!(
            (found.relation, found.within),
            (Relation::Before, Some(Amount::Fixed { n: 90, unit: Unit::Minute }))
        );
        assert_eq!(due("通知发布后5个工作日内").map(|d| d.within), Some(five));
        assert_eq!(
            due("领件时").map(|d| (d.relation, d.from)),
            Some((Relation::At, From::Event("领件".into())))
        );
        assert_eq!(due("发出补正前").map(|d| d.relation), Some(Relation::Before));
        assert_eq!(due("尽快"), None);
        assert_eq!(due("5个苹果"), None);
    }

    #[test]
    fn recurrences_have_these_forms() {
        let every = |text: &str| parse_schedule(text, &norm()).every;
        assert_eq!(every("每件"), Every::Case);
        assert_eq!(every("每日 8:50"), Every::Day { at: Some("08:50".into()) });
        assert_eq!(every("每周五17:00"), Every::Week { weekday: Some(5), at: Some("17:00".into()) });
        assert_eq!(every("每月10日前"), Every::Month { day: Some(10) });
        assert_eq!(every("每季度首周"), Every::Quarter { first_week: true });
        assert_eq!(every("每年6月30日前"), Every::Year { month: Some(6), day: Some(30) });
        assert_eq!(every("P11内每日"), Every::Season { parameter: Id::new("P11") });
        assert!(matches!(every("年检季前5个工作日"), Every::Event(_)));
        assert_eq!(every("择机"), Every::Manual);
        assert_eq!(every("每年13月"), Every::Manual);
    }
}

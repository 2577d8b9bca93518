//! When a recurring thing falls due: the windows of a recurrence that the calendar alone tells.

use jiff::civil::{Date, Weekday};

use crate::syntax::deadline::Every;

/// One turn of a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// First day on which it can be done.
    pub first: Date,
    /// Last day on which it is in time.
    pub last: Date,
}

/// Monday of the week that a day belongs to.
pub fn monday(day: Date) -> Date {
    plus(day, -i64::from(day.weekday().to_monday_zero_offset()))
}

/// The turns whose last day lies between two days, both included, in order. What is done daily, on an
/// event or when people see fit has none.
pub fn due_between(every: &Every, from: Date, to: Date) -> Vec<Occurrence> {
    if let Every::Week { weekday, .. } = every {
        return weekly(weekday.unwrap_or(5), from, to, weekday.is_some());
    }
    let months = (i32::from(from.year()) * 12 + i32::from(from.month()) - 1)
        ..=(i32::from(to.year()) * 12 + i32::from(to.month()) - 1);
    let found = months.filter_map(|index| {
        let year = i16::try_from(index / 12).ok()?;
        let month = i8::try_from(index % 12 + 1).ok()?;
        in_month(every, year, month)
    });
    found.filter(|turn| turn.last >= from && turn.last <= to).collect()
}

/// The turn whose last day lies in a month.
fn in_month(every: &Every, year: i16, month: i8) -> Option<Occurrence> {
    let (months_back, day) = match every {
        Every::Month { day } => (0, *day),
        Every::Quarter { first_week: true } if month % 3 == 1 => (0, Some(7)),
        Every::Quarter { first_week: false } if month % 3 == 0 => (2, None),
        Every::HalfYear if month % 6 == 0 => (5, None),
        // In a month: the whole of it. By a day: from the beginning of the year on.
        Every::Year { month: Some(due), day } if i8::try_from(*due) == Ok(month) => {
            (if day.is_some() { month - 1 } else { 0 }, *day)
        }
        Every::Year { month: None, .. } if month == 12 => (11, None),
        _ => return None,
    };
    let end = Date::new(year, month, 1).ok()?.last_of_month();
    let last = match day.and_then(|day| i8::try_from(day).ok()) {
        Some(day) if day < end.day() => Date::new(year, month, day).ok()?,
        _ => end,
    };
    Some(Occurrence { first: Date::new(year, month - months_back, 1).ok()?, last })
}

/// A day of every week; where the week alone is said, until its Friday.
fn weekly(weekday: u8, from: Date, to: Date, on_day: bool) -> Vec<Occurrence> {
    let mut turns = Vec::new();
    let mut start = monday(from);
    while start <= to {
        let last = plus(start, i64::from(weekday) - 1);
        if last >= from && last <= to {
            turns.push(Occurrence { first: if on_day { last } else { start }, last });
        }
        let next = plus(start, 7);
        // At the end of the calendar no week follows.
        if next <= start {
            break;
        }
        start = next;
    }
    turns
}

fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

/// The English two letters that calendars name a weekday by; 1 is Monday.
pub fn weekday_letters(weekday: u8) -> &'static str {
    match i8::try_from(weekday).ok().and_then(|day| Weekday::from_monday_one_offset(day).ok()) {
        Some(Weekday::Monday) => "MO",
        Some(Weekday::Tuesday) => "TU",
        Some(Weekday::Wednesday) => "WE",
        Some(Weekday::Thursday) => "TH",
        Some(Weekday::Saturday) => "SA",
        Some(Weekday::Sunday) => "SU",
        _ => "FR",
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::id::Id;
    use crate::syntax::deadline::parse_schedule;

    fn last_days(text: &str, from: Date, to: Date) -> Vec<String> {
        let every = parse_schedule(text, &Id::new("NJ-03")).every;
        due_between(&every, from, to).iter().map(|turn| turn.last.to_string()).collect()
    }

    #[test]
    fn turns_fall_due_where_people_expect_them() {
        let (from, to) = (date(2026, 2, 2), date(2026, 4, 30));
        assert_eq!(
            last_days("每周五17:00", date(2026, 2, 2), date(2026, 2, 15)),
            ["2026-02-06", "2026-02-13"]
        );
        assert_eq!(last_days("每月10日前", from, to), ["2026-02-10", "2026-03-10", "2026-04-10"]);
        assert_eq!(last_days("每月", from, to), ["2026-02-28", "2026-03-31", "2026-04-30"]);
        assert_eq!(last_days("每月31日", from, to), ["2026-02-28", "2026-03-31", "2026-04-30"]);
        assert_eq!(last_days("每季度首周", from, to), ["2026-04-07"]);
        assert_eq!(last_days("每季度", from, to), ["2026-03-31"]);
        assert_eq!(last_days("每年3月", from, to), ["2026-03-31"]);
        assert_eq!(last_days("每半年", date(2026, 1, 1), date(2026, 12, 31)), ["2026-06-30", "2026-12-31"]);
        assert!(last_days("每日", from, to).is_empty());
        assert!(last_days("择机", from, to).is_empty());
    }

    #[test]
    fn a_turn_begins_with_its_period() {
        let every = parse_schedule("每年6月30日前", &Id::new("NJ-03")).every;
        let turns = due_between(&every, date(2026, 1, 1), date(2026, 12, 31));
        assert_eq!(turns, [Occurrence { first: date(2026, 1, 1), last: date(2026, 6, 30) }]);
        assert_eq!(monday(date(2026, 1, 4)), date(2025, 12, 29));
    }
}

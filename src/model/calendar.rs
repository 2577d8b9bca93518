//! The working-day calendar: which days are worked, and counting in working days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::syntax::data::calendar::{CalendarYear, Holiday, is_weekend};

/// The days off and make-up working days of all years that a handbook has the arrangements of.
///
/// Outside those years only weekends are known: see [`Calendar::covers`].
#[derive(Debug, Default)]
pub struct Calendar {
    years: BTreeMap<i16, YearCalendar>,
    /// What each arranged day is: the name of its holiday, or `None` for a make-up working day.
    arranged: BTreeMap<Date, Option<String>>,
}

/// The arrangement for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearCalendar {
    /// The year. Its arrangement may begin in December of the year before.
    pub year: i16,
    /// Number of the notice that arranges it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its holidays, by their first day.
    pub holidays: Vec<Holiday>,
    /// Its Saturdays and Sundays that are worked, in order.
    #[schemars(with = "Vec<String>")]
    pub make_up_days: Vec<Date>,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Monday to Friday, nothing arranged.
    Workday,
    /// Saturday or Sunday, nothing arranged.
    Weekend,
    /// A day off by arrangement, with the name of its holiday; some of them are weekend days.
    Holiday(&'a str),
    /// A Saturday or Sunday that is worked.
    MakeUp,
}

impl DayKind<'_> {
    /// Whether people work on such a day.
    pub fn is_workday(self) -> bool {
        matches!(self, Self::Workday | Self::MakeUp)
    }
}

impl Calendar {
    /// The calendar of these years. When two arrangements name a day, the later one holds.
    pub fn new(years: Vec<CalendarYear>) -> Self {
        let mut calendar = Self::default();
        for CalendarYear { year, number, mut holidays, workdays: mut make_up_days, .. } in years {
            holidays.sort_by_key(|holiday| holiday.from);
            make_up_days.sort();
            for holiday in &holidays {
                calendar.arranged.extend(holiday.days().map(|day| (day, Some(holiday.name.clone()))));
            }
            calendar.arranged.extend(make_up_days.iter().map(|&day| (day, None)));
            calendar.years.insert(year, YearCalendar { year, number, holidays, make_up_days });
        }
        calendar
    }

    /// The arrangements, by year.
    pub fn years(&self) -> impl Iterator<Item = &YearCalendar> {
        self.years.values()
    }

    /// Whether the arrangement of the day's year is known. Where it is not, holidays count as
    /// working days and make-up days as weekends, and whoever shows a result has to say so.
    ///
    /// The last days of the last known year are covered, although the next notice may still
    /// rearrange them for New Year.
    pub fn covers(&self, day: Date) -> bool {
        self.years.contains_key(&day.year())
    }

    /// Whether every day from `from` to `to` is covered, both included: then a count of working days
    /// between them can be relied on.
    pub fn covers_all(&self, from: Date, to: Date) -> bool {
        (from.year()..=to.year()).all(|year| self.years.contains_key(&year))
    }

    /// What a day is.
    pub fn kind(&self, day: Date) -> DayKind<'_> {
        match self.arranged.get(&day) {
            Some(Some(holiday)) => DayKind::Holiday(holiday),
            Some(None) => DayKind::MakeUp,
            None if is_weekend(day) => DayKind::Weekend,
            None => DayKind::Workday,
        }
    }

    /// Whether a day is worked.
    pub fn is_workday(&self, day: Date) -> bool {
        self.kind(day).is_workday()
    }

    /// The `n`-th working day after `from`. The day of `from` itself never counts, worked or not,
    /// just as a legal term runs from the day after the event. For `n` = 0 it is `from` itself, even
    /// when that is a day off: what is due at once is not put off.
    ///
    /// Never beyond the last day of the year 9999.
    pub fn add_workdays(&self, from: Date, n: u32) -> Date {
        self.walk(from, n, Date::tomorrow)
    }

    /// The `n`-th working day before `from`; the rest as for [`Calendar::add_workdays`]. Never before
    /// the first day that there is.
    pub fn subtract_workdays(&self, from: Date, n: u32) -> Date {
        self.walk(from, n, Date::yesterday)
    }

    /// Steps from day to day until `n` working days are passed or time ends.
    fn walk(&self, from: Date, n: u32, step: impl Fn(Date) -> Result<Date, jiff::Error>) -> Date {
        let mut day = from;
        let mut left = n;
        while left > 0 {
            let Ok(next) = step(day) else { break };
            day = next;
            left -= u32::from(self.is_workday(day));
        }
        day
    }

    /// How many working days there are after `from`, up to and with `to`; 0 when `to` is not after
    /// `from`. It undoes [`Calendar::add_workdays`].
    pub fn workdays_between(&self, from: Date, to: Date) -> u32 {
        let mut day = from;
        let mut count = 0;
        while day < to {
            // A day before another has a day after it.
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += u32::from(self.is_workday(day));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::syntax::data::calendar;
    use crate::yaml;

    /// The manual's own calendar: 2024 to 2026 as arranged by the State Council.
    fn calendar() -> Calendar {
        let file: Arc<str> = "calendar.yaml".into();
        let (node, mut diagnostics) = yaml::parse(include_str!("../../handbook/calendar.yaml"), &file, 0);
        let years = calendar::read(&node.expect("YAML"), &file, &mut diagnostics);
        assert_eq!(diagnostics, []);
        Calendar::new(years)
    }

    /// The first, second, third … working day after `from` must be these days (month, day) of `year`.
    fn assert_due(from: Date, year: i16, due: &[(i8, i8)]) {
        let calendar = calendar();
        for (n, &(month, day)) in (1..).zip(due) {
            assert_eq!(
                calendar.add_workdays(from, n),
                date(year, month, day),
                "{n} working days after {from}"
            );
        }
    }

    #[test]
    fn due_dates_across_national_day_2025() {
        // Off 1 to 8 October, Mid-Autumn inside; Sunday 28 September and Saturday 11 October are worked.
        let due = [(9, 28), (9, 29), (9, 30), (10, 9), (10, 10), (10, 11), (10, 13)];
        assert_due(date(2025, 9, 26), 2025, &due);
        // From within the holiday.
        assert_due(date(2025, 10, 3), 2025, &due[3..]);
    }

    #[test]
    fn due_dates_across_national_day_2026() {
        // Off 25 to 27 September (Mid-Autumn) and 1 to 7 October; Saturday 10 October is worked.
        let due = [(9, 28), (9, 29), (9, 30), (10, 8), (10, 9), (10, 10), (10, 12)];
        assert_due(date(2026, 9, 24), 2026, &due);
        // Sunday 20 September is worked.
        assert_due(date(2026, 9, 18), 2026, &[(9, 20), (9, 21), (9, 22), (9, 23), (9, 24), (9, 28)]);
    }

    #[test]
    fn due_dates_across_spring_festival_2025() {
        // Off 28 January to 4 February; Sunday 26 January and Saturday 8 February are worked.
        let due = [(1, 26), (1, 27), (2, 5), (2, 6), (2, 7), (2, 8), (2, 10)];
        assert_due(date(2025, 1, 24), 2025, &due);
    }

    #[test]
    fn due_dates_across_spring_festival_2026() {
        // Off 15 to 23 February; Saturdays 14 and 28 February are worked.
        let due = [(2, 13), (2, 14), (2, 24), (2, 25), (2, 26), (2, 27), (2, 28), (3, 2)];
        assert_due(date(2026, 2, 12), 2026, &due);
    }

    #[test]
    fn due_dates_across_the_turn_of_the_year() {
        // Off 1 to 3 January 2026; Sunday 4 January is worked.
        assert_due(date(2025, 12, 31), 2026, &[(1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 12)]);
    }

    #[test]
    fn a_due_date_falls_on_a_make_up_saturday() {
        let calendar = calendar();
        let due = calendar.add_workdays(date(2026, 5, 4), 4);
        assert_eq!(due, date(2026, 5, 9));
        assert_eq!(calendar.kind(due), DayKind::MakeUp);
        assert_eq!(calendar.subtract_workdays(date(2026, 5, 11), 1), due);
        // Back over both autumn holidays: 30, 29, 28, 24 and 23 September.
        assert_eq!(calendar.subtract_workdays(date(2026, 10, 8), 5), date(2026, 9, 23));
    }

    #[test]
    fn the_day_itself_never_counts_and_nothing_added_stays() {
        let calendar = calendar();
        let (monday, holiday) = (date(2026, 3, 2), date(2026, 10, 3));
        assert_eq!(calendar.add_workdays(monday, 1), date(2026, 3, 3));
        assert_eq!(calendar.add_workdays(monday, 0), monday);
        assert_eq!(calendar.add_workdays(holiday, 0), holiday);
        assert_eq!(calendar.workdays_between(monday, monday), 0);
        assert_eq!(calendar.workdays_between(date(2026, 3, 6), monday), 0);
    }

    #[test]
    fn kinds_of_days() {
        let calendar = calendar();
        assert_eq!(calendar.kind(date(2025, 10, 6)), DayKind::Holiday("国庆节、中秋节"));
        assert_eq!(calendar.kind(date(2026, 10, 3)), DayKind::Holiday("国庆节"));
        assert_eq!(calendar.kind(date(2026, 10, 11)), DayKind::Weekend);
        assert_eq!(calendar.kind(date(2026, 10, 12)), DayKind::Workday);
    }

    #[test]
    fn whole_years_have_as_many_working_days_as_other_calendars_count() {
        let calendar = calendar();
        let count = |year| calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!([count(2024), count(2025), count(2026)], [251, 248, 248]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let calendar = calendar();
        assert!(calendar.covers(date(2024, 1, 1)) && calendar.covers(date(2026, 12, 31)));
        assert!(!calendar.covers(date(2023, 12, 31)) && !calendar.covers(date(2027, 1, 1)));
        assert!(calendar.covers_all(date(2025, 12, 31), date(2026, 1, 4)));
        assert!(!calendar.covers_all(date(2026, 12, 31), date(2027, 1, 4)));
        // A holiday every year, but nobody has said so yet.
        assert_eq!(calendar.kind(date(2027, 10, 1)), DayKind::Workday);
        assert_eq!(calendar.kind(date(2027, 10, 2)), DayKind::Weekend);
        assert!(!Calendar::default().covers(date(2026, 1, 1)));
    }

    #[test]
    fn an_arrangement_reaches_into_the_december_before() {
        let name = "元旦".to_owned();
        let holiday = Holiday { name, from: date(2026, 12, 31), to: date(2027, 1, 2) };
        let file: Arc<str> = "calendar.yaml".into();
        let calendar = Calendar::new(vec![CalendarYear {
            year: 2027,
            number: None,
            holidays: vec![holiday],
            workdays: vec![date(2026, 12, 27)],
            span: crate::diagnostic::Span::new(&file, 0..0),
        }]);
        assert_eq!(calendar.kind(date(2026, 12, 31)), DayKind::Holiday("元旦"));
        assert_eq!(calendar.add_workdays(date(2026, 12, 25), 1), date(2026, 12, 27));
        assert!(!calendar.covers(date(2026, 12, 31)));
    }

    #[test]
    fn time_ends() {
        assert_eq!(calendar().add_workdays(date(9999, 12, 30), u32::MAX), Date::MAX);
        assert_eq!(calendar().subtract_workdays(Date::MIN, 1), Date::MIN);
    }

    #[test]
    fn the_exported_form_names_holidays_and_make_up_days() {
        let calendar = calendar();
        let year = calendar.years().find(|year| year.year == 2026).map(serde_json::to_value);
        let year = year.expect("2026").expect("JSON");
        assert_eq!(
            year["holidays"][0],
            serde_json::json!({"name": "元旦", "from": "2026-01-01", "to": "2026-01-03"})
        );
        assert_eq!(year["make_up_days"][0], "2026-01-04");
        assert!(year.get("number").is_none());
    }

    /// A day from 2023 to 2028: the known years and some on either side.
    fn any_day() -> impl Strategy<Value = Date> {
        (0_i64..6 * 365).prop_map(|n| date(2023, 1, 1) + jiff::Span::new().days(n))
    }

    proptest! {
        #[test]
        fn adding_then_counting_gives_the_number(from in any_day(), n in 0_u32..400) {
            let calendar = calendar();
            let due = calendar.add_workdays(from, n);
            prop_assert_eq!(calendar.workdays_between(from, due), n);
            // The due day is the first that has them all: it is worked itself.
            prop_assert!(n == 0 || calendar.is_workday(due));
        }

        #[test]
        fn a_later_start_is_never_due_earlier(a in any_day(), b in any_day(), n in 0_u32..200) {
            let calendar = calendar();
            let (early, late) = (a.min(b), a.max(b));
            prop_assert!(calendar.add_workdays(early, n) <= calendar.add_workdays(late, n));
        }

        #[test]
        fn more_days_are_due_later(from in any_day(), n in 0_u32..200, more in 1_u32..200) {
            let calendar = calendar();
            prop_assert!(calendar.add_workdays(from, n) < calendar.add_workdays(from, n + more));
        }

        #[test]
        fn adding_in_two_goes_is_adding_at_once(from in any_day(), n in 0_u32..100, m in 0_u32..100) {
            let calendar = calendar();
            let halfway = calendar.add_workdays(from, n);
            prop_assert_eq!(calendar.add_workdays(halfway, m), calendar.add_workdays(from, n + m));
        }

        #[test]
        fn going_back_undoes_going_forward(from in any_day(), n in 0_u32..200) {
            let calendar = calendar();
            prop_assume!(calendar.is_workday(from));
            prop_assert_eq!(calendar.subtract_workdays(calendar.add_workdays(from, n), n), from);
        }

        #[test]
        fn counts_add_up(a in any_day(), b in any_day(), c in any_day()) {
            let calendar = calendar();
            let mut days = [a, b, c];
            days.sort();
            let [a, b, c] = days;
            let count = |from, to| calendar.workdays_between(from, to);
            prop_assert_eq!(count(a, b) + count(b, c), count(a, c));
        }
    }
}

//! `calendar.yaml`: the holidays and make-up working days of each year.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Span};
use crate::rule;
use crate::yaml::{Key, Mapping, Node, Spanned, Value};

/// The arrangement for one year, as its notice gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// 年
    pub year: i16,
    /// 文号: number of the notice.
    pub number: Option<String>,
    /// 放假, in the order of the file.
    pub holidays: Vec<Holiday>,
    /// 上班: Saturdays and Sundays that are worked, in the order of the file.
    pub workdays: Vec<Date>,
    /// Where it is defined.
    pub span: Span,
}

/// Days off in one piece, weekends among them included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// 名称
    pub name: String,
    /// 自: the first day off.
    #[schemars(with = "String")]
    pub from: Date,
    /// 至: the last day off.
    #[schemars(with = "String")]
    pub to: Date,
}

impl Holiday {
    /// Every day of it, in order.
    pub fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let to = self.to;
        self.from.series(jiff::Span::new().days(1)).take_while(move |&day| day <= to)
    }
}

const YEAR: Key = ("年", "year");
const NUMBER: Key = ("文号", "number");
const HOLIDAYS: Key = ("放假", "holidays");
const WORKDAYS: Key = ("上班", "workdays");
const NAME: Key = ("名称", "name");
const FROM: Key = ("自", "from");
const TO: Key = ("至", "to");

/// Years a handbook can speak of; anything else is a slip.
const YEARS: RangeInclusive<i16> = 1949..=2999;

/// Each day that an arrangement names, and where.
type Named = BTreeMap<Date, Span>;

/// Reads the list of years and sorts them. What is missing or wrong is reported and left out, except
/// that holidays which overlap are kept.
pub fn read(node: &Node, file: &Arc<str>, diagnostics: &mut Vec<Diagnostic>) -> Vec<CalendarYear> {
    let Value::Sequence(items) = &node.value else {
        let message = "日历应是一个列表，每年一项";
        diagnostics.push(
            Diagnostic::new(rule::WRONG_SHAPE, Span::new(file, node.span.clone()), message)
                .help("每项以「- 年: 2026」开头，下面写 放假 和 上班"),
        );
        return Vec::new();
    };
    let mut years = BTreeMap::new();
    let mut named = Named::new();
    for item in items {
        if let Some(map) = Mapping::new(item, file, "日历的一项", diagnostics) {
            read_year(map, &mut years, &mut named);
        }
    }
    years.into_values().collect()
}

fn read_year(mut map: Mapping<'_>, years: &mut BTreeMap<i16, CalendarYear>, named: &mut Named) {
    let Some((year, span)) = year(&mut map) else { return };
    if let Some(first) = years.get(&year) {
        let message = format!("{year}年写了两次");
        let diagnostic = Diagnostic::new(rule::CALENDAR_DATE, span, message)
            .help("两处并成一项")
            .related(first.span.clone(), "第一次在这里");
        map.report(diagnostic);
        return;
    }
    let number = map.text(NUMBER).map(|number| number.value);
    let holidays = read_holidays(&mut map, year, named);
    let workdays = read_workdays(&mut map, year, named);
    map.finish();
    years.insert(year, CalendarYear { year, number, holidays, workdays, span });
}

fn year(map: &mut Mapping<'_>) -> Option<(i16, Span)> {
    let text = map.required(YEAR)?;
    let span = Span::new(map.file(), text.span);
    match text.value.parse() {
        Ok(year) if YEARS.contains(&year) => Some((year, span)),
        _ => {
            let message = format!("「年」不能是「{}」", text.value);
            map.report(Diagnostic::new(rule::BAD_VALUE, span, message).help("写四位数字，如 2026"));
            None
        }
    }
}

fn read_holidays(map: &mut Mapping<'_>, year: i16, named: &mut Named) -> Vec<Holiday> {
    let file = map.file().clone();
    let mut holidays = Vec::new();
    let Some(items) = items(map, HOLIDAYS) else {
        map.missing(HOLIDAYS);
        return holidays;
    };
    for item in items {
        let mut found = Vec::new();
        if let Some(inner) = Mapping::new(item, &file, "放假的一项", &mut found) {
            holidays.extend(read_holiday(inner, year, named));
        }
        for diagnostic in found {
            map.report(diagnostic);
        }
    }
    holidays
}

fn read_holiday(mut map: Mapping<'_>, year: i16, named: &mut Named) -> Option<Holiday> {
    let name = map.required(NAME);
    let from = required_date(&mut map, FROM, year);
    let to = required_date(&mut map, TO, year);
    let mut holiday = None;
    if let (Some(name), Some(from), Some(to)) = (name, from, to) {
        let span = Span::new(map.file(), from.span.start..to.span.end.max(from.span.end));
        if to.value < from.value {
            let message = format!("「{}」在开始之前就结束了：自 {} 至 {}", name.value, from.value, to.value);
            map.report(
                Diagnostic::new(rule::CALENDAR_DATE, span, message)
                    .help("自 写第一天，至 写最后一天，只放一天的写同一天"),
            );
        } else {
            let found = Holiday { name: name.value, from: from.value, to: to.value };
            claim(&mut map, found.days(), &span, named);
            holiday = Some(found);
        }
    }
    map.finish();
    holiday
}

fn read_workdays(map: &mut Mapping<'_>, year: i16, named: &mut Named) -> Vec<Date> {
    let mut workdays = Vec::new();
    for item in items(map, WORKDAYS).unwrap_or_default() {
        let Some(day) = date(map, item, WORKDAYS, year) else { continue };
        let span = Span::new(map.file(), day.span);
        if !claim(map, std::iter::once(day.value), &span, named) {
            continue;
        }
        if is_weekend(day.value) {
            workdays.push(day.value);
        } else {
            let message = format!("{}是{}，本来就上班", day.value, weekday(day.value));
            map.report(
                Diagnostic::new(rule::CALENDAR_DATE, span, message)
                    .help("上班 只写调休要上班的周六、周日；核对是哪一天"),
            );
        }
    }
    workdays
}

/// The nodes of a list, if the key is there; anything but a list is reported and counts as empty.
fn items<'a>(map: &mut Mapping<'a>, key: Key) -> Option<&'a [Node]> {
    let node = map.node(key)?;
    if let Value::Sequence(items) = &node.value {
        return Some(items);
    }
    let span = Span::new(map.file(), node.span.clone());
    map.report(
        Diagnostic::new(rule::WRONG_SHAPE, span, format!("「{}」应是一个列表", key.0))
            .help("每行一项，以减号加空格开头；或写在 [ ] 里，用半角逗号隔开"),
    );
    Some(&[])
}

fn required_date(map: &mut Mapping<'_>, key: Key, year: i16) -> Option<Spanned<Date>> {
    match map.node(key) {
        Some(node) => date(map, node, key, year),
        None => {
            map.missing(key);
            None
        }
    }
}

/// A quoted date that the arrangement for `year` may name.
fn date(map: &mut Mapping<'_>, node: &Node, key: Key, year: i16) -> Option<Spanned<Date>> {
    let text = map.scalar(node, key.0)?;
    let span = Span::new(map.file(), text.span.clone());
    let day = match text.value.parse::<Date>() {
        // Ten characters: the parser also takes other ISO forms, which people mistake for each other.
        Ok(day) if text.value.len() == 10 => day,
        _ => {
            let message = format!("「{}」不是日期", text.value);
            map.report(
                Diagnostic::new(rule::CALENDAR_DATE, span, message)
                    .help("写成四位年、两位月、两位日，而且真有这一天，如 \"2026-01-01\""),
            );
            return None;
        }
    };
    if matches!(node.value, Value::Scalar { quoted: false, .. }) {
        let message = format!("「{}」里的日期没有加引号", key.0);
        map.report(
            Diagnostic::new(rule::UNQUOTED_SCALAR, span.clone(), message)
                .label("别的程序会把它当成别的类型")
                .help(format!("写成 \"{}\"", text.value)),
        );
    }
    if !belongs(day, year) {
        let message = format!("{day}不属于{year}年的安排");
        map.report(
            Diagnostic::new(rule::CALENDAR_DATE, span, message)
                .label(format!("只能是{year}年的日子，或上年12月的日子"))
                .help("核对年份；别的年份的日子写在那一年的一项里"),
        );
        return None;
    }
    Some(Spanned { value: day, span: text.span })
}

/// New Year's arrangements reach back into the December before; none reaches into the next year.
fn belongs(day: Date, year: i16) -> bool {
    day.year() == year || (day.year() == year - 1 && day.month() == 12)
}

/// Notes that the arrangement at `span` names these days, and reports the first that is named
/// already. Whether all of them were free.
fn claim(map: &mut Mapping<'_>, days: impl Iterator<Item = Date>, span: &Span, named: &mut Named) -> bool {
    let mut taken = None;
    for day in days {
        match named.get(&day) {
            Some(first) => taken = taken.or_else(|| Some((day, first.clone()))),
            None => {
                named.insert(day, span.clone());
            }
        }
    }
    let Some((day, first)) = taken else { return true };
    let diagnostic = Diagnostic::new(rule::CALENDAR_DATE, span.clone(), format!("{day}写了两次"))
        .help("一天只能在一处出现：放假，或者上班")
        .related(first, "第一次在这里");
    map.report(diagnostic);
    false
}

/// Whether a day is a Saturday or a Sunday.
pub fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    /// What is read, and each finding as `code 「text at its place」 message`.
    fn read_text(text: &str) -> (Vec<CalendarYear>, Vec<String>) {
        let file: Arc<str> = "calendar.yaml".into();
        let (node, mut diagnostics) = yaml::parse(text, &file, 0);
        let years = node.map(|node| read(&node, &file, &mut diagnostics)).unwrap_or_default();
        let found = diagnostics
            .iter()
            .map(|d| format!("{} 「{}」 {}", d.rule.code, &text[d.span.range()], d.message))
            .collect();
        (years, found)
    }

    /// The findings in a year 2026 with these lines.
    fn findings(lines: &str) -> Vec<String> {
        read_text(&format!("- 年: 2026\n{lines}")).1
    }

    #[test]
    fn a_year_is_read_whole() {
        let (years, found) = read_text(concat!(
            "- 年: 2026\n  文号: 某〔2025〕1号\n  放假: [{ 名称: 元旦, 自: '2026-01-01', 至: '2026-01-03' }]\n",
            "  上班: ['2026-01-04']\n",
            "- year: 2025\n  holidays:\n    - { name: New Year, from: '2025-01-01', to: '2025-01-01' }\n",
        ));
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(years.iter().map(|y| y.year).collect::<Vec<_>>(), [2025, 2026]);
        assert_eq!(years[1].number.as_deref(), Some("某〔2025〕1号"));
        assert_eq!(years[1].holidays[0].days().map(|d| d.day()).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(years[1].workdays, [jiff::civil::date(2026, 1, 4)]);
        assert!(years[0].workdays.is_empty());
    }

    #[test]
    fn the_calendar_of_the_manual_has_no_findings() {
        let (years, found) = read_text(include_str!("../../../handbook/calendar.yaml"));
        assert_eq!(found, Vec::<String>::new());
        assert!(years.iter().all(|year| !year.holidays.is_empty() && !year.workdays.is_empty()));
    }

    #[test]
    fn a_day_that_does_not_exist_is_found() {
        let found =
            findings("  放假: [{ 名称: 春节, 自: '2026-02-28', 至: '2026-02-29' }]\n  上班: ['2026-1-4']\n");
        assert_eq!(
            found,
            ["SH0508 「'2026-02-29'」 「2026-02-29」不是日期", "SH0508 「'2026-1-4'」 「2026-1-4」不是日期"]
        );
    }

    #[test]
    fn a_day_of_another_year_is_found_but_the_december_before_belongs() {
        let good = "  放假: [{ 名称: 元旦, 自: '2025-12-31', 至: '2026-01-02' }]\n  上班: ['2025-12-28']\n";
        assert_eq!(findings(good), Vec::<String>::new());
        let bad = "  放假: []\n  上班: ['2025-11-30', '2027-01-03']\n";
        assert_eq!(
            findings(bad),
            [
                "SH0508 「'2025-11-30'」 2025-11-30不属于2026年的安排",
                "SH0508 「'2027-01-03'」 2027-01-03不属于2026年的安排"
            ]
        );
    }

    #[test]
    fn a_day_named_twice_is_found() {
        let found = findings(concat!(
            "  放假:\n    - { 名称: 中秋节, 自: '2026-10-01', 至: '2026-10-03' }\n",
            "    - { 名称: 国庆节, 自: '2026-10-02', 至: '2026-10-07' }\n",
            "  上班: ['2026-10-04', '2026-10-10', '2026-10-10']\n",
        ));
        assert_eq!(
            found,
            [
                "SH0508 「'2026-10-02', 至: '2026-10-07'」 2026-10-02写了两次",
                "SH0508 「'2026-10-04'」 2026-10-04写了两次",
                "SH0508 「'2026-10-10'」 2026-10-10写了两次"
            ]
        );
    }

    #[test]
    fn a_year_named_twice_is_found() {
        let (years, found) = read_text("- 年: 2026\n  放假: []\n- 年: 2026\n  放假: []\n");
        assert_eq!(years.len(), 1);
        assert_eq!(found, ["SH0508 「2026」 2026年写了两次"]);
    }

    #[test]
    fn an_interval_that_ends_before_it_begins_is_found() {
        let found = findings("  放假: [{ 名称: 春节, 自: '2026-02-23', 至: '2026-02-15' }]\n");
        assert_eq!(
            found,
            [
                "SH0508 「'2026-02-23', 至: '2026-02-15'」 「春节」在开始之前就结束了：自 2026-02-23 至 2026-02-15"
            ]
        );
    }

    #[test]
    fn a_make_up_day_on_an_ordinary_weekday_is_found() {
        let (years, found) = read_text("- 年: 2026\n  放假: []\n  上班: ['2026-01-05', '2026-01-10']\n");
        assert_eq!(found, ["SH0508 「'2026-01-05'」 2026-01-05是周一，本来就上班"]);
        assert_eq!(years[0].workdays, [jiff::civil::date(2026, 1, 10)]);
    }

    #[test]
    fn wrong_shapes_are_found() {
        let codes = |text: &str| -> Vec<String> {
            read_text(text)
                .1
                .iter()
                .map(|found| found.split(' ').take(2).collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(codes("2026"), ["SH0208 「2026」"]);
        assert_eq!(codes("- 2026\n"), ["SH0208 「2026」"]);
        assert_eq!(codes("- 放假: []\n"), ["SH0206 「放假」"]);
        assert_eq!(codes("- 年: 26\n  放假: []\n"), ["SH0207 「26」"]);
        assert_eq!(codes("- 年: 2026\n"), ["SH0206 「年」"]);
        assert_eq!(codes("- 年: 2026\n  放假: 元旦\n"), ["SH0208 「元旦」"]);
        assert_eq!(codes("- 年: 2026\n  放假: []\n  上版: []\n"), ["SH0205 「上版」"]);
        assert_eq!(codes("- 年: 2026\n  放假: []\n  上班: [2026-01-04]\n"), ["SH0211 「2026-01-04」"]);
        assert_eq!(codes("- 年: 2026\n  放假: [{ 名称: 元旦, 自: '2026-01-01' }]\n"), ["SH0206 「{"]);
    }
}

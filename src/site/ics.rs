//! The year's schedule as a calendar that other programs subscribe to (RFC 5545). Every event lies on
//! the last day on which its thing is in time; what comes more often than weekly is left to the page.

use jiff::civil::Date;

use super::link;
use super::place::Place;
use super::view::schedule::{Recurring, What, recurring, recurring_for};
use crate::id::Id;
use crate::model::{due_between, weekday_letters};
use crate::syntax::deadline::Every;
use crate::syntax::mark;

/// Octets of a line, its end left out.
const LINE: usize = 75;

/// The calendar of everybody, or of one role.
pub fn feed(place: &Place<'_>, role: Option<&Id>, out: &mut Vec<u8>) {
    let config = &place.handbook.config;
    let whose = role.and_then(|id| place.handbook.roles.get(id)).map(|role| format!(" · {}", role.title));
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:-//shouce//{}//ZH", value(&config.id)),
        "CALSCALE:GREGORIAN".to_owned(),
        format!(
            "X-WR-CALNAME:{}{}",
            value(&config.title),
            whose.map(|whose| value(&whose)).unwrap_or_default()
        ),
        "X-WR-TIMEZONE:Asia/Shanghai".to_owned(),
    ];
    match role {
        Some(role) => recurring_for(place, role).for_each(|one| event(place, &one, &mut lines)),
        None => recurring(place).for_each(|one| event(place, &one, &mut lines)),
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().for_each(|line| fold(line, out));
}

fn event(place: &Place<'_>, one: &Recurring<'_>, lines: &mut Vec<String>) {
    let Some(rule) = rule(&one.schedule.every) else { return };
    let from = one.norm.effective;
    let to = from.saturating_add(jiff::Span::new().years(1));
    let Some(first) = due_between(&one.schedule.every, from, to).first().map(|turn| turn.last) else {
        return;
    };
    let (id, what, address) = match one.what {
        What::Planned(index, entry) => {
            (format!("{}-{index}", one.norm.id), &entry.what, format!("{}/", one.norm.id))
        }
        What::Clause(clause) => {
            (clause.id.to_string(), &clause.text, format!("{}/#{}", one.norm.id, clause.number))
        }
    };
    let titles = one.roles().into_iter().filter_map(|id| place.handbook.roles.get(id));
    let who = titles.map(|role| role.title.as_str()).collect::<Vec<_>>().join("、");
    let what = plain(place, what);
    lines.push("BEGIN:VEVENT".to_owned());
    lines.push(format!("UID:{}@{}", value(&id), value(&place.handbook.config.id)));
    lines.push(format!("DTSTAMP:{}T000000Z", compact(from)));
    lines.push(format!("DTSTART;VALUE=DATE:{}", compact(first)));
    lines.push(format!("RRULE:{rule}"));
    lines.push(format!("SUMMARY:{}", value(&what)));
    let note = format!("{}；{who}；{} {}", one.schedule.text, one.norm.id, one.norm.title);
    lines.push(format!("DESCRIPTION:{}", value(&note)));
    lines.push("TRANSP:TRANSPARENT".to_owned());
    if let Some(base) = &place.options().base_url {
        lines.push(format!("URL:{}", link::absolute(base, &address)));
    }
    lines.push("END:VEVENT".to_owned());
}

/// A sentence as words alone, without its full stop.
pub fn plain(place: &Place<'_>, text: &str) -> String {
    place.handbook.with_values(&mark::without_marks(text)).trim_end_matches('。').to_owned()
}

/// Everything that falls due weekly or less often, for a browser that knows today where the page does
/// not: kind, month, day, when, what, who, address and number.
pub fn due(place: &Place<'_>, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let entries = recurring(place).filter_map(|one| {
        let (kind, month, day) = match one.schedule.every {
            Every::Month { day } => ("month", 0, day.unwrap_or(31)),
            Every::Quarter { first_week: true } => ("quarter", 1, 7),
            Every::Quarter { first_week: false } => ("quarter", 0, 31),
            Every::HalfYear => ("half-year", 0, 31),
            Every::Year { month, day } => ("year", month.unwrap_or(12), day.unwrap_or(31)),
            _ => return None,
        };
        let roles = one.roles().into_iter().filter_map(|id| place.handbook.roles.get(id));
        let who = roles.map(|role| role.title.as_str()).collect::<Vec<_>>().join("、");
        let (what, id) = match one.what {
            What::Planned(_, entry) => (&entry.what, &one.norm.id),
            What::Clause(clause) => (&clause.text, &clause.id),
        };
        let address = place.handbook.url(id)?;
        let address = address.trim_start_matches('/').to_owned();
        Some((kind, month, day, &one.schedule.text, plain(place, what), who, address, id.as_str()))
    });
    serde_json::to_writer(out, &entries.collect::<Vec<_>>())
}

/// The recurrence as calendars write it; `None` for what comes more often than weekly, or is not told
/// by the calendar alone.
fn rule(every: &Every) -> Option<String> {
    let month_day = |day: &Option<u8>| match day {
        // The thirty-first of a short month is its last day.
        Some(day) if *day < 29 => day.to_string(),
        _ => "-1".to_owned(),
    };
    Some(match every {
        Every::Week { weekday, .. } => format!("FREQ=WEEKLY;BYDAY={}", weekday_letters(weekday.unwrap_or(5))),
        Every::Month { day } => format!("FREQ=MONTHLY;BYMONTHDAY={}", month_day(day)),
        Every::Quarter { first_week: true } => "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=7".to_owned(),
        Every::Quarter { first_week: false } => "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1".to_owned(),
        Every::HalfYear => "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=-1".to_owned(),
        Every::Year { month, day } => {
            format!("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}", month.unwrap_or(12), month_day(day))
        }
        _ => return None,
    })
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// A text as a value: what would end it is escaped.
fn value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a line, broken where it is too long but never inside a character.
fn fold(line: &str, out: &mut Vec<u8>) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE {
            out.extend_from_slice(b"\r\n ");
            used = 1;
        }
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        used += c.len_utf8();
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Vec::new();
        fold(&"审".repeat(40), &mut out);
        let text = String::from_utf8_lossy(&out).into_owned();
        assert!(text.split("\r\n").all(|line| line.len() <= LINE), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), "审".repeat(40));
    }

    #[test]
    fn values_end_where_they_should() {
        assert_eq!(value("甲,乙;丙\\\n丁"), "甲\\,乙\\;丙\\\\\\n丁");
    }
}

//! What recurs: by how often, by month, and what falls due in one week.

use jiff::civil::Date;

use super::clause::{push_badge, roles};
use super::{Group, List, Table, role};
use crate::id::Id;
use crate::model::{Clause, DayKind, Norm, ScheduleEntry, due_between, monday};
use crate::site::place::Place;
use crate::site::{inline, prose};
use crate::syntax::deadline::{Every, Schedule};

/// The groups, in the order in which they are shown, each with its title.
const GROUPS: [&str; 11] = [
    "每件、每次",
    "每半日",
    "每日",
    "每工作日",
    "每周",
    "每月",
    "每季度",
    "每半年",
    "每年",
    "服务季与事件前后",
    "人工安排",
];

/// Columns of every table of what recurs.
const COLUMNS: [&str; 4] = ["时点", "事项", "谁", "出处"];

/// Something that recurs: planned by a norm, or a clause with a calendar of its own.
#[derive(Clone, Copy)]
pub struct Recurring<'a> {
    /// The norm.
    pub norm: &'a Norm,
    /// When.
    pub schedule: &'a Schedule,
    /// What.
    pub what: What<'a>,
}

/// What recurs.
#[derive(Clone, Copy)]
pub enum What<'a> {
    /// An entry of the norm's plan, by its place in it.
    Planned(usize, &'a ScheduleEntry),
    /// A clause.
    Clause(&'a Clause),
}

impl<'a> Recurring<'a> {
    /// The roles that have to see to it.
    pub fn roles(&self) -> Vec<&'a Id> {
        match self.what {
            What::Planned(..) => vec![&self.norm.owner],
            What::Clause(clause) => clause.roles.iter().map(|duty| &duty.role).collect(),
        }
    }

    /// Its cells: when, what, who, where it says so.
    fn cells(&self, place: &Place<'_>) -> Vec<String> {
        let when = inline::words(place, &self.schedule.text);
        match self.what {
            What::Planned(_, entry) => vec![
                when,
                inline::words(place, &entry.what),
                role(place, &self.norm.owner),
                place.titled(&self.norm.id),
            ],
            What::Clause(clause) => {
                let mut what = String::with_capacity(clause.text.len() + 128);
                push_badge(clause.modality, &mut what);
                prose::push(&place.of_norm(self.norm), &clause.content, &mut what);
                vec![when, what, roles(place, &clause.roles), place.anchor(&clause.id, clause.id.as_str())]
            }
        }
    }
}

/// Everything that recurs: what norms plan first, then clauses that the calendar alone tells the time of.
pub fn recurring<'a>(place: &Place<'a>) -> impl Iterator<Item = Recurring<'a>> + use<'a> {
    recurring_in(place.handbook.norms.values())
}

/// What recurs for a role.
pub fn recurring_for<'a>(place: &Place<'a>, role: &Id) -> impl Iterator<Item = Recurring<'a>> {
    let norms = &place.handbook.norms;
    let indices = place.site.norms_by_role(place.handbook).get(role);
    let own = indices.into_iter().flatten().filter_map(|&index| norms.get_index(index)).map(|(_, norm)| norm);
    recurring_in(own).filter(move |one| one.roles().contains(&role))
}

fn recurring_in<'a>(norms: impl Iterator<Item = &'a Norm> + Clone) -> impl Iterator<Item = Recurring<'a>> {
    let planned = norms.clone().flat_map(|norm| {
        norm.schedule.iter().enumerate().map(move |(index, entry)| Recurring {
            norm,
            schedule: &entry.schedule,
            what: What::Planned(index, entry),
        })
    });
    let clauses = norms.flat_map(|norm| norm.clauses().map(move |clause| (norm, clause)));
    let clauses = clauses.filter_map(|(norm, clause)| {
        let schedule = clause.schedule.as_ref().filter(|schedule| is_calendar(&schedule.every))?;
        Some(Recurring { norm, schedule, what: What::Clause(clause) })
    });
    planned.chain(clauses)
}

/// The page of everything that recurs.
pub fn page(place: &Place<'_>) -> List {
    let lead_html = format!(
        "到点要做的事，按多久一次排。时点写得不是固定格式的，列在最后的「人工安排」，由人排进日程。按月看，见<a href=\"{}\">年历</a>。",
        place.to("calendar/")
    );
    List {
        title: "周期事项".into(),
        lead_html,
        groups: by_frequency(place, recurring(place)),
        ..List::default()
    }
}

/// The groups of what norms plan (周期).
pub fn groups(place: &Place<'_>) -> Vec<Group> {
    by_frequency(place, recurring(place).filter(|one| matches!(one.what, What::Planned(..))))
}

/// Things that recur, a group for each frequency.
pub fn by_frequency<'a>(place: &Place<'a>, all: impl Iterator<Item = Recurring<'a>>) -> Vec<Group> {
    let mut tables: Vec<Table> = GROUPS.iter().map(|title| table(title)).collect();
    for one in all {
        tables[group(&one.schedule.every)].push("", one.cells(place));
    }
    let named = GROUPS.iter().zip(tables).filter(|(_, table)| !table.rows.is_empty());
    named.map(|(title, table)| Group { anchor: (*title).to_owned(), ..Group::new(*title, table) }).collect()
}

fn table(title: &str) -> Table {
    Table { cards: true, ..Table::new(title, &COLUMNS) }
}

/// The year by months: what falls due in each. What comes every week or month stands apart, once.
pub fn calendar(place: &Place<'_>) -> List {
    let mut months: Vec<Vec<(i8, Vec<String>)>> = vec![Vec::new(); 12];
    let mut counts = [0; 3];
    // A year without a leap day: its months have the days that people count on.
    let (first, last) = (Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
    for one in recurring(place) {
        match one.schedule.every {
            Every::Week { .. } => counts[0] += 1,
            Every::Month { .. } => counts[1] += 1,
            Every::Quarter { .. } => counts[2] += 1,
            Every::HalfYear | Every::Year { .. } => {
                for turn in due_between(&one.schedule.every, first, last) {
                    let (month, day) = (turn.last.month(), turn.last.day());
                    let mut cells = one.cells(place);
                    let when = format!(
                        "<time datetime=\"{month:02}-{day:02}\">{month}月{day}日</time><small>{}</small>",
                        cells[0]
                    );
                    cells[0] = when;
                    months[usize::try_from(month - 1).unwrap_or_default()].push((day, cells));
                }
            }
            _ => {}
        }
    }
    let mut groups = Vec::with_capacity(12);
    for (number, mut rows) in (1..).zip(months) {
        rows.sort_by_key(|(day, _)| *day);
        let title = format!("{number}月");
        let mut table =
            Table { cards: true, ..Table::new(title.clone(), &["最迟", "事项", "谁", "出处"]) };
        rows.into_iter().for_each(|(_, cells)| table.push("", cells));
        let lead_html = month_lead(place, number, counts);
        groups.push(Group { anchor: title.clone(), lead_html, ..Group::new(title, table) });
    }
    let lead_html = format!(
        "全年要办的事，按最迟哪一天排；每季、每月、每周的只报数，见<a href=\"{}\">周期事项</a>。可以<a href=\"{}\">订阅到日历</a>（.ics，含每周以上的全部事项；每个角色的页上有自己的一份）。",
        place.to("schedule/"),
        place.to("schedule.ics"),
    );
    List { title: "年历".into(), lead_html, groups, ..List::default() }
}

/// What comes round in every such month, and the days off that are known.
fn month_lead(place: &Place<'_>, month: i8, [weekly, monthly, quarterly]: [usize; 3]) -> String {
    let mut parts = Vec::new();
    let mut counted = |count: usize, title: &str| {
        if count > 0 {
            let href = place.to(&format!("schedule/#{title}"));
            parts.push(format!("<a href=\"{href}\">{title} {count} 项</a>"));
        }
    };
    if month % 3 == 0 {
        counted(quarterly, "每季度");
    }
    counted(monthly, "每月");
    counted(weekly, "每周");
    let mut out = parts.join("、");
    let days_off = place.handbook.calendar.years().last().map(|year| days_off(place, year.year, month));
    if let Some(days_off) = days_off.filter(|days| !days.is_empty()) {
        out.push_str(if out.is_empty() { "" } else { "。" });
        out.push_str(&days_off);
    }
    out
}

/// `2026年放假：元旦 1、2、3日；调休上班：4日`.
fn days_off(place: &Place<'_>, year: i16, month: i8) -> String {
    let Ok(first) = Date::new(year, month, 1) else { return String::new() };
    let (mut off, mut worked): (Vec<(&str, Vec<String>)>, Vec<String>) = Default::default();
    for day in (1..=first.days_in_month()).filter_map(|day| Date::new(year, month, day).ok()) {
        match place.handbook.calendar.kind(day) {
            DayKind::Holiday(name) => match off.last_mut().filter(|(last, _)| *last == name) {
                Some((_, days)) => days.push(day.day().to_string()),
                None => off.push((name, vec![day.day().to_string()])),
            },
            DayKind::MakeUp => worked.push(day.day().to_string()),
            _ => {}
        }
    }
    let mut out = String::new();
    for (name, days) in &off {
        out.push_str(if out.is_empty() { "" } else { "，" });
        out.push_str(&format!("{name} {}日", days.join("、")));
    }
    if !out.is_empty() {
        out = format!("{year}年放假：{}", crate::site::html::escaped(&out));
    }
    if !worked.is_empty() {
        out.push_str(if out.is_empty() { "" } else { "；" });
        out.push_str(&format!("调休上班：{}日", worked.join("、")));
    }
    out
}

/// What falls due in the week of a day, by its last day. What comes every week is left out.
pub fn week(place: &Place<'_>, today: Date) -> Table {
    let (from, to) = (monday(today), monday(today).saturating_add(jiff::Span::new().days(6)));
    let mut rows = Vec::new();
    for one in recurring(place).filter(|one| !matches!(one.schedule.every, Every::Week { .. })) {
        if let Some(turn) = due_between(&one.schedule.every, from, to).first() {
            let mut cells = one.cells(place);
            let (month, day) = (turn.last.month(), turn.last.day());
            cells[0] = format!(
                "<time datetime=\"{}\">{month}月{day}日</time><small>{}</small>",
                turn.last, cells[0]
            );
            rows.push((turn.last, cells));
        }
    }
    rows.sort_by_key(|(last, _)| *last);
    let mut table =
        Table { cards: true, ..Table::new("本周到期", &["最迟", "事项", "谁", "出处"]) };
    rows.into_iter().for_each(|(_, cells)| table.push("", cells));
    table
}

/// Index into [`GROUPS`].
fn group(every: &Every) -> usize {
    match every {
        Every::Case | Every::Time => 0,
        Every::HalfDay => 1,
        Every::Day { .. } => 2,
        Every::Workday { .. } => 3,
        Every::Week { .. } => 4,
        Every::Month { .. } => 5,
        Every::Quarter { .. } => 6,
        Every::HalfYear => 7,
        Every::Year { .. } => 8,
        Every::Season { .. } | Every::Event(_) => 9,
        Every::Manual => 10,
    }
}

/// Whether the calendar alone tells when it is due.
fn is_calendar(every: &Every) -> bool {
    !matches!(every, Every::Case | Every::Time | Every::Event(_) | Every::Manual)
}

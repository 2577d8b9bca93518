//! What recurs, by how often; what people arrange themselves stands apart.

use super::clause::{push_badge, roles};
use super::{Group, List, Table, role};
use crate::site::place::Place;
use crate::site::{inline, prose};
use crate::syntax::deadline::Every;

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

/// The page of everything that recurs: what norms plan, and clauses with a calendar of their own.
pub fn page(place: &Place<'_>) -> List {
    let mut tables = planned(place);
    for (norm, clause) in place.handbook.clauses() {
        let Some(schedule) = clause.schedule.as_ref().filter(|schedule| is_calendar(&schedule.every)) else {
            continue;
        };
        let here = place.of_norm(norm);
        let mut what = String::with_capacity(clause.text.len() + 128);
        push_badge(clause.modality, &mut what);
        prose::push(&here, &clause.content, &mut what);
        let id = place.anchor(&clause.id, clause.id.as_str());
        let when = inline::words(place, &schedule.text);
        tables[group(&schedule.every)].push("", vec![when, what, roles(place, &clause.roles), id]);
    }
    let lead_html =
        "到点要做的事，按多久一次排。时点写得不是固定格式的，列在最后的「人工安排」，由人排进日程。"
            .to_owned();
    List { title: "周期事项".into(), lead_html, groups: filled(tables), ..List::default() }
}

/// The groups of what norms plan (周期).
pub fn groups(place: &Place<'_>) -> Vec<Group> {
    filled(planned(place))
}

fn planned(place: &Place<'_>) -> Vec<Table> {
    let table = |title: &&str| Table::new(*title, &["时点", "事项", "谁", "出处"]);
    let mut tables: Vec<Table> = GROUPS.iter().map(table).collect();
    for norm in place.handbook.norms.values() {
        for entry in &norm.schedule {
            let cells = vec![
                inline::words(place, &entry.schedule.text),
                inline::words(place, &entry.what),
                role(place, &norm.owner),
                place.titled(&norm.id),
            ];
            tables[group(&entry.schedule.every)].push("", cells);
        }
    }
    tables
}

fn filled(tables: Vec<Table>) -> Vec<Group> {
    let named = GROUPS.iter().zip(tables).filter(|(_, table)| !table.rows.is_empty());
    named.map(|(title, table)| Group { anchor: (*title).to_owned(), ..Group::new(*title, table) }).collect()
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

//! A source of law: what it is, what cites it, and so what an amendment touches.

use std::collections::BTreeSet;

use super::clause::{push_badge, roles};
use super::{Field, Group, List, Table, push_field, titled_list};
use crate::id::Id;
use crate::model::{Clause, Norm, Source, Target};
use crate::site::place::Place;
use crate::site::{html, inline, prose};

/// The page of a source.
pub fn page(place: &Place<'_>, source: &Source) -> List {
    let cited = citing(place, source);
    let touched: BTreeSet<&Id> = cited.iter().map(|(_, clause)| &clause.id).collect();
    let groups = [
        ("norms", "以它为依据的规范", norms(place, source)),
        ("clauses", "引用它的条款", clauses(place, source, &cited)),
        ("items", "查这些条款的检查项", items(place, &touched)),
    ];
    let shown = groups.into_iter().filter(|(_, _, table)| !table.rows.is_empty());
    let groups = shown.map(|(anchor, title, table)| {
        let title = format!("{title}（{}）", table.rows.len());
        Group { anchor: anchor.to_owned(), ..Group::new(title, table.without_empty_columns()) }
    });
    List {
        title: format!("{} {}", source.id, source.title),
        lead_html: format!(
            "{}。它一改，下面这些都要看一遍。",
            inline::words(place, source.subject.trim_end_matches('。'))
        ),
        fields: fields(place, source),
        groups: groups.collect(),
    }
}

/// The clauses with a mark that names it.
fn citing<'a>(place: &Place<'a>, source: &Source) -> Vec<(&'a Norm, &'a Clause)> {
    let sources = place.handbook.backlinks.get(&source.id).unwrap_or_default();
    let clause = |id: &Id| match place.handbook.target(id)? {
        Target::Clause(norm, clause) => Some((norm, clause)),
        _ => None,
    };
    let marked = |(_, clause): &(&Norm, &Clause)| {
        clause.marks.iter().any(|mark| mark.reference.as_ref() == Some(&source.id))
    };
    sources.iter().filter_map(clause).filter(marked).collect()
}

fn fields(place: &Place<'_>, source: &Source) -> Vec<Field> {
    let mut fields = Vec::new();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    push_field(&mut fields, "文号", html::escaped(source.number.as_deref().unwrap_or_default()));
    push_field(&mut fields, "级别", source.rank.chinese().to_owned());
    push_field(&mut fields, "公布", day(source.published));
    push_field(&mut fields, "施行", day(source.effective));
    push_field(&mut fields, "登记状态", source.status.chinese().to_owned());
    push_field(&mut fields, "对过原文", inline::checked(place, source.checked_on));
    let caution = source.caution.as_deref().map(|text| inline::words(place, text));
    push_field(&mut fields, "提醒", caution.unwrap_or_default());
    fields
}

fn norms(place: &Place<'_>, source: &Source) -> Table {
    let mut table = Table {
        cards: true, ..Table::new("以它为依据的规范", &["规范", "对过原文", "主责"])
    };
    for norm in place.handbook.norms.values() {
        for basis in norm.basis.iter().filter(|basis| basis.source == source.id) {
            let checked = inline::checked(place, basis.checked_on);
            table.push("", vec![place.titled(&norm.id), checked, super::role(place, &norm.owner)]);
        }
    }
    table
}

fn clauses(place: &Place<'_>, source: &Source, cited: &[(&Norm, &Clause)]) -> Table {
    let columns = ["条款", "写的是", "引的条文", "文本", "对过原文", "谁"];
    let mut table = Table { cards: true, ..Table::new("引用它的条款", &columns) };
    for (norm, clause) in cited {
        let mut words = String::new();
        push_badge(clause.modality, &mut words);
        prose::push(&place.of_norm(norm), &clause.content, &mut words);
        let marks: Vec<_> =
            clause.marks.iter().filter(|mark| mark.reference.as_ref() == Some(&source.id)).collect();
        let joined = |texts: Vec<String>| {
            texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("、")
        };
        let cells = vec![
            place.anchor(&clause.id, clause.id.as_str()),
            words,
            joined(marks.iter().map(|mark| html::escaped(&mark.text)).collect()),
            joined(
                marks.iter().map(|mark| html::escaped(mark.version.as_deref().unwrap_or_default())).collect(),
            ),
            joined(marks.iter().map(|mark| inline::checked(place, mark.checked_on)).collect()),
            roles(place, &clause.roles),
        ];
        table.push("", cells);
    }
    table
}

fn items(place: &Place<'_>, clauses: &BTreeSet<&Id>) -> Table {
    let mut table = Table {
        cards: true, ..Table::new("查这些条款的检查项", &["检查项", "看什么", "查"])
    };
    // Items check clauses of their own norm.
    let norms: BTreeSet<Id> = clauses.iter().filter_map(|clause| clause.norm()).collect();
    let norms = norms.iter().filter_map(|id| place.handbook.norms.get(id));
    for (norm, checklist) in
        norms.flat_map(|norm| norm.checklists.iter().map(move |checklist| (norm, checklist)))
    {
        for item in checklist.items.iter().filter(|item| item.checks.iter().any(|id| clauses.contains(id))) {
            let checks = titled_list(place, item.checks.iter().filter(|id| clauses.contains(id)));
            let words = prose::render(&place.of_norm(norm), &item.content);
            table.push("", vec![place.anchor(&item.id, item.id.as_str()), words, checks]);
        }
    }
    table
}

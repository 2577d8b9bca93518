//! Checklists and their items.

use serde::Serialize;

use super::clause::{clause_number, evidence, push_badge, roles};
use super::{Field, Group, List, Table, fields_html, id_list, levels, push_field, titled_list};
use crate::id::Id;
use crate::model::{Checklist, Deduction, Item, Norm, Score, Target, points};
use crate::site::place::Place;
use crate::site::{html, inline, prose};

/// A checklist, in its norm or on its own page.
#[derive(Debug, Serialize)]
pub struct ChecklistView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its own page.
    pub href: String,
    /// When, in which order, in which form.
    pub fields: Vec<Field>,
    /// Its items; a new first-level indicator starts with its name.
    pub items: Vec<ItemView>,
}

/// An item of a checklist.
#[derive(Debug, Serialize)]
pub struct ItemView {
    /// First-level indicator that begins here; empty elsewhere.
    pub group: String,
    /// Its number.
    pub number: String,
    /// Its anchor: `02` on the checklist's own page, `CK-1.02` in the norm.
    pub anchor: String,
    /// Its words.
    pub html: String,
    /// Whether failing it fails the whole.
    pub veto: bool,
    /// Full points; empty when it has none.
    pub points: String,
    /// What belongs to it.
    #[serde(rename = "fields_html", serialize_with = "fields_html")]
    pub fields: Vec<Field>,
    /// The clauses it checks, in full; empty in the norm, where they stand above.
    pub clauses: Vec<Field>,
}

/// A checklist as it stands in its norm: its items with what they check.
pub fn in_norm(place: &Place<'_>, checklist: &Checklist) -> ChecklistView {
    view(place, checklist, false)
}

/// A checklist on its own page: everything its items carry.
pub fn whole(place: &Place<'_>, checklist: &Checklist) -> ChecklistView {
    view(place, checklist, true)
}

/// The page of all checklists, by norm.
pub fn all(place: &Place<'_>) -> List {
    let mut groups: Vec<Group> = Vec::new();
    for norm in place.handbook.norms.values().filter(|norm| !norm.checklists.is_empty()) {
        let mut group = Group::new("", table(place, norm));
        group.lead_html = place.titled(&norm.id);
        groups.push(group);
    }
    let lead_html = "每张检查表都由规范里的要求推出：查哪一条、谁做、留什么，都在它自己的页上。".to_owned();
    List { title: "检查表".into(), lead_html, groups, ..List::default() }
}

/// The checklists of a norm as a table.
pub fn table(place: &Place<'_>, norm: &Norm) -> Table {
    let mut table = Table::new(format!("{}的检查表", norm.title), &["编号", "名称", "时点", "项数"]);
    for checklist in &norm.checklists {
        let when = checklist.when.as_ref().map(|when| inline::words(place, &when.text)).unwrap_or_default();
        let id = place.anchor(&checklist.id, checklist.id.as_str());
        table.push("", vec![id, html::escaped(&checklist.title), when, checklist.items.len().to_string()]);
    }
    table
}

fn view(place: &Place<'_>, checklist: &Checklist, whole: bool) -> ChecklistView {
    let mut fields = Vec::new();
    let when = checklist.when.as_ref().map(|when| inline::words(place, &when.text)).unwrap_or_default();
    push_field(&mut fields, "时点", when);
    push_field(&mut fields, "顺序", checklist.order.chinese().to_owned());
    push_field(
        &mut fields,
        "表单",
        checklist.form.as_ref().map(|form| place.titled(form)).unwrap_or_default(),
    );
    if checklist.scoring {
        let total: u32 =
            checklist.items.iter().filter_map(|item| item.score.as_ref()).map(|score| score.points).sum();
        push_field(&mut fields, "类型", format!("评分，满分 {} 分", points(total)));
        let composition = &checklist.composition;
        for (key, parameter) in
            [("权重", &composition.weights), ("复核", &composition.review), ("等级", &composition.grades)]
        {
            push_field(&mut fields, key, parameter.iter().map(|id| place.titled(id)).collect());
        }
    }
    let mut group = "";
    let mut items = Vec::with_capacity(checklist.items.len());
    for item in &checklist.items {
        let begins = if item.group == group { String::new() } else { item.group.clone() };
        group = &item.group;
        items.push(view_item(place, checklist, item, begins, whole));
    }
    ChecklistView {
        id: checklist.id.to_string(),
        title: checklist.title.clone(),
        href: place.href(&checklist.id).unwrap_or_default(),
        fields,
        items,
    }
}

fn view_item(place: &Place<'_>, checklist: &Checklist, item: &Item, group: String, whole: bool) -> ItemView {
    let anchor =
        if whole { item.number.clone() } else { format!("{}.{}", checklist.id.local(), item.number) };
    let earned = item.score.as_ref().map(|score| score.points).filter(|&points| points > 0);
    ItemView {
        group,
        number: item.number.clone(),
        anchor,
        html: prose::render(place, &item.content),
        veto: item.veto,
        points: earned.map(points).unwrap_or_default(),
        fields: fields(place, item, whole),
        clauses: if whole { checked_clauses(place, &item.checks) } else { Vec::new() },
    }
}

fn fields(place: &Place<'_>, item: &Item, whole: bool) -> Vec<Field> {
    let mut fields = Vec::new();
    if whole {
        push_field(&mut fields, "责任", roles(place, &item.roles));
        push_field(&mut fields, "证据", evidence(place, &item.evidence));
        let norm = item.id.norm().and_then(|norm| place.handbook.norms.get(&norm));
        let condition = norm.and_then(|norm| norm.beyond(item.applies_if.as_ref()));
        let condition = condition.map(|own| html::escaped(&own.chinese()));
        push_field(&mut fields, "适用", condition.unwrap_or_default());
    } else {
        let numbers = item.checks.iter().map(|id| clause_number(place, id)).collect::<Vec<_>>().join("、");
        push_field(&mut fields, "查", numbers);
    }
    push_field(&mut fields, "层级", levels(&item.levels));
    push_field(&mut fields, "表单", item.form.as_ref().map(|form| place.titled(form)).unwrap_or_default());
    push_field(&mut fields, "指标", titled_list(place, &item.indicators));
    if let Some(score) = &item.score {
        score_fields(place, score, &mut fields);
    }
    push_field(
        &mut fields,
        "说明",
        item.note.as_deref().map(|note| inline::words(place, note)).unwrap_or_default(),
    );
    fields
}

fn score_fields(place: &Place<'_>, score: &Score, fields: &mut Vec<Field>) {
    let words =
        |text: &Option<String>| text.as_deref().map(|text| inline::words(place, text)).unwrap_or_default();
    if let Some(grading) = &score.grading {
        let ratio = match (&grading.numerator, &grading.denominator) {
            (Some(above), Some(below)) => html::escaped(&format!("：{above} ÷ {below}")),
            _ => String::new(),
        };
        push_field(fields, "评分", format!("{}{ratio}", grading.method.chinese()));
    }
    push_field(fields, "抽样", words(&score.sample));
    let lookout = |assessor: &str, text: &str| format!("<b>{assessor}</b> {}", inline::words(place, text));
    let lookouts: Vec<_> = score.lookouts.iter().map(|l| lookout(l.assessor.chinese(), &l.text)).collect();
    push_field(fields, "看点", lookouts.join("；"));
    push_field(fields, "扣分", words(&score.deduction.as_ref().map(Deduction::chinese)));
    let variants: Vec<_> =
        score.variants.iter().map(|(level, text)| lookout(level.chinese(), text)).collect();
    push_field(fields, "分级", variants.join("；"));
}

/// The clauses that an item checks, each with its sentence.
fn checked_clauses(place: &Place<'_>, checks: &[Id]) -> Vec<Field> {
    let sentence = |id: &Id| match place.handbook.target(id) {
        Some(Target::Clause(norm, clause)) => {
            let mut out = String::with_capacity(clause.text.len() + 256);
            place.push_anchor(id, id.as_str(), &mut out);
            out.push(' ');
            push_badge(clause.modality, &mut out);
            prose::push(&place.of_norm(norm), &clause.content, &mut out);
            out
        }
        _ => id_list(place, [id]),
    };
    checks.iter().map(|id| Field { label: "查", html: sentence(id) }).collect()
}

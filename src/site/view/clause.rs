//! Clauses: sentence, modality and fields, as list items or as rows of a step table.

use serde::Serialize;

use super::{Field, Table, fields_html, levels, push_field, push_joined, push_role};
use crate::id::Id;
use crate::model::{Clause, Criteria, Evidence, Norm, RoleDuty, Steps};
use crate::site::place::Place;
use crate::site::{html, inline, prose};
use crate::syntax::deadline::{Amount, Due, From, Relation};
use crate::vocabulary::{Duty, Modality, NormKind, Tailor};

/// A numbered sentence.
#[derive(Debug, Serialize)]
pub struct ClauseView {
    /// Its whole id.
    pub id: String,
    /// Its number, which is its anchor.
    pub number: String,
    /// The modality in English, for styling.
    pub modality: &'static str,
    /// The modality's word; empty for a statement.
    pub word: &'static str,
    /// Its sentence.
    pub html: String,
    /// Lists and paragraphs below the sentence.
    pub more_html: String,
    /// What belongs to it.
    #[serde(rename = "fields_html", serialize_with = "fields_html")]
    pub fields: Vec<Field>,
}

/// A clause as a list item.
pub fn clause(place: &Place<'_>, norm: &Norm, clause: &Clause) -> ClauseView {
    ClauseView {
        id: clause.id.to_string(),
        number: clause.number.clone(),
        modality: clause.modality.english(),
        word: word(clause.modality),
        html: prose::render(place, &clause.content),
        more_html: prose::render(place, &clause.more),
        fields: fields(place, norm, clause),
    }
}

/// Clauses as a step table with the columns that their author wrote.
pub fn steps(place: &Place<'_>, columns: Steps, clauses: &[Clause]) -> Table {
    let optional = [(columns.when, "何时"), (columns.record, "留什么"), (columns.exception, "异常")];
    let mut names = vec!["号", "谁", "做什么"];
    names.extend(optional.iter().filter(|(shown, _)| *shown).map(|(_, name)| *name));
    let mut table = Table::new("工作步骤", &names);
    table.class = "steps";
    table.cards = true;
    for clause in clauses {
        let mut number = String::new();
        html::push_link(
            &format!("#{}", clause.number),
            "number",
            clause.id.as_str(),
            &clause.number,
            &mut number,
        );
        let mut cells = vec![number, roles(place, &clause.roles), sentence(place, clause)];
        if columns.when {
            cells.push(when(place, clause));
        }
        if columns.record {
            cells.push(kept(place, clause));
        }
        if columns.exception {
            cells
                .push(clause.exception.as_deref().map(|text| inline::words(place, text)).unwrap_or_default());
        }
        table.push(clause.number.clone(), cells);
    }
    table
}

/// The sentence with the word of its modality before it and what stands below it behind it.
pub fn sentence(place: &Place<'_>, clause: &Clause) -> String {
    let mut out = String::with_capacity(clause.text.len() + 128);
    push_badge(clause.modality, &mut out);
    prose::push(place, &clause.content, &mut out);
    prose::push(place, &clause.more, &mut out);
    out
}

/// Appends the word of a modality as a small label; nothing for a statement.
pub fn push_badge(modality: Modality, out: &mut String) {
    let word = word(modality);
    if !word.is_empty() {
        out.extend(["<span class=\"modality ", modality.english(), "\">", word, "</span> "]);
    }
}

/// Deadline and recurrence of a clause.
pub fn when(place: &Place<'_>, clause: &Clause) -> String {
    let due = clause.due.as_ref().map(|value| due(place, value));
    let schedule = clause.schedule.as_ref().map(|value| inline::words(place, &value.text));
    due.into_iter().chain(schedule).collect::<Vec<_>>().join("；")
}

/// Who does what: `年检预审员 执行；部门主管 复核`. The duty is left out when everybody just does it.
pub fn roles(place: &Place<'_>, roles: &[RoleDuty]) -> String {
    let plain = roles.iter().all(|duty| duty.duty == Duty::Responsible);
    let mut out = String::with_capacity(96 * roles.len());
    push_joined(roles, if plain { "、" } else { "；" }, &mut out, |duty, out| {
        push_role(place, &duty.role, out);
        if !plain {
            out.extend([" ", duty.duty.chinese()]);
        }
    });
    out
}

/// Proofs: `材料核对单（必交）；材料照片（选交）`.
pub fn evidence(place: &Place<'_>, evidence: &[Evidence]) -> String {
    let mut out = String::new();
    push_joined(evidence, "；", &mut out, |proof, out| {
        match &proof.form {
            Some(form) => place.push_titled(form, out),
            None => inline::push(place, &proof.name, out),
        }
        out.push_str(if proof.required { "（必交）" } else { "（选交）" });
    });
    out
}

fn fields(place: &Place<'_>, norm: &Norm, clause: &Clause) -> Vec<Field> {
    let mut fields = Vec::new();
    let words =
        |text: &Option<String>| text.as_deref().map(|text| inline::words(place, text)).unwrap_or_default();
    let methods = clause.method.iter().map(|method| method.chinese()).collect::<Vec<_>>().join("、");
    push_field(&mut fields, "责任", roles(place, &clause.roles));
    push_field(&mut fields, "时限", clause.due.as_ref().map(|value| due(place, value)).unwrap_or_default());
    let schedule = clause.schedule.as_ref().map(|schedule| inline::words(place, &schedule.text));
    push_field(&mut fields, "频次", schedule.unwrap_or_default());
    // The norm's head says what holds for all its clauses.
    let condition = norm.beyond(clause.applies_if.as_ref()).map(|own| html::escaped(&own.chinese()));
    push_field(&mut fields, "适用", condition.unwrap_or_default());
    push_field(&mut fields, "层级", levels(&clause.levels));
    push_field(&mut fields, "证据", evidence(place, &clause.evidence));
    push_field(
        &mut fields,
        "记录",
        clause.record.as_ref().map(|form| place.titled(form)).unwrap_or_default(),
    );
    push_field(&mut fields, "方法", methods);
    push_field(
        &mut fields,
        "判定",
        clause.criteria.as_ref().map(|found| criteria(place, found)).unwrap_or_default(),
    );
    // The rights that follow from the verb need no words, except where a standard is negotiated.
    if norm.kind == NormKind::Standard || clause.tailor != usual_right(clause.modality) {
        push_field(&mut fields, "裁剪", clause.tailor.chinese().to_owned());
    }
    push_field(&mut fields, "异常", words(&clause.exception));
    push_field(&mut fields, "说明", words(&clause.note));
    fields
}

/// What an adopter may do with a clause when its author says nothing.
fn usual_right(modality: Modality) -> Tailor {
    match modality {
        Modality::Should | Modality::ShouldNot => Tailor::Free,
        Modality::May | Modality::NeedNot => Tailor::Removable,
        _ => Tailor::Tighten,
    }
}

/// What a step leaves behind: its form, its proofs.
fn kept(place: &Place<'_>, clause: &Clause) -> String {
    let record = clause.record.as_ref().map(|form| place.titled(form));
    let proofs = clause.evidence.iter().map(|proof| match &proof.form {
        Some(form) => place.titled(form),
        None => inline::words(place, &proof.name),
    });
    let mut all: Vec<String> = record.into_iter().chain(proofs).collect();
    all.dedup();
    all.join("；")
}

fn criteria(place: &Place<'_>, criteria: &Criteria) -> String {
    let parts =
        [("符合", &criteria.satisfied), ("部分符合", &criteria.partial), ("不符合", &criteria.not_satisfied)];
    let shown = parts
        .into_iter()
        .filter_map(|(name, text)| Some(format!("<b>{name}</b> {}", inline::words(place, text.as_deref()?))));
    shown.collect::<Vec<_>>().join("；")
}

/// A deadline: the author's words, or a sentence where a parameter or a clause must be filled in.
fn due(place: &Place<'_>, due: &Due) -> String {
    let parameter = matches!(due.within, Some(Amount::Parameter { .. }));
    if !parameter && !matches!(due.from, From::Done(_)) {
        return inline::words(place, &due.text);
    }
    let length = due.within.as_ref().map(|within| amount(place, within)).unwrap_or_default();
    let start = match &due.from {
        From::Opened => String::new(),
        From::Done(clause) => format!("自 {} 完成起", clause_number(place, clause)),
        From::Event(event) => html::escaped(event),
    };
    match (due.relation, &due.from) {
        (Relation::Before, _) => format!("{start}前{length}"),
        (Relation::At, _) => format!("{start}时"),
        (Relation::After, _) => format!("{start}后{length}"),
        (Relation::SameDay, From::Opened) => "当日".to_owned(),
        (Relation::SameDay, _) => format!("当日，{start}"),
        (Relation::Within, From::Opened) => format!("{length}内"),
        (Relation::Within, From::Done(_)) => format!("{length}内，{start}"),
        (Relation::Within, From::Event(_)) => format!("{length}内，自{start}起"),
    }
}

fn amount(place: &Place<'_>, amount: &Amount) -> String {
    match amount {
        Amount::Fixed { n, unit } => unit.amount(&n.to_string()),
        Amount::Parameter { parameter, component } => {
            let mut out = String::new();
            let written =
                || component.as_ref().map_or_else(|| parameter.to_string(), |c| format!("{parameter}.{c}"));
            let value = inline::value(place, parameter, component.as_deref()).unwrap_or_else(written);
            inline::push_value(place, parameter, component.as_deref(), &value, &mut out);
            out
        }
    }
}

/// A clause by its short number on its own page, by its whole id elsewhere.
pub fn clause_number(place: &Place<'_>, clause: &Id) -> String {
    if place.norm.is_some() && clause.norm().as_ref() == place.norm {
        return place.anchor(clause, &clause.local());
    }
    place.anchor(clause, clause.as_str())
}

fn word(modality: Modality) -> &'static str {
    if modality == Modality::Statement { "" } else { modality.chinese() }
}

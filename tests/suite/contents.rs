//! The manual against `tests/plan.yaml`: every norm, chapter, checklist, item, form and field that was
//! agreed on is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use shouce::compile::compile;
use shouce::id::Id;
use shouce::model::{Block, Form, Norm};
use shouce::text::is_han;
use shouce::vocabulary::{Level, Modality};

use crate::manual::manual;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    title: String,
    /// Han characters; none where most of the norm stands in a registry.
    han: Option<usize>,
    owner: String,
    #[serde(default)]
    readers: Vec<String>,
    levels: Vec<String>,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    indicators: Vec<String>,
    #[serde(default)]
    related: Vec<String>,
    #[serde(default)]
    basis: Vec<String>,
    schedule: bool,
    #[serde(default)]
    chapters: BTreeMap<String, String>,
    #[serde(default)]
    tables: BTreeMap<String, String>,
    #[serde(default)]
    checklists: BTreeMap<String, PlannedChecklist>,
    #[serde(default)]
    forms: BTreeMap<String, PlannedForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlannedChecklist {
    title: String,
    items: usize,
    /// What the items are about, where that was agreed on one by one.
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlannedForm {
    title: String,
    fields: Vec<String>,
}

#[test]
fn everything_that_was_agreed_on_is_in_the_manual() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan.yaml");
    let plan: BTreeMap<String, Planned> =
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let handbook = compile(manual()).handbook;
    let mut missing = Vec::new();
    for (id, planned) in &plan {
        match handbook.norms.get(id.as_str()) {
            Some(norm) => check(norm, planned, &mut |what| missing.push(format!("{id}: {what}"))),
            None => missing.push(format!("{id}: no norm")),
        }
    }
    assert!(missing.is_empty(), "{} missing:\n{}", missing.len(), missing.join("\n"));
}

/// What binds says who does it, and by when or with what proof.
#[test]
fn requirements_can_be_acted_on() {
    let handbook = compile(manual()).handbook;
    let binding = [Modality::Shall, Modality::ShallNot];
    let mut parts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (norm, clause) in handbook.clauses().filter(|(_, clause)| binding.contains(&clause.modality)) {
        let timed = clause.due.is_some() || clause.schedule.is_some();
        let proved = !clause.evidence.is_empty() || clause.record.is_some();
        let (good, all) = parts.entry(&norm.part).or_default();
        *good += usize::from(!clause.roles.is_empty() && (timed || proved));
        *all += 1;
    }
    let low: Vec<_> = parts.iter().filter(|(_, (good, all))| good * 10 < all * 9).collect();
    assert!(parts.len() >= 6 && low.is_empty(), "below nine in ten: {low:?}");
}

fn check(norm: &Norm, planned: &Planned, miss: &mut dyn FnMut(String)) {
    if !about(&norm.title, &planned.title) {
        miss(format!("title {} for {}", norm.title, planned.title));
    }
    if let Some(han) = planned.han.filter(|han| norm.han * 10 < han * 9 || norm.han * 10 > han * 11) {
        miss(format!("{} Han characters for {han}", norm.han));
    }
    if norm.owner.as_str() != planned.owner {
        miss(format!("owner {} for {}", norm.owner, planned.owner));
    }
    let levels: Vec<&str> = norm.levels.iter().map(|level: &Level| level.chinese()).collect();
    if levels != planned.levels {
        miss(format!("levels {levels:?} for {:?}", planned.levels));
    }
    let basis: Vec<Id> = norm.basis.iter().map(|basis| basis.source.clone()).collect();
    let readers = norm.reader_roles();
    for (name, wanted, found) in [
        ("readers", &planned.readers, readers),
        ("facts", &planned.facts, &norm.source_facts),
        ("parameters", &planned.parameters, &norm.parameters),
        ("indicators", &planned.indicators, &norm.indicators),
        ("related", &planned.related, &norm.related),
        ("basis", &planned.basis, &basis),
    ] {
        // Readers without a list are everybody.
        let all = name == "readers" && readers.is_empty();
        let lacking: Vec<_> =
            wanted.iter().filter(|id| !all && !found.iter().any(|f| f.as_str() == **id)).collect();
        if !lacking.is_empty() {
            miss(format!("{name} {lacking:?}"));
        }
    }
    if planned.schedule && norm.schedule.is_empty() {
        miss("schedule".to_owned());
    }
    chapters(norm, planned, miss);
    tables(norm, planned, miss);
    checklists(norm, planned, miss);
    forms(norm, planned, miss);
}

fn chapters(norm: &Norm, planned: &Planned, miss: &mut dyn FnMut(String)) {
    for (number, title) in &planned.chapters {
        match norm.sections.iter().find(|section| section.number == *number) {
            None => miss(format!("chapter {number} {title}")),
            Some(section) if !about(&section.title, title) => {
                miss(format!("chapter {number} {} for {title}", section.title));
            }
            Some(section) => {
                // What stands in the chapter itself or below one of its headings.
                let below = |other: &&shouce::model::Section| {
                    other.id == section.id || other.number.starts_with(&format!("{number}."))
                };
                let mut blocks = norm.sections.iter().filter(below).flat_map(|section| &section.blocks);
                if !blocks.any(|block| !matches!(block, Block::Caption(_))) {
                    miss(format!("chapter {number} {title} is empty"));
                }
            }
        }
    }
}

fn tables(norm: &Norm, planned: &Planned, miss: &mut dyn FnMut(String)) {
    for (number, title) in &planned.tables {
        let found = norm.captions().find(|caption| caption.number == *number);
        if !found.is_some_and(|caption| about(&caption.title, title)) {
            miss(format!("{number} {title}"));
        }
    }
}

fn checklists(norm: &Norm, planned: &Planned, miss: &mut dyn FnMut(String)) {
    for (number, wanted) in &planned.checklists {
        let id = format!("CK-{}-{number}", norm.id);
        let Some(found) = norm.checklists.iter().find(|checklist| checklist.id.as_str() == id) else {
            miss(format!("{id} {}", wanted.title));
            continue;
        };
        if !about(&found.title, &wanted.title) {
            miss(format!("{id} {} for {}", found.title, wanted.title));
        }
        if found.items.len() != wanted.items {
            miss(format!("{id} has {} items for {}", found.items.len(), wanted.items));
        }
        for (item, words) in found.items.iter().zip(&wanted.words) {
            if !about(&item.text, words) {
                miss(format!("{} {} for {words}", item.id, item.text));
            }
        }
    }
}

fn forms(norm: &Norm, planned: &Planned, miss: &mut dyn FnMut(String)) {
    for (number, wanted) in &planned.forms {
        let id = format!("FM-{}-{number}", norm.id);
        let Some(found) = norm.forms.iter().find(|form| form.id.as_str() == id) else {
            miss(format!("{id} {}", wanted.title));
            continue;
        };
        if !about(&found.title, &wanted.title) {
            miss(format!("{id} {} for {}", found.title, wanted.title));
        }
        for field in lacking(found, &wanted.fields) {
            let labels: Vec<&str> = found.fields.iter().map(|field| field.label.as_str()).collect();
            miss(format!("{id} field {field} among {labels:?}"));
        }
    }
}

/// The fields that none of the form's stands for; each of the form's stands for one.
fn lacking<'a>(form: &Form, wanted: &'a [String]) -> Vec<&'a str> {
    let mut free: Vec<&str> = form.fields.iter().map(|field| field.label.as_str()).collect();
    let mut lacking = Vec::new();
    for close in [true, false] {
        let candidates =
            if close { wanted.iter().map(String::as_str).collect() } else { std::mem::take(&mut lacking) };
        for name in candidates {
            let fits = |label: &&str| if close { *label == name } else { about(label, name) };
            match free.iter().position(fits) {
                Some(at) => drop(free.remove(at)),
                None => lacking.push(name),
            }
        }
    }
    lacking
}

/// Whether two short texts are about the same: one has two characters in a row from the other, or is
/// so short that one character has to do.
fn about(found: &str, wanted: &str) -> bool {
    let pieces = |text: &str| -> BTreeSet<String> {
        let characters: Vec<char> =
            text.chars().filter(|c| is_han(*c) || c.is_ascii_alphanumeric()).collect();
        characters.windows(2).map(|pair| pair.iter().collect()).collect()
    };
    let (a, b) = (pieces(found), pieces(wanted));
    if a.is_empty() || b.is_empty() {
        return found.chars().any(|c| wanted.contains(c));
    }
    !a.is_disjoint(&b)
}

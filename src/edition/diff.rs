//! What changed between two editions of a handbook.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::compare::{self, Amounts};
use super::record::{Field, Record, RecordKind, Value, records};
use super::wording::{Stretch, likeness, stretches};
use crate::id::Id;
use crate::model::Handbook;
use crate::syntax::deadline::Amount;
use crate::vocabulary::{ChangeClass, ChangeKind, Level};

/// From this likeness of their texts on, a thing that went and one that came are proposed as one.
const ALIKE: f64 = 0.6;

/// What changed from one edition to another.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Difference {
    /// Label of the edition before.
    pub from: String,
    /// Label of the edition after.
    pub to: String,
    /// What changed, thing by thing, in reading order of the edition after; what went comes last.
    pub changes: Vec<ItemChange>,
    /// Things that went and things that came which are probably the same, for the editor to decide.
    pub proposals: Vec<Proposal>,
}

/// What became of a thing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ItemChange {
    /// Its id; of a thing that moved, the id before.
    pub id: Id,
    /// What it is.
    pub kind: RecordKind,
    /// The norm it stands in; absent for registries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<Id>,
    /// Short human name.
    pub label: String,
    /// What became of it as a whole.
    pub change: ChangeKind,
    /// Whether anything about it is material.
    pub class: ChangeClass,
    /// Where it went, when it moved, was split or merged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub into: Vec<Id>,
    /// Whom it concerns, before or after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Id>,
    /// What became of its fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// What became of it.
    pub change: ChangeKind,
    /// Whether that is material.
    pub class: ChangeClass,
    /// What it said; absent when it said nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says; absent when it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// A changed text by character.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<Stretch>,
    /// Who confirmed, as a second person, that a rewording does not change what is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
}

/// A thing that went and one that came, with texts alike.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Proposal {
    /// The thing that went.
    pub from: Id,
    /// The thing that came.
    pub to: Id,
    /// How alike their texts are, in per cent.
    pub likeness: u8,
}

/// Rewordings that a second person confirmed as such: the thing, and who.
pub type Confirmed = BTreeMap<Id, String>;

/// What changed from `before` to `after`. A thing whose rewording is `confirmed` changes nothing material
/// by it.
pub fn diff(before: &Handbook, after: &Handbook, confirmed: &Confirmed) -> Difference {
    let (old, new) = (records(before), records(after));
    let look_up = |handbook: &'_ Handbook, amount: &Amount, level: Level| length(handbook, amount, level);
    let (old_amounts, new_amounts) = (
        |amount: &Amount, level: Level| look_up(before, amount, level),
        |amount: &Amount, level: Level| look_up(after, amount, level),
    );
    let amounts: (Amounts<'_>, Amounts<'_>) = (&old_amounts, &new_amounts);
    let mut changes = Vec::new();
    let moved = successors(after, &old, &new);
    let arrived: BTreeSet<&Id> =
        moved.values().flatten().copied().filter(|id| !old.contains_key(*id)).collect();
    for record in new.values() {
        match old.get(&record.id) {
            Some(was) => changes.extend(changed(was, record, amounts, confirmed)),
            None if arrived.contains(&record.id) => {}
            None => changes.push(whole(record, ChangeKind::Added, Vec::new())),
        }
    }
    for record in old.values().filter(|record| !new.contains_key(&record.id)) {
        changes.push(gone(record, &moved, &new, amounts, confirmed));
    }
    let proposals = proposals(&changes, &old, &new);
    Difference { from: before.config.edition.clone(), to: after.config.edition.clone(), changes, proposals }
}

/// The number and the unit's name of an amount, where both are known.
pub fn length(handbook: &Handbook, amount: &Amount, level: Level) -> Option<(i64, String)> {
    match amount {
        Amount::Fixed { n, unit } => Some((i64::from(*n), unit.english().to_owned())),
        Amount::Parameter { parameter, component } => {
            let found = handbook.parameters.get(parameter)?.component(component.as_deref())?;
            Some((found.values.get(&level)?.parse().ok()?, found.unit?.english().to_owned()))
        }
    }
}

/// Where the things went that the edition after knows as retired.
fn successors<'a>(
    after: &'a Handbook,
    old: &IndexMap<Id, Record>,
    new: &IndexMap<Id, Record>,
) -> BTreeMap<&'a Id, Vec<&'a Id>> {
    let retired = after.norms.values().flat_map(|norm| &norm.retired);
    retired
        .filter(|(id, _)| old.contains_key(*id) && !new.contains_key(*id))
        .map(|(id, retired)| (id, retired.into.iter().collect()))
        .collect()
}

fn changed(
    was: &Record,
    now: &Record,
    amounts: (Amounts<'_>, Amounts<'_>),
    confirmed: &Confirmed,
) -> Option<ItemChange> {
    let fields = field_changes(was, now, amounts, confirmed);
    let strongest = fields.iter().max_by_key(|change| change.class == ChangeClass::Material)?;
    let (change, class) = match fields.as_slice() {
        // A field that came or went is a change of the thing, which itself stays.
        [only] if matches!(only.change, ChangeKind::Added | ChangeKind::Removed) => {
            (ChangeKind::Changed, only.class)
        }
        [only] => (only.change, only.class),
        _ if strongest.class == ChangeClass::Editorial => (ChangeKind::Editorial, ChangeClass::Editorial),
        _ => (ChangeKind::Changed, ChangeClass::Material),
    };
    Some(ItemChange { fields, class, roles: both_roles(was, now), ..whole(now, change, Vec::new()) })
}

fn gone(
    record: &Record,
    moved: &BTreeMap<&Id, Vec<&Id>>,
    new: &IndexMap<Id, Record>,
    amounts: (Amounts<'_>, Amounts<'_>),
    confirmed: &Confirmed,
) -> ItemChange {
    let into: Vec<&Id> = moved.get(&record.id).cloned().unwrap_or_default();
    let (kind, successor) = match into.as_slice() {
        [] => (ChangeKind::Removed, None),
        [only] => {
            // Something else went to the same place, or it was there before.
            let shared = moved.iter().filter(|(_, into)| into.as_slice() == [*only]).count() > 1;
            (if shared { ChangeKind::Merged } else { ChangeKind::Moved }, new.get(*only))
        }
        _ => (ChangeKind::Split, None),
    };
    let into = into.into_iter().cloned().collect();
    let change = whole(record, kind, into);
    let Some(successor) = successor else { return change };
    let fields = field_changes(record, successor, amounts, confirmed);
    let material = kind == ChangeKind::Merged || fields.iter().any(|f| f.class == ChangeClass::Material);
    let class = if material { ChangeClass::Material } else { ChangeClass::Editorial };
    ItemChange { class, roles: both_roles(record, successor), fields, ..change }
}

fn whole(record: &Record, change: ChangeKind, into: Vec<Id>) -> ItemChange {
    ItemChange {
        id: record.id.clone(),
        kind: record.kind,
        norm: record.norm.clone(),
        label: record.label.clone(),
        change,
        class: compare::class(change),
        into,
        roles: record.roles.clone(),
        fields: Vec::new(),
    }
}

fn field_changes(
    was: &Record,
    now: &Record,
    amounts: (Amounts<'_>, Amounts<'_>),
    confirmed: &Confirmed,
) -> Vec<FieldChange> {
    let fields: BTreeSet<&Field> = was.fields.keys().chain(now.fields.keys()).collect();
    let change = |field: &Field| {
        let (before, after) = (was.fields.get(field), now.fields.get(field));
        let change = compare::compare(*field, before, after, amounts)?;
        let confirmed_by = confirmed.get(&now.id).filter(|_| change == ChangeKind::Reworded).cloned();
        let wording = match (before, after) {
            (Some(Value::Text(before)), Some(Value::Text(after))) => stretches(before, after),
            _ => Vec::new(),
        };
        Some(FieldChange {
            field: *field,
            change,
            class: if confirmed_by.is_some() { ChangeClass::Editorial } else { compare::class(change) },
            before: before.map(Value::text),
            after: after.map(Value::text),
            wording,
            confirmed_by,
        })
    };
    fields.into_iter().filter_map(change).collect()
}

fn both_roles(was: &Record, now: &Record) -> Vec<Id> {
    let roles: BTreeSet<&Id> = was.roles.iter().chain(&now.roles).collect();
    roles.into_iter().cloned().collect()
}

/// Pairs of things of one kind, one gone without a successor and one new, whose texts are alike; the most
/// alike first, each thing once.
fn proposals(
    changes: &[ItemChange],
    old: &IndexMap<Id, Record>,
    new: &IndexMap<Id, Record>,
) -> Vec<Proposal> {
    let of = |kind: ChangeKind| changes.iter().filter(move |change| change.change == kind);
    let mut pairs = Vec::new();
    for gone in of(ChangeKind::Removed) {
        let Some(text) = old.get(&gone.id).map(words) else { continue };
        for came in of(ChangeKind::Added).filter(|came| came.kind == gone.kind) {
            let Some(likeness) = new.get(&came.id).map(|record| likeness(&text, &words(record))) else {
                continue;
            };
            if likeness >= ALIKE {
                pairs.push((likeness, &gone.id, &came.id));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    let once = |(_, gone, came): &(f64, &Id, &Id)| from.insert((*gone).clone()) && to.insert((*came).clone());
    let proposal = |(likeness, gone, came): (f64, &Id, &Id)| Proposal {
        from: gone.clone(),
        to: came.clone(),
        likeness: (likeness * 100.0).round() as u8,
    };
    pairs.into_iter().filter(once).map(proposal).collect()
}

/// What a record is told by: its text, or its title.
fn words(record: &Record) -> String {
    let field = record.fields.get(&Field::Text).or_else(|| record.fields.get(&Field::Title));
    field.map(Value::text).unwrap_or_default()
}

impl Difference {
    /// Only what concerns a role.
    pub fn for_role(mut self, role: &Id) -> Self {
        self.changes.retain(|change| change.roles.contains(role));
        self
    }

    /// Only what is material.
    pub fn material(mut self) -> Self {
        self.changes.retain(|change| change.class == ChangeClass::Material);
        self
    }

    /// Only what stands in norms of a part, by its code.
    pub fn in_part(mut self, code: &str) -> Self {
        self.changes.retain(|change| {
            change.norm.as_ref().is_some_and(|norm| norm.as_str().split('-').next() == Some(code))
        });
        self
    }
}

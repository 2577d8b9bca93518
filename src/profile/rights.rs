//! What an adopter may change, and which way.

use indexmap::IndexMap;

use super::file::Aspect;
use crate::edition::{Record, RecordKind, Value};
use crate::id::Id;
use crate::model::short_fingerprint;
use crate::vocabulary::{ChangeKind, RecordField, Tailor};

/// Fields of a clause that can be changed, with the keys of the author.
const CLAUSE: &[RecordField] = &[
    RecordField::Text,
    RecordField::Roles,
    RecordField::Record,
    RecordField::Due,
    RecordField::Schedule,
    RecordField::Condition,
    RecordField::Levels,
    RecordField::Evidence,
    RecordField::Method,
    RecordField::Criteria,
    RecordField::Tailor,
    RecordField::Exception,
    RecordField::Note,
];

/// Fields of a checklist item that can be changed.
const ITEM: &[RecordField] = &[
    RecordField::Text,
    RecordField::Condition,
    RecordField::Levels,
    RecordField::Evidence,
    RecordField::Note,
];

/// Fields of a parameter that can be changed: the value at the adopter's level, and the right itself.
const PARAMETER: &[RecordField] =
    &[RecordField::City, RecordField::District, RecordField::Street, RecordField::Tailor];

/// Whether this can be changed of such a thing at all.
pub fn has(kind: RecordKind, aspect: Aspect) -> bool {
    match (kind, aspect) {
        (RecordKind::Clause | RecordKind::Item, Aspect::Exclude) => true,
        (RecordKind::Clause, Aspect::Field(field)) => CLAUSE.contains(&field),
        (RecordKind::Item, Aspect::Field(field)) => ITEM.contains(&field),
        (RecordKind::Parameter, Aspect::Field(field)) => PARAMETER.contains(&field),
        _ => false,
    }
}

/// The words for what can be changed of such a thing.
pub fn words(kind: RecordKind) -> Vec<&'static str> {
    let fields = match kind {
        RecordKind::Clause => CLAUSE,
        RecordKind::Item => ITEM,
        RecordKind::Parameter => PARAMETER,
        _ => &[],
    };
    let mut words: Vec<_> = fields.iter().map(|field| Aspect::Field(*field).chinese()).collect();
    words.dedup();
    if kind != RecordKind::Parameter && !fields.is_empty() {
        words.push(Aspect::Exclude.chinese());
    }
    words
}

/// What an adopter may do with a thing. An item has the least right among the clauses it checks; vetoes
/// and what is scored are alike for everybody.
pub fn right(record: &Record, records: &IndexMap<Id, Record>) -> Tailor {
    if record.kind != RecordKind::Item {
        return record.tailor;
    }
    let common = [RecordField::Veto, RecordField::Points, RecordField::Grading, RecordField::Deduction];
    if common.iter().any(|field| record.fields.contains_key(field)) {
        return Tailor::Locked;
    }
    let Some(Value::Set(checks)) = record.fields.get(&RecordField::Checks) else { return Tailor::Tighten };
    let rights = checks.iter().filter_map(|id| records.get(id.as_str())).map(|clause| clause.tailor);
    // The words of the set go from the least right to the most.
    rights.min().unwrap_or(Tailor::Tighten)
}

/// Whether a change of this kind leaves no more room than there was.
pub fn is_stricter(field: RecordField, kind: ChangeKind) -> bool {
    match kind {
        ChangeKind::Tighter | ChangeKind::Raised | ChangeKind::Extended => true,
        ChangeKind::Editorial | ChangeKind::Reordered | ChangeKind::Rechecked => true,
        // A duty that applies to more cases asks for more.
        ChangeKind::Wider => matches!(field, RecordField::Condition | RecordField::Levels),
        ChangeKind::Added => {
            matches!(field, RecordField::Record | RecordField::Schedule | RecordField::Note)
        }
        _ => false,
    }
}

/// Whether values of this field stand in one order, from lax to strict, so that two can be held against
/// each other whatever they are.
pub fn is_ordered(value: Option<&Value>) -> bool {
    use crate::vocabulary::Stricter;
    match value {
        Some(Value::Number { stricter, .. }) => *stricter != Stricter::None,
        Some(Value::Due(_) | Value::Modality(_)) => true,
        _ => false,
    }
}

/// Whether a right allows a change of this kind. Rights themselves only shrink.
pub fn allows(right: Tailor, field: RecordField, kind: ChangeKind, now: Tailor) -> bool {
    match right {
        Tailor::Locked => false,
        _ if field == RecordField::Tailor => now <= right,
        Tailor::Tighten => is_stricter(field, kind),
        Tailor::Free | Tailor::Removable => true,
    }
}

/// The fingerprint of what a thing means, 16 hexadecimal digits: of a clause or an item its text, of a
/// parameter its name, type, unit and direction. A value may change without it.
pub fn fingerprint(record: &Record) -> String {
    let fields: &[RecordField] = match record.kind {
        RecordKind::Parameter => {
            &[RecordField::Title, RecordField::Type, RecordField::Unit, RecordField::Stricter]
        }
        _ => &[RecordField::Text],
    };
    let words = |field: &RecordField| record.fields.get(field).map(Value::text).unwrap_or_default();
    short_fingerprint(&fields.iter().map(words).collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_only_shrink() {
        let allowed = |right, now| allows(right, RecordField::Tailor, ChangeKind::Changed, now);
        assert!(allowed(Tailor::Free, Tailor::Tighten) && allowed(Tailor::Removable, Tailor::Free));
        assert!(!allowed(Tailor::Tighten, Tailor::Free) && !allowed(Tailor::Locked, Tailor::Locked));
    }

    #[test]
    fn what_may_only_be_tightened_is_never_loosened() {
        let allowed = |field, kind| allows(Tailor::Tighten, field, kind, Tailor::Tighten);
        assert!(allowed(RecordField::Due, ChangeKind::Tighter));
        assert!(allowed(RecordField::Condition, ChangeKind::Wider));
        for (field, kind) in [
            (RecordField::Due, ChangeKind::Looser),
            (RecordField::Condition, ChangeKind::Narrower),
            (RecordField::Evidence, ChangeKind::Reduced),
            (RecordField::Text, ChangeKind::Reworded),
            (RecordField::Roles, ChangeKind::Changed),
        ] {
            assert!(!allowed(field, kind), "{field:?} {kind:?}");
        }
    }
}

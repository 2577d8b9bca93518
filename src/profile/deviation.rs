//! Every difference that a profile makes, with its reason, told by the records before and after.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::examine::{Derived, Examination};
use super::file::{Aspect, Operation, Warrant};
use crate::edition::{Field, Record, Value};
use crate::id::Id;
use crate::model::{Deviation, DeviationKind};

impl Examination<'_> {
    /// Every difference with its reason.
    pub(super) fn deviations(
        &self,
        sound: &[usize],
        derived: &[Derived],
        after: &IndexMap<Id, Record>,
    ) -> Vec<Deviation> {
        let order = |id: &Id| self.base.records().get_index_of(id).unwrap_or(usize::MAX);
        let mut all = Vec::new();
        for &index in sound {
            match self.operations.get(index) {
                Some(one) => self.deviation(one, after, &mut all),
                None => {
                    let addition = &self.additions[index - self.operations.len()];
                    let text = after.get(&addition.id.value).map(text_of);
                    let warrant = &addition.warrant;
                    let own = self.one(&addition.id.value, DeviationKind::Added, None, (None, text), warrant);
                    all.push((order(&addition.after), own));
                }
            }
        }
        for (item, checks, index) in derived {
            let (Some(was), Some(one)) = (self.base.records().get(item), self.operations.get(*index)) else {
                continue;
            };
            let field = checks.as_ref().map(|_| Field::Checks);
            let before = match field {
                Some(field) => was.fields.get(&field).map(Value::text),
                None => Some(text_of(was)),
            };
            let change = (before, checks.clone());
            all.push((order(item), self.one(item, DeviationKind::Follows, field, change, &one.warrant)));
        }
        all.sort_by(|(a, one), (b, other)| {
            (a, &one.target, &one.field).cmp(&(b, &other.target, &other.field))
        });
        all.into_iter().map(|(_, deviation)| deviation).collect()
    }

    fn deviation(&self, one: &Operation, after: &IndexMap<Id, Record>, all: &mut Vec<(usize, Deviation)>) {
        let id = &one.target.value;
        let Some(was) = self.base.records().get(id) else { return };
        let place = self.base.records().get_index_of(id).unwrap_or(usize::MAX);
        let Aspect::Field(field) = one.aspect.value else {
            let own = self.one(id, DeviationKind::Excluded, None, (Some(text_of(was)), None), &one.warrant);
            all.push((place, own));
            return;
        };
        let Some(now) = after.get(id) else { return };
        let words = |record: &Record, field| record.fields.get(field).map(Value::text);
        if was.fields.get(&field) != now.fields.get(&field) {
            let change = (words(was, &field), words(now, &field));
            all.push((place, self.one(id, DeviationKind::Set, Some(field), change, &one.warrant)));
        }
        // A new sentence may bind otherwise, or have another subject.
        if field == Field::Text {
            let asked: BTreeSet<Aspect> = self
                .operations
                .iter()
                .filter(|other| other.target.value == *id)
                .map(|other| other.aspect.value)
                .collect();
            let fields: BTreeSet<&Field> = was.fields.keys().chain(now.fields.keys()).collect();
            for other in fields {
                if asked.contains(&Aspect::Field(*other)) || was.fields.get(other) == now.fields.get(other) {
                    continue;
                }
                let change = (words(was, other), words(now, other));
                all.push((place, self.one(id, DeviationKind::Follows, Some(*other), change, &one.warrant)));
            }
        }
    }

    fn one(
        &self,
        target: &Id,
        kind: DeviationKind,
        field: Option<Field>,
        (before, after): (Option<String>, Option<String>),
        warrant: &Warrant,
    ) -> Deviation {
        Deviation {
            unit: self.profile.unit.clone(),
            target: target.clone(),
            kind,
            field: field.map(|field| Aspect::Field(field).chinese().to_owned()),
            before,
            after,
            reason: warrant.reason.clone(),
            approved_by: warrant.approved_by.clone(),
            date: warrant.date,
        }
    }
}

fn text_of(record: &Record) -> String {
    record.fields.get(&Field::Text).map_or_else(|| record.label.clone(), Value::text)
}

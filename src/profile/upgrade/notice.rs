//! What stands beside the changes of a profile: notices, and what is taken over from the edition.

use std::collections::BTreeSet;

use super::Work;
use super::report::{Notice, NoticeKind, Taken};
use crate::edition::wording::likeness;
use crate::edition::{Difference, Field, RecordKind, Value};
use crate::id::Id;
use crate::profile::file::Aspect;
use crate::profile::resolve::{self, Base};
use crate::vocabulary::{ChangeClass, ChangeKind, Modality};

/// From this likeness on, a new clause is taken for the one that the adopter added itself.
const ALIKE: f64 = 0.6;

impl Work<'_> {
    pub(super) fn notices(&self, changes: &Difference) -> Vec<Notice> {
        let mut all = Vec::new();
        let mut add = |kind, target: &Id, own: Option<&Id>, words: &str| {
            all.push(Notice { kind, target: target.clone(), own: own.cloned(), words: words.to_owned() });
        };
        for one in self.profile.operations.iter().filter(|one| one.aspect.value == Aspect::Exclude) {
            let id = &one.target.value;
            if let (Some(was), Some(now)) = (self.before.records().get(id), self.after.records().get(id))
                && !self.material_fields(was, now).is_empty()
            {
                add(NoticeKind::Excl, id, None, "不采用的条款改过，请重新确认理由");
            }
        }
        let arrived: BTreeSet<&Id> = self.moves.values().flatten().collect();
        for record in self.after.records().values().filter(|record| record.kind == RecordKind::Clause) {
            if self.before.records().contains_key(&record.id) || arrived.contains(&record.id) {
                continue;
            }
            let binds = matches!(
                record.fields.get(&Field::Modality),
                Some(Value::Modality(Modality::Shall | Modality::ShallNot | Modality::Must))
            );
            if binds && resolve::applies(self.after, record, self.profile.level) {
                add(NoticeKind::Newduty, &record.id, None, "新的要求：采用，写明开始日，或在可删时不采用");
            }
            let text = record.fields.get(&Field::Text).map(Value::text).unwrap_or_default();
            for own in &self.profile.additions {
                if likeness(&text, &own.text.value) >= ALIKE {
                    let words = "新条款和本地增补相近，可以撤回增补";
                    add(NoticeKind::Dup, &record.id, Some(&own.id.value), words);
                }
            }
        }
        let scoring =
            [Field::Points, Field::Grading, Field::Deduction, Field::Veto, Field::Weights, Field::Method];
        for change in &changes.changes {
            let scored = match change.kind {
                RecordKind::Checklist => change.fields.iter().any(|one| scoring.contains(&one.field)),
                RecordKind::Item => {
                    let has = |base: &Base| {
                        base.records().get(&change.id).is_some_and(|record| {
                            scoring.iter().any(|field| record.fields.contains_key(field))
                        })
                    };
                    let whole = matches!(change.change, ChangeKind::Added | ChangeKind::Removed);
                    (whole && (has(self.before) || has(self.after)))
                        || change.fields.iter().any(|one| scoring.contains(&one.field))
                }
                _ => false,
            };
            if scored {
                add(NoticeKind::Scale, &change.id, None, "评分办法变了，前后两次评价的分数不能比");
            }
        }
        all
    }

    pub(super) fn taken(&self, changes: &Difference) -> Vec<Taken> {
        let own: BTreeSet<(&Id, Aspect)> =
            self.profile.operations.iter().map(|one| (&one.target.value, one.aspect.value)).collect();
        let mut all = Vec::new();
        for change in changes.changes.iter().filter(|change| change.class == ChangeClass::Material) {
            if own.contains(&(&change.id, Aspect::Exclude)) {
                continue;
            }
            if change.fields.is_empty() {
                let (target, change) = (change.id.clone(), change.change);
                all.push(Taken { target, field: None, change, before: None, after: None });
            }
            for one in change.fields.iter().filter(|one| one.class == ChangeClass::Material) {
                if own.contains(&(&change.id, Aspect::Field(one.field))) {
                    continue;
                }
                all.push(Taken {
                    target: change.id.clone(),
                    field: Some(one.field.chinese().to_owned()),
                    change: one.change,
                    before: one.before.clone(),
                    after: one.after.clone(),
                });
            }
        }
        all
    }
}

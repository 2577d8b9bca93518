//! A profile carried from one edition to the next: every change ends in exactly one class, and none is
//! carried over that no longer means what it meant.

mod decide;
mod notice;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use super::examine::{Examined, examine};
use super::file::{Addition, Aspect, Change, Operation, Profile};
use super::resolve::{self, Base};
use super::rewrite::{self, Open};
use super::rights;
use crate::edition::compare::class;
use crate::edition::{Field, Record, Value, confirmed, diff};
use crate::id::Id;
use crate::rule;
use crate::vocabulary::{ChangeClass, Tailor};

pub use report::{Class, Entry, Notice, NoticeKind, Outcome, Taken, Upgrade};

/// Carries a profile with this `text` from the edition it stands on to another one, which is called `name`
/// in the new profile. Decisions that the profile holds are followed where the new edition allows them.
pub fn upgrade(before: &Base, after: &Base, profile: &Profile, text: &str, name: &str) -> Upgrade {
    let tried = examine(after, profile, &profile.operations, &profile.additions, false);
    let work = Work { before, after, profile, tried: &tried, moves: moves(before, after) };
    let mut entries = Vec::new();
    let (mut kept, mut open) = (Vec::new(), Vec::new());
    for (index, one) in profile.operations.iter().enumerate() {
        let found = work.operation(index, one);
        let carried = found.outcome == Outcome::Carried;
        if carried {
            kept.push(index)
        } else {
            open.push(Open::new(Change::Operation(one.clone()), &found))
        }
        entries.push(found);
    }
    let first = profile.operations.len();
    for (index, one) in profile.additions.iter().enumerate() {
        let found = work.addition(first + index, one);
        let carried = found.outcome == Outcome::Carried;
        if carried {
            kept.push(first + index)
        } else {
            open.push(Open::new(Change::Addition(one.clone()), &found))
        }
        entries.push(found);
    }
    let mut settled: Vec<Change> = Vec::new();
    for pending in &profile.pending {
        let mut entry = decide::pending_entry(pending);
        match work.decided(pending, &kept, &settled) {
            Ok(Some(change)) => {
                settled.push(change);
                entry.outcome = Outcome::Settled;
            }
            Ok(None) => entry.outcome = Outcome::Withdrawn,
            Err(problem) => {
                entry.problem = problem;
                open.push(Open::again(pending));
            }
        }
        entries.push(entry);
    }
    let text = rewrite::rewritten(
        profile,
        text,
        &rewrite::Outcome { name, after, kept: &kept, settled: &settled, open: &open },
    );
    let changes = diff(before.handbook(), after.handbook(), &confirmed(after.handbook()));
    Upgrade {
        profile: profile.id.clone(),
        from: before.handbook().config.edition.clone(),
        to: after.handbook().config.edition.clone(),
        notices: work.notices(&changes),
        taken: work.taken(&changes),
        entries,
        text,
    }
}

/// Where retired things went.
fn moves(before: &Base, after: &Base) -> BTreeMap<Id, Vec<Id>> {
    let retired = after.handbook().norms.values().flat_map(|norm| &norm.retired);
    retired
        .filter(|(id, _)| before.records().contains_key(*id))
        .map(|(id, retired)| (id.clone(), retired.into.clone()))
        .collect()
}

struct Work<'a> {
    before: &'a Base,
    after: &'a Base,
    profile: &'a Profile,
    /// The changes as they are, made to the new edition.
    tried: &'a Examined,
    moves: BTreeMap<Id, Vec<Id>>,
}

impl Work<'_> {
    fn operation(&self, index: usize, one: &Operation) -> Entry {
        let id = &one.target.value;
        let (was, now) = (self.before.records().get(id), self.after.records().get(id));
        let field = match one.aspect.value {
            Aspect::Field(field) => Some(field),
            Aspect::Exclude => None,
        };
        let words = |record: Option<&Record>| match field {
            Some(field) => record?.fields.get(&field).map(Value::text),
            None => record.and_then(|record| record.fields.get(&Field::Text)).map(Value::text),
        };
        let (class, outcome) = self.classified(index, one, was, now);
        let proposal =
            (class == Class::Orphan).then(|| self.moves.get(id)?.first().map(Id::to_string)).flatten();
        Entry {
            target: id.clone(),
            field: one.aspect.value.chinese().to_owned(),
            class,
            outcome,
            before: words(was),
            after: words(now),
            own: one.value.as_ref().map(|value| value.value.clone()),
            proposal,
            problem: self.tried.unreadable.get(&index).map(|found| found.message.clone()),
        }
    }

    fn classified(
        &self,
        index: usize,
        one: &Operation,
        was: Option<&Record>,
        now: Option<&Record>,
    ) -> (Class, Outcome) {
        use Outcome::{Carried, Conflict};
        if let Some(class) = self.trouble(index) {
            return (class, Conflict);
        }
        let Some(now) = now else { return (self.gone(one), Conflict) };
        let right = self.after.right(now);
        let exclude = one.aspect.value == Aspect::Exclude;
        if right == Tailor::Locked || (exclude && right != Tailor::Removable) {
            return (Class::Lock, Conflict);
        }
        let meant = one.fingerprint.as_ref().map(|stated| stated.value.clone());
        let meant = meant.or_else(|| was.map(rights::fingerprint));
        if meant != Some(rights::fingerprint(now)) {
            return (Class::Meaning, Conflict);
        }
        let Some(was) = was else { return (Class::Meaning, Conflict) };
        let Aspect::Field(field) = one.aspect.value else {
            let same = self.material_fields(was, now).is_empty();
            return if same { (Class::Keep, Carried) } else { (Class::Both, Conflict) };
        };
        if !resolve::applies(self.after, now, self.profile.level) {
            return (Class::Ref, Conflict);
        }
        let (b1, b2) = (was.fields.get(&field), now.fields.get(&field));
        let tried = self.tried.records.get(&one.target.value);
        let own = tried.and_then(|record| record.fields.get(&field));
        if one.value.is_some() && own.is_none() {
            return (Class::Type, Conflict);
        }
        let (old, new) = (self.before.handbook(), self.after.handbook());
        let Some(kind) = resolve::change(field, (b2, new), (own, &self.tried.resolved.compiled.handbook))
        else {
            return (Class::Same, Carried);
        };
        let roomier = tried.is_some_and(|record| record.tailor > right && field != Field::Tailor);
        let allowed = !roomier
            && rights::allows(right, field, kind, tried.map_or(Tailor::Removable, |record| record.tailor));
        let ordered = rights::is_ordered(b2) && rights::is_ordered(own);
        let base = resolve::change(field, (b1, old), (b2, new));
        let unchanged = base.is_none_or(|kind| class(kind) == ChangeClass::Editorial);
        match (unchanged, allowed, ordered && right == Tailor::Tighten) {
            (true, true, _) => (Class::Keep, Carried),
            (_, false, true) => (Class::Bound, Conflict),
            (true, false, false) => (Class::Lock, Conflict),
            (false, true, true) => (Class::Bound, Carried),
            (false, _, false) => (Class::Both, Conflict),
        }
    }

    /// What the compiler says of the value as it stands in the new edition.
    fn trouble(&self, index: usize) -> Option<Class> {
        let found = self.tried.unreadable.get(&index)?;
        Some(match found.rule {
            r if r == rule::UNKNOWN_FACT || r == rule::BAD_CONDITION => Class::Fact,
            r if r == rule::DEAD_REFERENCE || r == rule::TOMBSTONE => Class::Ref,
            _ => Class::Type,
        })
    }

    /// The class of a change whose target is no longer there.
    fn gone(&self, one: &Operation) -> Class {
        let id = &one.target.value;
        match self.moves.get(id).map(Vec::as_slice) {
            None | Some([]) => Class::Ref,
            Some([only]) => {
                let same = |other: &&Operation| {
                    other.target.value != *id
                        && other.aspect.value == one.aspect.value
                        && (other.target.value == *only
                            || self.moves.get(&other.target.value).map(Vec::as_slice)
                                == Some(std::slice::from_ref(only)))
                };
                let words = |one: &Operation| one.value.as_ref().map(|value| value.value.clone());
                let other = self.profile.operations.iter().find(same);
                let differs = other.is_some_and(|other| words(other) != words(one));
                if differs { Class::Merge } else { Class::Orphan }
            }
            Some(_) => Class::Split,
        }
    }

    /// The fields of a thing that changed materially.
    fn material_fields(&self, was: &Record, now: &Record) -> Vec<Field> {
        let fields: BTreeSet<&Field> = was.fields.keys().chain(now.fields.keys()).collect();
        let material = |field: &&Field| {
            let before = (was.fields.get(*field), self.before.handbook());
            let after = (now.fields.get(*field), self.after.handbook());
            resolve::change(**field, before, after).is_some_and(|kind| class(kind) == ChangeClass::Material)
        };
        fields.into_iter().filter(material).copied().collect()
    }

    fn addition(&self, index: usize, one: &Addition) -> Entry {
        let anchor = self.after.records().get(&one.after);
        let (class, proposal) = match self.trouble(index) {
            Some(class) => (class, None),
            None if anchor.is_none() => match self.moves.get(&one.after).map(Vec::as_slice) {
                None | Some([]) => (Class::Ref, None),
                Some([only]) => (Class::Orphan, Some(only.to_string())),
                Some(_) => (Class::Split, None),
            },
            None if self.after.records().contains_key(&one.id.value) => (Class::Ref, None),
            None => (Class::Keep, None),
        };
        let carried = class == Class::Keep;
        Entry {
            target: one.id.value.clone(),
            field: "增补".to_owned(),
            class,
            outcome: if carried { Outcome::Carried } else { Outcome::Conflict },
            before: None,
            after: None,
            own: Some(one.text.value.clone()),
            proposal,
            problem: self.tried.unreadable.get(&index).map(|found| found.message.clone()),
        }
    }
}

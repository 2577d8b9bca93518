//! A profile carried from one edition to the next: every change ends in exactly one class, and none is
//! carried over that no longer means what it meant.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::file::{Addition, Aspect, Change, Decision, Operation, Profile};
use super::resolve::{self, Base, Examined};
use super::rewrite::{self, Open};
use super::rights;
use crate::diagnostic::Severity;
use crate::edition::compare::class;
use crate::edition::wording::likeness;
use crate::edition::{Field, Record, RecordKind, Value, confirmed, diff};
use crate::id::Id;
use crate::rule;
use crate::vocabulary::{ChangeClass, ChangeKind, Modality, Tailor};
use crate::yaml::Spanned;

/// From this likeness on, a new clause is taken for the one that the adopter added itself.
const ALIKE: f64 = 0.6;

/// What became of a change. Tried in this order, so that each has one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Its value refers to something that is retired or was never there, or its target is retired without
    /// a successor.
    Ref,
    /// Its condition asks for a fact or an option that is gone.
    Fact,
    /// Its value is of another type or unit.
    Type,
    /// Its target went to one successor.
    Orphan,
    /// Its target was split.
    Split,
    /// Its target was merged with one that is changed otherwise.
    Merge,
    /// The edition no longer lets it be changed.
    Lock,
    /// Its target keeps the number and means something else.
    Meaning,
    /// The edition says the same now.
    Same,
    /// The edition did not change there.
    Keep,
    /// The edition changed there too, and only stricter values are allowed.
    Bound,
    /// The edition changed there too.
    Both,
}

impl Class {
    /// The word that adopters see.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Ref => "引用失效",
            Self::Fact => "事实失效",
            Self::Type => "类型变了",
            Self::Orphan => "对象挪了",
            Self::Split => "对象拆了",
            Self::Merge => "对象并了",
            Self::Lock => "不准再改",
            Self::Meaning => "意思变了",
            Self::Same => "已经一样",
            Self::Keep => "照旧",
            Self::Bound => "上下限内",
            Self::Both => "两边都改",
        }
    }
}

/// What is done with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stands in the new profile.
    Carried,
    /// Somebody has to decide.
    Conflict,
    /// Somebody decided that it stands, with this or another value or target.
    Settled,
    /// Somebody decided that it goes.
    Withdrawn,
}

/// One change, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Entry {
    /// Its target; for an addition its own id.
    pub target: Id,
    /// What of it, in the author's words.
    pub field: String,
    /// Its class.
    pub class: Class,
    /// What is done with it.
    pub outcome: Outcome,
    /// What the edition before says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What the edition after says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What the adopter says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// Another target that is proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<String>,
    /// Why it is no longer possible, where that needs words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Something beside the changes that the adopter has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The clause, item or checklist.
    pub target: Id,
    /// What is proposed or compared: the adopter's own clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<Id>,
    /// What to do, in words.
    pub words: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// What is not adopted has changed: the reason has to be confirmed again.
    Excl,
    /// A new duty applies here.
    Newduty,
    /// A new clause is like one of the adopter's own.
    Dup,
    /// Scoring changed: assessments before and after do not compare.
    Scale,
}

/// A material change of the edition at a place that the adopter has not changed: it is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Taken {
    /// The thing.
    pub target: Id,
    /// The field; absent when the whole is new or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What became of it.
    pub change: ChangeKind,
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What upgrading a profile comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Upgrade {
    /// The profile.
    pub profile: String,
    /// Label of the edition before.
    pub from: String,
    /// Label of the edition after.
    pub to: String,
    /// Every change, in the order of the profile.
    pub entries: Vec<Entry>,
    /// What else the adopter has to look at.
    pub notices: Vec<Notice>,
    /// Material changes that are taken over.
    pub taken: Vec<Taken>,
    /// The new profile.
    #[serde(skip)]
    pub text: String,
}

impl Upgrade {
    /// How many changes are still to be decided.
    pub fn open(&self) -> usize {
        self.entries.iter().filter(|entry| entry.outcome == Outcome::Conflict).count()
    }
}

/// Carries a profile with this `text` from the edition it stands on to another one, which is called `name`
/// in the new profile. Decisions that the profile holds are followed where the new edition allows them.
pub fn upgrade(before: &Base, after: &Base, profile: &Profile, text: &str, name: &str) -> Upgrade {
    let tried = resolve::examine(after, profile, &profile.operations, &profile.additions, false);
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
        let mut entry = pending_entry(pending);
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

    /// What was decided about a conflict: the change as it is to be, or nothing when it is given up.
    ///
    /// # Errors
    /// Why it cannot be so; nothing when nobody has decided yet.
    fn decided(
        &self,
        pending: &super::file::Pending,
        kept: &[usize],
        settled: &[Change],
    ) -> Result<Option<Change>, Option<String>> {
        let Some(decision) = &pending.decision else { return Err(None) };
        let asked = |what: &str| Some(format!("「处理」写了，还缺「{what}」"));
        let mut change = pending.change.clone();
        match (decision.value, &mut change) {
            (Decision::Withdraw, _) => return Ok(None),
            (Decision::Keep, _) => {}
            (Decision::Change, Change::Operation(one)) => {
                let value = pending.value.clone().ok_or_else(|| asked("新值"))?;
                one.value = Some(value);
            }
            (Decision::Change, Change::Addition(one)) => {
                one.text = pending.value.clone().ok_or_else(|| asked("新值"))?;
            }
            (Decision::Move, Change::Operation(one)) => {
                let target = pending.target.clone().ok_or_else(|| asked("新条"))?;
                one.target = Spanned { value: Id::new(target.value), span: target.span };
                one.value = pending.value.clone().or_else(|| one.value.take());
            }
            (Decision::Move, Change::Addition(one)) => {
                one.after = Id::new(pending.target.clone().ok_or_else(|| asked("新条"))?.value);
            }
        }
        if let Change::Operation(one) = &mut change {
            let record = self.after.records().get(&one.target.value);
            let span = one.target.span.clone();
            one.fingerprint = record.map(|record| Spanned { value: rights::fingerprint(record), span });
        }
        self.stands(&change, kept, settled).map(|()| Some(change)).map_err(Some)
    }

    /// Whether a change can be made beside those that are.
    fn stands(&self, change: &Change, kept: &[usize], settled: &[Change]) -> Result<(), String> {
        let (mut operations, mut additions) = (Vec::new(), Vec::new());
        for (index, one) in self.profile.operations.iter().enumerate() {
            if kept.contains(&index) {
                operations.push(one.clone());
            }
        }
        for (index, one) in self.profile.additions.iter().enumerate() {
            if kept.contains(&(self.profile.operations.len() + index)) {
                additions.push(one.clone());
            }
        }
        for one in settled.iter().chain([change]) {
            match one {
                Change::Operation(one) => operations.push(one.clone()),
                Change::Addition(one) => additions.push(one.clone()),
            }
        }
        let own = match change {
            Change::Operation(_) => operations.len() - 1,
            Change::Addition(_) => operations.len() + additions.len() - 1,
        };
        let examined = resolve::examine(self.after, self.profile, &operations, &additions, false);
        let fault = examined.found.iter().find(|(index, found)| {
            found.rule.severity == Severity::Error && index.is_none_or(|index| index == own)
        });
        fault.map_or(Ok(()), |(_, found)| Err(found.message.clone()))
    }

    fn notices(&self, changes: &crate::edition::Difference) -> Vec<Notice> {
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

    fn taken(&self, changes: &crate::edition::Difference) -> Vec<Taken> {
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

fn pending_entry(pending: &super::file::Pending) -> Entry {
    let classes = [
        Class::Ref,
        Class::Fact,
        Class::Type,
        Class::Orphan,
        Class::Split,
        Class::Merge,
        Class::Lock,
        Class::Meaning,
        Class::Same,
        Class::Keep,
        Class::Bound,
        Class::Both,
    ];
    let class = classes.into_iter().find(|class| class.chinese() == pending.class).unwrap_or(Class::Both);
    let (target, field, own) = match &pending.change {
        Change::Operation(one) => (
            one.target.value.clone(),
            one.aspect.value.chinese().to_owned(),
            one.value.as_ref().map(|value| value.value.clone()),
        ),
        Change::Addition(one) => (one.id.value.clone(), "增补".to_owned(), Some(one.text.value.clone())),
    };
    Entry {
        target,
        field,
        class,
        outcome: Outcome::Conflict,
        before: pending.before.clone(),
        after: pending.after.clone(),
        own,
        proposal: pending.proposal.clone(),
        problem: None,
    }
}

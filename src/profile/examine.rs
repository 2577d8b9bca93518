//! Changes made to a base, and everything that is wrong with them: what is not there, what may not be
//! changed, what goes the wrong way, and what else would change.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::edit::{self, Edit, Edited};
use super::file::{Addition, Aspect, Operation, Profile};
use super::resolve::{Base, Resolved, applies, change, tailoring};
use super::rights;
use crate::compile::{Compiled, compile_cached};
use crate::diagnostic::{Diagnostic, Severity, Span, nearest};
use crate::edition::{Field, Record, RecordKind, Value, records};
use crate::id::Id;
use crate::lint::lock;
use crate::model::{Handbook, Target};
use crate::rule;
use crate::vocabulary::Tailor;

/// What changes come to on a base.
pub(super) struct Examined {
    /// The handbook with the changes.
    pub resolved: Resolved,
    /// Its records.
    pub records: IndexMap<Id, Record>,
    /// What is wrong, with the index of the change (additions behind operations) where it is one's own.
    pub found: Vec<(Option<usize>, Diagnostic)>,
    /// Errors of the compiler in what was written, by change: what the value refers to is not there, or it
    /// cannot be read.
    pub unreadable: BTreeMap<usize, Diagnostic>,
}

/// Looks at changes: those for which there is no place are reported and left out, the others are made.
/// With `settings`, the handbook is also given the adopter's name and level.
pub(super) fn examine(
    base: &Base,
    profile: &Profile,
    operations: &[Operation],
    additions: &[Addition],
    settings: bool,
) -> Examined {
    let mut work = Examination { base, profile, operations, additions, found: Vec::new() };
    let mut sound = work.sound();
    let derived = work.derived(&sound);
    let (mut edits, mut changes): (Vec<Edit<'_>>, Vec<usize>) = (Vec::new(), Vec::new());
    for &index in &sound {
        edits.push(work.edit(index));
        changes.push(index);
    }
    for (item, checks, index) in &derived {
        edits.push(match checks {
            Some(checks) => Edit::Set(item, Field::Checks, Some(checks)),
            None => Edit::Exclude(item),
        });
        changes.push(*index);
    }
    let mut edited = edit::apply(&base.sources, base.handbook(), &edits);
    for (index, why) in std::mem::take(&mut edited.refused) {
        let index = changes[index];
        work.report(index, rule::PROFILE_FIELD, work.place(index), why, "换一项改，或改成增补条款");
        sound.retain(|&one| one != index);
    }
    edited.places.iter_mut().for_each(|(_, _, index)| *index = changes[*index]);
    if settings {
        edited.settings(&work.settings());
        edited.sources.files.remove(lock::FILE);
    }
    let compiled = compile_cached(&edited.sources, &base.cache);
    let unreadable = work.unreadable(&compiled, &edited);
    let records = records(&compiled.handbook);
    work.directions(&sound, &records, &compiled.handbook, &unreadable);
    work.consequences(&sound, &derived, &records, edited.defaulted);
    let deviations = work.deviations(&sound, &derived, &records);
    let found = work.found;
    let mut resolved = Resolved { sources: edited.sources, compiled };
    if settings {
        resolved.compiled.handbook.tailoring = Some(tailoring(base, profile, deviations));
    }
    Examined { resolved, records, found, unreadable }
}

/// An item that has to change because clauses it checks are not adopted: what it still checks, or nothing
/// when it goes with them, and the change that it follows from.
pub(super) type Derived = (Id, Option<String>, usize);

/// The work of looking at changes.
pub(super) struct Examination<'a> {
    pub(super) base: &'a Base,
    pub(super) profile: &'a Profile,
    pub(super) operations: &'a [Operation],
    pub(super) additions: &'a [Addition],
    found: Vec<(Option<usize>, Diagnostic)>,
}

impl<'a> Examination<'a> {
    fn report(
        &mut self,
        index: usize,
        rule: &'static rule::Rule,
        place: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push((Some(index), Diagnostic::new(rule, place, message).help(help)));
    }

    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(&self.profile.path, range.clone())
    }

    /// The place of a change: its target, or the id of what is added.
    fn place(&self, index: usize) -> Span {
        match self.operations.get(index) {
            Some(operation) => self.span(&operation.target.span),
            None => self.span(&self.additions[index - self.operations.len()].id.span),
        }
    }

    fn edit(&self, index: usize) -> Edit<'a> {
        match self.operations.get(index) {
            Some(one) => Edit::of(
                &one.target.value,
                one.aspect.value,
                one.value.as_ref().map(|value| value.value.as_str()),
            ),
            None => Edit::Add(&self.additions[index - self.operations.len()]),
        }
    }

    /// The changes that can be made: their targets are there and may be changed.
    fn sound(&mut self) -> Vec<usize> {
        let mut first: BTreeMap<(&Id, Aspect), usize> = BTreeMap::new();
        for (index, one) in self.operations.iter().enumerate() {
            first.entry((&one.target.value, one.aspect.value)).or_insert(index);
        }
        let mut sound = Vec::new();
        for index in 0..self.operations.len() {
            let one = &self.operations[index];
            let earlier = first[&(&one.target.value, one.aspect.value)];
            let excluded = first.get(&(&one.target.value, Aspect::Exclude)).copied();
            if let Some(other) =
                Some(earlier).filter(|&earlier| earlier != index).or(excluded.filter(|&e| e != index))
            {
                let message = match other == earlier {
                    true => format!("{} 的「{}」改了两次", one.target.value, one.aspect.value.chinese()),
                    false => format!(
                        "{} 已经不采用，不能再改它的「{}」",
                        one.target.value,
                        one.aspect.value.chinese()
                    ),
                };
                let other = self.place(other);
                let diagnostic = Diagnostic::new(rule::PROFILE_TWICE, self.place(index), message);
                let diagnostic = diagnostic.related(other, "另一处在这里").help("留下一处，删去另一处");
                self.found.push((Some(index), diagnostic));
                continue;
            }
            if self.is_sound(index) {
                sound.push(index);
            }
        }
        let mut seen = BTreeSet::new();
        for index in 0..self.additions.len() {
            let addition = &self.additions[index];
            if let Some((message, help)) = self.bad_addition(addition, &mut seen) {
                let place = self.span(&addition.id.span);
                self.report(self.operations.len() + index, rule::PROFILE_LOCAL_ID, place, message, help);
            } else {
                sound.push(self.operations.len() + index);
            }
        }
        sound
    }

    fn is_sound(&mut self, index: usize) -> bool {
        let one = &self.operations[index];
        let (id, place) = (&one.target.value, self.span(&one.target.span));
        let Some(record) = self.base.records().get(id) else {
            let (message, help) = missing(self.base, id);
            self.report(index, rule::PROFILE_TARGET, place, message, help);
            return false;
        };
        let aspect = one.aspect.value;
        if !rights::has(record.kind, aspect) {
            let words = rights::words(record.kind);
            let help = if words.is_empty() {
                format!("{}不能裁剪", record.kind.chinese())
            } else {
                format!("{}可以改：{}", record.kind.chinese(), words.join("、"))
            };
            let message = format!("{id} 没有「{}」可改", aspect.chinese());
            self.report(index, rule::PROFILE_FIELD, self.span(&one.aspect.span), message, help);
            return false;
        }
        let level = self.profile.level;
        if !applies(self.base, record, level) {
            let message = format!("{id} 不适用于{}级", level.chinese());
            self.report(index, rule::PROFILE_LEVEL, place, message, "本级没有它，删去这一项");
            return false;
        }
        let right = self.base.right(record);
        if right == Tailor::Locked {
            let message = format!("{id} 是锁定的，不能改");
            let help = "锁定的条款各处一样；做不到的，照标准声明，不写进方案";
            self.report(index, rule::PROFILE_LOCKED, place, message, help);
            return false;
        }
        if aspect == Aspect::Exclude && right != Tailor::Removable {
            let message = format!("{id} 的裁剪是「{}」，不能不采用", right.chinese());
            self.report(index, rule::PROFILE_NOT_REMOVABLE, place, message, "只有「可删」的条款能不采用");
            return false;
        }
        let expected = rights::fingerprint(record);
        match &one.fingerprint {
            Some(stated) if stated.value == expected => {}
            stated => {
                let place = stated.as_ref().map_or(place, |stated| self.span(&stated.span));
                let message = match stated {
                    Some(_) => format!("{id} 的意思在定这一项之后变过"),
                    None => format!("{id} 没有写指纹"),
                };
                let help = format!("看过现在的内容再写 指纹: \"{expected}\"");
                self.report(index, rule::PROFILE_FINGERPRINT, place, message, help);
            }
        }
        if let Some(value) = one.value.as_ref().filter(|value| !edit::is_one_line(&value.value)) {
            let place = self.span(&value.span);
            self.report(
                index,
                rule::PROFILE_VALUE,
                place,
                "值要写成一行，不能空着",
                "并成一行；要拿掉这一项的写 无",
            );
            return false;
        }
        true
    }

    fn bad_addition(&self, addition: &'a Addition, seen: &mut BTreeSet<&'a Id>) -> Option<(String, String)> {
        let id = &addition.id.value;
        let example =
            format!("写成 {}_{}1 这样：原有条款号、下划线、代号、序号", addition.after, self.profile.tag);
        let local = id.local();
        let own = local.split_once('_').and_then(|(_, own)| own.strip_prefix(self.profile.tag.as_str()));
        let numbered = own.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if !edit::is_clause(id) || !numbered {
            return Some((format!("增补条款的号不能是「{id}」"), example));
        }
        if self.base.records().contains_key(id) || !seen.insert(id) {
            return Some((format!("号 {id} 已经用过"), "换一个没有用过的序号".to_owned()));
        }
        let anchor = self.base.records().get(&addition.after);
        let Some(anchor) = anchor.filter(|anchor| anchor.kind == RecordKind::Clause) else {
            return Some((format!("没有 {} 这一条，增补没有地方接", addition.after), example));
        };
        if anchor.norm != id.norm() {
            return Some((
                format!("{id} 不能接在 {} 后面", addition.after),
                "接在同一篇里的条款后面".to_owned(),
            ));
        }
        let values = addition.fields.iter().map(|(_, value)| value).chain([&addition.text]);
        if values.into_iter().any(|value| !edit::is_one_line(&value.value)) {
            return Some((format!("{id} 有一项不是一行"), "每一项并成一行，不能空着".to_owned()));
        }
        None
    }

    /// Items that follow clauses which are not adopted.
    fn derived(&mut self, sound: &[usize]) -> Vec<Derived> {
        let mut excluded: BTreeMap<&Id, usize> = BTreeMap::new();
        let operations = self.operations;
        for &index in sound {
            if let Some(one) = operations.get(index).filter(|one| one.aspect.value == Aspect::Exclude) {
                excluded.insert(&one.target.value, index);
            }
        }
        let mut derived = Vec::new();
        if excluded.is_empty() {
            return derived;
        }
        let base = self.base;
        for record in base.records().values().filter(|record| record.kind == RecordKind::Item) {
            let Some(Value::Set(checks)) = record.fields.get(&Field::Checks) else { continue };
            let Some(&index) = checks.iter().find_map(|id| excluded.get(&Id::new(id))) else { continue };
            if excluded.contains_key(&record.id) {
                continue;
            }
            let left: Vec<&str> =
                checks.iter().map(String::as_str).filter(|id| !excluded.contains_key(&Id::new(id))).collect();
            if left.is_empty() && base.right(record) == Tailor::Locked {
                let message = format!("{} 只查这一条，是否决项或评分项，不能跟着不采用", record.id);
                let help = "保留这一条；评分表和否决项各处一样";
                self.report(index, rule::PROFILE_NOT_REMOVABLE, self.place(index), message, help);
                continue;
            }
            derived.push((record.id.clone(), (!left.is_empty()).then(|| left.join("；")), index));
        }
        derived
    }

    fn settings(&self) -> [(&'static str, &'static str, String); 5] {
        let (config, profile) = (&self.base.handbook().config, self.profile);
        [
            ("编号", "id", format!("{}-{}", config.id, profile.id)),
            ("标题", "title", profile.title.clone()),
            ("发布", "publisher", profile.unit.clone()),
            ("版次", "edition", format!("{}-{}", config.edition, profile.id)),
            ("默认层级", "level", profile.level.chinese().to_owned()),
        ]
    }

    /// Errors that the base does not have. Those in what was written are reported there.
    fn unreadable(&mut self, compiled: &Compiled, edited: &Edited) -> BTreeMap<usize, Diagnostic> {
        let key = |one: &Diagnostic| (one.rule.code, one.message.clone(), one.span.file.clone());
        let mut known: BTreeMap<_, usize> = BTreeMap::new();
        for one in &self.base.compiled.diagnostics {
            *known.entry(key(one)).or_default() += 1;
        }
        let mut unreadable = BTreeMap::new();
        for one in compiled.diagnostics.iter().filter(|one| one.rule.severity == Severity::Error) {
            if let Some(count) = known.get_mut(&key(one)).filter(|count| **count > 0) {
                *count -= 1;
                continue;
            }
            let own = edited.places.iter().find(|(file, range, _)| {
                *file == one.span.file && (range.start..=range.end).contains(&one.span.start)
            });
            let help = if one.help.is_empty() { one.label.clone() } else { one.help.clone() };
            let Some(&(_, _, index)) = own else {
                let message = format!("裁剪之后手册有错：{}（{}）", one.message, one.span.file);
                let diagnostic =
                    Diagnostic::new(rule::PROFILE_CONSEQUENCE, self.profile.span.clone(), message);
                self.found.push((None, diagnostic.help(help).help_if_empty("看是哪一项引起的，改那一项")));
                continue;
            };
            let place = match self.operations.get(index) {
                Some(operation) => {
                    operation.value.as_ref().map_or(self.place(index), |value| self.span(&value.span))
                }
                None => self.place(index),
            };
            let diagnostic = Diagnostic::new(rule::PROFILE_VALUE, place, one.message.clone()).help(help);
            self.found.push((Some(index), diagnostic.help_if_empty("照手册的写法改")));
            unreadable.entry(index).or_insert_with(|| one.clone());
        }
        unreadable
    }

    /// Whether each change goes the way that its right allows.
    fn directions(
        &mut self,
        sound: &[usize],
        after: &IndexMap<Id, Record>,
        handbook: &Handbook,
        unreadable: &BTreeMap<usize, Diagnostic>,
    ) {
        let base = self.base;
        let operations = self.operations;
        for &index in sound {
            let Some(one) = operations.get(index).filter(|_| !unreadable.contains_key(&index)) else {
                continue;
            };
            let Aspect::Field(field) = one.aspect.value else { continue };
            let id = &one.target.value;
            let (Some(was), Some(now)) = (base.records().get(id), after.get(id)) else { continue };
            let place = one.value.as_ref().map_or(self.place(index), |value| self.span(&value.span));
            let (old, new) = (was.fields.get(&field), now.fields.get(&field));
            let word = one.aspect.value.chinese();
            if one.value.is_some() && new.is_none() {
                let message = format!("这个值读不成 {id} 的「{word}」");
                self.report(index, rule::PROFILE_VALUE, place, message, "照手册里这一项的写法写");
                continue;
            }
            let Some(kind) = change(field, (old, base.handbook()), (new, handbook)) else {
                let message = format!("{id} 的「{word}」和基准一样");
                self.report(
                    index,
                    rule::PROFILE_REDUNDANT,
                    place,
                    message,
                    "不用写；以后的版可能再改，也可以留着",
                );
                continue;
            };
            let right = base.right(was);
            let allowed = rights::allows(right, field, kind, now.tailor);
            if now.tailor > right && (allowed || field == Field::Tailor) {
                let message =
                    format!("{id} 的裁剪从「{}」放宽成「{}」", right.chinese(), now.tailor.chinese());
                let help = "裁剪的余地只能往小改；改正文的，同时用一项写明「裁剪」";
                self.report(index, rule::PROFILE_RIGHTS, place, message, help);
                continue;
            }
            if !allowed {
                let words = |value: Option<&Value>| value.map_or("（没有）".to_owned(), Value::text);
                let message =
                    format!("{id} 只可加严，「{word}」不能从「{}」改成「{}」", words(old), words(new));
                let help = match (field, rights::is_ordered(old)) {
                    (_, true) => "改成更严的值，或不改",
                    (Field::Evidence | Field::Roles | Field::Method, _) => "原有的都留下，再往上加",
                    _ => "分不出宽严的不能改；要多做的写成增补条款",
                };
                self.report(index, rule::PROFILE_LOOSER, place, message, help);
            }
        }
    }

    /// Nothing changed but what was asked for and what is known to follow.
    fn consequences(
        &mut self,
        sound: &[usize],
        derived: &[Derived],
        after: &IndexMap<Id, Record>,
        defaulted: bool,
    ) {
        let touched: BTreeSet<&Id> = sound
            .iter()
            .filter_map(|&index| self.operations.get(index))
            .map(|one| &one.target.value)
            .chain(derived.iter().map(|(item, ..)| item))
            .collect();
        let added: BTreeSet<&Id> = self.additions.iter().map(|addition| &addition.id.value).collect();
        let inherits = |record: &Record| match record.fields.get(&Field::Checks) {
            Some(Value::Set(checks)) => checks.iter().any(|id| touched.contains(&Id::new(id))),
            _ => false,
        };
        let follows = |record: &Record| {
            touched.contains(&record.id)
                || inherits(record)
                || (defaulted && !matches!(record.kind, RecordKind::Parameter | RecordKind::Role))
        };
        let mut strayed: Vec<&Id> = Vec::new();
        for was in self.base.records().values() {
            match after.get(&was.id) {
                Some(now) if now.fields == was.fields => {}
                _ if follows(was) => {}
                _ => strayed.push(&was.id),
            }
        }
        let known = self.base.records();
        strayed.extend(after.keys().filter(|id| !known.contains_key(*id) && !added.contains(id)));
        // What could not be read is reported already, and may take others with it.
        if strayed.is_empty() || self.found.iter().any(|(_, one)| one.rule.severity == Severity::Error) {
            return;
        }
        let names = strayed.iter().take(5).map(|id| id.as_str()).collect::<Vec<_>>().join("、");
        let message = format!("没有要改的也跟着变了：{names}");
        let diagnostic = Diagnostic::new(rule::PROFILE_CONSEQUENCE, self.profile.span.clone(), message);
        self.found.push((None, diagnostic.help("值里有换行、表格线或新的号；改成只说这一项的话")));
    }
}

/// Why there is nothing with this id, and what to do.
fn missing(base: &Base, id: &Id) -> (String, String) {
    if let Some(Target::Retired(_, retired)) = base.handbook().target(id) {
        let into = retired.into.iter().map(Id::as_str).collect::<Vec<_>>().join("、");
        let help = if into.is_empty() {
            "删去这一项".to_owned()
        } else {
            format!("它并入了 {into}，改那一条")
        };
        return (format!("{id} 已经废止"), help);
    }
    let parts = base.records().keys().filter(|known| known.as_str().starts_with(&format!("{id}.")));
    let parts: Vec<&str> = parts.map(Id::as_str).collect();
    if !parts.is_empty() {
        return (format!("{id} 有几个分项，要写明是哪一个"), format!("可用：{}", parts.join("、")));
    }
    let near = nearest(id.as_str(), base.records().keys().map(Id::as_str));
    let help =
        near.map_or("写条款、检查项或参数的号".to_owned(), |near| format!("是不是「{near}」？"));
    (format!("没有 {id}"), help)
}

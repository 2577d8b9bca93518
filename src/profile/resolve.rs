//! A profile made into the adopter's own handbook, and everything that it breaks on the way.

use indexmap::IndexMap;

use super::examine::examine;
use super::file::Profile;
use super::rights;
use crate::compile::{self, Compiled, compile_cached};
use crate::diagnostic::{Diagnostic, Span, has_errors};
use crate::edition::compare::{Amounts, compare};
use crate::edition::diff::length;
use crate::edition::{Field, Record, RecordKind, Value, records};
use crate::id::Id;
use crate::model::{Deviation, Handbook, Tailoring};
use crate::rule;
use crate::source::Sources;
use crate::syntax::deadline::Amount;
use crate::vocabulary::{ChangeKind, Level, Tailor};

/// What a profile stands on, compiled.
pub struct Base {
    /// Its files.
    pub sources: Sources,
    /// What they compile to.
    pub compiled: Compiled,
    /// Its digest (`sha256:…`), where it is sealed or was resolved on something that is.
    pub digest: Option<String>,
    records: IndexMap<Id, Record>,
    pub(super) cache: compile::Cache,
}

impl Base {
    /// The base that these files are.
    pub fn new(sources: Sources, digest: Option<String>) -> Self {
        let cache = compile::Cache::default();
        let compiled = compile_cached(&sources, &cache);
        let records = records(&compiled.handbook);
        Self { sources, compiled, digest, records, cache }
    }

    /// The handbook.
    pub fn handbook(&self) -> &Handbook {
        &self.compiled.handbook
    }

    /// Everything with an id, as fields.
    pub fn records(&self) -> &IndexMap<Id, Record> {
        &self.records
    }

    /// What an adopter may do with a thing.
    pub fn right(&self, record: &Record) -> Tailor {
        rights::right(record, &self.records)
    }
}

/// The handbook of an adopter.
#[derive(Debug)]
pub struct Resolved {
    /// Its files: those of the base with every change in its place.
    pub sources: Sources,
    /// What they compile to.
    pub compiled: Compiled,
}

impl Resolved {
    /// The base that the adopter below stands on.
    pub fn into_base(self, digest: Option<String>) -> Base {
        let records = records(&self.compiled.handbook);
        Base {
            sources: self.sources,
            compiled: self.compiled,
            digest,
            records,
            cache: compile::Cache::default(),
        }
    }
}

/// The adopter's own handbook.
///
/// # Errors
/// What is wrong with the profile, when anything is.
pub fn resolve(base: &Base, profile: &Profile) -> Result<Resolved, Vec<Diagnostic>> {
    let (resolved, found) = check(base, profile);
    if has_errors(&found) { Err(found) } else { Ok(resolved) }
}

/// Everything that is wrong with a profile, and what it comes to if that is left aside.
pub fn check(base: &Base, profile: &Profile) -> (Resolved, Vec<Diagnostic>) {
    let mut found = Vec::new();
    foundation(base, profile, &mut found);
    for pending in &profile.pending {
        let span = Span::new(&profile.path, pending.range.clone());
        let message = format!("这一处冲突还没有决定（{}）", pending.class);
        let help = "写「处理: 保留、撤回、改为 或 移到」，再运行 shouce profile upgrade";
        found.push(Diagnostic::new(rule::PROFILE_OPEN, span, message).help(help));
    }
    let examined = examine(base, profile, &profile.operations, &profile.additions, true);
    found.extend(examined.found.into_iter().map(|(_, diagnostic)| diagnostic));
    crate::diagnostic::sort(&mut found);
    (examined.resolved, found)
}

fn foundation(base: &Base, profile: &Profile, found: &mut Vec<Diagnostic>) {
    let name = profile.base.name();
    if let (Some(stated), Some(digest)) = (&profile.digest, &base.digest)
        && stated.value != *digest
    {
        let span = Span::new(&profile.path, stated.span.clone());
        let message = format!("「{}」的摘要不是这里写的", name.value);
        found.push(
            Diagnostic::new(rule::PROFILE_BASE, span, message)
                .help(format!("基准换过：运行 shouce profile upgrade；现在的摘要是 {digest}")),
        );
    }
    if let Some(above) = base.handbook().tailoring.as_ref().map(|tailoring| tailoring.level)
        && profile.level <= above
    {
        let message = format!("上级方案是{}级的，下面不能是{}级", above.chinese(), profile.level.chinese());
        found.push(
            Diagnostic::new(rule::PROFILE_LEVEL, profile.span.clone(), message)
                .help("层级自上而下是市、区、街；改「层级」，或换「上级」"),
        );
    }
}

pub(super) fn tailoring(base: &Base, profile: &Profile, own: Vec<Deviation>) -> Tailoring {
    let above = base.handbook().tailoring.as_ref();
    let mut deviations = above.map(|above| above.deviations.clone()).unwrap_or_default();
    deviations.extend(own);
    let not_applicable = base.records.values().filter(|record| !applies(base, record, profile.level));
    Tailoring {
        profile: profile.id.clone(),
        unit: profile.unit.clone(),
        level: profile.level,
        base: base.handbook().config.edition.clone(),
        base_digest: base.digest.clone(),
        deviations,
        not_applicable: not_applicable.map(|record| record.id.clone()).collect(),
    }
}

/// What became of a field between two handbooks; nothing when it says the same.
pub(super) fn change(
    field: Field,
    (before, old): (Option<&Value>, &Handbook),
    (after, new): (Option<&Value>, &Handbook),
) -> Option<ChangeKind> {
    let in_old = |amount: &Amount, level: Level| length(old, amount, level);
    let in_new = |amount: &Amount, level: Level| length(new, amount, level);
    let amounts: (Amounts<'_>, Amounts<'_>) = (&in_old, &in_new);
    compare(field, before, after, amounts)
}

/// Whether a norm, clause, item or parameter applies at a level.
pub(super) fn applies(base: &Base, record: &Record, level: Level) -> bool {
    let own = |record: &Record| match record.fields.get(&Field::Levels) {
        Some(Value::Set(levels)) => levels.iter().any(|word| word == level.chinese()),
        _ => true,
    };
    match record.kind {
        RecordKind::Parameter => record.fields.contains_key(&level_field(level)),
        RecordKind::Norm => own(record),
        RecordKind::Clause | RecordKind::Item => {
            let norm = record.norm.as_ref().and_then(|norm| base.records.get(norm));
            own(record) && norm.is_none_or(own)
        }
        _ => true,
    }
}

/// The field that holds a parameter's value at a level.
pub(super) fn level_field(level: Level) -> Field {
    match level {
        Level::City => Field::City,
        Level::District => Field::District,
        Level::Street => Field::Street,
    }
}

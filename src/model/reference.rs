//! References followed both ways: dead ones are reported, living ones become links back.
//!
//! Handbooks follow one another as an author writes, and differ in one norm. What a norm refers to is
//! looked up again only when that norm changed, or ids went or came where it points.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::build::{Built, Reference};
use super::{Handbook, Target};
use crate::diagnostic::Diagnostic;
use crate::id::{Id, IdKind};
use crate::rule;
use crate::text;
use crate::vocabulary::Level;

/// Where an id is defined: its norm, or for what stands in a registry the id itself.
fn home(id: &Id) -> &str {
    id.norm_name().unwrap_or(id.as_str())
}

/// Who refers to what, by the home of what is referred to.
#[derive(Debug, Clone, Default)]
pub struct Backlinks(BTreeMap<Id, Shard>);

/// Who refers to the ids of one home.
type Shard = Arc<BTreeMap<Id, Vec<Id>>>;

impl Backlinks {
    /// Who refers to this id, in reading order and without repeats.
    pub fn get(&self, id: &Id) -> Option<&[Id]> {
        Some(self.0.get(home(id))?.get(id)?.as_slice())
    }

    /// What is referred to of a norm, the norm itself included, and by whom.
    pub fn of_norm(&self, norm: &Id) -> impl Iterator<Item = (&Id, &[Id])> {
        self.0.get(norm).into_iter().flat_map(|shard| shard.iter()).map(|(to, from)| (to, from.as_slice()))
    }

    /// Leaves out who is not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&Id) -> bool) {
        for shard in self.0.values_mut() {
            let left = shard.iter().map(|(to, from)| {
                (to.clone(), from.iter().filter(|from| keep(from)).cloned().collect::<Vec<_>>())
            });
            *shard = Arc::new(left.filter(|(_, from)| !from.is_empty()).collect());
        }
    }
}

/// What the references of one norm, or of the registries, come to.
#[derive(Debug, Default)]
pub struct Links {
    /// The living ones by home: to what, from where; without repeats.
    living: BTreeMap<Id, Vec<(Id, Id)>>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Links {
    /// Whether a norm's hold when the ids of some norms have changed. What to write instead of a dead
    /// number may come from anywhere.
    fn hold(&self, moved: &BTreeSet<Id>) -> bool {
        let points_there = || moved.iter().any(|norm| self.living.contains_key(norm));
        moved.is_empty() || (self.diagnostics.is_empty() && !points_there())
    }
}

/// A norm, and what its references came to.
pub type Followed = (Arc<Built>, Arc<Links>);

/// What is remembered from one time to the next.
#[derive(Debug, Default)]
pub struct Before {
    /// By norm, in reading order.
    norms: Vec<Followed>,
    registries: Arc<Links>,
    backlinks: Backlinks,
}

/// What references are held against.
pub struct World<'a> {
    /// The handbook, all but its backlinks.
    pub handbook: &'a Handbook,
    /// Its norms as they were built, in reading order.
    pub built: &'a [Arc<Built>],
    /// The norms that have a file, readable or not.
    pub files: &'a BTreeSet<Id>,
    /// What the registries refer to.
    pub registries: &'a [Reference],
}

/// Follows every reference. `before` is what that gave the last time with the same registries and the
/// same `files`; it is brought up to date.
pub fn follow(
    world: &World<'_>,
    before: &mut Option<Before>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Backlinks {
    let known = Known::new(world);
    let old: HashMap<&Id, &Followed> =
        before.iter().flat_map(|before| &before.norms).map(|kept| (&kept.0.norm.id, kept)).collect();
    let moved = moved(&old, world.built);
    let follow_one = |built: &Arc<Built>| match old.get(&built.norm.id) {
        Some((same, links)) if Arc::ptr_eq(same, built) && links.hold(&moved) => links.clone(),
        _ => Arc::new(links(world, &known, &built.references)),
    };
    let followed: Vec<Arc<Links>> = world.built.par_iter().map(follow_one).collect();
    let norms: Vec<Followed> = world.built.iter().cloned().zip(followed).collect();
    let registries = Arc::new(links(world, &known, world.registries));
    diagnostics.extend(norms.iter().flat_map(|(_, links)| &links.diagnostics).cloned());
    diagnostics.extend(registries.diagnostics.iter().cloned());
    let after = Before { norms, registries, backlinks: Backlinks::default() };
    let backlinks = backlinks(before.as_ref(), &after);
    *before = Some(Before { backlinks: backlinks.clone(), ..after });
    backlinks
}

/// The norms whose ids are not what they were.
fn moved(old: &HashMap<&Id, &Followed>, built: &[Arc<Built>]) -> BTreeSet<Id> {
    let mut gone: HashSet<&Id> = old.keys().copied().collect();
    let mut moved = BTreeSet::new();
    for now in built {
        gone.remove(&now.norm.id);
        let same = old.get(&now.norm.id).is_some_and(|(before, _)| {
            Arc::ptr_eq(before, now) || (before.ids == now.ids && before.norm.retired == now.norm.retired)
        });
        if !same {
            moved.insert(now.norm.id.clone());
        }
    }
    moved.extend(gone.into_iter().cloned());
    moved
}

/// The backlinks, those of a home taken over when nobody changed what he says of it.
fn backlinks(before: Option<&Before>, after: &Before) -> Backlinks {
    let order =
        |state: &Before| state.norms.iter().map(|(built, _)| built.norm.id.clone()).collect::<Vec<_>>();
    let Some(before) = before.filter(|before| order(before) == order(after)) else {
        return Backlinks(all_shards(after));
    };
    let mut changed: BTreeSet<&Id> = BTreeSet::new();
    let both = before.norms.iter().zip(&after.norms).map(|(old, new)| (&old.1, &new.1));
    for (old, new) in both.chain([(&before.registries, &after.registries)]) {
        if !Arc::ptr_eq(old, new) {
            let homes = old.living.keys().chain(new.living.keys());
            changed.extend(homes.filter(|home| old.living.get(*home) != new.living.get(*home)));
        }
    }
    let mut all = before.backlinks.clone();
    for home in changed {
        let parts: Vec<_> = sources(after).filter_map(|links| links.living.get(home)).collect();
        if parts.is_empty() {
            all.0.remove(home);
        } else {
            all.0.insert(home.clone(), shard(&parts));
        }
    }
    all
}

/// Everybody's links, in reading order, the registries last.
fn sources(state: &Before) -> impl Iterator<Item = &Links> {
    state.norms.iter().map(|(_, links)| links).chain([&state.registries]).map(Arc::as_ref)
}

fn all_shards(state: &Before) -> BTreeMap<Id, Shard> {
    let mut parts: BTreeMap<&Id, Vec<&Vec<(Id, Id)>>> = BTreeMap::new();
    for (home, pairs) in sources(state).flat_map(|links| &links.living) {
        parts.entry(home).or_default().push(pairs);
    }
    let parts: Vec<_> = parts.into_iter().collect();
    parts.into_par_iter().map(|(home, pairs)| (home.clone(), shard(&pairs))).collect()
}

fn shard(parts: &[&Vec<(Id, Id)>]) -> Shard {
    let mut shard: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (to, from) in parts.iter().copied().flatten() {
        match shard.get_mut(to) {
            Some(sources) => sources.push(from.clone()),
            None => {
                shard.insert(to.clone(), vec![from.clone()]);
            }
        }
    }
    Arc::new(shard)
}

/// Every id there is.
struct Known<'a> {
    norms: HashMap<&'a str, &'a Built>,
    handbook: &'a Handbook,
    /// By the letters they are made of: of a large handbook with many dead references each looks its
    /// slip up.
    by_letters: OnceLock<BTreeMap<Vec<char>, Vec<&'a Id>>>,
}

impl<'a> Known<'a> {
    fn new(world: &World<'a>) -> Self {
        let norms = world.built.iter().map(|built| (built.norm.id.as_str(), &**built)).collect();
        Self { norms, handbook: world.handbook, by_letters: OnceLock::new() }
    }

    /// Whether the id is defined, as nearly every one is.
    fn has(&self, id: &Id) -> bool {
        match id.norm_name().and_then(|norm| self.norms.get(norm)) {
            Some(built) if built.ids.binary_search(id).is_ok() => true,
            Some(_) => self.handbook.planned.contains_key(id),
            None => {
                let handbook = self.handbook;
                handbook.roles.contains_key(id)
                    || handbook.parameters.contains_key(id)
                    || handbook.sources.contains_key(id)
                    || handbook.indicators.contains_key(id)
                    || handbook.source_facts.contains_key(id)
                    || handbook.planned.contains_key(id)
            }
        }
    }

    /// What people mostly refer to, still to come included.
    fn ids(&self) -> &BTreeMap<Vec<char>, Vec<&'a Id>> {
        self.by_letters.get_or_init(|| {
            let mut ids: BTreeMap<Vec<char>, Vec<&Id>> = BTreeMap::new();
            for id in known_ids(self.handbook) {
                ids.entry(letters(id.as_str())).or_default().push(id);
            }
            ids
        })
    }
}

/// Looks references up.
fn links(world: &World<'_>, known: &Known<'_>, references: &[Reference]) -> Links {
    let handbook = world.handbook;
    let unread = |id: &Id| {
        id.norm().is_some_and(|norm| world.files.contains(&norm) && !handbook.norms.contains_key(&norm))
    };
    let mut links = Links::default();
    let mut seen: HashSet<(&Id, &Id)> = HashSet::new();
    for reference in references {
        let to = &reference.to;
        let target = if known.has(to) { None } else { Some(handbook.target(to)) };
        match target {
            None => {}
            Some(None) if planned_inside(handbook, to) || unread(to) => {}
            Some(None) => {
                links.diagnostics.push(dead(handbook, reference, known));
                continue;
            }
            Some(Some(Target::Retired(_, retired))) => {
                let into: Vec<_> = retired.into.iter().map(ToString::to_string).collect();
                let help = if into.is_empty() {
                    "改引别处，或删去".to_owned()
                } else {
                    format!("改引 {}", into.join("、"))
                };
                let message = format!("「{to}」已经废止");
                links
                    .diagnostics
                    .push(Diagnostic::new(rule::DEAD_REFERENCE, reference.span.clone(), message).help(help));
                continue;
            }
            Some(Some(_)) => {}
        }
        if let Some((component, written)) = &reference.parameter {
            check_parameter(handbook, reference, component.as_deref(), written, &mut links.diagnostics);
        }
        if !reference.from.as_str().is_empty() && seen.insert((to, &reference.from)) {
            let pair = (to.clone(), reference.from.clone());
            match links.living.get_mut(home(to)) {
                Some(pairs) => pairs.push(pair),
                None => {
                    links.living.insert(Id::new(home(to)), vec![pair]);
                }
            }
        }
    }
    links
}

/// The report of a reference that leads nowhere. Another number is offered only when it is this one
/// with a slip in it: of two roles, `R08` is no likelier than `R09`.
fn dead(handbook: &Handbook, reference: &Reference, known: &Known<'_>) -> Diagnostic {
    let to = reference.to.as_str();
    let report = |message: String| Diagnostic::new(rule::DEAD_REFERENCE, reference.span.clone(), message);
    let Some(kind) = reference.to.kind() else {
        let diagnostic = report(format!("没有「{to}」"));
        return if to.contains(['，', '、', '；', ' ']) {
            diagnostic.help("几个号之间用半角逗号隔开")
        } else {
            diagnostic
                .nearest(to, known.ids().values().flatten().map(|id| id.as_str()))
                .help_if_empty("写一个存在的号")
        };
    };
    let swapped = known.ids().get(&letters(to)).into_iter().flatten().map(|id| id.as_str());
    let help = match (kind, reference.to.norm().and_then(|norm| handbook.norms.get(&norm))) {
        (IdKind::Role, _) => "写 roles.yaml 里有的号".to_owned(),
        (IdKind::Parameter, _) => "写 parameters.yaml 里有的号".to_owned(),
        (IdKind::Source, _) => "写 sources.yaml 里有的号".to_owned(),
        (IdKind::Indicator, _) => "写 indicators.yaml 里有的号".to_owned(),
        (IdKind::SourceFact, _) => "写 facts.yaml 里有的号".to_owned(),
        (_, Some(norm)) => format!("写 {} 里有的号，或在那里补上它", norm.id),
        (_, None) => "写存在的号；还没有写的，列进 planned.yaml".to_owned(),
    };
    report(format!("没有{}「{to}」", kind.chinese())).nearest(to, swapped).help_if_empty(help)
}

/// Whether an id stands inside something that is still to come.
fn planned_inside(handbook: &Handbook, id: &Id) -> bool {
    let whole = id.whole();
    handbook.planned.contains_key(&whole)
        || (id.kind() == Some(IdKind::Clause)
            && id.norm().is_some_and(|norm| handbook.planned.contains_key(&norm)))
}

/// What people mostly refer to, still to come included.
fn known_ids(handbook: &Handbook) -> impl Iterator<Item = &Id> {
    let registries = handbook
        .roles
        .keys()
        .chain(handbook.parameters.keys())
        .chain(handbook.sources.keys())
        .chain(handbook.indicators.keys())
        .chain(handbook.source_facts.keys());
    let norms = handbook.norms.values().flat_map(|norm| {
        std::iter::once(&norm.id)
            .chain(norm.clauses().map(|c| &c.id))
            .chain(norm.checklists.iter().map(|c| &c.id))
            .chain(norm.forms.iter().map(|f| &f.id))
    });
    registries.chain(norms).chain(handbook.planned.keys())
}

/// The letters of an id in order: equal for ids that differ by letters that changed places.
fn letters(id: &str) -> Vec<char> {
    let mut letters: Vec<char> = id.chars().collect();
    letters.sort_unstable();
    letters
}

/// The value written in 【参】 is the registry's default.
fn check_parameter(
    handbook: &Handbook,
    reference: &Reference,
    component: Option<&str>,
    written: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(parameter) = handbook.parameters.get(&reference.to) else { return };
    let Some(found) = parameter.component(component) else {
        let names: Vec<_> =
            parameter.components.iter().map(|c| c.name.as_str()).filter(|name| !name.is_empty()).collect();
        let message = match component {
            Some(component) => format!("{} 没有「{component}」这一分项", parameter.id),
            None => format!("{} 有几个分项，要写明是哪一个", parameter.id),
        };
        let help = match names.first() {
            Some(name) => format!("可用：{}；写成 {}.{name}", names.join("、"), parameter.id),
            None => format!("只写 {}，它没有分项", parameter.id),
        };
        diagnostics.push(Diagnostic::new(rule::DEAD_REFERENCE, reference.span.clone(), message).help(help));
        return;
    };
    let default = found.text(Level::City).or_else(|| found.default_text()).unwrap_or_default();
    let same = text::folded(&default).split_whitespace().collect::<String>()
        == text::folded(written).split_whitespace().collect::<String>();
    if !same {
        diagnostics.push(
            Diagnostic::new(
                rule::PARAMETER_VALUE,
                reference.span.clone(),
                format!("{} 的值是「{default}」，这里写的是「{written}」", reference.to),
            )
            .related(parameter.span.clone(), "值在这里登记")
            .help("改成登记的值，或运行 shouce fmt"),
        );
    }
}

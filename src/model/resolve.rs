//! Articles and registries become one handbook: parts are put in order, ids made unique, references
//! followed both ways, and checklist items given what they inherit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::article::{Article, What};
use super::build::{Built, Reference};
use super::interpret::ambiguous_roles;
use super::reference::{self, Backlinks, World};
use super::{Calendar, Evidence, Handbook, Norm, Norms, Part, Target, short_fingerprint};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span};
use crate::id::Id;
use crate::rule;
use crate::syntax::condition::Condition;
use crate::syntax::data::Registries;
use crate::vocabulary::Modality;

/// Makes the handbook. What does not fit is reported and left out, the rest stands. `files` are the
/// norms that have a file: a reference to one that could not be read is not dead.
pub fn resolve(
    config: Config,
    articles: &[Arc<Article>],
    registries: &Arc<Registries>,
    files: BTreeSet<Id>,
    cache: &Cache,
) -> (Handbook, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut state = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !Arc::ptr_eq(&state.registries, registries) || state.files != files {
        (state.registries, state.files, state.references) = (registries.clone(), files, None);
    }
    let state = &mut *state;
    same_names(registries, &mut diagnostics);
    let mut parts = parts(&config, articles);
    let built = built(articles, &mut parts, &mut diagnostics);
    let norms = finish(&built, &parts, &mut state.finished);
    let pages = articles.iter().filter_map(|article| match &article.what {
        What::Page(page) => Some(page.clone()),
        _ => None,
    });
    let mut handbook = Handbook {
        parts,
        norms,
        pages: pages.collect(),
        roles: registries.roles.clone(),
        parameters: registries.parameters.clone(),
        sources: registries.sources.clone(),
        indicators: registries.indicators.clone(),
        source_facts: registries.source_facts.clone(),
        terms: registries.terms.clone(),
        situations: registries.situations.clone(),
        paths: registries.paths.clone(),
        calendar: Calendar::new(registries.calendar.clone()),
        rewordings: registries.rewordings.clone(),
        planned: registries.planned.iter().map(|(id, (title, _))| (id.clone(), title.clone())).collect(),
        backlinks: Backlinks::default(),
        tailoring: None,
        config,
    };
    let place = |id: &str| handbook.config.paths.iter().position(|listed| listed == id).unwrap_or(usize::MAX);
    handbook.paths.sort_by(|a, b| (place(&a.id), &a.id).cmp(&(place(&b.id), &b.id)));
    planned(&handbook, registries, &mut diagnostics);
    facts(&handbook, &mut diagnostics);
    rewordings(&handbook, &mut diagnostics);
    let built: Vec<Arc<Built>> = built.into_iter().map(|(_, built)| built).collect();
    let world = World {
        handbook: &handbook,
        built: &built,
        files: &state.files,
        registries: &registry_references(&handbook),
    };
    handbook.backlinks = reference::follow(&world, &mut state.references, &mut diagnostics);
    (handbook, diagnostics)
}

/// What a handbook was made of, so that the next one takes over what did not change.
#[derive(Debug, Default)]
pub struct Cache(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    registries: Arc<Registries>,
    files: BTreeSet<Id>,
    finished: HashMap<Id, Finished>,
    references: Option<reference::Before>,
}

/// Roles that share a name.
fn same_names(registries: &Registries, diagnostics: &mut Vec<Diagnostic>) {
    for (name, first, second) in ambiguous_roles(&registries.roles) {
        let (a, b) = (registries.roles[&first].span.clone(), registries.roles[&second].span.clone());
        diagnostics.push(
            Diagnostic::new(rule::AMBIGUOUS_NAME, b, format!("「{name}」同时是 {first} 和 {second} 的名称"))
                .related(a, "另一处在这里")
                .help("给其中一个换名称，或从别名里删去"),
        );
    }
}

/// What is written and still listed as to come.
fn planned(handbook: &Handbook, registries: &Registries, diagnostics: &mut Vec<Diagnostic>) {
    for (id, (_, span)) in &registries.planned {
        if !matches!(handbook.target(id), None | Some(Target::Planned(_))) {
            let place = handbook.span(id);
            let mut diagnostic = Diagnostic::new(
                rule::PLANNED_EXISTS,
                span.clone(),
                format!("{id} 已经写好，还列在尚未写的里面"),
            )
            .help("从 planned.yaml 删去这一行");
            diagnostic.related.extend(place.map(|place| (place, "它在这里".into())));
            diagnostics.push(diagnostic);
        }
    }
}

/// Confirmed rewordings are of things that are there, and of the text that is there.
fn rewordings(handbook: &Handbook, diagnostics: &mut Vec<Diagnostic>) {
    for rewording in &handbook.rewordings {
        let Some(target) = handbook.target(&rewording.id) else {
            let message = format!("没有 {}", rewording.id);
            diagnostics.push(
                Diagnostic::new(rule::DEAD_REFERENCE, rewording.span.clone(), message)
                    .help("写条款号或检查项号，如 NJ-03-3.1、CK-NJ-03-1.02"),
            );
            continue;
        };
        let fingerprint = short_fingerprint(&target.label());
        if fingerprint != rewording.fingerprint {
            let message = format!("{} 的字句在确认之后又改过", rewording.id);
            diagnostics.push(
                Diagnostic::new(rule::STALE_CONFIRMATION, rewording.span.clone(), message)
                    .help(format!("请第二个人看过现在的字句，再把指纹改成 {fingerprint}")),
            );
        }
    }
}

/// The parts that have an `index.md`, and a part for every code that norms have without one.
fn parts(config: &Config, articles: &[Arc<Article>]) -> Vec<Part> {
    let own = articles.iter().filter_map(|article| match &article.what {
        What::Part(part) => part.clone(),
        _ => None,
    });
    let mut parts: Vec<Part> = own.collect();
    let mut codes: BTreeSet<String> = parts.iter().flat_map(|part| part.codes.iter().cloned()).collect();
    for article in articles {
        let What::Norm(Some(code), _) = &article.what else { continue };
        if codes.insert(code.clone()) {
            parts.push(Part {
                title: code.clone(),
                codes: vec![code.clone()],
                code: code.clone(),
                owner: None,
                notice: None,
                introduction: Vec::new(),
                norms: Vec::new(),
                path: article.path.clone(),
            });
        }
    }
    let place = |part: &Part| config.parts.iter().position(|code| *code == part.code).unwrap_or(usize::MAX);
    parts.sort_by(|a, b| (place(a), &a.code).cmp(&(place(b), &b.code)));
    parts
}

/// The norms in reading order, each with the index of its part. Of two with one id the first stands.
fn built(
    articles: &[Arc<Article>],
    parts: &mut [Part],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(usize, Arc<Built>)> {
    let mut of_part: HashMap<&str, usize> = HashMap::new();
    for (index, part) in parts.iter().enumerate() {
        for code in &part.codes {
            of_part.entry(code).or_insert(index);
        }
    }
    let mut built: Vec<(usize, &Arc<Built>)> = Vec::with_capacity(articles.len());
    for article in articles {
        if let What::Norm(Some(code), Some(norm)) = &article.what {
            built.push((of_part.get(code.as_str()).copied().unwrap_or(0), norm));
        }
    }
    // A part may have several codes: the order of its codes comes before that of the ids.
    let place = |part: usize, norm: &Norm| {
        parts[part].codes.iter().position(|c| norm.id.as_str().starts_with(c.as_str()))
    };
    built.sort_by_cached_key(|(part, built)| {
        let norm = &built.norm;
        (*part, place(*part, norm), norm.id.clone(), norm.path.clone())
    });
    let mut all: Vec<(usize, Arc<Built>)> = Vec::with_capacity(built.len());
    for (part, built) in built {
        // Equal ids lie together.
        match all.last().map(|(_, first)| &first.norm).filter(|first| first.id == built.norm.id) {
            Some(first) => diagnostics.push(
                Diagnostic::new(
                    rule::DUPLICATE_ID,
                    built.norm.span.clone(),
                    format!("编号 {} 已经用过", first.id),
                )
                .related(first.span.clone(), "第一次在这里")
                .help("换一个没有用过的号"),
            ),
            None => all.push((part, built.clone())),
        }
    }
    for (part, built) in &all {
        parts[*part].norms.push(built.norm.id.clone());
    }
    all
}

/// A norm with its part and with what its items inherit, and what that was made of.
#[derive(Debug)]
struct Finished {
    norm: Arc<Norm>,
    built: Arc<Built>,
    /// Other norms whose clauses its items check; `None` for one that is not there.
    checked: Vec<(Id, Option<Arc<Built>>)>,
}

/// Finishes the norms; those of which nothing changed are taken over.
fn finish(built: &[(usize, Arc<Built>)], parts: &[Part], finished: &mut HashMap<Id, Finished>) -> Norms {
    let by_id: HashMap<&str, &Arc<Built>> =
        built.iter().map(|(_, built)| (built.norm.id.as_str(), built)).collect();
    let same = |one: &Option<Arc<Built>>, other: Option<&&Arc<Built>>| match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    let mut before = std::mem::take(finished);
    let kept: Vec<Option<Finished>> = built
        .iter()
        .map(|(part, built)| {
            let holds = |kept: &Finished| {
                Arc::ptr_eq(&kept.built, built)
                    && kept.norm.part == parts[*part].code
                    && kept.checked.iter().all(|(id, then)| same(then, by_id.get(id.as_str())))
            };
            before.remove(&built.norm.id).filter(holds)
        })
        .collect();
    let after: Vec<Finished> = built
        .par_iter()
        .zip(kept)
        .map(|((part, built), kept)| {
            kept.unwrap_or_else(|| {
                let mut norm = built.norm.clone();
                norm.part.clone_from(&parts[*part].code);
                let checked = inherit(&mut norm, built, &by_id);
                Finished { norm: Arc::new(norm), built: built.clone(), checked }
            })
        })
        .collect();
    let norms = after.iter().map(|finished| finished.norm.clone()).collect();
    *finished = after.into_iter().map(|finished| (finished.norm.id.clone(), finished)).collect();
    norms
}

/// What a clause hands on to the items that check it.
struct Heritage {
    modality: Modality,
    roles: Vec<super::RoleDuty>,
    evidence: Vec<Evidence>,
    applies_if: Option<Condition>,
}

impl Heritage {
    fn of(clause: &super::Clause) -> Self {
        let record = clause.record.as_ref().map(|form| Evidence {
            name: form.to_string(),
            form: Some(form.clone()),
            required: true,
        });
        Self {
            modality: clause.modality,
            roles: clause.roles.clone(),
            evidence: clause.evidence.iter().cloned().chain(record).collect(),
            applies_if: clause.applies_if.clone(),
        }
    }
}

/// Gives every checklist item of a norm what the clauses it checks carry. Tells which other norms those
/// stand in.
fn inherit(
    norm: &mut Norm,
    own: &Arc<Built>,
    by_id: &HashMap<&str, &Arc<Built>>,
) -> Vec<(Id, Option<Arc<Built>>)> {
    let mut others: Vec<(Id, Option<Arc<Built>>)> = Vec::new();
    let Norm { id: own_id, checklists, applies_if: outer, .. } = norm;
    for item in checklists.iter_mut().flat_map(|checklist| &mut checklist.items) {
        let mut checked = Vec::new();
        for id in &item.checks {
            let Some(home) = id.norm_name() else { continue };
            let built = if *home == *own_id.as_str() {
                Some(own)
            } else {
                let built = by_id.get(home).copied();
                if !others.iter().any(|(other, _)| other.as_str() == home) {
                    others.push((Id::new(home), built.cloned()));
                }
                built
            };
            // Of two clauses with one number the later counts.
            checked.extend(
                built.and_then(|b| b.norm.clauses().filter(|c| c.id == *id).last()).map(Heritage::of),
            );
        }
        if let Some(strictest) = checked.iter().map(|clause| clause.modality).reduce(stricter) {
            item.modality = strictest;
        }
        let mut conditions = Vec::new();
        let mut always = checked.is_empty();
        for clause in &checked {
            add_new(&mut item.roles, &clause.roles);
            add_new(&mut item.evidence, &clause.evidence);
            match &clause.applies_if {
                Some(condition) => add_new(&mut conditions, std::slice::from_ref(condition)),
                None => always = true,
            }
        }
        if !always {
            let any = if conditions.len() == 1 { conditions.remove(0) } else { Condition::Any(conditions) };
            item.applies_if = Some(match item.applies_if.take() {
                Some(own) => own.within(&any),
                None => any,
            });
        }
        if let Some(outer) = outer {
            let own = item.applies_if.take();
            item.applies_if = Some(own.map_or_else(|| outer.clone(), |own| own.within(outer)));
        }
    }
    others
}

fn add_new<T: Clone + PartialEq>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

fn stricter(a: Modality, b: Modality) -> Modality {
    let strength = |modality| match modality {
        Modality::Must => 6,
        Modality::Shall | Modality::ShallNot => 5,
        Modality::Should | Modality::ShouldNot => 3,
        Modality::May | Modality::NeedNot => 1,
        Modality::Statement => 0,
    };
    if strength(b) > strength(a) { b } else { a }
}

/// Norms agree on what a fact is.
fn facts(handbook: &Handbook, diagnostics: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<&str, &super::Fact> = BTreeMap::new();
    for norm in handbook.norms.values() {
        for fact in norm.facts.values() {
            match known.get(fact.name.as_str()) {
                Some(first) if first.kind != fact.kind || first.options != fact.options => diagnostics.push(
                    Diagnostic::new(
                        rule::FACT_DISAGREES,
                        fact.span.clone(),
                        format!("事实「{}」和别的规范说的不一样", fact.name),
                    )
                    .related(first.span.clone(), "先在这里声明")
                    .help("同名的事实，类型和选项要处处一致；不是一回事的，换一个名称"),
                ),
                Some(_) => {}
                None => {
                    known.insert(&fact.name, fact);
                }
            }
        }
    }
}

/// What the registries refer to.
fn registry_references(handbook: &Handbook) -> Vec<Reference> {
    let mut all = Vec::new();
    let mut add = |from: &Id, to: &Id, span: &Span| {
        all.push(Reference { from: from.clone(), to: to.clone(), span: span.clone(), parameter: None });
    };
    let nobody = Id::new("");
    for parameter in handbook.parameters.values() {
        if let super::ParameterSource::Id(id) = &parameter.source {
            add(&parameter.id, id, &parameter.span);
        }
    }
    for indicator in handbook.indicators.values() {
        for id in indicator.data_from.iter().map(Id::new).filter(|id| id.kind().is_some()) {
            add(&indicator.id, &id, &indicator.span);
        }
        if let Some(target) = &indicator.target {
            let parameter = Id::new(target.as_str().split('.').next().unwrap_or_default());
            add(&indicator.id, &parameter, &indicator.span);
        }
    }
    for term in &handbook.terms {
        for id in term.see.iter().chain(&term.basis) {
            add(&nobody, id, &term.span);
        }
    }
    for fact in handbook.source_facts.values() {
        for id in &fact.used_in {
            add(&fact.id, id, &fact.span);
        }
    }
    for role in handbook.roles.values() {
        for other in role.reports_to.iter().chain(&role.advises) {
            add(&nobody, other, &role.span);
        }
    }
    for situation in &handbook.situations {
        for id in &situation.see {
            add(&nobody, id, &situation.span);
        }
    }
    for path in &handbook.paths {
        for id in path.roles.iter().chain(&path.steps) {
            add(&nobody, id, &path.span);
        }
    }
    for part in &handbook.parts {
        if let Some(owner) = &part.owner {
            add(&nobody, owner, &Span::new(&part.path, 0..0));
        }
    }
    all
}

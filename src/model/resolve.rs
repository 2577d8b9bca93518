//! Documents and registries become one handbook: parts are put in order, ids made unique, references
//! followed both ways, and checklist items given what they inherit.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use rayon::prelude::*;

use super::build::{Built, Reference, bare, build};
use super::interpret::{Roles, ambiguous_roles};
use super::{Calendar, Evidence, Handbook, Norm, Page, Part, Target};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span};
use crate::id::{Id, IdKind};
use crate::rule;
use crate::syntax::condition::Condition;
use crate::syntax::data::Registries;
use crate::syntax::{Document, RawBlock, plain_text};
use crate::text;
use crate::vocabulary::{Level, Modality, NormKind};

/// Makes the handbook. What does not fit is reported and left out, the rest stands. `files` are the
/// norms that have a file: a reference to one that could not be read is not dead.
pub fn resolve(
    config: Config,
    documents: &[Arc<Document>],
    registries: Registries,
    files: &BTreeSet<Id>,
    cache: &Cache,
) -> (Handbook, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let roles = Roles::new(&registries.roles);
    for (name, first, second) in ambiguous_roles(&registries.roles) {
        let (a, b) = (registries.roles[&first].span.clone(), registries.roles[&second].span.clone());
        diagnostics.push(
            Diagnostic::new(rule::AMBIGUOUS_NAME, b, format!("「{name}」同时是 {first} 和 {second} 的名称"))
                .related(a, "另一处在这里")
                .help("给其中一个换名称，或从别名里删去"),
        );
    }
    let mut parts = parts(&config, documents);
    let (norms, references) = norms(documents, &roles, &mut parts, cache, &mut diagnostics);
    let pages = documents
        .iter()
        .filter(|d| !d.meta.is_norm() && d.meta.kind != Some(NormKind::Part))
        .map(|d| page(d))
        .collect();
    let planned: BTreeMap<Id, String> =
        registries.planned.iter().map(|(id, (title, _))| (id.clone(), title.clone())).collect();
    let mut paths = registries.paths;
    let place = |id: &str| config.paths.iter().position(|listed| listed == id).unwrap_or(usize::MAX);
    paths.sort_by(|a, b| (place(&a.id), &a.id).cmp(&(place(&b.id), &b.id)));
    let mut handbook = Handbook {
        config,
        parts,
        norms,
        pages,
        roles: registries.roles,
        parameters: registries.parameters,
        sources: registries.sources,
        indicators: registries.indicators,
        source_facts: registries.source_facts,
        terms: registries.terms,
        paths,
        calendar: Calendar::new(registries.calendar),
        planned,
        backlinks: BTreeMap::new(),
    };
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
    inherit(&mut handbook);
    facts(&handbook, &mut diagnostics);
    let mut all = references;
    all.extend(registry_references(&handbook));
    follow(&mut handbook, all, files, &mut diagnostics);
    (handbook, diagnostics)
}

/// The parts that have an `index.md`, and a part for every code that norms have without one.
fn parts(config: &Config, documents: &[Arc<Document>]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for document in documents.iter().filter(|d| d.meta.present && d.meta.kind == Some(NormKind::Part)) {
        let codes: Vec<String> = document.meta.ids.iter().map(|id| id.value.clone()).collect();
        let Some(code) = codes.first().cloned() else { continue };
        let mut introduction = Vec::new();
        for section in &document.sections {
            for block in &section.blocks {
                if let RawBlock::Prose(events) = block {
                    introduction.extend(bare(&without_title(events)));
                }
            }
        }
        parts.push(Part {
            code,
            codes,
            title: document.meta.title.as_ref().map(|t| t.value.clone()).unwrap_or_default(),
            owner: document.meta.owner.as_ref().map(|o| Id::new(&o.value)),
            notice: document.meta.notice.clone(),
            introduction,
            norms: Vec::new(),
            path: document.path.clone(),
        });
    }
    for document in documents.iter().filter(|d| d.meta.is_norm()) {
        let Some(id) = document.meta.ids.first() else { continue };
        let code = id.value.chars().take(2).collect::<String>();
        if !parts.iter().any(|part| part.codes.contains(&code)) {
            parts.push(Part {
                title: code.clone(),
                codes: vec![code.clone()],
                code,
                owner: None,
                notice: None,
                introduction: Vec::new(),
                norms: Vec::new(),
                path: document.path.clone(),
            });
        }
    }
    let place = |part: &Part| config.parts.iter().position(|code| *code == part.code).unwrap_or(usize::MAX);
    parts.sort_by(|a, b| (place(a), &a.code).cmp(&(place(b), &b.code)));
    parts
}

/// The events behind a first heading: a part's page has its title from the front matter.
fn without_title(events: &[crate::syntax::Placed]) -> Vec<crate::syntax::Placed> {
    use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};
    let mut out = Vec::new();
    let mut in_title = false;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => in_title = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => in_title = false,
            _ if !in_title => out.push((event.clone(), range.clone())),
            _ => {}
        }
    }
    out
}

/// Norms built before, by path. A norm is not built again while its document, its part and the roles
/// are the same: `resolve` then works on a clone, which shares its text.
#[derive(Debug, Default)]
pub struct Cache {
    built: Mutex<BTreeMap<Arc<str>, Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    document: Arc<Document>,
    roles: u64,
    built: Arc<Built>,
}

/// The norm of a document: the one kept from before, or built now.
fn kept_or_built(document: &Arc<Document>, roles: &Roles, part: &str, before: Option<&Kept>) -> Option<Kept> {
    let key = roles.key();
    let same = |kept: &&Kept| {
        Arc::ptr_eq(&kept.document, document) && kept.roles == key && kept.built.norm.part == part
    };
    if let Some(kept) = before.filter(same) {
        return Some(kept.clone());
    }
    let mut built = build(document, roles, part)?;
    unique(&built.norm, &mut built.diagnostics);
    Some(Kept { document: document.clone(), roles: key, built: Arc::new(built) })
}

fn norms(
    documents: &[Arc<Document>],
    roles: &Roles,
    parts: &mut [Part],
    cache: &Cache,
    diagnostics: &mut Vec<Diagnostic>,
) -> (IndexMap<Id, Norm>, Vec<Reference>) {
    let of_part =
        |code: &str| parts.iter().position(|part| part.codes.iter().any(|c| c == code)).unwrap_or(0);
    let before = std::mem::take(&mut *cache.built.lock().unwrap_or_else(PoisonError::into_inner));
    let mut built: Vec<(usize, Kept)> = documents
        .par_iter()
        .filter(|document| document.meta.is_norm())
        .filter_map(|document| {
            let code: String = document.meta.ids.first()?.value.chars().take(2).collect();
            let part = of_part(&code);
            let kept = kept_or_built(document, roles, &parts[part].code, before.get(&document.path))?;
            Some((part, kept))
        })
        .collect();
    let after = built.iter().map(|(_, kept)| (kept.document.path.clone(), kept.clone())).collect();
    *cache.built.lock().unwrap_or_else(PoisonError::into_inner) = after;
    // A part may have several codes: the order of its codes comes before that of the ids.
    let place = |part: usize, norm: &Norm| {
        parts[part].codes.iter().position(|c| norm.id.as_str().starts_with(c.as_str()))
    };
    built.sort_by_cached_key(|(part, kept)| {
        let norm = &kept.built.norm;
        (*part, place(*part, norm), norm.id.clone(), norm.path.clone())
    });
    let mut norms: IndexMap<Id, Norm> = IndexMap::new();
    let mut references = Vec::new();
    let mut members: Vec<Vec<Id>> = vec![Vec::new(); parts.len()];
    for (part, kept) in built {
        let Built { norm, references: found, diagnostics: wrong } = &*kept.built;
        diagnostics.extend(wrong.iter().cloned());
        if let Some(first) = norms.get(&norm.id) {
            diagnostics.push(
                Diagnostic::new(rule::DUPLICATE_ID, norm.span.clone(), format!("编号 {} 已经用过", norm.id))
                    .related(first.span.clone(), "第一次在这里")
                    .help("换一个没有用过的号"),
            );
            continue;
        }
        members[part].push(norm.id.clone());
        references.extend(found.iter().cloned());
        norms.insert(norm.id.clone(), norm.clone());
    }
    for (part, norms) in parts.iter_mut().zip(members) {
        part.norms = norms;
    }
    (norms, references)
}

/// Every number of a norm stands once, and no retired number comes back.
fn unique(norm: &Norm, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&Id, &Span> = BTreeMap::new();
    let sections = norm.sections.iter().filter(|s| s.id != norm.id).map(|s| (&s.id, &s.span));
    let clauses = norm.clauses().map(|c| (&c.id, &c.span));
    let items = norm.checklists.iter().flat_map(|c| c.items.iter().map(|i| (&i.id, &i.span)));
    let captions = norm.captions().map(|c| (&c.id, &c.span));
    let mut all: Vec<_> = sections.chain(clauses).chain(items).chain(captions).collect();
    all.sort_by_key(|(_, span)| span.start);
    for (id, span) in all {
        if let Some(first) = seen.insert(id, span) {
            diagnostics.push(
                Diagnostic::new(rule::DUPLICATE_ID, span.clone(), format!("号 {} 写了两次", id.local()))
                    .related(first.clone(), "第一次在这里")
                    .help("给后写的一条换一个没有用过的号"),
            );
        }
        if norm.retired.contains_key(id) {
            diagnostics.push(
                Diagnostic::new(
                    rule::TOMBSTONE,
                    span.clone(),
                    format!("号 {} 已经废止，不能再用", id.local()),
                )
                .help("换一个没有用过的号"),
            );
        }
    }
}

fn page(document: &Document) -> Page {
    use pulldown_cmark::{Event, Tag, TagEnd};
    let mut content = Vec::new();
    for section in &document.sections {
        for block in &section.blocks {
            if let RawBlock::Prose(events) = block {
                content.extend(bare(events));
            }
        }
    }
    let stem = document.path.rsplit_once('.').map_or(&*document.path, |(stem, _)| stem);
    let id = document.meta.ids.first().map_or_else(|| stem.to_owned(), |id| id.value.clone());
    let mut headings: Vec<(u8, String, String)> = Vec::new();
    let mut sections: Vec<(String, String, String)> = vec![(String::new(), String::new(), String::new())];
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let (mut start, mut i) = (0, 0);
    while i < content.len() {
        if let Event::Start(Tag::Heading { level, .. }) = &content[i] {
            let level = *level as u8;
            let end = (i..content.len())
                .find(|&k| matches!(content[k], Event::End(TagEnd::Heading(_))))
                .unwrap_or(i);
            finish(&mut sections, &content[start..i]);
            let title = plain_text(&content[i + 1..end]).trim().to_owned();
            let anchor = text::anchor(&title);
            let count = used.entry(anchor.clone()).or_default();
            let anchor = if *count == 0 { anchor } else { format!("{anchor}-{count}") };
            *count += 1;
            headings.push((level, anchor.clone(), title.clone()));
            sections.push((anchor, title, String::new()));
            start = end + 1;
            i = end;
        }
        i += 1;
    }
    finish(&mut sections, &content[start.min(content.len())..]);
    let first = headings.first().map(|(_, _, title)| title.clone());
    let title = document.meta.title.as_ref().map(|t| t.value.clone()).or(first).unwrap_or_else(|| id.clone());
    let markdown = document.text[document.body..].into();
    Page { id, title, content, headings, sections, path: document.path.clone(), markdown }
}

fn finish(sections: &mut [(String, String, String)], events: &[pulldown_cmark::Event<'static>]) {
    if let Some(last) = sections.last_mut() {
        last.2 = plain_text(events);
    }
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

/// Gives every checklist item what the clauses it checks carry.
fn inherit(handbook: &mut Handbook) {
    let heritage: BTreeMap<Id, Heritage> =
        handbook.clauses().map(|(_, clause)| (clause.id.clone(), Heritage::of(clause))).collect();
    handbook.norms.values_mut().collect::<Vec<_>>().into_par_iter().for_each(|norm| {
        for item in norm.checklists.iter_mut().flat_map(|checklist| &mut checklist.items) {
            let checked: Vec<_> = item.checks.iter().filter_map(|id| heritage.get(id)).collect();
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
                let any =
                    if conditions.len() == 1 { conditions.remove(0) } else { Condition::Any(conditions) };
                item.applies_if = Some(match item.applies_if.take() {
                    Some(own) => own.within(&any),
                    None => any,
                });
            }
            if let Some(outer) = &norm.applies_if {
                let own = item.applies_if.take();
                item.applies_if = Some(own.map_or_else(|| outer.clone(), |own| own.within(outer)));
            }
        }
    });
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

/// Follows every reference: dead ones are reported, living ones become links back.
fn follow(
    handbook: &mut Handbook,
    references: Vec<Reference>,
    files: &BTreeSet<Id>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let unread =
        |id: &Id| id.norm().is_some_and(|norm| files.contains(&norm) && !handbook.norms.contains_key(&norm));
    let mut backlinks: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    let mut seen: HashSet<(&Id, &Id)> = HashSet::new();
    let known = OnceCell::new();
    // Nearly every reference is alive and in this set; only the others are looked up one by one.
    let living: HashSet<&Id> = known_ids(handbook).collect();
    for reference in &references {
        let target = if living.contains(&reference.to) { None } else { Some(handbook.target(&reference.to)) };
        match target {
            None => {}
            Some(None) if planned_inside(handbook, &reference.to) || unread(&reference.to) => {}
            Some(None) => {
                diagnostics.push(dead(handbook, reference, known.get_or_init(|| Known::of(handbook))));
                continue;
            }
            Some(Some(Target::Retired(_, retired))) => {
                let into: Vec<_> = retired.into.iter().map(ToString::to_string).collect();
                let help = if into.is_empty() {
                    "改引别处，或删去".to_owned()
                } else {
                    format!("改引 {}", into.join("、"))
                };
                diagnostics.push(
                    Diagnostic::new(
                        rule::DEAD_REFERENCE,
                        reference.span.clone(),
                        format!("「{}」已经废止", reference.to),
                    )
                    .help(help),
                );
                continue;
            }
            Some(Some(_)) => {}
        }
        if let Some((component, written)) = &reference.parameter {
            check_parameter(handbook, reference, component.as_deref(), written, diagnostics);
        }
        let from = &reference.from;
        if !from.as_str().is_empty() && seen.insert((&reference.to, from)) {
            backlinks.entry(reference.to.clone()).or_default().push(from.clone());
        }
    }
    handbook.backlinks = backlinks;
}

/// The report of a reference that leads nowhere. Another number is offered only when it is this one
/// with a slip in it: of two roles, `R08` is no likelier than `R09`.
fn dead(handbook: &Handbook, reference: &Reference, known: &Known) -> Diagnostic {
    let to = reference.to.as_str();
    let report = |message: String| Diagnostic::new(rule::DEAD_REFERENCE, reference.span.clone(), message);
    let Some(kind) = reference.to.kind() else {
        let diagnostic = report(format!("没有「{to}」"));
        return if to.contains(['，', '、', '；', ' ']) {
            diagnostic.help("几个号之间用半角逗号隔开")
        } else {
            diagnostic
                .nearest(to, known.ids.values().flatten().map(Id::as_str))
                .help_if_empty("写一个存在的号")
        };
    };
    let swapped = known.ids.get(&letters(to)).into_iter().flatten().map(Id::as_str);
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

/// Every id there is, by the letters it is made of. A large handbook may have many dead references; each
/// looks its slip up.
struct Known {
    ids: BTreeMap<Vec<char>, Vec<Id>>,
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

impl Known {
    fn of(handbook: &Handbook) -> Self {
        let mut ids: BTreeMap<Vec<char>, Vec<Id>> = BTreeMap::new();
        for id in known_ids(handbook) {
            ids.entry(letters(id.as_str())).or_default().push(id.clone());
        }
        Self { ids }
    }
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

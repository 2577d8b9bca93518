//! The catalog: parts, norms and sections as groups, requirements as controls, parameters and sources.

use serde_json::{Value, json};

use super::object::Object;
use super::{Scope, properties, property, token};
use crate::export::{prose, rows};
use crate::id::Id;
use crate::model::{Clause, Norm, Parameter, ParameterComponent, Part, Retired, Section, Source};
use crate::vocabulary::{Level, MarkKind};

/// The catalog of what is selected.
pub fn catalog(scope: &Scope<'_>) -> Value {
    let parts = scope.handbook.parts.iter().filter_map(|part| part_group(scope, part));
    let components =
        scope.handbook.parameters.values().flat_map(|p| p.components.iter().map(move |c| (p, c)));
    let resources = scope.handbook.sources.values().map(|source| resource(scope, source));
    let resources: Vec<Value> = resources.collect();
    Object::new()
        .put("uuid", scope.uuid("catalog", ""))
        .put("metadata", scope.metadata(""))
        .put("params", components.map(|(parameter, part)| param(scope, parameter, part)).collect::<Vec<_>>())
        .put("groups", parts.collect::<Vec<_>>())
        .put("back-matter", Object::new().put("resources", resources))
        .into()
}

fn part_group(scope: &Scope<'_>, part: &Part) -> Option<Value> {
    let norms = scope.norms().filter(|norm| norm.part == part.code);
    let groups: Vec<Value> = norms.filter_map(|norm| norm_group(scope, norm)).collect();
    let group = json!({ "id": part.code, "class": "part", "title": part.title, "groups": groups });
    (!groups.is_empty()).then_some(group)
}

/// A norm: its sections that hold requirements, one group each, then its retired numbers.
fn norm_group(scope: &Scope<'_>, norm: &Norm) -> Option<Value> {
    let sections = norm.sections.iter().filter_map(|section| section_group(scope, norm, section));
    let whole = scope.selection.has(&norm.id);
    let retired: Vec<Value> = norm.retired.iter().filter(|_| whole).map(retired).collect();
    let retired = (!retired.is_empty()).then(|| {
        json!({ "id": format!("{}_retired", norm.id), "class": "retired", "title": "废号", "controls": retired })
    });
    let groups: Vec<Value> = sections.chain(retired).collect();
    if groups.is_empty() {
        return None;
    }
    let levels = norm.levels.iter().map(|level| level.english()).collect::<Vec<_>>().join(" ");
    let props = properties(&[
        ("kind", norm.kind.english()),
        ("edition", &norm.edition),
        ("status", norm.status.english()),
        ("effective", &norm.effective.to_string()),
        ("owner", norm.owner.as_str()),
        ("levels", &levels),
    ]);
    Some(
        Object::new()
            .put("id", norm.id.as_str())
            .put("class", "norm")
            .put("title", norm.title.as_str())
            .put("props", props)
            .put("links", norm.basis.iter().map(|basis| link(scope, &basis.source, "")).collect::<Vec<_>>())
            .put("groups", groups)
            .into(),
    )
}

fn section_group(scope: &Scope<'_>, norm: &Norm, section: &Section) -> Option<Value> {
    let clauses = scope.controls(norm).filter(|clause| clause.section == section.id);
    let controls: Vec<Value> = clauses.map(|clause| control(scope, norm, section, clause)).collect();
    let title = format!("{} {}", section.number, section.title);
    // The text above the first heading has the norm's own id.
    let id = if section.id == norm.id { format!("{}_head", norm.id) } else { section.id.to_string() };
    (!controls.is_empty())
        .then(|| json!({ "id": id, "class": "section", "title": title.trim(), "controls": controls }))
}

fn control(scope: &Scope<'_>, norm: &Norm, section: &Section, clause: &Clause) -> Value {
    let row = rows::clause_row(scope.handbook, norm, clause, scope.level);
    let levels = clause.levels.iter().map(|level| level.english()).collect::<Vec<_>>().join(" ");
    let record = clause.record.as_ref().map(Id::to_string).unwrap_or_default();
    let props = properties(&[
        ("modality", clause.modality.english()),
        ("tailor", clause.tailor.english()),
        ("levels", &levels),
        ("due", &row.due),
        ("applies-if", &row.applies_if),
        ("roles", &row.roles),
        ("record", &record),
        ("text-fingerprint", &row.text_fp),
        ("data-fingerprint", &row.data_fp),
    ]);
    let laws = clause.marks.iter().filter(|mark| mark.kind == MarkKind::Law);
    let links = laws.filter_map(|mark| Some(link(scope, mark.reference.as_ref()?, &mark.text)));
    Object::new()
        .put("id", clause.id.as_str())
        .put("class", "requirement")
        .put("title", format!("{} {}", clause.number, section.title))
        .put("props", props)
        .put("links", links.collect::<Vec<_>>())
        .put("parts", parts(clause, &row.evidence))
        .into()
}

/// Sentence, criteria, methods with what they look at, remarks.
fn parts(clause: &Clause, evidence: &str) -> Vec<Value> {
    let id = |suffix: &str| format!("{}_{suffix}", clause.id);
    let below = prose::markdown(&clause.more);
    let sentence = [with_insertions(clause), below].into_iter().filter(|text| !text.is_empty());
    let mut parts = vec![json!({
        "id": id("smt"), "name": "statement", "prose": sentence.collect::<Vec<_>>().join("\n\n"),
    })];
    if let Some(criteria) = &clause.criteria {
        let all = [
            ("符合", &criteria.satisfied),
            ("部分符合", &criteria.partial),
            ("不符合", &criteria.not_satisfied),
        ];
        let words = all.iter().filter_map(|(name, text)| Some(format!("{name}：{}", text.as_ref()?)));
        let prose = words.collect::<Vec<_>>().join("\n\n");
        parts.push(json!({ "id": id("obj"), "name": "assessment-objective", "prose": prose }));
    }
    let methods = clause.method.iter().filter_map(|method| property("method", method.english()));
    let objects = (!evidence.is_empty())
        .then(|| json!({ "id": id("asm_objects"), "name": "assessment-objects", "prose": evidence }));
    let method = Object::new()
        .put("props", methods.collect::<Vec<_>>())
        .put("parts", objects.into_iter().collect::<Vec<_>>());
    if !method.is_empty() {
        parts.push(method.put("id", id("asm")).put("name", "assessment-method").into());
    }
    let remarks = [("异常", &clause.exception), ("说明", &clause.note)];
    let remarks = remarks.iter().filter_map(|(name, text)| Some(format!("{name}：{}", text.as_ref()?)));
    let remarks = remarks.collect::<Vec<_>>().join("\n\n");
    if !remarks.is_empty() {
        parts.push(json!({ "id": id("gdn"), "name": "guidance", "prose": remarks }));
    }
    parts
}

/// The sentence with `{{ insert: param, P07.平时 }}` where a parameter's value stands.
fn with_insertions(clause: &Clause) -> String {
    let mut text = clause.text.clone();
    for mark in clause.marks.iter().filter(|mark| mark.kind == MarkKind::Parameter) {
        let Some(id) = &mark.reference else { continue };
        let component = mark.component.as_deref().unwrap_or_default();
        let dot = if component.is_empty() { "" } else { "." };
        let insertion = format!("{{{{ insert: param, {} }}}}", token(id.as_str(), component));
        text = text.replace(&format!("{{{{{id}{dot}{component}}}}}"), &insertion);
    }
    text
}

/// A number that is no longer used leads to its successors.
fn retired((id, retired): (&Id, &Retired)) -> Value {
    let rel = if retired.into.len() == 1 { "moved-to" } else { "incorporated-into" };
    let links = retired.into.iter().map(|id| json!({ "href": format!("#{id}"), "rel": rel }));
    // The one property that OSCAL has a name for.
    let status = json!({ "name": "status", "value": "withdrawn" });
    let reason = retired.reason.as_ref();
    let parts = reason.map(|text| json!({ "id": format!("{id}_gdn"), "name": "guidance", "prose": text }));
    Object::new()
        .put("id", id.as_str())
        .put("class", "requirement")
        .put("title", format!("{} 废号（{}）", id.local(), retired.since))
        .put("props", vec![status])
        .put("links", links.collect::<Vec<_>>())
        .put("parts", parts.into_iter().collect::<Vec<_>>())
        .into()
}

/// A parameter or its component, with the value of every level and what an adopter may do with it.
fn param(scope: &Scope<'_>, parameter: &Parameter, component: &ParameterComponent) -> Value {
    let name = &component.name;
    let label =
        if name.is_empty() { parameter.label.clone() } else { format!("{}·{name}", parameter.label) };
    let mut props = properties(&[
        ("type", component.kind.english()),
        ("unit", component.unit.map_or("", |unit| unit.english())),
        ("stricter", component.stricter.english()),
        ("tailor", component.tailor.english()),
    ]);
    for (_, word, level) in Level::CHOICES {
        props.extend(component.text(*level).and_then(|text| property(&format!("value-{word}"), &text)));
    }
    let bound =
        |sign: &str, bound: Option<i64>| Some(json!({ "expression": format!("value {sign} {}", bound?) }));
    let tests: Vec<Value> =
        bound(">=", component.min).into_iter().chain(bound("<=", component.max)).collect();
    let constraints = (!tests.is_empty()).then(|| json!({ "tests": tests }));
    let value = component.text(scope.level).or_else(|| component.default_text());
    Object::new()
        .put("id", token(parameter.id.as_str(), name))
        .put("class", "parameter")
        .put("label", label)
        .put("props", props)
        .put("usage", parameter.note.clone())
        .put("constraints", constraints.into_iter().collect::<Vec<_>>())
        .put("values", value.into_iter().map(Value::from).collect::<Vec<_>>())
        .into()
}

fn resource(scope: &Scope<'_>, source: &Source) -> Value {
    let number = source.number.as_ref().map(|number| json!({ "identifier": number }));
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let props = properties(&[
        ("id", source.id.as_str()),
        ("rank", source.rank.english()),
        ("status", source.status.english()),
        ("published", &day(source.published)),
        ("effective", &day(source.effective)),
        ("checked-on", &day(source.checked_on)),
    ]);
    Object::new()
        .put("uuid", scope.uuid("source", source.id.as_str()))
        .put("title", source.title.as_str())
        .put("description", source.subject.as_str())
        .put("props", props)
        .put("document-ids", number.into_iter().collect::<Vec<_>>())
        .into()
}

/// A link to a source of law, with the article.
fn link(scope: &Scope<'_>, source: &Id, article: &str) -> Value {
    Object::new()
        .put("href", format!("#{}", scope.uuid("source", source.as_str())))
        .put("rel", "reference")
        .put("text", format!("{source} {article}").trim_end())
        .into()
}

//! The units of a handbook: what each thing says, where it stands, and how it is called.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::unit::{Kind, Unit};
use crate::id::Id;
use crate::model::{
    Block, Checklist, Clause, Deduction, Evidence, Form, Handbook, Indicator, Item, Norm, Page, Parameter,
    Part, Readers, ReadingPath, Role, RoleDuty, Section, SectionKind, Source, SourceFact, Term,
};
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Amount, Due};
use crate::syntax::mark::{Mark, without_marks};
use crate::syntax::plain_text;
use crate::vocabulary::{Level, MarkKind, Modality};

/// Characters of a preview.
const PREVIEW: usize = 90;

/// The units of a handbook, in reading order, registries last.
pub fn units(handbook: &Handbook) -> Vec<Unit> {
    let maker = Maker { handbook };
    let parts = handbook.parts.iter().flat_map(|part| {
        let norms = part.norms.iter().filter_map(|id| handbook.norms.get(id));
        [Piece::Part(part)].into_iter().chain(norms.map(Piece::Norm))
    });
    let parts: Vec<Piece<'_>> = parts.collect();
    let made: Vec<Vec<Unit>> = parts.into_par_iter().map(|piece| maker.piece(piece)).collect();
    let mut units: Vec<Unit> = made.into_iter().flatten().collect();
    units.extend(handbook.terms.iter().map(|term| maker.term(term)));
    units.extend(handbook.roles.values().map(|role| maker.role(role)));
    units.extend(handbook.parameters.values().map(|parameter| maker.parameter(parameter)));
    units.extend(handbook.sources.values().map(|source| maker.source(source)));
    units.extend(handbook.indicators.values().map(|indicator| maker.indicator(indicator)));
    units.extend(handbook.source_facts.values().map(|fact| maker.source_fact(fact)));
    units.extend(handbook.paths.iter().map(|path| maker.path(path)));
    handbook.pages.iter().for_each(|page| maker.page(page, &mut units));
    units
}

/// What a part of the manual is read by.
enum Piece<'a> {
    Part(&'a Part),
    Norm(&'a Norm),
}

struct Maker<'a> {
    handbook: &'a Handbook,
}

impl Maker<'_> {
    fn piece(&self, piece: Piece<'_>) -> Vec<Unit> {
        let mut units = Vec::new();
        match piece {
            Piece::Part(part) => units.push(self.part(part)),
            Piece::Norm(norm) => self.norm(norm, &mut units),
        }
        units
    }

    fn norm(&self, norm: &Norm, units: &mut Vec<Unit>) {
        let part = self.handbook.part_of(norm);
        let introduction = norm.sections.iter().filter(|section| section.kind == SectionKind::Introduction);
        let schedule = norm.schedule.iter().map(|entry| format!("{}：{}", entry.schedule.text, entry.what));
        let readers = match &norm.readers {
            Readers::All => &[][..],
            Readers::Roles(roles) => roles,
        };
        let text = lines(
            introduction.map(|section| section.text.clone()).chain(norm.notice.clone()).chain(schedule),
        );
        units.push(Unit {
            names: vec![norm.title.clone()],
            title: norm.title.clone(),
            path: [part.title.clone()].into(),
            roles: role_ids(readers.iter().chain([&norm.owner])),
            text: self.with_values(&text),
            ..self.in_norm(norm, &norm.id, Kind::Norm, &[])
        });
        let mut above: Vec<(u8, String)> = Vec::new();
        for section in norm.sections.iter() {
            above.retain(|(level, _)| *level < section.level);
            let path = path_below(part, norm, &above);
            match section.kind {
                SectionKind::Introduction => self.clauses(norm, section, &path, units),
                SectionKind::Text => {
                    let title = numbered(&section.number, &section.title);
                    units.push(self.section(norm, section, &title, path.clone()));
                    above.push((section.level, title.clone()));
                    self.clauses(norm, section, &below(&path, &title), units);
                }
                SectionKind::Checklist(index) => {
                    if let Some(checklist) = norm.checklists.get(index) {
                        self.checklist(norm, checklist, section, &path, units);
                    }
                }
                SectionKind::Form(index) => {
                    units.extend(norm.forms.get(index).map(|form| self.form(norm, form, section, &path)));
                }
            }
        }
    }

    fn section(&self, norm: &Norm, section: &Section, title: &str, path: Arc<[String]>) -> Unit {
        let below = clauses(section).map(|clause| clause.text.as_str());
        Unit {
            preview: self.with_values(&preview(below)),
            names: vec![section.title.clone()],
            number: section.number.clone(),
            title: title.to_owned(),
            text: self.with_values(&section.text),
            path,
            ..self.in_norm(norm, &section.id, Kind::Section, &[])
        }
    }

    fn clauses(&self, norm: &Norm, section: &Section, path: &Arc<[String]>, units: &mut Vec<Unit>) {
        units.extend(clauses(section).map(|clause| self.clause(norm, section, clause, path.clone())));
    }

    fn clause(&self, norm: &Norm, section: &Section, clause: &Clause, path: Arc<[String]>) -> Unit {
        let kind = if clause.modality == Modality::Statement { Kind::Clause } else { Kind::Requirement };
        Unit {
            number: clause.number.clone(),
            title: numbered(&clause.number, &section.title),
            roles: duties(&clause.roles),
            text: self.with_values(&self.clause_text(clause)),
            path,
            ..self.in_norm(norm, &clause.id, kind, &clause.levels)
        }
    }

    fn checklist(
        &self,
        norm: &Norm,
        checklist: &Checklist,
        section: &Section,
        path: &Arc<[String]>,
        units: &mut Vec<Unit>,
    ) {
        let when = checklist.when.iter().map(|when| when.text.clone());
        units.push(Unit {
            names: vec![checklist.title.clone()],
            title: checklist.title.clone(),
            path: path.clone(),
            text: self.with_values(&lines([section.text.clone()].into_iter().chain(when))),
            preview: self.with_values(&preview(checklist.items.iter().map(|item| item.text.as_str()))),
            ..self.in_norm(norm, &checklist.id, Kind::Checklist, &[])
        });
        let path = below(path, &checklist.title);
        units.extend(checklist.items.iter().map(|item| self.item(norm, checklist, item, path.clone())));
    }

    fn item(&self, norm: &Norm, checklist: &Checklist, item: &Item, path: Arc<[String]>) -> Unit {
        let sample = item.score.iter().flat_map(|score| {
            let lookouts = score.lookouts.iter().map(|lookout| lookout.text.clone());
            lookouts.chain(score.sample.clone()).chain(score.deduction.as_ref().map(Deduction::chinese))
        });
        Unit {
            number: item.number.clone(),
            title: numbered(&item.number, &checklist.title),
            path,
            roles: duties(&item.roles),
            text: self.with_values(&lines(
                [item.text.clone()]
                    .into_iter()
                    .chain(item.note.clone())
                    .chain(sample)
                    .chain(evidence(&item.evidence)),
            )),
            ..self.in_norm(norm, &item.id, Kind::Item, &item.levels)
        }
    }

    fn form(&self, norm: &Norm, form: &Form, section: &Section, path: &Arc<[String]>) -> Unit {
        let fields = form.fields.iter().map(|field| {
            let help = field.options.iter().chain(Some(&field.note_text).filter(|note| !note.is_empty()));
            [&field.label].into_iter().chain(help).cloned().collect::<Vec<_>>().join("；")
        });
        let when = form.when.iter().map(|when| when.text.clone());
        Unit {
            names: vec![form.title.clone()],
            title: form.title.clone(),
            path: path.clone(),
            roles: role_ids(&form.filled_by),
            text: self.with_values(&lines([section.text.clone()].into_iter().chain(when).chain(fields))),
            ..self.in_norm(norm, &form.id, Kind::Form, &[])
        }
    }

    fn part(&self, part: &Part) -> Unit {
        Unit {
            names: vec![part.title.clone()],
            part: part.code.clone(),
            title: part.title.clone(),
            text: lines(
                [without_marks(&plain_text(&part.introduction))].into_iter().chain(part.notice.clone()),
            ),
            ..bare(&part.code, Kind::Part, format!("/{}/", part.code))
        }
    }

    fn term(&self, term: &Term) -> Unit {
        let names = [&term.word].into_iter().chain(&term.synonyms).chain(&term.deprecated).cloned().collect();
        Unit {
            names,
            text: lines([
                term.definition.clone(),
                labelled("同义", &term.synonyms),
                labelled("不用", &term.deprecated),
            ]),
            path: ["术语".into()].into(),
            ..bare(&term.word, Kind::Term, format!("/terms/#{}", term.word.replace(char::is_whitespace, "-")))
        }
    }

    fn role(&self, role: &Role) -> Unit {
        Unit {
            names: [&role.title].into_iter().chain(&role.aliases).cloned().collect(),
            title: role.title.clone(),
            roles: vec![role.id.to_string()],
            text: lines(
                [role.mission.clone(), labelled("别名", &role.aliases)]
                    .into_iter()
                    .chain(role.department.clone()),
            ),
            path: ["角色".into()].into(),
            ..self.registered(&role.id, Kind::Role)
        }
    }

    fn parameter(&self, parameter: &Parameter) -> Unit {
        let values = parameter.components.iter().map(|component| {
            let values: Vec<String> = component
                .values
                .keys()
                .filter_map(|level| Some(format!("{} {}", level.chinese(), component.text(*level)?)))
                .collect();
            labelled(if component.name.is_empty() { "值" } else { &component.name }, &values)
        });
        Unit {
            names: vec![parameter.label.clone()],
            title: parameter.label.clone(),
            text: lines(values.chain(parameter.note.clone())),
            path: ["参数".into()].into(),
            ..self.registered(&parameter.id, Kind::Parameter)
        }
    }

    fn source(&self, source: &Source) -> Unit {
        Unit {
            names: source.title.split('；').map(str::to_owned).collect(),
            title: source.title.clone(),
            text: lines(
                [source.subject.clone()]
                    .into_iter()
                    .chain(source.number.clone())
                    .chain(source.caution.clone()),
            ),
            path: ["依据".into(), source.group.clone()].into(),
            ..self.registered(&source.id, Kind::Source)
        }
    }

    fn indicator(&self, indicator: &Indicator) -> Unit {
        let fraction = indicator.numerator.iter().chain(&indicator.denominator).cloned();
        Unit {
            names: vec![indicator.title.clone()],
            title: indicator.title.clone(),
            text: lines([indicator.definition.clone()].into_iter().chain(fraction)),
            path: ["指标".into()].into(),
            ..self.registered(&indicator.id, Kind::Indicator)
        }
    }

    fn source_fact(&self, fact: &SourceFact) -> Unit {
        Unit {
            title: fact.id.to_string(),
            text: fact.text.clone(),
            path: ["来源事实".into()].into(),
            ..self.registered(&fact.id, Kind::SourceFact)
        }
    }

    fn path(&self, path: &ReadingPath) -> Unit {
        Unit {
            names: vec![path.title.clone()],
            title: path.title.clone(),
            roles: role_ids(&path.roles),
            text: path.note.clone(),
            path: ["阅读路线".into()].into(),
            ..bare(&path.id, Kind::Path, format!("/paths/{}/", path.id))
        }
    }

    fn page(&self, page: &Page, units: &mut Vec<Unit>) {
        let first = matches!(page.id.to_ascii_lowercase().as_str(), "index" | "readme");
        let address = if first { "/".to_owned() } else { format!("/{}/", page.id) };
        // The first section has no heading; each of the others begins with one.
        let mut above: Vec<(u8, &str)> = Vec::new();
        let levels = [0].into_iter().chain(page.headings.iter().map(|(level, ..)| *level));
        for ((anchor, title, text), level) in page.sections.iter().zip(levels) {
            above.retain(|(other, _)| *other < level);
            let path = [page.title.as_str()].into_iter().chain(above.iter().map(|(_, title)| *title));
            let mut path: Vec<String> = path.map(str::to_owned).collect();
            path.dedup();
            if !title.is_empty() {
                above.push((level, title));
            }
            if title.is_empty() && text.is_empty() {
                continue;
            }
            let hash = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
            let title = if title.is_empty() { &page.title } else { title };
            units.push(Unit {
                group: page.id.clone(),
                names: vec![title.clone()],
                title: title.clone(),
                path: path.into(),
                text: without_marks(text),
                ..bare(&format!("{}{hash}", page.id), Kind::Page, format!("{address}{hash}"))
            });
        }
    }

    /// What a page shows of a clause: the sentence first, then what stands under it.
    fn clause_text(&self, clause: &Clause) -> String {
        let criteria = clause.criteria.iter().flat_map(|criteria| {
            [&criteria.satisfied, &criteria.partial, &criteria.not_satisfied].into_iter().flatten().cloned()
        });
        lines(
            [clause.text.clone(), without_marks(&plain_text(&clause.more))]
                .into_iter()
                .chain(clause.exception.clone())
                .chain(clause.note.clone())
                .chain(clause.due.iter().map(|due| self.due_text(due)))
                .chain(clause.schedule.iter().map(|schedule| schedule.text.clone()))
                .chain(evidence(&clause.evidence))
                .chain(clause.marks.iter().filter_map(|mark| self.citation(mark)))
                .chain(criteria)
                .chain(clause.applies_if.iter().map(Condition::chinese)),
        )
    }

    /// A source of law as a page cites it: `民办非企业单位年度检查办法 第5条`.
    fn citation(&self, mark: &Mark) -> Option<String> {
        let source = mark.reference.as_ref().filter(|_| mark.kind == MarkKind::Law)?;
        Some(numbered(&self.handbook.sources.get(source)?.title, &mark.text))
    }

    /// A deadline with the parameter's value in place of its number.
    fn due_text(&self, due: &Due) -> String {
        let Some(Amount::Parameter { parameter, component }) = &due.within else { return due.text.clone() };
        let name = component
            .as_ref()
            .map_or_else(|| parameter.to_string(), |component| format!("{parameter}.{component}"));
        due.text.replace(&name, &self.handbook.with_values(&format!("{{{{{name}}}}}")))
    }

    /// A unit of a norm; `levels` are its own, if it has any.
    fn in_norm(&self, norm: &Norm, id: &Id, kind: Kind, levels: &[Level]) -> Unit {
        let levels = if levels.is_empty() { &norm.levels } else { levels };
        Unit {
            norm_id: Some(norm.id.to_string()),
            group: norm.id.to_string(),
            part: norm.part.clone(),
            levels: levels.iter().map(|level| level.english().to_owned()).collect(),
            status: norm.status.english().to_owned(),
            ..self.registered(id, kind)
        }
    }

    fn registered(&self, id: &Id, kind: Kind) -> Unit {
        bare(id.as_str(), kind, self.handbook.url(id).unwrap_or_default())
    }

    fn with_values(&self, text: &str) -> String {
        self.handbook.with_values(text).into_owned()
    }
}

fn bare(id: &str, kind: Kind, url: String) -> Unit {
    Unit {
        id: id.to_owned(),
        norm_id: None,
        group: id.to_owned(),
        part: String::new(),
        kind,
        title: id.to_owned(),
        names: Vec::new(),
        number: String::new(),
        path: Arc::default(),
        url,
        levels: Vec::new(),
        roles: Vec::new(),
        status: String::new(),
        text: String::new(),
        preview: String::new(),
    }
}

fn clauses(section: &Section) -> impl Iterator<Item = &Clause> {
    let clauses = section.blocks.iter().filter_map(|block| match block {
        Block::Clauses(_, clauses) => Some(clauses),
        _ => None,
    });
    clauses.flatten()
}

fn preview<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut preview = String::new();
    for text in texts {
        if preview.chars().count() >= PREVIEW {
            break;
        }
        join_preview(&mut preview, text);
    }
    preview
}

/// Adds a text to a preview.
pub(super) fn join_preview(preview: &mut String, text: &str) {
    preview.push_str(if preview.is_empty() || preview.ends_with('。') { "" } else { "；" });
    preview.push_str(text);
}

fn path_below(part: &Part, norm: &Norm, above: &[(u8, String)]) -> Arc<[String]> {
    let norm = format!("{} {}", norm.id, norm.title);
    [part.title.clone(), norm].into_iter().chain(above.iter().map(|(_, title)| title.clone())).collect()
}

/// The path of what stands below a title that has this path.
fn below(path: &[String], title: &str) -> Arc<[String]> {
    path.iter().cloned().chain([title.to_owned()]).collect()
}

fn numbered(number: &str, title: &str) -> String {
    if number.is_empty() { title.to_owned() } else { format!("{number} {title}") }
}

fn labelled(label: &str, words: &[String]) -> String {
    if words.is_empty() { String::new() } else { format!("{label}：{}", words.join("、")) }
}

fn lines(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Proofs by name; forms are found by themselves.
fn evidence(evidence: &[Evidence]) -> impl Iterator<Item = String> {
    evidence.iter().filter(|evidence| evidence.form.is_none()).map(|evidence| evidence.name.clone())
}

fn duties(roles: &[RoleDuty]) -> Vec<String> {
    role_ids(roles.iter().map(|duty| &duty.role))
}

fn role_ids<'a>(roles: impl IntoIterator<Item = &'a Id>) -> Vec<String> {
    let sorted: BTreeSet<&Id> = roles.into_iter().filter(|role| !role.as_str().is_empty()).collect();
    sorted.into_iter().map(Id::to_string).collect()
}

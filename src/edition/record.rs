//! A handbook as records: everything with an id, and what an author can write about it, field by field.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::id::Id;
use crate::model::{
    Checklist, Clause, Evidence, Form, FormField, Handbook, Indicator, Item, Norm, Parameter,
    ParameterComponent, ParameterSource, Readers, Role, RoleDuty, Section, SectionKind, Source, Term,
};
use crate::syntax::condition::Condition;
use crate::syntax::deadline::Due;
use crate::vocabulary::{Level, MarkKind, Modality, RecordField, RecordType, Stricter, Tailor};

pub use crate::vocabulary::{RecordField as Field, RecordType as RecordKind};

/// A thing with an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `NJ-03-3.1`; a component of a parameter is `P07.平时`, a term `术语-年检`.
    pub id: Id,
    /// What it is.
    pub kind: RecordType,
    /// The norm it stands in; nothing for registries.
    pub norm: Option<Id>,
    /// Short human name.
    pub label: String,
    /// Whom it concerns.
    pub roles: Vec<Id>,
    /// What an adopter may do with it.
    pub tailor: Tailor,
    /// What is written about it; a field that says nothing is absent.
    pub fields: BTreeMap<RecordField, Value>,
}

/// What a field says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A sentence or longer.
    Text(String),
    /// A word out of a closed set, a name or an id.
    Word(String),
    /// Several of them, in no order.
    Set(Vec<String>),
    /// A number.
    Number {
        /// The number.
        n: i64,
        /// How it is written, unit included.
        text: String,
        /// Which direction is the stricter one.
        stricter: Stricter,
    },
    /// How a sentence binds.
    Modality(Modality),
    /// A deadline.
    Due(Due),
    /// A condition.
    Condition(Condition),
}

impl Value {
    /// The value as people read it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Word(text) | Self::Number { text, .. } => text.clone(),
            Self::Set(words) => words.join("；"),
            Self::Modality(modality) => modality.chinese().to_owned(),
            Self::Due(due) => due.text.clone(),
            Self::Condition(condition) => condition.chinese(),
        }
    }
}

/// Every record of a handbook by its id, in reading order.
pub fn records(handbook: &Handbook) -> IndexMap<Id, Record> {
    let mut all = Vec::new();
    for norm in handbook.norms.values() {
        all.push(norm_record(norm));
        all.extend(norm.sections.iter().filter_map(|section| section_record(norm, section)));
        all.extend(norm.clauses().map(|clause| clause_record(norm, clause)));
        for checklist in &norm.checklists {
            all.push(checklist_record(norm, checklist));
            all.extend(checklist.items.iter().map(|item| item_record(norm, item)));
        }
        for form in norm.forms.iter() {
            all.push(form_record(norm, form));
            all.extend(form.fields.iter().map(|field| field_record(norm, form, field)));
        }
    }
    for parameter in handbook.parameters.values() {
        all.extend(parameter.components.iter().map(|component| parameter_record(parameter, component)));
    }
    all.extend(handbook.roles.values().map(role_record));
    all.extend(handbook.sources.values().map(source_record));
    all.extend(handbook.indicators.values().map(indicator_record));
    all.extend(handbook.terms.iter().map(term_record));
    all.into_iter().map(|record| (record.id.clone(), record)).collect()
}

/// The id under which a component of a parameter stands among the records: `P07.平时`, or `P04` alone.
pub fn component_id(parameter: &Id, component: &str) -> Id {
    if component.is_empty() { parameter.clone() } else { Id::new(format!("{parameter}.{component}")) }
}

/// Gathers the fields of a record; what says nothing is left out.
#[derive(Default)]
struct Fields(BTreeMap<RecordField, Value>);

impl Fields {
    fn text(mut self, field: RecordField, text: &str) -> Self {
        if !text.is_empty() {
            self.0.insert(field, Value::Text(text.to_owned()));
        }
        self
    }

    fn maybe(self, field: RecordField, text: Option<&String>) -> Self {
        self.text(field, text.map(String::as_str).unwrap_or_default())
    }

    fn word(mut self, field: RecordField, word: impl ToString) -> Self {
        let word = word.to_string();
        if !word.is_empty() {
            self.0.insert(field, Value::Word(word));
        }
        self
    }

    fn flag(self, field: RecordField, set: bool) -> Self {
        self.word(field, if set { "是" } else { "" })
    }

    fn set<T: ToString>(mut self, field: RecordField, words: impl IntoIterator<Item = T>) -> Self {
        let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
        if !words.is_empty() {
            self.0.insert(field, Value::Set(words));
        }
        self
    }

    fn value(mut self, field: RecordField, value: Option<Value>) -> Self {
        self.0.extend(value.map(|value| (field, value)));
        self
    }

    fn levels(self, levels: &[Level]) -> Self {
        self.set(RecordField::Levels, levels.iter().map(|level| level.chinese()))
    }

    fn condition(self, condition: Option<&Condition>) -> Self {
        self.value(RecordField::Condition, condition.cloned().map(Value::Condition))
    }

    fn duties(self, roles: &[RoleDuty]) -> Self {
        self.set(
            RecordField::Roles,
            roles.iter().map(|duty| format!("{} {}", duty.role, duty.duty.chinese())),
        )
    }

    fn evidence(self, evidence: &[Evidence]) -> Self {
        let one =
            |proof: &Evidence| format!("{}（{}）", proof.name, if proof.required { "必交" } else { "选交" });
        self.set(RecordField::Evidence, evidence.iter().map(one))
    }
}

fn record(id: &Id, kind: RecordType, norm: Option<&Norm>, label: &str, fields: Fields) -> Record {
    Record {
        id: id.clone(),
        kind,
        norm: norm.map(|norm| norm.id.clone()),
        label: label.to_owned(),
        roles: Vec::new(),
        tailor: Tailor::Free,
        fields: fields.0,
    }
}

fn norm_record(norm: &Norm) -> Record {
    use RecordField as F;
    let recurring = norm.schedule.iter().map(|entry| format!("{}：{}", entry.schedule.text, entry.what));
    let checked =
        norm.basis.iter().filter_map(|basis| basis.checked_on.map(|day| format!("{} {day}", basis.source)));
    let fields = Fields::default()
        .text(F::Title, &norm.title)
        .word(F::Status, norm.status.chinese())
        .word(F::Effective, norm.effective)
        .word(F::Owner, &norm.owner)
        .levels(&norm.levels)
        .condition(norm.applies_if.as_ref())
        .set(F::Schedule, recurring)
        .set(F::Basis, norm.basis.iter().map(|basis| &basis.source))
        .set(F::Checked, checked)
        .set(F::Indicators, &norm.indicators)
        .maybe(F::Note, norm.notice.as_ref());
    let fields = match &norm.readers {
        Readers::All => fields.set(F::Readers, ["全体"]),
        Readers::Roles(roles) => fields.set(F::Readers, roles),
    };
    let roles = norm.reader_roles().iter().chain([&norm.owner]).cloned().collect();
    Record { roles, ..record(&norm.id, RecordType::Norm, Some(norm), &norm.title, fields) }
}

fn section_record(norm: &Norm, section: &Section) -> Option<Record> {
    let text = matches!(section.kind, SectionKind::Introduction | SectionKind::Text);
    if !text || section.id == norm.id || section.text.is_empty() && section.title.is_empty() {
        return None;
    }
    let fields =
        Fields::default().text(RecordField::Title, &section.title).text(RecordField::Text, &section.text);
    let roles = norm.reader_roles().to_vec();
    Some(Record { roles, ..record(&section.id, RecordType::Section, Some(norm), &section.title, fields) })
}

fn clause_record(norm: &Norm, clause: &Clause) -> Record {
    use RecordField as F;
    let basis = clause.marks.iter().filter(|mark| mark.kind == MarkKind::Law).filter_map(|mark| {
        mark.reference.as_ref().map(|source| format!("{source} {}", mark.text).trim_end().to_owned())
    });
    let mut fields = Fields::default()
        .text(F::Text, &clause.text)
        .value(F::Modality, Some(Value::Modality(clause.modality)))
        .levels(&clause.levels)
        .duties(&clause.roles)
        .condition(norm.beyond(clause.applies_if.as_ref()).as_ref())
        .value(F::Due, clause.due.clone().map(Value::Due))
        .evidence(&clause.evidence)
        .set(F::Method, clause.method.iter().map(|method| method.chinese()))
        .word(F::Tailor, clause.tailor.chinese())
        .set(F::Basis, basis)
        .maybe(F::Exception, clause.exception.as_ref())
        .maybe(F::Note, clause.note.as_ref());
    fields = fields.word(F::Schedule, clause.schedule.as_ref().map(|s| s.text.as_str()).unwrap_or_default());
    fields = fields.word(F::Record, clause.record.as_ref().map(Id::as_str).unwrap_or_default());
    if let Some(criteria) = &clause.criteria {
        let parts = [
            ("符合", &criteria.satisfied),
            ("部分符合", &criteria.partial),
            ("不符合", &criteria.not_satisfied),
        ];
        let parts = parts.iter().filter_map(|(name, text)| Some(format!("{name} = {}", text.as_ref()?)));
        fields = fields.text(F::Criteria, &parts.collect::<Vec<_>>().join("；"));
    }
    Record {
        roles: duty_roles(&clause.roles),
        tailor: clause.tailor,
        ..record(&clause.id, RecordType::Clause, Some(norm), &clause.text, fields)
    }
}

fn checklist_record(norm: &Norm, checklist: &Checklist) -> Record {
    use RecordField as F;
    let id = |id: &Option<Id>| id.as_ref().map(ToString::to_string).unwrap_or_default();
    let fields = Fields::default()
        .text(F::Title, &checklist.title)
        .word(F::Schedule, checklist.when.as_ref().map(|when| when.text.as_str()).unwrap_or_default())
        .word(F::Order, checklist.order.chinese())
        .word(F::Record, id(&checklist.form))
        .word(F::Weights, id(&checklist.composition.weights))
        .word(F::Review, id(&checklist.composition.review))
        .word(F::Grades, id(&checklist.composition.grades))
        .flag(F::Scoring, checklist.scoring);
    let roles = norm.reader_roles().to_vec();
    Record { roles, ..record(&checklist.id, RecordType::Checklist, Some(norm), &checklist.title, fields) }
}

fn item_record(norm: &Norm, item: &Item) -> Record {
    use RecordField as F;
    let mut fields = Fields::default()
        .text(F::Text, &item.text)
        .set(F::Checks, &item.checks)
        .levels(&item.levels)
        .condition(norm.beyond(item.applies_if.as_ref()).as_ref())
        .evidence(&item.evidence)
        .word(F::Record, item.form.as_ref().map(Id::as_str).unwrap_or_default())
        .set(F::Indicators, &item.indicators)
        .flag(F::Veto, item.veto)
        .maybe(F::Note, item.note.as_ref());
    if let Some(score) = &item.score {
        let ratio = |above: &String, below: &String| format!(" = {above} ÷ {below}");
        let grading = score.grading.as_ref().map(|grading| {
            let formula = grading.numerator.as_ref().zip(grading.denominator.as_ref());
            let formula = formula.map(|(above, below)| ratio(above, below)).unwrap_or_default();
            format!("{}{formula}", grading.method.chinese())
        });
        let looked = score.lookouts.iter().map(|l| format!("{} {}", l.assessor.chinese(), l.text));
        let variants = score.variants.iter().map(|(level, text)| format!("{}级 {text}", level.chinese()));
        fields = fields
            .word(F::Points, if item.veto { String::new() } else { crate::model::points(score.points) })
            .text(F::Grading, &grading.unwrap_or_default())
            .maybe(F::Sample, score.sample.as_ref())
            .set(F::Lookouts, looked)
            .text(F::Deduction, &score.deduction.as_ref().map(|d| d.chinese()).unwrap_or_default())
            .set(F::Variants, variants);
    }
    Record {
        roles: duty_roles(&item.roles),
        ..record(&item.id, RecordType::Item, Some(norm), &item.text, fields)
    }
}

fn form_record(norm: &Norm, form: &Form) -> Record {
    use RecordField as F;
    let filled_by = form.filled_by.iter().map(ToString::to_string);
    let mut fields = Fields::default()
        .text(F::Title, &form.title)
        .set(F::FilledBy, filled_by.chain(form.open_to_all.then(|| "全体".to_owned())))
        .word(F::Schedule, form.when.as_ref().map(|when| when.text.as_str()).unwrap_or_default())
        .word(F::Keep, form.keep.map(|keep| keep.chinese()).unwrap_or_default())
        .flag(F::Rows, form.rows);
    for (key, rules) in form.entry_rules() {
        let field = match key {
            "唯一" => F::Unique,
            "不重叠" => F::Exclusive,
            _ => F::Counts,
        };
        fields = fields.text(field, &rules);
    }
    Record {
        roles: form.filled_by.clone(),
        ..record(&form.id, RecordType::Form, Some(norm), &form.title, fields)
    }
}

fn field_record(norm: &Norm, form: &Form, field: &FormField) -> Record {
    use RecordField as F;
    let audience = &field.visible_to;
    let visible = audience.roles.iter().map(ToString::to_string);
    let visible = visible.chain(audience.own.then(|| "本人".to_owned()));
    let visible = visible.chain(audience.everybody.then(|| "全体".to_owned()));
    let fields = Fields::default()
        .text(F::Title, &field.label)
        .word(F::Type, field.kind.chinese())
        .flag(F::Required, field.required)
        .set(F::Options, &field.options)
        .text(F::Note, &field.note_text)
        .word(F::Personal, field.personal.chinese())
        .word(F::Keep, field.keep.map(|keep| keep.chinese()).unwrap_or_default())
        .set(F::Visible, visible);
    Record {
        roles: form.filled_by.clone(),
        ..record(&field.id, RecordType::FormField, Some(norm), &field.label, fields)
    }
}

fn parameter_record(parameter: &Parameter, component: &ParameterComponent) -> Record {
    use RecordField as F;
    let label = [parameter.label.as_str(), &component.name];
    let label = label.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join("·");
    let bound = |bound: Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    let mut fields = Fields::default()
        .text(F::Title, &label)
        .word(F::Type, component.kind.chinese())
        .word(F::Unit, component.unit.map(|unit| unit.chinese()).unwrap_or_default())
        .word(F::AtLeast, bound(component.min))
        .word(F::AtMost, bound(component.max))
        .word(F::Stricter, component.stricter.chinese())
        .word(F::Tailor, component.tailor.chinese())
        .maybe(F::Note, parameter.note.as_ref());
    if let ParameterSource::Id(source) = &parameter.source {
        fields = fields.set(F::Basis, [source]);
    }
    for (field, level) in [(F::City, Level::City), (F::District, Level::District), (F::Street, Level::Street)]
    {
        fields = fields.value(field, level_value(component, level));
    }
    let id = component_id(&parameter.id, &component.name);
    Record { tailor: component.tailor, ..record(&id, RecordType::Parameter, None, &label, fields) }
}

/// The value of a component at a level.
fn level_value(component: &ParameterComponent, level: Level) -> Option<Value> {
    let (raw, text) = (component.values.get(&level)?, component.text(level)?);
    Some(match raw.parse() {
        Ok(n) => Value::Number { n, text, stricter: component.stricter },
        Err(_) => Value::Word(text),
    })
}

fn role_record(role: &Role) -> Record {
    let fields = Fields::default()
        .text(RecordField::Title, &role.title)
        .text(RecordField::Text, &role.mission)
        .maybe(RecordField::Department, role.department.as_ref())
        .set(RecordField::Synonyms, &role.aliases);
    Record { roles: vec![role.id.clone()], ..record(&role.id, RecordType::Role, None, &role.title, fields) }
}

fn source_record(source: &Source) -> Record {
    use RecordField as F;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = Fields::default()
        .text(F::Title, &source.title)
        .maybe(F::Number, source.number.as_ref())
        .word(F::Published, day(source.published))
        .word(F::Effective, day(source.effective))
        .word(F::Status, source.status.chinese())
        .word(F::Checked, day(source.checked_on))
        .text(F::Text, &source.subject)
        .maybe(F::Note, source.caution.as_ref());
    record(&source.id, RecordType::Source, None, &source.title, fields)
}

fn indicator_record(indicator: &Indicator) -> Record {
    use RecordField as F;
    let fields = Fields::default()
        .text(F::Title, &indicator.title)
        .text(F::Text, &indicator.definition)
        .maybe(F::Numerator, indicator.numerator.as_ref())
        .maybe(F::Denominator, indicator.denominator.as_ref())
        .word(F::Unit, indicator.unit.as_deref().unwrap_or_default())
        .set(F::Record, &indicator.data_from)
        .word(F::Target, indicator.target.as_ref().map(Id::as_str).unwrap_or_default());
    record(&indicator.id, RecordType::Indicator, None, &indicator.title, fields)
}

fn term_record(term: &Term) -> Record {
    use RecordField as F;
    let fields = Fields::default()
        .text(F::Text, &term.definition)
        .set(F::Synonyms, &term.synonyms)
        .set(F::Deprecated, &term.deprecated)
        .set(F::Basis, &term.basis);
    record(&Id::new(format!("术语-{}", term.word)), RecordType::Term, None, &term.word, fields)
}

fn duty_roles(duties: &[RoleDuty]) -> Vec<Id> {
    duties.iter().map(|duty| duty.role.clone()).collect()
}

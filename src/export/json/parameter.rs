//! `parameters.json`, and the values of the parameters that another file names.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Header, cited_by, none, some};
use crate::id::Id;
use crate::model::{Clause, Handbook, Parameter, ParameterComponent, ParameterSource};
use crate::syntax::deadline::{Amount, Due, Every, Schedule};
use crate::syntax::mark::{self, Mark, Piece};
use crate::vocabulary::{Level, MarkKind, ParameterType, Stricter, Tailor, Unit};

/// The adjustable values of the handbook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ParametersFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// The parameters, in the order of their numbers.
    pub parameters: Vec<ParameterData<'a>>,
}

/// An adjustable value, or several that belong together.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Parameter", deny_unknown_fields)]
pub struct ParameterData<'a> {
    /// Id, such as `P07`.
    pub id: &'a Id,
    /// Name.
    pub label: &'a str,
    /// The source of law or the fact that its defaults come from; absent: set by the handbook itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a Id>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
    /// Its values: one without a name, or several with names.
    pub components: Vec<ComponentData<'a>>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// One value of a parameter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Component", deny_unknown_fields)]
pub struct ComponentData<'a> {
    /// What stands between the braces in a text: `P07` or `P07.component`.
    pub key: String,
    /// Its name; absent when the parameter has one value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Unit of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The value at each level.
    pub values: ByLevel,
    /// Smallest number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Which direction is the stricter one.
    pub stricter: Stricter,
    /// What an adopter may do with it.
    pub tailor: Tailor,
}

/// Values by level; a level that is absent does not know the parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ByLevel {
    /// At a city platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<Value>,
    /// At a district platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<Value>,
    /// At a street platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<Value>,
}

/// A value at one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Value {
    /// The number, in the unit of the parameter; absent when it is no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// The value as it stands in a sentence, unit included.
    pub text: String,
}

/// A parameter that a file names, with what is needed to put its value into a text.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ParameterUse<'a> {
    /// What stands between the braces in a text: `P07` or `P07.component`.
    pub key: String,
    /// The parameter.
    pub id: &'a Id,
    /// Its component; absent when it has one value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<&'a str>,
    /// Name of the parameter.
    pub label: &'a str,
    /// Type.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Unit of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The value at each level.
    pub values: ByLevel,
}

/// All parameters as their file.
pub fn parameters(handbook: &Handbook) -> ParametersFile<'_> {
    ParametersFile {
        header: Header::new(handbook, "parameters"),
        parameters: handbook
            .parameters
            .values()
            .map(|parameter| parameter_data(handbook, parameter))
            .collect(),
    }
}

fn parameter_data<'a>(handbook: &'a Handbook, parameter: &'a Parameter) -> ParameterData<'a> {
    let components = parameter.components.iter().map(|component| ComponentData {
        key: key(&parameter.id, &component.name),
        name: some(&component.name),
        kind: component.kind,
        unit: component.unit,
        values: by_level(component),
        min: component.min,
        max: component.max,
        stricter: component.stricter,
        tailor: component.tailor,
    });
    ParameterData {
        id: &parameter.id,
        label: &parameter.label,
        source: match &parameter.source {
            ParameterSource::Own => None,
            ParameterSource::Id(id) => Some(id),
        },
        note: parameter.note.as_deref(),
        components: components.collect(),
        cited_by: cited_by(handbook, &parameter.id),
    }
}

fn by_level(component: &ParameterComponent) -> ByLevel {
    let counts =
        matches!(component.kind, ParameterType::Duration | ParameterType::Number | ParameterType::Percent);
    let at = |level: Level| {
        let text = component.text(level)?;
        let n = component.values.get(&level).filter(|_| counts).and_then(|value| value.parse().ok());
        Some(Value { n, text })
    };
    ByLevel { city: at(Level::City), district: at(Level::District), street: at(Level::Street) }
}

fn key(id: &Id, component: &str) -> String {
    if component.is_empty() { id.to_string() } else { format!("{id}.{component}") }
}

/// The parameters that a file names, gathered while it is made.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    named: BTreeSet<(Named<'a>, Named<'a>)>,
}

/// A name that either lives in the handbook or was cut out of a text.
type Named<'a> = std::borrow::Cow<'a, str>;

impl<'a> Uses<'a> {
    /// Notes what a clause's sentence, deadline and recurrence name.
    pub fn clause(&mut self, clause: &'a Clause) {
        for mark in clause.marks.iter().filter(|mark| mark.kind == MarkKind::Parameter) {
            if let Some(id) = &mark.reference {
                self.add(id.as_str(), mark.component.as_deref().unwrap_or_default());
            }
        }
        clause.due.iter().for_each(|due| self.due(due));
        clause.schedule.iter().for_each(|schedule| self.schedule(schedule));
    }

    /// Notes what a deadline names.
    pub fn due(&mut self, due: &'a Due) {
        if let Some(Amount::Parameter { parameter, component }) = &due.within {
            self.add(parameter.as_str(), component.as_deref().unwrap_or_default());
        }
    }

    /// Notes what a recurrence names.
    pub fn schedule(&mut self, schedule: &'a Schedule) {
        match &schedule.every {
            Every::Event(due) => self.due(due),
            Every::Season { parameter } => self.add(parameter.as_str(), ""),
            _ => {}
        }
    }

    /// Notes the parameters of the marks `【参：P07.平时 5个工作日】` in a text, and puts `{{P07.平时}}` in
    /// their place, so that no value of one level is left in it.
    pub fn replace_marks(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for piece in mark::split(text) {
            match piece {
                Piece::Mark(range, marks) => match self.braces(&marks) {
                    Some(braces) => out.push_str(&braces),
                    None => out.push_str(&text[range]),
                },
                Piece::Text(range) | Piece::Unclosed(range) | Piece::Unknown(range, _) => {
                    out.push_str(&text[range])
                }
            }
        }
        out
    }

    /// What stands in the place of one pair of brackets, when it holds nothing but a parameter.
    fn braces(&mut self, marks: &[Mark]) -> Option<String> {
        let [Mark { kind: MarkKind::Parameter, reference: Some(id), component, .. }] = marks else {
            return None;
        };
        let component = component.clone().unwrap_or_default();
        let braces = format!("{{{{{}}}}}", key(id, &component));
        self.named.insert((id.to_string().into(), component.into()));
        Some(braces)
    }

    /// Notes a parameter with all its components.
    pub fn whole(&mut self, parameter: &'a Id) {
        self.add(parameter.as_str(), "");
    }

    fn add(&mut self, id: &'a str, component: &'a str) {
        self.named.insert((id.into(), component.into()));
    }

    /// The values of everything noted, in the order of the keys. A parameter named as a whole that
    /// has components gives all of them.
    pub fn values(&self, handbook: &'a Handbook) -> Vec<ParameterUse<'a>> {
        let mut seen = BTreeSet::new();
        let mut values = Vec::new();
        for (id, wanted) in &self.named {
            let Some(parameter) = handbook.parameters.get(id.as_ref()) else { continue };
            let meant = |component: &&ParameterComponent| wanted.is_empty() || component.name == *wanted;
            for component in parameter.components.iter().filter(meant) {
                let key = key(&parameter.id, &component.name);
                if seen.insert(key.clone()) {
                    values.push(parameter_use(parameter, component, key));
                }
            }
        }
        values
    }
}

fn parameter_use<'a>(
    parameter: &'a Parameter,
    component: &'a ParameterComponent,
    key: String,
) -> ParameterUse<'a> {
    ParameterUse {
        key,
        id: &parameter.id,
        component: some(&component.name),
        label: &parameter.label,
        kind: component.kind,
        unit: component.unit,
        values: by_level(component),
    }
}

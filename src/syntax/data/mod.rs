//! The registries: YAML files at the top of a handbook, and the reading paths in `paths/`.

pub mod calendar;
mod entry;
mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::id::Id;
use crate::yaml;

pub use calendar::{CalendarYear, Holiday};
pub use entry::{
    Indicator, Parameter, ParameterComponent, ParameterSource, ReadingPath, Rewording, Role, Situation,
    Source, SourceFact, Term,
};

/// All registries of a handbook.
#[derive(Debug, Clone, Default)]
pub struct Registries {
    /// `roles.yaml`
    pub roles: IndexMap<Id, Role>,
    /// `parameters.yaml`
    pub parameters: IndexMap<Id, Parameter>,
    /// `sources.yaml`
    pub sources: IndexMap<Id, Source>,
    /// `indicators.yaml`
    pub indicators: IndexMap<Id, Indicator>,
    /// `facts.yaml`
    pub source_facts: IndexMap<Id, SourceFact>,
    /// `terms.yaml`
    pub terms: Vec<Term>,
    /// `situations.yaml`
    pub situations: Vec<Situation>,
    /// `paths/*.yaml`
    pub paths: Vec<ReadingPath>,
    /// `calendar.yaml`
    pub calendar: Vec<CalendarYear>,
    /// `rewordings.yaml`
    pub rewordings: Vec<Rewording>,
    /// `planned.yaml`: id and title, with the place of each.
    pub planned: BTreeMap<Id, (String, crate::diagnostic::Span)>,
}

impl Registries {
    /// Adds what other files gave.
    pub fn extend(&mut self, other: Self) {
        self.roles.extend(other.roles);
        self.parameters.extend(other.parameters);
        self.sources.extend(other.sources);
        self.indicators.extend(other.indicators);
        self.source_facts.extend(other.source_facts);
        self.terms.extend(other.terms);
        self.situations.extend(other.situations);
        self.paths.extend(other.paths);
        self.calendar.extend(other.calendar);
        self.rewordings.extend(other.rewordings);
        self.planned.extend(other.planned);
    }
}

/// Whether a YAML file is one of ours. Others are left alone.
pub fn is_registry(path: &str) -> bool {
    let named = [
        "roles",
        "parameters",
        "sources",
        "indicators",
        "facts",
        "terms",
        "calendar",
        "planned",
        "situations",
        "rewordings",
    ];
    path.strip_suffix(".yaml").is_some_and(|name| {
        named.contains(&name) || name.strip_prefix("paths/").is_some_and(|rest| !rest.contains('/'))
    })
}

/// Reads one registry file into `registries`.
pub fn read(path: &Arc<str>, text: &str, registries: &mut Registries, diagnostics: &mut Vec<Diagnostic>) {
    let (node, mut found) = yaml::parse(text, path, 0);
    diagnostics.append(&mut found);
    // An empty file is an empty registry.
    let Some(node) = node else { return };
    match &**path {
        "roles.yaml" => read::roles(&node, path, registries, diagnostics),
        "parameters.yaml" => read::parameters(&node, path, registries, diagnostics),
        "sources.yaml" => read::sources(&node, path, registries, diagnostics),
        "indicators.yaml" => read::indicators(&node, path, registries, diagnostics),
        "facts.yaml" => read::source_facts(&node, path, registries, diagnostics),
        "terms.yaml" => read::terms(&node, path, registries, diagnostics),
        "calendar.yaml" => registries.calendar = calendar::read(&node, path, diagnostics),
        "situations.yaml" => read::situations(&node, path, registries, diagnostics),
        "rewordings.yaml" => read::rewordings(&node, path, registries, diagnostics),
        "planned.yaml" => read::planned(&node, path, registries, diagnostics),
        _ => read::reading_path(&node, path, registries, diagnostics),
    }
}

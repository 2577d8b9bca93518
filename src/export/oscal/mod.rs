//! OSCAL 1.1.3, the Open Security Controls Assessment Language of NIST: the requirements as a catalog,
//! the values of a level as a profile that imports all of it, the checklists as an assessment plan.
//!
//! What OSCAL has no place for (tailoring rights, deadlines, conditions, points) stands in properties
//! of the namespace [`NAMESPACE`]. Working days, runs, forms and acknowledgements are not exported.

mod catalog;
mod object;
mod plan;
mod profile;

use serde_json::{Value, json};
use uuid::Uuid;

use self::object::Object;
use super::Selection;
use crate::error::Error;
use crate::files::Files;
use crate::model::{Clause, Handbook, Norm};
use crate::vocabulary::Level;

/// The version of OSCAL.
const VERSION: &str = "1.1.3";

/// Namespace of the properties that OSCAL does not know.
const NAMESPACE: &str = "urn:shouce:oscal:v1";

/// The requirements.
const CATALOG: &str = "catalog.json";

/// The values of a level.
const PROFILE: &str = "profile.json";

/// The checklists.
const PLAN: &str = "assessment-plan.json";

/// The selected requirements and checklists as three files, values of parameters as at `level`. Ids
/// are the handbook's own; uuids are made from them and the edition, so that the same edition gives
/// the same bytes.
///
/// # Errors
/// [`Error::Export`] when a value cannot be written as JSON, which is a fault of the program.
pub fn oscal(handbook: &Handbook, selection: &Selection, level: Level) -> Result<Files, Error> {
    let scope = Scope { handbook, selection, level };
    let mut files = Files::default();
    for (path, kind, model) in [
        (CATALOG, "catalog", catalog::catalog(&scope)),
        (PROFILE, "profile", profile::profile(&scope)),
        (PLAN, "assessment-plan", plan::plan(&scope)),
    ] {
        let mut bytes = serde_json::to_vec_pretty(&json!({ kind: model }))
            .map_err(|error| Error::Export(error.to_string()))?;
        bytes.push(b'\n');
        files.add(path.to_owned(), bytes);
    }
    Ok(files)
}

/// What is exported.
struct Scope<'a> {
    handbook: &'a Handbook,
    selection: &'a Selection,
    level: Level,
}

impl Scope<'_> {
    /// The uuid of a thing of this edition: version 5 within the handbook's own namespace.
    fn uuid(&self, kind: &str, id: &str) -> String {
        let config = &self.handbook.config;
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:shouce:{}", config.id).as_bytes());
        Uuid::new_v5(&namespace, format!("{}/{kind}/{id}", config.edition).as_bytes()).to_string()
    }

    /// The selected clauses of a norm that are controls.
    fn controls<'n>(&'n self, norm: &'n Norm) -> impl Iterator<Item = &'n Clause> {
        super::rows::requirements(norm, self.selection)
    }

    /// The norms that are selected, or that something selected is in.
    fn norms(&self) -> impl Iterator<Item = &Norm> {
        self.handbook.norms.values().filter(|norm| self.selection.touches(norm))
    }

    /// Title, edition and publisher. The time of the last change is that of the edition: the latest
    /// first day of its norms.
    fn metadata(&self, title: &str) -> Value {
        let config = &self.handbook.config;
        let day = self.handbook.norms.values().map(|norm| norm.effective).max();
        let day = day.map_or_else(|| "1970-01-01".to_owned(), |day| day.to_string());
        let party = (!config.publisher.is_empty()).then(|| {
            json!({ "uuid": self.uuid("party", "publisher"), "type": "organization", "name": config.publisher })
        });
        let roles = self.handbook.roles.values().map(|role| json!({ "id": role.id, "title": role.title }));
        Object::new()
            .put("title", format!("{} {title}", config.title).trim())
            .put("last-modified", format!("{day}T00:00:00+08:00"))
            .put("version", config.edition.as_str())
            .put("oscal-version", VERSION)
            .put("roles", roles.collect::<Vec<_>>())
            .put("parties", party.into_iter().collect::<Vec<_>>())
            .into()
    }
}

/// A property of our own namespace; none when it has no value. Values are one line.
fn property(name: &str, value: &str) -> Option<Value> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then(|| json!({ "name": name, "ns": NAMESPACE, "value": value }))
}

/// Properties of our own namespace, those without a value left out.
fn properties(all: &[(&str, &str)]) -> Vec<Value> {
    all.iter().filter_map(|(name, value)| property(name, value)).collect()
}

/// The id of a parameter or its component as a token of OSCAL: letters, digits, `.`, `-`, `_`.
fn token(id: &str, component: &str) -> String {
    let whole = if component.is_empty() { id.to_owned() } else { format!("{id}.{component}") };
    whole.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect()
}

//! Names of roles: which role a word or the subject of a sentence names.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use indexmap::IndexMap;

use crate::id::{Id, IdKind};
use crate::model::Role;
use crate::syntax::field::qualifier;

/// Titles and aliases of all roles, the longest first.
pub struct Roles {
    pub(super) names: Vec<(String, Id)>,
    key: u64,
}

impl Roles {
    /// The names of the registry's roles.
    pub fn new(roles: &IndexMap<Id, Role>) -> Self {
        let named = |role: &Role| {
            std::iter::once(&role.title)
                .chain(&role.aliases)
                .map(|name| (bare_name(name).to_owned(), role.id.clone()))
                .collect::<Vec<_>>()
        };
        let mut names: Vec<_> = roles.values().flat_map(named).collect();
        names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let mut hasher = DefaultHasher::new();
        names.hash(&mut hasher);
        Self { names, key: hasher.finish() }
    }

    /// Tells one set of names from another within a run of the program.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The role of this number, title or alias.
    pub(super) fn find(&self, word: &str) -> Option<Id> {
        let id = Id::new(crate::text::folded(word));
        if id.kind() == Some(IdKind::Role) {
            return Some(id);
        }
        self.names.iter().find(|(name, _)| name == word).map(|(_, id)| id.clone())
    }

    /// The role that is the subject of a sentence: its name stands right before the verb, or begins
    /// the sentence or the clause before the verb.
    pub(super) fn subject(&self, before_verb: &str) -> Option<Id> {
        let before = before_verb.trim_end();
        let clause = before.rsplit(['，', '。', '；', '：', ',']).next().unwrap_or(before).trim_start();
        self.names
            .iter()
            .find(|(name, _)| before.ends_with(name.as_str()))
            .or_else(|| self.names.iter().find(|(name, _)| clause.starts_with(name.as_str())))
            .or_else(|| self.names.iter().find(|(name, _)| before.trim_start().starts_with(name.as_str())))
            .map(|(_, id)| id.clone())
    }
}

/// A title without its remark in brackets: `安全员（可兼）` is called 安全员.
fn bare_name(title: &str) -> &str {
    qualifier(title).0
}

/// Names of roles that two roles share, with both.
pub fn ambiguous_roles(roles: &IndexMap<Id, Role>) -> Vec<(String, Id, Id)> {
    let mut owners: BTreeMap<&str, &Id> = BTreeMap::new();
    let mut found = Vec::new();
    for role in roles.values() {
        for name in std::iter::once(&role.title).chain(&role.aliases).map(|name| bare_name(name)) {
            match owners.get(name) {
                Some(first) if **first != role.id => {
                    found.push((name.to_owned(), (*first).clone(), role.id.clone()))
                }
                _ => {
                    owners.insert(name, &role.id);
                }
            }
        }
    }
    found
}

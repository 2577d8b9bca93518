//! Which part of a handbook is exported: all of it, or what a list of ids names.

use std::collections::BTreeSet;

use crate::id::Id;
use crate::model::{Handbook, Norm, Target};
use crate::text;

/// A selection. An id stands for itself and for everything in it: a part's code for its norms, a norm
/// for its clauses and checklists, a section for its clauses, a checklist for its items.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `None` is everything.
    ids: Option<BTreeSet<Id>>,
}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// What these words name: codes of parts, ids of norms, sections, clauses, checklists, items and
    /// forms. No word at all means everything.
    ///
    /// # Errors
    /// The words that name nothing in this handbook.
    pub fn of<'a>(
        handbook: &Handbook,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Vec<String>> {
        let mut ids = BTreeSet::new();
        let mut unknown = Vec::new();
        for word in words {
            let folded = text::folded(word.trim());
            let id = Id::new(&folded);
            if let Some(part) = handbook.parts.iter().find(|part| part.codes.contains(&folded)) {
                ids.extend(part.norms.iter().cloned());
            } else if handbook.target(&id).is_some_and(is_text) {
                ids.insert(id);
            } else {
                unknown.push(word.to_owned());
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        Ok(Self { ids: (!ids.is_empty()).then_some(ids) })
    }

    /// Whether everything is selected.
    pub fn is_all(&self) -> bool {
        self.ids.is_none()
    }

    /// The ids that were named, in the order of their letters; a part's are those of its norms. Empty
    /// for everything.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.ids.iter().flatten()
    }

    /// Whether a thing is selected, by its own id or by that of what it belongs to.
    pub fn has(&self, id: &Id) -> bool {
        let Some(ids) = &self.ids else { return true };
        ids.contains(id) || ids.contains(&id.whole()) || id.norm().is_some_and(|norm| ids.contains(&norm))
    }

    /// Whether a norm or anything in it is selected.
    pub fn touches(&self, norm: &Norm) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id.norm().as_ref() == Some(&norm.id)))
    }
}

/// Whether a thing is text of a norm; entries of registries are exported whole.
fn is_text(target: Target<'_>) -> bool {
    matches!(
        target,
        Target::Norm(_)
            | Target::Section(..)
            | Target::Clause(..)
            | Target::Checklist(..)
            | Target::Item(..)
            | Target::Form(..)
            | Target::Field(..)
    )
}

//! Leaving drafts out of a handbook that is to be published.

use std::collections::BTreeSet;

use super::Handbook;
use crate::id::Id;
use crate::vocabulary::Status;

impl Handbook {
    /// Removes every norm that is a draft. What refers to one refers to something still to come.
    pub fn leave_out_drafts(&mut self) {
        let mut drafts: BTreeSet<Id> = BTreeSet::new();
        self.norms.retain(|norm| {
            if norm.status != Status::Draft {
                return true;
            }
            drafts.insert(norm.id.clone());
            self.planned.insert(norm.id.clone(), norm.title.clone());
            self.planned.extend(norm.checklists.iter().map(|list| (list.id.clone(), list.title.clone())));
            self.planned.extend(norm.forms.iter().map(|form| (form.id.clone(), form.title.clone())));
            false
        });
        let is_kept = |id: &Id| id.norm().is_none_or(|norm| !drafts.contains(&norm));
        for part in &mut self.parts {
            part.norms.retain(is_kept);
        }
        self.backlinks.retain(is_kept);
    }
}

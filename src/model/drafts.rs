//! Leaving drafts out of a handbook that is to be published.

use std::collections::BTreeSet;

use super::Handbook;
use crate::id::Id;
use crate::vocabulary::Status;

impl Handbook {
    /// Removes every norm that is a draft. What refers to one refers to something still to come.
    pub fn leave_out_drafts(&mut self) {
        let drafts: BTreeSet<Id> = self
            .norms
            .values()
            .filter(|norm| norm.status == Status::Draft)
            .map(|norm| norm.id.clone())
            .collect();
        for id in &drafts {
            let Some(norm) = self.norms.shift_remove(id) else { continue };
            self.planned.insert(norm.id, norm.title);
            self.planned.extend(norm.checklists.into_iter().map(|checklist| (checklist.id, checklist.title)));
            self.planned.extend(norm.forms.iter().map(|form| (form.id.clone(), form.title.clone())));
        }
        let is_kept = |id: &Id| id.norm().is_none_or(|norm| !drafts.contains(&norm));
        for part in &mut self.parts {
            part.norms.retain(is_kept);
        }
        for references in self.backlinks.values_mut() {
            references.retain(is_kept);
        }
        self.backlinks.retain(|_, references| !references.is_empty());
    }
}

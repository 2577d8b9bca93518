//! What the adopter decided about conflicts, held against the edition.

use super::Work;
use super::report::{Class, Entry, Outcome};
use crate::diagnostic::Severity;
use crate::id::Id;
use crate::profile::examine::examine;
use crate::profile::file::{Change, Decision, Pending};
use crate::profile::rights;
use crate::yaml::Spanned;

impl Work<'_> {
    /// What was decided about a conflict: the change as it is to be, or nothing when it is given up.
    ///
    /// # Errors
    /// Why it cannot be so; nothing when nobody has decided yet.
    pub(super) fn decided(
        &self,
        pending: &Pending,
        kept: &[usize],
        settled: &[Change],
    ) -> Result<Option<Change>, Option<String>> {
        let Some(decision) = &pending.decision else { return Err(None) };
        let asked = |what: &str| Some(format!("「处理」写了，还缺「{what}」"));
        let mut change = pending.change.clone();
        match (decision.value, &mut change) {
            (Decision::Withdraw, _) => return Ok(None),
            (Decision::Keep, _) => {}
            (Decision::Change, Change::Operation(one)) => {
                let value = pending.value.clone().ok_or_else(|| asked("新值"))?;
                one.value = Some(value);
            }
            (Decision::Change, Change::Addition(one)) => {
                one.text = pending.value.clone().ok_or_else(|| asked("新值"))?;
            }
            (Decision::Move, Change::Operation(one)) => {
                let target = pending.target.clone().ok_or_else(|| asked("新条"))?;
                one.target = Spanned { value: Id::new(target.value), span: target.span };
                one.value = pending.value.clone().or_else(|| one.value.take());
            }
            (Decision::Move, Change::Addition(one)) => {
                one.after = Id::new(pending.target.clone().ok_or_else(|| asked("新条"))?.value);
            }
        }
        if let Change::Operation(one) = &mut change {
            let record = self.after.records().get(&one.target.value);
            let span = one.target.span.clone();
            one.fingerprint = record.map(|record| Spanned { value: rights::fingerprint(record), span });
        }
        self.stands(&change, kept, settled).map(|()| Some(change)).map_err(Some)
    }

    /// Whether a change can be made beside those that are.
    fn stands(&self, change: &Change, kept: &[usize], settled: &[Change]) -> Result<(), String> {
        let (mut operations, mut additions) = (Vec::new(), Vec::new());
        for (index, one) in self.profile.operations.iter().enumerate() {
            if kept.contains(&index) {
                operations.push(one.clone());
            }
        }
        for (index, one) in self.profile.additions.iter().enumerate() {
            if kept.contains(&(self.profile.operations.len() + index)) {
                additions.push(one.clone());
            }
        }
        for one in settled.iter().chain([change]) {
            match one {
                Change::Operation(one) => operations.push(one.clone()),
                Change::Addition(one) => additions.push(one.clone()),
            }
        }
        let own = match change {
            Change::Operation(_) => operations.len() - 1,
            Change::Addition(_) => operations.len() + additions.len() - 1,
        };
        let examined = examine(self.after, self.profile, &operations, &additions, false);
        let fault = examined.found.iter().find(|(index, found)| {
            found.rule.severity == Severity::Error && index.is_none_or(|index| index == own)
        });
        fault.map_or(Ok(()), |(_, found)| Err(found.message.clone()))
    }
}

/// The entry of a conflict that was left open before.
pub(super) fn pending_entry(pending: &Pending) -> Entry {
    let classes = [
        Class::Ref,
        Class::Fact,
        Class::Type,
        Class::Orphan,
        Class::Split,
        Class::Merge,
        Class::Lock,
        Class::Meaning,
        Class::Same,
        Class::Keep,
        Class::Bound,
        Class::Both,
    ];
    let class = classes.into_iter().find(|class| class.chinese() == pending.class).unwrap_or(Class::Both);
    let (target, field, own) = match &pending.change {
        Change::Operation(one) => (
            one.target.value.clone(),
            one.aspect.value.chinese().to_owned(),
            one.value.as_ref().map(|value| value.value.clone()),
        ),
        Change::Addition(one) => (one.id.value.clone(), "增补".to_owned(), Some(one.text.value.clone())),
    };
    Entry {
        target,
        field,
        class,
        outcome: Outcome::Conflict,
        before: pending.before.clone(),
        after: pending.after.clone(),
        own,
        proposal: pending.proposal.clone(),
        problem: None,
    }
}

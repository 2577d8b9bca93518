//! Fingerprints: equal text and equal data have equal ones, whatever the layout was.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Clause, Criteria, Evidence, Item, RoleDuty, Score};
use crate::id::Id;
use crate::syntax::condition::Condition;
use crate::syntax::deadline::{Due, Schedule};
use crate::vocabulary::{Level, MarkKind, Method, Modality, Tailor};
use crate::{canonical, text};

impl Clause {
    /// `sha256:…` of the canonical text.
    pub fn text_fingerprint(&self) -> String {
        text_fingerprint(&self.text)
    }

    /// `sha256:…` of the data without text.
    pub fn data_fingerprint(&self) -> String {
        #[derive(Serialize)]
        struct Data<'a> {
            applies_if: &'a Option<Condition>,
            criteria: &'a Option<Criteria>,
            due: &'a Option<Due>,
            evidence: &'a [Evidence],
            id: &'a Id,
            levels: &'a [Level],
            marks: Vec<Mark<'a>>,
            method: &'a [Method],
            modality: Modality,
            record: &'a Option<Id>,
            roles: &'a [RoleDuty],
            schedule: &'a Option<Schedule>,
            tailor: Tailor,
        }
        /// What a mark is apart from its wording; examples are wording only.
        #[derive(Serialize)]
        struct Mark<'a> {
            article: &'a str,
            component: &'a Option<String>,
            kind: MarkKind,
            reference: &'a Option<Id>,
        }
        let marks = self.marks.iter().filter(|mark| mark.kind != MarkKind::Example).map(|mark| Mark {
            article: &mark.text,
            component: &mark.component,
            kind: mark.kind,
            reference: &mark.reference,
        });
        data_fingerprint(&Data {
            applies_if: &self.applies_if,
            criteria: &self.criteria,
            due: &self.due,
            evidence: &self.evidence,
            id: &self.id,
            levels: &self.levels,
            marks: marks.collect(),
            method: &self.method,
            modality: self.modality,
            record: &self.record,
            roles: &self.roles,
            schedule: &self.schedule,
            tailor: self.tailor,
        })
    }
}

impl Item {
    /// `sha256:…` of the canonical text.
    pub fn text_fingerprint(&self) -> String {
        text_fingerprint(&self.text)
    }

    /// `sha256:…` of the data without text, what it inherits included.
    pub fn data_fingerprint(&self) -> String {
        #[derive(Serialize)]
        struct Data<'a> {
            applies_if: &'a Option<Condition>,
            checks: &'a [Id],
            evidence: &'a [Evidence],
            form: &'a Option<Id>,
            id: &'a Id,
            indicators: &'a [Id],
            levels: &'a [Level],
            modality: Modality,
            roles: &'a [RoleDuty],
            score: &'a Option<Score>,
            veto: bool,
        }
        data_fingerprint(&Data {
            applies_if: &self.applies_if,
            checks: &self.checks,
            evidence: &self.evidence,
            form: &self.form,
            id: &self.id,
            indicators: &self.indicators,
            levels: &self.levels,
            modality: self.modality,
            roles: &self.roles,
            score: &self.score,
            veto: self.veto,
        })
    }
}

/// `sha256:…` of a text in its canonical form.
pub fn text_fingerprint(words: &str) -> String {
    digest(text::canonical(words).as_bytes())
}

/// The first 16 hexadecimal digits of a text's fingerprint, for people to copy.
pub fn short_fingerprint(words: &str) -> String {
    text_fingerprint(words).trim_start_matches("sha256:").chars().take(16).collect()
}

/// `sha256:…` of the RFC 8785 form of `data`. Strings are brought to NFC and half width first, keys
/// that hold an author's wording (`text`) or a day of checking (`checked_on`) do not count.
pub fn data_fingerprint(data: &impl Serialize) -> String {
    // Writing fails only on numbers that are not whole, and there are none.
    digest(&canonical::comparable(data, &["text", "checked_on"]).unwrap_or_default())
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", text::hexadecimal(&Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn layout_does_not_count() {
        assert_eq!(text_fingerprint("预审员\n应核对"), text_fingerprint("预审员应核对"));
        assert_ne!(text_fingerprint("预审员应核对"), text_fingerprint("预审员不应核对"));
        let a = json!({"evidence": [{"name": "材料（甲）"}], "due": {"text": "当日"}});
        let b = json!({"due": {"text": "当日内"}, "evidence": [{"name": "材料(甲)"}]});
        assert_eq!(data_fingerprint(&a), data_fingerprint(&b));
    }
}

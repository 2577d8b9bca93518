//! Identifiers: what they look like, what they name, and how an author's short form becomes whole.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::text;

/// A whole identifier, such as `NJ-03`, `NJ-03-3.1`, `CK-NJ-03-1.02`, `FM-NJ-03-1`, `P07` or `R04`.
/// Never renumbered, never reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(Arc<str>);

impl JsonSchema for Id {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "minLength": 1,
            "description": "A permanent identifier; it is never renumbered and never reused."
        })
    }
}

/// What an identifier names, told from its shape alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// `NJ-03`
    Norm,
    /// `NJ-03-3` or `NJ-03-3.1`, `NJ-03-A.1`, `NJ-03-表1`
    Clause,
    /// `CK-NJ-03-1`
    Checklist,
    /// `CK-NJ-03-1.02`
    ChecklistItem,
    /// `FM-NJ-03-1`
    Form,
    /// `FM-NJ-03-1.03`
    FormField,
    /// `P07`
    Parameter,
    /// `R04` or `E01`
    Role,
    /// `L06`
    Source,
    /// `K05`
    Indicator,
    /// `F21`
    SourceFact,
}

impl IdKind {
    /// What authors call it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Norm => "规范",
            Self::Clause => "条款",
            Self::Checklist => "检查表",
            Self::ChecklistItem => "检查项",
            Self::Form => "表单",
            Self::FormField => "字段",
            Self::Parameter => "参数",
            Self::Role => "角色",
            Self::Source => "依据",
            Self::Indicator => "指标",
            Self::SourceFact => "来源事实",
        }
    }
}

impl Id {
    /// An identifier from its text, taken as it is.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it names, if it has the shape of an identifier.
    pub fn kind(&self) -> Option<IdKind> {
        kind(&self.0)
    }

    /// The norm that a clause, checklist, item, form or field belongs to; the norm itself for one.
    pub fn norm(&self) -> Option<Self> {
        self.norm_name().map(Self::new)
    }

    /// [`Self::norm`] as text.
    pub fn norm_name(&self) -> Option<&str> {
        let text = self.0.strip_prefix("CK-").or_else(|| self.0.strip_prefix("FM-")).unwrap_or(&self.0);
        text.get(..5).filter(|norm| is_norm(norm))
    }

    /// What stands behind the norm's id: `3.1` of `NJ-03-3.1`, `CK-1` of `CK-NJ-03-1`.
    pub fn local(&self) -> String {
        let (prefix, rest) = self.local_pieces();
        format!("{prefix}{rest}")
    }

    /// [`Self::local`] in its two pieces: nothing and `3.1`, `CK-` and `1`.
    pub fn local_pieces(&self) -> (&str, &str) {
        // `NJ-03-`, which is ASCII, stands in front of what is asked for.
        match self.kind() {
            Some(IdKind::Clause) => ("", &self.0[6..]),
            Some(IdKind::Checklist | IdKind::ChecklistItem | IdKind::Form | IdKind::FormField) => {
                (&self.0[..3], &self.0[9..])
            }
            _ => ("", &self.0),
        }
    }

    /// The whole an item or field is part of: `CK-NJ-03-1` of `CK-NJ-03-1.02`; itself otherwise.
    pub fn whole(&self) -> Self {
        match self.kind() {
            Some(IdKind::ChecklistItem | IdKind::FormField) => {
                Self::new(self.0.rsplit_once('.').map_or(&*self.0, |(whole, _)| whole))
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Two letters and two digits. `CK` and `FM` begin the ids of checklists and forms, so that no part can
/// have them.
fn is_norm(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 5
        && !matches!(&b[..2], b"CK" | b"FM")
        && b[0].is_ascii_uppercase()
        && b[1].is_ascii_uppercase()
        && b[2] == b'-'
        && b[3].is_ascii_digit()
        && b[4].is_ascii_digit()
}

/// Whether this is a clause's local number: `3`, `3.1`, `3.1a`, `A`, `A.1`, `C2`, `表1`, `表A.1`, `3.3_甲区1`.
pub fn is_local_number(text: &str) -> bool {
    let text = text.strip_prefix('表').unwrap_or(text);
    let (text, local) = match text.split_once('_') {
        Some((text, suffix)) => (text, Some(suffix)),
        None => (text, None),
    };
    if local.is_some_and(|s| s.is_empty() || !s.chars().all(|c| c.is_alphanumeric())) {
        return false;
    }
    let mut pieces = text.split('.');
    let Some(first) = pieces.next() else { return false };
    let letters = first.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &first[letters..];
    let rest: Vec<_> = pieces.collect();
    let head_is_good = match letters {
        0 => {
            is_digits(digits.trim_end_matches(|c: char| c.is_ascii_lowercase()))
                && lower_tail(digits) <= usize::from(rest.is_empty())
        }
        1 => digits.is_empty() || is_digits(digits),
        _ => false,
    };
    head_is_good
        && rest.iter().enumerate().all(|(i, piece)| {
            let last = i + 1 == rest.len();
            let number = piece.trim_end_matches(|c: char| c.is_ascii_lowercase());
            is_digits(number) && lower_tail(piece) <= usize::from(last)
        })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit())
}

fn lower_tail(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_lowercase).count()
}

fn kind(text: &str) -> Option<IdKind> {
    let b = text.as_bytes();
    if let Some(rest) = text.strip_prefix("CK-").or_else(|| text.strip_prefix("FM-")) {
        let checklist = b[0] == b'C';
        let norm = rest.get(..5).is_some_and(is_norm);
        let (number, item) = match rest.get(5..)?.strip_prefix('-')?.split_once('.') {
            Some((number, item)) => (number, Some(item)),
            None => (rest.get(6..)?, None),
        };
        let item_is_good = item.is_none_or(|i| !i.is_empty() && i.chars().all(|c| c.is_alphanumeric()));
        return (norm && is_digits(number) && item_is_good).then_some(match (checklist, item.is_some()) {
            (true, false) => IdKind::Checklist,
            (true, true) => IdKind::ChecklistItem,
            (false, false) => IdKind::Form,
            (false, true) => IdKind::FormField,
        });
    }
    if text.get(..5).is_some_and(is_norm) {
        return match text.get(5..) {
            Some("") => Some(IdKind::Norm),
            Some(rest) => rest
                .strip_prefix('-')
                .filter(|r| !r.is_empty() && !r.contains(char::is_whitespace))
                .map(|_| IdKind::Clause),
            None => None,
        };
    }
    if b.len() == 3 && b[1].is_ascii_digit() && b[2].is_ascii_digit() {
        return Some(match b[0] {
            b'P' => IdKind::Parameter,
            b'R' | b'E' => IdKind::Role,
            b'L' => IdKind::Source,
            b'K' => IdKind::Indicator,
            b'F' => IdKind::SourceFact,
            _ => return None,
        });
    }
    None
}

/// An author's reference made whole inside `norm`: `3.1`, `CK-1`, `FM-2.03` get the norm's id.
/// White space and full-width forms are folded first.
pub fn complete(reference: &str, norm: &Id) -> Id {
    let folded = text::folded(reference.trim());
    let text = folded.trim();
    if let Some(short) = text.strip_prefix("CK-").or_else(|| text.strip_prefix("FM-"))
        && short.starts_with(|c: char| c.is_ascii_digit())
    {
        return Id::new(format!("{}{norm}-{short}", &text[..3]));
    }
    if is_local_number(text) && kind(text).is_none() {
        return Id::new(format!("{norm}-{text}"));
    }
    Id::new(text)
}

/// Finds whole identifiers in running text, as byte ranges. A longer run of letters or digits
/// around one means that it is none.
pub fn find(text: &str) -> Vec<(std::ops::Range<usize>, Id)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let starts = bytes[i].is_ascii_uppercase()
            && (i == 0 || !(bytes[i - 1].is_ascii_alphanumeric() || matches!(bytes[i - 1], b'-' | b'/')));
        if !starts {
            i += 1;
            continue;
        }
        let mut end = i;
        while end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || matches!(bytes[end], b'-' | b'.')) {
            end += 1;
        }
        let mut candidate = text[i..end].trim_end_matches(['.', '-']);
        // `NJ-03-表1`: a table's number carries a Han character.
        if candidate.len() == 5 && is_norm(candidate) && text[i + 5..].starts_with("-表") {
            let tail = &text[i + 6..];
            let length = '表'.len_utf8()
                + tail['表'.len_utf8()..]
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'.')
                    .count();
            candidate = text[i..i + 6 + length].trim_end_matches('.');
        }
        if kind(candidate).is_some() {
            found.push((i..i + candidate.len(), Id::new(candidate)));
        }
        i = i.max(i + candidate.len().max(1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_apart() {
        let kind = |t: &str| Id::new(t).kind();
        assert_eq!(kind("NJ-03"), Some(IdKind::Norm));
        assert_eq!(kind("NJ-03-3.1a"), Some(IdKind::Clause));
        assert_eq!(kind("CK-NJ-03-1"), Some(IdKind::Checklist));
        assert_eq!(kind("CK-NJ-03-1.02"), Some(IdKind::ChecklistItem));
        assert_eq!(kind("FM-NJ-03-1.03"), Some(IdKind::FormField));
        assert_eq!(kind("R04"), Some(IdKind::Role));
        assert_eq!(kind("X04"), None);
        assert_eq!(kind("PDF"), None);
        assert_eq!(kind("CK-01"), None);
        assert_eq!(kind("CK-FM-01-1"), None);
    }

    #[test]
    fn short_forms_become_whole() {
        let norm = Id::new("NJ-03");
        assert_eq!(complete("3.1", &norm).as_str(), "NJ-03-3.1");
        assert_eq!(complete("CK-1", &norm).as_str(), "CK-NJ-03-1");
        assert_eq!(complete("ＦＭ－2.03", &norm).as_str(), "FM-NJ-03-2.03");
        assert_eq!(complete("NJ-08-1.2", &norm).as_str(), "NJ-08-1.2");
        assert_eq!(complete("C2", &norm).as_str(), "NJ-03-C2");
    }

    #[test]
    fn local_numbers() {
        for good in ["3", "3.1", "3.1.1", "3.1a", "A", "A.1", "C2", "表1", "表A.1", "3.3_甲区1"] {
            assert!(is_local_number(good), "{good}");
        }
        for bad in ["", "3.", ".1", "3.1ab", "前言", "AB.1", "3a.1", "3.1_"] {
            assert!(!is_local_number(bad), "{bad}");
        }
    }

    #[test]
    fn ids_are_found_in_text() {
        let found: Vec<_> = find("见 ZX-05-2.1。按FM-ZX-02-1填写，P07、R04；GB/T 1.1；L018；NJ-03-表A.1.")
            .into_iter()
            .map(|(_, id)| id.to_string())
            .collect();
        assert_eq!(found, ["ZX-05-2.1", "FM-ZX-02-1", "P07", "R04", "NJ-03-表A.1"]);
    }

    #[test]
    fn parts_of_an_id() {
        assert_eq!(Id::new("CK-NJ-03-1.02").norm(), Some(Id::new("NJ-03")));
        assert_eq!(Id::new("CK-NJ-03-1.02").local(), "CK-1.02");
        assert_eq!(Id::new("CK-NJ-03-1.02").whole(), Id::new("CK-NJ-03-1"));
        assert_eq!(Id::new("NJ-03-3.1").local(), "3.1");
    }
}

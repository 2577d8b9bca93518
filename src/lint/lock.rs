//! SH0601 to SH0603: `ids.lock` remembers every id that was ever given out, so that none disappears
//! without a tombstone and none comes back with another meaning.
//!
//! One line an id: the id, the edition it first stood in, the first 16 digits of its text's
//! fingerprint, and a sketch of its text. Two sketches tell how alike two texts are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Diagnostic, Span};
use crate::id::{Id, IdKind};
use crate::model::{Handbook, text_fingerprint};
use crate::rule;
use crate::source::Sources;
use crate::text;

/// Name of the file, in the handbook's folder.
pub const FILE: &str = "ids.lock";

const HEAD: &str = "# 所有用过的号。由 shouce lock 生成，随手册一起提交，不要手改。\n";
/// Values of a sketch; the likeness of two texts is the share of values that agree.
const SKETCH: usize = 24;
/// Below this likeness a text under an old id is another text.
const ALIKE: f64 = 0.3;

/// Holds the handbook against its lock. A handbook without a lock is not held against anything.
/// What a broken file should have given is not missed, and a lock is not called behind before the
/// errors are mended.
pub fn check(handbook: &Handbook, sources: &Sources, broken: &BTreeSet<Arc<str>>) -> Vec<Diagnostic> {
    let Some((path, file)) = sources.files.get_key_value(FILE) else { return Vec::new() };
    let locked = parse(&file.text);
    let now = texts(handbook);
    let retired: BTreeSet<&Id> = handbook.norms.values().flat_map(|norm| norm.retired.keys()).collect();
    let mut found = Vec::new();
    for (id, line) in &locked {
        let place = Span::new(path, line.at..line.at + id.as_str().len());
        let home = home(sources, id);
        if home.as_ref().is_some_and(|file| broken.contains(file)) {
            continue;
        }
        let Some(words) = now.get(id) else {
            // A norm whose file is gone is missed once, not with every clause.
            let counted = home.is_some() || id.norm().is_none_or(|norm| norm == *id);
            if counted && !retired.contains(id) && !inside_retired(&retired, id) {
                found.push(disappeared(handbook, id, place));
            }
            continue;
        };
        let changed = short(&text_fingerprint(words)) != line.fingerprint;
        if changed && likeness(&line.sketch, &sketch(words)) < ALIKE {
            let span = handbook.span(id).unwrap_or_else(|| place.clone());
            found.push(
                Diagnostic::new(rule::ID_REUSED, span, format!("{id} 的文字和上一版几乎没有相同之处"))
                    .label("像是旧号给了新内容")
                    .help("新内容用新号，旧号列进前言的「废号」；确是改写的，运行 shouce lock")
                    .related(place, "上一版的记录"),
            );
        }
    }
    let fresh: Vec<&Id> = now.keys().filter(|id| !locked.contains_key(*id)).collect();
    if let Some(first) = fresh.first().filter(|_| broken.is_empty()) {
        let message = format!("ids.lock 少了 {} 个号（{first} 等）", fresh.len());
        let span = Span::new(path, 0..HEAD.len().min(file.text.len()).saturating_sub(1));
        found.push(Diagnostic::new(rule::LOCK_BEHIND, span, message).help("运行 shouce lock"));
    }
    found
}

/// The file that an id is defined in, when it is there.
fn home(sources: &Sources, id: &Id) -> Option<Arc<str>> {
    let name = match id.kind()? {
        IdKind::Role => "roles.yaml".to_owned(),
        IdKind::Parameter => "parameters.yaml".to_owned(),
        IdKind::Source => "sources.yaml".to_owned(),
        IdKind::Indicator => "indicators.yaml".to_owned(),
        IdKind::SourceFact => "facts.yaml".to_owned(),
        _ => format!("{}.md", id.norm()?),
    };
    sources.files.keys().find(|path| path.rsplit('/').next() == Some(&name)).cloned()
}

fn disappeared(handbook: &Handbook, id: &Id, place: Span) -> Diagnostic {
    let norm = id.norm().and_then(|norm| handbook.norms.get(&norm));
    let span = norm.map_or_else(|| place.clone(), |norm| norm.span.clone());
    let help = match norm {
        Some(_) => format!("在前言写 废号: {{ \"{}\": {{ 版次: …, 并入: … }} }}，或写 理由", id.local()),
        None => "恢复它；规范不再用的，状态改为 废止，文件留着".to_owned(),
    };
    Diagnostic::new(rule::ID_DISAPPEARED, span, format!("{id} 不见了，也没有列为废号"))
        .help(help)
        .related(place, "它的记录")
}

/// A retired checklist or form takes its items and fields with it.
fn inside_retired(retired: &BTreeSet<&Id>, id: &Id) -> bool {
    let whole = id.whole();
    whole != *id && retired.contains(&whole)
}

/// The text of a new lock: ids of the handbook and of `before`, with the edition each first stood in.
pub fn write(handbook: &Handbook, before: Option<&str>) -> String {
    let old = before.map(parse).unwrap_or_default();
    let now = texts(handbook);
    let ids: BTreeSet<&Id> = old.keys().chain(now.keys()).collect();
    let mut out = String::from(HEAD);
    for id in ids {
        let first = old.get(id).map_or(handbook.config.edition.as_str(), |line| line.edition.as_str());
        let (fingerprint, sketch) = match (now.get(id), old.get(id)) {
            (Some(words), _) => (short(&text_fingerprint(words)), sketch(words)),
            (None, Some(line)) => (line.fingerprint.clone(), line.sketch.clone()),
            (None, None) => continue,
        };
        let _ = write!(out, "{id} {first} {fingerprint} ");
        for value in sketch {
            let _ = write!(out, "{value:04x}");
        }
        out.push('\n');
    }
    out
}

/// The ids that a lock remembers.
pub fn ids(text: &str) -> BTreeSet<Id> {
    parse(text).into_keys().collect()
}

struct Line {
    at: usize,
    edition: String,
    fingerprint: String,
    sketch: Vec<u16>,
}

/// Lines that are none are passed over: the next `write` makes them anew.
fn parse(text: &str) -> BTreeMap<Id, Line> {
    let mut lines = BTreeMap::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words: Vec<&str> = line.split_whitespace().collect();
        let [id, edition, fingerprint, sketch] = words.as_slice() else { continue };
        let values = sketch
            .as_bytes()
            .chunks(4)
            .filter_map(|four| u16::from_str_radix(std::str::from_utf8(four).ok()?, 16).ok());
        let sketch = values.collect();
        lines.insert(
            Id::new(id),
            Line {
                at: start,
                edition: (*edition).to_owned(),
                fingerprint: (*fingerprint).to_owned(),
                sketch,
            },
        );
    }
    lines
}

/// Every id of the handbook that is never given twice, with the words it stands for.
fn texts(handbook: &Handbook) -> BTreeMap<Id, String> {
    let mut all = BTreeMap::new();
    for norm in handbook.norms.values() {
        all.insert(norm.id.clone(), norm.title.clone());
        for section in norm.sections.iter().filter(|section| !section.number.is_empty()) {
            all.insert(section.id.clone(), section.title.clone());
        }
        all.extend(norm.captions().map(|caption| (caption.id.clone(), caption.title.clone())));
        for clause in norm.clauses() {
            all.insert(clause.id.clone(), clause.text.clone());
        }
        for checklist in &norm.checklists {
            all.extend(checklist.items.iter().map(|item| (item.id.clone(), item.text.clone())));
        }
        for form in norm.forms.iter() {
            all.extend(form.fields.iter().map(|field| (field.id.clone(), field.label.clone())));
        }
    }
    all.extend(handbook.roles.values().map(|role| (role.id.clone(), role.title.clone())));
    all.extend(handbook.parameters.values().map(|parameter| (parameter.id.clone(), parameter.label.clone())));
    all.extend(handbook.sources.values().map(|source| (source.id.clone(), source.title.clone())));
    all.extend(handbook.indicators.values().map(|indicator| (indicator.id.clone(), indicator.title.clone())));
    all.extend(handbook.source_facts.values().map(|fact| (fact.id.clone(), fact.text.clone())));
    all
}

fn short(fingerprint: &str) -> String {
    fingerprint.trim_start_matches("sha256:").chars().take(16).collect()
}

/// For each of several orders of all pairs of characters, the first pair that the text holds.
fn sketch(words: &str) -> Vec<u16> {
    let canonical = text::canonical(words);
    let chars: Vec<char> = canonical.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut best = [u64::MAX; SKETCH];
    let single = chars.len() == 1;
    for pair in chars.windows(if single { 1 } else { 2 }) {
        let key: String = pair.iter().collect();
        let digest = Sha256::digest(key.as_bytes());
        let word = |i: usize| u64::from_be_bytes(std::array::from_fn(|k| digest[i + k]));
        let (a, b) = (word(0), word(8) | 1);
        for (i, slot) in best.iter_mut().enumerate() {
            *slot = (*slot).min(
                a.wrapping_add(b.wrapping_mul(i as u64 + 1))
                    .rotate_left(17)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15),
            );
        }
    }
    best.iter().map(|value| (value >> 48) as u16 ^ (*value & 0xffff) as u16).collect()
}

fn likeness(a: &[u16], b: &[u16]) -> f64 {
    if a.len() != b.len() || a.is_empty() {
        return 1.0;
    }
    let same = a.iter().zip(b).filter(|(x, y)| x == y).count();
    same as f64 / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sketches_tell_a_rewrite_from_another_text() {
        let before = sketch("预审员应在领件当日建件，并登记收件时间。");
        let rewritten = sketch("预审员应在领件当日建件，登记收件时间和件号。");
        let other = sketch("安全员每日巡查两次，逐项填写并签名。");
        assert!(likeness(&before, &rewritten) > 0.5);
        assert!(likeness(&before, &other) < ALIKE);
        assert!((likeness(&before, &before) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_lock_reads_back_what_it_wrote() {
        let text = format!("{HEAD}NJ-03 2026.1 0123456789abcdef {}\n", "00ff".repeat(SKETCH));
        let lines = parse(&text);
        let line = &lines[&Id::new("NJ-03")];
        assert_eq!((line.edition.as_str(), line.sketch[0], line.at), ("2026.1", 0xff, HEAD.len()));
    }
}

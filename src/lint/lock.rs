//! SH0601 to SH0603: `ids.lock` remembers every id that was ever given out, so that none disappears
//! without a tombstone and none comes back with another meaning.
//!
//! One line an id: the id, the edition it first stood in, the first 16 digits of its text's
//! fingerprint, and a sketch of its text. Two sketches tell how alike two texts are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Diagnostic, Span};
use crate::id::{Id, IdKind};
use crate::model::{Handbook, Norm, short_fingerprint};
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

/// A lock that was read.
#[derive(Debug)]
pub struct Lock {
    path: Arc<str>,
    /// Its first line.
    head: Span,
    lines: BTreeMap<Id, Line>,
    /// Ids by their norm; those of the registries under the empty name.
    by_norm: HashMap<String, Vec<Id>>,
}

/// What holding the ids of one norm, or of the registries, against the lock gave.
#[derive(Debug, Default)]
pub struct Held {
    /// Old ids with another meaning.
    reused: Vec<(Id, Diagnostic)>,
    /// Ids that only the lock knows.
    gone: Vec<Id>,
    /// Ids that the lock does not know yet, in order.
    fresh: Vec<Id>,
}

impl Lock {
    /// Reads a lock.
    pub fn read(path: &Arc<str>, text: &str) -> Self {
        let lines = parse(text);
        let mut by_norm: HashMap<String, Vec<Id>> = HashMap::new();
        for id in lines.keys() {
            by_norm.entry(id.norm_name().unwrap_or_default().to_owned()).or_default().push(id.clone());
        }
        let head = Span::new(path, 0..HEAD.len().min(text.len()).saturating_sub(1));
        Self { path: path.clone(), head, lines, by_norm }
    }

    /// Whether it remembers an id.
    pub fn knows(&self, id: &Id) -> bool {
        self.lines.contains_key(id)
    }

    /// Holds one norm against it.
    pub fn hold(&self, norm: &Norm, handbook: &Handbook) -> Held {
        self.hold_texts(norm.id.as_str(), &norm_texts(norm).collect(), handbook)
    }

    fn hold_texts(&self, norm: &str, now: &BTreeMap<Id, &str>, handbook: &Handbook) -> Held {
        let mut held = Held::default();
        for (id, words) in now {
            let Some(line) = self.lines.get(id) else {
                held.fresh.push(id.clone());
                continue;
            };
            let changed = short_fingerprint(words) != line.fingerprint;
            if changed && likeness(&line.sketch, &sketch(words)) < ALIKE {
                let place = self.place(id);
                let span = handbook.span(id).unwrap_or_else(|| place.clone());
                let message = format!("{id} 的文字和上一版几乎没有相同之处");
                let diagnostic = Diagnostic::new(rule::ID_REUSED, span, message)
                    .label("像是旧号给了新内容")
                    .help("新内容用新号，旧号列进前言的「废号」；确是改写的，运行 shouce lock")
                    .related(place, "上一版的记录");
                held.reused.push((id.clone(), diagnostic));
            }
        }
        let locked = self.by_norm.get(norm).into_iter().flatten();
        held.gone.extend(locked.filter(|id| !now.contains_key(*id)).cloned());
        held
    }

    /// Where it remembers an id.
    fn place(&self, id: &Id) -> Span {
        let at = self.lines.get(id).map_or(0, |line| line.at);
        Span::new(&self.path, at..at + id.as_str().len())
    }
}

/// Puts together what its norms, in any order, came to when held against the lock. What a broken file
/// should have given is not missed, and a lock is not called behind before the errors are mended.
pub fn check(
    lock: &Lock,
    norms: &[&Held],
    handbook: &Handbook,
    sources: &Sources,
    broken: &BTreeSet<Arc<str>>,
) -> Vec<Diagnostic> {
    let mut files: HashMap<&str, &Arc<str>> = HashMap::new();
    for path in sources.files.keys() {
        files.entry(path.rsplit('/').next().unwrap_or_default()).or_insert(path);
    }
    let home = |id: &Id| home(id).and_then(|name| files.get(name.as_str()).copied());
    let is_broken = |id: &Id| home(id).is_some_and(|file| broken.contains(file));
    let retired: BTreeSet<&Id> = handbook.norms.values().flat_map(|norm| norm.retired.keys()).collect();
    let registries = lock.hold_texts("", &registry_texts(handbook).collect(), handbook);
    let without_norm = lock
        .by_norm
        .iter()
        .filter(|(norm, _)| !norm.is_empty() && handbook.norms.get(norm.as_str()).is_none());
    let mut gone: Vec<&Id> = without_norm.flat_map(|(_, ids)| ids).collect();
    let (mut found, mut fresh, mut first): (_, usize, Option<&Id>) = (Vec::new(), 0, None);
    for &held in norms.iter().chain([&&registries]) {
        let reused = held.reused.iter().filter(|(id, _)| !is_broken(id));
        found.extend(reused.map(|(_, diagnostic)| diagnostic.clone()));
        gone.extend(&held.gone);
        fresh += held.fresh.len();
        first = first.into_iter().chain(held.fresh.first()).min();
    }
    for id in gone.into_iter().filter(|id| !is_broken(id)) {
        // A norm whose file is gone is missed once, not with every clause.
        let counted = home(id).is_some() || id.norm().is_none_or(|norm| norm == *id);
        if counted && !retired.contains(id) && !inside_retired(&retired, id) {
            found.push(disappeared(handbook, id, lock.place(id)));
        }
    }
    if let Some(first) = first.filter(|_| broken.is_empty()) {
        let message = format!("ids.lock 少了 {fresh} 个号（{first} 等）");
        found.push(Diagnostic::new(rule::LOCK_BEHIND, lock.head.clone(), message).help("运行 shouce lock"));
    }
    found
}

/// The name of the file that an id is defined in.
fn home(id: &Id) -> Option<String> {
    Some(match id.kind()? {
        IdKind::Role => "roles.yaml".to_owned(),
        IdKind::Parameter => "parameters.yaml".to_owned(),
        IdKind::Source => "sources.yaml".to_owned(),
        IdKind::Indicator => "indicators.yaml".to_owned(),
        IdKind::SourceFact => "facts.yaml".to_owned(),
        _ => format!("{}.md", id.norm()?),
    })
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
    let norms = handbook.norms.values().flat_map(norm_texts);
    let now: BTreeMap<Id, &str> = norms.chain(registry_texts(handbook)).collect();
    let ids: BTreeSet<&Id> = old.keys().chain(now.keys()).collect();
    let mut out = String::from(HEAD);
    for id in ids {
        let first = old.get(id).map_or(handbook.config.edition.as_str(), |line| line.edition.as_str());
        let (fingerprint, sketch) = match (now.get(id), old.get(id)) {
            (Some(words), _) => (short_fingerprint(words), sketch(words)),
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

#[derive(Debug)]
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

/// Every id of a norm that is never given twice, with the words it stands for.
fn norm_texts(norm: &Norm) -> impl Iterator<Item = (Id, &str)> {
    let sections = norm.sections.iter().filter(|section| !section.number.is_empty());
    let items = norm.checklists.iter().flat_map(|checklist| &checklist.items);
    let fields = norm.forms.iter().flat_map(|form| &form.fields);
    std::iter::once((norm.id.clone(), norm.title.as_str()))
        .chain(sections.map(|section| (section.id.clone(), section.title.as_str())))
        .chain(norm.captions().map(|caption| (caption.id.clone(), caption.title.as_str())))
        .chain(norm.clauses().map(|clause| (clause.id.clone(), clause.text.as_str())))
        .chain(items.map(|item| (item.id.clone(), item.text.as_str())))
        .chain(fields.map(|field| (field.id.clone(), field.label.as_str())))
}

/// Every id of the registries with the words it stands for.
fn registry_texts(handbook: &Handbook) -> impl Iterator<Item = (Id, &str)> {
    let roles = handbook.roles.values().map(|role| (role.id.clone(), role.title.as_str()));
    let parameters = handbook.parameters.values().map(|one| (one.id.clone(), one.label.as_str()));
    let sources = handbook.sources.values().map(|source| (source.id.clone(), source.title.as_str()));
    let indicators = handbook.indicators.values().map(|one| (one.id.clone(), one.title.as_str()));
    let facts = handbook.source_facts.values().map(|fact| (fact.id.clone(), fact.text.as_str()));
    roles.chain(parameters).chain(sources).chain(indicators).chain(facts)
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

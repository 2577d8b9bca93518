//! The text of a profile after an upgrade: what the adopter wrote stays as it was written, comments
//! included; fingerprints and the digest are renewed, what is open moves to its own list at the end.

use std::fmt::Write as _;
use std::ops::Range;

use super::file::{Addition, Change, NOTHING, Operation, Pending, Profile, Warrant};
use super::resolve::Base;
use super::rights;
use super::scalar::{Replacement, quoted, replaced};
use super::upgrade::Entry;

/// A change that is still to be decided.
#[derive(Debug, Clone)]
pub struct Open {
    class: String,
    change: Change,
    before: Option<String>,
    after: Option<String>,
    proposal: Option<String>,
    decision: Vec<(&'static str, String)>,
}

impl Open {
    /// One that was found now.
    pub fn new(change: Change, entry: &Entry) -> Self {
        Self {
            class: entry.class.chinese().to_owned(),
            change,
            before: entry.before.clone(),
            after: entry.after.clone(),
            proposal: entry.proposal.clone(),
            decision: Vec::new(),
        }
    }

    /// One that was open before, with what was written about it.
    pub fn again(pending: &Pending) -> Self {
        let value = pending.value.as_ref().map(|value| ("新值", value.value.clone()));
        let target = pending.target.as_ref().map(|target| ("新条", target.value.clone()));
        Self {
            class: pending.class.clone(),
            change: pending.change.clone(),
            before: pending.before.clone(),
            after: pending.after.clone(),
            proposal: pending.proposal.clone(),
            decision: value.into_iter().chain(target).collect(),
        }
    }
}

/// What becomes of the changes.
pub struct Outcome<'a> {
    /// What the edition is called.
    pub name: &'a str,
    /// The edition.
    pub after: &'a Base,
    /// Changes that stay, by index; additions come behind operations.
    pub kept: &'a [usize],
    /// Changes that were decided on.
    pub settled: &'a [Change],
    /// Changes that are still to be decided.
    pub open: &'a [Open],
}

/// The new text of a profile.
pub fn rewritten(profile: &Profile, text: &str, outcome: &Outcome<'_>) -> String {
    let mut all = Vec::new();
    let mut put = |range: Range<usize>, words: String| all.push(Replacement::new(range, words, 0));
    let name = profile.base.name();
    if name.value != outcome.name {
        put(name.span.clone(), quoted(outcome.name));
    }
    match (&profile.digest, &outcome.after.digest) {
        (Some(old), Some(new)) if old.value != *new => put(old.span.clone(), quoted(new)),
        (Some(old), None) => put(lines(text, &old.span), String::new()),
        (None, Some(new)) => {
            let at = lines(text, &name.span).end;
            put(at..at, format!("摘要: {}\n", quoted(new)));
        }
        _ => {}
    }
    let first = profile.operations.len();
    for (index, one) in profile.operations.iter().enumerate() {
        if !outcome.kept.contains(&index) {
            put(lines(text, &one.range), String::new());
        } else if let (Some(stated), Some(record)) =
            (&one.fingerprint, outcome.after.records().get(&one.target.value))
        {
            let now = rights::fingerprint(record);
            if now != stated.value {
                put(stated.span.clone(), quoted(&now));
            }
        }
    }
    for (index, one) in profile.additions.iter().enumerate() {
        if !outcome.kept.contains(&(first + index)) {
            put(lines(text, &one.range), String::new());
        }
    }
    for one in &profile.pending {
        put(lines(text, &one.range), String::new());
    }
    let (kept, _) = replaced(text, all);
    let operations = outcome.settled.iter().filter_map(|change| match change {
        Change::Operation(one) => Some(operation(one, "  - ", "    ")),
        Change::Addition(_) => None,
    });
    let additions = outcome.settled.iter().filter_map(|change| match change {
        Change::Addition(one) => Some(addition(one, "  - ", "    ")),
        Change::Operation(_) => None,
    });
    let open = outcome.open.iter().map(pending);
    let mut text = without_key(&kept, "待定");
    if !outcome.open.is_empty() {
        text = with_entries(&text, "待定", open.collect());
    }
    text = with_entries(&text, "增补", additions.collect());
    with_entries(&text, "操作", operations.collect())
}

/// The whole lines of an entry.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let body = text[..range.end.min(text.len())].trim_end().len().max(range.start);
    let end = text[body..].find('\n').map_or(text.len(), |at| body + at + 1);
    start..end
}

/// The text without a key at its margin that has nothing under it any more.
fn without_key(text: &str, key: &str) -> String {
    text.split_inclusive('\n').filter(|line| line.trim_end() != format!("{key}:")).collect()
}

/// The text with entries at the end of the list under a key, which is made when it is not there.
fn with_entries(text: &str, key: &str, entries: Vec<String>) -> String {
    if entries.is_empty() {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let head = format!("{key}:");
    let mut at = 0;
    let mut place = None;
    let mut inside = false;
    for line in out.split_inclusive('\n') {
        at += line.len();
        let margin = !line.starts_with([' ', '\t', '#', '\n', '-']);
        if line.trim_end() == head {
            (inside, place) = (true, Some(at));
        } else if margin {
            inside = false;
        } else if inside && !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            place = Some(at);
        }
    }
    let body = entries.concat();
    match place {
        Some(at) => out.insert_str(at, &body),
        None => out.push_str(&format!("{head}\n{body}")),
    }
    out
}

fn warrant(warrant: &Warrant, indent: &str, out: &mut String) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{indent}理由: {}", quoted(&warrant.reason));
    let _ = writeln!(out, "{indent}批准: {}", quoted(&warrant.approved_by));
    let _ = writeln!(out, "{indent}日期: \"{}\"", warrant.date);
}

fn operation(one: &Operation, first: &str, indent: &str) -> String {
    let mut out = format!("{first}条: {}\n{indent}项: {}\n", one.target.value, one.aspect.value.chinese());
    if one.aspect.value != super::file::Aspect::Exclude {
        let value = one.value.as_ref().map_or(NOTHING, |value| &value.value);
        let _ = writeln!(out, "{indent}值: {}", quoted(value));
    }
    if let Some(stated) = &one.fingerprint {
        let _ = writeln!(out, "{indent}指纹: {}", quoted(&stated.value));
    }
    warrant(&one.warrant, indent, &mut out);
    out
}

fn addition(one: &Addition, first: &str, indent: &str) -> String {
    let mut out = format!("{first}编号: {}\n", one.id.value);
    let _ = writeln!(out, "{indent}接在: {}", one.after);
    let _ = writeln!(out, "{indent}正文: {}", quoted(&one.text.value));
    for (key, value) in &one.fields {
        let _ = writeln!(out, "{indent}{key}: {}", quoted(&value.value));
    }
    warrant(&one.warrant, indent, &mut out);
    out
}

fn pending(open: &Open) -> String {
    let mut out = format!("  - 类: {}\n", open.class);
    let (key, body) = match &open.change {
        Change::Operation(one) => ("原操作", operation(one, "      ", "      ")),
        Change::Addition(one) => ("原增补", addition(one, "      ", "      ")),
    };
    let _ = write!(out, "    {key}:\n{body}");
    for (key, value) in [("旧基准", &open.before), ("新基准", &open.after), ("建议", &open.proposal)]
    {
        if let Some(value) = value {
            let _ = writeln!(out, "    {key}: {}", quoted(value));
        }
    }
    out.push_str("    处理:\n");
    for (key, value) in &open.decision {
        let _ = writeln!(out, "    {key}: {}", quoted(value));
    }
    out
}

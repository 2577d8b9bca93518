//! A profile as its file says: who adopts what, and every change with its reason.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Span};
use crate::id::Id;
use crate::rule;
use crate::vocabulary::{Level, RecordField};
use crate::yaml::{self, Key, Mapping, Node, Spanned, Value};

/// What is changed of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// One of its fields.
    Field(RecordField),
    /// All of it: it is not adopted.
    Exclude,
}

impl Aspect {
    /// The word of the author.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Field(RecordField::City | RecordField::District | RecordField::Street) => VALUE,
            Self::Field(field) => field.chinese(),
            Self::Exclude => EXCLUDE,
        }
    }
}

const VALUE: &str = "值";
const EXCLUDE: &str = "不采用";
/// Word for a field that is taken away.
pub const NOTHING: &str = "无";

/// A profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its file.
    pub path: Arc<str>,
    /// Permanent short name.
    pub id: String,
    /// Title of the adopter's handbook.
    pub title: String,
    /// Who adopts.
    pub unit: String,
    /// The adopter's mark in the numbers of its own clauses (`3.3_甲区1`).
    pub tag: String,
    /// Level of the adopter.
    pub level: Level,
    /// What it stands on.
    pub base: Foundation,
    /// Digest of that (`sha256:…`).
    pub digest: Option<Spanned<String>>,
    /// Changes.
    pub operations: Vec<Operation>,
    /// Clauses of the adopter's own.
    pub additions: Vec<Addition>,
    /// What an upgrade left to decide.
    pub pending: Vec<Pending>,
    /// Place of its id.
    pub span: Span,
}

/// What a profile stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foundation {
    /// An edition: its label, a path, or `.` for the handbook as it stands.
    Edition(Spanned<String>),
    /// The profile of the adopter above: its path from the folder of this one.
    Parent(Spanned<String>),
}

impl Foundation {
    /// What is written for it.
    pub fn name(&self) -> &Spanned<String> {
        match self {
            Self::Edition(name) | Self::Parent(name) => name,
        }
    }
}

/// Why, who, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub date: Date,
}

/// A change of one field, or of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The clause, item or parameter (component).
    pub target: Spanned<Id>,
    /// What of it.
    pub aspect: Spanned<Aspect>,
    /// What it says here; nothing for an exclusion, and for a field that is taken away.
    pub value: Option<Spanned<String>>,
    /// Fingerprint of what the target meant when this was decided.
    pub fingerprint: Option<Spanned<String>>,
    /// Why, who, when.
    pub warrant: Warrant,
    /// Its whole entry.
    pub range: Range<usize>,
}

/// A clause of the adopter's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// `NJ-03-3.3_甲区1`
    pub id: Spanned<Id>,
    /// The clause behind which it stands.
    pub after: Id,
    /// Its sentence.
    pub text: Spanned<String>,
    /// Its fields, by the author's keys.
    pub fields: Vec<(&'static str, Spanned<String>)>,
    /// Why, who, when.
    pub warrant: Warrant,
    /// Its whole entry.
    pub range: Range<usize>,
}

/// What was changed and what was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A change.
    Operation(Operation),
    /// An addition.
    Addition(Addition),
}

/// A change that an upgrade could not carry over, and what the adopter decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The class of the conflict, in Chinese.
    pub class: String,
    /// The change as it was.
    pub change: Change,
    /// What the edition before said.
    pub before: Option<String>,
    /// What the edition now says.
    pub after: Option<String>,
    /// What the program proposes to change instead.
    pub proposal: Option<String>,
    /// What was decided.
    pub decision: Option<Spanned<Decision>>,
    /// The value decided on.
    pub value: Option<Spanned<String>>,
    /// The target decided on.
    pub target: Option<Spanned<String>>,
    /// Its whole entry.
    pub range: Range<usize>,
}

/// What an adopter decides about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The change stands as it was.
    Keep,
    /// The change is given up.
    Withdraw,
    /// The change stands with another value.
    Change,
    /// The change is made to another target.
    Move,
}

const DECISIONS: &[(&str, &str, Decision)] = &[
    ("保留", "keep", Decision::Keep),
    ("撤回", "withdraw", Decision::Withdraw),
    ("改为", "change", Decision::Change),
    ("移到", "move", Decision::Move),
];

/// Keys of a clause that an adopter may give one of its own.
const CLAUSE_KEYS: [Key; 12] = [
    ("责任", "roles"),
    ("记录", "record"),
    ("时限", "due"),
    ("频次", "schedule"),
    ("适用", "applies-if"),
    ("层级", "levels"),
    ("证据", "evidence"),
    ("方法", "method"),
    ("判定", "criteria"),
    ("裁剪", "tailor"),
    ("异常", "exception"),
    ("说明", "note"),
];

/// Reads the text of a profile. Without id, level or foundation there is none; what is wrong is reported.
pub fn read(path: &Arc<str>, text: &str) -> (Option<Profile>, Vec<Diagnostic>) {
    let (node, mut diagnostics) = yaml::parse(text, path, 0);
    let profile = node.and_then(|node| profile(&node, path, &mut diagnostics));
    (profile, diagnostics)
}

fn profile(node: &Node, path: &Arc<str>, diagnostics: &mut Vec<Diagnostic>) -> Option<Profile> {
    let mut map = Mapping::new(node, path, "裁剪方案", diagnostics)?;
    let id = map.required(("编号", "id"));
    let title = map.required(("标题", "title")).map(|found| found.value).unwrap_or_default();
    let unit = map.required(("单位", "unit")).map(|found| found.value).unwrap_or_default();
    let tag = map.text(("代号", "tag")).map_or_else(|| unit.clone(), |found| found.value);
    let level = map.choice(("层级", "level"), Level::CHOICES);
    if level.is_none() && map.node(("层级", "level")).is_none() {
        map.missing(("层级", "level"));
    }
    let edition = map.text(("基准", "base")).map(Foundation::Edition);
    let parent = map.text(("上级", "parent")).map(Foundation::Parent);
    let digest = map.text(("摘要", "digest"));
    let base = match (edition, parent) {
        (Some(edition), None) => Some(edition),
        (None, Some(parent)) => Some(parent),
        (None, None) => {
            map.missing(("基准", "base"));
            None
        }
        (Some(_), Some(parent)) => {
            let span = Span::new(path, parent.name().span.clone());
            let message = "「基准」和「上级」只能写一个";
            map.report(Diagnostic::new(rule::PROFILE_BASE, span, message).help("有上级方案的，只写「上级」"));
            Some(parent)
        }
    };
    let level_or_city = level.as_ref().map_or(Level::City, |level| level.value);
    let mut found = Vec::new();
    let operations = entries(&mut map, ("操作", "operations"), path, &mut found, |map, range| {
        operation(map, range, level_or_city)
    });
    let additions = entries(&mut map, ("增补", "additions"), path, &mut found, addition);
    let pending = entries(&mut map, ("待定", "pending"), path, &mut found, |map, range| {
        self::pending(map, range, level_or_city)
    });
    found.into_iter().for_each(|one| map.report(one));
    map.finish();
    let id = id?;
    Some(Profile {
        path: path.clone(),
        title,
        unit,
        tag,
        level: level?.value,
        base: base?,
        digest,
        operations,
        additions,
        pending,
        span: Span::new(path, id.span),
        id: id.value,
    })
}

/// The entries of a list under a key, each read by `each`.
fn entries<T>(
    map: &mut Mapping<'_>,
    key: Key,
    path: &Arc<str>,
    diagnostics: &mut Vec<Diagnostic>,
    each: impl Fn(&mut Mapping<'_>, Range<usize>) -> Option<T>,
) -> Vec<T> {
    let Some(node) = map.node(key) else { return Vec::new() };
    let Value::Sequence(items) = &node.value else {
        let span = Span::new(path, node.span.clone());
        let message = format!("「{}」应是一列，每项以「- 」开头", key.0);
        diagnostics.push(Diagnostic::new(rule::WRONG_SHAPE, span, message).help("每项写成 - 条: …"));
        return Vec::new();
    };
    let mut all = Vec::new();
    for item in items {
        if let Some(mut inner) = Mapping::new(item, path, key.0, diagnostics) {
            all.extend(each(&mut inner, item.span.clone()));
            inner.finish();
        }
    }
    all
}

fn warrant(map: &mut Mapping<'_>) -> Option<Warrant> {
    let reason = map.required(("理由", "reason"));
    let approved_by = map.required(("批准", "approved-by"));
    let day = map.required(("日期", "date"))?;
    let Ok(date) = day.value.parse() else {
        let span = Span::new(map.file(), day.span);
        let message = format!("「日期」不能是「{}」", day.value);
        map.report(Diagnostic::new(rule::BAD_VALUE, span, message).help("写成 \"2026-01-01\""));
        return None;
    };
    Some(Warrant { reason: reason?.value, approved_by: approved_by?.value, date })
}

fn operation(map: &mut Mapping<'_>, range: Range<usize>, level: Level) -> Option<Operation> {
    let target = map.required(("条", "target"));
    let word = map.required(("项", "field"));
    let value = map.text((VALUE, "value"));
    let fingerprint = map.text(("指纹", "fingerprint"));
    let warrant = warrant(map);
    let word = word?;
    let aspect = match word.value.as_str() {
        EXCLUDE => Some(Aspect::Exclude),
        VALUE => Some(Aspect::Field(match level {
            Level::City => RecordField::City,
            Level::District => RecordField::District,
            Level::Street => RecordField::Street,
        })),
        other => RecordField::CHOICES.iter().find(|choice| choice.0 == other).map(|c| Aspect::Field(c.2)),
    };
    let Some(aspect) = aspect else {
        let span = Span::new(map.file(), word.span);
        let message = format!("没有「{}」这一项可以改", word.value);
        let known = ["正文", "责任", "时限", "频次", "适用", "层级", "证据", "记录", "方法", "判定"];
        let known = known.iter().copied().chain(["裁剪", "异常", "说明", VALUE, EXCLUDE]);
        map.report(
            Diagnostic::new(rule::PROFILE_FIELD, span, message)
                .label(format!("可用：{}", known.clone().collect::<Vec<_>>().join("、")))
                .nearest(&word.value, known),
        );
        return None;
    };
    let aspect = Spanned { value: aspect, span: word.span };
    match (&value, aspect.value) {
        (None, Aspect::Field(_)) => map.missing((VALUE, "value")),
        (Some(value), Aspect::Exclude) => {
            let span = Span::new(map.file(), value.span.clone());
            let message = "「不采用」后面不写值";
            map.report(Diagnostic::new(rule::PROFILE_FIELD, span, message).help("删去「值」这一行"));
        }
        _ => {}
    }
    let given = value.is_some() || aspect.value == Aspect::Exclude;
    let target = target?;
    let target = Spanned { value: Id::new(target.value), span: target.span };
    let value = value.filter(|value| value.value != NOTHING || aspect.value.chinese() == VALUE);
    let operation = Operation { target, aspect, value, fingerprint, warrant: warrant?, range };
    given.then_some(operation)
}

fn addition(map: &mut Mapping<'_>, range: Range<usize>) -> Option<Addition> {
    let id = map.required(("编号", "id"));
    let after = map.text(("接在", "after"));
    let text = map.required(("正文", "text"));
    let mut fields = Vec::new();
    for key in CLAUSE_KEYS {
        fields.extend(map.text(key).map(|value| (key.0, value)));
    }
    let warrant = warrant(map);
    let id = id?;
    let before_tag = id.value.split_once('_').map_or(id.value.as_str(), |(before, _)| before);
    let after = Id::new(after.map_or_else(|| before_tag.to_owned(), |after| after.value));
    let id = Spanned { value: Id::new(&id.value), span: id.span };
    Some(Addition { id, after, text: text?, fields, warrant: warrant?, range })
}

fn pending(map: &mut Mapping<'_>, range: Range<usize>, level: Level) -> Option<Pending> {
    let class = map.required(("类", "class")).map(|found| found.value).unwrap_or_default();
    let plain = |found: Option<Spanned<String>>| found.map(|found| found.value);
    let before = plain(map.text(("旧基准", "before")));
    let after = plain(map.text(("新基准", "after")));
    let proposal = plain(map.text(("建议", "proposal")));
    let decision = map.choice(("处理", "decision"), DECISIONS);
    let value = map.text(("新值", "new-value"));
    let target = map.text(("新条", "new-target"));
    let file = map.file().clone();
    let mut inner_found = Vec::new();
    let operation_node = map.node(("原操作", "operation"));
    let addition_node = map.node(("原增补", "addition"));
    let change = match (operation_node, addition_node) {
        (Some(node), _) => Mapping::new(node, &file, "原操作", &mut inner_found).and_then(|mut inner| {
            let read = operation(&mut inner, node.span.clone(), level);
            inner.finish();
            read.map(Change::Operation)
        }),
        (None, Some(node)) => Mapping::new(node, &file, "原增补", &mut inner_found).and_then(|mut inner| {
            let read = addition(&mut inner, node.span.clone());
            inner.finish();
            read.map(Change::Addition)
        }),
        (None, None) => {
            map.missing(("原操作", "operation"));
            None
        }
    };
    inner_found.into_iter().for_each(|one| map.report(one));
    Some(Pending { class, change: change?, before, after, proposal, decision, value, target, range })
}

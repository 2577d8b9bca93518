//! Changes written into the sources of an edition, each at its place and nothing else. What comes out is
//! a handbook like any other: the compiler reads it, people can.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::file::{Addition, Aspect};
use super::scalar::{Replacement, quoted, replaced};
use crate::compile::is_markdown;
use crate::config;
use crate::id::{self, Id, IdKind};
use crate::model::{Handbook, Parameter};
use crate::source::Sources;
use crate::syntax::{self, RawBlock, RawClause, RawTable, data, format};
use crate::text;
use crate::vocabulary::RecordField;
use crate::yaml::{self, Node, Value};

/// The sentence that stands in the place of a clause that is not adopted. It has no verb that binds.
const EXCLUDED: &str = "本条不采用。";
/// The registry of parameters.
const PARAMETERS: &str = "parameters.yaml";

/// One change to be written.
#[derive(Debug, Clone, Copy)]
pub enum Edit<'a> {
    /// A field gets a value, or loses the one it has.
    Set(&'a Id, RecordField, Option<&'a str>),
    /// A clause or item is not adopted.
    Exclude(&'a Id),
    /// A clause is added.
    Add(&'a Addition),
}

impl<'a> Edit<'a> {
    /// The edit of an operation.
    pub fn of(target: &'a Id, aspect: Aspect, value: Option<&'a str>) -> Self {
        match aspect {
            Aspect::Exclude => Self::Exclude(target),
            Aspect::Field(field) => Self::Set(target, field, value),
        }
    }

    /// The thing whose place it is written at.
    fn anchor(&self) -> &'a Id {
        match self {
            Self::Set(id, ..) | Self::Exclude(id) => id,
            Self::Add(addition) => &addition.after,
        }
    }
}

/// Sources with changes in them.
#[derive(Debug)]
pub struct Edited {
    /// The files.
    pub sources: Sources,
    /// Where each change stands: file, bytes, index of the change.
    pub places: Vec<(Arc<str>, Range<usize>, usize)>,
    /// Changes for which the files have no place, and why.
    pub refused: Vec<(usize, &'static str)>,
    /// Whether norms repeat a default that is another one now.
    pub defaulted: bool,
}

/// Writes changes into sources. `handbook` is what they compile to.
pub fn apply(sources: &Sources, handbook: &Handbook, edits: &[Edit<'_>]) -> Edited {
    let mut edited =
        Edited { sources: sources.clone(), places: Vec::new(), refused: Vec::new(), defaulted: false };
    let mut by_norm: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    let mut of_parameters = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        match edit.anchor().norm() {
            Some(norm) => by_norm.entry(norm).or_default().push(index),
            None => of_parameters.push(index),
        }
    }
    // Before the norms are touched: what is written into them has to stay where it is put.
    if !of_parameters.is_empty() {
        edited.parameters(&of_parameters, edits);
        edited.defaults(handbook);
    }
    for (norm, indices) in by_norm {
        let Some(norm) = handbook.norms.get(&norm) else { continue };
        let document = syntax::parse(&norm.path, &sources.text(&norm.path).into(), true);
        let places = places(&document, &norm.id);
        let mut all = Vec::new();
        for index in indices {
            let Some(place) = places.get(edits[index].anchor()) else {
                edited.refused.push((index, "原文里找不到它的位置"));
                continue;
            };
            match place.replacements(&document.text, &edits[index], index) {
                Ok(found) => all.extend(found),
                Err(why) => edited.refused.push((index, why)),
            }
        }
        edited.write(&norm.path, all);
    }
    edited
}

impl Edited {
    /// Makes the replacements in a file, and remembers where they stand.
    fn write(&mut self, path: &Arc<str>, all: Vec<Replacement>) {
        let (text, places) = replaced(self.sources.text(path), all);
        self.places.extend(places.into_iter().map(|(range, index)| (path.clone(), range, index)));
        self.sources.add(path, text.as_bytes());
    }

    /// Writes values into the registry of parameters.
    fn parameters(&mut self, indices: &[usize], edits: &[Edit<'_>]) {
        let path: Arc<str> = PARAMETERS.into();
        let text = self.sources.text(PARAMETERS).to_owned();
        let (node, _) = yaml::parse(&text, &path, 0);
        let mut all = Vec::new();
        for &index in indices {
            let Edit::Set(id, field, Some(value)) = edits[index] else {
                self.refused.push((index, "参数只能改值和裁剪"));
                continue;
            };
            let (number, component) = id.as_str().split_once('.').unwrap_or((id.as_str(), ""));
            match node.as_ref().and_then(|node| parameter(node, number, component)) {
                Some(entry) => match parameter_edit(&text, entry, field, value) {
                    Some((range, words)) => all.push(Replacement::new(range, words, index)),
                    None => self.refused.push((index, "参数登记表里没有它的位置")),
                },
                None => self.refused.push((index, "参数登记表里没有它")),
            }
        }
        self.write(&path, all);
    }

    /// Writes what the handbook is called and whose it is.
    pub fn settings(&mut self, settings: &[(&str, &str, String)]) {
        let path: Arc<str> = config::FILE.into();
        let text = self.sources.text(config::FILE).to_owned();
        let (Some(node), _) = yaml::parse(&text, &path, 0) else { return };
        let all = settings.iter().map(|(chinese, english, value)| match get(&node, &[chinese, english]) {
            Some(old) => Replacement::new(old.span.clone(), quoted(value), 0),
            None => Replacement::new(0..0, format!("{chinese}: {}\n", quoted(value)), 0),
        });
        let (text, _) = replaced(&text, all.collect());
        self.sources.add(config::FILE, text.as_bytes());
    }

    /// Writes the new defaults of parameters where norms repeat them.
    fn defaults(&mut self, handbook: &Handbook) {
        let (mut registries, mut unheard) = (data::Registries::default(), Vec::new());
        data::read(&PARAMETERS.into(), self.sources.text(PARAMETERS), &mut registries, &mut unheard);
        let default = |parameter: &Parameter| {
            parameter.components.iter().map(|part| part.default_text()).collect::<Vec<_>>()
        };
        let changed: Vec<&Id> = registries
            .parameters
            .iter()
            .filter(|(id, now)| handbook.parameters.get(*id).is_some_and(|was| default(was) != default(now)))
            .map(|(id, _)| id)
            .collect();
        let affected = |text: &str| changed.iter().any(|id| text.contains(id.as_str()));
        let defaults = |id: &Id, component: Option<&str>| {
            registries.parameters.get(id)?.component(component)?.default_text()
        };
        let norms = self.sources.files.iter();
        let norms = norms.filter(|(path, file)| is_markdown(path) && affected(&file.text));
        let norms: Vec<(Arc<str>, String)> =
            norms.map(|(path, file)| (path.clone(), format::with_defaults(&file.text, &defaults))).collect();
        for (path, text) in norms {
            if text != self.sources.text(&path) {
                self.defaulted = true;
                self.sources.add(&path, text.as_bytes());
            }
        }
    }
}

/// Where a clause or item stands in its file.
enum Place<'a> {
    Entry { raw: &'a RawClause, task: bool },
    Row { table: &'a RawTable, row: usize },
}

fn places<'a>(document: &'a syntax::Document, norm: &Id) -> BTreeMap<Id, Place<'a>> {
    let mut places = BTreeMap::new();
    for section in &document.sections {
        for block in &section.blocks {
            match block {
                RawBlock::Clauses(clauses) => {
                    places.extend(clauses.iter().map(|raw| {
                        (Id::new(format!("{norm}-{}", raw.number.value)), Place::Entry { raw, task: false })
                    }));
                }
                RawBlock::Tasks(items) => {
                    let list = id::complete(&section.number, norm);
                    places.extend(items.iter().map(|raw| {
                        (Id::new(format!("{list}.{}", raw.number.value)), Place::Entry { raw, task: true })
                    }));
                }
                RawBlock::Steps(table) => {
                    for (row, cells) in table.rows.iter().enumerate() {
                        if let Some(number) = cells.first() {
                            let id = Id::new(format!("{norm}-{}", text::folded(&number.text)));
                            places.insert(id, Place::Row { table, row });
                        }
                    }
                }
                _ => {}
            }
        }
    }
    places
}

impl Place<'_> {
    fn replacements(
        &self,
        text: &str,
        edit: &Edit<'_>,
        change: usize,
    ) -> Result<Vec<Replacement>, &'static str> {
        let new = |range: Range<usize>, words: String| Replacement::new(range, words, change);
        Ok(match (self, edit) {
            (Self::Entry { raw, .. }, Edit::Set(_, RecordField::Text, Some(words))) => {
                vec![new(sentence(raw), format!(" {words}"))]
            }
            (_, Edit::Set(_, RecordField::Text, None)) => return Err("正文不能没有"),
            (Self::Entry { raw, .. }, Edit::Set(_, field, value)) => {
                vec![set_field(text, raw, *field, *value, change)]
            }
            (Self::Entry { raw, task: false }, Edit::Exclude(_)) => {
                vec![new(sentence(raw).start..end(text, raw), format!(" {EXCLUDED}"))]
            }
            (Self::Entry { raw, task: true }, Edit::Exclude(_)) => {
                let start = text[..raw.span.start].rfind('\n').map_or(0, |at| at + 1);
                let end = text[end(text, raw)..].find('\n').map_or(text.len(), |at| end(text, raw) + at + 1);
                vec![new(start..end, String::new())]
            }
            (Self::Entry { raw, .. }, Edit::Add(addition)) => {
                let at = end(text, raw);
                vec![new(at..at, format!("\n{}", entry(addition, &indent(text, raw))))]
            }
            (Self::Row { table, row }, Edit::Set(_, field, value)) => {
                let name = match field {
                    RecordField::Text => "做什么",
                    RecordField::Roles => "谁",
                    RecordField::Due | RecordField::Schedule => "何时",
                    RecordField::Evidence | RecordField::Record => "留什么",
                    RecordField::Exception => "异常",
                    _ => return Err("步骤表里的一步，只能改 正文、责任、时限、频次、证据、记录、异常"),
                };
                let cell = cell(table, *row, name).ok_or("这张步骤表没有这一列")?;
                let value = value.unwrap_or_default();
                if value.contains('|') {
                    return Err("步骤表里的值不能有 |");
                }
                vec![new(inner(text, &cell), format!(" {value} "))]
            }
            (Self::Row { table, row }, Edit::Exclude(_)) => {
                let words = |name| if name == "做什么" { EXCLUDED } else { "" };
                ["谁", "做什么", "何时", "留什么", "异常"]
                    .into_iter()
                    .filter_map(|name| {
                        Some(new(inner(text, &cell(table, *row, name)?), format!(" {} ", words(name))))
                    })
                    .collect()
            }
            (Self::Row { table, .. }, Edit::Add(addition)) => {
                let at = table.span.start + text[table.span.clone()].trim_end().len();
                vec![new(at..at, format!("\n\n{}", entry(addition, "")))]
            }
        })
    }
}

/// The sentence behind the number, the blank before it included.
fn sentence(raw: &RawClause) -> Range<usize> {
    // Two asterisks close the number.
    (raw.number.span.end + 2).min(raw.span.end)..raw.span.end
}

/// Where the whole entry ends, fields and all.
fn end(text: &str, raw: &RawClause) -> usize {
    let fields = raw.fields.iter().map(|field| field.raw.span.end);
    let more = raw.more.iter().map(|(_, range)| range.end);
    let end = fields.chain(more).chain([raw.span.end]).max().unwrap_or(raw.span.end);
    text[..end].trim_end().len().max(raw.span.end)
}

/// The white space before the entry's bullet.
fn indent(text: &str, raw: &RawClause) -> String {
    let line = text[..raw.span.start].rfind('\n').map_or(0, |at| at + 1);
    text[line..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

fn set_field(
    text: &str,
    raw: &RawClause,
    field: RecordField,
    value: Option<&str>,
    change: usize,
) -> Replacement {
    let key = field.chinese();
    match (raw.fields.iter().find(|found| found.key.value == key), value) {
        (Some(found), Some(value)) => Replacement::new(found.raw.span.clone(), value, change),
        (Some(found), None) => {
            let line = text[..found.key.span.start].rfind('\n').unwrap_or(0);
            Replacement::new(line..found.raw.span.end, "", change)
        }
        (None, Some(value)) => {
            let at = text[raw.span.end..].find('\n').map_or(text.len(), |at| raw.span.end + at);
            Replacement::new(at..at, format!("\n{}  - {key}：{value}", indent(text, raw)), change)
        }
        (None, None) => Replacement::new(raw.span.end..raw.span.end, "", change),
    }
}

/// An added clause as a list item.
fn entry(addition: &Addition, indent: &str) -> String {
    let number = addition.id.value.as_str().splitn(3, '-').nth(2).unwrap_or_default();
    let mut out = format!("{indent}- **{number}** {}", addition.text.value);
    for (key, value) in &addition.fields {
        out.push_str(&format!("\n{indent}  - {key}：{}", value.value));
    }
    out
}

/// The place of a row's cell in the column of this name.
fn cell(table: &RawTable, row: usize, name: &str) -> Option<Range<usize>> {
    let column = table.head.iter().position(|cell| text::folded(&cell.text) == name)?;
    table.rows.get(row)?.get(column).map(|cell| cell.span.clone())
}

/// All between the two strokes around a cell.
fn inner(text: &str, cell: &Range<usize>) -> Range<usize> {
    let start = text[..cell.start].rfind(['|', '\n']).map_or(0, |at| at + 1);
    let end = text[cell.start.max(start)..]
        .char_indices()
        .find(|(at, c)| {
            let at = cell.start.max(start) + at;
            *c == '\n' || (*c == '|' && at >= cell.end.min(text.len()) && !text[..at].ends_with('\\'))
        })
        .map_or(text.len(), |(at, _)| cell.start.max(start) + at);
    start..end
}

/// The entry of a parameter, or of its component.
fn parameter<'a>(node: &'a Node, number: &str, component: &str) -> Option<&'a Node> {
    let Value::Sequence(entries) = &node.value else { return None };
    let is_it = |entry: &&Node| get(entry, &["编号", "id"]).and_then(Node::text) == Some(number);
    let entry = entries.iter().find(is_it)?;
    if component.is_empty() {
        return Some(entry);
    }
    get(get(entry, &["分项", "components"])?, &[component])
}

/// Where a parameter's value or right is written, and what is to stand there.
fn parameter_edit(
    text: &str,
    entry: &Node,
    field: RecordField,
    value: &str,
) -> Option<(Range<usize>, String)> {
    let (chinese, english) = match field {
        RecordField::City => ("市", "city"),
        RecordField::District => ("区", "district"),
        RecordField::Street => ("街", "street"),
        RecordField::Tailor => {
            if let Some(old) = get(entry, &["裁剪", "tailor"]) {
                return Some((old.span.clone(), value.to_owned()));
            }
            let start = entry.span.start;
            if text[start..].starts_with('{') {
                return Some((start + 1..start + 1, format!(" 裁剪: {value},")));
            }
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let indent = " ".repeat(text[line..start].chars().count());
            return Some((start..start, format!("裁剪: {value}\n{indent}")));
        }
        _ => return None,
    };
    let old = get(get(entry, &["值", "value"])?, &[chinese, english])?;
    let plain = value.parse::<i64>().is_ok();
    Some((old.span.clone(), if plain { value.to_owned() } else { quoted(value) }))
}

/// The value under the first of these keys that a mapping has.
fn get<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    let Value::Mapping(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| keys.contains(&key.value.as_str())).map(|(_, value)| value)
}

/// Whether a value can stand in one line of a norm.
pub fn is_one_line(value: &str) -> bool {
    !value.contains(['\n', '\r']) && !value.trim().is_empty()
}

/// Whether an id can be given to an added clause.
pub fn is_clause(id: &Id) -> bool {
    id.kind() == Some(IdKind::Clause) && id::is_local_number(&id.local())
}

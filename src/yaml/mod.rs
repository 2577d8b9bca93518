//! YAML: what people write becomes a tree with places in it, typed by a schema later; what we
//! write comes from `serde_yaml`. The only module that names the YAML crates.
//!
//! Scalars stay text: `2026.10`, `是` and `yes` are what the author typed until a schema says
//! otherwise. Anchors, aliases and tags are refused, depth, size and repeated keys are bounded here.

mod trouble;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use trouble::Trouble;

use crate::diagnostic::{Diagnostic, Span};
use crate::rule;
use crate::text;

const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 50_000;
/// Bytes of one YAML text.
pub const MAX_BYTES: usize = 2 << 20;

/// A value and the bytes it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands in its file.
    pub span: Range<usize>,
}

impl Spanned<String> {
    /// Where a range of the value stands: exactly, when the value stands in the file as it is; all of
    /// it, when quotes or wrapped lines make them differ.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        if self.span.len() == self.value.len() {
            self.span.start + range.start..self.span.start + range.end
        } else {
            self.span.clone()
        }
    }
}

/// One node of a YAML text.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands in its file.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// The three things YAML is made of, and nothing.
#[derive(Debug, Clone)]
pub enum Value {
    /// A key without a value.
    Null,
    /// Any scalar, as text.
    Scalar {
        /// The text after quotes and escapes.
        text: String,
        /// Whether the author put quotes around it.
        quoted: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values, in order. Keys are scalars and never repeat.
    Mapping(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// The scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// Parses `text`, which begins at byte `offset` of `file`. A text that is not YAML gives no node
/// and at least one diagnostic.
pub fn parse(text: &str, file: &Arc<str>, offset: usize) -> (Option<Node>, Vec<Diagnostic>) {
    let mut builder = Builder { file, offset, text, nodes: 0, diagnostics: Vec::new() };
    if text.len() > MAX_BYTES {
        builder
            .report(rule::YAML_BUDGET, 0..0, format!("YAML 太大：{} 字节，上限 {MAX_BYTES} 字节", text.len()))
            .help
            .push_str("拆成几个文件");
        return (None, builder.diagnostics);
    }
    let root = builder.run();
    (root, builder.diagnostics)
}

/// Writes a value as YAML.
pub fn write<T: serde::Serialize>(value: &T) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}

enum Frame {
    Sequence(usize, Vec<Node>),
    Mapping(usize, Vec<(Spanned<String>, Node)>, Option<Spanned<String>>, Seen),
}

/// The keys of a mapping and where each stands first.
type Seen = HashMap<String, Range<usize>>;

struct Builder<'a> {
    file: &'a Arc<str>,
    offset: usize,
    text: &'a str,
    nodes: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn report(&mut self, rule: &'static rule::Rule, range: Range<usize>, message: String) -> &mut Diagnostic {
        let span = Span::new(self.file, range.start + self.offset..range.end + self.offset);
        self.diagnostics.push(Diagnostic::new(rule, span, message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    fn run(&mut self) -> Option<Node> {
        let options = Options::default();
        let parser = Parser::new_from_str_with_options(self.text, options);
        let mut stack: Vec<Frame> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in parser {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    self.report_trouble(trouble::explain(&error, self.text));
                    return None;
                }
            };
            let range = span.byte_range().unwrap_or(0..0);
            if self.refuse_features(&event, range.clone()) {
                return None;
            }
            let node = match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.report(rule::YAML_FEATURE, range, "一个文件里只能有一份 YAML".into())
                            .help
                            .push_str("删去中间的 ---，或拆成几个文件");
                        return None;
                    }
                    continue;
                }
                Event::Scalar(text, style, ..) => {
                    let quoted = !matches!(style, ScalarStyle::Plain);
                    let value = if !quoted && (text.is_empty() || &*text == "~" || &*text == "null") {
                        Value::Null
                    } else {
                        Value::Scalar { text: text.into_owned(), quoted }
                    };
                    Node { span: range.start + self.offset..range.end + self.offset, value }
                }
                Event::SequenceStart(..) => {
                    stack.push(Frame::Sequence(range.start, Vec::new()));
                    if !self.within_budget(stack.len(), range) {
                        return None;
                    }
                    continue;
                }
                Event::MappingStart(..) => {
                    stack.push(Frame::Mapping(range.start, Vec::new(), None, Seen::new()));
                    if !self.within_budget(stack.len(), range) {
                        return None;
                    }
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                    Some(Frame::Sequence(start, items)) => {
                        let end = items
                            .last()
                            .map_or(range.end + self.offset, |n| n.span.end)
                            .max(range.end + self.offset);
                        Node { span: start + self.offset..end, value: Value::Sequence(items) }
                    }
                    Some(Frame::Mapping(start, entries, ..)) => {
                        let end = entries.last().map_or(range.end + self.offset, |(_, n)| n.span.end);
                        Node { span: start + self.offset..end, value: Value::Mapping(entries) }
                    }
                    None => continue,
                },
                _ => continue,
            };
            self.nodes += 1;
            if !self.within_budget(stack.len(), range) {
                return None;
            }
            match stack.last_mut() {
                None => root = Some(node),
                Some(Frame::Sequence(_, items)) => items.push(node),
                Some(Frame::Mapping(_, _, key @ None, seen)) => {
                    let Value::Scalar { text, .. } = &node.value else {
                        let range = node.span.start - self.offset..node.span.end - self.offset;
                        self.report(rule::WRONG_SHAPE, range, "键只能是文字".into())
                            .help
                            .push_str("写成「键: 值」；冒号前面不写括号");
                        return None;
                    };
                    let name = Spanned { value: text.clone(), span: node.span.clone() };
                    let first = seen.get(&name.value).cloned();
                    if first.is_none() {
                        seen.insert(name.value.clone(), name.span.clone());
                    }
                    *key = Some(name);
                    if let Some(first) = first {
                        let file = self.file.clone();
                        let word = text.clone();
                        let range = node.span.start - self.offset..node.span.end - self.offset;
                        let diagnostic =
                            self.report(rule::DUPLICATE_KEY, range, format!("键「{word}」写了两次"));
                        diagnostic.related.push((Span::new(&file, first), "第一次在这里".into()));
                        diagnostic.help = "留下一处，删去另一处".into();
                    }
                }
                Some(Frame::Mapping(_, entries, key, _)) => {
                    if let Some(name) = key.take() {
                        if matches!(node.value, Value::Null) && name.value.contains('：') {
                            let range = name.span.start - self.offset..name.span.end - self.offset;
                            self.report_trouble(trouble::swallowed(&name.value, range));
                            return None;
                        }
                        entries.push((name, node));
                    }
                }
            }
        }
        root
    }

    fn within_budget(&mut self, depth: usize, range: Range<usize>) -> bool {
        if depth > MAX_DEPTH {
            self.report_trouble(trouble::too_deep(range));
            return false;
        }
        if self.nodes > MAX_NODES {
            self.report(rule::YAML_BUDGET, range, format!("YAML 的值太多，上限 {MAX_NODES} 个"))
                .help
                .push_str("拆成几个文件");
            return false;
        }
        true
    }

    /// Anchors, aliases and tags make a text mean something else than it shows.
    fn refuse_features(&mut self, event: &Event<'_>, range: Range<usize>) -> bool {
        let what = if event.is_alias() {
            "引用（*名字）"
        } else if event.anchor_id().is_some() {
            "锚点（&名字）"
        } else if event.tag().is_some() {
            "标签（!名字）"
        } else {
            return false;
        };
        self.report_trouble(trouble::refused(what, range));
        true
    }

    fn report_trouble(&mut self, trouble: Trouble) {
        self.report(trouble.rule, trouble.range, trouble.message).help = trouble.help;
    }
}

/// A mapping read by a schema: each key is asked for once by its Chinese and its English name, and
/// what nobody asked for is an unknown key.
pub struct Mapping<'a> {
    file: Arc<str>,
    span: Range<usize>,
    entries: &'a [(Spanned<String>, Node)],
    taken: Vec<bool>,
    known: Vec<&'static str>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A key's names: Chinese, then English.
pub type Key = (&'static str, &'static str);

impl<'a> Mapping<'a> {
    /// The mapping in `node`; anything else is reported as not being `what`.
    pub fn new(
        node: &'a Node,
        file: &Arc<str>,
        what: &str,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let Value::Mapping(entries) = &node.value else {
            let span = Span::new(file, node.span.clone());
            diagnostics.push(
                Diagnostic::new(rule::WRONG_SHAPE, span, format!("{what}应是一组「键: 值」"))
                    .help("每行写一个键，冒号用半角，冒号后空一格"),
            );
            return None;
        };
        Some(Self {
            file: file.clone(),
            span: node.span.clone(),
            entries,
            taken: vec![false; entries.len()],
            known: Vec::new(),
            diagnostics,
        })
    }

    /// The place of the whole mapping's first key, for what is missing.
    pub fn place(&self) -> Span {
        let start = self.span.start;
        let end = self.entries.first().map_or(self.span.end, |(k, _)| k.span.end);
        Span::new(&self.file, start..end.max(start))
    }

    /// The file being read.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Adds a diagnostic.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The node under a key, if there is one with a value.
    pub fn node(&mut self, key: Key) -> Option<&'a Node> {
        if !self.known.contains(&key.0) {
            self.known.extend([key.0, key.1]);
        }
        let mut found: Option<(&Spanned<String>, &Node)> = None;
        for (i, (name, node)) in self.entries.iter().enumerate() {
            if name.value != key.0 && name.value != key.1 {
                continue;
            }
            self.taken[i] = true;
            match found {
                None => found = Some((name, node)),
                // A key that is written twice in one language was reported when it was parsed.
                Some((first, _)) if first.value == name.value => {}
                Some((first, _)) => {
                    let span = Span::new(&self.file, name.span.clone());
                    let message = format!("「{}」和「{}」是同一个键，只能写一个", key.0, key.1);
                    self.diagnostics.push(
                        Diagnostic::new(rule::DUPLICATE_KEY, span, message)
                            .help("留下一处，删去另一处")
                            .related(Span::new(&self.file, first.span.clone()), "第一次在这里"),
                    );
                }
            }
        }
        found.map(|(_, node)| node).filter(|node| !matches!(node.value, Value::Null))
    }

    /// A text, if the key is there.
    pub fn text(&mut self, key: Key) -> Option<Spanned<String>> {
        let node = self.node(key)?;
        self.scalar(node, key.0)
    }

    /// A text that must be there.
    pub fn required(&mut self, key: Key) -> Option<Spanned<String>> {
        match self.node(key) {
            Some(node) => self.scalar(node, key.0),
            None => {
                self.missing(key);
                None
            }
        }
    }

    /// Reports a key as missing.
    pub fn missing(&mut self, key: Key) {
        let span = self.place();
        self.diagnostics.push(
            Diagnostic::new(rule::MISSING_KEY, span, format!("缺少「{}」", key.0))
                .help(format!("加一行「{}: …」", key.0)),
        );
    }

    /// A list of texts; one scalar counts as a list of one.
    pub fn list(&mut self, key: Key) -> Vec<Spanned<String>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        match &node.value {
            Value::Sequence(items) => items.iter().filter_map(|item| self.scalar(item, key.0)).collect(),
            _ => self.scalar(node, key.0).into_iter().collect(),
        }
    }

    /// A list of texts that must hold at least one.
    pub fn required_list(&mut self, key: Key) -> Vec<Spanned<String>> {
        match self.node(key) {
            None => self.missing(key),
            Some(Node { value: Value::Sequence(items), .. }) if items.is_empty() => self.missing(key),
            Some(_) => return self.list(key),
        }
        Vec::new()
    }

    /// The keys and values of a nested mapping, in order.
    pub fn entries(&mut self, key: Key) -> &'a [(Spanned<String>, Node)] {
        match self.node(key) {
            Some(Node { value: Value::Mapping(entries), .. }) => entries,
            Some(node) => {
                let span = Span::new(&self.file, node.span.clone());
                let message = format!("「{}」应是一组「键: 值」", key.0);
                let help = match node.text() {
                    Some(text) if text.contains('：') => trouble::HALF_WIDTH,
                    _ => "下面缩进两格，每行写一个键；或写成 { 键: 值, 键: 值 }",
                };
                self.diagnostics.push(Diagnostic::new(rule::WRONG_SHAPE, span, message).help(help));
                &[]
            }
            None => &[],
        }
    }

    /// A text that must be one of `choices` (Chinese word, value); also English words by `english`.
    pub fn choice<T: Copy>(
        &mut self,
        key: Key,
        choices: &[(&'static str, &'static str, T)],
    ) -> Option<Spanned<T>> {
        let found = self.text(key)?;
        match choices.iter().find(|(chinese, english, _)| found.value == *chinese || found.value == *english)
        {
            Some(&(_, _, value)) => Some(Spanned { value, span: found.span }),
            None => {
                let names: Vec<_> = choices.iter().map(|c| c.0).collect();
                let message = format!("「{}」不能是「{}」", key.0, found.value);
                let diagnostic = Diagnostic::new(rule::BAD_VALUE, Span::new(&self.file, found.span), message)
                    .label(format!("可用：{}", names.join("、")))
                    .nearest(&found.value, names.iter().copied());
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// The text of a scalar node.
    pub fn scalar(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Scalar { text, .. } => Some(Spanned { value: text.clone(), span: node.span.clone() }),
            Value::Null => None,
            _ => {
                let span = Span::new(&self.file, node.span.clone());
                self.diagnostics.push(
                    Diagnostic::new(rule::WRONG_SHAPE, span, format!("「{what}」应是一个值"))
                        .help("去掉 [ ] 或 { }，只写一个；本身带括号的，加双引号"),
                );
                None
            }
        }
    }

    /// Whether the scalar under `key` was written without quotes; for values that lose digits.
    pub fn unquoted(&self, key: Key) -> bool {
        self.entries
            .iter()
            .find(|(name, _)| name.value == key.0 || name.value == key.1)
            .is_some_and(|(_, node)| matches!(node.value, Value::Scalar { quoted: false, .. }))
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self) {
        for (i, (name, _)) in self.entries.iter().enumerate() {
            if self.taken[i] {
                continue;
            }
            let chinese: Vec<_> =
                self.known.iter().copied().filter(|k| k.chars().any(text::is_han)).collect();
            let diagnostic = Diagnostic::new(
                rule::UNKNOWN_KEY,
                Span::new(&self.file, name.span.clone()),
                format!("没有「{}」这个键", name.value),
            )
            .label(format!("这里可用的键：{}", chinese.join("、")))
            .nearest(&name.value, self.known.iter().copied());
            self.diagnostics.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let file: Arc<str> = "t.yaml".into();
        parse(text, &file, 0).1.iter().map(|d| d.rule.code).collect()
    }

    #[test]
    fn scalars_stay_what_was_typed() {
        let file: Arc<str> = "t.yaml".into();
        let (node, diagnostics) = parse("a: 2026.10\nb: 是\nc: yes\nd: 012\n", &file, 0);
        assert!(diagnostics.is_empty());
        let Some(Node { value: Value::Mapping(entries), .. }) = node else { panic!("a mapping") };
        let texts: Vec<_> = entries.iter().filter_map(|(_, n)| n.text()).collect();
        assert_eq!(texts, ["2026.10", "是", "yes", "012"]);
    }

    #[test]
    fn places_are_bytes_of_the_file() {
        let file: Arc<str> = "t.yaml".into();
        let text = "编号: NJ-03\n";
        let (node, _) = parse(text, &file, 4);
        let Some(Node { value: Value::Mapping(entries), .. }) = node else { panic!("a mapping") };
        assert_eq!(entries[0].1.span, 12..17);
    }

    #[test]
    fn what_hides_meaning_is_refused() {
        assert_eq!(codes("a: &x 1\nb: *x\n"), ["SH0209"]);
        assert_eq!(codes("a: !!int 1\n"), ["SH0209"]);
        assert_eq!(codes("a: 1\na: 2\n"), ["SH0204"]);
        assert_eq!(codes("a: 1\n--- \nb: 2\n"), ["SH0209"]);
        assert_eq!(codes(&"[".repeat(5000)), ["SH0210"]);
        assert_eq!(codes("a: \"x\n"), ["SH0203"]);
    }
}

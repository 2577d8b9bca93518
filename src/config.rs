//! `shouce.yaml`: what the handbook is called, who publishes it, and how it is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::rule;
use crate::vocabulary::{Level, Status};
use crate::yaml;

/// Name of the configuration file; the folder that holds it is a handbook.
pub const FILE: &str = "shouce.yaml";

/// Name of the file that marks a folder as the output of a build. Such a folder is replaced whole by
/// the next build, and is never read as part of a handbook.
pub const SITE_MARKER: &str = ".shouce-site";

/// The configuration. Every key has a default, so that a folder without the file still compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Short permanent name, in ASCII; `urn:` ids are made from it.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Label of the edition being written.
    pub edition: String,
    /// Whether files must be norms; plain Markdown is welcome when not.
    pub strict: bool,
    /// Level whose values the site shows first.
    pub level: Level,
    /// Order of the parts, by code; others follow in the order of their codes.
    pub parts: Vec<String>,
    /// Order of the reading paths, by id; others follow in the order of their ids.
    pub paths: Vec<String>,
    /// For norms of a state, the parameter (`P50.试行`) that says how long after the day they take
    /// effect, or how often, they are reviewed.
    pub reviews: BTreeMap<Status, String>,
    /// Words that no norm may use.
    pub banned_words: Vec<String>,
    /// Folder of the search sources (stop words, user words, judgments), relative to the handbook.
    pub search: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            id: "handbook".into(),
            title: "手册".into(),
            publisher: String::new(),
            edition: "0".into(),
            strict: false,
            level: Level::City,
            parts: Vec::new(),
            paths: Vec::new(),
            reviews: BTreeMap::new(),
            banned_words: Vec::new(),
            search: None,
        }
    }
}

/// Reads the configuration from the text of its file.
pub fn parse(text: &str, file: &Arc<str>) -> (Config, Vec<Diagnostic>) {
    let (node, mut diagnostics) = yaml::parse(text, file, 0);
    let mut config = Config { strict: true, ..Config::default() };
    let Some(node) = node else { return (config, diagnostics) };
    let Some(mut map) = yaml::Mapping::new(&node, file, FILE, &mut diagnostics) else {
        return (config, diagnostics);
    };
    let text_of = |map: &mut yaml::Mapping<'_>, key: yaml::Key, slot: &mut String| {
        if let Some(found) = map.required(key) {
            *slot = found.value;
        }
    };
    text_of(&mut map, ("编号", "id"), &mut config.id);
    text_of(&mut map, ("标题", "title"), &mut config.title);
    text_of(&mut map, ("版次", "edition"), &mut config.edition);
    if let Some(found) = map.text(("发布", "publisher")) {
        config.publisher = found.value;
    }
    if let Some(found) = map.choice(("严格", "strict"), &[("是", "true", true), ("否", "false", false)]) {
        config.strict = found.value;
    }
    if let Some(found) = map.choice(("默认层级", "level"), Level::CHOICES) {
        config.level = found.value;
    }
    let values = |list: Vec<yaml::Spanned<String>>| list.into_iter().map(|s| s.value).collect();
    config.parts = values(map.list(("部", "parts")));
    config.paths = values(map.list(("阅读路径", "paths")));
    for (state, node) in map.entries(("复审", "reviews")) {
        let value = map.scalar(node, "复审").map(|found| found.value);
        match (Status::parse(&state.value), value) {
            (Some(status), Some(parameter)) => drop(config.reviews.insert(status, parameter)),
            (None, _) => {
                let span = Span::new(map.file(), state.span.clone());
                let message = format!("没有「{}」这种状态", state.value);
                let all = Status::all().collect::<Vec<_>>().join("、");
                map.report(Diagnostic::new(rule::BAD_VALUE, span, message).label(format!("可用：{all}")));
            }
            (Some(_), None) => {}
        }
    }
    config.banned_words = values(map.list(("禁用词", "banned-words")));
    config.search = map.text(("检索", "search")).map(|s| s.value);
    map.finish();
    (config, diagnostics)
}

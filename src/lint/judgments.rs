//! SH0801: what a judgment of the search sources names as an answer is still there.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use crate::diagnostic::{Diagnostic, Span};
use crate::id::Id;
use crate::model::Handbook;
use crate::rule;
use crate::syntax::judgments::{FILE, judgments};

/// Reports answers that no longer exist, and what is no judgment.
pub fn check(context: &Context<'_>, broken: &BTreeSet<Arc<str>>) -> Vec<Diagnostic> {
    let handbook = context.handbook;
    let Some(folder) = &handbook.config.search else { return Vec::new() };
    let name = format!("{folder}/{FILE}");
    let Some((path, file)) = context.sources.files.get_key_value(name.as_str()) else { return Vec::new() };
    let (judgments, mut found) = judgments(&file.text, path);
    // What is missing because its file is broken is told there.
    let lost = |answer: &str| broken.is_empty() && !exists(handbook, answer);
    for (answer, place) in judgments.iter().flat_map(|judgment| &judgment.answers) {
        if lost(answer) {
            let message = format!("手册里没有 {answer}，它答不上这个问题");
            let help = "换成现在答得上的编号；没有地方答了，就删去这一项";
            found
                .push(Diagnostic::new(rule::LOST_ANSWER, Span::new(path, place.clone()), message).help(help));
        }
    }
    found
}

/// Whether something has this id, or will have.
fn exists(handbook: &Handbook, answer: &str) -> bool {
    let id = Id::new(answer);
    let planned = || id.norm().is_some_and(|norm| handbook.planned.contains_key(&norm));
    let page =
        |name: &str| name == answer || answer.strip_prefix(name).is_some_and(|rest| rest.starts_with('#'));
    handbook.target(&id).is_some()
        || planned()
        || handbook.term(answer).is_some()
        || handbook.parts.iter().any(|part| part.code == answer)
        || handbook.paths.iter().any(|path| path.id == answer)
        || handbook.pages.iter().any(|known| page(&known.id))
}

//! `shouce fmt`: puts the files of the handbook in canonical form.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Exit, Failure, Opened, Shell};
use crate::compile;
use crate::diagnostic::has_errors;
use crate::error::Error;
use crate::files;
use crate::model::Handbook;
use crate::syntax::{self, format};

/// 整理成规范写法，只改需要改的行，不改意思
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 只列出需要整理的文件，不改；有这样的文件时退出码为 1
    #[arg(long)]
    check: bool,
    /// 只整理这些文件或文件夹；不给时整理整本手册
    #[arg(value_name = "路径")]
    paths: Vec<PathBuf>,
}

/// Runs the command: names of the files that change go to the standard output.
///
/// # Errors
/// When the handbook cannot be read, a path is not in it, or a file cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open()?;
    let root = &opened.sources.root;
    let chosen = chosen(root, &args.paths)?;
    let mut changed = BTreeMap::new();
    let mut unreadable = 0;
    for path in opened.sources.files.keys().filter(|path| is_chosen(path, chosen.as_deref())) {
        let bytes = std::fs::read(root.join(&**path)).map_err(Error::read(root.join(&**path)))?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            unreadable += 1;
            shell.say(format_args!("{} 不是 UTF-8，没有整理", opened.shown(path)));
            continue;
        };
        let formatted = formatted(&opened, path, text);
        if formatted != text {
            changed.insert(path.clone(), formatted);
        }
    }
    keeps_meaning(&opened, &changed)?;
    for (path, text) in &changed {
        if !args.check {
            files::replace(&root.join(&**path), text.as_bytes())?;
        }
        writeln!(shell.out, "{}", opened.shown(path))?;
    }
    let done = if args.check { "需要整理" } else { "整理了" };
    match changed.len() {
        0 => shell.say(format_args!("都是规范写法")),
        n => shell.say(format_args!("{done} {n} 个文件")),
    }
    let findings = unreadable > 0 || (args.check && !changed.is_empty());
    Ok(if findings { Exit::Findings } else { Exit::Clean })
}

/// The given paths as they stand in the handbook; `None` for all of it.
fn chosen(root: &Path, paths: &[PathBuf]) -> Result<Option<Vec<PathBuf>>, Error> {
    let root = root.canonicalize().map_err(Error::read(root))?;
    let inside = |path: &PathBuf| {
        let real = path.canonicalize().map_err(Error::read(path))?;
        let inside = real.strip_prefix(&root).map(Path::to_owned);
        inside.map_err(|_| Error::Refused(format!("{} 不在手册文件夹 {} 里", path.display(), root.display())))
    };
    let paths = paths.iter().map(inside).collect::<Result<Vec<_>, _>>()?;
    Ok((!paths.is_empty()).then_some(paths))
}

fn is_chosen(path: &str, chosen: Option<&[PathBuf]>) -> bool {
    chosen.is_none_or(|chosen| chosen.iter().any(|given| Path::new(path).starts_with(given)))
}

/// A file's canonical form. What is no text of the manual has its bytes put right and nothing else.
fn formatted(opened: &Opened, path: &str, text: &str) -> String {
    let handbook = &opened.compiled.handbook;
    if !compile::is_markdown(path) {
        return format::data(text);
    }
    let strict = handbook.config.strict;
    let meta = syntax::parse(&path.into(), &opened.sources.text(path).into(), strict).meta;
    let manner = match (strict, meta.is_norm()) {
        (true, true) => format::Manner::Norm,
        (true, false) => format::Manner::Page,
        (false, _) => format::Manner::Plain,
    };
    format::markdown(text, manner, &|id, component| {
        handbook.parameters.get(id)?.component(component)?.default_text()
    })
}

/// Holds the handbook as it will be against the handbook as it is. One with errors is not held: there
/// the form is what is being mended.
fn keeps_meaning(opened: &Opened, changed: &BTreeMap<std::sync::Arc<str>, String>) -> Result<(), Error> {
    if changed.is_empty() || has_errors(&opened.compiled.diagnostics) {
        return Ok(());
    }
    let mut sources = opened.sources.clone();
    for (path, text) in changed {
        sources.add(path, text.as_bytes());
    }
    let after = compile::compile(&sources).handbook;
    match meaning(&opened.compiled.handbook).symmetric_difference(&meaning(&after)).next() {
        None => Ok(()),
        Some((id, _)) => Err(Error::Refused(format!(
            "整理会改变 {id} 的意思，所以什么也没有写；这是程序的错，请把文件报告给开发者"
        ))),
    }
}

/// What clauses and items say, by id.
fn meaning(handbook: &Handbook) -> std::collections::BTreeSet<(&str, [String; 2])> {
    let clauses = handbook
        .clauses()
        .map(|(_, clause)| (clause.id.as_str(), [clause.text_fingerprint(), clause.data_fingerprint()]));
    let items = handbook.checklists().flat_map(|(_, checklist)| &checklist.items);
    let items = items.map(|item| (item.id.as_str(), [item.text_fingerprint(), item.data_fingerprint()]));
    clauses.chain(items).collect()
}

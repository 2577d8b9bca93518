//! `shouce show`: one thing of the handbook, for people or as JSON.

use serde_json::{Value, json};

use super::card;
use super::lookup::{self, Found};
use super::{Exit, Failure, Shell};
use crate::error::Error;
use crate::export::json as data;
use crate::id::Id;
use crate::model::{Handbook, Target};

/// 显示一份规范、一条条款、一张检查表或表单、一个术语、参数、角色、依据、指标
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 编号或术语，全角半角、大写小写都行；可以带版次，如 NJ-03-7.1、ck-nj-03-1、P07、年检、NJ-03@2026.1
    #[arg(value_name = "编号")]
    id: String,
    /// 写成 JSON，和数据包里的一样
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When the handbook cannot be read.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open_to_show()?;
    let handbook = &opened.compiled.handbook;
    let (word, edition) = match args.id.rsplit_once(['@', '＠']) {
        Some((word, edition)) => (word, Some(edition)),
        None => (args.id.as_str(), None),
    };
    if let Some(edition) = edition.filter(|edition| *edition != handbook.config.edition) {
        shell.say(format_args!("没有版次 {edition}；这里是 {}", handbook.config.edition));
        return Ok(Exit::Findings);
    }
    match lookup::find(handbook, word) {
        Err(near) => {
            let near = near.map(|near| format!("；是不是 {near}？")).unwrap_or_default();
            shell.say(format_args!("手册里没有「{word}」{near}"));
            Ok(Exit::Findings)
        }
        Ok(found) if args.json => {
            serde_json::to_writer_pretty(&mut *shell.out, &value(handbook, &found)?)
                .map_err(std::io::Error::from)?;
            writeln!(shell.out)?;
            Ok(Exit::Clean)
        }
        Ok(found) => {
            write!(shell.out, "{}", card::text(handbook, &found))?;
            Ok(Exit::Clean)
        }
    }
}

/// A thing as the standard bundle has it; what has no record of its own there gets a small one.
fn value(handbook: &Handbook, found: &Found<'_>) -> Result<Value, Error> {
    let failed = |error: serde_json::Error| Error::Export(error.to_string());
    let entry = |file: Result<Value, serde_json::Error>, list: &str, key: &str, id: &str| {
        let file = file.map_err(failed)?;
        let entries = file[list].as_array().into_iter().flatten();
        Ok::<_, Error>(entries.into_iter().find(|entry| entry[key] == id).cloned().unwrap_or_default())
    };
    let (id, target) = match found {
        Found::Part(part) => {
            return Ok(
                json!({ "id": part.code, "codes": part.codes, "title": part.title, "owner": part.owner, "norms": part.norms }),
            );
        }
        Found::Term(term) => {
            return entry(serde_json::to_value(data::terms(handbook)), "terms", "word", &term.word);
        }
        Found::Page(page) => {
            return Ok(json!({ "id": page.id, "title": page.title, "markdown": &*page.markdown }));
        }
        Found::Target(id, target) => (id, target),
    };
    let of = |file, list| entry(file, list, "id", id.as_str());
    match target {
        Target::Parameter(_) => of(serde_json::to_value(data::parameters(handbook)), "parameters"),
        Target::Role(_) => of(serde_json::to_value(data::roles(handbook)), "roles"),
        Target::Source(_) => of(serde_json::to_value(data::sources(handbook)), "sources"),
        Target::Indicator(_) => of(serde_json::to_value(data::indicators(handbook)), "indicators"),
        Target::SourceFact(_) => of(serde_json::to_value(data::source_facts(handbook)), "source_facts"),
        Target::Retired(_, retired) => {
            Ok(json!({ "id": id, "retired": serde_json::to_value(retired).map_err(failed)? }))
        }
        Target::Planned(title) => Ok(json!({ "id": id, "title": title, "planned": true })),
        Target::Section(..) | Target::Table(..) => Ok(small(handbook, id)),
        Target::Norm(_)
        | Target::Clause(..)
        | Target::Checklist(..)
        | Target::Item(..)
        | Target::Form(..)
        | Target::Field(..) => Ok(data::by_id(handbook, id).map_err(failed)?.unwrap_or_default()),
    }
}

fn small(handbook: &Handbook, id: &Id) -> Value {
    json!({ "id": id, "title": handbook.label(id), "norm": id.norm(), "url": handbook.url(id) })
}

//! `shouce export`: the handbook, or some of it, in a format that other programs read.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use super::lookup::{self, Found};
use super::usage::level;
use super::{Exit, Failure, Shell};
use crate::error::Error;
use crate::export::{self, Layout, Selection, json as data};
use crate::files::{self, Files};
use crate::id::Id;
use crate::model::{Handbook, Target};
use crate::vocabulary::Level;

/// 导出手册或其中一部分：json、csv（要求和检查项，一行一条）、md（规范的 Markdown）、xlsx（表格，含可填的检查表和评分表）、docx（文稿，可按公文格式）、oscal（目录、基线、评估方案三个 JSON 文件）
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 格式：json、csv、md、xlsx、docx、oscal
    #[arg(value_name = "格式", value_parser = PossibleValuesParser::new(["json", "csv", "md", "xlsx", "docx", "oscal"]))]
    format: String,
    /// 只导出这些：部的代码，规范、章条、检查表、表单的编号；不给时导出全部
    #[arg(value_name = "编号")]
    ids: Vec<String>,
    /// 写到这个文件，不给时写到标准输出；oscal 和多于一份的 md 写到这个文件夹
    #[arg(long, value_name = "路径")]
    out: Option<PathBuf>,
    /// 参数按哪一级取值（csv、xlsx、docx、oscal）：市、区、街；不给时按 shouce.yaml 的默认层级
    #[arg(long, value_name = "层级", value_parser = level())]
    level: Option<Level>,
    /// 加上作答的栏：状态、得分、备注、证据链接（csv）；填好后用 shouce import csv 读回
    #[arg(long)]
    answers: bool,
    /// 文稿的版式（docx）：手册，或者公文（按 GB/T 9704）
    #[arg(long, value_name = "版式", default_value = "手册", value_parser = layout())]
    style: Layout,
}

fn layout() -> impl TypedValueParser<Value = Layout> {
    PossibleValuesParser::new(["手册", "公文"])
        .map(|word| if word == "公文" { Layout::Official } else { Layout::Manual })
}

/// Runs the command.
///
/// # Errors
/// When the handbook cannot be read, or the file cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open_to_show()?;
    let handbook = &opened.compiled.handbook;
    let words: Vec<String> = args.ids.iter().map(|word| written(handbook, word)).collect();
    let selection = match Selection::of(handbook, words.iter().map(String::as_str)) {
        Ok(selection) => selection,
        Err(unknown) => {
            shell.say(format_args!("手册里没有 {}", unknown.join("、")));
            return Ok(Exit::Findings);
        }
    };
    let level = args.level.unwrap_or(handbook.config.level);
    let bytes = match args.format.as_str() {
        "csv" if args.answers => export::answers_csv(handbook, &selection, level, &[])?,
        "csv" => export::csv(handbook, &selection, level)?,
        "docx" => export::docx(handbook, &selection, level, args.style)?,
        "xlsx" => export::xlsx(handbook, &selection, level)?,
        "oscal" => return folder_of(args, &export::oscal(handbook, &selection, level)?, shell),
        "md" => return markdown(args, export::markdown(handbook, &selection), shell),
        _ => {
            let mut text =
                serde_json::to_vec_pretty(&whole_or_some(handbook, &selection)?).map_err(failed)?;
            text.push(b'\n');
            text
        }
    };
    write(args, &bytes, shell)?;
    Ok(Exit::Clean)
}

/// An id as the handbook writes it, from one typed in any width and case.
fn written(handbook: &Handbook, word: &str) -> String {
    match lookup::find(handbook, word) {
        Ok(Found::Target(id, _)) => id.to_string(),
        Ok(Found::Part(part)) => part.code.clone(),
        _ => word.to_owned(),
    }
}

fn write(args: &Args, bytes: &[u8], shell: &mut Shell<'_>) -> Result<(), Failure> {
    match &args.out {
        Some(out) => files::replace(out, bytes)?,
        None => shell.out.write_all(bytes)?,
    }
    Ok(())
}

/// One norm is a file; several are files in a folder, or one after another on the standard output.
fn markdown(args: &Args, norms: Files, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let folder = args.out.as_ref().filter(|out| norms.len() != 1 || out.is_dir());
    let Some(folder) = folder else {
        let all: Vec<u8> = norms.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        write(args, &all, shell)?;
        return Ok(Exit::Clean);
    };
    write_all(folder, &norms, shell)
}

/// Several files that belong together, into the folder that was named.
fn folder_of(args: &Args, files: &Files, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let Some(folder) = &args.out else {
        let formats = format!("{} 是几个文件，用 --out 给出一个文件夹", args.format);
        return Err(Error::Refused(formats).into());
    };
    write_all(folder, files, shell)
}

fn write_all(folder: &Path, files: &Files, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    for (path, bytes) in files.iter() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Error::write(parent))?;
        }
        files::replace(&path, bytes)?;
    }
    shell.say(format_args!("写了 {} 份到 {}", files.len(), folder.display()));
    Ok(Exit::Clean)
}

/// Everything as one document; one chosen thing as it is, several as a list.
fn whole_or_some(handbook: &Handbook, selection: &Selection) -> Result<Value, Error> {
    let value = |value: Result<Value, serde_json::Error>| value.map_err(failed);
    if !selection.is_all() {
        let ids = selection.ids().flat_map(|id| members(handbook, id));
        let records = ids.map(|id| value(data::by_id(handbook, id).map(Option::unwrap_or_default)));
        let mut records = records.collect::<Result<Vec<_>, _>>()?;
        return Ok(if records.len() == 1 { records.remove(0) } else { Value::Array(records) });
    }
    let norms = handbook.norms.values().map(|norm| value(serde_json::to_value(data::norm(handbook, norm))));
    let checklists = handbook
        .checklists()
        .map(|(norm, c)| value(serde_json::to_value(data::checklist(handbook, norm, c))));
    let forms =
        handbook.forms().map(|(norm, form)| value(serde_json::to_value(data::form(handbook, norm, form))));
    Ok(json!({
        "handbook": data::handbook(handbook),
        "norms": norms.collect::<Result<Vec<_>, _>>()?,
        "checklists": checklists.collect::<Result<Vec<_>, _>>()?,
        "forms": forms.collect::<Result<Vec<_>, _>>()?,
        "parameters": data::parameters(handbook),
        "roles": data::roles(handbook),
        "terms": data::terms(handbook),
        "sources": data::sources(handbook),
        "source_facts": data::source_facts(handbook),
        "indicators": data::indicators(handbook),
        "paths": data::paths(handbook),
        "calendar": data::calendar(handbook),
    }))
}

/// What has a record: a section stands for its clauses.
fn members<'a>(handbook: &'a Handbook, id: &'a Id) -> Vec<&'a Id> {
    match handbook.target(id) {
        Some(Target::Section(norm, section)) => {
            norm.clauses().filter(|clause| clause.section == section.id).map(|clause| &clause.id).collect()
        }
        _ => vec![id],
    }
}

fn failed(error: serde_json::Error) -> Error {
    Error::Export(error.to_string())
}

//! `shouce import`: what was filled in elsewhere, checked against the handbook.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::{Exit, Failure, Shell};
use crate::error::Error;
use crate::{export, files};

/// 读回填好的表：csv 是 shouce export csv --answers 的表；对得上才收，有一行不对就一行不收
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 格式：csv
    #[arg(value_name = "格式", value_parser = PossibleValuesParser::new(["csv"]))]
    format: String,
    /// 填好的表
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 把读到的回答（JSON）写到这个文件，不给时写到标准输出
    #[arg(long, value_name = "路径")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the handbook or the table cannot be read, or the answers cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let table = std::fs::read(&args.file).map_err(Error::read(&args.file))?;
    let opened = shell.open_to_show()?;
    let handbook = &opened.compiled.handbook;
    let answers = match export::read_answers(handbook, &table) {
        Ok(answers) => answers,
        Err(refusals) => {
            for refusal in &refusals {
                shell.say(format_args!("{}：{refusal}", args.file.display()));
            }
            shell.say(format_args!("有 {} 处不对，一行也没有收", refusals.len()));
            return Ok(Exit::Findings);
        }
    };
    let value =
        json!({ "handbook": handbook.config.id, "edition": handbook.config.edition, "answers": answers });
    let mut text = serde_json::to_vec_pretty(&value).map_err(|error| Error::Export(error.to_string()))?;
    text.push(b'\n');
    match &args.out {
        Some(out) => files::replace(out, &text)?,
        None => shell.out.write_all(&text)?,
    }
    shell.say(format_args!("收了 {} 条回答", answers.len()));
    Ok(Exit::Clean)
}

//! `shouce check`: compiles the handbook and reports what is wrong with it. Writes nothing.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::{Exit, Failure, Shell};
use crate::report::{self, Format};

/// 编译并检查手册，什么也不写；有错误时退出码为 1
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 诊断的写法：full 带原文（默认），short 每条一行，json 一份 JSON 文档，github 工作流命令；前两种写到标准错误，后两种写到标准输出
    #[arg(long, value_name = "写法", default_value = "full", value_parser = format())]
    format: Format,
    /// 写 warnings 时，警告也算不通过
    #[arg(long, value_name = "warnings", value_parser = ["warnings"])]
    deny: Option<String>,
    /// 连提示也列出
    #[arg(long)]
    notes: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is no handbook, or it cannot be read.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open()?;
    shell.report(&opened, args.format, args.notes)?;
    let handbook = &opened.compiled.handbook;
    let items: usize = handbook.checklists().map(|(_, checklist)| checklist.items.len()).sum();
    let pages = match handbook.pages.len() {
        0 => String::new(),
        n => format!("，页面 {n} 页"),
    };
    shell.say(format_args!(
        "规范 {} 份，条款 {} 条，检查项 {items} 项，表单 {} 张{pages}",
        handbook.norms.len(),
        handbook.clauses().count(),
        handbook.forms().count(),
    ));
    let counts = report::count(&opened.compiled.diagnostics);
    let bad = counts.errors > 0 || (args.deny.is_some() && counts.warnings > 0);
    Ok(if bad { Exit::Findings } else { Exit::Clean })
}

fn format() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["full", "short", "json", "github"]).map(|word| match word.as_str() {
        "short" => Format::Short,
        "json" => Format::Json,
        "github" => Format::Github,
        _ => Format::Full,
    })
}

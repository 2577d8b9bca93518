//! `shouce explain`: the page of a rule, or the list of all rules.

use super::{Exit, Failure, Shell};
use crate::diagnostic::nearest;
use crate::error::Error;
use crate::rule::{CATALOGUE, Rule};

/// 显示一条诊断的说明；不给编号时列出全部
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 诊断的编号或名称，如 SH0402、two-verbs
    #[arg(value_name = "编号")]
    code: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// [`Error::Refused`] when there is no such rule.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let Some(word) = &args.code else {
        for rule in CATALOGUE {
            writeln!(
                shell.out,
                "{} {} {:<22} {}",
                rule.code,
                rule.severity.chinese(),
                rule.name,
                rule.title()
            )?;
        }
        return Ok(Exit::Clean);
    };
    let Some(rule) = Rule::find(word) else {
        let codes = CATALOGUE.iter().flat_map(|rule| [rule.code, rule.name]);
        let meant = nearest(&word.to_uppercase(), codes.clone()).or_else(|| nearest(word, codes));
        let meant = meant.map(|code| format!("；是不是 {code}？")).unwrap_or_default();
        return Err(
            Error::Refused(format!("没有「{word}」这条诊断{meant}（shouce explain 列出全部）")).into()
        );
    };
    write!(shell.out, "{}", rule.page)?;
    Ok(Exit::Clean)
}

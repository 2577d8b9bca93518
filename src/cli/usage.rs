//! Arguments are read by clap; what it says to people is said in Chinese.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};

use super::shell::Shell;

use jiff::civil::Date;

use crate::vocabulary::Level;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Reads the arguments. Help and version are written to the standard output, complaints to the standard
/// error; then the exit code is the answer.
pub fn parse<T: CommandFactory + FromArgMatches>(
    arguments: impl IntoIterator<Item = OsString>,
    shell: &mut Shell<'_>,
) -> Result<T, ExitCode> {
    let mut command = in_chinese(T::command());
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|mut matches| T::from_arg_matches_mut(&mut matches));
    parsed.map_err(|error| {
        let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        let text = error.render().to_string();
        if asked {
            let written = shell.out.write_all(translated(&text).as_bytes()).and_then(|()| shell.out.flush());
            return if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
        match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                shell.say(format_args!("{}", translated(&text).trim_end()))
            }
            _ => {
                let usage = text.lines().find_map(|line| line.strip_prefix("Usage: ")).map(translated);
                let usage = usage.map(|usage| format!("用法：{usage}\n")).unwrap_or_default();
                shell.say(format_args!("出错：{}\n{usage}加 --help 看全部用法", complaint(&error)));
            }
        }
        ExitCode::from(2)
    })
}

/// A command and its subcommands with Chinese headings.
fn in_chinese(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let heading = if arg.is_positional() { "参数" } else { "选项" };
        let values = arg.get_action().takes_values();
        let arg = arg.help_heading(heading);
        if values { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
    });
    command.help_template(TEMPLATE).subcommand_help_heading("命令").mut_subcommands(in_chinese)
}

/// The few words that clap writes into every usage line.
fn translated(text: &str) -> String {
    let text = text.replace("[OPTIONS]", "[选项]");
    ["命令", "参数", "选项"]
        .iter()
        .fold(text, |text, heading| text.replace(&format!("{heading}:\n"), &format!("{heading}：\n")))
}

/// What is wrong with the arguments, in one sentence.
fn complaint(error: &clap::Error) -> String {
    let get = |kind| error.get(kind).map(plain).unwrap_or_default();
    let meant =
        |kind| error.get(kind).map(|value| format!("；是不是「{}」？", plain(value))).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有「{arg}」这个参数{}", meant(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let name = get(ContextKind::InvalidSubcommand);
            format!("没有「{name}」这个命令{}", meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::MissingSubcommand => "没有给出命令".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("「{arg}」后面要写值"),
        ErrorKind::InvalidValue => {
            format!("「{arg}」不能是「{value}」；可用：{}", get(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let cause =
                std::error::Error::source(error).map(|cause| format!("：{cause}")).unwrap_or_default();
            format!("「{arg}」不能是「{value}」{cause}")
        }
        ErrorKind::ArgumentConflict => format!("「{arg}」不能和「{}」一起用", get(ContextKind::PriorArg)),
        _ => error.kind().to_string(),
    }
}

fn plain(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(values) => values.join("、"),
        ContextValue::StyledStrs(values) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        other => other.to_string(),
    }
}

/// Reads a level: 市, 区, 街.
pub fn level() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::all()).map(|word| Level::parse(&word).unwrap_or(Level::City))
}

/// Reads a day: 2026-01-05.
///
/// # Errors
/// Words for people when it is none.
pub fn date(word: &str) -> Result<Date, String> {
    match word.parse::<Date>() {
        Ok(date) if word.len() == 10 => Ok(date),
        _ => Err("写成四位年、两位月、两位日，如 2026-01-05".to_owned()),
    }
}

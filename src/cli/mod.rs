//! The command line: arguments → one command → exit code. A command is a file.
//!
//! Results go to the standard output, diagnostics and progress to the standard error. Exit codes: 0
//! clean, 1 the handbook has findings or nothing was found, 2 the tool or its arguments failed.

mod build;
mod card;
mod check;
mod diff;
mod edition;
mod explain;
mod export;
mod fmt;
mod import;
mod init;
mod lock;
mod lookup;
mod profile;
mod search;
mod serve;
mod shell;
mod show;
mod take_over;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use shell::{Failure, Opened, Shell};

/// What the arguments say.
#[derive(Debug, Parser)]
#[command(
    name = "shouce",
    version,
    about = "手册引擎：规范写成 Markdown，编译成可检索的网站和机器可读的检查表"
)]
#[command(disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
#[command(arg_required_else_help = true, subcommand_value_name = "命令", subcommand_help_heading = "命令")]
#[command(
    after_help = "退出码：0 没有问题，1 手册有问题或没有找到，2 命令本身出错。\n某个命令的用法：shouce 命令 --help"
)]
struct Arguments {
    /// 手册文件夹；不给时是当前文件夹里的 handbook，或往上最近的、有 shouce.yaml 的文件夹
    #[arg(long, global = true, value_name = "文件夹", display_order = 100)]
    source: Option<PathBuf>,
    /// 显示用法
    #[arg(short, long, global = true, display_order = 101, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, display_order = 102, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Fmt(fmt::Args),
    Lock(lock::Args),
    Build(build::Args),
    Serve(serve::Args),
    Search(search::Args),
    Show(show::Args),
    Export(export::Args),
    Import(import::Args),
    Edition(edition::Args),
    Diff(diff::Args),
    Profile(profile::Args),
    Explain(explain::Args),
}

/// How a command that worked ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to report.
    Clean,
    /// The handbook has findings, or nothing was found.
    Findings,
}

/// Runs the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    shell::with(|shell| {
        let parsed = match usage::parse::<Arguments>(arguments, shell) {
            Ok(parsed) => parsed,
            Err(code) => return code,
        };
        shell.source = parsed.source;
        match run(parsed.command, shell).and_then(|exit| shell.finish().map(|()| exit)) {
            Ok(Exit::Clean) => ExitCode::SUCCESS,
            Ok(Exit::Findings) => ExitCode::from(1),
            Err(failure) => {
                shell.say(format_args!("出错：{failure}"));
                ExitCode::from(2)
            }
        }
    })
}

fn run(command: Command, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(&args, shell),
        Command::Check(args) => check::run(&args, shell),
        Command::Fmt(args) => fmt::run(&args, shell),
        Command::Lock(args) => lock::run(&args, shell),
        Command::Build(args) => build::run(&args, shell),
        Command::Serve(args) => {
            serve::run(&args, &shell.root()?)?;
            Ok(Exit::Clean)
        }
        Command::Search(args) => search::run(&args, shell),
        Command::Show(args) => show::run(&args, shell),
        Command::Export(args) => export::run(&args, shell),
        Command::Import(args) => import::run(&args, shell),
        Command::Edition(args) => edition::run(&args, shell),
        Command::Diff(args) => diff::run(&args, shell),
        Command::Profile(args) => profile::run(&args, shell),
        Command::Explain(args) => explain::run(&args, shell),
    }
}

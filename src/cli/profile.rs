//! `shouce profile`: an adopter's tailoring is started, checked, published and carried to another edition.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::shell::Opened;
use super::usage::level;
use super::{Exit, Failure, Shell, build};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::error::Error;
use crate::export::{self, json};
use crate::files;
use crate::profile::file::Foundation;
use crate::profile::upgrade::{Entry, Outcome};
use crate::profile::{self, Profile, Upgrade};
use crate::release::adoption::{self, ProfileFile};
use crate::report::Format;
use crate::source::Sources;
use crate::vocabulary::Level;
use crate::yaml::Spanned;

/// 裁剪方案：新建、检查、照它发布自己的手册、升到新的一版
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(New),
    Check(Check),
    Resolve(Resolve),
    Upgrade(UpgradeArgs),
}

/// 新建一份裁剪方案，放在手册的 profiles 文件夹里
#[derive(Debug, clap::Args)]
struct New {
    /// 方案的编号，如 jia-qu
    #[arg(value_name = "编号")]
    id: String,
    /// 采用单位是哪一级：市、区、街
    #[arg(long, value_name = "层级", value_parser = level())]
    level: Level,
    /// 以哪一版为基准：版次、封版文件；. 是手册现在的样子
    #[arg(long, value_name = "版次", default_value = ".")]
    base: String,
    /// 采用单位的名称
    #[arg(long, value_name = "名称", default_value = "（采用单位）")]
    unit: String,
}

/// 检查一份裁剪方案：每一项有没有对象、准不准改、改得对不对
#[derive(Debug, clap::Args)]
struct Check {
    /// 方案文件，或 profiles 里方案的编号
    #[arg(value_name = "方案")]
    file: PathBuf,
    /// 结果的写法：full（默认）、short、json、github
    #[arg(long, value_name = "写法", default_value = "full")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["full", "short", "json", "github"]))]
    format: String,
}

/// 照裁剪方案发布采用单位自己的手册：网站、数据包、裁剪一览
#[derive(Debug, clap::Args)]
struct Resolve {
    /// 方案文件，或 profiles 里方案的编号
    #[arg(value_name = "方案")]
    file: PathBuf,
    /// 输出文件夹
    #[arg(long, value_name = "文件夹")]
    out: PathBuf,
    /// 不等数据落盘，用于随手丢弃的输出
    #[arg(long)]
    no_sync: bool,
}

/// 把裁剪方案升到新的一版；有冲突没决定时退出码是 1，写好「处理」再运行一次
#[derive(Debug, clap::Args)]
struct UpgradeArgs {
    /// 方案文件，或 profiles 里方案的编号
    #[arg(value_name = "方案")]
    file: PathBuf,
    /// 升到哪一版：版次、封版文件、文件夹；有上级方案的，写上级的新方案文件
    #[arg(long, value_name = "版次")]
    to: String,
    /// 上级方案原来的文件，上级已经就地升过时用
    #[arg(long, value_name = "文件")]
    from: Option<String>,
    /// 新方案写到哪里；不给时写回原文件
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
    /// 逐项的结果写到哪里；不给时写在新方案旁边，名字加 .upgrade.json
    #[arg(long, value_name = "文件")]
    report: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the profile or what it stands on cannot be read, or a file cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    match &args.command {
        Command::New(args) => new(args, shell),
        Command::Check(args) => check(args, shell),
        Command::Resolve(args) => {
            let args = build::Args::of_profile(args.file.clone(), args.out.clone(), args.no_sync);
            build::run(&args, shell)
        }
        Command::Upgrade(args) => upgrade(args, shell),
    }
}

fn new(args: &New, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let root = shell.root()?;
    let plain = !args.id.is_empty() && args.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !plain {
        return Err(Error::Refused(format!("编号「{}」只能用字母、数字和 -", args.id)).into());
    }
    let path = root.join(adoption::FOLDER).join(format!("{}.yaml", args.id));
    if path.exists() {
        return Err(Error::Refused(format!("{} 已经有了，没有改动", path.display())).into());
    }
    let foundation = named(&args.base);
    let base = adoption::base(&root, Path::new(""), &foundation)?;
    let title = &base.handbook().config.title;
    let digest = base.digest.as_ref().map(|digest| format!("摘要: \"{digest}\"\n")).unwrap_or_default();
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let text = format!(
        "# 裁剪方案。每一项写：条、项、值、指纹、理由、批准、日期；指纹由 shouce profile check 给出。\n\
         编号: {}\n标题: {}\n单位: {}\n层级: {}\n基准: {}\n{digest}操作:\n\
         # - 条: P12.办结\n#   项: 值\n#   值: 7\n#   指纹: \"\"\n#   理由: \n#   批准: \n#   日期: \"2026-01-01\"\n",
        args.id,
        quoted(&format!("{title}（{}）", args.unit)),
        quoted(&args.unit),
        args.level.chinese(),
        quoted(&args.base),
    );
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::write(folder))?;
    }
    files::replace(&path, text.as_bytes())?;
    writeln!(shell.out, "{}", path.display())?;
    Ok(Exit::Clean)
}

/// An edition by the words of an argument.
fn named(name: &str) -> Foundation {
    Foundation::Edition(Spanned { value: name.to_owned(), span: 0..0 })
}

fn check(args: &Check, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let format = match args.format.as_str() {
        "short" => Format::Short,
        "json" => Format::Json,
        "github" => Format::Github,
        _ => Format::Full,
    };
    let file = ProfileFile::read(&shell.root()?, &args.file)?;
    let mut found = file.diagnostics.clone();
    if let Some(profile) = &file.profile {
        let base = adoption::base(&shell.root()?, file.folder(), &profile.base)?;
        found.extend(profile::check(&base, profile).1);
    }
    report(&file, &found, format, shell)?;
    Ok(if has_errors(&found) { Exit::Findings } else { Exit::Clean })
}

fn report(
    file: &ProfileFile,
    found: &[Diagnostic],
    format: Format,
    shell: &mut Shell<'_>,
) -> Result<(), Failure> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut sources = Sources::in_memory([(name.as_str(), file.text.as_str())]);
    sources.root = file.folder().to_owned();
    shell.report_found(&sources, found, format, true)
}

/// The handbook of a profile, to be published; nothing when the profile has errors, which are reported.
pub(super) fn resolved(name: &Path, shell: &mut Shell<'_>) -> Result<Option<Opened>, Failure> {
    let root = shell.root()?;
    let file = ProfileFile::read(&root, name)?;
    let mut found = file.diagnostics.clone();
    if let Some(profile) = &file.profile {
        let base = adoption::base(&root, file.folder(), &profile.base)?;
        let (resolved, wrong) = profile::check(&base, profile);
        found.extend(wrong);
        if !has_errors(&found) {
            return Ok(Some(Opened { sources: resolved.sources, compiled: resolved.compiled }));
        }
    }
    report(&file, &found, Format::Full, shell)?;
    shell.say(format_args!("没有发布：先改好裁剪方案里的错误"));
    Ok(None)
}

fn upgrade(args: &UpgradeArgs, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let root = shell.root()?;
    let file = ProfileFile::read(&root, &args.file)?;
    let Some(profile) = file.profile.as_ref().filter(|_| !has_errors(&file.diagnostics)) else {
        report(&file, &file.diagnostics, Format::Full, shell)?;
        return Ok(Exit::Findings);
    };
    let with = |name: &str| match &profile.base {
        Foundation::Edition(_) => named(name),
        Foundation::Parent(_) => Foundation::Parent(Spanned { value: name.to_owned(), span: 0..0 }),
    };
    let from = args.from.as_deref().map_or_else(|| profile.base.clone(), with);
    let before = adoption::base(&root, file.folder(), &from)?;
    if let (Some(stated), Some(digest)) = (&profile.digest, &before.digest)
        && stated.value != *digest
    {
        let message = format!("{} 不是方案当时的基准（摘要不符），用 --from 给出当时的", from.name().value);
        return Err(Error::Refused(message).into());
    }
    let after = adoption::base(&root, file.folder(), &with(&args.to))?;
    if !profile.pending.is_empty() && !is_same(&before, &after) {
        shell.say(format_args!("「待定」里还有冲突，先对着现在的基准决定完，再升到别的版"));
        return Ok(Exit::Findings);
    }
    let found = profile::upgrade(&before, &after, profile, &file.text, &args.to);
    let out = args.out.clone().unwrap_or_else(|| file.path.clone());
    let report = args.report.clone().unwrap_or_else(|| out.with_extension("upgrade.json"));
    files::replace(&report, &export::canonical(&json::upgrade(after.handbook(), &found))?)?;
    files::replace(&out, found.text.as_bytes())?;
    told(profile, &found, shell)?;
    shell.say(format_args!("新方案 {}，逐项结果 {}", out.display(), report.display()));
    Ok(if found.open() > 0 { Exit::Findings } else { Exit::Clean })
}

/// Whether two bases are the same edition.
fn is_same(before: &profile::Base, after: &profile::Base) -> bool {
    before.digest == after.digest && before.records() == after.records()
}

fn told(profile: &Profile, found: &Upgrade, shell: &mut Shell<'_>) -> Result<(), Failure> {
    let of = |outcome| found.entries.iter().filter(|entry| entry.outcome == outcome).count();
    writeln!(
        shell.out,
        "{}：{} → {}，照旧 {} 项，已决定 {} 项，撤回 {} 项，待定 {} 项；基准另有实质改动 {} 处",
        profile.title,
        found.from,
        found.to,
        of(Outcome::Carried),
        of(Outcome::Settled),
        of(Outcome::Withdrawn),
        of(Outcome::Conflict),
        found.taken.len(),
    )?;
    for entry in &found.entries {
        line(entry, shell)?;
    }
    for notice in &found.notices {
        writeln!(shell.out, "！ {} {}", notice.target, notice.words)?;
    }
    Ok(())
}

fn line(entry: &Entry, shell: &mut Shell<'_>) -> Result<(), Failure> {
    let sign = match entry.outcome {
        Outcome::Carried => "＝",
        Outcome::Conflict => "？",
        Outcome::Settled => "√",
        Outcome::Withdrawn => "－",
    };
    writeln!(shell.out, "{sign} {} {}［{}］", entry.target, entry.field, entry.class.chinese())?;
    if entry.outcome == Outcome::Conflict {
        for (name, words) in [
            ("旧基准", &entry.before),
            ("新基准", &entry.after),
            ("本单位", &entry.own),
            ("建议改到", &entry.proposal),
            ("问题", &entry.problem),
        ] {
            if let Some(words) = words {
                writeln!(shell.out, "    {name}：{words}")?;
            }
        }
    }
    Ok(())
}

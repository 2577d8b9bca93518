//! `shouce edition`: editions are sealed, listed, shown and verified; keys are made.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::civil::Date;

use super::usage::date;
use super::{Exit, Failure, Shell, diff};
use crate::error::Error;
use crate::files;
use crate::release::seal::{Before, Decision, hindrances, seal};
use crate::release::shelf::{self, Place};
use crate::release::{sign, verify};
use crate::report::Format;
use crate::source::git;
use crate::source::sealed::Sealed;

/// 封版、列出封过的版、查看、核验；造签名用的密钥
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(New),
    List(List),
    Show(Show),
    Verify(Verify),
    Key(Key),
}

/// 把手册现在的样子封成一版，版次取自 shouce.yaml；封好的版不再改
#[derive(Debug, clap::Args)]
struct New {
    /// 哪一天起施行
    #[arg(long, value_name = "日期", value_parser = date)]
    effective: Date,
    /// 新旧两版之间怎么过渡
    #[arg(long, value_name = "文字")]
    transition: Option<String>,
    /// 谁批准的
    #[arg(long, value_name = "姓名或单位")]
    approved_by: Option<String>,
    /// 用这个私钥文件签名（minisign 格式）
    #[arg(long, value_name = "文件")]
    key: Option<PathBuf>,
    /// 不在 git 里打标签
    #[arg(long)]
    no_tag: bool,
    /// 只说会封出什么，不写文件
    #[arg(long)]
    dry_run: bool,
}

/// 列出封过的版
#[derive(Debug, clap::Args)]
struct List {}

/// 查看一版：摘要、施行日、改了什么
#[derive(Debug, clap::Args)]
struct Show {
    /// 版次
    #[arg(value_name = "版次")]
    edition: String,
}

/// 核验一版：每个文件的摘要、签名，以及用它的原文重新编译是否得到同样的数据
#[derive(Debug, clap::Args)]
struct Verify {
    /// 版次，或封版文件
    #[arg(value_name = "版次")]
    edition: String,
    /// 公钥：minisign 的公钥文件，或公钥本身
    #[arg(long, value_name = "公钥")]
    key: Option<String>,
}

/// 造一对签名用的密钥：公钥给核验的人，私钥自己收好
#[derive(Debug, clap::Args)]
struct Key {
    /// 私钥写到哪个文件；公钥写在旁边，名字加 .pub
    #[arg(long, value_name = "文件")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When the handbook or an edition cannot be read, or a file cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    match &args.command {
        Command::New(args) => new(args, shell),
        Command::List(_) => list(shell),
        Command::Show(args) => show(args, shell),
        Command::Verify(args) => verified(args, shell),
        Command::Key(args) => key(args, shell),
    }
}

fn new(args: &New, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open()?;
    let root = opened.sources.root.clone();
    let found = hindrances(&opened.compiled);
    if !found.is_empty() {
        shell.report(&opened, Format::Short, false)?;
        found.iter().for_each(|what| shell.say(format_args!("不能封版：{what}")));
        return Ok(Exit::Findings);
    }
    let label = opened.compiled.handbook.config.edition.clone();
    let editions = shelf::editions(&root)?;
    if editions.iter().any(|(known, _)| *known == label) {
        shell.say(format_args!("版次 {label} 已经封过；先改 shouce.yaml 的「版次」"));
        return Ok(Exit::Findings);
    }
    let before = match editions.last() {
        Some((label, place)) => Some((shelf::open(&root, Some(label))?, digest_of(place)?)),
        None => None,
    };
    let before = before.as_ref().map(|(compiled, digest)| Before { compiled, digest: digest.clone() });
    let decision = Decision {
        effective: args.effective,
        transition: args.transition.clone(),
        approved_by: args.approved_by.clone(),
    };
    let mut edition = seal(&opened.sources, &opened.compiled, &decision, before.as_ref())?;
    if let Some(difference) = &edition.difference {
        write!(shell.out, "{}", diff::text(difference))?;
    }
    if args.dry_run {
        shell.say(format_args!("{label} 可以封版，摘要 {}；没有写文件", edition.digest));
        return Ok(Exit::Clean);
    }
    if !args.no_tag && git::is_committed(&root) == Some(false) {
        shell.say(format_args!("手册还有没提交的改动，标签会指错；先提交，或加 --no-tag"));
        return Ok(Exit::Findings);
    }
    if let Some(key) = &args.key {
        let signature = sign::sign(&edition.manifest, &edition.digest, &label, key)?;
        edition.sign(signature);
    }
    let path = shelf::archive(&root, &label);
    let folder = root.join(shelf::FOLDER);
    std::fs::create_dir_all(&folder).map_err(Error::write(&folder))?;
    files::replace(&path, &edition.archive()?)?;
    let tagged = if args.no_tag || git::is_committed(&root).is_none() {
        String::new()
    } else {
        match git::tag(&root, &label, &format!("{label} {}", edition.digest)) {
            Ok(()) => format!("，git 标签 {}{label}", git::TAG),
            Err(why) => format!("；没有打 git 标签：{why}"),
        }
    };
    shell.say(format_args!("封好 {}，摘要 {}{tagged}", path.display(), edition.digest));
    Ok(Exit::Clean)
}

fn digest_of(place: &Place) -> Result<Option<String>, Error> {
    match place {
        Place::Archive(path) => Ok(shelf::digest(&shelf::read_archive(path)?)),
        Place::Tag => Ok(None),
    }
}

fn list(shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let editions = shelf::editions(&shell.root()?)?;
    if editions.is_empty() {
        shell.say(format_args!("还没有封过版"));
        return Ok(Exit::Findings);
    }
    for (label, place) in editions {
        match place {
            Place::Archive(path) => {
                let sealed = shelf::read_archive(&path)?;
                let signed = if sealed.files.contains_key(&sign::path()) { "，已签名" } else { "" };
                writeln!(shell.out, "{label}  {}{signed}", shelf::digest(&sealed).unwrap_or_default())?;
            }
            Place::Tag => writeln!(shell.out, "{label}  git 标签 {}{label}", git::TAG)?,
        }
    }
    Ok(Exit::Clean)
}

fn show(args: &Show, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let root = shell.root()?;
    let editions = shelf::editions(&root)?;
    let Some(at) = editions.iter().position(|(label, _)| *label == args.edition) else {
        shell.say(format_args!("没有封过 {} 版；用 shouce edition list 看有哪些", args.edition));
        return Ok(Exit::Findings);
    };
    if let Place::Archive(path) = &editions[at].1 {
        let sealed = shelf::read_archive(path)?;
        writeln!(shell.out, "{}  {}", args.edition, shelf::digest(&sealed).unwrap_or_default())?;
        let own = format!("{}/{}", crate::export::FOLDER, crate::export::RELEASE);
        if let Some(bytes) = sealed.files.get(&own) {
            let own: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            for (key, name) in [
                ("effective", "施行"),
                ("follows", "上一版"),
                ("approved_by", "批准"),
                ("transition", "过渡"),
            ] {
                if let Some(words) = own[key].as_str() {
                    writeln!(shell.out, "{name}：{words}")?;
                }
            }
        }
    }
    let compiled = shelf::open(&root, Some(&args.edition))?;
    if let Some((before, _)) = at.checked_sub(1).map(|before| &editions[before]) {
        let before = shelf::open(&root, Some(before))?;
        let confirmed = crate::edition::confirmed(&compiled.handbook);
        let found = crate::edition::diff(&before.handbook, &compiled.handbook, &confirmed);
        write!(shell.out, "{}", diff::text(&found))?;
    }
    Ok(Exit::Clean)
}

fn verified(args: &Verify, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let given = Path::new(&args.edition);
    let path = if given.is_file() { given.to_owned() } else { shelf::archive(&shell.root()?, &args.edition) };
    if !path.is_file() {
        shell.say(format_args!("没有 {}；git 标签里的版没有封版文件可核验", path.display()));
        return Ok(Exit::Findings);
    }
    let bytes = std::fs::read(&path).map_err(Error::read(&path))?;
    let sealed = match Sealed::read(&bytes) {
        Ok(sealed) => sealed,
        Err(why) => {
            shell.say(format_args!("不符：{why}\n{} 不是封版时的样子", path.display()));
            return Ok(Exit::Findings);
        }
    };
    let verdict = verify::verify(&sealed, args.key.as_deref());
    for fault in &verdict.faults {
        shell.say(format_args!("不符：{fault}"));
    }
    if !verdict.faults.is_empty() {
        shell.say(format_args!("{} 不是封版时的样子", path.display()));
        return Ok(Exit::Findings);
    }
    writeln!(shell.out, "{}  {}", verdict.edition, verdict.digest)?;
    match (&verdict.signed, verdict.has_signature) {
        (Some(words), _) => writeln!(shell.out, "签名有效：{words}")?,
        (None, true) => writeln!(shell.out, "有签名，没有核验（用 --key 给出公钥）")?,
        (None, false) => writeln!(shell.out, "没有签名")?,
    }
    if !verify::compiles_to_itself(&sealed)? {
        writeln!(shell.out, "文件齐全无误；这个版本的 shouce 用同样的原文会编译出不同的数据，以封好的为准")?;
    }
    Ok(Exit::Clean)
}

fn key(args: &Key, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let public = PathBuf::from(format!("{}.pub", args.out.display()));
    for path in [&args.out, &public] {
        if path.exists() {
            return Err(Error::Refused(format!("{} 已经有了，没有改动", path.display())).into());
        }
    }
    let keys = sign::keys()?;
    files::secret(&args.out, keys.secret.as_bytes())?;
    files::replace(&public, keys.public.as_bytes())?;
    shell.say(format_args!(
        "私钥 {}（没有密码，谁拿到谁能签名），公钥 {}",
        args.out.display(),
        public.display()
    ));
    Ok(Exit::Clean)
}

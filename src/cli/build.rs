//! `shouce build`: the site, the standard bundle and the search index, published together.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::shell::{here, home};
use super::usage::{date, level};
use super::{Exit, Failure, Shell};
use crate::diagnostic::has_errors;
use crate::files::{self, Published};
use crate::model::Handbook;
use crate::report::Format;
use crate::vocabulary::Level;
use crate::{export, search, site};

/// Folder of the index, in the folder of the search sources.
const INDEX: &str = "generated";

/// 编译并发布：网站、标准数据包、检索索引；有错误时什么也不发布
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 输出文件夹，不给时是 site；只会写新的、空的和以前由 build 写的文件夹
    #[arg(long, value_name = "文件夹", default_value = "site")]
    out: PathBuf,
    /// 网站将来的网址，用在订阅源、站点地图和 404 页里
    #[arg(long, value_name = "网址")]
    base_url: Option<String>,
    /// 先显示哪一级的参数：市、区、街；不给时按 shouce.yaml 的默认层级
    #[arg(long, value_name = "层级", value_parser = level())]
    level: Option<Level>,
    /// 不发布草拟的规范
    #[arg(long)]
    only_in_force: bool,
    /// 把这一天当作今天，用来标出未生效的规范和过期的核对；不给时网站不随日期变
    #[arg(long, value_name = "日期", value_parser = date)]
    today: Option<Date>,
    /// 不等数据落盘，用于随手丢弃的输出
    #[arg(long)]
    no_sync: bool,
    /// 照这个裁剪方案发布采用单位自己的手册：方案文件，或 profiles 里方案的编号
    #[arg(long, value_name = "方案")]
    profile: Option<PathBuf>,
}

impl Args {
    /// Arguments that publish the handbook of a profile into a folder.
    pub(super) fn of_profile(profile: PathBuf, out: PathBuf, no_sync: bool) -> Self {
        let (base_url, level, today) = (None, None, None);
        Self { out, base_url, level, only_in_force: false, today, no_sync, profile: Some(profile) }
    }
}

/// Runs the command.
///
/// # Errors
/// When the handbook cannot be read, or the output folder cannot be written or is not ours.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let root = shell.root()?;
    let protected: Vec<PathBuf> = [Some(root), Some(here()?), home()].into_iter().flatten().collect();
    // Taken before anything is read: of two builds, the one that reads later publishes later.
    let place = files::reserve(&args.out, &protected, |holder| {
        shell.say(format_args!("{holder} 正在写 {}，等它完成", args.out.display()));
    })?;
    let mut opened = match &args.profile {
        Some(file) => match super::profile::resolved(file, shell)? {
            Some(opened) => opened,
            None => return Ok(Exit::Findings),
        },
        None => shell.open()?,
    };
    shell.report(&opened, Format::Full, false)?;
    if has_errors(&opened.compiled.diagnostics) {
        shell.say(format_args!("没有发布：先改好上面的错误"));
        return Ok(Exit::Findings);
    }
    let handbook = &mut opened.compiled.handbook;
    if let Some(level) = args.level {
        handbook.config.level = level;
    }
    if args.only_in_force {
        handbook.leave_out_drafts();
    }
    let handbook = &opened.compiled.handbook;
    let base = handbook.tailoring.as_ref().and_then(|tailoring| tailoring.base_digest.as_deref());
    let options = site::Options {
        base_url: args.base_url.clone(),
        today: args.today,
        live: false,
        templates: opened.sources.templates.clone(),
        assets: opened.sources.assets.clone(),
    };
    // What is made is written at once: making and writing keep each other company on all processors, and
    // no more than a page for each has to be held.
    let edition = files::begin(&place)?;
    let write = |path: &str, bytes: &[u8]| edition.add(path, bytes);
    // The index that is kept is the base's.
    let folder = index_folder(handbook, &opened.sources.root).filter(|_| args.profile.is_none());
    let ((pages, bundle), search) = rayon::join(
        || {
            rayon::join(
                || site::render_to(handbook, &options, &write),
                || export::bundle_to(handbook, base, &write),
            )
        },
        || search::write(handbook, folder.as_deref(), &write),
    );
    pages.and(bundle).and(search)?;
    let published = edition.publish(!args.no_sync)?;
    told(args, &published, shell)?;
    // The process is about to end, and its memory with it; giving a handbook back piece by piece takes
    // as long as reading it.
    std::mem::forget(opened);
    Ok(Exit::Clean)
}

/// Where the index of a handbook is kept between runs; `None` when its settings name no place.
pub fn index_folder(handbook: &Handbook, root: &Path) -> Option<PathBuf> {
    handbook.config.search.as_ref().map(|folder| root.join(folder).join(INDEX))
}

fn told(args: &Args, published: &Published, shell: &mut Shell<'_>) -> Result<(), Failure> {
    for path in &published.rescued {
        shell.say(format_args!("发布时有人往输出文件夹里放了文件，现在在 {}，请取走", path.display()));
    }
    writeln!(
        shell.out,
        "{}：文件 {} 个，{} 字节，其中新写 {} 个；{}",
        args.out.display(),
        published.files,
        published.bytes,
        published.written,
        published.digest,
    )?;
    Ok(())
}

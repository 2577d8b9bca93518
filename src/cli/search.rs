//! `shouce search`: the search of the site, in the terminal.

mod picker;
mod report;
mod terminal;

use std::path::PathBuf;

use picker::Picker;

use super::{Exit, Failure, Shell, build};
use crate::error::Error;
use crate::search::{self, Hit, Index, Query};

/// Bold red, as `grep` marks what it finds.
const MARK: (&str, &str) = ("\u{1b}[1;31m", "\u{1b}[0m");

/// 在终端里检索，和网站上的一样：边打边找，回车选中；输出到管道或文件时逐条列出。没有找到时退出码为 1
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 要找的字词、编号或拼音；几个词之间空格
    #[arg(value_name = "字词")]
    query: Vec<String>,
    /// 最多列出几条，不给时 10 条
    #[arg(long, value_name = "条数", default_value_t = 10)]
    limit: usize,
    /// 写成 JSON，和接口里的一样
    #[arg(long)]
    json: bool,
    /// 不检索，量一量检索好不好：问的是 judgments.yaml 里的话，和照手册的标题、正文变出来的各种打法
    #[arg(long, conflicts_with = "query")]
    report: bool,
    /// 量的时候用这个文件里的问题；不给时用检索文件夹里的 judgments.yaml
    #[arg(long, value_name = "文件", requires = "report")]
    judgments: Option<PathBuf>,
    /// 量的时候每种打法出几题，不给时 200 题
    #[arg(long, value_name = "题数", default_value_t = 200, requires = "report")]
    cases: usize,
    /// 量的时候只问这几种
    #[arg(long, value_name = "种类", requires = "report")]
    only: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the handbook cannot be read, or the index cannot be built.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open_to_show()?;
    let handbook = &opened.compiled.handbook;
    let kept = match build::index_folder(handbook, &opened.sources.root) {
        Some(folder) => Index::open(&folder, &search::fingerprint(handbook))?,
        None => None,
    };
    let index = match kept {
        Some(index) => index,
        None => search::build(handbook)?,
    };
    if args.report {
        return report::run(args, &opened, &index, shell);
    }
    if !args.json && shell.is_interactive() {
        let picker = Picker::new(&index, args.query.join(" "))?;
        let Some(hit) = terminal::pick(picker)? else { return Ok(Exit::Findings) };
        let lines = lines(&hit, shell.out_colour);
        write!(shell.out, "{lines}")?;
        return Ok(Exit::Clean);
    }
    if args.query.is_empty() {
        return Err(Error::Refused("要找什么？例如 shouce search 年检".to_owned()).into());
    }
    let found = index.search(&Query { limit: args.limit, ..Query::new(args.query.join(" ")) })?;
    if args.json {
        serde_json::to_writer_pretty(&mut *shell.out, &found).map_err(std::io::Error::from)?;
        writeln!(shell.out)?;
    } else {
        for hit in &found.hits {
            let lines = lines(hit, shell.out_colour);
            write!(shell.out, "{lines}")?;
        }
    }
    let meant = match found.suggestions.as_slice() {
        [] => String::new(),
        names => format!("；是不是 {}？", names.join("、")),
    };
    match found.total {
        0 => shell.say(format_args!("没有找到「{}」{meant}", found.query)),
        total => shell.say(format_args!("共 {total} 条，列出 {} 条{meant}", found.hits.len())),
    }
    Ok(if found.total == 0 { Exit::Findings } else { Exit::Clean })
}

/// A hit: id, kind and title; where it stands; the stretch that shows it.
fn lines(hit: &Hit, colour: bool) -> String {
    let (open, close) = if colour { MARK } else { ("", "") };
    let shown = hit.snippet.iter().map(|piece| match piece.hit {
        true => format!("{open}{}{close}", piece.text),
        false => piece.text.clone(),
    });
    let snippet = shown.collect::<String>().replace('\n', " ");
    let mut text = format!("{} {} {}（{}）\n", hit.id, hit.kind.chinese(), hit.title, hit.why.chinese());
    for line in [hit.path.join(" › "), snippet].iter().filter(|line| !line.trim().is_empty()) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

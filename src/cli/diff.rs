//! `shouce diff`: what changed between two editions, clause by clause.

use std::fmt::Write as _;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{Exit, Failure, Shell};
use crate::diagnostic::has_errors;
use crate::edition::diff::{FieldChange, ItemChange};
use crate::edition::wording::{Stretch, StretchChange};
use crate::edition::{Difference, confirmed, diff};
use crate::error::Error;
use crate::id::Id;
use crate::release::shelf;
use crate::vocabulary::{ChangeClass, ChangeKind};

/// 比较两个版，逐条说明改了什么；有改动时退出码是 1
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 从哪个版：版次、封版文件、文件夹或 git 的标签、提交；不给时是最近封的版
    #[arg(value_name = "旧版")]
    from: Option<String>,
    /// 到哪个版；不给时是手册现在的样子
    #[arg(value_name = "新版")]
    to: Option<String>,
    /// 结果的写法：text（默认）、json
    #[arg(long, value_name = "写法", default_value = "text", value_parser = format())]
    format: Format,
    /// 只看与这个角色有关的，如 R04
    #[arg(long, value_name = "角色号")]
    role: Option<String>,
    /// 只看这一部的，如 NJ
    #[arg(long, value_name = "部代码")]
    part: Option<String>,
    /// 只看实质改动
    #[arg(long)]
    material: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["text", "json"]).map(|word| match word.as_str() {
        "json" => Format::Json,
        _ => Format::Text,
    })
}

/// Runs the command.
///
/// # Errors
/// When an edition cannot be found or read.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let root = shell.root()?;
    let from = match &args.from {
        Some(from) => from.clone(),
        None => latest(&root, None)?,
    };
    let (before, after) = (shelf::open(&root, Some(&from))?, shelf::open(&root, args.to.as_deref())?);
    for (name, compiled) in [(from.as_str(), &before), (args.to.as_deref().unwrap_or("."), &after)] {
        if has_errors(&compiled.diagnostics) {
            shell.say(format_args!("{name} 有错误，下面的比较可能不全"));
        }
    }
    let mut found = diff(&before.handbook, &after.handbook, &confirmed(&after.handbook));
    if let Some(role) = &args.role {
        found = found.for_role(&Id::new(role.to_uppercase()));
    }
    if let Some(part) = &args.part {
        found = found.in_part(&part.to_uppercase());
    }
    if args.material {
        found = found.material();
    }
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *shell.out, &found).map_err(std::io::Error::from)?;
            writeln!(shell.out)?;
        }
        Format::Text => shell.out.write_all(text(&found).as_bytes())?,
    }
    Ok(if found.changes.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// The newest edition on the shelf but `but`.
pub(super) fn latest(root: &std::path::Path, but: Option<&str>) -> Result<String, Error> {
    let editions = shelf::editions(root)?;
    let newest = editions.into_iter().map(|(label, _)| label).rfind(|label| Some(label.as_str()) != but);
    newest.ok_or_else(|| Error::Refused("还没有封过版（shouce edition new），给出要比较的旧版".to_owned()))
}

/// A difference for people: a head line, then one paragraph a thing.
pub(super) fn text(difference: &Difference) -> String {
    let of = |class| difference.changes.iter().filter(|change| change.class == class).count();
    let mut out = format!(
        "{} → {}：实质改动 {} 处，文字改动 {} 处\n",
        difference.from,
        difference.to,
        of(ChangeClass::Material),
        of(ChangeClass::Editorial)
    );
    for change in &difference.changes {
        item(change, &mut out);
    }
    for proposal in &difference.proposals {
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "\n？ {} 不见了，新出的 {} 与它有 {}% 相同：是挪过去的，在前言的「废号」里写明",
            proposal.from, proposal.to, proposal.likeness
        );
    }
    out
}

fn item(change: &ItemChange, out: &mut String) {
    let into = change.into.iter().map(Id::as_str).collect::<Vec<_>>().join("、");
    let into = if into.is_empty() { into } else { format!(" → {into}") };
    let _ = writeln!(
        out,
        "\n{} {}{into}［{}］{}",
        sign(change.change),
        change.id,
        change.class.chinese(),
        shortened(&change.label)
    );
    for field in &change.fields {
        let _ = writeln!(out, "    {}{}：{}", field.field.chinese(), field.change.chinese(), words(field));
        if let Some(who) = &field.confirmed_by {
            let _ = writeln!(out, "      {who} 确认只是换了说法");
        }
    }
}

fn sign(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "＋",
        ChangeKind::Removed => "－",
        ChangeKind::Moved | ChangeKind::Split | ChangeKind::Merged => "⇒",
        _ => "～",
    }
}

fn words(field: &FieldChange) -> String {
    if !field.wording.is_empty() {
        return field.wording.iter().map(stretch).collect();
    }
    match (&field.before, &field.after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (Some(before), None) => format!("{before} → （没有）"),
        (None, Some(after)) => format!("（没有） → {after}"),
        (None, None) => String::new(),
    }
}

fn stretch(stretch: &Stretch) -> String {
    match stretch.change {
        StretchChange::Equal => stretch.text.clone(),
        StretchChange::Removed => format!("［－{}］", stretch.text),
        StretchChange::Added => format!("［＋{}］", stretch.text),
    }
}

/// Enough of a sentence to know it by.
fn shortened(label: &str) -> String {
    const MOST: usize = 36;
    match label.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}

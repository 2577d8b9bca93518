//! `shouce lock`: writes down every id that was ever given out, so that none is lost or used again.

use super::{Exit, Failure, Shell};
use crate::error::Error;
use crate::lint::lock;
use crate::report::Format;
use crate::{diagnostic, files};

/// 把手册里的编号都记入 ids.lock；记过的号不再删去
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command. A handbook with errors is not locked: ids that it could not read would be missing.
///
/// # Errors
/// When the handbook cannot be read, or the lock cannot be written.
pub fn run(_: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    let opened = shell.open()?;
    if diagnostic::has_errors(&opened.compiled.diagnostics) {
        shell.report(&opened, Format::Full, false)?;
        shell.say(format_args!("没有写 {}：先改好上面的错误", lock::FILE));
        return Ok(Exit::Findings);
    }
    let path = opened.sources.root.join(lock::FILE);
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::read(path)(error).into()),
    };
    let now = lock::write(&opened.compiled.handbook, before.as_deref());
    let ids = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    let (had, has) = (before.as_deref().map_or(0, ids), ids(&now));
    if before.as_deref() == Some(&now) {
        shell.say(format_args!("{} 没有变化，共 {has} 个号", opened.shown(lock::FILE)));
        return Ok(Exit::Clean);
    }
    files::replace(&path, now.as_bytes())?;
    let new = has.saturating_sub(had);
    shell.say(format_args!("{} 新增 {new} 个号，共 {has} 个", opened.shown(lock::FILE)));
    Ok(Exit::Clean)
}

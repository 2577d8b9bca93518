//! `shouce init`: starts a handbook, from nothing or from a folder of plain Markdown.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Exit, Failure, Shell, take_over};
use crate::error::Error;

/// The handbook that one starts with: it passes every check, and shows each form once.
const SCAFFOLD: &[(&str, &str)] = &[
    ("shouce.yaml", include_str!("scaffold/shouce.yaml")),
    ("roles.yaml", include_str!("scaffold/roles.yaml")),
    ("parameters.yaml", include_str!("scaffold/parameters.yaml")),
    ("terms.yaml", include_str!("scaffold/terms.yaml")),
    ("FW/index.md", include_str!("scaffold/FW/index.md")),
    ("FW/FW-01.md", include_str!("scaffold/FW/FW-01.md")),
];

/// 新建一本一开始就通过检查的手册，或者把普通 Markdown 文件夹接过来；从不覆盖已有的文件
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 手册文件夹，不给时是 handbook
    #[arg(value_name = "文件夹", default_value = "handbook")]
    folder: PathBuf,
    /// 把这个文件夹里的文件原样接过来，每个 Markdown 文件成为一页
    #[arg(long, value_name = "文件夹")]
    from: Option<PathBuf>,
}

/// Where a file of the new handbook comes from.
pub enum Origin {
    /// Its text is known.
    Text(&'static str),
    /// It is copied.
    File(PathBuf),
}

/// Runs the command.
///
/// # Errors
/// When a file is in the way or cannot be written.
pub fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit, Failure> {
    match &args.from {
        Some(from) => take_over::run(from, &args.folder, shell),
        None => {
            let files: Vec<_> =
                SCAFFOLD.iter().map(|(path, text)| (PathBuf::from(path), Origin::Text(text))).collect();
            for path in write_all(&args.folder, &files)? {
                writeln!(shell.out, "{}", path.display())?;
            }
            // `handbook` is found without being named.
            let named = args.folder != Path::new("handbook");
            let source = if named { format!("--source {} ", args.folder.display()) } else { String::new() };
            shell.say(format_args!("建好了。接着运行 shouce {source}check，再运行 shouce {source}serve"));
            Ok(Exit::Clean)
        }
    }
}

/// Writes files that are all new; gives their paths. Nothing is written when one of them is in the way.
pub fn write_all(folder: &Path, files: &[(PathBuf, Origin)]) -> Result<Vec<PathBuf>, Error> {
    let targets: Vec<PathBuf> = files.iter().map(|(path, _)| folder.join(path)).collect();
    if let Some(taken) = targets.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(Error::Refused(format!("{} 已经有了；什么也没有写", taken.display())));
    }
    for ((_, origin), target) in files.iter().zip(&targets) {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Error::write(parent))?;
        }
        // `create_new` holds even when somebody makes the file in this moment.
        let mut file = File::create_new(target).map_err(Error::write(target))?;
        match origin {
            Origin::Text(text) => file.write_all(text.as_bytes()).map_err(Error::write(target))?,
            Origin::File(source) => {
                let mut source = File::open(source).map_err(Error::read(source))?;
                io::copy(&mut source, &mut file).map_err(Error::write(target))?;
            }
        }
    }
    Ok(targets)
}

//! Writes the real manual, so many times its size, into a folder: `write_manual 10 FOLDER`. Beside it,
//! for comparison, stands the same text as an mdBook.
#![allow(clippy::expect_used, reason = "without its arguments it cannot go on")]

mod generate;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shouce::source::{self, Sources};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let times: usize = arguments.next().and_then(|n| n.parse().ok()).expect("how many times");
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let original = source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")).expect("the manual");
    let manual = generate::manual(&original, times, 1);
    write(&manual, &folder.join("handbook"))?;
    let mut summary = String::from("# 目录\n\n");
    for path in manual.files.keys().filter(|path| path.ends_with(".md") && path.contains('/')) {
        // Writing into a string cannot fail.
        let _ = writeln!(summary, "- [{path}]({path})");
    }
    write(&manual, &folder.join("mdbook/src"))?;
    std::fs::write(folder.join("mdbook/src/SUMMARY.md"), summary)?;
    std::fs::write(folder.join("mdbook/book.toml"), "[book]\ntitle = \"手册\"\nlanguage = \"zh\"\n")
}

/// Writes a manual into a folder, which is made.
fn write(sources: &Sources, folder: &Path) -> std::io::Result<()> {
    for (path, file) in &sources.files {
        let to = folder.join(&**path);
        std::fs::create_dir_all(to.parent().unwrap_or(folder))?;
        std::fs::write(to, file.text.as_bytes())?;
    }
    Ok(())
}

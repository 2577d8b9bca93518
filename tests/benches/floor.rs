//! The least that a generator can do: read the Markdown of a folder, turn it into HTML, write it.
//! `floor FROM TO`.
#![allow(clippy::expect_used, reason = "without its arguments it cannot go on")]

use std::path::PathBuf;

use pulldown_cmark::{Options, Parser, html};
use walkdir::WalkDir;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let from = arguments.next().expect("a folder to read");
    let to = arguments.next().expect("a folder to write");
    for entry in WalkDir::new(&from).into_iter().filter_map(Result::ok) {
        if entry.path().extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path())?;
        let mut out = String::with_capacity(text.len() * 2);
        html::push_html(&mut out, Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS));
        let page = to.join(entry.path().strip_prefix(&from).expect("inside")).with_extension("html");
        std::fs::create_dir_all(page.parent().expect("a folder"))?;
        std::fs::write(page, out)?;
    }
    Ok(())
}

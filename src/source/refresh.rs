//! One file of a handbook read again, when that is known to be enough.

use std::path::Path;

use super::{Sources, folder};
use crate::config;
use crate::error::Error;

/// Reads the file `name` (relative to the root, `/` between names) again, after something happened to
/// it. `false` when the whole folder must be read: only a text file that was there before, and still is
/// one or is gone, can be looked at alone.
///
/// # Errors
/// [`Error::Read`] when the file is there and cannot be read.
pub fn refresh(sources: &mut Sources, name: &str) -> Result<bool, Error> {
    let path = sources.root.join(name);
    if !sources.files.contains_key(name) {
        // A file that no handbook would have changes nothing: editors make and remove some.
        let inside = format!("{name}/");
        let is_folder = path.is_dir() || sources.names().any(|known| known.starts_with(&inside));
        return Ok(!is_folder && !folder::is_wanted(name));
    }
    if name == config::FILE {
        return Ok(false);
    }
    match path.symlink_metadata() {
        Err(_) => sources.forget(name),
        Ok(metadata) if !metadata.is_file() => return Ok(false),
        Ok(_) => read_again(sources, name, &path)?,
    }
    Ok(true)
}

fn read_again(sources: &mut Sources, name: &str, path: &Path) -> Result<(), Error> {
    let bytes = std::fs::read(path).map_err(Error::read(path))?;
    sources.forget(name);
    sources.add(name, &bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::source::read;

    /// After `change`, refreshing `name` is enough and gives what reading everything gives, or it says
    /// that it is not enough.
    fn check(name: &str, enough: bool, change: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("NJ")).expect("made");
        for (file, text) in
            [("shouce.yaml", "编号: a\n"), ("NJ/NJ-01.md", "一"), ("NJ/NJ-02.md", "二"), ("a.png", "x")]
        {
            fs::write(root.join(file), text).expect("written");
        }
        let mut sources = read(root).expect("read");
        change(root);
        assert_eq!(refresh(&mut sources, name).expect("readable"), enough, "{name}");
        if enough {
            let whole = read(root).expect("read");
            assert!(sources.is_same(&whole), "{name}: {:?} {:?}", sources.files.keys(), whole.files.keys());
        }
    }

    #[test]
    fn a_known_text_file_can_be_read_alone() {
        check("NJ/NJ-01.md", true, |root| fs::write(root.join("NJ/NJ-01.md"), "三").expect("written"));
        check("NJ/NJ-01.md", true, |root| {
            fs::write(root.join("NJ/NJ-01.md"), [0xff, 0xfe]).expect("written")
        });
        check("NJ/NJ-01.md", true, |root| fs::remove_file(root.join("NJ/NJ-01.md")).expect("removed"));
        check("NJ/NJ-01.md", true, |_| {});
    }

    #[test]
    fn scratch_files_change_nothing() {
        check("NJ/4913", true, |_| {});
        check("NJ/sedXyZ", true, |root| fs::write(root.join("NJ/sedXyZ"), "x").expect("written"));
    }

    #[test]
    fn anything_else_asks_for_the_whole() {
        check("NJ/NJ-03.md", false, |root| fs::write(root.join("NJ/NJ-03.md"), "三").expect("written"));
        check("b.png", false, |root| fs::write(root.join("b.png"), "y").expect("written"));
        check("a.png", false, |root| fs::remove_file(root.join("a.png")).expect("removed"));
        check("a.png", false, |root| fs::write(root.join("a.png"), "y").expect("written"));
        check("NJ", false, |root| fs::rename(root.join("NJ"), root.join("ZX")).expect("renamed"));
        check("ZX", false, |root| fs::rename(root.join("NJ"), root.join("ZX")).expect("renamed"));
        check("shouce.yaml", false, |root| {
            fs::write(root.join("shouce.yaml"), "编号: b\n").expect("written")
        });
        check("shouce.yaml", false, |root| fs::remove_file(root.join("shouce.yaml")).expect("removed"));
        check("templates/404.html", false, |root| {
            fs::create_dir(root.join("templates")).expect("made");
            fs::write(root.join("templates/404.html"), "x").expect("written");
        });
    }
}

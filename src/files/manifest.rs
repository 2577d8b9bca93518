//! The marker of a built folder, which is also the list of what a build put there.
//!
//! It has the form of `sha256sum`, so that anybody can verify a site without this program:
//! `cd site && sha256sum --check .shouce-site`.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::text;

pub use crate::config::SITE_MARKER as FILE;

/// First line of the marker. A file of that name with another first line is somebody else's.
const HEAD: &str = "# shouce build 写的文件夹：下一次构建会整个换掉它，请不要在这里放别的文件\n";

/// SHA-256 in lower-case hexadecimal, by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What the folder holds beside the marker itself.
    pub digests: BTreeMap<String, String>,
}

impl Manifest {
    /// Its text.
    pub fn text(&self) -> String {
        let lines = self.digests.iter().map(|(path, digest)| format!("{digest}  {path}\n"));
        std::iter::once(HEAD.to_owned()).chain(lines).collect()
    }

    /// Reads a text back; `None` when it is not a marker of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEAD)?.lines();
        let digests = lines
            .map(|line| line.split_once("  ").map(|(digest, path)| (path.to_owned(), digest.to_owned())));
        Some(Self { digests: digests.collect::<Option<_>>()? })
    }

    /// Reads the marker of a folder; `None` when it has none of ours. Links are not followed.
    ///
    /// # Errors
    /// [`Error::Read`] when the marker is there and cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(FILE);
        match path.symlink_metadata() {
            Ok(found) if found.is_file() => {}
            _ => return Ok(None),
        }
        let bytes = std::fs::read(&path).map_err(Error::read(path))?;
        Ok(std::str::from_utf8(&bytes).ok().and_then(Self::parse))
    }
}

/// SHA-256 in lower-case hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    text::hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let listed = [("index.html", "<p>"), ("a b/c.txt", "")];
        let digests = listed.map(|(path, text)| (path.to_owned(), digest(text.as_bytes()))).into();
        let manifest = Manifest { digests };
        assert_eq!(Manifest::parse(&manifest.text()), Some(manifest));
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_strangers_file_of_the_same_name_is_no_marker() {
        assert_eq!(Manifest::parse(""), None);
        assert_eq!(Manifest::parse("notes\n"), None);
        assert_eq!(Manifest::parse(&format!("{HEAD}no digest here\n")), None);
    }
}

//! A sealed edition as a file: a zip archive with the standard bundle (`standard/v1/`) and the handbook's
//! own files (`source/`). Nothing in it is trusted: names, sizes and numbers are bounded here, digests are
//! held against the manifest by those who verify it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::Sources;

/// Folder of the handbook's own files in the archive.
pub const SOURCE: &str = "source/";
/// Ending of the files that hold an edition.
pub const ENDING: &str = ".zip";

/// Most files in an archive.
const MOST_FILES: usize = 50_000;
/// Most bytes of all files together.
const MOST_BYTES: u64 = 512 << 20;

/// The files of a sealed edition by path, as they stand in the archive.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    /// Path and bytes.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Sealed {
    /// Takes an archive apart.
    ///
    /// # Errors
    /// In words: what is wrong with the archive.
    pub fn read(archive: &[u8]) -> Result<Self, String> {
        let mut zip = zip::ZipArchive::new(Cursor::new(archive))
            .map_err(|error| format!("不是 zip 文件（{error}）"))?;
        if zip.len() > MOST_FILES {
            return Err(format!("里面有 {} 个文件，上限 {MOST_FILES} 个", zip.len()));
        }
        let (mut files, mut total) = (BTreeMap::new(), 0);
        for index in 0..zip.len() {
            let mut entry =
                zip.by_index(index).map_err(|error| format!("第 {} 个文件读不了（{error}）", index + 1))?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map_err(|error| format!("文件名读不懂（{error}）"))?.into_owned();
            if !is_plain(&name) {
                return Err(format!("文件名「{name}」越出文件夹"));
            }
            let mut bytes = Vec::new();
            // What a header says of the size is not believed.
            let read = entry.by_ref().take(MOST_BYTES - total + 1).read_to_end(&mut bytes);
            total += read.map_err(|error| format!("{name} 读不了（{error}）"))? as u64;
            if total > MOST_BYTES {
                return Err(format!("解开后超过 {} MB", MOST_BYTES >> 20));
            }
            if files.insert(name.clone(), bytes).is_some() {
                return Err(format!("{name} 有两份"));
            }
        }
        Ok(Self { files })
    }

    /// The handbook's own files.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for (path, bytes) in &self.files {
            if let Some(name) = path.strip_prefix(SOURCE) {
                sources.take(name, bytes.clone());
            }
        }
        sources
    }
}

/// Whether a name leads to a place below the folder it is taken from.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', '\0', ':'])
        && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below() {
        assert!(is_plain("source/NJ/NJ-03.md"));
        for name in ["", "/etc/passwd", "source/../x", "a//b", "C:\\x", "a/./b"] {
            assert!(!is_plain(name), "{name}");
        }
    }

    #[test]
    fn what_is_no_archive_is_refused_in_words() {
        assert!(Sealed::read(b"").is_err());
        assert!(Sealed::read(&[0; 4096]).is_err());
        assert!(Sealed::read(b"PK\x05\x06").is_err());
    }
}

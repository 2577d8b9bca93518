//! The sealed editions of a handbook, each read and compiled when somebody first asks for it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use super::Content;
use crate::diagnostic::has_errors;
use crate::edition::{Difference, confirmed, diff};
use crate::export;
use crate::release::shelf::{self, Place};
use crate::site;

/// The shelf of a handbook, and what was read of it last. Contents that follow one another share it.
#[derive(Debug, Default)]
pub struct Shelf {
    root: PathBuf,
    last: Mutex<Arc<Editions>>,
}

impl Shelf {
    /// The shelf of the handbook in `root`; nothing is read yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), last: Mutex::default() }
    }

    /// The editions on it now.
    pub fn editions(&self) -> Arc<Editions> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Editions::read(&self.root, &last);
        last.clone()
    }
}

/// The sealed editions, the oldest first.
#[derive(Debug, Default)]
pub struct Editions {
    editions: Vec<Edition>,
    stamp: Stamp,
}

/// What tells whether the shelf is as it was: each archive with its size and time.
type Stamp = Vec<(String, u64, Option<SystemTime>)>;

/// A sealed edition.
#[derive(Debug)]
pub struct Edition {
    /// Its label.
    pub label: String,
    /// Its digest (`sha256:…`), where it is in an archive.
    pub digest: Option<String>,
    /// First day on which it is in force, as its archive says.
    pub effective: Option<String>,
    /// Label of the edition before it, as its archive says.
    pub follows: Option<String>,
    root: PathBuf,
    content: OnceLock<Result<Box<Content>, String>>,
}

impl Editions {
    /// The editions on the shelf of a handbook, those of `before` where nothing changed. What cannot be
    /// read is left out, and said in the log: a damaged archive must not take the site down.
    fn read(root: &Path, before: &Arc<Self>) -> Arc<Self> {
        let found = shelf::editions(root).unwrap_or_else(|error| {
            tracing::warn!(%error, "editions");
            Vec::new()
        });
        let stamp: Stamp = found.iter().map(stamped).collect();
        if stamp == before.stamp {
            return before.clone();
        }
        let editions = found.into_iter().filter_map(|(label, place)| edition(root, label, &place)).collect();
        Arc::new(Self { editions, stamp })
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[Edition] {
        &self.editions
    }

    /// The one with this label.
    pub fn get(&self, label: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.label == label)
    }
}

fn stamped((label, place): &(String, Place)) -> (String, u64, Option<SystemTime>) {
    let metadata = match place {
        Place::Archive(path) => std::fs::metadata(path).ok(),
        Place::Tag => None,
    };
    let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
    (label.clone(), size, metadata.and_then(|metadata| metadata.modified().ok()))
}

fn edition(root: &Path, label: String, place: &Place) -> Option<Edition> {
    let (mut digest, mut release) = (None, serde_json::Value::Null);
    if let Place::Archive(path) = place {
        let sealed = match shelf::read_archive(path) {
            Ok(sealed) => sealed,
            Err(error) => {
                tracing::warn!(%error, "an edition that cannot be read is left out");
                return None;
            }
        };
        digest = shelf::digest(&sealed);
        let own = sealed.files.get(&format!("{}/{}", export::FOLDER, export::RELEASE));
        release = own.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
    }
    let word = |key: &str| release[key].as_str().map(str::to_owned);
    Some(Edition {
        digest,
        effective: word("effective"),
        follows: word("follows"),
        label,
        root: root.to_owned(),
        content: OnceLock::new(),
    })
}

impl Edition {
    /// What can be served of it, made now if it was not before.
    ///
    /// # Errors
    /// In words: why it cannot be read.
    pub fn content(&self) -> Result<&Content, &str> {
        let made = self.content.get_or_init(|| {
            let compiled = shelf::open(&self.root, Some(&self.label)).map_err(|error| error.to_string())?;
            if has_errors(&compiled.diagnostics) {
                return Err(format!("{} 版用这个版本的 shouce 编译有错误", self.label));
            }
            let options = site::Options::default();
            let content = Content::new(0, compiled.handbook, &options).map_err(|error| error.to_string())?;
            Ok(Box::new(content))
        });
        made.as_deref().map_err(String::as_str)
    }
}

/// What changed between two contents.
pub fn difference(before: &Content, after: &Content) -> Difference {
    diff(&before.handbook, &after.handbook, &confirmed(&after.handbook))
}

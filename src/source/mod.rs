//! Where a handbook's files come from. Reading is the only step of compiling that can fail.

mod decode;
mod folder;
pub mod git;
mod refresh;
pub mod sealed;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic};

pub use decode::decode;
pub use folder::{find_handbook, read};
pub use refresh::refresh;

/// The files of a handbook, read and decoded.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The handbook's folder.
    pub root: PathBuf,
    /// Text files by path relative to the root, `/` between names.
    pub files: BTreeMap<Arc<str>, SourceFile>,
    /// Files the handbook may link to (pictures), by path; their bytes.
    pub assets: BTreeMap<Arc<str>, Arc<[u8]>>,
    /// Templates and static files of its own (`templates/`), by their name in that folder.
    pub templates: BTreeMap<String, String>,
    /// What was wrong with bytes, names and links.
    pub diagnostics: Vec<Diagnostic>,
}

/// One decoded text file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its text: without byte order mark, with LF line ends.
    pub text: Arc<str>,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
}

impl Sources {
    /// The text of a file; empty when there is none.
    pub fn text(&self, file: &str) -> &str {
        self.files.get(file).map_or("", |f| &f.text)
    }

    /// A handbook held in memory, for tests and examples: path and text.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sources = Self::default();
        for (path, text) in files {
            sources.add(path, text.as_bytes());
        }
        sources
    }

    /// Whether both were read from the same bytes.
    pub fn is_same(&self, other: &Self) -> bool {
        let hashes = |sources: &Self| {
            sources.files.iter().map(|(path, file)| (path.clone(), file.hash)).collect::<Vec<_>>()
        };
        let found = |sources: &Self| {
            let mut found = sources.diagnostics.clone();
            diagnostic::sort(&mut found);
            found
        };
        hashes(self) == hashes(other)
            && self.assets == other.assets
            && self.templates == other.templates
            && found(self) == found(other)
    }

    /// The paths of texts and pictures.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().chain(self.assets.keys()).map(|path| &**path)
    }

    /// Removes a text file, and what was said of its bytes.
    fn forget(&mut self, file: &str) {
        self.files.remove(file);
        self.diagnostics.retain(|diagnostic| *diagnostic.span.file != *file);
    }

    /// Adds a file that is wanted in a handbook, by its name: a text, a template or a picture. Others are
    /// left out, as reading a folder leaves them out.
    pub fn take(&mut self, name: &str, bytes: Vec<u8>) {
        if let Some(template) = folder::template(name) {
            self.templates.extend(String::from_utf8(bytes).ok().map(|text| (template.to_owned(), text)));
        } else if folder::is_text(name) {
            self.add(name, &bytes);
        } else if folder::is_wanted(name) {
            self.assets.insert(name.into(), bytes.into());
        }
    }

    /// Every file by its path from the handbook's folder, as bytes.
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let texts = self.files.iter().map(|(path, file)| (path.to_string(), file.text.as_bytes().to_vec()));
        let pictures = self.assets.iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec()));
        let templates = self.templates.iter();
        let templates =
            templates.map(|(name, text)| (format!("{}{name}", folder::TEMPLATES), text.as_bytes().to_vec()));
        texts.chain(pictures).chain(templates).filter(|(path, _)| !path.starts_with("..")).collect()
    }

    /// Decodes and adds one text file.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        let path: Arc<str> = path.into();
        let decoded = decode(&path, bytes);
        self.put(path, decoded);
    }

    /// Adds a text file that was decoded before.
    fn put(&mut self, path: Arc<str>, (file, mut diagnostics): (Option<SourceFile>, Vec<Diagnostic>)) {
        self.diagnostics.append(&mut diagnostics);
        self.files.extend(file.map(|file| (path, file)));
    }
}

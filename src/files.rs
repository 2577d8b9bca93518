//! Files: path → bytes. What an output is before anybody writes it.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A set of files to be published or served. Paths are relative, with `/` between names, and never
/// begin with `/` or hold `..`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl Files {
    /// Adds a file; a path given twice is a fault of the program.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        let path = path.into();
        debug_assert!(
            !path.starts_with('/') && !path.split('/').any(|name| name == ".." || name.is_empty()),
            "{path}"
        );
        let before = self.files.insert(path, bytes.into());
        debug_assert!(before.is_none(), "a file is made twice");
    }

    /// Adds all files of another set.
    pub fn extend(&mut self, other: Self) {
        for (path, bytes) in other.files {
            self.add(path, bytes);
        }
    }

    /// The bytes of a file.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// Paths and bytes, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

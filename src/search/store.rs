//! The index on disk: its files written once, beside a list of their digests. Whatever is not exactly
//! what was written is refused, and the caller builds anew; so nothing here needs to be synced.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tantivy::Directory as _;
use tantivy::directory::{OwnedBytes, RamDirectory};

use super::unit::Unit;
use super::{Index, Memory, Shelf, failed, schema, tokenizers};
use crate::error::Error;
use crate::text;

/// Name of the list of files.
const MANIFEST: &str = "manifest.json";
/// Name of the units' file.
const UNITS: &str = "units.json";
/// Stands between the number of a shelf and the name of its file.
const SHELF: char = '-';

/// What an index consists of.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// Of what it was built from, and by which version.
    fingerprint: String,
    /// SHA-256 of each file by name.
    files: BTreeMap<String, String>,
}

/// Gives the units as bytes to `out`. They are never held as a whole: they are as large as the handbook.
fn encode(units: &[Unit], out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer(&mut out, units)?;
    out.flush()
}

/// Changes whenever another index would come of it: the units, the fields, or this program.
pub fn fingerprint(units: &[Unit]) -> String {
    let head = format!("{}\n{}\n", env!("CARGO_PKG_VERSION"), schema::VERSION);
    let mut hash = Sha256::new_with_prefix(head);
    // Units are plain data with text keys, which always can be written, and a digest takes everything.
    let _ = encode(units, &mut hash);
    text::hexadecimal(&hash.finalize())
}

/// Writes the units and gives their digest.
fn write_units(units: &[Unit], path: &Path) -> io::Result<String> {
    let mut both = Both { file: fs::File::create(path)?, hash: Sha256::new() };
    encode(units, &mut both)?;
    Ok(text::hexadecimal(&both.hash.finalize()))
}

/// A file, and the digest of what is written to it.
struct Both {
    file: fs::File,
    hash: Sha256,
}

impl Write for Both {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// SHA-256 of some bytes, in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    text::hexadecimal(&Sha256::digest(bytes))
}

/// Writes an index of these units and shelves: see [`Index::save`]. `fingerprint` is that of the units.
pub(super) fn write(
    units: &[Unit],
    shelves: &[Shelf],
    fingerprint: String,
    folder: &Path,
) -> Result<(), Error> {
    if folder.exists() && !is_index(folder)? {
        let words = format!("{} 不是检索索引，不覆盖它；请换一个文件夹，或先把它移走", folder.display());
        return Err(Error::Refused(words));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::write(parent))?;
    let beside =
        tempfile::Builder::new().prefix(".search-").tempdir_in(parent).map_err(Error::write(parent))?;
    let (new, old) = (beside.path().join("new"), beside.path().join("old"));
    fs::create_dir(&new).map_err(Error::write(&new))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = new.join(name);
        fs::write(&path, bytes).map_err(Error::write(&path))
    };
    let path = new.join(UNITS);
    let mut digests =
        BTreeMap::from([(UNITS.to_owned(), write_units(units, &path).map_err(Error::write(&path))?)]);
    for (name, bytes) in files_of(shelves)? {
        write(&name, &bytes)?;
        digests.insert(name, digest(&bytes));
    }
    write(MANIFEST, &serde_json::to_vec(&Manifest { fingerprint, files: digests }).map_err(failed)?)?;
    match fs::rename(folder, &old) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(Error::write(folder)(cause)),
        _ => fs::rename(&new, folder).map_err(Error::write(folder)),
    }
}

impl Index {
    /// Writes the index into `folder`, in place of the one that may be there: a new folder beside it is
    /// filled first, then takes its name. Refuses a folder that holds anything else.
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        write(&self.units, &self.shelves, fingerprint(&self.units), folder)
    }

    /// Opens the index in `folder`. `None` when there is none, when it was built from something else than
    /// `fingerprint` says, or when it is damaged.
    pub fn open(folder: &Path, fingerprint: &str) -> Result<Option<Self>, Error> {
        let Some(files) = files(folder, fingerprint)? else { return Ok(None) };
        let mut units = None;
        let mut shelves: BTreeMap<&str, RamDirectory> = BTreeMap::new();
        for (name, bytes) in &files {
            match name.split_once(SHELF) {
                Some((shelf, name)) => {
                    let directory = shelves.entry(shelf).or_insert_with(RamDirectory::create);
                    directory.atomic_write(Path::new(name), bytes).map_err(failed)?;
                }
                None => units = Some(bytes),
            }
        }
        let units = units.and_then(|bytes| serde_json::from_slice::<Vec<Unit>>(bytes).ok());
        let shelves: Option<Vec<Shelf>> = shelves.into_values().map(opened).collect();
        let (Some(units), Some(shelves)) = (units, shelves) else { return Ok(None) };
        // One document a unit, or places would mean other units.
        let documents: usize = shelves.iter().map(|shelf| shelf.reader.searcher().num_docs() as usize).sum();
        if documents != units.len() {
            return Ok(None);
        }
        let memory = Memory::new(&units);
        Self::new(units, memory, shelves, schema::schema().1).map(Some)
    }
}

/// The files of the index by name, units not included.
fn files_of(shelves: &[Shelf]) -> Result<BTreeMap<String, OwnedBytes>, Error> {
    let mut files = BTreeMap::new();
    for (number, shelf) in shelves.iter().enumerate() {
        let meta = shelf.reader.searcher().index().load_metas().map_err(failed)?;
        let paths = meta.list_segment_files().into_iter().chain([Path::new("meta.json").to_path_buf()]);
        for path in paths.collect::<std::collections::BTreeSet<_>>() {
            if shelf.directory.exists(&path).map_err(failed)? {
                let file = shelf.directory.open_read(&path).map_err(failed)?;
                let bytes = file.read_bytes().map_err(failed)?;
                files.insert(format!("{number}{SHELF}{}", path.to_string_lossy()), bytes);
            }
        }
    }
    Ok(files)
}

/// A shelf whose files are there; none when they are no index of this version.
fn opened(directory: RamDirectory) -> Option<Shelf> {
    let mut index = tantivy::Index::open(directory.clone()).ok()?;
    index.set_tokenizers(tokenizers());
    (index.schema() == schema::schema().0).then(|| Shelf::new(&index, directory).ok()).flatten()
}

/// Whether `folder` holds the index of this fingerprint, whole.
pub fn is_kept(folder: &Path, fingerprint: &str) -> Result<bool, Error> {
    Ok(files(folder, fingerprint)?.is_some())
}

/// The files of the index in `folder` by name; `None` when it is another one or damaged.
fn files(folder: &Path, fingerprint: &str) -> Result<Option<BTreeMap<String, Vec<u8>>>, Error> {
    let Some(manifest) = read(&folder.join(MANIFEST))? else { return Ok(None) };
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&manifest) else { return Ok(None) };
    if manifest.fingerprint != fingerprint {
        return Ok(None);
    }
    let mut files = BTreeMap::new();
    for (name, expected) in manifest.files {
        let whole = !name.contains(['/', '\\']);
        let bytes = if whole { read(&folder.join(&name))? } else { None };
        let Some(bytes) = bytes.filter(|bytes| digest(bytes) == expected) else { return Ok(None) };
        files.insert(name, bytes);
    }
    Ok(Some(files))
}

/// Whether a folder holds an index, or nothing.
fn is_index(folder: &Path) -> Result<bool, Error> {
    let mut entries = fs::read_dir(folder).map_err(Error::read(folder))?;
    let manifest = read(&folder.join(MANIFEST))?;
    Ok(entries.next().is_none()
        || manifest.is_some_and(|bytes| serde_json::from_slice::<Manifest>(&bytes).is_ok()))
}

/// The bytes of a file, if there is one.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause)
            if matches!(
                cause.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
            ) =>
        {
            Ok(None)
        }
        Err(cause) => Err(Error::read(path)(cause)),
    }
}

//! Publishing: a reader of the output folder sees the old edition or the new one, whole, whatever
//! happens in between: a full disk, `kill -9`, a power cut, another build.
//!
//! The new edition is written into a workshop beside the output folder, synced once, and then the two
//! folders change places in one step (`renameat2` with `RENAME_EXCHANGE`). So the output is an ordinary
//! folder that any static host, archiver or copying program takes as it is; a link that is switched from
//! one edition to the next would do the same for a web server, but is copied as a link, resolved only
//! once by containers that mount it, and refused by hosts that follow none.
//!
//! Files that did not change are hard links to those of the old edition, so that a rebuild writes only
//! what changed. The workshop is locked while a build runs; the lock dies with its holder. What a killed
//! build leaves in the workshop is cleared away by the next one.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use rustix::fs::{CWD, OFlags, RenameFlags};
use rustix::io::Errno;

use super::Files;
use super::folder::{self, State};
use super::manifest::{self, Manifest};
use crate::error::Error;

/// The edition being written; after the exchange, the old one on its way out.
const NEXT: &str = "next";
/// Where the old edition waits on file systems that cannot exchange two folders.
const OLD: &str = "old";
/// Held by the running build; says which process that is.
const LOCK: &str = "lock";

/// An output folder that this process alone may publish to, until it is dropped.
#[derive(Debug)]
pub struct Place {
    out: PathBuf,
    workshop: PathBuf,
    _lock: File,
}

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The output folder, absolute.
    pub out: PathBuf,
    /// Files of the edition.
    pub files: usize,
    /// Files that were written; the others were there already.
    pub written: usize,
    /// Bytes of all files.
    pub bytes: u64,
    /// `sha256:…` of the list of all files and their digests: equal for equal editions.
    pub digest: String,
    /// Files that somebody put into the output folder while it was being replaced, and where they are now.
    pub rescued: Vec<PathBuf>,
}

/// Takes an output folder for this process. None of `protected` may be it or lie in it. When another
/// build holds it, `waiting` is told who (once) and the call waits.
///
/// # Errors
/// [`Error::Refused`] when the folder is not one that a build may replace; [`Error::Write`] or
/// [`Error::Read`] when it or its parent cannot be used.
pub fn reserve(out: &Path, protected: &[PathBuf], waiting: impl FnMut(&str)) -> Result<Place, Error> {
    let out = folder::resolve(out)?;
    folder::refuse(&out, protected)?;
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let workshop = out.with_file_name(format!(".{name}.shouce"));
    let lock = lock(&workshop, waiting)?;
    let place = Place { out, workshop, _lock: lock };
    recover(&place)?;
    // Only now: without the lock another build may swap the folder while it is looked through.
    folder::examine(&place.out)?;
    Ok(place)
}

/// An edition that is being written: files come in any order and from any thread, and nothing of it is
/// seen before it is published. One that never is goes with its place.
#[derive(Debug)]
pub struct Edition<'a> {
    place: &'a Place,
    /// What stands at the place, for files that stay as they are.
    before: State,
    next: PathBuf,
    folders: Mutex<BTreeSet<PathBuf>>,
    manifest: Mutex<Manifest>,
    written: AtomicUsize,
    bytes: AtomicU64,
}

/// Publishes a whole edition: see [`begin`] and [`Edition::publish`].
///
/// # Errors
/// As theirs.
pub fn publish(place: &Place, files: &Files, sync: bool) -> Result<Published, Error> {
    let edition = begin(place)?;
    let listed: Vec<_> = files.iter().collect();
    listed.par_iter().try_for_each(|(path, bytes)| edition.add(path, bytes))?;
    edition.publish(sync)
}

/// Begins an edition.
///
/// # Errors
/// As [`reserve`].
pub fn begin(place: &Place) -> Result<Edition<'_>, Error> {
    let before = folder::examine(&place.out)?;
    let next = place.workshop.join(NEXT);
    // One that was begun before and never published.
    folder::remove(&next)?;
    fs::create_dir_all(&next).map_err(write_failed(&next, 0))?;
    Ok(Edition {
        place,
        before,
        next,
        folders: Mutex::default(),
        manifest: Mutex::default(),
        written: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
    })
}

impl Edition<'_> {
    /// Writes a file, or takes it over from the edition before when it is the same.
    ///
    /// # Errors
    /// [`Error::Refused`] for a path that leads out of the edition or cannot be listed;
    /// [`Error::Write`] when the file cannot be written.
    pub fn add(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        check_name(path)?;
        let target = self.next.join(path);
        self.make_folder(path)?;
        let digest = manifest::digest(bytes);
        let known = matches!(&self.before, State::Ours(old) if old.digests.get(path) == Some(&digest));
        // The manifest tells what may be equal; the bytes tell whether somebody edited it since.
        let old = self.place.out.join(path);
        if !(known && holds(&old, bytes) && fs::hard_link(&old, &target).is_ok()) {
            fs::write(&target, bytes).map_err(write_failed(&target, bytes.len()))?;
            self.written.fetch_add(1, Ordering::Relaxed);
        }
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let before = lock_of(&self.manifest).digests.insert(path.to_owned(), digest);
        debug_assert!(before.is_none(), "{path} is made twice");
        Ok(())
    }

    /// Makes the folder of a file, once for all files in it.
    fn make_folder(&self, path: &str) -> Result<(), Error> {
        let Some((folder, _)) = path.rsplit_once('/') else { return Ok(()) };
        let mut made = lock_of(&self.folders);
        if !made.contains(Path::new(folder)) {
            let whole = self.next.join(folder);
            fs::create_dir_all(&whole).map_err(write_failed(&whole, 0))?;
            made.insert(folder.into());
        }
        Ok(())
    }

    /// Publishes the edition. Without `sync` nothing is forced to the disk, and a power cut may lose it.
    ///
    /// # Errors
    /// As [`reserve`]; the old edition then stands as it was, and nothing of the new one is left.
    pub fn publish(self, sync: bool) -> Result<Published, Error> {
        let Self { place, before, next, manifest, written, bytes, .. } = self;
        let manifest = manifest.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !matches!(before, State::Absent) {
            // Whoever opened the folder to a group, or closed it to others, meant the folder of this name.
            let mode = fs::metadata(&place.out).map_err(Error::read(&place.out))?.permissions();
            fs::set_permissions(&next, mode).map_err(Error::write(&next))?;
        }
        let (path, text) = (next.join(manifest::FILE), manifest.text());
        if let Err(cause) = fs::write(&path, &text) {
            // Half a list would make strangers of the files that it does not name, and keep them.
            let _ = fs::remove_file(&path);
            return Err(write_failed(&path, text.len())(cause));
        }
        if sync {
            sync_all(&next).map_err(Error::write(&next))?;
        }
        flip(place, &before)?;
        if sync {
            let parent = place.out.parent().unwrap_or_else(|| Path::new("/"));
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(Error::write(parent))?;
        }
        // The new edition is up: an old one that resists is no failure, the next build tries again.
        let left = |name: &str| folder::remove(&place.workshop.join(name)).unwrap_or_default();
        let rescued = [NEXT, OLD].into_iter().flat_map(|name| {
            let folder = place.workshop.join(name);
            left(name).into_iter().map(move |path| folder.join(path))
        });
        Ok(Published {
            out: place.out.clone(),
            files: manifest.digests.len(),
            written: written.into_inner(),
            bytes: bytes.into_inner(),
            digest: format!("sha256:{}", manifest::digest(text.as_bytes())),
            rescued: rescued.collect(),
        })
    }
}

/// What a lock holds. Whoever panicked with it held has ended the build.
fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Place {
    /// Clears the workshop away. Whoever waits for the lock finds it gone and makes a new one.
    fn drop(&mut self) {
        let kept = folder::remove(&self.workshop.join(NEXT)).unwrap_or_default();
        if kept.is_empty() && !self.workshop.join(OLD).exists() {
            let _ = fs::remove_file(self.workshop.join(LOCK));
            let _ = fs::remove_dir(&self.workshop);
        }
    }
}

/// Takes the lock of a workshop, making the workshop when there is none.
fn lock(workshop: &Path, mut waiting: impl FnMut(&str)) -> Result<File, Error> {
    let path = workshop.join(LOCK);
    let mut told = false;
    loop {
        match fs::create_dir(workshop) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Error::write(workshop)(error));
            }
            _ => {}
        }
        only_ours(workshop)?;
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        let file = match options.open(&path) {
            // Its last holder cleared the workshop away just now.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            opened => opened.map_err(Error::write(&path))?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(Error::write(&path)(error)),
            Err(TryLockError::WouldBlock) => {
                if !std::mem::replace(&mut told, true) {
                    waiting(&holder(&file));
                }
                file.lock().map_err(Error::write(&path))?;
            }
        }
        if is_still_at(&file, &path) {
            let named = file.set_len(0).and_then(|()| writeln!(&file, "{}", std::process::id()));
            named.map_err(write_failed(&path, 0))?;
            return Ok(file);
        }
    }
}

/// Whether the name still leads to the file that was locked.
fn is_still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(held), Ok(named)) => held.ino() == named.ino() && held.dev() == named.dev(),
        _ => false,
    }
}

/// Who holds the lock, for people.
fn holder(mut file: &File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("进程 {}", text.trim()),
        _ => "另一个进程".into(),
    }
}

/// Refuses a folder that has a workshop's name and holds what no workshop holds.
fn only_ours(workshop: &Path) -> Result<(), Error> {
    let foreign = |name: &str| {
        Error::Refused(format!("{} 里有 {name}，不是 shouce 的工作文件夹；请移走它", workshop.display()))
    };
    if workshop.is_symlink() {
        return Err(foreign("符号链接"));
    }
    let entries = match fs::read_dir(workshop) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(Error::read(workshop))?,
    };
    for entry in entries {
        let name = entry.map_err(Error::read(workshop))?.file_name();
        if ![NEXT, OLD, LOCK].iter().any(|ours| name == *ours) {
            return Err(foreign(&name.to_string_lossy()));
        }
    }
    Ok(())
}

/// Puts right what a killed build left: an edition that was moved aside and not replaced comes back,
/// everything else goes.
fn recover(place: &Place) -> Result<(), Error> {
    let old = place.workshop.join(OLD);
    if Manifest::read(&old)?.is_some() && matches!(folder::examine(&place.out)?, State::Absent) {
        fs::rename(&old, &place.out).map_err(Error::write(&place.out))?;
    }
    for name in [NEXT, OLD] {
        let leftover = place.workshop.join(name);
        if let Some(first) = folder::remove(&leftover)?.first() {
            let path = leftover.join(first);
            return Err(Error::Refused(format!("{} 不是 shouce 的文件；请把它移走再构建", path.display())));
        }
    }
    Ok(())
}

/// Refuses a path that could lead out of the edition, or could not be listed in its manifest.
fn check_name(path: &str) -> Result<(), Error> {
    let bad = path == manifest::FILE
        || path.contains(['\n', '\r', '\\', '\0'])
        || path.split('/').any(|name| matches!(name, "" | "." | ".."));
    match bad {
        true => Err(Error::Refused(format!("不能发布名为「{}」的文件", path.escape_debug()))),
        false => Ok(()),
    }
}

/// Whether an ordinary file holds exactly these bytes.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let candidate =
        path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    candidate && fs::read(path).is_ok_and(|found| found == bytes)
}

/// A failed write, with the bytes it needed when the disk is full.
fn write_failed(path: &Path, needed: usize) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |cause| {
        let full = matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        let cause = match full {
            true => io::Error::new(cause.kind(), format!("磁盘满了，这个文件要 {needed} 字节（{cause}）")),
            false => cause,
        };
        Error::Write { path, cause }
    }
}

/// Forces everything written so far to the disk: one call for the whole edition, where the system has it.
fn sync_all(next: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(File::open(next)?)?;
    #[cfg(not(target_os = "linux"))]
    for entry in walkdir::WalkDir::new(next).contents_first(true) {
        File::open(entry?.path())?.sync_all()?;
    }
    Ok(())
}

/// Makes the new edition the published one, and leaves the old one in the workshop.
fn flip(place: &Place, before: &State) -> Result<(), Error> {
    let next = place.workshop.join(NEXT);
    let rename = |from: &Path, to: &Path, flags| rustix::fs::renameat_with(CWD, from, CWD, to, flags);
    let flags = match before {
        State::Absent => RenameFlags::NOREPLACE,
        State::Empty | State::Ours(_) => RenameFlags::EXCHANGE,
    };
    match (rename(&next, &place.out, flags), before) {
        (Ok(()), _) => Ok(()),
        (Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP), State::Absent) => fs::rename(&next, &place.out),
        // Such a file system has no one-step exchange. Between the two renames the output is absent;
        // `recover` brings the old edition back when the second never came.
        (Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP), _) => {
            fs::rename(&place.out, place.workshop.join(OLD)).and_then(|()| fs::rename(&next, &place.out))
        }
        (Err(Errno::BUSY | Errno::XDEV), _) => {
            return Err(Error::Refused(format!(
                "输出文件夹 {} 是挂载点，不能整个换掉；请在其中另给一个文件夹",
                place.out.display()
            )));
        }
        (Err(error), _) => Err(error.into()),
    }
    .map_err(Error::write(&place.out))
}

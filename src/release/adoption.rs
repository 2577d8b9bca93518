//! What a profile stands on, opened: an edition, or the handbook of the adopter above.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::shelf;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::error::Error;
use crate::export;
use crate::profile::file::Foundation;
use crate::profile::{self, Base, Profile, Resolved};
use crate::source;

/// Folder of the profiles that a handbook keeps.
pub const FOLDER: &str = "profiles";

/// How many adopters may stand on one another: city, district, street, and one to spare for the message.
const DEEPEST: usize = 4;

/// A profile's file, read.
#[derive(Debug)]
pub struct ProfileFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says, when it can be read.
    pub profile: Option<Profile>,
    /// What is wrong in it.
    pub diagnostics: Vec<Diagnostic>,
}

impl ProfileFile {
    /// Reads a profile: a path, or the short name of one that the handbook in `root` keeps.
    ///
    /// # Errors
    /// [`Error::Read`] when there is no such file or it is no text.
    pub fn read(root: &Path, name: &Path) -> Result<Self, Error> {
        let kept = root.join(FOLDER).join(format!("{}.yaml", name.display()));
        let path = if !name.is_file() && kept.is_file() { kept } else { name.to_owned() };
        let text = std::fs::read_to_string(&path).map_err(Error::read(&path))?;
        let shown: Arc<str> = path.file_name().unwrap_or_default().to_string_lossy().into();
        let (profile, diagnostics) = profile::read(&shown, &text);
        Ok(Self { path, text, profile, diagnostics })
    }

    /// The folder that its paths begin in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

/// What `foundation` names, for a profile in `folder`. The handbook in `root` keeps the editions.
///
/// # Errors
/// [`Error::Refused`] when nothing has this name, or the profile above has errors; [`Error::Read`] when a
/// file cannot be read.
pub fn base(root: &Path, folder: &Path, foundation: &Foundation) -> Result<Base, Error> {
    below(root, folder, foundation, DEEPEST)
}

fn below(root: &Path, folder: &Path, foundation: &Foundation, depth: usize) -> Result<Base, Error> {
    let name = &foundation.name().value;
    let beside = folder.join(name);
    match foundation {
        Foundation::Edition(_) => {
            let named =
                if name != "." && beside.exists() { beside.to_string_lossy().into() } else { name.clone() };
            let archive = shelf::archive(root, name);
            let archive = if archive.is_file() { archive } else { PathBuf::from(&named) };
            if archive.is_file() {
                let sealed = shelf::read_archive(&archive)?;
                return Ok(Base::new(sealed.sources(), shelf::digest(&sealed)));
            }
            let named = Some(named.as_str()).filter(|named| *named != ".");
            let sources = if named.is_none() { source::read(root)? } else { shelf::sources(root, named)? };
            Ok(Base::new(sources, None))
        }
        Foundation::Parent(_) => {
            if depth == 0 {
                return Err(Error::Refused(format!("上级方案 {name} 套得太深，是不是绕回了自己？")));
            }
            let above = ProfileFile::read(root, &beside)?;
            let faulty =
                || Error::Refused(format!("上级方案 {name} 有错，先运行 shouce profile check {name}"));
            let profile =
                above.profile.as_ref().filter(|_| !has_errors(&above.diagnostics)).ok_or_else(faulty)?;
            let base = below(root, above.folder(), &profile.base, depth - 1)?;
            let resolved = profile::resolve(&base, profile).map_err(|_| faulty())?;
            let digest = base.digest.is_some().then(|| digest(&resolved)).transpose()?;
            Ok(resolved.into_base(digest.flatten()))
        }
    }
}

/// The digest of an adopter's bundle (`sha256:…`).
///
/// # Errors
/// [`Error::Export`] when a file of the bundle cannot be made.
pub fn digest(resolved: &Resolved) -> Result<Option<String>, Error> {
    let handbook = &resolved.compiled.handbook;
    let below = handbook.tailoring.as_ref().and_then(|tailoring| tailoring.base_digest.as_deref());
    let bundle = export::bundle_after(handbook, below)?;
    Ok(export::edition_digest(&bundle).map(|digest| format!("sha256:{digest}")))
}

//! What other software gets: the machine-readable bundle, and tables and texts to take along. Pure
//! functions of the handbook, byte for byte the same for the same handbook.

mod answers;
mod csv;
mod docx;
pub mod json;
mod manifest;
mod markdown;
mod oscal;
mod prose;
mod rows;
pub mod schema;
mod select;
mod xlsx;

use rayon::prelude::*;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;
use crate::files::{Files, Sink};
use crate::model::{Handbook, Norm};
use crate::{canonical, text};

pub use answers::{Answer, Refusal, answers_csv, read_answers};
pub use csv::csv;
pub use docx::{Layout, docx};
pub use manifest::{DIGEST, Entry, MANIFEST, Manifest};
pub use markdown::{markdown, norm_markdown};
pub use oscal::oscal;
pub use select::Selection;
pub use xlsx::xlsx;

/// The bundle's folder in a site.
pub const FOLDER: &str = "standard/v1";

/// The file of a sealed edition that speaks of it as a whole.
pub const RELEASE: &str = "release.json";

/// The bundle: every file below [`FOLDER`], paths from the site's root. Each is canonical JSON
/// (RFC 8785) but the digest beside the manifest.
///
/// # Errors
/// [`Error::Export`] when a value cannot be written as JSON, which is a fault of the program.
pub fn bundle(handbook: &Handbook) -> Result<Files, Error> {
    bundle_after(handbook, None)
}

/// The bundle of an edition that follows another one, whose digest is `base` (`sha256:…`).
///
/// # Errors
/// As for [`bundle`].
pub fn bundle_after(handbook: &Handbook, base: Option<&str>) -> Result<Files, Error> {
    Files::gathered(|sink| bundle_to(handbook, base, sink))
}

/// [`bundle_after`], each file given away as soon as it is made.
///
/// # Errors
/// As for [`bundle`], and those of `sink`.
pub fn bundle_to(handbook: &Handbook, base: Option<&str>, sink: &Sink<'_>) -> Result<(), Error> {
    bundle_with(handbook, base, None, sink)
}

/// [`bundle_to`] of a sealed edition, whose own file comes along.
///
/// # Errors
/// As for [`bundle_to`].
pub fn bundle_with(
    handbook: &Handbook,
    base: Option<&str>,
    edition: Option<&json::ReleaseFile<'_>>,
    sink: &Sink<'_>,
) -> Result<(), Error> {
    let writer = Writer { handbook, sink };
    let mut entries = writer.contents()?;
    if let Some(edition) = edition {
        entries.push(writer.file(RELEASE, edition)?);
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = manifest::manifest(handbook, base, entries)?;
    let digest = format!("{}  {MANIFEST}\n", manifest::digest(&manifest));
    sink(&format!("{FOLDER}/{MANIFEST}"), &manifest)?;
    sink(&format!("{FOLDER}/{DIGEST}"), digest.as_bytes())
}

/// The digest of the edition in a set of files that holds its bundle: 64 hexadecimal digits. `None`
/// when there is no bundle in it.
pub fn edition_digest(files: &Files) -> Option<String> {
    files.get(&format!("{FOLDER}/{MANIFEST}")).map(|manifest| manifest::digest(manifest))
}

/// A value as canonical JSON: RFC 8785, every text in NFC.
///
/// # Errors
/// [`Error::Export`] when it cannot be written as JSON, which is a fault of the program.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let json = canonical::to_vec(value).map_err(failed)?;
    // A part of a text in NFC is in NFC, so looking at the whole is enough.
    if text::is_inert(&json) || str::from_utf8(&json).is_ok_and(text::is_nfc) {
        return Ok(json);
    }
    let mut value = serde_json::to_value(value).map_err(failed)?;
    normalise(&mut value);
    canonical::to_vec(&value).map_err(failed)
}

/// Every text in a value to NFC. Keys are ASCII.
fn normalise(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => *text = text.nfc().collect(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(normalise),
        serde_json::Value::Object(map) => map.values_mut().for_each(normalise),
        _ => {}
    }
}

fn failed(error: serde_json::Error) -> Error {
    Error::Export(error.to_string())
}

/// Makes the files of a bundle and gives them away.
struct Writer<'a> {
    handbook: &'a Handbook,
    sink: &'a Sink<'a>,
}

impl Writer<'_> {
    /// Everything but the manifest.
    fn contents(&self) -> Result<Vec<Entry>, Error> {
        let norms: Vec<&Norm> = self.handbook.norms.values().collect();
        let (norms, others) = rayon::join(
            || norms.par_iter().map(|norm| self.norm(norm)).collect::<Result<Vec<_>, Error>>(),
            || self.registries(),
        );
        Ok(norms?.into_iter().flatten().chain(others?).collect())
    }

    /// A norm's file, and those of its checklists and forms.
    fn norm(&self, norm: &Norm) -> Result<Vec<Entry>, Error> {
        let handbook = self.handbook;
        let mut entries = vec![self.file(json::norm_file(&norm.id), &json::norm(handbook, norm))?];
        for checklist in &norm.checklists {
            let path = json::checklist_file(&checklist.id);
            entries.push(self.file(path, &json::checklist(handbook, norm, checklist))?);
        }
        for form in norm.forms.iter() {
            entries.push(self.file(json::form_file(&form.id), &json::form(handbook, norm, form))?);
        }
        Ok(entries)
    }

    /// The handbook's own file, those of its registries, and the schemas.
    fn registries(&self) -> Result<Vec<Entry>, Error> {
        let (handbook, paths) = (self.handbook, json::Registries::FILES);
        let mut entries = vec![
            self.file("handbook.json", &json::handbook(handbook))?,
            self.file(paths.parameters, &json::parameters(handbook))?,
            self.file(paths.roles, &json::roles(handbook))?,
            self.file(paths.terms, &json::terms(handbook))?,
            self.file(paths.sources, &json::sources(handbook))?,
            self.file(paths.source_facts, &json::source_facts(handbook))?,
            self.file(paths.indicators, &json::indicators(handbook))?,
            self.file(paths.paths, &json::paths(handbook))?,
            self.file(paths.calendar, &json::calendar(handbook))?,
        ];
        if let Some(deviations) = json::deviations(handbook) {
            entries.push(self.file("deviations.json", &deviations)?);
        }
        for (name, schema) in schema::all() {
            entries.push(self.file(format!("schema/{name}.json"), &schema)?);
        }
        Ok(entries)
    }

    /// One file, its path taken from the bundle's folder.
    fn file(&self, path: impl Into<String>, value: &impl Serialize) -> Result<Entry, Error> {
        let (path, bytes) = (path.into(), canonical(value)?);
        (self.sink)(&format!("{FOLDER}/{path}"), &bytes)?;
        Ok(Entry { path, size: bytes.len(), sha256: manifest::digest(&bytes) })
    }
}

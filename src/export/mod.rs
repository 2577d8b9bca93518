//! What other software gets: the machine-readable bundle, and tables and texts to take along. Pure
//! functions of the handbook, byte for byte the same for the same handbook.

mod csv;
pub mod json;
mod manifest;
mod markdown;
mod prose;
pub mod schema;
mod select;

use rayon::prelude::*;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;
use crate::files::Files;
use crate::model::{Handbook, Norm};
use crate::{canonical, text};

pub use csv::csv;
pub use manifest::{DIGEST, Entry, MANIFEST, Manifest};
pub use markdown::{markdown, norm_markdown};
pub use select::Selection;

/// The bundle's folder in a site.
pub const FOLDER: &str = "standard/v1";

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
    let mut files = Files::default();
    for (path, bytes) in contents(handbook)? {
        files.add(format!("{FOLDER}/{path}"), bytes);
    }
    let manifest = manifest::manifest(handbook, base, &files, FOLDER)?;
    let digest = format!("{}  {MANIFEST}\n", manifest::digest(&manifest));
    files.add(format!("{FOLDER}/{MANIFEST}"), manifest);
    files.add(format!("{FOLDER}/{DIGEST}"), digest.into_bytes());
    Ok(files)
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
    if str::from_utf8(&json).is_ok_and(text::is_nfc) {
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

type Contents = Vec<(String, Vec<u8>)>;

/// Everything but the manifest, paths from the bundle's folder.
fn contents(handbook: &Handbook) -> Result<Contents, Error> {
    let norms: Vec<&Norm> = handbook.norms.values().collect();
    let norms: Vec<Contents> =
        norms.par_iter().map(|norm| norm_files(handbook, norm)).collect::<Result<_, Error>>()?;
    let mut contents: Contents = norms.into_iter().flatten().collect();
    let registries = json::Registries::FILES;
    contents.extend([
        ("handbook.json".to_owned(), canonical(&json::handbook(handbook))?),
        (registries.parameters.to_owned(), canonical(&json::parameters(handbook))?),
        (registries.roles.to_owned(), canonical(&json::roles(handbook))?),
        (registries.terms.to_owned(), canonical(&json::terms(handbook))?),
        (registries.sources.to_owned(), canonical(&json::sources(handbook))?),
        (registries.source_facts.to_owned(), canonical(&json::source_facts(handbook))?),
        (registries.indicators.to_owned(), canonical(&json::indicators(handbook))?),
        (registries.paths.to_owned(), canonical(&json::paths(handbook))?),
        (registries.calendar.to_owned(), canonical(&json::calendar(handbook))?),
    ]);
    for (name, schema) in schema::all() {
        contents.push((format!("schema/{name}.json"), canonical(&schema)?));
    }
    Ok(contents)
}

/// A norm's file, and those of its checklists and forms.
fn norm_files(handbook: &Handbook, norm: &Norm) -> Result<Contents, Error> {
    let mut files = vec![(json::norm_file(&norm.id), canonical(&json::norm(handbook, norm))?)];
    for checklist in &norm.checklists {
        files.push((
            json::checklist_file(&checklist.id),
            canonical(&json::checklist(handbook, norm, checklist))?,
        ));
    }
    for form in norm.forms.iter() {
        files.push((json::form_file(&form.id), canonical(&json::form(handbook, norm, form))?));
    }
    Ok(files)
}

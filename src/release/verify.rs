//! Verifying a sealed edition: every digest, every file, the signature, and whether this program compiles
//! its sources to the same bundle.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{shelf, sign};
use crate::compile::compile;
use crate::error::Error;
use crate::export;
use crate::source::sealed::{SOURCE, Sealed};
use crate::text;

/// What verifying found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The digest of the edition; empty when it has no manifest.
    pub digest: String,
    /// Label of the edition.
    pub edition: String,
    /// What is wrong. An edition with anything here is not the one that was sealed.
    pub faults: Vec<String>,
    /// What the signature says of itself, when it was made with the key asked for.
    pub signed: Option<String>,
    /// Whether it has a signature at all.
    pub has_signature: bool,
}

#[derive(Deserialize)]
struct Manifest {
    edition: String,
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Sealing {
    sources: Vec<Listed>,
}

/// Verifies a sealed edition. With a `key`, it must be signed with that key.
pub fn verify(sealed: &Sealed, key: Option<&str>) -> Verdict {
    let mut verdict = Verdict::default();
    let bundle = |name: &str| sealed.files.get(&format!("{}/{name}", export::FOLDER));
    let Some(bytes) = bundle(export::MANIFEST) else {
        verdict.faults.push(format!("里面没有 {}/{}", export::FOLDER, export::MANIFEST));
        return verdict;
    };
    verdict.digest = shelf::digest(sealed).unwrap_or_default();
    let signature = sealed.files.get(&sign::path()).map(|bytes| String::from_utf8_lossy(bytes));
    verdict.has_signature = signature.is_some();
    match (key, &signature) {
        (Some(_), None) => verdict.faults.push("没有签名".to_owned()),
        (Some(key), Some(signature)) => match sign::verify(bytes, signature, key) {
            Ok(words) => verdict.signed = Some(words),
            Err(why) => verdict.faults.push(why),
        },
        _ => {}
    }
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else {
        verdict.faults.push(format!("{} 读不懂", export::MANIFEST));
        return verdict;
    };
    verdict.edition.clone_from(&manifest.edition);
    let stated = bundle(export::DIGEST).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let expected = format!("{}  {}\n", verdict.digest.trim_start_matches("sha256:"), export::MANIFEST);
    if stated.as_deref() != Some(&expected) {
        verdict.faults.push(format!("{} 写的摘要与 {} 不符", export::DIGEST, export::MANIFEST));
    }
    let mut listed: BTreeMap<String, String> = manifest
        .files
        .into_iter()
        .map(|file| (format!("{}/{}", export::FOLDER, file.path), file.sha256))
        .collect();
    match bundle(export::RELEASE).map(|bytes| serde_json::from_slice::<Sealing>(bytes)) {
        Some(Ok(sealing)) => {
            listed.extend(
                sealing.sources.into_iter().map(|file| (format!("{SOURCE}{}", file.path), file.sha256)),
            );
        }
        Some(Err(_)) => verdict.faults.push(format!("{} 读不懂", export::RELEASE)),
        None => verdict.faults.push(format!("里面没有 {}，不是封好的版", export::RELEASE)),
    }
    files(sealed, &listed, &mut verdict.faults);
    verdict
}

/// Whether this program makes the same bundle of the edition's sources. Another version of the program may
/// not; the sealed files are what holds.
///
/// # Errors
/// [`Error::Export`] when a file of the bundle cannot be made.
pub fn compiles_to_itself(sealed: &Sealed) -> Result<bool, Error> {
    let compiled = compile(&sealed.sources());
    let made = export::bundle(&compiled.handbook)?;
    let special =
        [export::MANIFEST, export::DIGEST, export::RELEASE].map(|name| format!("{}/{name}", export::FOLDER));
    let own = |path: &str| {
        path.starts_with(export::FOLDER) && path != sign::path() && !special.iter().any(|s| s == path)
    };
    let sealed =
        sealed.files.iter().filter(|(path, _)| own(path)).map(|(path, bytes)| (path.as_str(), &**bytes));
    let made = made.iter().filter(|(path, _)| own(path)).map(|(path, bytes)| (path, &**bytes));
    Ok(sealed.collect::<BTreeMap<_, _>>() == made.collect::<BTreeMap<_, _>>())
}

/// Every listed file is there with its digest, and no other one.
fn files(sealed: &Sealed, listed: &BTreeMap<String, String>, faults: &mut Vec<String>) {
    for (path, digest) in listed {
        match sealed.files.get(path) {
            None => faults.push(format!("少了 {path}")),
            Some(bytes) if text::hexadecimal(&Sha256::digest(bytes)) != *digest => {
                faults.push(format!("{path} 被改过"));
            }
            Some(_) => {}
        }
    }
    let own = [export::MANIFEST, export::DIGEST].map(|name| format!("{}/{name}", export::FOLDER));
    for path in sealed.files.keys() {
        if !listed.contains_key(path) && !own.contains(path) && *path != sign::path() {
            faults.push(format!("多了 {path}"));
        }
    }
}

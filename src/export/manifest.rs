//! `manifest.json`: every file of the bundle with its size and digest. Its own digest is the edition's.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::canonical;
use super::json::Header;
use crate::error::Error;
use crate::files::Files;
use crate::model::Handbook;

/// Name of the manifest in the bundle's folder.
pub const MANIFEST: &str = "manifest.json";
/// Name of the file beside it that holds its digest, in the form that `sha256sum -c` reads.
pub const DIGEST: &str = "manifest.sha256";

/// What a bundle consists of. The SHA-256 of the bytes of this file is the digest of the edition; it
/// stands in `manifest.sha256` and in no file that is listed here.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Manifest<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Digest of the edition that this one follows: `sha256:` and 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<&'a str>,
    /// Every file of the bundle but this one and `manifest.sha256`, in the order of their paths.
    pub files: Vec<Entry<'a>>,
}

/// One file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Entry<'a> {
    /// Path from the folder of the manifest.
    pub path: &'a str,
    /// Bytes.
    pub size: usize,
    /// Its SHA-256: 64 hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
}

/// The bytes of the manifest of `files`, whose paths are taken from `folder` on.
pub(super) fn manifest(
    handbook: &Handbook,
    base: Option<&str>,
    files: &Files,
    folder: &str,
) -> Result<Vec<u8>, Error> {
    let listed: Vec<_> = files.iter().collect();
    let entries = listed.par_iter().map(|(path, bytes)| Entry {
        path: path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/')),
        size: bytes.len(),
        sha256: digest(bytes),
    });
    canonical(&Manifest { header: Header::new(handbook, "manifest"), base, files: entries.collect() })
}

/// SHA-256 as 64 hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

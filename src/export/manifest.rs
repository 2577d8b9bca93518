//! `manifest.json`: every file of the bundle with its size and digest. Its own digest is the edition's.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::canonical;
use super::json::Header;
use crate::error::Error;
use crate::model::Handbook;
use crate::text;

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
    pub files: Vec<Entry>,
}

/// One file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Entry {
    /// Path from the folder of the manifest.
    pub path: String,
    /// Bytes.
    pub size: usize,
    /// Its SHA-256: 64 hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
}

/// The bytes of the manifest of these files, which are in order.
pub(super) fn manifest(handbook: &Handbook, base: Option<&str>, files: Vec<Entry>) -> Result<Vec<u8>, Error> {
    canonical(&Manifest { header: Header::new(handbook, "manifest"), base, files })
}

/// SHA-256 as 64 hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    text::hexadecimal(&Sha256::digest(bytes))
}

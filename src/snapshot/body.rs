//! What can be sent: bytes with their kind, their hash, and their compressed form, made once.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::text;

/// Below this many bytes, compressing gains less than its headers cost.
const WORTH_COMPRESSING: usize = 860;

/// A body of an answer. Immutable; compressed when first asked for.
#[derive(Debug)]
pub struct Body {
    bytes: Bytes,
    media: &'static str,
    hash: String,
    gzip: OnceLock<Option<Bytes>>,
}

impl Body {
    /// A body of this media type (with its character set, for text).
    pub fn new(bytes: impl Into<Bytes>, media: &'static str) -> Self {
        let bytes = bytes.into();
        let hash = text::hexadecimal(&Sha256::digest(&bytes)[..16]);
        Self { bytes, media, hash, gzip: OnceLock::new() }
    }

    /// A file, whose media type follows from its name.
    pub fn of_file(path: &str, bytes: impl Into<Bytes>) -> Self {
        Self::new(bytes, media_type(path))
    }

    /// The bytes as they are.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Media type.
    pub fn media(&self) -> &'static str {
        self.media
    }

    /// The first half of the SHA-256 of the bytes, in hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The bytes compressed with gzip, when that makes them smaller.
    pub fn gzip(&self) -> Option<&Bytes> {
        self.gzip.get_or_init(|| self.compress()).as_ref()
    }

    fn compress(&self) -> Option<Bytes> {
        if self.bytes.len() < WORTH_COMPRESSING || is_compressed(self.media) {
            return None;
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(self.bytes.len() / 3), Compression::default());
        encoder.write_all(&self.bytes).ok()?;
        let gzip = encoder.finish().ok()?;
        (gzip.len() < self.bytes.len()).then(|| gzip.into())
    }
}

/// The media type of a file by the end of its name.
pub fn media_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        "txt" | "sha256" => "text/plain; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml",
        "atom" => "application/atom+xml",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        "gz" => "application/gzip",
        _ => mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream"),
    }
}

fn is_compressed(media: &str) -> bool {
    let picture = media.starts_with("image/") && media != "image/svg+xml";
    picture || media.starts_with("font/woff") || matches!(media, "application/gzip" | "application/zip")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn text_is_compressed_and_comes_back() {
        let text = "预审员应核对三项材料是否齐全。".repeat(100);
        let body = Body::of_file("a/index.html", text.clone());
        let gzip = body.gzip().expect("smaller");
        let mut back = String::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut back).expect("gzip");
        assert_eq!(back, text);
        assert_eq!(gzip.as_ptr(), body.gzip().expect("again").as_ptr(), "compressed once");
    }

    #[test]
    fn what_does_not_shrink_stays() {
        assert!(Body::of_file("a.txt", "短").gzip().is_none());
        assert!(Body::of_file("a.png", vec![0; 10_000]).gzip().is_none());
    }

    #[test]
    fn the_hash_is_of_the_bytes() {
        let hash = |bytes: &'static str| Body::of_file("a.txt", bytes).hash().to_owned();
        assert_eq!(hash("a"), "ca978112ca1bbdcafac231b39a23dc4d");
        assert_ne!(hash("a"), hash("b"));
    }

    #[test]
    fn media_types_are_told_by_name() {
        assert_eq!(media_type("standard/v1/norms/NJ-03.json"), "application/json");
        assert_eq!(media_type("assets/site-01.css"), "text/css; charset=utf-8");
        assert_eq!(media_type("standard/v1/manifest.sha256"), "text/plain; charset=utf-8");
        assert_eq!(media_type("a.b/c"), "application/octet-stream");
    }
}

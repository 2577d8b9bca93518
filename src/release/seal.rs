//! Sealing: a handbook that passes becomes an archive that never changes.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::compile::Compiled;
use crate::diagnostic::Severity;
use crate::edition::{self, Difference};
use crate::error::Error;
use crate::export::{self, json};
use crate::files::Files;
use crate::rule;
use crate::source::Sources;
use crate::source::sealed::SOURCE;
use crate::text;
use crate::vocabulary::ChangeClass;

/// What people decide about an edition.
#[derive(Debug, Clone)]
pub struct Decision {
    /// First day on which it is in force.
    pub effective: Date,
    /// What holds between the edition before and this one.
    pub transition: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
}

/// The edition that a new one follows.
#[derive(Debug)]
pub struct Before<'a> {
    /// Its handbook.
    pub compiled: &'a Compiled,
    /// Its digest (`sha256:…`), where it is in an archive.
    pub digest: Option<String>,
}

/// A sealed edition.
#[derive(Debug)]
pub struct Edition {
    /// Its label.
    pub label: String,
    /// Its digest: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// What changed since the edition before.
    pub difference: Option<Difference>,
    /// The manifest, which is what is signed.
    pub manifest: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a handbook cannot be sealed as it stands.
pub fn hindrances(compiled: &Compiled) -> Vec<String> {
    let mut found = Vec::new();
    let errors = compiled.diagnostics.iter().filter(|d| d.rule.severity == Severity::Error).count();
    if errors > 0 {
        found.push(format!("手册有 {errors} 处错误，先运行 shouce check 改好"));
    }
    let label = &compiled.handbook.config.edition;
    if !is_label(label) {
        found.push(format!("版次「{label}」不能做文件名和标签：用字母、数字、点和横线，以字母或数字开头"));
    }
    for (rule, what) in [
        (rule::LOCK_BEHIND, "ids.lock 落后了，先运行 shouce lock"),
        (rule::ID_REUSED, "有号换了意思还在用，见 shouce check 的 SH0602"),
        (rule::STALE_CONFIRMATION, "rewordings.yaml 里有过时的确认，见 shouce check 的 SH0605"),
    ] {
        if compiled.diagnostics.iter().any(|diagnostic| diagnostic.rule == rule) {
            found.push(what.to_owned());
        }
    }
    found
}

/// Whether a label can name a file and a tag.
fn is_label(label: &str) -> bool {
    label.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !label.ends_with('.')
        && !label.contains("..")
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Seals a handbook that has no hindrances. The same files and decision give the same bytes.
///
/// # Errors
/// [`Error::Export`] when a file of the bundle cannot be made.
pub fn seal(
    sources: &Sources,
    compiled: &Compiled,
    decision: &Decision,
    before: Option<&Before<'_>>,
) -> Result<Edition, Error> {
    let handbook = &compiled.handbook;
    let difference = before
        .map(|before| edition::diff(&before.compiled.handbook, handbook, &edition::confirmed(handbook)));
    let count = |class| {
        let changes = difference.iter().flat_map(|difference| &difference.changes);
        changes.filter(|change| change.class == class).count()
    };
    let contents = sources.contents();
    let file = json::ReleaseFile {
        header: json::Header::of_release(handbook),
        effective: decision.effective,
        transition: decision.transition.as_deref(),
        approved_by: decision.approved_by.as_deref(),
        follows: before.map(|before| before.compiled.handbook.config.edition.as_str()),
        material: count(ChangeClass::Material),
        editorial: count(ChangeClass::Editorial),
        sources: contents.iter().map(|(path, bytes)| source(path, bytes)).collect(),
    };
    let base = before.and_then(|before| before.digest.as_deref());
    let bundle = Files::gathered(|sink| export::bundle_with(handbook, base, Some(&file), sink))?;
    let digest = export::edition_digest(&bundle).unwrap_or_default();
    let manifest = bundle
        .get(&format!("{}/{}", export::FOLDER, export::MANIFEST))
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default();
    let mut files: BTreeMap<String, Vec<u8>> =
        bundle.iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    files.extend(contents.into_iter().map(|(path, bytes)| (format!("{SOURCE}{path}"), bytes)));
    Ok(Edition {
        label: handbook.config.edition.clone(),
        digest: format!("sha256:{digest}"),
        difference,
        manifest,
        files,
    })
}

fn source(path: &str, bytes: &[u8]) -> json::ReleaseSource {
    json::ReleaseSource { path: path.to_owned(), sha256: text::hexadecimal(&Sha256::digest(bytes)) }
}

impl Edition {
    /// Puts the signature of the manifest beside it.
    pub fn sign(&mut self, signature: String) {
        self.files.insert(super::sign::path(), signature.into_bytes());
    }

    /// The archive: entries in the order of their names, with no date, so that the bytes depend on nothing
    /// else.
    ///
    /// # Errors
    /// [`Error::Export`] when the archive cannot be made.
    pub fn archive(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: zip::result::ZipError| Error::Export(error.to_string());
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.files {
            zip.start_file(path, options).map_err(failed)?;
            zip.write_all(bytes).map_err(|error| Error::Export(error.to_string()))?;
        }
        Ok(zip.finish().map_err(failed)?.into_inner())
    }
}

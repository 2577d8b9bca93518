//! Signatures of an edition's manifest in the minisign format (Ed25519), which the `minisign` tool reads too.

use std::io::Cursor;
use std::path::Path;

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};

use crate::error::Error;
use crate::export;

/// A public key and a secret one, as the texts of their files.
#[derive(Debug)]
pub struct Keys {
    /// For those who verify.
    pub public: String,
    /// For those who seal; not protected by a password.
    pub secret: String,
}

/// Path of the signature in an archive.
pub fn path() -> String {
    format!("{}/{}.minisig", export::FOLDER, export::MANIFEST)
}

/// New keys.
///
/// # Errors
/// [`Error::Refused`] when the system gives no random numbers.
pub fn keys() -> Result<Keys, Error> {
    let refused = |error: minisign::PError| Error::Refused(format!("造不出密钥：{error}"));
    let pair = KeyPair::generate_unencrypted_keypair().map_err(refused)?;
    Ok(Keys {
        public: pair.pk.to_box().map_err(refused)?.into_string(),
        secret: pair.sk.to_box(None).map_err(refused)?.into_string(),
    })
}

/// Signs a manifest with the secret key in a file. A key that is protected is asked its password for, on the
/// terminal.
///
/// # Errors
/// [`Error::Read`] when the file cannot be read, [`Error::Refused`] when it holds no key or the password is
/// wrong.
pub fn sign(manifest: &[u8], digest: &str, label: &str, key: &Path) -> Result<String, Error> {
    let refused = |error: minisign::PError| Error::Refused(format!("用 {} 签不了名：{error}", key.display()));
    let text = std::fs::read_to_string(key).map_err(Error::read(key))?;
    let secret = SecretKeyBox::from_string(&text).map_err(refused)?;
    let plain = SecretKeyBox::from_string(&text).map_err(refused)?.into_unencrypted_secret_key();
    let secret = match plain {
        Ok(secret) => secret,
        Err(_) => secret.into_secret_key(None).map_err(refused)?,
    };
    let public = PublicKey::from_secret_key(&secret).map_err(refused)?;
    let comment = format!("{label} {digest}");
    let signature = minisign::sign(Some(&public), &secret, Cursor::new(manifest), Some(&comment), None);
    Ok(signature.map_err(refused)?.into_string())
}

/// Whether a signature of a manifest was made with the key; the words that were signed with it. `key` is a
/// file of minisign, or the key itself in Base64.
///
/// # Errors
/// In words: why it was not.
pub fn verify(manifest: &[u8], signature: &str, key: &str) -> Result<String, String> {
    let key = match std::fs::read_to_string(key) {
        Ok(text) => PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key),
        Err(_) => PublicKey::from_base64(key),
    };
    let key = key.map_err(|error| format!("公钥读不懂（{error}）"))?;
    let signature = SignatureBox::from_string(signature).map_err(|error| format!("签名读不懂（{error}）"))?;
    minisign::verify(&key, &signature, Cursor::new(manifest), true, false, false)
        .map_err(|error| format!("签名不符（{error}）"))?;
    signature.trusted_comment().map_err(|error| format!("签名读不懂（{error}）"))
}

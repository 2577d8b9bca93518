//! Fingerprints: equal text and equal data have equal ones, whatever the layout was.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::text;

/// `sha256:…` of a text in its canonical form.
pub fn text_fingerprint(words: &str) -> String {
    digest(text::canonical(words).as_bytes())
}

/// `sha256:…` of the RFC 8785 form of `data`. Strings are brought to NFC and half width first, keys
/// that hold an author's wording (`text`) or a day of checking (`checked_on`) do not count.
pub fn data_fingerprint(data: &Value) -> String {
    let plain = plain(data);
    // Canonicalising fails only on numbers that are none, and there are only whole ones here.
    digest(&serde_json_canonicalizer::to_vec(&plain).unwrap_or_default())
}

fn digest(bytes: &[u8]) -> String {
    let mut out = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    out
}

fn plain(value: &Value) -> Value {
    match value {
        Value::String(words) => Value::String(text::folded(&text::canonical(words))),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| !matches!(key.as_str(), "text" | "checked_on"));
            kept.map(|(key, value)| (key.clone(), plain(value))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn layout_does_not_count() {
        assert_eq!(text_fingerprint("预审员\n应核对"), text_fingerprint("预审员应核对"));
        assert_ne!(text_fingerprint("预审员应核对"), text_fingerprint("预审员不应核对"));
        let a = json!({"evidence": [{"name": "材料（甲）"}], "due": {"text": "当日"}});
        let b = json!({"due": {"text": "当日内"}, "evidence": [{"name": "材料(甲)"}]});
        assert_eq!(data_fingerprint(&a), data_fingerprint(&b));
    }
}

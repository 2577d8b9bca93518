//! Percent-encoding: decoded exactly once, and written so that nothing in a name can mean something.

use std::fmt::Write as _;

/// The text of a path, decoded once. `None` when it is no UTF-8.
pub fn decode(path: &str) -> Option<String> {
    if !path.contains('%') {
        return Some(path.to_owned());
    }
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let digit = |at: usize| -> Option<u8> { char::from(*bytes.get(at)?).to_digit(16)?.try_into().ok() };
        let value: Option<u8> = match (byte, digit(i + 1), digit(i + 2)) {
            (b'%', Some(high), Some(low)) => Some(16 * high + low),
            _ => None,
        };
        decoded.push(value.unwrap_or(byte));
        i += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok()
}

/// A path to be put into a header or an attribute: everything but letters, digits, `-._~` and `/` is
/// encoded.
pub fn encode_path(path: &str) -> String {
    encode(path, |byte| byte == b'/')
}

/// A value to be put into a query.
pub fn encode_value(value: &str) -> String {
    encode(value, |_| false)
}

fn encode(text: &str, also: fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || also(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        assert_eq!(decode("/terms/%E5%B9%B4%E6%A3%80/").as_deref(), Some("/terms/年检/"));
        assert_eq!(decode("%252e%252E/").as_deref(), Some("%2e%2E/"));
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%+1%zz").as_deref(), Some("%+1%zz"));
        assert_eq!(decode("%c0%ae"), None, "overlong forms are no UTF-8");
    }

    #[test]
    fn what_is_encoded_comes_back() {
        for text in ["/terms/年检/", "a b&c=d?#%", "\"'<>\r\n"] {
            assert_eq!(decode(&encode_path(text)).as_deref(), Some(text));
            assert_eq!(decode(&encode_value(text)).as_deref(), Some(text));
        }
        assert_eq!(encode_path("/a b"), "/a%20b");
        assert_eq!(encode_value("/a"), "%2Fa");
    }
}

//! Bytes of a file become text, or a diagnostic that names what they are.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::SourceFile;
use crate::diagnostic::{Diagnostic, Span};
use crate::{rule, text};

/// Bytes of one text file.
const MAX_BYTES: usize = 8 << 20;

/// Decodes one file. Byte order mark and CRLF are folded away and reported; what is not UTF-8 is
/// refused.
pub fn decode(path: &Arc<str>, bytes: &[u8]) -> (Option<SourceFile>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let at = |start: usize, end: usize| Span::new(path, start..end);
    if bytes.len() > MAX_BYTES {
        let message = format!("文件有 {} 字节，上限 {MAX_BYTES} 字节", bytes.len());
        diagnostics.push(Diagnostic::new(rule::FILE_TOO_LARGE, at(0, 0), message).help("拆成几个文件"));
        return (None, diagnostics);
    }
    let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if content.len() != bytes.len() {
        diagnostics.push(
            Diagnostic::new(rule::BYTE_ORDER_MARK, at(0, 0), "文件开头有 BOM（字节顺序标记）")
                .help("另存为「UTF-8（无 BOM）」，或运行 shouce fmt"),
        );
    }
    let decoded = match std::str::from_utf8(content) {
        Ok(decoded) => decoded,
        Err(error) => {
            let valid = error.valid_up_to();
            diagnostics.push(not_utf8(path, content, valid));
            // The readable part is kept so that the place can be shown.
            let readable = String::from_utf8_lossy(&content[..valid]).into_owned();
            let file = SourceFile { text: readable.into(), hash: Sha256::digest(bytes).into() };
            return (Some(file), diagnostics);
        }
    };
    let normal: Cow<'_, str> = match decoded.find('\r') {
        None => decoded.into(),
        Some(first) => {
            diagnostics.push(
                Diagnostic::new(rule::CRLF, at(first, first), "行尾是 CRLF，应是 LF")
                    .help("在编辑器里把行尾改成 LF，或运行 shouce fmt"),
            );
            decoded.replace("\r\n", "\n").replace('\r', "\n").into()
        }
    };
    for (i, c) in normal.char_indices() {
        if c.is_control() && c != '\n' && c != '\t' {
            let message = format!("文件里有控制字符 U+{:04X}", c as u32);
            diagnostics.push(
                Diagnostic::new(rule::CONTROL_CHARACTER, at(i, i + c.len_utf8()), message)
                    .help("删去这个字符"),
            );
        } else if text::is_bidi_control(c) {
            let message = format!("文件里有改变文字方向的字符 U+{:04X}", c as u32);
            diagnostics.push(
                Diagnostic::new(rule::BIDI_CONTROL, at(i, i + c.len_utf8()), message)
                    .label("它会让看到的文字和实际的文字不一样")
                    .help("删去这个字符"),
            );
        }
    }
    let file = SourceFile { text: normal.into(), hash: Sha256::digest(bytes).into() };
    (Some(file), diagnostics)
}

fn not_utf8(path: &Arc<str>, content: &[u8], valid: usize) -> Diagnostic {
    let wide = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    let guess = if wide {
        "像是 UTF-16"
    } else if is_gbk(&content[valid..]) {
        "像是 GBK（GB 18030）"
    } else {
        "不是认识的编码"
    };
    Diagnostic::new(rule::NOT_UTF8, Span::new(path, valid..valid), format!("文件不是 UTF-8，{guess}"))
        .label("从这里起读不出来")
        .help("在编辑器里另存为「UTF-8」")
}

/// Whether bytes above ASCII come in pairs that GBK allows, as far as a short look tells.
fn is_gbk(bytes: &[u8]) -> bool {
    let mut pairs = 0;
    let mut i = 0;
    while i < bytes.len().min(4096) {
        match bytes[i] {
            0..=0x7f => i += 1,
            0x81..=0xfe if matches!(bytes.get(i + 1), Some(0x40..=0x7e | 0x80..=0xfe) | None) => {
                pairs += 1;
                i += 2;
            }
            _ => return false,
        }
    }
    pairs > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(bytes: &[u8]) -> Vec<&'static str> {
        decode(&"t.md".into(), bytes).1.iter().map(|d| d.rule.code).collect()
    }

    #[test]
    fn odd_bytes_are_named() {
        assert_eq!(codes("好\n".as_bytes()), Vec::<&str>::new());
        assert_eq!(codes(b"\xef\xbb\xbfok"), ["SH0105"]);
        assert_eq!(codes(b"a\r\nb\r\n"), ["SH0106"]);
        assert_eq!(codes(b"a\0b"), ["SH0102"]);
        assert_eq!(codes("a\u{202e}b".as_bytes()), ["SH0103"]);
        assert_eq!(codes(b"\xc4\xea\xbc\xec"), ["SH0101"]);
    }

    #[test]
    fn gbk_is_told_from_noise() {
        let message = |bytes: &[u8]| decode(&"t.md".into(), bytes).1[0].message.clone();
        assert!(message(b"\xc4\xea\xbc\xec").contains("GBK"));
        assert!(message(b"\xff\xfea\0").contains("UTF-16"));
        assert!(message(b"ok \x80\x20").contains("不是认识的编码"));
    }

    #[test]
    fn text_is_normal() {
        let (file, _) = decode(&"t.md".into(), b"\xef\xbb\xbfa\r\nb\rc");
        assert_eq!(&*file.expect("text").text, "a\nb\nc");
    }
}

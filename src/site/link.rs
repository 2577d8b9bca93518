//! Addresses: how a page names another, so that the site works below any base path.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The way from a page back to the site's root: `./`, `../`, `../../`. It ends with `/`.
pub fn root(page: &str) -> String {
    match page.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// The address of a site path as seen from `page`. Both are relative to the site's root; the target
/// may carry a fragment: from `NJ-03/index.html` to `NJ-08/#3.1` it is `../NJ-08/#3.1`, and to
/// `NJ-03/#3.1` it is `#3.1`.
pub fn relative(page: &str, root: &str, target: &str) -> String {
    let (path, fragment) = split_fragment(target);
    match fragment {
        Some(fragment) if page.strip_suffix("index.html") == Some(path) => format!("#{fragment}"),
        Some(fragment) => format!("{root}{}#{fragment}", encode_path(path)),
        None => format!("{root}{}", encode_path(path)),
    }
}

/// A whole address for feeds and site maps: everything outside ASCII is escaped.
pub fn absolute(base: &str, target: &str) -> String {
    let (path, fragment) = split_fragment(target);
    let mut out = format!("{}/", base.trim_end_matches('/'));
    escape(path, |byte| is_plain(byte) || byte == b'/', &mut out);
    if let Some(fragment) = fragment {
        out.push('#');
        escape(fragment, is_plain, &mut out);
    }
    out
}

/// Escapes what would end or change a path in an attribute; Chinese stays readable.
pub fn encode_path(path: &str) -> Cow<'_, str> {
    let fine = |byte: u8| is_plain(byte) || byte == b'/' || !byte.is_ascii();
    if path.bytes().all(fine) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() + 8);
    let mut start = 0;
    for (i, byte) in path.bytes().enumerate().filter(|&(_, byte)| !fine(byte)) {
        out.push_str(&path[start..i]);
        push_escaped(byte, &mut out);
        start = i + 1;
    }
    out.push_str(&path[start..]);
    Cow::Owned(out)
}

/// What the address of a Markdown link leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A place of the same page: the fragment.
    Fragment(&'a str),
    /// Another site, a mail address or a telephone number.
    External,
    /// A file of the handbook: its path from the handbook's root, and the fragment.
    File(String, Option<&'a str>),
    /// A scheme that can run a program, or a path that leaves the handbook.
    Unsafe,
}

/// Tells what a link in a file of `folder` (empty for the handbook's root) leads to.
pub fn destination<'a>(link: &'a str, folder: &str) -> Destination<'a> {
    // Browsers skip control characters and white space when they read a scheme.
    let clean: String = link.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    if let Some(fragment) = link.strip_prefix('#') {
        return Destination::Fragment(fragment);
    }
    if clean.starts_with("//") {
        return Destination::External;
    }
    let before_path = clean.find(['/', '?', '#']).map_or(clean.as_str(), |end| &clean[..end]);
    if let Some((scheme, _)) = before_path.split_once(':') {
        let known = ["http", "https", "mailto", "tel"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
        return if known { Destination::External } else { Destination::Unsafe };
    }
    let (path, fragment) = split_fragment(link);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let folder = if path.starts_with('/') { "" } else { folder };
    match join(folder, &decode(path)) {
        Some(path) => Destination::File(path, fragment),
        None => Destination::Unsafe,
    }
}

/// The folder of a file, without a trailing `/`.
pub fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path made safe to be a folder of the site: no empty names, `.` or `..`.
pub fn safe_path(path: &str) -> String {
    let names = path.split(['/', '\\']).filter(|name| !matches!(*name, "" | "." | ".."));
    names.map(|name| name.replace(char::is_control, "")).collect::<Vec<_>>().join("/")
}

/// Escaped text as it was before.
pub fn unescaped(html: &str) -> Cow<'_, str> {
    if !html.contains('&') {
        return Cow::Borrowed(html);
    }
    let plain = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    Cow::Owned(plain.replace("&amp;", "&"))
}

fn split_fragment(target: &str) -> (&str, Option<&str>) {
    match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    }
}

/// `folder` and `path` as one path without `.` and `..`; `None` when it leaves the root.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn escape(text: &str, plain: impl Fn(u8) -> bool, out: &mut String) {
    for byte in text.bytes() {
        if plain(byte) { out.push(char::from(byte)) } else { push_escaped(byte, out) }
    }
}

fn push_escaped(byte: u8, out: &mut String) {
    // Writing into a string cannot fail.
    let _ = write!(out, "%{byte:02X}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_each_other_by_relative_paths() {
        let from = |page: &str, target: &str| relative(page, &root(page), target);
        assert_eq!(from("index.html", "NJ-03/"), "./NJ-03/");
        assert_eq!(from("NJ-03/index.html", "NJ-08/#3.1"), "../NJ-08/#3.1");
        assert_eq!(from("checklists/CK-NJ-03-1/index.html", "NJ-03/#2.1"), "../../NJ-03/#2.1");
        assert_eq!(from("NJ-03/index.html", "NJ-03/#3.1"), "#3.1");
        assert_eq!(from("index.html", "指南/a b?/"), "./指南/a%20b%3F/");
    }

    #[test]
    fn whole_addresses_are_ascii() {
        assert_eq!(absolute("https://x.cn/m/", "NJ-03/#前言"), "https://x.cn/m/NJ-03/#%E5%89%8D%E8%A8%80");
    }

    #[test]
    fn links_of_files_are_resolved() {
        assert_eq!(destination("../b.md#x", "docs/a"), Destination::File("docs/b.md".into(), Some("x")));
        assert_eq!(destination("/b%20c.md", "docs"), Destination::File("b c.md".into(), None));
        assert_eq!(destination("../../b.md", "docs"), Destination::Unsafe);
        assert_eq!(destination("#3.1", "docs"), Destination::Fragment("3.1"));
        assert_eq!(destination("a:b/c.md", "docs"), Destination::Unsafe);
    }

    #[test]
    fn only_harmless_schemes_leave_the_site() {
        for good in ["https://x.cn", "HTTP://x.cn", "mailto:a@b.cn", "tel:12345", "//x.cn/a"] {
            assert_eq!(destination(good, ""), Destination::External, "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:x",
            " javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
        ] {
            assert_eq!(destination(bad, ""), Destination::Unsafe, "{bad}");
        }
    }

    #[test]
    fn page_ids_become_safe_folders() {
        assert_eq!(safe_path("../a//./b"), "a/b");
    }
}

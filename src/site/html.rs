//! Pieces of HTML made by hand: escaping and links. Everything larger is a template's business.

/// Appends text with the five characters escaped that mean something in HTML.
pub fn push_escaped(text: &str, out: &mut String) {
    push_with(text, out, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        b'\'' => "&#39;",
        _ => "",
    });
}

/// Appends text with the three characters escaped that mean something between tags.
pub fn push_body_escaped(text: &str, out: &mut String) {
    push_with(text, out, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => "",
    });
}

/// Appends text with what `escape` gives in place of a byte, unless that is nothing.
fn push_with(text: &str, out: &mut String, escape: impl Fn(u8) -> &'static str) {
    let mut start = 0;
    // Everything to be escaped comes before the letters, and Chinese behind them.
    for (i, byte) in text.bytes().enumerate().filter(|(_, byte)| *byte <= b'>') {
        let escaped = escape(byte);
        if !escaped.is_empty() {
            out.push_str(&text[start..i]);
            out.push_str(escaped);
            start = i + 1;
        }
    }
    out.push_str(&text[start..]);
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out);
    out
}

/// Appends a link. `class` and `title` are left out when empty.
pub fn push_link(href: &str, class: &str, title: &str, text: &str, out: &mut String) {
    open_link(href, class, title, out);
    push_escaped(text, out);
    out.push_str("</a>");
}

/// Appends the start tag of a link.
pub fn open_link(href: &str, class: &str, title: &str, out: &mut String) {
    out.push_str("<a href=\"");
    push_escaped(href, out);
    for (name, value) in [("class", class), ("title", title)] {
        if !value.is_empty() {
            out.push_str("\" ");
            out.push_str(name);
            out.push_str("=\"");
            push_escaped(value, out);
        }
    }
    out.push_str("\">");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(escaped(r#"<a b="c">&'"#), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
        let mut out = String::new();
        push_link("\"><script>", "", "\"", "<b>", &mut out);
        assert_eq!(out, "<a href=\"&quot;&gt;&lt;script&gt;\" title=\"&quot;\">&lt;b&gt;</a>");
    }
}

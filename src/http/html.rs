//! The few pages that the server writes itself: a frame, and escaping.

/// Text as it must stand in HTML, also in an attribute.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A whole page around a body that is HTML already. A page that is `live` follows what changes.
pub fn page(title: &str, body: &str, live: bool) -> String {
    let title = escaped(title);
    let script = if live { "<script src=\"/_live.js\" defer></script>\n" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/_service.css\">\n<link rel=\"icon\" href=\"data:,\">\n{script}</head>\n\
         <body class=\"service\">\n<main>\n<h1>{title}</h1>\n\
         {body}</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let page = page("<b>&\"'", "", false);
        assert!(page.contains("<title>&lt;b&gt;&amp;&quot;&#39;</title>"), "{page}");
    }
}

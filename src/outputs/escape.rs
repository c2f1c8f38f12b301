//! Text where a service reads HTML.

/// Text as HTML that shows nothing else.
pub(super) fn html(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    #[test]
    fn markup_becomes_text() {
        let seen = super::html("a <b x=\"1\"> & 'é' &amp;");
        assert_eq!(seen, "a &lt;b x=&quot;1&quot;&gt; &amp; &#39;é&#39; &amp;amp;");
    }
}

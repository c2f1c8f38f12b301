//! A little XML 1.0: elements and text, and nothing that is no character of it.

use std::io;

/// A document that is being written.
pub(super) struct Xml<'a>(&'a mut dyn io::Write);

/// Names and values.
type Attributes<'a> = [(&'a str, &'a str)];

impl<'a> Xml<'a> {
    pub(super) fn new(sink: &'a mut dyn io::Write) -> io::Result<Self> {
        sink.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self(sink))
    }

    pub(super) fn open(&mut self, depth: usize, name: &str, attributes: &Attributes<'_>) -> io::Result<()> {
        self.tag(depth, name, attributes, ">\n")
    }

    pub(super) fn empty(&mut self, depth: usize, name: &str, attributes: &Attributes<'_>) -> io::Result<()> {
        self.tag(depth, name, attributes, "/>\n")
    }

    /// An element that holds text and nothing else.
    pub(super) fn text(&mut self, depth: usize, name: &str, attributes: &Attributes<'_>, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return self.empty(depth, name, attributes);
        }
        self.tag(depth, name, attributes, ">")?;
        writeln!(self.0, "{}</{name}>", escaped(text))
    }

    pub(super) fn close(&mut self, depth: usize, name: &str) -> io::Result<()> {
        writeln!(self.0, "{:1$}</{name}>", "", depth * 2)
    }

    fn tag(&mut self, depth: usize, name: &str, attributes: &Attributes<'_>, end: &str) -> io::Result<()> {
        write!(self.0, "{:1$}<{name}", "", depth * 2)?;
        attributes.iter().try_for_each(|(key, value)| write!(self.0, " {key}=\"{}\"", escaped(value)))?;
        self.0.write_all(end.as_bytes())
    }
}

/// Text for an element or an attribute. Every `>` is escaped, so that no `]]>` is left; what is no `Char` of XML 1.0
/// (section 2.2) becomes visible, as does a carriage return, which a parser would change.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_character_of_xml_becomes_visible() {
        for (text, seen) in [
            ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"),
            ("]]>", "]]&gt;"),
            ("\0\u{8}\u{1b}\r\t\u{7f}\u{85}", r"\u{0}\u{8}\u{1b}\u{d}\u{9}\u{7f}\u{85}"),
            ("\u{fffe}\u{ffff}", r"\u{fffe}\u{ffff}"),
            ("a\nb 界 👩", "a\nb 界 👩"),
            ("&#0;", "&amp;#0;"),
        ] {
            assert_eq!(escaped(text), seen, "{text:?}");
        }
    }
}

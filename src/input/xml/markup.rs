//! What stands between the elements: comments, CDATA, instructions, the document type.

use super::super::Result;
use super::Xml;
use super::part::{check_characters, pseudo_attribute, push};

impl Xml<'_, '_> {
    /// `<!-- -->`, `<![CDATA[ ]]>` or `<!DOCTYPE >`.
    pub(super) fn declaration(&mut self, keep: Option<(&mut String, usize)>) -> Result<()> {
        let rest = self.window.at_least(9)?;
        if rest.starts_with(b"<!--") {
            self.window.consume(4);
            return self.skip_past(b"-->", None);
        }
        if rest.starts_with(b"<![CDATA[") && !self.open.is_empty() {
            self.window.consume(9);
            return self.skip_past(b"]]>", keep);
        }
        if rest.starts_with(b"<!DOCTYPE") && !self.rooted {
            return self.doctype();
        }
        Err(self.error("a declaration where XML allows none"))
    }

    /// Passes over everything up to and with `end`, however long.
    fn skip_past(&mut self, end: &[u8], mut keep: Option<(&mut String, usize)>) -> Result<()> {
        loop {
            let rest = self.window.rest();
            let found = memchr::memmem::find(rest, end);
            let n = found.unwrap_or(rest.len().saturating_sub(end.len() - 1));
            let run = rest.get(..n).unwrap_or_default();
            check_characters(self.window, run)?;
            if let Some((kept, most)) = &mut keep {
                push(kept, run, *most);
            }
            self.window.consume(n);
            if found.is_some() {
                self.window.consume(end.len());
                return Ok(());
            }
            if !self.window.more()? {
                return Err(self.error("the file ends inside a comment or CDATA section: it is cut off"));
            }
        }
    }

    pub(super) fn instruction(&mut self) -> Result<()> {
        let end = self.find(2, b"?>")?;
        let body = self.window.rest().get(2..end).unwrap_or_default();
        if body.starts_with(b"xml ")
            && let Some(encoding) = pseudo_attribute(&String::from_utf8_lossy(body), "encoding")
            && !["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_ascii_lowercase().as_str())
        {
            return Err(self.error(format!("declared as {encoding:?}: write the report as UTF-8")));
        }
        self.window.consume(end + 2);
        Ok(())
    }

    /// A document type: an external name is passed over, an internal subset must be empty.
    fn doctype(&mut self) -> Result<()> {
        let mut at = 9;
        let mut quote = None;
        loop {
            let Some(&b) = self.window.rest().get(at) else {
                if self.window.more()? {
                    continue;
                }
                return Err(self.error("the file ends inside its DOCTYPE: it is cut off"));
            };
            at += 1;
            match (quote, b) {
                (Some(q), _) if q == b => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(b),
                (None, b'<') => return Err(self.error("a declaration inside the DOCTYPE: refused")),
                (None, b'>') => {
                    self.window.consume(at);
                    return Ok(());
                }
                (None, b'%') => return Err(self.error("a parameter entity inside the DOCTYPE: refused")),
                (None, _) => {}
            }
        }
    }
}

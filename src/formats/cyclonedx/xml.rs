//! The XML form: the same in elements. What stands in another namespace than the document's is passed over.

mod component;
mod vulnerability;

use super::NAMESPACE;
use super::bom::{Bom, check_version};
use crate::input::xml::{Event, Tag, Xml};
use crate::input::{ReadError, Result, Window};
use crate::text::{LONGEST, Text};

pub(super) fn read(window: &mut Window<'_>) -> Result<Bom> {
    let mut reader = Reader { xml: Xml::new(window), has_extension: false };
    let root = reader.next()?.ok_or_else(|| ReadError::new("no XML element in the file"))?;
    let version = root.attribute("xmlns").and_then(|n| n.strip_prefix(NAMESPACE));
    match (root.name.as_str(), version) {
        ("bom", Some(version)) => check_version(version)?,
        ("bom", None) => return Err(ReadError::new(format!("<bom> is not in a namespace that begins {NAMESPACE}"))),
        (name, _) => return Err(ReadError::new(format!("the root is <{name}>, not <bom>"))),
    }
    let mut bom = reader.bom()?;
    bom.has_extension = reader.has_extension;
    // Nothing may follow the root.
    while reader.next()?.is_some() {}
    Ok(bom)
}

/// An element whose start was read.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    fn of(tag: &Tag<'_>) -> Self {
        let value = |name: &str| tag.get(name).unwrap_or_default().into_owned();
        let attributes = tag.attributes().map(|name| (name.to_owned(), value(name))).collect();
        Self { name: tag.name().to_owned(), attributes }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

struct Reader<'w, 'r> {
    xml: Xml<'w, 'r>,
    has_extension: bool,
}

impl Reader<'_, '_> {
    /// The next child of the element that is open, if there is one more.
    fn next(&mut self) -> Result<Option<Element>> {
        Ok(match self.xml.event()? {
            Some(Event::Start(tag)) => Some(Element::of(&tag)),
            Some(Event::End(_)) | None => None,
        })
    }

    /// Hands every child to `f`, which reads it to its end and says so, or leaves it to be passed over.
    fn children(&mut self, mut f: impl FnMut(&mut Self, &Element) -> Result<bool>) -> Result<()> {
        while let Some(child) = self.next()? {
            self.has_extension |= child.name.ends_with(":vulnerabilities");
            if !f(self, &child)? {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    /// Hands every child of this name to `f`, which reads it to its end.
    fn each(&mut self, name: &str, mut f: impl FnMut(&mut Self, &Element) -> Result<()>) -> Result<()> {
        self.children(|r, e| if e.name == name { f(r, e).map(|()| true) } else { Ok(false) })
    }

    fn text(&mut self) -> Result<String> {
        // One more than is kept, so that what is cut can be seen to be.
        Ok(self.xml.text(LONGEST + 1)?.trim().to_owned())
    }

    /// Reads the text of an element that may stand once.
    fn once(&mut self, slot: &mut Option<String>, name: &str) -> Result<bool> {
        let text = self.text()?;
        if slot.replace(text).is_some() {
            return Err(self.xml.error(format!("<{name}> stands twice in one element")));
        }
        Ok(true)
    }

    /// The same for text that is shown.
    fn once_shown(&mut self, slot: &mut Option<Text>, name: &str) -> Result<bool> {
        let mut text = slot.as_ref().map(ToString::to_string);
        self.once(&mut text, name)?;
        *slot = text.as_deref().map(Text::new);
        Ok(true)
    }

    /// The error at the present line.
    fn at_line<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|e| if e.line.is_some() { e } else { self.xml.error(e.reason) })
    }

    fn bom(&mut self) -> Result<Bom> {
        let mut bom = Bom::default();
        self.children(|r, e| {
            match e.name.as_str() {
                "metadata" => r.metadata(&mut bom)?,
                "components" => {
                    let more = r.inventory()?;
                    bom.inventory.join(more);
                }
                "vulnerabilities" => {
                    let more = r.vulnerabilities()?;
                    bom.vulnerabilities.get_or_insert_default().extend(more);
                }
                "dependencies" => bom.has_edges |= r.edges()?,
                "compositions" => bom.is_incomplete |= r.compositions()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(bom)
    }

    fn metadata(&mut self, bom: &mut Bom) -> Result<()> {
        self.children(|r, e| match e.name.as_str() {
            "timestamp" => r.once(&mut bom.timestamp, "timestamp"),
            "component" => {
                bom.subject = Some(r.component(e)?);
                Ok(true)
            }
            "tools" => r.tools(&mut bom.tools).map(|()| true),
            "authors" => r.each("author", |r, _| r.name(&mut bom.authors)).map(|()| true),
            "supplier" => r.name(&mut bom.authors).map(|()| true),
            _ => Ok(false),
        })
    }

    /// Names of tools: `<tool>` until 1.4, components and services since 1.5.
    fn tools(&mut self, tools: &mut Vec<Text>) -> Result<()> {
        self.children(|r, e| match e.name.as_str() {
            "components" | "services" => r.tools(tools).map(|()| true),
            "tool" | "component" | "service" => r.name(tools).map(|()| true),
            _ => Ok(false),
        })
    }

    /// The name of the element that is open, which stands in a child of it.
    fn name(&mut self, names: &mut Vec<Text>) -> Result<()> {
        let mut name = None;
        self.children(|r, e| if e.name == "name" { r.once_shown(&mut name, "name") } else { Ok(false) })?;
        names.extend(name.filter(|name| !name.is_empty()));
        Ok(())
    }

    fn edges(&mut self) -> Result<bool> {
        let mut any = false;
        self.each("dependency", |r, _| {
            r.each("dependency", |r, _| {
                any = true;
                r.xml.skip()
            })
        })?;
        Ok(any)
    }

    fn compositions(&mut self) -> Result<bool> {
        let mut any = false;
        self.each("composition", |r, _| {
            r.each("aggregate", |r, _| {
                any |= r.text()?.starts_with("incomplete");
                Ok(())
            })
        })?;
        Ok(any)
    }
}

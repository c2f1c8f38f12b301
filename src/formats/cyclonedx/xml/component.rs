//! `<components>`.

use super::super::component::{Choice, Component, Inventory, License, LockFile};
use super::{Element, Reader};
use crate::input::Result;
use crate::input::json::Few;
use crate::text::Text;

impl Reader<'_, '_> {
    pub(super) fn inventory(&mut self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        self.each("component", |r, e| {
            let component = r.component(e)?;
            let added = inventory.add(component);
            r.at_line(added)
        })?;
        Ok(inventory)
    }

    pub(super) fn component(&mut self, element: &Element) -> Result<Component> {
        let kind = element.attribute("type").map(str::to_owned);
        let mut component = Component {
            kind: kind.ok_or_else(|| self.xml.error("a <component> without `type`"))?,
            reference: element.attribute("bom-ref").map(Text::new),
            ..Component::default()
        };
        let mut name = None;
        let mut licenses = Vec::new();
        self.children(|r, e| {
            match e.name.as_str() {
                "name" => return r.once_shown(&mut name, "name"),
                "group" => return r.once_shown(&mut component.group, "group"),
                "version" => return r.once_shown(&mut component.version, "version"),
                "purl" => return r.once(&mut component.purl, "purl"),
                "licenses" => r.licenses(&mut licenses)?,
                "components" => {
                    let more = r.inventory()?;
                    component.components.get_or_insert_default().join(more);
                }
                "properties" => component.properties = Some(r.properties()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        component.name = name.ok_or_else(|| self.xml.error("a <component> without <name>"))?;
        component.licenses = Some(Few(licenses));
        Ok(component)
    }

    fn licenses(&mut self, licenses: &mut Vec<Choice>) -> Result<()> {
        self.children(|r, e| {
            let mut choice = Choice::default();
            match e.name.as_str() {
                "license" => choice.license = Some(r.license()?),
                "expression" => choice.expression = Some(Text::new(&r.text()?)),
                "expression-detailed" => {
                    let expression = e.attribute("expression").map(Text::new);
                    let missing = || r.xml.error("an <expression-detailed> without `expression`");
                    choice.expression = Some(expression.ok_or_else(missing)?);
                    r.xml.skip()?;
                }
                other => {
                    return Err(r.xml.error(format!("<{other}> in <licenses>: neither a license nor an expression")));
                }
            }
            licenses.push(choice);
            Ok(true)
        })
    }

    fn license(&mut self) -> Result<License> {
        let mut license = License::default();
        self.children(|r, e| match e.name.as_str() {
            "id" => r.once_shown(&mut license.id, "id"),
            "name" => r.once_shown(&mut license.name, "name"),
            _ => Ok(false),
        })?;
        Ok(license)
    }

    fn properties(&mut self) -> Result<LockFile> {
        let mut lock_file = LockFile::default();
        self.each("property", |r, e| {
            lock_file.add(e.attribute("name").unwrap_or_default(), &r.text()?);
            Ok(())
        })?;
        Ok(lock_file)
    }
}

//! What a report of JaCoCo is made of: places, counters, classes, methods, source files.

use crate::facts::{Line, Ratio, Totals};
use crate::input::xml::Tag;
use crate::text::Text;
use crate::units::plain_u64;

/// A count that an attribute holds.
fn count(tag: &Tag<'_>, name: &str) -> Result<Option<u64>, String> {
    let Some(value) = tag.get(name) else { return Ok(None) };
    let read = plain_u64(&value).ok_or_else(|| {
        let start: String = value.chars().take(40).collect();
        format!("`{name}` of a <{}> is {start:?}, which is no count", tag.name())
    });
    read.map(Some)
}

fn needed(tag: &Tag<'_>, name: &str) -> Result<String, String> {
    Ok(tag.get(name).ok_or_else(|| format!("a <{}> without `{name}`", tag.name()))?.into_owned())
}

/// The groups that are open, and the package: their depths and names.
#[derive(Debug, Default)]
pub(super) struct Place {
    open: Vec<(usize, String)>,
    package: bool,
}

impl Place {
    pub(super) fn enter(&mut self, tag: &Tag<'_>, package: bool) -> Result<(), String> {
        self.open.push((tag.depth, needed(tag, "name")?));
        self.package = package;
        Ok(())
    }

    pub(super) fn leave(&mut self, depth: usize) {
        if self.open.last().is_some_and(|(d, _)| *d > depth) {
            self.open.pop();
            self.package = false;
        }
    }

    pub(super) fn package(&self) -> Option<&str> {
        self.open.last().filter(|_| self.package).map(|(_, name)| name.as_str())
    }

    /// The path of a file in the package.
    fn path(&self, file: &str) -> String {
        let names = self.open.iter().map(|(_, name)| name.as_str()).chain([file]);
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("/")
    }
}

/// The counters of one element, by their type. One that would count nothing is not written.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) instructions: Option<Ratio>,
    pub(super) lines: Option<Ratio>,
    pub(super) branches: Option<Ratio>,
    pub(super) methods: Option<Ratio>,
}

impl Counters {
    pub(super) fn add(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        let kind = needed(tag, "type")?;
        let get = |name| count(tag, name)?.ok_or_else(|| format!("a <counter> without `{name}`"));
        let (missed, covered) = (get("missed")?, get("covered")?);
        let total = missed.checked_add(covered).ok_or("a <counter> beyond 2^64")?;
        let place = match kind.as_str() {
            "INSTRUCTION" => &mut self.instructions,
            "LINE" => &mut self.lines,
            "BRANCH" => &mut self.branches,
            "METHOD" => &mut self.methods,
            _ => return Ok(()),
        };
        match place.replace(Ratio { covered, total }) {
            Some(_) => Err(format!("a second {kind} counter of one element")),
            None => Ok(()),
        }
    }
}

/// A class that is open.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) depth: usize,
    name: String,
    path: String,
    pub(super) counters: Counters,
}

impl Class {
    pub(super) fn of(tag: &Tag<'_>, place: &Place) -> Result<Self, String> {
        let name = needed(tag, "name")?;
        // Kotlin's inline code has no source file: then the class stands for it.
        let file = tag.get("sourcefilename");
        let file = file.as_deref().unwrap_or_else(|| name.rsplit('/').next().unwrap_or_default());
        Ok(Self { depth: tag.depth, path: place.path(file), name, counters: Counters::default() })
    }
}

/// A method that is open.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) depth: usize,
    /// The file it stands in.
    pub(super) path: String,
    /// A name that is unique in the file.
    pub(super) name: Text,
    pub(super) counters: Counters,
}

impl Method {
    pub(super) fn of(tag: &Tag<'_>, class: &Class) -> Result<Self, String> {
        let (name, desc) = (needed(tag, "name")?, tag.get("desc").unwrap_or_default());
        let name = Text::new(&format!("{}.{name}{desc}", class.name));
        Ok(Self { depth: tag.depth, path: class.path.clone(), name, counters: Counters::default() })
    }

    /// Whether it was reached. Without any counter nothing says so.
    pub(super) fn is_hit(&self) -> bool {
        let Counters { methods, instructions, lines, .. } = &self.counters;
        methods.or(*instructions).or(*lines).is_some_and(|r| r.covered > 0)
    }
}

/// A source file that is open.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) depth: usize,
    pub(super) path: String,
    pub(super) lines: Vec<Line>,
    pub(super) counters: Counters,
    /// Whether lines state their instructions, and whether lines do not.
    counted: bool,
    bare: bool,
}

impl Source {
    pub(super) fn of(tag: &Tag<'_>, place: &Place) -> Result<Self, String> {
        let path = place.path(&needed(tag, "name")?);
        let (lines, counters) = (Vec::new(), Counters::default());
        Ok(Self { depth: tag.depth, path, lines, counters, counted: false, bare: false })
    }

    pub(super) fn line(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        let number = count(tag, "nr")?.ok_or("a <line> without `nr`")?;
        let number = u32::try_from(number).map_err(|_| "a line number beyond 2^32")?;
        let pair = |missed: &str, covered: &str| match (count(tag, missed)?, count(tag, covered)?) {
            (Some(missed), Some(covered)) => Ok(Some((missed, covered))),
            (None, None) => Ok(None),
            _ => Err(format!("source line {number}: of `{missed}` and `{covered}` one is missing")),
        };
        let (instructions, branches) = (pair("mi", "ci")?, pair("mb", "cb")?.unwrap_or_default());
        let Some((missed, covered)) = instructions else {
            self.bare = true;
            return Ok(());
        };
        self.counted = true;
        let small = |n: u64| u32::try_from(n).map_err(|_| format!("source line {number}: more than 2^32 branches"));
        let (all, taken) = (small(branches.0.saturating_add(branches.1))?, small(branches.1)?);
        if missed > 0 || covered > 0 {
            self.lines.push(Line { number, hit: covered > 0, taken, branches: all });
        } else if all > 0 {
            return Err(format!("source line {number} has branches and no instruction"));
        }
        Ok(())
    }

    /// The figures of its counters, where its lines say nothing but their numbers. gcovr writes all three,
    /// also if they count nothing.
    pub(super) fn totals(&self) -> Result<Option<Totals>, String> {
        let Self { path, counted, bare, .. } = self;
        match (counted, bare) {
            (_, false) => Ok(None),
            (true, true) => Err(format!("{path}: some lines have `mi` and `ci`, others have none")),
            (false, true) => {
                let get = |counter: Option<Ratio>, name: &str| {
                    counter.ok_or_else(|| format!("{path}: lines without `mi` and `ci`, and no {name} counter"))
                };
                Ok(Some(Totals {
                    lines: get(self.counters.lines, "LINE")?,
                    branches: get(self.counters.branches, "BRANCH")?,
                    functions: get(self.counters.methods, "METHOD")?,
                }))
            }
        }
    }
}

//! One `<line>` of a Clover report, in the dialects of its writers.

use crate::facts::Line;
use crate::input::xml::Tag;
use crate::text::Text;
use crate::units::plain_u64;

/// What `truecount` and `falsecount` of a condition without `count` mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Dialect {
    /// Clover and OpenClover: how often it was true, and how often false.
    Sides,
    /// ReportGenerator: how many branches were taken, and how many not.
    Numbers,
    /// It does not say who wrote it.
    #[default]
    Unknown,
}

impl Dialect {
    /// Both say that they are a Clover; its own time is in milliseconds, ReportGenerator's in seconds.
    pub(super) fn of(root: &Tag<'_>) -> Self {
        let made = root.get("generated").and_then(|t| plain_u64(&t));
        match (root.get("clover").is_some(), made) {
            (true, Some(made)) if made >= 100_000_000_000 => Self::Sides,
            (true, Some(_)) => Self::Numbers,
            _ => Self::Unknown,
        }
    }
}

/// A line, and what it is.
pub(super) struct Found {
    pub(super) line: Line,
    pub(super) kind: Kind,
}

/// What a line is.
pub(super) enum Kind {
    Statement,
    /// The head of a method, with a name that is unique in the file.
    Method(Text),
    /// A condition, and whether its branches can be told.
    Condition {
        known: bool,
    },
}

impl Found {
    /// `in_class`: a class stands in the file, as every tool writes it that leaves out `count`.
    pub(super) fn of(tag: &Tag<'_>, dialect: Dialect, in_class: bool) -> Result<Self, String> {
        let number = count(tag, "num")?.ok_or("a <line> without `num`")?;
        let number = u32::try_from(number).map_err(|_| "a line number beyond 2^32")?;
        let kind = tag.get("type").ok_or_else(|| format!("source line {number} has no `type`"))?;
        let hits = count(tag, "count")?;
        let plain = |hits: u64| Line { number, hit: hits > 0, taken: 0, branches: 0 };
        match (&*kind, hits) {
            ("cond", _) => condition(tag, number, hits, dialect, in_class),
            ("stmt", Some(hits)) => Ok(Self { line: plain(hits), kind: Kind::Statement }),
            ("method", Some(hits)) => {
                let name = tag.get("signature").or_else(|| tag.get("name")).unwrap_or_default();
                Ok(Self { line: plain(hits), kind: Kind::Method(Text::new(&format!("{number}:{name}"))) })
            }
            ("stmt" | "method", None) => Err(format!("source line {number} of type {kind:?} has no `count`")),
            _ => {
                let start: String = kind.chars().take(40).collect();
                Err(format!("source line {number} is of the type {start:?}, which is none of stmt, cond and method"))
            }
        }
    }
}

/// istanbul writes a `count`, and how many branches were taken and how many not.
fn condition(tag: &Tag<'_>, number: u32, hits: Option<u64>, dialect: Dialect, in_class: bool) -> Result<Found, String> {
    let side =
        |name: &str| count(tag, name)?.ok_or_else(|| format!("source line {number}: a condition without `{name}`"));
    let (yes, no) = (side("truecount")?, side("falsecount")?);
    let small = |n: u64| u32::try_from(n).map_err(|_| format!("source line {number}: more than 2^32 branches"));
    let numbers = || Ok::<_, String>((small(yes)?, small(yes.saturating_add(no))?));
    let (hit, (taken, branches), known) = match (hits, dialect) {
        (Some(hits), _) => (hits > 0, numbers()?, true),
        (None, _) if !in_class => {
            return Err(format!("source line {number}: a condition without `count`, in a file without a <class>"));
        }
        (None, Dialect::Sides) => (yes > 0 || no > 0, (u32::from(yes > 0) + u32::from(no > 0), 2), true),
        (None, Dialect::Numbers) => (yes > 0, numbers()?, true),
        (None, Dialect::Unknown) => (yes > 0, (0, 0), false),
    };
    Ok(Found { line: Line { number, hit, taken, branches }, kind: Kind::Condition { known } })
}

/// A count that an attribute holds.
fn count(tag: &Tag<'_>, name: &str) -> Result<Option<u64>, String> {
    let Some(value) = tag.get(name) else { return Ok(None) };
    let read = plain_u64(&value).ok_or_else(|| {
        let start: String = value.chars().take(40).collect();
        format!("`{name}` of a <line> is {start:?}, which is no count")
    });
    read.map(Some)
}

//! One `<line>` of a Cobertura report, and its branches.

use crate::facts::{Line, Ratio};
use crate::input::xml::Tag;
use crate::units::plain_u64;

/// The line that is open.
pub(super) struct OpenLine {
    pub(super) depth: usize,
    pub(super) line: Line,
    pub(super) branch: bool,
    /// Branches by its conditions, where `condition-coverage` does not say.
    pub(super) conditions: Option<Ratio>,
}

impl OpenLine {
    pub(super) fn of(tag: &Tag<'_>) -> std::result::Result<Self, String> {
        let count = |name: &str| {
            let value = tag.get(name).ok_or_else(|| format!("a <line> without `{name}`"))?;
            plain_u64(&value).ok_or_else(|| not_a_count(name, &value))
        };
        let number = u32::try_from(count("number")?).map_err(|_| "a line number beyond 2^32".to_owned())?;
        let hit = count("hits")? > 0;
        let branches = match tag.get("condition-coverage") {
            Some(said) => fraction(&said)?,
            None => None,
        };
        let (taken, branches) = branches.unwrap_or_default();
        let branch = tag.get("branch").is_some_and(|b| b.eq_ignore_ascii_case("true"));
        Ok(Self { depth: tag.depth, line: Line { number, hit, taken, branches }, branch, conditions: None })
    }

    /// A `<condition>`: of a jump, two branches, of which 0 %, 50 % or 100 % were taken.
    pub(super) fn condition(&mut self, tag: &Tag<'_>) {
        let taken = match (tag.get("type").as_deref(), tag.get("coverage").as_deref()) {
            (Some("jump"), Some("0%")) => 0,
            (Some("jump"), Some("50%")) => 1,
            (Some("jump"), Some("100%")) => 2,
            _ => return,
        };
        self.conditions.get_or_insert_default().add(Ratio { covered: taken, total: 2 });
    }
}

/// The `(1/2)` of `50% (1/2)`; nothing where there is none.
fn fraction(said: &str) -> std::result::Result<Option<(u32, u32)>, String> {
    let Some((_, behind)) = said.split_once('(') else { return Ok(None) };
    let parts = behind.split_once(')').and_then(|(inside, _)| inside.split_once('/'));
    let figure = |text: &str| plain_u64(text.trim()).and_then(|n| u32::try_from(n).ok());
    let (taken, all) = parts
        .and_then(|(a, b)| Some((figure(a)?, figure(b)?)))
        .ok_or_else(|| format!("condition-coverage {said:?} holds no (taken/all)"))?;
    if taken > all {
        return Err(format!("condition-coverage {said:?}: more branches taken than there are"));
    }
    Ok(Some((taken, all)))
}

pub(super) fn not_a_count(name: &str, value: &str) -> String {
    format!("`{name}` is {value:?}, which is no count")
}

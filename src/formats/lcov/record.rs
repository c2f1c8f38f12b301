//! One record, from `SF` to `end_of_record`.

use super::branch::Branch;
use super::names::Functions;
use crate::facts::{Ratio, Totals};
use crate::units::plain_u64;

/// What a record says.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) path: String,
    /// Number, and whether it was hit.
    pub(super) lines: Vec<(u32, bool)>,
    pub(super) branches: Vec<Branch>,
    pub(super) functions: Functions,
    pub(super) stated: Stated,
    /// Branches that are marked as unreachable.
    pub(super) excluded: u64,
}

/// The figures that the record states itself.
#[derive(Debug, Default)]
pub(super) struct Stated {
    lines_found: Option<u64>,
    lines_hit: Option<u64>,
    pub(super) branches_found: Option<u64>,
    branches_hit: Option<u64>,
    pub(super) functions_found: Option<u64>,
    functions_hit: Option<u64>,
}

impl Stated {
    pub(super) fn lines(&self) -> Option<Ratio> {
        ratio(self.lines_hit, self.lines_found)
    }

    pub(super) fn branches(&self) -> Option<Ratio> {
        ratio(self.branches_hit, self.branches_found)
    }

    pub(super) fn functions(&self) -> Option<Ratio> {
        ratio(self.functions_hit, self.functions_found)
    }
}

fn ratio(hit: Option<u64>, found: Option<u64>) -> Option<Ratio> {
    Some(Ratio { covered: hit?, total: found? })
}

impl Record {
    pub(super) fn of(path: &str) -> std::result::Result<Self, String> {
        if path.trim().is_empty() {
            return Err("an SF without a path".into());
        }
        Ok(Self { path: path.to_owned(), ..Self::default() })
    }

    /// Whether it takes such a record.
    pub(super) fn knows(key: &str) -> bool {
        const KEYS: [&str; 12] = ["DA", "BRDA", "FN", "FNDA", "FNL", "FNA", "LF", "LH", "BRF", "BRH", "FNF", "FNH"];
        KEYS.contains(&key)
    }

    pub(super) fn take(&mut self, key: &str, value: &str) -> std::result::Result<(), String> {
        match key {
            "DA" => self.line(value)?,
            "BRDA" => match Branch::of(value)? {
                Some(branch) => self.branches.push(branch),
                None => self.excluded += 1,
            },
            "FN" => self.functions.declare(value)?,
            "FNDA" => self.functions.reach(value)?,
            "FNL" => self.functions.lead(value)?,
            "FNA" => self.functions.alias(value)?,
            _ => self.state(key, value)?,
        }
        Ok(())
    }

    fn state(&mut self, key: &str, value: &str) -> std::result::Result<(), String> {
        let figure = match key {
            "LF" => &mut self.stated.lines_found,
            "LH" => &mut self.stated.lines_hit,
            "BRF" => &mut self.stated.branches_found,
            "BRH" => &mut self.stated.branches_hit,
            "FNF" => &mut self.stated.functions_found,
            _ => &mut self.stated.functions_hit,
        };
        match figure.replace(count(key, value)?) {
            Some(_) => Err(format!("a second {key} in the record of {}", self.path)),
            None => Ok(()),
        }
    }

    /// `DA:<line>,<hits>[,<checksum>]`
    pub(super) fn line(&mut self, value: &str) -> std::result::Result<(), String> {
        let (line, rest) = value.split_once(',').ok_or("a DA without hits")?;
        let hits = rest.split_once(',').map_or(rest, |(hits, _)| hits);
        self.lines.push((line_number(line)?, count("DA", hits)? > 0));
        Ok(())
    }

    /// Puts lines and branches in order, each once: hit or taken if any statement says so.
    pub(super) fn settle(&mut self) {
        self.lines.sort_unstable();
        self.lines.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            kept.1 |= same && later.1;
            same
        });
        super::branch::settle(&mut self.branches);
    }

    /// The figures of a record that states some and has no line: the official summary. Nothing: it
    /// has lines, or nothing at all.
    pub(super) fn totals(&self) -> std::result::Result<Option<Totals>, String> {
        if let Some(index) = self.functions.nameless() {
            return Err(format!("FNL {index} of {} has no FNA: a part of the record is missing", self.path));
        }
        let says_none =
            self.stated.lines_found.unwrap_or_default() == 0 && self.stated.lines_hit.is_none_or(|n| n == 0);
        if !self.lines.is_empty() || says_none {
            return Ok(None);
        }
        if !self.functions.is_empty() || !self.branches.is_empty() || self.excluded > 0 {
            return Err(format!("{} states lines and has no DA: a part of the record is missing", self.path));
        }
        let Stated { lines_found, lines_hit, branches_found, branches_hit, functions_found, functions_hit } =
            self.stated;
        let pair = |hit: Option<u64>, found: Option<u64>, names: &str| match (hit, found) {
            (None, None) => Ok(Ratio::default()),
            (Some(covered), Some(total)) if covered <= total => Ok(Ratio { covered, total }),
            (Some(hit), Some(found)) => Err(format!("{names} of {}: {hit} hit of {found} found", self.path)),
            _ => Err(format!("{names} of {}: one stands without the other, and there is no DA", self.path)),
        };
        Ok(Some(Totals {
            lines: pair(lines_hit, lines_found, "LH and LF")?,
            branches: pair(branches_hit, branches_found, "BRH and BRF")?,
            functions: pair(functions_hit, functions_found, "FNH and FNF")?,
        }))
    }
}

/// The number of a line.
pub(super) fn line_number(text: &str) -> std::result::Result<u32, String> {
    let number = plain_u64(text).and_then(|n| u32::try_from(n).ok());
    number.ok_or_else(|| format!("{:?} is no number of a line", short(text)))
}

/// How often something was reached.
pub(super) fn count(key: &str, text: &str) -> std::result::Result<u64, String> {
    plain_u64(text).ok_or_else(|| format!("{:?} in a {key} is no count", short(text)))
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

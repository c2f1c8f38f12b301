//! Functions: `FN` and `FNDA` of most tools, `FNL` and `FNA` of lcov 2.2 and later.

use std::collections::BTreeMap;

use super::record::{count, line_number};
use crate::text::Text;
use crate::units::plain_u64;

/// What a record says of functions.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// By name: the lines it is declared at, and whether it was reached, in the order of the record.
    named: BTreeMap<Text, Said>,
    /// By the index of lcov 2.2: the line, and whether a name stands for it.
    leaders: BTreeMap<u64, (u32, bool)>,
}

/// What is said of one name: of two functions of that name (methods of two classes) both say it.
#[derive(Debug, Default)]
struct Said {
    lines: Vec<Option<u32>>,
    hits: Vec<bool>,
}

/// The functions of a record, each once.
pub(super) struct Resolved {
    /// Their names, and whether they were reached.
    pub(super) list: Vec<(Text, bool)>,
    /// The record counts functions with all their names, and not the names.
    pub(super) grouped: bool,
}

impl Functions {
    /// `FN:<start>,[<end>,]<name>`
    pub(super) fn declare(&mut self, value: &str) -> std::result::Result<(), String> {
        let (start, rest) = value.split_once(',').ok_or("an FN without a name")?;
        let line = line_number(start)?;
        let name = match rest.split_once(',') {
            Some((end, name)) if plain_u64(end).is_some() => name,
            _ => rest,
        };
        self.named.entry(Text::new(name)).or_default().lines.push(Some(line));
        Ok(())
    }

    /// `FNDA:<hits>,<name>`
    pub(super) fn reach(&mut self, value: &str) -> std::result::Result<(), String> {
        let (hits, name) = value.split_once(',').ok_or("an FNDA without a name")?;
        let hit = count("FNDA", hits)? > 0;
        self.named.entry(Text::new(name)).or_default().hits.push(hit);
        Ok(())
    }

    /// `FNL:<index>,<start>[,<end>]`
    pub(super) fn lead(&mut self, value: &str) -> std::result::Result<(), String> {
        let (index, rest) = value.split_once(',').ok_or("an FNL without a line")?;
        let start = rest.split_once(',').map_or(rest, |(start, _)| start);
        let leader = (line_number(start)?, false);
        match self.leaders.insert(count("FNL", index)?, leader) {
            Some(_) => Err(format!("a second FNL {index} in one record")),
            None => Ok(()),
        }
    }

    /// `FNA:<index>,<hits>,<name>`
    pub(super) fn alias(&mut self, value: &str) -> std::result::Result<(), String> {
        let (index, rest) = value.split_once(',').ok_or("an FNA without hits")?;
        let (hits, name) = rest.split_once(',').ok_or("an FNA without a name")?;
        let leader =
            self.leaders.get_mut(&count("FNA", index)?).ok_or_else(|| format!("an FNA without FNL {index}"))?;
        leader.1 = true;
        let hit = count("FNA", hits)? > 0;
        let said = self.named.entry(Text::new(name)).or_default();
        said.lines.push(Some(leader.0));
        said.hits.push(hit);
        Ok(())
    }

    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.leaders.is_empty()
    }

    /// The index of a function that no name stands for.
    pub(super) fn nameless(&self) -> Option<u64> {
        self.leaders.iter().find(|(_, (_, named))| !named).map(|(index, _)| *index)
    }

    /// Each function once, reached if any statement says so. One that is declared and not said to be
    /// reached is not; the first of several of one name has the name, the others their lines behind it.
    pub(super) fn resolved(self) -> Resolved {
        let grouped = !self.leaders.is_empty();
        let mut list = Vec::new();
        for (name, Said { lines, hits }) in self.named {
            let first = lines.first().copied().flatten();
            let mut each: BTreeMap<Option<u32>, bool> = BTreeMap::new();
            for n in 0..lines.len().max(hits.len()) {
                let line = lines.get(n).copied().unwrap_or_default();
                let hit = hits.get(n).copied().unwrap_or_default();
                // An FNDA that stands twice is no second function that was reached.
                if hit && line.is_none() && first.is_some() {
                    continue;
                }
                *each.entry(line).or_default() |= hit;
            }
            list.extend(each.into_iter().map(|(line, hit)| match line {
                _ if line == first => (name.clone(), hit),
                Some(line) => (Text::new(&format!("{name}:{line}")), hit),
                None => (Text::new(&format!("{name}:?")), hit),
            }));
        }
        Resolved { list, grouped }
    }
}

//! Sets of lines of a file.

use std::fmt;

/// Lines of a file, as ranges in order that do not touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineSet(Vec<(u32, u32)>);

/// So many ranges are written out.
const SHOWN: usize = 12;

impl LineSet {
    /// Adds a line behind all that are there; one that is there already is not added again.
    pub fn push(&mut self, line: u32) {
        match self.0.last_mut() {
            Some((_, to)) if *to >= line => {}
            Some((_, to)) if to.checked_add(1) == Some(line) => *to = line,
            _ => self.0.push((line, line)),
        }
    }

    /// Whether a line is in it.
    #[must_use]
    pub fn contains(&self, line: u32) -> bool {
        let behind = self.0.partition_point(|(_, to)| *to < line);
        self.0.get(behind).is_some_and(|(from, _)| *from <= line)
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many it holds.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(from, to)| u64::from(to - from) + 1).sum()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(from, to)| *from..=*to)
    }
}

impl FromIterator<u32> for LineSet {
    /// Of lines in order.
    fn from_iter<I: IntoIterator<Item = u32>>(lines: I) -> Self {
        let mut out = Self::default();
        lines.into_iter().for_each(|line| out.push(line));
        out
    }
}

impl fmt::Display for LineSet {
    /// `12-18, 30`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}-{to}") };
        let shown: Vec<String> = self.0.iter().take(SHOWN).map(one).collect();
        f.write_str(&shown.join(", "))?;
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more ranges"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_ranges() {
        let set: LineSet = [1, 2, 2, 3, 7, 9, 10].into_iter().collect();
        assert_eq!((set.to_string().as_str(), set.count()), ("1-3, 7, 9-10", 6));
        let inside: Vec<u32> = (0..12).filter(|n| set.contains(*n)).collect();
        assert_eq!(inside, [1, 2, 3, 7, 9, 10]);
        assert_eq!(set.iter().collect::<Vec<_>>(), inside);
        let many: LineSet = (0..20).map(|n| n * 2).collect();
        assert!(many.to_string().ends_with("22 and 8 more ranges"), "{many}");
        assert!(LineSet::default().is_empty());
    }
}

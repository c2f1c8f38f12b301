//! Cover profiles of Go, as `go test -coverprofile` and `go tool covdata textfmt` write them.
//!
//! Sources: golang/go `src/testing/cover.go` and `src/cmd/internal/cov`, golang/tools
//! `cover/profile.go`. The first line is `mode: set`, `count` or `atomic`; every other one
//! `file:line.column,line.column statements count`, a block of statements.
//!
//! Counted are statements, each block once: with `-coverpkg` every test binary states it again, and
//! it was reached if any of them says so. Profiles that were joined with `cat` are read as one.
//! Nothing marks the end of a profile.

use super::{Format, Head, Input};
use crate::facts::{Block, Coverage, FileCoverage, Kind, Report};
use crate::input::{ReadError, Result};
use crate::units::plain_u64;

pub(super) const FORMAT: Format = Format {
    name: "go-cover",
    gives: &[Kind::Coverage],
    producers: "go 1.19 and 1.27 (`go test -coverprofile`)",
    recognise,
    read,
};

fn recognise(head: &Head) -> bool {
    let mut lines = head.lines();
    let first = lines.next().is_some_and(|line| is_mode(line.trim_end()) == Some(true));
    // The last line may be cut off: one that is not a block is the last, or another file begins so.
    let (second, third) = (lines.next(), lines.next());
    first && (third.is_none() || second.is_some_and(|line| block(line.trim_end()).is_ok() || is_mode(line).is_some()))
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let mut profile = Profile::default();
    while input.window.line_with(|line| profile.take(line.trim_end()))?.is_some() {}
    profile.finish()
}

/// The profile as far as it was read.
#[derive(Default)]
struct Profile {
    coverage: Coverage,
    modes: u64,
}

impl Profile {
    fn take(&mut self, line: &str) -> std::result::Result<(), String> {
        if line.is_empty() {
            return Ok(());
        }
        match is_mode(line) {
            Some(true) => {
                self.modes += 1;
                return Ok(());
            }
            Some(false) => return Err(format!("{:?}: a mode is set, count or atomic", short(line))),
            None if self.modes == 0 => return Err("the first line states no mode: not a cover profile".into()),
            None => {}
        }
        let (path, place, statements, hit) = block(line)?;
        // An empty body is a block without a statement.
        if !self.coverage.file(path).add_block(place, statements, hit) {
            return Err(format!("{:?}: the same block has another number of statements above", short(line)));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report> {
        if self.modes == 0 {
            return Err(ReadError::new("no line that states the mode: not a cover profile"));
        }
        self.coverage.settle();
        let mut report = Report::by("go");
        report.note("Go counts statements; what the figures call lines are statements");
        if self.modes > 1 {
            report.note(format!(
                "{} profiles stand one behind the other; a block was reached if any says so",
                self.modes
            ));
        }
        if self.coverage.sum(FileCoverage::line_ratio).total == 0 {
            report.note("0 statements: nothing was measured");
        }
        report.facts.coverage = Some(self.coverage);
        Ok(report)
    }
}

/// Whether a line states a mode, and one that there is.
fn is_mode(line: &str) -> Option<bool> {
    line.strip_prefix("mode:").map(|mode| matches!(mode, " set" | " count" | " atomic"))
}

/// `file:line.column,line.column statements count`, from the right: the name of a file may hold anything.
fn block(line: &str) -> std::result::Result<(&str, Block, u32, bool), String> {
    let wrong = || format!("{:?} is no block of a cover profile", short(line));
    let parts = || {
        let (rest, count) = line.rsplit_once(' ')?;
        let (rest, statements) = rest.rsplit_once(' ')?;
        let (path, place) = rest.rsplit_once(':')?;
        let (from, to) = place.split_once(',')?;
        let statements = u32::try_from(plain_u64(statements)?).ok()?;
        let block = Block { from: position(from)?, to: position(to)? };
        Some((path, block, statements, plain_u64(count)? > 0))
    };
    parts().filter(|(path, ..)| !path.trim().is_empty()).ok_or_else(wrong)
}

fn position(text: &str) -> Option<(u32, u32)> {
    let (line, column) = text.split_once('.')?;
    let number = |text: &str| u32::try_from(plain_u64(text)?).ok();
    Some((number(line)?, number(column)?))
}

fn short(line: &str) -> String {
    line.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn parse(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "cover.out" })
    }

    fn figures(text: &str) -> (u64, u64) {
        let c = parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).facts.coverage.unwrap();
        assert!(!c.has_functions && !c.has_branches && !c.has_totals());
        let ratio = c.sum(FileCoverage::line_ratio);
        (ratio.covered, ratio.total)
    }

    #[test]
    fn statements_of_distinct_blocks_are_counted() {
        for (text, expected) in [
            ("mode: set\nm/a.go:1.2,3.4 2 1\nm/a.go:5.2,6.4 3 0\n", (2, 5)),
            // -coverpkg: once for each test binary, reached if any says so.
            ("mode: atomic\nm/a.go:1.2,3.4 2 0\nm/b.go:1.2,3.4 1 1\nm/a.go:1.2,3.4 2 7\nm/a.go:1.2,3.4 2 0\n", (3, 3)),
            ("mode: count\nm/a.go:1.2,3.4 2 18446744073709551615\nm/a.go:1.2,3.5 2 0\n", (2, 4)),
            // Joined with cat, of other modes, without a last line break.
            ("mode: set\nm/a.go:1.2,3.4 2 0\nmode: atomic\nm/a.go:1.2,3.4 2 4", (2, 2)),
            ("\u{feff}mode: set\r\nm/a.go:1.2,3.4 2 1\r\n\r\n", (2, 2)),
            ("mode: set\nC:\\w dir\\a:b.go:1.2,3.4 2 1\n", (2, 2)),
            ("mode: set\nm/a.go:1.2,1.3 0 0\n", (0, 0)),
            ("mode: set\n", (0, 0)),
        ] {
            assert_eq!(figures(text), expected, "{text}");
        }
    }

    #[test]
    fn the_unit_and_what_was_joined_are_said() {
        let notes = |text: &str| parse(text).unwrap().notes.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let block = "m/a.go:1.2,3.4 2 1\n";
        let unit = "Go counts statements; what the figures call lines are statements";
        assert_eq!(notes(&format!("mode: set\n{block}")), [unit]);
        assert!(notes(&format!("mode: set\n{block}mode: set\n{block}"))[1].starts_with("2 profiles"));
        assert_eq!(notes("mode: set\n"), [unit, "0 statements: nothing was measured"]);
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        for (text, why) in [
            ("", "no line that states the mode"),
            ("\n\n", "no line that states the mode"),
            ("m/a.go:1.2,3.4 2 1\n", "line 1: the first line states no mode"),
            ("mode: total\n", "\"mode: total\": a mode is set, count or atomic"),
            ("mode: \n", "\"mode:\": a mode is set, count or atomic"),
            ("mode: set\nm/a.go:1.2,3.4 2 1\nmode: Set\n", "line 3: \"mode: Set\""),
            ("mode: set\nm/a.go:1.2,3.4 2", "line 2: \"m/a.go:1.2,3.4 2\" is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 ", "is no block"),
            ("mode: set\nm/a.go:1.2,3 2 1\n", "is no block"),
            ("mode: set\nm/a.go:1.2 2 1\n", "is no block"),
            ("mode: set\n:1.2,3.4 2 1\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 -1\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 -2 1\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 1.0\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 NaN\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 18446744073709551616\n", "is no block"),
            ("mode: set\nm/a.go:99999999999.2,3.4 2 1\n", "is no block"),
            ("mode: set\nm/a.go:1.2,3.4 2 1\nm/a.go:1.2,3.4 1 1\n", "another number of statements"),
            ("mode: set\nm/a.go:1.2,3.4 2 1\nFAIL\tm\t0.1s\n", "line 3: \"FAIL\\tm\\t0.1s\" is no block"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_profile_is_known_by_its_mode_and_a_block() {
        for (text, is) in [
            ("mode: set\n", true),
            ("\u{feff}mode: atomic\r\nm/a.go:1.2,3.4 2 1\r\n", true),
            ("mode: count\nm/a.go:1.2,3.4 2 1\nm/a.go:5.2,6.4 3 0\n", true),
            ("mode: count\nm/a.go:1.2,3", true),
            ("mode: set\nmode: set\nm/a.go:1.2,3.4 2 1\n", true),
            ("mode: set\nname: x\nvalue: y\n", false),
            ("mode: total\n", false),
            ("# mode: set\n", false),
            ("", false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "p")), is, "{text}");
        }
    }
}

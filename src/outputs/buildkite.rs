//! `buildkite`: the body of an annotation, for `buildkite-agent annotate`: CommonMark with GitHub's extensions,
//! at most 1 MiB (buildkite.com/docs, "buildkite-agent annotate"). How it looks is said to the agent, not in the body:
//! [`style`].

use std::io;

use super::{Output, Page, Room, markdown};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output = Output {
    name: "buildkite",
    about: "the body of an annotation, for `buildkite-agent annotate`; at most 1,000,000 bytes",
    write,
};

/// Bytes of a body, some to spare below 1 MiB.
const MOST: usize = 1_000_000;

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    markdown::written(verdict, Room::Summary(MOST), sink)
}

/// The `--style` of the annotation: `success`, `warning` or `error`.
#[must_use]
pub const fn style(verdict: &Verdict) -> &'static str {
    match (verdict.exit_code, verdict.enforced, verdict.counts.warn) {
        (0, true, 0) => "success",
        (0, ..) => "warning",
        _ => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::fixture::{check, judged, open, rich, trial};
    use crate::outputs::tests::written;
    use crate::verdict::{Status, Violation};

    #[test]
    fn the_style_is_the_verdicts() {
        let all_pass = judged(vec![check("tests.failed", Status::Pass, "m")]);
        let not_judged = judged(vec![check("tests.failed", Status::Error, "m")]);
        let all = [all_pass, open(), trial(), rich(), not_judged].map(|v| style(&v));
        assert_eq!(all, ["success", "warning", "warning", "error", "error"]);
    }

    #[test]
    fn a_body_holds_more_than_a_comment_and_stays_within_its_limit() {
        let mut failing = check("security.high", Status::Fail, "many findings");
        failing.violations = (0..200).map(|n| Violation::new(format!("R{n}"), "界".repeat(200))).collect();
        failing.violations_total = 200;
        let few = written("buildkite", &judged(vec![failing.clone()]), 80);
        assert!(few.contains("- … 50 of 200 shown\n"));
        let many = written("buildkite", &judged(vec![failing; 80]), 80);
        assert!((800_000..=MOST).contains(&many.len()), "{}", many.len());
        assert!(
            many.contains("Left out for length: ") && many.contains(" of 80 failures."),
            "the counts before the cut"
        );
        assert!(many.ends_with("**portcullis: gate shut: 80 checks fail (exit 1)**\n"));
    }
}

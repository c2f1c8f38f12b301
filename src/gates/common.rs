//! Checks that every gate has.

use super::Measure;

/// `requires`: tools that must have reported.
pub const REQUIRES: Measure = Measure {
    name: "requires",
    what: "A tool that must have reported.",
    why: "A scanner that was not run finds nothing. Without this, taking a report away would open the gate.",
    how: "A report that was read names this tool, by its whole name without regard to case. Any gate and any scope may ask \
          for tools.",
    fix: "run the tool and hand its report over; a tool that did not report found nothing because it was not asked",
    example: "[security]\ncritical = 0\nhigh = 0\nrequires = [\"cargo-audit\", \"trivy\"]\n",
    links: &[("formats and their tools", super::FORMATS_PAGE)],
};

/// What a policy switched off.
pub const OFF: Measure = Measure {
    name: "off",
    what: "Something that a base policy asks for and this one switched off.",
    why: "A check that is gone is not missed. It stays in every report as skipped, with the line that switched it off.",
    how: "A key of the policy, or a whole gate, is `\"off\"`; the check is skipped and never opens the gate. Where a base \
          names the key `final` it is a mistake in the policy.",
    fix: "take the `\"off\"` out to have it judged again",
    example: "extends = [\"builtin:strict\"]\n\n[tests]\nskipped = \"off\"\n",
    links: &[("layers of a policy", super::README_PAGE)],
};

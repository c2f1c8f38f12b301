//! What is said of the checks of `[steps]`.

use crate::gates::Measure;

pub(super) const RULES: &str = "\
    Steps are those that `portcullis record` noted, and those of GitHub's `needs` object and jobs API. What was skipped or \
    cancelled did not succeed.";

pub(super) const MEASURES: &[Measure] = &[Measure {
    name: "*",
    what: "The step of this name ran and succeeded.",
    why: "A step that was skipped by a condition, or taken out of the workflow, leaves no failure behind: only its absence tells.",
    how: "Every record of that name says success, and there is one; skipped is not success. Within one step record \
          the last entry of a name counts.",
    fix: "run the step: `portcullis record NAME -- COMMAND` notes its outcome; then mend what it says",
    example: "[evidence.steps]\npath = \"steps.jsonl\"\n\n[steps]\nrequired = [\"fmt\", \"clippy\", \"doc\"]\n",
    links: &[("needs context", "https://docs.github.com/en/actions/reference/workflows-and-actions/contexts")],
}];

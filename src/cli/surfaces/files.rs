//! Buildkite and GitLab, which have neither a file nor a command of the log that a job may use unasked: a file with a fixed
//! name in the current folder, for the pipeline to pick up.

use std::path::Path;

use super::{Done, Run};
use crate::cli::write;
use crate::outputs::{self, Page};

/// The body of an annotation.
const ANNOTATION: &str = "portcullis-annotation.md";
/// Variables for later jobs.
const VARIABLES: &str = "portcullis.env";

/// The body of an annotation. Handing it to the agent is left to the pipeline: `check` opens no socket, and starts no
/// program that it finds in the `PATH` of a job.
pub(super) fn buildkite(run: &Run<'_>, done: &mut Done) {
    if run.asks_for("buildkite") {
        return;
    }
    let style = outputs::buildkite_style(run.verdict);
    let written = run.rendered("buildkite", &Page::default());
    done.note(match written.and_then(|bytes| write::files::own(Path::new(ANNOTATION), &bytes)) {
        Ok(()) => Ok(format!(
            "annotation in {ANNOTATION}, shown by `buildkite-agent annotate --context portcullis --style {style} < {ANNOTATION}`"
        )),
        Err(why) => Err(format!("{ANNOTATION} cannot be written: {why}")),
    });
}

/// Variables for `artifacts: reports: dotenv`: at most 5 KB, one line each, no quotes (gitlabhq/gitlabhq,
/// `doc/ci/yaml/artifacts_reports.md`).
pub(super) fn gitlab(run: &Run<'_>, done: &mut Done) {
    let key = |key: &str| format!("PORTCULLIS_{}", key.to_ascii_uppercase().replace('-', "_"));
    let text: String = run.figures().iter().map(|(name, value)| format!("{}={value}\n", key(name))).collect();
    done.note(match write::files::own(Path::new(VARIABLES), text.as_bytes()) {
        Ok(()) => Ok(format!("variables in {VARIABLES}, for `artifacts: reports: dotenv`")),
        Err(why) => Err(format!("{VARIABLES} cannot be written: {why}")),
    });
}

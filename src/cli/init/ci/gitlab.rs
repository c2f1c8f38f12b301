//! A job for GitLab CI.

use std::fmt::Write as _;

use super::{Plan, install_portcullis};
use crate::cli::init::recipes::Language;

/// How a file begins that was written here.
pub(super) const MARK: &str = "# Written by `portcullis init --ci gitlab`";

pub(super) fn text(plan: &Plan<'_>) -> String {
    let mut out = format!(
        "{MARK}. What the tools found does not end the job (`|| true`): that is for the\n\
         # gate to judge, which runs last. From another .gitlab-ci.yml: include: {{ local: .gitlab/portcullis.yml }}\n"
    );
    let image = match plan.around.languages.first() {
        Some(Language::Node) => "node:24-bookworm",
        Some(Language::Python) => "python:3.14-bookworm",
        Some(Language::Go) => "golang:1.27-bookworm",
        Some(Language::Rust) | None => "rust:1.95-bookworm",
    };
    let _ = write!(
        out,
        "portcullis:\n  image: {image}\n  timeout: 1h\n  interruptible: true\n  variables:\n    GIT_DEPTH: \"0\" # the merge base, for --diff-base\n  script:\n"
    );
    out.push_str(&plan.unmade_comment("    "));
    let rust = plan.around.languages.first().is_none_or(|l| *l == Language::Rust);
    let toolchain = (!rust).then(|| "apt-get update && apt-get install --yes --no-install-recommends cargo".to_owned());
    let mut line = |text: &str| {
        let _ = writeln!(out, "    - {}", quoted(text));
    };
    toolchain.iter().for_each(|t| line(t));
    plan.installs().iter().for_each(|i| line(i));
    line(&install_portcullis());
    line("export PATH=\"$HOME/.cargo/bin:$PATH\"");
    line(&format!("mkdir -p {}", plan.folders().join(" ")));
    for step in plan.steps() {
        step.before.iter().for_each(|l| line(l));
        line(&format!("{} || true", step.run));
        step.after.iter().for_each(|l| line(&format!("{l} || true")));
    }
    line(&format!("{} -o json=reports/verdict.json -o markdown=reports/summary.md", plan.check));
    let _ = writeln!(out, "  artifacts:\n    when: always\n    paths:");
    for folder in plan.folders() {
        let _ = writeln!(out, "      - {}", quoted(&format!("{folder}/")));
    }
    out
}

/// A text as a YAML scalar between quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

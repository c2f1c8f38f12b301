//! A workflow for GitHub Actions.

use std::fmt::Write as _;

use super::{Plan, install_portcullis};

/// Actions, pinned to commits: a tag can be moved.
const CHECKOUT: &str = "actions/checkout@9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0 # v7.0.0";
const CACHE: &str = "actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0";
const UPLOAD: &str = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1";

const HEAD: &str = "\
# Written by `portcullis init --ci github`. The steps make the evidence and never end the job themselves
# (continue-on-error): what they found is for the gate to judge, which runs last whatever happened before.
name: portcullis

on:
  push:
    branches: [main]
  pull_request:

permissions: {}

concurrency:
  group: portcullis-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
  gate:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read
    defaults:
      run:
        shell: bash
    steps:
";

pub(super) fn text(plan: &Plan<'_>) -> String {
    let mut out = HEAD.to_owned();
    let _ = write!(
        out,
        "      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n          fetch-depth: 0 # the merge base, for --diff-base\n"
    );
    out.push_str(&plan.unmade_comment("      "));
    let cargo: Vec<String> =
        plan.installs().iter().filter(|i| i.starts_with("cargo install")).map(|i| (*i).to_owned()).collect();
    let key: Vec<&str> = cargo.iter().filter_map(|i| i.rsplit(' ').next()).collect();
    let _ = write!(
        out,
        "      - name: Keep the tools\n        uses: {CACHE}\n        with:\n          path: |\n            ~/.cargo/bin\n            \
         ~/.cargo/.crates.toml\n            ~/.cargo/.crates2.json\n          key: tools-${{{{ runner.os }}}}-portcullis-{}{}{}\n",
        env!("CARGO_PKG_VERSION"),
        if key.is_empty() { "" } else { "-" },
        key.join("-").replace('@', "-")
    );
    run(
        &mut out,
        "Install the tools",
        "",
        &plan
            .installs()
            .iter()
            .map(|i| (*i).to_owned())
            .chain([install_portcullis(), format!("mkdir -p {}", plan.folders().join(" "))])
            .collect::<Vec<_>>(),
    );
    for step in plan.steps() {
        let mut lines: Vec<String> = step.before.into_iter().collect();
        if step.after.is_empty() {
            lines.push(step.run);
        } else {
            // What the tool left is fetched even where it found something; then its own word counts again.
            lines.push(format!("{} || status=$?", step.run));
            lines.extend(step.after);
            lines.push("exit \"${status:-0}\"".into());
        }
        run(&mut out, step.title, "        if: ${{ !cancelled() }}\n        continue-on-error: true\n", &lines);
    }
    run(
        &mut out,
        "Gate",
        "        if: always()\n",
        &[format!("{} -o json=reports/verdict.json -o markdown=reports/summary.md", plan.check)],
    );
    run(&mut out, "Summary", "        if: always()\n", &["cat reports/summary.md >> \"$GITHUB_STEP_SUMMARY\"".into()]);
    let _ = write!(
        out,
        "      - name: Keep the evidence\n        if: always()\n        uses: {UPLOAD}\n        with:\n          name: portcullis\n          path: |\n{}          if-no-files-found: warn\n",
        plan.folders().iter().map(|f| format!("            {f}\n")).collect::<String>()
    );
    out
}

fn run(out: &mut String, title: &str, keys: &str, lines: &[String]) {
    let _ = write!(out, "      - name: {title}\n{keys}        run: |\n");
    for line in lines {
        let _ = writeln!(out, "          {line}");
    }
}

//! `new = true`: only what the baseline does not have counts, whatever moved, and nothing passes where that cannot be
//! told.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/repo.rs"]
mod repo;
#[path = "../common/tiny.rs"]
mod tiny;

mod baseline;
mod identity;
mod moves;
mod places;
mod prints;
mod told;

use common::{Folder, NOW, Run, check, statuses};
use portcullis::evaluate::{Baseline, BaselineState};
use portcullis::verdict::Verdict;
use serde_json::{Value, json};

const POLICY: &str = "[security]\ncritical = 0\n[security.scope.new]\nnew = true\nhigh = 0\nmedium = 0";

/// Results of a tool of that version: rule, level, path, line, message.
fn sarif(version: &str, results: &[(&str, &str, &str, u32, &str)]) -> String {
    let one = |(rule, level, path, line, message): &(&str, &str, &str, u32, &str)| {
        let place = json!({ "artifactLocation": { "uri": path }, "region": { "startLine": line } });
        json!({ "ruleId": rule, "level": level, "message": { "text": message },
                "locations": [{ "physicalLocation": place }] })
    };
    let results: Vec<Value> = results.iter().map(one).collect();
    json!({ "version": "2.1.0",
            "runs": [{ "tool": { "driver": { "name": "Scan", "version": version } }, "results": results }] })
    .to_string()
}

fn judge(policy: &str, files: &[(&str, &str)], baseline: BaselineState) -> Verdict {
    let folder = Folder::new();
    let mut given = Vec::new();
    for (path, text) in files {
        folder.write(path, text);
        given.push((None, *path));
    }
    let policy = format!("version = 1\n{policy}\n");
    Run { baseline, ..Run::of(folder.path(), &policy).given(&given) }.verdict()
}

fn parsed(verdict: &Verdict) -> Baseline {
    Baseline::parse(&serde_json::to_string(verdict).unwrap()).unwrap()
}

fn read(verdict: &Verdict) -> BaselineState {
    BaselineState::Read(parsed(verdict))
}

/// What a first run of a policy found is the baseline of the next.
fn compare(policy: &str, before: &str, now: &str) -> Verdict {
    let first = judge(policy, &[("t.sarif", before)], BaselineState::None);
    judge(policy, &[("t.sarif", now)], read(&first))
}

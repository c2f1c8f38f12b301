//! What `init` writes is a policy that is good, and that what it was made from meets.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{Folder, NOW};

#[test]
fn the_starter_of_a_passing_set_passes_and_looks_at_all_of_it() {
    let folder = Folder::of("neo-rs/passing");
    let ran = folder.run(&["init"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let check = folder.run(&["check", "--now", NOW]);
    assert_eq!(check.code, Some(0), "{}\n{}{}", folder.read("portcullis.toml"), check.out, check.err);
    for gate in ["coverage", "tests", "security", "dependencies", "licenses", "lints", "steps"] {
        assert!(check.out.contains(&format!(" {gate}.")), "{gate}\n{}", check.out);
    }
    let same = folder.run(&["init", "-o", "-"]);
    assert_eq!(same.out, folder.read("portcullis.toml"));
}

#[test]
fn a_policy_that_is_there_is_not_replaced_unless_asked() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("portcullis.toml", "mine");
    assert_eq!(folder.run(&["init"]).code, Some(2));
    assert_eq!(folder.read("portcullis.toml"), "mine");
    assert_eq!(folder.run(&["init", "--force"]).code, Some(0));
    assert_ne!(folder.read("portcullis.toml"), "mine");
}

#[test]
fn an_empty_folder_gets_the_minimal_policy() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init"]).code, Some(0));
    assert_eq!(folder.run(&["policy", "check"]).code, Some(0));
    assert_eq!(folder.run(&["check"]).code, Some(3), "nothing is no pass");
}

/// The starters of all samples are good policies, whatever the samples say.
fn bad_starters(folders: &[&str]) -> Vec<String> {
    let mut bad = Vec::new();
    for data in folders {
        let folder = Folder::of(data);
        let ran = folder.run(&["init"]);
        let check = folder.run(&["policy", "check"]);
        if (ran.code, check.code) != (Some(0), Some(0)) {
            bad.push(format!("{data}: {}\n{}", check.err, folder.read("portcullis.toml")));
        }
    }
    bad
}

#[test]
fn every_starter_is_a_good_policy() {
    let bad = bad_starters(&[
        "cargo_audit",
        "cargo_deny",
        "cargo_messages",
        "cobertura",
        "junit",
        "sarif",
        "steps",
        "neo-rs/failing",
    ]);
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// This failed once: without a single licence expression the list reads `[ , ]`, which is no TOML; where
/// there are only timings, or no dependency issue to name, there is no gate or an empty one.
#[test]
fn every_starter_is_a_good_policy_where_little_is_found() {
    let folder = Folder::new();
    folder.write("l.json", std::fs::read(common::testdata("cargo_license/unlicensed.json")).unwrap());
    assert_eq!(folder.run(&["init"]).code, Some(0));
    let check = folder.run(&["policy", "check"]);
    let mut bad = Vec::new();
    if check.code != Some(0) {
        bad.push(format!("without a licence: {}\n{}", check.err, folder.read("portcullis.toml")));
    }
    bad.extend(bad_starters(&["hyperfine", "criterion", "cargo_outdated", "cargo_license", "cargo_metadata"]));
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// What the trial says is what `check` says: the obstacles it names, and nothing where it passes.
#[test]
fn what_stands_in_the_way_is_what_the_gate_says() {
    for (data, shut) in [("neo-rs/passing", false), ("neo-rs/failing", true)] {
        let folder = Folder::of(data);
        let ran = folder.run(&["init", "--now", NOW]);
        let policy = folder.read("portcullis.toml");
        let verdict = folder.run(&["check", "--now", NOW, "-f", "json"]);
        let json: serde_json::Value = serde_json::from_str(&verdict.out).unwrap();
        let bad = json["checks"].as_array().unwrap().iter().filter(|c| c["status"] == "fail" || c["status"] == "error");
        let lines: Vec<String> =
            bad.map(|c| format!("{}: {}", c["id"].as_str().unwrap(), c["message"].as_str().unwrap())).collect();
        assert_eq!(!lines.is_empty(), shut, "{data}: {lines:?}");
        assert_eq!(ran.err.contains("it passes today"), !shut, "{}", ran.err);
        for line in &lines {
            assert!(policy.contains(&format!("#   {line}\n")), "{line}\n{policy}");
            assert!(ran.err.contains(line), "{line}\n{}", ran.err);
        }
    }
}

#[test]
fn warnings_of_today_are_let_through_and_no_more() {
    let folder = Folder::new();
    folder.write("clippy.json", std::fs::read(common::testdata("cargo_messages/typical.ndjson")).unwrap());
    assert_eq!(folder.run(&["init"]).code, Some(0));
    let policy = folder.read("portcullis.toml");
    let warnings = policy.lines().find(|l| l.starts_with("warnings = ")).unwrap();
    assert!(warnings.contains("today's"), "{policy}");
    let check = folder.run(&["check", "--only", "lints", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    let check = json["checks"].as_array().unwrap().iter().find(|c| c["id"] == "lints.warnings").unwrap();
    assert_eq!((&check["status"], &check["actual"]), (&"pass".into(), &check["fail"]["above"]), "{check}");
}

/// A report that is cut off is said, not passed over.
#[test]
fn what_cannot_be_read_is_named() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("coverage/half.xml", "<coverage line-rate=\"1\"><packages>");
    let ran = folder.run(&["init"]);
    assert!(ran.err.contains("left out: coverage/half.xml: cannot be read as cobertura"), "{}", ran.err);
    assert!(folder.read("portcullis.toml").contains("# Left out: coverage/half.xml"));
}

/// A deny.toml is taken over into a policy that reads as it was meant, over the reports that are there.
#[test]
fn a_deny_toml_becomes_a_policy() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("deny.toml", std::fs::read(common::repository().join("tests/cli/deny.in/deny.toml")).unwrap());
    let plain = folder.run(&["init", "-o", "-", "--now", NOW]);
    assert!(plain.err.contains("init --from deny.toml"), "{}", plain.err);
    let args = ["init", "--from", "deny.toml", "--owner", "@security", "--expires", "2027-01-31", "--now", NOW];
    let ran = folder.run(&args);
    let policy = folder.read("portcullis.toml");
    assert!(!ran.err.contains("no owner") && !ran.err.contains("end in 90 days"), "{}", ran.err);
    for part in [
        "owner = \"@security\"\ncreated = 2026-11-23\nexpires = 2027-01-31\n",
        "deny = [\"AGPL-3.0\"]",
        "unused = \"fail\"",
        "[evidence.cargo-deny]",
    ] {
        assert!(policy.contains(part), "{part}\n{policy}");
    }
    assert_eq!(policy.matches("[dependencies]").count(), 1, "{policy}");
    assert_eq!(policy.matches("[licenses]").count(), 1, "{policy}");
    let check = folder.run(&["policy", "check", "--now", NOW]);
    assert_eq!(check.code, Some(0), "{}", check.err);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["check", "--now", NOW, "-f", "json"]).out).unwrap();
    assert_eq!(json["waivers"].as_array().unwrap().len(), 3);
    assert!(json["checks"].as_array().unwrap().iter().any(|c| c["id"] == "dependencies.banned"));
}

/// The shell of a workflow is shell, and the gate is the last thing that may fail it.
#[test]
fn a_workflow_is_shell_that_parses_and_ends_with_the_gate() {
    let folder = Folder::new();
    folder
        .write("Cargo.toml", "[package]\nname = \"a\"\n")
        .write("package.json", "{\"devDependencies\":{\"jest\":\"30\",\"eslint\":\"10\"}}");
    folder.write("pyproject.toml", "").write("go.mod", "module a").write("deny.toml", "");
    for (ci, file) in [("github", ".github/workflows/portcullis.yml"), ("gitlab", ".gitlab-ci.yml")] {
        assert_eq!(folder.run(&["init", "--ci", ci]).code, Some(0));
        let text = folder.read(file);
        assert_eq!(folder.run(&["init", "--ci", ci]).code, Some(2), "it is there already");
        assert_eq!(folder.run(&["init", "--ci", ci, "--force"]).code, Some(0));
        assert_eq!(folder.read(file), text);
        let gate = text.find("portcullis check").unwrap();
        for tool in [
            "llvm-cov",
            "clippy",
            "cargo audit",
            "cargo deny",
            "jest",
            "eslint",
            "npm audit",
            "pytest",
            "pip-audit",
            "ruff",
            "go test",
            "govulncheck",
        ] {
            assert!(text.find(tool).is_some_and(|at| at < gate), "{ci}: {tool}\n{text}");
        }
        let shell: String = match ci {
            "github" => text.lines().filter_map(|l| l.strip_prefix("          ")).map(|l| format!("{l}\n")).collect(),
            _ => text
                .lines()
                .filter_map(|l| l.strip_prefix("    - '")?.strip_suffix('\''))
                .map(|l| format!("{}\n", l.replace("''", "'")))
                .collect(),
        };
        let shell: String =
            shell.lines().filter(|l| !l.contains(": ") || l.contains("&&")).map(|l| format!("{l}\n")).collect();
        assert!(shell.contains("portcullis check -o json="), "{shell}");
        let parsed = std::process::Command::new("bash").args(["-n", "-c", &shell]).output().unwrap();
        assert!(parsed.status.success(), "{ci}: {}\n{shell}", String::from_utf8_lossy(&parsed.stderr));
    }
    let github = folder.read(".github/workflows/portcullis.yml");
    assert!(github.contains("permissions: {}") && github.contains("contents: read") && !github.contains("write"));
    let uses: Vec<&str> = github.lines().filter(|l| l.contains("uses:")).collect();
    assert!(
        uses.iter().all(|u| u.split('@').nth(1).is_some_and(|at| at.split(' ').next().unwrap().len() == 40)),
        "{uses:?}"
    );
    let gate = github.split("- name: Gate").nth(1).unwrap();
    assert!(gate.trim_start().starts_with("if: always()") && !gate.contains("continue-on-error"), "{gate}");
}

/// A workflow puts each report where the policy that is there looks for it, and says what it does not make.
#[test]
fn a_workflow_follows_the_policy_that_is_there() {
    let folder = Folder::new();
    folder.write("Cargo.toml", "[package]\nname = \"a\"\n").write(
        "portcullis.toml",
        "version = 1\n[evidence.a]\npath = \"out/audit one.json\"\nformat = \"cargo-audit\"\n\
         [evidence.t]\npath = \"out/t.xml\"\nformat = \"junit\"\n[evidence.z]\npath = \"zap.json\"\nformat = \"sarif\"\n\
         [security]\ncritical = 0\nhigh = 0\n",
    );
    let ran = folder.run(&["init", "--ci", "github", "-o", "-"]);
    assert!(ran.out.contains("cargo audit --json > 'out/audit one.json'"), "{}", ran.out);
    assert!(ran.out.contains("cp target/nextest/ci/junit.xml out/t.xml"), "{}", ran.out);
    assert!(!ran.out.contains("clippy --workspace") && !ran.out.contains("cargo metadata"), "{}", ran.out);
    assert!(ran.out.contains("z (zap.json)") && ran.err.contains("z (zap.json)"), "{}", ran.err);
}

/// What the repository says stays within the comment that repeats it.
#[test]
fn nothing_of_the_repository_gets_out_of_a_comment() {
    let folder = Folder::of("neo-rs/passing");
    folder.write("Cargo.toml", "[workspace]\nmembers = [\"a\\n[steps]\\nrequired = []\"]\n");
    assert_eq!(folder.run(&["init"]).code, Some(0));
    let policy = folder.read("portcullis.toml");
    assert!(policy.lines().any(|l| l.starts_with("# Found here: ") && l.contains("required = []")), "{policy}");
    assert!(!policy.lines().any(|l| l.starts_with("required = []")), "{policy}");
}

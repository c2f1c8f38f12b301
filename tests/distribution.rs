//! What stands around the program: the action, workflows, templates and scripts that bring it to people. The YAML is
//! held to rules, and the action's steps are run as GitHub runs them, against a release made by our own script.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use common::{Folder, repository};
use serde_json::Value;

const TARGET: &str = "x86_64-unknown-linux-musl";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A release as it lies on a server: `v1.2.3/` with an archive and its checksums. It holds a door to the program of
/// this build, which is large.
static RELEASE: LazyLock<Folder> =
    LazyLock::new(|| release_of(&format!("exec '{}' \"$@\"", env!("CARGO_BIN_EXE_portcullis"))));

/// A release of a program that notes its arguments, one a record.
fn recorder() -> Folder {
    release_of(&format!(
        "[ \"$1\" = --version ] && {{ echo portcullis {VERSION}; exit; }}\n\
         printf '%s\\0' \"$@\" >\"$RECORD\"\nexit \"${{CODE:-0}}\""
    ))
}

/// Writes scripts that can be run.
fn scripts(folder: &Folder, all: &[(&str, &str)]) {
    for (name, script) in all {
        folder.write(name, format!("#!/bin/sh\n{script}\n"));
        assert!(Command::new("chmod").arg("+x").arg(folder.path().join(name)).status().unwrap().success());
    }
}

/// Packs a script as the program, with the script that the release workflow calls.
fn release_of(script: &str) -> Folder {
    let folder = Folder::new();
    scripts(&folder, &[("program", script)]);
    let program = &folder.path().join("program");
    folder.write(&format!("v{VERSION}/SHA256SUMS"), "");
    folder.write("extras/completions/portcullis.bash", "complete").write("extras/man/portcullis.1", ".TH");
    let packed = Command::new(repository().join("dist/archive.sh"))
        .args([VERSION, TARGET])
        .args([program, &folder.path().join("extras"), &folder.path().join(format!("v{VERSION}"))])
        .output()
        .unwrap();
    assert!(packed.status.success(), "{packed:?}");
    let sum = sha256(&folder.path().join(archive()));
    folder.write(&format!("v{VERSION}/SHA256SUMS"), format!("{sum}  {}\n", archive_name()));
    folder
}

fn archive_name() -> String {
    format!("portcullis-{TARGET}-v{VERSION}.tar.gz")
}

fn archive() -> String {
    format!("v{VERSION}/{}", archive_name())
}

fn sha256(file: &Path) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(std::fs::read(file).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A run of the action: its inputs, and the environment of the runner.
struct Action {
    inputs: BTreeMap<String, String>,
    environment: Vec<(String, String)>,
    runner: Folder,
}

/// What it left.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    outputs: BTreeMap<String, String>,
}

impl Action {
    /// The action with its defaults, a release to install, and these inputs.
    fn new(release: &Folder, inputs: &[(&str, &str)]) -> Self {
        let yaml = read_yaml("action.yml");
        let defaults = yaml["inputs"].as_object().unwrap();
        let mut all: BTreeMap<String, String> = defaults
            .iter()
            .map(|(name, input)| (name.clone(), input["default"].as_str().unwrap().to_owned()))
            .collect();
        all.insert("token".into(), String::new());
        all.insert("download-url".into(), format!("file://{}", release.path().display()));
        for (name, value) in inputs {
            assert!(all.insert((*name).into(), (*value).into()).is_some(), "no input {name}");
        }
        let runner = Folder::new();
        runner.write("path", "").write("output", "").write("temp/x", "");
        Self { inputs: all, environment: Vec::new(), runner }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// The value of an expression, of the few kinds that the action uses.
    fn value(&self, expression: &str, outputs: &BTreeMap<String, String>) -> String {
        let Some(inside) = expression.strip_prefix("${{ ").and_then(|e| e.strip_suffix(" }}")) else {
            assert!(!expression.contains("${{"), "{expression}");
            return expression.to_owned();
        };
        match inside.split('.').collect::<Vec<_>>()[..] {
            ["inputs", name] => self.inputs[name].clone(),
            ["github", "action_repository"] => "owner/portcullis".into(),
            ["steps", _, "outputs", name] => outputs.get(name).cloned().unwrap_or_default(),
            _ => panic!("{expression}"),
        }
    }

    /// Runs its steps in turn until one fails, as the runner does.
    fn run(&self) -> Ended {
        let (mut outputs, mut code, mut out) = (BTreeMap::new(), Some(0), String::new());
        for step in read_yaml("action.yml")["runs"]["steps"].as_array().unwrap() {
            if code != Some(0)
                || (step["if"] == "inputs.install-only != 'true'" && self.inputs["install-only"] == "true")
            {
                continue;
            }
            let ran = self.step(step, &outputs);
            code = ran.status.code();
            out += &String::from_utf8_lossy(&ran.stdout);
            out += &String::from_utf8_lossy(&ran.stderr);
            outputs.extend(outputs_of(&self.runner.read("output")));
        }
        Ended { code, out, outputs }
    }

    fn step(&self, step: &Value, outputs: &BTreeMap<String, String>) -> Output {
        let file = |name| self.runner.path().join(name);
        let script = file("step.sh");
        std::fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(script).env_clear().current_dir(repository());
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("GITHUB_ACTION_PATH", repository());
        command.env("GITHUB_OUTPUT", file("output")).env("GITHUB_PATH", file("path")).env("RUNNER_TEMP", file("temp"));
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, self.value(value.as_str().unwrap(), outputs));
        }
        command.envs(self.environment.iter().map(|(n, v)| (n, v))).output().unwrap()
    }
}

fn outputs_of(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

#[test]
fn the_action_installs_a_release_and_passes_the_exit_code_on() {
    let sample = |which| format!("testdata/neo-rs/{which}");
    let neo = "policies/neo-rs.toml";
    for (policy, root, code) in [
        (neo, sample("passing"), 0),
        (neo, sample("failing"), 1),
        ("tests/cli/wrong.toml", sample("passing"), 2),
        (neo, "testdata".into(), 3),
    ] {
        let inputs = [("policy", policy), ("root", &root), ("args", "--now\n2026-11-23T08:00:00Z\n--quiet\n")];
        let action = Action::new(&RELEASE, &inputs);
        let ended = action.run();
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert_eq!(ended.outputs["exit-code"], code.to_string());
        let program = &ended.outputs["path"];
        assert!(Path::new(program).starts_with(action.runner.path().join("temp")), "{program}");
        assert_eq!(action.runner.read("path").trim(), Path::new(program).parent().unwrap().to_str().unwrap());
    }
}

#[test]
fn only_installed_it_judges_nothing() {
    let ended = Action::new(&RELEASE, &[("install-only", "true"), ("policy", "no/such")]).run();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.outputs.contains_key("path") && !ended.outputs.contains_key("exit-code"), "{ended:?}");
}

#[test]
fn what_ends_without_a_verdict_does_not_open_the_gate() {
    let release = recorder();
    for code in ["101", "134", "137"] {
        let action = Action::new(&release, &[]).with("CODE", code);
        let record = action.runner.path().join("record").display().to_string();
        let ended = action.with("RECORD", record).run();
        assert_eq!(ended.code.map(|c| c.to_string()).as_deref(), Some(code), "{ended:?}");
        assert!(ended.out.contains("no verdict: the gate is shut"), "{ended:?}");
    }
}

/// Each refusal installs nothing, runs nothing and says why.
#[test]
fn what_is_not_the_release_is_refused() {
    let sum = sha256(&RELEASE.path().join(archive()));
    let (name, zeros) = (archive_name(), "0".repeat(64));
    let good = format!("{sum}  {name}\n");
    let sums = [
        (format!("{zeros}  {name}\n"), "the release states"),
        (String::new(), "exactly once"),
        (format!("{good}{zeros}  {name}\n"), "exactly once"),
        (format!("{sum}  {name}.asc\n"), "exactly once"),
        (format!("{sum}  x-{name}\n"), "exactly once"),
        (format!("{}  {name}\n", &sum[..63]), "no SHA-256"),
        (format!("  {name}\n"), "exactly once"),
    ];
    for (sums, why) in sums {
        let release = Folder::new();
        release.write(&archive(), std::fs::read(RELEASE.path().join(archive())).unwrap());
        release.write(&format!("v{VERSION}/SHA256SUMS"), &sums);
        refused(&Action::new(&release, &[]), why, &sums);
    }
    let inputs = [
        ("sha256", zeros.as_str(), "the workflow pins"),
        ("sha256", "abc", "no SHA-256"),
        ("version", "latest", "like 1.2.3"),
        ("version", "1.2.3/../../x", "like 1.2.3"),
        ("version", "$(touch x)", "like 1.2.3"),
        ("version", "9.9.9", "cannot fetch"),
        ("download-url", "http://127.0.0.1", "https:// or file://"),
        ("download-url", "-o/tmp/x", "https:// or file://"),
        ("attestation", "maybe", "one of auto"),
        ("attestation", "required", "from a mirror"),
    ];
    for (input, value, why) in inputs {
        refused(&Action::new(&RELEASE, &[(input, value)]), why, value);
    }
    let pinned = Action::new(&RELEASE, &[("sha256", &sum), ("install-only", "true")]).run();
    assert_eq!(pinned.code, Some(0), "{pinned:?}");
}

fn refused(action: &Action, why: &str, what: &str) {
    let ended = action.run();
    assert_eq!(ended.code, Some(2), "{what}: {ended:?}");
    assert!(ended.out.contains(why), "{what}: {ended:?}");
    assert!(ended.outputs.is_empty() && action.runner.read("path").is_empty(), "{what}: {ended:?}");
}

#[test]
fn an_archive_of_another_version_is_refused() {
    refused(&Action::new(&release_of("echo portcullis 0.0.1"), &[]), "another version", "0.0.1");
}

/// `gh` decides, and its silence is no word: old versions end with 0 where there is no attestation.
#[test]
fn an_attestation_that_is_not_shown_is_refused() {
    let ghs =
        [("echo '[{\"verificationResult\":{}}]'", true), ("echo '[]'", false), ("exit 0", false), ("exit 1", false)];
    for (gh, good) in ghs {
        let bin = Folder::new();
        let gh = format!("echo \"$@\" >\"$ASKED\"\n{gh}");
        // The release is fetched from the action's own repository; curl stands in for the network.
        let curl = format!(
            "while [ $# -gt 1 ]; do [ \"$1\" = -o ] && out=$2; shift; done\n\
             case $1 in https://github.com/owner/portcullis/releases/download/*) cp \"{}/${{1#*/download/}}\" \"$out\" ;; *) exit 9 ;; esac",
            RELEASE.path().display()
        );
        scripts(&bin, &[("gh", &gh), ("curl", &curl)]);
        let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
        let inputs = [("download-url", ""), ("token", "t"), ("install-only", "true")];
        let action = Action::new(&RELEASE, &inputs);
        let asked = action.runner.path().join("asked").display().to_string();
        let action = action.with("PATH", path).with("ASKED", asked);
        if good {
            let ended = action.run();
            assert_eq!(ended.code, Some(0), "{gh}: {ended:?}");
            let asked = action.runner.read("asked");
            assert!(
                asked.contains(
                    "--repo owner/portcullis --signer-workflow owner/portcullis/.github/workflows/release.yml"
                )
            );
        } else {
            refused(&action, "no valid attestation", &gh);
        }
    }
}

/// Nothing of an input is run, split or expanded, and a leading dash makes no option of a path.
#[test]
fn hostile_inputs_arrive_as_one_argument_each() {
    let release = recorder();
    let marker = Folder::new();
    let touch = format!("touch {}/ran", marker.path().display());
    let hostile = [
        "two words  and three".to_owned(),
        "'single' \"double\" \\back".to_owned(),
        format!("$({touch})"),
        format!("`{touch}`"),
        format!("x; {touch}; #"),
        format!("x\" && {touch} && \""),
        "--exec".to_owned(),
        "-".to_owned(),
        "*".to_owned(),
        "~".to_owned(),
        "$HOME".to_owned(),
        "${{ github.token }}".to_owned(),
        "::stop-commands::x".to_owned(),
        "name=päth".to_owned(),
    ];
    let all = hostile.join("\n");
    for value in hostile.iter().chain([&all]) {
        let one = ["policy", "policy-base", "profile", "diff-base", "baseline", "root"];
        let mut inputs: Vec<(&str, &str)> = one.map(|name| (name, value.as_str())).into();
        inputs.extend([("outputs", all.as_str()), ("args", &all), ("paths", &all)]);
        let action = Action::new(&release, &inputs);
        let record = action.runner.path().join("record").display().to_string();
        let action = action.with("RECORD", record.clone());
        let ended = action.run();
        assert_eq!(ended.code, Some(0), "{ended:?}");

        let mut expected = vec!["check".to_owned()];
        expected.extend(one.map(|name| format!("--{name}={value}")));
        expected.extend(hostile.iter().map(|line| format!("--output={line}")));
        expected.extend(hostile.iter().cloned());
        expected.push("--".into());
        expected.extend(hostile.iter().cloned());
        let record = std::fs::read_to_string(record).unwrap();
        let got: Vec<&str> = record.strip_suffix('\0').unwrap().split('\0').collect();
        assert_eq!(got, expected);
    }
    for folder in ["-", "$(pwd)", "-P", "no such"] {
        let ended = Action::new(&release, &[("working-directory", folder)]).with("OLDPWD", "/").run();
        assert_eq!(ended.code, Some(2), "{folder}: {ended:?}");
    }
    assert!(!marker.path().join("ran").exists());
}

/// The real program takes them as what they are, too: a path that is not there, and no option.
#[test]
fn the_program_sees_a_hostile_path_as_a_path() {
    for path in ["--help", "-f", "a b", "$(id)"] {
        let ended = Action::new(&RELEASE, &[("policy", "builtin:minimal"), ("paths", path)]).run();
        assert_eq!(ended.code, Some(3), "{path}: {ended:?}");
        assert!(ended.out.contains(path), "{path}: {ended:?}");
    }
}

/// What goes into an archive besides the program.
#[test]
fn an_archive_holds_one_folder_of_its_own_name() {
    let list = Command::new("tar").arg("-tzf").arg(RELEASE.path().join(archive())).output().unwrap();
    let stem = archive_name().replace(".tar.gz", "");
    let names: Vec<String> = String::from_utf8(list.stdout).unwrap().lines().map(str::to_owned).collect();
    assert!(names.iter().all(|name| name.starts_with(&format!("{stem}/"))), "{names:?}");
    for file in
        ["portcullis", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "completions/portcullis.bash", "man/portcullis.1"]
    {
        assert!(names.contains(&format!("{stem}/{file}")), "{file} of {names:?}");
    }
}

fn read_yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(repository().join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The script of the GitLab component, as a runner's shell reads it; its inputs are variables.
#[test]
fn the_gitlab_component_hands_its_inputs_over_untouched() {
    let text = std::fs::read_to_string(repository().join("templates/portcullis/template.yml")).unwrap();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    let job = documents[1].as_object().unwrap().values().next().unwrap();
    let script = job["script"][0].as_str().unwrap();
    let hostile = ["a b", "$(touch ran)", "`touch ran`", "'\"; touch ran; #", "--help", "*", "${HOME}", "END "];
    let lines = hostile.join("\n");
    for (value, diff) in hostile.iter().flat_map(|value| [(*value, "none"), (*value, "merge-request")]) {
        let folder = Folder::new();
        scripts(&folder, &[("bin/portcullis", "printf '%s\\0' \"$@\" >record; exit 3")]);
        let path = format!("{}/bin:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("sh");
        command.args(["-eu", "-c", script]).env_clear().current_dir(folder.path()).env("PATH", path);
        for (name, is) in [("GATE_POLICY", value), ("GATE_PROFILE", ""), ("GATE_ROOT", value), ("GATE_DIFF", diff)] {
            command.env(name, is);
        }
        let ran = command.env("GATE_PATHS", &lines).env("CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc").output().unwrap();
        assert_eq!(ran.status.code(), Some(3), "{ran:?}");
        let outputs = ["gitlab=gl-code-quality-report.json", "junit=portcullis-junit.xml", "markdown=portcullis.md"];
        let mut expected = vec!["check".to_owned()];
        expected.extend(outputs.iter().chain(&["json=portcullis.json"]).map(|output| format!("--output={output}")));
        expected.extend([format!("--policy={value}"), format!("--root={value}")]);
        expected.extend((diff == "merge-request").then(|| "--diff-base=abc".to_owned()));
        expected.push("--".into());
        expected.extend(hostile.map(str::to_owned));
        let record = folder.read("record");
        assert_eq!(record.trim_end_matches('\0').split('\0').collect::<Vec<_>>(), expected);
        assert!(!folder.path().join("ran").exists(), "{value}");
    }
}

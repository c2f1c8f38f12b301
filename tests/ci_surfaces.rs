//! Where a CI shows a verdict by itself: detection adds, and changes neither the verdict, nor the exit code, nor what `-f`
//! puts on stdout. What is written is read back as the CI reads it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::collections::BTreeMap;

use common::{Folder, NOW, Ran};
use portcullis::outputs;
use portcullis::verdict::Verdict;

/// Each CI by a variable that tells it, with what its surfaces need; `@` is the folder of the test.
const SYSTEMS: &[(&str, &[(&str, &str)])] = &[
    ("azure", &[("TF_BUILD", "True"), ("AGENT_TEMPDIRECTORY", "@/tmp")]),
    ("buildkite", &[("BUILDKITE", "true")]),
    ("gitea", &[("GITEA_ACTIONS", "true"), ("GITHUB_ACTIONS", "true"), SUMMARY, OUTPUT]),
    ("github", &[("GITHUB_ACTIONS", "true"), SUMMARY, OUTPUT, ("GITHUB_WORKSPACE", "@")]),
    ("gitlab", &[("GITLAB_CI", "true")]),
    ("teamcity", &[("TEAMCITY_VERSION", "2026.1")]),
];
const SUMMARY: (&str, &str) = ("GITHUB_STEP_SUMMARY", "@/tmp/summary");
const OUTPUT: (&str, &str) = ("GITHUB_OUTPUT", "@/tmp/output");

/// The files that surfaces make in the current folder.
const MADE: [&str; 2] = ["portcullis-annotation.md", "portcullis.env"];

/// A folder of samples with an empty `tmp` in it, and the clock and policy of all tests.
struct Job {
    folder: Folder,
    system: &'static str,
    more: Vec<(String, String)>,
}

impl Job {
    fn new(system: &'static str, data: &str) -> Self {
        let folder = Folder::of(data);
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder, system, more: Vec::new() }
    }

    /// A variable that differs from the CI's own.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_by("builtin:neo-rs", args)
    }

    fn run_by(&self, policy: &str, args: &[&str]) -> Ran {
        let root = self.folder.path().to_str().unwrap();
        let own = SYSTEMS.iter().find(|(name, _)| *name == self.system).map_or(&[][..], |(_, list)| list);
        let mut environment: BTreeMap<&str, String> = own.iter().map(|(k, v)| (*k, v.replace('@', root))).collect();
        environment.extend(self.more.iter().map(|(k, v)| (k.as_str(), v.replace('@', root))));
        let environment: Vec<(&str, &str)> = environment.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let args = [&["check", "-p", policy, "--now", NOW], args].concat();
        self.folder.run_with(&args, &environment)
    }

    fn read(&self, path: &str) -> String {
        self.folder.read(path)
    }

    fn has(&self, path: &str) -> bool {
        self.folder.path().join(path).exists()
    }
}

/// Reads a file of outputs by the rules of the runner (actions/runner, `FileCommandManager.cs`).
fn read_outputs(text: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut lines = text.split_inclusive('\n').map(|l| l.strip_suffix('\n').unwrap_or(l));
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let (equals, heredoc) = (line.find('=').unwrap_or(usize::MAX), line.find("<<").unwrap_or(usize::MAX));
        let (key, value) = if equals < heredoc {
            let (key, value) = line.split_once('=').unwrap();
            (key, value.to_owned())
        } else {
            let (key, delimiter) = line.split_once("<<").unwrap_or_else(|| panic!("invalid line {line:?}"));
            assert!(!key.is_empty() && !delimiter.is_empty());
            let mut value = Vec::new();
            loop {
                match lines.next().expect("the delimiter comes") {
                    end if end == delimiter => break,
                    line => value.push(line),
                }
            }
            (key, value.join("\n"))
        };
        all.insert(key.to_owned(), value);
    }
    all
}

/// The commands that a runner of GitHub's kind finds in a log: name and the rest.
fn commands(log: &str) -> Vec<(&str, &str)> {
    let lines = log.split(['\r', '\n']).filter_map(|line| line.trim_start().strip_prefix("::"));
    lines.filter_map(|l| l.split_once("::")).map(|(info, data)| (info.split(' ').next().unwrap(), data)).collect()
}

#[test]
fn detection_changes_neither_exit_code_nor_stdout() {
    for data in ["neo-rs/passing", "neo-rs/failing", "without a report"] {
        for (system, _) in SYSTEMS {
            let job = Job::new(system, if data.starts_with("neo") { data } else { "neo-rs/passing" });
            if !data.starts_with("neo") {
                job.folder.remove("coverage/unit.xml").remove("baseline.json");
            }
            for output in outputs::ALL {
                let seen = job.run(&["-f", output.name]);
                let alone = job.run(&["-f", output.name, "--ci", "none"]);
                assert_eq!(seen.code, alone.code, "{data} {system} {}", output.name);
                let added = seen.out.strip_suffix(&alone.out);
                let added = added.unwrap_or_else(|| panic!("{data} {system} {}:\n{}", output.name, seen.out));
                // TeamCity reads stdout only: there the messages stand before the text.
                let may_add = *system == "teamcity" && output.name == "text";
                assert!(may_add || added.is_empty(), "{data} {system} {}: {added}", output.name);
                assert!(added.lines().all(|l| l.starts_with("##teamcity[")), "{added}");
                assert_eq!(alone.err, "", "{data} {system} {}: --ci none is silent", output.name);
                if output.name == "json" {
                    let verdict: Verdict = serde_json::from_str(&seen.out).unwrap();
                    assert_eq!(Some(i32::from(verdict.exit_code)), seen.code);
                }
            }
        }
    }
}

#[test]
fn nothing_is_made_outside_a_ci_or_with_none() {
    for (system, _) in SYSTEMS {
        let job = Job::new(system, "neo-rs/failing");
        let before = common::files_below(job.folder.path());
        let none = job.run(&["--ci", "none"]);
        assert_eq!((none.code, none.err.as_str()), (Some(1), ""));
        assert_eq!(common::files_below(job.folder.path()), before, "{system}");
    }
    let outside = Job::new("", "neo-rs/failing");
    let before = common::files_below(outside.folder.path());
    let ran = outside.run(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert_eq!(common::files_below(outside.folder.path()), before);
    let bitbucket = Job::new("", "neo-rs/failing").with("BITBUCKET_COMMIT", "abc");
    assert_eq!(bitbucket.run(&[]).err, "", "a CI without a surface of its own");
}

#[test]
fn a_flag_overrides_what_is_detected() {
    let job = Job::new("gitlab", "neo-rs/passing").with("GITHUB_STEP_SUMMARY", "@/tmp/summary");
    let ran = job.run(&["--ci", "github"]);
    assert!(ran.err.contains("portcullis: github: "), "{}", ran.err);
    assert!(job.has("tmp/summary") && !job.has("portcullis.env"));
    let ran = job.run(&["--ci", "jenkins"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("azure, buildkite, gitea, github, gitlab, teamcity, none"), "{}", ran.err);
}

#[test]
fn github_has_a_summary_annotations_and_outputs() {
    let job = Job::new("github", "neo-rs/failing");
    job.folder.write("tmp/summary", "# an earlier command\n").write("tmp/output", "earlier=1");
    let ran = job.run(&["-f", "json", "-o", "json=out/verdict.json", "-o", "markdown=out/summary.md"]);
    assert_eq!(ran.code, Some(1));
    let verdict: Verdict = serde_json::from_str(&ran.out).unwrap();

    let summary = job.read("tmp/summary");
    assert!(summary.starts_with("# an earlier command\n\n\n**portcullis: gate shut"), "{summary}");
    assert!(summary.ends_with("(exit 1)**\n"));

    let found = commands(&ran.err);
    assert!(found.iter().all(|(name, _)| ["error", "warning", "notice"].contains(name)), "{found:?}");
    let of = |kind: &str| found.iter().filter(|(name, _)| *name == kind).count();
    assert!((1..=10).contains(&of("error")) && of("warning") <= 10 && of("notice") == 1);
    assert!(found.last().unwrap().1.starts_with("portcullis: gate shut"));

    let outputs = read_outputs(&job.read("tmp/output"));
    let get = |key: &str| outputs.get(key).unwrap_or_else(|| panic!("no {key} in {outputs:?}")).as_str();
    assert_eq!((get("earlier"), get("verdict"), get("exit-code")), ("1", "fail", "1"));
    assert_eq!(get("failed"), verdict.counts.fail.to_string());
    assert_eq!(get("errors"), verdict.counts.error.to_string());
    assert_eq!(get("warned"), verdict.counts.warn.to_string());
    assert_eq!((get("json-path"), get("markdown-path")), ("out/verdict.json", "out/summary.md"));
    assert_eq!(outputs.len(), 8);
    assert!(job.has(get("json-path")), "relative to the workspace");

    let said = ran.err.lines().filter(|l| l.starts_with("portcullis: github: ")).collect::<Vec<_>>();
    assert_eq!(said.len(), 1, "{}", ran.err);
    assert!(said[0].contains("job summary") && said[0].contains("7 outputs"), "{said:?}");
    let quiet = job.run(&["-q"]);
    assert!(!quiet.err.contains("portcullis: github") && quiet.err.contains("::error"), "{}", quiet.err);
}

#[test]
fn annotations_are_not_there_twice() {
    let job = Job::new("github", "neo-rs/failing");
    let ran = job.run(&["-f", "github"]);
    assert!(commands(&ran.out).len() > 1 && commands(&ran.err).is_empty(), "{}", ran.err);
    let job = Job::new("gitea", "neo-rs/failing");
    let ran = job.run(&[]);
    assert!(commands(&ran.err).is_empty(), "Gitea shows none: {}", ran.err);
    assert!(job.read("tmp/summary").contains("gate shut"));
    assert_eq!(read_outputs(&job.read("tmp/output"))["verdict"], "fail");
}

#[test]
fn two_gates_in_one_step_have_a_summary_each_and_the_outputs_of_the_last() {
    let job = Job::new("github", "neo-rs/failing");
    assert_eq!(job.run(&[]).code, Some(1));
    job.folder.write("p.toml", "version = 1\n[coverage]\nlines = 10\n");
    assert_eq!(job.run_by("p.toml", &["coverage/unit.xml"]).code, Some(0));
    let summary = job.read("tmp/summary");
    let first = |line: &str| summary.lines().filter(|l| l.starts_with(line)).count();
    assert_eq!((first("**portcullis: gate shut"), first("**portcullis: gate open")), (2, 2), "{summary}");
    let outputs = read_outputs(&job.read("tmp/output"));
    assert_eq!((outputs["verdict"].as_str(), outputs["failed"].as_str()), ("pass", "0"));
}

#[test]
fn a_summary_stays_within_what_github_takes() {
    let whole = {
        let job = Job::new("github", "neo-rs/failing");
        job.run(&[]);
        job.read("tmp/summary").len()
    };
    assert!(whole > 5000, "{whole}: the sample is too small for this test");
    let job = Job::new("github", "neo-rs/failing");
    let held = 1_000_000 - 4500;
    job.folder.write("tmp/summary", "x".repeat(held));
    let ran = job.run(&[]);
    assert_eq!(ran.code, Some(1));
    let summary = job.read("tmp/summary");
    assert!(summary.len() > held + 500 && summary.len() <= 1_000_000, "{}", summary.len());
    assert!(summary.contains("\nLeft out for length: "), "{}", &summary[held..]);
    assert!(summary.ends_with("(exit 1)**\n"));

    job.folder.write("tmp/summary", "x".repeat(999_000));
    let ran = job.run(&[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("warning: github: the job summary is full"), "{}", ran.err);
    assert_eq!(job.read("tmp/summary").len(), 999_000, "it is as it was");
}

#[test]
fn what_cannot_be_written_is_a_warning_and_what_was_asked_for_is_not() {
    for data in ["neo-rs/passing", "neo-rs/failing"] {
        let code = Some(i32::from(data.ends_with("failing")));
        let job = Job::new("github", data);
        let job = job.with("GITHUB_STEP_SUMMARY", "@/tmp").with("GITHUB_OUTPUT", "@/nowhere/output");
        let ran = job.run(&["-f", "json"]);
        assert_eq!(ran.code, code, "{}", ran.err);
        assert!(serde_json::from_str::<Verdict>(&ran.out).is_ok());
        for (what, name) in [("the job summary", "GITHUB_STEP_SUMMARY"), ("the outputs of the step", "GITHUB_OUTPUT")] {
            let line = ran.err.lines().find(|l| l.contains(&format!("warning: github: {what} cannot be")));
            assert!(line.is_some_and(|l| l.starts_with("portcullis: ") && l.contains(name)), "{}", ran.err);
        }
        let ran = job.run(&["-o", "json=tmp"]);
        assert_eq!(ran.code, Some(2), "a folder is no file: {}", ran.err);
        assert!(!commands(&ran.err).is_empty(), "the surfaces are written all the same");

        let azure = Job::new("azure", data).with("AGENT_TEMPDIRECTORY", "@/nowhere");
        let ran = azure.run(&[]);
        assert_eq!(ran.code, code);
        assert!(ran.err.contains("warning: azure: the summary of the run cannot be written"), "{}", ran.err);
        for (system, name) in [("buildkite", MADE[0]), ("gitlab", MADE[1])] {
            let job = Job::new(system, data);
            job.folder.write(&format!("{name}/in-the-way"), "");
            let ran = job.run(&[]);
            assert_eq!(ran.code, code);
            assert!(ran.err.contains(&format!("warning: {system}: {name} cannot be written")), "{}", ran.err);
            let left = common::files_below(job.folder.path()).into_iter().filter(|f| f.ends_with(".tmp"));
            assert_eq!(left.collect::<Vec<_>>(), [""; 0]);
        }
    }
    let bare = Job::new("", "neo-rs/passing").with("GITHUB_ACTIONS", "true");
    let ran = bare.run(&[]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("no GITHUB_STEP_SUMMARY, no GITHUB_OUTPUT"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_path_with_a_line_break_sets_no_output() {
    let job = Job::new("github", "neo-rs/passing");
    let ran = job.run(&["-o", "json=tmp/a\nverdict=fail"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("warning: github: the output json-path would have a line break"), "{}", ran.err);
    assert_eq!(job.read("tmp/output"), "");
}

/// `portcullis check -f markdown >> "$GITHUB_STEP_SUMMARY"` is what people write; the verdict is not there twice.
#[test]
fn a_summary_that_is_written_already_is_left_alone() {
    let job = Job::new("github", "neo-rs/failing");
    let path = job.folder.path().join("tmp/summary");
    let summary = std::fs::OpenOptions::new().append(true).create(true).open(&path).unwrap();
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(["check", "-p", "builtin:neo-rs", "--now", NOW, "-f", "markdown"])
        .current_dir(job.folder.path())
        .env_clear()
        .envs([("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", path.to_str().unwrap())])
        .stdout(summary)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    let lines = |text: &str| text.lines().filter(|l| l.starts_with("**portcullis: gate shut")).count();
    assert_eq!(lines(&job.read("tmp/summary")), 2, "the first and the last line");

    let job = Job::new("github", "neo-rs/failing");
    job.run(&["-o", "markdown=tmp/summary"]);
    assert_eq!(lines(&job.read("tmp/summary")), 2);
}

/// What a pipe is asked for is written into it once, and it is not opened again to be compared with the summary.
#[cfg(unix)]
#[test]
fn an_output_may_be_a_pipe() {
    let job = Job::new("github", "neo-rs/passing");
    job.folder.write("tmp/summary", "");
    let pipe = job.folder.path().join("tmp/pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    let ran = job.run(&["-o", "json=tmp/pipe"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(serde_json::from_str::<Verdict>(&reader.join().unwrap()).unwrap().exit_code, 0);
    assert!(job.read("tmp/summary").contains("gate open"));
}

#[test]
fn azure_has_issues_a_summary_and_variables() {
    let job = Job::new("azure", "neo-rs/failing");
    let ran = job.run(&["-f", "json"]);
    let of = |what: &str| ran.err.lines().filter(|l| l.starts_with(&format!("##vso[{what}"))).collect::<Vec<_>>();
    let errors = of("task.logissue type=error;");
    assert!((1..=10).contains(&errors.len()), "{}", ran.err);
    let uploads = of("task.uploadsummary]");
    let file = uploads[0].split_once(']').unwrap().1;
    assert!(std::path::Path::new(file).is_absolute());
    assert!(std::fs::read_to_string(file).unwrap().contains("gate shut"));
    assert!(of("task.setvariable variable=verdict;isoutput=true]fail").len() == 1, "{}", ran.err);
    assert!(of("task.setvariable variable=exit_code;isoutput=true]1").len() == 1, "{}", ran.err);
    assert!(of("task.complete").is_empty(), "the exit code decides");
    assert_eq!(ran.err.lines().filter(|l| !l.starts_with("##vso[")).count(), 1, "{}", ran.err);
    let again = job.run(&[]);
    assert!(again.err.contains("portcullis-2.md") && job.has("tmp/portcullis-2.md"), "{}", again.err);
}

#[cfg(unix)]
#[test]
fn buildkite_and_gitlab_have_a_file_that_follows_no_link() {
    for (system, name, said) in [("buildkite", MADE[0], "--style error"), ("gitlab", MADE[1], "dotenv")] {
        let job = Job::new(system, "neo-rs/failing");
        job.folder.write("tmp/precious", "kept");
        std::os::unix::fs::symlink("tmp/precious", job.folder.path().join(name)).unwrap();
        let ran = job.run(&[]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains(said) && ran.err.contains(name), "{}", ran.err);
        assert_eq!(job.read("tmp/precious"), "kept");
        assert!(job.read(name).contains(if system == "gitlab" { "PORTCULLIS_EXIT_CODE=1\n" } else { "gate shut" }));
    }
    let job = Job::new("buildkite", "neo-rs/failing");
    job.run(&["-o", "buildkite=mine.md"]);
    assert!(job.has("mine.md") && !job.has(MADE[0]), "who asked for the file has it where it was asked for");
}

#[test]
fn teamcity_reads_stdout_and_a_machine_has_it_to_itself() {
    let job = Job::new("teamcity", "neo-rs/failing");
    let ran = job.run(&[]);
    assert!(ran.out.starts_with("##teamcity[") && ran.out.contains("##teamcity[buildProblem "), "{}", ran.out);
    assert!(ran.out.lines().last().unwrap().starts_with("portcullis: gate shut"));
    let ran = job.run(&["-f", "json"]);
    assert!(serde_json::from_str::<Verdict>(&ran.out).is_ok());
    assert!(ran.err.contains("no service messages, since stdout is json"), "{}", ran.err);
    let open = Job::new("teamcity", "neo-rs/passing").run(&[]);
    assert!(!open.out.contains("buildProblem") && open.out.contains("buildStatisticValue"), "{}", open.out);
}

/// Names and messages of a report that would be commands.
#[test]
fn no_report_gives_a_command_to_any_ci() {
    let evil = [
        "::error file=x::pwned",
        "a\\r::stop-commands::x\\n::set-env name=PATH::/tmp",
        "##vso[task.complete result=Succeeded;]done",
        "##teamcity[buildStatus status='SUCCESS']",
        "\\u0085::add-mask::a\\u2028::error::b",
        "%0A::error::x",
    ];
    let result = |text: &&str| {
        format!(
            r#"{{"ruleId":"{text}","level":"error","message":{{"text":"{text}"}},"locations":[{{"physicalLocation":
            {{"artifactLocation":{{"uri":"{text}"}},"region":{{"startLine":3}}}}}}]}}"#
        )
    };
    let results: Vec<String> = evil.iter().map(result).collect();
    let sarif = format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{}"}}}},"results":[{}]}}]}}"#,
        evil[0],
        results.join(",")
    );
    for (system, _) in SYSTEMS {
        let job = Job::new(system, "neo-rs/passing");
        job.folder.write("evil.sarif", &sarif).write("p.toml", "version = 1\n[security]\nhigh = 0\n");
        let ran = job.run_by("p.toml", &["evil.sarif"]);
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        for log in [&ran.out, &ran.err] {
            let names: Vec<&str> = commands(log).into_iter().map(|(name, _)| name).collect();
            assert!(names.iter().all(|n| ["error", "warning", "notice"].contains(n)), "{system}: {log}");
            assert!(names.is_empty() || *system == "github", "{system}: {log}");
            for line in log.lines() {
                let starts = |word: &str| line.matches(word).count();
                let own = usize::from(line.starts_with("##vso[task.") && *system == "azure");
                assert_eq!(starts("##vso["), own, "{line}");
                let own = usize::from(line.starts_with("##teamcity[") && *system == "teamcity");
                assert_eq!(starts("##teamcity["), own, "{line}");
            }
        }
        if *system == "github" {
            assert_eq!(commands(&ran.err).len(), evil.len() + 1, "{}", ran.err);
            assert_eq!(read_outputs(&job.read("tmp/output")).len(), 5, "nothing of a report is in the outputs");
        }
    }
}

/// `/dev/stdout` is what stdout is, whatever that is: what `-f` puts there is not overwritten.
#[cfg(target_os = "linux")]
#[test]
fn an_output_may_be_stdout() {
    let folder = Folder::of("neo-rs/passing");
    let file = std::fs::File::create(folder.path().join("both")).unwrap();
    let args = ["check", "-p", "builtin:neo-rs", "--now", NOW, "-o", "json=/dev/stdout", "-f", "text"];
    let run = common::portcullis(folder.path()).args(args).output().unwrap();
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(args)
        .current_dir(folder.path())
        .env_clear()
        .stdout(file)
        .status()
        .unwrap();
    assert_eq!((run.status.code(), status.code()), (Some(0), Some(0)));
    let both = folder.read("both");
    assert!(both.starts_with('{') && both.contains("}\nportcullis ") && both.ends_with("(exit 0)\n"), "{both}");
    assert_eq!(both.as_bytes(), run.stdout, "into a file as into a pipe");
}

#[test]
fn who_forces_colour_has_it() {
    let job = |more: &[(&str, &str)], args: &[&str]| {
        let job = more.iter().fold(Job::new("", "neo-rs/passing"), |job, (k, v)| job.with(k, v));
        job.run(args).out.contains('\u{1b}')
    };
    assert!(!job(&[], &[]), "stdout is no terminal");
    assert!(job(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(job(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!job(&[("CLICOLOR_FORCE", ""), ("NO_COLOR", "1")], &[]));
    assert!(job(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(!job(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(!job(&[("GITHUB_ACTIONS", "true"), ("CI", "true")], &[]), "a pipe may be a file");
}

//! Each system call that can fail, fails. The exit code is what was promised, never 0 or 1 by accident; what is written is
//! there whole or not at all; and who reads the message knows which file it was.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stderr, reason = "what is not tested here is said")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use common::{Folder, Ran};

const BINARY: &str = env!("CARGO_BIN_EXE_portcullis");
const CHECK: &str = "$P check -p p.toml --now 2026-11-23T12:00:00Z";
/// Two gates, so that one can be judged without the other.
const POLICY: &str = "version = 1
[evidence.unit]\npath = \"reports/unit.xml\"
[evidence.tests]\npath = \"junit.xml\"
[coverage]\nlines = 50
[tests]\nfailed = 0
";

/// A set that passes.
fn set() -> Folder {
    let folder = Folder::new();
    folder
        .write("p.toml", POLICY)
        .write("o.toml", POLICY.replace("s/unit.xml\"", "s/unit.xml\"\nformat = \"cobertura\"\noptional = true"))
        .write("g.toml", POLICY.replace("s/unit.xml\"", "s/**/unit*.xml\"\nformat = \"cobertura\"\noptional = true"))
        .write("reports/unit.xml", tiny::cobertura(&[("a.rs", &[1, 1, 0])]))
        .write("junit.xml", tiny::junit(&[("a", "passed")]));
    folder
}

/// Runs a line of shell in a folder, in which `$P` is the program. Nothing may take longer than this.
fn shell(folder: &Folder, line: &str) -> Ran {
    shell_as(folder, line, &[], BINARY)
}

fn shell_as(folder: &Folder, line: &str, before: &[&str], program: &str) -> Ran {
    let words: Vec<&str> = before.iter().copied().chain(["bash", "-c", line]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(folder.path()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("P", program).env("RUST_BACKTRACE", "0");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (drained(child.stdout.take()), drained(child.stderr.take()));
    let end = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("hangs: {line}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Ran { code: status.code(), out: out.join().unwrap(), err: err.join().unwrap() }
}

/// All of a stream as text, read by a thread of its own.
fn drained(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The files in the folder, but for what the shell was told to make.
fn leftovers(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|n| n.ends_with(".tmp")).collect()
}

/// What lies where the report should: how it comes there, and what the message says of it.
const IN_ITS_PLACE: &[(&str, &str, &str)] = &[
    ("a folder", "mkdir reports/unit.xml", "no advisory database"),
    ("a pipe", "mkfifo reports/unit.xml", "not a regular file"),
    (
        "a socket",
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"reports/unit.xml\")'",
        "No such device",
    ),
    ("a link to a file", "ln -s ../junit.xml reports/unit.xml", "a symbolic link"),
    ("a link to nothing", "ln -s nowhere reports/unit.xml", "a symbolic link"),
    ("a link to itself", "ln -s unit.xml reports/unit.xml", "a symbolic link"),
    ("a link to a device", "ln -s /dev/zero reports/unit.xml", "a symbolic link"),
    ("a folder that is a circle", "rmdir reports; ln -s reports reports", "ymbolic link"),
    ("a folder that lies elsewhere", "rmdir reports; ln -s /etc reports", "leads out of the root"),
    ("an empty file", ": > reports/unit.xml", "empty"),
    ("a half", "printf '<coverage line-rate=\"1\"><packages>' > reports/unit.xml", "cannot be read as cobertura"),
    ("zeros", "head -c 300000 /dev/zero > reports/unit.xml", ""),
];

#[test]
fn what_lies_in_the_place_of_a_report_is_an_error_also_where_it_is_optional() {
    let absent = set();
    absent.remove("reports/unit.xml");
    for (policy, code) in [("p", 3), ("o", 0), ("g", 0)] {
        let ran = shell(&absent, &CHECK.replace("p.toml", &format!("{policy}.toml")));
        assert_eq!(ran.code, Some(code), "absent, by {policy}\n{}{}", ran.out, ran.err);
    }
    for (what, make, why) in IN_ITS_PLACE {
        let folder = set();
        folder.remove("reports/unit.xml");
        let made = shell(&folder, make);
        if made.code != Some(0) && make.starts_with("python3") {
            eprintln!("SKIPPED: {what}: no python3 to make one");
            continue;
        }
        assert_eq!(made.code, Some(0), "{what}: {}", made.err);
        for policy in ["p", "o"] {
            let line = format!("$P check -p {policy}.toml --now 2026-11-23T12:00:00Z -f json");
            let ran = shell(&folder, &line);
            assert_eq!(ran.code, Some(3), "{what}, by {policy}\n{}{}", ran.out, ran.err);
            assert!(ran.out.contains(why) && ran.out.contains("reports/unit.xml"), "{what}, by {policy}\n{}", ran.out);
        }
        // A search follows no link: to it, a link to a folder is no folder.
        if !make.contains("rmdir") && *what != "a folder" {
            let ran = shell(&folder, "$P check -p g.toml --now 2026-11-23T12:00:00Z");
            assert_eq!(ran.code, Some(3), "{what}, by a glob\n{}{}", ran.out, ran.err);
        }
        let ran = shell(&folder, "$P inspect reports/unit.xml");
        assert_eq!(ran.code, Some(3), "{what}: inspect\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("reports/unit.xml"), "{what}: inspect\n{}", ran.out);
    }
}

/// What is given by its path: the exit code, and what is said.
const GIVEN: &[(&str, &str)] = &[
    ("/dev/zero", "not a regular file"),
    ("/dev/null", "not a regular file"),
    ("/dev/stdin", "symbolic link"),
    ("/proc/self/mem", ""),
    ("nowhere.xml", "there is no such file"),
    ("junit.xml/inside", "there is no such file"),
    ("$(printf 'x%.0s' $(seq 300))", "File name too long"),
    ("$(printf 'folder/%.0s' $(seq 900))x", "File name too long"),
    ("loop/x.xml", "symbolic links"),
    ("$'\\xff.xml'", ""),
    ("empty", "holds no file"),
];

#[test]
fn what_is_given_and_is_no_report_is_3() {
    let folder = set();
    symlink("loop", folder.path().join("loop")).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (given, why) in GIVEN {
        for name in ["", "unit="] {
            let ran = shell(&folder, &format!("{CHECK} {name}{given} tests=junit.xml -f json < junit.xml"));
            assert_eq!(ran.code, Some(3), "{name}{given}\n{}{}", ran.out, ran.err);
            assert!(ran.out.contains(why), "{name}{given}\n{}", ran.out);
        }
        let ran = shell(&folder, &format!("$P inspect {given} junit.xml < junit.xml"));
        assert_eq!(ran.code, Some(3), "{given}\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("junit"), "the rest is still shown: {}", ran.out);
    }
}

/// Of a policy, a diff, a baseline: whatever cannot be read. The first is 2, the others 3 where they are needed.
#[test]
fn what_is_no_policy_judges_nothing() {
    let bad = [
        ("nowhere.toml", "nowhere.toml"),
        ("folder", "folder"),
        ("pipe", "pipe"),
        ("loop", "loop"),
        ("/dev/zero", "/dev/zero"),
        ("huge", "huge"),
        ("utf16", "utf16"),
        ("<(cat p.toml)", "/dev/fd"),
        ("$(printf 'x%.0s' $(seq 300))", "xxx"),
        ("''", ""),
    ];
    let folder = set();
    let made = "mkdir folder; mkfifo pipe; ln -s loop loop; head -c 3000000 p.toml /dev/zero > huge; \
                printf '\\xff\\xfev\\0' > utf16";
    assert_eq!(shell(&folder, made).code, Some(0));
    for (policy, names) in bad {
        for line in ["$P check -p", "$P policy check", "$P policy show -p", "PORTCULLIS_POLICY="] {
            let line = match line {
                "PORTCULLIS_POLICY=" if policy.starts_with("<(") => continue,
                "PORTCULLIS_POLICY=" => format!("PORTCULLIS_POLICY={policy} $P check"),
                _ => format!("{line} {policy}"),
            };
            let ran = shell(&folder, &line);
            assert_eq!(ran.code, Some(2), "{line}\n{}{}", ran.out, ran.err);
            assert!(ran.out.is_empty() && ran.err.contains(names) && !ran.err.is_empty(), "{line}\n{}", ran.err);
        }
    }
    // One that is found and cannot be read is not passed over for a laxer one further up.
    for make in ["mkfifo in/portcullis.toml", "ln -s nowhere in/portcullis.toml", "mkdir in/portcullis.toml"] {
        let folder = set();
        let line = format!("mkdir in; cp p.toml portcullis.toml; {make}; cd in; $P check ../junit.xml");
        let ran = shell(&folder, &line);
        assert_eq!(ran.code, Some(2), "{line}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_diff_or_a_baseline_that_cannot_be_read_is_3_also_where_it_is_optional() {
    let folder = set();
    let trend = "[baseline]\npath = \"base.json\"\noptional = true\n";
    folder.write("t.toml", format!("{POLICY}{trend}").replace("lines = 50", "lines = 50\ntrend = \"stable\""));
    folder.write("c.toml", POLICY.replace("lines = 50", "lines = 50\n[coverage.scope.c]\nchanged = true\nlines = 50"));
    let ran = shell(&folder, "$P check -p t.toml");
    assert_eq!(ran.code, Some(0), "absent\n{}{}", ran.out, ran.err);
    for make in
        ["mkdir base.json", "mkfifo base.json", "ln -s base.json base.json", ": > base.json", "echo '{}' > base.json"]
    {
        assert_eq!(shell(&folder, make).code, Some(0));
        for line in
            ["$P check -p t.toml", "$P check -p t.toml --baseline base.json", "$P check -p c.toml --diff base.json"]
        {
            // An empty diff is read; it says so, and judges nothing.
            let ran = shell(&folder, line);
            let empty = make.starts_with(':') && line.contains("--diff");
            assert_eq!(ran.code, Some(if empty { 0 } else { 3 }), "{make}; {line}\n{}{}", ran.out, ran.err);
            assert!(empty || ran.out.contains("base.json"), "{make}; {line}\n{}{}", ran.out, ran.err);
        }
        let verdicts = ["$P baseline show base.json", "$P baseline save base.json -o new.json"];
        for line in verdicts {
            let ran = shell(&folder, line);
            assert_eq!(ran.code, Some(2), "{make}; {line}\n{}{}", ran.out, ran.err);
            assert!(!folder.path().join("new.json").exists(), "{make}; {line}");
        }
        shell(&folder, "rm -rf base.json");
    }
}

/// How an output fails: before the run, the arguments, the exit code, the name that the message must hold.
const OUTPUTS: &[(&str, &str, i32, &str)] = &[
    ("", "-o json=/dev/full", 2, "/dev/full"),
    ("", "-o json=new/folder/v.json", 0, ""),
    ("mkdir v.json", "-o json=v.json", 2, "v.json"),
    ("ln -s v.json v.json", "-o json=v.json", 2, "v.json"),
    ("", "-o json=junit.xml/v.json", 2, "junit.xml/v.json"),
    ("", "-o json=/proc/v.json", 2, "/proc/v.json"),
    ("", "-o json=/proc/nowhere/v.json", 2, "/proc/nowhere/v.json"),
    ("", "-o json=$(printf 'x%.0s' $(seq 300))", 2, "xxx"),
    ("", "-o json=$(printf 'x%.0s' $(seq 250))", 0, ""),
    ("", "> /dev/full", 2, "stdout"),
    ("", ">&-", 0, ""),
    ("", "2>&-", 0, ""),
    ("", "<&-", 0, ""),
    ("", "<&- >&- 2>&-", 0, ""),
    ("", "2> /dev/full", 0, ""),
    // A disk that takes no more: half a block fits.
    ("trap '' XFSZ; ulimit -f 1", "-f json -o json=v.json | cat", 2, "v.json"),
    ("trap '' XFSZ; ulimit -f 1; echo old > v.json", "-f json -o json=v.json | cat", 2, "v.json"),
];

#[test]
fn an_output_that_fails_is_2_and_is_there_whole_or_not_at_all() {
    for (before, args, code, names) in OUTPUTS {
        for (policy, otherwise) in [("p.toml", 0), ("strict.toml", 1)] {
            let folder = set();
            folder.write("strict.toml", POLICY.replace("50", "95"));
            // Enough of it that it does not fit.
            folder.write("long.toml", format!("{POLICY}# {}", "x".repeat(2000)));
            let line = format!("set -o pipefail; {before}\n{} {args}", CHECK.replace("p.toml", policy));
            let ran = shell(&folder, &line);
            let code = if *code == 0 { otherwise } else { *code };
            assert_eq!(ran.code, Some(code), "{line}\n{}{}", ran.out, ran.err);
            assert!(ran.err.contains(names), "{line}\n{}", ran.err);
            assert_eq!(leftovers(&folder), Vec::<String>::new(), "{line}");
            match fs::read_to_string(folder.path().join("v.json")) {
                Ok(text) => assert_eq!(text, "old\n", "{line}"),
                Err(_) => assert!(!folder.path().join("v.json").is_file(), "{line}"),
            }
        }
    }
}

/// A reader that goes away, as `head` does. What was asked for as a file is there all the same.
#[test]
fn a_pipe_that_nobody_reads_is_2_and_no_signal() {
    for format in ["text", "json", "markdown"] {
        let folder = set();
        let ran = shell(
            &folder,
            &format!("{CHECK} -f {format} -o json=v.json | (exec 0<&-; sleep 0.1); exit ${{PIPESTATUS[0]}}"),
        );
        // What was read before it went is no failure: a pipe holds more than a short report.
        assert!(matches!(ran.code, Some(0 | 2)), "{format}: {:?} {}", ran.code, ran.err);
        assert!(ran.code == Some(0) || ran.err.contains("stdout cannot be written"), "{}", ran.err);
        assert!(folder.read("v.json").ends_with("}\n"));
    }
    let folder = set();
    let ran = shell(&folder, &format!("sleep 0.3 | true; (sleep 0.3; {CHECK}; echo $? > code) | true; sleep 0.6"));
    assert_eq!(folder.read("code"), "2\n", "{}", ran.err);
    assert!(ran.err.contains("stdout cannot be written"), "{}", ran.err);
}

/// Little of everything: the verdict is the same, or there is none and the code says so.
#[test]
fn under_any_limit_the_verdict_is_right_or_there_is_none() {
    let folder = set();
    // Over 1 MiB together: threads share the work, where there are any.
    for n in 0..3 {
        let hits: Vec<u32> = (0..12_000).map(|line| u32::from(line % 5 != n)).collect();
        folder.write(&format!("reports/unit{n}.xml"), tiny::cobertura(&[("a.rs", &hits)]));
    }
    let threads = POLICY.replace("unit.xml", "unit?.xml").replace("50", "100");
    folder.write("open.toml", POLICY).write("shut.toml", POLICY.replace("50", "95")).write("threads.toml", threads);
    let limits = [3, 4, 8, 10, 32].map(|n| format!("ulimit -n {n}"));
    let memory = [20_000, 40_000, 80_000, 160_000, 320_000].map(|n| format!("ulimit -v {n}"));
    let stack = [128, 256, 512, 1024].map(|n| format!("ulimit -s {n}"));
    let mut told = 0;
    for limit in limits.iter().chain(&memory).chain(&stack) {
        for (policy, right) in [("open", 0), ("shut", 1), ("threads", 0)] {
            let line =
                format!("ulimit -c 0; {limit}; exec $P check -p {policy}.toml --now 2026-11-23T12:00:00Z -f json");
            let ran = shell(&folder, &line);
            match ran.code {
                Some(code) if code == right => told += 1,
                // A part that could not be opened is an error, and what is left may fall short too.
                Some(1) if policy == "threads" => {
                    assert!(ran.out.contains("Too many open files"), "{line}\n{}", ran.out)
                }
                // Killed, or not even started: no code of ours, and nothing on stdout that looks like a verdict.
                None | Some(126 | 127 | 134 | 139) => assert!(ran.out.is_empty(), "{line}\n{}", ran.out),
                // What could not be opened was not judged.
                Some(3) => {}
                other => panic!("{line}: {other:?}\n{}{}", ran.out, ran.err),
            }
        }
    }
    assert!(told > 17, "{told}: the limits are too tight to show anything");
    for limit in ["ulimit -s 512", "ulimit -v 320000", "ulimit -n 10"] {
        let ran = shell(&folder, &format!("{limit}; {CHECK}"));
        assert_eq!(ran.code, Some(0), "{limit} is enough\n{}", ran.err);
    }
}

/// What a user without rights meets. Root may do anything, so that the run is handed to another user.
#[test]
fn what_may_not_be_read_or_written_is_said() {
    let folder = set();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut before: Vec<&str> = Vec::new();
    let mut program = PathBuf::from(BINARY);
    if root {
        before = vec!["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        // The folders above the program may be closed to others.
        program = folder.path().join("portcullis");
        fs::copy(BINARY, &program).unwrap();
        let mut able = Command::new("setpriv");
        able.args(&before[1..]).arg(&program).arg("--version").current_dir(folder.path());
        if !able.output().is_ok_and(|o| o.status.success()) {
            eprintln!("SKIPPED: root, and no setpriv to be somebody else");
            return;
        }
    }
    let run = |line: &str| shell_as(&folder, line, &before, program.to_str().unwrap());
    assert_eq!(run(CHECK).code, Some(0), "{}", run(CHECK).err);
    let mode =
        |path: &str, mode: u32| fs::set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
    // A file, a folder that may be listed and not entered, and one that may be neither.
    for (path, closed, open) in [("reports/unit.xml", 0, 0o644), ("reports", 0o444, 0o755), ("reports", 0, 0o755)] {
        mode(path, closed);
        for policy in ["p", "o", "g"] {
            let ran = run(&format!("$P check -p {policy}.toml --now 2026-11-23T12:00:00Z"));
            assert_eq!(ran.code, Some(3), "{path} {closed:o}, by {policy}\n{}{}", ran.out, ran.err);
            assert!(ran.out.contains("Permission denied") && ran.out.contains("reports"), "{path}\n{}", ran.out);
        }
        for given in ["reports/unit.xml", "reports"] {
            let ran = run(&format!("$P check -p o.toml {given} junit.xml"));
            assert_eq!(ran.code, Some(3), "{path} {closed:o}, given {given}\n{}{}", ran.out, ran.err);
        }
        mode(path, open);
    }
    mode("p.toml", 0);
    let ran = run(CHECK);
    assert!(ran.code == Some(2) && ran.err.contains("p.toml"), "{}", ran.err);
    mode("p.toml", 0o644);
    // What may not be written is not replaced, though its folder would allow it.
    folder.write("v.json", "old").write("closed/v.json", "old");
    mode("v.json", 0o444);
    mode("closed", 0o555);
    for to in ["v.json", "closed/v.json", "closed/new.json", "closed/further/v.json"] {
        let ran = run(&format!("{CHECK} -o json={to}"));
        assert!(ran.code == Some(2) && ran.err.contains(to), "{to}\n{}", ran.err);
    }
    assert_eq!((folder.read("v.json"), folder.read("closed/v.json")), ("old".into(), "old".into()));
    mode("closed/v.json", 0o666);
    let ran = run(&format!("{CHECK} -o json=closed/v.json"));
    assert_eq!(ran.code, Some(0), "it may be written, though nothing may lie beside it\n{}", ran.err);
    assert!(folder.read("closed/v.json").ends_with("}\n"));
    mode("closed", 0o755);
    assert_eq!(leftovers(&folder), Vec::<String>::new());
}

/// A report that is written while it is read is one of the two, or none; what was judged has its digest in the verdict.
#[test]
fn a_file_that_changes_while_it_is_read_is_judged_as_it_was_read() {
    let folder = set();
    let text = |hit: u32| tiny::cobertura(&[("a.rs", &vec![hit; 20_000])]);
    let (good, bad) = (text(1), text(0));
    folder.write("good.xml", &good).write("bad.xml", &bad).write("reports/unit.xml", &good);
    let digest = |path: &str| shell(&folder, &format!("sha256sum < {path}")).out[..64].to_owned();
    let (good_digest, bad_digest) = (digest("good.xml"), digest("bad.xml"));
    let writer = "(while [ ! -e stop ]; do cat good.xml > reports/unit.xml; cat bad.xml > reports/unit.xml; \
                  : > reports/unit.xml; done) &";
    let line =
        format!("{writer} for n in $(seq 60); do {CHECK} -f json > out.$n; echo $? > code.$n; done; touch stop; wait");
    assert_eq!(shell(&folder, &line).code, Some(0));
    for n in 1..=60 {
        let code = folder.read(&format!("code.{n}"));
        let verdict: serde_json::Value = serde_json::from_str(&folder.read(&format!("out.{n}"))).unwrap();
        let unit = verdict["evidence"].as_array().unwrap().iter().find(|e| e["name"] == "unit").unwrap();
        let sha256 = unit["sha256"].as_str().unwrap_or_default();
        match code.trim() {
            "0" => assert_ne!(sha256, bad_digest, "{n}"),
            "1" => assert_ne!(sha256, good_digest, "{n}"),
            "3" => assert_eq!(unit["status"], "unreadable", "{n}: {unit}"),
            other => panic!("{other}"),
        }
    }
    // It grows faster than it is read.
    let grow = "(while [ ! -e stop2 ]; do head -c 200000 /dev/zero | tr '\\0' ' ' >> reports/unit.xml; done) &";
    let line = format!(
        "cp good.xml reports/unit.xml; {grow} sleep 0.2; {CHECK} --max-file-size 2; c=$?; touch stop2; wait; exit $c"
    );
    let ran = shell(&folder, &line);
    assert!(matches!(ran.code, Some(0 | 3)), "{:?} {}", ran.code, ran.err);
}

/// Names that are no UTF-8, in a folder that is searched and given by themselves.
#[test]
fn a_name_that_is_no_utf8_is_read_and_shown() {
    let folder = set();
    let line = "mkdir odd; cp junit.xml odd/$'\\xff\\xfe.xml'; $P inspect odd; a=$?; $P inspect odd/*.xml; b=$?; exit $((a + b))";
    let ran = shell(&folder, line);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(ran.out.matches("junit").count(), 2, "{}", ran.out);
}

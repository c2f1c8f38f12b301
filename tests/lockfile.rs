//! A lock file and an advisory database: what cargo-audit says of it, without cargo-audit.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/parts.rs"]
mod parts;
#[path = "common/tiny.rs"]
mod tiny;

use std::collections::BTreeSet;

use common::{Folder, NOW, Run, check, files_below, statuses, testdata};
use parts::Parts;
use portcullis::verdict::{EvidenceStatus, Status, Verdict};
use serde_json::Value;

const EVIDENCE: &str = "version = 1\n[evidence.lock]\npath = \"Cargo.lock\"\nformat = \"cargo-lock\"\n[evidence.db]\npath = \"advisory-db\"\n";
const STRICT: &str = "[security]\ncritical = 0\nhigh = 0\nmedium = 0\nlow = 0\nrequires = [\"rustsec\"]\n";
const PACKAGES: &str =
    "[dependencies]\nvulnerable = \"fail\"\nunmaintained = \"fail\"\nunsound = \"fail\"\nnotice = \"fail\"\n";

/// A lock file of testdata, and the small database beside it.
fn folder(lock: &str) -> Folder {
    let folder = Folder::new();
    folder.write("Cargo.lock", std::fs::read(testdata("cargo_lock").join(lock)).unwrap());
    let database = testdata("advisory_db/typical");
    for file in files_below(&database) {
        folder.write(&format!("advisory-db/{file}"), std::fs::read(database.join(&file)).unwrap());
    }
    folder
}

fn judge(folder: &Folder, gates: &str) -> Verdict {
    Run::of(folder.path(), &format!("{EVIDENCE}{gates}")).verdict()
}

/// Everything that two tools may agree on.
type Said = BTreeSet<[String; 6]>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What cargo-audit's report says, by kind.
fn audited(report: &str, kind: &str) -> Said {
    let bytes = std::fs::read(testdata("cargo_audit").join(report)).unwrap();
    let report: Value = serde_json::from_slice(&bytes).unwrap();
    let list = if kind == "vulnerable" { &report["vulnerabilities"]["list"] } else { &report["warnings"][kind] };
    let one = |v: &Value| {
        let patched: Vec<String> = v["versions"]["patched"].as_array().unwrap().iter().map(text).collect();
        let aliases: BTreeSet<String> = v["advisory"]["aliases"].as_array().unwrap().iter().map(text).collect();
        let aliases = aliases.into_iter().collect::<Vec<_>>().join(" ");
        let (advisory, package) = (&v["advisory"], &v["package"]);
        let parts = [&advisory["id"], &package["name"], &package["version"], &advisory["title"]].map(text);
        let [id, name, version, title] = parts;
        [id, name, version, title, aliases, patched.join(" OR ")]
    };
    list.as_array().into_iter().flatten().map(one).collect()
}

/// What the verdict says, by kind.
fn said(verdict: &Verdict, kind: &str) -> Said {
    let found = check(verdict, &format!("dependencies.{kind}"));
    let one = |v: &portcullis::verdict::Violation| {
        let title = v.message.split(" (CVSS").next().unwrap_or_default().to_owned();
        let aliases: Vec<&str> = v.aliases.iter().map(|a| &**a).collect();
        let some = |text: &Option<portcullis::text::Text>| text.as_deref().unwrap_or_default().to_owned();
        [v.id.to_string(), some(&v.package), some(&v.version), title, aliases.join(" "), some(&v.fix)]
    };
    found.violations.iter().map(one).collect()
}

#[test]
fn a_lock_file_and_a_database_say_what_cargo_audit_says() {
    for (lock, report, exit) in
        [("vulnerable.lock", "of-vulnerable-lock.json", 1), ("other-sources.lock", "of-other-sources-lock.json", 1)]
    {
        let folder = folder(lock);
        let verdict = judge(&folder, &format!("{STRICT}{PACKAGES}"));
        assert_eq!(verdict.exit_code, exit, "{lock}\n{}", statuses(&verdict));
        for kind in ["vulnerable", "unmaintained", "unsound", "notice"] {
            assert_eq!(said(&verdict, kind), audited(report, kind), "{lock}: {kind}");
        }
        // The same findings as from the report itself, severities too: nothing is counted twice beside it.
        folder.write("audit.json", std::fs::read(testdata("cargo_audit").join(report)).unwrap());
        let gates = format!("[evidence.audit]\npath = \"audit.json\"\n{STRICT}{PACKAGES}");
        let both = judge(&folder, &gates);
        let alone = Run::of(
            folder.path(),
            &format!("version = 1\n[evidence.audit]\npath = \"audit.json\"\n{STRICT}{PACKAGES}"),
        )
        .verdict();
        for id in [
            "security.critical",
            "security.high",
            "security.medium",
            "security.low",
            "dependencies.vulnerable",
            "dependencies.unsound",
        ] {
            let count = |v: &Verdict| (check(v, id).actual, check(v, id).violations_total);
            assert_eq!((count(&verdict), count(&both)), (count(&alone), count(&alone)), "{lock}: {id}");
        }
    }
}

#[test]
fn each_finding_stands_at_the_line_of_its_package() {
    let verdict = judge(&folder("vulnerable.lock"), "[security]\ncritical = 0\n");
    let found = check(&verdict, "security.critical");
    assert_eq!(found.subjects, Some(42), "packages of crates.io");
    let [violation] = found.violations.as_slice() else { panic!("{}", statuses(&verdict)) };
    let place = violation.location.as_ref().unwrap();
    assert_eq!(
        (&*violation.id, violation.tool.as_deref(), &*place.path),
        ("RUSTSEC-2021-0003", Some("rustsec"), "Cargo.lock")
    );
    let lock = std::fs::read_to_string(testdata("cargo_lock/vulnerable.lock")).unwrap();
    let line = usize::try_from(place.line.unwrap()).unwrap();
    assert_eq!(lock.lines().nth(line - 1), Some("name = \"smallvec\""));
}

#[test]
fn a_lock_file_without_findings_passes_and_says_how_much_was_looked_up() {
    for lock in ["typical.lock", "typical-v1.lock", "typical-v2.lock", "typical-v3.lock"] {
        let verdict = judge(&folder(lock), &format!("{STRICT}{PACKAGES}"));
        assert_eq!(verdict.exit_code, 0, "{lock}\n{}", statuses(&verdict));
        assert_eq!(check(&verdict, "security.critical").subjects, Some(8), "{lock}: ten packages, two of them its own");
        assert_eq!(check(&verdict, "dependencies.unsound").subjects, Some(8), "{lock}");
        assert_eq!(check(&verdict, "security.requires.rustsec").status, Status::Pass);
        let lock = verdict.evidence.iter().find(|e| e.name == Some("lock".into())).unwrap();
        assert!(lock.notes.iter().any(|n| n.contains("2 of its packages are not from crates.io")), "{:?}", lock.notes);
    }
    let verdict = judge(&folder("typical.lock"), "[dependencies]\nyanked = \"fail\"\n");
    assert_eq!(verdict.exit_code, 3, "only the index of crates.io knows what was yanked");
}

#[test]
fn a_lock_file_without_a_database_says_nothing() {
    let alone = "version = 1\n[evidence.lock]\npath = \"Cargo.lock\"\n";
    for lock in ["typical.lock", "vulnerable.lock", "empty.lock"] {
        let folder = folder(lock);
        for gate in [
            "[security]\nhigh = 0\n",
            "[security]\nrequires = [\"rustsec\"]\n",
            "[dependencies]\nvulnerable = \"fail\"\n",
        ] {
            let verdict = Run::of(folder.path(), &format!("{alone}{gate}")).verdict();
            assert_eq!(verdict.exit_code, 3, "{lock} {gate}\n{}", statuses(&verdict));
            assert!(verdict.evidence[0].notes.iter().any(|n| n.contains("no advisory database")));
        }
    }
}

#[test]
fn nothing_from_crates_io_is_nothing_looked_up() {
    let verdict = judge(&folder("empty.lock"), &format!("{STRICT}{PACKAGES}"));
    assert_eq!(verdict.exit_code, 3, "{}", statuses(&verdict));
    assert_eq!(check(&verdict, "security.requires.rustsec").status, Status::Error);
}

#[test]
fn a_database_that_is_gone_emptied_or_broken_shuts_the_gate() {
    type Spoil = fn(&Folder);
    let spoil: [(&str, Spoil); 6] = [
        ("gone", |f| std::fs::remove_dir_all(f.path().join("advisory-db")).unwrap()),
        ("without its advisories", |f| std::fs::remove_dir_all(f.path().join("advisory-db/crates")).unwrap()),
        ("an empty folder", |f| {
            std::fs::remove_dir_all(f.path().join("advisory-db/crates")).unwrap();
            std::fs::remove_dir_all(f.path().join("advisory-db/rust")).unwrap();
        }),
        ("an advisory emptied", |f| {
            f.write("advisory-db/crates/rsa/RUSTSEC-2023-0071.md", "");
        }),
        ("an advisory cut", |f| {
            let path = "advisory-db/crates/rsa/RUSTSEC-2023-0071.md";
            let text = f.read(path);
            f.write(path, &text[..text.len() / 2]);
        }),
        ("an advisory of another name", |f| {
            let path = f.path().join("advisory-db/crates/rsa/RUSTSEC-2023-0071.md");
            std::fs::rename(&path, path.with_file_name("notes.txt")).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        for lock in ["typical.lock", "vulnerable.lock"] {
            let folder = folder(lock);
            spoil(&folder);
            for only in [None, Some(vec!["security".to_owned()])] {
                let gates = "[security]\ncritical = 0\nhigh = 0\n";
                let verdict = Run { only, ..Run::of(folder.path(), &format!("{EVIDENCE}{gates}")) }.verdict();
                assert_eq!(verdict.exit_code, 3, "{what}, {lock}\n{}", statuses(&verdict));
                let db = check(&verdict, "evidence.db");
                let skipped_but_said =
                    db.status == Status::Skipped && check(&verdict, "security.high").status == Status::Error;
                assert!(db.status == Status::Error || skipped_but_said, "{what}\n{}", statuses(&verdict));
                // Another scanner does not stand in for it.
                folder.write("audit.json", tiny::audit(&[]));
                let beside = format!("{EVIDENCE}[evidence.audit]\npath = \"audit.json\"\n{gates}");
                assert_eq!(Run::of(folder.path(), &beside).verdict().exit_code, 3, "{what}, beside cargo-audit");
            }
        }
    }
}

/// That an advisory was taken out of the database leaves no trace in it.
#[test]
fn an_advisory_that_is_taken_out_cannot_be_told() {
    let folder = folder("other-sources.lock");
    folder.remove("advisory-db/crates/rsa/RUSTSEC-2023-0071.md");
    let before = judge(&self::folder("other-sources.lock"), STRICT);
    let after = judge(&folder, STRICT);
    assert_eq!((before.exit_code, after.exit_code), (1, 0), "{}", statuses(&after));
    assert_ne!(before.evidence[0].sha256, after.evidence[0].sha256, "but the digest is another");
}

#[test]
fn an_old_database_is_stale_by_its_newest_advisory() {
    let folder = folder("typical.lock");
    for (age, exit) in [("2000d", 0), ("300d", 3)] {
        let policy = format!("{EVIDENCE}max-age = \"{age}\"\n{STRICT}");
        for only in [None, Some(vec!["security".to_owned()])] {
            let verdict = Run { only, ..Run::of(folder.path(), &policy) }.verdict();
            assert_eq!(verdict.exit_code, exit, "{age}\n{}", statuses(&verdict));
        }
    }
}

#[test]
fn two_lock_files_are_both_looked_up() {
    let folder = folder("typical.lock");
    folder.write("tools/Cargo.lock", std::fs::read(testdata("cargo_lock/other-sources.lock")).unwrap());
    let policy = format!("{}{STRICT}{PACKAGES}", EVIDENCE.replace("\"Cargo.lock\"", "\"**/Cargo.lock\"\nfiles = 2"));
    let verdict = Run::of(folder.path(), &policy).verdict();
    assert_eq!(verdict.exit_code, 1, "{}", statuses(&verdict));
    let found = check(&verdict, "security.medium");
    assert_eq!((found.actual, found.subjects), (Some(1.0), Some(40)), "{}", statuses(&verdict));
    assert_eq!(&*found.violations[0].location.as_ref().unwrap().path, "tools/Cargo.lock");
    folder.write("Cargo.lock", std::fs::read(testdata("cargo_lock/vulnerable.lock")).unwrap());
    let verdict = Run::of(folder.path(), &policy).verdict();
    assert_eq!(check(&verdict, "dependencies.vulnerable").actual, Some(4.0), "rsa in two versions");
}

#[test]
fn two_databases_are_one_and_the_same_advisory_counts_once() {
    let folder = folder("other-sources.lock");
    let one = std::fs::read(testdata("advisory_db/typical/crates/rsa/RUSTSEC-2023-0071.md")).unwrap();
    folder.write("rsa.md", one);
    let policy = format!("{EVIDENCE}[evidence.one]\npath = \"rsa.md\"\n{PACKAGES}");
    let verdict = Run::of(folder.path(), &policy).verdict();
    assert_eq!(check(&verdict, "dependencies.vulnerable").actual, Some(1.0), "{}", statuses(&verdict));
    let policy = EVIDENCE.replace("advisory-db", "rsa.md");
    let verdict = Run::of(folder.path(), &format!("{policy}{PACKAGES}")).verdict();
    assert_eq!(verdict.exit_code, 3, "a single advisory is no database\n{}", statuses(&verdict));
    // Beside one it is looked at, whoever wrote it.
    let folder = self::folder("typical.lock");
    let own = std::fs::read_to_string(testdata("advisory_db/typical/crates/rsa/RUSTSEC-2023-0071.md")).unwrap();
    folder.write("own.md", own.replace("RUSTSEC-2023-0071", "OWN-1").replace("\"rsa\"", "\"itoa\""));
    let verdict = Run::of(folder.path(), &format!("{EVIDENCE}[evidence.own]\npath = \"own.md\"\n{PACKAGES}")).verdict();
    assert_eq!(check(&verdict, "dependencies.vulnerable").actual, Some(1.0), "{}", statuses(&verdict));
}

/// Its aliases join what scanners report under different names.
#[test]
fn the_aliases_of_a_database_join_the_findings_of_others() {
    let folder = folder("typical.lock");
    let cvss = Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    folder.write("audit.json", tiny::audit(&[("RUSTSEC-2021-0003", "smallvec 0.6.12", cvss, &[])]));
    folder.write("trivy.sarif", tiny::trivy("CVE-2021-25900", "smallvec 0.6.12", "CRITICAL"));
    let scanners = "[evidence.audit]\npath = \"audit.json\"\n[evidence.trivy]\npath = \"trivy.sarif\"\n";
    let critical = |policy: &str| check(&Run::of(folder.path(), policy).verdict(), "security.critical").actual;
    assert_eq!(critical(&format!("version = 1\n{scanners}[security]\ncritical = 0\n")), Some(2.0));
    assert_eq!(critical(&format!("{EVIDENCE}{scanners}[security]\ncritical = 0\n")), Some(1.0));
    let without_lock = EVIDENCE.replace("[evidence.lock]\npath = \"Cargo.lock\"\nformat = \"cargo-lock\"\n", "");
    assert_eq!(critical(&format!("{without_lock}{scanners}[security]\ncritical = 0\n")), Some(1.0));
}

/// A database in a folder that is searched is one report; it hides nothing that lies beside it.
#[test]
fn a_database_in_a_searched_folder_is_one_report() {
    let folder = folder("vulnerable.lock");
    folder.write("advisory-db/junit.xml", tiny::junit(&[("a", "failed")]));
    for given in [&["."][..], &["Cargo.lock", "advisory-db"], &["Cargo.lock", "advisory-db/"]] {
        let ran = folder.run(&[&["inspect", "-f", "json"], given].concat());
        let reports: Value = serde_json::from_str(&ran.out).unwrap();
        let reports = reports["reports"].as_array().unwrap();
        let read: Vec<(&str, &str)> = reports
            .iter()
            .filter(|r| r["status"] != "ignored")
            .map(|r| (r["path"].as_str().unwrap(), r["format"].as_str().unwrap()))
            .collect();
        let expected =
            [("Cargo.lock", "cargo-lock"), ("advisory-db", "advisory-db"), ("advisory-db/junit.xml", "junit")];
        assert_eq!((read.as_slice(), ran.code), (&expected[..], Some(0)), "{given:?}\n{}", ran.out);
        let ignored: Vec<&Value> = reports.iter().filter(|r| r["status"] == "ignored").map(|r| &r["path"]).collect();
        assert_eq!(ignored, ["advisory-db/nobody-README.md"]);
        let of = |n: usize| reports.iter().filter(|r| r["status"] != "ignored").nth(n).unwrap();
        assert_eq!(of(0)["facts"][2], serde_json::json!({ "kind": "lockfile", "packages": 43 }));
        assert_eq!(of(1)["facts"], serde_json::json!([{ "kind": "advisories", "advisories": 7 }]));
    }
    // A path of the policy names it also where a folder above is given.
    let verdict = Run::of(folder.path(), &format!("{EVIDENCE}{STRICT}")).given(&[(None, "")]).verdict();
    let named: Vec<_> = verdict.evidence.iter().filter_map(|e| Some((e.name.as_deref()?, e.status))).collect();
    assert_eq!(named, [("db", EvidenceStatus::Read), ("lock", EvidenceStatus::Read)]);
    assert_eq!(verdict.exit_code, 1);
}

#[test]
fn a_starter_policy_looks_lock_files_up_where_a_database_is() {
    let folder = folder("typical.lock");
    assert_eq!(folder.run(&["init"]).code, Some(0));
    let policy = folder.read("portcullis.toml");
    for words in
        ["path = \"Cargo.lock\"", "path = \"advisory-db\"", "requires = [\"rustsec\"]", "vulnerable = \"fail\""]
    {
        assert!(policy.contains(words), "{policy}");
    }
    let ran = folder.run(&["check", "--now", NOW]);
    assert_eq!(ran.code, Some(0), "{policy}\n{}", ran.out);
    std::fs::remove_dir_all(folder.path().join("advisory-db")).unwrap();
    folder.run(&["init", "--force"]);
    assert!(!folder.read("portcullis.toml").contains("Cargo.lock"), "by itself it is evidence of nothing");
}

/// Lines taken out one at a time: of the lock file, and of the advisory.
#[test]
fn no_line_that_is_taken_away_opens_the_gate() {
    for (lock, gates) in [("other-sources.lock", STRICT), ("vulnerable.lock", "[security]\ncritical = 0\nhigh = 0\n")] {
        let folder = folder(lock);
        let policy = format!("{EVIDENCE}{gates}");
        let loaded = Run::of(folder.path(), &policy).load().unwrap();
        let exit = || Run::of(folder.path(), &policy).judge(&loaded).exit_code;
        assert_eq!(exit(), 1);
        let mut opened = Vec::new();
        for file in [
            "Cargo.lock",
            "advisory-db/crates/rsa/RUSTSEC-2023-0071.md",
            "advisory-db/crates/smallvec/RUSTSEC-2021-0003.md",
        ] {
            let whole = folder.read(file);
            let parts = Parts::of(&whole);
            for part in 0..parts.len() {
                folder.write(file, parts.without(&[part]));
                let kind = parts.kind(part);
                // Without its vector an advisory is of unknown severity, which is high.
                if exit() == 0 {
                    opened.push(format!("{lock}: {file}: {kind}"));
                }
            }
            folder.write(file, &whole);
        }
        assert!(opened.is_empty(), "{}", opened.join("\n"));
    }
}

//! Waivers from their first day to their last: written by the program, kept in a file of their own, listed.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::{Folder, Run};

const POLICY: &str = "# Ours.\nversion = 1\n\n[security] # strict\nhigh = 0\n\n[waivers]\nmax-days = 90\n";
const NOW: [&str; 2] = ["--now", "2026-11-24T12:00:00Z"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("portcullis.toml", POLICY);
    folder.write("audit.json", tiny::audit(&[("RUSTSEC-2023-0071", "rsa 0.9.6", None, &["CVE-2023-49092"])]));
    folder
}

fn waive(folder: &Folder, more: &[&str]) -> common::Ran {
    let mut args = vec!["waive", "--owner", "@security", "--reason", "not reachable: \"timing\" only"];
    args.extend(NOW);
    args.extend(more);
    folder.run(&args)
}

#[test]
fn a_waiver_is_added_and_holds_and_nothing_else_of_the_policy_changes() {
    let folder = folder();
    assert_eq!(folder.run(&["check", NOW[0], NOW[1], "audit.json"]).code, Some(1));
    let ran = waive(
        &folder,
        &["CVE-2023-49092", "--package", "rsa", "--expires", "2027-01-31", "--issue", "https://e.org/1"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("CVE-2023-49092 is waived until 2027-01-31 in portcullis.toml"), "{}", ran.err);
    let text = folder.read("portcullis.toml");
    assert!(text.starts_with(POLICY), "comments and order stay:\n{text}");
    assert!(text.contains("created = 2026-11-24\nexpires = 2027-01-31\n"), "{text}");
    assert_eq!(folder.run(&["check", NOW[0], NOW[1], "audit.json"]).code, Some(0));
    // The day after its last it has no effect.
    assert_eq!(folder.run(&["check", "--now", "2027-01-31T23:59:59Z", "audit.json"]).code, Some(0));
    assert_eq!(folder.run(&["check", "--now", "2027-02-01T00:00:00Z", "audit.json"]).code, Some(1));
}

#[test]
fn what_would_have_no_effect_or_is_no_exception_is_refused_and_nothing_is_written() {
    let folder = folder();
    waive(&folder, &["GHSA-1", "--expires", "2027-01-31"]);
    let before = folder.read("portcullis.toml");
    for (args, words) in [
        (&["X-1", "--expires", "2027-02-23"][..], "end it by 2027-02-22"),
        (&["X-1", "--expires", "2026-11-23"], "is over"),
        (&["RUSTSEC-*", "--expires", "2027-01-31"], "looks like a pattern"),
        (&["X-1", "--expires", "2027-01-31", "--gate", "securty"], "there is no gate"),
        (&["X-1", "--expires", "2027-01-31", "--path", "a{"], "no path pattern"),
        (&["ghsa-1", "--expires", "2027-01-01"], "is waived already, until 2027-01-31"),
        (&["X-1", "--expires", "soon"], "invalid value"),
    ] {
        let ran = waive(&folder, args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
        assert_eq!(folder.read("portcullis.toml"), before, "{args:?}");
    }
    let blank =
        folder.run(&["waive", "X-1", "--owner", " ", "--reason", "r", "--expires", "2027-01-31", NOW[0], NOW[1]]);
    assert_eq!((blank.code, folder.read("portcullis.toml") == before), (Some(2), true), "{}", blank.err);
    // The same id for one package is another exception.
    assert_eq!(waive(&folder, &["GHSA-1", "--expires", "2027-01-01", "--package", "a"]).code, Some(0));
    let builtin = waive(&folder, &["X-1", "--expires", "2027-01-31", "--policy", "builtin:rust"]);
    assert!(builtin.code == Some(2) && builtin.err.contains("cannot be changed"), "{}", builtin.err);
}

#[test]
fn waivers_may_lie_in_a_file_of_their_own() {
    let folder = folder();
    let policy = POLICY.replace("max-days = 90", "max-days = 90\nfile = \"waivers.toml\"");
    folder.write("portcullis.toml", &policy);
    let missing = folder.run(&["check", "audit.json"]);
    assert!(missing.code == Some(2) && missing.err.contains("waivers.toml cannot be read"), "{}", missing.err);
    folder.write("waivers.toml", "# Guarded by CODEOWNERS.\n");
    let ran = waive(&folder, &["RUSTSEC-2023-0071", "--expires", "2027-01-31"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(folder.read("portcullis.toml"), policy);
    assert!(folder.read("waivers.toml").starts_with("# Guarded by CODEOWNERS.\n"), "{}", folder.read("waivers.toml"));
    let loaded = Run::of(folder.path(), &policy).load().unwrap();
    assert_eq!(loaded.waivers[0].1.file.path.rsplit('/').next(), Some("waivers.toml"));
    // Its bytes are part of the policy's digest.
    let digest = loaded.sha256;
    folder.write("waivers.toml", "");
    assert_ne!(Run::of(folder.path(), &policy).load().unwrap().sha256, digest);
    for (text, words) in
        [("[security]\nhigh = 9\n", "`security` in a file of waivers"), ("waiver = 1\n", "list of tables")]
    {
        folder.write("waivers.toml", text);
        let mistakes = Run::of(folder.path(), &policy).load().unwrap_err();
        assert!(mistakes.iter().any(|m| m.message.contains(words)), "{text}: {mistakes:?}");
    }
}

#[test]
fn the_list_says_what_ends_when_and_what_was_used() {
    let folder = folder();
    assert!(folder.run(&["waivers", NOW[0], NOW[1]]).out.contains("no waiver"));
    waive(&folder, &["RUSTSEC-2023-0071", "--expires", "2026-12-01"]);
    waive(&folder, &["GHSA-2", "--expires", "2027-01-31"]);
    waive(&folder, &["GHSA-3", "--expires", "2027-01-31"]);
    let list = folder.run(&["waivers", NOW[0], NOW[1]]);
    let lines: Vec<&str> = list.out.lines().collect();
    assert!(lines[0].starts_with("RUSTSEC-2023-0071  open") && lines[0].contains("7 days left"), "{}", list.out);
    assert_eq!(lines.last(), Some(&"2 of 3 end on 2027-01-31"));
    folder.run(&["check", NOW[0], NOW[1], "-o", "json=v.json", "audit.json"]);
    let judged = folder.run(&["waivers", "v.json", NOW[0], NOW[1]]);
    assert!(judged.out.lines().next().unwrap().contains("  used  "), "{}", judged.out);
    assert!(judged.out.lines().nth(1).unwrap().contains("  unused"), "{}", judged.out);
    let soon = folder.run(&["waivers", "--within", "14", NOW[0], NOW[1]]);
    assert_eq!(soon.out.lines().filter(|l| !l.is_empty()).count(), 1, "{}", soon.out);
    let later = folder.run(&["waivers", "--now", "2026-12-02T00:00:00Z"]);
    assert!(later.out.starts_with("RUSTSEC-2023-0071  expired") && later.out.contains("ended 1 day"), "{}", later.out);
}

/// Two waivers of one id and one end are told apart, and one of a day to come is not called open.
#[test]
fn the_list_agrees_with_the_verdict_on_every_waiver() {
    let folder = folder();
    let waiver = |package: &str, created: &str| {
        format!(
            "[[waiver]]\nid = \"RUSTSEC-2023-0071\"\npackage = \"{package}\"\nreason = \"r\"\nowner = \"@o\"\n\
             created = {created}\nexpires = 2027-01-31\n"
        )
    };
    let (other, own, later) = (waiver("dsa", "2026-11-24"), waiver("rsa", "2026-11-24"), waiver("ecdsa", "2026-11-25"));
    folder.write("portcullis.toml", format!("{POLICY}{other}{own}{later}"));
    assert_eq!(
        folder.run(&["check", NOW[0], NOW[1], "-q", "-o", "json=v.json", "audit.json"]).code,
        Some(1),
        "one is beyond the horizon"
    );
    let list = folder.run(&["waivers", "v.json", NOW[0], NOW[1]]).out;
    for (package, status) in [("dsa:", "unused"), ("rsa:", "used"), ("ecdsa:", "beyond-horizon")] {
        let row = list.lines().find(|l| l.split_whitespace().any(|w| w == package)).unwrap_or_else(|| panic!("{list}"));
        assert_eq!(row.split_whitespace().nth(1), Some(status), "{list}");
    }
    let plain = folder.run(&["waivers", NOW[0], NOW[1]]).out;
    assert_eq!(plain.matches("beyond-horizon").count(), 1, "{plain}");
}

/// A waiver that has ended: the finding counts again, and the report says since when and whose it was.
#[test]
fn the_report_says_whose_waiver_has_ended_and_when() {
    let folder = folder();
    assert_eq!(waive(&folder, &["RUSTSEC-2023-0071", "--expires", "2026-12-01"]).code, Some(0));
    for output in ["text", "markdown", "json"] {
        let ran = folder.run(&["check", "--now", "2026-12-02T00:00:00Z", "-f", output, "audit.json"]);
        let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(ran.code, Some(1), "{output}: {}", ran.out);
        for words in ["waivers.expired", "2026-12-01", "@security", "RUSTSEC-2023-0071"] {
            assert!(flat.contains(words), "{output}: {words}\n{}", ran.out);
        }
    }
}

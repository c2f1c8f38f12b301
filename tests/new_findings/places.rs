//! The same file under another path: below the root, on another machine, as the policy says.

use super::*;

const FILES: [&str; 3] = ["src/a.rs", "src/vm/b.rs", "c.rs"];

/// A result in each of these files, each in a base of its own if one is named.
fn placed(files: &[String], bases: &Value, base: Option<&str>) -> String {
    let one = |path: &String| {
        let mut artifact = json!({ "uri": path });
        if let Some(base) = base {
            artifact["uriBaseId"] = base.into();
        }
        json!({ "ruleId": "r", "level": "error", "message": { "text": "m" },
                "locations": [{ "physicalLocation": { "artifactLocation": artifact, "region": { "startLine": 3 } } }] })
    };
    let results: Vec<Value> = files.iter().map(one).collect();
    let run = json!({ "tool": { "driver": { "name": "Scan" } }, "results": results, "originalUriBaseIds": bases });
    json!({ "version": "2.1.0", "runs": [run] }).to_string()
}

fn below(front: &str) -> String {
    placed(&FILES.map(|f| format!("{front}{f}")), &Value::Null, None)
}

#[test]
fn another_spelling_or_another_machine_makes_nothing_new() {
    let root = json!({ "%SRCROOT%": { "uri": "file:///ci/x/" }, "S": { "uri": "src/", "uriBaseId": "%SRCROOT%" } });
    let plain = below("");
    for (what, now) in [
        ("./", below("./")),
        ("backslashes", placed(&FILES.map(|f| f.replace('/', "\\")), &Value::Null, None)),
        ("a detour", below("x/../")),
        ("a URI", below("file:///ci/x/")),
        ("an encoded URI", below("file:///ci%2Fx/")),
        ("another machine", below("/home/runner/work/x/x/")),
        ("a drive", below("D:\\a\\x\\")),
        ("a stated root", placed(&FILES.map(|f| format!("file:///ci/x/{f}")), &root, None)),
        ("below a stated root", placed(&FILES.map(str::to_owned), &root, Some("%SRCROOT%"))),
    ] {
        for (before, now) in [(&plain, &now), (&now, &plain), (&below("/builds/org/x/"), &now)] {
            let verdict = compare(POLICY, before, now);
            let high = check(&verdict, "security.new.high");
            assert_eq!(high.message.as_str(), "0 new high findings, 0 allowed (3 unchanged, 0 fixed)", "{what}: {now}");
        }
    }
    let bases = placed(&["a.rs".into(), "vm/b.rs".into(), "../c.rs".into()], &root, Some("S"));
    let verdict = compare(POLICY, &plain, &bases);
    assert_eq!(check(&verdict, "security.new.high").violations_total, 0, "{}", statuses(&verdict));
}

/// Nothing is guessed: what may be another file is one.
#[test]
fn what_may_be_another_file_is_new() {
    for (what, before, now, new) in [
        ("a folder was moved", below("one/"), below("two/"), 3),
        ("the end of the path is not all of it", below("/ci/x/"), below("lib/"), 3),
        (
            "two answers",
            placed(&["/ci/x/src/vm/b.rs".into()], &Value::Null, None),
            placed(&["/w/p/src/vm/b.rs".into(), "/w/q/src/vm/b.rs".into()], &Value::Null, None),
            2,
        ),
        (
            "as many as there are",
            below("/ci/x/"),
            placed(
                &FILES.map(|f| format!("/w/x/{f}")).into_iter().chain(["/w/x/d/c.rs".into()]).collect::<Vec<_>>(),
                &Value::Null,
                None,
            ),
            1,
        ),
    ] {
        let verdict = compare(POLICY, &before, &now);
        assert_eq!(check(&verdict, "security.new.high").violations_total, new, "{what}\n{}", statuses(&verdict));
    }
}

/// An absolute path below --root is one of the repository: scopes of paths see it. `strip` and `base` do what the
/// root cannot.
#[test]
fn findings_and_lints_are_placed_below_the_root() {
    // `None`: the folder itself.
    let judged = |front: Option<&str>, keys: &str| {
        let folder = Folder::new();
        let own = format!("{}/", folder.path().canonicalize().unwrap().display());
        let front = front.unwrap_or(&own);
        folder
            .write("s.sarif", below(front))
            .write("l.json", tiny::clippy(&[&format!("{front}src/a.rs"), &format!("{front}b.rs")], true));
        let policy = format!(
            "version = 1\n[evidence.s]\npath = \"s.sarif\"\n{keys}\n[evidence.l]\npath = \"l.json\"\n{keys}\n\
             [security.scope.src]\npaths = [\"src/**\"]\nhigh = 9\n[lints.scope.src]\npaths = [\"src/**\"]\nwarnings = 9\n"
        );
        let verdict = Run::of(folder.path(), &policy).verdict();
        let count = |id| check(&verdict, id).actual.unwrap();
        let notes: Vec<String> = verdict.evidence.iter().flat_map(|e| &e.notes).map(|n| n.to_string()).collect();
        (count("security.src.high"), count("lints.src.warnings"), notes.join("\n"))
    };
    for (front, keys, security, lints) in [
        (Some(""), "", 2.0, 1.0),
        (None, "", 2.0, 1.0),
        (Some("/elsewhere/"), "", 0.0, 0.0),
        (Some("/elsewhere/"), "strip = \"/elsewhere\"", 2.0, 1.0),
        (Some(""), "base = \"src\"", 3.0, 2.0),
        (Some("/elsewhere/"), "strip = \"/elsewhere\"\nbase = \"src\"", 3.0, 2.0),
    ] {
        let (had_security, had_lints, notes) = judged(front, keys);
        assert_eq!((had_security, had_lints), (security, lints), "{keys}");
        assert!(!notes.contains("none of its paths"), "{notes}");
    }
    let (_, _, notes) = judged(Some(""), "strip = \"/nowhere\"");
    assert!(notes.contains("none of its paths begins with \"/nowhere\" (`strip`)"), "{notes}");
}

//! A real repository of git: what is done to it, and which findings that makes new, of every gate that can tell.

use portcullis::collect::Given;
use portcullis::diff::DiffState;
use sha2::{Digest, Sha256};

use super::*;
use crate::repo::Repo;

const GATES: &str = "[security.scope.new]\nnew = true\nhigh = 0\nunknown = 9\n[lints.scope.new]\nnew = true\nwarnings = 0\n\
                     [dependencies.scope.new]\nnew = true\nvulnerable = \"fail\"";

/// How a scanner writes what it finds.
#[derive(Clone, Copy)]
struct Scanner {
    version: &'static str,
    /// What stands before its paths.
    front: &'static str,
    windows: bool,
    reversed: bool,
    /// Hashes of lines.
    prints: bool,
    /// Words behind its messages.
    words: &'static str,
}

const PLAIN: Scanner = Scanner { version: "1.0", front: "", windows: false, reversed: false, prints: false, words: "" };

/// A finding: path, line, text of the line.
type Hit = (String, usize, String);

/// What a scanner finds in the sources of a repository: lines that call `bad` or are `untidy`, and what `deps` lists.
fn hits(repo: &Repo, word: &str) -> Vec<Hit> {
    let files = common::files_below(repo.path());
    let sources = files.iter().filter(|f| !f.starts_with(".git/"));
    let of_file = |path: &String| -> Vec<Hit> {
        let text = repo.0.read(path);
        let lines = text.lines().enumerate().filter(|(_, l)| l.contains(word));
        lines.map(|(n, l)| (path.clone(), n + 1, l.trim().to_owned())).collect()
    };
    sources.flat_map(of_file).collect()
}

impl Scanner {
    fn path(&self, path: &str) -> String {
        let path = format!("{}{path}", self.front);
        if self.windows { path.replace('/', "\\") } else { path }
    }

    fn security(&self, hits: &[Hit]) -> String {
        let mut seen: std::collections::BTreeMap<(&str, &str), usize> = std::collections::BTreeMap::new();
        let mut results = Vec::new();
        for (path, line, text) in hits {
            let place = json!({ "artifactLocation": { "uri": self.path(path) }, "region": { "startLine": line } });
            let mut result = json!({
                "ruleId": "bad-call", "level": "error", "locations": [{ "physicalLocation": place }],
                "message": { "text": format!("a bad call in line {line}{}", self.words) },
            });
            if self.prints {
                let nth = seen.entry((path, text)).or_default();
                *nth += 1;
                let hash: String = Sha256::digest(text).iter().take(8).map(|b| format!("{b:02x}")).collect();
                result["partialFingerprints"] = json!({ "primaryLocationLineHash": format!("{hash}:{nth}") });
            }
            results.push(result);
        }
        if self.reversed {
            results.reverse();
        }
        let driver = json!({ "name": "Scan", "version": self.version });
        json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": driver }, "results": results }] }).to_string()
    }

    fn lints(&self, hits: &[Hit]) -> String {
        let artifact = json!({ "reason": "compiler-artifact", "package_id": "path+file:///src/p#p@0.1.0", "target": { "kind": ["lib"], "name": "p" } });
        let one = |(path, line, _): &Hit| {
            let span =
                json!({ "file_name": self.path(path), "line_start": line, "column_start": 1, "is_primary": true });
            json!({ "reason": "compiler-message", "package_id": "path+file:///src/p#p@0.1.0", "target": { "kind": ["lib"], "name": "p" },
                    "message": { "level": "warning", "message": format!("untidy, of {} lines", line + 3), "code": { "code": "tidy" },
                                 "spans": [span], "children": [], "rendered": "m" } })
        };
        let mut messages: Vec<Value> = hits.iter().map(one).collect();
        if self.reversed {
            messages.reverse();
        }
        let finished = json!({ "reason": "build-finished", "success": true });
        std::iter::once(artifact).chain(messages).chain([finished]).map(|v| format!("{v}\n")).collect()
    }

    fn audit(&self, repo: &Repo) -> String {
        let text = repo.0.read("deps");
        let mut list: Vec<(String, &str)> =
            text.lines().filter_map(|l| l.split_once(' ')).map(|(id, package)| (id.to_owned(), package)).collect();
        if self.reversed {
            list.reverse();
        }
        let list: Vec<(&str, &str, Option<&str>, &[&str])> =
            list.iter().map(|(id, package)| (id.as_str(), *package, None, &[][..])).collect();
        tiny::audit(&list)
    }

    /// The reports of all three.
    fn scan(&self, repo: &Repo) -> [(&'static str, String); 3] {
        let (bad, untidy) = (hits(repo, "bad("), hits(repo, "untidy"));
        [("s.sarif", self.security(&bad)), ("l.json", self.lints(&untidy)), ("a.json", self.audit(repo))]
    }
}

fn judged(repo: &Repo, reports: &[(&str, String)], baseline: BaselineState, diff: DiffState) -> Verdict {
    let folder = Folder::new();
    let given = |(name, text): &(&str, String)| Given { name: None, path: folder.write(name, text).path().join(name) };
    let given = reports.iter().map(given).collect();
    let policy = format!("version = 1\n{GATES}\n");
    Run { given, diff, baseline, ..Run::of(repo.path(), &policy) }.verdict()
}

const IDS: [&str; 3] = ["security.new.high", "lints.new.warnings", "dependencies.new.vulnerable"];

/// New, unchanged and fixed, of each gate.
fn counted(verdict: &Verdict) -> [(u64, u64, u64); 3] {
    IDS.map(|id| {
        let check = check(verdict, id);
        let words = check.message.rsplit_once(" (").unwrap_or_else(|| panic!("{}", statuses(verdict))).1;
        let mut figures = words.split(|c: char| !c.is_ascii_digit()).filter(|w| !w.is_empty());
        let mut next = || figures.next().unwrap().parse::<u64>().unwrap();
        let (unchanged, fixed) = (next(), next());
        (check.violations_total, unchanged, fixed)
    })
}

fn source(calls: &[&str]) -> String {
    let mut text: String = (0..30).map(|n| format!("let line = {n};\n")).collect();
    calls.iter().for_each(|call| text.push_str(&format!("{call}\n")));
    text
}

fn repository() -> Repo {
    Repo::new(&[
        ("src/vm/a.rs", &source(&["bad(1);", "let untidy = 1;", "", "bad(2);"])),
        ("src/b.rs", &source(&["let untidy = 2;"])),
        ("src/clean.rs", &source(&[])),
        ("deps", "RUSTSEC-2021-0001 one 1.0.0\nRUSTSEC-2021-0002 two 2.0.0\n"),
    ])
}

struct Case {
    what: &'static str,
    change: fn(&Repo),
    scanner: Scanner,
    diff: bool,
    /// New, unchanged, fixed: of the two calls, the two lints, the two packages.
    expected: [(u64, u64, u64); 3],
}

const SAME: [(u64, u64, u64); 3] = [(0, 2, 0), (0, 2, 0), (0, 2, 0)];

fn case(what: &'static str, change: fn(&Repo), expected: [(u64, u64, u64); 3]) -> Case {
    Case { what, change, scanner: PLAIN, diff: true, expected }
}

fn edit(repo: &Repo, path: &str, from: &str, to: &str) {
    let text = repo.0.read(path);
    assert!(text.contains(from), "{path}: {from}");
    repo.write(path, &text.replacen(from, to, 1));
}

fn rename(repo: &Repo) {
    repo.git(&["mv", "src/vm/a.rs", "src/moved.rs"]);
}

/// Every case is run with and without hashes of lines.
fn holds(cases: &[Case]) {
    for case in cases {
        for prints in [false, true] {
            let repo = repository();
            let first = judged(&repo, &Scanner { prints, ..PLAIN }.scan(&repo), BaselineState::None, DiffState::None);
            (case.change)(&repo);
            repo.commit();
            let diff = if case.diff { DiffState::of_git("main", repo.path()) } else { DiffState::None };
            let reports = Scanner { prints, ..case.scanner }.scan(&repo);
            let verdict = judged(&repo, &reports, read(&first), diff);
            let had = counted(&verdict);
            assert_eq!(had, case.expected, "{}, hashes {prints}\n{}", case.what, statuses(&verdict));
            let open = case.expected.iter().all(|(new, ..)| *new == 0);
            assert_eq!(verdict.exit_code, u8::from(!open), "{}", case.what);
        }
    }
}

#[test]
fn what_moves_is_not_new() {
    holds(&[
        case("nothing", |_| (), SAME),
        case("lines above", |r| edit(r, "src/vm/a.rs", "let line = 0;", "let line = 0;\n\n\n// more\n"), SAME),
        case("lines between", |r| edit(r, "src/vm/a.rs", "bad(1);", "bad(1);\n\n\n\n\n\n\n\n"), SAME),
        case("lines away", |r| edit(r, "src/vm/a.rs", "let line = 3;\nlet line = 4;\n", ""), SAME),
        case(
            "the two calls change places",
            |r| {
                edit(r, "src/vm/a.rs", "bad(1);", "bad(3);");
                edit(r, "src/vm/a.rs", "bad(2);", "bad(1);");
                edit(r, "src/vm/a.rs", "bad(3);", "bad(2);");
            },
            SAME,
        ),
        case("the line itself is edited", |r| edit(r, "src/vm/a.rs", "bad(1);", "bad(one);"), SAME),
        case("a file is renamed", rename, SAME),
        case(
            "a file is renamed and edited",
            |r| {
                rename(r);
                edit(r, "src/moved.rs", "let line = 7;", "let line = seven;\nlet more = 1;");
            },
            SAME,
        ),
        case("a folder is renamed", |r| drop(r.git(&["mv", "src", "lib"])), SAME),
        case(
            "a branch is merged",
            |r| {
                r.git(&["checkout", "--quiet", "-b", "side", "main"]);
                rename(r);
                r.commit();
                r.git(&["checkout", "--quiet", "work"]);
                edit(r, "src/vm/a.rs", "let line = 1;", "let line = 1;\nlet line = 1;");
                r.commit();
                r.git(&["merge", "--quiet", "--no-edit", "side"]);
                assert!(r.0.read("src/moved.rs").contains("let line = 1;\nlet line = 1;"));
            },
            SAME,
        ),
        case(
            "the order of packages",
            |r| r.write("deps", "RUSTSEC-2021-0002 two 2.0.0\nRUSTSEC-2021-0001 one 1.0.0\n"),
            SAME,
        ),
    ]);
}

#[test]
fn what_is_there_once_more_is_new() {
    holds(&[
        case(
            "a second call of the same",
            |r| edit(r, "src/vm/a.rs", "bad(2);", "bad(2);\nbad(2);"),
            [(1, 2, 0), SAME[1], SAME[2]],
        ),
        case("a call above", |r| edit(r, "src/vm/a.rs", "bad(1);", "bad(0);\nbad(1);"), [(1, 2, 0), SAME[1], SAME[2]]),
        case(
            "in another file",
            |r| edit(r, "src/clean.rs", "let line = 3;", "bad(1); // untidy"),
            [(1, 2, 0), (1, 2, 0), SAME[2]],
        ),
        case(
            "in a renamed file",
            |r| {
                rename(r);
                edit(r, "src/moved.rs", "bad(2);", "bad(2);\nbad(9);");
            },
            [(1, 2, 0), SAME[1], SAME[2]],
        ),
        case(
            "a copy is no rename",
            |r| {
                let text = r.0.read("src/vm/a.rs");
                r.write("src/copy.rs", &text);
            },
            [(2, 2, 0), (1, 2, 0), SAME[2]],
        ),
        case(
            "the old file comes back, so that git sees no rename",
            |r| {
                rename(r);
                r.write("src/vm/a.rs", "bad(7);\n");
            },
            [(2, 1, 1), (1, 1, 1), SAME[2]],
        ),
        case(
            "names are exchanged, which git does not see",
            |r| {
                for (from, to) in [("src/vm/a.rs", "x"), ("src/b.rs", "src/vm/a.rs"), ("x", "src/b.rs")] {
                    r.git(&["mv", from, to]);
                }
                edit(r, "src/vm/a.rs", "let line = 7;", "let other = 7;");
            },
            [(2, 0, 2), SAME[1], SAME[2]],
        ),
        case(
            "one mended, one made elsewhere",
            |r| {
                edit(r, "src/vm/a.rs", "bad(2);\n", "");
                edit(r, "src/clean.rs", "let line = 3;", "bad(2);");
            },
            [(1, 1, 1), SAME[1], SAME[2]],
        ),
        case(
            "all mended",
            |r| {
                r.write("src/vm/a.rs", &source(&[]));
                r.write("src/b.rs", &source(&[]));
                r.write("deps", "");
            },
            [(0, 0, 2), (0, 0, 2), (0, 0, 2)],
        ),
        case(
            "a version, and a package more",
            |r| {
                r.write(
                    "deps",
                    "RUSTSEC-2021-0001 one 1.0.1\nRUSTSEC-2021-0002 two 2.0.0\nRUSTSEC-2021-0002 three 2.0.0\n",
                );
            },
            [SAME[0], SAME[1], (2, 1, 1)],
        ),
        case(
            "merged in, with a call of its own",
            |r| {
                r.git(&["checkout", "--quiet", "-b", "side", "main"]);
                edit(r, "src/b.rs", "let line = 3;", "bad(5);");
                r.commit();
                r.git(&["checkout", "--quiet", "work"]);
                r.git(&["merge", "--quiet", "--no-edit", "--no-ff", "side"]);
            },
            [(1, 2, 0), SAME[1], SAME[2]],
        ),
    ]);
}

#[test]
fn how_a_scanner_writes_makes_nothing_new() {
    let with = |what, scanner| Case { scanner, ..case(what, |_| (), SAME) };
    holds(&[
        with("another order", Scanner { reversed: true, ..PLAIN }),
        with("another release", Scanner { version: "2.0", ..PLAIN }),
        with("a dot before its paths", Scanner { front: "./", ..PLAIN }),
        with("a detour in its paths", Scanner { front: "src/../", ..PLAIN }),
        with("backslashes", Scanner { windows: true, ..PLAIN }),
        with("the root of another machine", Scanner { front: "/builds/org/x/", ..PLAIN }),
        with("a drive", Scanner { front: "D:/a/x/", windows: true, ..PLAIN }),
    ]);
}

/// A moved file without a diff: its findings are new, and the check says what would make them known.
#[test]
fn without_a_diff_a_rename_is_not_known_and_that_is_said() {
    holds(&[Case { diff: false, ..case("a rename", rename, [(2, 0, 2), (1, 1, 1), SAME[2]]) }]);
    let repo = repository();
    let first = judged(&repo, &PLAIN.scan(&repo), BaselineState::None, DiffState::None);
    rename(&repo);
    repo.commit();
    let help = |diff| {
        let verdict = judged(&repo, &PLAIN.scan(&repo), read(&first), diff);
        check(&verdict, IDS[0]).help.as_deref().unwrap_or_default().to_owned()
    };
    let said = help(DiffState::None);
    assert!(
        said.starts_with(
            "2 of them read like those of src/vm/a.rs, which has none now: if it was renamed, --diff-base"
        ),
        "{said}"
    );
    assert!(!help(DiffState::of_git("main", repo.path())).contains("renamed"));
    // What is new for itself is not called a rename.
    repo.write("src/vm/a.rs", &source(&["bad(1);"]));
    assert!(!help(DiffState::None).contains("renamed"));
}

/// Other words of another release: known where the tool gives hashes of lines, and only there.
#[test]
fn other_words_are_seen_through_by_a_fingerprint() {
    for (prints, expected) in [(true, (0, 2, 0)), (false, (2, 0, 2))] {
        let repo = repository();
        let first = judged(&repo, &Scanner { prints, ..PLAIN }.scan(&repo), BaselineState::None, DiffState::None);
        rename(&repo);
        edit(&repo, "src/moved.rs", "let line = 0;", "let line = 0;\n\n");
        repo.commit();
        let reports = Scanner { prints, version: "9", words: ", as we say now", ..PLAIN }.scan(&repo);
        let verdict = judged(&repo, &reports, read(&first), DiffState::of_git("main", repo.path()));
        assert_eq!(counted(&verdict)[0], expected, "{prints}\n{}", statuses(&verdict));
    }
}

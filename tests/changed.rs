//! Changed lines: a real repository of git for each case, reports on it, and how each check ends.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/repo.rs"]
mod repo;
#[path = "common/tiny.rs"]
mod tiny;

use std::path::Path;

use common::{Folder, Run, check, statuses};
use portcullis::diff::DiffState;
use portcullis::verdict::Verdict;
use repo::{Repo, git};
use tiny::{cobertura, sarif};

impl Repo {
    /// The verdict on the change since `main`, by reports that lie outside the repository.
    fn judge(&self, policy: &str, reports: &[(&str, String)]) -> Verdict {
        judged(DiffState::of_git("main", self.path()), self.path(), policy, reports)
    }
}

fn judged(diff: DiffState, root: &Path, policy: &str, reports: &[(&str, String)]) -> Verdict {
    let folder = Folder::new();
    let given: Vec<_> = reports
        .iter()
        .map(|(name, text)| portcullis::collect::Given { name: None, path: folder.write(name, text).path().join(name) })
        .collect();
    let policy = format!("version = 1\n{policy}\n");
    Run { given, diff, ..Run::of(root, &policy) }.verdict()
}

/// The words of a diff, as a file.
fn of_text(text: &str, root: &Path) -> DiffState {
    let folder = Folder::new();
    folder.write("d.diff", text);
    DiffState::of_file(&folder.path().join("d.diff"), root)
}

const POLICY: &str = "[coverage.scope.new]\nchanged = true\nlines = 80\nbranches = { warn-below = 50 }";

/// Id, status, words in the message.
fn holds(verdict: &Verdict, expect: &[(&str, &str, &str)]) {
    for (id, status, words) in expect {
        let check = check(verdict, id);
        assert_eq!(check.status.name(), *status, "{id}\n{}", statuses(verdict));
        assert!(check.message.contains(words), "{id}: {words:?}\n{}", statuses(verdict));
    }
}

fn lines(n: usize) -> String {
    (1..=n).map(|n| format!("line {n}\n")).collect()
}

#[test]
fn only_changed_lines_count_and_the_gaps_are_named() {
    let repo = Repo::new(&[("src/a.rs", &lines(10)), ("src/b.rs", &lines(4)), ("gone.rs", "x\n")]);
    repo.write("src/a.rs", &lines(10).replace("line 2\n", "two\nand\na half\n").replace("line 9\n", ""));
    std::fs::remove_file(repo.path().join("gone.rs")).unwrap();
    repo.commit();
    // What is not committed was measured too.
    repo.write("src/b.rs", &format!("{}more\n", lines(4)));
    let hits = [("src/a.rs", &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0][..]), ("src/b.rs", &[0, 0, 0, 0, 1])];
    let verdict = repo.judge(POLICY, &[("c.xml", cobertura(&hits))]);
    holds(
        &verdict,
        &[
            ("coverage.new.lines", "fail", "50 % of changed lines (2 of 4), 80 % required"),
            ("coverage.new.branches", "warn", "not every report measures branches"),
            ("coverage.new.unmeasured", "pass", "0 changed files"),
        ],
    );
    let check = check(&verdict, "coverage.new.lines");
    assert_eq!((check.covered, check.total, check.subjects, check.violations_total), (Some(2), Some(4), Some(4), 1));
    let gap = &check.violations[0];
    assert_eq!((&*gap.id, &*gap.message), ("src/a.rs", "lines 2, 4 not covered (2 of 3 changed)"));
    assert_eq!(gap.location.as_ref().unwrap().line, Some(2));
}

/// A change may be too small to be judged, hold nothing that is judged, or be none: it is skipped and said so.
#[test]
fn what_gives_nothing_to_judge_is_skipped_with_the_reason() {
    let repo = Repo::new(&[("a.rs", &lines(5)), ("README.md", "r\n")]);
    let report = |hits: &[u32]| [("c.xml", cobertura(&[("a.rs", hits)]))];
    let all = |status: &'static str, words: &'static str| {
        [("coverage.new.lines", status, words), ("coverage.new.unmeasured", status, words)]
    };
    holds(&repo.judge(POLICY, &report(&[1])), &all("skipped", "nothing changed: the diff with "));
    repo.write("README.md", "other\n");
    repo.commit();
    let words = "the changed file is not of a kind that the reports cover (.rs)";
    holds(&repo.judge(POLICY, &report(&[1])), &all("skipped", words));
    let narrow = POLICY.replace("lines =", "paths = [\"src/**\"]\nlines =");
    holds(&repo.judge(&narrow, &report(&[1])), &all("skipped", "adds or changes no line in the files of this scope"));
    // Comments are no lines that can be covered; a file that is measured is known all the same.
    repo.write("a.rs", &format!("// a comment\n{}", lines(5)));
    let no_line = "no report counts any of the changed lines (1)";
    let beside = cobertura(&[("a.rs", &[1, 1])]).replace("<line number=\"1\" hits=\"1\"/>", "");
    holds(&repo.judge(POLICY, &[("c.xml", beside)]), &[("coverage.new.lines", "skipped", no_line)]);
    repo.write("a.rs", &lines(5).replace("line", "wort"));
    let small = format!("{POLICY}\nmin-lines = 6");
    let few = "only 5 changed lines are counted by a report, 6 are needed for this to be judged";
    holds(&repo.judge(&small, &report(&[0; 5])), &[("coverage.new.lines", "skipped", few)]);
    let large = format!("{POLICY}\nmin-lines = 5");
    holds(&repo.judge(&large, &report(&[0; 5])), &[("coverage.new.lines", "fail", "0 % of changed lines")]);
    // Lines that are only taken away.
    repo.write("a.rs", &lines(3));
    repo.write("README.md", "r\n");
    holds(&repo.judge(POLICY, &report(&[0; 5])), &all("skipped", "adds or changes no line"));
}

/// Where nothing was measured the gate stays shut. diff-cover passes every one of these.
#[test]
fn a_change_that_no_report_knows_is_never_a_pass() {
    let repo = Repo::new(&[("src/a.rs", &lines(3))]);
    repo.write("src/a.rs", &lines(3).replace("line 2", "two"));
    repo.write("src/new.rs", &lines(2));
    repo.commit();
    let judge = |policy: &str, path: &str| repo.judge(policy, &[("c.xml", cobertura(&[(path, &[1, 1, 1])]))]);
    // The report writes its paths in another way.
    let other = judge(POLICY, "/build/x/src/a.rs");
    let both = "none of the 2 changed files is in a coverage report: the diff says src/a.rs, the reports say /build/x/src/a.rs; `base` or `strip`";
    holds(
        &other,
        &[("coverage.new.lines", "error", both), ("coverage.new.unmeasured", "warn", "2 changed files that no")],
    );
    assert_eq!(other.exit_code, 3);
    let allowed = format!("{POLICY}\nunmeasured = \"allow\"");
    holds(&judge(&allowed, "/build/x/src/a.rs"), &[("coverage.new.lines", "error", both)]);
    // It is about other files.
    let apart = "the diff says src/a.rs, the reports say lib/z.rs; what is never measured can be left out";
    holds(&judge(POLICY, "lib/z.rs"), &[("coverage.new.lines", "error", apart)]);
    let skipped = "none of the 2 changed files is mentioned by a report, which the policy allows";
    holds(&judge(&allowed, "lib/z.rs"), &[("coverage.new.lines", "skipped", skipped)]);
    // It knows one of them.
    for (level, status) in [("fail", "fail"), ("warn", "warn"), ("allow", "skipped")] {
        let verdict = judge(&format!("{POLICY}\nunmeasured = \"{level}\""), "src/a.rs");
        let said = "1 changed file that no report mentions";
        holds(&verdict, &[("coverage.new.lines", "pass", "100 %"), ("coverage.new.unmeasured", status, said)]);
        let file = &check(&verdict, "coverage.new.unmeasured").violations[0];
        assert_eq!((&*file.id, &*file.message), ("src/new.rs", "no report mentions it; changed lines: 1-2"));
    }
    // No diff, no report, a report of totals.
    let reports = [("c.xml", cobertura(&[("src/a.rs", &[1, 1, 1])]))];
    let none = judged(DiffState::None, repo.path(), POLICY, &reports);
    holds(&none, &[("coverage.new.lines", "error", "which lines changed is not known")]);
    assert!(check(&none, "coverage.new.lines").help.as_ref().unwrap().contains("--diff-base"));
    let without = repo.judge(POLICY, &[("t.sarif", sarif("T", &[]))]);
    holds(&without, &[("coverage.new.lines", "error", "no coverage report was read")]);
    let totals = r#"{"total":{"lines":{"total":3,"covered":3,"skipped":0,"pct":100},"statements":{"total":3,"covered":3,"skipped":0,"pct":100},"functions":{"total":1,"covered":1,"skipped":0,"pct":100},"branches":{"total":0,"covered":0,"skipped":0,"pct":100}},"src/a.rs":{"lines":{"total":3,"covered":3,"skipped":0,"pct":100},"statements":{"total":3,"covered":3,"skipped":0,"pct":100},"functions":{"total":1,"covered":1,"skipped":0,"pct":100},"branches":{"total":0,"covered":0,"skipped":0,"pct":100}}}"#;
    let totals = repo.judge(POLICY, &[("s.json", totals.to_owned())]);
    holds(&totals, &[("coverage.new.lines", "error", "figures of files without their lines")]);
}

#[test]
fn a_rename_brings_only_what_changed_in_it() {
    let repo = Repo::new(&[("src/old.rs", &lines(20)), ("src/same.rs", &lines(9))]);
    repo.git(&["mv", "src/same.rs", "src/moved.rs"]);
    repo.git(&["mv", "src/old.rs", "src/n\u{e4}chst es.rs"]);
    repo.write("src/n\u{e4}chst es.rs", &lines(20).replace("line 7\n", "seven\n"));
    repo.commit();
    let mut hits = [1; 20];
    hits[6] = 0;
    let report = cobertura(&[("src/n\u{e4}chst es.rs", &hits), ("src/moved.rs", &[0; 9])]);
    let verdict = repo.judge(POLICY, &[("c.xml", report)]);
    holds(&verdict, &[("coverage.new.lines", "fail", "0 % of changed lines (0 of 1)")]);
    assert_eq!(&*check(&verdict, "coverage.new.lines").violations[0].message, "line 7 not covered (1 of 1 changed)");
}

/// What the base did meanwhile is not part of the change; a merge of the base into it is none either.
#[test]
fn the_diff_is_with_the_merge_base() {
    let repo = Repo::new(&[("a.rs", &lines(3)), ("b.rs", &lines(3))]);
    repo.write("a.rs", &format!("{}mine\n", lines(3)));
    repo.commit();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("b.rs", &format!("{}theirs\n", lines(3)));
    repo.commit();
    repo.git(&["checkout", "--quiet", "work"]);
    let report = [("c.xml", cobertura(&[("a.rs", &[0, 0, 0, 1]), ("b.rs", &[0, 0, 0, 0])]))];
    holds(&repo.judge(POLICY, &report), &[("coverage.new.lines", "pass", "(1 of 1)")]);
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    holds(&repo.judge(POLICY, &report), &[("coverage.new.lines", "pass", "(1 of 1)")]);
    // The merge that a CI makes of the change.
    repo.git(&["checkout", "--quiet", "--detach", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "work"]);
    holds(&repo.judge(POLICY, &report), &[("coverage.new.lines", "pass", "(1 of 1)")]);
}

#[test]
fn no_setting_and_no_attribute_hides_a_line() {
    let repo = Repo::new(&[("src/a.rs", &lines(3)), ("src/b b.rs", "one\r\ntwo\r\n")]);
    repo.write("src/a.rs", &lines(3).replace("line 2", "  line   2"));
    repo.write("src/b b.rs", "one\r\nzwei\r\n");
    repo.write(".gitattributes", "*.rs -diff binary\n");
    repo.commit();
    let report = [("c.xml", cobertura(&[("src/a.rs", &[1, 0, 1]), ("src/b b.rs", &[1, 0])]))];
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "true"),
        ("diff.srcPrefix", "x/y/"),
        ("diff.relative", "true"),
        ("diff.context", "9"),
        ("diff.interHunkContext", "9"),
        ("diff.renames", "copies"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.wordRegex", "."),
        ("diff.algorithm", "patience"),
        ("color.ui", "always"),
        ("color.diff", "always"),
        ("diff.colorMoved", "zebra"),
        ("core.quotePath", "true"),
        ("core.pager", "false"),
        ("diff.ignoreSubmodules", "all"),
    ] {
        repo.git(&["config", key, value]);
        let verdict = repo.judge(POLICY, &report);
        assert!(check(&verdict, "coverage.new.lines").message.contains("(0 of 2)"), "{key}: {}", statuses(&verdict));
        repo.git(&["config", "--unset", key]);
    }
    // A file that somebody else's diff calls binary hides its lines: that is no answer.
    let hidden = repo.git(&["diff", "main...HEAD"]);
    assert!(hidden.contains("Binary files"), "{hidden}");
    let verdict = judged(of_text(&hidden, repo.path()), repo.path(), POLICY, &report);
    holds(&verdict, &[("coverage.new.lines", "error", "the diff calls src/a.rs binary")]);
}

/// This failed once: what a filter keeps in the place of a file (a pointer, as Git LFS does) has other lines than the file
/// that is compiled, and a change could have its lines kept so.
#[test]
fn a_filter_hides_no_line() {
    let repo = Repo::new(&[("src/a.rs", &lines(9)), ("src/b.rs", &lines(9)), ("img.bin", "x")]);
    repo.git(&["config", "filter.lfs.clean", "echo pointer"]);
    repo.git(&["config", "filter.lfs.required", "true"]);
    repo.write(".gitattributes", "src/a.rs filter=lfs\n*.bin filter=lfs\nsrc/b.rs -filter\n");
    repo.write("src/a.rs", &lines(9).replace("line 7", "seven"));
    repo.write("src/b.rs", &lines(9).replace("line 7", "seven"));
    repo.write("img.bin", "y");
    repo.commit();
    let report = |a: u32| [("c.xml", cobertura(&[("src/a.rs", &[1, 1, 1, 1, 1, 1, a, 1, 1]), ("src/b.rs", &[1; 9])]))];
    for covered in [0, 1] {
        holds(&repo.judge(POLICY, &report(covered)), &[("coverage.new.lines", "error", "src/a.rs")]);
    }
    let sarif = [("t.sarif", sarif("T", &[("r", "error", "src/a.rs", 7)]))];
    holds(
        &repo.judge("[security.scope.new]\nchanged = true\nhigh = 0", &sarif),
        &[("security.new.high", "fail", "1 ")],
    );
    // What no report speaks of is in nobody's way.
    repo.write(".gitattributes", "*.bin filter=lfs\n");
    repo.git(&["add", "--renormalize", "."]);
    repo.commit();
    holds(&repo.judge(POLICY, &report(1)), &[("coverage.new.lines", "pass", "(2 of 2)")]);
}

#[test]
fn a_shallow_clone_and_a_missing_revision_say_which_fetch_is_missing() {
    let repo = Repo::new(&[("a.rs", &lines(3))]);
    repo.write("a.rs", &lines(4));
    repo.commit();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("c.rs", "c\n");
    repo.commit();
    let clones = Folder::new();
    let from = format!("file://{}", repo.path().display());
    let report = [("c.xml", cobertura(&[("a.rs", &[1; 4])]))];
    let clone = |name: &str, args: &[&str]| {
        let mut all = vec!["clone", "--quiet", "--branch=work"];
        all.extend(args);
        all.extend([&*from, name]);
        git(clones.path(), &all);
        clones.path().join(name)
    };
    let said = |root: &Path, rev: &str| {
        let verdict = judged(DiffState::of_git(rev, root), root, POLICY, &report);
        let check = check(&verdict, "coverage.new.lines");
        (check.status.name(), format!("{}; {}", check.message, check.help.as_deref().unwrap_or_default()))
    };
    let shallow = clone("shallow", &["--depth=1", "--no-single-branch"]);
    let (status, words) = said(&shallow, "origin/main");
    assert_eq!(status, "error");
    for part in [
        "shallow",
        "merge base of origin/main",
        "git fetch --unshallow origin main:refs/remotes/origin/main",
        "fetch-depth: 0",
    ] {
        assert!(words.contains(part), "{words}");
    }
    for (rev, fetch) in
        [("HEAD~9", "not fetched; git fetch --unshallow;"), ("1234567", "git fetch --unshallow origin 1234567;")]
    {
        let (status, words) = said(&shallow, rev);
        assert!(status == "error" && words.contains(fetch), "{words}");
    }
    let alone = clone("alone", &["--single-branch"]);
    let (status, words) = said(&alone, "origin/main");
    assert_eq!(status, "error");
    assert!(words.contains("no revision origin/main here") && words.contains("git fetch origin main:refs"), "{words}");
    // What it says helps.
    git(&alone, &["fetch", "--quiet", "origin", "main:refs/remotes/origin/main"]);
    assert_eq!(said(&alone, "origin/main").0, "pass");
    git(&shallow, &["fetch", "--quiet", "--unshallow", "origin", "main:refs/remotes/origin/main"]);
    assert_eq!(said(&shallow, "origin/main").0, "pass");
    assert!(said(&alone, "main").1.ends_with("say --diff-base origin/main"), "{:?}", said(&alone, "main"));
    for rev in ["--output=x", "-h", "", "main..work", "main...work", "no such"] {
        let (status, words) = said(&alone, rev);
        assert!(status == "error" && words.contains("no revision"), "{rev}: {words}");
    }
    assert!(!alone.join("x").exists());
    let (_, words) = said(clones.path(), "main");
    assert!(words.contains("git finds no repository"), "{words}");
    // Two histories with nothing in common.
    git(&alone, &["checkout", "--quiet", "--orphan", "other"]);
    git(&alone, &["commit", "--quiet", "--message=o"]);
    assert!(said(&alone, "origin/main").1.contains("no commit in common"));
}

/// The root may lie below the top of the repository; a diff may start at either.
#[test]
fn paths_are_of_the_root() {
    let repo = Repo::new(&[("api/src/a.rs", &lines(3)), ("web/src/w.rs", &lines(3))]);
    repo.write("api/src/a.rs", &lines(4));
    repo.write("web/src/w.rs", &lines(4));
    repo.commit();
    let api = repo.path().join("api");
    let report = [("c.xml", cobertura(&[("src/a.rs", &[0, 0, 0, 1])]))];
    let diffs = [
        DiffState::of_git("main", &api),
        of_text(&repo.git(&["diff", "main...HEAD"]), &api),
        of_text(&git(&api, &["diff", "--relative", "main...HEAD"]), &api),
        of_text(&repo.git(&["diff", "--no-prefix", "main...HEAD"]), &api),
        of_text(&repo.git(&["diff", "--src-prefix=i/", "--dst-prefix=w/", "main...HEAD"]), &api),
    ];
    for diff in diffs {
        let verdict = judged(diff, &api, POLICY, &report);
        let expect = [("coverage.new.lines", "pass", "(1 of 1)"), ("coverage.new.unmeasured", "pass", "0 changed")];
        holds(&verdict, &expect);
    }
    let other = repo.git(&["diff", "main...HEAD", "--", "web"]);
    let verdict = judged(of_text(&other, &api), &api, POLICY, &report);
    holds(&verdict, &[("coverage.new.lines", "skipped", "holds no file (files outside the root: 1)")]);
    // A file that is in neither place is not taken for one outside.
    let verdict = judged(of_text(&other.replace("web/", "elsewhere/"), &api), &api, POLICY, &report);
    holds(&verdict, &[("coverage.new.lines", "error", "the diff says elsewhere/src/w.rs, the reports say src/a.rs")]);
}

#[test]
fn a_profile_of_blocks_and_branches_are_judged_by_their_lines() {
    let repo = Repo::new(&[("m/x.go", &lines(12))]);
    let changed = lines(12).replace("line 3\n", "3\n").replace("line 6\n", "6\n").replace("line 11\n", "11\n");
    repo.write("m/x.go", &changed);
    // Line 3 is in a block that was reached and in one that was not, 6 in one that was not, 11 in none.
    let profile = "mode: set\nm/x.go:2.1,3.10 2 1\nm/x.go:3.10,7.2 3 0\n";
    let verdict = repo.judge("[coverage.scope.new]\nchanged = true\nlines = 80", &[("c.out", profile.to_owned())]);
    holds(&verdict, &[("coverage.new.lines", "fail", "(1 of 2)")]);
    assert_eq!(&*check(&verdict, "coverage.new.lines").violations[0].message, "line 6 not covered (1 of 2 changed)");
    let line = |n: u32, taken: u32| {
        format!("<line number=\"{n}\" hits=\"1\" branch=\"true\" condition-coverage=\"{}% ({taken}/2)\"/>", taken * 50)
    };
    let report =
        cobertura(&[("m/x.go", &[])]).replace("<lines>", &format!("<lines>{}{}{}", line(2, 0), line(3, 2), line(6, 0)));
    let verdict =
        repo.judge(POLICY, &[("c.xml", report.replace("line-rate=\"1\"", "line-rate=\"1\" branch-rate=\"1\""))]);
    holds(&verdict, &[("coverage.new.branches", "pass", "50 % of changed branches (2 of 4)")]);
    let gap = &check(&verdict, "coverage.new.branches").violations[0];
    assert_eq!(&*gap.message, "2 of 4 branches not taken, on line 6");
    let unbranched = report.replace(&line(3, 2), "<line number=\"3\" hits=\"1\"/>").replace(&line(6, 0), "");
    let verdict = repo.judge(POLICY, &[("c.xml", unbranched)]);
    holds(&verdict, &[("coverage.new.branches", "skipped", "no branch starts on a changed line")]);
}

#[test]
fn findings_and_lints_count_where_a_line_changed() {
    let repo = Repo::new(&[("src/a.rs", &lines(9)), ("src/b.rs", &lines(9))]);
    repo.write("src/a.rs", &lines(9).replace("line 4", "four"));
    repo.commit();
    let absolute = repo.path().canonicalize().unwrap().join("src/a.rs").to_string_lossy().into_owned();
    for (path, line, counts) in [
        ("src/a.rs", 4, true),
        ("src/a.rs", 5, false),
        ("src/b.rs", 4, false),
        (&*absolute, 4, true),
        (&*absolute, 5, false),
        (&*format!("file://{absolute}"), 4, true),
        // Where the report was made in another place, or starts further down, it may be this file.
        ("/build/x/src/a.rs", 4, true),
        ("/build/x/src/a.rs", 5, false),
        ("a.rs", 4, true),
        ("/a.rs", 4, false),
        ("c/a.rs", 4, false),
    ] {
        let policy = "[security.scope.changed]\nchanged = true\nhigh = 0\n[security]\nhigh = 9";
        let verdict = repo.judge(policy, &[("t.sarif", sarif("T", &[("R", "error", path, line)]))]);
        let status = if counts { "fail" } else { "pass" };
        holds(&verdict, &[("security.changed.high", status, ""), ("security.high", "pass", "1 high finding")]);
    }
    // What states less is not judged more mildly.
    let text = sarif("T", &[("R", "error", "src/a.rs", 5)]);
    let policy = "[security.scope.changed]\nchanged = true\nhigh = 0";
    let lineless = text.replace(",\"region\":{\"startLine\":5}", "");
    let placeless = text.replace("\"locations\"", "\"properties\":{},\"others\"");
    for less in [lineless, placeless] {
        assert_ne!(less, text);
        holds(&repo.judge(policy, &[("t.sarif", less)]), &[("security.changed.high", "fail", "1 high")]);
    }
    let policy = "[lints.scope.changed]\nchanged = true\nwarnings = 0\n[lints]\nwarnings = 9";
    let lint = |line: u32| {
        format!(
            "<checkstyle version=\"8\"><file name=\"src/a.rs\"><error line=\"{line}\" severity=\"warning\" message=\"m\" source=\"s\"/></file></checkstyle>"
        )
    };
    for (line, status) in [(4, "fail"), (5, "pass")] {
        let verdict = repo.judge(policy, &[("c.xml", lint(line))]);
        holds(&verdict, &[("lints.changed.warnings", status, ""), ("lints.warnings", "pass", "1 warning")]);
    }
    let none = judged(DiffState::None, repo.path(), policy, &[("c.xml", lint(4))]);
    holds(&none, &[("lints.changed.warnings", "error", "which lines changed is not known")]);
}

#[test]
fn evidence_may_be_needed_only_for_what_changed() {
    let repo = Repo::new(&[("api/a.rs", "x\n"), ("api/gone.rs", "x\n"), ("web/w.rs", "x\n"), ("docs/d.md", "x\n")]);
    let policy = "[evidence.api]\npath = \"api.xml\"\nformat = \"cobertura\"\nwhen-changed = [\"api/**\", \"*.toml\"]\n[evidence.all]\npath = \"all.xml\"\n[coverage.scope.api]\nevidence = [\"api\"]\nlines = 50\n[coverage.scope.all]\nevidence = [\"all\"]\nlines = 50";
    let judge = |diff: DiffState| {
        let policy = format!("version = 1\n{policy}\n");
        Run { diff, ..Run::of(repo.path(), &policy) }.verdict()
    };
    let since = || judge(DiffState::of_git("main", repo.path()));
    repo.write("web/w.rs", "y\n");
    repo.commit();
    repo.write("all.xml", &cobertura(&[("web/w.rs", &[1])]));
    let skipped = since();
    let expect = [
        ("evidence.api", "skipped", "touches nothing of api/**, *.toml"),
        ("coverage.api.lines", "skipped", "evidence that this change does not need is absent: api"),
        ("coverage.all.lines", "pass", ""),
    ];
    holds(&skipped, &expect);
    assert_eq!(skipped.exit_code, 0);
    // Without a diff, or with one that cannot be used, it is needed.
    for diff in [DiffState::None, of_text("nonsense\n", repo.path()), DiffState::of_git("gone", repo.path())] {
        holds(&judge(diff), &[("evidence.api", "error", "no such file"), ("coverage.api.lines", "error", "")]);
    }
    // What is there counts, needed or not.
    repo.write("api.xml", &cobertura(&[("api/a.rs", &[0])]));
    holds(&since(), &[("evidence.api", "pass", ""), ("coverage.api.lines", "fail", "0 %")]);
    std::fs::remove_file(repo.path().join("api.xml")).unwrap();
    // A file that goes, or that moves away, is touched.
    let touches: [&dyn Fn(); 3] = [
        &|| std::fs::remove_file(repo.path().join("api/gone.rs")).unwrap(),
        &|| drop(repo.git(&["mv", "api/a.rs", "docs/a.rs"])),
        &|| repo.write("x.toml", "x\n"),
    ];
    for touch in touches {
        touch();
        repo.git(&["add", "--all"]);
        holds(&since(), &[("evidence.api", "error", "no such file")]);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.write("all.xml", &cobertura(&[("web/w.rs", &[1])]));
    }
}

/// Any line of the diff may be lost on its way: none opens the gate.
#[test]
fn a_diff_without_one_of_its_lines_never_opens_the_gate() {
    let repo = Repo::new(&[("src/a.rs", &lines(9)), ("src/old.rs", &lines(9)), ("src/z.rs", &lines(9))]);
    repo.write("src/a.rs", &lines(9).replace("line 4", "four"));
    repo.write("src/new.rs", &lines(3));
    repo.git(&["mv", "src/old.rs", "src/moved.rs"]);
    repo.write("src/moved.rs", &lines(9).replace("line 8", "eight"));
    repo.write("src/z.rs", "");
    repo.commit();
    for options in [&["--unified=3"][..], &["--unified=0"], &["--no-prefix"]] {
        let mut args = vec!["diff"];
        args.extend(options);
        args.push("main...HEAD");
        let whole = repo.git(&args);
        // 3 of 5; without either of those that are not covered 3 of 4, and 80 % is required.
        let hits = [("src/a.rs", &[0; 9][..]), ("src/new.rs", &[1; 3]), ("src/moved.rs", &[0; 9]), ("src/z.rs", &[1])];
        let exit = |diff: &str| {
            let policy = format!("{POLICY}\nunmeasured = \"fail\"");
            judged(of_text(diff, repo.path()), repo.path(), &policy, &[("c.xml", cobertura(&hits))])
        };
        assert_eq!(exit(&whole).exit_code, 1);
        let all: Vec<&str> = whole.split_inclusive('\n').collect();
        for gone in 0..all.len() {
            let less: String = all.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, line)| *line).collect();
            let verdict = exit(&less);
            assert_ne!(verdict.exit_code, 0, "without {:?}\n{}", all[gone], statuses(&verdict));
        }
    }
}

#[test]
fn the_program_takes_a_diff_or_a_revision() {
    let repo = Repo::new(&[("a.rs", &lines(2))]);
    repo.write("a.rs", &lines(3));
    repo.commit();
    repo.write("policy.toml", &format!("version = 1\n{POLICY}\n"));
    repo.write("c.xml", &cobertura(&[("a.rs", &[0, 0, 1])]));
    repo.write("d.diff", &repo.git(&["diff", "main"]));
    repo.write("empty.diff", "");
    let path = std::env::var("PATH").unwrap();
    let check = |args: &[&str]| {
        let mut all = vec!["check", "-p", "policy.toml", "--now", common::NOW, "c.xml"];
        all.extend(args);
        // As a hook of git has it.
        let hook = [("PATH", path.as_str()), ("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere")];
        let ran = repo.0.run_with(&all, &hook);
        (ran.code, format!("{}{}", ran.out, ran.err))
    };
    for (args, code, words) in [
        (&["--diff", "d.diff"][..], 0, "pass coverage.new.lines 100 %"),
        (&["--diff-base", "main"], 0, "pass coverage.new.lines 100 %"),
        (&[], 3, "--diff-base REV"),
        (&["--diff", "empty.diff"], 3, "0 bytes"),
        (&["--diff", "gone.diff"], 3, "cannot be used"),
        (&["--diff", "policy.toml"], 3, "no unified diff"),
        (&["--diff", "."], 3, "not a regular file"),
        (&["--diff-base", "gone"], 3, "not fetched"),
        (&["--diff", "d.diff", "--diff-base", "main"], 2, "cannot be used with"),
    ] {
        let (had, said) = check(args);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(had == Some(code) && said.contains(words), "{args:?}: {had:?}\n{said}");
    }
}

#[test]
fn a_policy_that_asks_for_what_changed_lines_cannot_tell_is_wrong() {
    let root = Folder::new();
    for (policy, words) in [
        ("[coverage.scope.new]\nchanged = true\nfunctions = 1", "`functions` cannot be judged of changed lines"),
        ("[coverage.scope.new]\nchanged = true\ntrend = \"improving\"", "`trend` cannot be judged of changed lines"),
        ("[tests.scope.new]\nchanged = true\nfailed = 0", "tests cannot be chosen by `changed`"),
        ("[dependencies.scope.new]\nchanged = true\nyanked = \"fail\"", "dependencies cannot be chosen by `changed`"),
        ("[coverage]\nchanged = true\nlines = 1", "unknown key `changed`"),
    ] {
        let policy = format!("version = 1\n{policy}\n");
        let text = common::shown(&Run::of(root.path(), &policy).load().unwrap_err());
        assert!(text.contains(words), "{text}");
    }
    let policy = "version = 1\n[coverage]\nlines = 1\nmin-lines = 3\n[coverage.scope.new]\nchanged = true\nlines = 1\nmin-lines = 3\n";
    let text = common::shown(&Run::of(root.path(), policy).load().unwrap().lint(jiff::civil::date(2026, 11, 23)));
    assert!(text.contains("`min-lines` has no effect here") && text.matches("min-lines` has").count() == 1, "{text}");
}
